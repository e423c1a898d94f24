/* tvf_pages.c -- lit_daily_papers: the cards of a saved Daily Papers page.
**
**   SELECT title, abstract FROM lit_daily_papers(readfile('page.txt'));
**
**   lit_daily_papers(text)
**     -> rank       1 .. in the order of the page
**        title, abstract   as they stand; NULL where the page lost them
**        feed_date  'MM-DD' (such pages name no year), 'YYYY-MM-DD' if they do
**        feed       'Daily Papers', NULL for a page without its header
**        problem    NULL, or what was odd about this card (page: its first)
**
** text: TEXT, or a BLOB as readfile gives it.  A byte order mark, CR LF and
** lines broken within an abstract are mended silently; bytes that are not
** UTF-8 become U+FFFD.  How a damaged page is read: text/pages.c.
*/
#include <string.h>
#include "base/buf.h"
#include "sql/tables.h"
#include "text/pages.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct State {
  LitBuf text;
  LitRows *rows;            /* while it fills */
  int done;
} State;

/* The argument's bytes as valid UTF-8, NUL bytes as spaces. */
static int take(LitErr *e, LitBuf *out, sqlite3_value *v) {
  const char *s = sqlite3_value_type(v) == SQLITE_BLOB
                      ? sqlite3_value_blob(v)
                      : (const char *)sqlite3_value_text(v);
  size_t n = (size_t)sqlite3_value_bytes(v), bad;
  if (!s && n) return lit_fail_nomem(e, "lit_daily_papers");
  if (n > 1 && (!memcmp(s, "\xff\xfe", 2) || !memcmp(s, "\xfe\xff", 2)))
    return lit_fail(e, LIT_MISMATCH,
                    "lit_daily_papers: the page is UTF-16, expected UTF-8");
  for (size_t i = 0; i < n && !e->rc; i += bad + 1) {
    bad = lit_utf8_bad(s + i, n - i);
    lit_buf_put(e, out, s + i, bad);
    if (i + bad < n) lit_buf_text(e, out, s[i + bad] ? "\xef\xbf\xbd" : " ");
  }
  return e->rc;
}

static int open_page(LitErr *e, LitConn *conn, void *state,
                     sqlite3_value **args) {
  State *s = state;
  (void)conn;
  return take(e, &s->text, args[0]);
}

/* Lines of one abstract are joined by blanks. */
static void put_lines(LitErr *e, LitRows *rows, const char *s, size_t n) {
  LitBuf joined = {0};
  if (!s) {
    lit_put_null(rows);
    return;
  }
  if (!memchr(s, '\n', n)) {
    lit_put_text(rows, s, n);
    return;
  }
  for (size_t i = 0; i < n; i++)
    if (s[i] != '\r') lit_buf_put(e, &joined, s[i] == '\n' ? " " : s + i, 1);
  lit_put_text(rows, (const char *)joined.at, joined.n);
  lit_buf_drop(&joined);
}

static int put_card(LitErr *e, void *to, const LitCard *c) {
  LitRows *rows = ((State *)to)->rows;
  lit_put_int(rows, c->rank);
  put_lines(e, rows, c->title, c->n_title);
  put_lines(e, rows, c->abstract, c->n_abstract);
  lit_put_str(rows, c->date[0] ? c->date : NULL);
  lit_put_str(rows, c->feed);
  lit_put_str(rows, c->problem[0] ? c->problem : NULL);
  return e->rc;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  (void)conn;
  if (s->done++) return e->rc;
  s->rows = out;
  return lit_pages_read(e, (const char *)s->text.at, s->text.n, put_card, s);
}

static void close_page(void *state) { lit_buf_drop(&((State *)state)->text); }

const LitTvf lit_tvf_daily_papers = {
  .name = "lit_daily_papers",
  .schema = "CREATE TABLE x(rank INTEGER, title TEXT, abstract TEXT, "
            "feed_date TEXT, feed TEXT, problem TEXT, text HIDDEN)",
  .n_out = 6, .n_args = 1, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(State),
  .open = open_page, .fill = fill, .close = close_page,
  .doc = "(text) -> rank, title, abstract, feed_date, feed, problem: the "
         "cards of a Daily Papers page",
};
