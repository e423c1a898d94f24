/* lit_floor.c -- the rows near in meaning, before any are found by words
** (lit_search.h).
**
** Where words and vectors are fused by standard scores, a score is linear in
** those of the lists, so the rows of the lists by vectors, scored by words too,
** tell before the words are searched what a row that is in none of them must
** have by words alone to be among the best: Fagin's threshold (Fagin, Lotem and
** Naor 2003, "Optimal aggregation algorithms for middleware"), with the vectors
** read first, as they cost less.  With
**
**   F      the score of the best of these rows, without three in ten of the depth
**          (or those that are given out in any case)
**   rest   what the last hit of each list by vectors has from it
**
** a row needs more than F - rest by words.  Of 100,000 papers a title leaves
** some 15 by words above that, and a search for so few, with its floor known
** from the start, costs less than one for ten.
**
** The units of standard scores come from rows that are no list's best ones:
**
**   vectors   mean and deviation over SAMPLE rows of the table
**   words     over the LIT_DEPTH_FLOOR rows that are nearest in meaning;
**             deviation^0.8 x (0.14 norm)^0.2, at least a tenth of 0.14 norm
**             by itself, with the norm of lit_plan_length, which stands for the
**             deviation where few of those rows have a word of the question
**
** On seven judged sets nDCG@10 gains .001 in the mean over units from 200 hits of
** each list.  A unit by words from the norm alone loses .004 on the largest set;
** one by vectors from the best 50 hits, .01 and more on most; a constant one,
** which would fit cosines of a few models alone, nothing in the mean.
*/
#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "sql/lit_search.h"
#include "base/poison.h"

enum { SAMPLE = 256 };
#define NORM_SHARE 0.2      /* Of the unit by words */
#define NORM_DEVIATION 0.14 /* Norms to deviations, as most questions have it */
#define LEAST 0.1

typedef struct Look {
  LitSearch *s;
  const LitTopk *lists;     /* By vectors [s->n_dense], each sorted */
  size_t depth;
  LitFloor *found;
  double *scores;           /* By list, [n_dense, found->n] */
} Look;

int lit_floor_fits(const LitSearch *s) {
  return s->fusion.kind->wants_all && s->mode->by_words && s->n_terms &&
         s->mode->vectors && s->n_dense > 0;
}

void lit_floor_drop(LitFloor *n) {
  lit_free(n->ids);
  lit_free(n->words);
  *n = (LitFloor){.at = -INFINITY};
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static int gather(LitErr *e, Look *l) {
  LitFloor *found = l->found;
  size_t room = 0, n = 0, n_lists = (size_t)l->s->n_dense;
  for (size_t i = 0; i < n_lists; i++) room += l->lists[i].n;
  found->ids = lit_new(e, room, sizeof *found->ids);
  found->words = lit_new(e, room, sizeof *found->words);
  l->scores = lit_new(e, lit_size(n_lists, room), sizeof *l->scores);
  if (e->rc) return e->rc;
  for (size_t i = 0; i < n_lists; i++)
    for (size_t h = 0; h < l->lists[i].n; h++)
      found->ids[n++] = l->lists[i].at[h].id;
  if (n) qsort(found->ids, n, sizeof *found->ids, by_number);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || found->ids[i] != found->ids[i - 1])
      found->ids[found->n++] = found->ids[i];
  return LIT_OK;
}

/* Where the row is among those found, found->n if it is not. */
static size_t place_of(const LitFloor *found, int64_t id) {
  const int64_t *at = found->n ? bsearch(&id, found->ids, found->n, sizeof id,
                                         by_number) : NULL;
  return at ? (size_t)(at - found->ids) : found->n;
}

double lit_floor_words(const LitFloor *n, int64_t id) {
  size_t at = place_of(n, id);
  return at < n->n ? n->words[at] : NAN;
}

/* By words; of those that the last batch knew nothing is worked out. */
static int score_words(LitErr *e, const Look *l) {
  const LitFloor *known = &l->s->known.floor;
  LitFloor *found = l->found;
  int64_t *ids = lit_new(e, found->n, sizeof *ids);
  double *words = lit_new(e, found->n, sizeof *words);
  size_t n = 0, k = 0;
  if (e->rc) goto done;
  for (size_t i = 0; i < found->n; i++) {
    found->words[i] = lit_floor_words(known, found->ids[i]);
    if (isnan(found->words[i])) ids[n++] = found->ids[i];
  }
  if (lit_plan_score(e, &l->s->plan, ids, n, words)) goto done;
  for (size_t i = 0; i < found->n; i++)
    if (isnan(found->words[i])) found->words[i] = words[k++];

done:
  lit_free(ids);
  lit_free(words);
  return e->rc;
}

/* By list i, as it counts: where a row has no distance, like the last hit. */
static int score_vectors(LitErr *e, Look *l, size_t i) {
  const LitDense *dense = &l->s->dense[i];
  const LitDir *d = &l->s->t->dir;
  const LitTopk *list = &l->lists[i];
  double *out = l->scores + i * l->found->n;
  if (l->s->n_dense == 1) {
    for (size_t h = 0; h < list->n; h++)
      out[place_of(l->found, list->at[h].id)] = list->at[h].score;
    return LIT_OK;
  }
  if (lit_vecs_distance(e, dense->col, d->segs, (int)d->n, &dense->q,
                        l->found->ids, l->found->n, out))
    return e->rc;
  for (size_t h = 0; h < l->found->n; h++)
    out[h] = !isnan(out[h]) ? lit_search_score_of(dense, out[h])
             : list->n ? list->at[list->n - 1].score : 0;
  return LIT_OK;
}

