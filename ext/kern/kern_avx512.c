/* kern_avx512.c -- the kernels for x86-64 with AVX-512, in two tables:
** avx512 for any (F, BW, DQ, VL), and avx512vnni for those which also multiply
** bytes (VNNI) and count bits (VPOPCNTDQ, BITALG).
**
** The 64 lanes of kern.h are four registers of sixteen, and the last elements
** of a row are read under a mask, which gives zeros beyond.
**
** VPDPBUSD wants one factor unsigned: rows are shifted by 128 (one exclusive
** or), and 128 times the sum of q, computed once, is taken off at the end.
*/
#include "kern/kern.h"
#if LIT_X86
#include <immintrin.h>
#include "kern/kern_bits.h"
#include "kern/kern_loops.h"

#define BASE "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,popcnt"
#define AVX512 LIT_TARGET(BASE)
#define VNNI LIT_TARGET(BASE ",avx512vnni,avx512vpopcntdq,avx512bitalg")
#define HERE AVX512 static
#include "kern/kern_codes.h"
#include "kern/kern_turn.h"
#include "base/poison.h"

enum { REGS = 4, WIDE = 16, LANES = 64, AHEAD = 2048 };

/* Whatever has AVX-512 has FMA, F16C and POPCNT. */
static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

static int vnni_runs_here(void) {
  return runs_here() && __builtin_cpu_supports("avx512vnni") &&
         __builtin_cpu_supports("avx512vpopcntdq") &&
         __builtin_cpu_supports("avx512bitalg");
}

/* Elements i .. i + 15 of a row as floats, those in the mask m. */
AVX512 LIT_INLINE __m512 load(LitElem elem, const char *at, size_t i,
                              __mmask16 m) {
  if (elem == LIT_F32) return _mm512_maskz_loadu_ps(m, at + 4 * i);
  __m256i h = _mm256_maskz_loadu_epi16(m, at + 2 * i);
  if (elem == LIT_F16) return _mm512_cvtph_ps(h);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16));
}

AVX512 LIT_INLINE __m512 step(LitKernOp op, __m512 sum, __m512 x, __m512 y) {
  __m512 d = _mm512_sub_ps(x, y);
  if (op == LIT_L2SQ) return _mm512_fmadd_ps(d, d, sum);
  if (op == LIT_L1) return _mm512_add_ps(sum, _mm512_abs_ps(d));
  return _mm512_fmadd_ps(op == LIT_SQ ? y : x, y, sum);
}

/* The first n <= LANES elements, added to s; squares, for LIT_DOTSQ, to t. */
AVX512 LIT_INLINE void block(LitKernOp op, LitElem elem, const char *q,
                             const char *row, uint64_t mask, __m512 *s) {
#pragma GCC unroll 4
  for (size_t j = 0; j < REGS; j++) {
    __mmask16 m = (__mmask16)(mask >> WIDE * j);
    __m512 y = load(elem, row, j * WIDE, m);
    __m512 x = op == LIT_SQ ? y : load(LIT_F32, q, j * WIDE, m);
    s[j] = step(op, s[j], x, y);
    if (op == LIT_DOTSQ) s[REGS + j] = step(LIT_SQ, s[REGS + j], y, y);
  }
}

/* The sum of 16 numbers, modulo 2^32 (the intrinsic's own is of signed ones,
** and may overflow). */
AVX512 LIT_INLINE uint32_t add_up(__m512i v) {
  uint32_t at[WIDE], sum = 0;
  _mm512_storeu_si512(at, v);
  for (int i = 0; i < WIDE; i++) sum += at[i];
  return sum;
}

