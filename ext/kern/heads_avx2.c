/* heads_avx2.c -- heads.h for x86-64 with AVX2 and FMA: six rows of one panel are
** 12 sums in registers. */
#include "kern/heads.h"
#if LIT_X86
#include <immintrin.h>
#include "kern/net.h"
#define NET_LANES 8
#define NET LIT_TARGET("avx2,fma") static
#define NET_MAX(a, b) _mm256_max_ps(a, b)
#define NET_MIN(a, b) _mm256_min_ps(a, b)
#define NET_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#include "kern/heads_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/* `rows` is a constant where this is called. */
NET inline __attribute__((always_inline))
void sums(const LitHeadTile *t, int p, size_t first, const int rows) {
  __m256i s[6][2], x[2];
  const int32_t *at = t->x[p], *w = t->w + first * t->w_row;
  float *y = t->y[p] + first * 16;
  const size_t w_row = t->w_row;
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) s[r][0] = s[r][1] = _mm256_setzero_si256();
  for (size_t k = 0; k < t->n_k; k++, w += t->w_k, at += t->x_k) {
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++)
      x[h] = _mm256_loadu_si256((const void *)(at + 8 * h));
#pragma GCC unroll 6
    for (int r = 0; r < rows; r++) {
      __m256i v = _mm256_set1_epi32(w[(size_t)r * w_row]);
#pragma GCC unroll 2
      for (int h = 0; h < 2; h++)
        s[r][h] = _mm256_add_epi32(s[r][h], _mm256_madd_epi16(x[h], v));
    }
  }
#pragma GCC unroll 2
  for (int h = 0; h < 2; h++) {
    __m256 over = _mm256_loadu_ps(t->over[p] + 8 * h);
#pragma GCC unroll 6
    for (int r = 0; r < rows; r++)
      _mm256_storeu_ps(y + r * 16 + 8 * h,
                       _mm256_mul_ps(_mm256_cvtepi32_ps(s[r][h]), over));
  }
}

NET void tile(const LitHeadTile *t) {
  for (int p = 0; p < t->n_panels; p++) {
    size_t r = 0;
    for (; r + 6 <= t->n_rows; r += 6) sums(t, p, r, 6);
    for (; r + 2 <= t->n_rows; r += 2) sums(t, p, r, 2);
    for (; r < t->n_rows; r++) sums(t, p, r, 1);
  }
}

const LitHeads lit_heads_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .tile = tile, HEADS_COMMON,
};
#endif
