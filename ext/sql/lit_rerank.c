/* lit_rerank.c -- the first rows of an answer in the order of a reranker
** (lit_search.h): a model that reads the question and a row's text together
** (model/model.h, lit_model_score).
**
** The best rerank_depth rows of the first batch are scored, all at once, and
** come first, by that score; the others follow as they were, and their scores
** go down to the last of the reranked where they are above it, so that scores
** fall with the rank.
*/
#include <stdlib.h>
#include <string.h>
#include "sql/lit_search.h"
#include "text/clean.h"
#include "base/poison.h"

int lit_rerank_begin(LitErr *e, LitSearch *s) {
  const LitSchema *schema = &s->t->schema;
  const char *name = s->rerank ? s->rerank : schema->rerank;
  LitStop stop = lit_conn_stop(s->t->conn);
  if (!s->rerank_depth) s->rerank_depth = schema->rerank_depth;
  if (sqlite3_stricmp(name, "none") == 0) return LIT_OK;
  if (!s->text && s->rerank)
    return lit_fail(e, LIT_ERROR, "%s: rerank needs MATCH with text",
                    schema->name);
  if (!s->text) return LIT_OK;              /* The table's own: where it can */
  s->reranker = lit_model_find(e, schema->name, name, &stop);
  if (s->reranker && !lit_model_can_score(s->reranker))
    lit_fail(e, LIT_ERROR, "%s: rerank '%s': the model is no reranker (it has "
             "no classifier)", schema->name, name);
  return e->rc;
}

/* The texts of hits [n], cleaned as the index has them. */
typedef struct Texts {
  LitBuf bytes;
  size_t ends[LIT_RERANK_MAX];
  LitText at[LIT_RERANK_MAX];
} Texts;

int lit_search_row(LitErr *e, const LitSearch *s, sqlite3_stmt *q, int64_t id,
                   sqlite3_value **cols) {
  int rc;
  sqlite3_reset(q);
  sqlite3_bind_int64(q, 1, id);
  sqlite3_bind_int64(q, 2, id);
  rc = sqlite3_step(q);
  if (rc == SQLITE_DONE)
    return lit_fail(e, LIT_CORRUPT, "%s_docs: row %lld is missing",
                    s->t->shadow.name, (long long)id);
  if (rc != SQLITE_ROW)
    return lit_fail_db(e, s->t->schema.name, s->t->conn->db, rc);
  for (int i = 0; i < s->t->schema.n_cols; i++)
    cols[i] = sqlite3_column_value(q, i + 1);
  return LIT_OK;
}

static int read_text(LitErr *e, LitSearch *s, sqlite3_stmt *q, int64_t id,
                     sqlite3_value **cols, LitBuf *out) {
  LitBuf text = {0};
  if (!lit_search_row(e, s, q, id, cols) &&
      !lit_model_text(e, s->t, cols, &text))
    lit_buf_put(e, out, text.at, text.n);
  lit_buf_drop(&text);
  return e->rc;
}

static int read_texts(LitErr *e, LitSearch *s, const LitFusedHit *hits,
                      size_t n, Texts *out) {
  sqlite3_stmt *q = lit_shadow_scan(e, &s->t->shadow, 0, 0);
  sqlite3_value **cols = lit_new(e, (size_t)s->t->schema.n_cols, sizeof *cols);
  for (size_t i = 0; i < n && !e->rc; i++) {
    read_text(e, s, q, hits[i].hit.id, cols, &out->bytes);
    out->ends[i] = out->bytes.n;
  }
  sqlite3_finalize(q);
  lit_free(cols);
  for (size_t i = 0, from = 0; i < n && !e->rc; from = out->ends[i++])
    out->at[i] = (LitText){out->bytes.n ? (char *)out->bytes.at + from : "",
                           out->ends[i] - from};
  return e->rc;
}

static int by_score(const void *a, const void *b) {
  const LitFusedHit *x = a, *y = b;
  return lit_hit_better(&x->hit, &y->hit) ? -1
                                          : lit_hit_better(&y->hit, &x->hit);
}

/* Remember where hits were, give them their new scores, put them in order. */
static int reorder(LitErr *e, LitSearch *s, LitFused *f, size_t n,
                   const float *scores) {
  s->reranked = lit_arena_new(e, &s->mem, n, sizeof *s->reranked);
  if (!s->reranked) return e->rc;
  for (size_t i = 0; i < n; i++) {
    s->reranked[i] = f->at[i].hit.id;
    f->at[i].hit.score = (double)scores[i];
  }
  s->n_reranked = n;
  qsort(f->at, n, sizeof *f->at, by_score);
  for (size_t i = n; i < f->n; i++)
    if (f->at[i].hit.score > f->at[n - 1].hit.score)
      f->at[i].hit.score = f->at[n - 1].hit.score;
  return LIT_OK;
}

int lit_rerank_first(LitErr *e, LitSearch *s, LitFused *f) {
  LitStop stop = lit_conn_stop(s->t->conn);
  size_t n = (size_t)s->rerank_depth < f->n ? (size_t)s->rerank_depth : f->n;
  Texts *texts = NULL;
  float *scores = NULL;
  LitBuf query = {0};
  if (!s->reranker || n == 0) return e->rc;
  texts = lit_new0(e, 1, sizeof *texts);
  scores = lit_new(e, n, sizeof *scores);
  if (e->rc || read_texts(e, s, f->at, n, texts) ||
      lit_clean(e, s->text, s->n_text, &stop, &query, NULL))
    goto done;
  if (!lit_model_score(e, s->reranker,
                       (LitText){(const char *)query.at, query.n}, texts->at, n,
                       scores, &stop))
    reorder(e, s, f, n, scores);

done:
  if (texts) lit_buf_drop(&texts->bytes);
  lit_free(texts);
  lit_free(scores);
  lit_buf_drop(&query);
  return e->rc;
}

void lit_rerank_why(LitErr *e, const LitSearch *s, const LitResult *r,
                    LitBuf *out) {
  const char *name;
  for (size_t i = 0; i < s->n_reranked; i++) {
    if (s->reranked[i] != r->rowid) continue;
    name = lit_model_name(s->reranker);
    lit_buf_text(e, out, ",\"rerank\":{\"model\":");
    lit_buf_json(e, out, name, strlen(name));
    lit_buf_printf(e, out, ",\"from\":%zu}", i + 1);
  }
}
