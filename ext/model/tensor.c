/* tensor.c -- see tensor.h */
#include <string.h>
#include "base/buf.h"
#include "model/blocks.h"
#include "model/tensor.h"
#include "model/trial.h"
#include "base/poison.h"

/* prefix + name + tail into *out, with its zero. */
static void spell(LitErr *e, LitBuf *out, const LitTensorName *n,
                  const char *tail, const char *prefix) {
  const char *number = strstr(n->name, "%d");
  out->n = 0;
  lit_buf_text(e, out, prefix);
  if (number) {
    lit_buf_put(e, out, n->name, (size_t)(number - n->name));
    lit_buf_printf(e, out, "%d%s", n->layer, number + 2);
  } else {
    lit_buf_text(e, out, n->name);
  }
  lit_buf_printf(e, out, "%s%c", tail, 0);
}

/* The first spelling that exists, else the plain one, into *out. */
static const LitTensor *seek(LitErr *e, const LitModel *m,
                             const LitTensorName *n, const char *tail,
                             LitBuf *out) {
  const LitTensor *t = NULL;
  for (size_t i = 0; n->prefixes[i] && !t && !e->rc; i++) {
    spell(e, out, n, tail, n->prefixes[i]);
    if (!e->rc) t = lit_weights_find(&m->weights, (char *)out->at);
  }
  if (!t) spell(e, out, n, tail, n->prefixes[0]);
  return t;
}

int lit_tensor_has(LitErr *e, const LitModel *m, const LitTensorName *n,
                   const char *tail) {
  LitBuf name = {0};
  int has = seek(e, m, n, tail, &name) != NULL;
  lit_buf_drop(&name);
  return has;
}

int lit_tensor_get(LitErr *e, LitModel *m, const LitTensorName *n,
                   const char *tail, size_t rows, size_t cols,
                   const float **out) {
  uint64_t dims[2] = {rows, cols};
  LitBuf name = {0};
  if (e->rc) return e->rc;
  seek(e, m, n, tail, &name);
  if (!e->rc)
    lit_weights_get(e, &m->weights, (char *)name.at, cols ? 2 : 1, dims, out);
  lit_buf_drop(&name);
  return e->rc;
}

const LitTensor *lit_tensor_rows(LitErr *e, const LitModel *m,
                                 const LitTensorName *n, const char *tail,
                                 size_t rows, size_t cols) {
  uint64_t dims[2] = {rows, cols};
  const LitTensor *t = NULL;
  LitBuf name = {0};
  if (e->rc) return NULL;
  seek(e, m, n, tail, &name);
  if (!e->rc) t = lit_weights_tensor(e, &m->weights, (char *)name.at, 2, dims);
  lit_buf_drop(&name);
  return t;
}

/* Zeros [n] for what is not there. */
static int zeros(LitErr *e, LitModel *m, size_t n, const float **out) {
  float *v = lit_arena_new(e, &m->arena, n, sizeof *v);
  if (v) memset(v, 0, n * sizeof *v);
  *out = v;
  return e->rc;
}

static int get_bias(LitErr *e, LitModel *m, const LitTensorName *n,
                    const LitLinearShape *s, const float **out) {
  size_t of = s->of ? s->of : s->n_out;
  if (!e->rc && s->no_bias && !lit_tensor_has(e, m, n, ".bias"))
    zeros(e, m, of, out);
  else
    lit_tensor_get(e, m, n, ".bias", of, 0, out);
  if (!e->rc) *out += s->from;
  return e->rc;
}

int lit_tensor_fail(LitErr *e, const LitModel *m, const LitTensorName *n,
                    const LitErr *why) {
  LitBuf name = {0};
  seek(e, m, n, ".weight", &name);
  if (!e->rc)
    lit_fail(e, why->rc, "%s: tensor %.80s: %s", m->path, (char *)name.at,
             why->msg);
  lit_buf_drop(&name);
  return e->rc;
}

/* In bfloat16 too, if the model is to run so. */
static int round_off(LitErr *e, LitModel *m, const LitTensorName *n,
                     LitLinear *out) {
  LitErr why = {0};
  if (m->opts.precision == LIT_RUN_BF16)
    lit_linear_round(&why, &m->arena, out);
  return why.rc ? lit_tensor_fail(e, m, n, &why) : LIT_OK;
}

int lit_tensor_linear(LitErr *e, LitModel *m, const LitTensorName *n,
                      const LitLinearShape *s, LitLinear *out) {
  size_t of = s->of ? s->of : s->n_out;
  *out = (LitLinear){.n_in = s->n_in, .n_out = s->n_out};
  lit_tensor_get(e, m, n, ".weight", of, s->n_in, &out->weight);
  if (get_bias(e, m, n, s, &out->bias)) return e->rc;
  out->weight += s->from * s->n_in;
  return round_off(e, m, n, out);
}

int lit_tensor_stored(LitErr *e, LitModel *m, const LitTensorName *n,
                      const LitLinearShape *s, LitLinear *out) {
  size_t of = s->of ? s->of : s->n_out;
  const LitTensor *t = lit_tensor_rows(e, m, n, ".weight", of, s->n_in);
  if (!t || !t->block || !t->block->runs || m->opts.widens) {
    if (lit_tensor_linear(e, m, n, s, out)) return e->rc;
    return m->opts.precision == LIT_RUN_INT8
           ? lit_trial_wants(e, m, n, s->is_fine, out) : LIT_OK;
  }
  *out = (LitLinear){.n_in = s->n_in, .n_out = s->n_out};
  out->blocks = lit_linearq8_row(t->at, s->n_in, s->from);
  m->runs_blocks = 1;
  return get_bias(e, m, n, s, &out->bias);
}

/* Files converted from TensorFlow call gain and shift gamma and beta. */
int lit_tensor_norm(LitErr *e, LitModel *m, const LitTensorName *n,
                    size_t width, int no_shift, LitNorm *out) {
  int old = lit_tensor_has(e, m, n, ".gamma");
  const char *shift = old ? ".beta" : ".bias";
  lit_tensor_get(e, m, n, old ? ".gamma" : ".weight", width, 0, &out->gain);
  if (!e->rc && no_shift && !lit_tensor_has(e, m, n, shift))
    return zeros(e, m, width, &out->shift);
  return lit_tensor_get(e, m, n, shift, width, 0, &out->shift);
}
