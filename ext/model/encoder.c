/* encoder.c -- see encoder.h.  The forward pass.
**
** The tokens of all texts of a batch are one matrix, so that each linear layer
** is one large product; only attention goes text by text.  Every product runs
** on the calling thread: threads work on different batches (embed.c).
**
** Scratch, in floats: states [n, width], then a part that is used twice: for
** attention as q, k, v, context, each [n, width]; then as the inner layer
** [n, ffn]; then out [n, width] and the scores of one head [longest, longest].
*/
#include <math.h>
#include "kern/blas.h"
#include "model/encoder.h"
#include "base/poison.h"

typedef struct Space {
  float *x, *q, *k, *v, *context, *inner, *out, *scores;
} Space;

static size_t shared(const LitEncoder *n) {
  size_t four = 4 * (size_t)n->width, ffn = (size_t)n->ffn;
  return four > ffn ? four : ffn;
}

size_t lit_encoder_room(const LitEncoder *n, size_t n_tokens, size_t longest) {
  return n_tokens * (2 * (size_t)n->width + shared(n)) + longest * longest;
}

static Space divide(const LitEncoder *n, float *scratch, size_t n_tokens) {
  size_t part = n_tokens * (size_t)n->width;
  Space s = {.x = scratch, .q = scratch + part};
  s.inner = s.q;
  s.k = s.q + part, s.v = s.k + part, s.context = s.v + part;
  s.out = s.q + n_tokens * shared(n);
  s.scores = s.out + part;
  return s;
}

/* y [rows, n_out] = x [rows, n_in] weight', without the bias. */
static void product(const LitLinear *l, const float *x, int rows, int n_in,
                    int n_out, float *y) {
  LitGemm g = {.m = rows, .n = n_out, .k = n_in, .b_turned = 1, .alpha = 1,
               .a = x, .lda = n_in, .b = l->weight, .ldb = n_in,
               .c = y, .ldc = n_out};
  lit_blas_sgemm(&g);
}

/* Attention of one text, rows from .. from + n-1, one head after the other:
** context = softmax(q k' / sqrt(head)) v. */
static void attend(const LitEncoder *net, const Space *s, size_t from, int n) {
  int width = net->width, head = width / net->n_heads;
  float scale = 1 / sqrtf((float)head);
  size_t at = from * (size_t)width;
  for (int h = 0; h < net->n_heads; h++, at += (size_t)head) {
    LitGemm scores = {.m = n, .n = n, .k = head, .b_turned = 1, .alpha = 1,
                      .a = s->q + at, .lda = width, .b = s->k + at,
                      .ldb = width, .c = s->scores, .ldc = n};
    LitGemm mix = {.m = n, .n = head, .k = n, .alpha = 1, .a = s->scores,
                   .lda = n, .b = s->v + at, .ldb = width,
                   .c = s->context + at, .ldc = width};
    lit_blas_sgemm(&scores);
    lit_act()->softmax(s->scores, (size_t)n, (size_t)n, scale);
    lit_blas_sgemm(&mix);
  }
}

static void attention(const LitEncoder *net, const LitLayer *l,
                      const LitBatch *b, const Space *s) {
  int width = net->width, n = b->n_tokens;
  const LitAct *act = lit_act();
  product(&l->q, s->x, n, width, width, s->q);
  product(&l->k, s->x, n, width, width, s->k);
  product(&l->v, s->x, n, width, width, s->v);
  act->bias(s->q, l->q.bias, (size_t)n, (size_t)width);
  act->bias(s->k, l->k.bias, (size_t)n, (size_t)width);
  act->bias(s->v, l->v.bias, (size_t)n, (size_t)width);
  for (int i = 0; i < b->n_texts; i++)
    attend(net, s, b->starts[i], (int)(b->starts[i + 1] - b->starts[i]));
  product(&l->o, s->context, n, width, width, s->out);
  act->add_norm(s->x, s->out, l->o.bias, (size_t)n, (size_t)width,
                &l->after_attention);
}

static void feed_forward(const LitEncoder *net, const LitLayer *l,
                         const LitBatch *b, const Space *s) {
  int width = net->width, n = b->n_tokens;
  product(&l->up, s->x, n, width, net->ffn, s->inner);
  net->act(s->inner, l->up.bias, (size_t)n, (size_t)net->ffn);
  product(&l->down, s->inner, n, net->ffn, width, s->out);
  lit_act()->add_norm(s->x, s->out, l->down.bias, (size_t)n, (size_t)width,
                      &l->after_ffn);
}

int lit_encoder_layers(const LitEncoder *n, const LitBatch *batch,
                       float *scratch) {
  Space s = divide(n, scratch, (size_t)batch->n_tokens);
  for (int i = 0; i < n->n_layers; i++) {
    if (batch->stop && batch->stop->asked(batch->stop->ctx)) return 0;
    attention(n, &n->layers[i], batch, &s);
    feed_forward(n, &n->layers[i], batch, &s);
  }
  return 1;
}
