/* kern_neon.c -- the kernels for 64-bit ARM with NEON, which all of them have.
**
** The 64 lanes of kern.h are sixteen registers of four; of the 32 there are,
** that leaves no room for LIT_DOTSQ in one pass, so it goes twice over each
** row, the second time out of the cache.
*/
#include "kern/kern.h"
#if LIT_NEON
#include <arm_neon.h>
#include "kern/kern_bits.h"
#include "kern/kern_loops.h"
#define HERE static
#include "kern/kern_codes.h"
#include "kern/kern_turn.h"
#include "base/poison.h"

enum { REGS = 16, WIDE = 4, LANES = 64, AHEAD = 2048 };

static int runs_here(void) { return 1; }

/* Elements i .. i + 3 of a row, as floats. */
LIT_INLINE float32x4_t load(LitElem elem, const char *at, size_t i) {
  uint8x8_t b;
  uint16x4_t h;
  if (elem == LIT_F32)
    return vreinterpretq_f32_u8(vld1q_u8((const uint8_t *)at + 4 * i));
  b = vld1_u8((const uint8_t *)at + 2 * i);
  h = vreinterpret_u16_u8(b);
  if (elem == LIT_F16) return vcvt_f32_f16(vreinterpret_f16_u16(h));
  return vreinterpretq_f32_u32(vshlq_n_u32(vmovl_u16(h), 16));
}

LIT_INLINE float32x4_t step(LitKernOp op, float32x4_t sum, float32x4_t x,
                            float32x4_t y) {
  float32x4_t d = vsubq_f32(x, y);
  if (op == LIT_L2SQ) return vfmaq_f32(sum, d, d);
  if (op == LIT_L1) return vaddq_f32(sum, vabsq_f32(d));
  return vfmaq_f32(sum, op == LIT_SQ ? y : x, y);
}

/* LANES elements, added to s [REGS]. */
LIT_INLINE void block(LitKernOp op, LitElem elem, const char *q,
                      const char *row, float32x4_t *s) {
#pragma GCC unroll 16
  for (size_t j = 0; j < REGS; j++) {
    float32x4_t y = load(elem, row, j * WIDE);
    float32x4_t x = op == LIT_SQ ? y : load(LIT_F32, q, j * WIDE);
    s[j] = step(op, s[j], x, y);
  }
}

LIT_INLINE float fold(float32x4_t *s) {
  float32x2_t t;
#pragma GCC unroll 4
  for (int half = REGS / 2; half; half /= 2)
#pragma GCC unroll 8
    for (int j = 0; j < half; j++) s[j] = vaddq_f32(s[j], s[j + half]);
  t = vadd_f32(vget_low_f32(s[0]), vget_high_f32(s[0]));
  return vget_lane_f32(t, 0) + vget_lane_f32(t, 1);
}

LIT_INLINE float float_row(LitKernOp op, LitElem elem, const char *q,
                           LitKernFloats row, size_t dim) {
  size_t size = elem == LIT_F32 ? 4 : 2, i = 0;
  float32x4_t s[REGS];
#pragma GCC unroll 16
  for (int j = 0; j < REGS; j++) s[j] = vdupq_n_f32(0);
  for (; i + LANES <= dim; i += LANES) {
    for (size_t line = 0; line < LANES * size; line += 64)
      __builtin_prefetch(row.at + i * size + row.ahead + line);
    block(op, elem, q + 4 * i, row.at + i * size, s);
  }
  if (i < dim) {
    char x[4 * LANES] = {0}, y[4 * LANES] = {0};
    memcpy(y, row.at + i * size, (dim - i) * size);
    if (op != LIT_SQ) memcpy(x, q + 4 * i, (dim - i) * 4);
    block(op, elem, x, y, s);
  }
  return fold(s);
}

LIT_INLINE void float_rows(LitKernOp op, LitElem elem, const char *q,
                           LitKernFloats row, size_t dim, float *out) {
  if (op == LIT_DOTSQ) {
    out[0] = float_row(LIT_DOT, elem, q, row, dim);
    out[1] = float_row(LIT_SQ, elem, q, row, dim);
  } else {
    out[0] = float_row(op, elem, q, row, dim);
  }
}

