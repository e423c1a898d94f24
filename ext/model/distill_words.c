/* distill_words.c -- the texts of a training as numbers of words.
**
** A text goes through the normalizer and the pre-tokenizer of BERT, as it will
** when the model is used.  Signs are dropped: in the model they have no weight.
*/
#include <string.h>
#include "model/distill_in.h"
#include "text/pretok.h"
#include "text/sentence.h"
#include "text/tokparts.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { FIRST_SLOTS = 1 << 16, WORD_MAX = 400 };

static uint32_t hash_of(const char *s, size_t n) {
  return lit_hash_end(lit_hash_bytes(LIT_HASH_BEGIN, s, n));
}

static size_t word_from(const LitDistillWords *w, size_t i) {
  return i ? w->end[i - 1] : 0;
}

/* Where s[0..n) is or would be. */
static uint32_t *slot_of(const LitDistillWords *w, const char *s, size_t n) {
  for (size_t i = hash_of(s, n) & w->mask;; i = (i + 1) & w->mask) {
    uint32_t *slot = &w->slot[i];
    size_t from;
    if (!*slot) return slot;
    from = word_from(w, *slot - 1);
    if (w->end[*slot - 1] - from == n && !memcmp(w->text.at + from, s, n))
      return slot;
  }
}

static int more_slots(LitErr *e, LitDistillWords *w) {
  size_t n = w->mask ? 2 * (w->mask + 1) : FIRST_SLOTS;
  uint32_t *slot = lit_new0(e, n, sizeof *slot);
  if (!slot) return e->rc;
  lit_free(w->slot);
  w->slot = slot, w->mask = n - 1;
  for (size_t i = 0; i < w->n; i++) {
    size_t from = word_from(w, i);
    *slot_of(w, (char *)w->text.at + from, w->end[i] - from) = (uint32_t)i + 1;
  }
  return e->rc;
}

/* The number of word s[0..n), which is new or was met before. */
static int number_of(LitErr *e, LitDistillWords *w, const char *s, size_t n,
                     uint32_t *out) {
  uint32_t *slot;
  if (w->n * 2 >= w->mask && more_slots(e, w)) return e->rc;
  slot = slot_of(w, s, n);
  if (!*slot) {
    if (w->text.n + n > UINT32_MAX)
      return lit_fail(e, LIT_TOOBIG, "over 4 GB of different words");
    lit_buf_put(e, &w->text, s, n);
    if (LIT_GROW(e, &w->end, &w->room_end, w->n + 1) ||
        LIT_GROW(e, &w->count, &w->room_count, w->n + 1))
      return e->rc;
    w->end[w->n] = (uint32_t)w->text.n, w->count[w->n] = 0;
    *slot = (uint32_t)++w->n;
  }
  *out = *slot - 1;
  if (w->count[*out] < UINT32_MAX) w->count[*out]++;
  return e->rc;
}

static int is_sign(const char *s, size_t n) {
  uint32_t cp;
  return lit_utf8_get(s, n, &cp) == n && lit_is_punct(cp);
}

/* Append the words of s[0..n) to the last part of `to`. */
static int read_words(LitErr *e, LitDistill *t, LitDistillTexts *to,
                      const char *s, size_t n) {
  LitWork *w = &t->work;
  if (lit_work_begin(e, w, s, n, 0) ||
      lit_steps_run(e, &t->cutter->normal, w) ||
      lit_steps_run(e, &t->cutter->pretok, w))
    return e->rc;
  for (size_t i = 0; i < w->n_pieces; i++) {
    const char *at = w->text.at + w->pieces[i].from;
    size_t size = w->pieces[i].to - w->pieces[i].from;
    if (!size || size > WORD_MAX || is_sign(at, size)) continue;
    if (LIT_GROW(e, &to->at, &to->room, to->n + 1) ||
        number_of(e, &t->words, at, size, &to->at[to->n]))
      return e->rc;
    to->n++;
  }
  return e->rc;
}

int lit_distill_texts_end(LitErr *e, LitDistillTexts *to, int is_text) {
  if (LIT_GROW(e, &to->part, &to->room_part, to->n_parts + 1)) return e->rc;
  to->part[to->n_parts++] = to->n;
  if (!is_text) return LIT_OK;
  if (LIT_GROW(e, &to->text, &to->room_text, to->n_texts + 1)) return e->rc;
  to->text[to->n_texts++] = to->n_parts;
  return LIT_OK;
}

int lit_distill_paper(LitErr *e, LitDistill *t, LitText title, LitText text) {
  LitDistillTexts *to = &t->papers;
  size_t at = 0, from, end, before = to->n;
  if (read_words(e, t, to, title.at, title.n) ||
      lit_distill_texts_end(e, to, 0))
    return e->rc;
  while (lit_sentence_next(text.at, text.n, &at, &from, &end))
    if (read_words(e, t, to, text.at + from, end - from) ||
        lit_distill_texts_end(e, to, 0))
      return e->rc;
  if (to->n == before) {                        /* Nothing in it */
    to->n_parts = to->n_texts ? to->text[to->n_texts - 1] : 0;
    return LIT_OK;
  }
  if (LIT_GROW(e, &to->text, &to->room_text, to->n_texts + 1)) return e->rc;
  to->text[to->n_texts++] = to->n_parts;
  return e->rc;
}

int lit_distill_taught(LitErr *e, LitDistill *t, LitText text,
                     const float *vector) {
  LitDistillTexts *to = &t->taught;
  size_t dim = (size_t)lit_model_dim(t->teacher), before = to->n;
  size_t n = to->n_texts * dim;
  if (read_words(e, t, to, text.at, text.n)) return e->rc;
  if (to->n == before) return LIT_OK;
  if (LIT_GROW(e, &t->vectors, &t->room_vectors, n + dim)) return e->rc;
  memcpy(t->vectors + n, vector, dim * sizeof *vector);
  return lit_distill_texts_end(e, to, 1);
}

void lit_distill_texts_drop(LitDistillTexts *x) {
  lit_free(x->at), lit_free(x->part), lit_free(x->text);
  *x = (LitDistillTexts){0};
}

void lit_distill_words_drop(LitDistillWords *w) {
  lit_buf_drop(&w->text);
  lit_free(w->end), lit_free(w->count), lit_free(w->slot);
  *w = (LitDistillWords){0};
}
