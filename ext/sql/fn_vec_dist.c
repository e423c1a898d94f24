/* fn_vec_dist.c -- SQL functions that compare two vectors.
**
**   vec_distance_L2(a, b)        Euclidean distance
**   vec_distance_L1(a, b)        sum of |a[i] - b[i]|; INTEGER for int8
**   vec_distance_cosine(a, b)    1 - cos of the angle, 0..2; NULL if one is all
**                                zeros
**   vec_distance_dot(a, b)       minus the inner product: lower is nearer
**   vec_dot(a, b)                the inner product
**   vec_distance_hamming(a, b)   bit: number of bits that differ
**   vec_distance_jaccard(a, b)   bit: 1 - |a and b| / |a or b|, 0..1
**
** Both of one type and length.  NULL gives NULL.  Values are float32 (sums in
** the fixed order of kern.h), the same on every CPU.
**
** In ORDER BY vec_distance_cosine(v, ?) LIMIT 10 the constant argument is read
** once: as text or float16 it is kept converted, and its length is kept, in
** SQLite's auxiliary data of that argument.  Rows are compared where they lie.
** That their elements are finite needs no look at each: a NaN or an infinity
** always makes a sum that is not finite.
*/
#include <math.h>
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "vec/dist.h"
#include "base/poison.h"

/* A constant argument made ready.  Where v owns nothing its bytes are the
** argument's own, to be fetched at each call. */
typedef struct Ready {
  LitVec v;
  LitDistQuery q;
} Ready;

static void ready_drop(Ready *r) {
  lit_dist_query_drop(&r->q);
  lit_vec_drop(&r->v);
}

static void ready_free(void *r) {
  ready_drop(r);
  lit_free(r);
}

/* Keeps *r for argument i, and empties it.  SQLite drops it after the call if
** that argument is no constant.  Without memory the next call does it anew. */
static void keep(sqlite3_context *ctx, int i, Ready *r) {
  LitErr e = {0};
  Ready *copy = lit_new(&e, 1, sizeof *copy);
  if (!copy) return;
  *copy = *r;
  *r = (Ready){0};
  sqlite3_set_auxdata(ctx, i, copy, ready_free);
}

/* The argument that was kept, its number in *i; else NULL and 1. */
static Ready *kept(sqlite3_context *ctx, sqlite3_value **argv, int *i) {
  Ready *r = sqlite3_get_auxdata(ctx, *i = 1);
  if (!r) r = sqlite3_get_auxdata(ctx, *i = 0);
  if (!r) return *i = 1, NULL;
  if (!r->v.own) {
    r->v.at = sqlite3_value_blob(argv[*i]);
    if (!r->q.own) r->q.at = r->v.at;
  }
  return r;
}

static void give(sqlite3_context *ctx, LitErr *e, const char *who,
                 const Ready *r, const LitVec *row) {
  double d = lit_dist_one(&r->q, row->at);
  if (!isfinite(d) && (lit_vec_finite(e, who, &r->v) ||
                       lit_vec_finite(e, who, row)))
    return;
  if (isnan(d)) return;
  if (row->type == LIT_I8 && r->q.dist->op == LIT_L1)
    sqlite3_result_int64(ctx, (sqlite3_int64)d);
  else sqlite3_result_double(ctx, d);
}

/* The first call, or one where neither argument is a constant. */
static void compare_fresh(sqlite3_context *ctx, LitErr *e,
                          sqlite3_value **argv, const char *who,
                          const LitDist *dist) {
  Ready a = {0}, b = {0};
  if (lit_arg_vec_raw(e, who, argv[0], &a.v)) goto done;
  if (lit_arg_vec_raw(e, who, argv[1], &b.v)) goto done;
  if (lit_vec_same(e, who, &a.v, &b.v)) goto done;
  if (lit_dist_query(e, who, &a.q, dist, &a.v)) goto done;
  if (lit_dist_query(e, who, &b.q, dist, &b.v)) goto done;
  give(ctx, e, who, &b, &a.v);
  if (e->rc) goto done;
  keep(ctx, 1, &b);
  keep(ctx, 0, &a);

done:
  ready_drop(&a);
  ready_drop(&b);
}

