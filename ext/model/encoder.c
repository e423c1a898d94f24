/* encoder.c -- see encoder.h.  The forward pass.
**
** The tokens of all texts of a batch follow one another in panels of 16
** (kern/net.h), whatever text they belong to, so nothing is padded but the last
** panel.  Only attention goes text by text (attend.c).
**
** Scratch, in floats, all [n_panels][...][16]: states [width], then a part that
** is used twice: for attention as q, k, v, context; then as the inner layer
** [ffn] and its gate; then out [width], which is also the normed input of a
** part.  Then, where several layers' states are averaged, their sum [width],
** the turns of each rope, and, for two panels of one head, what attend.h wants,
** then what linear layers want.
*/
#include <math.h>
#include <string.h>
#include "model/attend.h"
#include "model/encoder.h"
#include "base/poison.h"

typedef struct Space {
  float *x, *q, *k, *v, *context, *inner, *gate, *out, *sum, *turns[2], *spare;
  LitAttend attend;
  size_t n_tokens, n;       /* n: panels */
} Space;

static size_t panels(size_t n_tokens) {
  return (n_tokens + LIT_LANES - 1) / LIT_LANES;
}

static int is_gated(const LitEncoder *n) {
  return n->n_layers > 0 && n->layers[0].gate.n_out > 0;
}

/* Rows of a panel that attention and the inner layer take turns in. */
static size_t shared(const LitEncoder *n) {
  size_t attention = 2 * (n->n_heads + n->n_kv) * n->head;
  size_t inner = n->ffn * (is_gated(n) ? 2 : 1);
  return attention > inner ? attention : inner;
}

/* The most features that a linear layer reads. */
static size_t widest(const LitEncoder *n) {
  size_t most = n->width > n->ffn ? n->width : n->ffn;
  return most > n->n_heads * n->head ? most : n->n_heads * n->head;
}

size_t lit_encoder_room(const LitEncoder *n, size_t n_tokens, size_t longest) {
  size_t turns = 2 * (n->ropes[0].half + n->ropes[1].half);
  size_t states = (n->n_taken ? 3 : 2) * n->width;
  size_t rows = panels(n_tokens) * (states + shared(n) + turns) +
                LIT_TILE_PANELS * (lit_attend_keys(longest) + n->head + 1) + 1;
  return rows * LIT_LANES + 3 * lit_attend_words(n, longest) +
         lit_linear_spare(widest(n));
}

static Space divide(const LitEncoder *n, float *scratch, const LitBatch *b) {
  Space s = {.x = scratch, .n_tokens = (size_t)b->n_tokens,
             .n = panels((size_t)b->n_tokens)};
  size_t part = s.n * LIT_LANES;
  size_t keys = lit_attend_keys((size_t)b->longest) * LIT_LANES;
  size_t words = lit_attend_words(n, (size_t)b->longest);
  s.q = s.inner = scratch + part * n->width;
  s.gate = s.inner + part * n->ffn;
  s.k = s.q + part * n->n_heads * n->head;
  s.v = s.k + part * n->n_kv * n->head;
  s.context = s.v + part * n->n_kv * n->head;
  s.out = s.q + part * shared(n);
  s.sum = s.out + part * n->width;
  s.turns[0] = s.sum + (n->n_taken ? part * n->width : 0);
  s.turns[1] = s.turns[0] + part * 2 * n->ropes[0].half;
  s.attend = (LitAttend){.q = s.q, .k = s.k, .v = s.v, .context = s.context};
  s.attend.scores[0] = s.turns[1] + part * 2 * n->ropes[1].half;
  s.attend.scores[1] = s.attend.scores[0] + keys;
  s.attend.mix[0] = s.attend.scores[1] + keys + LIT_LANES;
  s.attend.mix[1] = s.attend.mix[0] + (n->head + 1) * LIT_LANES;
  s.spare = s.attend.mix[1] + (n->head + 1) * LIT_LANES;
  s.attend.queries = (int32_t *)(void *)s.spare;
  s.attend.keys = s.attend.queries + words;
  s.attend.values = s.attend.keys + words;
  s.spare += 3 * words;
  return s;
}

/* x += y, then the norm, if there is one, panel by panel; y may be NULL. */
static void add_norm(const LitEncoder *net, const Space *s, float *x,
                     const float *y, const LitNorm *norm) {
  size_t panel = net->width * LIT_LANES;
  for (size_t p = 0; norm->gain && p < s->n; p++)
    net->norm(x + p * panel, y ? y + p * panel : NULL, net->width, norm);
  for (size_t i = 0; !norm->gain && y && i < s->n * panel; i++) x[i] += y[i];
}

/* Lanes beyond the last token take part in what is done to all 16: they are
** zero, so that no old bits make infinities (which would cost time). */
static void clear_rest(const LitBatch *b, float *x, size_t rows) {
  size_t n = (size_t)b->n_tokens, end = panels(n) * LIT_LANES;
  float *panel = x + (panels(n) - 1) * rows * LIT_LANES;
  for (size_t f = 0; f < rows; f++)
    for (size_t t = n; t < end; t++) panel[f * LIT_LANES + t % LIT_LANES] = 0;
}

