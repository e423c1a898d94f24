/* heads_vnni.c -- heads.h for x86-64 with AVX-512 VNNI: eight rows and two panels,
** or 16 rows of one, are 16 sums in registers; VPDPWSSD adds two products of 16
** bits to each lane. */
#include "kern/heads.h"
#if LIT_X86
#include <immintrin.h>
#include "kern/net.h"
#define NET_LANES 16
#define NET LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2," \
                       "fma") static
#define NET_MAX(a, b) _mm512_max_ps(a, b)
#define NET_MIN(a, b) _mm512_min_ps(a, b)
#define NET_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define NET_WHOLE(a) _mm512_roundscale_ps(a, 0)
#define NET_TWICE(a, b) _mm512_scalef_ps(a, b)
#include "kern/heads_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("avx512vnni");
}

/* `rows` and `panels` are constants where this is called.  Sums as __m512i would
** be moved from register to register. */
NET inline __attribute__((always_inline))
void sums(const LitHeadTile *t, size_t first, const int rows, const int panels) {
  I s[16][2];
  __m512i x[2];
  const int32_t *at[2] = {t->x[0], t->x[1]}, *row[6];
  const size_t w_row = t->w_row, w_k = t->w_k, x_k = t->x_k;
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) s[r][0] = s[r][1] = (I){0};
#pragma GCC unroll 6
  for (int r = 0; r < (rows + 2) / 3; r++)
    row[r] = t->w + (first + 3 * (size_t)r) * w_row;
  for (size_t k = 0; k < t->n_k; k++) {
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      x[p] = _mm512_loadu_si512(at[p]), at[p] += x_k;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      __m512i w = _mm512_set1_epi32(row[r / 3][(size_t)(r % 3) * w_row]);
#pragma GCC unroll 2
      for (int p = 0; p < panels; p++)
        s[r][p] = (I)_mm512_dpwssd_epi32((__m512i)s[r][p], x[p], w);
    }
#pragma GCC unroll 6
    for (int r = 0; r < (rows + 2) / 3; r++) row[r] += w_k;
  }
#pragma GCC unroll 2
  for (int p = 0; p < panels; p++) {
    __m512 over = _mm512_loadu_ps(t->over[p]);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
      _mm512_storeu_ps(t->y[p] + (first + (size_t)r) * 16,
                       _mm512_mul_ps(_mm512_cvtepi32_ps((__m512i)s[r][p]), over));
  }
}

NET void tile(const LitHeadTile *t) {
  size_t r = 0;
  if (t->n_panels == 2) {
    for (; r + 8 <= t->n_rows; r += 8) sums(t, r, 8, 2);
    for (; r < t->n_rows; r++) sums(t, r, 1, 2);
  } else {
    for (; r + 16 <= t->n_rows; r += 16) sums(t, r, 16, 1);
    for (; r + 8 <= t->n_rows; r += 8) sums(t, r, 8, 1);
    for (; r < t->n_rows; r++) sums(t, r, 1, 1);
  }
}

const LitHeads lit_heads_vnni = {
  .isa = "avx512vnni", .runs_here = runs_here, .tile = tile, HEADS_COMMON,
};
#endif
