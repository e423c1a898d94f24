/* lit_neighbours.c -- the option neighbours, see lit_how.h.
**
** Rows that answer the same question are like one another (van Rijsbergen's
** cluster hypothesis), so a score is made smoother over near rows (Diaz 2005,
** "Regularizing ad hoc retrieval scores").  Of the first rows, with the scores s,
** and the OF nearest of them to each by the cosine c, cut off at 0,
**
**   m[i] = (sum of c[i,j] s[j]) / (sum of c[i,j])
**   s'[i] = (1 - share) s[i] + share m[i]      where m[i] > s[i], else s[i]
**
** and the gains of lists likewise, whose sum s is.  Up only: the one answer of a
** question that has but one is alone, and had the mean of its fellows (of 369
** papers asked by their titles, 3 more were not the first).  Where all are
** neighbours of all, nothing is done.
**
** 50 rows, 3 neighbours, share = 0.2: with MiniLM nDCG@10 gains .002 in the mean of
** seven judged sets, .004 to .006 on the three whose questions have most answers.
** Chosen on six of the sets among five forms and none, it gains .002 on the
** seventh, in the mean of all seven.
** The built-in model gains nothing: its vectors are of words, so that what they
** have to say of two rows the list by words has said already.
*/
#include <math.h>
#include <string.h>
#include "kern/kern.h"
#include "sql/lit_search.h"
#include "base/poison.h"

enum { ROWS_MAX = 1000, OF_MAX = 100, ASK_EVERY = 64 };

static const LitSpecKind kinds[] = {
  {"none", {{0}}, "nothing of that"},
  {"lift", {{"rows", 50, 2, ROWS_MAX}, {"of", 3, 1, OF_MAX},
            {"share", 0.2, 0, 1}},
   "lift(50, 3, 0.2): of the first rows those whose nearest fellows score more "
   "come nearer to them: rows, fellows of each, share of the way"},
};

const LitSpecSort lit_neighbours = {
  "neighbours", "lift", LIT_NAMES(kinds), 1, NULL
};

/* By default: where words and vectors are fused, and cosines of the first vector
** say more than words do. */
static int is_usual(LitErr *e, const LitSearch *s, size_t n_lists) {
  const LitVecCol *col = s->dense[0].col;
  if (n_lists <= (size_t)s->n_dense || strcmp(col->dist->name, "cosine") != 0)
    return 0;
  if (!lit_has_model(s->t) ||
      col != &s->t->shape.vecs[lit_model_column(s->t)])
    return 1;
  return !lit_table_model(e, s->t) &&
         strcmp(lit_model_arch(s->t->model), "static") != 0;
}

typedef struct Near {
  size_t of, n;             /* Wanted; here, nearest first */
  size_t at[OF_MAX];
  float cosines[OF_MAX];
} Near;

static void offer(Near *near, size_t at, float cosine) {
  size_t i = near->n;
  if (!(cosine > 0)) return;
  if (i == near->of && cosine <= near->cosines[i - 1]) return;
  if (i < near->of) near->n++;
  else i--;
  for (; i > 0 && cosine > near->cosines[i - 1]; i--) {
    near->at[i] = near->at[i - 1];
    near->cosines[i] = near->cosines[i - 1];
  }
  near->at[i] = at, near->cosines[i] = cosine;
}

/* The hit was[at], with its neighbours' share. */
static LitFusedHit lifted(const LitFusedHit *was, size_t at, const Near *near,
                          double share) {
  LitFusedHit hit = was[at];
  double sum = 0, mean = 0;
  for (size_t k = 0; k < near->n; k++) {
    sum += (double)near->cosines[k];
    mean += (double)near->cosines[k] * was[near->at[k]].hit.score;
  }
  if (near->n == 0 || !(mean / sum > hit.hit.score)) return hit;
  hit.hit.score *= 1 - share;
  for (size_t l = 0; l < LIT_FUSE_LISTS; l++) hit.gains[l] *= 1 - share;
  for (size_t k = 0; k < near->n; k++) {
    const LitFusedHit *other = &was[near->at[k]];
    double by = share * (double)near->cosines[k] / sum;
    hit.hit.score += by * other->hit.score;
    for (size_t l = 0; l < LIT_FUSE_LISTS; l++)
      hit.gains[l] += by * other->gains[l];
  }
  return hit;
}

/* unit: [n, dim], of length 1 or 0. */
static int lift(LitErr *e, LitSearch *s, LitFused *f, const float *unit,
                size_t n, size_t dim) {
  const double *numbers = s->how[LIT_HOW_NEIGHBOURS].at[0].numbers;
  LitStop stop = lit_conn_stop(s->t->conn);
  LitFusedHit *was = lit_new(e, n, sizeof *was);
  float *cosines = lit_new(e, n, sizeof *cosines);
  if (!e->rc) memcpy(was, f->at, n * sizeof *was);
  for (size_t i = 0; i < n && !e->rc; i++) {
    Near near = {.of = (size_t)numbers[1]};
    lit_kern()->rows[LIT_F32][LIT_DOT](unit + i * dim, unit,
                                       dim * sizeof *unit, n, dim, cosines);
    for (size_t j = 0; j < n; j++)
      if (j != i) offer(&near, j, cosines[j]);
    f->at[i] = lifted(was, i, &near, numbers[2]);
    if (i % ASK_EVERY == 0) lit_stopped(e, &stop);
  }
  lit_free(was);
  lit_free(cosines);
  return e->rc;
}

/* Zeros, and what float32 cannot square, are like nothing. */
static void to_unit(float *v, size_t dim) {
  float length = sqrtf(lit_dot_f32(v, v, dim));
  for (size_t k = 0; k < dim; k++)
    v[k] = length > 0 && isfinite(length) ? v[k] / length : 0;
}

int lit_neighbours_first(LitErr *e, LitSearch *s, LitFused *f,
                         size_t n_lists) {
  const LitSpec *how = &s->how[LIT_HOW_NEIGHBOURS];
  size_t n = (size_t)how->at[0].numbers[0], dim;
  float *unit;
  if (n > f->n) n = f->n;
  if (!how->n || (double)n <= how->at[0].numbers[1] + 1 || s->n_dense == 0 ||
      !s->mode->vectors || !(how->is_said || is_usual(e, s, n_lists)))
    return e->rc;
  dim = s->dense[0].col->dim;
  unit = lit_new(e, n, lit_size(dim, sizeof *unit));
  if (unit && !lit_search_vectors(e, s, f, n, unit)) {
    for (size_t i = 0; i < n; i++) to_unit(unit + i * dim, dim);
    if (!lift(e, s, f, unit, n, dim)) lit_fused_sort(f, n);
  }
  lit_free(unit);
  return e->rc;
}
