/* fn_lit.c -- functions on the row at hand of a query on a lit table.
**
**   lit_highlight(t [, column [, open, close]])
**       a TEXT column (default: the first), with marks around the words that
**       were asked for
**   lit_snippet(t [, column [, open, close [, gap, words]]])
**       about `words` words (default 30, 1..1000) of a TEXT column (default, or
**       NULL: the one that shows most) around those that were asked for; where
**       none of them is in the text, the sentence nearest to the question by
**       the table's model; else the beginning.  gap stands for what is left out
**
** t is the table's name, as in FTS5.  Marks default to <b> and </b>, the gap
** to "...".  Errors: t is no lit table of this query, column is no TEXT column.
*/
#include <string.h>
#include "sql/lit_cursor.h"
#include "sql/tables.h"
#include "text/clean.h"
#include "text/sentence.h"
#include "text/snippet.h"
#include "base/poison.h"

typedef struct Shown {      /* What to show, and how */
  LitCursor *c;
  LitTable *t;
  int column;               /* The user's; -1: whichever is best */
  LitSnippet how;
  LitStop stop;
} Shown;

static int find_column(LitErr *e, const char *who, const LitTable *t,
                       const char *name, int *out) {
  for (int i = 0; i < t->schema.n_cols; i++) {
    const LitColumn *c = &t->schema.cols[i];
    if (c->role != LIT_ROLE_TEXT) continue;
    if (!name || sqlite3_stricmp(c->name, name) == 0) return *out = i, LIT_OK;
  }
  return lit_fail(e, LIT_ERROR, "%s: '%.60s' is no TEXT column of %s", who,
                  name ? name : "", t->schema.name);
}

static int text_argument(LitErr *e, const char *who, int argc,
                         sqlite3_value **argv, int i, const char **out) {
  size_t n;
  if (i >= argc || sqlite3_value_type(argv[i]) == SQLITE_NULL) return e->rc;
  return lit_arg_text(e, who, argv[i], out, &n);
}

/* The words that were asked for, found out once a search. */
static int ask(LitErr *e, Shown *s) {
  LitSearch *search = &s->c->search;
  LitTable *t = s->t;
  if (!t->words && lit_words_open(e, t->schema.words, &t->words)) return e->rc;
  if (!search->has_asked && search->text &&
      lit_snippet_query(e, &search->asked, t->words, search->text,
                        search->n_text))
    return e->rc;
  search->has_asked = 1;
  s->how.words = t->words;
  s->how.asked = &search->asked;
  return LIT_OK;
}

static int read_arguments(LitErr *e, const char *who, int argc,
                          sqlite3_value **argv, Shown *s) {
  const char *column = NULL;
  sqlite3_int64 n = 30;
  s->c = sqlite3_value_pointer(argv[0], LIT_CURSOR_POINTER);
  if (!s->c)
    return lit_fail(e, LIT_ERROR, "%s: the first argument must be the name of a "
                    "lit table that the query reads", who);
  s->t = (LitTable *)s->c->base.pVtab;
  s->how = (LitSnippet){.open = "<b>", .close = "</b>", .gap = "..."};
  s->column = -1;
  if (text_argument(e, who, argc, argv, 1, &column) ||
      text_argument(e, who, argc, argv, 2, &s->how.open) ||
      text_argument(e, who, argc, argv, 3, &s->how.close) ||
      text_argument(e, who, argc, argv, 4, &s->how.gap))
    return e->rc;
  if (argc > 5 && lit_arg_int(e, who, "words", argv[5], 1, 1000, &n))
    return e->rc;
  if (column && find_column(e, who, s->t, column, &s->column)) return e->rc;
  s->how.n_words = (int)n;
  s->stop = lit_conn_stop(s->t->conn);
  s->how.stop = &s->stop;
  return ask(e, s);
}

/* A column's text on this row; NULL if it is NULL. */
static const char *text_at(LitErr *e, Shown *s, int column, size_t *n) {
  sqlite3_stmt *q = lit_cursor_doc(e, s->c);
  const char *at = q ? (const char *)sqlite3_column_text(q, column + 1) : NULL;
  *n = at ? (size_t)sqlite3_column_bytes(q, column + 1) : 0;
  return at;
}

static void fn_highlight(sqlite3_context *ctx, int argc,
                         sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  Shown s = {0};
  const char *at;
  size_t n;
  if (read_arguments(&e, "lit_highlight", argc, argv, &s)) goto done;
  if (s.column < 0 && find_column(&e, "lit_highlight", s.t, NULL, &s.column))
    goto done;
  at = text_at(&e, &s, s.column, &n);
  if (at && !lit_snippet_highlight(&e, &s.how, at, n, &out))
    lit_result_text(ctx, (const char *)out.at, out.n);

done:
  lit_buf_drop(&out);
  if (e.rc) lit_result_err(ctx, &e);
}

/* ---- the sentence nearest to the question ---- */

