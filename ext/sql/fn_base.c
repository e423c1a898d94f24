/* fn_base.c -- SQL functions about lit itself.
**
**   lit_version()           '0.1.0'
**   lit_config(name)        the value of a setting
**   lit_config(name, v)     sets it, for the process; returns v
**
** Settings:
**   threads    of the process, 1..64, default 1
**   cache_mb   of this connection, 1..65536, default 256: how many megabytes of
**              index are kept in memory
*/
#include <string.h>
#include "base/task.h"
#include "index/cache.h"
#include "lit.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Setting {
  const char *name;
  sqlite3_int64 lo, hi;
  sqlite3_int64 (*get)(LitConn *conn);
  int (*set)(LitErr *e, LitConn *conn, sqlite3_int64 v);
} Setting;

static sqlite3_int64 get_threads(LitConn *conn) {
  (void)conn;
  return lit_task_threads();
}

static int set_threads(LitErr *e, LitConn *conn, sqlite3_int64 v) {
  (void)conn;
  lit_task_set_threads((int)v);
  return e->rc;
}

static sqlite3_int64 get_cache(LitConn *conn) {
  return (sqlite3_int64)(conn->cache ? lit_cache_stats(conn->cache).budget
                                     : LIT_CACHE_BYTES) >> 20;
}

static int set_cache(LitErr *e, LitConn *conn, sqlite3_int64 v) {
  if (!lit_conn_cache(e, conn)) lit_cache_budget(conn->cache, (size_t)v << 20);
  return e->rc;
}

static const Setting settings[] = {
  {"threads", 1, LIT_THREADS_MAX, get_threads, set_threads},
  {"cache_mb", 1, 65536, get_cache, set_cache},
};
static const LitNames setting_names = LIT_NAMES(settings);

static void fn_version(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(ctx, LIT_VERSION, -1, SQLITE_STATIC);
}

static void fn_config(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  const Setting *s;
  const char *name;
  size_t n;
  sqlite3_int64 v;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_config", argv[0], &name, &n)) goto done;
  s = lit_names_find(&e, "lit_config", "setting", &setting_names, name, n);
  if (!s) goto done;
  if (argc == 2) {
    if (lit_arg_int(&e, "lit_config", name, argv[1], s->lo, s->hi, &v) ||
        s->set(&e, lit_conn(ctx), v))
      goto done;
  }
  sqlite3_result_int64(ctx, s->get(lit_conn(ctx)));

done:
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_base[] = {
  {"lit_version", 0, LIT_PURE, fn_version, "() -> the version of lit"},
  {"lit_config", 1, LIT_FILES, fn_config, "(name) -> a setting"},
  {"lit_config", 2, LIT_FILES, fn_config, "(name, value) -> sets it"},
  {0},
};
