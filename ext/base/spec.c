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

/* ---- an option in words ---- */

const LitSpecKind *lit_spec_kind(const LitSpecSort *sort, size_t i) {
  return i < sort->kinds.n ? lit_names_row(&sort->kinds, i) : NULL;
}

/* Reads "of NAME"; what follows, or NULL. */
static const char *of_what(LitErr *e, const LitSpecSort *sort,
                           const char *kind, struct LitSpecOne *one,
                           const char *s) {
  size_t n = lit_spec_name(&s);
  int is_of = n == 2 && memcmp(s, "of", 2) == 0;
  if (is_of) s += n, n = lit_spec_name(&s);
  if (!is_of || n == 0)
    lit_fail(e, LIT_ERROR, "%s %s: expected 'of' and a %s", sort->what, kind,
             sort->of);
  else if (n >= sizeof one->of)
    lit_fail(e, LIT_ERROR, "%s %s: no %s '%.40s'", sort->what, kind, sort->of,
             s);
  if (e->rc) return NULL;
  memcpy(one->of, s, n);
  return blanks(s + n);
}

/* Reads the next kind into *kind and, unless it is "none", out; what follows, or
** NULL. */
static const char *next_kind(LitErr *e, const LitSpecSort *sort, const char *s,
                             LitSpec *out, const LitSpecKind **kind) {
  struct LitSpecOne *one = &out->at[out->n];
  size_t n = lit_spec_name(&s);
  int is_none;
  *kind = lit_names_find(e, NULL, sort->what, &sort->kinds, s, n);
  if (!*kind) return NULL;
  is_none = *kind == sort->kinds.rows;
  if (is_none && out->n)
    lit_fail(e, LIT_ERROR, "%s none: not with others", sort->what);
  if (out->n == sort->most)
    lit_fail(e, LIT_ERROR, "%s: more than %zu", sort->what, out->n);
  for (size_t i = 0; i < out->n && !sort->of; i++)
    if (out->at[i].kind == *kind)
      lit_fail(e, LIT_ERROR, "%s %s: given twice", sort->what, (*kind)->name);
  if (e->rc) return NULL;
  s = lit_spec_numbers(e, sort->what, (*kind)->name, s + n, (*kind)->numbers,
                       LIT_SPEC_NUMBERS, one->numbers, NULL);
  if (!s || is_none) return s;
  one->kind = *kind;
  out->n++;
  return sort->of ? of_what(e, sort, (*kind)->name, one, s) : s;
}

int lit_spec_read(LitErr *e, const LitSpecSort *sort, const char *text,
                  LitSpec *out) {
  const char *s = text ? text : sort->usual;
  const LitSpecKind *kind;
  int more;
  *out = (LitSpec){.is_said = text != NULL};
  do {
    if (!(s = next_kind(e, sort, s, out, &kind))) return e->rc;
    more = *s == '+' && out->n > 0;
    if (more) s++;
  } while (more);
  return lit_spec_end(e, sort->what, kind->name, s);
}
