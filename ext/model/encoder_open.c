/* encoder_open.c -- see encoder.h.  From config.json and tensors' names to a
** LitEncoder. */
#include "model/act.h"
#include "model/encoder.h"
#include "model/tensor.h"
#include "base/poison.h"

/* The activation that config.json names. */
static int find_act(LitErr *e, const LitJson *config, const char *key,
                    LitEncoder *out) {
  const char *name = lit_json_str(e, config, key, "gelu");
  if (!e->rc) out->act = lit_act_find(e, config, key, name);
  return e->rc;
}

int lit_encoder_table(LitErr *e, LitModel *m, const char *const *prefixes,
                      const char *name, size_t rows, const float **out) {
  LitTensorName n = {prefixes, name, 0};
  return lit_tensor_get(e, m, &n, ".weight", rows, (size_t)m->width, out);
}

static void get_layer(LitErr *e, LitModel *m, const LitEncoder *net,
                      const LitEncoderNames *names, int i, LitLayer *l) {
  const LitLayerNames *a = &names->layer;
  size_t width = net->width, ffn = net->ffn;
  LitTensorName n = {.prefixes = names->prefixes, .layer = i};
  const struct { const char *name; LitLinear *to; size_t n_out, n_in; } linear[] = {
    {a->q, &l->q, width, width}, {a->k, &l->k, width, width},
    {a->v, &l->v, width, width}, {a->o, &l->o, width, width},
    {a->up, &l->up, ffn, width}, {a->down, &l->down, width, ffn},
  };
  for (size_t k = 0; k < sizeof linear / sizeof *linear; k++) {
    LitLinearShape shape = {.n_in = linear[k].n_in, .n_out = linear[k].n_out};
    n.name = linear[k].name;
    lit_tensor_linear(e, m, &n, &shape, linear[k].to);
  }
  l->after_attention.eps = l->after_ffn.eps = net->embedded.eps;
  n.name = a->after_attention;
  lit_tensor_norm(e, m, &n, width, 0, &l->after_attention);
  n.name = a->after_ffn;
  lit_tensor_norm(e, m, &n, width, 0, &l->after_ffn);
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
  LitTensorName embedded = {.prefixes = names->prefixes,
                            .name = names->embedded};
  LitLayer *layers;
  if (get_sizes(e, config, names, out)) return e->rc;
  if (find_act(e, config, names->act, out)) return e->rc;
  m->width = (int)out->width;
  layers = lit_arena_new(e, &m->arena, (size_t)out->n_layers, sizeof *layers);
  if (!layers) return e->rc;
  lit_tensor_norm(e, m, &embedded, out->width, 0, &out->embedded);
  for (int i = 0; i < out->n_layers && !e->rc; i++)
    get_layer(e, m, out, names, i, &layers[i]);
  out->layers = layers;
  return e->rc;
}
