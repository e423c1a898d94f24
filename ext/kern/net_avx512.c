/* net_avx512.c -- net.h for x86-64 with AVX-512: 12 rows and two panels are 24
** sums in registers, fed by 14 loads for 24 multiply-adds. */
#include "kern/net.h"
#if LIT_X86
#include <immintrin.h>
#define NET_LANES 16
#define NET LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma") static
#define NET_MAX(a, b) _mm512_max_ps(a, b)
#define NET_MIN(a, b) _mm512_min_ps(a, b)
#define NET_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#include "kern/net_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}

/* `rows` and `panels` are constants where this is called, so that the sums
** stay in registers.  One pointer for three rows, and one distance between
** rows, leave the addresses in registers too. */
NET inline __attribute__((always_inline))
void sums(const LitTile *t, int first, const int rows, const int panels) {
  __m512 s[LIT_TILE_ROWS][LIT_TILE_PANELS], x[LIT_TILE_PANELS];
  const float *at[LIT_TILE_PANELS] = {t->x[0], t->x[1]};
  const size_t w_row = t->w_row, w_k = t->w_k;
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      s[r][p] = t->start ? _mm512_set1_ps(t->start[first + r])
                         : _mm512_loadu_ps(t->y[p] + (first + r) * LIT_LANES);
  for (size_t o = 0; o < t->n_outer; o++) {
    const float *w = t->w + o * t->w_outer + (size_t)first * w_row;
    const float *soon = w + t->ahead, *row[LIT_TILE_ROWS / 3];
    for (int r = 0; r < (rows + 2) / 3; r++) row[r] = w + 3 * (size_t)r * w_row;
    for (size_t k = 0; k < t->n_k; k++, soon += LIT_LANES) {
      _mm_prefetch((const char *)soon, _MM_HINT_T1);
#pragma GCC unroll 2
      for (int p = 0; p < panels; p++) {
        x[p] = _mm512_loadu_ps(at[p]);
        at[p] += LIT_LANES;
      }
#pragma GCC unroll 12
      for (int r = 0; r < rows; r++) {
        __m512 v = _mm512_set1_ps(row[r / 3][(size_t)(r % 3) * w_row]);
#pragma GCC unroll 2
        for (int p = 0; p < panels; p++)
          s[r][p] = _mm512_fmadd_ps(v, x[p], s[r][p]);
      }
#pragma GCC unroll 4
      for (int r = 0; r < (rows + 2) / 3; r++) row[r] += w_k;
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      _mm512_storeu_ps(t->y[p] + (first + r) * LIT_LANES, s[r][p]);
}

NET void tile(const LitTile *t) {
  int r = 0;
  if (t->n_panels == 2) {
    for (; r + 12 <= t->n_rows; r += 12) sums(t, r, 12, 2);
    for (; r + 4 <= t->n_rows; r += 4) sums(t, r, 4, 2);
    for (; r < t->n_rows; r++) sums(t, r, 1, 2);
  } else {
    for (; r + 12 <= t->n_rows; r += 12) sums(t, r, 12, 1);
    for (; r + 4 <= t->n_rows; r += 4) sums(t, r, 4, 1);
    for (; r < t->n_rows; r++) sums(t, r, 1, 1);
  }
}

const LitNet lit_net_avx512 = {
  .isa = "avx512", .runs_here = runs_here, .tile = tile,
  NET_COMMON,
};
#endif