enum { SENTENCES_MAX = 64 };

/* Cut the TEXT columns into sentences, cleaned into `clean`. */
static int cut(LitErr *e, Shown *s, LitBuf *clean, size_t from[], size_t to[],
               int *n_out) {
  *n_out = 0;
  for (int i = 0; i < s->t->schema.n_cols; i++) {
    size_t n, at = clean->n, a, b;
    const char *text;
    if (s->t->schema.cols[i].role != LIT_ROLE_TEXT) continue;
    if (s->column >= 0 && s->column != i) continue;
    text = text_at(e, s, i, &n);
    if (!text || lit_clean(e, text, n, &s->stop, clean, NULL)) continue;
    while (*n_out < SENTENCES_MAX &&
           lit_sentence_next((const char *)clean->at, clean->n, &at, &a, &b)) {
      from[*n_out] = a;
      to[(*n_out)++] = b;
    }
  }
  return e->rc;
}

static size_t nearest(const float *q, const float *v, int n, size_t dim) {
  size_t best = 0;
  double most = -2;
  for (int i = 0; i < n; i++) {
    double dot = 0;
    for (size_t j = 0; j < dim; j++) dot += (double)q[j] * v[(size_t)i * dim + j];
    if (dot > most) most = dot, best = (size_t)i;
  }
  return best;
}

/* The question as the model's vector, or NULL. */
static const float *question(const Shown *s) {
  const LitSearch *q = &s->c->search;
  if (!q->n_dense || !lit_has_model(s->t)) return NULL;
  return q->dense[0].col == &s->t->shape.vecs[lit_model_column(s->t)]
             ? q->dense[0].q.at : NULL;
}

static int best_sentence(LitErr *e, Shown *s, LitBuf *out) {
  size_t from[SENTENCES_MAX], to[SENTENCES_MAX], dim, best;
  LitText texts[SENTENCES_MAX];
  LitBuf clean = {0};
  float *v = NULL;
  int n;
  if (lit_table_model(e, s->t) || cut(e, s, &clean, from, to, &n) || n == 0)
    goto done;
  dim = (size_t)lit_model_dim(s->t->model);
  v = lit_new(e, (size_t)n, dim * sizeof *v);
  for (int i = 0; i < n; i++)
    texts[i] = (LitText){(char *)clean.at + from[i], to[i] - from[i]};
  if (!v || lit_model_embed(e, s->t->model, LIT_EMBED_DOCUMENT, texts,
                            (size_t)n, v, &s->stop))
    goto done;
  best = nearest(question(s), v, n, dim);
  lit_buf_put(e, out, texts[best].at, texts[best].n);

done:
  lit_buf_drop(&clean);
  lit_free(v);
  return e->rc;
}

/* The window of the column that shows most of what was asked. */
static int best_window(LitErr *e, Shown *s, LitBuf *out, int *shown) {
  LitBuf b = {0};
  *shown = -1;
  for (int i = 0; i < s->t->schema.n_cols && !e->rc; i++) {
    size_t n;
    int here = 0;
    const char *at;
    if (s->t->schema.cols[i].role != LIT_ROLE_TEXT) continue;
    if (s->column >= 0 && s->column != i) continue;
    at = text_at(e, s, i, &n);
    b.n = 0;
    if (!at || lit_snippet_best(e, &s->how, at, n, &b, &here)) continue;
    /* A later column wins a tie: the abstract says more than the title. */
    if (b.n == 0 || here < *shown) continue;
    *shown = here;
    out->n = 0;
    lit_buf_put(e, out, b.at, b.n);
  }
  lit_buf_drop(&b);
  return e->rc;
}

static void fn_snippet(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  Shown s = {0};
  int shown;
  if (read_arguments(&e, "lit_snippet", argc, argv, &s)) goto done;
  if (best_window(&e, &s, &out, &shown)) goto done;
  if (shown == 0 && question(&s)) {
    out.n = 0;
    if (best_sentence(&e, &s, &out)) goto done;
  }
  if (shown >= 0) lit_result_text(ctx, (const char *)out.at, out.n);

done:
  lit_buf_drop(&out);
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_lit[] = {
  {"lit_highlight", 1, LIT_CALM, fn_highlight, "(table) -> first TEXT column, marked"},
  {"lit_highlight", 2, LIT_CALM, fn_highlight, "(table, column)"},
  {"lit_highlight", 4, LIT_CALM, fn_highlight, "(table, column, open, close)"},
  {"lit_snippet", 1, LIT_CALM, fn_snippet, "(table) -> where the row answers"},
  {"lit_snippet", 2, LIT_CALM, fn_snippet, "(table, column)"},
  {"lit_snippet", 4, LIT_CALM, fn_snippet, "(table, column, open, close)"},
  {"lit_snippet", 6, LIT_CALM, fn_snippet, "(table, column, open, close, gap, words)"},
  {0},
};
