/* linear.c -- see linear.h.
**
** The product is cut so that what is used again lies near: 512 rows of the
** weights and 256 columns (half a megabyte) stay in the second-level cache
** while all panels pass; two panels' 256 features (32 KB) stay in the first
** while the rows pass, 12 at a time (kern/net.h, tile).  The sum of an output
** goes through its columns in order, from the bias on, also where there are so
** few tokens that a panel would be half empty.
*/
#include "kern/net.h"
#include "model/linear.h"
#include "base/poison.h"

enum { CHUNK_ROWS = 504, CHUNK_COLS = 256 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Rows row .. row + n_rows-1 of y for one or two panels, columns col .. */
static void block(const LitLinear *l, LitTile t, size_t row, size_t n_rows,
                  size_t col) {
  t.n_k = least(t.n_k, l->n_in - col);
  for (int p = 0; p < t.n_panels; p++) {
    t.x[p] += col * LIT_LANES;
    t.y[p] += row * LIT_LANES;
  }
  for (size_t r = 0; r < n_rows; r += LIT_TILE_ROWS) {
    t.n_rows = (int)least(LIT_TILE_ROWS, n_rows - r);
    t.w = l->weight + (row + r) * l->n_in + col;
    t.start = col == 0 ? l->bias + row + r : NULL;
    lit_net()->tile(&t);
    for (int p = 0; p < t.n_panels; p++) t.y[p] += LIT_TILE_ROWS * LIT_LANES;
  }
}

/* A panel of few tokens: 16 rows at a time; the rest by tiles.  Each weight is
** read once, so what matters is that it comes in time. */
static void few(const LitLinear *l, const float *x, int n_tokens, float *y) {
  LitTile t = {.w_row = l->n_in, .w_k = 1, .n_k = l->n_in, .n_outer = 1,
               .ahead = LIT_LANES * 2 * l->n_in, .x = {x}, .n_panels = 1};
  for (size_t row = 0; row < l->n_out; row += LIT_LANES) {
    t.w = l->weight + row * l->n_in;
    t.y[0] = y + row * LIT_LANES;
    t.start = l->bias + row;
    t.n_rows = (int)least(LIT_LANES, l->n_out - row);
    if (t.n_rows == LIT_LANES) lit_net()->few(&t, n_tokens);
    else lit_net()->tile(&t);
  }
}

void lit_linear(const LitLinear *l, const float *x, size_t n_tokens, float *y,
                void (*act)(float *y, size_t n)) {
  size_t n_panels = (n_tokens + LIT_LANES - 1) / LIT_LANES;
  size_t n_cols = n_panels > LIT_TILE_PANELS ? CHUNK_COLS : l->n_in;
  LitTile t = {.w_row = l->n_in, .w_k = 1, .n_k = n_cols, .n_outer = 1,
               .ahead = LIT_TILE_ROWS * l->n_in};
  size_t x_panel = l->n_in * LIT_LANES, y_panel = l->n_out * LIT_LANES;
  if (lit_net()->few && n_tokens <= LIT_FEW_TOKENS && l->n_in % LIT_LANES == 0) {
    few(l, x, (int)n_tokens, y);
    if (act) act(y, y_panel);
    return;
  }
  for (size_t row = 0; row < l->n_out; row += CHUNK_ROWS) {
    size_t n_rows = least(CHUNK_ROWS, l->n_out - row);
    for (size_t col = 0; col < l->n_in; col += n_cols)
      for (size_t p = 0; p < n_panels; p += LIT_TILE_PANELS) {
        t.n_panels = (int)least(LIT_TILE_PANELS, n_panels - p);
        for (int i = 0; i < t.n_panels; i++) {
          t.x[i] = x + (p + (size_t)i) * x_panel;
          t.y[i] = y + (p + (size_t)i) * y_panel;
        }
        block(l, t, row, n_rows, col);
      }
    for (size_t p = 0; act && p < n_panels; p++)
      act(y + p * y_panel + row * LIT_LANES, n_rows * LIT_LANES);
  }
}
