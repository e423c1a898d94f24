/* vecs_distance.c -- the distances of given rows, see vecs.h. */
#include <math.h>
#include "base/mem.h"
#include "index/vecs_part.h"
#include "base/poison.h"

enum {
  FEW = 16,                 /* Under n_rows / FEW rowids are looked up singly */
  SOME = 16, AHEAD_BYTES = 1024, LINE = 64
};

typedef struct Rows {
  const LitDistQuery *q;
  LitVecsPart part;
  const int64_t *rowids;    /* [n] */
  size_t n;
  double *distance;
} Rows;

/* Rows that were found, to be measured together: they lie anywhere in memory, and
** so one miss does not wait for another. */
typedef struct Some {
  uint32_t n, ords[SOME];
  double *to[SOME];
} Some;

static int measure(LitErr *e, Rows *r, Some *s) {
  LitVecsRow rows[SOME];
  uint32_t n = 0;
  lit_vecs_ahead(&r->part, s->ords, s->n);
  for (; n < s->n && !lit_vecs_row(e, &r->part, s->ords[n], &rows[n]); n++)
    for (size_t at = 0; rows[n].at && at < AHEAD_BYTES; at += LINE)
      __builtin_prefetch(rows[n].at + at);
  for (uint32_t i = 0; i < n; i++) {
    float d;
    if (rows[i].at) {
      lit_dist_rows(r->q, rows[i].at, r->part.stride, 1, NULL, &d);
      *s->to[i] = (double)d;
    }
    lit_seg_give(r->part.seg, rows[i].own);
  }
  s->n = 0;
  return e->rc;
}

static int add(LitErr *e, Rows *r, Some *s, uint32_t ord, double *to) {
  if (!lit_seg_alive(r->part.seg, ord)) return LIT_OK;
  s->ords[s->n] = ord, s->to[s->n] = to;
  return ++s->n == SOME ? measure(e, r, s) : LIT_OK;
}

static int look_up(LitErr *e, Rows *r) {
  Some some = {0};
  for (size_t i = 0; i < r->n && !e->rc; i++) {
    uint32_t ord;
    int is_it;
    if (!lit_ids_find(e, r->part.seg, r->rowids[i], &ord, &is_it) && is_it)
      add(e, r, &some, ord, &r->distance[i]);
  }
  return e->rc ? e->rc : measure(e, r, &some);
}

/* Both lists ascend. */
static int walk(LitErr *e, Rows *r) {
  uint32_t n_rows = r->part.n_rows, ord = 0;
  int64_t *ids = lit_new(e, n_rows, sizeof *ids);
  Some some = {0};
  if (!ids) return e->rc;
  lit_ids_all(e, r->part.seg, ids);
  for (size_t i = 0; i < r->n && !e->rc; i++) {
    while (ord < n_rows && ids[ord] < r->rowids[i]) ord++;
    if (ord < n_rows && ids[ord] == r->rowids[i])
      add(e, r, &some, ord, &r->distance[i]);
  }
  lit_free(ids);
  return e->rc ? e->rc : measure(e, r, &some);
}

int lit_vecs_count(LitErr *e, const LitVecCol *col, const LitSeg *s,
                   uint32_t *n) {
  LitVecsPart part;
  *n = 0;
  if (!lit_vecs_open(e, col, s, &part)) *n = part.n_there;
  return e->rc;
}

int lit_vecs_distance(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                      int n_segs, const LitVecQuery *q, const int64_t *rowids,
                      size_t n, double *distance) {
  LitVec v = {.at = q->at, .type = col->elem, .dim = col->dim};
  LitDistQuery query = {0};
  for (size_t i = 0; i < n; i++) distance[i] = NAN;
  if (e->rc || lit_dist_query(e, "search", &query, col->dist, &v))
    return e->rc;
  for (int i = 0; i < n_segs && !e->rc; i++) {
    Rows r = {.q = &query, .rowids = rowids, .n = n, .distance = distance};
    if (lit_vecs_open(e, col, segs[i], &r.part) || r.part.n_there == 0)
      continue;
    if (n < r.part.n_rows / FEW) look_up(e, &r);
    else walk(e, &r);
  }
  lit_dist_query_drop(&query);
  return e->rc;
}

/* Of the rows of all segments, numbered through, those that *i * total / n says,
** as far as they are in this one, which has rows before .. after - 1. */
static int take_even(LitErr *e, Rows *r, uint64_t before, uint64_t after,
                     uint64_t total, size_t *i) {
  Some some = {0};
  for (; *i < r->n && *i * total / r->n < after && !e->rc; ++*i)
    if (r->part.n_there)
      add(e, r, &some, (uint32_t)(*i * total / r->n - before),
          &r->distance[*i]);
  return e->rc ? e->rc : measure(e, r, &some);
}

int lit_vecs_sample(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                    int n_segs, const LitVecQuery *q, size_t n,
                    double *distance) {
  LitVec v = {.at = q->at, .type = col->elem, .dim = col->dim};
  LitDistQuery query = {0};
  uint64_t total = 0, before = 0;
  size_t next = 0;
  for (size_t i = 0; i < n; i++) distance[i] = NAN;
  for (int i = 0; i < n_segs; i++) total += segs[i]->n_rows;
  if (e->rc || lit_dist_query(e, "search", &query, col->dist, &v))
    return e->rc;
  for (int i = 0; i < n_segs && !e->rc; before += segs[i++]->n_rows) {
    Rows r = {.q = &query, .n = n < total ? n : (size_t)total,
              .distance = distance};
    if (!lit_vecs_open(e, col, segs[i], &r.part))
      take_even(e, &r, before, before + segs[i]->n_rows, total, &next);
  }
  lit_dist_query_drop(&query);
  return e->rc;
}
