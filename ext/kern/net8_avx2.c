/* net8_avx2.c -- net8.h for x86-64 with AVX2: four rows of one panel are eight
** sums in registers.
**
** VPMADDUBSW multiplies u8 by s8 and adds two neighbours in 16 bits; as |q| and
** w with the sign of q, both at most 127, they cannot saturate. */
#include "kern/net8_sums.h"
#if LIT_X86
#include <immintrin.h>
#include <string.h>
#define NET8 LIT_TARGET("avx2") static
#define NET8_MAX(a, b) _mm256_max_epi32((__m256i)(a), (__m256i)(b))
#define NET8_MAXU(a, b) _mm256_max_epu32((__m256i)(a), (__m256i)(b))
#define NET8_LANES 8
#define NET8_PLUS128 0
#define NET8_BEGIN
#define NET8_END
#include "kern/net8_body.h"
#include "base/poison.h"

static int runs_here(void) { return __builtin_cpu_supports("avx2"); }

enum { ROWS = 4 };

/* Rows r .. r + ROWS-1 of block b times panel p. */
NET8 inline __attribute__((always_inline))
void some(const LitSums8 *s, int b, int r, int p) {
  const __m256i ones = _mm256_set1_epi16(1), flip = _mm256_set1_epi8(-128);
  __m256i q[2], size[2];
  I8 sum[ROWS][2];
#pragma GCC unroll 4
  for (int i = 0; i < ROWS; i++)
    sum[i][0] = sum[i][1] = (I8){0};
  for (size_t k = 0; k < s->n_k; k += 4) {
    const int8_t *w = s->w[b] + k / LIT_COLS8 * LIT_BLOCK8 + k % LIT_COLS8 +
                      r * LIT_COLS8;
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++) {
      const uint8_t *x = s->x[p] + k * 16 + h * 32;
      q[h] = _mm256_xor_si256(_mm256_loadu_si256((const void *)x), flip);
      size[h] = _mm256_abs_epi8(q[h]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < ROWS; i++) {
      int32_t four;
      memcpy(&four, w + i * LIT_COLS8, sizeof four);
#pragma GCC unroll 2
      for (int h = 0; h < 2; h++) {
        __m256i v = _mm256_sign_epi8(_mm256_set1_epi32(four), q[h]);
        v = _mm256_madd_epi16(_mm256_maddubs_epi16(size[h], v), ones);
        sum[i][h] += (I8)v;
      }
    }
  }
#pragma GCC unroll 2
  for (int h = 0; h < 2; h++)
    sums8_put(s, b * LIT_ROWS8 + r, ROWS, p, 8 * h, &sum[0][h], 2);
}

NET8 void sums(const LitSums8 *s) {
  for (int b = 0; b < s->n_blocks; b++)
    for (int p = 0; p < s->n_panels; p++)
      for (int r = 0; r < LIT_ROWS8; r += ROWS) some(s, b, r, p);
}

const LitNet8 lit_net8_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
#endif
