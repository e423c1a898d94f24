/* latent.c -- see latent.h.  16 tokens are a panel (kern/net.h).  What the
** latents have to say is the same for every text: their keys and values are
** computed when the model is opened.
*/
#include <math.h>
#include <string.h>
#include "kern/net.h"
#include "model/latent.h"
#include "model/tensor.h"
#include "base/poison.h"

#define IN "latent_attention_model."
#define ATTEND "cross_attend_blocks.0."
#define FEED "cross_attend_blocks.1."

static const char *const prefixes[] = {IN, NULL};

typedef struct LitLatent {
  size_t n, heads, head;    /* latents; inner is heads * head */
  LitNorm norm, feed_norm;
  LitLinear q, out, up, gate, down;
  LitLinear *k, *v;         /* [heads]: [n, head], [head, n] */
} LitLatent;

int lit_latent_is_there(const LitModel *m) {
  return lit_weights_find(&m->weights, IN "latents") != NULL;
}

/* How many heads: config.json's latent_attention_config, else 8. */
static size_t read_heads(LitErr *e, LitModel *m) {
  LitJsonRange range = {.lo = 1, .hi = LIT_WIDTH_MAX, .none = 8};
  LitJson j = {.folder = m->path, .file = "config.json"};
  json_t *top = NULL;
  size_t heads = 8;
  if (!lit_json_exists(j.folder, j.file)) return heads;
  if (lit_json_load(e, j.folder, j.file, &top)) return heads;
  j.at = json_object_get(top, "latent_attention_config");
  heads = (size_t)lit_json_int(e, &j, "num_cross_heads", range);
  json_decref(top);
  return heads;
}

/* kv of the normed latents, [2 * inner][16] for each panel of them. */
static float *ask_latents(LitErr *e, LitModel *m, const LitLatent *l,
                          const float *latents, const LitNorm *norm,
                          const LitLinear *kv) {
  size_t width = (size_t)m->width;
  size_t panels = (l->n + LIT_LANES - 1) / LIT_LANES;
  float *x = lit_new0(e, lit_size(panels, width), LIT_LANES * sizeof *x);
  float *y = lit_new(e, lit_size(panels, kv->n_out), LIT_LANES * sizeof *y);
  if (!e->rc) {
    for (size_t t = 0; t < l->n; t++)
      for (size_t i = 0; i < width; i++)
        x[(t / LIT_LANES * width + i) * LIT_LANES + t % LIT_LANES] =
            latents[t * width + i];
    for (size_t p = 0; p < panels; p++)
      lit_net()->norm(x + p * width * LIT_LANES, NULL, width, norm);
    lit_linear(kv, x, l->n, y, NULL);
  }
  lit_free(x);
  return y;
}

/* Keys and values of each head as linear layers of their own. */
static int split(LitErr *e, LitModel *m, LitLatent *l, const float *kv) {
  size_t inner = l->heads * l->head;
  size_t most = l->n > l->head ? l->n : l->head;
  float *k = lit_arena_new(e, &m->arena, lit_size(inner, l->n), sizeof *k);
  float *v = lit_arena_new(e, &m->arena, lit_size(inner, l->n), sizeof *v);
  float *zero = lit_arena_new(e, &m->arena, most, sizeof *zero);
  l->k = lit_arena_new(e, &m->arena, l->heads, sizeof *l->k);
  l->v = lit_arena_new(e, &m->arena, l->heads, sizeof *l->v);
  if (e->rc) return e->rc;
  memset(zero, 0, most * sizeof *zero);
  for (size_t h = 0; h < l->heads; h++)
    for (size_t t = 0; t < l->n; t++)
      for (size_t f = 0; f < l->head; f++) {
        size_t row = h * l->head + f, at = t / LIT_LANES * 2 * inner;
        k[(h * l->n + t) * l->head + f] =
            kv[(at + row) * LIT_LANES + t % LIT_LANES];
        v[row * l->n + t] =
            kv[(at + inner + row) * LIT_LANES + t % LIT_LANES];
      }
  for (size_t h = 0; h < l->heads; h++) {
    size_t at = h * l->head * l->n;
    l->k[h] = (LitLinear){.weight = k + at, .bias = zero, .n_in = l->head,
                          .n_out = l->n};
    l->v[h] = (LitLinear){.weight = v + at, .bias = zero, .n_in = l->n,
                          .n_out = l->head};
  }
  return LIT_OK;
}

