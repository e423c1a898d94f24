/* netq8_check.c -- kern/netq8.h: every row of the table gives the bits of plain
** C; plain C gives what its head says; nothing is written beyond its place. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "kern/netq8.h"

enum { ROWS_MAX = 12, BLOCKS_MAX = 5, N = BLOCKS_MAX * LIT_Q8, SPARE = 64 };

static int bad;
static uint32_t seed = 1;

static uint32_t next(void) { return seed = seed * 1664525u + 1013904223u; }

static float rnd(float scale) {
  return scale * ((float)(next() >> 8) / 8388608.0f - 1.0f);
}

static void fail(const char *isa, const char *what, int rows, size_t blocks) {
  printf("%s: %s, %d rows, %zu blocks\n", isa, what, rows, blocks);
  bad++;
}

/* Everything that one call reads and writes. */
typedef struct Case {
  uint8_t w[ROWS_MAX * (BLOCKS_MAX * LIT_Q8_BYTES + 3)];
  float start[ROWS_MAX], x[2][N * 16];
  int8_t q[2][N * 16 + SPARE];
  float scale[2][BLOCKS_MAX * 16 + SPARE];
  int32_t less[2][BLOCKS_MAX * 16 + SPARE];
  float y[2][ROWS_MAX * 16 + SPARE];
  size_t n, w_row;
  int n_rows, n_panels, has_start;
} Case;

/* All float16 that are finite have their turn as scales; `edge`: the largest
** weights and features, of one sign or of both. */
static void fill(Case *c, int rows, size_t blocks, int panels, int edge) {
  memset(c, 0x55, sizeof *c);
  c->n_rows = rows, c->n = blocks, c->n_panels = panels;
  c->has_start = (rows + (int)blocks) % 2;
  c->w_row = blocks * LIT_Q8_BYTES + (size_t)(rows % 3);
  for (int r = 0; r < rows; r++)
    for (size_t b = 0; b < blocks; b++) {
      uint8_t *at = c->w + (size_t)r * c->w_row + b * LIT_Q8_BYTES;
      uint16_t d = (uint16_t)(next() >> 16);
      if ((d & 0x7C00) == 0x7C00) d &= 0x83FF;
      memcpy(at, &d, sizeof d);
      for (size_t k = 0; k < LIT_Q8; k++)
        at[2 + k] = edge ? (edge == 1 && k % 2 ? 127 : 128)
                         : (uint8_t)(next() >> 24);
    }
  for (int i = 0; i < ROWS_MAX; i++) c->start[i] = rnd(2);
  for (int p = 0; p < 2; p++) {
    for (size_t i = 0; i < N * 16; i++)
      c->x[p][i] = edge ? (edge == 1 && i / 16 % 2 ? 3.0f : -3.0f)
                        : rnd(i % 16 == 3 ? 1e-38f : 4) * (i % 16 != 7) +
                              (i % 480 == 5 ? 1000 : 0);
    for (size_t i = 0; i < ROWS_MAX * 16; i++) c->y[p][i] = rnd(4);
  }
}

static void run(const LitNetQ8 *k, Case *c) {
  LitTileQ8 t = {.w = c->w, .w_row = c->w_row, .n = c->n,
                 .n_rows = c->n_rows, .n_panels = c->n_panels};
  if (c->has_start) t.start = c->start;
  for (int p = 0; p < c->n_panels; p++) {
    t.x[p] = (LitPanelQ8){c->q[p], c->scale[p], c->less[p]};
    t.y[p] = c->y[p];
    k->quantize(c->x[p], c->n * LIT_Q8, &t.x[p]);
  }
  k->tile(&t);
}

/* A block and 32 features of a token, as the head of netq8.h says: q, c, and
** the sum of products. */
static int check_block(const Case *c, int r, size_t b, const float *x,
                       float *scale) {
  const uint8_t *w = c->w + (size_t)r * c->w_row + b * LIT_Q8_BYTES + 2;
  float most = 0, by;
  int sum = 0;
  for (size_t k = 0; k < LIT_Q8; k++) most = fmaxf(most, fabsf(x[k * 16]));
  *scale = most / 127;
  by = isfinite(1 / *scale) ? 1 / *scale : 0;
  for (size_t k = 0; k < LIT_Q8; k++)
    sum += (int8_t)w[k] * (int)rintf(x[k * 16] * by);
  return sum;
}

