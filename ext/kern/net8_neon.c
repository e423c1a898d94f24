/* net8_neon.c -- net8.h for any aarch64: two rows of one panel are eight sums
** in registers; products go through 16 bits. */
#include "kern/net8_sums.h"
#if LIT_NEON
#include <arm_neon.h>
#include <string.h>
#define NET8 static
#define NET8_LANES 4
#define NET8_PLUS128 0
#define NET8_BEGIN
#define NET8_END
#include "kern/net8_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

/* Rows r .. r + 1 of block b times panel p. */
static inline __attribute__((always_inline))
void some(const LitSums8 *s, int b, int r, int p) {
  I8 sum[2][4];
  const uint8x16_t flip = vdupq_n_u8(128);
  for (int i = 0; i < 2; i++)
    for (int h = 0; h < 4; h++) sum[i][h] = (I8){0};
  for (size_t k = 0; k < s->n_k; k += 4) {
    const int8_t *w = s->w[b] + k / LIT_COLS8 * LIT_BLOCK8 + k % LIT_COLS8 +
                      r * LIT_COLS8;
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
      int32_t four;
      int8x8_t v;
      memcpy(&four, w + i * LIT_COLS8, sizeof four);
      v = vreinterpret_s8_s32(vdup_n_s32(four));
#pragma GCC unroll 4
      for (int h = 0; h < 4; h++) {
        uint8x16_t u = veorq_u8(vld1q_u8(s->x[p] + k * 16 + h * 16), flip);
        int8x16_t q = vreinterpretq_s8_u8(u);
        int32x4_t lo = vpaddlq_s16(vmull_s8(vget_low_s8(q), v));
        int32x4_t hi = vpaddlq_s16(vmull_s8(vget_high_s8(q), v));
        sum[i][h] += (I8)vpaddq_s32(lo, hi);
      }
    }
  }
  for (int h = 0; h < 4; h++)
    sums8_put(s, b * LIT_ROWS8 + r, 2, p, 4 * h, &sum[0][h], 4);
}

static void sums(const LitSums8 *s) {
  for (int b = 0; b < s->n_blocks; b++)
    for (int p = 0; p < s->n_panels; p++)
      for (int r = 0; r < LIT_ROWS8; r += 2) some(s, b, r, p);
}

const LitNet8 lit_net8_neon = {
  .isa = "neon", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
#endif
