/* lit_hold.h -- a lit table by its name, for functions that read one. */
#ifndef LIT_HOLD_H
#define LIT_HOLD_H
#include "sql/lit_table.h"

/* A lit table, kept connected by a statement that stands on one of its rows;
** t is NULL if it has none.  Finalize the holder, also after an error. */
typedef struct LitHold {
  sqlite3_stmt *holder;
  LitTable *t;
} LitHold;

int lit_hold(LitErr *e, LitConn *conn, const char *who, const char *name,
             LitHold *out);
#endif