AVX512 LIT_INLINE float fold(const __m512 *s) {
  __m512 w = _mm512_add_ps(_mm512_add_ps(s[0], s[2]),
                           _mm512_add_ps(s[1], s[3]));
  __m256 v = _mm256_add_ps(_mm512_castps512_ps256(w),
                           _mm512_extractf32x8_ps(w, 1));
  __m128 t = _mm_add_ps(_mm256_castps256_ps128(v),
                        _mm256_extractf128_ps(v, 1));
  t = _mm_add_ps(t, _mm_movehl_ps(t, t));
  return _mm_cvtss_f32(_mm_add_ss(t, _mm_shuffle_ps(t, t, 1)));
}

AVX512 LIT_INLINE void float_rows(LitKernOp op, LitElem elem, const char *q,
                                  LitKernFloats row, size_t dim, float *out) {
  size_t size = elem == LIT_F32 ? 4 : 2, i = 0;
  __m512 s[2 * REGS];
#pragma GCC unroll 8
  for (int j = 0; j < 2 * REGS; j++) s[j] = _mm512_setzero_ps();
  for (; i + LANES <= dim; i += LANES) {
#pragma GCC unroll 4
    for (size_t line = 0; line < LANES * size; line += 64)
      _mm_prefetch(row.at + i * size + row.ahead + line, _MM_HINT_T0);
    block(op, elem, q + 4 * i, row.at + i * size, ~(uint64_t)0, s);
  }
  if (i < dim)
    block(op, elem, q + 4 * i, row.at + i * size,
          ((uint64_t)1 << (dim - i)) - 1, s);
  out[0] = fold(s);
  if (op == LIT_DOTSQ) out[1] = fold(s + REGS);
}

/* 64 bytes of a row, those in the mask. */
AVX512 LIT_INLINE __m512i bytes(const char *at, uint64_t mask) {
  return _mm512_maskz_loadu_epi8(mask, at);
}

AVX512 LIT_INLINE uint64_t mask_of(size_t n) {
  return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

AVX512 LIT_INLINE __m512i low(__m512i v) {
  return _mm512_cvtepi8_epi16(_mm512_castsi512_si256(v));
}

AVX512 LIT_INLINE __m512i high(__m512i v) {
  return _mm512_cvtepi8_epi16(_mm512_extracti64x4_epi64(v, 1));
}

AVX512 LIT_INLINE __m512i madd(__m512i sum, __m512i x, __m512i y) {
  return _mm512_add_epi32(sum, _mm512_madd_epi16(x, y));
}

/* VPSADBW adds up differences of unsigned bytes into 64-bit sums. */
AVX512 LIT_INLINE __m512i step_i8(LitKernOp op, __m512i sum, __m512i x,
                                  __m512i y) {
  __m512i flip = _mm512_set1_epi8(-128);
  if (op == LIT_L1)
    return _mm512_add_epi64(sum, _mm512_sad_epu8(_mm512_xor_si512(x, flip),
                                                 _mm512_xor_si512(y, flip)));
  if (op == LIT_L2SQ) {
    __m512i d = _mm512_sub_epi16(low(x), low(y));
    __m512i f = _mm512_sub_epi16(high(x), high(y));
    return madd(madd(sum, d, d), f, f);
  }
  return madd(madd(sum, low(x), low(y)), high(x), high(y));
}

AVX512 LIT_INLINE uint32_t fold_i8(LitKernOp op, __m512i sum) {
  if (op == LIT_L1) return (uint32_t)_mm512_reduce_add_epi64(sum);
  return add_up(sum);
}

AVX512 LIT_INLINE void i8_rows(LitKernOp op, const char *q, const char *row,
                               size_t dim, uint32_t *out) {
  __m512i sum = _mm512_setzero_si512(), sq = sum;
  for (size_t i = 0; i < dim; i += 64) {
    uint64_t m = mask_of(dim - i);
    __m512i y = bytes(row + i, m);
    __m512i x = op == LIT_SQ ? y : bytes(q + i, m);
    _mm_prefetch(row + i + AHEAD, _MM_HINT_T0);
    sum = step_i8(op, sum, x, y);
    if (op == LIT_DOTSQ) sq = step_i8(LIT_SQ, sq, y, y);
  }
  out[0] = fold_i8(op, sum);
  if (op == LIT_DOTSQ) out[1] = fold_i8(op, sq);
}

/* 128 times the sum of q [dim]. */
VNNI LIT_INLINE uint32_t shift_of(const char *q, size_t dim) {
  __m512i sum = _mm512_setzero_si512(), ones = _mm512_set1_epi8(1);
  for (size_t i = 0; i < dim; i += 64)
    sum = _mm512_dpbusd_epi32(sum, ones, bytes(q + i, mask_of(dim - i)));
  return add_up(sum) * 128;
}

VNNI LIT_INLINE void vnni_dot(LitKernOp op, const char *q, const char *row,
                              size_t dim, uint32_t shift, uint32_t *out) {
  __m512i sum = _mm512_setzero_si512(), sq = sum;
  __m512i flip = _mm512_set1_epi8(-128);
  for (size_t i = 0; i < dim; i += 64) {
    uint64_t m = mask_of(dim - i);
    __m512i y = bytes(row + i, m);
    _mm_prefetch(row + i + AHEAD, _MM_HINT_T0);
    if (op != LIT_SQ)
      sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(y, flip),
                                bytes(q + i, m));
    if (op != LIT_DOT)
      sq = _mm512_dpwssd_epi32(_mm512_dpwssd_epi32(sq, low(y), low(y)),
                               high(y), high(y));
  }
  if (op == LIT_SQ) {
    out[0] = add_up(sq);
    return;
  }
  out[0] = add_up(sum) - shift;
  if (op == LIT_DOTSQ) out[1] = add_up(sq);
}

