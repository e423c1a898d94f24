/* encoder.c -- see encoder.h.  The forward pass.
**
** The tokens of all texts of a batch follow one another in panels of 16
** (kern/net.h), whatever text they belong to, so nothing is padded but the last
** panel.  Only attention goes text by text: over the panels that hold some of
** the text's tokens, with the scores of foreign tokens set to zero, and only
** the text's own lanes written.
**
** Scratch, in floats, all [n_panels][...][16]: states [width], then a part that
** is used twice: for attention as q, k, v, context, each [width]; then as the
** inner layer [ffn]; then out [width].  Then, for two panels of one head, the
** scores [tokens of the longest text, rounded up][16] and the mix [head][16].
*/
#include <math.h>
#include "model/encoder.h"
#include "base/poison.h"

typedef struct Space {
  float *x, *q, *k, *v, *context, *inner, *out;
  float *scores[LIT_TILE_PANELS], *mix[LIT_TILE_PANELS];
} Space;

static const float zeros[LIT_TILE_ROWS];   /* where scores and mixes start */

static size_t panels(size_t n_tokens) {
  return (n_tokens + LIT_LANES - 1) / LIT_LANES;
}

static size_t shared(const LitEncoder *n) {
  return 4 * n->width > n->ffn ? 4 * n->width : n->ffn;
}

/* A text of n tokens touches at most this many rows of keys. */
static size_t most_keys(size_t longest) {
  return (panels(longest) + 1) * LIT_LANES;
}

size_t lit_encoder_room(const LitEncoder *n, size_t n_tokens, size_t longest) {
  size_t rows = panels(n_tokens) * (2 * n->width + shared(n)) +
                LIT_TILE_PANELS * (most_keys(longest) + n->width / n->n_heads);
  return rows * LIT_LANES;
}

static Space divide(const LitEncoder *n, float *scratch, const LitBatch *b) {
  size_t part = panels((size_t)b->n_tokens) * LIT_LANES;
  size_t keys = most_keys((size_t)b->longest) * LIT_LANES;
  Space s = {.x = scratch, .q = scratch + part * n->width};
  s.inner = s.q;
  s.k = s.q + part * n->width;
  s.v = s.k + part * n->width;
  s.context = s.v + part * n->width;
  s.out = s.q + part * shared(n);
  s.scores[0] = s.out + part * n->width;
  s.scores[1] = s.scores[0] + keys;
  s.mix[0] = s.scores[1] + keys;
  s.mix[1] = s.mix[0] + n->width / n->n_heads * LIT_LANES;
  return s;
}

/* A text's tokens and the panels that hold them. */
typedef struct Span { size_t from, to, first, last; } Span;

/* One head of one text: where its features begin in a panel, how many. */
typedef struct Head { size_t at, size, width; } Head;

static size_t place(const Head *h, size_t panel) {
  return (panel * h->width + h->at) * LIT_LANES;
}

/* scores[p][key][query] = sum over features of k[feature][key]
** q[feature][query], for all keys of the text's panels and the queries of
** panels query .. query + n-1. */
static void score(const Space *s, const Head *h, const Span *t, size_t query,
                  int n) {
  LitTile tile = {.w_row = 1, .w_k = LIT_LANES, .n_k = h->size, .n_outer = 1,
                  .start = zeros, .n_panels = n};
  for (int p = 0; p < n; p++)
    tile.x[p] = s->q + place(h, query + (size_t)p);
  for (size_t key = t->first; key < t->last; key++)
    for (int row = 0; row < LIT_LANES; row += LIT_LANES / 2) {
      size_t at = ((key - t->first) * LIT_LANES + (size_t)row) * LIT_LANES;
      for (int p = 0; p < n; p++) tile.y[p] = s->scores[p] + at;
      tile.n_rows = LIT_LANES / 2;
      tile.w = s->k + place(h, key) + row;
      lit_net()->tile(&tile);
    }
}

/* mix[p][feature][query] = sum over keys of v[feature][key]
** scores[p][key][query]. */
static void blend(const Space *s, const Head *h, const Span *t, int n) {
  LitTile tile = {.w_row = LIT_LANES, .w_k = 1, .n_k = LIT_LANES,
                  .w_outer = h->width * LIT_LANES,
                  .n_outer = t->last - t->first, .start = zeros,
                  .n_panels = n};
  for (int p = 0; p < n; p++) {
    tile.x[p] = s->scores[p];
    tile.y[p] = s->mix[p];
  }
  for (size_t row = 0; row < h->size; row += LIT_TILE_ROWS) {
    size_t left = h->size - row;
    tile.n_rows = (int)(left < LIT_TILE_ROWS ? left : LIT_TILE_ROWS);
    tile.w = s->v + place(h, t->first) + row * LIT_LANES;
    lit_net()->tile(&tile);
    for (int p = 0; p < n; p++) tile.y[p] += LIT_TILE_ROWS * LIT_LANES;
  }
}

