/* decimal.c -- see decimal.h.  Digits go into an integer, which is then scaled
** once by a power of ten: exact while both are (Clinger 1990). */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include "base/decimal.h"
#include "base/poison.h"

typedef struct Digits {
  uint64_t value;           /* Of the first 18 or 19 that matter */
  int n, dropped;           /* Read; of those, not in value */
} Digits;

static const char *read_digits(const char *s, const char *end, Digits *d) {
  for (; s < end && *s >= '0' && *s <= '9'; s++, d->n++) {
    if (d->value > UINT64_MAX / 100) d->dropped++;
    else d->value = d->value * 10 + (uint64_t)(*s - '0');
  }
  return s;
}

static const char *read_sign(const char *s, const char *end, int *negative) {
  *negative = s < end && *s == '-';
  return s + (s < end && (*s == '-' || *s == '+'));
}

/* The exponent behind an e, if one is there; at most 9999 either way. */
static const char *read_exponent(const char *s, const char *end, int *out) {
  Digits d = {0};
  int negative;
  const char *at = s;
  *out = 0;
  if (s >= end || (*s != 'e' && *s != 'E')) return s;
  at = read_sign(s + 1, end, &negative);
  at = read_digits(at, end, &d);
  if (!d.n) return s;
  *out = d.value > 9999 || d.dropped ? 9999 : (int)d.value;
  if (negative) *out = -*out;
  return at;
}

const char *lit_decimal_read(const char *s, const char *end, double *out) {
  Digits d = {0};
  int negative, exponent, n_whole;
  double v;
  s = read_sign(s, end, &negative);
  s = read_digits(s, end, &d);
  n_whole = d.n;
  if (s < end && *s == '.') s = read_digits(s + 1, end, &d);
  if (!d.n) return NULL;
  s = read_exponent(s, end, &exponent);
  exponent += d.dropped - (d.n - n_whole);
  v = (double)d.value;
  if (exponent > 0) v *= pow(10, exponent);
  else if (exponent < -300) v = v / 1e300 / pow(10, -exponent - 300);
  else if (exponent < 0) v /= pow(10, -exponent);
  if (d.value == 0) v = 0;              /* 0e9999 is no NaN */
  *out = negative ? -v : v;
  return s;
}
