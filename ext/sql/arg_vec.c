/* arg_vec.c -- see arg_vec.h */
#include "base/mem.h"
#include "sql/arg_vec.h"
#include "base/poison.h"

static const unsigned subtypes[LIT_N_ELEMS] = {
  [LIT_F32] = 223, [LIT_BIT] = 224, [LIT_I8] = 225, [LIT_F16] = 226,
  [LIT_BF16] = 227,
};

/* LIT_N_ELEMS if v has no type. */
static LitElem type_of(sqlite3_value *v) {
  unsigned subtype = sqlite3_value_subtype(v);
  int type = 0;
  if (subtype)
    while (type < LIT_N_ELEMS && subtypes[type] != subtype) type++;
  else type = LIT_N_ELEMS;
  return (LitElem)type;
}

/* Text or a BLOB, whose elements are of this type. */
static int read_as(LitErr *e, const char *who, LitElem type, sqlite3_value *v,
                   LitVec *out) {
  static const char *const types[] = {
    [SQLITE_INTEGER] = "INTEGER", [SQLITE_FLOAT] = "FLOAT",
    [SQLITE_NULL] = "NULL"
  };
  int got = sqlite3_value_type(v);
  const void *at;
  *out = (LitVec){0};
  if (got != SQLITE_BLOB && got != SQLITE_TEXT)
    return lit_fail(e, LIT_ERROR, "%s: Input must have type BLOB (compact "
                    "format) or TEXT (JSON), found %s", who, types[got]);
  if (got == SQLITE_BLOB) {
    at = sqlite3_value_blob(v);
    return lit_vec_from_blob(e, who, type, at, (size_t)sqlite3_value_bytes(v),
                             out);
  }
  at = sqlite3_value_text(v);
  if (!at) return lit_fail_nomem(e, who);
  return lit_vec_from_text(e, who, type, at, (size_t)sqlite3_value_bytes(v),
                           out);
}

int lit_arg_vec_raw(LitErr *e, const char *who, sqlite3_value *v,
                    LitVec *out) {
  LitElem type = type_of(v);
  return read_as(e, who, type == LIT_N_ELEMS ? LIT_F32 : type, v, out);
}

int lit_arg_is(sqlite3_value *v, LitElem type, LitElem untyped,
               const void **at, size_t *n) {
  unsigned subtype;
  if (sqlite3_value_type(v) != SQLITE_BLOB) return 0;
  subtype = sqlite3_value_subtype(v);
  if (subtype ? subtype != subtypes[type] : type != untyped) return 0;
  *at = sqlite3_value_blob(v);
  *n = (size_t)sqlite3_value_bytes(v);
  return 1;
}

int lit_arg_vec(LitErr *e, const char *who, sqlite3_value *v, LitVec *out) {
  if (!lit_arg_vec_raw(e, who, v, out)) lit_vec_finite(e, who, out);
  return e->rc;
}

int lit_arg_vec_as(LitErr *e, const char *who, LitElem type, sqlite3_value *v,
                   LitVec *out) {
  LitElem has = type_of(v);
  LitVec from = {0};
  float *floats;
  if (has == LIT_N_ELEMS || has == type) {
    if (!read_as(e, who, type, v, out)) lit_vec_finite(e, who, out);
    return e->rc;
  }
  if (type == LIT_BIT)
    return lit_fail(e, LIT_ERROR, "%s: a %s vector is made into bits by "
                    "vec_quantize_binary", who, lit_elem_row(has)->name);
  if (lit_arg_vec(e, who, v, &from)) return e->rc;
  floats = lit_vec_floats(e, &from);
  if (floats) lit_vec_from_floats(e, who, type, floats, from.dim, out);
  lit_vec_drop(&from);
  return e->rc;
}

int lit_arg_vec_for(LitErr *e, const char *who, LitElem type,
                    sqlite3_value *v) {
  LitElem has = type_of(v);
  if (has == LIT_N_ELEMS || has == type) return e->rc;
  return lit_fail(e, LIT_MISMATCH, "%s: a vector of %s, expected %s", who,
                  lit_elem_row(has)->name, lit_elem_row(type)->name);
}

void lit_result_vec(sqlite3_context *ctx, LitVec *v) {
  size_t n = lit_vec_bytes(v->type, v->dim);
  sqlite3_result_blob64(ctx, v->at, n, v->own ? lit_free : SQLITE_TRANSIENT);
  lit_result_elem(ctx, v->type);
  *v = (LitVec){0};
}

void lit_result_elem(sqlite3_context *ctx, LitElem type) {
  sqlite3_result_subtype(ctx, subtypes[type]);
}
