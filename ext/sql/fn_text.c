/* fn_text.c -- SQL functions on text: cleaning, words, sentences.
**
**   lit_clean(text)              mended text, see text/clean.h
**   lit_terms(text [, tokenizer [, mode]])
**     -> position, term, kind, span, start, end
**                                the index terms of the text, see text/words.h
**   lit_sentences(text) -> position, sentence, start, end
**                                see text/sentence.h; the text is not cleaned
**
** lit_terms cleans as indexing does.  position: number of the word, from 0;
** kind: 'word', 'stop' (a stop word), 'joined' (another spelling of `span`
** words), 'part' (a part of the word); start, end: bytes of the given text,
** from 0, end exclusive.  tokenizer: 'english' unless given; mode: 'index' or
** 'query'.
*/
#include <string.h>
#include "base/buf.h"
#include "sql/tables.h"
#include "text/clean.h"
#include "text/sentence.h"
#include "text/words.h"
#include "base/poison.h"

static void fn_clean(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  const char *s, *given;
  size_t n;
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  (void)argc;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_clean", argv[0], &s, &n)) goto done;
  given = s;
  if (lit_clean_text(&e, &s, &n, &stop, &out, NULL)) goto done;
  if (s == given) sqlite3_result_value(ctx, argv[0]);
  else lit_result_text(ctx, s, n);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_buf_drop(&out);
}

typedef struct Terms {
  LitWordsCtx *words;
  LitBuf clean;
  LitCleanMap map;
  LitRows *rows;            /* while it fills */
  int mode, done;
} Terms;

static int terms_open(LitErr *e, LitConn *conn, void *state,
                      sqlite3_value **args) {
  Terms *t = state;
  const LitWords *kind;
  const char *s, *name = NULL, *mode = "index";
  size_t n, len;
  LitStop stop = lit_conn_stop(conn);
  if (lit_arg_text(e, "lit_terms", args[0], &s, &n)) return e->rc;
  if (args[1] && lit_arg_text(e, "lit_terms", args[1], &name, &len))
    return e->rc;
  if (args[2] && lit_arg_text(e, "lit_terms", args[2], &mode, &len))
    return e->rc;
  kind = lit_words_find(e, "lit_terms", name);
  if (!kind) return e->rc;
  t->mode = strcmp(mode, "query") == 0 ? LIT_WORDS_QUERY : LIT_WORDS_INDEX;
  if (t->mode == LIT_WORDS_INDEX && strcmp(mode, "index"))
    return lit_fail(e, LIT_ERROR, "lit_terms: no mode '%s'; there is: index, "
                    "query", mode);
  if (lit_clean(e, s, n, &stop, &t->clean, &t->map)) return e->rc;
  return lit_words_open(e, kind, &t->words);
}

static int terms_row(LitErr *e, void *to, const LitWord *w) {
  Terms *t = to;
  uint32_t from = w->from, end = w->to;
  lit_clean_back(&t->map, &from, &end);
  lit_put_int(t->rows, w->pos);
  lit_put_text(t->rows, w->at, w->n);
  lit_put_str(t->rows, w->flags & LIT_WORD_JOINED ? "joined"
                       : w->flags & LIT_WORD_PART ? "part"
                       : w->flags & LIT_WORD_STOP ? "stop" : "word");
  lit_put_int(t->rows, w->span);
  lit_put_int(t->rows, from);
  lit_put_int(t->rows, end);
  return e->rc;
}

static int terms_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  Terms *t = state;
  LitStop stop = lit_conn_stop(conn);
  LitWordSink sink = {.each = terms_row, .to = t, .stop = &stop};
  if (t->done++) return e->rc;
  t->rows = out;
  return lit_words_split(e, t->words, (const char *)t->clean.at, t->clean.n,
                         t->mode, &sink);
}

static void terms_close(void *state) {
  Terms *t = state;
  lit_words_close(t->words);
  lit_buf_drop(&t->clean);
  lit_clean_map_drop(&t->map);
}

const LitTvf lit_tvf_terms = {
  .name = "lit_terms",
  .schema = "CREATE TABLE x(position INTEGER, term TEXT, kind TEXT, "
            "span INTEGER, \"start\" INTEGER, \"end\" INTEGER, "
            "text HIDDEN, tokenizer HIDDEN, mode HIDDEN)",
  .n_out = 6, .n_args = 3, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(Terms),
  .open = terms_open, .fill = terms_fill, .close = terms_close,
  .doc = "(text [, tokenizer [, mode]]) -> position, term, kind, span, start, "
         "end: index terms",
};

typedef struct Sentences {
  LitBuf text;
  size_t at;
  sqlite3_int64 position;
} Sentences;

static int sentences_open(LitErr *e, LitConn *conn, void *state,
                          sqlite3_value **args) {
  Sentences *s = state;
  const char *text;
  size_t n;
  (void)conn;
  if (lit_arg_text(e, "lit_sentences", args[0], &text, &n)) return e->rc;
  lit_buf_put(e, &s->text, text, n);
  return e->rc;
}

static int sentences_fill(LitErr *e, LitConn *conn, void *state,
                          LitRows *out) {
  Sentences *s = state;
  const char *text = (const char *)s->text.at;
  LitStop stop = lit_conn_stop(conn);
  size_t from, to;
  for (int i = 0; i < 256; i++) {
    if (!lit_sentence_next(text, s->text.n, &s->at, &from, &to)) break;
    lit_put_int(out, s->position++);
    lit_put_text(out, text + from, to - from);
    lit_put_int(out, (sqlite3_int64)from);
    lit_put_int(out, (sqlite3_int64)to);
  }
  return lit_stopped(e, &stop);
}

static void sentences_close(void *state) {
  lit_buf_drop(&((Sentences *)state)->text);
}

const LitTvf lit_tvf_sentences = {
  .name = "lit_sentences",
  .schema = "CREATE TABLE x(position INTEGER, sentence TEXT, "
            "\"start\" INTEGER, \"end\" INTEGER, text HIDDEN)",
  .n_out = 4, .n_args = 1, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(Sentences),
  .open = sentences_open, .fill = sentences_fill, .close = sentences_close,
  .doc = "(text) -> position, sentence, start, end",
};

const LitFunc lit_funcs_text[] = {
  {"lit_clean", 1, LIT_PURE, fn_clean,
   "(text) -> the text without TeX residue, lost entities, stray spaces"},
  {0},
};
