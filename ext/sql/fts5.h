/* fts5.h -- lit's words as a tokenizer of FTS5; see fts5.c. */
#ifndef LIT_FTS5_H
#define LIT_FTS5_H
#include "sql/glue.h"

/* Register it, if this connection has FTS5.  Returns SQLite's code. */
int lit_fts5_register(LitConn *conn);
#endif
