/* glue.h -- what every file that speaks to SQLite shares: arguments in,
** results and errors out, and registration by table. */
#ifndef LIT_GLUE_H
#define LIT_GLUE_H
#include <stddef.h>
#include <stdint.h>
#include <sqlite3ext.h>
#include "base/err.h"
#include "base/names.h"
#include "base/stop.h"
#ifndef LIT_MAIN
SQLITE_EXTENSION_INIT3     /* main.c alone defines sqlite3_api */
#endif

/* One per connection, made by main.c, the user data of every function and
** module.  Freed when the connection closes. */
typedef struct LitConn {
  sqlite3 *db;
  int n_refs;              /* Modules and functions that still hold it */
  struct LitCache *cache;  /* Of all its lit tables; made when first needed */
  struct LitTrace *trace;  /* Of its last search of a lit table */
  struct LitTable *tables; /* Its lit tables that are connected, newest first */
  uint64_t asked_at;       /* When it was last asked for an interrupt, or work
                           ** that may ask began, ns */
  struct LitLanguages *languages;          /* Of lit_language, likewise */
} LitConn;

LitConn *lit_conn(sqlite3_context *ctx);

/* Make conn->cache, if it is not there yet. */
enum { LIT_CACHE_BYTES = 256 << 20 };
int lit_conn_cache(LitErr *e, LitConn *conn);

/* Asks whether the connection was interrupted (Ctrl-C, sqlite3_interrupt,
** a progress handler that says so). */
LitStop lit_conn_stop(LitConn *conn);

/* True if one of the arguments is NULL. */
int lit_any_null(int argc, sqlite3_value **argv);

/* Read argument `v` as text [*n] that is valid UTF-8 without NUL bytes, lent
** for the length of the call.  who: the SQL function's name, for words.
** Errors: MISMATCH (a BLOB, bad UTF-8: says at which byte), NOMEM. */
int lit_arg_text(LitErr *e, const char *who, sqlite3_value *v,
                 const char **out, size_t *n);

/* Read argument `v` as an integer in lo..hi.  MISMATCH names who and what. */
int lit_arg_int(LitErr *e, const char *who, const char *what,
                sqlite3_value *v, sqlite3_int64 lo, sqlite3_int64 hi,
                sqlite3_int64 *out);

/* Read argument `v` as a finite real in lo..hi. */
int lit_arg_real(LitErr *e, const char *who, const char *what,
                 sqlite3_value *v, double lo, double hi, double *out);

/* End an SQL function that failed: turns *e into the statement's error. */
void lit_result_err(sqlite3_context *ctx, const LitErr *e);

/* The same for a virtual table's method: sets t->zErrMsg, returns e->rc. */
int lit_vtab_err(sqlite3_vtab *t, const LitErr *e);

/* Copies bytes [n] into a TEXT or BLOB result; NOMEM is told by SQLite. */
void lit_result_text(sqlite3_context *ctx, const char *s, size_t n);
void lit_result_blob(sqlite3_context *ctx, const void *at, size_t n);

/* Records SQLite's own error of this connection: "who: words". */
int lit_fail_db(LitErr *e, const char *who, sqlite3 *db, int rc);

/* Where a function may be used, and what it promises. */
enum {
  LIT_PURE = SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC,  /* same in, same out */
  LIT_CALM = SQLITE_INNOCUOUS,          /* harmless, but may differ (BLAS) */
  LIT_FILES = SQLITE_DIRECTONLY         /* reads files or changes settings */
};

typedef struct LitFunc {
  const char *name;
  int n_args;              /* -1: any number */
  int flags;               /* LIT_PURE ...; SQLITE_UTF8 is added */
  void (*run)(sqlite3_context *, int, sqlite3_value **);
  const char *doc;         /* One line for lit_kinds: arguments and meaning */
} LitFunc;

typedef struct LitAgg {
  const char *name;
  int n_args, flags;
  void (*step)(sqlite3_context *, int, sqlite3_value **);
  void (*final)(sqlite3_context *);
  const char *doc;
} LitAgg;

/* Register rows up to the one whose name is NULL, but those taken. */
int lit_register(LitConn *conn, const LitFunc *rows);
int lit_register_agg(LitConn *conn, const LitAgg *rows);

/* True if `name` is a vec_* name, which others use too, and the connection
** has a function of this name and arity already, or (LIT_MODULE) a virtual
** table: it keeps the one it has. */
enum { LIT_MODULE = -2 };
int lit_is_taken(sqlite3 *db, const char *name, int n_args);

/* A destructor for create_function and create_module: one reference less. */
void lit_conn_release(void *conn);
#endif
