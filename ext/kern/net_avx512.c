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
    for (; r + 8 <= t->n_rows; r += 8) sums(t, r, 8, 2);
    for (; r + 4 <= t->n_rows; r += 4) sums(t, r, 4, 2);
    for (; r < t->n_rows; r++) sums(t, r, 1, 2);
  } else {
    for (; r + 12 <= t->n_rows; r += 12) sums(t, r, 12, 1);
    for (; r + 8 <= t->n_rows; r += 8) sums(t, r, 8, 1);
    for (; r + 4 <= t->n_rows; r += 4) sums(t, r, 4, 1);
    for (; r < t->n_rows; r++) sums(t, r, 1, 1);
  }
}

/* Element j of r[i] becomes element i of r[j]. */
NET inline __attribute__((always_inline))
void turn(__m512 r[16]) {
  __m512 t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4)
#pragma GCC unroll 2
    for (int k = 0; k < 2; k++) {
      __m512d a = (__m512d)t[i + k], b = (__m512d)t[i + 2 + k];
      r[i + 2 * k] = (__m512)_mm512_unpacklo_pd(a, b);
      r[i + 2 * k + 1] = (__m512)_mm512_unpackhi_pd(a, b);
    }
#pragma GCC unroll 4
  for (int k = 0; k < 4; k++) {
    t[k] = _mm512_shuffle_f32x4(r[k], r[4 + k], 0x88);
    t[4 + k] = _mm512_shuffle_f32x4(r[k], r[4 + k], 0xDD);
    t[8 + k] = _mm512_shuffle_f32x4(r[8 + k], r[12 + k], 0x88);
    t[12 + k] = _mm512_shuffle_f32x4(r[8 + k], r[12 + k], 0xDD);
  }
#pragma GCC unroll 4
  for (int k = 0; k < 4; k++) {
    r[k] = _mm512_shuffle_f32x4(t[k], t[8 + k], 0x88);
    r[8 + k] = _mm512_shuffle_f32x4(t[k], t[8 + k], 0xDD);
    r[4 + k] = _mm512_shuffle_f32x4(t[4 + k], t[12 + k], 0x88);
    r[12 + k] = _mm512_shuffle_f32x4(t[4 + k], t[12 + k], 0xDD);
  }
}

/* Lanes are rows here: 16 x 16 weights are turned in registers, and a token's
** number multiplies 16 of them.  `tokens` is a constant where this is called. */
NET inline __attribute__((always_inline))
void few_sums(const LitTile *t, const int tokens) {
  __m512 s[LIT_LANES], w[LIT_LANES];
  const float *soon = t->w + t->ahead, *x = t->x[0];
#pragma GCC unroll 16
  for (int i = 0; i < LIT_LANES; i++)
    s[i] = i < tokens ? _mm512_loadu_ps(t->start) : _mm512_setzero_ps();
  for (size_t k = 0; k < t->n_k; k += LIT_LANES, x += LIT_LANES * LIT_LANES) {
#pragma GCC unroll 16
    for (int r = 0; r < LIT_LANES; r++, soon += LIT_LANES) {
      _mm_prefetch((const char *)soon, _MM_HINT_T1);
      w[r] = _mm512_loadu_ps(t->w + (size_t)r * t->w_row + k);
    }
    turn(w);
#pragma GCC unroll 16
    for (int i = 0; i < LIT_LANES; i++)
#pragma GCC unroll 12
      for (int token = 0; token < tokens; token++)
        s[token] = _mm512_fmadd_ps(w[i], _mm512_set1_ps(x[i * LIT_LANES + token]),
                                   s[token]);
  }
  turn(s);
#pragma GCC unroll 16
  for (int r = 0; r < LIT_LANES; r++)
    _mm512_storeu_ps(t->y[0] + r * LIT_LANES, s[r]);
}

NET void few(const LitTile *t, int n_tokens) {
  if (n_tokens <= 3) few_sums(t, 3);
  else if (n_tokens <= 6) few_sums(t, 6);
  else if (n_tokens <= 9) few_sums(t, 9);
  else few_sums(t, LIT_FEW_TOKENS);
}

const LitNet lit_net_avx512 = {
  .isa = "avx512", .runs_here = runs_here, .tile = tile, .few = few,
  NET_COMMON,
};
#endif
