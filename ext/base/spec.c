/* spec.c -- see spec.h */
#include <string.h>
#include "base/decimal.h"
#include "base/spec.h"
#include "base/poison.h"

static const char *blanks(const char *s) { return s + strspn(s, " \t\n\r"); }

size_t lit_spec_name(const char **text) {
  *text = blanks(*text);
  return strcspn(*text, " \t\n\r(+");
}

int lit_spec_is(const char *name, size_t n, const char *kind) {
  return strlen(kind) == n && memcmp(kind, name, n) == 0;
}

/* Reads one number; where it ends, or NULL. */
static const char *number(LitErr *e, const char *what, const char *kind,
                          const char *s, const LitSpecNumber *as,
                          double *out) {
  const char *end = lit_decimal_read(s, s + strlen(s), out);
  if (!end)
    lit_fail(e, LIT_ERROR, "%s %s: expected a number at '%.20s'", what, kind,
             s);
  else if (!(*out >= as->lo && *out <= as->hi))
    lit_fail(e, LIT_ERROR, "%s %s: %s must be in %g..%g", what, kind, as->name,
             as->lo, as->hi);
  return e->rc ? NULL : blanks(end);
}

const char *lit_spec_numbers(LitErr *e, const char *what, const char *kind,
                             const char *rest, const LitSpecNumber *numbers,
                             size_t n_numbers, double *out, size_t *n_given) {
  const char *s = blanks(rest);
  size_t n = 0;
  while (n < n_numbers && numbers[n].name) out[n] = numbers[n].usual, n++;
  n_numbers = n, n = 0;
  if (n_given) *n_given = 0;
  if (*s != '(') return s;
  s = blanks(s + 1);
  for (int more = *s != ')'; more; more = *s++ == ',', s = blanks(s)) {
    if (n == n_numbers) {
      lit_fail(e, LIT_ERROR, "%s %s: more than %zu numbers", what, kind, n);
      return NULL;
    }
    s = number(e, what, kind, s, &numbers[n], &out[n]);
    if (!s) return NULL;
    n++;
    if (*s != ',' && *s != ')') {
      lit_fail(e, LIT_ERROR, "%s %s: expected ',' or ')' at '%.20s'", what,
               kind, s);
      return NULL;
    }
  }
  if (n_given) *n_given = n;
  return n ? s : blanks(s + 1);
}

int lit_spec_end(LitErr *e, const char *what, const char *kind,
                 const char *rest) {
  if (rest && *rest)
    lit_fail(e, LIT_ERROR, "%s %s: unexpected '%.20s'", what, kind, rest);
  return e->rc;
}
