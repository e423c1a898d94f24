/* netq8_body.h -- quantize() of netq8.h for all instruction sets, and tile()
** for those that do not write their own.
**
** A file that includes this defines NETQ8, which stands before each function
** and holds `static` and the instruction set; NETQ8_LANES, how many floats its
** registers hold; and NETQ8_MAX where an instruction gives what a > b ? a : b
** gives.  NETQ8_OWN_TILE leaves tile() to the file; else it defines NETQ8_ROWS,
** how many rows go at a time, NETQ8_FMA, a b + c rounded once, NETQ8_HALF, the
** float16 at an address as a float, and before it the function
**
**   four(IQ8 *sum, const uint8_t *w, const int8_t *x)
**
** which adds to each lane the products of four weights and its four features.
*/
#include <string.h>

NETQ8 inline void vq8_load(VQ8 *v, const float *at) { memcpy(v, at, sizeof *v); }

NETQ8 inline void vq8_max(VQ8 *a, const VQ8 *b) {
#ifdef NETQ8_MAX
  *a = (VQ8)NETQ8_MAX(*b, *a);
#else
  IQ8 more = *b > *a;
  *a = (VQ8)((more & (IQ8)*b) | (~more & (IQ8)*a));
#endif
}

/* What a step of q is worth, in each lane of 32 features of a strip; NaN if one
** of its numbers is not finite. */
NETQ8 inline void strip_scale(const float *x, VQ8 *scale) {
  VQ8 most[4] = {{0}, {0}, {0}, {0}}, bad = {0}, v, size;
  for (size_t k = 0; k < LIT_Q8; k += 4)
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
      vq8_load(&v, x + (k + i) * 16);
      bad += v - v;
      size = (VQ8)((IQ8)v & 0x7FFFFFFF);
      vq8_max(&most[i], &size);
    }
  vq8_max(&most[0], &most[1]);
  vq8_max(&most[2], &most[3]);
  vq8_max(&most[0], &most[2]);
  *scale = most[0] / 127.0f + bad;
}

/* The same 32 features as q; *sum is that of them all. */
NETQ8 inline void strip_round(const float *x, const VQ8 *by, int8_t *q,
                              UQ8 *sum) {
  const float magic = 12582912.0f;       /* 1.5 * 2^23: rounds, low bits are
                                            the number */
  *sum = (UQ8){0};
  for (size_t k = 0; k < LIT_Q8; k += 4) {
    IQ8 all = {0};
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
      VQ8 v;
      vq8_load(&v, x + (k + i) * 16);
      v = v * *by + magic;
      *sum += (UQ8)v - 0x4B400000;       /* the bits of magic */
      all |= ((IQ8)v & 255) << (8 * (int)i);
    }
    memcpy(q + k * 16, &all, sizeof all);
  }
}

NETQ8 void netq8_quantize(const float *x, size_t n, const LitPanelQ8 *out) {
  for (size_t k = 0; k < n; k += LIT_Q8)
    for (size_t lane = 0; lane < 16; lane += NETQ8_LANES) {
      const float *at = x + k * 16 + lane;
      size_t to = k / LIT_Q8 * 16 + lane;
      VQ8 by;
      UQ8 sum;
      strip_scale(at, &by);
      memcpy(out->scale + to, &by, sizeof by);
      by = 1.0f / by;                    /* 0 if that is not finite */
      by = (VQ8)((IQ8)by & (by < 3e38f));
      strip_round(at, &by, out->q + k * 16 + 4 * lane, &sum);
      sum *= (uint32_t)-128;
      memcpy(out->less + to, &sum, sizeof sum);
    }
}

#ifndef NETQ8_OWN_TILE
/* Up to NETQ8_ROWS rows of a strip of one panel; `rows` is a constant where this
** is called, so that the sums stay in registers. */
NETQ8 inline __attribute__((always_inline))
void tile_rows(const LitTileQ8 *t, int p, int first, const int rows,
               size_t lane) {
  const uint8_t *w = t->w + (size_t)first * t->w_row;
  float *at = t->y[p] + first * 16 + lane;
  VQ8 y[NETQ8_ROWS] = {{0}}, scale;
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
    if (t->start) y[r] += t->start[first + r];
    else vq8_load(&y[r], at + r * 16);
  }
  for (size_t b = 0; b < t->n; b++, w += LIT_Q8_BYTES) {
    const int8_t *x = t->x[p].q + b * LIT_Q8 * 16 + 4 * lane;
    IQ8 sum[NETQ8_ROWS] = {{0}};
    for (size_t k = 0; k < LIT_Q8; k += 4)
#pragma GCC unroll 12
      for (int r = 0; r < rows; r++)
        four(&sum[r], w + (size_t)r * t->w_row + 2 + k, x + k * 16);
    vq8_load(&scale, t->x[p].scale + b * 16 + lane);
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
      VQ8 by = scale * NETQ8_HALF(w + (size_t)r * t->w_row);
      VQ8 v = __builtin_convertvector(sum[r], VQ8);
      y[r] = (VQ8)NETQ8_FMA(v, by, y[r]);
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) memcpy(at + r * 16, &y[r], sizeof y[r]);
}

NETQ8 void netq8_tile(const LitTileQ8 *t) {
  for (int p = 0; p < t->n_panels; p++)
    for (int r = 0; r < t->n_rows; r += NETQ8_ROWS)
      for (size_t lane = 0; lane < 16; lane += NETQ8_LANES) {
        if (t->n_rows - r >= NETQ8_ROWS) tile_rows(t, p, r, NETQ8_ROWS, lane);
        else
          for (int i = r; i < t->n_rows; i++) tile_rows(t, p, i, 1, lane);
      }
}
#endif
