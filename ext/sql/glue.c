/* glue.c -- see glue.h */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/mem.h"
#include "index/cache.h"
#include "sql/glue.h"
#include "text/language.h"
#include "text/utf8.h"
#include "base/poison.h"

_Static_assert(LIT_NOMEM == SQLITE_NOMEM && LIT_READONLY == SQLITE_READONLY &&
               LIT_INTERRUPT == SQLITE_INTERRUPT && LIT_FULL == SQLITE_FULL &&
               LIT_IOERR == SQLITE_IOERR && LIT_CORRUPT == SQLITE_CORRUPT &&
               LIT_CANTOPEN == SQLITE_CANTOPEN && LIT_ERROR == SQLITE_ERROR &&
               LIT_TOOBIG == SQLITE_TOOBIG &&
               LIT_CONSTRAINT == SQLITE_CONSTRAINT &&
               LIT_MISMATCH == SQLITE_MISMATCH, "codes are SQLite's");

LitConn *lit_conn(sqlite3_context *ctx) { return sqlite3_user_data(ctx); }

int lit_conn_cache(LitErr *e, LitConn *conn) {
  if (!conn->cache) conn->cache = lit_cache_new(e, LIT_CACHE_BYTES);
  return e->rc;
}

/* Asking costs a tenth of a millisecond at worst: no more often than this. */
#define ASK_AFTER 5000000   /* ns */

/* sqlite3_is_interrupted exists from 3.41 on.  Before, a statement answers
** SQLITE_INTERRUPT by itself, when prepared or stepped, and runs the progress
** handler; it does some steps of its own, for the handler is called once in so
** many.  It is not kept: one left open would make sqlite3_close fail. */
static int conn_asked(void *ctx) {
  LitConn *conn = ctx;
  sqlite3_stmt *tick = NULL;
  uint64_t now = lit_clock();
  int rc;
  if (now - conn->asked_at < ASK_AFTER) return 0;
  conn->asked_at = now;
#if SQLITE_VERSION_NUMBER >= 3041000
  if (sqlite3_libversion_number() >= 3041000 &&
      sqlite3_is_interrupted(conn->db))
    return 1;
#endif
  rc = sqlite3_prepare_v2(conn->db,
                          "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT "
                          "i + 1 FROM t LIMIT 100) SELECT max(i) FROM t",
                          -1, &tick, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(tick);
  sqlite3_finalize(tick);
  return rc == SQLITE_INTERRUPT;
}

LitStop lit_conn_stop(LitConn *conn) {
  return (LitStop){.asked = conn_asked, .ctx = conn};
}

int lit_any_null(int argc, sqlite3_value **argv) {
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return 1;
  return 0;
}

int lit_arg_text(LitErr *e, const char *who, sqlite3_value *v,
                 const char **out, size_t *n) {
  size_t bad;
  *out = "", *n = 0;
  if (sqlite3_value_type(v) == SQLITE_BLOB)
    return lit_fail(e, LIT_MISMATCH, "%s: expected text, got a BLOB", who);
  *out = (const char *)sqlite3_value_text(v);
  if (!*out) return *out = "", lit_fail_nomem(e, who);
  *n = (size_t)sqlite3_value_bytes(v);
  bad = lit_utf8_bad(*out, *n);
  if (bad < *n)
    return lit_fail(e, LIT_MISMATCH, "%s: byte %zu of the text is %s", who,
                    bad + 1, (*out)[bad] ? "not valid UTF-8" : "NUL");
  return LIT_OK;
}

int lit_arg_int(LitErr *e, const char *who, const char *what,
                sqlite3_value *v, sqlite3_int64 lo, sqlite3_int64 hi,
                sqlite3_int64 *out) {
  *out = sqlite3_value_int64(v);
  if (sqlite3_value_numeric_type(v) != SQLITE_INTEGER || *out < lo ||
      *out > hi)
    return lit_fail(e, LIT_MISMATCH, "%s: %s must be an integer in %lld..%lld",
                    who, what, lo, hi);
  return LIT_OK;
}

int lit_arg_real(LitErr *e, const char *who, const char *what,
                 sqlite3_value *v, double lo, double hi, double *out) {
  int type = sqlite3_value_numeric_type(v);
  *out = sqlite3_value_double(v);
  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !isfinite(*out) ||
      *out < lo || *out > hi)
    return lit_fail(e, LIT_MISMATCH, "%s: %s must be a number in %g..%g",
                    who, what, lo, hi);
  return LIT_OK;
}

