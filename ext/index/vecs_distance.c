/* vecs_distance.c -- the distances of given rows, see vecs.h. */
#include <math.h>
#include <string.h>
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

/* ---- a sample ----
**
** The rows of a segment's share lie anywhere in the file, and each question wants
** them: copies are kept in the cache, side by side.
**
**   f32 square [n], u32 ordinal [n], vectors [n, stride]
**
** square: lit_dist_sq of them; NaN where there is no vector. */

typedef struct Share {
  const LitVecsPart *part;
  const uint32_t *ords;     /* [n] */
  size_t n;
} Share;

static size_t share_bytes(const Share *s) { return s->n * (8 + s->part->stride); }

static int is_share(const Share *s, const LitChunk *c) {
  return c->n == share_bytes(s) &&
         memcmp(c->at + 4 * s->n, s->ords, 4 * s->n) == 0;
}

static int copy_share(LitErr *e, const Share *s, uint8_t *out) {
  const LitVecsPart *p = s->part;
  float *square = (float *)(void *)out;
  uint8_t *to = out + 8 * s->n;
  memcpy(out + 4 * s->n, s->ords, 4 * s->n);
  memset(to, 0, s->n * p->stride);
  for (size_t i = 0; i < s->n; i++, to += p->stride) {
    LitVecsRow row;
    if (lit_vecs_row(e, p, s->ords[i], &row)) return e->rc;
    square[i] = NAN;
    if (row.at) {
      memcpy(to, row.at, p->stride);
      lit_dist_sq(p->elem, row.at, p->stride, 1, p->dim, &square[i]);
    }
    lit_seg_give(p->seg, row.own);
  }
  return LIT_OK;
}

/* Distances of the share from `query`, to[i] of row ords[i] if it lives. */
static int measure_share(LitErr *e, const Share *s, const LitDistQuery *query,
                         double *to) {
  const LitSeg *seg = s->part->seg;
  uint64_t asked[2] = {(uint64_t)s->part->part, lit_hash64(s->ords, 4 * s->n)};
  int64_t id = lit_kept_hash(lit_hash64(asked, sizeof asked));
  const LitChunk *kept = lit_cache_look(seg->cache, seg->stamp, id);
  int is_ours = kept && is_share(s, kept);
  uint8_t *made = is_ours ? NULL : lit_new(e, share_bytes(s), 1);
  const uint8_t *at = is_ours ? kept->at : made;
  const float *square = (const float *)(const void *)at;
  float *out = lit_new(e, s->n, sizeof *out);
  if (e->rc || (made && copy_share(e, s, made))) goto done;
  if (!kept)
    kept = lit_cache_keep(e, seg->cache, seg->stamp, id, made, share_bytes(s));
  lit_dist_rows(query, at + 8 * s->n, s->part->stride, s->n, square, out);
  for (size_t i = 0; i < s->n; i++)
    if (!isnan(square[i]) && lit_seg_alive(seg, s->ords[i]))
      to[i] = (double)out[i];

done:
  lit_seg_give(seg, kept);
  lit_free(made);
  lit_free(out);
  return e->rc;
}

int lit_vecs_sample(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                    int n_segs, const LitVecQuery *q, size_t n,
                    double *distance) {
  LitVec v = {.at = q->at, .type = col->elem, .dim = col->dim};
  LitDistQuery query = {0};
  uint64_t total = 0, before = 0, after, next = 0, most;
  uint32_t *ords = lit_new(e, n, sizeof *ords);
  for (size_t i = 0; i < n; i++) distance[i] = NAN;
  for (int i = 0; i < n_segs; i++) total += segs[i]->n_rows;
  most = n < total ? n : total;
  if (e->rc || lit_dist_query(e, "search", &query, col->dist, &v)) goto done;
  for (int i = 0; i < n_segs && !e->rc; i++, before = after) {
    LitVecsPart part;
    Share s = {&part, ords, 0};
    double *to = distance + next;
    after = before + segs[i]->n_rows;
    for (; next < most && next * total / most < after; next++)
      ords[s.n++] = (uint32_t)(next * total / most - before);
    if (!lit_vecs_open(e, col, segs[i], &part) && part.n_there && s.n)
      measure_share(e, &s, &query, to);
  }
done:
  lit_dist_query_drop(&query);
  lit_free(ords);
  return e->rc;
}
