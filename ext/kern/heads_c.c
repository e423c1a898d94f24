/* heads_c.c -- heads.h in plain C: what the fast ones are checked against */
#include "kern/heads.h"
#include "kern/net.h"
#define NET static
#define NET_LANES 4
#include "kern/heads_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

static void tile(const LitHeadTile *t) {
  for (int p = 0; p < t->n_panels; p++)
    for (size_t r = 0; r < t->n_rows; r++)
      for (size_t lane = 0; lane < 16; lane++) {
        int32_t sum = 0;
        for (size_t k = 0; k < t->n_k; k++) {
          int16_t w[2], x[2];
          memcpy(w, t->w + r * t->w_row + k * t->w_k, sizeof w);
          memcpy(x, t->x[p] + k * t->x_k + lane, sizeof x);
          sum += w[0] * x[0] + w[1] * x[1];
        }
        t->y[p][r * 16 + lane] = (float)sum * t->over[p][lane];
      }
}

const LitHeads lit_heads_c = {
  .isa = "c", .runs_here = runs_here, .tile = tile, HEADS_COMMON,
};