/* What a row of the constant's type and length comes to, mostly.  An error is
** left to the way that says which: to empty a LitErr takes as long as this. */
static int compare_row(sqlite3_context *ctx, sqlite3_value *v,
                       const Ready *r) {
  const void *at;
  size_t n;
  double d;
  if (!lit_arg_is(v, r->v.type, LIT_F32, &at, &n) ||
      n != lit_vec_bytes(r->v.type, r->v.dim))
    return 0;
  d = lit_dist_one(&r->q, at);
  if (!isfinite(d)) return 0;
  if (r->v.type == LIT_I8 && r->q.dist->op == LIT_L1)
    sqlite3_result_int64(ctx, (sqlite3_int64)d);
  else sqlite3_result_double(ctx, d);
  return 1;
}

static void compare(sqlite3_context *ctx, sqlite3_value **argv,
                    const char *who, const char *name) {
  LitErr e;
  LitVec row = {0};
  int i;
  const Ready *r = kept(ctx, argv, &i);
  if (r && compare_row(ctx, argv[1 - i], r)) return;
  if (lit_any_null(2, argv)) return;
  e = (LitErr){0};
  if (!r) compare_fresh(ctx, &e, argv, who, lit_dist_find(name));
  else if (!lit_arg_vec_raw(&e, who, argv[1 - i], &row) &&
           !lit_vec_same(&e, who, i ? &row : &r->v, i ? &r->v : &row))
    give(ctx, &e, who, r, &row);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&row);
}

#define COMPARE(fn, who, name) \
  static void fn(sqlite3_context *ctx, int argc, sqlite3_value **argv) { \
    (void)argc; \
    compare(ctx, argv, who, name); \
  }
COMPARE(fn_l2, "vec_distance_L2", "l2")
COMPARE(fn_l1, "vec_distance_L1", "l1")
COMPARE(fn_cosine, "vec_distance_cosine", "cosine")
COMPARE(fn_distance_dot, "vec_distance_dot", "dot")
COMPARE(fn_hamming, "vec_distance_hamming", "hamming")
COMPARE(fn_jaccard, "vec_distance_jaccard", "jaccard")

static void fn_dot(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec a = {0}, b = {0};
  LitDistQuery q = {0};
  double d;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, "vec_dot", argv[0], &a)) goto done;
  if (lit_arg_vec(&e, "vec_dot", argv[1], &b)) goto done;
  if (lit_vec_same(&e, "vec_dot", &a, &b)) goto done;
  if (lit_dist_query(&e, "vec_dot", &q, lit_dist_find("dot"), &b)) goto done;
  d = lit_dist_one(&q, a.at);
  sqlite3_result_double(ctx, 0 - d);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_dist_query_drop(&q);
  lit_vec_drop(&a);
  lit_vec_drop(&b);
}

const LitFunc lit_funcs_vec_dist[] = {
  {"vec_distance_l2", 2, LIT_VEC_IN, fn_l2, "(a, b) -> Euclidean distance"},
  {"vec_distance_l1", 2, LIT_VEC_IN, fn_l1, "(a, b) -> sum of |a - b|"},
  {"vec_distance_cosine", 2, LIT_VEC_IN, fn_cosine,
   "(a, b) -> 1 - cosine, 0..2; NULL for a zero vector"},
  {"vec_distance_dot", 2, LIT_VEC_IN, fn_distance_dot,
   "(a, b) -> minus the inner product"},
  {"vec_dot", 2, LIT_VEC_IN, fn_dot, "(a, b) -> the inner product"},
  {"vec_distance_hamming", 2, LIT_VEC_IN, fn_hamming,
   "(a, b) -> number of bits that differ"},
  {"vec_distance_jaccard", 2, LIT_VEC_IN, fn_jaccard,
   "(a, b) -> 1 - bits of both / bits of either"},
  {0},
};
