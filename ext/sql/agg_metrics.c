/* agg_metrics.c -- how good is a ranking, as aggregates over a query's rows.
**
**   SELECT query, lit_ndcg(doc, score, grade, 10), lit_map(doc, score, grade)
**   FROM run FULL JOIN qrels USING (query, doc) GROUP BY query;
**
**   lit_ndcg(doc, score, grade [, k])      the metrics of lit_kinds, k the cut:
**   lit_map, lit_mrr, lit_recall, lit_precision, lit_bpref, lit_rprec,
**   lit_success, lit_judged                all of the same arguments
**   lit_wss(doc, score, grade, percent)
**
** A row is a document: score NULL, it was judged but not retrieved; grade
** NULL, it was retrieved but not judged.  The FULL JOIN matters: without the
** judged documents that the run missed, recall and the ideal of nDCG are
** wrong.  Where no row has a grade the value is NULL (nobody can tell); where
** nothing relevant exists it is 0, as in trec_eval.  Order: score as float32,
** the greater first, then doc, the greater first.  Grades are integers, below
** 0 the same as unjudged.  The formulas are in rank/metrics.c.
** Errors: a document twice; a score that is no number; k not an integer >= 1.
**
**   lit_kendall(x, y)                  tau-b of two columns, -1..1
**   lit_rbo(rank_a, rank_b [, p])      rank-biased overlap, 0..1, p = 0.9
**
** lit_kendall leaves out rows with a NULL; lit_rbo takes a rank that is NULL
** as "not in this ranking", and wants a rank at most once in each.  Both are
** NULL where there is nothing to compare.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "rank/agree.h"
#include "rank/judge.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Judging {
  const char *who;          /* The aggregate's name */
  LitMetricSpec metric;
  LitJudge judge;
  int failed;               /* A step said why */
} Judging;

static int is_null(sqlite3_value *v) {
  return sqlite3_value_type(v) == SQLITE_NULL;
}

/* The metric is called `who` without its lit_. */
static int begin(LitErr *e, Judging *j, const char *who, int argc,
                 sqlite3_value **argv) {
  sqlite3_int64 at = 0;
  if (j->metric.kind) return LIT_OK;
  j->who = who;
  if (argc == 4 &&
      lit_arg_int(e, who, "k", argv[3], 1, LIT_METRIC_AT_MAX, &at))
    return e->rc;
  return lit_metric_find(e, who + 4, strlen(who + 4), at, &j->metric);
}

static int add_row(LitErr *e, Judging *j, const char *who,
                   sqlite3_value **argv) {
  const char *doc;
  size_t n;
  double score;
  sqlite3_int64 grade;
  if (is_null(argv[1]) && is_null(argv[2])) return LIT_OK;
  if (is_null(argv[0]))
    return lit_fail(e, LIT_MISMATCH, "%s: a document that is NULL", who);
  if (lit_arg_text(e, who, argv[0], &doc, &n)) return e->rc;
  if (!is_null(argv[1])) {
    if (lit_arg_real(e, who, "score", argv[1], -INFINITY, INFINITY, &score))
      return e->rc;
    lit_judge_rank(e, &j->judge, doc, n, score);
  }
  if (!is_null(argv[2])) {
    if (lit_arg_int(e, who, "grade", argv[2], INT32_MIN, INT32_MAX, &grade))
      return e->rc;
    lit_judge_grade(e, &j->judge, doc, n, (int32_t)grade);
  }
  return e->rc;
}

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv,
                 const char *who) {
  LitErr e = {0};
  Judging *j = sqlite3_aggregate_context(ctx, sizeof *j);
  if (!j) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  if (j->failed) return;
  if (!begin(&e, j, who, argc, argv)) add_row(&e, j, who, argv);
  if (e.rc) j->failed = 1, lit_result_err(ctx, &e);
}

static void final_metric(sqlite3_context *ctx) {
  LitErr e = {0};
  Judging *j = sqlite3_aggregate_context(ctx, 0);
  LitJudged judged;
  if (!j) return;
  if (!j->failed && j->judge.graded.n) {
    lit_judge_join(&e, &j->judge, j->who, &judged);
    if (e.rc) lit_result_err(ctx, &e);
    else sqlite3_result_double(ctx, lit_metric_value(&j->metric, &judged));
  }
  lit_judge_drop(&j->judge);
}