/* The text's own lanes of mix, over the sum of the scores, into context. */
static void put(const Space *s, const Head *h, const Span *t, size_t query,
                const float *mix, const float *over) {
  size_t base = query * LIT_LANES;
  size_t from = t->from > base ? t->from - base : 0;
  size_t to = t->to - base < LIT_LANES ? t->to - base : LIT_LANES;
  float *out = s->context + place(h, query);
  for (size_t f = 0; f < h->size; f++)
    for (size_t lane = from; lane < to; lane++)
      out[f * LIT_LANES + lane] = mix[f * LIT_LANES + lane] * over[lane];
}

/* Attention of one text: for each head, context = softmax(q k' / sqrt(head)) v,
** two panels of queries at a time. */
static void attend(const LitEncoder *net, const Space *s, size_t from,
                   size_t to) {
  Span t = {from, to, from / LIT_LANES, panels(to)};
  Head h = {.size = net->width / net->n_heads, .width = net->width};
  float scale = 1 / sqrtf((float)h.size);
  size_t base = t.first * LIT_LANES, n_keys = (t.last - t.first) * LIT_LANES;
  for (; h.at < net->width; h.at += h.size)
    for (size_t query = t.first; query < t.last; query += LIT_TILE_PANELS) {
      int n = t.last - query < LIT_TILE_PANELS ? 1 : LIT_TILE_PANELS;
      float sums[LIT_TILE_PANELS][LIT_LANES];
      score(s, &h, &t, query, n);
      for (int p = 0; p < n; p++)
        lit_net()->softmax(s->scores[p], n_keys, from - base, to - base, scale,
                           sums[p]);
      blend(s, &h, &t, n);
      for (int p = 0; p < n; p++)
        put(s, &h, &t, query + (size_t)p, s->mix[p], sums[p]);
    }
}

/* x += y, then layer norm, panel by panel. */
static void add_norm(const LitEncoder *net, float *x, const float *y,
                     size_t n_panels, const LitNorm *norm) {
  size_t panel = net->width * LIT_LANES;
  for (size_t p = 0; p < n_panels; p++)
    lit_net()->norm(x + p * panel, y + p * panel, net->width, norm);
}

/* Lanes beyond the last token take part in what is done to all 16: they are
** zero, so that no old bits make infinities (which would cost time). */
static void clear_rest(const LitEncoder *net, const LitBatch *b, float *x) {
  size_t n = (size_t)b->n_tokens, end = panels(n) * LIT_LANES;
  float *panel = x + (panels(n) - 1) * net->width * LIT_LANES;
  for (size_t f = 0; f < net->width; f++)
    for (size_t t = n; t < end; t++) panel[f * LIT_LANES + t % LIT_LANES] = 0;
}

static void run_layer(const LitEncoder *net, const LitLayer *l,
                      const LitBatch *b, const Space *s) {
  size_t n = panels((size_t)b->n_tokens);
  lit_linear(&l->q, s->x, n, s->q, NULL);
  lit_linear(&l->k, s->x, n, s->k, NULL);
  lit_linear(&l->v, s->x, n, s->v, NULL);
  for (int i = 0; i < b->n_texts; i++)
    attend(net, s, b->starts[i], b->starts[i + 1]);
  clear_rest(net, b, s->context);
  lit_linear(&l->o, s->context, n, s->out, NULL);
  add_norm(net, s->x, s->out, n, &l->after_attention);
  lit_linear(&l->up, s->x, n, s->inner, net->act);
  lit_linear(&l->down, s->inner, n, s->out, NULL);
  add_norm(net, s->x, s->out, n, &l->after_ffn);
}

/* out [n_tokens, width] from the panels x. */
static void unpack(const LitEncoder *net, const LitBatch *b, const float *x,
                   float *out) {
  for (size_t t = 0; t < (size_t)b->n_tokens; t++) {
    const float *from = x + t / LIT_LANES * net->width * LIT_LANES;
    for (size_t f = 0; f < net->width; f++)
      out[t * net->width + f] = from[f * LIT_LANES + t % LIT_LANES];
  }
}

const float *lit_encoder_run(const LitEncoder *net, const LitBatch *batch,
                             float *scratch) {
  Space s = divide(net, scratch, batch);
  size_t n = panels((size_t)batch->n_tokens), panel = net->width * LIT_LANES;
  clear_rest(net, batch, s.x);
  for (size_t p = 0; p < n; p++)
    lit_net()->norm(s.x + p * panel, NULL, net->width, &net->embedded);
  for (int i = 0; i < net->n_layers; i++) {
    if (batch->stop && batch->stop->asked(batch->stop->ctx)) return NULL;
    run_layer(net, &net->layers[i], batch, &s);
  }
  unpack(net, batch, s.x, s.out);
  return s.out;
}