/* Each head of x [n][n_heads head][16]: normed, then turned. */
static void prepare_heads(const LitEncoder *net, const Space *s,
                          const LitLayer *l, const LitNorm *norm,
                          size_t n_heads, float *x) {
  const float *turns = l->rope == &net->ropes[1] ? s->turns[1] : s->turns[0];
  for (size_t p = 0; p < s->n; p++)
    for (size_t h = 0; h < n_heads; h++) {
      float *head = x + (p * n_heads + h) * net->head * LIT_LANES;
      if (norm->gain) lit_net()->rms(head, NULL, net->head, norm);
      if (l->rope)
        lit_rope_turn(l->rope, turns + p * 2 * l->rope->half * LIT_LANES, head);
    }
}

/* out = attention of `in`, which may be s->out. */
static void attention(const LitEncoder *net, const LitLayer *l,
                      const LitBatch *b, const Space *s, const float *in) {
  const LitLinearTo qkv[] = {
    {&l->q, s->q, NULL}, {&l->k, s->k, NULL}, {&l->v, s->v, NULL},
  };
  const LitLinearTo out = {&l->o, s->out, NULL};
  lit_linears(qkv, 3, in, s->n_tokens, s->spare);
  if (l->rope || l->q_norm.gain)
    prepare_heads(net, s, l, &l->q_norm, net->n_heads, s->q);
  if (l->rope || l->k_norm.gain)
    prepare_heads(net, s, l, &l->k_norm, net->n_kv, s->k);
  for (int i = 0; i < b->n_texts; i++)
    (net->rounded ? lit_attend16 : lit_attend)(net, l, &s->attend, b->starts[i],
                                               b->starts[i + 1]);
  clear_rest(b, s->context, net->n_heads * net->head);
  lit_linears(&out, 1, s->context, s->n_tokens, s->spare);
}

/* out = the two-layer network of `in`, which may be s->out. */
static void feed(const LitEncoder *net, const LitLayer *l, const Space *s,
                 const float *in) {
  size_t n = s->n * net->ffn * LIT_LANES;
  int gated = is_gated(net);
  const LitLinearTo in_to[] = {
    {&l->up, s->inner, gated ? NULL : net->act}, {&l->gate, s->gate, net->act},
  };
  const LitLinearTo out = {&l->down, s->out, NULL};
  lit_linears(in_to, gated ? 2 : 1, in, s->n_tokens, s->spare);
  for (size_t i = 0; gated && i < n; i++) s->inner[i] *= s->gate[i];
  lit_linears(&out, 1, s->inner, s->n_tokens, s->spare);
}

/* The input of a part that is normed before it: a copy, in s->out. */
static const float *normed(const LitEncoder *net, const Space *s,
                           const LitNorm *norm) {
  if (!norm->gain) return s->x;
  memcpy(s->out, s->x, s->n * net->width * LIT_LANES * sizeof *s->out);
  add_norm(net, s, s->out, NULL, norm);
  return s->out;
}

static void run_layer(const LitEncoder *net, const LitLayer *l,
                      const LitBatch *b, const Space *s) {
  static const LitNorm none = {0};
  if (net->pre_norm) {
    attention(net, l, b, s, normed(net, s, &l->attention_norm));
    add_norm(net, s, s->x, s->out, &none);
    feed(net, l, s, normed(net, s, &l->ffn_norm));
    add_norm(net, s, s->x, s->out, &none);
  } else {
    attention(net, l, b, s, s->x);
    add_norm(net, s, s->x, s->out, &l->attention_norm);
    feed(net, l, s, s->x);
    add_norm(net, s, s->x, s->out, &l->ffn_norm);
  }
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

/* If layer `number` is one of those taken, its states, normed as the last ones
** would be, are added to the sum. */
static void take(const LitEncoder *net, const Space *s, int number) {
  size_t n = s->n * net->width * LIT_LANES;
  for (int i = 0; i < net->n_taken; i++) {
    if (net->taken[i] != number) continue;
    memcpy(s->out, s->x, n * sizeof *s->out);
    add_norm(net, s, s->out, NULL, &net->last);
    for (size_t k = 0; k < n; k++)
      s->sum[k] = (i ? s->sum[k] : 0) + s->out[k];
  }
  if (number < net->n_layers) return;
  for (size_t k = 0; net->n_taken && k < n; k++)
    s->x[k] = s->sum[k] / (float)net->n_taken;
}

const float *lit_encoder_run(const LitEncoder *net, const LitBatch *batch,
                             float *scratch) {
  Space s = divide(net, scratch, batch);
  clear_rest(batch, s.x, net->width);
  for (int i = 0; i < 2; i++)
    if (net->ropes[i].half) lit_rope_fill(&net->ropes[i], batch, s.turns[i]);
  add_norm(net, &s, s.x, NULL, &net->embedded);
  take(net, &s, 0);
  for (int i = 0; i < net->n_layers; i++) {
    if (batch->stop && batch->stop->asked(batch->stop->ctx)) return NULL;
    run_layer(net, &net->layers[i], batch, &s);
    take(net, &s, i + 1);
  }
  if (!net->n_taken) add_norm(net, &s, s.x, NULL, &net->last);
  unpack(net, batch, s.x, s.out);
  return s.out;
}
