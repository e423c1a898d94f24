/* fn_base.c -- SQL functions about lit itself.
**
**   lit_version()           '0.1.0'
**   lit_config(name)        the value of a setting
**   lit_config(name, v)     sets it, for the process; returns v
**
** Settings: threads (1..64, default 1).
*/
#include <string.h>
#include "base/task.h"
#include "lit.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Setting {
  const char *name;
  sqlite3_int64 lo, hi;
  sqlite3_int64 (*get)(void);
  void (*set)(sqlite3_int64 v);
} Setting;

static sqlite3_int64 get_threads(void) { return lit_task_threads(); }
static void set_threads(sqlite3_int64 v) { lit_task_set_threads((int)v); }

static const Setting settings[] = {
  {"threads", 1, LIT_THREADS_MAX, get_threads, set_threads},
};

static void fn_version(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(ctx, LIT_VERSION, -1, SQLITE_STATIC);
}

static const Setting *find(LitErr *e, const char *name) {
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    if (strcmp(settings[i].name, name) == 0) return &settings[i];
  lit_fail(e, LIT_ERROR, "lit_config: no setting '%s'; there is: threads",
           name);
  return NULL;
}

static void fn_config(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  const Setting *s;
  const char *name;
  size_t n;
  sqlite3_int64 v;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_config", argv[0], &name, &n)) goto done;
  s = find(&e, name);
  if (!s) goto done;
  if (argc == 2) {
    if (lit_arg_int(&e, "lit_config", name, argv[1], s->lo, s->hi, &v))
      goto done;
    s->set(v);
  }
  sqlite3_result_int64(ctx, s->get());

done:
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_base[] = {
  {"lit_version", 0, LIT_PURE, fn_version, "() -> the version of lit"},
  {"lit_config", 1, LIT_FILES, fn_config, "(name) -> a setting"},
  {"lit_config", 2, LIT_FILES, fn_config, "(name, value) -> sets it"},
  {0},
};
