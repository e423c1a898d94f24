/* tokregex.h -- the regular expressions of tokenizer files, by PCRE2.
**
** They are written for Oniguruma (Ruby's syntax).  What differs is set right
** when one is compiled: ^ and $ are at every line, \s is White_Space.  A
** match that takes too long (limits of PCRE2) is an error.
*/
#ifndef LIT_TOKREGEX_H
#define LIT_TOKREGEX_H
#include "text/tokparts.h"

typedef struct LitRegex LitRegex;

int lit_regex_new(LitErr *e, const char *pattern, size_t n, LitRegex **out);
/* The same for a string that stands for itself. */
int lit_regex_literal(LitErr *e, const char *s, size_t n, LitRegex **out);
void lit_regex_free(LitRegex *re);

/* What matching leaves in a LitWork. */
void lit_regex_drop_match(void *match);

/* Append to w->cuts the stretches of w->text.at[from .. to-1]. */
int lit_regex_cut(LitErr *e, const LitRegex *re, LitWork *w, size_t from,
                  size_t to);
/* Read "pattern": {"String": ...} or {"Regex": ...}; *text is lent. */
int lit_regex_load(LitErr *e, const json_t *node, LitRegex **out,
                   const char **text, int *literal);
#endif
