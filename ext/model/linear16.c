/* linear16.c -- linear layers in bfloat16 (kern/net16.h): weights are rounded
** when the model is loaded, activations as they come, some panels at a time,
** which every layer that reads them then uses.
**
** The product is cut as in linear.c, with twice as many columns at a time, as
** they take half the room.
*/
#include <math.h>
#include "kern/net16.h"
#include "model/linear.h"
#include "base/poison.h"

enum { NEAR = 8, CHUNK_ROWS = 504, CHUNK_WORDS = 256 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t lit_linear16_spare(size_t n_in) { return NEAR * ((n_in + 1) / 2) * 16; }

int lit_linear_round(LitErr *e, LitArena *arena, LitLinear *l) {
  size_t words = (l->n_in + 1) / 2;
  uint32_t *w = lit_arena_new(e, arena, lit_size(l->n_out, words), sizeof *w);
  if (!w) return e->rc;
  for (size_t r = 0; r < l->n_out; r++)
    for (size_t k = 0; k < l->n_in; k += 2) {
      const float *v = l->weight + r * l->n_in + k;
      float second = k + 1 < l->n_in ? v[1] : 0;
      if (!isfinite(v[0]) || !isfinite(second))
        return lit_fail(e, LIT_CORRUPT, "holds NaN or infinity");
      w[r * words + k / 2] = lit_bf16_round(v[0]) >> 16 |
                             lit_bf16_round(second);
    }
  l->sixteen = w;
  return LIT_OK;
}

/* One layer on the panels x [n][words][16]. */
static void one(const LitLinear *l, const uint32_t *x, size_t n, float *y) {
  size_t words = (l->n_in + 1) / 2;
  LitTile16 t = {.w_row = words};
  for (size_t row = 0; row < l->n_out; row += CHUNK_ROWS)
    for (size_t k = 0; k < words; k += CHUNK_WORDS)
      for (size_t p = 0; p < n; p += LIT_PANELS16) {
        size_t end = least(l->n_out, row + CHUNK_ROWS);
        t.n_panels = (int)least(LIT_PANELS16, n - p);
        t.n_k = least(CHUNK_WORDS, words - k);
        for (size_t i = 0; i < (size_t)t.n_panels; i++)
          t.x[i] = x + ((p + i) * words + k) * 16;
        for (size_t r = row; r < end; r += LIT_ROWS16) {
          t.n_rows = (int)least(LIT_ROWS16, end - r);
          t.w = l->sixteen + r * words + k;
          t.start = k == 0 ? l->bias + r : NULL;
          for (size_t i = 0; i < (size_t)t.n_panels; i++)
            t.y[i] = y + ((p + i) * l->n_out + r) * 16;
          lit_net16()->tile(&t);
        }
      }
}

void lit_linears16(const LitLinearTo *to, size_t n, const float *x,
                   size_t n_panels, float *spare) {
  size_t n_in = to->l->n_in, words = (n_in + 1) / 2;
  uint32_t *q = (uint32_t *)(void *)spare;
  for (size_t p = 0; p < n_panels; p += NEAR) {
    size_t here = least(NEAR, n_panels - p);
    for (size_t i = 0; i < here; i++)
      lit_net16()->round(x + (p + i) * n_in * 16, n_in, q + i * words * 16);
    for (size_t i = 0; i < n; i++) {
      size_t n_out = to[i].l->n_out;
      float *y = to[i].y + p * n_out * 16;
      one(to[i].l, q, here, y);
      if (to[i].act) to[i].act(y, here * n_out * 16);
    }
  }
}
