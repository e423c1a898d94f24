/* wordfold.c -- see wordfold.h.
**
** NFKC with case folding (Unicode 15, sections 3.11 and 3.13) by utf8proc; the
** marks of Latin, Greek, Cyrillic, Hebrew and Arabic are taken off between
** decomposing and composing, those of Indic scripts and kana are vowels and
** stay.
*/
#include <string.h>
#include <utf8proc.h>
#include "text/utf8.h"
#include "text/wordfold.h"
#include "base/poison.h"

typedef struct Range { uint32_t lo, hi; } Range;

static int in(const Range *r, size_t n, uint32_t cp) {
  for (size_t i = 0; i < n; i++)
    if (cp <= r[i].hi) return cp >= r[i].lo;
  return 0;
}

int lit_wordfold_is_word(uint32_t cp) {
  static const uint32_t words =
      1u << UTF8PROC_CATEGORY_LU | 1u << UTF8PROC_CATEGORY_LL |
      1u << UTF8PROC_CATEGORY_LT | 1u << UTF8PROC_CATEGORY_LM |
      1u << UTF8PROC_CATEGORY_LO | 1u << UTF8PROC_CATEGORY_MN |
      1u << UTF8PROC_CATEGORY_MC | 1u << UTF8PROC_CATEGORY_ME |
      1u << UTF8PROC_CATEGORY_ND | 1u << UTF8PROC_CATEGORY_NL |
      1u << UTF8PROC_CATEGORY_NO;
  if (cp == 0xAD || cp == 0x221E) return 1;      /* soft hyphen, infinity */
  return (int)(words >> utf8proc_category((int32_t)cp) & 1);
}

int lit_wordfold_is_paired(uint32_t cp) {
  static const Range paired[] = {
    {0x0E01, 0x0E4E}, {0x0E81, 0x0EDF}, {0x1000, 0x109F}, {0x1100, 0x11FF},
    {0x1780, 0x17D3}, {0x2E80, 0x2FDF}, {0x3005, 0x3007}, {0x3021, 0x3029},
    {0x3038, 0x303B}, {0x3041, 0x30FF}, {0x31F0, 0x31FF}, {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFF66, 0xFF9F},
    {0x20000, 0x3FFFF},
  };
  return cp >= 0x0E01 && in(paired, sizeof paired / sizeof *paired, cp);
}

static int is_accent(uint32_t cp) {
  static const Range accents[] = {
    {0x00AD, 0x00AD}, {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05C7},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
  };
  return in(accents, sizeof accents / sizeof *accents, cp);
}

/* Letters that Unicode does not take apart. */
static const char *plain_of(uint32_t cp) {
  static const struct { uint16_t cp; const char *plain; } rows[] = {
    {0xE6, "ae"}, {0xF0, "d"}, {0xF8, "o"}, {0xFE, "th"}, {0x111, "d"},
    {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (cp == rows[i].cp) return rows[i].plain;
  return NULL;
}

static const char *name_of(uint32_t cp) {
  static const char *const greek[] = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
    "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho",
    "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
  };
  if (cp >= 0x3B1 && cp <= 0x3C9) return greek[cp - 0x3B1];
  return cp == 0x221E ? "infty" : NULL;
}

/* The name of s[0..n) if it is a letter that has one, the usual word that is not
** ASCII; else NULL. */
static const char *lone_name(const char *s, size_t n) {
  uint32_t cp;
  if (n < 2 || n > 3 || lit_utf8_get(s, n, &cp) != n) return NULL;
  if (cp >= 0x391 && cp <= 0x3A9 && cp != 0x3A2) cp += 0x20;  /* capitals */
  return name_of(cp);
}

/* Drop what folding leaves out: accents, and the spaces that compatibility
** forms bring. */
static size_t strip(int32_t *cps, size_t n, int marks) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (cps[i] != ' ' && cps[i] != 0xAD &&
        (marks || !is_accent((uint32_t)cps[i])))
      cps[kept++] = cps[i];
  return kept;
}

/* The same for ASCII; 0 if s[0..n) is none. */
static size_t fold_ascii(const char *s, size_t n, char *out, size_t room) {
  size_t n_out = 0;
  for (size_t i = 0; i < n; i++)
    if (s[i] & 0x80) return 0;
  for (size_t i = 0; i < n && n_out < room; i++)
    if (s[i] != ' ')
      out[n_out++] = (char)(s[i] | (s[i] >= 'A' && s[i] <= 'Z' ? 0x20 : 0));
  return n_out;
}

size_t lit_wordfold(const char *s, size_t n, int marks, char *out,
                    size_t room) {
  int32_t cps[LIT_FOLD_MAX * 6];     /* three bytes make at most 18 of them */
  utf8proc_ssize_t got;
  size_t n_out = 0, n_cps;
  const char *name;
  if (n > LIT_FOLD_MAX)
    for (n = LIT_FOLD_MAX; n && (s[n] & 0xC0) == 0x80; ) n--;
  n_out = fold_ascii(s, n, out, room);
  if (n_out) return n_out;
  name = marks ? NULL : lone_name(s, n);
  if (name && (n_out = strlen(name)) <= room) return memcpy(out, name, n_out), n_out;
  n_out = 0;
  got = utf8proc_decompose((const uint8_t *)s, (utf8proc_ssize_t)n, cps,
                           LIT_FOLD_MAX * 6, UTF8PROC_COMPAT |
                           UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
  if (got <= 0 || got > LIT_FOLD_MAX * 6) return 0;
  n_cps = strip(cps, (size_t)got, marks);
  got = utf8proc_normalize_utf32(cps, (utf8proc_ssize_t)n_cps,
                                 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  n_cps = got > 0 ? (size_t)got : 0;
  for (size_t i = 0; i < n_cps; i++) {
    char one[4];
    const char *put = marks ? NULL : plain_of((uint32_t)cps[i]);
    size_t len;
    if (n_cps == 1 && !put) put = name_of((uint32_t)cps[i]);
    if (put) len = strlen(put);
    else len = lit_utf8_put((uint32_t)cps[i], one), put = one;
    if (n_out + len > room) break;
    memcpy(out + n_out, put, len);
    n_out += len;
  }
  return n_out;
}
