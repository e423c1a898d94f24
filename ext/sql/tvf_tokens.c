/* tvf_tokens.c -- table-valued functions on subword tokens.
**
**   lit_tokens(text [, tokenizer])
**     -> position, id, token, start, end, char_start, char_end
**   The tokens of text, from position 0: the id, the token as the vocabulary
**   spells it, and what it stands for in text: bytes start .. end-1 and
**   characters char_start .. char_end-1, from 0.  Special tokens are not put
**   around the text.
**
**   lit_chunks(text, tokens, overlap [, tokenizer])
**     -> position, chunk, start, end, n_tokens
**   The text in chunks of at most `tokens` tokens (1 .. 1000000), cut at ends
**   of sentences, a longer sentence between words, a longer word anywhere.
**   Each chunk but the first begins with sentences (or words) that the one
**   before ends with, as many as fit in `overlap` tokens (0 .. tokens-1).
**   start, end: its bytes.
**
**   lit_tokenizers
**     -> name, model, vocabulary, bytes: the tokenizers that are loaded
**
** tokenizer: as in fn_subword.c.
*/
#include <string.h>
#include "base/mem.h"
#include "sql/tables.h"
#include "text/sentence.h"
#include "text/subword_names.h"
#include "text/tokdec.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { BATCH = 256, CHUNK_MAX = 1000000 };

typedef struct Tokens {
  LitSubwordUse use;
  LitIds ids;
  char *text;               /* [n] */
  size_t n, next;
  size_t byte, chars;       /* A place in text, in bytes and characters */
} Tokens;

/* The tokens of args[0] under the tokenizer named by args[arg]. */
static int begin(LitErr *e, LitConn *conn, Tokens *t, const char *who,
                 sqlite3_value *text, sqlite3_value *tokenizer) {
  LitStop stop = lit_conn_stop(conn);
  LitEncodeOpts o = {.want_offsets = 1, .stop = &stop};
  LitErr inner = {0};
  const char *s, *name = NULL;
  size_t len;
  if (lit_arg_text(e, who, text, &s, &t->n)) return e->rc;
  if (tokenizer && lit_arg_text(e, who, tokenizer, &name, &len)) return e->rc;
  t->text = lit_copy(e, s, t->n);
  if (!t->text || lit_subword_borrow(e, who, name, &t->use)) return e->rc;
  if (lit_subword_encode(&inner, t->use.t, t->use.scratch, t->text, t->n, &o,
                         &t->ids))
    lit_fail(e, inner.rc, "%s: %s", who, inner.msg);
  return e->rc;
}

static void end_tokens(Tokens *t) {
  lit_ids_drop(&t->ids);
  lit_subword_give_back(&t->use);
  lit_free(t->text);
}

static int tokens_open(LitErr *e, LitConn *conn, void *state,
                       sqlite3_value **args) {
  return begin(e, conn, state, "lit_tokens", args[0], args[1]);
}

static int is_inside(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/* Characters before byte `at`; tokens come in order, nearly. */
static size_t chars_before(Tokens *t, size_t at) {
  for (; t->byte < at; t->byte++) t->chars += !is_inside(t->text[t->byte]);
  while (t->byte > at) t->chars -= !is_inside(t->text[--t->byte]);
  return t->chars;
}

static void put_token(LitErr *e, Tokens *t, uint32_t id, LitRows *out) {
  size_t n;
  const char *s = lit_subword_token(t->use.t, id, &n);
  LitBuf clean = {0};
  if (!s) {
    lit_put_null(out);
  } else if (lit_utf8_bad(s, n) == n) {
    lit_put_text(out, s, n);
  } else {
    lit_utf8_lossy(e, &clean, s, n);
    lit_put_text(out, (char *)clean.at, clean.n);
  }
  lit_buf_drop(&clean);
}

static int tokens_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  Tokens *t = state;
  (void)conn;
  for (size_t i = 0; i < BATCH && t->next < t->ids.n; i++, t->next++) {
    LitSpan at = t->ids.span[t->next];
    lit_put_int(out, (sqlite3_int64)t->next);
    lit_put_int(out, t->ids.at[t->next]);
    put_token(e, t, t->ids.at[t->next], out);
    lit_put_int(out, at.from);
    lit_put_int(out, at.to);
    lit_put_int(out, (sqlite3_int64)chars_before(t, at.from));
    lit_put_int(out, (sqlite3_int64)chars_before(t, at.to));
  }
  return e->rc;
}

static void tokens_close(void *state) { end_tokens(state); }

const LitTvf lit_tvf_tokens = {
  .name = "lit_tokens",
  .schema = "CREATE TABLE x(position INTEGER, id INTEGER, token TEXT, "
            "\"start\" INTEGER, \"end\" INTEGER, char_start INTEGER, "
            "char_end INTEGER, text HIDDEN, tokenizer HIDDEN)",
  .n_out = 7, .n_args = 2, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(Tokens),
  .open = tokens_open, .fill = tokens_fill, .close = tokens_close,
  .doc = "(text [, tokenizer]) -> position, id, token, start, end, "
         "char_start, char_end",
};

/* What may begin at a token. */
enum { INSIDE = 0, WORD = 1, SENTENCE = 2 };

