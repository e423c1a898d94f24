/* tvf_jsonl.c -- lit_jsonl: a file of JSON documents, one a line.
**
**   SELECT value ->> 'title' FROM lit_jsonl('corpus/arxiv.jsonl.gz');
**
**   lit_jsonl(path [, on_error]) -> line, value, problem
**
** line: from 1; value: the line as it stands, one JSON value (RFC 8259, nested
** at most 1000 deep); problem: NULL.  Empty lines are passed over, so is a byte
** order mark.  A file that begins as gzip is unpacked.
**
** on_error says what becomes of a line that is no JSON value:
**   'stop'    (default) an error that names file, line and byte
**   'skip'    it is left out
**   'report'  it is a row whose value is NULL and whose problem says why
** A file that cannot be read to its end (truncated gzip) is always an error.
**
** The file is streamed in pieces of PIECE bytes; memory holds one of them and
** one line.  A line longer than SQLite's limit on a string (1 GB unless set
** lower) is a bad line, and is not kept.
*/
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sql/tables.h"
#include "text/jsonscan.h"
#include "base/poison.h"

enum { PIECE = 1 << 18, BATCH = 1 << 18 /* bytes of values at a time */ };
enum { STOP, SKIP, REPORT };

typedef struct State {
  gzFile file;
  char *path;
  int on_error;
  size_t most;              /* bytes of a line */
  LitBuf buf;               /* [at..n) is read, but not used */
  size_t at, seen;          /* no line end before buf[seen] */
  sqlite3_int64 line;       /* that buf.at[at] is in */
  int ended, too_long;      /* the file has; this line's beginning is gone */
} State;

static int open_file(LitErr *e, State *s) {
  struct stat st;
  if (stat(s->path, &st))
    return lit_fail(e, LIT_CANTOPEN, "lit_jsonl: %s: %s", s->path,
                    strerror(errno));
  if (S_ISDIR(st.st_mode))
    return lit_fail(e, LIT_CANTOPEN, "lit_jsonl: %s: a folder, not a file",
                    s->path);
  s->file = gzopen(s->path, "rb");
  if (!s->file)
    return lit_fail(e, LIT_CANTOPEN, "lit_jsonl: %s: %s", s->path,
                    errno ? strerror(errno) : "out of memory");
  gzbuffer(s->file, PIECE);
  return LIT_OK;
}

static int open_jsonl(LitErr *e, LitConn *conn, void *state,
                      sqlite3_value **args) {
  static const char *const names[] = {"stop", "skip", "report"};
  State *s = state;
  const char *path, *on = "stop";
  size_t n, len;
  s->line = 1;
  s->most = (size_t)sqlite3_limit(conn->db, SQLITE_LIMIT_LENGTH, -1);
  if (lit_arg_text(e, "lit_jsonl", args[0], &path, &n)) return e->rc;
  if (args[1] && sqlite3_value_type(args[1]) != SQLITE_NULL &&
      lit_arg_text(e, "lit_jsonl", args[1], &on, &len))
    return e->rc;
  while (s->on_error <= REPORT && strcmp(on, names[s->on_error])) s->on_error++;
  if (s->on_error > REPORT)
    return lit_fail(e, LIT_ERROR, "lit_jsonl: no on_error '%s'; there is: "
                    "stop, skip, report", on);
  s->path = lit_copy(e, path, n);
  return e->rc ? e->rc : open_file(e, s);
}

/* One piece more behind buf.n; what is used goes. */
static int read_more(LitErr *e, State *s) {
  int got, zerr;
  const char *words;
  if (s->at > 0) {
    memmove(s->buf.at, s->buf.at + s->at, s->buf.n - s->at);
    s->buf.n -= s->at, s->seen -= s->at, s->at = 0;
  }
  if (lit_buf_room(e, &s->buf, PIECE)) return e->rc;
  errno = 0;
  got = gzread(s->file, s->buf.at + s->buf.n, PIECE);
  if (got < PIECE) {
    words = gzerror(s->file, &zerr);
    if (got < 0 || (zerr != Z_OK && zerr != Z_STREAM_END))
      return lit_fail(e, LIT_IOERR, "lit_jsonl: %s: after line %lld: %s",
                      s->path, s->line - 1,
                      zerr == Z_BUF_ERROR ? "gzip data ends too early"
                      : zerr == Z_ERRNO   ? strerror(errno) : words);
    s->ended = got == 0;
  }
  s->buf.n += (size_t)got;
  return LIT_OK;
}

/* The row of a line; 0 if it has none. */
static int put_line(LitErr *e, State *s, LitRows *out, size_t n) {
  const char *at = (const char *)s->buf.at + s->at, *words = NULL;
  char problem[80];
  size_t bad = 0;
  if (s->line == 1 && n >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
    at += 3, n -= 3;
  while (n > 0 && (at[n - 1] == '\r' || at[n - 1] == ' ')) n--;
  if (n == 0 && !s->too_long) return 0;
  if (s->too_long) words = "a line within SQLite's limit", bad = s->most;
  else words = lit_jsonscan(at, n, &bad);
  if (words) {
    sqlite3_snprintf(sizeof problem, problem, "expected %s at byte %lld",
                     words, (sqlite3_int64)bad + 1);
    if (s->on_error == STOP)
      lit_fail(e, LIT_MISMATCH, "lit_jsonl: %s, line %lld: %s", s->path,
               s->line, problem);
    if (s->on_error != REPORT) return 0;
  }
  lit_put_int(out, s->line);
  if (words) lit_put_null(out);
  else lit_put_text(out, at, n);
  lit_put_str(out, words ? problem : NULL);
  return 1;
}

/* The next line is buf[at .. at + *n); 0 at the end or after an error. */
static int next_line(LitErr *e, State *s, const LitStop *stop, size_t *n) {
  const char *end = NULL;
  while (!e->rc) {
    size_t left = s->buf.n - s->seen;
    if (left) end = memchr(s->buf.at + s->seen, '\n', left);
    if (end || s->ended) break;
    if (s->buf.n - s->at > s->most) s->too_long = 1;
    if (s->too_long) s->at = s->buf.n;
    s->seen = s->buf.n;
    if (!lit_stopped(e, stop)) read_more(e, s);
  }
  if (e->rc || (!end && s->at == s->buf.n && !s->too_long)) return 0;
  *n = (end ? (size_t)(end - (const char *)s->buf.at) : s->buf.n) - s->at;
  if (*n > s->most) s->too_long = 1;
  return 1;
}

/* Rows until a batch is full or the file has ended. */
static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  size_t given = 0, n;
  int rows = 0;
  while ((given < BATCH || !rows) && next_line(e, s, &stop, &n)) {
    rows += put_line(e, s, out, n);
    given += n;
    s->at += n + (s->at + n < s->buf.n);
    s->seen = s->at, s->line++, s->too_long = 0;
  }
  return e->rc;
}

static void close_jsonl(void *state) {
  State *s = state;
  if (s->file) gzclose(s->file);
  lit_free(s->path);
  lit_buf_drop(&s->buf);
}

const LitTvf lit_tvf_jsonl = {
  .name = "lit_jsonl",
  .schema = "CREATE TABLE x(line INTEGER, value TEXT, problem TEXT, "
            "path HIDDEN, on_error HIDDEN)",
  .n_out = 3, .n_args = 2, .n_required = 1, .flags = LIT_FILES,
  .state_size = sizeof(State),
  .open = open_jsonl, .fill = fill, .close = close_jsonl,
  .doc = "(path [, on_error]) -> line, value, problem: JSON documents, one a "
         "line, also gzipped; on_error: 'stop', 'skip', 'report'",
};
