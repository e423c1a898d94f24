/* kern_bits.h -- counting bits, in C that is compiled once for each
** instruction set (with its own popcount).  For the files of kern/ only. */
#ifndef LIT_KERN_BITS_H
#define LIT_KERN_BITS_H
#include <string.h>
#include "kern/kern.h"

LIT_INLINE uint64_t lit_bits_word(const char *at, size_t n) {
  uint64_t w = 0;
  memcpy(&w, at, n);
  return w;
}

LIT_INLINE uint32_t lit_bits_ones(uint64_t w) {
  return (uint32_t)__builtin_popcountll(w);
}

LIT_INLINE void lit_bits_step(LitKernOp op, uint64_t x, uint64_t y,
                              uint32_t *sum) {
  sum[0] += lit_bits_ones(op == LIT_L1 ? x ^ y : op == LIT_SQ ? y : x & y);
  if (op == LIT_DOTSQ) sum[1] += lit_bits_ones(y);
}

LIT_INLINE void lit_bits_rows(LitKernOp op, const char *q, const char *rows,
                              size_t stride, size_t n_rows, size_t dim,
                              uint32_t *out) {
  size_t n = dim / 8, step = op == LIT_DOTSQ ? 2 : 1;
  for (size_t r = 0; r < n_rows; r++, rows += stride, out += step) {
    uint32_t sum[2] = {0, 0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
      lit_bits_step(op, op == LIT_SQ ? 0 : lit_bits_word(q + i, 8),
                    lit_bits_word(rows + i, 8), sum);
    if (i < n)
      lit_bits_step(op, op == LIT_SQ ? 0 : lit_bits_word(q + i, n - i),
                    lit_bits_word(rows + i, n - i), sum);
    memcpy(out, sum, step * sizeof *out);
  }
}

/* LitKernBits, row by row. */
LIT_INLINE void lit_bits_weigh(const uint64_t *q, const uint64_t *codes,
                               size_t words, uint32_t *out) {
  for (size_t r = 0; r < LIT_BITS_ROWS; r++) {
    uint32_t sum[4] = {0, 0, 0, 0};
    for (size_t j = 0; j < words; j++)
      for (size_t p = 0; p < 4; p++)
        sum[p] += lit_bits_ones(codes[j * LIT_BITS_ROWS + r] & q[4 * j + p]);
    out[r] = sum[0] + 2 * sum[1] + 4 * sum[2] + 8 * sum[3];
  }
}
#endif
