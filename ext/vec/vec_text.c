/* vec_text.c -- vectors as JSON text, in and out.
**
** No function of the C library sees a decimal point, for what it is depends
** on the locale: short numbers are read by one exact product or quotient
** (Clinger 1990: both the digits and the power of ten are doubles), long ones
** are handed to strtod as an integer with an exponent.  A float32 is the
** nearest to the nearest double.
*/
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "vec/vec.h"
#include "base/poison.h"

static const double tens[] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
  1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};
enum { TENS = 22, DIGITS = 800, EXP_MAX = 100000 };

/* Text being read: at .. end, what it is, and for whom. */
typedef struct Text {
  const char *start, *at, *end, *who;
  LitElem type;
} Text;

static int is_digit(const Text *t) {
  return t->at < t->end && *t->at >= '0' && *t->at <= '9';
}

static int is_next(const Text *t, char c) {
  return t->at < t->end && *t->at == c;
}

static int take(Text *t, char c) {
  int is = is_next(t, c);
  t->at += is;
  return is;
}

static void skip_space(Text *t) {
  while (t->at < t->end && *t->at && strchr(" \t\n\r", *t->at)) t->at++;
}

static int fail_at(LitErr *e, const Text *t, const char *words) {
  if (t->at >= t->end)
    return lit_fail(e, LIT_ERROR, "%s: JSON array parsing error: %s, but the "
                    "text ends", t->who, words);
  return lit_fail(e, LIT_ERROR, "%s: JSON array parsing error: %s at byte %zu",
                  t->who, words, (size_t)(t->at - t->start) + 1);
}

/* Digits of a number: its first 19 as an integer, and where they stand. */
typedef struct Number {
  uint64_t digits;
  int n_digits, exp10, negative, is_whole;
  const char *from, *to;       /* The mantissa's text */
} Number;

static void take_digits(Text *t, Number *n, int after_point) {
  for (; is_digit(t); t->at++) {
    int digit = *t->at - '0';
    if (n->n_digits < 19) {
      n->digits = n->digits * 10 + (unsigned)digit;
      n->n_digits += n->digits > 0;
      n->exp10 -= after_point;
    } else {
      n->n_digits++;
      n->exp10 += !after_point;
    }
  }
}

static int take_exponent(LitErr *e, Text *t, Number *n) {
  int sign = 1, exp = 0;
  if (!take(t, 'e') && !take(t, 'E')) return LIT_OK;
  n->is_whole = 0;
  if (take(t, '-')) sign = -1;
  else take(t, '+');
  if (!is_digit(t)) return fail_at(e, t, "expected the digits of an exponent");
  for (; is_digit(t); t->at++)
    if (exp < EXP_MAX) exp = exp * 10 + (*t->at - '0');
  n->exp10 += sign * exp;
  return LIT_OK;
}

static int take_number(LitErr *e, Text *t, Number *n) {
  *n = (Number){.is_whole = 1};
  n->negative = take(t, '-');
  n->from = t->at;
  if (!is_digit(t) && !is_next(t, '.'))
    return fail_at(e, t, "expected a number");
  if (take(t, '0')) {
    if (is_digit(t)) return fail_at(e, t, "a number begins with 0");
  } else {
    take_digits(t, n, 0);
  }
  if (take(t, '.')) {
    n->is_whole = 0;
    if (!is_digit(t)) return fail_at(e, t, "expected a digit");
    take_digits(t, n, 1);
  }
  n->to = t->at;
  return take_exponent(e, t, n);
}

/* More digits than a double holds, or a large power of ten.  A tie is
** decided within 768 digits; a 1 at the end stands for what is cut off. */
static double slow_value(const Number *n) {
  char text[DIGITS + 32];
  size_t len = 0;
  int cut = 0, lost = 0, cut_exp = n->n_digits > 19 ? n->n_digits - 19 : 0;
  for (const char *p = n->from; p < n->to; p++) {
    if (*p == '.' || (*p == '0' && len == 0)) continue;
    if (len < DIGITS) text[len++] = *p;
    else cut++, lost |= *p != '0';
  }
  if (lost) text[DIGITS - 1] = '1';
  snprintf(text + len, sizeof text - len, "e%d", n->exp10 - cut_exp + cut);
  return strtod(text, NULL);
}

static double value_of(const Number *n) {
  double v;
  if (n->n_digits == 0) v = 0;
  else if (n->n_digits <= 19 && n->digits <= (uint64_t)1 << 53 &&
           abs(n->exp10) <= TENS)
    v = n->exp10 < 0 ? (double)n->digits / tens[-n->exp10]
                     : (double)n->digits * tens[n->exp10];
  else v = slow_value(n);
  return n->negative ? -v : v;
}

static int take_element(LitErr *e, Text *t, float *out) {
  Text from = *t;
  Number n;
  double v;
  if (take_number(e, t, &n)) return e->rc;
  v = value_of(&n);
  *out = (float)v;
  if (t->type == LIT_I8 && (!n.is_whole || v < -128 || v > 127))
    return fail_at(e, &from, "value out of range for int8, -128 to 127,");
  if (t->type == LIT_BIT && (!n.is_whole || n.negative || v > 1))
    return fail_at(e, &from, "expected 0 or 1");
  if (!isfinite(*out)) return fail_at(e, &from, "a number over 3.4e38");
  return LIT_OK;
}