static int get_linear(LitErr *e, LitModel *m, const char *name,
                      LitLinearShape shape, LitLinear *out) {
  LitTensorName n = {prefixes, name, 0};
  shape.no_bias = 1;
  return e->rc ? e->rc : lit_tensor_linear(e, m, &n, &shape, out);
}

static int get_norm(LitErr *e, LitModel *m, const char *name, LitNorm *out) {
  LitTensorName n = {prefixes, name, 0};
  out->eps = 1e-5f;
  return e->rc ? e->rc : lit_tensor_norm(e, m, &n, (size_t)m->width, 0, out);
}

/* The rows that a matrix of the model has; 0 and CORRUPT if it is none. */
static size_t rows_of(LitErr *e, const LitModel *m, const char *name) {
  const LitTensor *t = lit_weights_find(&m->weights, name);
  if (!t) return lit_fail(e, LIT_CORRUPT, "%s: no tensor %s", m->path, name), 0;
  if (t->n_dims == 2 && t->dims[0] > 0 && t->dims[0] <= 1 << 20)
    return (size_t)t->dims[0];
  lit_fail(e, LIT_CORRUPT, "%s: tensor %s: expected a matrix of 1 to 1048576 "
           "rows", m->path, name);
  return 0;
}

/* All tensors but those of keys and values. */
static int get_tensors(LitErr *e, LitModel *m, LitLatent *l) {
  size_t width = (size_t)m->width, inner = l->heads * l->head;
  size_t both = rows_of(e, m, IN FEED "fn.net.0.weight"), half = both / 2;
  get_norm(e, m, ATTEND "norm", &l->norm);
  get_norm(e, m, FEED "norm", &l->feed_norm);
  get_linear(e, m, ATTEND "fn.to_q", (LitLinearShape){width, inner, 0, 0, 0, 0},
             &l->q);
  get_linear(e, m, ATTEND "fn.to_out", (LitLinearShape){inner, width, 0, 0, 0, 0},
             &l->out);
  get_linear(e, m, FEED "fn.net.0", (LitLinearShape){width, half, 0, both, 0, 0},
             &l->up);
  get_linear(e, m, FEED "fn.net.0",
             (LitLinearShape){width, half, half, both, 0, 0}, &l->gate);
  return get_linear(e, m, FEED "fn.net.2",
                    (LitLinearShape){half, width, 0, 0, 0, 0}, &l->down);
}

int lit_latent_open(LitErr *e, LitModel *m) {
  LitTensorName name = {prefixes, "latents", 0};
  LitLatent *l = lit_arena_new(e, &m->arena, 1, sizeof *l);
  size_t inner = rows_of(e, m, IN ATTEND "fn.to_q.weight");
  LitLinear kv = {0};
  LitNorm norm;
  const float *latents;
  float *all = NULL;
  if (e->rc) return e->rc;
  *l = (LitLatent){.n = rows_of(e, m, IN "latents"), .heads = read_heads(e, m)};
  if (!e->rc && inner % l->heads)
    lit_fail(e, LIT_CORRUPT, "%s/config.json: num_cross_heads: %zu rows are no "
             "multiple of %zu", m->path, inner, l->heads);
  l->head = inner / l->heads;
  if (e->rc || lit_tensor_get(e, m, &name, "", l->n, (size_t)m->width,
                              &latents))
    return e->rc;
  get_norm(e, m, ATTEND "norm_context", &norm);
  get_linear(e, m, ATTEND "fn.to_kv",
             (LitLinearShape){(size_t)m->width, 2 * inner, 0, 0, 0, 0}, &kv);
  if (e->rc || get_tensors(e, m, l)) return e->rc;
  all = ask_latents(e, m, l, latents, &norm, &kv);
  if (!e->rc) split(e, m, l, all);
  lit_free(all);
  m->latent = l;
  return e->rc;
}