VNNI LIT_INLINE void vnni_bits(LitKernOp op, const char *q, const char *row,
                               size_t dim, uint32_t *out) {
  __m512i sum = _mm512_setzero_si512(), sq = sum;
  for (size_t i = 0; i < dim / 8; i += 64) {
    uint64_t m = mask_of(dim / 8 - i);
    __m512i y = bytes(row + i, m), x = op == LIT_SQ ? y : bytes(q + i, m);
    __m512i z = op == LIT_L1 ? _mm512_xor_si512(x, y) : _mm512_and_si512(x, y);
    sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(z));
    if (op == LIT_DOTSQ) sq = _mm512_add_epi64(sq, _mm512_popcnt_epi64(y));
  }
  out[0] = (uint32_t)_mm512_reduce_add_epi64(sum);
  if (op == LIT_DOTSQ) out[1] = (uint32_t)_mm512_reduce_add_epi64(sq);
}

/* The sums of each of s [8] lie in its eight words; into out [8]. */
VNNI LIT_INLINE void fold8(const __m512i *s, uint32_t *out) {
  __m512i two[4], four[2], a, b;
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    two[i] = _mm512_add_epi64(_mm512_unpacklo_epi64(s[2 * i], s[2 * i + 1]),
                              _mm512_unpackhi_epi64(s[2 * i], s[2 * i + 1]));
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    a = _mm512_shuffle_i64x2(two[2 * i], two[2 * i + 1], 0x88);
    b = _mm512_shuffle_i64x2(two[2 * i], two[2 * i + 1], 0xdd);
    four[i] = _mm512_add_epi64(a, b);
  }
  a = _mm512_shuffle_i64x2(four[0], four[1], 0x88);
  b = _mm512_shuffle_i64x2(four[0], four[1], 0xdd);
  _mm256_storeu_si256((__m256i *)(void *)out,
                      _mm512_cvtepi64_epi32(_mm512_add_epi64(a, b)));
}

