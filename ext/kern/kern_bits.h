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

/* LitKernWeigh. */
LIT_INLINE uint32_t lit_bits_weigh_one(const uint64_t *q, const uint64_t *codes,
                                       size_t words, size_t step) {
  uint32_t sum[4] = {0, 0, 0, 0};
  for (size_t j = 0; j < words; j++)
    for (size_t p = 0; p < 4; p++)
      sum[p] += lit_bits_ones(codes[j * step] & q[4 * j + p]);
  return sum[0] + 2 * sum[1] + 4 * sum[2] + 8 * sum[3];
}

/* LitKernBits, row by row. */
LIT_INLINE void lit_bits_weigh(const uint64_t *q, const uint64_t *codes,
                               size_t words, uint32_t *out) {
  for (size_t r = 0; r < LIT_BITS_ROWS; r++)
    out[r] = lit_bits_weigh_one(q, codes + r, words, LIT_BITS_ROWS);
}

LIT_INLINE uint32_t lit_bits_members(const uint64_t *set, uint32_t n,
                                     const uint32_t *numbers) {
  uint32_t out = 0;
  for (int i = 0; i < LIT_BITS_ROWS; i++) {
    uint32_t x = numbers[i] < n ? numbers[i] : 0;
    out |= (uint32_t)(set[x >> 6] >> (x & 63) & (numbers[i] < n)) << i;
  }
  return out;
}

/* The numbers of LitKernNearer. */
LIT_INLINE void lit_near_gaps(const LitKernNear *n, const float *restrict block,
                              const uint32_t *restrict sums,
                              float *restrict gap, float *restrict low) {
  const float *add = block, *scale = add + LIT_BITS_ROWS;
  const float *ones = scale + LIT_BITS_ROWS, *spread = ones + LIT_BITS_ROWS;
  LitKernNear by = *n;
  for (int i = 0; i < LIT_BITS_ROWS; i++)
    gap[i] = by.base + add[i] +
             ((by.per_sum * (float)(int32_t)sums[i] + by.per_scale) * scale[i] +
              by.per_ones * ones[i]);
  for (int i = 0; i < LIT_BITS_ROWS; i++)
    low[i] = gap[i] - by.off * spread[i];
}

/* LitKernNearer: mostly no row is near. */
LIT_INLINE uint32_t lit_near_rows(const LitKernNear *n, const float *block,
                                  const uint32_t *sums, float *gap,
                                  float *low) {
  int32_t within[LIT_BITS_ROWS], any = 0;
  uint32_t out = 0;
  lit_near_gaps(n, block, sums, gap, low);
  for (int i = 0; i < LIT_BITS_ROWS; i++)
    within[i] = -(!(low[i] > n->most_low) | (gap[i] <= n->most_gap));
  for (int i = 0; i < LIT_BITS_ROWS; i++) any |= within[i];
  for (int i = 0; any && i < LIT_BITS_ROWS; i++)
    out |= (uint32_t)(within[i] & 1) << i;
  return out;
}

/* LitKernCutter in 16 lanes, a loop of fixed length for each step: compilers
** make vectors of those.  It is included in each file, lest calls cut them. */
enum { LIT_CUT = 16, LIT_CUT_LEVELS = 15 };

typedef struct LitCutLanes {
  float low[LIT_CUT], high[LIT_CUT], sum[LIT_CUT], square[LIT_CUT];
} LitCutLanes;

LIT_INLINE void lit_cut_sums(const float *restrict q, const float *restrict c,
                             float *restrict gap, LitCutLanes *restrict s) {
  for (int t = 0; t < LIT_CUT; t++) gap[t] = q[t] - c[t];
  for (int t = 0; t < LIT_CUT; t++) {
    float x = gap[t];
    s->low[t] = x < s->low[t] ? x : s->low[t];
    s->high[t] = x > s->high[t] ? x : s->high[t];
    s->sum[t] += x;
    s->square[t] += x * x;
  }
}

/* Halves onto halves, all four at a time: side by side, compilers make vectors of
** them down to the last. */
LIT_INLINE void lit_cut_fold(LitCutLanes *s) {
#pragma GCC unroll 4
  for (int level = 3; level >= 0; level--) {
    int half = 1 << level;
    for (int t = 0; t < half; t++) {
      float low = s->low[t + half], high = s->high[t + half];
      s->low[t] = low < s->low[t] ? low : s->low[t];
      s->high[t] = high > s->high[t] ? high : s->high[t];
      s->sum[t] += s->sum[t + half];
      s->square[t] += s->square[t + half];
    }
  }
}

/* Bit p of u [64], as 64 bits. */
LIT_INLINE uint64_t lit_cut_plane(const uint8_t *u, int p) {
  uint64_t out = 0;
  for (size_t i = 0; i < 64; i += 8)
    out |= ((lit_bits_word((const char *)u + i, 8) >> p & 0x0101010101010101u) *
            0x0102040810204080u >> 56) << i;
  return out;
}

