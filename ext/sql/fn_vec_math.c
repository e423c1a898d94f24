/* fn_vec_math.c -- SQL functions that compute vectors from vectors.
**
**   vec_add(a, b)  vec_sub(a, b)  vec_mul(a, b)     element by element
**   vec_scale(v, x)          every element times x
**   vec_lerp(a, b, t)        a + t (b - a); t = 0 is a, t = 1 is b
**   vec_normalize(v)         v at length 1; an error for a zero vector
**   vec_project_out(a, b)    a without the direction of b: a - (a.b / b.b) b;
**                            an error for a zero vector b
**   vec_slice(v, i, j)       elements i .. j - 1, from 0; of bits, multiples
**                            of 8
**   vec_concat(v [, w], v [, w], ...)   one after the other; a number behind a
**                            vector is its weight, which multiplies it
**
** The result has the type of the arguments, which must agree.  It is computed
** in float32 (products of vectors in double) and rounded to the nearest; int8
** stays within -128..127 (where sqlite-vec's vec_add wraps around).  What
** leaves the range of a float type is an error.  Bits can be cut and joined,
** but not computed with; int8 cannot be normalized.  NULL gives NULL.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

static const double scale_max = 1e38;

/* x [n] becomes the result of x, y [n] and t. */
typedef int Op(LitErr *e, const char *who, float *x, const float *y,
               uint32_t n, double t);

static int op_add(LitErr *e, const char *who, float *x, const float *y,
                  uint32_t n, double t) {
  (void)e, (void)who, (void)t;
  for (uint32_t i = 0; i < n; i++) x[i] += y[i];
  return LIT_OK;
}

static int op_sub(LitErr *e, const char *who, float *x, const float *y,
                  uint32_t n, double t) {
  (void)e, (void)who, (void)t;
  for (uint32_t i = 0; i < n; i++) x[i] -= y[i];
  return LIT_OK;
}

static int op_mul(LitErr *e, const char *who, float *x, const float *y,
                  uint32_t n, double t) {
  (void)e, (void)who, (void)t;
  for (uint32_t i = 0; i < n; i++) x[i] *= y[i];
  return LIT_OK;
}

static int op_lerp(LitErr *e, const char *who, float *x, const float *y,
                   uint32_t n, double t) {
  (void)e, (void)who;
  for (uint32_t i = 0; i < n; i++)
    x[i] = (float)((1 - t) * (double)x[i] + t * (double)y[i]);
  return LIT_OK;
}

static double dot(const float *x, const float *y, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) sum += (double)x[i] * (double)y[i];
  return sum;
}

static int op_project_out(LitErr *e, const char *who, float *x,
                          const float *y, uint32_t n, double t) {
  double yy = dot(y, y, n), by;
  (void)t;
  if (yy == 0)
    return lit_fail(e, LIT_ERROR, "%s: the second vector is all zeros", who);
  by = dot(x, y, n) / yy;
  for (uint32_t i = 0; i < n; i++)
    x[i] = (float)((double)x[i] - by * (double)y[i]);
  return LIT_OK;
}

/* One row a function: what it is called, what it says of bits, what it does. */
typedef struct Binary {
  const char *name, *verb;
  Op *op;
} Binary;

static void combine(sqlite3_context *ctx, sqlite3_value **argv, double t,
                    const Binary *f) {
  LitErr e = {0};
  LitVec a = {0}, b = {0}, out = {0};
  float *x = NULL, *y = NULL;
  if (lit_arg_vec(&e, f->name, argv[0], &a)) goto done;
  if (lit_arg_vec(&e, f->name, argv[1], &b)) goto done;
  if (lit_vec_same(&e, f->name, &a, &b)) goto done;
  if (a.type == LIT_BIT) {
    lit_fail(&e, LIT_ERROR, "%s: Cannot %s two bitvectors together.", f->name,
             f->verb);
    goto done;
  }
  x = lit_vec_floats(&e, &a);
  y = lit_vec_floats(&e, &b);
  if (e.rc || f->op(&e, f->name, x, y, a.dim, t)) goto done;
  if (!lit_vec_from_floats(&e, f->name, a.type, x, a.dim, &out))
    lit_result_vec(ctx, &out);
  x = NULL;

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(x);
  lit_free(y);
  lit_vec_drop(&a);
  lit_vec_drop(&b);
}