/* Eight rows at once: to add up a register costs more than to count it. */
VNNI LIT_INLINE void vnni_bits8(LitKernOp op, const char *q, const char *row,
                                size_t stride, size_t dim, uint32_t *out) {
  __m512i sum[8];
#pragma GCC unroll 8
  for (int r = 0; r < 8; r++) sum[r] = _mm512_setzero_si512();
  for (size_t i = 0; i < dim / 8; i += 64) {
    uint64_t m = mask_of(dim / 8 - i);
    __m512i x = bytes(q + i, m);
#pragma GCC unroll 8
    for (size_t r = 0; r < 8; r++) {
      __m512i y = bytes(row + r * stride + i, m);
      _mm_prefetch(row + r * stride + i + AHEAD, _MM_HINT_T0);
      y = op == LIT_L1 ? _mm512_xor_si512(x, y) : _mm512_and_si512(x, y);
      sum[r] = _mm512_add_epi64(sum[r], _mm512_popcnt_epi64(y));
    }
  }
  fold8(sum, out);
}

#define EACH(target, name, op, before, call) \
  target static void name(const void *q, const void *rows, size_t stride, \
                          size_t n_rows, size_t dim, void *out) { \
    const char *row = rows; \
    size_t sums = op == LIT_DOTSQ ? 2 : 1; \
    before; \
    for (size_t r = 0; r < n_rows; r++, row += stride) call; \
  }
#define FLOAT(name, op, elem) \
  EACH(AVX512, name, op, size_t ahead = n_rows > 1 ? AHEAD : 0, \
       float_rows(op, elem, q, (LitKernFloats){row, ahead}, dim, \
                  (float *)out + sums * r))
#define I8(name, op) \
  EACH(AVX512, name, op, , i8_rows(op, q, row, dim, (uint32_t *)out + sums * r))
#define VNNI_DOT(name, op) \
  EACH(VNNI, name, op, uint32_t shift = op == LIT_SQ ? 0 : shift_of(q, dim), \
       vnni_dot(op, q, row, dim, shift, (uint32_t *)out + sums * r))
#define VNNI_BIT(name, op) \
  EACH(VNNI, name, op, , \
       vnni_bits(op, q, row, dim, (uint32_t *)out + sums * r))
#define VNNI_BIT8(name, op) \
  VNNI static void name(const void *q, const void *rows, size_t stride, \
                        size_t n_rows, size_t dim, void *out) { \
    const char *row = rows; \
    uint32_t *to = out; \
    for (; n_rows >= 8; n_rows -= 8, row += 8 * stride, to += 8) \
      vnni_bits8(op, q, row, stride, dim, to); \
    for (; n_rows; n_rows--, row += stride) \
      vnni_bits(op, q, row, dim, to++); \
  }
#define BIT(name, op) \
  AVX512 static void name(const void *q, const void *rows, size_t stride, \
                          size_t n_rows, size_t dim, void *out) { \
    lit_bits_rows(op, q, rows, stride, n_rows, dim, out); \
  }

LIT_KERN_LOOPS(FLOAT, I8, BIT)
VNNI_DOT(vnni_dot_i8, LIT_DOT)
VNNI_DOT(vnni_sq_i8, LIT_SQ)
VNNI_DOT(vnni_dotsq_i8, LIT_DOTSQ)
VNNI_BIT8(vnni_dot_bit, LIT_DOT)
VNNI_BIT8(vnni_l1_bit, LIT_L1)
VNNI_BIT(vnni_sq_bit, LIT_SQ)
VNNI_BIT(vnni_dotsq_bit, LIT_DOTSQ)

AVX512 static void widen_f16(const void *from, float *to, size_t n) {
  for (size_t i = 0; i < n; i += WIDE) {
    __mmask16 m = (__mmask16)mask_of(n - i < WIDE ? n - i : WIDE);
    _mm512_mask_storeu_ps(to + i, m, load(LIT_F16, from, i, m));
  }
}

