/* net16_bf16.c -- net16.h for x86-64 with AVX-512 and its bfloat16: 12 rows and
** two panels are 24 sums in registers. */
#include "kern/net16.h"
#if LIT_X86
#include <immintrin.h>
#define NET16 LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx512bf16," \
                         "avx2,fma") static
#define NET16_LANES 16
#define NET16_OWN_TILE
#include "kern/net16_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bf16");
}

/* `rows` and `panels` are constants where this is called, so that the sums stay
** in registers; one pointer for three rows leaves the addresses there too. */
NET16 inline __attribute__((always_inline))
void sums(const LitTile16 *t, int first, const int rows, const int panels) {
  __m512 s[LIT_ROWS16][LIT_PANELS16];
  __m512bh x[LIT_PANELS16];
  const uint32_t *at[LIT_PANELS16] = {t->x[0], t->x[1]};
  const uint32_t *row[LIT_ROWS16 / 3];
  const size_t w_row = t->w_row;
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      s[r][p] = t->start ? _mm512_set1_ps(t->start[first + r])
                         : _mm512_loadu_ps(t->y[p] + (first + r) * 16);
  for (int r = 0; r < (rows + 2) / 3; r++)
    row[r] = t->w + ((size_t)first + 3 * (size_t)r) * w_row;
  for (size_t k = 0; k < t->n_k; k++) {
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++) {
      x[p] = (__m512bh)_mm512_loadu_si512(at[p]);
      at[p] += 16;
    }
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
      __m512bh v = (__m512bh)_mm512_set1_epi32(
          (int32_t)row[r / 3][(size_t)(r % 3) * w_row]);
#pragma GCC unroll 2
      for (int p = 0; p < panels; p++)
        s[r][p] = _mm512_dpbf16_ps(s[r][p], v, x[p]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < (rows + 2) / 3; r++) row[r]++;
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      _mm512_storeu_ps(t->y[p] + (first + r) * 16, s[r][p]);
}

NET16 void tile(const LitTile16 *t) {
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

const LitNet16 lit_net16_bf16 = {
  .isa = "avx512bf16", .runs_here = runs_here, .round = net16_round,
  .tile = tile,
};
#endif
