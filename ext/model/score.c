/* score.c -- how well texts answer a question, by a model that reads both
** together: a cross-encoder (Nogueira and Cho 2019), or a language model that is
** asked (yesno.h). */
#include "model/head.h"
#include "model/yesno.h"
#include "model/run.h"
#include "base/poison.h"

typedef struct Scores {
  const LitModel *m;
  float *out;               /* [n] */
} Scores;

static void score(void *ctx, size_t text, const uint32_t *ids,
                  const float *states, size_t n, float *spare) {
  const Scores *to = ctx;
  (void)ids;
  to->out[text] = lit_head_score(to->m, states, n, spare);
}

static int add_pair(LitErr *e, LitRun *r, size_t i, LitText query, LitText text,
                    LitEmbedding *c) {
  LitEncodeOpts opts = {.add_special = 1, .want_types = 1, .stop = r->stop,
                        .max_len = (uint32_t)r->m->max_tokens,
                        .pair = text.at, .n_pair = text.n};
  if (r->m->head->judge)
    return lit_yesno_pair(e, r->m, c, query, text)
               ? e->rc : lit_run_add(e, r, i, c->ids.at, NULL, c->ids.n);
  if (!lit_subword_encode(e, r->m->tokenizer, c->words, query.at, query.n,
                          &opts, &c->ids))
    lit_run_add(e, r, i, c->ids.at, c->ids.type, c->ids.n);
  return e->rc;
}

int lit_model_score(LitErr *e, const LitModel *m, LitText query,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop) {
  LitEmbedding *c;
  Scores to = {m, out};
  LitRun r = {.m = m, .stop = stop, .finish = score, .ctx = &to,
              .n_spare = lit_head_room(m)};
  if (!m->head)
    return lit_fail(e, LIT_MISMATCH, "model %s is no reranker: its config.json "
                    "names no classifier", m->name);
  c = lit_embedding_take(e, m, LIT_EMBED_QUERY, stop);
  if (!c) return e->rc;
  for (size_t i = 0; i < n && !e->rc; lit_run_all(e, &r))
    while (i < n && r.n_ids < LIT_RUN_TOKENS && !e->rc) {
      add_pair(e, &r, i, query, texts[i], c);
      i++;
    }
  lit_run_drop(&r);
  lit_embedding_give(m, c);
  return e->rc ? e->rc : lit_run_finite(e, m, "a score", out, n);
}

int lit_model_can_score(const LitModel *m) { return m->head != NULL; }