/* Products of bytes fit int16 (16,384 at most), differences uint8, and their
** squares uint16; pairs of those are added into 32 bits. */
LIT_INLINE uint32x4_t step_i8(LitKernOp op, uint32x4_t sum, int8x16_t x,
                              int8x16_t y) {
  if (op == LIT_L1 || op == LIT_L2SQ) {
    uint8x16_t d = vreinterpretq_u8_s8(vabdq_s8(x, y));
    if (op == LIT_L1) return vpadalq_u16(sum, vpaddlq_u8(d));
    sum = vpadalq_u16(sum, vmull_u8(vget_low_u8(d), vget_low_u8(d)));
    return vpadalq_u16(sum, vmull_high_u8(d, d));
  }
  if (op == LIT_SQ) x = y;
  int32x4_t s = vreinterpretq_s32_u32(sum);
  s = vpadalq_s16(s, vmull_s8(vget_low_s8(x), vget_low_s8(y)));
  return vreinterpretq_u32_s32(vpadalq_s16(s, vmull_high_s8(x, y)));
}

LIT_INLINE int8x16_t bytes(const char *at) {
  return vld1q_s8((const int8_t *)at);
}

LIT_INLINE uint32_t i8_row(LitKernOp op, const char *q, const char *row,
                           size_t dim) {
  uint32x4_t sum = vdupq_n_u32(0);
  size_t i = 0;
  if (op == LIT_SQ) q = row;
  for (; i + 16 <= dim; i += 16)
    sum = step_i8(op, sum, bytes(q + i), bytes(row + i));
  if (i < dim) {
    char x[16] = {0}, y[16] = {0};
    memcpy(x, q + i, dim - i);
    memcpy(y, row + i, dim - i);
    sum = step_i8(op, sum, bytes(x), bytes(y));
  }
  return vaddvq_u32(sum);
}

LIT_INLINE void i8_rows(LitKernOp op, const char *q, const char *row,
                        size_t dim, uint32_t *out) {
  if (op == LIT_DOTSQ) {
    out[0] = i8_row(LIT_DOT, q, row, dim);
    out[1] = i8_row(LIT_SQ, q, row, dim);
  } else {
    out[0] = i8_row(op, q, row, dim);
  }
}

#define EACH(name, op, call) \
  static void name(const void *q, const void *rows, size_t stride, \
                   size_t n_rows, size_t dim, void *out) { \
    const char *row = rows; \
    size_t sums = op == LIT_DOTSQ ? 2 : 1; \
    for (size_t r = 0; r < n_rows; r++, row += stride) call; \
  }
#define FLOAT(name, op, elem) \
  EACH(name, op, float_rows(op, elem, q, \
                            (LitKernFloats){row, n_rows > 1 ? AHEAD : 0}, dim, \
                            (float *)out + sums * r))
#define I8(name, op) \
  EACH(name, op, i8_rows(op, q, row, dim, (uint32_t *)out + sums * r))
#define BIT(name, op) \
  static void name(const void *q, const void *rows, size_t stride, \
                   size_t n_rows, size_t dim, void *out) { \
    lit_bits_rows(op, q, rows, stride, n_rows, dim, out); \
  }

LIT_KERN_LOOPS(FLOAT, I8, BIT)

static void widen_f16(const void *from, float *to, size_t n) {
  const char *at = from;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE) vst1q_f32(to + i, load(LIT_F16, at, i));
  lit_kern_c.widen_f16(at + 2 * i, to + i, n - i);
}

static void narrow_f16(const float *from, void *to, size_t n) {
  char *at = to;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE) {
    float16x4_t h = vcvt_f16_f32(vld1q_f32(from + i));
    memcpy(at + 2 * i, &h, sizeof h);
  }
  lit_kern_c.narrow_f16(from + i, at + 2 * i, n - i);
}

/* 16 columns at a time: their sums stay in registers. */
static void sum_i8(const LitKernSum *s, size_t from, int32_t *out) {
  for (; from + 16 <= s->dim; from += 16) {
    int32x4_t sum[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0),
                        vdupq_n_s32(0)};
    for (size_t i = 0; i < s->n; i++) {
      int8x16_t x = vld1q_s8(s->rows + s->ids[i] * s->dim + from);
      int16x8_t lo = vmovl_s8(vget_low_s8(x)), hi = vmovl_s8(vget_high_s8(x));
      if (from == 0) lit_kern_sum_ahead(s, i);
      sum[0] = vmlaq_n_s32(sum[0], vmovl_s16(vget_low_s16(lo)), s->by[i]);
      sum[1] = vmlaq_n_s32(sum[1], vmovl_s16(vget_high_s16(lo)), s->by[i]);
      sum[2] = vmlaq_n_s32(sum[2], vmovl_s16(vget_low_s16(hi)), s->by[i]);
      sum[3] = vmlaq_n_s32(sum[3], vmovl_s16(vget_high_s16(hi)), s->by[i]);
    }
    for (size_t j = 0; j < 4; j++) vst1q_s32(out + from + 4 * j, sum[j]);
  }
  if (from < s->dim) lit_kern_c.sum_i8(s, from, out);
}

