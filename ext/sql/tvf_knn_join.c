/* tvf_knn_join.c -- the nearest rows of many vectors at once.
**
**   SELECT query_rowid, rowid, rank, distance
**     FROM lit_knn_join('papers', 'model', 'papers', 'model', 5)
**    WHERE skip_self = 1;                     five neighbours of every paper
**
**   lit_knn_join(table, column, query_table, query_column, k
**                [, max_distance [, skip_self]])
**
** table, column   a lit table and one of its VECTOR columns, or 'model' for the
**                 vectors that its model made
** query_table, query_column   the vectors to look for: any table or view that
**                 has a rowid, and a column of BLOBs or JSON text as the
**                 VECTOR column takes them; or 'model' of a lit table with
**                 the same number of dimensions.  NULL is passed over
** k               1 .. 100,000 rows for each, best first: rank 1, 2, ...
** max_distance    only rows at most so far away
** skip_self       not 0: leave out the row whose rowid is the query's own
**
** The rows and their distances are those of a query each, to the last bit
** (index/knn.h); rows come in the order of query_table.  Many are asked at
** once, so this is much faster than many queries, and the more so the more
** there are.  lit_progress() tells how far it is.
*/
#include <math.h>
#include <string.h>
#include "base/progress.h"
#include "index/knn.h"
#include "sql/lit_hold.h"
#include "sql/tables.h"
#include "base/poison.h"

enum {
  K_MAX = 100000,
  HITS_MAX = 1 << 20,             /* Of a block, all lists together */
  BATCH_ROWS = 4096               /* Given to SQLite at once */
};

static const char *const who = "lit_knn_join";

/* A lit table, kept connected by a statement that stands on one of its rows;
** t is NULL if it has none. */
typedef struct Side {
  sqlite3_stmt *holder;
  LitTable *t;
  const LitColumn *column;        /* NULL: the model's */
  const LitVecCol *col;
} Side;

typedef struct State {
  Side table, from;               /* from: only where queries are a model's */
  sqlite3_stmt *queries;          /* rowid, vector */
  sqlite3_int64 k;
  double max_distance;
  int skip_self, is_end;
  uint32_t most;                  /* Queries to ask at once */
  uint32_t n, given;              /* Queries of this block; given of them */
  uint8_t *vectors;               /* [most, dim] */
  int64_t *rowids;                /* [most] */
  LitVecQuery *q;
  LitTopk *tops;
  uint64_t done;
  LitProgress *progress;
} State;

/* ---- what is asked ---- */

/* SELECT first "table"."column" FROM "table" */
static sqlite3_stmt *prepare(LitErr *e, LitConn *conn, const char *first,
                             const char *table, const char *column) {
  sqlite3_stmt *q = NULL;
  char *text = sqlite3_mprintf("SELECT %s \"%w\".\"%w\" FROM \"%w\"", first,
                               table, column, table);
  int rc = text ? sqlite3_prepare_v2(conn->db, text, -1, &q, NULL)
                : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc) lit_fail_db(e, who, conn->db, rc);
  return q;
}

/* Stand on a row of lit table `name`. */
static int stand(LitErr *e, LitConn *conn, const char *name, Side *side) {
  LitHold hold;
  lit_hold(e, conn, who, name, &hold);
  side->holder = hold.holder, side->t = hold.t;
  return e->rc;
}

/* Its vector column `name`. */
static int choose(LitErr *e, Side *side, const char *name) {
  const LitSchema *s = &side->t->schema;
  for (int i = 0; i < s->n_cols; i++)
    if (sqlite3_stricmp(s->cols[i].name, name) == 0) {
      side->column = &s->cols[i];
      if (side->column->role != LIT_ROLE_VECTOR)
        return lit_fail(e, LIT_ERROR, "%s: %s.%s is not a VECTOR column", who,
                        s->name, name);
      side->col = &side->t->shape.vecs[side->column->slot];
      return LIT_OK;
    }
  if (sqlite3_stricmp(name, "model") || !lit_has_model(side->t))
    return lit_fail(e, LIT_ERROR, "%s: %s has no column '%.80s'%s", who,
                    s->name, name,
                    sqlite3_stricmp(name, "model") ? "" : " and no model");
  side->col = &side->t->shape.vecs[lit_model_column(side->t)];
  return LIT_OK;
}

