/* tvf.c -- see tvf.h.  A batch of cells lives in one growing array, its text
** and blobs in one buffer; both are emptied, not freed, between batches. */
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "sql/tvf.h"
#include "base/poison.h"

enum { MAX_ARGS = 16, FLOATS = 100 };

typedef struct Cell {
  int type;                          /* SQLITE_INTEGER ..., FLOATS */
  union { sqlite3_int64 i; double d; struct { size_t at, n; } bytes; } u;
} Cell;

struct LitRows {
  LitErr *err;
  Cell *cells;                       /* row-major, [rows, n_out] */
  size_t n_cells, room;
  LitBuf bytes;
};

typedef struct Table {
  sqlite3_vtab base;
  const LitTvf *tvf;
  LitConn *conn;
} Table;

typedef struct Cursor {
  sqlite3_vtab_cursor base;
  LitRows rows;
  size_t at;                         /* First cell of the current row */
  sqlite3_int64 rowid;
  int is_open;
  void *state;                       /* [tvf->state_size] */
  sqlite3_value *args[MAX_ARGS];     /* Copies; NULL: not given */
} Cursor;

static Table *table_of(sqlite3_vtab *t) { return (Table *)t; }

static void put(LitRows *r, Cell c) {
  if (r->err->rc || LIT_GROW(r->err, &r->cells, &r->room, r->n_cells + 1))
    return;
  r->cells[r->n_cells++] = c;
}

static void put_bytes(LitRows *r, int type, const void *at, size_t n) {
  Cell c = {.type = type, .u.bytes = {r->bytes.n, n}};
  lit_buf_put(r->err, &r->bytes, at, n);
  put(r, c);
}

void lit_put_null(LitRows *r) { put(r, (Cell){.type = SQLITE_NULL}); }

void lit_put_int(LitRows *r, sqlite3_int64 v) {
  put(r, (Cell){.type = SQLITE_INTEGER, .u.i = v});
}

void lit_put_real(LitRows *r, double v) {
  put(r, (Cell){.type = SQLITE_FLOAT, .u.d = v});
}

void lit_put_text(LitRows *r, const char *s, size_t n) {
  put_bytes(r, SQLITE_TEXT, s, n);
}

void lit_put_str(LitRows *r, const char *s) {
  if (s) lit_put_text(r, s, strlen(s));
  else lit_put_null(r);
}

void lit_put_floats(LitRows *r, const float *v, size_t dim) {
  put_bytes(r, FLOATS, v, dim * sizeof *v);
}

static int tvf_connect(sqlite3 *db, void *aux, int argc,
                       const char *const *argv, sqlite3_vtab **out,
                       char **errmsg) {
  /* aux is a Table to copy: one was made for each module at registration. */
  const Table *proto = aux;
  Table *t;
  int rc = sqlite3_declare_vtab(db, proto->tvf->schema);
  (void)argc, (void)argv, (void)errmsg;
  if (rc) return rc;
  sqlite3_vtab_config(db, proto->tvf->flags & SQLITE_DIRECTONLY
                          ? SQLITE_VTAB_DIRECTONLY : SQLITE_VTAB_INNOCUOUS);
  t = sqlite3_malloc64(sizeof *t);
  if (!t) return SQLITE_NOMEM;
  *t = *proto;
  *out = &t->base;
  return SQLITE_OK;
}

static int tvf_disconnect(sqlite3_vtab *t) {
  sqlite3_free(t);
  return SQLITE_OK;
}

/* Arguments are equalities on the HIDDEN columns; idxNum has bit i for
** argument i, and xFilter gets their values in that order. */
static int tvf_plan(sqlite3_vtab *t, sqlite3_index_info *info) {
  const LitTvf *f = table_of(t)->tvf;
  int from[MAX_ARGS], n = 0;
  for (int i = 0; i < MAX_ARGS; i++) from[i] = -1;
  for (int i = 0; i < info->nConstraint; i++) {
    int arg = info->aConstraint[i].iColumn - f->n_out;
    if (arg < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
      continue;
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    from[arg] = i;
  }
  for (int arg = 0; arg < f->n_args; arg++) {
    if (from[arg] < 0) continue;
    info->aConstraintUsage[from[arg]].argvIndex = ++n;
    info->aConstraintUsage[from[arg]].omit = 1;
    info->idxNum |= 1 << arg;
  }
  info->estimatedCost = 1000;
  info->estimatedRows = 1000;
  return SQLITE_OK;
}

static int tvf_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out) {
  size_t size = table_of(t)->tvf->state_size;
  Cursor *c = sqlite3_malloc64(sizeof *c);
  if (!c) return SQLITE_NOMEM;
  *c = (Cursor){0};
  if (size) c->state = sqlite3_malloc64(size);
  if (size && !c->state) return sqlite3_free(c), SQLITE_NOMEM;
  *out = &c->base;
  return SQLITE_OK;
}

static void end_state(Cursor *c) {
  const LitTvf *f = table_of(c->base.pVtab)->tvf;
  if (c->is_open && f->close) f->close(c->state);
  c->is_open = 0;
  for (int i = 0; i < MAX_ARGS; i++) {
    sqlite3_value_free(c->args[i]);
    c->args[i] = NULL;
  }
}

