/* agg_ltr.c -- learning to rank: a model from judged rows, and its scores.
**
**   lit_rank_fit(query, features, grade [, loss [, model]]) -> BLOB
**   lit_rank_score(model, features) -> REAL
**
**   CREATE TABLE ranker AS
**     SELECT lit_rank_fit(query, json_array(bm25, cosine, year), grade) AS m
**     FROM judged;
**   SELECT doc FROM found, ranker
**   ORDER BY lit_rank_score(m, json_array(bm25, cosine, year)) DESC;
**
** An aggregate over judged rows.  query: whatever tells queries apart; rows
** are compared within one, at most 2,000 of them.  features: a vector (JSON or
** BLOB) of 1 to 256 numbers, as many in each row.  grade: a number, higher is
** better.  A row where one of them is NULL is left out.  loss and model are
** words, the same in all rows:
**
**   lambdarank  (default) wants the best on top, as nDCG counts it
**   ranknet     wants each pair in order
**   softmax     wants the whole list's scores to be spread as its grades
**
**   linear              (default) a weighted sum of the features
**   trees(100, 3, 0.1)  boosted trees: how many, their depth, their rate
**
** The sources of the algorithms are named in rank/ltr_*.c.  No chance is in
** it: the same rows, whatever their order among queries, give the same model
** (up to the exp of the machine's C library).  The score orders rows of one
** query and has no unit.  Without rows the model is NULL.
** Errors: unknown words; features of other lengths; no query with rows of
** different grades; all features constant; a BLOB that is no model.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "rank/ltr.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

static const char fit_name[] = "lit_rank_fit", score_name[] = "lit_rank_score";

typedef struct Row {
  const char *query;        /* [n]; set when all rows are there */
  size_t n, at;             /* at: where it begins in Rows.queries */
  float grade;
  uint32_t i;
} Row;

typedef struct Rows {
  LitLtrHow how;
  LitBuf queries, x;
  Row *at;
  size_t n, room;
  uint32_t dim;
  int failed;
} Rows;

static int begin(LitErr *e, Rows *r, int argc, sqlite3_value **argv) {
  const char *loss = "lambdarank", *model = "linear";
  size_t n;
  if (argc > 3 && lit_arg_text(e, fit_name, argv[3], &loss, &n)) return e->rc;
  if (lit_ltr_loss_find(e, fit_name, loss, &r->how.loss)) return e->rc;
  if (argc > 4 && lit_arg_text(e, fit_name, argv[4], &model, &n)) return e->rc;
  return lit_ltr_parse(e, fit_name, model, &r->how);
}

static int add_features(LitErr *e, Rows *r, sqlite3_value *v) {
  LitVec vec = {0};
  float *floats = NULL;
  if (lit_arg_vec(e, fit_name, v, &vec)) return e->rc;
  if (vec.dim > LIT_LTR_DIM_MAX)
    lit_fail(e, LIT_ERROR, "%s: %u features; at most %d", fit_name, vec.dim,
             LIT_LTR_DIM_MAX);
  else if (r->n && vec.dim != r->dim)
    lit_fail(e, LIT_ERROR, "%s: %u features in one row, %u in another",
             fit_name, r->dim, vec.dim);
  else
    floats = lit_vec_floats(e, &vec);
  r->dim = vec.dim;
  if (floats) lit_buf_put(e, &r->x, floats, vec.dim * sizeof *floats);
  lit_free(floats);
  lit_vec_drop(&vec);
  return e->rc;
}

static int add(LitErr *e, Rows *r, sqlite3_value **argv) {
  const char *query;
  size_t n;
  double grade;
  if (r->n == LIT_LTR_ROWS_MAX)
    return lit_fail(e, LIT_TOOBIG, "%s: more than %d rows", fit_name,
                    LIT_LTR_ROWS_MAX);
  if (lit_arg_text(e, fit_name, argv[0], &query, &n) ||
      lit_arg_real(e, fit_name, "grade", argv[2], -1e30, 1e30, &grade) ||
      add_features(e, r, argv[1]) ||
      LIT_GROW(e, &r->at, &r->room, r->n + 1))
    return e->rc;
  r->at[r->n] = (Row){.n = n, .at = r->queries.n, .grade = (float)grade,
                      .i = (uint32_t)r->n};
  lit_buf_put(e, &r->queries, query, n);
  r->n++;
  return e->rc;
}

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  Rows *r = sqlite3_aggregate_context(ctx, sizeof *r);
  if (!r) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  if (r->failed) return;
  for (int i = 0; i < 3; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  if (r->n || !begin(&e, r, argc, argv)) add(&e, r, argv);
  if (e.rc) r->failed = 1, lit_result_err(ctx, &e);
}

