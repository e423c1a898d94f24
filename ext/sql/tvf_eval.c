/* tvf_eval.c -- a run against relevance judgments, and two runs compared.
**
**   SELECT metric, avg(value) FROM lit_eval('run', 'qrels',
**     'ndcg@10, map, recall@100') GROUP BY metric;
**
**   lit_eval(run, qrels, metrics)       -> query, metric, value
**   lit_compare(run_a, run_b, qrels, metric [, rounds [, seed]])
**     -> metric, queries, a, b, diff, low, high, wins, ties, losses, p
**
** run and qrels are the names of tables or views, `name` or `schema.name`: a
** run has the columns query, doc, score, qrels have query, doc, grade.
** Metrics are those of lit_kinds, by commas.  Ids are compared as text.
**
** Every query that has judgments gives a row a metric, 0 for a query that the
** run lacks (trec_eval -c); queries of the run without judgments are left out.
** Ties, unjudged documents and grades: rank/metrics.h, rank/judge.h.  Errors:
** no table of that name or without those columns, a NULL, a score or grade
** that is no number, a document twice for a query, no query in common.
**
** lit_compare: means over all judged queries, diff = a - b with its 95 %
** bootstrap interval low..high, how often a is better, alike, worse, and the
** two-sided p of the randomization test; rounds = 10000 resamplings, seed = 1.
** The same seed gives the same answer.  Methods: rank/resample.c.
**
** Both tables are read in the order of their queries, which SQLite sorts, so
** memory is that of one query.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "rank/judge.h"
#include "rank/resample.h"
#include "sql/tables.h"
#include "base/poison.h"

enum { METRICS_MAX = 32, ROUNDS_MAX = 10000000 };

/* A table being read: columns query, doc and a number. */
typedef struct Reading {
  sqlite3_stmt *rows;
  const char *who, *what;   /* "lit_eval", "score" */
  int at_end;
} Reading;

typedef struct Eval {
  Reading run, qrels;
  LitJudge judge;
  int n_common;             /* Queries judged and in the run; 1 is enough */
} Eval;

static int advance(LitErr *e, Reading *r) {
  int rc = sqlite3_step(r->rows);
  r->at_end = rc != SQLITE_ROW;
  if (rc == SQLITE_DONE) return LIT_OK;
  if (rc != SQLITE_ROW)
    return lit_fail_db(e, r->who, sqlite3_db_handle(r->rows), rc);
  for (int i = 0; i < 3; i++)
    if (sqlite3_column_type(r->rows, i) == SQLITE_NULL)
      return lit_fail(e, LIT_MISMATCH, "%s: a row whose %s is NULL (query "
                      "'%.40s')", r->who, i == 0 ? "query" : i == 1 ? "doc"
                      : r->what, sqlite3_column_text(r->rows, 0)
                      ? (const char *)sqlite3_column_text(r->rows, 0) : "");
  return LIT_OK;
}

static int open_reading(LitErr *e, Reading *r, sqlite3 *db, const char *table) {
  const char *dot = strchr(table, '.');
  char *sql = sqlite3_mprintf(
      "SELECT CAST(query AS TEXT), CAST(doc AS TEXT), %s FROM \"%.*w\"%s%w%s "
      "ORDER BY 1 COLLATE BINARY", r->what,
      dot ? (int)(dot - table) : (int)strlen(table), table, dot ? ".\"" : "",
      dot ? dot + 1 : "", dot ? "\"" : "");
  int rc;
  if (!sql) return lit_fail_nomem(e, r->who);
  rc = sqlite3_prepare_v2(db, sql, -1, &r->rows, NULL);
  sqlite3_free(sql);
  if (rc == SQLITE_NOMEM) return lit_fail_nomem(e, r->who);
  if (rc)
    return lit_fail(e, rc, "%s: '%s' must be a table or view with the columns "
                    "query, doc, %s: %s", r->who, table, r->what,
                    sqlite3_errmsg(db));
  return advance(e, r);
}

static int open_eval(LitErr *e, Eval *ev, sqlite3 *db, const char *who,
                     const char *run, const char *qrels) {
  ev->run = (Reading){.who = who, .what = "score"};
  ev->qrels = (Reading){.who = who, .what = "grade"};
  if (open_reading(e, &ev->run, db, run)) return e->rc;
  return open_reading(e, &ev->qrels, db, qrels);
}

static void close_eval(Eval *ev) {
  sqlite3_finalize(ev->run.rows);
  sqlite3_finalize(ev->qrels.rows);
  lit_judge_drop(&ev->judge);
  *ev = (Eval){0};
}

/* The query of the current row, and its length. */
static const char *query_of(const Reading *r, size_t *n) {
  const char *s = (const char *)sqlite3_column_text(r->rows, 0);
  *n = (size_t)sqlite3_column_bytes(r->rows, 0);
  return s ? s : "";
}

static int compare_query(const Reading *r, const char *query, size_t n) {
  size_t n_own;
  const char *own = query_of(r, &n_own);
  int c = memcmp(own, query, n < n_own ? n : n_own);
  return c ? c : (n_own > n) - (n_own < n);
}

