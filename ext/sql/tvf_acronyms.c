/* tvf_acronyms.c -- lit_acronyms: the abbreviations that a text defines.
**
**   SELECT short, long FROM lit_acronyms('a large language model (LLM)');
**
**   lit_acronyms(text) -> short, long, start, end
**
** One row for each definition, in their order: `long (short)` or `short
** (long)`.  start, end: bytes of the given text, from 0, end exclusive, that
** hold both.  The text is cleaned before it is searched, so short and long are
** without TeX.  Algorithm: text/acronym.c.  Errors: text that is no UTF-8 or
** has a NUL.
*/
#include "base/buf.h"
#include "sql/tables.h"
#include "text/acronym.h"
#include "text/clean.h"
#include "base/poison.h"

enum { BATCH = 256 };

typedef struct State {
  LitBuf clean;
  LitCleanMap map;
  size_t at;
} State;

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  const char *text;
  size_t n;
  if (lit_arg_text(e, "lit_acronyms", args[0], &text, &n)) return e->rc;
  return lit_clean(e, text, n, &stop, &s->clean, &s->map);
}

static void put(const State *s, const LitAcronym *a, LitRows *out) {
  const char *text = (const char *)s->clean.at;
  uint32_t from = (uint32_t)(a->long_from < a->short_from ? a->long_from
                                                          : a->short_from);
  uint32_t to = (uint32_t)(a->long_to > a->short_to ? a->long_to
                                                    : a->short_to);
  lit_clean_back(&s->map, &from, &to);
  lit_put_text(out, text + a->short_from, a->short_to - a->short_from);
  lit_put_text(out, text + a->long_from, a->long_to - a->long_from);
  lit_put_int(out, from);
  lit_put_int(out, to);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  LitAcronym a;
  for (int i = 0; i < BATCH; i++) {
    if (!lit_acronym_next((const char *)s->clean.at, s->clean.n, &s->at, &a))
      break;
    put(s, &a, out);
  }
  return lit_stopped(e, &stop);
}

static void close(void *state) {
  State *s = state;
  lit_buf_drop(&s->clean);
  lit_clean_map_drop(&s->map);
}

const LitTvf lit_tvf_acronyms = {
  .name = "lit_acronyms",
  .schema = "CREATE TABLE x(short TEXT, long TEXT, \"start\" INTEGER, "
            "\"end\" INTEGER, text HIDDEN)",
  .n_out = 4, .n_args = 1, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(text) -> short, long, start, end: abbreviations it defines",
};
