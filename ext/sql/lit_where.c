/* lit_where.c -- conditions on rowid and FILTER columns (lit_search.h).
**
** What is taken here may let too many rows through, never too few: SQLite
** looks at each row once more.  A comparison that SQLite would make with other
** affinities than ours is left to it.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sql/lit_search.h"
#include "base/poison.h"

/* ---- rowids ---- */

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int is_ascending(const int64_t *set, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (set[i - 1] > set[i]) return 0;
  return 1;
}

/* rowids = rowids and set[n], which is put in order; that of an IN is. */
static void intersect(LitSearch *s, int64_t *set, size_t n) {
  size_t kept = 0;
  if (!is_ascending(set, n)) qsort(set, n, sizeof *set, by_value);
  for (size_t i = 0; s->has_rowids && i < n; i++)
    if (bsearch(&set[i], s->rowids, s->n_rowids, sizeof *set, by_value))
      set[kept++] = set[i];
  s->rowids = set, s->n_rowids = s->has_rowids ? kept : n, s->has_rowids = 1;
}

/* The integer that a value equals, if any. */
static int as_rowid(sqlite3_value *v, int64_t *out) {
  int type = sqlite3_value_type(v);
  double d;
  *out = sqlite3_value_int64(v);
  if (type == SQLITE_INTEGER) return 1;         /* Most are, of thousands */
  type = sqlite3_value_numeric_type(v);
  d = sqlite3_value_double(v);
  return type == SQLITE_INTEGER ||
         (type == SQLITE_FLOAT && fabs(d) < 9e18 && d == (double)*out);
}

/* Calls each for every value of an IN list. */
static int each_in(LitErr *e, LitSearch *s, sqlite3_value *list,
                   int (*each)(LitErr *, void *, sqlite3_value *), void *to) {
  sqlite3_value *v = NULL;
  int rc = sqlite3_vtab_in_first(list, &v);
  for (; rc == SQLITE_OK && v; rc = sqlite3_vtab_in_next(list, &v))
    if (each(e, to, v)) return e->rc;
  if (rc != SQLITE_DONE && rc != SQLITE_OK)
    lit_fail_db(e, s->t->schema.name, s->t->conn->db, rc);
  return e->rc;
}

typedef struct Ids { int64_t *at; size_t n, room; } Ids;

static int add_id(LitErr *e, void *to, sqlite3_value *v) {
  Ids *ids = to;
  int64_t id;
  if (!as_rowid(v, &id)) return LIT_OK;
  if (ids->n == ids->room && LIT_GROW(e, &ids->at, &ids->room, ids->n + 1))
    return e->rc;
  ids->at[ids->n++] = id;
  return LIT_OK;
}

static int rowid_in(LitErr *e, LitSearch *s, const LitClause *c) {
  Ids ids = {0};
  int64_t *set;
  if (c->op->op == LIT_OP_IN) each_in(e, s, c->value, add_id, &ids);
  else add_id(e, &ids, c->value);
  set = lit_arena_new(e, &s->mem, ids.n, sizeof *set);
  if (set && !e->rc) {
    if (ids.n) memcpy(set, ids.at, ids.n * sizeof *set);
    intersect(s, set, ids.n);
  }
  lit_free(ids.at);
  return e->rc;
}

static int rowid_range(LitSearch *s, const LitClause *c) {
  int type = sqlite3_value_numeric_type(c->value);
  double d = sqlite3_value_double(c->value);
  sqlite3_int64 at = sqlite3_value_int64(c->value);
  int low = c->op->op == LIT_OP_GT || c->op->op == LIT_OP_GE;
  int is_over = c->op->op == LIT_OP_GT || c->op->op == LIT_OP_LT;       /* not at it */
  if (type == SQLITE_NULL) return s->is_empty = 1, LIT_OK;
  if (type != SQLITE_INTEGER && (type != SQLITE_FLOAT || fabs(d) > 9e18))
    return LIT_OK;
  if (type == SQLITE_FLOAT) {
    at = (sqlite3_int64)(low ? ceil(d) : floor(d));
    is_over = is_over && (double)at == d;
  }
  if (is_over && at == (low ? INT64_MAX : INT64_MIN)) return s->is_empty = 1, LIT_OK;
  if (is_over) at += low ? 1 : -1;
  if (low && at > s->lo) s->lo = at;
  if (!low && at < s->hi) s->hi = at;
  return LIT_OK;
}

/* ---- FILTER columns ---- */

static int keep_val(LitErr *e, LitSearch *s, LitVal *v) {
  if (v->type == LIT_VAL_TEXT) v->at = lit_arena_copy(e, &s->mem, v->at, v->n);
  return e->rc;
}

