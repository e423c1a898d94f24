/* clean_in.h -- between the files of clean: one pass over a text.
**
** A rule looks at byte i and either leaves it (returns i) or replaces some
** bytes from i on by lit_clean_edit and returns where to go on.  What no rule
** touches is copied in runs.  A probe makes the same pass, but only notes
** where the first edit would be.
*/
#ifndef LIT_CLEAN_IN_H
#define LIT_CLEAN_IN_H
#include "text/clean.h"

enum { LIT_CLEAN_DEPTH = 32 };

typedef struct LitClean {
  LitErr *e;
  const char *s;
  size_t n;
  const LitStop *stop;
  size_t copied;            /* s[copied..i) waits to be copied */
  LitBuf *out;              /* NULL: a probe */
  size_t base;              /* out->n at the start */
  size_t hit;               /* the first edit, or n */
  LitCleanMap *map;
  size_t math_end;          /* where the $ that closes this formula is, or 0 */
  int depth;                /* open braces; those beyond the stack are kept */
  char braces[LIT_CLEAN_DEPTH];      /* LIT_BRACE_... of each */
} LitClean;

enum { LIT_BRACE_KEEP, LIT_BRACE_DROP, LIT_BRACE_FRAC };

/* Replace s[i..i+len) by text[0..n).  Returns i + len. */
size_t lit_clean_edit(LitClean *c, size_t i, size_t len, const char *text,
                      size_t n);
size_t lit_clean_edit_str(LitClean *c, size_t i, size_t len, const char *text);

/* The byte before i in the cleaned text, 0 at its start. */
int lit_clean_before(const LitClean *c, size_t i);

static inline int lit_clean_at(const LitClean *c, size_t i) {
  return i < c->n ? (unsigned char)c->s[i] : 0;
}
static inline int lit_clean_is_lower(int c) { return c >= 'a' && c <= 'z'; }
static inline int lit_clean_is_upper(int c) { return c >= 'A' && c <= 'Z'; }
static inline int lit_clean_is_letter(int c) {
  return lit_clean_is_lower(c | 0x20);
}
static inline int lit_clean_is_digit(int c) { return c >= '0' && c <= '9'; }
static inline int lit_clean_is_alnum(int c) {
  return lit_clean_is_letter(c) || lit_clean_is_digit(c) || c >= 0x80;
}
static inline int lit_clean_is_space(int c) {
  return c == ' ' || (c >= 0 && c < 0x20);
}

/* clean_pass.c: the pass.  What follows the last edit, from c->copied on, is
** not copied yet; c->hit says whether there was one. */
void lit_clean_pass(LitClean *c);

/* clean.c: the rules for white space, punctuation and entities. */
size_t lit_clean_space(LitClean *c, size_t i);
size_t lit_clean_high(LitClean *c, size_t i);           /* C2, E2, EF */
size_t lit_clean_lost_space(LitClean *c, size_t i);     /* . , ; */
size_t lit_clean_hyphen(LitClean *c, size_t i);
size_t lit_clean_quote(LitClean *c, size_t i);
size_t lit_clean_tie(LitClean *c, size_t i);
size_t lit_clean_entity(LitClean *c, size_t i);
size_t lit_clean_lost_entity(LitClean *c, size_t i);    /* x */

/* clean_tex.c: the rules for \ { } $ and for words that lost their \. */
size_t lit_clean_backslash(LitClean *c, size_t i);
size_t lit_clean_brace(LitClean *c, size_t i);
size_t lit_clean_dollar(LitClean *c, size_t i);
size_t lit_clean_digit(LitClean *c, size_t i);
size_t lit_clean_bare_word(LitClean *c, size_t i);  /* that ends with byte i */
#endif
