/* tvf_explain.c -- lit_explain_match: which words of a text its similarity to a
** question comes from.
**
**   SELECT word, part FROM lit_explain_match('stopping early', abstract, 'minilm')
**   ORDER BY part DESC LIMIT 5;
**
**   lit_explain_match(query, text, model) -> word, first, last, part, share
**
** word: as it stands in the text, its characters first .. last, from 1; part:
** what it adds to the cosine of the question (as 'query') and the text (as
** 'document'): the parts of all rows add up to it; share: part over that cosine.
** The last row, with word NULL, is what special tokens and the model's prompt
** add.  Words come in the order of the text; punctuation, and each Chinese or
** Japanese character, stands alone; what the model's limit cuts off has no row.
**
** The decomposition is exact, not a guess, for models that pool by the mean, and
** for static vectors, the built-in model's too, where q s_t is what the token's
** own row adds:
** with q the question's vector of length 1 and s_t the states of the text's n
** tokens, whose mean is d, cos(q, d) = sum over t of q s_t / (n |d|); a word's
** part is the sum over its tokens.  But states of tokens know of one another: a
** part says where the network put the meaning, not what the word alone means.
** Errors: no such model, or one that pools otherwise.
*/
#include <string.h>
#include "base/buf.h"
#include "model/model.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct State {
  const LitModel *m;
  LitBuf query, text;
  int done;
} State;

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  LitBuf *to[] = {&s->query, &s->text};
  LitStop stop = lit_conn_stop(conn);
  const char *at;
  size_t n;
  for (int i = 0; i < 2; i++) {
    if (lit_arg_text(e, "lit_explain_match", args[i], &at, &n)) return e->rc;
    lit_buf_put(e, to[i], at, n);
  }
  if (lit_arg_text(e, "lit_explain_match", args[2], &at, &n)) return e->rc;
  s->m = lit_model_find(e, "lit_explain_match", at, &stop);
  return e->rc;
}

/* Letters and digits go together; of characters beyond ASCII, those of three
** bytes from U+2E80 on (Chinese, Japanese, and signs) do not. */
static int is_joined(const char *text, size_t at) {
  unsigned char c = (unsigned char)text[at];
  if (c >= 0x80) return c < 0xE2 || (c == 0xE2 && (unsigned char)text[at + 1] < 0xBA);
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

/* Is the token that begins at `next` of the same word as that which ends
** there? */
static int goes_on(const char *text, const LitTokenPart *a,
                   const LitTokenPart *next) {
  size_t last = a->to;
  if (next->from != a->to || a->to == 0) return next->from < a->to && next->to;
  do last--; while (last > a->from && ((unsigned char)text[last] & 0xC0) == 0x80);
  return is_joined(text, last) && is_joined(text, next->from);
}

/* So many characters of the text are before byte `at`; words ask in order, so
** that none is counted twice. */
typedef struct Counted { const char *text; size_t at, chars; } Counted;

static sqlite3_int64 count_chars(Counted *c, size_t to) {
  if (to < c->at) c->at = c->chars = 0;
  for (; c->at < to; c->at++)
    c->chars += ((unsigned char)c->text[c->at] & 0xC0) != 0x80;
  return (sqlite3_int64)c->chars;
}

static void put_word(LitRows *out, Counted *c, const LitTokenPart *word,
                     double cosine) {
  if (word->to) {
    lit_put_text(out, c->text + word->from, word->to - word->from);
    lit_put_int(out, count_chars(c, word->from) + 1);
    lit_put_int(out, count_chars(c, word->to));
  } else {
    for (int i = 0; i < 3; i++) lit_put_null(out);
  }
  lit_put_real(out, word->part);
  if (cosine < 0 || cosine > 0) lit_put_real(out, word->part / cosine);
  else lit_put_null(out);
}

static void put_words(LitRows *out, const char *text, const LitExplained *x) {
  LitTokenPart word = {0}, rest = {0};
  Counted c = {.text = text};
  double cosine = 0;
  for (size_t i = 0; i < x->n; i++) cosine += x->at[i].part;
  for (size_t i = 0; i < x->n; i++) {
    const LitTokenPart *p = &x->at[i];
    if (p->to == 0) {
      rest.part += p->part;
    } else if (word.to && goes_on(text, &word, p)) {
      word.part += p->part;
      if (p->to > word.to) word.to = p->to;
    } else {
      if (word.to) put_word(out, &c, &word, cosine);
      word = *p;
    }
  }
  if (word.to) put_word(out, &c, &word, cosine);
  put_word(out, &c, &rest, cosine);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  LitText query = {s->query.n ? (char *)s->query.at : "", s->query.n};
  LitText text = {s->text.n ? (char *)s->text.at : "", s->text.n};
  LitExplained x = {0};
  if (s->done++) return e->rc;
  if (!lit_model_explain(e, s->m, query, text, &stop, &x))
    put_words(out, text.at, &x);
  lit_explained_drop(&x);
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  lit_buf_drop(&s->query);
  lit_buf_drop(&s->text);
}

const LitTvf lit_tvf_explain = {
  .name = "lit_explain_match",
  .schema = "CREATE TABLE x(word, first, last, part, share, query HIDDEN, "
            "text HIDDEN, model HIDDEN)",
  .n_out = 5, .n_args = 3, .n_required = 3, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(query, text, model) -> the text's words and what each adds to the "
         "cosine",
};
