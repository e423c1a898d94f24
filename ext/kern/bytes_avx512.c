/* bytes_avx512.c -- bytes.h for x86-64 with AVX-512 and VBMI: VPERMI2B looks up
** half of a table by seven bits. */
#include "kern/bytes.h"
#if LIT_X86
#include <immintrin.h>
#include "base/poison.h"

#define AVX512 LIT_TARGET("avx512f,avx512bw,avx512vbmi")

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vbmi");
}

AVX512 LIT_INLINE __m512i half(const uint8_t *table, __m512i c) {
  return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), c,
                                  _mm512_loadu_si512(table + 64));
}

AVX512 LIT_INLINE __m512i all(const uint8_t *table, __m512i c) {
  __mmask64 high = _mm512_movepi8_mask(c);
  __m512i low = half(table, c);
  return high ? _mm512_mask_blend_epi8(high, low, half(table + 128, c)) : low;
}

AVX512 static LitBytes look(const LitBytesKind *kind, const uint8_t *s) {
  __m512i c = _mm512_loadu_si512(s), next = _mm512_loadu_si512(s + 1);
  __m512i open = all(kind->open, c), close = all(kind->close, next);
  return (LitBytes){.pairs = _mm512_test_epi8_mask(open, close),
                    .members = _mm512_movepi8_mask(open),
                    .high = _mm512_movepi8_mask(c)};
}

const LitBytesKern lit_bytes_avx512 = {
  .isa = "avx512", .runs_here = runs_here, .look = look,
};
#endif
