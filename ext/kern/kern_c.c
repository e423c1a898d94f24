/* kern_c.c -- the kernels in plain C: the definition of what they compute.
**
** The fast ones are checked against this file for equality, bit by bit
** (tests/unit/kern_check.c).  Without fused multiply-add in the hardware,
** fmaf() is slow but right.
*/
#include <math.h>
#include <stdlib.h>
#include "kern/kern.h"
#include "kern/kern_bits.h"
#include "kern/kern_loops.h"
#define HERE static
#include "kern/kern_codes.h"
#include "kern/kern_turn.h"
#include "base/poison.h"

enum { LANES = 64 };

static int runs_here(void) { return 1; }

static float from_bits(uint32_t u) {
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}

static uint32_t to_bits(float f) {
  uint32_t u;
  memcpy(&u, &f, sizeof u);
  return u;
}

/* float16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
static float widen1(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000) << 16, em = h & 0x7FFF;
  if (em >= 0x7C00)
    return from_bits(sign | 0x7F800000 | (em & 0x3FF) << 13 |
                     (em > 0x7C00 ? 0x400000u : 0));
  if (em >= 0x0400) return from_bits(sign | ((em << 13) + (112u << 23)));
  return sign ? -(float)em * 0x1p-24f : (float)em * 0x1p-24f;
}

/* Below 2^-14 the sum with 0.5 puts the units of a subnormal float16 (2^-24)
** at the end of the fraction, so that the addition does the rounding. */
static uint16_t narrow1(float f) {
  uint32_t u = to_bits(f), sign = u >> 16 & 0x8000;
  u &= 0x7FFFFFFF;
  if (u > 0x7F800000) return (uint16_t)(sign | 0x7E00 | (u >> 13 & 0x3FF));
  if (u >= 0x47800000) return (uint16_t)(sign | 0x7C00);
  if (u < 0x38800000)
    return (uint16_t)(sign | (to_bits(from_bits(u) + 0.5f) - 0x3F000000));
  u += 0xFFF + (u >> 13 & 1);
  return (uint16_t)(sign | (u - (112u << 23)) >> 13);
}

static void widen_f16_c(const void *from, float *to, size_t n) {
  const char *at = from;
  for (size_t i = 0; i < n; i++) {
    uint16_t h;
    memcpy(&h, at + 2 * i, 2);
    to[i] = widen1(h);
  }
}

static void narrow_f16_c(const float *from, void *to, size_t n) {
  char *at = to;
  for (size_t i = 0; i < n; i++) {
    uint16_t h = narrow1(from[i]);
    memcpy(at + 2 * i, &h, 2);
  }
}

/* bfloat16 is the upper half of a float32. */
void lit_kern_widen_bf16(const void *from, float *to, size_t n) {
  const char *at = from;
  for (size_t i = 0; i < n; i++) {
    uint16_t h;
    memcpy(&h, at + 2 * i, 2);
    to[i] = from_bits((uint32_t)h << 16);
  }
}

void lit_kern_narrow_bf16(const float *from, void *to, size_t n) {
  char *at = to;
  for (size_t i = 0; i < n; i++) {
    uint32_t u = to_bits(from[i]);
    uint16_t h;
    int nan = (u & 0x7FFFFFFF) > 0x7F800000;
    u = nan ? u | 0x400000 : u + 0x7FFF + (u >> 16 & 1);
    h = (uint16_t)(u >> 16);
    memcpy(at + 2 * i, &h, 2);
  }
}

/* n <= LANES elements at `at`, then zeros: [LANES]. */
LIT_INLINE void load(LitElem elem, const char *at, size_t n, float *x) {
  if (n < LANES) memset(x, 0, LANES * sizeof *x);
  if (elem == LIT_F32) memcpy(x, at, n * sizeof *x);
  else if (elem == LIT_F16) widen_f16_c(at, x, n);
  else lit_kern_widen_bf16(at, x, n);
}

static float fold(float *s) {
  for (int half = LANES / 2; half; half /= 2)
    for (int j = 0; j < half; j++) s[j] += s[j + half];
  return s[0];
}

LIT_INLINE void float_rows(LitKernOp op, LitElem elem, const char *q,
                           const char *row, size_t dim, float *out) {
  float sum[LANES] = {0}, sq[LANES] = {0}, x[LANES], y[LANES];
  size_t size = elem == LIT_F32 ? 4 : 2;
  for (size_t i = 0; i < dim; i += LANES) {
    size_t n = dim - i < LANES ? dim - i : LANES;
    load(elem, row + size * i, n, y);
    if (op == LIT_SQ) memcpy(x, y, sizeof x);
    else load(LIT_F32, q + 4 * i, n, x);
    for (int j = 0; j < LANES; j++) {
      float d = x[j] - y[j];
      if (op == LIT_L2SQ) sum[j] = fmaf(d, d, sum[j]);
      else if (op == LIT_L1) sum[j] += fabsf(d);
      else sum[j] = fmaf(x[j], y[j], sum[j]);
      if (op == LIT_DOTSQ) sq[j] = fmaf(y[j], y[j], sq[j]);
    }
  }
  out[0] = fold(sum);
  if (op == LIT_DOTSQ) out[1] = fold(sq);
}

