/* tvf_recall.c -- how much of the exact answer a lit table's searches find.
**
**   lit_recall(table [, n [, column]])  -> column, queries, recall, ms, exact_ms
**
**   SELECT recall, ms, exact_ms FROM lit_recall('papers', 200);
**
** The vectors of n rows (100 unless given, 1 .. 100,000; evenly from all rows
** that have one) are asked as queries, once as the table searches and once
** exactly, for the 10 nearest rows but the row itself.  recall: the share of
** those that the first answer has too, 0 .. 1; a row just as near as the last
** counts.  ms, exact_ms: the time of one search, on average, without what SQL
** adds.  column: a VECTOR column, or 'model'; NULL: all of them, one row each.
** Tables with recall = 'exact', and small ones, answer 1.
**
** Errors: no such lit table or column.
*/
#include <string.h>
#include <time.h>
#include "sql/lit_hold.h"
#include "sql/tables.h"
#include "base/poison.h"

enum { N_MAX = 100000, K = 10 };

static const char *const who = "lit_recall";

typedef struct State {
  LitHold table;
  sqlite3_int64 n;
  int column, last;         /* Of shape.vecs: the next, and the end */
} State;

static const char *name_of(const LitTable *t, int column) {
  for (int i = 0; i < t->schema.n_cols; i++) {
    const LitColumn *c = &t->schema.cols[i];
    if (c->role == LIT_ROLE_VECTOR && c->slot == column) return c->name;
  }
  return "model";
}

static int choose(LitErr *e, State *s, sqlite3_value *v) {
  const char *name;
  size_t n;
  if (!v || sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (lit_arg_text(e, who, v, &name, &n)) return e->rc;
  for (int i = 0; i < s->last; i++)
    if (sqlite3_stricmp(name_of(s->table.t, i), name) == 0) {
      s->column = i, s->last = i + 1;
      return LIT_OK;
    }
  return lit_fail(e, LIT_ERROR, "%s: %s has no vectors '%.80s'", who,
                  s->table.t->schema.name, name);
}

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  const char *name;
  size_t n;
  s->n = 100;
  if (lit_arg_text(e, who, args[0], &name, &n)) return e->rc;
  if (args[1] && sqlite3_value_type(args[1]) != SQLITE_NULL &&
      lit_arg_int(e, who, "n", args[1], 1, N_MAX, &s->n))
    return e->rc;
  if (lit_hold(e, conn, who, name, &s->table) || !s->table.t) return e->rc;
  s->last = s->table.t->shape.n_vecs;
  return choose(e, s, args[2]);
}

/* ---- measuring ---- */

typedef struct Measure {
  LitTable *t;
  const LitVecCol *col;
  uint8_t *q;               /* One vector */
  int64_t rowid;            /* Whose it is */
  uint64_t queries, wanted, found;
  double ms, exact_ms;
} Measure;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The K nearest rows but the query's own, best first. */
static int search(LitErr *e, const Measure *m, int exact, LitTopk *top,
                  double *ms) {
  LitStop stop = lit_conn_stop(m->t->conn);
  const LitDir *d = &m->t->dir;
  LitVecQuery q = {.at = m->q, .max_distance = INFINITY, .exact = exact};
  double begin = now_ms();
  size_t n = 0;
  lit_topk_init(top, K + 1);
  lit_vecs_search(e, m->col, d->segs, NULL, (int)d->n, &q, top, NULL, &stop);
  lit_topk_sort(top);
  *ms += now_ms() - begin;
  for (size_t i = 0; i < top->n && n < K; i++)
    if (top->at[i].id != m->rowid) top->at[n++] = top->at[i];
  top->n = n;
  return e->rc;
}

static int ask(LitErr *e, Measure *m) {
  LitTopk got = {0}, want = {0};
  double warm = 0;
  search(e, m, 0, &got, &warm);           /* reads what is not in memory */
  lit_topk_drop(&got);
  search(e, m, 0, &got, &m->ms);
  search(e, m, 1, &want, &m->exact_ms);
  m->queries++;
  m->wanted += want.n;
  for (size_t i = 0; i < got.n && want.n; i++)
    m->found += got.at[i].score >= want.at[want.n - 1].score;
  lit_topk_drop(&got);
  lit_topk_drop(&want);
  return e->rc;
}

/* Ask row `no` of all segments' rows, one after the other. */
static int ask_row(LitErr *e, Measure *m, uint64_t no) {
  const LitDir *d = &m->t->dir;
  size_t i = 0;
  int is_null;
  while (i < d->n && no >= d->segs[i]->n_rows) no -= d->segs[i++]->n_rows;
  if (i == d->n || !lit_seg_alive(d->segs[i], (uint32_t)no)) return e->rc;
  if (lit_vecs_get(e, m->col, d->segs[i], (uint32_t)no, m->q, &is_null) ||
      is_null || lit_ids_get(e, d->segs[i], (uint32_t)no, &m->rowid))
    return e->rc;
  return ask(e, m);
}

static int measure(LitErr *e, Measure *m, sqlite3_int64 n) {
  const LitDir *d = &m->t->dir;
  uint64_t rows = 0;
  double step;
  m->q = lit_new(e, lit_vec_bytes(m->col->elem, m->col->dim), 1);
  if (e->rc || lit_table_read(e, m->t)) goto done;
  for (size_t i = 0; i < d->n; i++) rows += d->segs[i]->n_rows;
  if ((uint64_t)n > rows) n = (sqlite3_int64)rows;
  step = (double)rows / (double)n;
  for (sqlite3_int64 i = 0; i < n && !e->rc; i++)
    ask_row(e, m, (uint64_t)(((double)i + 0.5) * step));

done:
  lit_free(m->q);
  return e->rc;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  Measure m = {.t = s->table.t};
  (void)conn;
  if (s->column >= s->last) return LIT_OK;
  m.col = &m.t->shape.vecs[s->column];
  if (measure(e, &m, s->n)) return e->rc;
  lit_put_str(out, name_of(m.t, s->column++));
  lit_put_int(out, (sqlite3_int64)m.queries);
  if (!m.wanted) {
    for (int i = 0; i < 3; i++) lit_put_null(out);
    return e->rc;
  }
  lit_put_real(out, (double)m.found / (double)m.wanted);
  lit_put_real(out, m.ms / (double)m.queries);
  lit_put_real(out, m.exact_ms / (double)m.queries);
  return e->rc;
}

static void close(void *state) {
  sqlite3_finalize(((State *)state)->table.holder);
}

const LitTvf lit_tvf_recall = {
  .name = "lit_recall",
  .schema = "CREATE TABLE x(\"column\", queries, recall, ms, exact_ms, "
            "\"table\" HIDDEN, n HIDDEN, of HIDDEN)",
  .n_out = 5, .n_args = 3, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(table [, n [, column]]) -> column, queries, recall, ms, exact_ms: "
         "the share of the 10 nearest rows that searches find",
};
