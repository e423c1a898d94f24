/* tvf.h -- table-valued functions, all of them sharing one cursor.
**
** A table-valued function here is a row: a name, a schema, and callbacks on a
** state of its own.  `fill` appends rows a batch at a time, so a function that
** streams (a file of gigabytes) keeps constant memory, and a small one appends
** everything at its first call.  tvf.c does the rest: planning, cursors, cells.
**
**   schema: "CREATE TABLE x(out, ..., arg HIDDEN, ...)": first the n_out
**   columns that come back, then the n_args arguments in their order.  Read
**   as a column, an argument is what was given, or NULL.
*/
#ifndef LIT_TVF_H
#define LIT_TVF_H
#include "sql/glue.h"

typedef struct LitRows LitRows;

/* Append one cell; whole rows only.  No-ops once rows hold an error. */
void lit_put_null(LitRows *r);
void lit_put_int(LitRows *r, sqlite3_int64 v);
void lit_put_real(LitRows *r, double v);
void lit_put_text(LitRows *r, const char *s, size_t n);     /* copied */
void lit_put_str(LitRows *r, const char *s);                /* NULL: NULL */
void lit_put_floats(LitRows *r, const float *v, size_t dim);  /* a vector */

typedef struct LitTvf {
  const char *name;
  const char *schema;
  int n_out, n_args;
  int n_required;          /* The first so many arguments must be given; a
                           ** required argument that is NULL gives no rows */
  int from_zero;           /* True if rowid counts from 0, not from 1 */
  int flags;               /* LIT_CALM, or LIT_FILES if it reads files */
  size_t state_size;       /* Zeroed before open */
  /* Begin.  args[i] is NULL where the caller gave none; values are lent for
  ** the length of this call.  May be NULL when there is nothing to begin. */
  int (*open)(LitErr *e, LitConn *conn, void *state, sqlite3_value **args);
  /* Append the next rows; none appended means the end. */
  int (*fill)(LitErr *e, LitConn *conn, void *state, LitRows *out);
  void (*close)(void *state);           /* Also after a failed open */
  const char *doc;
} LitTvf;

int lit_register_tvf(LitConn *conn, const LitTvf *const *rows);

/* Row i of all of them, or NULL past the end (for lit_kinds). */
const LitTvf *lit_tvf_row(size_t i);
#endif