AVX512 static void narrow_f16(const float *from, void *to, size_t n) {
  for (size_t i = 0; i < n; i += WIDE) {
    __mmask16 m = (__mmask16)mask_of(n - i < WIDE ? n - i : WIDE);
    _mm256_mask_storeu_epi16(
        (char *)to + 2 * i, m,
        _mm512_cvtps_ph(_mm512_maskz_loadu_ps(m, from + i),
                        _MM_FROUND_TO_NEAREST_INT));
  }
}

/* 64 columns at a time: their sums stay in registers. */
AVX512 static void sum_i8(const LitKernSum *s, size_t from, int32_t *out) {
  for (; from + LANES <= s->dim; from += LANES) {
    __m512i sum[REGS] = {_mm512_setzero_si512(), _mm512_setzero_si512(),
                         _mm512_setzero_si512(), _mm512_setzero_si512()};
    for (size_t i = 0; i < s->n; i++) {
      const int8_t *row = s->rows + s->ids[i] * s->dim + from;
      if (from == 0) lit_kern_sum_ahead(s, i);
      __m512i by = _mm512_set1_epi32(s->by[i]);
#pragma GCC unroll 4
      for (size_t j = 0; j < REGS; j++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)
                                    (row + WIDE * j));
        sum[j] = _mm512_add_epi32(
            sum[j], _mm512_mullo_epi32(_mm512_cvtepi8_epi32(x), by));
      }
    }
    for (size_t j = 0; j < REGS; j++)
      _mm512_storeu_si512(out + from + WIDE * j, sum[j]);
  }
  if (from < s->dim) lit_kern_c.sum_i8(s, from, out);
}

/* Four rows' bytes of 64 columns, those of a column together: out[j] has the
** columns 4 j .. 4 j + 3 of each sixteen. */
VNNI LIT_INLINE void by_column(const int8_t *const *rows, size_t from,
                               __m512i *out) {
  __m512i r[4], low[2], high[2];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) r[i] = _mm512_loadu_si512(rows[i] + from);
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    low[i] = _mm512_unpacklo_epi8(r[2 * i], r[2 * i + 1]);
    high[i] = _mm512_unpackhi_epi8(r[2 * i], r[2 * i + 1]);
  }
  out[0] = _mm512_unpacklo_epi16(low[0], low[1]);
  out[1] = _mm512_unpackhi_epi16(low[0], low[1]);
  out[2] = _mm512_unpacklo_epi16(high[0], high[1]);
  out[3] = _mm512_unpackhi_epi16(high[0], high[1]);
}

/* The sums of 64 columns in the order of by_column, low + 256 high. */
typedef struct VnniSum { __m512i low[REGS], high[REGS]; } VnniSum;

/* Four rows more.  VPDPBUSD takes four unsigned bytes times four signed ones: a
** factor goes as two of these. */
VNNI LIT_INLINE void add_four(const LitKernSum *s, const uint32_t *ids,
                              const int32_t *by, size_t from, VnniSum *sum) {
  const int8_t *rows[4];
  __m128i some = _mm_loadu_si128((const __m128i *)(const void *)by);
  __m512i low = _mm512_broadcastd_epi32(
      _mm_shuffle_epi8(some, _mm_set1_epi32(0x0C080400)));
  __m512i high = _mm512_broadcastd_epi32(
      _mm_shuffle_epi8(some, _mm_set1_epi32(0x0D090501)));
  __m512i x[REGS];
#pragma GCC unroll 4
  for (int k = 0; k < 4; k++) rows[k] = s->rows + ids[k] * s->dim;
  by_column(rows, from, x);
#pragma GCC unroll 4
  for (int j = 0; j < REGS; j++) {
    sum->low[j] = _mm512_dpbusd_epi32(sum->low[j], low, x[j]);
    sum->high[j] = _mm512_dpbusd_epi32(sum->high[j], high, x[j]);
  }
}

