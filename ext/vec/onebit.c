/* onebit.c -- see onebit.h.
**
** The turn: four rounds of flipped signs, a Hadamard transform over as many
** elements as a power of two allows (the first and the last ones by turns), and
** where that is not all of them, each element of the first half mixed with
** that of the second.  Each step is orthogonal, and takes additions only:
** a matrix of 384 x 384 would be 590 KB to read for each query.
**
** For the bits' own scale: with x = s / sqrt(n) and o = r / |r|, the estimate of
** o.q is x.q / x.o (eq. 10 there), x.o = (sum of |r_i|) / (sqrt(n) |r|); its
** error is sqrt((1 - x.o^2) / (x.o^2 (n - 1))) |q| (eq. 14), and `spread` is
** 2 |r| times that root, since -2 r.q is what distances need.
*/
#include <math.h>
#include <string.h>
#include "kern/kern.h"
#include "vec/onebit.h"
#include "base/poison.h"

enum { ROUNDS = 4 };

/* 64 bits of chance, the same everywhere (splitmix64). */
static uint64_t chance(uint64_t i) {
  i = (i + 1) * 0x9E3779B97F4A7C15u;
  i = (i ^ i >> 30) * 0xBF58476D1CE4E5B9u;
  i = (i ^ i >> 27) * 0x94D049BB133111EBu;
  return i ^ i >> 31;
}

static void flip(float *x, size_t words, int round) {
  for (size_t j = 0; j < words; j++) {
    uint64_t signs = chance((uint64_t)round << 32 | j);
    for (int i = 0; i < 64; i++) {
      uint32_t bits;
      memcpy(&bits, x + 64 * j + i, 4);
      bits ^= (uint32_t)(signs >> i & 1) << 31;
      memcpy(x + 64 * j + i, &bits, 4);
    }
  }
}

/* Sums and differences of elements h apart, n a power of two, h >= 8. */
static void far_apart(float *x, size_t n, size_t h) {
  for (size_t i = 0; i < n; i += 2 * h)
    for (size_t j = i; j < i + h; j += 8) {
      float a[8], b[8], sum[8], gap[8];
      memcpy(a, x + j, sizeof a);
      memcpy(b, x + j + h, sizeof b);
      for (int t = 0; t < 8; t++) sum[t] = a[t] + b[t];
      for (int t = 0; t < 8; t++) gap[t] = a[t] - b[t];
      memcpy(x + j, sum, sizeof sum);
      memcpy(x + j + h, gap, sizeof gap);
    }
}

static void hadamard(float *x, size_t n) {
  float scale = 1 / sqrtf((float)n);
  for (size_t i = 0; i < n; i += 8) {
    float *y = x + i;
    for (size_t h = 1; h < 8; h *= 2)
      for (size_t j = 0; j < 8; j++) {
        float a = y[j];
        if (j & h) continue;
        y[j] = a + y[j + h];
        y[j + h] = a - y[j + h];
      }
    for (int j = 0; j < 8; j++) y[j] *= scale;
  }
  for (size_t h = 8; h < n; h *= 2) far_apart(x, n, h);
}

/* Mix the halves of x [n], n a multiple of 64. */
static void mix(float *x, size_t n) {
  far_apart(x, n, n / 2);
  for (size_t i = 0; i < n; i++) x[i] *= 0.70710678f;
}

void lit_onebit_turn(float *x, size_t words) {
  size_t n = 64 * words, power = 64;
  while (power * 2 <= n) power *= 2;
  for (int round = 0; round < ROUNDS; round++) {
    flip(x, words, round);
    hadamard(round % 2 ? x + n - power : x, power);
    if (power < n) mix(x, n);
  }
}

static float sum_of(LitKernOp op, const float *x, size_t n) {
  static const float zeros[64];
  float sum;
  if (op == LIT_SQ) {
    lit_kern()->rows[LIT_F32][LIT_SQ](x, x, 0, 1, n, &sum);
    return sum;
  }
  sum = 0;                  /* L1 against zeros, 64 at a time */
  for (size_t i = 0; i < n; i += 64) {
    float part;
    lit_kern()->rows[LIT_F32][LIT_L1](zeros, x + i, 0, 1, 64, &part);
    sum += part;
  }
  return sum;
}

LitOneBit lit_onebit_encode(const float *r, size_t words, uint64_t *bits,
                            size_t stride) {
  size_t n = 64 * words;
  float sum = sum_of(LIT_L1, r, n), square = sum_of(LIT_SQ, r, n);
  float scale = sum > 0 ? square / sum : 0, rest;
  int n_ones = 0;
  for (size_t j = 0; j < words; j++) {
    uint64_t w = 0;
    for (int i = 0; i < 64; i++) w |= (uint64_t)(r[64 * j + i] > 0) << i;
    bits[j * stride] = w;
    n_ones += __builtin_popcountll(w);
  }
  rest = scale * scale * (float)n - square;
  return (LitOneBit){square, scale, scale * (float)n_ones,
                     rest > 0 ? 2 * sqrtf(rest / (float)(n - 1)) : 0};
}

LitOneBitQuery lit_onebit_query(const float *q, const float *c, size_t words,
                                float *gap, uint64_t *planes) {
  LitKernCut cut = lit_kern()->cut(q, c, words, gap, planes);
  return (LitOneBitQuery){cut.low, cut.step, cut.sum, sqrtf(cut.square)};
}
