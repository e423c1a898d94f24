/* acronym.h -- the abbreviations that a text defines. */
#ifndef LIT_ACRONYM_H
#define LIT_ACRONYM_H
#include <stddef.h>

/* Bytes of the text, ends exclusive. */
typedef struct LitAcronym {
  size_t short_from, short_to;    /* LLM */
  size_t long_from, long_to;      /* large language model */
} LitAcronym;

/* The next definition in s[0..n) from byte *at on; *at moves behind it.
** Returns 0 at the end. */
int lit_acronym_next(const char *s, size_t n, size_t *at, LitAcronym *out);
#endif
