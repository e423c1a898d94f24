/* kern_avx2.c -- the kernels for x86-64 with AVX2, FMA and F16C.
**
** The 64 lanes of kern.h are eight registers of eight.  LIT_DOTSQ would need
** sixteen, all there are, so it goes twice over each row, the second time out
** of the cache.
*/
#include "kern/kern.h"
#if LIT_X86
#include <cpuid.h>
#include <immintrin.h>
#include "kern/kern_bits.h"
#include "kern/kern_loops.h"
#define AVX2 LIT_TARGET("avx2,fma,f16c,popcnt")
#define HERE AVX2 static
#include "kern/kern_codes.h"
#include "kern/kern_turn.h"
#include "base/poison.h"

enum { REGS = 8, WIDE = 8, LANES = 64, AHEAD = 2048 };

/* Not every compiler's __builtin_cpu_supports knows of F16C. */
static int runs_here(void) {
  unsigned a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("popcnt");
}

/* Elements i .. i + 7 of a row, as floats. */
AVX2 LIT_INLINE __m256 load(LitElem elem, const char *at, size_t i) {
  if (elem == LIT_F32) return _mm256_loadu_ps((const float *)(at + 4 * i));
  __m128i h = _mm_loadu_si128((const __m128i *)(at + 2 * i));
  if (elem == LIT_F16) return _mm256_cvtph_ps(h);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(h), 16));
}

AVX2 LIT_INLINE __m256 step(LitKernOp op, __m256 sum, __m256 x, __m256 y) {
  __m256 d = _mm256_sub_ps(x, y);
  if (op == LIT_L2SQ) return _mm256_fmadd_ps(d, d, sum);
  if (op == LIT_L1)
    return _mm256_add_ps(sum, _mm256_andnot_ps(_mm256_set1_ps(-0.0f), d));
  return _mm256_fmadd_ps(op == LIT_SQ ? y : x, y, sum);
}

/* LANES elements, added to s [REGS]. */
AVX2 LIT_INLINE void block(LitKernOp op, LitElem elem, const char *q,
                           const char *row, __m256 *s) {
#pragma GCC unroll 8
  for (size_t j = 0; j < REGS; j++) {
    __m256 y = load(elem, row, j * WIDE);
    __m256 x = op == LIT_SQ ? y : load(LIT_F32, q, j * WIDE);
    s[j] = step(op, s[j], x, y);
  }
}

AVX2 LIT_INLINE float fold(__m256 *s) {
#pragma GCC unroll 3
  for (int half = REGS / 2; half; half /= 2)
#pragma GCC unroll 4
    for (int j = 0; j < half; j++) s[j] = _mm256_add_ps(s[j], s[j + half]);
  __m128 t = _mm_add_ps(_mm256_castps256_ps128(s[0]),
                        _mm256_extractf128_ps(s[0], 1));
  t = _mm_add_ps(t, _mm_movehl_ps(t, t));
  return _mm_cvtss_f32(_mm_add_ss(t, _mm_shuffle_ps(t, t, 1)));
}

AVX2 LIT_INLINE float float_row(LitKernOp op, LitElem elem, const char *q,
                                LitKernFloats row, size_t dim) {
  size_t size = elem == LIT_F32 ? 4 : 2, i = 0;
  __m256 s[REGS];
#pragma GCC unroll 8
  for (int j = 0; j < REGS; j++) s[j] = _mm256_setzero_ps();
  for (; i + LANES <= dim; i += LANES) {
    for (size_t line = 0; line < LANES * size; line += 64)
      _mm_prefetch(row.at + i * size + row.ahead + line, _MM_HINT_T0);
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

AVX2 LIT_INLINE void float_rows(LitKernOp op, LitElem elem, const char *q,
                                LitKernFloats row, size_t dim, float *out) {
  if (op == LIT_DOTSQ) {
    out[0] = float_row(LIT_DOT, elem, q, row, dim);
    out[1] = float_row(LIT_SQ, elem, q, row, dim);
  } else {
    out[0] = float_row(op, elem, q, row, dim);
  }
}

/* Sixteen int8 as int16. */
AVX2 LIT_INLINE __m256i load_i8(const char *at) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)at));
}