LIT_INLINE void i8_rows(LitKernOp op, const char *q, const char *row,
                        size_t dim, uint32_t *out) {
  uint32_t sum = 0, sq = 0;
  for (size_t i = 0; i < dim; i++) {
    int y = (signed char)row[i], x = op == LIT_SQ ? y : (signed char)q[i];
    int d = x - y;
    sum += (uint32_t)(op == LIT_L2SQ ? d * d : op == LIT_L1 ? abs(d) : x * y);
    sq += (uint32_t)(y * y);
  }
  out[0] = sum;
  if (op == LIT_DOTSQ) out[1] = sq;
}

#define ROWS(name, call) \
  static void name(const void *q, const void *rows, size_t stride, \
                   size_t n_rows, size_t dim, void *out) { \
    const char *row = rows; \
    for (size_t r = 0; r < n_rows; r++, row += stride) call; \
  }
#define FLOAT(name, op, elem) \
  ROWS(name, float_rows(op, elem, q, row, dim, \
                        (float *)out + (op == LIT_DOTSQ ? 2 * r : r)))
#define I8(name, op) \
  ROWS(name, i8_rows(op, q, row, dim, \
                     (uint32_t *)out + (op == LIT_DOTSQ ? 2 * r : r)))
#define BIT(name, op) \
  static void name(const void *q, const void *rows, size_t stride, \
                   size_t n_rows, size_t dim, void *out) { \
    lit_bits_rows(op, q, rows, stride, n_rows, dim, out); \
  }

LIT_KERN_LOOPS(FLOAT, I8, BIT)

static void sum_i8(const LitKernSum *s, size_t from, int32_t *out) {
  for (size_t k = from; k < s->dim; k++) out[k] = 0;
  for (size_t i = 0; i < s->n; i++) {
    const int8_t *row = s->rows + s->ids[i] * s->dim;
    for (size_t k = from; k < s->dim; k++) out[k] += s->by[i] * row[k];
  }
}

static void bits_c(const uint64_t *q, const uint64_t *codes, size_t words,
                   uint32_t *out) {
  lit_bits_weigh(q, codes, words, out);
}

static uint32_t weigh_c(const uint64_t *q, const uint64_t *codes, size_t words,
                        size_t step) {
  return lit_bits_weigh_one(q, codes, words, step);
}

static uint32_t members_c(const uint64_t *set, uint32_t n,
                          const uint32_t *numbers) {
  return lit_bits_members(set, n, numbers);
}

static uint32_t near_c(const LitKernNear *n, const float *block,
                       const uint32_t *sums, float *gap, float *low) {
  return lit_near_rows(n, block, sums, gap, low);
}

static LitKernCut cut(const float *q, const float *c, size_t words, float *gap,
                      uint64_t *planes) {
  return lit_cut(q, c, words, gap, planes, lit_cut_plane);
}

static void unslice_c(const uint8_t *words, int n, uint32_t *out) {
  lit_bits_unslice(words, n, out);
}

static size_t reach_c(const float *x, float least, size_t words,
                      uint64_t *bits) {
  return lit_bits_reach(x, least, words, bits);
}

static unsigned tops_c(const LitKernTops *t, size_t from, size_t n,
                       uint8_t *out) {
  return lit_bits_tops(t, from, n, out);
}

static size_t above_c(const uint8_t *x, uint8_t least, size_t words,
                      uint64_t *bits) {
  return lit_bits_above(x, least, words, bits);
}

const LitKern lit_kern_c = {
  .isa = "c", .doc = "plain C, the definition", .runs_here = runs_here,
  .rows = {LIT_KERN_FLOAT_ROWS, LIT_KERN_I8_ROW, LIT_KERN_BIT_ROW},
  .sum_i8 = sum_i8, .widen_f16 = widen_f16_c, .narrow_f16 = narrow_f16_c,
  .bits = bits_c, .weigh = weigh_c, .members = members_c,
  .near = near_c, .cut = cut, .turn = turn,
  .codes = codes_i8, .unslice = unslice_c, .reach = reach_c,
  .tops = tops_c, .above = above_c,
};
