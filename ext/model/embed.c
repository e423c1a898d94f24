/* embed.c -- texts become vectors: tokens (text/subword.h), states (run.h),
** pooling. */
#include <string.h>
#include "model/run.h"
#include "base/poison.h"

int lit_embed_tokens(LitErr *e, const LitModel *m, LitEmbedding *c,
                     LitText text, int add_special) {
  LitEncodeOpts opts = {.add_special = add_special,
                        .max_len = (uint32_t)m->max_tokens, .stop = c->stop};
  const char *prompt = m->prompts[c->use];
  if (*prompt) {
    c->text.n = 0;
    lit_buf_text(e, &c->text, prompt);
    lit_buf_put(e, &c->text, text.at, text.n);
    text = (LitText){(char *)c->text.at, c->text.n};
  }
  return e->rc ? e->rc : lit_subword_encode(e, m->tokenizer, c->words, text.at,
                                            text.n, &opts, &c->ids);
}

void lit_embedding_free(LitEmbedding *c) {
  if (!c) return;
  lit_subword_scratch_free(c->words);
  lit_pieces_ctx_free(c->pieces);
  lit_ids_drop(&c->ids);
  lit_buf_drop(&c->text);
  lit_buf_drop(&c->room);
  lit_free(c);
}

/* Where the model keeps those that nobody uses. */
static _Atomic(LitEmbedding *) *idle(const LitModel *m) {
  return (_Atomic(LitEmbedding *) *)(uintptr_t)m->idle;
}

LitEmbedding *lit_embedding_take(LitErr *e, const LitModel *m, LitEmbedUse use,
                                 const LitStop *stop) {
  LitEmbedding *c = NULL;
  for (int i = 0; i < LIT_IDLE_MAX && !c; i++)
    c = atomic_exchange(&idle(m)[i], NULL);
  if (!c) {
    c = lit_new0(e, 1, sizeof *c);
    if (!c || lit_subword_scratch(e, &c->words))
      return lit_embedding_free(c), NULL;
  }
  c->use = use, c->stop = stop;
  return c;
}

void lit_embedding_give(const LitModel *m, LitEmbedding *c) {
  for (int i = 0; i < LIT_IDLE_MAX && c; i++)
    c = atomic_exchange(&idle(m)[i], c);
  lit_embedding_free(c);
}

typedef struct Pooling {
  const LitModel *m;
  float *out;               /* [n, dim] */
} Pooling;

/* The vector of a text from its states. */
static void pool(void *ctx, size_t text, const uint32_t *ids,
                 const float *states, size_t n, float *spare) {
  const Pooling *to = ctx;
  const LitModel *m = to->m;
  size_t width = (size_t)m->width, dim = (size_t)m->dim;
  float *v = to->out + text * dim;
  (void)ids, (void)spare;
  for (int p = 0; p < m->n_pools; p++)
    m->pools[p]->run(states, n, width, v + (size_t)p * width);
  if (m->normalize) lit_normalize(v, dim);
}

/* Texts [n] through their tokens' states. */
static int by_states(LitErr *e, const LitModel *m, LitEmbedding *c,
                     const LitText *texts, size_t n, float *out) {
  Pooling to = {m, out};
  LitRun r = {.m = m, .stop = c->stop, .finish = pool, .ctx = &to};
  memset(out, 0, n * (size_t)m->dim * sizeof *out);
  for (size_t i = 0; i < n && !e->rc; lit_run_all(e, &r))
    while (i < n && r.n_ids < LIT_RUN_TOKENS && !e->rc) {
      lit_embed_tokens(e, m, c, texts[i], 1);
      lit_run_add(e, &r, i++, c->ids.at, NULL, c->ids.n);
    }
  lit_run_drop(&r);
  return e->rc;
}

int lit_model_embed(LitErr *e, const LitModel *m, LitEmbedUse use,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop) {
  LitEmbedding *c = lit_embedding_take(e, m, use, stop);
  if (!c) return e->rc;
  if (m->arch->embed)
    for (size_t i = 0; i < n && !e->rc; i++)
      m->arch->embed(e, m, c, texts[i], out + i * (size_t)m->dim);
  else
    by_states(e, m, c, texts, n, out);
  lit_embedding_give(m, c);
  return e->rc ? e->rc
               : lit_run_finite(e, m, "a vector", out, n * (size_t)m->dim);
}
