/* fn_progress.c -- how far the long jobs of this process are.
**
**   lit_progress()   '[{"job":"lit_knn_join","done":2048,"total":20000,
**                      "per_second":512.0,"seconds_left":35.1}]'
**
** Asked from another connection or thread, or by a progress handler; NULL when
** no job is under way.  Such jobs also write a line to stderr, where that is a
** terminal.
*/
#include "base/buf.h"
#include "base/progress.h"
#include "sql/tables.h"
#include "base/poison.h"

static void fn_progress(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf b = {0};
  (void)argc, (void)argv;
  for (int i = 0; i < LIT_PROGRESS_MAX; i++) {
    const char *what;
    uint64_t done, total;
    double rate, left;
    char speed[80];
    if (!lit_progress_get(i, &what, &done, &total)) continue;
    rate = (double)done / (lit_progress_seconds(i) + 1e-3);
    left = rate > 0 && total > done ? (double)(total - done) / rate : 0;
    sqlite3_snprintf(sizeof speed, speed, "\"per_second\":%.1f,"
                     "\"seconds_left\":%.1f", rate, left);
    lit_buf_printf(&e, &b,
                   "%s{\"job\":\"%s\",\"done\":%llu,\"total\":%llu,%s}",
                   b.n ? "," : "[", what, (unsigned long long)done,
                   (unsigned long long)total, speed);
  }
  if (b.n) {
    lit_buf_u8(&e, &b, ']');
    if (!e.rc) lit_result_text(ctx, (const char *)b.at, b.n);
  }
  if (e.rc) lit_result_err(ctx, &e);
  lit_buf_drop(&b);
}

const LitFunc lit_funcs_progress[] = {
  {"lit_progress", 0, LIT_CALM, fn_progress,
   "() -> JSON: the long jobs under way, done and total; NULL if none"},
  {0},
};
