/* cols.h -- FILTER columns: the values of one column of a segment, kept so
** that a condition of WHERE becomes a set of rows in well under a millisecond.
**
** Values come back exactly as they went in: an integer stays an integer, a
** real keeps all its bits, text and blobs may hold any bytes.  A text or blob
** is at most LIT_VAL_MAX bytes long; a longer one is refused, never cut.
*/
#ifndef LIT_COLS_H
#define LIT_COLS_H
#include "base/mem.h"
#include "base/stop.h"
#include "index/seg.h"

enum { LIT_VAL_MAX = 1 << 20 };

typedef enum {
  LIT_VAL_NULL, LIT_VAL_INT, LIT_VAL_REAL, LIT_VAL_TEXT, LIT_VAL_BLOB
} LitValType;

typedef struct LitVal {
  LitValType type;
  int64_t i;                /* INT */
  double d;                 /* REAL; never NaN */
  const char *at;           /* TEXT, BLOB: [n], lent */
  size_t n;
} LitVal;

/* <0, 0, >0 in SQLite's order: NULL, numbers, text, blobs.  Integers and reals
** compare by exact value, text and blobs byte by byte (BINARY). */
int lit_val_cmp(const LitVal *a, const LitVal *b);

/* ---- writing ---- */

typedef struct LitCol LitCol;   /* Values of one column being gathered */

LitCol *lit_col_new(LitErr *e);

/* Value of row `row`, an arrival number; rows come in ascending order, and one
** that is left out is NULL.  v is copied; NaN becomes NULL, as in SQLite.
** Errors: LIT_TOOBIG over LIT_VAL_MAX bytes; LIT_NOMEM.  After either the
** column is as it was before. */
int lit_col_add(LitErr *e, LitCol *c, uint32_t row, const LitVal *v);
size_t lit_col_bytes(const LitCol *c);          /* Memory held */

/* Write the part of column `column` (0 .. LIT_COLS_MAX-1).  ord_of[row] is the
** ordinal of the row in the segment, UINT32_MAX if the row is left out. */
int lit_col_write(LitErr *e, LitCol *c, int column, const uint32_t *ord_of,
                  LitSegOut *out);
void lit_col_free(LitCol *c);

/* Write column `column` of a segment made of the rows of others:
** ord_of[k][ord] is the new ordinal of a row of in[k], or UINT32_MAX. */
int lit_col_merge(LitErr *e, int column, LitSeg *const *in,
                  const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                  const LitStop *stop);

/* Read all of the column and check everything that readers rely on. */
int lit_col_check(LitErr *e, int column, const LitSeg *s, const LitStop *stop);

/* ---- reading ---- */

/* What a row's value must be.  PREFIX means what LIKE 'x%' does for text,
** blobs and integers: begins with these bytes, A to Z as a to z; PREFIX_CASE
** is the same with case, as GLOB 'x*'.  A real never passes either, because
** how it prints is the host's business: use them for columns without reals. */
typedef enum {
  LIT_OP_EQ, LIT_OP_NE, LIT_OP_LT, LIT_OP_LE, LIT_OP_GT, LIT_OP_GE, LIT_OP_IN,
  LIT_OP_IS_NULL, LIT_OP_NOT_NULL, LIT_OP_PREFIX, LIT_OP_PREFIX_CASE
} LitOp;

typedef struct LitPred {
  int column;
  LitOp op;
  const LitVal *vals;       /* [n_vals]: one; IN: any number; (NOT) NULL: 0 */
  size_t n_vals;
} LitPred;

/* mask [s->n_rows] &= the rows that pass.  A NULL passes IS_NULL and nothing
** else, and against a NULL nothing passes, as in SQL.  Cheaper the fewer rows
** the mask still holds. */
int lit_col_filter(LitErr *e, const LitSeg *s, const LitPred *p, LitBits *mask);
/* The same for p [n], n >= 1, all of one column: looks at each row once. */
int lit_col_filter_all(LitErr *e, const LitSeg *s, const LitPred *p, size_t n,
                       LitBits *mask);

/* The value of one row; text and blobs are copied into the arena. */
int lit_col_get(LitErr *e, int column, const LitSeg *s, uint32_t ord,
                LitArena *a, LitVal *out);
#endif