AVX2 LIT_INLINE __m256i step_i8(LitKernOp op, __m256i sum, __m256i x,
                                __m256i y) {
  __m256i d = _mm256_sub_epi16(x, y);
  if (op == LIT_L2SQ) return _mm256_add_epi32(sum, _mm256_madd_epi16(d, d));
  if (op == LIT_L1)
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_abs_epi16(d),
                                                   _mm256_set1_epi16(1)));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(op == LIT_SQ ? y : x, y));
}

AVX2 LIT_INLINE uint32_t fold_i8(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v),
                            _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1));
  return (uint32_t)_mm_cvtsi128_si32(s);
}

AVX2 LIT_INLINE uint32_t i8_row(LitKernOp op, const char *q, const char *row,
                                size_t dim) {
  __m256i s0 = _mm256_setzero_si256(), s1 = s0;
  size_t i = 0;
  if (op == LIT_SQ) q = row;
  for (; i + 32 <= dim; i += 32) {
    _mm_prefetch(row + i + AHEAD, _MM_HINT_T0);
    s0 = step_i8(op, s0, load_i8(q + i), load_i8(row + i));
    s1 = step_i8(op, s1, load_i8(q + i + 16), load_i8(row + i + 16));
  }
  if (i < dim) {
    char x[32] = {0}, y[32] = {0};
    memcpy(x, q + i, dim - i);
    memcpy(y, row + i, dim - i);
    s0 = step_i8(op, s0, load_i8(x), load_i8(y));
    s1 = step_i8(op, s1, load_i8(x + 16), load_i8(y + 16));
  }
  return fold_i8(_mm256_add_epi32(s0, s1));
}

AVX2 LIT_INLINE void i8_rows(LitKernOp op, const char *q, const char *row,
                             size_t dim, uint32_t *out) {
  if (op == LIT_DOTSQ) {
    out[0] = i8_row(LIT_DOT, q, row, dim);
    out[1] = i8_row(LIT_SQ, q, row, dim);
  } else {
    out[0] = i8_row(op, q, row, dim);
  }
}

#define EACH(name, op, call) \
  AVX2 static void name(const void *q, const void *rows, size_t stride, \
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
  AVX2 static void name(const void *q, const void *rows, size_t stride, \
                        size_t n_rows, size_t dim, void *out) { \
    lit_bits_rows(op, q, rows, stride, n_rows, dim, out); \
  }

LIT_KERN_LOOPS(FLOAT, I8, BIT)

AVX2 static void widen_f16(const void *from, float *to, size_t n) {
  const char *at = from;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE)
    _mm256_storeu_ps(to + i, load(LIT_F16, at, i));
  lit_kern_c.widen_f16(at + 2 * i, to + i, n - i);
}

AVX2 static void narrow_f16(const float *from, void *to, size_t n) {
  char *at = to;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE)
    _mm_storeu_si128((__m128i *)(at + 2 * i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(from + i),
                                     _MM_FROUND_TO_NEAREST_INT));
  lit_kern_c.narrow_f16(from + i, at + 2 * i, n - i);
}

/* 32 columns at a time: their sums stay in registers. */
AVX2 static void sum_i8(const LitKernSum *s, size_t from, int32_t *out) {
  for (; from + 32 <= s->dim; from += 32) {
    __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t i = 0; i < s->n; i++) {
      const int8_t *row = s->rows + s->ids[i] * s->dim + from;
      if (from == 0) lit_kern_sum_ahead(s, i);
      __m256i by = _mm256_set1_epi32(s->by[i]);
#pragma GCC unroll 4
      for (size_t j = 0; j < 4; j++) {
        __m128i x = _mm_loadl_epi64((const __m128i *)(const void *)
                                    (row + 8 * j));
        sum[j] = _mm256_add_epi32(
            sum[j], _mm256_mullo_epi32(_mm256_cvtepi8_epi32(x), by));
      }
    }
    for (size_t j = 0; j < 4; j++)
      _mm256_storeu_si256((__m256i *)(void *)(out + from + 8 * j), sum[j]);
  }
  if (from < s->dim) lit_kern_c.sum_i8(s, from, out);
}