/* The rows i .. n - 1, fewer than four, and others nought times. */
VNNI LIT_INLINE void add_last(const LitKernSum *s, size_t i, size_t from,
                              VnniSum *sum) {
  uint32_t ids[4];
  int32_t by[4] = {0, 0, 0, 0};
  for (size_t k = 0; k < 4; k++) ids[k] = s->ids[i];
  for (size_t k = 0; i + k < s->n; k++)
    ids[k] = s->ids[i + k], by[k] = s->by[i + k];
  add_four(s, ids, by, from, sum);
}

VNNI LIT_INLINE void put_sums(const VnniSum *sum, int32_t *out) {
#pragma GCC unroll 4
  for (int j = 0; j < REGS; j++) {
    int32_t at[WIDE];
    _mm512_storeu_si512(at, _mm512_add_epi32(
        sum->low[j], _mm512_slli_epi32(sum->high[j], 8)));
    for (int i = 0; i < WIDE; i++) out[i / 4 * WIDE + 4 * j + i % 4] = at[i];
  }
}

/* Factors of more than two bytes are for sum_i8. */
VNNI static void vnni_sum_i8(const LitKernSum *s, size_t from, int32_t *out) {
  int32_t all = 0;
  for (size_t i = 0; i < s->n; i++) all |= s->by[i];
  for (; all <= UINT16_MAX && from + LANES <= s->dim; from += LANES) {
    size_t i = 0;
    VnniSum sum;
#pragma GCC unroll 4
    for (int j = 0; j < REGS; j++)
      sum.low[j] = sum.high[j] = _mm512_setzero_si512();
    for (; i + 4 <= s->n; i += 4) {
      for (size_t k = i; from == 0 && k < i + 4; k++) lit_kern_sum_ahead(s, k);
      add_four(s, s->ids + i, s->by + i, from, &sum);
    }
    if (i < s->n) add_last(s, i, from, &sum);
    put_sums(&sum, out + from);
  }
  if (from < s->dim) sum_i8(s, from, out);
}

AVX512 static void bits(const uint64_t *q, const uint64_t *codes, size_t words,
                        uint32_t *out) {
  lit_bits_weigh(q, codes, words, out);
}

AVX512 static uint32_t weigh(const uint64_t *q, const uint64_t *codes,
                             size_t words, size_t step) {
  return lit_bits_weigh_one(q, codes, words, step);
}

AVX512 static uint32_t members(const uint64_t *set, uint32_t n,
                               const uint32_t *numbers) {
  __m512i one = _mm512_set1_epi32(1);
  __mmask16 is[2];
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    __m512i x = _mm512_loadu_si512(numbers + WIDE * i);
    __mmask16 below = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32((int)n));
    __m512i at = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), below, _mm512_srli_epi32(x, 5), set, 4);
    __m512i bit = _mm512_sllv_epi32(one, _mm512_and_si512(x, _mm512_set1_epi32(31)));
    is[i] = _mm512_test_epi32_mask(at, bit);
  }
  return is[0] | (uint32_t)is[1] << WIDE;
}

AVX512 LIT_INLINE uint64_t plane(const uint8_t *u, int p) {
  return _mm512_test_epi8_mask(_mm512_loadu_si512(u),
                               _mm512_set1_epi8((char)(1 << p)));
}

AVX512 static uint32_t near(const LitKernNear *n, const float *block,
                            const uint32_t *sums, float *gap, float *low) {
  __mmask16 is[2];
  lit_near_gaps(n, block, sums, gap, low);
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++)
    is[i] = _mm512_cmp_ps_mask(_mm512_loadu_ps(low + WIDE * i),
                               _mm512_set1_ps(n->most_low), _CMP_NGT_UQ) |
            _mm512_cmp_ps_mask(_mm512_loadu_ps(gap + WIDE * i),
                               _mm512_set1_ps(n->most_gap), _CMP_LE_OQ);
  return is[0] | (uint32_t)is[1] << WIDE;
}

AVX512 static LitKernCut cut(const float *q, const float *c, size_t words,
                             float *gap, uint64_t *planes) {
  return lit_cut(q, c, words, gap, planes, plane);
}

