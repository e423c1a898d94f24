/* lit_feedback.c -- the option feedback, see lit_how.h.
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

typedef struct Kind {
  LitSpecKind is;
  /* Change the question of `s` by the rows of `top`, best first. */
  int (*learn)(LitErr *e, LitSearch *s, const double *numbers,
               const LitFused *top);
} Kind;

static const Kind kinds[] = {
  {{"none", {{0}}, "nothing of that"}, NULL},
  {{"rm3", {{"rows", 10, 1, 100}, {"words", 20, 1, 200}, {"share", 0.5, 0, 1}},
    "rm3(10, 20, 0.5): words of the first rows (Abdul-Jaleel et al. 2004): "
    "rows, words, their share"}, by_words},
  {{"rocchio", {{"rows", 10, 1, 100}, {"weight", 0.5, 0, 10}},
    "rocchio(10, 0.5): the mean vector of the first rows (Rocchio 1971): rows, "
    "weight"}, by_vectors},
  {{"near", {{"words", 3, 1, 20}, {"weight", 0.3, 0, 1},
             {"cosine", 0.6, 0, 1}},
    "near(3, 0.3, 0.6): words near the question's in the built-in model's "
    "vocabulary: for each, weight, least cosine"}, lit_expand_near},
};

const LitSpecSort lit_feedback = {
  "feedback", "none", LIT_NAMES(kinds), LIT_SPEC_MOST, NULL
};

int lit_feedback_learn(LitErr *e, LitSearch *s, const LitFused *top) {
  LitSpec *how = &s->how[LIT_HOW_FEEDBACK];
  for (size_t i = 0; i < how->n && !e->rc; i++) {
    const Kind *kind = how->at[i].kind;
    kind->learn(e, s, how->at[i].numbers, top);
  }
  how->n = 0;
  return e->rc;
}
