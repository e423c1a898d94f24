/* linear8.c -- linear layers in 8 bits: weights are rounded when the model is
** loaded, activations as they come.
**
** A row of weights is divided by its largest / 127.  Activations are taken
** some panels at a time: rounded, then used by every layer that reads them
** while they lie near.
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
  size_t n = NEAR * (up(n_in, LIT_COLS8) * 16 / sizeof(float) + 32) + 16;
  return n > lit_linear16_spare(n_in) ? n : lit_linear16_spare(n_in);
}

/* A block of zeros that begins at a multiple of 64. */
static void *aligned(LitErr *e, LitArena *arena, size_t n, size_t size) {
  size_t bytes = lit_size(n, size);
  uint8_t *at = lit_arena_new(e, arena, lit_size(bytes + 64, 1), 1);
  if (!at) return NULL;
  at += (64 - (uintptr_t)at % 64) % 64;
  return memset(at, 0, bytes);
}

/* Row `row` of weights [n] into its block; how much one is worth, or NaN. */
static float shrink_row(const float *from, size_t n, int8_t *to,
                        int32_t *start) {
  float most = 0, bad = 0, by;
  for (size_t k = 0; k < n; k++) {
    bad += from[k] - from[k];
    most = fabsf(from[k]) > most ? fabsf(from[k]) : most;
  }
  by = most > 0 ? 127 / most : 0;
  if (bad != 0 || !isfinite(by)) return NAN;
  for (size_t k = 0; k < n; k++) {
    float v = from[k] * by + 12582912.0f;      /* 1.5 * 2^23: rounds */
    int8_t q = (int8_t)(v - 12582912.0f);
    to[k / LIT_COLS8 * LIT_BLOCK8 + k % LIT_COLS8] = q;
    *start -= 128 * q;
  }
  return most / 127;
}

int lit_linear_shrink(LitErr *e, LitArena *arena, LitLinear *l) {
  size_t rows = up(l->n_out, LIT_ROWS8), n_k = up(l->n_in, LIT_COLS8);
  LitMatrix8 *m = lit_arena_new(e, arena, 1, sizeof *m);
  int8_t *w = aligned(e, arena, rows, n_k);
  int32_t *start = aligned(e, arena, rows, sizeof *start);
  float *scale = aligned(e, arena, rows, sizeof *scale);
  float *sum = aligned(e, arena, rows, sizeof *sum);
  if (e->rc) return e->rc;
  for (size_t r = 0; r < l->n_out && !e->rc; r++) {
    int8_t *to = w + r / LIT_ROWS8 * LIT_ROWS8 * n_k +
                 r % LIT_ROWS8 * LIT_COLS8;
    scale[r] = shrink_row(l->weight + r * l->n_in, l->n_in, to, &start[r]);
    if (!isfinite(scale[r]))
      lit_fail(e, LIT_CORRUPT, "holds NaN or infinity");
    sum[r] = (float)(start[r] / -128) * scale[r];
  }
  *m = (LitMatrix8){w, start, scale, l->bias, sum, l->n_out, n_k};
  l->eight = m;
  return e->rc;
}

/* The panels x, `n` of them, through all. */
static void some(const LitLinearTo *to, size_t n_to, const float *x, size_t n,
                 size_t done, float *spare) {
  size_t n_in = to->l->n_in, n_k = to->l->eight->n_k;
  float *tokens = spare;
  uint8_t *q = (uint8_t *)(spare + NEAR * 32);
  q += (64 - (uintptr_t)q % 64) % 64;
  for (size_t p = 0; p < n; p++)
    lit_net8()->quantize(x + p * n_in * 16, n_in, q + p * n_k * 16,
                         tokens + p * 32);
  for (size_t i = 0; i < n_to; i++) {
    LitWork8 w = {q, tokens, to[i].y + done * to[i].l->n_out * 16, n,
                  to[i].act};
    lit_net8()->linear(to[i].l->eight, &w);
  }
}

void lit_linears(const LitLinearTo *to, size_t n, const float *x,
                 size_t n_tokens, float *spare) {
  size_t n_panels = up(n_tokens, LIT_LANES) / LIT_LANES;
  if (to->l->sixteen) {
    lit_linears16(to, n, x, n_panels, spare);
    return;
  }
  if (!to->l->eight) {
    for (size_t i = 0; i < n; i++)
      lit_linear(to[i].l, x, n_tokens, to[i].y, to[i].act);
    return;
  }
  for (size_t p = 0; p < n_panels; p += NEAR)
    some(to, n, x + p * to->l->n_in * 16,
         n_panels - p < NEAR ? n_panels - p : NEAR, p, spare);
}
