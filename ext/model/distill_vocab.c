/* distill_vocab.c -- the vocabulary of a static model, and words to tokens.
**
** Token 0 is [UNK].  Then come, so that any word can be written:
**
**   each character of the texts' words, and "##" with it
**   the teacher's tokens of ASCII letters and digits, if it has WordPiece
**   the words of the texts, the most frequent first, until `words` tokens are
**   chosen or a word is rarer than `least`
*/
#include <stdlib.h>
#include <string.h>
#include "model/parts.h"
#include "model/distill_in.h"
#include "text/tokparts.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Choice {
  LitDistill *t;
  LitVocab seen;            /* sealed: what was chosen so far */
  size_t n, max;
} Choice;

static int add(LitErr *e, Choice *c, const char *prefix, const char *s,
               size_t n) {
  lit_buf_text(e, &c->t->vocabulary, prefix);
  lit_buf_put(e, &c->t->vocabulary, s, n);
  lit_buf_u8(e, &c->t->vocabulary, '\n');
  c->n++;
  return e->rc;
}

static const char *word_at(const LitDistillWords *w, size_t i, size_t *n) {
  size_t from = i ? w->end[i - 1] : 0;
  *n = w->end[i] - from;
  return (const char *)w->text.at + from;
}

/* Characters that occur at least `least` times, in the order of their code
** points: counted in a table of all. */
static int add_chars(LitErr *e, Choice *c) {
  const LitDistillWords *w = &c->t->words;
  uint64_t *count = lit_new0(e, 0x110000, sizeof *count);
  if (!count) return e->rc;
  for (size_t i = 0; i < w->n; i++) {
    size_t n, len;
    const char *s = word_at(w, i, &n);
    uint32_t cp;
    for (size_t at = 0; at < n; at += len) {
      len = lit_utf8_get(s + at, n - at, &cp);
      count[cp] += w->count[i];
    }
  }
  for (uint32_t cp = '0'; cp < 0x110000 && c->n + 1 < c->max && !e->rc; cp++) {
    char s[4];
    size_t n;
    if (count[cp] < (uint64_t)c->t->opts.least) continue;
    n = lit_utf8_put(cp, s);
    add(e, c, "", s, n), add(e, c, "##", s, n);
  }
  lit_free(count);
  return e->rc;
}

static int is_plain(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9')))
      return 0;
  return n > 1;
}

static int add_pieces(LitErr *e, Choice *c) {
  const LitSubword *from = c->t->teacher ? c->t->teacher->tokenizer : NULL;
  const LitSubwordInfo *info = from ? lit_subword_info(from) : NULL;
  if (!info || strcmp(info->model, "WordPiece")) return e->rc;
  for (uint32_t id = 0; id < info->n_vocab && c->n < c->max && !e->rc; id++) {
    size_t n;
    const char *s = lit_subword_token(from, id, &n);
    size_t skip = s && n > 2 && s[0] == '#' && s[1] == '#' ? 2 : 0;
    if (s && is_plain(s + skip, n - skip)) add(e, c, "", s, n);
  }
  return e->rc;
}

typedef struct Counted { uint32_t count, word; } Counted;

static int by_count(const void *a, const void *b) {
  const Counted *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return x->word < y->word ? -1 : 1;
}

/* What was chosen, so that a word is not chosen twice. */
static int index_chosen(LitErr *e, Choice *c) {
  const char *at = (char *)c->t->vocabulary.at;
  for (uint32_t id = 0; id < c->n && !e->rc; id++) {
    const char *end = strchr(at, '\n');
    lit_vocab_add(e, &c->seen, at, (size_t)(end - at), id);
    at = end + 1;
  }
  return lit_vocab_seal(e, &c->seen);
}

static int add_words(LitErr *e, Choice *c) {
  const LitDistillWords *w = &c->t->words;
  Counted *order = lit_new(e, w->n, sizeof *order);
  if (!order) return e->rc;
  for (size_t i = 0; i < w->n; i++)
    order[i] = (Counted){w->count[i], (uint32_t)i};
  qsort(order, w->n, sizeof *order, by_count);
  for (size_t i = 0; i < w->n && c->n < c->max && !e->rc; i++) {
    size_t n;
    const char *s = word_at(w, order[i].word, &n);
    if (order[i].count < c->t->opts.least) break;
    if (lit_vocab_find(&c->seen, s, n) < 0) add(e, c, "", s, n);
  }
  lit_free(order);
  return e->rc;
}

