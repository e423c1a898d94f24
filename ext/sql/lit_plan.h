/* lit_plan.h -- a query plan of a lit table, in words.
**
** EXPLAIN QUERY PLAN prints the words, and xFilter reads them back: each `?`
** stands for one of its arguments, in order.
**
**   best first for papers MATCH ? and mode = ? where year >= ? and venue IN ?
**   rows by rowid where rowid = ?
**   rows by rowid where year >= ?
*/
#ifndef LIT_PLAN_H
#define LIT_PLAN_H
#include "index/cols.h"
#include "sql/lit_table.h"

typedef enum { LIT_PLAN_SCAN, LIT_PLAN_LIST, LIT_PLAN_SEARCH } LitPlanKind;

/* An operator that a plan can take over from SQLite. */
typedef struct LitPlanOp {
  const char *words;        /* As SQL writes it */
  int code;                 /* SQLITE_INDEX_CONSTRAINT_..., 0 for IN */
  int op;                   /* LitOp on a FILTER column, or -1 */
} LitPlanOp;

typedef struct LitClause {
  int column;               /* The user's, hidden from n_cols on; -1: rowid */
  const LitPlanOp *op;
  sqlite3_value *value;
} LitClause;

/* Read the words back; out [argc].  CORRUPT if they are not such words. */
int lit_plan_read(LitErr *e, const LitTable *t, const char *words, int argc,
                  sqlite3_value **argv, LitClause *out);

/* LIMIT and OFFSET are clauses with these columns. */
enum { LIT_COLUMN_ROWID = -1, LIT_COLUMN_LIMIT = -2, LIT_COLUMN_OFFSET = -3 };

#endif
