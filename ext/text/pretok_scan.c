/* pretok_scan.c -- see pretok_scan.h.
**
** Each scanner does what its regular expression would do, alternative by
** alternative, without backtracking: where a greedy run must give something
** back, it is known how much.  Letters, numbers and marks are those of the
** regular expressions (uniclass.h), so is white space.
*/
#include <stdint.h>
#include <string.h>
#include "text/pretok_scan.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { END, SPACE, NEWLINE, LETTER, NUMBER, OTHER };

/* The class of the character at s[at], *len bytes long. */
static int class_at(const char *s, size_t n, size_t at, size_t *len) {
  uint32_t cp;
  *len = 0;
  if (at >= n) return END;
  *len = lit_utf8_get(s + at, n - at, &cp);
  if (cp < 0x80) {
    uint32_t low = cp | 0x20;
    if (low >= 'a' && low <= 'z') return LETTER;
    if (cp >= '0' && cp <= '9') return NUMBER;
    if (cp == '\r' || cp == '\n') return NEWLINE;
    return lit_uni_space(cp) ? SPACE : OTHER;
  }
  if (lit_uni_is(LIT_UNI_RX_LETTER, cp)) return LETTER;
  if (lit_uni_space(cp)) return SPACE;
  return lit_uni_is(LIT_UNI_RX_NUMBER, cp) ? NUMBER : OTHER;
}

/* Behind the run of class `cls` at s[at], of at most `most` characters. */
static size_t run_of(const char *s, size_t n, size_t at, int cls,
                     size_t most) {
  size_t len;
  while (most-- && class_at(s, n, at, &len) == cls) at += len;
  return at;
}

static int is_blank(int cls) { return cls == SPACE || cls == NEWLINE; }

/* 's 't 're 've 'm 'll 'd at s[at], behind the quote; folded: in any case.
** Unicode's folding makes U+017F an s. */
static size_t contraction(const char *s, size_t n, size_t at, int fold) {
  static const char *const two[] = {"re", "ve", "ll"};
  char a, b;
  if (at + 1 >= n || s[at] != '\'') return at;
  a = fold ? (char)(s[at + 1] | 0x20) : s[at + 1];
  b = at + 2 < n ? fold ? (char)(s[at + 2] | 0x20) : s[at + 2] : 0;
  if (a == 's' || a == 't' || a == 'm' || a == 'd') return at + 2;
  for (int i = 0; i < 3; i++)
    if (a == two[i][0] && b == two[i][1]) return at + 3;
  if (fold && at + 2 < n && memcmp(s + at + 1, "\xC5\xBF", 2) == 0)
    return at + 3;
  return at;
}

/* \s+(?!\S)|\s+ : all blanks, but the last is left to what follows. */
static size_t blanks(const char *s, size_t n, size_t at) {
  size_t last = at, to = at, len;
  while (is_blank(class_at(s, n, to, &len))) last = to, to += len;
  return to == n || last == at ? to : last;
}

/* \s*[\r\n]+ : up to the last newline among the blanks; `at` if none. */
static size_t newlines(const char *s, size_t n, size_t at) {
  size_t len, end = at;
  int cls;
  for (size_t to = at; is_blank(cls = class_at(s, n, to, &len));) {
    to += len;
    if (cls == NEWLINE) end = to;
  }
  return end;
}

static size_t scan_gpt2(const char *s, size_t n, size_t at) {
  size_t to = contraction(s, n, at, 0), len, from;
  int cls;
  if (to > at) return to;
  from = at + (s[at] == ' ');
  cls = class_at(s, n, from, &len);
  if (cls == LETTER || cls == NUMBER || cls == OTHER)
    return run_of(s, n, from, cls, SIZE_MAX);
  return blanks(s, n, at);
}

/* What cl100k and its kin have after letters and numbers. */
static size_t rest(const char *s, size_t n, size_t at, const char *after) {
  size_t from = at + (s[at] == ' '), len, to;
  if (class_at(s, n, from, &len) == OTHER) {
    to = run_of(s, n, from, OTHER, SIZE_MAX);
    while (to < n && strchr(after, s[to]) && s[to]) to++;
    return to;
  }
  to = newlines(s, n, at);
  return to > at ? to : blanks(s, n, at);
}