int lit_distill_vocabulary(LitErr *e, LitDistill *t) {
  Choice c = {.t = t, .max = (size_t)t->opts.words};
  t->vocabulary.n = 0;
  add(e, &c, "", "[UNK]", 5);
  if (!e->rc) add_chars(e, &c);
  if (!e->rc) add_pieces(e, &c);
  lit_buf_u8(e, &t->vocabulary, 0);
  if (!e->rc) index_chosen(e, &c);
  t->vocabulary.n--;
  if (!e->rc) add_words(e, &c);
  t->n_vocab = c.n;
  lit_vocab_drop(&c.seen);
  if (!e->rc && c.n < 3)
    lit_fail(e, LIT_ERROR, "%s: a vocabulary of %zu: words must occur %lld "
             "times (option least), and %lld tokens are taken (option words)",
             t->opts.who, c.n - 1, (long long)t->opts.least,
             (long long)t->opts.words);
  return e->rc;
}

typedef struct Spelling {   /* words as tokens */
  uint32_t *at;
  size_t *end;
  size_t n, room;
} Spelling;

static int spell(LitErr *e, const LitDistill *t, Spelling *out,
                 const LitStop *stop) {
  static const char config[] = "{\"do_lower_case\": true}";
  LitSubwordFiles f = {.who = t->opts.who, .main = (char *)t->vocabulary.at,
    .n_main = t->vocabulary.n, .config = config, .n_config = sizeof config - 1};
  LitSubword *tok = NULL;
  LitSubwordScratch *scratch = NULL;
  LitEncodeOpts opts = {.stop = stop};
  LitIds ids = {0};
  out->end = lit_new(e, t->words.n, sizeof *out->end);
  if (!out->end || lit_subword_parse(e, &f, &tok) ||
      lit_subword_scratch(e, &scratch))
    goto done;
  for (size_t i = 0; i < t->words.n; i++) {
    size_t n;
    const char *s = word_at(&t->words, i, &n);
    if (lit_subword_encode(e, tok, scratch, s, n, &opts, &ids)) goto done;
    if (LIT_GROW(e, &out->at, &out->room, out->n + ids.n)) goto done;
    for (size_t k = 0; k < ids.n; k++)
      if (ids.at[k]) out->at[out->n++] = ids.at[k];
    out->end[i] = out->n;
  }
done:
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch), lit_subword_free(tok);
  return e->rc;
}

/* Replace the words of x by their tokens. */
static int respell(LitErr *e, LitDistillTexts *x, const Spelling *s) {
  uint32_t *at;
  size_t n = 0, i = 0;
  for (size_t k = 0; k < x->n; k++)
    n += s->end[x->at[k]] - (x->at[k] ? s->end[x->at[k] - 1] : 0);
  at = lit_new(e, n, sizeof *at);
  if (!at) return e->rc;
  n = 0;
  for (size_t p = 0; p < x->n_parts; p++) {
    for (; i < x->part[p]; i++) {
      size_t from = x->at[i] ? s->end[x->at[i] - 1] : 0;
      while (from < s->end[x->at[i]]) at[n++] = s->at[from++];
    }
    x->part[p] = n;
  }
  lit_free(x->at);
  x->at = at, x->n = x->room = n;
  return e->rc;
}

int lit_distill_tokens(LitErr *e, LitDistill *t, const LitStop *stop) {
  Spelling s = {0};
  t->counts = lit_new0(e, t->n_vocab, sizeof *t->counts);
  if (!e->rc && !spell(e, t, &s, stop) && !respell(e, &t->papers, &s))
    respell(e, &t->taught, &s);
  for (size_t i = 0; i < t->papers.n && !e->rc; i++)
    t->counts[t->papers.at[i]]++;
  lit_distill_words_drop(&t->words);
  lit_free(s.at), lit_free(s.end);
  return e->rc;
}