void lit_result_err(sqlite3_context *ctx, const LitErr *e) {
  if (e->rc == LIT_NOMEM) {
    sqlite3_result_error_nomem(ctx);
  } else {
    sqlite3_result_error(ctx, e->msg, -1);
    sqlite3_result_error_code(ctx, e->rc);
  }
}

int lit_vtab_err(sqlite3_vtab *t, const LitErr *e) {
  if (e->rc && e->rc != LIT_NOMEM && e->rc != LIT_INTERRUPT) {
    sqlite3_free(t->zErrMsg);
    t->zErrMsg = sqlite3_mprintf("%s", e->msg);
  }
  return e->rc;
}

void lit_result_text(sqlite3_context *ctx, const char *s, size_t n) {
  sqlite3_result_text64(ctx, s ? s : "", n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void lit_result_blob(sqlite3_context *ctx, const void *at, size_t n) {
  if (n) sqlite3_result_blob64(ctx, at, n, SQLITE_TRANSIENT);
  else sqlite3_result_zeroblob(ctx, 0);
}

int lit_fail_db(LitErr *e, const char *who, sqlite3 *db, int rc) {
  if ((rc & 0xFF) == SQLITE_NOMEM) return lit_fail_nomem(e, who);
  if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
    rc = SQLITE_ERROR;
  return lit_fail(e, rc, "%s: %s", who, sqlite3_errmsg(db));
}

static LitConn *retain(LitConn *conn) {
  conn->n_refs++;
  return conn;
}

void lit_conn_release(void *p) {
  LitConn *conn = p;
  if (--conn->n_refs > 0) return;
  lit_cache_free(conn->cache);
  lit_language_close(conn->languages);
  lit_free(conn->trace);
  sqlite3_free(conn);
}

int lit_register(LitConn *conn, const LitFunc *f) {
  int rc = SQLITE_OK;
  for (; rc == SQLITE_OK && f->name; f++) {
    if (lit_is_taken(conn->db, f->name, f->n_args)) continue;
    rc = sqlite3_create_function_v2(conn->db, f->name, f->n_args,
                                    f->flags | SQLITE_UTF8, retain(conn),
                                    f->run, NULL, NULL, lit_conn_release);
  }
  return rc;
}

int lit_register_agg(LitConn *conn, const LitAgg *a) {
  int rc = SQLITE_OK;
  for (; rc == SQLITE_OK && a->name; a++) {
    if (lit_is_taken(conn->db, a->name, a->n_args)) continue;
    rc = sqlite3_create_function_v2(conn->db, a->name, a->n_args,
                                    a->flags | SQLITE_UTF8, retain(conn), NULL,
                                    a->step, a->final, lit_conn_release);
  }
  return rc;
}

int lit_is_taken(sqlite3 *db, const char *name, int n_args) {
  sqlite3_stmt *q = NULL;
  int has = 0;
  if (sqlite3_strnicmp(name, "vec_", 4) != 0) return 0;
  if (sqlite3_prepare_v2(db, n_args == LIT_MODULE
                         ? "SELECT 1 FROM pragma_module_list "
                           "WHERE name = lower(?1)"
                         : "SELECT 1 FROM pragma_function_list "
                           "WHERE name = lower(?1) AND narg IN (?2, -1)",
                         -1, &q, NULL) == SQLITE_OK) {
    sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    if (n_args != LIT_MODULE) sqlite3_bind_int(q, 2, n_args);
    has = sqlite3_step(q) == SQLITE_ROW;
  }
  sqlite3_finalize(q);
  return has;
}
