/* net16_body.h -- the functions of net16.h, once for the instruction sets that
** multiply no bfloat16 themselves, and round() for all.
**
** A file that includes this defines NET16, which stands before each function
** and holds `static` and the instruction set; NET16_LANES, how many floats its
** registers hold; and, if there is an instruction for it, NET16_FMA, a b + c
** rounded once.  NET16_OWN_TILE leaves tile() to the file.
*/
#include <math.h>
#include <string.h>

typedef float V16 __attribute__((vector_size(4 * NET16_LANES)));
typedef int32_t I16 __attribute__((vector_size(4 * NET16_LANES)));
typedef uint32_t U16 __attribute__((vector_size(4 * NET16_LANES)));

/* Floats to bfloat16 in the upper halves, what is below undefined. */
NET16 inline void v16_round(U16 *out, const float *at) {
  V16 v;
  U16 u, size;
  I16 is_nan, is_small;
  memcpy(&v, at, sizeof v);
  u = (U16)v;
  size = u & 0x7FFFFFFF;
  is_nan = v != v;
  is_small = (I16)size < (127 - 40) << 23;
  u = u + 0x7FFF + (u >> 16 & 1);
  u &= ~(U16)is_small;
  *out = (u & ~(U16)is_nan) | ((U16)is_nan & 0x7FC00000);
}

NET16 void net16_round(const float *x, size_t n, uint32_t *out) {
  for (size_t k = 0; k < n; k += 2)
    for (size_t lane = 0; lane < 16; lane += NET16_LANES) {
      U16 low, high = {0};
      v16_round(&low, x + k * 16 + lane);
      if (k + 1 < n) v16_round(&high, x + (k + 1) * 16 + lane);
      low = low >> 16 | (high & 0xFFFF0000);
      memcpy(out + k / 2 * 16 + lane, &low, sizeof low);
    }
}

#ifndef NET16_OWN_TILE
/* *y = the floats that the upper halves of w and x are, multiplied, + *y. */
NET16 inline void v16_add(V16 *y, uint32_t w, const U16 *x) {
#ifdef NET16_FMA
  V16 by = (V16)((U16){0} + w);
  *y = (V16)NET16_FMA(by, (V16)*x, *y);
#else
  float a[NET16_LANES], b[NET16_LANES], by;
  memcpy(a, x, sizeof a);
  memcpy(b, y, sizeof b);
  memcpy(&by, &w, sizeof by);
  for (int i = 0; i < NET16_LANES; i++) b[i] = fmaf(by, a[i], b[i]);
  memcpy(y, b, sizeof b);
#endif
}

/* Up to four rows of a strip of one panel at a time; `rows` is a constant where
** it is four, so that the sums stay in registers. */
NET16 inline __attribute__((always_inline))
void tile_rows(const LitTile16 *t, int p, int first, const int rows,
               size_t lane) {
  V16 y[4] = {{0}};
  float *at = t->y[p] + first * 16 + lane;
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) {
    if (t->start) y[r] += t->start[first + r];
    else memcpy(&y[r], at + r * 16, sizeof y[r]);
  }
  for (size_t k = 0; k < t->n_k; k++) {
    U16 x, high, low;
    memcpy(&x, t->x[p] + k * 16 + lane, sizeof x);
    high = x & 0xFFFF0000, low = x << 16;
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      uint32_t w = t->w[(size_t)(first + r) * t->w_row + k];
      v16_add(&y[r], w & 0xFFFF0000, &high);
      v16_add(&y[r], w << 16, &low);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) memcpy(at + r * 16, &y[r], sizeof y[r]);
}

NET16 void net16_tile(const LitTile16 *t) {
  for (int p = 0; p < t->n_panels; p++)
    for (int r = 0; r < t->n_rows; r += 4)
      for (size_t lane = 0; lane < 16; lane += NET16_LANES) {
        if (t->n_rows - r >= 4) tile_rows(t, p, r, 4, lane);
        else tile_rows(t, p, r, t->n_rows - r, lane);
      }
}
#endif
