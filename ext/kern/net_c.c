/* net_c.c -- net.h in plain C: what the fast ones are checked against */
#include "kern/net.h"
#define NET_LANES 4
#define NET static
#include "kern/net_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

static void tile(const LitTile *t) {
  for (int p = 0; p < t->n_panels; p++)
    for (int r = 0; r < t->n_rows; r++) {
      const float *x = t->x[p];
      float *y = t->y[p] + r * LIT_LANES;
      for (int l = 0; t->start && l < LIT_LANES; l++) y[l] = t->start[r];
      for (size_t o = 0; o < t->n_outer; o++) {
        const float *w = t->w + o * t->w_outer + (size_t)r * t->w_row;
        for (size_t k = 0; k < t->n_k; k++, x += LIT_LANES)
          for (int l = 0; l < LIT_LANES; l++)
            y[l] = fmaf(w[k * t->w_k], x[l], y[l]);
      }
    }
}

const LitNet lit_net_c = {
  .isa = "c", .runs_here = runs_here, .tile = tile,
  NET_COMMON,
};
