/* lit_shadow.h -- the shadow tables of a lit table, and statements on them.
**
**   %_docs    id INTEGER PRIMARY KEY, c0, c1 ...    the rows, as given; VECTOR
**                                                   columns live in segments
**   %_data    id INTEGER PRIMARY KEY, chunk         the index, see store.h
**   %_config  key PRIMARY KEY, value                version, model, hash, dim
**
** The list stands in lit_shadow_suffixes alone; create, drop, rename and
** xShadowName follow it.  Statements are prepared when first used and kept,
** and always left reset.
*/
#ifndef LIT_SHADOW_H
#define LIT_SHADOW_H
#include "index/store.h"
#include "sql/glue.h"
#include "sql/lit_schema.h"

extern const char *const lit_shadow_suffixes[];      /* ended by NULL */

typedef enum {
  LIT_Q_GET, LIT_Q_PUT, LIT_Q_DROP, LIT_Q_DOC, LIT_Q_DOC_PUT, LIT_Q_DOC_DROP,
  LIT_Q_DOC_MAX, LIT_Q_CONFIG, LIT_Q_SET_CONFIG, LIT_N_Q
} LitQuery;

typedef struct LitShadow {
  sqlite3 *db;
  const LitSchema *schema;
  char *name;               /* "papers": changes when the table is renamed */
  char *data_name;          /* "papers_data": for words */
  sqlite3_stmt *q[LIT_N_Q];
  sqlite3_stmt *spare;      /* See lit_shadow_lend */
  LitStore store;
} LitShadow;

int lit_shadow_init(LitErr *e, LitShadow *s, sqlite3 *db,
                    const LitSchema *schema);
void lit_shadow_close(LitShadow *s);      /* Finalizes the statements */
int lit_shadow_create(LitErr *e, LitShadow *s);
int lit_shadow_destroy(LitErr *e, LitShadow *s);
int lit_shadow_rename(LitErr *e, LitShadow *s, const char *name);

/* A kept statement, reset; NULL and an error if it cannot be prepared. */
sqlite3_stmt *lit_shadow_query(LitErr *e, LitShadow *s, LitQuery which);

/* A statement of the caller's own over %_docs: "SELECT id, c0, ... WHERE id
** BETWEEN ? AND ? ORDER BY id"; column 1 + i is the user's column i, NULL for
** VECTOR columns. */
sqlite3_stmt *lit_shadow_scan(LitErr *e, LitShadow *s, sqlite3_int64 lo,
                              sqlite3_int64 hi);

/* "SELECT id, c0, ... WHERE id = ?1", columns as above, for a cursor that stands
** on its row while others of the table stand on theirs.  Give it back: one is
** kept for the next. */
sqlite3_stmt *lit_shadow_lend(LitErr *e, LitShadow *s);
void lit_shadow_give(LitShadow *s, sqlite3_stmt *q);

/* Step a statement that gives no rows, and reset it. */
int lit_shadow_run(LitErr *e, LitShadow *s, sqlite3_stmt *q);

/* Reset a statement that was stepped.  Also records an error that only shows
** now: reading a cell can fail, for want of memory, and not say so. */
int lit_shadow_done(LitErr *e, LitShadow *s, sqlite3_stmt *q);

int lit_shadow_set(LitErr *e, LitShadow *s, const char *key, const char *value);
/* The value of a key, copied into out [n]; CORRUPT if it is missing. */
int lit_shadow_config(LitErr *e, LitShadow *s, const char *key, char *out,
                      size_t n);

#endif
