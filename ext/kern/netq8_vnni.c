/* netq8_vnni.c -- netq8.h for x86-64 with AVX-512 VNNI: six rows and two panels,
** or 12 rows of one, are 12 sums in registers, and as many of blocks.  (Three
** rows and four panels turn fewer weights, but were a sixth slower.)
**
** VPDPBUSD adds four products of u8 and s8 to each lane, without saturation:
** here w + 128 and q, and each block starts at -128 times the sum of its q. */
#include "kern/netq8.h"
#if LIT_X86
#include <immintrin.h>
#include <string.h>
#define NETQ8 LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2," \
                         "fma,f16c") static
#define NETQ8_LANES 16
#define NETQ8_MAX(a, b) _mm512_max_ps(a, b)
#define NETQ8_OWN_TILE
#include "kern/netq8_lanes.h"
#include "kern/netq8_body.h"
#include "base/poison.h"

/* Whatever has AVX-512 has FMA and F16C. */
static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}

/* The float16 at the start of a block, in all lanes. */
NETQ8 inline __m512 scale_of(const uint8_t *w) {
  int16_t h;
  memcpy(&h, w, sizeof h);
  return _mm512_cvtph_ps(_mm256_set1_epi16(h));
}

/* Block b of rows and panels, whose sums are y; one pointer for three rows leaves
** the addresses in registers. */
NETQ8 inline __attribute__((always_inline))
void block(const LitTileQ8 *t, size_t b, const uint8_t *const *row,
           const int rows, const int panels, __m512 (*y)[LIT_PANELSQ8]) {
  const __m512i flip = _mm512_set1_epi8(-128);
  const size_t w_row = t->w_row;
  __m512i s[LIT_ROWSQ8][LIT_PANELSQ8], x[LIT_PANELSQ8];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      s[r][p] = _mm512_loadu_si512(t->x[p].less + b * 16);
#pragma GCC unroll 8
  for (size_t k = 0; k < LIT_Q8; k += 4) {
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      x[p] = _mm512_loadu_si512(t->x[p].q + (b * LIT_Q8 + k) * 16);
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __m512i w;
      memcpy(&four, row[r / 3] + (size_t)(r % 3) * w_row + 2 + k, sizeof four);
      w = _mm512_xor_si512(_mm512_set1_epi32(four), flip);
#pragma GCC unroll 2
      for (int p = 0; p < panels; p++)
        s[r][p] = _mm512_dpbusd_epi32(s[r][p], w, x[p]);
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
    __m512 d = scale_of(row[r / 3] + (size_t)(r % 3) * w_row);
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++) {
      __m512 by = _mm512_mul_ps(d, _mm512_loadu_ps(t->x[p].scale + b * 16));
      y[r][p] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(s[r][p]), by, y[r][p]);
    }
  }
}

/* `rows` and `panels` are constants where this is called, so that the sums stay
** in registers. */
NETQ8 inline __attribute__((always_inline))
void sums(const LitTileQ8 *t, int first, const int rows, const int panels) {
  const uint8_t *row[LIT_ROWSQ8 / 3];
  __m512 y[LIT_ROWSQ8][LIT_PANELSQ8];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      y[r][p] = t->start ? _mm512_set1_ps(t->start[first + r])
                         : _mm512_loadu_ps(t->y[p] + (first + r) * 16);
#pragma GCC unroll 4
  for (int r = 0; r < (rows + 2) / 3; r++)
    row[r] = t->w + ((size_t)first + 3 * (size_t)r) * t->w_row;
  for (size_t b = 0; b < t->n; b++) {
    block(t, b, row, rows, panels, y);
#pragma GCC unroll 4
    for (int r = 0; r < (rows + 2) / 3; r++) row[r] += LIT_Q8_BYTES;
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int p = 0; p < panels; p++)
      _mm512_storeu_ps(t->y[p] + (first + r) * 16, y[r][p]);
}

NETQ8 void tile(const LitTileQ8 *t) {
  int r = 0;
  if (t->n_panels == 2) {
    for (; r + 6 <= t->n_rows; r += 6) sums(t, r, 6, 2);
    for (; r < t->n_rows; r++) sums(t, r, 1, 2);
  } else {
    for (; r + 12 <= t->n_rows; r += 12) sums(t, r, 12, 1);
    for (; r < t->n_rows; r++) sums(t, r, 1, 1);
  }
}

const LitNetQ8 lit_netq8_vnni = {
  .isa = "avx512vnni", .runs_here = runs_here, .quantize = netq8_quantize,
  .tile = tile,
};
#endif
