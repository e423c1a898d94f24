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

/* The sum of |x[i]|, x [64 words]: of each 64 of them, and then of these. */
static float sum_of(const float *x, size_t words) {
  static const float zeros[64];
  float parts[16], sum = 0;
  for (size_t i = 0; i < words; i += 16) {
    size_t n = words - i < 16 ? words - i : 16;
    lit_kern()->rows[LIT_F32][LIT_L1](zeros, x + 64 * i, sizeof zeros, n, 64,
                                      parts);
    for (size_t j = 0; j < n; j++) sum += parts[j];
  }
  return sum;
}

LitOneBit lit_onebit_encode(const float *r, size_t words, uint64_t *bits) {
  static const float least = 0x1p-149f;   /* Above 0 there is none below it */
  size_t n = 64 * words, n_ones;
  float sum = sum_of(r, words), square = lit_kern_pair(LIT_SQ, r, r, n);
  float scale = sum > 0 ? square / sum : 0, rest;
  memset(bits, 0xFF, words * sizeof *bits);
  n_ones = lit_kern()->reach(r, least, words, bits);
  rest = scale * scale * (float)n - square;
  return (LitOneBit){square, scale, scale * (float)n_ones,
                     rest > 0 ? 2 * sqrtf(rest / (float)(n - 1)) : 0};
}

LitOneBitQuery lit_onebit_query(const float *q, const float *c, size_t words,
                                float *gap, uint64_t *planes) {
  LitKernCut cut = lit_kern()->cut(q, c, words, gap, planes);
  return (LitOneBitQuery){cut.low, cut.step, cut.sum, sqrtf(cut.square)};
}
