/* lit_cursor.c -- rows of a lit table, and their columns. */
#include <math.h>
#include <string.h>
#include "sql/arg_vec.h"
#include "sql/lit_cursor.h"
#include "base/poison.h"

static LitTable *table_of(LitCursor *c) { return (LitTable *)c->base.pVtab; }

int lit_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  LitCursor *c = sqlite3_malloc64(sizeof *c);
  (void)base;
  if (!c) return SQLITE_NOMEM;
  *c = (LitCursor){0};
  *out = &c->base;
  return SQLITE_OK;
}

static void clear(LitCursor *c) {
  sqlite3_finalize(c->scan);
  if (c->doc) lit_shadow_give(&table_of(c)->shadow, c->doc);
  lit_search_drop(&c->search);
  c->scan = c->doc = NULL;
  c->has_doc = 0;
  c->at = 0;
  c->is_eof = 0;
}

int lit_close(sqlite3_vtab_cursor *base) {
  LitCursor *c = (LitCursor *)base;
  clear(c);
  sqlite3_free(c);
  return SQLITE_OK;
}

static int step_scan(LitErr *e, LitCursor *c) {
  int rc = sqlite3_step(c->scan);
  c->is_eof = rc != SQLITE_ROW;
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    lit_fail_db(e, table_of(c)->schema.name, table_of(c)->conn->db, rc);
  return e->rc;
}

/* Rows may have been written or rolled back since the search: those that are
** gone are passed over. */
static int is_gone(LitErr *e, const LitCursor *c, const LitTable *t) {
  int64_t rowid = c->search.rows[c->at].rowid;
  LitSeg *seg;
  uint32_t at;
  if (c->changes == t->changes) return 0;
  if (t->has_gather && lit_gather_find(&t->gather, rowid, &at)) return 0;
  return !lit_dir_find(e, &t->dir, rowid, &seg, &at) && !seg;
}

/* Make sure that row c->at is there, or find out that it is not. */
static int settle(LitErr *e, LitCursor *c) {
  LitTable *t = table_of(c);
  c->has_doc = 0;
  if (c->changes != t->changes && lit_dir_load(e, &t->dir)) return e->rc;
  for (;; c->at++) {
    if (c->at >= c->search.n) lit_search_more(e, &c->search);
    c->is_eof = c->at >= c->search.n;
    if (e->rc || c->is_eof || !is_gone(e, c, t)) return e->rc;
  }
}

int lit_filter(sqlite3_vtab_cursor *base, int kind, const char *plan,
               int argc, sqlite3_value **argv) {
  LitCursor *c = (LitCursor *)base;
  LitTable *t = table_of(c);
  LitClause *clauses = NULL;
  LitErr e = {0};

  lit_enter(t);
  clear(c);
  c->kind = (LitPlanKind)kind;
  c->changes = t->changes;
  clauses = lit_new(&e, (size_t)argc, sizeof *clauses);
  if (e.rc || lit_table_read(&e, t)) goto done;
  if (lit_plan_read(&e, t, plan, argc, argv, clauses)) goto done;
  if (lit_search_begin(&e, &c->search, t, c->kind, clauses, argc)) goto done;
  if (kind != LIT_PLAN_SCAN) {
    settle(&e, c);
  } else {
    LitSearch *s = &c->search;            /* a scan only looks at one range */
    int one = s->has_rowids && s->n_rowids == 1;
    c->is_eof = s->is_empty || (s->has_rowids && s->n_rowids == 0);
    if (c->is_eof) goto done;
    c->scan = lit_shadow_scan(&e, &t->shadow, one ? s->rowids[0] : s->lo,
                              one ? s->rowids[0] : s->hi);
    if (c->scan) step_scan(&e, c);
  }

done:
  lit_free(clauses);
  if (e.rc) c->is_eof = 1;
  return lit_leave(t, &e);
}

int lit_next(sqlite3_vtab_cursor *base) {
  LitCursor *c = (LitCursor *)base;
  LitErr e = {0};
  lit_enter(table_of(c));
  if (c->kind == LIT_PLAN_SCAN) {
    step_scan(&e, c);
  } else {
    c->at++;
    settle(&e, c);
  }
  return lit_leave(table_of(c), &e);
}

int lit_eof(sqlite3_vtab_cursor *base) { return ((LitCursor *)base)->is_eof; }

static int64_t rowid_of(const LitCursor *c) {
  return c->kind == LIT_PLAN_SCAN ? sqlite3_column_int64(c->scan, 0)
                                  : c->search.rows[c->at].rowid;
}

int lit_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out) {
  *out = rowid_of((LitCursor *)base);
  return SQLITE_OK;
}

sqlite3_stmt *lit_cursor_doc(LitErr *e, LitCursor *c) {
  LitTable *t = table_of(c);
  int64_t rowid = rowid_of(c);
  int rc;
  if (c->kind == LIT_PLAN_SCAN) return c->scan;
  if (c->has_doc) return c->doc;
  if (!c->doc) c->doc = lit_shadow_lend(e, &t->shadow);
  if (!c->doc) return NULL;
  sqlite3_reset(c->doc);
  sqlite3_bind_int64(c->doc, 1, rowid);
  rc = sqlite3_step(c->doc);
  if (rc == SQLITE_DONE)
    lit_fail(e, LIT_CORRUPT, "%s_docs: row %lld is missing", t->shadow.name,
             (long long)rowid);
  else if (rc != SQLITE_ROW)
    lit_fail_db(e, t->schema.name, t->conn->db, rc);
  c->has_doc = !e->rc;
  return e->rc ? NULL : c->doc;
}

