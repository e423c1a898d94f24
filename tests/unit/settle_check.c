/* settle_check.c -- layers that are rounded by what they read (linear8_settle.c),
** stopped at each time that they ask: those that are not done say so, their y is
** zeros or what it is without, and what is done has the same bits. */
#include <string.h>
#include "base/mem.h"
#include "check.h"
#include "kern/net.h"
#include "kern/net8.h"
#include "model/linear.h"

enum { N_IN = 200, N_TOKENS = 20, N_PANELS = 2, LAYERS = 2, ROWS = 40,
       Y = N_PANELS * ROWS * LIT_LANES };

static const size_t n_out[LAYERS] = {ROWS, 24};
static float weights[LAYERS][ROWS * N_IN], bias[ROWS];
static float x[N_PANELS * N_IN * LIT_LANES];

static void fill(float *v, size_t n) {
  static unsigned seed = 3;
  for (size_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    v[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
  }
}

typedef struct Stopping { int asked, at; } Stopping;

static int from_there_on(void *ctx) {
  Stopping *s = ctx;
  return ++s->asked >= s->at;
}

typedef struct Layers {
  LitArena arena;
  LitLinear l[LAYERS];
  LitLinearDue due[LAYERS];
  float y[LAYERS][Y];
} Layers;

static void settle(Layers *all, const LitStop *stop, float *spare) {
  LitLinearTo to[LAYERS];
  *all = (Layers){{0}, {{0}}, {{{0}, 0, 0, 0, 0}}, {{0}}};
  for (int i = 0; i < LAYERS; i++) {
    all->due[i] = (LitLinearDue){.arena = &all->arena, .l = &all->l[i],
                                 .stop = stop};
    all->l[i] = (LitLinear){.weight = weights[i], .bias = bias, .n_in = N_IN,
                            .n_out = n_out[i], .due = &all->due[i]};
    to[i] = (LitLinearTo){&all->l[i], all->y[i], NULL};
  }
  lit_linears(to, LAYERS, x, N_TOKENS, spare);
}

static int same_matrix(const LitMatrix8 *a, const LitMatrix8 *b, size_t rows) {
  return memcmp(a->w, b->w, (rows + 15) / 16 * 16 * a->n_k) == 0 &&
         memcmp(a->scale, b->scale, rows * sizeof *a->scale) == 0 &&
         memcmp(a->by, b->by, N_IN * sizeof *a->by) == 0;
}

/* How many of the layers were stopped. */
static int compare(const Layers *full, const Layers *all) {
  static const float zeros[Y];
  int n = 0;
  for (int i = 0; i < LAYERS; i++) {
    const float *y = all->y[i];
    size_t bytes = N_PANELS * n_out[i] * LIT_LANES * sizeof *y;
    if (all->due[i].err.rc) {
      CHECK(all->due[i].err.rc == LIT_INTERRUPT && !all->l[i].eight);
      n++;
    } else if (all->l[i].eight) {
      CHECK(same_matrix(full->l[i].eight, all->l[i].eight, n_out[i]));
    }
    CHECK(!memcmp(y, full->y[i], bytes) || !memcmp(y, zeros, bytes));
  }
  return n;
}

int main(void) {
  static Layers full, all;
  LitErr e = {0};
  Stopping s = {0};
  LitStop stop = {from_there_on, &s};
  float *spare = lit_new(&e, lit_linear_spare(N_IN), sizeof *spare);
  int n = 1;
  for (int i = 0; i < LAYERS; i++) fill(weights[i], ROWS * N_IN);
  fill(bias, ROWS);
  fill(x, sizeof x / sizeof *x);
  settle(&full, NULL, spare);
  for (int i = 0; i < LAYERS; i++) {
    CHECK(full.due[i].err.rc == LIT_OK && full.l[i].eight);
    CHECK(full.y[i][0] != 0);
  }
  for (s.at = 1; n && s.at < 1000; s.at++) {
    s.asked = 0;
    settle(&all, &stop, spare);
    snprintf(what, sizeof what, "stopped at %d", s.at);
    n = compare(&full, &all);
    CHECK(n > 0 || s.asked < s.at);
    lit_arena_drop(&all.arena);
  }
  CHECK(s.at > 20 && s.at < 1000);
  lit_arena_drop(&full.arena);
  lit_free(spare);
  return bad != 0;
}
