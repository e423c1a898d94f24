/* lit_table.h -- one connected lit table: what its files share.
**
**   lit_vtab.c      create, connect, transactions, the module
**   lit_write.c     INSERT, UPDATE, DELETE; flushing
**   lit_command.c   INSERT INTO t(t) VALUES ('optimize') ...
**   lit_plan.c      which query plan, and its words
**   lit_search.c    one search: from arguments to ranked rows
**   lit_cursor.c    rows to columns
*/
#ifndef LIT_TABLE_H
#define LIT_TABLE_H
#include "index/bm25.h"
#include "index/dir.h"
#include "model/model.h"
#include "sql/glue.h"
#include "sql/lit_schema.h"
#include "sql/lit_shadow.h"

enum { LIT_GATHER_BYTES = 64 << 20 };     /* Then it becomes a segment */

typedef struct LitTable {
  sqlite3_vtab base;
  LitConn *conn;
  struct LitTable *next;    /* In conn->tables */
  LitErr broken;            /* Why the table cannot be used, if it cannot */
  LitSchema schema;
  LitShadow shadow;
  LitVecCol *vec_cols;      /* [shape.n_vecs] */
  LitShape shape;
  LitDir dir;
  LitGather gather;         /* Rows of this transaction, not yet a segment */
  int has_gather;
  int is_writing;           /* In a transaction, dir loaded */
  sqlite3_int64 last_rowid; /* The greatest there is, */
  int knows_last;           /* if this transaction has asked for it */
  int n_inside;             /* Methods of the table that are running */
  int is_undone;            /* Rolled back meanwhile, see lit_leave */
  unsigned changes;         /* Grows with each write, command and rollback */
  int unsaved;              /* 2 + the savepoint whose flush failed; 0: none.
                             Savepoints count from -1, the transaction. */
  const LitModel *model;    /* Once it was needed */
  char model_hash[40];      /* What made the vectors; "" for 'none' */
  LitWordsCtx *words;
  LitBuf scratch;           /* Cleaned text */
  float *vector;            /* The model's, of a row on its way in */
} LitTable;

static inline int lit_has_model(const LitTable *t) {
  return t->shape.n_vecs > t->schema.n_vectors;
}

/* The number of the model's own vector column. */
static inline int lit_model_column(const LitTable *t) {
  return t->schema.n_vectors;
}

/* Every method that touches the directory or what was gathered stands between
** these.  A statement of ours that meets the end of memory or of the disk makes
** SQLite roll back at once, in the midst of the method; what it works on is
** then only forgotten when it leaves, and the method fails.
** lit_leave: the code that SQLite gets. */
static inline void lit_enter(LitTable *t) { t->n_inside++; }
int lit_leave(LitTable *t, LitErr *e);

/* The lit table of that name in a database ("main"), for functions that are told
** of it by name: lent until the next statement.  ERROR if there is none. */
int lit_table_find(LitErr *e, LitConn *conn, const char *who, const char *db,
                   const char *name, LitTable **out);

/* Begin to read: what this transaction wrote becomes visible, then the
** directory is what the database says. */
int lit_table_read(LitErr *e, LitTable *t);

/* Read and check %_config: the model's hash into t, its dimensions (0: none). */
int lit_table_config(LitErr *e, LitTable *t, uint32_t *dim);

/* The table's model, loaded; MISMATCH if it is another one by that name. */
int lit_table_model(LitErr *e, LitTable *t);

/* ---- lit_write.c ---- */

/* xUpdate */
int lit_write(sqlite3_vtab *base, int argc, sqlite3_value **argv,
              sqlite3_int64 *rowid);

/* Gathered rows become a segment, and killed ones are written. */
int lit_flush(LitErr *e, LitTable *t);

/* Drop what was gathered and forget the directory (rollback). */
void lit_unwrite(LitTable *t);

/* Fill the begun row of `g` from the TEXT and FILTER among the user's columns
** [n_cols]; a vector that is given (of the model's column) is taken instead of
** embedding anew. */
int lit_index_row(LitErr *e, LitTable *t, LitGather *g, uint32_t row,
                  sqlite3_value **cols, const float *vector);

/* One text of a field, cleaned and cut, through `sink`. */
int lit_each_word(LitErr *e, LitTable *t, const char *s, size_t n, int mode,
                  const LitWordSink *sink);

/* The TEXT columns, cleaned, as the model shall read them: one text. */
int lit_model_text(LitErr *e, LitTable *t, sqlite3_value **cols, LitBuf *out);

/* Read value v as a vector of column c.  *is_null for NULL.  Drop *out. */
int lit_read_vector(LitErr *e, const LitTable *t, const LitColumn *c,
                    sqlite3_value *v, LitVec *out, int *is_null);

/* A FILTER value with the column's affinity applied; text is lent by v. */
int lit_read_filter(LitErr *e, const LitColumn *c, sqlite3_value *v,
                    LitVal *out);
/* The same as %_docs keeps it: in a REAL column an integer becomes a real. */
int lit_read_stored(LitErr *e, const LitColumn *c, sqlite3_value *v,
                    LitVal *out);

/* ---- lit_command.c ---- */

/* Run the command v; k is the column of that name. */
int lit_command(LitErr *e, LitTable *t, sqlite3_value *v, sqlite3_value *k);
int lit_table_check(LitErr *e, LitTable *t);

/* ---- lit_plan.c ---- */

int lit_plan(sqlite3_vtab *base, sqlite3_index_info *info);

extern const sqlite3_module *const lit_module;

/* ---- lit_cursor.c ---- */

int lit_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out);
int lit_close(sqlite3_vtab_cursor *base);
int lit_filter(sqlite3_vtab_cursor *base, int kind, const char *plan,
               int argc, sqlite3_value **argv);
int lit_next(sqlite3_vtab_cursor *base);
int lit_eof(sqlite3_vtab_cursor *base);
int lit_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int col);
int lit_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out);

#endif