/* Two rows at a time; a byte counts to 8, so 31 of them fit into one. */
static void bits(const uint64_t *q, const uint64_t *codes, size_t words,
                 uint32_t *out) {
  for (size_t r = 0; r < LIT_BITS_ROWS; r += 2) {
    uint64x2_t sum = vdupq_n_u64(0);
    for (int p = 0; p < 4; p++) {
      uint64x2_t ones = vdupq_n_u64(0);
      for (size_t j = 0; j < words; ) {
        uint8x16_t few = vdupq_n_u8(0);
        size_t end = words - j < 31 ? words : j + 31;
        for (; j < end; j++) {
          uint64x2_t x = vandq_u64(vld1q_u64(codes + j * LIT_BITS_ROWS + r),
                                   vdupq_n_u64(q[4 * j + (size_t)p]));
          few = vaddq_u8(few, vcntq_u8(vreinterpretq_u8_u64(x)));
        }
        ones = vaddq_u64(ones, vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(few))));
      }
      sum = vaddq_u64(sum, vshlq_u64(ones, vdupq_n_s64(p)));
    }
    out[r] = (uint32_t)vgetq_lane_u64(sum, 0);
    out[r + 1] = (uint32_t)vgetq_lane_u64(sum, 1);
  }
}

static uint32_t weigh(const uint64_t *q, const uint64_t *codes, size_t words,
                      size_t step) {
  return lit_bits_weigh_one(q, codes, words, step);
}

static uint32_t members(const uint64_t *set, uint32_t n,
                        const uint32_t *numbers) {
  return lit_bits_members(set, n, numbers);
}

static uint32_t near(const LitKernNear *n, const float *block,
                     const uint32_t *sums, float *gap, float *low) {
  return lit_near_rows(n, block, sums, gap, low);
}

static LitKernCut cut(const float *q, const float *c, size_t words, float *gap,
                      uint64_t *planes) {
  return lit_cut(q, c, words, gap, planes, lit_cut_plane);
}

static void unslice(const uint8_t *words, int n, uint32_t *out) {
  lit_bits_unslice(words, n, out);
}

static size_t reach(const float *x, float least, size_t words,
                    uint64_t *bits) {
  return lit_bits_reach(x, least, words, bits);
}

/* Of 16 bytes, all words. */
static unsigned tops(const LitKernTops *t, size_t from, size_t n,
                     uint8_t *out) {
  uint8x16_t most = vdupq_n_u8(0);
  for (size_t i = 0; i < n; i += 16) {
    uint8x16_t low = vdupq_n_u8(0), high = low;
    for (size_t w = 0; w < t->n_words; w++) {
      uint8x16_t numbers = vld1q_u8(t->numbers[w]);
      uint8x16_t x = vld1q_u8(t->words[w] + from + i);
      uint8x16_t down = vandq_u8(x, vdupq_n_u8(15)), up = vshrq_n_u8(x, 4);
      low = vqaddq_u8(low, vqtbl1q_u8(numbers, down));
      high = vqaddq_u8(high, vqtbl1q_u8(numbers, up));
    }
    vst1q_u8(out + i, low);
    vst1q_u8(out + n + i, high);
    most = vmaxq_u8(most, vmaxq_u8(low, high));
  }
  return vmaxvq_u8(most);
}

static size_t above(const uint8_t *x, uint8_t least, size_t words,
                    uint64_t *bits) {
  return lit_bits_above(x, least, words, bits);
}

extern const LitKern lit_kern_neon;
const LitKern lit_kern_neon = {
  .isa = "neon", .doc = "64-bit ARM", .runs_here = runs_here,
  .rows = {LIT_KERN_FLOAT_ROWS, LIT_KERN_I8_ROW, LIT_KERN_BIT_ROW},
  .sum_i8 = sum_i8, .widen_f16 = widen_f16, .narrow_f16 = narrow_f16,
  .bits = bits, .weigh = weigh, .members = members,
  .near = near, .cut = cut, .turn = turn,
  .codes = codes_i8, .unslice = unslice, .reach = reach,
  .tops = tops, .above = above,
};
#endif
