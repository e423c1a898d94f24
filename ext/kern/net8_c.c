/* net8_c.c -- net8.h in plain C: what the fast ones are checked against */
#include "kern/net8_sums.h"
#define NET8 static
#define NET8_LANES 4
#define NET8_PLUS128 0
#define NET8_BEGIN
#define NET8_END
#include "kern/net8_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

static void sums(const LitSums8 *s) {
  for (int b = 0; b < s->n_blocks; b++)
    for (int p = 0; p < s->n_panels; p++)
      for (int r = 0; r < LIT_ROWS8; r++)
        for (int lane = 0; lane < 16; lane += NET8_LANES) {
          I8 sum = {0};
          for (size_t k = 0; k < s->n_k; k++) {
            const int8_t *w = s->w[b] + k / LIT_COLS8 * LIT_BLOCK8;
            const uint8_t *x = s->x[p] + k / 4 * 64 + k % 4 + lane * 4;
            for (int i = 0; i < NET8_LANES; i++)
              sum[i] += w[r * LIT_COLS8 + k % LIT_COLS8] * (x[i * 4] - 128);
          }
          sums8_put(s, b * LIT_ROWS8 + r, 1, p, lane, &sum, 1);
        }
}

const LitNet8 lit_net8_c = {
  .isa = "c", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
