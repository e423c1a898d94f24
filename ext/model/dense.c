/* dense.c -- see dense.h */
#include <string.h>
#include "kern/net.h"
#include "model/dense.h"
#include "model/tensor.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", NULL};

/* "torch.nn.modules.activation.Tanh" -> the function. */
static int find_act(LitErr *e, const LitJson *j, LitDense *d) {
  static const struct { const char *torch, *name; } rows[] = {
    {"Tanh", "tanh"}, {"ReLU", "relu"}, {"GELU", "gelu"}, {"SiLU", "silu"},
    {"Sigmoid", "sigmoid"},
  };
  const char *name = lit_json_str(e, j, "activation_function", "Tanh");
  const char *dot = strrchr(name, '.');
  if (dot) name = dot + 1;
  if (e->rc || strcmp(name, "Identity") == 0) return e->rc;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].torch, name) == 0)
      d->act = lit_act_find(e, j, "activation_function", rows[i].name);
  if (!d->act)
    lit_fail(e, LIT_MISMATCH, "%s/%s: activation_function '%.60s': expected "
             "Identity, Tanh, ReLU, GELU, SiLU or Sigmoid", j->folder, j->file,
             name);
  return e->rc;
}

/* The tensors are looked for in the module's own weights: `own` is the model
** that holds them for tensor.h. */
static int get_tensors(LitErr *e, LitModel *m, const LitJson *j, LitDense *d,
                       size_t n_in) {
  LitTensorName name = {prefixes, "linear", 0};
  LitJsonRange in = {.lo = (long long)n_in, .hi = (long long)n_in, .need = 1};
  LitJsonRange out = {.lo = 1, .hi = LIT_WIDTH_MAX, .need = 1};
  LitLinearShape shape = {.no_bias = !lit_json_bool(e, j, "bias", 1)};
  LitWeights outer = m->weights;
  shape.n_in = (size_t)lit_json_int(e, j, "in_features", in);
  shape.n_out = (size_t)lit_json_int(e, j, "out_features", out);
  if (lit_json_bool(e, j, "use_residual", 0))
    lit_fail(e, LIT_MISMATCH, "%s/%s: use_residual: expected false", j->folder,
             j->file);
  if (e->rc) return e->rc;
  m->weights = d->weights;
  lit_tensor_linear(e, m, &name, &shape, &d->l);
  d->weights = m->weights;
  m->weights = outer;
  return e->rc;
}

LitDense *lit_dense_open(LitErr *e, LitModel *m, const char *path,
                         size_t n_in) {
  LitDense *d = lit_arena_new(e, &m->arena, 1, sizeof *d);
  LitJson j = {.file = "config.json"};
  LitBuf folder = {0};
  json_t *top = NULL;
  if (!d) return NULL;
  *d = (LitDense){0};
  lit_buf_printf(e, &folder, "%s/%s", m->path, path);
  if (!e->rc) j.folder = lit_arena_copy(e, &m->arena, folder.at, folder.n);
  lit_buf_drop(&folder);
  if (e->rc || lit_json_load(e, j.folder, j.file, &top)) return NULL;
  j.at = top;
  if (!find_act(e, &j, d) && !lit_weights_open(e, j.folder, &d->weights))
    get_tensors(e, m, &j, d, n_in);
  json_decref(top);
  if (!e->rc) return d;
  lit_dense_close(d);
  return NULL;
}

void lit_dense_close(LitDense *d) {
  if (d) lit_weights_close(&d->weights);
}

size_t lit_dense_room(const LitDense *d) {
  return (d->l.n_in + d->l.n_out) * LIT_LANES;
}

void lit_dense_run(const LitDense *d, const float *x, size_t n, float *out,
                   float *spare) {
  size_t n_in = d->l.n_in, n_out = d->l.n_out;
  float *in = spare, *y = spare + n_in * LIT_LANES;
  for (size_t from = 0; from < n; from += LIT_LANES) {
    size_t here = n - from < LIT_LANES ? n - from : LIT_LANES;
    memset(in, 0, n_in * LIT_LANES * sizeof *in);
    for (size_t t = 0; t < here; t++)
      for (size_t i = 0; i < n_in; i++)
        in[i * LIT_LANES + t] = x[(from + t) * n_in + i];
    lit_linear(&d->l, in, here, y, d->act);
    for (size_t t = 0; t < here; t++)
      for (size_t i = 0; i < n_out; i++)
        out[(from + t) * n_out + i] = y[i * LIT_LANES + t];
  }
}
