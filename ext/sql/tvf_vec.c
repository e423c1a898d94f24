/* tvf_vec.c -- vec_each: the elements of a vector, one a row.
**
**   SELECT rowid, value FROM vec_each('[1, 2, 3]');   0 | 1.0, 1 | 2.0, ...
**
** rowid counts from 0.  value: REAL, of int8 and bit vectors INTEGER.  The
** vector as fn_vec.c says; NULL gives no rows.
*/
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

enum { BATCH = 1024 };

typedef struct State {
  LitVec v;                /* Its own: the argument is lent to open only */
  uint32_t next;
} State;

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  (void)conn;
  if (lit_arg_vec(e, "vec_each", args[0], &s->v) || s->v.own) return e->rc;
  s->v.own = lit_copy(e, s->v.at, lit_vec_bytes(s->v.type, s->v.dim));
  s->v.at = s->v.own;
  return e->rc;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  (void)conn;
  for (int n = 0; n < BATCH && s->next < s->v.dim; n++, s->next++) {
    double x = lit_vec_get(&s->v, s->next);
    if (s->v.type == LIT_I8 || s->v.type == LIT_BIT)
      lit_put_int(out, (sqlite3_int64)x);
    else lit_put_real(out, x);
  }
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  lit_vec_drop(&s->v);
}

const LitTvf lit_tvf_vec_each = {
  .name = "vec_each", .schema = "CREATE TABLE x(value, vector HIDDEN)",
  .n_out = 1, .n_args = 1, .n_required = 1, .from_zero = 1,
  .flags = LIT_CALM, .state_size = sizeof(State), .open = open, .fill = fill,
  .close = close, .doc = "(v) -> value: the elements, rowid from 0",
};
