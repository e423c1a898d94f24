/* attend.c -- see attend.h.
**
** Two panels of queries at a time go over the panels that hold keys they may
** see: all of the text, or those within the layer's window, or none after them
** if attention is causal.  Scores of tokens of other texts become zero, and so
** do those of the text's own that a query may not see; only the text's own
** lanes are written.
*/
#include <math.h>
#include "model/attend_in.h"
#include "base/poison.h"

static const float zeros[LIT_TILE_ROWS];   /* where scores and mixes start */

size_t lit_attend_keys(size_t longest) {
  return ((longest + LIT_LANES - 1) / LIT_LANES + 1) * LIT_LANES;
}

/* One head: where its features begin among those of queries, of keys. */
typedef struct Head { size_t number, q, k; } Head;

static size_t q_at(const LitEncoder *net, const Head *h, size_t panel) {
  return (panel * net->n_heads * net->head + h->q) * LIT_LANES;
}

static size_t k_at(const LitEncoder *net, const Head *h, size_t panel) {
  return (panel * net->n_kv * net->head + h->k) * LIT_LANES;
}

/* scores[p][key][query] = sum over features of k[feature][key]
** q[feature][query]. */
static void score(const LitEncoder *net, const LitAttend *a, const Head *h,
                  const LitBlock *b) {
  LitTile tile = {.w_row = 1, .w_k = LIT_LANES, .n_k = net->head, .n_outer = 1,
                  .start = zeros, .n_panels = b->n};
  for (int p = 0; p < b->n; p++)
    tile.x[p] = a->q + q_at(net, h, b->query + (size_t)p);
  for (size_t key = b->first; key < b->last; key++)
    for (int row = 0; row < LIT_LANES; row += LIT_LANES / 2) {
      size_t at = ((key - b->first) * LIT_LANES + (size_t)row) * LIT_LANES;
      for (int p = 0; p < b->n; p++) tile.y[p] = a->scores[p] + at;
      tile.n_rows = LIT_LANES / 2;
      tile.w = a->k + k_at(net, h, key) + row;
      lit_net()->tile(&tile);
    }
}

/* mix[p][feature][query] = sum over keys of v[feature][key]
** scores[p][key][query]. */
static void blend(const LitEncoder *net, const LitAttend *a, const Head *h,
                  const LitBlock *b) {
  LitTile tile = {.w_row = LIT_LANES, .w_k = 1, .n_k = LIT_LANES,
                  .w_outer = net->n_kv * net->head * LIT_LANES,
                  .n_outer = b->last - b->first, .start = zeros,
                  .n_panels = b->n};
  for (int p = 0; p < b->n; p++) {
    tile.x[p] = a->scores[p];
    tile.y[p] = a->mix[p];
  }
  for (size_t row = 0; row < net->head; row += LIT_TILE_ROWS) {
    size_t left = net->head - row;
    tile.n_rows = (int)(left < LIT_TILE_ROWS ? left : LIT_TILE_ROWS);
    tile.w = a->v + k_at(net, h, b->first) + row * LIT_LANES;
    lit_net()->tile(&tile);
    for (int p = 0; p < b->n; p++) tile.y[p] += LIT_TILE_ROWS * LIT_LANES;
  }
}

static void weigh(const LitEncoder *net, const LitLayer *layer,
                  const LitAttend *a, const Head *h, LitBlock *b, int p) {
  size_t base = b->first * LIT_LANES, n = (b->last - b->first) * LIT_LANES;
  float *scores = a->scores[p];
  lit_block_place(net, layer, h->number, b, p, scores);
  lit_net()->softmax(scores, n, b->lo - base, b->hi - base,
                     1 / sqrtf((float)net->head), b->over[p]);
  if (net->causal || layer->window) lit_block_hide(net, layer, b, p, 0, scores);
}

/* The text's own lanes of mix, over the sum of the scores, into context. */
static void put(const LitEncoder *net, const LitAttend *a, const Head *h,
                const LitBlock *b, int p) {
  size_t panel = b->query + (size_t)p, base = panel * LIT_LANES;
  size_t lo = b->from > base ? b->from - base : 0;
  size_t hi = b->to - base < LIT_LANES ? b->to - base : LIT_LANES;
  const float *mix = a->mix[p], *over = b->over[p];
  float *out = a->context + q_at(net, h, panel);
  for (size_t f = 0; f < net->head; f++)
    for (size_t lane = lo; lane < hi; lane++)
      out[f * LIT_LANES + lane] = mix[f * LIT_LANES + lane] * over[lane];
}

void lit_attend(const LitEncoder *net, const LitLayer *layer,
                const LitAttend *a, size_t from, size_t to) {
  size_t end = (to + LIT_LANES - 1) / LIT_LANES;
  for (size_t i = 0; i < net->n_heads; i++) {
    Head h = {i, i * net->head, i / (net->n_heads / net->n_kv) * net->head};
    for (size_t q = from / LIT_LANES; q < end; q += LIT_TILE_PANELS) {
      LitBlock b = lit_block_make(net, layer, q, from, to);
      score(net, a, &h, &b);
      for (int p = 0; p < b.n; p++)
        weigh(net, layer, a, &h, &b, p);
      blend(net, a, &h, &b);
      for (int p = 0; p < b.n; p++) put(net, a, &h, &b, p);
    }
  }
}
