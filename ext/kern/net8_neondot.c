/* net8_neondot.c -- net8.h for aarch64 with SDOT (ARMv8.2 and later): four
** rows of one panel are 16 sums in registers, each lane of which takes four
** products at once. */
#include "kern/net8_sums.h"
#if LIT_NEON && (!defined(__clang__) || defined(__ARM_FEATURE_DOTPROD))
#include <arm_neon.h>
#include <string.h>
#include <sys/auxv.h>
#define NET8 __attribute__((target("arch=armv8.2-a+dotprod"))) static
#define NET8_LANES 4
#define NET8_PLUS128 0
#define NET8_BEGIN
#define NET8_END
#include "kern/net8_body.h"
#include "base/poison.h"

enum { HAS_DOT = 1 << 20 };           /* of AT_HWCAP */

static int runs_here(void) { return (getauxval(AT_HWCAP) & HAS_DOT) != 0; }

enum { ROWS = 4 };

/* Rows r .. r + ROWS-1 of block b times panel p. */
NET8 inline __attribute__((always_inline))
void some(const LitSums8 *s, int b, int r, int p) {
  I8 sum[ROWS][4];
  int8x16_t q[4];
#pragma GCC unroll 4
  for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
    for (int h = 0; h < 4; h++) sum[i][h] = (I8){0};
  for (size_t k = 0; k < s->n_k; k += 4) {
    const int8_t *w = s->w[b] + k / LIT_COLS8 * LIT_BLOCK8 + k % LIT_COLS8 +
                      r * LIT_COLS8;
#pragma GCC unroll 4
    for (int h = 0; h < 4; h++)
      q[h] = vreinterpretq_s8_u8(veorq_u8(
          vld1q_u8(s->x[p] + k * 16 + h * 16), vdupq_n_u8(128)));
#pragma GCC unroll 4
    for (int i = 0; i < ROWS; i++) {
      int32_t four;
      int8x16_t v;
      memcpy(&four, w + i * LIT_COLS8, sizeof four);
      v = vreinterpretq_s8_s32(vdupq_n_s32(four));
#pragma GCC unroll 4
      for (int h = 0; h < 4; h++)
        sum[i][h] = (I8)vdotq_s32((int32x4_t)sum[i][h], q[h], v);
    }
  }
#pragma GCC unroll 4
  for (int h = 0; h < 4; h++)
    sums8_put(s, b * LIT_ROWS8 + r, ROWS, p, 4 * h, &sum[0][h], 4);
}

NET8 void sums(const LitSums8 *s) {
  for (int b = 0; b < s->n_blocks; b++)
    for (int p = 0; p < s->n_panels; p++)
      for (int r = 0; r < LIT_ROWS8; r += ROWS) some(s, b, r, p);
}

const LitNet8 lit_net8_neondot = {
  .isa = "neondot", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
#endif