typedef struct Floats {
  float *at;
  size_t n, room;
} Floats;

static int take_array(LitErr *e, Text *t, Floats *f) {
  skip_space(t);
  if (!take(t, '['))
    return lit_fail(e, LIT_ERROR, "%s: JSON array parsing error: Input does "
                    "not start with '['", t->who);
  skip_space(t);
  if (is_next(t, ']'))
    return lit_fail(e, LIT_ERROR,
                    "%s: zero-length vectors are not supported.", t->who);
  do {
    skip_space(t);
    if (f->n == LIT_DIM_MAX)
      return lit_fail(e, LIT_ERROR, "%s: a vector has at most %d dimensions",
                      t->who, LIT_DIM_MAX);
    if (LIT_GROW(e, &f->at, &f->room, f->n + 1)) return e->rc;
    if (take_element(e, t, &f->at[f->n])) return e->rc;
    f->n++;
    skip_space(t);
  } while (take(t, ','));
  if (!take(t, ']')) return fail_at(e, t, "expected ',' or ']'");
  skip_space(t);
  return t->at < t->end ? fail_at(e, t, "unexpected text after the array")
                        : LIT_OK;
}

static int pack_bits(LitErr *e, const char *who, const Floats *f,
                     LitVec *out) {
  uint8_t *bits;
  if (f->n % 8)
    return lit_fail(e, LIT_ERROR, "%s: a bit vector has a multiple of 8 "
                    "dimensions, not %zu", who, f->n);
  bits = lit_new0(e, f->n / 8, 1);
  if (!bits) return e->rc;
  for (size_t i = 0; i < f->n; i++)
    bits[i / 8] |= (uint8_t)((f->at[i] > 0) << i % 8);
  *out = (LitVec){bits, LIT_BIT, (uint32_t)f->n, bits};
  return LIT_OK;
}

int lit_vec_from_text(LitErr *e, const char *who, LitElem type,
                      const char *s, size_t n, LitVec *out) {
  Text t = {.start = s, .at = s, .end = s + n, .who = who, .type = type};
  Floats f = {0};
  *out = (LitVec){0};
  if (!take_array(e, &t, &f) && type != LIT_BIT)
    return lit_vec_from_floats(e, who, type, f.at, (uint32_t)f.n, out);
  if (!e->rc) pack_bits(e, who, &f, out);
  lit_free(f.at);
  return e->rc;
}

/* Does n / 10^digits, as this file reads it, give f again? */
static int reads_back(float f, int64_t n, int digits) {
  return (float)((double)n / tens[digits]) == f;
}

/* |f| with `digits` decimals as an integer: f has 24 bits and 5^12 has 28, so
** the product is exact and rint rounds once. */
static void put_fixed(LitErr *e, LitBuf *out, int64_t n, int digits) {
  char text[48];
  int at = sizeof text;
  for (int i = 0; i <= digits || n > 0; i++, n /= 10) {
    if (i == digits) text[--at] = '.';
    text[--at] = (char)('0' + n % 10);
  }
  lit_buf_put(e, out, text + at, sizeof text - (size_t)at);
}

/* Nine digits tell every float32 from its neighbours.  Whatever the locale
** puts after the first digit becomes a point. */
static void put_scientific(LitErr *e, LitBuf *out, float f) {
  char text[48];
  const char *exp;
  size_t i = 1;
  snprintf(text, sizeof text, "%.8e", (double)f);
  exp = strchr(text, 'e');
  while (text[i] < '0' || text[i] > '9') i++;
  lit_buf_put(e, out, text, 1);
  lit_buf_u8(e, out, '.');
  lit_buf_put(e, out, text + i, (size_t)(exp - text) - i);
  lit_buf_text(e, out, exp);
}

static void put_float(LitErr *e, LitBuf *out, float f) {
  if (signbit(f)) lit_buf_u8(e, out, '-');
  f = fabsf(f);
  for (int digits = 6; digits <= 12; digits++) {
    double scaled = (double)f * tens[digits];
    if (scaled >= 9e15) break;
    if (reads_back(f, (int64_t)rint(scaled), digits)) {
      put_fixed(e, out, (int64_t)rint(scaled), digits);
      return;
    }
  }
  put_scientific(e, out, f);
}

void lit_vec_put_text(LitErr *e, LitBuf *out, const LitVec *v) {
  lit_buf_u8(e, out, '[');
  for (uint32_t i = 0; i < v->dim; i++) {
    double x = lit_vec_get(v, i);
    if (i) lit_buf_u8(e, out, ',');
    if (v->type == LIT_I8 || v->type == LIT_BIT)
      lit_buf_printf(e, out, "%d", (int)x);
    else put_float(e, out, (float)x);
  }
  lit_buf_u8(e, out, ']');
}