static int take_row(LitErr *e, LitJudge *j, const Reading *r, int is_grade) {
  const char *doc = (const char *)sqlite3_column_text(r->rows, 1);
  size_t n = (size_t)sqlite3_column_bytes(r->rows, 1);
  int type = sqlite3_column_type(r->rows, 2);
  sqlite3_int64 grade = sqlite3_column_int64(r->rows, 2);
  double score = sqlite3_column_double(r->rows, 2);
  if (!doc) return lit_fail_nomem(e, r->who);
  if (is_grade ? type != SQLITE_INTEGER || grade != (int32_t)grade
               : type != SQLITE_INTEGER && type != SQLITE_FLOAT)
    return lit_fail(e, LIT_MISMATCH, "%s: %s of document '%.40s' must be %s",
                    r->who, r->what, doc,
                    is_grade ? "an integer of 32 bits" : "a number");
  return is_grade ? lit_judge_grade(e, j, doc, n, (int32_t)grade)
                  : lit_judge_rank(e, j, doc, n, score);
}

/* Takes all rows of this query; how many in *n_rows. */
static int take_query(LitErr *e, Eval *ev, Reading *r, const char *query,
                      size_t n, int *n_rows) {
  *n_rows = 0;
  while (!r->at_end && compare_query(r, query, n) == 0) {
    if (take_row(e, &ev->judge, r, r == &ev->qrels)) return e->rc;
    if (advance(e, r)) return e->rc;
    *n_rows = 1;
  }
  return LIT_OK;
}

/* The next judged query: its id, lent in ev->judge.text, or NULL at the end,
** and what a metric must see of it. */
static int next_query(LitErr *e, Eval *ev, const char **query, size_t *n,
                      LitJudged *out) {
  int n_graded, n_ranked;
  *query = NULL;
  lit_judge_clear(&ev->judge);
  if (ev->qrels.at_end) {
    if (!ev->n_common)
      lit_fail(e, LIT_ERROR, "%s: no query of the run is in the judgments",
               ev->run.who);
    return e->rc;
  }
  *query = query_of(&ev->qrels, n);
  *query = lit_arena_copy(e, &ev->judge.text, *query, *n);
  if (!*query) return e->rc;
  if (take_query(e, ev, &ev->qrels, *query, *n, &n_graded)) return e->rc;
  while (!ev->run.at_end && compare_query(&ev->run, *query, *n) < 0)
    if (advance(e, &ev->run)) return e->rc;
  if (take_query(e, ev, &ev->run, *query, *n, &n_ranked)) return e->rc;
  ev->n_common |= n_graded && n_ranked;
  return lit_judge_join(e, &ev->judge, ev->run.who, out);
}

typedef struct Metrics {
  struct { LitMetricSpec spec; const char *name; size_t n; } at[METRICS_MAX];
  size_t n;
  char *text;               /* Holds the names */
} Metrics;

static int parse_metrics(LitErr *e, Metrics *m, const char *s, size_t n) {
  static const char gap[] = ", \t\n\r";
  m->text = lit_copy(e, s, n);
  if (!m->text) return e->rc;
  for (s = m->text + strspn(m->text, gap); *s; s += strspn(s, gap)) {
    n = strcspn(s, gap);
    if (m->n == METRICS_MAX)
      return lit_fail(e, LIT_ERROR, "lit_eval: over %d metrics", METRICS_MAX);
    if (lit_metric_parse(e, s, n, &m->at[m->n].spec)) return e->rc;
    m->at[m->n].name = s, m->at[m->n++].n = n;
    s += n;
  }
  if (!m->n) lit_fail(e, LIT_ERROR, "lit_eval: no metric is named");
  return e->rc;
}

typedef struct EvalState {
  Eval eval;
  Metrics metrics;
} EvalState;

static int eval_open(LitErr *e, LitConn *conn, void *state,
                     sqlite3_value **args) {
  EvalState *s = state;
  const char *text[3];
  size_t n[3];
  for (int i = 0; i < 3; i++)
    if (lit_arg_text(e, "lit_eval", args[i], &text[i], &n[i])) return e->rc;
  if (parse_metrics(e, &s->metrics, text[2], n[2])) return e->rc;
  return open_eval(e, &s->eval, conn->db, "lit_eval", text[0], text[1]);
}

static int eval_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  EvalState *s = state;
  LitJudged judged;
  const char *query;
  size_t n;
  (void)conn;
  if (next_query(e, &s->eval, &query, &n, &judged) || !query) return e->rc;
  for (size_t i = 0; i < s->metrics.n; i++) {
    lit_put_text(out, query, n);
    lit_put_text(out, s->metrics.at[i].name, s->metrics.at[i].n);
    lit_put_real(out, lit_metric_value(&s->metrics.at[i].spec, &judged));
  }
  return e->rc;
}

static void eval_close(void *state) {
  EvalState *s = state;
  close_eval(&s->eval);
  lit_free(s->metrics.text);
}

typedef struct Compared {
  LitMetricSpec metric;
  const char *name;
  double *values[2];        /* [n] of runs a and b */
  size_t n[2], room[2];
} Compared;

