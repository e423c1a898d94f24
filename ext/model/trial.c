/* trial.c -- a model that is to run in 8 bits is tried on a few sentences while
** its layers are in float32, so that they are rounded for what they will read
** (linear8_settle.c).
**
** The sentences are of many subjects, long and short, with figures and marks, as
** texts and questions are.  They run as one batch on the calling thread; float32
** gives the same bits everywhere, so the weights are the same everywhere too.
*/
#include <string.h>
#include "model/trial.h"
#include "base/poison.h"

enum { TOKENS = 208 };      /* of all together at most */

static const char *const sentences[] = {
  "We study how large language models answer questions about documents that "
  "they have not seen, and propose a method that retrieves evidence first.",
  "Patients with chronic kidney disease were given either the drug or a placebo "
  "for twelve weeks; blood pressure fell in both groups.",
  "The pressure on a thin wing at supersonic speed is found from the linear "
  "theory and compared with wind tunnel tests.",
  "how do libraries measure the use of their collections?",
  "In mice, expression of the gene p53 increases after DNA damage (Fig. 2), which "
  "suggests a role in tumor growth.",
  "Convergence of stochastic gradient descent for non-convex functions with "
  "heavy-tailed noise",
  "Results: accuracy rose from 71.3% to 78.9% on five data sets, with 40% less "
  "training time than previous work [3].",
  "The galaxy survey covers 1,200 square degrees; its redshifts constrain dark "
  "energy and the mass of neutrinos.",
};
enum { N = sizeof sentences / sizeof *sentences };

/* A layer that waits, and its name for words. */
typedef struct LitWanted {
  LitLinearDue due;
  LitTensorName name;
  struct LitWanted *next;
} LitWanted;

int lit_trial_wants(LitErr *e, LitModel *m, const LitTensorName *n, int is_fine,
                    LitLinear *l) {
  LitWanted *w = lit_arena_new(e, &m->arena, 1, sizeof *w);
  if (!w) return e->rc;
  *w = (LitWanted){{.arena = &m->arena, .l = l, .is_fine = is_fine}, *n, NULL};
  l->due = &w->due;
  *m->wanted_end = w, m->wanted_end = &w->next;
  return LIT_OK;
}

/* The sentences' tokens, one behind the other. */
typedef struct Texts {
  uint32_t ids[TOKENS], starts[N + 1];
  uint8_t types[TOKENS];
  LitBatch batch;
} Texts;

static int tokenize(LitErr *e, const LitModel *m, Texts *t) {
  LitEncodeOpts opts = {.add_special = 1, .max_len = (uint32_t)m->max_tokens};
  LitSubwordScratch *scratch = NULL;
  LitIds ids = {0};
  uint32_t n = 0;
  *t = (Texts){.batch = {.ids = t->ids, .types = t->types,
                         .starts = t->starts}};
  if (lit_subword_scratch(e, &scratch)) return e->rc;
  for (int i = 0; i < N; i++) {
    if (lit_subword_encode(e, m->tokenizer, scratch, sentences[i],
                           strlen(sentences[i]), &opts, &ids) ||
        n + ids.n > TOKENS)
      break;
    if (ids.n) memcpy(t->ids + n, ids.at, ids.n * sizeof *ids.at);
    t->starts[++t->batch.n_texts] = n += (uint32_t)ids.n;
    if ((int)ids.n > t->batch.longest) t->batch.longest = (int)ids.n;
  }
  t->batch.n_tokens = (int)n;
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch);
  return e->rc;
}

static int run(LitErr *e, const LitModel *m, const LitStop *stop) {
  Texts t;
  float *room;
  if (tokenize(e, m, &t) || t.batch.n_tokens == 0) return e->rc;
  room = lit_new(e, m->arch->room(m, (size_t)t.batch.n_tokens,
                                  (size_t)t.batch.longest), sizeof *room);
  if (!room) return e->rc;
  t.batch.stop = stop;
  if (!m->arch->run(m, &t.batch, room)) lit_stopped(e, stop);
  lit_free(room);
  return e->rc;
}

/* The connection answers only now and then, and a progress handler perhaps but
** once: what it said is kept, or layers in between would go on. */
typedef struct Asked {
  const LitStop *stop;
  int said;
} Asked;

static int ask(void *ctx) {
  Asked *a = ctx;
  LitErr e = {0};
  if (!a->said) a->said = lit_stopped(&e, a->stop);
  return a->said;
}

int lit_trial_run(LitErr *e, LitModel *m) {
  const LitLinearFit none = {0};
  LitWanted *w = m->wanted;
  Asked asked = {m->stop, 0};
  const LitStop stop = {ask, &asked};
  if (e->rc || !w) return e->rc;
  for (; w; w = w->next) w->due.stop = &stop;
  run(e, m, &stop);
  w = m->wanted;
  for (; w && !e->rc; w = w->next) {
    LitLinearDue *due = &w->due;
    if (!due->err.rc && !due->l->eight) lit_linear_shrink(due, &none);
    if (due->err.rc && !lit_stopped(e, &stop))
      lit_tensor_fail(e, m, &w->name, &due->err);
    due->l->due = NULL;
  }
  return e->rc;
}