static int by_query(const void *a, const void *b) {
  const Row *x = a, *y = b;
  size_t n = x->n < y->n ? x->n : y->n;
  int order = memcmp(x->query, y->query, n);
  if (order == 0) order = (x->n > y->n) - (x->n < y->n);
  return order ? order : (x->i > y->i) - (x->i < y->i);
}

/* Rows sorted by query -> the set; x and grades as there, start [n + 1]. */
static int make_set(LitErr *e, const Rows *r, float *x, float *grades,
                    uint32_t *start, LitLtrSet *out) {
  uint32_t n_queries = 0;
  for (uint32_t i = 0; i < r->n; i++) {
    const Row *row = &r->at[i];
    memcpy(x + (size_t)i * r->dim,
           r->x.at + (size_t)row->i * r->dim * sizeof *x, r->dim * sizeof *x);
    grades[i] = row->grade;
    if (i == 0 || row->n != row[-1].n ||
        memcmp(row->query, row[-1].query, row->n))
      start[n_queries++] = i;
    if (i - start[n_queries - 1] >= LIT_LTR_QUERY_MAX)
      return lit_fail(e, LIT_TOOBIG, "%s: query '%.*s' has more than %d rows",
                      fit_name, (int)(row->n < 60 ? row->n : 60), row->query,
                      LIT_LTR_QUERY_MAX);
  }
  start[n_queries] = (uint32_t)r->n;
  *out = (LitLtrSet){x, grades, start, (uint32_t)r->n, r->dim, n_queries};
  return LIT_OK;
}

static int fit(LitErr *e, Rows *r, LitBuf *out) {
  LitErr why = {0};
  LitLtrSet set;
  float *x = lit_new(e, r->n, r->dim * sizeof *x);
  float *grades = lit_new(e, r->n, sizeof *grades);
  uint32_t *start = lit_new(e, r->n + 1, sizeof *start);
  if (e->rc) goto done;
  for (size_t i = 0; i < r->n; i++)
    r->at[i].query = (const char *)r->queries.at + r->at[i].at;
  qsort(r->at, r->n, sizeof *r->at, by_query);
  if (make_set(e, r, x, grades, start, &set)) goto done;
  if (lit_ltr_fit(&why, &r->how, &set, out))
    lit_fail(e, why.rc, "%s: %s", fit_name, why.msg);

done:
  lit_free(x);
  lit_free(grades);
  lit_free(start);
  return e->rc;
}

static void final(sqlite3_context *ctx) {
  LitErr e = {0};
  Rows *r = sqlite3_aggregate_context(ctx, 0);
  LitBuf model = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  if (!r) return;
  if (!r->failed && r->n) {
    r->how.stop = &stop;
    fit(&e, r, &model);
    if (e.rc) lit_result_err(ctx, &e);
    else lit_result_blob(ctx, model.at, model.n);
  }
  lit_buf_drop(&model);
  lit_buf_drop(&r->queries);
  lit_buf_drop(&r->x);
  lit_free(r->at);
  r->at = NULL;
}

static void fn_score(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitLtrModel m;
  LitVec v = {0};
  float *x = NULL;
  if (lit_any_null(argc, argv)) return;
  if (sqlite3_value_type(argv[0]) != SQLITE_BLOB) {
    lit_fail(&e, LIT_MISMATCH, "%s: the model is a BLOB", score_name);
    goto done;
  }
  if (lit_arg_vec(&e, score_name, argv[1], &v) ||
      lit_ltr_open(&e, score_name, sqlite3_value_blob(argv[0]),
                   (size_t)sqlite3_value_bytes(argv[0]), &m))
    goto done;
  if (v.dim != m.dim) {
    lit_fail(&e, LIT_ERROR, "%s: %u features; the model was fitted to %u",
             score_name, v.dim, m.dim);
    goto done;
  }
  x = lit_vec_floats(&e, &v);
  if (x) sqlite3_result_double(ctx, lit_ltr_score(&m, x));

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(x);
  lit_vec_drop(&v);
}

const LitFunc lit_funcs_ltr[] = {
  {"lit_rank_score", 2, LIT_PURE | SQLITE_SUBTYPE, fn_score,
   "(model, features) -> score of a model of lit_rank_fit"},
  {0},
};

const LitAgg lit_aggs_ltr[] = {
  {"lit_rank_fit", 3, LIT_CALM | SQLITE_SUBTYPE, step, final,
   "(query, features, grade) -> a learned ranking"},
  {"lit_rank_fit", 4, LIT_CALM | SQLITE_SUBTYPE, step, final,
   "(query, features, grade, loss) -> by lambdarank, ranknet, softmax"},
  {"lit_rank_fit", 5, LIT_CALM | SQLITE_SUBTYPE, step, final,
   "(query, features, grade, loss, model) -> by linear, trees(100, 3, 0.1)"},
  {0},
};
