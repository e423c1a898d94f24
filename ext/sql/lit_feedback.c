/* lit_feedback.c -- see lit_feedback.h.
**
** rm3 (Abdul-Jaleel et al. 2004; RM1 is Lavrenko and Croft 2001, equation 9):
**   P(w | R) = sum over the rows d of  P(d | q) tf(w, d) / |d|
** with P(d | q) the score of d over the sum of scores.  The words of largest
** P(w | R) x idf are kept, the question's words get (1 - share) of the weight
** that they had, and these the rest.  idf is not in the paper: without it most
** of what is kept are words that every abstract has.
**
** rocchio (Rocchio 1971, the positive part):
**   q' = q + weight x mean of the rows' vectors, all of length 1
*/
#include <math.h>
#include <string.h>
#include "sql/lit_search.h"
#include "sql/lit_telling.h"
#include "base/poison.h"

static int by_words(LitErr *e, LitSearch *s, const double *numbers,
                    const LitFused *top) {
  LitTelling all = {0};
  size_t n = (size_t)numbers[0] < top->n ? (size_t)numbers[0] : top->n;
  double sum = 0, old = 0, least = n ? top->at[n - 1].hit.score : 0;
  if (!s->n_terms || !s->mode->by_words) return LIT_OK;
  /* Scores of a fusion may be below 0: the last of the rows counts a tenth of
  ** the spread. */
  for (size_t i = 0; i < n; i++) sum += top->at[i].hit.score - least;
  for (size_t i = 0; i < n && !e->rc; i++) {
    double p = (top->at[i].hit.score - least + 0.1 * sum / (double)n + 1e-9) /
               (1.1 * sum + 1e-9 * (double)n);
    LitTelling one = {0};
    lit_telling_row(e, s, &one, top->at[i].hit.id);
    lit_telling_join(e, &all, &one, (float)p);
    lit_telling_drop(&one);
  }
  if (!e->rc) lit_telling_weigh(e, s, &all);
  if (all.n > (size_t)numbers[1]) all.n = (size_t)numbers[1];
  sum = 0;
  for (size_t i = 0; i < all.n; i++) sum += (double)all.at[i].weight;
  for (size_t i = 0; i < s->n_terms; i++)
    old += fabs((double)s->terms[i].weight);
  for (size_t i = 0; i < s->n_terms; i++)
    s->terms[i].weight *= (float)(1 - numbers[2]);
  for (size_t i = 0; i < all.n && sum > 0 && !e->rc; i++)
    lit_ask_term(e, s, all.at[i].at, all.at[i].n,
                 (float)(numbers[2] * old * (double)all.at[i].weight / sum));
  lit_telling_drop(&all);
  return e->rc;
}

static int by_vectors(LitErr *e, LitSearch *s, const double *numbers,
                      const LitFused *top) {
  size_t n = (size_t)numbers[0] < top->n ? (size_t)numbers[0] : top->n;
  int64_t *rows;
  if (!s->n_dense || !s->mode->vectors || s->dense[0].col->elem == LIT_BIT ||
      s->dense[0].col->elem == LIT_I8)
    return LIT_OK;
  rows = lit_new(e, n, sizeof *rows);
  for (size_t i = 0; i < n && !e->rc; i++) rows[i] = top->at[i].hit.id;
  if (!e->rc) lit_ask_nearer(e, s, &s->dense[0], rows, n, numbers[1]);
  lit_free(rows);
  return e->rc;
}

static const LitFeedback kinds[LIT_FEEDBACK_KINDS] = {
  {"rm3", {{"rows", 10, 1, 100}, {"words", 20, 1, 200}, {"share", 0.5, 0, 1}},
   by_words, "rm3(10, 20, 0.5): words of the first rows (Abdul-Jaleel et al. "
   "2004): rows, words, their share"},
  {"rocchio", {{"rows", 10, 1, 100}, {"weight", 0.5, 0, 10}}, by_vectors,
   "rocchio(10, 0.5): the mean vector of the first rows (Rocchio 1971): rows, "
   "weight"},
  {"near", {{"words", 3, 1, 20}, {"weight", 0.3, 0, 1}, {"cosine", 0.6, 0, 1}},
   lit_expand_near, "near(3, 0.3, 0.6): words near the question's in the "
   "built-in model's vocabulary: for each, weight, least cosine"},
};

const LitFeedback *lit_feedback_row(size_t i) {
  return i < LIT_FEEDBACK_KINDS ? &kinds[i] : NULL;
}

static const LitFeedback *find(LitErr *e, const LitFeedbackSpec *so_far,
                               const char *name, size_t n) {
  for (size_t i = 0; i < LIT_FEEDBACK_KINDS; i++) {
    if (!lit_spec_is(name, n, kinds[i].name)) continue;
    for (size_t j = 0; j < so_far->n; j++)
      if (so_far->at[j].kind == &kinds[i]) {
        lit_fail(e, LIT_ERROR, "feedback %s: given twice", kinds[i].name);
        return NULL;
      }
    return &kinds[i];
  }
  lit_fail(e, LIT_ERROR, "no feedback '%.*s'; there are: none, rm3, rocchio, near",
           (int)(n < 60 ? n : 60), name);
  return NULL;
}

int lit_feedback_parse(LitErr *e, const char *text, LitFeedbackSpec *out) {
  size_t n = lit_spec_name(&text);
  *out = (LitFeedbackSpec){0};
  if (lit_spec_is(text, n, "none"))
    return lit_spec_end(e, "feedback", "none",
                        text + n + strspn(text + n, " "));
  for (;;) {
    const LitFeedback *kind = find(e, out, text, n);
    if (!kind) return e->rc;
    text = lit_spec_numbers(e, "feedback", kind->name, text + n, kind->numbers,
                            LIT_FEEDBACK_NUMBERS, out->at[out->n].numbers,
                            NULL);
    if (!text) return e->rc;
    out->at[out->n++].kind = kind;
    if (*text != '+') return lit_spec_end(e, "feedback", kind->name, text);
    text++;
    n = lit_spec_name(&text);
  }
}
