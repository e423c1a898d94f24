/* attend16.c -- attention in integers of 16 bits (kern/heads.h), for models whose
** linear layers have 8 or 16 bits.
**
** A head of one text at a time: its queries, keys and values are rounded, and lie
** together near by, from lane 0 on.  Then as in attend.c, two panels of queries
** over the keys that they may see.
*/
#include <math.h>
#include "kern/heads.h"
#include "model/attend_in.h"
#include "base/poison.h"

size_t lit_attend_words(const LitEncoder *net, size_t longest) {
  return (net->head + 1) / 2 * lit_attend_keys(longest);
}

/* One head of a text: where its words lie, and what a step of scores and one of
** values is worth. */
typedef struct Head {
  const LitEncoder *net;
  const LitLayer *layer;
  const LitAttend *a;
  LitHead out;
  size_t number, width;     /* tokens, rounded up to 16 */
  float score, value;
} Head;

/* `head` features from `at` on of what has n_heads heads. */
static LitHead see(const LitEncoder *net, const float *x, size_t n_heads,
                   size_t number, size_t from, size_t to) {
  size_t panel = n_heads * net->head * LIT_LANES;
  x += from / LIT_LANES * panel + number * net->head * LIT_LANES;
  return (LitHead){(float *)(uintptr_t)x, panel, net->head, from % LIT_LANES,
                   to - from};
}

/* Rounds to integers of at most `most`; what a step is worth, NaN if a number is
** not finite. */
static float take(const LitHead *h, float most, int32_t *out,
                  void (*round)(const LitHead *h, float by, int32_t *out)) {
  float step = lit_heads()->largest(h) / most, by = 1 / step;
  round(h, by < 3e38f ? by : 0, out);
  return step;
}

/* The largest integer of 16 bits of which n products with itself can be added. */
static float most_of(size_t n) {
  float most = floorf(sqrtf(2147480000.0f / (float)n));
  return most < 32767 ? most : 32767;
}

/* Likewise for values: n shares, each rounded up, come to little over one. */
static float most_value(size_t n) {
  float most = floorf(2147480000.0f / ((float)LIT_SHARE + (float)n / 2));
  return most < 32767 ? most : 32767;
}

/* scores[p][key][query] */
static void score(const Head *h, const LitBlock *b, size_t n_keys) {
  float over[LIT_LANES];
  const LitAttend *a = h->a;
  LitHeadTile t = {.w = a->keys + b->first * LIT_LANES, .w_row = 1,
                   .w_k = h->width, .x_k = h->width,
                   .n_k = (h->net->head + 1) / 2, .n_rows = n_keys,
                   .n_panels = b->n, .over = {over, over}};
  for (int i = 0; i < LIT_LANES; i++) over[i] = h->score;
  for (int p = 0; p < b->n; p++) {
    t.x[p] = a->queries + (b->query + (size_t)p) * LIT_LANES;
    t.y[p] = a->scores[p];
  }
  lit_heads()->tile(&t);
}

/* Shares of the keys lo .. hi-1 in the scores' place. */
static void weigh(const Head *h, LitBlock *b, size_t n_keys, int p) {
  size_t base = b->first * LIT_LANES;
  lit_block_place(h->net, h->layer, h->number, b, p, h->a->scores[p]);
  lit_heads()->softmax(h->a->scores[p], n_keys, b->lo - base, b->hi - base,
                       1 / sqrtf((float)h->net->head), b->over[p]);
  for (int i = 0; i < LIT_LANES; i++) b->over[p][i] *= h->value;
}

/* mix[p][feature][query], and from there to the text's own lanes of context. */
static void blend(const Head *h, const LitBlock *b, size_t n_keys) {
  const LitAttend *a = h->a;
  LitHeadTile t = {.w = a->values + b->first * LIT_LANES / 2,
                   .w_row = h->width / 2, .w_k = 1, .x_k = LIT_LANES,
                   .n_k = n_keys / 2, .n_rows = h->net->head, .n_panels = b->n};
  for (int p = 0; p < b->n; p++) {
    t.x[p] = (const int32_t *)(const void *)a->scores[p];
    t.over[p] = b->over[p];
    t.y[p] = a->mix[p];
  }
  lit_heads()->tile(&t);
  for (int p = 0; p < b->n; p++)
    lit_heads()->put(&h->out, b->query + (size_t)p, a->mix[p]);
}

static void attend_head(const Head *h) {
  size_t n = h->out.n;
  for (size_t q = 0; q * LIT_LANES < n; q += LIT_TILE_PANELS) {
    LitBlock b = lit_block_make(h->net, h->layer, q, 0, n);
    size_t n_keys = (b.hi - b.first * LIT_LANES + 7) / 8 * 8;
    score(h, &b, n_keys);
    for (int p = 0; p < b.n; p++) weigh(h, &b, n_keys, p);
    blend(h, &b, n_keys);
  }
}

void lit_attend16(const LitEncoder *net, const LitLayer *layer,
                  const LitAttend *a, size_t from, size_t to) {
  size_t n = to - from, group = net->n_heads / net->n_kv;
  float most = most_of(net->head + 1);
  Head h = {.net = net, .layer = layer, .a = a,
            .width = (n + LIT_LANES - 1) / LIT_LANES * LIT_LANES};
  if (n == 0) return;
  for (size_t kv = 0; kv < net->n_kv; kv++) {
    LitHead k = see(net, a->k, net->n_kv, kv, from, to);
    LitHead v = see(net, a->v, net->n_kv, kv, from, to);
    float key = take(&k, most, a->keys, lit_heads()->features);
    h.value = take(&v, most_value(n), a->values, lit_heads()->tokens);
    for (size_t i = kv * group; i < (kv + 1) * group; i++) {
      LitHead q = see(net, a->q, net->n_heads, i, from, to);
      h.score = key * take(&q, most, a->queries, lit_heads()->features);
      h.number = i;
      h.out = see(net, a->context, net->n_heads, i, from, to);
      attend_head(&h);
    }
  }
}
