/* tvf_ngrams.c -- lit_ngrams: runs of n words or characters, counted.
**
**   SELECT ngram, count FROM lit_ngrams('a rose is a rose', 2);
**
**   lit_ngrams(text, n [, unit]) -> ngram, count, position, start, end
**
** unit: 'word' (default; folded, not stemmed, joined by one blank, as the
** tokenizer 'simple' of text/words.h gives them) or 'char' (characters as they
** stand, white space as one blank).  n: 1 .. 100.  One row for each different
** n-gram, the most frequent first, then the earlier.  position: the number of
** the word or character with which it begins first, from 0; start, end: the
** bytes of it there.  A text of less than n units has none.  NULL gives no
** rows.  Errors: text that is no UTF-8 or has a NUL.
*/
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sql/tables.h"
#include "text/utf8.h"
#include "text/words.h"
#include "base/poison.h"

enum { N_MAX = 100, BATCH = 256 };

/* A word or character. */
typedef struct Unit {
  size_t at, end;           /* in State.bytes */
  uint32_t from, to;        /* in the text */
} Unit;

typedef struct Gram {
  const char *at;           /* [n] in State.bytes */
  size_t n;
  uint32_t position, count;
} Gram;

typedef struct State {
  LitBuf bytes;             /* The units, one blank between words */
  Unit *units;
  size_t n_units, room;
  Gram *grams;
  size_t n_grams, next;
  size_t n;
} State;

static int add_unit(LitErr *e, State *s, const char *at, size_t n,
                    uint32_t from, uint32_t to) {
  if (LIT_GROW(e, &s->units, &s->room, s->n_units + 1)) return e->rc;
  s->units[s->n_units++] = (Unit){s->bytes.n, s->bytes.n + n, from, to};
  lit_buf_put(e, &s->bytes, at, n);
  return e->rc;
}

static int take_word(LitErr *e, void *to, const LitWord *w) {
  State *s = to;
  if (w->flags & LIT_WORD_ALTERNATIVE) return 0;
  if (s->n_units) lit_buf_u8(e, &s->bytes, ' ');
  return add_unit(e, s, w->folded, w->n_folded, w->from, w->to);
}

static int split_words(LitErr *e, State *s, const char *text, size_t n,
                       const LitStop *stop) {
  LitWordsCtx *words = NULL;
  LitWordSink sink = {.each = take_word, .to = s, .stop = stop};
  const LitWords *kind = lit_words_find(e, "lit_ngrams", "simple");
  if (kind && !lit_words_open(e, kind, &words))
    lit_words_split(e, words, text, n, LIT_WORDS_INDEX, &sink);
  lit_words_close(words);
  return e->rc;
}

static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static int split_chars(LitErr *e, State *s, const char *text, size_t n) {
  size_t len;
  uint32_t cp;
  for (size_t i = 0; i < n && !e->rc; i += len) {
    len = lit_utf8_get(text + i, n - i, &cp);
    if (is_blank(text[i])) {
      while (i + len < n && is_blank(text[i + len])) len++;
      add_unit(e, s, " ", 1, (uint32_t)i, (uint32_t)(i + len));
    } else {
      add_unit(e, s, text + i, len, (uint32_t)i, (uint32_t)(i + len));
    }
  }
  return e->rc;
}

static int by_bytes(const void *p, const void *q) {
  const Gram *a = p, *b = q;
  int c = memcmp(a->at, b->at, a->n < b->n ? a->n : b->n);
  if (c) return c;
  if (a->n != b->n) return a->n < b->n ? -1 : 1;
  return a->position < b->position ? -1 : a->position > b->position;
}

static int by_count(const void *p, const void *q) {
  const Gram *a = p, *b = q;
  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return a->position < b->position ? -1 : a->position > b->position;
}

static int count_grams(LitErr *e, State *s, const LitStop *stop) {
  size_t kept = 0, m = s->n_units < s->n ? 0 : s->n_units - s->n + 1;
  if (m == 0 || e->rc) return e->rc;
  s->grams = lit_new(e, m, sizeof *s->grams);
  if (e->rc) return e->rc;
  for (size_t i = 0; i < m; i++) {
    size_t at = s->units[i].at, end = s->units[i + s->n - 1].end;
    s->grams[i] = (Gram){(const char *)s->bytes.at + at, end - at,
                         (uint32_t)i, 1};
  }
  if (lit_stopped(e, stop)) return e->rc;
  qsort(s->grams, m, sizeof *s->grams, by_bytes);
  for (size_t i = 1; i < m; i++) {
    Gram *g = &s->grams[kept];
    if (g->n == s->grams[i].n && memcmp(g->at, s->grams[i].at, g->n) == 0)
      g->count++;
    else
      s->grams[++kept] = s->grams[i];
  }
  s->n_grams = kept + 1;
  qsort(s->grams, s->n_grams, sizeof *s->grams, by_count);
  return lit_stopped(e, stop);
}

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  const char *text, *unit = "word";
  sqlite3_int64 order;
  size_t n, len;
  if (lit_arg_text(e, "lit_ngrams", args[0], &text, &n)) return e->rc;
  if (lit_arg_int(e, "lit_ngrams", "n", args[1], 1, N_MAX, &order))
    return e->rc;
  if (args[2] && lit_arg_text(e, "lit_ngrams", args[2], &unit, &len))
    return e->rc;
  if (n >= UINT32_MAX)
    return lit_fail(e, LIT_TOOBIG, "lit_ngrams: text of %zu bytes", n);
  s->n = (size_t)order;
  if (strcmp(unit, "word") == 0) split_words(e, s, text, n, &stop);
  else if (strcmp(unit, "char") == 0) split_chars(e, s, text, n);
  else lit_fail(e, LIT_ERROR, "lit_ngrams: no unit '%.40s'; there is: word, "
                "char", unit);
  return count_grams(e, s, &stop);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  (void)conn;
  for (int i = 0; i < BATCH && s->next < s->n_grams; i++, s->next++) {
    const Gram *g = &s->grams[s->next];
    lit_put_text(out, g->at, g->n);
    lit_put_int(out, g->count);
    lit_put_int(out, g->position);
    lit_put_int(out, s->units[g->position].from);
    lit_put_int(out, s->units[g->position + s->n - 1].to);
  }
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  lit_buf_drop(&s->bytes);
  lit_free(s->units);
  lit_free(s->grams);
}

const LitTvf lit_tvf_ngrams = {
  .name = "lit_ngrams",
  .schema = "CREATE TABLE x(ngram TEXT, count INTEGER, position INTEGER, "
            "\"start\" INTEGER, \"end\" INTEGER, text HIDDEN, n HIDDEN, "
            "unit HIDDEN)",
  .n_out = 5, .n_args = 3, .n_required = 2, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(text, n [, 'word' or 'char']) -> ngram, count, position, start, "
         "end",
};
