/* net8_vnni.c -- net8.h for x86-64 with AVX-512 VNNI: eight rows and two panels,
** or 16 rows of one, are 16 sums in registers; VPDPBUSD adds four products of u8 and s8 to each
** lane, without saturation. */
#include "kern/net8_sums.h"
#if LIT_X86
#include <immintrin.h>
#include <string.h>
#define NET8 LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2") \
             static
#define NET8_MAX(a, b) _mm512_max_epi32((__m512i)(a), (__m512i)(b))
#define NET8_MAXU(a, b) _mm512_max_epu32((__m512i)(a), (__m512i)(b))
#define NET8_LANES 16
#define NET8_PLUS128 1
#define NET8_BEGIN
#define NET8_END
#include "kern/net8_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}

/* Rows r .. r + rows-1 of block b; `rows` and `panels` are constants where this
** is called.  Sums as __m512i would be moved from register to register. */
NET8 inline __attribute__((always_inline))
void some(const LitSums8 *s, int b, int r, const int rows, const int panels) {
  I8 sum[LIT_ROWS8][2];
  __m512i x[2];
  const uint8_t *at[2] = {s->x[0], s->x[1]};
  const int8_t *w = s->w[b] + r * LIT_COLS8;
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    sum[i][0] = sum[i][1] = (I8){0};
  for (size_t k = 0; k < s->n_k; k += LIT_COLS8, w += LIT_BLOCK8)
    for (size_t col = 0; col < LIT_COLS8; col += 4) {
#pragma GCC unroll 2
      for (int p = 0; p < panels; p++)
        x[p] = _mm512_loadu_si512(at[p]), at[p] += 64;
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++) {
        int32_t four;
        memcpy(&four, w + col + i * LIT_COLS8, sizeof four);
#pragma GCC unroll 2
        for (int p = 0; p < panels; p++)
          sum[i][p] = (I8)_mm512_dpbusd_epi32((__m512i)sum[i][p], x[p],
                                              _mm512_set1_epi32(four));
      }
    }
#pragma GCC unroll 2
  for (int p = 0; p < panels; p++)
    sums8_put(s, b * LIT_ROWS8 + r, rows, p, 0, &sum[0][p], 2);
}

NET8 void sums(const LitSums8 *s) {
  for (int b = 0; b < s->n_blocks; b++) {
    if (s->n_panels == 1) {
      some(s, b, 0, LIT_ROWS8, 1);
      continue;
    }
    some(s, b, 0, LIT_ROWS8 / 2, 2);
    some(s, b, LIT_ROWS8 / 2, LIT_ROWS8 / 2, 2);
  }
}

const LitNet8 lit_net8_vnni = {
  .isa = "avx512vnni", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
#endif
