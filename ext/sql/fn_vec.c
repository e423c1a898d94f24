/* fn_vec.c -- SQL functions that make vectors and look at them.
**
**   vec_f32(v) vec_f16(v) vec_bf16(v) vec_int8(v) vec_bit(v)
**                            JSON text or a BLOB as a vector of that type; one
**                            of another type is converted, rounding to the
**                            nearest (int8 stays in -128..127)
**   vec_length(v)            number of elements
**   vec_type(v)              'float32', 'float16', 'bfloat16', 'int8', 'bit'
**   vec_to_json(v)           '[0.100000,...]'; read again, the same vector
**   vec_quantize_int8(v, 'unit')   int8: -1..1 onto -128..127
**   vec_quantize_binary(v)   bit: 1 where an element is over 0
**   vec_version()            'v0.1.9+lit-...': sqlite-vec's version that these
**                            functions follow, and lit's own
**   vec_debug()              four lines: versions, kernels, element types
**
** A vector is JSON text or a BLOB: see arg_vec.h; text is read as float32
** where nothing else is said.  1..65,536 elements, all finite.  NULL gives
** NULL.  Errors name the function.
**
** The names and meanings are sqlite-vec's (0.1.9), but: NULL is not an error;
** JSON is read strictly; vec_to_json gives more than six decimals where a
** float needs them; float16 and bfloat16, vec_bit of text, and conversion
** between types are ours.
*/
#include <string.h>
#include "base/mem.h"
#include "lit.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "vec/int8.h"
#include "vec/sign.h"
#include "base/poison.h"

#define SAME_VERSION "v0.1.9"

/* A BLOB whose bytes are what is asked for: mostly a column, once a row. */
static int as_it_is(sqlite3_context *ctx, sqlite3_value *v, LitElem type) {
  const void *at;
  size_t n;
  if (type != LIT_I8 && type != LIT_BIT) return 0;
  if (!lit_arg_is(v, type, type, &at, &n) || n == 0 ||
      n > LIT_DIM_MAX / 8 * lit_elem_row(type)->bits)
    return 0;
  sqlite3_result_blob(ctx, at, (int)n, SQLITE_TRANSIENT);
  lit_result_elem(ctx, type);
  return 1;
}

static void make(sqlite3_context *ctx, sqlite3_value **argv, const char *who,
                 LitElem type) {
  LitErr e;
  LitVec v = {0};
  if (as_it_is(ctx, argv[0], type)) return;
  e = (LitErr){0};
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (!lit_arg_vec_as(&e, who, type, argv[0], &v)) lit_result_vec(ctx, &v);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

#define MAKE(fn, type) \
  static void fn_##fn(sqlite3_context *ctx, int argc, sqlite3_value **argv) { \
    (void)argc; \
    make(ctx, argv, #fn, type); \
  }
MAKE(vec_f32, LIT_F32)
MAKE(vec_f16, LIT_F16)
MAKE(vec_bf16, LIT_BF16)
MAKE(vec_int8, LIT_I8)
MAKE(vec_bit, LIT_BIT)

static void fn_length(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec v = {0};
  if (lit_any_null(argc, argv)) return;
  if (!lit_arg_vec(&e, "vec_length", argv[0], &v))
    sqlite3_result_int64(ctx, v.dim);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

static void fn_type(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec v = {0};
  if (lit_any_null(argc, argv)) return;
  if (!lit_arg_vec(&e, "vec_type", argv[0], &v))
    sqlite3_result_text(ctx, lit_elem_row(v.type)->name, -1, SQLITE_STATIC);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
}

static void fn_to_json(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec v = {0};
  LitBuf text = {0};
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, "vec_to_json", argv[0], &v)) goto done;
  lit_vec_put_text(&e, &text, &v);
  if (e.rc) goto done;
  sqlite3_result_text64(ctx, (char *)text.at, text.n, lit_free, SQLITE_UTF8);
  sqlite3_result_subtype(ctx, 'J');
  text = (LitBuf){0};

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&v);
  lit_buf_drop(&text);
}

