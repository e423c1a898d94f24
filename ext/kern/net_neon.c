/* net_neon.c -- net.h for aarch64: four rows of one panel are 16 sums in
** registers. */
#include "kern/net.h"
#if LIT_NEON
#include <arm_neon.h>
#define NET_LANES 4
#define NET static
#define NET_FMA(a, b, c) vfmaq_f32(c, a, b)
#include "kern/net_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

/* `rows` is a constant where this is called. */
NET inline __attribute__((always_inline))
void sums(const LitTile *t, int p, int first, const int rows) {
  float32x4_t s[4][4], x[4];
  const float *at = t->x[p];
  float *y = t->y[p] + first * LIT_LANES;
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
      s[r][i] = t->start ? vdupq_n_f32(t->start[first + r])
                         : vld1q_f32(y + r * LIT_LANES + 4 * i);
  for (size_t o = 0; o < t->n_outer; o++) {
    const float *w = t->w + o * t->w_outer + (size_t)first * t->w_row;
    for (size_t k = 0; k < t->n_k; k++, w += t->w_k, at += LIT_LANES) {
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) x[i] = vld1q_f32(at + 4 * i);
#pragma GCC unroll 4
      for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++)
          s[r][i] = vfmaq_n_f32(s[r][i], x[i], w[(size_t)r * t->w_row]);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) vst1q_f32(y + r * LIT_LANES + 4 * i, s[r][i]);
}

NET void tile(const LitTile *t) {
  for (int p = 0; p < t->n_panels; p++) {
    int r = 0;
    for (; r + 4 <= t->n_rows; r += 4) sums(t, p, r, 4);
    for (; r < t->n_rows; r++) sums(t, p, r, 1);
  }
}

const LitNet lit_net_neon = {
  .isa = "neon", .runs_here = runs_here, .tile = tile,
  NET_COMMON,
};
#endif