/* Eight rows to a register, two registers at a time. */
VNNI static void vnni_weigh(const uint64_t *q, const uint64_t *codes,
                            size_t words, uint32_t *out) {
  for (size_t r = 0; r < LIT_BITS_ROWS; r += 16) {
    __m512i s[4][2];
#pragma GCC unroll 4
    for (int p = 0; p < 4; p++) s[p][0] = s[p][1] = _mm512_setzero_si512();
    for (size_t j = 0; j < words; j++) {
      const uint64_t *at = codes + j * LIT_BITS_ROWS + r;
      __m512i x = _mm512_loadu_si512(at), y = _mm512_loadu_si512(at + 8);
      _mm_prefetch((const char *)at + AHEAD, _MM_HINT_T0);
      _mm_prefetch((const char *)(at + 8) + AHEAD, _MM_HINT_T0);
#pragma GCC unroll 4
      for (int p = 0; p < 4; p++) {
        __m512i b = _mm512_set1_epi64((long long)q[4 * j + (size_t)p]);
        s[p][0] = _mm512_add_epi64(
            s[p][0], _mm512_popcnt_epi64(_mm512_and_si512(x, b)));
        s[p][1] = _mm512_add_epi64(
            s[p][1], _mm512_popcnt_epi64(_mm512_and_si512(y, b)));
      }
    }
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      __m512i high = _mm512_add_epi64(s[2][i], _mm512_slli_epi64(s[3][i], 1));
      __m512i low = _mm512_add_epi64(s[0][i], _mm512_slli_epi64(s[1][i], 1));
      __m512i sum = _mm512_add_epi64(low, _mm512_slli_epi64(high, 2));
      _mm256_storeu_si256((__m256i *)(void *)(out + r + 8 * i),
                          _mm512_cvtepi64_epi32(sum));
    }
  }
}

/* The four sums side by side. */
VNNI static uint32_t vnni_weigh_one(const uint64_t *q, const uint64_t *codes,
                                    size_t words, size_t step) {
  __m256i sum = _mm256_setzero_si256();
  __m128i both;
  for (size_t j = 0; j < words; j++) {
    __m256i planes = _mm256_loadu_si256((const __m256i *)(const void *)(q + 4 * j));
    __m256i x = _mm256_set1_epi64x((long long)codes[j * step]);
    sum = _mm256_add_epi64(sum, _mm256_popcnt_epi64(_mm256_and_si256(x, planes)));
  }
  sum = _mm256_sllv_epi64(sum, _mm256_set_epi64x(3, 2, 1, 0));
  both = _mm_add_epi64(_mm256_castsi256_si128(sum),
                       _mm256_extracti128_si256(sum, 1));
  return (uint32_t)_mm_cvtsi128_si64(_mm_add_epi64(both, _mm_srli_si128(both, 8)));
}

/* Sixteen numbers in a register: twice what they were, plus their bit. */
AVX512 static void unslice(const uint8_t *words, int n, uint32_t *out) {
  const __m512i one = _mm512_set1_epi32(1);
  __m512i v[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) v[i] = _mm512_setzero_si512();
  for (int b = 0; b < n; b++)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      uint16_t bits;
      memcpy(&bits, words + 8 * b + 2 * i, 2);
      v[i] = _mm512_add_epi32(v[i], v[i]);
      v[i] = _mm512_mask_add_epi32(v[i], bits, v[i], one);
    }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) _mm512_storeu_si512(out + 16 * i, v[i]);
}

AVX512 static size_t reach(const float *x, float least, size_t words,
                           uint64_t *bits) {
  size_t n = 0;
  __m512 by = _mm512_set1_ps(least);
  for (size_t w = 0; w < words; w++, x += 64) {
    uint64_t kept = 0;
    if (!bits[w]) continue;
    for (int i = 0; i < 64; i += 16)
      kept |= (uint64_t)_mm512_cmp_ps_mask(_mm512_loadu_ps(x + i), by,
                                           _CMP_GE_OQ) << i;
    bits[w] &= kept;
    n += (size_t)__builtin_popcountll(bits[w]);
  }
  return n;
}