#define BINARY(fn, name, verb, op) \
  static void fn(sqlite3_context *ctx, int argc, sqlite3_value **argv) { \
    static const Binary row = {name, verb, op}; \
    if (!lit_any_null(argc, argv)) combine(ctx, argv, 0, &row); \
  }
BINARY(fn_add, "vec_add", "add", op_add)
BINARY(fn_sub, "vec_sub", "subtract", op_sub)
BINARY(fn_mul, "vec_mul", "multiply", op_mul)
BINARY(fn_project_out, "vec_project_out", "project", op_project_out)

static void fn_lerp(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  static const Binary row = {"vec_lerp", "mix", op_lerp};
  LitErr e = {0};
  double t;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_real(&e, row.name, "t", argv[2], -scale_max, scale_max, &t))
    lit_result_err(ctx, &e);
  else combine(ctx, argv, t, &row);
}

/* x times by, the result. */
static void scaled(sqlite3_context *ctx, LitErr *e, const char *who,
                   const LitVec *v, double by) {
  LitVec out = {0};
  float *x = lit_vec_floats(e, v);
  if (!x) return;
  for (uint32_t i = 0; i < v->dim; i++) x[i] = (float)((double)x[i] * by);
  if (!lit_vec_from_floats(e, who, v->type, x, v->dim, &out))
    lit_result_vec(ctx, &out);
}

static void fn_scale(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  static const char who[] = "vec_scale";
  LitErr e = {0};
  LitVec v = {0};
  double by;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, who, argv[0], &v)) goto done;
  if (lit_arg_real(&e, who, "the factor", argv[1], -scale_max, scale_max, &by))
    goto done;
  if (v.type == LIT_BIT)
    lit_fail(&e, LIT_ERROR, "%s: Cannot scale a bitvector.", who);
  else scaled(ctx, &e, who, &v, by);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

static void fn_normalize(sqlite3_context *ctx, int argc,
                         sqlite3_value **argv) {
  static const char who[] = "vec_normalize";
  LitErr e = {0};
  LitVec v = {0}, out = {0};
  float *x = NULL;
  double len;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, who, argv[0], &v)) goto done;
  if (v.type == LIT_I8 || v.type == LIT_BIT) {
    lit_fail(&e, LIT_ERROR, "%s: only float32 vectors are supported when "
             "normalizing, or float16 and bfloat16, not %s", who,
             lit_elem_row(v.type)->name);
    goto done;
  }
  x = lit_vec_floats(&e, &v);
  if (!x) goto done;
  len = sqrt(dot(x, x, v.dim));
  if (len == 0) {
    lit_fail(&e, LIT_ERROR, "%s: a zero vector has no direction", who);
    goto done;
  }
  for (uint32_t i = 0; i < v.dim; i++) x[i] = (float)((double)x[i] / len);
  if (!lit_vec_from_floats(&e, who, v.type, x, v.dim, &out))
    lit_result_vec(ctx, &out);
  x = NULL;

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(x);
  lit_vec_drop(&v);
}

static int slice_range(LitErr *e, const LitVec *v, sqlite3_int64 from,
                       sqlite3_int64 to) {
  const char *why = NULL;
  if (from < 0) why = "'start' index must be a positive number.";
  else if (to < 0) why = "'end' index must be a positive number.";
  else if (from > v->dim)
    why = "'start' index is greater than the number of dimensions";
  else if (to > v->dim)
    why = "'end' index is greater than the number of dimensions";
  else if (from > to) why = "'start' index is greater than 'end' index";
  else if (from == to)
    why = "'start' index is equal to the 'end' index, vectors must have "
          "non-zero length";
  if (why) return lit_fail(e, LIT_ERROR, "vec_slice: slice %s", why);
  if (v->type == LIT_BIT && (from % 8 || to % 8))
    return lit_fail(e, LIT_ERROR, "vec_slice: %s index must be divisible by "
                    "8.", from % 8 ? "start" : "end");
  return LIT_OK;
}

static void fn_slice(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec v = {0}, out = {0};
  sqlite3_int64 from, to;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, "vec_slice", argv[0], &v)) goto done;
  if (lit_arg_int(&e, "vec_slice", "start", argv[1], INT64_MIN, INT64_MAX,
                  &from) ||
      lit_arg_int(&e, "vec_slice", "end", argv[2], INT64_MIN, INT64_MAX, &to))
    goto done;
  if (slice_range(&e, &v, from, to)) goto done;
  out = (LitVec){.type = v.type, .dim = (uint32_t)(to - from)};
  out.at = (const char *)v.at + lit_vec_bytes(v.type, (size_t)from);
  lit_result_vec(ctx, &out);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