/* Queries that are a model's vectors: true if `table`.`name` is that; side->t
** is NULL if there are none. */
static int is_model(LitErr *e, LitConn *conn, const char *table,
                    const char *name, Side *side) {
  LitErr none = {0};
  sqlite3_stmt *q;
  if (sqlite3_stricmp(name, "model")) return 0;
  q = prepare(&none, conn, "", table, name);
  sqlite3_finalize(q);
  if (q) return 0;                /* A column by that name */
  return !stand(e, conn, table, side) && (!side->t || !choose(e, side, name));
}

static uint64_t count(LitConn *conn, const char *table) {
  uint64_t n = 0;
  sqlite3_stmt *q = NULL;
  char *text = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table);
  if (text && sqlite3_prepare_v2(conn->db, text, -1, &q, NULL) == SQLITE_OK &&
      sqlite3_step(q) == SQLITE_ROW)
    n = (uint64_t)sqlite3_column_int64(q, 0);
  sqlite3_finalize(q);
  sqlite3_free(text);
  return n;
}

static int open_queries(LitErr *e, LitConn *conn, State *s, const char *table,
                        const char *column) {
  int from_model = is_model(e, conn, table, column, &s->from);
  if (e->rc) return e->rc;
  if (!from_model && !s->table.column)
    return lit_fail(e, LIT_ERROR, "%s: vectors of the model of %s are "
                    "compared with 'model' of a lit table", who,
                    s->table.t->schema.name);
  if (!from_model) {
    s->queries = prepare(e, conn, "rowid,", table, column);
  } else if (s->from.t) {
    s->queries = prepare(e, conn, "", table, "rowid");
    if (s->from.col->dim != s->table.col->dim ||
        s->from.col->elem != s->table.col->elem)
      return lit_fail(e, LIT_MISMATCH, "%s: vectors of %u and of %u "
                      "dimensions", who, s->from.col->dim, s->table.col->dim);
  }
  return e->rc;
}

static int open_room(LitErr *e, State *s) {
  size_t stride = lit_vec_bytes(s->table.col->elem, s->table.col->dim);
  sqlite3_int64 most = HITS_MAX / s->k;
  s->most = most < 8 ? 8 : most > LIT_KNN_BLOCK ? LIT_KNN_BLOCK
                                                : (uint32_t)most;
  s->vectors = lit_new(e, s->most, stride);
  s->rowids = lit_new(e, s->most, sizeof *s->rowids);
  s->q = lit_new0(e, s->most, sizeof *s->q);
  s->tops = lit_new0(e, s->most, sizeof *s->tops);
  return e->rc;
}

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  static const char *const names[] = {"table", "column", "query_table",
                                      "query_column"};
  State *s = state;
  const char *text[4] = {0};
  size_t n;
  sqlite3_int64 self = 0;
  for (int i = 0; i < 4; i++)
    if (lit_arg_text(e, who, args[i], &text[i], &n)) return e->rc;
    else if (n == 0) return lit_fail(e, LIT_ERROR, "%s: %s is empty", who,
                                     names[i]);
  if (lit_arg_int(e, who, "k", args[4], 1, K_MAX, &s->k)) return e->rc;
  s->max_distance = INFINITY;
  if (args[5] && sqlite3_value_type(args[5]) != SQLITE_NULL &&
      lit_arg_real(e, who, "max_distance", args[5], -INFINITY, INFINITY,
                   &s->max_distance))
    return e->rc;
  if (args[6] && sqlite3_value_type(args[6]) != SQLITE_NULL &&
      lit_arg_int(e, who, "skip_self", args[6], 0, 1, &self))
    return e->rc;
  s->skip_self = (int)self;
  if (stand(e, conn, text[0], &s->table)) return e->rc;
  if (!s->table.t) return s->is_end = 1, LIT_OK;
  if (choose(e, &s->table, text[1])) return e->rc;
  if (open_queries(e, conn, s, text[2], text[3])) return e->rc;
  if (!s->queries) return s->is_end = 1, LIT_OK;
  s->progress = lit_progress_begin(who, count(conn, text[2]));
  return open_room(e, s);
}

/* ---- asking ---- */

