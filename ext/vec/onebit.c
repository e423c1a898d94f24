/* onebit.c -- see onebit.h.
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

void lit_onebit_turn(float *x, size_t words) { lit_kern()->turn(x, words); }

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