/* What a float16 stands for. */
static float half(const uint8_t *at) {
  uint16_t h;
  float f;
  memcpy(&h, at, sizeof h);
  f = h & 0x7C00 ? ldexpf((float)((h & 0x3FF) | 0x400), (h >> 10 & 31) - 25)
                 : ldexpf((float)(h & 0x3FF), -24);
  return h & 0x8000 ? -f : f;
}

static void check_c(const Case *in, const Case *c) {
  for (int p = 0; p < c->n_panels; p++)
    for (size_t i = 0; i < (size_t)c->n_rows * 16; i++) {
      int r = (int)i / 16;
      float y = in->has_start ? in->start[r] : in->y[p][i], scale;
      for (size_t b = 0; b < c->n; b++) {
        int sum = check_block(c, r, b, c->x[p] + b * LIT_Q8 * 16 + i % 16,
                              &scale);
        if (c->scale[p][b * 16 + i % 16] != scale)
          fail("c", "scale", c->n_rows, c->n);
        y = fmaf((float)sum, scale * half(c->w + (size_t)r * c->w_row +
                                          b * LIT_Q8_BYTES), y);
      }
      if (c->y[p][i] != y) fail("c", "tile", c->n_rows, c->n);
    }
  for (int p = 0; p < c->n_panels; p++) {
    size_t n = c->n * 16;
    if (memcmp(c->q[p] + n * LIT_Q8, in->q[p] + n * LIT_Q8,
               sizeof c->q[p] - n * LIT_Q8) ||
        memcmp(c->scale[p] + n, in->scale[p] + n, SPARE) ||
        memcmp(c->less[p] + n, in->less[p] + n, SPARE) ||
        memcmp(c->y[p] + c->n_rows * 16, in->y[p] + c->n_rows * 16, SPARE))
      fail("c", "wrote beyond", c->n_rows, c->n);
  }
}

static void check(int rows, size_t blocks, int panels, int edge) {
  static Case in, c, other;
  const LitNetQ8 *k;
  fill(&in, rows, blocks, panels, edge);
  c = in;
  run(&lit_netq8_c, &c);
  check_c(&in, &c);
  for (size_t i = 1; (k = lit_netq8_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    other = in;
    run(k, &other);
    if (memcmp(c.q, other.q, sizeof c.q)) fail(k->isa, "quantize", rows, blocks);
    if (memcmp(&c, &other, sizeof c)) fail(k->isa, "tile", rows, blocks);
  }
}

/* NaN or infinity anywhere shows in the sums of its token, and only there; a
** scale that is none in its row. */
static void check_nan(const LitNetQ8 *k) {
  static Case c;
  for (size_t i = 0; i < N; i++) {
    fill(&c, 3, BLOCKS_MAX, 1, 0);
    c.x[0][i * 16 + i % 16] = i % 2 ? NAN : -INFINITY;
    run(k, &c);
    for (size_t lane = 0; lane < 48; lane++)
      if (isfinite(c.y[0][lane]) != (lane % 16 != i % 16))
        fail(k->isa, "NaN in a token", 3, i);
  }
  for (size_t b = 0; b < BLOCKS_MAX; b++) {
    fill(&c, 3, BLOCKS_MAX, 1, 0);
    memcpy(c.w + c.w_row + b * LIT_Q8_BYTES, b % 2 ? "\0\x7E" : "\0\x7C", 2);
    for (size_t i = 0; i < N * 16; i++) c.x[0][i] = 1;
    memset(c.w + c.w_row + b * LIT_Q8_BYTES + 2, 1, LIT_Q8);
    run(k, &c);
    for (size_t lane = 0; lane < 48; lane++)
      if (isfinite(c.y[0][lane]) != (lane / 16 != 1))
        fail(k->isa, "NaN in a scale", 3, b);
  }
}

int main(void) {
  for (int rows = 1; rows <= ROWS_MAX; rows++)
    for (size_t blocks = 1; blocks <= BLOCKS_MAX; blocks++)
      for (int panels = 1; panels <= 2; panels++)
        for (int edge = 0; edge < 3; edge++) check(rows, blocks, panels, edge);
  for (size_t i = 0; lit_netq8_row(i); i++)
    if (lit_netq8_row(i)->runs_here()) check_nan(lit_netq8_row(i));
  return bad != 0;
}
