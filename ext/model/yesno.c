/* yesno.c -- see yesno.h */
#include <string.h>
#include "model/head.h"
#include "model/yesno.h"
#include "base/poison.h"

static const char before[] =
    "<|im_start|>system\nJudge whether the Document meets the requirements "
    "based on the Query and the Instruct provided. Note that the answer can "
    "only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n";
static const char after[] =
    "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
static const char instruction[] =
    "Given a web search query, retrieve relevant passages that answer the "
    "query";

/* The tokens of a part of the prompt, kept in the arena. */
static int keep_tokens(LitErr *e, LitModel *m, const char *text,
                       const uint32_t **out, size_t *n) {
  LitSubwordScratch *scratch = NULL;
  LitIds ids = {0};
  uint32_t *to;
  if (lit_subword_scratch(e, &scratch)) return e->rc;
  lit_subword_encode(e, m->tokenizer, scratch, text, strlen(text), NULL, &ids);
  to = lit_arena_new(e, &m->arena, ids.n, sizeof *to);
  if (!e->rc && ids.n) memcpy(to, ids.at, ids.n * sizeof *to);
  *out = to, *n = ids.n;
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch);
  return e->rc;
}

/* What the last layer has for "yes" less what it has for "no". */
static int get_difference(LitErr *e, LitModel *m, uint32_t yes, uint32_t no,
                          LitLinear *out) {
  static const char *const names[] = {"lm_head.weight",
                                      "model.embed_tokens.weight",
                                      "embed_tokens.weight"};
  static const float zero;
  size_t width = (size_t)m->width;
  const LitTensor *t = NULL;
  float *v = lit_arena_new(e, &m->arena, 2 * width, sizeof *v);
  size_t n = m->is_tied ? sizeof names / sizeof *names : 1;
  for (size_t i = 0; !t && i < n; i++)
    t = lit_weights_find(&m->weights, names[i]);
  if (e->rc) return e->rc;
  if (!t)
    return lit_fail(e, LIT_CORRUPT, "%s: no tensor %s", m->path, names[0]);
  if (lit_weights_row(e, &m->weights, t, yes, width, v) ||
      lit_weights_row(e, &m->weights, t, no, width, v + width))
    return e->rc;
  for (size_t i = 0; i < width; i++) v[i] -= v[width + i];
  *out = (LitLinear){.weight = v, .bias = &zero, .n_in = width, .n_out = 1};
  return LIT_OK;
}

int lit_yesno_open(LitErr *e, LitModel *m) {
  int32_t yes, no;
  LitHead *head;
  LitYesNo *judge;
  if (e->rc || !m->is_language_model) return e->rc;
  yes = lit_subword_id(m->tokenizer, "yes", 3);
  no = lit_subword_id(m->tokenizer, "no", 2);
  if (yes < 0 || no < 0) return LIT_OK;
  head = lit_arena_new(e, &m->arena, 1, sizeof *head);
  judge = lit_arena_new(e, &m->arena, 1, sizeof *judge);
  if (e->rc) return e->rc;
  *head = (LitHead){.from = LIT_HEAD_LAST, .judge = judge,
                    .last = lit_net()->sigmoid};
  if (get_difference(e, m, (uint32_t)yes, (uint32_t)no, &head->out) ||
      keep_tokens(e, m, before, &judge->before, &judge->n_before) ||
      keep_tokens(e, m, after, &judge->after, &judge->n_after))
    return e->rc;
  if (judge->n_before + judge->n_after < (size_t)m->max_tokens) m->head = head;
  return LIT_OK;
}

int lit_yesno_pair(LitErr *e, const LitModel *m, LitEmbedding *c,
                   LitText query, LitText text) {
  const LitYesNo *judge = m->head->judge;
  const char *own = m->prompts[LIT_EMBED_QUERY];
  size_t around = judge->n_before + judge->n_after, n;
  LitEncodeOpts opts = {.add_special = 1, .stop = c->stop,
                        .max_len = (uint32_t)((size_t)m->max_tokens - around)};
  c->text.n = 0;
  lit_buf_printf(e, &c->text, "<Instruct>: %s\n<Query>: ",
                 *own ? own : instruction);
  lit_buf_put(e, &c->text, query.at, query.n);
  lit_buf_text(e, &c->text, "\n<Document>: ");
  lit_buf_put(e, &c->text, text.at, text.n);
  if (e->rc ||
      lit_subword_encode(e, m->tokenizer, c->words, (char *)c->text.at,
                         c->text.n, &opts, &c->ids))
    return e->rc;
  n = c->ids.n;
  if (LIT_GROW(e, &c->ids.at, &c->ids.room, n + around)) return e->rc;
  memmove(c->ids.at + judge->n_before, c->ids.at, n * sizeof *c->ids.at);
  memcpy(c->ids.at, judge->before, judge->n_before * sizeof *c->ids.at);
  memcpy(c->ids.at + judge->n_before + n, judge->after,
         judge->n_after * sizeof *c->ids.at);
  c->ids.n = n + around;
  return LIT_OK;
}
