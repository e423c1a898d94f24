/* linearq8.c -- linear layers on Q8_0 blocks as they lie in the file
** (kern/netq8.h): activations are rounded as they come, some panels at a time,
** which every layer that reads them then uses.
**
** The product is cut as in linear16.c: the rows' 16 blocks (274 KB) stay in the
** second-level cache while all panels pass, two panels' 512 features (16 KB) in
** the first while the rows pass.
*/
#include "kern/net.h"
#include "kern/netq8.h"
#include "model/linear.h"
#include "base/poison.h"

enum { NEAR = 8, CHUNK_ROWS = 504, CHUNK_BLOCKS = 16 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t lit_linearq8_spare(size_t n_in) {
  size_t n = (n_in + LIT_Q8 - 1) / LIT_Q8;
  return NEAR * n * (LIT_Q8 * 4 + 2 * 16) + 16;
}

const uint8_t *lit_linearq8_row(const uint8_t *blocks, size_t n_in,
                                size_t row) {
  return blocks + row * (n_in / LIT_Q8) * LIT_Q8_BYTES;
}

/* Panel i of n blocks in spare: all q first, from a multiple of 64 on. */
static LitPanelQ8 panel(float *spare, size_t n, size_t i) {
  float *start = spare + (64 - (uintptr_t)spare % 64) % 64 / sizeof *spare;
  float *scales = start + NEAR * n * LIT_Q8 * 4;
  int8_t *q = (int8_t *)start + i * n * LIT_Q8 * 16;
  int32_t *less = (int32_t *)(void *)(scales + NEAR * n * 16);
  return (LitPanelQ8){q, scales + i * n * 16, less + i * n * 16};
}

/* Rows row .. end-1 of a layer on one or two panels, whose x and y are those
** of the columns that t has, and of row 0. */
static void rows(LitTileQ8 t, size_t row, size_t end) {
  for (int p = 0; p < t.n_panels; p++) t.y[p] += row * LIT_LANES;
  for (; row < end; row += LIT_ROWSQ8) {
    t.n_rows = (int)least(LIT_ROWSQ8, end - row);
    lit_netq8()->tile(&t);
    t.w += LIT_ROWSQ8 * t.w_row;
    if (t.start) t.start += LIT_ROWSQ8;
    for (int p = 0; p < t.n_panels; p++) t.y[p] += LIT_ROWSQ8 * LIT_LANES;
  }
}

/* One layer on n_panels rounded panels. */
static void one(const LitLinear *l, float *spare, size_t n_panels, float *y) {
  size_t n = l->n_in / LIT_Q8;
  LitTileQ8 t = {.w_row = n * LIT_Q8_BYTES};
  for (size_t row = 0; row < l->n_out; row += CHUNK_ROWS)
    for (size_t b = 0; b < n; b += CHUNK_BLOCKS)
      for (size_t p = 0; p < n_panels; p += LIT_PANELSQ8) {
        t.n = least(CHUNK_BLOCKS, n - b);
        t.n_panels = (int)least(LIT_PANELSQ8, n_panels - p);
        for (size_t i = 0; i < (size_t)t.n_panels; i++) {
          LitPanelQ8 x = panel(spare, n, p + i);
          t.x[i] = (LitPanelQ8){x.q + b * LIT_Q8 * 16, x.scale + b * 16,
                                x.less + b * 16};
          t.y[i] = y + (p + i) * l->n_out * LIT_LANES;
        }
        t.w = l->blocks + row * t.w_row + b * LIT_Q8_BYTES;
        t.start = b == 0 ? l->bias + row : NULL;
        rows(t, row, least(l->n_out, row + CHUNK_ROWS));
      }
}

void lit_linearsq8(const LitLinearTo *to, size_t n, const float *x,
                   size_t n_panels, float *spare) {
  size_t n_in = to->l->n_in;
  for (size_t p = 0; p < n_panels; p += NEAR) {
    size_t here = least(NEAR, n_panels - p);
    for (size_t i = 0; i < here; i++) {
      LitPanelQ8 out = panel(spare, n_in / LIT_Q8, i);
      lit_netq8()->quantize(x + (p + i) * n_in * LIT_LANES, n_in, &out);
    }
    for (size_t i = 0; i < n; i++) {
      size_t n_out = to[i].l->n_out;
      float *y = to[i].y + p * n_out * LIT_LANES;
      if (!to[i].l->blocks) continue;
      one(to[i].l, spare, here, y);
      if (to[i].act) to[i].act(y, here * n_out * LIT_LANES);
    }
  }
}