AVX2 static void bits(const uint64_t *q, const uint64_t *codes, size_t words,
                      uint32_t *out) {
  lit_bits_weigh(q, codes, words, out);
}

AVX2 static uint32_t weigh(const uint64_t *q, const uint64_t *codes,
                           size_t words, size_t step) {
  return lit_bits_weigh_one(q, codes, words, step);
}

AVX2 static uint32_t members(const uint64_t *set, uint32_t n,
                             const uint32_t *numbers) {
  const int *words = (const int *)(const void *)set;
  __m256i last = _mm256_set1_epi32((int)(n - 1));
  uint32_t out = 0;
  for (int i = 0; i < LIT_BITS_ROWS; i += 8) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(numbers + i));
    __m256i is = _mm256_cmpeq_epi32(_mm256_min_epu32(x, last), x);
    __m256i at = _mm256_mask_i32gather_epi32(
        _mm256_setzero_si256(), words, _mm256_srli_epi32(x, 5), is, 4);
    __m256i by = _mm256_andnot_si256(x, _mm256_set1_epi32(31));
    at = _mm256_sllv_epi32(at, by);
    out |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(at)) << i;
  }
  return out;
}

/* The bit comes to the top of its byte, from where it is taken. */
AVX2 LIT_INLINE uint64_t plane(const uint8_t *u, int p) {
  const __m256i *at = (const __m256i *)(const void *)u;
  __m256i low = _mm256_loadu_si256(at), high = _mm256_loadu_si256(at + 1);
  __m128i by = _mm_cvtsi32_si128(7 - p);
  uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(low, by));
  uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(high, by));
  return (uint64_t)b << 32 | a;
}

AVX2 static uint32_t near(const LitKernNear *n, const float *block,
                          const uint32_t *sums, float *gap, float *low) {
  __m256 most_low = _mm256_set1_ps(n->most_low);
  __m256 most_gap = _mm256_set1_ps(n->most_gap);
  uint32_t out = 0;
  lit_near_gaps(n, block, sums, gap, low);
  for (int i = 0; i < LIT_BITS_ROWS; i += 8) {
    __m256 is = _mm256_or_ps(
        _mm256_cmp_ps(_mm256_loadu_ps(low + i), most_low, _CMP_NGT_UQ),
        _mm256_cmp_ps(_mm256_loadu_ps(gap + i), most_gap, _CMP_LE_OQ));
    out |= (uint32_t)_mm256_movemask_ps(is) << i;
  }
  return out;
}

AVX2 static LitKernCut cut(const float *q, const float *c, size_t words,
                           float *gap, uint64_t *planes) {
  return lit_cut(q, c, words, gap, planes, plane);
}

/* Eight numbers in a register: twice what they were, plus their bit. */
AVX2 static void unslice(const uint8_t *words, int n, uint32_t *out) {
  const __m256i lane = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  for (int i = 0; i < 8; i++) {
    __m256i v = _mm256_setzero_si256();
    for (int b = 0; b < n; b++) {
      __m256i x = _mm256_set1_epi32(words[8 * b + i]);
      x = _mm256_cmpeq_epi32(_mm256_and_si256(x, lane), lane);
      v = _mm256_sub_epi32(_mm256_add_epi32(v, v), x);
    }
    _mm256_storeu_si256((__m256i *)(void *)(out + 8 * i), v);
  }
}