/* What pooling needs, in floats: x and its norm, queries and answers, scores,
** up and gate. */
size_t lit_latent_room(const LitModel *m) {
  const LitLatent *l = m->latent;
  return (2 * (size_t)m->width + 2 * l->heads * l->head + l->n +
          2 * l->up.n_out) * LIT_LANES;
}

/* answers [inner][16] of queries q [inner][16]. */
static void attend(const LitLatent *l, const float *q, float *answers,
                   float *scores) {
  float over[LIT_LANES];
  for (size_t h = 0; h < l->heads; h++) {
    float *to = answers + h * l->head * LIT_LANES;
    lit_linear(&l->k[h], q + h * l->head * LIT_LANES, LIT_LANES, scores, NULL);
    lit_net()->softmax(scores, l->n, 0, l->n, 1 / sqrtf((float)l->head), over);
    lit_linear(&l->v[h], scores, LIT_LANES, to, NULL);
    for (size_t i = 0; i < l->head * LIT_LANES; i++)
      to[i] *= over[i % LIT_LANES];
  }
}

/* One panel x [width][16], in place. */
static void run_panel(const LitModel *m, float *x, float *spare) {
  const LitLatent *l = m->latent;
  size_t n = (size_t)m->width * LIT_LANES, inner = l->heads * l->head * LIT_LANES;
  float *y = spare, *q = y + n, *answers = q + inner, *scores = answers + inner;
  float *up = scores + l->n * LIT_LANES, *gate = up + l->up.n_out * LIT_LANES;
  memcpy(y, x, n * sizeof *y);
  lit_net()->norm(y, NULL, (size_t)m->width, &l->norm);
  lit_linear(&l->q, y, LIT_LANES, q, NULL);
  attend(l, q, answers, scores);
  lit_linear(&l->out, answers, LIT_LANES, y, NULL);
  for (size_t i = 0; i < n; i++) x[i] += y[i];
  memcpy(y, x, n * sizeof *y);
  lit_net()->norm(y, NULL, (size_t)m->width, &l->feed_norm);
  lit_linear(&l->up, y, LIT_LANES, up, NULL);
  lit_linear(&l->gate, y, LIT_LANES, gate, lit_net()->gelu);
  for (size_t i = 0; i < l->up.n_out * LIT_LANES; i++) up[i] *= gate[i];
  lit_linear(&l->down, up, LIT_LANES, y, NULL);
  for (size_t i = 0; i < n; i++) x[i] += y[i];
}

void lit_latent_run(const LitModel *m, const float *states, size_t n,
                    float *out, float *spare) {
  size_t width = (size_t)m->width;
  float *x = spare;
  memset(out, 0, width * sizeof *out);
  for (size_t from = 0; from < n; from += LIT_LANES) {
    size_t here = n - from < LIT_LANES ? n - from : LIT_LANES;
    memset(x, 0, width * LIT_LANES * sizeof *x);
    for (size_t t = 0; t < here; t++)
      for (size_t i = 0; i < width; i++)
        x[i * LIT_LANES + t] = states[(from + t) * width + i];
    run_panel(m, x, spare + width * LIT_LANES);
    for (size_t t = 0; t < here; t++)
      for (size_t i = 0; i < width; i++) out[i] += x[i * LIT_LANES + t];
  }
  for (size_t i = 0; i < width; i++) out[i] /= (float)n;
}
