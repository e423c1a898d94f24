/* linear8.c -- linear layers in 8 bits: weights are rounded when the model is
** loaded, activations as they come.
**
** Activations are taken some panels at a time: rounded, then used by every layer
** that reads them while they lie near.  Sixteen rows of weights, turned, are
** mixed and rounded like a panel: by what the layer read when the model was tried
** (linear8_settle.c), if it was.
*/
#include <math.h>
#include <string.h>
#include "kern/net.h"
#include "kern/net8.h"
#include "model/linear.h"
#include "base/poison.h"

enum { NEAR = 8 };                  /* panels at a time */

static size_t up(size_t n, size_t to) { return (n + to - 1) / to * to; }

size_t lit_linear_spare(size_t n_in) {
  size_t n_k = up(n_in, LIT_MIXED8);
  size_t n = NEAR * (n_k * 16 / sizeof(float) + 32) + n_k * 16 + 16;
  if (n < lit_linear16_spare(n_in)) n = lit_linear16_spare(n_in);
  return n > lit_linearq8_spare(n_in) ? n : lit_linearq8_spare(n_in);
}

/* A block of zeros that begins at a multiple of 64. */
static void *aligned(LitErr *e, LitArena *arena, size_t n, size_t size) {
  size_t bytes = lit_size(n, size);
  uint8_t *at = lit_arena_new(e, arena, lit_size(bytes + 64, 1), 1);
  if (!at) return NULL;
  at += (64 - (uintptr_t)at % 64) % 64;
  return memset(at, 0, bytes);
}

/* Room for 16 rows of weights while they are rounded. */
typedef struct Rows {
  float *panel, *mixed;     /* [n_k][16] */
  float *zeros;             /* [n_k / 8][8][8] */
  uint8_t *q;               /* [n_k / 4][16][4] */
} Rows;

/* The mixed rows from `row` on become those of m, and in their place is what
** rounding left. */
static void shrink_rows(LitMatrix8 *m, const Rows *rows,
                        const LitSeen8 *seen, size_t row) {
  LitSeen8 nothing = {.x = rows->zeros, .back = rows->zeros,
                      .within = rows->zeros, .off = rows->zeros, .n_k = m->n_k};
  int8_t *to = (int8_t *)(uintptr_t)m->w + row * m->n_k;
  int32_t *sum = (int32_t *)(uintptr_t)m->sum + row;
  float *scale = (float *)(uintptr_t)m->scale + row;
  lit_net8()->fit(rows->mixed, seen ? seen : &nothing, rows->q, scale);
  for (size_t k = 0; k < m->n_k; k++)
    for (size_t r = 0; r < LIT_ROWS8; r++) {
      int w = rows->q[k / 4 * 64 + r * 4 + k % 4] - 128;
      to[k / LIT_COLS8 * LIT_BLOCK8 + r * LIT_COLS8 + k % LIT_COLS8] =
          (int8_t)w;
      sum[r] += w;
      rows->mixed[k * 16 + r] -= (float)w * scale[r];
    }
  for (size_t r = 0; r < LIT_ROWS8; r++) scale[r] /= LIT_MIXED8;
}

/* Rows from `row` on of the weights, as mixed columns. */
static void mix_rows(const LitLinear *l, const float *over, const Rows *rows,
                     size_t row) {
  size_t n = l->n_out - row < LIT_ROWS8 ? l->n_out - row : LIT_ROWS8;
  for (size_t k = 0; k < l->n_in; k++)
    for (size_t r = 0; r < LIT_ROWS8; r++)
      rows->panel[k * 16 + r] = r < n ? l->weight[(row + r) * l->n_in + k] : 0;
  lit_net8()->mix(rows->panel, l->n_in, over, rows->mixed);
}

static LitMatrix8 *new_matrix(LitErr *e, LitArena *arena, const LitLinear *l) {
  size_t rows = up(l->n_out, LIT_ROWS8), n_k = up(l->n_in, LIT_MIXED8);
  LitMatrix8 *m = lit_arena_new(e, arena, 1, sizeof *m);
  int8_t *w = aligned(e, arena, rows, n_k);
  int32_t *sum = aligned(e, arena, rows, sizeof *sum);
  float *scale = aligned(e, arena, rows, sizeof *scale);
  if (e->rc) return NULL;
  *m = (LitMatrix8){.w = w, .sum = sum, .scale = scale, .bias = l->bias,
                    .n_rows = l->n_out, .n_k = n_k};
  return m;
}

