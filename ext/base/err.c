/* err.c -- see err.h */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/poison.h"

/* Drop a UTF-8 character that the end of the buffer cut in two. */
static void trim_torn(char *s) {
  size_t n = strlen(s), k = n;
  while (k > 0 && ((unsigned char)s[k - 1] & 0xC0) == 0x80) k--;
  if (k == 0) return;
  unsigned char lead = (unsigned char)s[k - 1];
  size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (n - (k - 1) < want) s[k - 1] = '\0';
}

int lit_fail(LitErr *e, int rc, const char *fmt, ...) {
  if (e->rc == LIT_OK) {
    va_list ap;
    int n;
    e->rc = rc;
    va_start(ap, fmt);
    n = vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof e->msg) trim_torn(e->msg);
  }
  return e->rc;
}

int lit_fail_nomem(LitErr *e, const char *who) {
  return lit_fail(e, LIT_NOMEM, "%s: out of memory", who);
}