LIT_INLINE LitKernCut lit_cut(const float *q, const float *c, size_t words,
                              float *gap, uint64_t *planes,
                              uint64_t (*plane)(const uint8_t *u, int p)) {
  LitCutLanes s = {{0}, {0}, {0}, {0}};
  LitKernCut out;
  float per;
  for (size_t i = 0; i < 64 * words; i += LIT_CUT)
    lit_cut_sums(q + i, c + i, gap + i, &s);
  lit_cut_fold(&s);
  out = (LitKernCut){s.low[0], (s.high[0] - s.low[0]) / LIT_CUT_LEVELS,
                     s.sum[0], s.square[0]};
  per = out.step > 0 ? 1 / out.step : 0;
  for (size_t j = 0; j < words; j++) {
    uint8_t u[64];
    for (int i = 0; i < 64; i += LIT_CUT) {
      int32_t whole[LIT_CUT];
      float x[LIT_CUT];     /* A file may say anything, also that it is no number */
      for (int t = 0; t < LIT_CUT; t++)
        x[t] = (gap[64 * j + (size_t)(i + t)] - out.low) * per + 0.5f;
      for (int t = 0; t < LIT_CUT; t++) x[t] = x[t] > 0 ? x[t] : 0;
      for (int t = 0; t < LIT_CUT; t++) x[t] = x[t] < 16 ? x[t] : 15;
      for (int t = 0; t < LIT_CUT; t++) whole[t] = (int32_t)x[t];
      for (int t = 0; t < LIT_CUT; t++) u[i + t] = (uint8_t)whole[t];
    }
    for (int p = 0; p < 4; p++) planes[4 * j + (size_t)p] = plane(u, p);
  }
  return out;
}
/* The 8 x 8 bits of x, rows for columns (Warren, Hacker's Delight, 7-3). */
LIT_INLINE uint64_t lit_bits_turn8(uint64_t x) {
  uint64_t t = (x ^ x >> 7) & 0x00AA00AA00AA00AAu;
  x ^= t ^ t << 7;
  t = (x ^ x >> 14) & 0x0000CCCC0000CCCCu;
  x ^= t ^ t << 14;
  t = (x ^ x >> 28) & 0x00000000F0F0F0F0u;
  return x ^ t ^ t << 28;
}

/* The 8 x 8 bytes of w [8], rows for columns: by fours, twos and ones. */
LIT_INLINE void lit_bits_turn_bytes(uint64_t *w) {
  static const uint64_t masks[] = {0x00000000FFFFFFFFu, 0x0000FFFF0000FFFFu,
                                   0x00FF00FF00FF00FFu};
  for (int stage = 0, by = 4; stage < 3; stage++, by /= 2)
    for (int i = 0; i < 8; i++) {
      uint64_t t;
      if (i & by) continue;
      t = (w[i] >> 8 * by ^ w[i + by]) & masks[stage];
      w[i + by] ^= t;
      w[i] ^= t << 8 * by;
    }
}

/* Eight bits of each number at a time, as a byte. */
LIT_INLINE void lit_bits_unslice(const uint8_t *words, int n, uint32_t *out) {
  for (int i = 0; i < 64; i++) out[i] = 0;
  for (int low = 0; low < n; low += 8) {
    uint64_t w[8] = {0};
    for (int b = 0; b < 8 && low + b < n; b++)
      memcpy(&w[b], words + 8 * (size_t)(n - 1 - low - b), 8);
    lit_bits_turn_bytes(w);
    for (int r = 0; r < 8; r++) w[r] = lit_bits_turn8(w[r]);
    for (int i = 0; i < 64; i++)
      out[i] |= (uint32_t)(w[i / 8] >> i % 8 * 8 & 0xFF) << low;
  }
}

LIT_INLINE size_t lit_bits_reach(const float *x, float least, size_t words,
                                 uint64_t *bits) {
  size_t n = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t kept = 0;
    for (uint64_t left = bits[w]; left; left &= left - 1) {
      unsigned i = (unsigned)__builtin_ctzll(left);
      uint64_t keep = x[64 * w + i] >= least;
      kept |= keep << i;
      n += keep;
    }
    bits[w] = kept;
  }
  return n;
}

LIT_INLINE unsigned lit_bits_tops(const LitKernTops *t, size_t from, size_t n,
                                  uint8_t *out) {
  unsigned most = 0;
  memset(out, 0, 2 * n);
  for (size_t w = 0; w < t->n_words; w++) {
    const uint8_t *at = t->words[w] + from, *numbers = t->numbers[w];
    for (size_t i = 0; i < n; i++) {
      unsigned low = out[i] + numbers[at[i] & 15];
      unsigned high = out[n + i] + numbers[at[i] >> 4];
      out[i] = (uint8_t)(low < 255 ? low : 255);
      out[n + i] = (uint8_t)(high < 255 ? high : 255);
    }
  }
  for (size_t i = 0; i < 2 * n; i++) most = out[i] > most ? out[i] : most;
  return most;
}

LIT_INLINE size_t lit_bits_above(const uint8_t *x, uint8_t least, size_t words,
                                 uint64_t *bits) {
  size_t n = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t is = 0;
    for (int i = 0; i < 64; i++)
      is |= (uint64_t)(x[64 * w + (size_t)i] >= least) << i;
    bits[w] = is;
    n += (size_t)__builtin_popcountll(is);
  }
  return n;
}

#endif