static void fn_quantize_int8(sqlite3_context *ctx, int argc,
                             sqlite3_value **argv) {
  static const char who[] = "vec_quantize_int8";
  LitErr e = {0};
  LitVec v = {0}, out = {0};
  float *floats = NULL;
  const char *how;
  size_t n;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, who, argv[0], &v)) goto done;
  if (lit_arg_text(&e, who, argv[1], &how, &n)) goto done;
  if (sqlite3_stricmp(how, "unit") != 0) {
    lit_fail(&e, LIT_ERROR, "%s: the second argument must be 'unit'", who);
    goto done;
  }
  if (v.type == LIT_I8 || v.type == LIT_BIT) {
    lit_fail(&e, LIT_ERROR, "%s: expected a vector of floats, got %s", who,
             lit_elem_row(v.type)->name);
    goto done;
  }
  floats = lit_vec_floats(&e, &v);
  out.own = lit_new(&e, v.dim, 1);
  if (e.rc) goto done;
  lit_int8_unit(floats, v.dim, out.own);
  out = (LitVec){out.own, LIT_I8, v.dim, out.own};
  lit_result_vec(ctx, &out);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(floats);
  lit_vec_drop(&out);
  lit_vec_drop(&v);
}

static void fn_quantize_binary(sqlite3_context *ctx, int argc,
                               sqlite3_value **argv) {
  static const char who[] = "vec_quantize_binary";
  LitErr e = {0};
  LitVec v = {0}, out = {0};
  float *floats = NULL;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_vec(&e, who, argv[0], &v)) goto done;
  if (v.type == LIT_BIT) {
    lit_fail(&e, LIT_ERROR, "%s: Can only binary quantize float or int8 "
             "vectors", who);
    goto done;
  }
  if (v.dim % 8) {
    lit_fail(&e, LIT_ERROR, "%s: Binary quantization requires vectors with a "
             "length divisible by 8, not %u", who, v.dim);
    goto done;
  }
  floats = lit_vec_floats(&e, &v);
  out.own = lit_new(&e, v.dim / 8, 1);
  if (e.rc) goto done;
  lit_sign_encode(floats, v.dim, out.own);
  out = (LitVec){out.own, LIT_BIT, v.dim, out.own};
  lit_result_vec(ctx, &out);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(floats);
  lit_vec_drop(&out);
  lit_vec_drop(&v);
}

static void fn_version(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(ctx, SAME_VERSION "+lit-" LIT_VERSION, -1,
                      SQLITE_STATIC);
}

static void fn_debug(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf b = {0};
  (void)argc, (void)argv;
  lit_buf_printf(&e, &b, "lit: %s\nfollows: sqlite-vec %s\nkernels: %s, %s\n"
                 "types:", LIT_VERSION, SAME_VERSION, lit_kern()->isa,
                 lit_kern()->doc);
  for (size_t i = 0; lit_elem_row(i); i++)
    lit_buf_printf(&e, &b, " %s", lit_elem_row(i)->name);
  if (e.rc) lit_result_err(ctx, &e);
  else lit_result_text(ctx, (char *)b.at, b.n);
  lit_buf_drop(&b);
}

const LitFunc lit_funcs_vec[] = {
  {"vec_f32", 1, LIT_VEC_OUT, fn_vec_f32, "(v) -> a float32 vector"},
  {"vec_f16", 1, LIT_VEC_OUT, fn_vec_f16, "(v) -> a float16 vector"},
  {"vec_bf16", 1, LIT_VEC_OUT, fn_vec_bf16, "(v) -> a bfloat16 vector"},
  {"vec_int8", 1, LIT_VEC_OUT, fn_vec_int8, "(v) -> an int8 vector"},
  {"vec_bit", 1, LIT_VEC_OUT, fn_vec_bit, "(v) -> a bit vector"},
  {"vec_length", 1, LIT_VEC_IN, fn_length, "(v) -> number of elements"},
  {"vec_type", 1, LIT_VEC_IN, fn_type, "(v) -> 'float32', 'int8', ..."},
  {"vec_to_json", 1, LIT_VEC_OUT, fn_to_json, "(v) -> JSON text"},
  {"vec_quantize_int8", 2, LIT_VEC_OUT, fn_quantize_int8,
   "(v, 'unit') -> int8, -1..1 onto -128..127"},
  {"vec_quantize_binary", 1, LIT_VEC_OUT, fn_quantize_binary,
   "(v) -> bits, 1 where an element is over 0"},
  {"vec_version", 0, LIT_PURE, fn_version, "() -> 'v0.1.9+lit-...'"},
  {"vec_debug", 0, LIT_CALM, fn_debug, "() -> versions, kernels, types"},
  {0},
};
