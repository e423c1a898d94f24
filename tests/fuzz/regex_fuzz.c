/* regex_fuzz.c -- any bytes as the regular expression of a tokenizer's file:
** an error with words, or stretches that are the text, one behind the other.
**
** The bytes up to the first zero byte are the expression, the rest is the text,
** up to what is not UTF-8. */
#include <string.h>
#include "text/tokregex.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static void check(const LitWork *w, size_t n) {
  size_t to = 0;
  for (size_t i = 0; i < w->n_cuts; i++) {
    if (w->cuts[i].from != to || w->cuts[i].to < to) __builtin_trap();
    to = w->cuts[i].to;
  }
  if (to != n) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  static LitWork w;
  const uint8_t *zero = n ? memchr(at, 0, n) : NULL;
  const char *s = zero ? (const char *)zero + 1 : "";
  const size_t n_pattern = zero ? (size_t)(zero - at) : n;
  size_t n_text = zero ? n - n_pattern - 1 : 0;
  LitErr e = {0};
  LitRegex *re = NULL;
  n_text = lit_utf8_bad(s, n_text);
  if (lit_regex_new(&e, (const char *)at, n_pattern, &re)) return 0;
  w.n_cuts = 0;
  if (!lit_work_begin(&e, &w, s, n_text, 0) &&
      !lit_regex_cut(&e, re, &w, 0, n_text))
    check(&w, n_text);
  lit_regex_free(re);
  return 0;
}
