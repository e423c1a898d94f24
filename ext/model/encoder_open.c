/* encoder_open.c -- see encoder.h.  From config.json and tensors' names to a
** LitEncoder. */
#include "model/encoder.h"
#include "model/tensor.h"
#include "base/poison.h"

size_t lit_encoder_distances(size_t max_tokens) {
  return 2 * (max_tokens + 2 * LIT_LANES);
}

/* The activation that config.json names. */
static int find_act(LitErr *e, const LitJson *config,
                    const LitEncoderNames *names, LitEncoder *out) {
  const char *name = lit_json_str(e, config, names->act, names->act_else
                                                             ? names->act_else
                                                             : "gelu");
  if (!e->rc) out->act = lit_act_find(e, config, names->act, name);
  return e->rc;
}

int lit_encoder_table(LitErr *e, LitModel *m, const char *const *prefixes,
                      const char *name, size_t rows, const float **out) {
  LitTensorName n = {prefixes, name, 0};
  return lit_tensor_get(e, m, &n, ".weight", rows, (size_t)m->width, out);
}

/* The norm of that name, if it has one. */
static void get_norm(LitErr *e, LitModel *m, const LitEncoderNames *names,
                     const LitEncoder *net, LitTensorName n, size_t width,
                     LitNorm *out) {
  if (!n.name) return;
  out->eps = net->embedded.eps;
  lit_tensor_norm(e, m, &n, width, names->no_bias || names->rms, out);
}

/* A linear layer, or a part of one, if it has a name. */
typedef struct Part {
  const char *name;
  LitLinear *to;
  LitLinearShape shape;
} Part;

static void get_linears(LitErr *e, LitModel *m, const LitEncoderNames *names,
                        int layer, Part *parts, size_t n) {
  for (size_t i = 0; i < n && !lit_stopped(e, m->stop); i++) {
    LitTensorName name = {names->prefixes, parts[i].name, layer};
    if (!name.name) continue;
    parts[i].shape.no_bias = names->no_bias;
    lit_tensor_stored(e, m, &name, &parts[i].shape, parts[i].to);
  }
}

static void get_layer(LitErr *e, LitModel *m, const LitEncoder *net,
                      const LitEncoderNames *names, int i, LitLayer *l) {
  const LitLayerNames *a = &names->layer;
  size_t width = net->width, ffn = net->ffn, q = net->n_heads * net->head,
         kv = net->n_kv * net->head, all = q + 2 * kv;
  /* Where weights have 8 bits, the value of a token that others look at much
  ** goes into all their sums, with the same error each time, and what the last
  ** layers are off no later one makes up for: of what all weights cost MiniLM's
  ** vectors (mean 1 - cosine 12.5 e-5) the last layer's values are 1.4 and what is
  ** made of them 1.9, its up and down 1.1 each, values of the layers before 0.4 at
  ** most.  In the last sixth of the layers these two have 16 bits. */
  int is_late = 6 * (i + 1) > 5 * net->n_layers;
  Part parts[] = {
    {a->q, &l->q, {width, q, 0, 0, 0, 0}},
    {a->k, &l->k, {width, kv, 0, 0, 0, 0}},
    {a->v, &l->v, {width, kv, 0, 0, 0, is_late}},
    {a->qkv, &l->q, {width, q, 0, all, 0, 0}},
    {a->qkv, &l->k, {width, kv, q, all, 0, 0}},
    {a->qkv, &l->v, {width, kv, q + kv, all, 0, is_late}},
    {a->o, &l->o, {q, width, 0, 0, 0, is_late}},
    {a->up, &l->up, {width, ffn, 0, 0, 0, 0}},
    {a->gate, &l->gate, {width, ffn, 0, 0, 0, 0}},
    {a->gate_up, &l->gate, {width, ffn, 0, 2 * ffn, 0, 0}},
    {a->gate_up, &l->up, {width, ffn, ffn, 2 * ffn, 0, 0}},
    {a->down, &l->down, {ffn, width, 0, 0, 0, 0}},
  };
  LitTensorName n = {.prefixes = names->prefixes, .layer = i};
  get_linears(e, m, names, i, parts, sizeof parts / sizeof *parts);
  n.name = i == 0 && names->first_not_normed ? NULL : a->attention_norm;
  get_norm(e, m, names, net, n, width, &l->attention_norm);
  n.name = a->ffn_norm;
  get_norm(e, m, names, net, n, width, &l->ffn_norm);
  n.name = a->q_norm;
  get_norm(e, m, names, net, n, net->head, &l->q_norm);
  n.name = a->k_norm;
  get_norm(e, m, names, net, n, net->head, &l->k_norm);
}

