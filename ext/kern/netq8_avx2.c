/* netq8_avx2.c -- netq8.h for x86-64 with AVX2, FMA and F16C.
**
** VPMADDUBSW multiplies u8 by s8 and adds two neighbours in 16 bits; as |w|, at
** most 128, and q with the sign of w, at most 127, they cannot saturate. */
#include "kern/netq8.h"
#if LIT_X86
#include <cpuid.h>
#include <immintrin.h>
#include <string.h>
#define NETQ8 LIT_TARGET("avx2,fma,f16c") static
#define NETQ8_LANES 8
#define NETQ8_ROWS 4
#define NETQ8_MAX(a, b) _mm256_max_ps(a, b)
#define NETQ8_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define NETQ8_HALF(at) half(at)
#include "kern/netq8_lanes.h"

/* Not every compiler's __builtin_cpu_supports knows of F16C. */
static int runs_here(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

NETQ8 inline float half(const uint8_t *at) {
  uint16_t h;
  memcpy(&h, at, sizeof h);
  return _cvtsh_ss(h);
}

NETQ8 inline void four(IQ8 *sum, const uint8_t *w, const int8_t *x) {
  __m256i q = _mm256_loadu_si256((const void *)x), by;
  int32_t all;
  memcpy(&all, w, sizeof all);
  by = _mm256_set1_epi32(all);
  q = _mm256_maddubs_epi16(_mm256_abs_epi8(by), _mm256_sign_epi8(q, by));
  *sum += (IQ8)_mm256_madd_epi16(q, _mm256_set1_epi16(1));
}

#include "kern/netq8_body.h"
#include "base/poison.h"

const LitNetQ8 lit_netq8_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .quantize = netq8_quantize,
  .tile = netq8_tile,
};
#endif
