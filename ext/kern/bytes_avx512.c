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

/* A table as registers, [256] bytes. */
typedef struct Table { __m512i quarters[4]; } Table;

AVX512 LIT_INLINE Table load(const uint8_t *table) {
  Table t;
  for (int k = 0; k < 4; k++)
    t.quarters[k] = _mm512_loadu_si512(table + k * LIT_BYTES);
  return t;
}

AVX512 LIT_INLINE __m512i all(const Table *t, __m512i c) {
  const __mmask64 high = _mm512_movepi8_mask(c);
  const __m512i *q = t->quarters;
  const __m512i low = _mm512_permutex2var_epi8(q[0], c, q[1]);
  if (!high) return low;
  return _mm512_mask_blend_epi8(high, low,
                                _mm512_permutex2var_epi8(q[2], c, q[3]));
}

AVX512 static void look(const LitBytesKind *kind, const uint8_t *s, size_t n,
                        LitBytes *out) {
  const Table opens = load(kind->open), closes = load(kind->close);
  for (size_t k = 0; k < n; k++, s += LIT_BYTES) {
    const __m512i c = _mm512_loadu_si512(s), next = _mm512_loadu_si512(s + 1);
    const __m512i open = all(&opens, c), close = all(&closes, next);
    out[k] = (LitBytes){.pairs = _mm512_test_epi8_mask(open, close),
                        .members = _mm512_movepi8_mask(open),
                        .high = _mm512_movepi8_mask(c)};
  }
}

const LitBytesKern lit_bytes_avx512 = {
  .isa = "avx512", .runs_here = runs_here, .look = look,
};
#endif
