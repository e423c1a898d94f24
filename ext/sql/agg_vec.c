/* agg_vec.c -- aggregates over vectors.
**
**   vec_sum(v)  vec_avg(v)   element by element; float32, summed in double in
**                            the order of the rows
**   vec_min(v)  vec_max(v)   element by element; of the type of v
**
** All vectors of a group have one type (not bit) and length.  NULLs are
** skipped; a group without vectors gives NULL.
*/
#include <math.h>
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Group {
  double *sums;            /* [dim], NULL before the first vector */
  LitElem type;
  uint32_t dim;
  sqlite3_int64 n;
} Group;

static double op_sum(double a, double b) { return a + b; }
static double op_min(double a, double b) { return b < a ? b : a; }
static double op_max(double a, double b) { return b > a ? b : a; }

static int begin(LitErr *e, const char *who, Group *g, const LitVec *v) {
  if (v->type == LIT_BIT)
    return lit_fail(e, LIT_ERROR, "%s: not of bit vectors", who);
  g->sums = lit_new(e, v->dim, sizeof *g->sums);
  g->type = v->type;
  g->dim = v->dim;
  return e->rc;
}

static int add(LitErr *e, const char *who, Group *g, const LitVec *v,
               double (*op)(double, double)) {
  LitVec before = {.type = g->type, .dim = g->dim};
  float *x;
  if (!g->sums && begin(e, who, g, v)) return e->rc;
  if (g->n && lit_vec_same(e, who, &before, v)) return e->rc;
  x = lit_vec_floats(e, v);
  if (!x) return e->rc;
  for (uint32_t i = 0; i < g->dim; i++)
    g->sums[i] = g->n ? op(g->sums[i], (double)x[i]) : (double)x[i];
  g->n++;
  lit_free(x);
  return LIT_OK;
}

static void step(sqlite3_context *ctx, sqlite3_value **argv, const char *who,
                 double (*op)(double, double)) {
  LitErr e = {0};
  LitVec v = {0};
  Group *g;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  g = sqlite3_aggregate_context(ctx, sizeof *g);
  if (!g) lit_fail_nomem(&e, who);
  else if (!lit_arg_vec(&e, who, argv[0], &v)) add(&e, who, g, &v, op);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

/* Also called after an error, to free what there is. */
static void final(sqlite3_context *ctx, const char *who, int is_avg,
                  int keeps_type) {
  Group *g = sqlite3_aggregate_context(ctx, 0);
  LitErr e = {0};
  LitVec out = {0};
  float *x;
  if (!g || !g->sums) return;
  x = lit_new(&e, g->dim, sizeof *x);
  if (x) {
    for (uint32_t i = 0; i < g->dim; i++)
      x[i] = (float)(g->sums[i] / (is_avg ? (double)g->n : 1));
    lit_vec_from_floats(&e, who, keeps_type ? g->type : LIT_F32, x, g->dim,
                        &out);
  }
  if (e.rc) lit_result_err(ctx, &e);
  else lit_result_vec(ctx, &out);
  lit_free(g->sums);
  *g = (Group){0};
}

#define AGGREGATE(name, op, is_avg, keeps_type) \
  static void step_##name(sqlite3_context *ctx, int argc, \
                          sqlite3_value **argv) { \
    (void)argc; \
    step(ctx, argv, #name, op); \
  } \
  static void final_##name(sqlite3_context *ctx) { \
    final(ctx, #name, is_avg, keeps_type); \
  }
AGGREGATE(vec_sum, op_sum, 0, 0)
AGGREGATE(vec_avg, op_sum, 1, 0)
AGGREGATE(vec_min, op_min, 0, 1)
AGGREGATE(vec_max, op_max, 0, 1)

const LitAgg lit_aggs_vec[] = {
  {"vec_sum", 1, LIT_VEC_OUT, step_vec_sum, final_vec_sum,
   "(v) -> sum, element by element, float32"},
  {"vec_avg", 1, LIT_VEC_OUT, step_vec_avg, final_vec_avg,
   "(v) -> mean, element by element, float32"},
  {"vec_min", 1, LIT_VEC_OUT, step_vec_min, final_vec_min,
   "(v) -> least, element by element"},
  {"vec_max", 1, LIT_VEC_OUT, step_vec_max, final_vec_max,
   "(v) -> greatest, element by element"},
  {0},
};