/* digits: how many of them make one piece. */
static size_t cl100k(const char *s, size_t n, size_t at, size_t digits) {
  size_t to = contraction(s, n, at, 1), len, next;
  int cls;
  if (to > at) return to;
  cls = class_at(s, n, at, &len);
  if (cls == LETTER) return run_of(s, n, at, LETTER, SIZE_MAX);
  if ((cls == SPACE || cls == OTHER) &&
      class_at(s, n, at + len, &next) == LETTER)
    return run_of(s, n, at + len, LETTER, SIZE_MAX);
  if (cls == NUMBER) return run_of(s, n, at, NUMBER, digits);
  return rest(s, n, at, "\r\n");
}

static size_t scan_cl100k(const char *s, size_t n, size_t at) {
  return cl100k(s, n, at, 3);
}

static size_t scan_qwen2(const char *s, size_t n, size_t at) {
  return cl100k(s, n, at, 1);
}

/* o200k's letters: upper (Lu Lt), lower (Ll), or both (Lm Lo M). */
enum { UPPER = 1, LOWER = 2 };

static int case_at(const char *s, size_t n, size_t at, size_t *len) {
  uint32_t cp;
  *len = 0;
  if (at >= n) return 0;
  *len = lit_utf8_get(s + at, n - at, &cp);
  if (cp < 0x80)
    return cp >= 'a' && cp <= 'z' ? LOWER : cp >= 'A' && cp <= 'Z' ? UPPER : 0;
  if (lit_uni_is(LIT_UNI_RX_LOWER, cp)) return LOWER;
  if (lit_uni_is(LIT_UNI_RX_UPPER, cp)) return UPPER;
  return lit_uni_is(LIT_UNI_RX_LETTER, cp) || lit_uni_is(LIT_UNI_RX_MARK, cp)
             ? UPPER | LOWER : 0;
}

static size_t case_run(const char *s, size_t n, size_t at, int which) {
  size_t len;
  while (case_at(s, n, at, &len) & which) at += len;
  return at;
}

/* [upper]*[lower]+ : the upper run gives back its last character that may be
** lower, if nothing lower follows. */
static size_t upper_lower(const char *s, size_t n, size_t at) {
  size_t to = at, len, give = SIZE_MAX;
  int c;
  while ((c = case_at(s, n, to, &len)) & UPPER) {
    if (c & LOWER) give = to;
    to += len;
  }
  if (c & LOWER) return case_run(s, n, to, LOWER);
  return give == SIZE_MAX ? at : case_run(s, n, give, LOWER);
}

/* [upper]+[lower]* */
static size_t upper_any(const char *s, size_t n, size_t at) {
  size_t to = case_run(s, n, at, UPPER);
  return to > at ? case_run(s, n, to, LOWER) : at;
}

static size_t scan_o200k(const char *s, size_t n, size_t at) {
  size_t (*const forms[])(const char *, size_t, size_t) = {upper_lower,
                                                           upper_any};
  size_t len, to;
  int cls = class_at(s, n, at, &len);
  int prefix = cls == SPACE || cls == OTHER;
  for (int i = 0; i < 2; i++) {
    if (prefix && (to = forms[i](s, n, at + len)) > at + len)
      return contraction(s, n, to, 1);
    if ((to = forms[i](s, n, at)) > at) return contraction(s, n, to, 1);
  }
  if (cls == NUMBER) return run_of(s, n, at, NUMBER, 3);
  return rest(s, n, at, "\r\n/");
}

#define TAIL "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define CASES "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define LETTERS "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
#define UP "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define LOW "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"

const LitScanner lit_scanners[] = {
  {"gpt2", "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+"
           "|\\s+(?!\\S)|\\s+", scan_gpt2},
  {"gpt2", "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+"
           "|\\s+(?!\\S)|\\s+", scan_gpt2},
  {"cl100k", CASES "|" LETTERS "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
             TAIL, scan_cl100k},
  {"qwen2", CASES "|" LETTERS "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" TAIL,
   scan_qwen2},
  {"o200k", "[^\\r\\n\\p{L}\\p{N}]?" UP "*" LOW "+" CASES "?|"
            "[^\\r\\n\\p{L}\\p{N}]?" UP "+" LOW "*" CASES "?|"
            "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" TAIL, scan_o200k},
  {0},
};

const LitScanner *lit_scanner_find(const char *pattern) {
  for (const LitScanner *s = lit_scanners; s->name; s++)
    if (strcmp(s->pattern, pattern) == 0) return s;
  return NULL;
}

const LitScanner *lit_scanner_named(const char *name) {
  for (const LitScanner *s = lit_scanners; s->name; s++)
    if (strcmp(s->name, name) == 0) return s;
  return NULL;
}
