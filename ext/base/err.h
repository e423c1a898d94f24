/* err.h -- the one error object, and the result codes every layer uses.
**
** The codes are numerically SQLite's (checked in sql/glue.c), so nothing is
** translated at the border.  The first error wins: later calls keep it.
*/
#ifndef LIT_ERR_H
#define LIT_ERR_H

enum {
  LIT_OK = 0, LIT_ERROR = 1, LIT_NOMEM = 7, LIT_READONLY = 8,
  LIT_INTERRUPT = 9, LIT_IOERR = 10, LIT_CORRUPT = 11, LIT_FULL = 13,
  LIT_CANTOPEN = 14, LIT_TOOBIG = 18, LIT_CONSTRAINT = 19, LIT_MISMATCH = 20
};

#if defined(__GNUC__) || defined(__clang__)
# define LIT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
# define LIT_PRINTF(fmt, args)
#endif

typedef struct LitErr {
  int rc;                 /* LIT_OK, or the first error met */
  char msg[400];          /* Words for it; fixed size, so OOM can be told too */
} LitErr;

/* Record (rc, printf-style words) in *e unless it holds an error already.
** Words too long for e->msg are cut at a UTF-8 character.
** Returns e->rc, so that `return lit_fail(...)` is one line. */
int lit_fail(LitErr *e, int rc, const char *fmt, ...) LIT_PRINTF(3, 4);

/* lit_fail(e, LIT_NOMEM, ...) for whoever ran out: "who: out of memory". */
int lit_fail_nomem(LitErr *e, const char *who);

#endif
