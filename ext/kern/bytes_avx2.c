/* bytes_avx2.c -- bytes.h for x86-64 with AVX2.
**
** VPSHUFB looks up 16 bytes by four bits.  A row of a table is wanted where the
** high four bits are its number: exclusive-or with that number leaves them
** zero, and adding 0x70 without overflow sets the top bit of all others, which
** makes them zero.  Text has seldom more than the first eight rows.
*/
#include "kern/bytes.h"
#if LIT_X86
#include <immintrin.h>
#include "base/poison.h"

#define AVX2 LIT_TARGET("avx2")
enum { WIDE = 32 };

static int runs_here(void) { return __builtin_cpu_supports("avx2"); }

AVX2 LIT_INLINE __m256i rows(const uint8_t *table, int from, int to, __m256i c,
                             __m256i sum) {
#pragma GCC unroll 8
  for (int r = from; r < to; r++) {
    __m128i row = _mm_loadu_si128((const __m128i *)(table + 16 * r));
    __m256i at = _mm256_adds_epu8(
        _mm256_xor_si256(c, _mm256_set1_epi8((char)(r << 4))),
        _mm256_set1_epi8(0x70));
    sum = _mm256_or_si256(
        sum, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(row), at));
  }
  return sum;
}

AVX2 LIT_INLINE __m256i all(const uint8_t *table, __m256i c) {
  __m256i sum = rows(table, 0, 8, c, _mm256_setzero_si256());
  return _mm256_movemask_epi8(c) ? rows(table, 8, 16, c, sum) : sum;
}

AVX2 LIT_INLINE LitBytes look_block(const LitBytesKind *kind,
                                    const uint8_t *s) {
  LitBytes b = {0, 0, 0};
  for (int i = 0; i < LIT_BYTES; i += WIDE) {
    __m256i c = _mm256_loadu_si256((const __m256i *)(s + i));
    __m256i next = _mm256_loadu_si256((const __m256i *)(s + i + 1));
    __m256i open = all(kind->open, c), close = all(kind->close, next);
    __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(open, close),
                                     _mm256_setzero_si256());
    b.pairs |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(none) << i;
    b.members |= (uint64_t)(uint32_t)_mm256_movemask_epi8(open) << i;
    b.high |= (uint64_t)(uint32_t)_mm256_movemask_epi8(c) << i;
  }
  return b;
}

AVX2 static void look(const LitBytesKind *kind, const uint8_t *s, size_t n,
                      LitBytes *out) {
  for (size_t k = 0; k < n; k++) out[k] = look_block(kind, s + k * LIT_BYTES);
}

const LitBytesKern lit_bytes_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .look = look,
};
#endif