/* Heads of queries share heads of keys and values, and fill the width unless
** config.json says how large they are. */
static int get_heads(LitErr *e, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out) {
  LitJsonRange size = {.lo = 1, .hi = LIT_WIDTH_MAX, .need = 1};
  out->n_heads = (size_t)lit_json_int(e, config, names->n_heads, size);
  if (e->rc) return e->rc;
  size.need = 0, size.none = (long long)out->n_heads;
  out->n_kv = out->n_heads;
  if (names->n_kv)
    out->n_kv = (size_t)lit_json_int(e, config, names->n_kv, size);
  size.none = 0;
  if (names->head)
    out->head = (size_t)lit_json_int(e, config, names->head, size);
  if (!e->rc && !out->head && out->width % out->n_heads)
    lit_fail(e, LIT_CORRUPT, "%s/%s: %s %zu is not a multiple of %s %zu",
             config->folder, config->file, names->width, out->width,
             names->n_heads, out->n_heads);
  if (!e->rc && out->n_heads % out->n_kv)
    lit_fail(e, LIT_CORRUPT, "%s/%s: %s %zu is not a multiple of %s %zu",
             config->folder, config->file, names->n_heads, out->n_heads,
             names->n_kv, out->n_kv);
  if (!out->head) out->head = out->width / out->n_heads;
  if (!e->rc && out->n_heads * out->head > LIT_WIDTH_MAX)
    lit_fail(e, LIT_CORRUPT, "%s/%s: %zu heads of %zu features: expected at "
             "most %d in all", config->folder, config->file, out->n_heads,
             out->head, LIT_WIDTH_MAX);
  return e->rc;
}

/* The sizes that config.json gives. */
static int get_sizes(LitErr *e, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out) {
  LitJsonRange size = {.lo = 1, .hi = LIT_WIDTH_MAX, .need = 1};
  LitJsonRange layers = {.lo = 1, .hi = LIT_LAYERS_MAX, .need = 1};
  double eps_else = names->eps_else > 0 ? names->eps_else : 1e-12;
  out->width = (size_t)lit_json_int(e, config, names->width, size);
  out->ffn = (size_t)lit_json_int(e, config, names->ffn, size);
  out->n_layers = (int)lit_json_int(e, config, names->n_layers, layers);
  out->embedded.eps = (float)lit_json_real(
      e, config, names->eps ? names->eps : "layer_norm_eps", eps_else);
  return e->rc ? e->rc : get_heads(e, config, names, out);
}

/* The option layers: those above the last that is taken need not be there. */
static int take_layers(LitErr *e, const LitModel *m, LitEncoder *out) {
  const LitModelOpts *o = &m->opts;
  int last = o->n_layers ? o->layers[o->n_layers - 1] : out->n_layers;
  if (last > out->n_layers)
    return lit_fail(e, LIT_ERROR, "lit_model_add: options: layers: %d of %d",
                    last, out->n_layers);
  out->n_layers = last;
  out->taken = o->layers;
  out->n_taken = o->n_layers > 1 ? o->n_layers : 0;
  return LIT_OK;
}

int lit_encoder_open(LitErr *e, LitModel *m, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out) {
  LitTensorName norm = {.prefixes = names->prefixes};
  if (get_sizes(e, config, names, out)) return e->rc;
  if (take_layers(e, m, out)) return e->rc;
  if (find_act(e, config, names, out)) return e->rc;
  m->width = (int)out->width;
  out->norm = names->rms ? lit_net()->rms : lit_net()->norm;
  out->pre_norm = names->pre_norm;
  out->causal = names->causal;
  out->layers = lit_arena_new(e, &m->arena, (size_t)out->n_layers,
                              sizeof *out->layers);
  norm.name = names->embedded;
  get_norm(e, m, names, out, norm, out->width, &out->embedded);
  norm.name = names->last;
  get_norm(e, m, names, out, norm, out->width, &out->last);
  for (int i = 0; i < out->n_layers && !e->rc; i++) {
    out->layers[i] = (LitLayer){0};
    get_layer(e, m, out, names, i, &out->layers[i]);
  }
  out->rounded = m->runs_blocks || m->opts.precision != LIT_RUN_FLOAT32;
  if (out->rounded) out->act = lit_act_near(out->act);
  return e->rc;
}
