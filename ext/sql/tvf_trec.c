/* tvf_trec.c -- TREC's files as tables.
**
**   lit_trec_run(path)     -> query, doc, score, rank, tag
**   lit_trec_qrels(path)   -> query, doc, grade
**
** A run has six fields a line, apart by blanks or tabs:
**
**   query Q0 doc rank score tag
**
** Judgments have four, `query iteration doc grade`, or three, as BEIR writes
** them: `query doc grade`, the first line being a header whose last word is
** `score`.  The first line of judgments says which.  Empty lines are skipped,
** a BOM and CRLF are fine.  A line with another number of fields, a score that
** is no finite number (NaN), or a rank or grade that is no integer is an error
** which names file and line.  sql/trec_run.sql writes a run.
*/
#include <math.h>
#include <string.h>
#include "base/decimal.h"
#include "base/file.h"
#include "sql/tables.h"
#include "text/utf8.h"
#include "base/mem.h"
#include "base/poison.h"

enum { FIELDS_MAX = 8, BATCH = 1000 };

typedef struct Field {
  const char *at;
  size_t n;
} Field;

typedef struct State {
  LitFile file;
  char *path;
  const char *who, *at, *end;
  size_t line;
  int n_wanted;             /* Fields a line; 0: not known yet */
} State;

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static int fail_line(LitErr *e, const State *s, const char *words) {
  return lit_fail(e, LIT_MISMATCH, "%s: %s, line %zu: %s", s->who, s->path,
                  s->line, words);
}

/* Fields of the next line that has any; how many (at most FIELDS_MAX are
** kept), 0 at the end. */
static int next_line(State *s, Field *fields) {
  int n = 0;
  while (n == 0 && s->at < s->end) {
    const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));
    if (!end) end = s->end;
    s->line++;
    for (const char *at = s->at; at < end;) {
      const char *from;
      while (at < end && is_blank(*at)) at++;
      for (from = at; at < end && !is_blank(*at);) at++;
      if (at == from) continue;
      if (n < FIELDS_MAX) fields[n] = (Field){from, (size_t)(at - from)};
      n++;
    }
    s->at = end + (end < s->end);
  }
  return n;
}

static int check_fields(LitErr *e, const State *s, const Field *f, int n) {
  char words[64];
  if (n != s->n_wanted) {
    sqlite3_snprintf(sizeof words, words, "%d fields, not %d", n, s->n_wanted);
    return fail_line(e, s, words);
  }
  for (int i = 0; i < n; i++)
    if (lit_utf8_bad(f[i].at, f[i].n) < f[i].n)
      return fail_line(e, s, "not valid UTF-8");
  return LIT_OK;
}

static int read_real(LitErr *e, const State *s, const Field *f, double *out) {
  const char *end = f->at + f->n;
  if (lit_decimal_read(f->at, end, out) != end || !isfinite(*out))
    return fail_line(e, s, "the score is not a finite number");
  return LIT_OK;
}

static int read_int(LitErr *e, const State *s, const Field *f,
                    const char *words, sqlite3_int64 *out) {
  const char *end = f->at + f->n;
  double v = 0;
  if (lit_decimal_read(f->at, end, &v) != end || v != floor(v) ||
      fabs(v) > INT32_MAX)
    return fail_line(e, s, words);
  *out = (sqlite3_int64)v;
  return LIT_OK;
}

static int open_file(LitErr *e, State *s, const char *who, sqlite3_value *arg) {
  const char *path;
  size_t n;
  s->who = who;
  if (lit_arg_text(e, who, arg, &path, &n)) return e->rc;
  s->path = lit_copy(e, path, n);
  if (!s->path || lit_file_map(e, who, path, &s->file)) return e->rc;
  s->at = (const char *)s->file.at;
  s->end = s->at + s->file.n;
  if (s->file.n >= 3 && memcmp(s->at, "\xef\xbb\xbf", 3) == 0) s->at += 3;
  return LIT_OK;
}

static void close_file(void *state) {
  State *s = state;
  lit_file_drop(&s->file);
  lit_free(s->path);
}

static int run_open(LitErr *e, LitConn *conn, void *state,
                    sqlite3_value **args) {
  State *s = state;
  (void)conn;
  s->n_wanted = 6;
  return open_file(e, s, "lit_trec_run", args[0]);
}

static int run_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  Field f[FIELDS_MAX];
  double score;
  sqlite3_int64 rank;
  (void)conn;
  for (int i = 0, n; i < BATCH && (n = next_line(s, f)) > 0; i++) {
    if (check_fields(e, s, f, n) || read_real(e, s, &f[4], &score) ||
        read_int(e, s, &f[3], "the rank is not an integer", &rank))
      return e->rc;
    lit_put_text(out, f[0].at, f[0].n);
    lit_put_text(out, f[2].at, f[2].n);
    lit_put_real(out, score);
    lit_put_int(out, rank);
    lit_put_text(out, f[5].at, f[5].n);
  }
  return e->rc;
}

static int qrels_open(LitErr *e, LitConn *conn, void *state,
                      sqlite3_value **args) {
  State *s = state, first;
  Field f[FIELDS_MAX];
  (void)conn;
  if (open_file(e, s, "lit_trec_qrels", args[0])) return e->rc;
  first = *s;
  s->n_wanted = next_line(&first, f);
  if (s->n_wanted == 0) return LIT_OK;
  if (s->n_wanted == 3 && f[2].n == 5 && memcmp(f[2].at, "score", 5) == 0)
    *s = first, s->n_wanted = 3;
  else if (s->n_wanted != 3 && s->n_wanted != 4)
    s->n_wanted = 4;                    /* The line will be refused */
  return LIT_OK;
}

static int qrels_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  Field f[FIELDS_MAX];
  sqlite3_int64 grade;
  (void)conn;
  for (int i = 0, n; i < BATCH && (n = next_line(s, f)) > 0; i++) {
    if (check_fields(e, s, f, n) ||
        read_int(e, s, &f[n - 1], "the grade is not an integer", &grade))
      return e->rc;
    lit_put_text(out, f[0].at, f[0].n);
    lit_put_text(out, f[n - 2].at, f[n - 2].n);
    lit_put_int(out, grade);
  }
  return e->rc;
}

const LitTvf lit_tvf_trec_run = {
  .name = "lit_trec_run",
  .schema = "CREATE TABLE x(query, doc, score, rank, tag, path HIDDEN)",
  .n_out = 5, .n_args = 1, .n_required = 1, .flags = LIT_FILES,
  .state_size = sizeof(State),
  .open = run_open, .fill = run_fill, .close = close_file,
  .doc = "(path) -> query, doc, score, rank, tag of a TREC run",
};

const LitTvf lit_tvf_trec_qrels = {
  .name = "lit_trec_qrels",
  .schema = "CREATE TABLE x(query, doc, grade, path HIDDEN)",
  .n_out = 3, .n_args = 1, .n_required = 1, .flags = LIT_FILES,
  .state_size = sizeof(State),
  .open = qrels_open, .fill = qrels_fill, .close = close_file,
  .doc = "(path) -> query, doc, grade of TREC or BEIR judgments",
};