static void result_vector(sqlite3_context *ctx, const void *at, size_t n,
                          LitElem elem) {
  lit_result_blob(ctx, at, n);
  lit_result_elem(ctx, elem);
}

/* A VECTOR column: out of its segment. */
static int vector_column(LitErr *e, LitCursor *c, sqlite3_context *ctx,
                         const LitColumn *column) {
  LitTable *t = table_of(c);
  const LitVecCol *col = &t->shape.vecs[column->slot];
  size_t n = lit_vec_bytes(col->elem, col->dim);
  const void *at;
  LitSeg *seg;
  uint32_t ord;
  int is_null = 1;
  void *raw;
  if (t->has_gather && lit_gather_find(&t->gather, rowid_of(c), &ord)) {
    at = lit_vecs_at(t->gather.vecs[column->slot], ord);
    if (at) result_vector(ctx, at, n, col->elem);
    return LIT_OK;
  }
  if (lit_dir_find(e, &t->dir, rowid_of(c), &seg, &ord) || !seg) return e->rc;
  raw = lit_new(e, n, 1);
  if (raw && !lit_vecs_get(e, col, seg, ord, raw, &is_null) && !is_null)
    result_vector(ctx, raw, n, col->elem);
  lit_free(raw);
  return e->rc;
}

/* Does %_docs have this value as it is in the index?  There a real may be kept as
** an integer, and zero loses its sign. */
static int is_as_stored(const LitColumn *column, const LitVal *v) {
  if (v->type != LIT_VAL_REAL) return 1;
  return v->d != 0 && (!*column->type || strcmp(column->type, "REAL") == 0);
}

static void result_val(sqlite3_context *ctx, const LitVal *v) {
  if (v->type == LIT_VAL_INT) sqlite3_result_int64(ctx, v->i);
  else if (v->type == LIT_VAL_REAL) sqlite3_result_double(ctx, v->d);
  else if (v->type == LIT_VAL_TEXT) lit_result_text(ctx, v->at, v->n);
}

/* A FILTER column, out of the row's segment: SQLite looks once more at each row
** that a condition let through, and its value there was just read, while the row
** in %_docs is large and far away.  *did: whether it could be. */
static int filter_column(LitErr *e, LitCursor *c, sqlite3_context *ctx,
                         const LitColumn *column, int *did) {
  LitTable *t = table_of(c);
  LitArena mem = {0};
  LitSeg *seg;
  uint32_t ord;
  LitVal v;
  *did = 0;
  if (c->kind == LIT_PLAN_SCAN || c->has_doc) return LIT_OK;
  if (lit_dir_find(e, &t->dir, rowid_of(c), &seg, &ord) || !seg) return e->rc;
  *did = !lit_col_get(e, column->slot, seg, ord, &mem, &v) &&
         is_as_stored(column, &v);
  if (*did) result_val(ctx, &v);
  lit_arena_drop(&mem);
  return e->rc;
}

static int user_column(LitErr *e, LitCursor *c, sqlite3_context *ctx, int i) {
  const LitColumn *column = &table_of(c)->schema.cols[i];
  sqlite3_stmt *q;
  int did = 0;
  if (column->role == LIT_ROLE_VECTOR) return vector_column(e, c, ctx, column);
  if (column->role == LIT_ROLE_FILTER &&
      (filter_column(e, c, ctx, column, &did) || did))
    return e->rc;
  q = lit_cursor_doc(e, c);
  if (q) sqlite3_result_value(ctx, sqlite3_column_value(q, i + 1));
  return e->rc;
}

static void result_real(sqlite3_context *ctx, double x) {
  if (!isnan(x)) sqlite3_result_double(ctx, x);
}

static int why_column(LitErr *e, LitCursor *c, sqlite3_context *ctx) {
  LitBuf b = {0};
  if (!lit_search_why(e, &c->search, c->at, &b)) {
    lit_result_text(ctx, (const char *)b.at, b.n);
    sqlite3_result_subtype(ctx, 'J');
  }
  lit_buf_drop(&b);
  return e->rc;
}

/* What a search says of the row; NULL where nothing was searched. */
static int told_column(LitErr *e, LitCursor *c, sqlite3_context *ctx,
                       LitHidden which) {
  const LitSearch *s = &c->search;
  int64_t rowid = s->rows[c->at].rowid;
  double x = NAN;
  switch (which) {
  case LIT_OUT_RANK:
    sqlite3_result_int64(ctx, (sqlite3_int64)c->at + 1);
    return LIT_OK;
  case LIT_OUT_SCORE: x = s->rows[c->at].score; break;
  case LIT_OUT_BM25: lit_search_bm25(e, s, rowid, &x); break;
  case LIT_OUT_DISTANCE: lit_search_distance(e, s, 0, rowid, &x); break;
  case LIT_OUT_COSINE:
    if (s->n_dense && strcmp(s->dense[0].col->dist->name, "cosine") == 0 &&
        !lit_search_distance(e, s, 0, rowid, &x))
      x = 1 - x;
    break;
  case LIT_OUT_WHY: return why_column(e, c, ctx);
  default: return LIT_OK;
  }
  if (!e->rc) result_real(ctx, x);
  return e->rc;
}

int lit_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int col) {
  LitCursor *c = (LitCursor *)base;
  int n_cols = table_of(c)->schema.n_cols;
  LitErr e = {0};
  lit_enter(table_of(c));
  if (col < n_cols) user_column(&e, c, ctx, col);
  else if (col == n_cols + LIT_IN_MATCH)
    sqlite3_result_pointer(ctx, c, LIT_CURSOR_POINTER, NULL);
  else if (c->kind == LIT_PLAN_SEARCH)
    told_column(&e, c, ctx, (LitHidden)(col - n_cols));
  return lit_leave(table_of(c), &e);
}
