/* lit_match.c -- MATCH lit_query('...'): rows by FTS5's query syntax.
**
**   lit_query(text)
**       text in the syntax of index/syntax.h as a value for MATCH: a BLOB,
**       "lit_query:" and the text, which may be bound, stored and passed on.
**       NULL gives NULL.  A mistake in the syntax is an error that says at
**       which character, and what was expected.  (That a column is not there,
**       MATCH says.)  Plain text in MATCH stays words, whatever is in it.
**
**   SELECT title FROM papers
**   WHERE papers MATCH lit_query('title : "neural network" NOT survey*')
**
** The query says which rows may answer, in every mode.  What ranks them are its
** strings outside NOT, taken for a text: by words (BM25F, in all TEXT columns
** that are searched), by the model's vector of it, or by both.  A prefix ranks
** by its 32 most frequent terms.  Rows that match but hold no word
** that ranks come last, with score 0.
**
** Words are those of the table's tokenizer: stemmed ones match their other
** forms, also in phrases, and a prefix is stemmed before it is looked for, as
** in FTS5.  A phrase that the tokenizer also knows as one word ("pre-training",
** pretraining) matches that too, but not inside NEAR or behind ^.
*/
#include <stdlib.h>
#include <string.h>
#include "index/terms.h"
#include "sql/lit_search.h"
#include "sql/tables.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { HEAD = 10 };
static const char head[] = "lit_query:";

/* ---- lit_query ---- */

static int no_words(LitErr *e, void *ctx, const char *s, size_t n,
                    LitSyntaxWords *to) {
  (void)ctx, (void)s, (void)n, (void)to;
  return e->rc;
}

static void fn_query(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  static const LitSyntaxOf of = {"lit_query", NULL, -1, no_words, NULL};
  LitErr e = {0};
  LitSyntax syntax = {0};
  LitBuf out = {0};
  const char *s;
  size_t n;
  (void)argc;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_is_query(argv[0])) {
    sqlite3_result_value(ctx, argv[0]);
    return;
  }
  if (lit_arg_text(&e, "lit_query", argv[0], &s, &n)) goto done;
  if (lit_syntax_read(&e, &of, s, n, &syntax)) goto done;
  lit_buf_put(&e, &out, head, HEAD);
  lit_buf_put(&e, &out, s, n);
  if (!e.rc) lit_result_blob(ctx, out.at, out.n);

done:
  lit_syntax_drop(&syntax);
  lit_buf_drop(&out);
  if (e.rc) lit_result_err(ctx, &e);
}

int lit_is_query(sqlite3_value *v) {
  const char *at;
  if (sqlite3_value_type(v) != SQLITE_BLOB) return 0;
  at = sqlite3_value_blob(v);
  return at && sqlite3_value_bytes(v) >= HEAD && memcmp(at, head, HEAD) == 0;
}

/* ---- reading it for a table ---- */

static int each_word(LitErr *e, void *to, const LitWord *w) {
  if (w->flags & LIT_WORD_PART) return LIT_OK;
  return lit_syntax_word(e, to, w->at, w->n, w->pos,
                         w->flags & LIT_WORD_JOINED ? w->span : 0);
}

static int cut(LitErr *e, void *ctx, const char *s, size_t n,
               LitSyntaxWords *to) {
  LitTable *t = ctx;
  LitStop stop = lit_conn_stop(t->conn);
  LitWordSink sink = {.each = each_word, .to = to, .stop = &stop};
  return lit_each_word(e, t, s, n, LIT_WORDS_INDEX, &sink);
}

int lit_match_read(LitErr *e, LitSearch *s, sqlite3_value *v) {
  const LitSchema *schema = &s->t->schema;
  const char *names[LIT_TEXTS_MAX];
  char who[160];
  LitSyntaxOf of = {who, names, schema->n_texts, cut, s->t};
  size_t n = (size_t)sqlite3_value_bytes(v) - HEAD, bad;
  const char *at = lit_arena_copy(e, &s->mem,
                                  (const char *)sqlite3_value_blob(v) + HEAD,
                                  n);
  if (!at) return e->rc;
  for (int i = 0; i < schema->n_cols; i++)
    if (schema->cols[i].role == LIT_ROLE_TEXT)
      names[schema->cols[i].slot] = schema->cols[i].name;
  sqlite3_snprintf(sizeof who, who, "%s: lit_query", schema->name);
  bad = lit_utf8_bad(at, n);
  if (bad < n)
    return lit_fail(e, LIT_MISMATCH, "%s: byte %zu is not valid UTF-8", who,
                    bad + 1);
  if (lit_syntax_read(e, &of, at, n, &s->query)) return e->rc;
  s->has_query = 1;
  s->query_text = at, s->n_query_text = n;
  s->n_text = s->query.text.n;
  s->text = lit_arena_copy(e, &s->mem, s->query.text.at, s->n_text);
  return e->rc;
}

/* ---- rows ---- */

int lit_match_mask(LitErr *e, const LitSearch *s, const LitSeg *seg,
                   LitBits *out) {
  LitStop stop = lit_conn_stop(s->t->conn);
  LitBits rows;
  LitMatch column = {.op = LIT_MATCH_AND, .kids = &s->query.tree, .n_kids = 1};
  if (s->field >= 0) column.fields = (uint32_t)1 << s->field;
  if (lit_match_bits(e, &column, seg, &rows, &stop)) return e->rc;
  lit_bits_and(out, &rows);
  lit_bits_drop(&rows);
  return LIT_OK;
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static int rest_of_segment(LitErr *e, const LitSeg *seg, const LitBits *rows,
                           const int64_t *ids, size_t n, LitTopk *top) {
  for (uint32_t ord = lit_bits_next(rows, 0); ord < rows->n && !e->rc;
       ord = lit_bits_next(rows, ord + 1)) {
    int64_t id;
    if (!lit_ids_get(e, seg, ord, &id) &&
        !(n && bsearch(&id, ids, n, sizeof id, by_number)))
      lit_topk_push(e, top, 0, id);
  }
  return e->rc;
}

int lit_match_rest(LitErr *e, const LitSearch *s,
                   const LitBits *const *masks, LitTopk *top) {
  const LitDir *d = &s->t->dir;
  size_t n = top->n;
  int64_t *ids;
  if (!s->has_query || n == top->k || e->rc) return e->rc;
  ids = lit_new(e, n, sizeof *ids);
  for (size_t i = 0; i < n && !e->rc; i++) ids[i] = top->at[i].id;
  if (n && !e->rc) qsort(ids, n, sizeof *ids, by_number);
  for (size_t i = 0; i < d->n && !e->rc; i++)
    rest_of_segment(e, d->segs[i], masks[i], ids, n, top);
  lit_free(ids);
  return e->rc;
}

const LitFunc lit_funcs_match[] = {
  {"lit_query", 1, LIT_PURE, fn_query, "(text) -> text in FTS5's query syntax, "
   "for MATCH"},
  {0},
};
