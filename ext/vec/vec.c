/* vec.c -- see vec.h */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "vec/vec.h"
#include "base/poison.h"

static const LitElemRow elems[LIT_N_ELEMS] = {
  [LIT_F32] = {"float32", 32, "4 bytes an element"},
  [LIT_F16] = {"float16", 16, "2 bytes an element, up to 65504"},
  [LIT_BF16] = {"bfloat16", 16, "2 bytes an element, 8 bits of precision"},
  [LIT_I8] = {"int8", 8, "1 byte an element, -128..127"},
  [LIT_BIT] = {"bit", 1, "8 elements a byte, the first in the lowest bit"},
};

const LitElemRow *lit_elem_row(size_t i) {
  return i < LIT_N_ELEMS ? &elems[i] : NULL;
}

int lit_vec_from_blob(LitErr *e, const char *who, LitElem type,
                      const void *at, size_t n, LitVec *out) {
  /* The bits of an element are a power of two; this runs once a row. */
  size_t dim = n * 8 >> __builtin_ctz(elems[type].bits);
  *out = (LitVec){0};
  if (n == 0)
    return lit_fail(e, LIT_ERROR,
                    "%s: zero-length vectors are not supported.", who);
  if (n > lit_vec_bytes(LIT_F32, LIT_DIM_MAX) || dim > LIT_DIM_MAX)
    return lit_fail(e, LIT_ERROR, "%s: a vector has at most %d dimensions, "
                    "this one has %zu", who, LIT_DIM_MAX, dim);
  if (lit_vec_bytes(type, dim) != n)
    return lit_fail(e, LIT_ERROR, "%s: invalid %s vector BLOB length. Must be "
                    "divisible by %u, found %zu", who, elems[type].name,
                    elems[type].bits / 8, n);
  *out = (LitVec){.at = at, .type = type, .dim = (uint32_t)dim};
  return LIT_OK;
}

static uint16_t get_u16(const char *at) {
  uint16_t u;
  memcpy(&u, at, 2);
  return u;
}

double lit_vec_get(const LitVec *v, uint32_t i) {
  const char *at = v->at;
  float f = 0;
  if (v->type == LIT_I8) return (signed char)at[i];
  if (v->type == LIT_BIT) return at[i / 8] >> i % 8 & 1;
  if (v->type == LIT_F32) memcpy(&f, at + 4 * (size_t)i, 4);
  if (v->type == LIT_F16) lit_kern()->widen_f16(at + 2 * (size_t)i, &f, 1);
  if (v->type == LIT_BF16) lit_kern_widen_bf16(at + 2 * (size_t)i, &f, 1);
  return (double)f;
}

/* An exponent of all ones is an infinity or a NaN. */
static int is_finite_at(const LitVec *v, uint32_t i) {
  const char *at = v->at;
  if (v->type == LIT_F32)
    return (~lit_get_u32(at + 4 * (size_t)i) & 0x7F800000) != 0;
  if (v->type == LIT_F16)
    return (~get_u16(at + 2 * (size_t)i) & 0x7C00) != 0;
  return (~get_u16(at + 2 * (size_t)i) & 0x7F80) != 0;
}

int lit_vec_finite(LitErr *e, const char *who, const LitVec *v) {
  if (v->type == LIT_I8 || v->type == LIT_BIT) return LIT_OK;
  for (uint32_t i = 0; i < v->dim; i++)
    if (!is_finite_at(v, i))
      return lit_fail(e, LIT_ERROR,
                      "%s: element %u of the vector is not a finite number",
                      who, i);
  return LIT_OK;
}

float *lit_vec_floats(LitErr *e, const LitVec *v) {
  float *to = lit_new(e, v->dim, sizeof *to);
  if (!to) return NULL;
  if (v->type == LIT_F32) memcpy(to, v->at, v->dim * sizeof *to);
  else if (v->type == LIT_F16) lit_kern()->widen_f16(v->at, to, v->dim);
  else if (v->type == LIT_BF16) lit_kern_widen_bf16(v->at, to, v->dim);
  else
    for (uint32_t i = 0; i < v->dim; i++) to[i] = (float)lit_vec_get(v, i);
  return to;
}

static void narrow(LitElem type, const float *from, uint32_t dim, void *to) {
  int8_t *codes = to;
  if (type == LIT_F16) lit_kern()->narrow_f16(from, to, dim);
  else if (type == LIT_BF16) lit_kern_narrow_bf16(from, to, dim);
  else
    for (uint32_t i = 0; i < dim; i++)
      codes[i] = (int8_t)fmaxf(-128, fminf(127, rintf(from[i])));
}

static int fits(LitErr *e, const char *who, const LitVec *v,
                const float *from) {
  for (uint32_t i = 0; v->type != LIT_I8 && i < v->dim; i++)
    if (!is_finite_at(v, i))
      return lit_fail(e, LIT_ERROR,
                      "%s: element %u, %g, is out of the range of %s", who, i,
                      (double)from[i], elems[v->type].name);
  return LIT_OK;
}

int lit_vec_from_floats(LitErr *e, const char *who, LitElem type, float *from,
                        uint32_t dim, LitVec *out) {
  void *to = type == LIT_F32 ? from : lit_new(e, lit_vec_bytes(type, dim), 1);
  *out = (LitVec){to, type, dim, to};
  if (to) {
    if (type != LIT_F32) narrow(type, from, dim, to);
    fits(e, who, out, from);
  }
  if (type != LIT_F32) lit_free(from);
  if (e->rc) lit_vec_drop(out);
  return e->rc;
}

int lit_vec_same(LitErr *e, const char *who, const LitVec *a,
                 const LitVec *b) {
  if (a->type != b->type)
    return lit_fail(e, LIT_ERROR, "%s: Vector type mismatch. First vector has "
                    "type %s, while the second has type %s.", who,
                    elems[a->type].name, elems[b->type].name);
  if (a->dim != b->dim)
    return lit_fail(e, LIT_ERROR, "%s: Vector dimension mismatch. First vector "
                    "has %u dimensions, while the second has %u dimensions.",
                    who, a->dim, b->dim);
  return LIT_OK;
}

void lit_vec_drop(LitVec *v) {
  lit_free(v->own);
  *v = (LitVec){0};
}