typedef struct Chunks {
  Tokens tokens;
  uint8_t *mark;            /* [ids.n] */
  size_t most, overlap;
  size_t from, past;        /* Next chunk's first token; end of the last one */
  sqlite3_int64 position;
} Chunks;

static int is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Mark tokens that begin a word, or are the first of a sentence. */
static int mark_tokens(LitErr *e, Chunks *c) {
  const Tokens *t = &c->tokens;
  size_t at = 0, from, to, i = 0;
  c->mark = lit_new0(e, t->ids.n, 1);
  if (!c->mark) return e->rc;
  for (size_t k = 0; k < t->ids.n; k++) {
    uint32_t b = t->ids.span[k].from;
    if (b == 0 || is_blank(t->text[b]) || is_blank(t->text[b - 1]))
      c->mark[k] = WORD;
  }
  while (lit_sentence_next(t->text, t->n, &at, &from, &to)) {
    while (i < t->ids.n && t->ids.span[i].to <= from) i++;
    if (i < t->ids.n && t->ids.span[i].from < to) c->mark[i] = SENTENCE;
  }
  return LIT_OK;
}

static int chunks_open(LitErr *e, LitConn *conn, void *state,
                       sqlite3_value **args) {
  Chunks *c = state;
  sqlite3_int64 most, overlap;
  if (lit_arg_int(e, "lit_chunks", "tokens", args[1], 1, CHUNK_MAX, &most) ||
      lit_arg_int(e, "lit_chunks", "overlap", args[2], 0, most - 1, &overlap))
    return e->rc;
  c->most = (size_t)most, c->overlap = (size_t)overlap;
  if (begin(e, conn, &c->tokens, "lit_chunks", args[0], args[3])) return e->rc;
  return mark_tokens(e, c);
}

/* The last token in lo+1 .. hi that begins something, sentences before words;
** hi if none does. */
static size_t last_mark(const Chunks *c, size_t lo, size_t hi) {
  for (int want = SENTENCE; want >= WORD; want--)
    for (size_t i = hi; i > lo; i--)
      if (c->mark[i] >= want) return i;
  return hi;
}

/* The first token in lo .. hi-1 that begins something; hi if none does. */
static size_t first_mark(const Chunks *c, size_t lo, size_t hi) {
  for (int want = SENTENCE; want >= WORD; want--)
    for (size_t i = lo; i < hi; i++)
      if (c->mark[i] >= want) return i;
  return hi;
}

static int next_chunk(Chunks *c, LitRows *out) {
  const Tokens *t = &c->tokens;
  size_t n = t->ids.n, end, from, to;
  if (c->past >= n) return 0;
  end = c->from + c->most;
  if (end >= n) end = n;
  else end = last_mark(c, c->past, end);
  from = t->ids.span[c->from].from, to = t->ids.span[end - 1].to;
  while (from < to && is_blank(t->text[from])) from++;
  while (to > from && is_blank(t->text[to - 1])) to--;
  lit_put_int(out, c->position++);
  lit_put_text(out, t->text + from, to - from);
  lit_put_int(out, (sqlite3_int64)from);
  lit_put_int(out, (sqlite3_int64)to);
  lit_put_int(out, (sqlite3_int64)(end - c->from));
  from = end > c->overlap ? end - c->overlap : 0;
  if (from <= c->from) from = c->from + 1;
  c->past = end;
  c->from = first_mark(c, from, end);
  return 1;
}

static int chunks_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  (void)conn;
  for (int i = 0; i < BATCH && next_chunk(state, out); i++) continue;
  return e->rc;
}

static void chunks_close(void *state) {
  Chunks *c = state;
  end_tokens(&c->tokens);
  lit_free(c->mark);
}

const LitTvf lit_tvf_chunks = {
  .name = "lit_chunks",
  .schema = "CREATE TABLE x(position INTEGER, chunk TEXT, \"start\" INTEGER, "
            "\"end\" INTEGER, n_tokens INTEGER, text HIDDEN, tokens HIDDEN, "
            "overlap HIDDEN, tokenizer HIDDEN)",
  .n_out = 5, .n_args = 4, .n_required = 3, .flags = LIT_CALM,
  .state_size = sizeof(Chunks),
  .open = chunks_open, .fill = chunks_fill, .close = chunks_close,
  .doc = "(text, tokens, overlap [, tokenizer]) -> position, chunk, start, "
         "end, n_tokens: the text cut at sentences",
};

typedef struct List {
  size_t next;
} List;

static int list_fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  List *l = state;
  LitSubwordInfo info;
  const char *name;
  (void)conn;
  for (int i = 0; i < BATCH; i++) {
    name = lit_subword_row(l->next, &info);
    if (!name) break;
    l->next++;
    lit_put_str(out, name);
    lit_put_str(out, info.model);
    lit_put_int(out, info.n_vocab);
    lit_put_int(out, (sqlite3_int64)info.bytes);
  }
  return e->rc;
}

const LitTvf lit_tvf_tokenizers = {
  .name = "lit_tokenizers",
  .schema = "CREATE TABLE x(name TEXT, model TEXT, vocabulary INTEGER, "
            "bytes INTEGER)",
  .n_out = 4, .flags = LIT_CALM, .state_size = sizeof(List),
  .fill = list_fill, .doc = "() -> name, model, vocabulary, bytes",
};
