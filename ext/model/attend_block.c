/* attend_block.c -- see attend_in.h */
#include "model/attend_in.h"
#include "base/poison.h"

/* A score that no key with a place in the softmax can have. */
static const float HIDDEN = -1e30f;

LitBlock lit_block_make(const LitEncoder *net, const LitLayer *layer,
                        size_t query, size_t from, size_t to) {
  size_t end = (to + LIT_LANES - 1) / LIT_LANES, begin = query * LIT_LANES;
  LitBlock b = {.from = from, .to = to, .query = query, .lo = from, .hi = to,
                .n = end - query < LIT_TILE_PANELS ? 1 : LIT_TILE_PANELS};
  size_t after = (query + (size_t)b.n) * LIT_LANES;
  if (layer->window && begin > from + layer->window)
    b.lo = begin - layer->window;
  if (layer->window && after + layer->window < to)
    b.hi = after + layer->window;
  if (net->causal && after < to) b.hi = after;
  b.first = b.lo / LIT_LANES;
  b.last = (b.hi + LIT_LANES - 1) / LIT_LANES;
  return b;
}

/* Add what the distance between query and key is worth. */
static void add_distances(const LitEncoder *net, size_t head, const LitBlock *b,
                          int p, float *scores) {
  size_t zero = lit_encoder_distances(net->distances_to) / 2;
  const float *row = net->distances +
                     head * lit_encoder_distances(net->distances_to);
  size_t query = (b->query + (size_t)p) * LIT_LANES;
  for (size_t key = b->lo; key < b->hi; key++) {
    const float *add = row + zero + query - key;
    float *x = scores + (key - b->first * LIT_LANES) * LIT_LANES;
    for (int lane = 0; lane < LIT_LANES; lane++) x[lane] += add[lane];
  }
}

void lit_block_hide(const LitEncoder *net, const LitLayer *layer,
                    const LitBlock *b, int p, float value, float *scores) {
  long query = (long)(b->query + (size_t)p) * LIT_LANES;
  long far = layer->window ? (long)layer->window : (long)b->hi + LIT_LANES * 2;
  for (size_t key = b->lo; key < b->hi; key++) {
    float *x = scores + (key - b->first * LIT_LANES) * LIT_LANES;
    long from = (long)key - (net->causal ? 0 : far) - query;
    long to = (long)key + far - query;
    for (long lane = 0; lane < LIT_LANES && lane < from; lane++)
      x[lane] = value;
    for (long lane = to < 0 ? 0 : to + 1; lane < LIT_LANES; lane++)
      x[lane] = value;
  }
}

void lit_block_place(const LitEncoder *net, const LitLayer *layer, size_t head,
                     const LitBlock *b, int p, float *scores) {
  if (net->distances) add_distances(net, head, b, p, scores);
  if (net->causal || layer->window)
    lit_block_hide(net, layer, b, p, HIDDEN, scores);
}
