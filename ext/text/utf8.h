/* utf8.h -- checking and walking UTF-8 (Unicode 15, table 3-7). */
#ifndef LIT_UTF8_H
#define LIT_UTF8_H
#include <stddef.h>
#include <stdint.h>

/* Place of the first byte that does not begin a well-formed character (no
** overlong forms, no surrogates) or is NUL; n if all of s[0..n) is fine. */
size_t lit_utf8_bad(const char *s, size_t n);

/* The character at s[0..n), n > 0, into *cp; its length 1..4.  For bytes that
** are not well-formed: U+FFFD and length 1. */
size_t lit_utf8_get(const char *s, size_t n, uint32_t *cp);

/* cp (a scalar value) into out; its length 1..4. */
size_t lit_utf8_put(uint32_t cp, char out[4]);
#endif