static void step_ndcg(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_ndcg");
}
static void step_map(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_map");
}
static void step_mrr(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_mrr");
}
static void step_recall(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_recall");
}
static void step_precision(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_precision");
}
static void step_bpref(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_bpref");
}
static void step_rprec(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_rprec");
}
static void step_success(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_success");
}
static void step_judged(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_judged");
}
static void step_wss(sqlite3_context *c, int n, sqlite3_value **v) {
  step(c, n, v, "lit_wss");
}

typedef struct Pairs {
  LitPair *at;
  size_t n, room;
  double p;
  int failed;
} Pairs;

static int add_pair(LitErr *e, Pairs *p, const char *who,
                    sqlite3_value **argv) {
  LitPair pair = {NAN, NAN};
  if (!is_null(argv[0]) &&
      lit_arg_real(e, who, "argument 1", argv[0], -INFINITY, INFINITY, &pair.a))
    return e->rc;
  if (!is_null(argv[1]) &&
      lit_arg_real(e, who, "argument 2", argv[1], -INFINITY, INFINITY, &pair.b))
    return e->rc;
  if (LIT_GROW(e, &p->at, &p->room, p->n + 1)) return e->rc;
  p->at[p->n++] = pair;
  return LIT_OK;
}

static void step_pair(sqlite3_context *ctx, int argc, sqlite3_value **argv,
                      const char *who) {
  LitErr e = {0};
  Pairs *p = sqlite3_aggregate_context(ctx, sizeof *p);
  if (!p) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  if (p->failed) return;
  if (argc < 3) p->p = .9;
  else if (p->n == 0)
    lit_arg_real(&e, who, "p", argv[2], 1e-6, 1 - 1e-6, &p->p);
  if (!e.rc) add_pair(&e, p, who, argv);
  if (e.rc) p->failed = 1, lit_result_err(ctx, &e);
}

static void step_kendall(sqlite3_context *c, int n, sqlite3_value **v) {
  if (!is_null(v[0]) && !is_null(v[1])) step_pair(c, n, v, "lit_kendall");
}
static void step_rbo(sqlite3_context *c, int n, sqlite3_value **v) {
  step_pair(c, n, v, "lit_rbo");
}

static void result_pairs(sqlite3_context *ctx, Pairs *p, const LitErr *e,
                         double value) {
  if (e->rc) lit_result_err(ctx, e);
  else if (!p->failed && !isnan(value)) sqlite3_result_double(ctx, value);
  lit_free(p->at);
  *p = (Pairs){0};
}

static void final_kendall(sqlite3_context *ctx) {
  LitErr e = {0};
  Pairs *p = sqlite3_aggregate_context(ctx, 0);
  double value = NAN;
  if (!p) return;
  if (!p->failed) lit_agree_kendall(&e, p->at, p->n, &value);
  result_pairs(ctx, p, &e, value);
}

static void final_rbo(sqlite3_context *ctx) {
  LitErr e = {0};
  Pairs *p = sqlite3_aggregate_context(ctx, 0);
  double value = NAN;
  if (!p) return;
  if (!p->failed) lit_agree_rbo(&e, p->at, p->n, p->p, &value);
  result_pairs(ctx, p, &e, value);
}

#define METRIC(name, step, doc) \
  {name, 3, LIT_PURE, step, final_metric, "(doc, score, grade) -> " doc}, \
  {name, 4, LIT_PURE, step, final_metric, "(doc, score, grade, k) -> " doc}

const LitAgg lit_aggs_metrics[] = {
  METRIC("lit_ndcg", step_ndcg, "discounted gain, of the best possible"),
  METRIC("lit_map", step_map, "average precision"),
  METRIC("lit_mrr", step_mrr, "1 / rank of the first relevant document"),
  METRIC("lit_recall", step_recall, "how many of the relevant are there"),
  METRIC("lit_precision", step_precision, "how many of those are relevant"),
  METRIC("lit_bpref", step_bpref, "relevant above judged not relevant"),
  METRIC("lit_rprec", step_rprec, "precision at the number of relevant"),
  METRIC("lit_success", step_success, "is a relevant document there"),
  METRIC("lit_judged", step_judged, "how many of those are judged"),
  {"lit_wss", 4, LIT_PURE, step_wss, final_metric,
   "(doc, score, grade, percent) -> work saved over sampling"},
  {"lit_kendall", 2, LIT_PURE, step_kendall, final_kendall,
   "(x, y) -> Kendall's tau-b"},
  {"lit_rbo", 2, LIT_PURE, step_rbo, final_rbo,
   "(rank_a, rank_b) -> rank-biased overlap, p = 0.9"},
  {"lit_rbo", 3, LIT_PURE, step_rbo, final_rbo,
   "(rank_a, rank_b, p) -> rank-biased overlap"},
  {0},
};
