/* fn_language.c -- SQL functions on the language and script of a text.
**
**   lit_language(text)    the ISO 639-1 code of the language that text is in
**                         ('en', 'fr', 'zh'), NULL when not sure: too little
**                         text, or several languages fit.  61 languages, see
**                         lit_kinds; text/language.c says how
**   lit_translit(text)    text in Latin letters, see text/translit.c
**
** NULL in, NULL out.  Errors: text that is no UTF-8 or has a NUL.
*/
#include "base/buf.h"
#include "sql/tables.h"
#include "text/language.h"
#include "text/translit.h"
#include "base/poison.h"

static void fn_language(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitConn *conn = lit_conn(ctx);
  const char *s, *code;
  size_t n;
  (void)argc;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_language", argv[0], &s, &n)) goto done;
  if (!conn->languages && lit_language_open(&e, &conn->languages)) goto done;
  code = lit_language_guess(conn->languages, s, n);
  if (code) sqlite3_result_text(ctx, code, -1, SQLITE_STATIC);

done:
  if (e.rc) lit_result_err(ctx, &e);
}

static void fn_translit(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const char *s;
  size_t n;
  (void)argc;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_translit", argv[0], &s, &n)) goto done;
  if (lit_translit(&e, s, n, &stop, &out)) goto done;
  lit_result_text(ctx, (char *)out.at, out.n);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_buf_drop(&out);
}

const LitFunc lit_funcs_language[] = {
  {"lit_language", 1, LIT_PURE, fn_language,
   "(text) -> ISO 639-1 code of its language, NULL when not sure"},
  {"lit_translit", 1, LIT_PURE, fn_translit, "(text) -> in Latin letters"},
  {0},
};
