/* translit.h -- text in Latin letters. */
#ifndef LIT_TRANSLIT_H
#define LIT_TRANSLIT_H
#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

/* Appends s[0..n) to *out, transliterated as translit.c says.  What has no
** rule passes through, bytes that are not UTF-8 too.  stop may be NULL. */
int lit_translit(LitErr *e, const char *s, size_t n, const LitStop *stop,
                 LitBuf *out);
#endif
