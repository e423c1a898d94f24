/* lit_diverse.c -- the first rows of an answer, unlike one another
** (lit_search.h, rank/mmr.h). */
#include <string.h>
#include "rank/mmr.h"
#include "sql/lit_search.h"
#include "base/poison.h"

enum { DIVERSE = 100 };     /* So many of the first hits are put in order */

int lit_search_vectors(LitErr *e, LitSearch *s, const LitFused *f, size_t n,
                       float *out) {
  const LitVecCol *col = s->n_dense ? s->dense[0].col : &s->t->shape.vecs[0];
  size_t bytes = lit_vec_bytes(col->elem, col->dim);
  void *raw = lit_new(e, bytes, 1);
  for (size_t i = 0; i < n && !e->rc; i++) {
    LitVec v = {.at = raw, .type = col->elem, .dim = col->dim};
    LitSeg *seg;
    uint32_t ord;
    int is_null = 1;
    if (lit_dir_find(e, &s->t->dir, f->at[i].hit.id, &seg, &ord)) break;
    if (seg && lit_vecs_get(e, col, seg, ord, raw, &is_null)) break;
    for (uint32_t j = 0; j < col->dim; j++)
      out[i * col->dim + j] = is_null ? 0 : (float)lit_vec_get(&v, j);
  }
  lit_free(raw);
  return e->rc;
}

static int find_hit(const LitFused *f, size_t n, int64_t id, size_t *at) {
  for (*at = 0; *at < n; ++*at)
    if (f->at[*at].hit.id == id) return 1;
  return 0;
}

int lit_diversify(LitErr *e, LitSearch *s, LitFused *f) {
  LitStop stop = lit_conn_stop(s->t->conn);
  size_t n = f->n < DIVERSE ? f->n : DIVERSE, at;
  const LitVecCol *col = s->n_dense ? s->dense[0].col : s->t->shape.vecs;
  LitMmrVectors vectors = {0};
  LitMmr how = {.diversity = s->diversity, .take = n,
                .similar = lit_mmr_cosine, .ctx = &vectors, .stop = &stop};
  LitHit *hits = NULL;
  LitFusedHit *sorted = NULL;
  float *matrix = NULL;
  if (s->t->shape.n_vecs == 0)
    return lit_fail(e, LIT_ERROR, "%s: diversity needs vectors, and the table "
                    "has none", s->t->schema.name);
  hits = lit_new(e, n, sizeof *hits);
  sorted = lit_new(e, n, sizeof *sorted);
  matrix = lit_new(e, n, col->dim * sizeof *matrix);
  if (e->rc || lit_search_vectors(e, s, f, n, matrix)) goto done;
  vectors = (LitMmrVectors){matrix, col->dim};
  for (size_t i = 0; i < n; i++) hits[i] = f->at[i].hit;
  if (lit_mmr(e, &how, hits, n)) goto done;
  for (size_t i = 0; i < n; i++)
    if (find_hit(f, n, hits[i].id, &at)) sorted[i] = f->at[at];
  if (n) memcpy(f->at, sorted, n * sizeof *sorted);

done:
  lit_free(hits);
  lit_free(sorted);
  lit_free(matrix);
  return e->rc;
}