/* Of 64 bytes, all words. */
AVX512 static unsigned tops(const LitKernTops *t, size_t from, size_t n,
                            uint8_t *out) {
  const __m512i half = _mm512_set1_epi8(15);
  __m512i most = _mm512_setzero_si512();
  uint8_t at[64];
  unsigned m = 0;
  for (size_t i = 0; i < n; i += 64) {
    __m512i low = _mm512_setzero_si512(), high = low;
    for (size_t w = 0; w < t->n_words; w++) {
      __m512i numbers = _mm512_broadcast_i32x4(
          _mm_loadu_si128((const __m128i *)(const void *)t->numbers[w]));
      __m512i x = _mm512_loadu_si512(t->words[w] + from + i);
      __m512i up = _mm512_and_si512(_mm512_srli_epi16(x, 4), half);
      x = _mm512_and_si512(x, half);
      low = _mm512_adds_epu8(low, _mm512_shuffle_epi8(numbers, x));
      high = _mm512_adds_epu8(high, _mm512_shuffle_epi8(numbers, up));
    }
    _mm512_storeu_si512(out + i, low);
    _mm512_storeu_si512(out + n + i, high);
    most = _mm512_max_epu8(most, _mm512_max_epu8(low, high));
  }
  _mm512_storeu_si512(at, most);
  for (int i = 0; i < 64; i++) m = at[i] > m ? at[i] : m;
  return m;
}

AVX512 static size_t above(const uint8_t *x, uint8_t least, size_t words,
                           uint64_t *bits) {
  const __m512i by = _mm512_set1_epi8((char)least);
  size_t n = 0;
  for (size_t w = 0; w < words; w++) {
    bits[w] = _mm512_cmpge_epu8_mask(_mm512_loadu_si512(x + 64 * w), by);
    n += (size_t)__builtin_popcountll(bits[w]);
  }
  return n;
}

extern const LitKern lit_kern_avx512, lit_kern_avx512vnni;
const LitKern lit_kern_avx512 = {
  .isa = "avx512", .doc = "x86-64 with AVX-512 F, BW, DQ, VL",
  .runs_here = runs_here,
  .rows = {LIT_KERN_FLOAT_ROWS, LIT_KERN_I8_ROW, LIT_KERN_BIT_ROW},
  .sum_i8 = sum_i8, .widen_f16 = widen_f16, .narrow_f16 = narrow_f16,
  .bits = bits, .weigh = weigh, .members = members,
  .near = near, .cut = cut, .turn = turn,
  .codes = codes_i8, .unslice = unslice, .reach = reach,
  .tops = tops, .above = above,
};

const LitKern lit_kern_avx512vnni = {
  .isa = "avx512vnni", .doc = "avx512 with VNNI, VPOPCNTDQ, BITALG",
  .runs_here = vnni_runs_here,
  .rows = {
    LIT_KERN_FLOAT_ROWS,
    [LIT_I8] = {vnni_dot_i8, l2sq_i8, l1_i8, vnni_sq_i8, vnni_dotsq_i8},
    [LIT_BIT] = {vnni_dot_bit, vnni_l1_bit, vnni_l1_bit, vnni_sq_bit,
                 vnni_dotsq_bit},
  },
  .sum_i8 = vnni_sum_i8, .widen_f16 = widen_f16, .narrow_f16 = narrow_f16,
  .bits = vnni_weigh, .weigh = vnni_weigh_one, .members = members,
  .near = near, .cut = cut, .turn = turn,
  .codes = codes_i8, .unslice = unslice, .reach = reach,
  .tops = tops, .above = above,
};
#endif