/* Sums over few columns hardly average errors away: they get 16 bits too. */
void lit_linear_shrink(LitLinearDue *due, const LitLinearFit *fit) {
  LitErr *e = &due->err;
  LitLinear *l = due->l;
  size_t n_k = up(l->n_in, LIT_MIXED8);
  LitMatrix8 *m = new_matrix(e, due->arena, l), *rest = NULL;
  Rows rows = {lit_new(e, n_k * 16, sizeof(float)),
               lit_new(e, n_k * 16, sizeof(float)),
               lit_new0(e, n_k * 8, sizeof(float)), lit_new(e, n_k * 16, 1)};
  if (due->is_fine || l->n_in < LIT_MIXED8)
    rest = new_matrix(e, due->arena, l);
  for (size_t r = 0; r < l->n_out && !lit_stopped(e, due->stop);
       r += LIT_ROWS8) {
    mix_rows(l, fit->over, &rows, r);
    shrink_rows(m, &rows, rest ? NULL : fit->seen, r);
    if (rest) shrink_rows(rest, &rows, fit->seen, r);
  }
  for (size_t r = 0; r < l->n_out && !e->rc; r++)
    if (!isfinite(m->scale[r])) lit_fail(e, LIT_CORRUPT, "holds NaN or infinity");
  lit_free(rows.panel);
  lit_free(rows.mixed);
  lit_free(rows.zeros);
  lit_free(rows.q);
  if (e->rc) return;
  if (rest) rest->bias = NULL;
  m->rest = rest;
  m->by = fit->by;
  l->eight = m;
}

/* The panels x, `n` of them, through all. */
static void some(const LitLinearTo *to, size_t n_to, const float *x, size_t n,
                 size_t done, float *spare) {
  size_t n_in = to->l->n_in, n_k = to->l->eight->n_k;
  const float *by = to->l->eight->by;
  float *scales = spare, *mixed = spare + NEAR * 32;
  int32_t *zeros = by ? (int32_t *)(void *)(spare + NEAR * 16) : NULL;
  uint8_t *q = (uint8_t *)(mixed + n_k * 16);
  q += (64 - (uintptr_t)q % 64) % 64;
  for (size_t p = 0; p < n; p++) {
    const LitPanel8 panel = {q + p * n_k * 16, scales + p * 16,
                             zeros ? zeros + p * 16 : NULL};
    lit_net8()->take(x + p * n_in * 16, n_in, by, mixed, &panel);
  }
  for (size_t i = 0; i < n_to; i++) {
    LitWork8 w = {q, scales, zeros, to[i].y + done * to[i].l->n_out * 16, n,
                  to[i].act};
    lit_net8()->linear(to[i].l->eight, &w);
  }
}

/* In float32.  An interrupt takes away what the trial is for, not what reads y. */
static void plain(const LitLinearTo *to, const float *x, size_t n_tokens) {
  LitLinearDue *due = to->l->due;
  if (due && lit_stopped(&due->err, due->stop))
    memset(to->y, 0, up(n_tokens, LIT_LANES) * to->l->n_out * sizeof *to->y);
  else
    lit_linear(to->l, x, n_tokens, to->y, to->act);
}

void lit_linears(const LitLinearTo *to, size_t n, const float *x,
                 size_t n_tokens, float *spare) {
  size_t n_panels = up(n_tokens, LIT_LANES) / LIT_LANES;
  if (to->l->sixteen) {
    lit_linears16(to, n, x, n_panels, spare);
    return;
  }
  if (!to->l->eight) {
    int blocks = 0;
    for (size_t i = 0; i < n; i++) {
      if (to[i].l->blocks) blocks = 1;
      else plain(&to[i], x, n_tokens);
    }
    if (blocks) lit_linearsq8(to, n, x, n_panels, spare);
    lit_linears_settle(to, n, x, n_tokens);
    return;
  }
  for (size_t p = 0; p < n_panels; p += NEAR)
    some(to, n, x + p * to->l->n_in * 16,
         n_panels - p < NEAR ? n_panels - p : NEAR, p, spare);
}
