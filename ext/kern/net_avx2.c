/* net_avx2.c -- net.h for x86-64 with AVX2 and FMA: six rows of one panel are
** 12 sums in registers. */
#include "kern/net.h"
#if LIT_X86
#include <immintrin.h>
#define NET_LANES 8
#define NET LIT_TARGET("avx2,fma") static
#define NET_MAX(a, b) _mm256_max_ps(a, b)
#define NET_MIN(a, b) _mm256_min_ps(a, b)
#define NET_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#include "kern/net_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/* `rows` is a constant where this is called. */
NET inline __attribute__((always_inline))
void sums(const LitTile *t, int p, int first, const int rows) {
  __m256 s[6][2], a, b;
  const float *x = t->x[p];
  float *y = t->y[p] + first * LIT_LANES;
  const size_t w_row = t->w_row, w_k = t->w_k;
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    s[r][0] = t->start ? _mm256_set1_ps(t->start[first + r])
                       : _mm256_loadu_ps(y + r * LIT_LANES);
    s[r][1] = t->start ? s[r][0] : _mm256_loadu_ps(y + r * LIT_LANES + 8);
  }
  for (size_t o = 0; o < t->n_outer; o++) {
    const float *w = t->w + o * t->w_outer + (size_t)first * w_row;
    for (size_t k = 0; k < t->n_k; k++, w += w_k, x += LIT_LANES) {
      a = _mm256_loadu_ps(x);
      b = _mm256_loadu_ps(x + 8);
#pragma GCC unroll 6
      for (int r = 0; r < rows; r++) {
        __m256 v = _mm256_broadcast_ss(w + (size_t)r * w_row);
        s[r][0] = _mm256_fmadd_ps(v, a, s[r][0]);
        s[r][1] = _mm256_fmadd_ps(v, b, s[r][1]);
      }
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    _mm256_storeu_ps(y + r * LIT_LANES, s[r][0]);
    _mm256_storeu_ps(y + r * LIT_LANES + 8, s[r][1]);
  }
}

NET void tile(const LitTile *t) {
  for (int p = 0; p < t->n_panels; p++) {
    int r = 0;
    for (; r + 6 <= t->n_rows; r += 6) sums(t, p, r, 6);
    for (; r + 4 <= t->n_rows; r += 4) sums(t, p, r, 4);
    for (; r < t->n_rows; r++) sums(t, p, r, 1);
  }
}

const LitNet lit_net_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .tile = tile,
  NET_COMMON,
};
#endif
