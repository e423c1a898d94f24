/* sentence.c -- see sentence.h */
#include <stdlib.h>
#include <string.h>
#include "text/sentence.h"
#include "base/poison.h"

enum { TOKEN = 16 };        /* bytes looked back for an abbreviation */

static int is_blank(char c) { return (unsigned char)c <= ' '; }
static int is_lower(char c) { return c >= 'a' && c <= 'z'; }
static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* Sorted, in small letters. */
static const char *const abbreviations[] = {
  "al", "alg", "app", "approx", "ca", "cf", "ch", "def", "dr", "e.g", "eg",
  "eq", "eqn", "eqs", "fig", "figs", "i.e", "ie", "inc", "jr", "lem", "ltd",
  "mr", "mrs", "ms", "no", "nos", "pp", "prof", "prop", "ref", "refs", "resp",
  "sec", "sect", "st", "tab", "thm", "viz", "vol", "vs", "w.r.t",
};

static int word_cmp(const void *key, const void *row) {
  return strcmp(key, *(const char *const *)row);
}

/* Does the token that the stop at s[i] ends mean that the sentence goes on? */
static int abbreviates(const char *s, size_t start, size_t i) {
  char word[TOKEN + 1];
  size_t from = i, n;
  int dots = 0, digits = 1;
  while (from > start && i - from < TOKEN && !is_blank(s[from - 1]) &&
         !strchr("([\"'", s[from - 1]))
    from--;
  n = i - from;
  if (n == 0 || n == TOKEN) return 0;
  for (size_t k = 0; k < n; k++) {
    char c = s[from + k];
    dots += c == '.', digits &= is_digit(c);
    word[k] = is_upper(c) ? (char)(c | 0x20) : c;
  }
  word[n] = '\0';
  if (n == 1 && is_upper(s[from])) return 1;               /* an initial */
  if (digits) return from == start;                        /* 1. an item */
  if (dots && n == 2u * (size_t)dots + 1) return 1;        /* U.S. */
  return bsearch(word, abbreviations,
                 sizeof abbreviations / sizeof *abbreviations,
                 sizeof *abbreviations, word_cmp) != NULL;
}

/* Length of what may close a sentence after its mark: ) ] " ' and curly. */
static size_t closer(const char *s, size_t n) {
  if (n > 0 && s[0] && strchr(")]\"'", s[0])) return 1;
  if (n > 2 && (memcmp(s, "\xe2\x80\x9d", 3) == 0 ||
                memcmp(s, "\xe2\x80\x99", 3) == 0))
    return 3;
  return 0;
}

/* If the sentence that began at `start` ends at i, where; else 0. */
static size_t end_at(const char *s, size_t n, size_t start, size_t i) {
  size_t j = i + 1, len;
  if (n - i >= 3 && (memcmp(s + i, "\xe3\x80\x82", 3) == 0 ||
                     memcmp(s + i, "\xef\xbc\x81", 3) == 0 ||
                     memcmp(s + i, "\xef\xbc\x9f", 3) == 0))
    return i + 3;
  if (s[i] == '\n') {                                      /* a blank line */
    while (j < n && is_blank(s[j]) && s[j] != '\n') j++;
    return j < n && s[j] == '\n' ? i : 0;
  }
  if (s[i] != '.' && s[i] != '!' && s[i] != '?') return 0;
  if (i > start && (s[i - 1] == '.' || s[i - 1] == '!' || s[i - 1] == '?'))
    return 0;                                   /* its first has been asked */
  while (j < n && (s[j] == '.' || s[j] == '!' || s[j] == '?')) j++;
  while ((len = closer(s + j, n - j)) > 0) j += len;
  if (j == n) return j;
  if (!is_blank(s[j])) return 0;
  for (len = j; len < n && is_blank(s[len]); len++) {}
  if (len < n && is_lower(s[len])) return 0;
  return s[i] == '.' && j == i + 1 && abbreviates(s, start, i) ? 0 : j;
}

int lit_sentence_next(const char *s, size_t n, size_t *at, size_t *from,
                      size_t *to) {
  size_t i = *at, end = 0;
  while (i < n && is_blank(s[i])) i++;
  *from = i;
  while (i < n && !(end = end_at(s, n, *from, i))) i++;
  if (i == n) end = n;
  *at = end;
  while (end > *from && is_blank(s[end - 1])) end--;
  *to = end;
  return end > *from;
}
