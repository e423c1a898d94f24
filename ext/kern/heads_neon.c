/* heads_neon.c -- heads.h for aarch64: two rows of one panel are 16 sums in
** registers, the first and the second products apart. */
#include "kern/heads.h"
#if LIT_NEON
#include <arm_neon.h>
#include "kern/net.h"
#define NET_LANES 4
#define NET static
#define NET_FMA(a, b, c) vfmaq_f32(c, a, b)
#include "kern/heads_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

/* `rows` is a constant where this is called. */
static inline __attribute__((always_inline))
void sums(const LitHeadTile *t, int p, size_t first, const int rows) {
  int32x4_t s[2][4][2];
  const int32_t *at = t->x[p], *w = t->w + first * t->w_row;
  float *y = t->y[p] + first * 16;
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < 4; i++) s[r][i][0] = s[r][i][1] = vdupq_n_s32(0);
  for (size_t k = 0; k < t->n_k; k++, w += t->w_k, at += t->x_k) {
#pragma GCC unroll 2
    for (int r = 0; r < rows; r++) {
      int16x4_t v = vreinterpret_s16_s32(vdup_n_s32(w[(size_t)r * t->w_row]));
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
        int16x8_t x = vreinterpretq_s16_s32(vld1q_s32(at + 4 * i));
        s[r][i][0] = vmlal_s16(s[r][i][0], vget_low_s16(x), v);
        s[r][i][1] = vmlal_s16(s[r][i][1], vget_high_s16(x), v);
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < 4; i++) {
      int32x4_t sum = vpaddq_s32(s[r][i][0], s[r][i][1]);
      vst1q_f32(y + r * 16 + 4 * i,
                vmulq_f32(vcvtq_f32_s32(sum), vld1q_f32(t->over[p] + 4 * i)));
    }
}

static void tile(const LitHeadTile *t) {
  for (int p = 0; p < t->n_panels; p++) {
    size_t r = 0;
    for (; r + 2 <= t->n_rows; r += 2) sums(t, p, r, 2);
    for (; r < t->n_rows; r++) sums(t, p, r, 1);
  }
}

const LitHeads lit_heads_neon = {
  .isa = "neon", .runs_here = runs_here, .tile = tile, HEADS_COMMON,
};
#endif