/* The vector of the query that the statement stands on, into `out`. */
static int read_query(LitErr *e, State *s, int64_t rowid, uint8_t *out,
                      int *is_null) {
  const LitVecCol *col = s->table.col;
  LitErr why = {0};
  LitVec v = {0};
  LitSeg *seg;
  uint32_t ord;
  *is_null = 1;
  if (s->from.t) {
    if (lit_dir_find(e, &s->from.t->dir, rowid, &seg, &ord) || !seg)
      return e->rc;
    return lit_vecs_get(e, s->from.col, seg, ord, out, is_null);
  }
  if (!lit_read_vector(&why, s->table.t, s->table.column,
                       sqlite3_column_value(s->queries, 1), &v, is_null) &&
      !*is_null)
    memcpy(out, v.at, lit_vec_bytes(col->elem, col->dim));
  lit_vec_drop(&v);
  if (why.rc)
    lit_fail(e, why.rc, "%s: query %lld: %s", who, (long long)rowid, why.msg);
  return e->rc;
}

static int read_queries(LitErr *e, LitConn *conn, State *s) {
  size_t stride = lit_vec_bytes(s->table.col->elem, s->table.col->dim);
  uint32_t n = 0;
  int rc = SQLITE_DONE, is_null;
  while (n < s->most && !e->rc &&
         (rc = sqlite3_step(s->queries)) == SQLITE_ROW) {
    int64_t rowid = sqlite3_column_int64(s->queries, 0);
    uint8_t *at = s->vectors + n * stride;
    if (sqlite3_column_type(s->queries, 0) != SQLITE_INTEGER)
      return lit_fail(e, LIT_MISMATCH, "%s: a query has no rowid", who);
    s->done++;
    if (read_query(e, s, rowid, at, &is_null) || is_null) continue;
    s->rowids[n] = rowid;
    s->q[n++] = (LitVecQuery){.at = at, .max_distance = s->max_distance};
  }
  if (!e->rc && rc != SQLITE_ROW) {
    s->is_end = 1;
    if (rc != SQLITE_DONE) return lit_fail_db(e, who, conn->db, rc);
  }
  s->n = n;
  return e->rc;
}

static void drop_block(State *s) {
  for (uint32_t i = 0; i < s->n; i++) lit_topk_drop(&s->tops[i]);
  s->n = s->given = 0;
}

/* Read the next queries and find their rows. */
static int ask(LitErr *e, LitConn *conn, State *s) {
  LitTable *t = s->table.t;
  LitStop stop = lit_conn_stop(conn);
  drop_block(s);
  if (lit_table_read(e, t) || (s->from.t && lit_table_read(e, s->from.t)) ||
      read_queries(e, conn, s))
    return e->rc;
  for (uint32_t i = 0; i < s->n; i++)
    lit_topk_init(&s->tops[i], (size_t)s->k + (size_t)s->skip_self);
  lit_knn_search(e, s->table.col, t->dir.segs, NULL, (int)t->dir.n, s->q, s->n,
                 s->tops, &stop);
  for (uint32_t i = 0; i < s->n; i++) lit_topk_sort(&s->tops[i]);
  lit_progress_set(s->progress, s->done);
  return e->rc;
}

static size_t give(const State *s, uint32_t query, LitRows *out) {
  const LitTopk *top = &s->tops[query];
  sqlite3_int64 rank = 0;
  for (size_t i = 0; i < top->n && rank < s->k; i++) {
    if (s->skip_self && top->at[i].id == s->rowids[query]) continue;
    lit_put_int(out, s->rowids[query]);
    lit_put_int(out, top->at[i].id);
    lit_put_int(out, ++rank);
    lit_put_real(out, -top->at[i].score);
  }
  return (size_t)rank;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  size_t n = 0;
  while (n < BATCH_ROWS && !e->rc) {
    if (s->given < s->n) n += give(s, s->given++, out);
    else if (s->is_end || n > 0) break;
    else ask(e, conn, s);
  }
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  if (s->tops) drop_block(s);
  lit_progress_end(s->progress);
  sqlite3_finalize(s->queries);
  sqlite3_finalize(s->table.holder);
  sqlite3_finalize(s->from.holder);
  lit_free(s->vectors);
  lit_free(s->rowids);
  lit_free(s->q);
  lit_free(s->tops);
}

const LitTvf lit_tvf_knn_join = {
  .name = "lit_knn_join",
  .schema = "CREATE TABLE x(query_rowid, rowid, rank, distance, "
            "\"table\" HIDDEN, \"column\" HIDDEN, query_table HIDDEN, "
            "query_column HIDDEN, k HIDDEN, max_distance HIDDEN, "
            "skip_self HIDDEN)",
  .n_out = 4, .n_args = 7, .n_required = 5, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(table, column, query_table, query_column, k [, max_distance "
         "[, skip_self]]) -> query_rowid, rowid, rank, distance: the nearest "
         "rows of many vectors",
};