AVX2 static size_t reach(const float *x, float least, size_t words,
                         uint64_t *bits) {
  size_t n = 0;
  __m256 by = _mm256_set1_ps(least);
  for (size_t w = 0; w < words; w++, x += 64) {
    uint64_t kept = 0;
    if (!bits[w]) continue;
    for (int i = 0; i < 64; i += 8) {
      __m256 is = _mm256_cmp_ps(_mm256_loadu_ps(x + i), by, _CMP_GE_OQ);
      kept |= (uint64_t)(unsigned)_mm256_movemask_ps(is) << i;
    }
    bits[w] &= kept;
    n += (size_t)__builtin_popcountll(bits[w]);
  }
  return n;
}

/* Of 32 bytes, all words; the numbers of a word stand in both halves of a register,
** as bytes are looked up within their half. */
AVX2 static unsigned tops(const LitKernTops *t, size_t from, size_t n,
                          uint8_t *out) {
  const __m256i half = _mm256_set1_epi8(15);
  __m256i most = _mm256_setzero_si256();
  __m128i m;
  for (size_t i = 0; i < n; i += 32) {
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t w = 0; w < t->n_words; w++) {
      __m256i numbers = _mm256_broadcastsi128_si256(
          _mm_loadu_si128((const __m128i *)(const void *)t->numbers[w]));
      __m256i x = _mm256_loadu_si256(
          (const __m256i *)(const void *)(t->words[w] + from + i));
      __m256i up = _mm256_and_si256(_mm256_srli_epi16(x, 4), half);
      x = _mm256_and_si256(x, half);
      low = _mm256_adds_epu8(low, _mm256_shuffle_epi8(numbers, x));
      high = _mm256_adds_epu8(high, _mm256_shuffle_epi8(numbers, up));
    }
    _mm256_storeu_si256((__m256i *)(void *)(out + i), low);
    _mm256_storeu_si256((__m256i *)(void *)(out + n + i), high);
    most = _mm256_max_epu8(most, _mm256_max_epu8(low, high));
  }
  m = _mm_max_epu8(_mm256_castsi256_si128(most),
                   _mm256_extracti128_si256(most, 1));
  m = _mm_max_epu8(m, _mm_srli_si128(m, 8));
  m = _mm_max_epu8(m, _mm_srli_si128(m, 4));
  m = _mm_max_epu8(m, _mm_srli_si128(m, 2));
  m = _mm_max_epu8(m, _mm_srli_si128(m, 1));
  return (unsigned)_mm_extract_epi8(m, 0);
}

AVX2 static size_t above(const uint8_t *x, uint8_t least, size_t words,
                         uint64_t *bits) {
  const __m256i by = _mm256_set1_epi8((char)least);
  size_t n = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t is = 0;
    for (unsigned i = 0; i < 64; i += 32) {
      __m256i v = _mm256_loadu_si256(
          (const __m256i *)(const void *)(x + 64 * w + i));
      v = _mm256_cmpeq_epi8(_mm256_max_epu8(v, by), v);
      is |= (uint64_t)(uint32_t)_mm256_movemask_epi8(v) << i;
    }
    bits[w] = is;
    n += (size_t)__builtin_popcountll(is);
  }
  return n;
}

extern const LitKern lit_kern_avx2;
const LitKern lit_kern_avx2 = {
  .isa = "avx2", .doc = "x86-64 with AVX2, FMA, F16C", .runs_here = runs_here,
  .rows = {LIT_KERN_FLOAT_ROWS, LIT_KERN_I8_ROW, LIT_KERN_BIT_ROW},
  .sum_i8 = sum_i8, .widen_f16 = widen_f16, .narrow_f16 = narrow_f16,
  .bits = bits, .weigh = weigh, .members = members,
  .near = near, .cut = cut, .turn = turn,
  .codes = codes_i8, .unslice = unslice, .reach = reach,
  .tops = tops, .above = above,
};
#endif