/* Appends v, times its weight if it has one (NULL: none), to *out. */
static int append(LitErr *e, const LitVec *v, sqlite3_value *weight,
                  LitBuf *out) {
  static const char who[] = "vec_concat";
  LitVec w = {0};
  float *x;
  double by;
  if (!weight)
    return lit_buf_put(e, out, v->at, lit_vec_bytes(v->type, v->dim)), e->rc;
  if (lit_arg_real(e, who, "a weight", weight, -scale_max, scale_max, &by))
    return e->rc;
  if (v->type == LIT_BIT)
    return lit_fail(e, LIT_ERROR, "%s: Cannot weigh a bitvector.", who);
  x = lit_vec_floats(e, v);
  if (!x) return e->rc;
  for (uint32_t i = 0; i < v->dim; i++) x[i] = (float)((double)x[i] * by);
  if (!lit_vec_from_floats(e, who, v->type, x, v->dim, &w))
    lit_buf_put(e, out, w.at, lit_vec_bytes(w.type, w.dim));
  lit_vec_drop(&w);
  return e->rc;
}

static int is_number(sqlite3_value *v) {
  int type = sqlite3_value_type(v);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

/* Adds argument *i, and the weight behind it, to what *sum describes. */
static int join_one(LitErr *e, sqlite3_value **argv, int argc, int *i,
                    LitVec *sum, LitBuf *out) {
  static const char who[] = "vec_concat";
  LitVec v = {0};
  sqlite3_value *weight = NULL;
  if (lit_arg_vec(e, who, argv[*i], &v)) return e->rc;
  if (*i + 1 < argc && is_number(argv[*i + 1])) weight = argv[++*i];
  if (sum->dim && sum->type != v.type)
    lit_fail(e, LIT_ERROR, "%s: vectors of two types, %s and %s", who,
             lit_elem_row(sum->type)->name, lit_elem_row(v.type)->name);
  else if (sum->dim + v.dim > LIT_DIM_MAX)
    lit_fail(e, LIT_ERROR, "%s: a vector has at most %d dimensions", who,
             LIT_DIM_MAX);
  else append(e, &v, weight, out);
  sum->type = v.type;
  sum->dim += v.dim;
  lit_vec_drop(&v);
  return e->rc;
}

static void fn_concat(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec sum = {0};
  LitBuf out = {0};
  if (lit_any_null(argc, argv)) return;
  for (int i = 0; i < argc; i++)
    if (join_one(&e, argv, argc, &i, &sum, &out)) break;
  if (argc == 0) lit_fail(&e, LIT_ERROR, "vec_concat: needs a vector");
  if (e.rc) {
    lit_result_err(ctx, &e);
  } else {
    sum.at = sum.own = out.at;
    out = (LitBuf){0};
    lit_result_vec(ctx, &sum);
  }
  lit_buf_drop(&out);
}

const LitFunc lit_funcs_vec_math[] = {
  {"vec_add", 2, LIT_VEC_OUT, fn_add, "(a, b) -> a + b"},
  {"vec_sub", 2, LIT_VEC_OUT, fn_sub, "(a, b) -> a - b"},
  {"vec_mul", 2, LIT_VEC_OUT, fn_mul, "(a, b) -> a[i] b[i]"},
  {"vec_scale", 2, LIT_VEC_OUT, fn_scale, "(v, x) -> v times x"},
  {"vec_lerp", 3, LIT_VEC_OUT, fn_lerp, "(a, b, t) -> a + t (b - a)"},
  {"vec_normalize", 1, LIT_VEC_OUT, fn_normalize, "(v) -> v at length 1"},
  {"vec_project_out", 2, LIT_VEC_OUT, fn_project_out,
   "(a, b) -> a without the direction of b"},
  {"vec_slice", 3, LIT_VEC_OUT, fn_slice,
   "(v, start, end) -> elements start .. end - 1"},
  {"vec_concat", -1, LIT_VEC_OUT, fn_concat,
   "(v [, weight], ...) -> one after the other"},
  {0},
};
