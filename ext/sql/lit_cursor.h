/* lit_cursor.h -- a cursor of a lit table, for the functions that are told of
** it through the table's hidden column (lit_snippet, lit_highlight). */
#ifndef LIT_CURSOR_H
#define LIT_CURSOR_H
#include "sql/lit_search.h"

typedef struct LitCursor {
  sqlite3_vtab_cursor base;
  LitPlanKind kind;
  sqlite3_stmt *scan;       /* SCAN: on the current row */
  sqlite3_stmt *doc;        /* LIST, SEARCH: the current row's, once needed */
  int has_doc;
  LitSearch search;
  size_t at;                /* In search.rows */
  int is_eof;
  unsigned changes;         /* The table's, when the search began */
} LitCursor;

/* The type under which xColumn of the hidden column passes its cursor on. */
#define LIT_CURSOR_POINTER "lit cursor"

/* The statement that stands on the current row of %_docs: column 1 + i is the
** user's column i.  NULL and CORRUPT if the row is not there. */
sqlite3_stmt *lit_cursor_doc(LitErr *e, LitCursor *c);

#endif
