/* encoder_open.c -- see encoder.h.  From config.json and tensors' names to a
** LitEncoder. */
#include <stddef.h>
#include <string.h>
#include "base/buf.h"
#include "model/encoder.h"
#include "base/poison.h"

static const struct { const char *name; size_t at; } acts[] = {
  {"gelu", offsetof(LitNet, gelu)},
  {"relu", offsetof(LitNet, relu)},
};
enum { N_ACTS = sizeof acts / sizeof *acts };

/* The activation that config.json names. */
static int find_act(LitErr *e, const LitJson *config, const char *key,
                    LitEncoder *out) {
  const char *name = lit_json_str(e, config, key, "gelu");
  for (size_t i = 0; i < N_ACTS && !e->rc; i++)
    if (strcmp(acts[i].name, name) == 0) {
      memcpy(&out->act, (const char *)lit_net() + acts[i].at, sizeof out->act);
      return LIT_OK;
    }
  return lit_fail(e, LIT_MISMATCH, "%s/%s: %s '%.40s': expected gelu or relu",
                  config->folder, config->file, key, name);
}

/* Which tensor a name means: behind one of the prefixes, %d replaced. */
typedef struct Name {
  const char *const *prefixes;
  const char *name, *tail;
  int layer;
} Name;

/* prefix + name + tail into *out, with its zero. */
static void spell(LitErr *e, LitBuf *out, const Name *n, const char *prefix) {
  const char *number = strstr(n->name, "%d");
  out->n = 0;
  lit_buf_text(e, out, prefix);
  if (number) {
    lit_buf_put(e, out, n->name, (size_t)(number - n->name));
    lit_buf_printf(e, out, "%d%s", n->layer, number + 2);
  } else {
    lit_buf_text(e, out, n->name);
  }
  lit_buf_printf(e, out, "%s%c", n->tail, 0);
}

/* The first spelling that exists, else the plain one, into *out. */
static const LitTensor *seek(LitErr *e, const LitModel *m, const Name *n,
                             LitBuf *out) {
  const LitTensor *t = NULL;
  for (size_t i = 0; n->prefixes[i] && !t && !e->rc; i++) {
    spell(e, out, n, n->prefixes[i]);
    if (!e->rc) t = lit_weights_find(&m->weights, (char *)out->at);
  }
  if (!t) spell(e, out, n, n->prefixes[0]);
  return t;
}

static void get(LitErr *e, LitModel *m, const Name *n, int n_dims,
                const uint64_t *dims, const float **out) {
  LitBuf name = {0};
  if (e->rc) return;
  seek(e, m, n, &name);
  if (!e->rc)
    lit_weights_get(e, &m->weights, (char *)name.at, n_dims, dims, out);
  lit_buf_drop(&name);
}

int lit_encoder_table(LitErr *e, LitModel *m, const char *const *prefixes,
                      const char *name, size_t rows, const float **out) {
  Name n = {prefixes, name, ".weight", 0};
  uint64_t dims[2] = {rows, (uint64_t)m->width};
  get(e, m, &n, 2, dims, out);
  return e->rc;
}

static void get_linear(LitErr *e, LitModel *m, Name n, size_t n_out,
                       size_t n_in, LitLinear *l) {
  uint64_t dims[2] = {n_out, n_in};
  l->n_out = n_out, l->n_in = n_in;
  n.tail = ".weight";
  get(e, m, &n, 2, dims, &l->weight);
  n.tail = ".bias";
  get(e, m, &n, 1, dims, &l->bias);
}

/* Files converted from TensorFlow call gain and shift gamma and beta. */
static void get_norm(LitErr *e, LitModel *m, Name n, float eps,
                     LitNorm *norm) {
  uint64_t dims[1] = {(uint64_t)m->width};
  LitBuf name = {0};
  int old;
  n.tail = ".gamma";
  old = seek(e, m, &n, &name) != NULL;
  lit_buf_drop(&name);
  if (!old) n.tail = ".weight";
  get(e, m, &n, 1, dims, &norm->gain);
  n.tail = old ? ".beta" : ".bias";
  get(e, m, &n, 1, dims, &norm->shift);
  norm->eps = eps;
}

static void get_layer(LitErr *e, LitModel *m, const LitEncoder *net,
                      const LitEncoderNames *names, int i, LitLayer *l) {
  const LitLayerNames *a = &names->layer;
  size_t width = net->width, ffn = net->ffn;
  float eps = net->embedded.eps;
  Name n = {.prefixes = names->prefixes, .layer = i};
  const struct { const char *name; LitLinear *to; size_t n_out, n_in; } linear[] = {
    {a->q, &l->q, width, width}, {a->k, &l->k, width, width},
    {a->v, &l->v, width, width}, {a->o, &l->o, width, width},
    {a->up, &l->up, ffn, width}, {a->down, &l->down, width, ffn},
  };
  for (size_t k = 0; k < sizeof linear / sizeof *linear; k++) {
    n.name = linear[k].name;
    get_linear(e, m, n, linear[k].n_out, linear[k].n_in, linear[k].to);
  }
  n.name = a->after_attention;
  get_norm(e, m, n, eps, &l->after_attention);
  n.name = a->after_ffn;
  get_norm(e, m, n, eps, &l->after_ffn);
}

/* The sizes that config.json gives. */
static int get_sizes(LitErr *e, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out) {
  LitJsonRange size = {.lo = 1, .hi = LIT_WIDTH_MAX, .need = 1};
  LitJsonRange layers = {.lo = 1, .hi = LIT_LAYERS_MAX, .need = 1};
  out->width = (size_t)lit_json_int(e, config, names->width, size);
  out->ffn = (size_t)lit_json_int(e, config, names->ffn, size);
  out->n_heads = (size_t)lit_json_int(e, config, names->n_heads, size);
  out->n_layers = (int)lit_json_int(e, config, names->n_layers, layers);
  out->embedded.eps = (float)lit_json_real(e, config, "layer_norm_eps", 1e-12);
  if (!e->rc && out->width % out->n_heads)
    lit_fail(e, LIT_CORRUPT, "%s/%s: %s %zu is not a multiple of %s %zu",
             config->folder, config->file, names->width, out->width,
             names->n_heads, out->n_heads);
  return e->rc;
}

int lit_encoder_open(LitErr *e, LitModel *m, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out) {
  Name embedded = {.prefixes = names->prefixes, .name = names->embedded};
  LitLayer *layers;
  if (get_sizes(e, config, names, out)) return e->rc;
  if (find_act(e, config, names->act, out)) return e->rc;
  m->width = (int)out->width;
  layers = lit_arena_new(e, &m->arena, (size_t)out->n_layers, sizeof *layers);
  if (!layers) return e->rc;
  get_norm(e, m, embedded, out->embedded.eps, &out->embedded);
  for (int i = 0; i < out->n_layers && !e->rc; i++)
    get_layer(e, m, out, names, i, &layers[i]);
  out->layers = layers;
  return e->rc;
}