static int tvf_close(sqlite3_vtab_cursor *base) {
  Cursor *c = (Cursor *)base;
  end_state(c);
  lit_free(c->rows.cells);
  lit_buf_drop(&c->rows.bytes);
  sqlite3_free(c->state);
  sqlite3_free(c);
  return SQLITE_OK;
}

static int finish(Cursor *c, const LitErr *e) {
  c->rows.err = NULL;
  return lit_vtab_err(c->base.pVtab, e);
}

static int refill(Cursor *c) {
  Table *t = table_of(c->base.pVtab);
  LitErr e = {0};
  c->rows.n_cells = c->rows.bytes.n = c->at = 0;
  c->rows.err = &e;
  t->tvf->fill(&e, t->conn, c->state, &c->rows);
  return finish(c, &e);
}

static int tvf_filter(sqlite3_vtab_cursor *base, int mask, const char *str,
                      int argc, sqlite3_value **argv) {
  Cursor *c = (Cursor *)base;
  Table *t = table_of(base->pVtab);
  const LitTvf *f = t->tvf;
  LitErr e = {0};
  (void)argc, (void)str;

  end_state(c);
  c->rows.n_cells = c->at = 0;
  c->rowid = !f->from_zero;
  if (c->state) memset(c->state, 0, f->state_size);
  for (int i = 0; i < f->n_args; i++)
    if (mask & 1 << i && !(c->args[i] = sqlite3_value_dup(*argv++)))
      return SQLITE_NOMEM;
  for (int i = 0; i < f->n_required; i++) {
    if (!c->args[i])
      lit_fail(&e, LIT_ERROR, "%s: needs argument %d", f->name, i + 1);
    else if (sqlite3_value_type(c->args[i]) == SQLITE_NULL)
      return SQLITE_OK;
  }
  if (!e.rc) c->is_open = 1;
  if (!e.rc && f->open) f->open(&e, t->conn, c->state, c->args);
  if (e.rc) return finish(c, &e);
  return refill(c);
}

static int tvf_next(sqlite3_vtab_cursor *base) {
  Cursor *c = (Cursor *)base;
  c->at += (size_t)table_of(base->pVtab)->tvf->n_out;
  c->rowid++;
  return c->at < c->rows.n_cells ? SQLITE_OK : refill(c);
}

static int tvf_eof(sqlite3_vtab_cursor *base) {
  const Cursor *c = (const Cursor *)base;
  return c->at >= c->rows.n_cells;
}

static int tvf_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx,
                      int col) {
  const Cursor *c = (const Cursor *)base;
  const Cell *cell;
  const char *bytes = (const char *)c->rows.bytes.at;
  int arg = col - table_of(base->pVtab)->tvf->n_out;
  if (arg >= 0) {
    if (c->args[arg]) sqlite3_result_value(ctx, c->args[arg]);
    return SQLITE_OK;
  }
  cell = &c->rows.cells[c->at + (size_t)col];
  if (cell->type == SQLITE_INTEGER) sqlite3_result_int64(ctx, cell->u.i);
  else if (cell->type == SQLITE_FLOAT) sqlite3_result_double(ctx, cell->u.d);
  else if (cell->type == SQLITE_TEXT)
    lit_result_text(ctx, cell->u.bytes.n ? bytes + cell->u.bytes.at : "",
                    cell->u.bytes.n);
  else if (cell->type != SQLITE_NULL)
    lit_result_blob(ctx, cell->u.bytes.n ? bytes + cell->u.bytes.at : "",
                    cell->u.bytes.n);
  if (cell->type == FLOATS) lit_result_elem(ctx, LIT_F32);
  return SQLITE_OK;
}

static int tvf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out) {
  *out = ((const Cursor *)base)->rowid;
  return SQLITE_OK;
}

static const sqlite3_module module = {
  .xConnect = tvf_connect, .xDisconnect = tvf_disconnect,
  .xBestIndex = tvf_plan,  .xOpen = tvf_open,   .xClose = tvf_close,
  .xFilter = tvf_filter,   .xNext = tvf_next,   .xEof = tvf_eof,
  .xColumn = tvf_column,   .xRowid = tvf_rowid,
};

static void free_proto(void *p) {
  lit_conn_release(((Table *)p)->conn);
  sqlite3_free(p);
}

int lit_register_tvf(LitConn *conn, const LitTvf *const *rows) {
  int rc = SQLITE_OK;
  for (; rc == SQLITE_OK && *rows; rows++) {
    Table *proto;
    if (lit_is_taken(conn->db, (*rows)->name, LIT_MODULE)) continue;
    proto = sqlite3_malloc64(sizeof *proto);
    if (!proto) return SQLITE_NOMEM;
    *proto = (Table){.tvf = *rows, .conn = conn};
    conn->n_refs++;
    rc = sqlite3_create_module_v2(conn->db, (*rows)->name, &module, proto,
                                  free_proto);
  }
  return rc;
}