/* ---- units ---- */

static LitUnit unit_of(const double *at, size_t n) {
  LitUnit unit = {0};
  double sum = 0, sq = 0, count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(at[i])) sum += at[i], count++;
  if (count > 0) unit.mean = sum / count;
  for (size_t i = 0; i < n; i++)
    if (!isnan(at[i])) sq += (at[i] - unit.mean) * (at[i] - unit.mean);
  if (count > 0) unit.deviation = sqrt(sq / count);
  return unit;
}

/* By words, of the rows that every search looks at, however deep it goes: so
** are the scores of one question alike. */
static int find_unit_by_words(LitErr *e, const Look *l, LitUnit *out) {
  const LitFloor *found = l->found;
  double *near = lit_new(e, found->n, sizeof *near);
  if (!near) return e->rc;
  for (size_t i = 0; i < found->n; i++) near[i] = NAN;
  for (int i = 0; i < l->s->n_dense; i++)
    for (size_t h = 0; h < l->lists[i].n && h < LIT_DEPTH_FLOOR; h++) {
      size_t at = place_of(found, l->lists[i].at[h].id);
      near[at] = found->words[at];
    }
  *out = unit_of(near, found->n);
  lit_free(near);
  return LIT_OK;
}

static int find_units(LitErr *e, Look *l) {
  LitSearch *s = l->s;
  const LitDir *d = &s->t->dir;
  double sample[SAMPLE], norm = NORM_DEVIATION * lit_plan_length(&s->plan);
  double most;
  for (int i = 0; i < s->n_dense; i++) {
    if (lit_vecs_sample(e, s->dense[i].col, d->segs, (int)d->n, &s->dense[i].q,
                        SAMPLE, sample))
      return e->rc;
    for (size_t k = 0; k < SAMPLE; k++)
      sample[k] = lit_search_score_of(&s->dense[i], sample[k]);
    s->units[1 + i] = unit_of(sample, SAMPLE);
  }
  if (find_unit_by_words(e, l, &s->units[0])) return e->rc;
  most = fmax(s->units[0].deviation, LEAST * norm);
  s->units[0].deviation = pow(most, 1 - NORM_SHARE) * pow(norm, NORM_SHARE);
  s->has_units = 1;
  return LIT_OK;
}

/* ---- the floor ---- */

/* The rows' scores, and which of them is to be beaten. */
static int find_floor(LitErr *e, Look *l, const LitRanking *rankings,
                      size_t n) {
  const LitSearch *s = l->s;
  LitFloor *found = l->found;
  LitTopk best;
  size_t given = lit_least_given(l->depth);
  lit_topk_init(&best, (given ? given : l->depth * 3 / 10) + 1);
  for (size_t h = 0; h < found->n && !e->rc; h++) {
    double sum = found->none + found->by * found->words[h];
    for (size_t i = 1; i < n; i++)
      sum += lit_fuse_gain(&s->fusion, rankings, n, i,
                           l->scores[(i - 1) * found->n + h], 0);
    lit_topk_push(e, &best, sum, found->ids[h]);
  }
  if (found->by > 0 && best.n == best.k) {
    found->at = (best.floor - found->rest - found->none) / found->by;
    found->at -= 1e-9 * fabs(found->at);     /* Sums are rounded */
  }
  lit_topk_drop(&best);
  return e->rc;
}

static int find_bounds(LitErr *e, Look *l) {
  const LitSearch *s = l->s;
  LitFloor *found = l->found;
  LitRanking rankings[LIT_FUSE_LISTS] = {{.unit = s->units[0], .by_words = 1}};
  size_t n = (size_t)s->n_dense + 1;
  for (size_t i = 1; i < n; i++)
    rankings[i] = (LitRanking){.at = l->lists[i - 1].at,
                               .n = l->lists[i - 1].n, .unit = s->units[i]};
  found->none = lit_fuse_gain(&s->fusion, rankings, n, 0, 0, 0);
  found->by = lit_fuse_gain(&s->fusion, rankings, n, 0, 1, 0) - found->none;
  for (size_t i = 1; i < n; i++)
    if (rankings[i].n)
      found->rest += lit_fuse_gain(&s->fusion, rankings, n, i,
                                   rankings[i].at[rankings[i].n - 1].score, 0);
  return find_floor(e, l, rankings, n);
}

size_t lit_floor_sure(const LitFloor *f, double most, const LitFused *fused) {
  double least = f->none + f->by * most + f->rest;
  size_t n = 0;
  while (n < fused->n && fused->at[n].hit.score >= least) n++;
  return n ? n : 1;
}

int lit_floor_find(LitErr *e, LitSearch *s, const LitTopk *lists, size_t depth,
                  LitFloor *out) {
  Look l = {.s = s, .lists = lists, .depth = depth, .found = out};
  int is_all = depth > lit_dir_rows(&s->t->dir);
  *out = (LitFloor){.at = -INFINITY};
  if (gather(e, &l) || score_words(e, &l)) goto done;
  for (int i = 0; i < s->n_dense; i++)
    if (score_vectors(e, &l, (size_t)i)) goto done;
  if (!s->has_units && find_units(e, &l)) goto done;
  find_bounds(e, &l);
  if (is_all) out->at = -INFINITY;

done:
  lit_free(l.scores);
  return e->rc;
}
