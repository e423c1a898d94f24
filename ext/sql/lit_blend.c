/* lit_blend.c -- several lists of a search into one (lit_search.h).
**
** Pairs of words give what BM25 alone would not see; that costs positions, so
** only rows that a list has brought up are looked at.  Where a gain is linear in
** the score (lit_floor.c), the first PAIRED of the fused rows get what their pairs
** add to it, and in a later batch those that are given out and BEHIND more: all of
** them gain no more on seven judged sets.  For other fusions the
** list by words is scored again before.  A fusion that wants the score of every hit in
** every list gets it from the index; where a row has no vector, it counts like
** the last of that list.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sql/lit_search.h"
#include "base/poison.h"

enum { PAIRED = 30, BEHIND = 20 };

typedef struct Blend {
  const LitSearch *s;
  const LitFloor *floor;
  LitTopk *lists;
  size_t n_lists;
  LitRanking rankings[LIT_FUSE_LISTS];
  int64_t *ids;             /* Of all lists, ascending [n] */
  size_t n;
  int64_t *rest;            /* Those that one list does not name [n_rest] */
  size_t n_rest;
  double *scores;           /* Of the rest by that list */
  LitHit *more[LIT_FUSE_LISTS];
} Blend;

int lit_blend_pairs(LitErr *e, const LitSearch *s, LitHit *hits, size_t n) {
  LitBm25 how = lit_search_bm25_how(s);
  LitStop stop = lit_conn_stop(s->t->conn);
  LitPairs q = {.how = &how, .plan = s->plan.segs ? &s->plan : NULL,
                .at = s->pairs, .n = (int)s->n_pairs, .stop = &stop};
  return lit_pairs_score(e, &q, s->t->dir.segs, (int)s->t->dir.n, hits, n);
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static int by_score(const void *a, const void *b) {
  return lit_hit_better(a, b) ? -1 : lit_hit_better(b, a);
}

static int by_id(const void *a, const void *b) {
  const LitHit *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

static int gather_ids(LitErr *e, Blend *b) {
  size_t room = 0, n = 0;
  for (size_t i = 0; i < b->n_lists; i++) room += b->lists[i].n;
  b->ids = lit_new(e, room, sizeof *b->ids);
  b->rest = lit_new(e, room, sizeof *b->rest);
  b->scores = lit_new(e, room, sizeof *b->scores);
  if (e->rc) return e->rc;
  for (size_t i = 0; i < b->n_lists; i++)
    for (size_t h = 0; h < b->lists[i].n; h++)
      b->ids[n++] = b->lists[i].at[h].id;
  if (n) qsort(b->ids, n, sizeof *b->ids, by_number);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || b->ids[i] != b->ids[i - 1]) b->ids[b->n++] = b->ids[i];
  return LIT_OK;
}

/* The rest of list i. */
static int find_rest(LitErr *e, Blend *b, size_t i) {
  const LitTopk *l = &b->lists[i];
  int64_t *named = lit_new(e, l->n, sizeof *named);
  size_t at = 0;
  b->n_rest = 0;
  for (size_t h = 0; h < l->n && !e->rc; h++) named[h] = l->at[h].id;
  if (l->n && !e->rc) qsort(named, l->n, sizeof *named, by_number);
  for (size_t h = 0; h < b->n && !e->rc; h++) {
    while (at < l->n && named[at] < b->ids[h]) at++;
    if (at == l->n || named[at] != b->ids[h]) b->rest[b->n_rest++] = b->ids[h];
  }
  lit_free(named);
  return e->rc;
}

/* Enter the rest of list i as its `more`, with b->scores. */
static int add_more(LitErr *e, Blend *b, size_t i) {
  const LitTopk *l = &b->lists[i];
  size_t n = 0;
  b->more[i] = lit_new(e, b->n_rest, sizeof **b->more);
  for (size_t h = 0; h < b->n_rest && !e->rc; h++) {
    double score = isnan(b->scores[h]) && l->n ? l->at[l->n - 1].score
                                               : b->scores[h];
    if (!isnan(score)) b->more[i][n++] = (LitHit){score, b->rest[h]};
  }
  b->rankings[i].more = b->more[i];
  b->rankings[i].n_more = n;
  return e->rc;
}

/* Add what pairs give to the hits of a list, and to its `more`, which are by id:
** all of them together, as their rows lie.  The list is by id afterwards. */
static int add_pairs(LitErr *e, const Blend *b, LitTopk *l, LitHit *more,
                     size_t n_more) {
  LitHit *all = lit_new(e, l->n + n_more, sizeof *all);
  size_t i = 0, k = 0;
  if (e->rc) return e->rc;
  if (l->n) qsort(l->at, l->n, sizeof *l->at, by_id);
  while (i + k < l->n + n_more)
    if (k == n_more || (i < l->n && l->at[i].id < more[k].id))
      all[i + k] = l->at[i], i++;
    else all[i + k] = more[k], k++;
  lit_blend_pairs(e, b->s, all, l->n + n_more);
  for (i = k = 0; i + k < l->n + n_more; )
    if (k == n_more || (i < l->n && l->at[i].id < more[k].id))
      l->at[i] = all[i + k], i++;
    else more[k] = all[i + k], k++;
  lit_free(all);
  return e->rc;
}

static int blend_words(LitErr *e, Blend *b, LitTopk *l) {
  const LitSearch *s = b->s;
  b->rankings[0].by_words = 1;
  b->rankings[0].lowest = 0;
  if (s->fusion.kind->wants_all) {
    if (find_rest(e, b, 0)) return e->rc;
    for (size_t h = 0; h < b->n_rest; h++)
      b->scores[h] = lit_floor_words(b->floor, b->rest[h]);
    return add_more(e, b, 0);
  }
  add_pairs(e, b, l, b->more[0], b->rankings[0].n_more);
  if (l->n) qsort(l->at, l->n, sizeof *l->at, by_score);
  return e->rc;
}

static int blend_vectors(LitErr *e, Blend *b, size_t i, const LitDense *dense) {
  const LitDir *d = &b->s->t->dir;
  int is_cosine = strcmp(dense->col->dist->name, "cosine") == 0;
  b->rankings[i].lowest = is_cosine ? -1 : NAN;
  if (!b->s->fusion.kind->wants_all) return LIT_OK;
  if (find_rest(e, b, i) ||
      lit_vecs_distance(e, dense->col, d->segs, (int)d->n, &dense->q, b->rest,
                        b->n_rest, b->scores))
    return e->rc;
  for (size_t h = 0; h < b->n_rest; h++)
    b->scores[h] = lit_search_score_of(dense, b->scores[h]);
  return add_more(e, b, i);
}

int lit_blend(LitErr *e, const LitSearch *s, const LitFloor *floor,
              LitTopk *lists, size_t n_lists, LitFused *out) {
  Blend b = {.s = s, .floor = floor, .lists = lists, .n_lists = n_lists};
  size_t n_dense = (size_t)s->n_dense, first = n_lists - n_dense;
  *out = (LitFused){0};
  if (gather_ids(e, &b)) goto done;
  if (first && blend_words(e, &b, &lists[0])) goto done;
  for (size_t i = 0; i < n_dense; i++)
    if (blend_vectors(e, &b, first + i, &s->dense[i])) goto done;
  for (size_t i = 0; i < n_lists; i++) {
    b.rankings[i].at = lists[i].at, b.rankings[i].n = lists[i].n;
    if (s->has_units) b.rankings[i].unit = s->units[i];
  }
  lit_fuse(e, &s->fusion, b.rankings, n_lists, out);

done:
  for (size_t i = 0; i < LIT_FUSE_LISTS; i++) lit_free(b.more[i]);
  lit_free(b.ids);
  lit_free(b.rest);
  lit_free(b.scores);
  return e->rc;
}

/* ---- pairs of the first hits ---- */

/* What pairs give to hits [n], by id; of those that the last batch knew nothing is
** worked out. */
static int find_pairs(LitErr *e, const LitSearch *s, LitHit *hits, size_t n) {
  const LitKnown *known = &s->known;
  LitHit *rest = lit_new(e, n, sizeof *rest);
  size_t n_rest = 0, k = 0;
  if (!rest) return e->rc;
  for (size_t i = 0; i < n; i++) {
    const LitHit *at = known->n_pairs
                           ? bsearch(&hits[i], known->pairs, known->n_pairs,
                                     sizeof *hits, by_id) : NULL;
    hits[i].score = at ? at->score : NAN;
    if (!at) rest[n_rest++] = (LitHit){0, hits[i].id};
  }
  lit_blend_pairs(e, s, rest, n_rest);
  for (size_t i = 0; i < n; i++)
    if (isnan(hits[i].score)) hits[i].score = rest[k++].score;
  lit_free(rest);
  return e->rc;
}

static size_t n_paired(const LitSearch *s, size_t sure, size_t n) {
  size_t most = s->n == 0 ? PAIRED : sure < n ? sure + BEHIND : n;
  return most < n ? most : n;
}

int lit_blend_first(LitErr *e, LitSearch *s, const LitFloor *floor, size_t sure,
                    LitFused *f) {
  size_t n = n_paired(s, sure, f->n);
  LitHit *hits;
  if (s->n_pairs == 0 || n == 0) return e->rc;
  hits = lit_new(e, n, sizeof *hits);
  if (!hits) return e->rc;
  for (size_t i = 0; i < n; i++) hits[i] = (LitHit){0, f->at[i].hit.id};
  qsort(hits, n, sizeof *hits, by_id);
  if (find_pairs(e, s, hits, n)) return lit_free(hits), e->rc;
  for (size_t i = 0; i < n; i++) {
    const LitHit *at = bsearch(&f->at[i].hit, hits, n, sizeof *hits, by_id);
    f->at[i].gains[0] += floor->by * at->score;
    f->at[i].hit.score += floor->by * at->score;
  }
  lit_fused_sort(f, n);
  lit_free(s->known.pairs);
  s->known.pairs = hits, s->known.n_pairs = n;
  return LIT_OK;
}
