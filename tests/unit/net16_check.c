/* net16_check.c -- kern/net16.h: every row of the table gives the bits of plain
** C; plain C gives what its head says; nothing is written beyond its place. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "kern/net16.h"

enum { ROWS_MAX = 12, COLS_MAX = 70, WORDS = COLS_MAX / 2, SPARE = 16 };

static int bad;
static uint32_t seed = 1;

static uint32_t next(void) { return seed = seed * 1664525u + 1013904223u; }

static float rnd(int spread) {
  float v = (float)(next() >> 8) / 8388608.0f - 1.0f;
  return spread ? ldexpf(v, (int)(next() >> 16) % (2 * spread) - spread) : v;
}

static void fail(const char *isa, const char *what, int rows, size_t cols) {
  printf("%s: %s, %d rows, %zu columns\n", isa, what, rows, cols);
  bad++;
}

/* Everything that one call reads and writes. */
typedef struct Case {
  float w[ROWS_MAX * COLS_MAX], x[2][COLS_MAX * 16], start[ROWS_MAX];
  uint32_t words[ROWS_MAX * WORDS], q[2][WORDS * 16 + SPARE];
  float y[2][ROWS_MAX * 16 + SPARE];
  size_t n_cols;
  int n_rows, n_panels, has_start;
} Case;

static void fill(Case *c, int rows, size_t cols, int panels, int spread) {
  memset(c, 0x55, sizeof *c);
  c->n_rows = rows, c->n_cols = cols, c->n_panels = panels;
  c->has_start = (rows + (int)cols) % 2;
  for (size_t i = 0; i < ROWS_MAX * COLS_MAX; i++) c->w[i] = rnd(spread);
  for (int i = 0; i < ROWS_MAX; i++) c->start[i] = rnd(spread);
  for (int p = 0; p < 2; p++) {
    for (size_t i = 0; i < COLS_MAX * 16; i++) c->x[p][i] = rnd(spread);
    for (size_t i = 0; i < ROWS_MAX * 16; i++) c->y[p][i] = rnd(spread);
  }
}

static void run(const LitNet16 *k, Case *c) {
  size_t words = (c->n_cols + 1) / 2;
  LitTile16 t = {.w = c->words, .w_row = words, .n_k = words,
                 .n_rows = c->n_rows, .n_panels = c->n_panels};
  if (c->has_start) t.start = c->start;
  for (int r = 0; r < c->n_rows; r++)
    for (size_t i = 0; i < words; i++) {
      const float *w = c->w + (size_t)r * c->n_cols + 2 * i;
      c->words[(size_t)r * words + i] = lit_bf16_round(w[0]) >> 16 |
          (2 * i + 1 < c->n_cols ? lit_bf16_round(w[1]) : 0);
    }
  for (int p = 0; p < c->n_panels; p++) {
    k->round(c->x[p], c->n_cols, c->q[p]);
    t.x[p] = c->q[p], t.y[p] = c->y[p];
  }
  k->tile(&t);
}

/* Rounding by arithmetic: seven bits behind the first. */
static float rounded(float v) {
  int e;
  float m = frexpf(v, &e);
  if (fabsf(v) < ldexpf(1, -40)) return 0;
  return ldexpf(rintf(ldexpf(m, 8)), e - 8);
}

static void check_c(const Case *in, const Case *got) {
  for (int p = 0; p < in->n_panels; p++)
    for (int r = 0; r < in->n_rows; r++)
      for (size_t lane = 0; lane < 16; lane++) {
        const float *w = in->w + (size_t)r * in->n_cols;
        const float *x = in->x[p] + lane;
        float y = in->has_start ? in->start[r] : in->y[p][r * 16 + (int)lane];
        for (size_t k = 0; k < in->n_cols; k += 2) {
          if (k + 1 < in->n_cols)
            y = fmaf(rounded(w[k + 1]), rounded(x[(k + 1) * 16]), y);
          y = fmaf(rounded(w[k]), rounded(x[k * 16]), y);
        }
        if (y != got->y[p][r * 16 + (int)lane])
          fail("c", "tile", in->n_rows, in->n_cols);
      }
  for (int p = 0; p < in->n_panels; p++)
    if (memcmp(got->q[p] + (in->n_cols + 1) / 2 * 16,
               in->q[p] + (in->n_cols + 1) / 2 * 16, SPARE * 4) ||
        memcmp(got->y[p] + in->n_rows * 16, in->y[p] + in->n_rows * 16,
               SPARE * 4))
      fail("c", "wrote beyond", in->n_rows, in->n_cols);
}

static void check(int rows, size_t cols, int panels, int spread) {
  static Case in, c, other;
  const LitNet16 *k;
  fill(&in, rows, cols, panels, spread);
  c = in;
  run(&lit_net16_c, &c);
  check_c(&in, &c);
  for (size_t i = 1; (k = lit_net16_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    other = in;
    run(k, &other);
    if (memcmp(c.q, other.q, sizeof c.q)) fail(k->isa, "round", rows, cols);
    if (memcmp(&c, &other, sizeof c)) fail(k->isa, "tile", rows, cols);
  }
}

/* NaN and infinity stay what they are, and tiny numbers become zero. */
static void check_odd(void) {
  const float tiny = ldexpf(1, -41), small = ldexpf(1, -40);
  uint32_t nan = lit_bf16_round(NAN);
  if ((nan & 0x7F800000) != 0x7F800000 || !(nan & 0x7F0000) ||
      lit_bf16_round(INFINITY) != 0x7F800000 ||
      lit_bf16_round(-INFINITY) != 0xFF800000 ||
      lit_bf16_round(tiny) != 0 || lit_bf16_round(-tiny) != 0 ||
      lit_bf16_round(small) != (127u - 40) << 23 ||
      lit_bf16_round(1.00390625f) != 0x3F800000 ||
      lit_bf16_round(1.01171875f) != 0x3F820000)
    fail("c", "odd numbers", 0, 0);
}

/* One number is rounded as panels are: some of each sign and exponent. */
static void check_one(const LitNet16 *k) {
  for (uint64_t bits = 0; bits >> 32 == 0; bits += 16 * 65521) {
    float x[32] = {0};
    uint32_t out[16];
    for (uint32_t i = 0; i < 16; i++) {
      uint32_t u = (uint32_t)bits + i * 65521;
      memcpy(&x[i], &u, sizeof u);
      memcpy(&x[31 - i], &u, sizeof u);
    }
    k->round(x, 2, out);
    for (uint32_t i = 0; i < 16; i++)
      if (out[i] != (lit_bf16_round(x[i]) >> 16 | lit_bf16_round(x[16 + i]))) {
        fail(k->isa, "one number is rounded otherwise", 0, i);
        return;
      }
  }
}

int main(void) {
  for (int rows = 1; rows <= ROWS_MAX; rows++)
    for (size_t cols = 1; cols <= COLS_MAX; cols += cols < 9 ? 1 : 7)
      for (int spread = 0; spread < 60; spread += 19)
        check(rows, cols, (rows + (int)cols) % 2 + 1, spread);
  check_odd();
  for (size_t i = 0; lit_net16_row(i); i++)
    if (lit_net16_row(i)->runs_here()) check_one(lit_net16_row(i));
  return bad != 0;
}
