/* train.c -- see train.h: counting words, the frame of tokenizer.json.
**
** Texts go through the very normalizers and pre-tokenizers that the finished
** tokenizer will have.  Where those allow a text to be cut before a single
** space (see LitCuts), what lies between the cuts is counted as it stands, and
** goes through them once when all texts are there.
*/
#include <string.h>
#include "base/names.h"
#include "text/pretok_scan.h"
#include "text/train_part.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { STRETCH_MAX = 64 };

static const LitTrainKind *const kinds[] = {
  &lit_train_wordpiece, &lit_train_bpe, &lit_train_unigram,
};
static const LitNames kind_names = LIT_NAMES_AT(kinds);

struct LitTrain {
  const LitTrainKind *kind;
  LitTrainOpts o;
  LitSubword *shell;        /* The parts but the model */
  LitWork work;
  LitCounts stretches, words;
  uint64_t floor[2];        /* What was pruned of them so far */
  size_t since;             /* Bytes since lit_stopped was asked */
};

const char *lit_train_kind(size_t i, const char **doc) {
  if (i >= sizeof kinds / sizeof *kinds) return NULL;
  *doc = kinds[i]->doc;
  return kinds[i]->name;
}

static void put_specials(LitErr *e, const LitTrainOpts *o, LitBuf *json) {
  lit_buf_text(e, json, "\"added_tokens\":[");
  for (size_t i = 0; i < o->n_special; i++) {
    lit_buf_printf(e, json, "%s{\"id\":%zu,\"content\":", i ? "," : "", i);
    lit_buf_json(e, json, o->special[i], strlen(o->special[i]));
    lit_buf_text(e, json, ",\"single_word\":false,\"lstrip\":false,"
                 "\"rstrip\":false,\"normalized\":false,\"special\":true}");
  }
  lit_buf_text(e, json, "],");
}

static int make_shell(LitErr *e, LitTrain *t) {
  LitBuf json = {0};
  LitSubwordFiles f = {.who = "tokenizer"};
  lit_buf_text(e, &json, "{");
  if (!e->rc && !t->kind->parts(e, &t->o, &json)) {
    lit_buf_text(e, &json, ",\"model\":{\"type\":\"WordLevel\",\"vocab\":"
                 "{\"?\":0},\"unk_token\":\"?\"}}");
    f.main = (char *)json.at, f.n_main = json.n;
    if (!e->rc) lit_subword_parse(e, &f, &t->shell);
  }
  lit_buf_drop(&json);
  return e->rc;
}

int lit_train_new(LitErr *e, const LitTrainOpts *o, LitTrain **out) {
  LitTrain *t = *out = lit_new0(e, 1, sizeof *t);
  if (!t) return e->rc;
  t->o = *o;
  t->work.stop = o->stop;
  t->kind = lit_names_find(e, NULL, "kind", &kind_names, o->kind,
                           strlen(o->kind));
  if (!t->kind) return e->rc;
  if (t->o.lowercase < 0) t->o.lowercase = t->kind->lowercase;
  if (!t->o.max_piece) t->o.max_piece = 16;
  if (!t->o.split) t->o.split = "gpt2";
  if (!lit_scanner_named(t->o.split))
    return lit_fail(e, LIT_ERROR, "split '%.40s': expected gpt2, cl100k, qwen2 "
                    "or o200k", t->o.split);
  if (!t->o.special) {
    t->o.special = t->kind->special;
    while (t->o.special[t->o.n_special]) t->o.n_special++;
  }
  return make_shell(e, t);
}

void lit_train_free(LitTrain *t) {
  if (!t) return;
  lit_subword_free(t->shell);
  lit_work_drop(&t->work);
  lit_counts_drop(&t->stretches), lit_counts_drop(&t->words);
  lit_free(t);
}

/* Count, and keep within LIT_TRAIN_WORDS by forgetting what is rare. */
static int count(LitErr *e, LitTrain *t, LitCounts *c, const char *s, size_t n,
                 uint64_t times) {
  uint64_t *floor = &t->floor[c == &t->words];
  while (c->n >= LIT_TRAIN_WORDS && !e->rc)
    lit_counts_prune(e, c, ++*floor);
  lit_counts_add(e, c, s, n, times);
  return e->rc;
}

/* Count the words of s[0..n), which is at `offset` of its text. */
static int count_words(LitErr *e, LitTrain *t, const char *s, size_t n,
                       uint32_t offset, uint64_t times) {
  LitWork *w = &t->work;
  w->at_start = w->at_end = 1;
  if (lit_work_begin(e, w, s, n, offset) ||
      lit_steps_run(e, &t->shell->normal, w) ||
      lit_steps_run(e, &t->shell->pretok, w))
    return e->rc;
  for (size_t i = 0; i < w->n_pieces && !e->rc; i++) {
    LitPiece p = w->pieces[i];
    if (p.to > p.from)
      count(e, t, &t->words, w->text.at + p.from, p.to - p.from, times);
  }
  return e->rc;
}

int lit_train_add(LitErr *e, LitTrain *t, const char *s, size_t n) {
  if (lit_subword_check(e, s, n)) return e->rc;
  for (size_t at = 0, end; at < n && !e->rc; at = end) {
    end = t->shell->cuttable ? lit_subword_next_cut(s, at, n) : n;
    if (at && end - at <= STRETCH_MAX)
      count(e, t, &t->stretches, s + at, end - at, 1);
    else
      count_words(e, t, s + at, end - at, (uint32_t)at, 1);
    t->since += end - at;
    if (t->since >> 16) {
      t->since = 0;
      lit_stopped(e, t->o.stop);
    }
  }
  return e->rc;
}

static int spread(LitErr *e, LitTrain *t) {
  LitCounts *c = &t->stretches;
  for (uint32_t i = 0; i < c->n && !e->rc; i++) {
    count_words(e, t, lit_counts_text(c, i), c->row[i].len, 1,
                c->row[i].times);
    if (!(i & 0xFFF)) lit_stopped(e, t->o.stop);
  }
  lit_counts_drop(c);
  return e->rc;
}

int lit_train_finish(LitErr *e, LitTrain *t, LitBuf *json) {
  if (spread(e, t)) return e->rc;
  lit_buf_text(e, json, "{\"version\":\"1.0\",\"truncation\":null,"
               "\"padding\":null,");
  put_specials(e, &t->o, json);
  if (e->rc || t->kind->parts(e, &t->o, json)) return e->rc;
  lit_buf_text(e, json, ",\"model\":");
  if (e->rc || t->kind->model(e, &t->o, &t->words, json)) return e->rc;
  lit_buf_text(e, json, "}");
  return e->rc;
}
