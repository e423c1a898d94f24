/* acronym.c -- see acronym.h.
**
** Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation
** definitions in biomedical text": at a parenthesis, either what is in it is
** short and the words before it are searched for its letters from right to
** left, the first of them at the beginning of a word; or what is in it is long
** and the word before it is the abbreviation.
**
** Where we leave it: an abbreviation needs a capital and must not be a number
** with a letter or a citation; if it does not fit with its plural s, it is
** tried without; in the second form its letters must begin where the
** parenthesis does (an article aside); its words must lie in one sentence.
*/
#include <string.h>
#include "text/acronym.h"
#include "base/poison.h"

enum { SHORT_MAX = 12, INSIDE_MAX = 200, LEAST = 2 };

typedef struct Span { size_t from, to; } Span;

static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int lower(char c) { return is_upper(c) ? c | 0x20 : c; }
static int is_alnum(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) ||
         (unsigned char)c >= 0x80;
}
static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static Span trim(const char *s, Span a) {
  while (a.from < a.to && !is_alnum(s[a.from])) a.from++;
  while (a.to > a.from && is_blank(s[a.to - 1])) a.to--;
  while (a.to > a.from && strchr("'\"`.", s[a.to - 1])) a.to--;
  return a;
}

/* LLM, GPT-4, k-NN, mRNA; not 5B, (2019), (i), (Figure 3). */
static int is_short(const char *s, Span a) {
  size_t n = a.to - a.from, letters = 0, capitals = 0, blanks = 0;
  if (n < LEAST || n > SHORT_MAX || is_digit(s[a.from])) return 0;
  for (size_t i = a.from; i < a.to; i++) {
    letters += is_alnum(s[i]) && !is_digit(s[i]);
    capitals += (size_t)is_upper(s[i]);
    blanks += is_blank(s[i]);
    if ((unsigned char)s[i] < 0x20 || strchr("=<>,;:()[]{}", s[i])) return 0;
  }
  return letters >= LEAST && capitals > 0 && blanks <= 1;
}

/* Where the long form of a begins in s[from..to), to if nowhere. */
static size_t match(const char *s, Span a, size_t from, size_t to) {
  size_t l = to;
  for (size_t i = a.to; i > a.from; i--) {
    const int c = lower(s[i - 1]), is_first = i - 1 == a.from;
    if (!is_alnum(s[i - 1])) continue;
    do {
      if (l == from) return to;
      l--;
    } while (lower(s[l]) != c ||
             (is_first && l > from && is_alnum(s[l - 1])));
  }
  while (l > from && !is_blank(s[l - 1])) l--;
  return l;
}

/* A sentence or another parenthesis ends before byte i. */
static int is_wall(const char *s, size_t i) {
  char c = s[i - 1];
  if (c == '(' || c == ')' || c == '[' || c == ']' || c == ';') return 1;
  return i > 2 && strchr(".?!:", c) && is_blank(s[i]) && !is_upper(s[i - 2]);
}

/* The words before `to` that a may stand for: at most min(n + 5, 2 n). */
static size_t reach(const char *s, Span a, size_t to) {
  size_t n = a.to - a.from, words = n + 5 < 2 * n ? n + 5 : 2 * n, i = to;
  while (i > 0 && words > 0 && to - i < INSIDE_MAX) {
    while (i > 0 && is_blank(s[i - 1])) i--;
    while (i > 0 && !is_blank(s[i - 1])) {
      if (is_wall(s, i)) return i;
      i--;
    }
    words--;
  }
  return i;
}

/* Is a itself a word of the long form? */
static int holds(const char *s, Span a, size_t from, size_t to) {
  size_t n = a.to - a.from;
  for (size_t i = from; i + n <= to; i++)
    if (memcmp(s + i, s + a.from, n) == 0 &&
        (i == from || !is_alnum(s[i - 1])) &&
        (i + n == to || !is_alnum(s[i + n])))
      return 1;
  return 0;
}

/* With its plural s, else without. */
static size_t match_plural(const char *s, Span a, size_t from, size_t to) {
  size_t at = match(s, a, from, to);
  if (at == to && a.to - a.from > LEAST && s[a.to - 1] == 's')
    at = match(s, (Span){a.from, a.to - 1}, from, to);
  return at;
}

/* long (short) */
static int short_inside(const char *s, Span inside, size_t open,
                        LitAcronym *out) {
  Span a = inside;
  size_t to = open, from;
  for (size_t i = a.from; i < a.to; i++)
    if (s[i] == ',' || s[i] == ';') a.to = i;
  a = trim(s, a);
  while (to > 0 && (is_blank(s[to - 1]) || strchr("\"'`", s[to - 1]))) to--;
  if (!is_short(s, a)) return 0;
  from = reach(s, a, to);
  from = match_plural(s, a, from, to);
  while (from < to && !is_alnum(s[from])) from++;
  if (to - from <= a.to - a.from || to - from > INSIDE_MAX) return 0;
  if (holds(s, a, from, to)) return 0;
  *out = (LitAcronym){a.from, a.to, from, to};
  return 1;
}

static size_t skip_article(const char *s, Span a) {
  static const char *const articles[] = {"the ", "a ", "an ", "The ", "A "};
  for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
    size_t n = strlen(articles[i]);
    if (a.to - a.from > n && memcmp(s + a.from, articles[i], n) == 0)
      return a.from + n;
  }
  return a.from;
}

/* short (long) */
static int long_inside(const char *s, Span inside, size_t open,
                       LitAcronym *out) {
  Span a = {open, open}, whole = trim(s, inside);
  while (a.to > 0 && is_blank(s[a.to - 1])) a.to--;
  for (a.from = a.to; a.from > 0 && !is_blank(s[a.from - 1]) &&
       s[a.from - 1] != '('; )
    a.from--;
  a = trim(s, a);
  whole.from = skip_article(s, whole);
  if (!is_short(s, a) || whole.to - whole.from <= a.to - a.from) return 0;
  if (match_plural(s, a, whole.from, whole.to) != whole.from) return 0;
  if (holds(s, a, whole.from, whole.to)) return 0;
  *out = (LitAcronym){a.from, a.to, whole.from, whole.to};
  return 1;
}

int lit_acronym_next(const char *s, size_t n, size_t *at, LitAcronym *out) {
  for (size_t i = *at; i < n; i++) {
    Span inside = {i + 1, i + 1};
    if (s[i] != '(') continue;
    while (inside.to < n && inside.to - i < INSIDE_MAX && s[inside.to] != ')' &&
           s[inside.to] != '(')
      inside.to++;
    if (inside.to == n || s[inside.to] != ')') continue;
    *at = inside.to + 1;
    if (short_inside(s, inside, i, out) || long_inside(s, inside, i, out))
      return 1;
    i = inside.to;
  }
  *at = n;
  return 0;
}