static int read_values(LitErr *e, Compared *c, sqlite3 *db, int which,
                       const char *run, const char *qrels) {
  Eval ev = {0};
  LitJudged judged;
  const char *query;
  size_t n;
  open_eval(e, &ev, db, "lit_compare", run, qrels);
  while (!e->rc && !next_query(e, &ev, &query, &n, &judged) && query) {
    if (LIT_GROW(e, &c->values[which], &c->room[which], c->n[which] + 1)) break;
    c->values[which][c->n[which]++] = lit_metric_value(&c->metric, &judged);
  }
  close_eval(&ev);
  return e->rc;
}

static double mean(const double *v, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += v[i];
  return sum / (double)n;
}

/* Turns values[0] into differences.  Values within 1e-12 are alike. */
static int put_comparison(LitErr *e, Compared *c, const LitResampling *how,
                          LitRows *out) {
  size_t n = c->n[0];
  sqlite3_int64 count[3] = {0};         /* wins, ties, losses */
  double a = mean(c->values[0], n), b = mean(c->values[1], n), *diffs;
  LitResample r;
  diffs = c->values[0];
  for (size_t i = 0; i < n; i++) {
    diffs[i] -= c->values[1][i];
    if (fabs(diffs[i]) < 1e-12) diffs[i] = 0;
    count[diffs[i] > 0 ? 0 : diffs[i] < 0 ? 2 : 1]++;
  }
  if (lit_resample(e, how, diffs, n, &r)) return e->rc;
  lit_put_str(out, c->name);
  lit_put_int(out, (sqlite3_int64)n);
  lit_put_real(out, a);
  lit_put_real(out, b);
  lit_put_real(out, r.mean);
  lit_put_real(out, r.low);
  lit_put_real(out, r.high);
  for (int i = 0; i < 3; i++) lit_put_int(out, count[i]);
  lit_put_real(out, r.p);
  return e->rc;
}

typedef struct CompareState {
  Compared compared;
  char *text[4];            /* run_a, run_b, qrels, metric */
  sqlite3_int64 rounds, seed;
  int done;
} CompareState;

static int compare_open(LitErr *e, LitConn *conn, void *state,
                        sqlite3_value **args) {
  static const char who[] = "lit_compare";
  CompareState *s = state;
  (void)conn;
  s->rounds = 10000, s->seed = 1;
  for (int i = 0; i < 4; i++) {
    const char *text;
    size_t n;
    if (lit_arg_text(e, who, args[i], &text, &n)) return e->rc;
    s->text[i] = lit_copy(e, text, n);
    if (!s->text[i]) return e->rc;
  }
  s->compared.name = s->text[3];
  if (args[4] && lit_arg_int(e, who, "rounds", args[4], 1, ROUNDS_MAX,
                             &s->rounds))
    return e->rc;
  if (args[5] && lit_arg_int(e, who, "seed", args[5], 0, INT64_MAX, &s->seed))
    return e->rc;
  return lit_metric_parse(e, s->text[3], strlen(s->text[3]),
                          &s->compared.metric);
}

static int compare_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  CompareState *s = state;
  LitStop stop = lit_conn_stop(conn);
  LitResampling how = {(uint64_t)s->seed, (size_t)s->rounds, &stop};
  if (s->done++) return e->rc;
  for (int i = 0; i < 2; i++)
    if (read_values(e, &s->compared, conn->db, i, s->text[i], s->text[2]))
      return e->rc;
  if (s->compared.n[0] != s->compared.n[1])
    return lit_fail(e, LIT_ERROR, "lit_compare: the judgments changed");
  return put_comparison(e, &s->compared, &how, out);
}

static void compare_close(void *state) {
  CompareState *s = state;
  for (int i = 0; i < 4; i++) lit_free(s->text[i]);
  for (int i = 0; i < 2; i++) lit_free(s->compared.values[i]);
}

const LitTvf lit_tvf_eval = {
  .name = "lit_eval",
  .schema = "CREATE TABLE x(query, metric, value, "
            "run HIDDEN, qrels HIDDEN, metrics HIDDEN)",
  .n_out = 3, .n_args = 3, .n_required = 3, .flags = LIT_CALM,
  .state_size = sizeof(EvalState),
  .open = eval_open, .fill = eval_fill, .close = eval_close,
  .doc = "(run, qrels, metrics) -> query, metric, value of each judged query",
};

const LitTvf lit_tvf_compare = {
  .name = "lit_compare",
  .schema = "CREATE TABLE x(metric, queries, a, b, diff, low, high, wins, "
            "ties, losses, p, run_a HIDDEN, run_b HIDDEN, qrels HIDDEN, "
            "by HIDDEN, rounds HIDDEN, seed HIDDEN)",
  .n_out = 11, .n_args = 6, .n_required = 4, .flags = LIT_CALM,
  .state_size = sizeof(CompareState),
  .open = compare_open, .fill = compare_fill, .close = compare_close,
  .doc = "(run_a, run_b, qrels, metric [, rounds, seed]) -> means, difference "
         "with interval, wins, ties, losses, p",
};