/* Does SQLite compare this value with the column as we would? */
static int comparable(const LitColumn *c, sqlite3_value *v) {
  int type = sqlite3_value_type(v);
  if (type == SQLITE_BLOB) return 0;
  return strcmp(c->type, "TEXT") || type == SQLITE_TEXT || type == SQLITE_NULL;
}

typedef struct Vals {
  LitSearch *s;
  const LitColumn *c;
  LitVal *at;
  size_t n, room;
  int is_odd;               /* One of them is not for us to compare */
} Vals;

static int add_val(LitErr *e, void *to, sqlite3_value *v) {
  Vals *vals = to;
  LitVal val;
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (!comparable(vals->c, v)) return vals->is_odd = 1, LIT_OK;
  if (lit_read_filter(e, vals->c, v, &val) || keep_val(e, vals->s, &val) ||
      LIT_GROW(e, &vals->at, &vals->room, vals->n + 1))
    return e->rc;
  vals->at[vals->n++] = val;
  return LIT_OK;
}

/* The bytes with which a pattern must begin; 0 if any. */
static size_t literal_prefix(const char *pattern, size_t n, int is_glob) {
  size_t i = 0;
  while (i < n && !strchr(is_glob ? "*?[" : "%_", pattern[i])) i++;
  return i;
}

/* Behind the other conditions on its column: they are looked at together. */
static int add_pred(LitErr *e, LitSearch *s, const LitPred *p) {
  size_t n = s->n_preds, at = n;
  LitPred *now = lit_arena_new(e, &s->mem, n + 1, sizeof *now);
  if (!now) return e->rc;
  if (n) memcpy(now, s->preds, n * sizeof *now);
  while (at > 0 && now[at - 1].column != p->column) at--;
  if (at == 0) at = n;
  memmove(now + at + 1, now + at, (n - at) * sizeof *now);
  now[at] = *p;
  s->preds = now, s->n_preds = n + 1;
  return LIT_OK;
}

static int prefix_pred(LitErr *e, LitSearch *s, const LitColumn *c,
                       const LitClause *clause) {
  LitVal *v = lit_arena_new(e, &s->mem, 1, sizeof *v);
  LitPred p = {.column = c->slot, .op = (LitOp)clause->op->op, .vals = v,
               .n_vals = 1};
  if (!v || sqlite3_value_type(clause->value) != SQLITE_TEXT) return e->rc;
  if (lit_read_filter(e, c, clause->value, v) || v->type != LIT_VAL_TEXT)
    return e->rc;
  v->n = literal_prefix(v->at, v->n, p.op == LIT_OP_PREFIX_CASE);
  if (v->n == 0) return LIT_OK;
  return keep_val(e, s, v) ? e->rc : add_pred(e, s, &p);
}

static int filter_pred(LitErr *e, LitSearch *s, const LitColumn *c,
                       const LitClause *clause) {
  Vals vals = {.s = s, .c = c};
  LitPred p = {.column = c->slot, .op = (LitOp)clause->op->op};
  LitVal *kept;
  if (p.op >= LIT_OP_PREFIX) return prefix_pred(e, s, c, clause);
  if (p.op == LIT_OP_IS_NULL || p.op == LIT_OP_NOT_NULL)
    return add_pred(e, s, &p);
  if (clause->op->code == SQLITE_INDEX_CONSTRAINT_IS &&
      sqlite3_value_type(clause->value) == SQLITE_NULL)
    return p.op = LIT_OP_IS_NULL, add_pred(e, s, &p);
  if (p.op == LIT_OP_IN) each_in(e, s, clause->value, add_val, &vals);
  else add_val(e, &vals, clause->value);
  kept = lit_arena_new(e, &s->mem, vals.n, sizeof *kept);
  if (!e->rc && vals.n) memcpy(kept, vals.at, vals.n * sizeof *kept);
  lit_free(vals.at);
  if (e->rc || vals.is_odd) return e->rc;
  if (vals.n == 0) return s->is_empty = 1, LIT_OK;
  p.vals = kept, p.n_vals = vals.n;
  return add_pred(e, s, &p);
}

int lit_where_add(LitErr *e, LitSearch *s, const LitClause *c) {
  if (c->column >= 0)
    return filter_pred(e, s, &s->t->schema.cols[c->column], c);
  if (c->op->op == LIT_OP_EQ || c->op->op == LIT_OP_IN)
    return rowid_in(e, s, c);
  return rowid_range(s, c);
}
