/* jsonscan.h -- is this one JSON value?  Strict: RFC 8259. */
#ifndef LIT_JSONSCAN_H
#define LIT_JSONSCAN_H
#include <stddef.h>

enum { LIT_JSON_DEPTH = 1000 };   /* open brackets */

/* NULL if s[0..n) is one value, white space around it allowed; else words for
** what was expected, and the byte it was missed at in *at. */
const char *lit_jsonscan(const char *s, size_t n, size_t *at);
#endif
