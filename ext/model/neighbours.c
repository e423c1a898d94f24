/* neighbours.c -- the words of a static model's vocabulary that mean nearly
** what the words of a text mean (model.h).
**
** Every row is looked at, once for all words of the text: some milliseconds for
** 42,000 of 256 numbers.  A word that the vocabulary writes in pieces has no
** vector of its own, and no neighbours.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kern/kern.h"
#include "model/parts.h"
#include "base/poison.h"

enum { WORDS_MAX = 32, NEAR_MAX = 20, LETTERS = 3, ASK = 4096 };

typedef struct Word {
  uint32_t id;
  size_t n;
  LitNeighbour at[NEAR_MAX];      /* The best so far, best first [n] */
} Word;

typedef struct Words {
  Word at[WORDS_MAX];
  size_t n;
  float *rows;              /* [n, width], of length 1 */
} Words;

/* Letters alone, enough of them, and no part of a word. */
static int is_word(const LitModel *m, uint32_t id, LitText *out) {
  out->at = lit_subword_token(m->tokenizer, id, &out->n);
  if (!out->at || out->n < LETTERS) return 0;
  for (size_t i = 0; i < out->n; i++)
    if (out->at[i] < 'a' || out->at[i] > 'z') return 0;
  return 1;
}

/* The row of a token, of length 1; false if it has none. */
static int unit_row(const LitModel *m, uint32_t id, float *out) {
  size_t n = (size_t)m->width;
  float sq;
  m->arch->row(m, id, out);
  sq = lit_dot_f32(out, out, n);
  for (size_t i = 0; i < n && sq > 0; i++) out[i] /= sqrtf(sq);
  return sq > 0;
}

/* The different words of the text that are one token each. */
static void find_words(const LitModel *m, const LitIds *ids, Words *out) {
  for (size_t i = 0; i < ids->n && out->n < WORDS_MAX; i++) {
    LitText word;
    size_t n, same = 0;
    const char *next = i + 1 < ids->n
        ? lit_subword_token(m->tokenizer, ids->at[i + 1], &n) : NULL;
    if (next && n > 2 && memcmp(next, "##", 2) == 0) continue;
    for (size_t k = 0; k < out->n; k++) same |= out->at[k].id == ids->at[i];
    if (same || !is_word(m, ids->at[i], &word)) continue;
    if (unit_row(m, ids->at[i], out->rows + out->n * (size_t)m->width))
      out->at[out->n++].id = ids->at[i];
  }
}

/* Enter a word that is so near, if it is among the `most` nearest. */
static void offer(Word *to, size_t most, LitText word, double cosine) {
  size_t at = to->n < most ? to->n++ : most - 1;
  if (at == most - 1 && to->n == most && to->at[at].word.at &&
      to->at[at].cosine >= cosine)
    return;
  for (; at > 0 && to->at[at - 1].cosine < cosine; at--)
    to->at[at] = to->at[at - 1];
  to->at[at] = (LitNeighbour){word, cosine};
}

static int look(LitErr *e, const LitModel *m, const LitNearest *how, Words *w,
                const LitStop *stop) {
  size_t width = (size_t)m->width;
  float *row = lit_new(e, width, sizeof *row);
  for (uint32_t id = 0; row && id < (uint32_t)m->n_vocab; id++) {
    LitText word;
    if (id % ASK == 0 && lit_stopped(e, stop)) break;
    if (!is_word(m, id, &word) || !unit_row(m, id, row)) continue;
    for (size_t k = 0; k < w->n; k++) {
      double cosine = (double)lit_dot_f32(w->rows + k * width, row, width);
      if (cosine >= how->least && w->at[k].id != id)
        offer(&w->at[k], how->most, word, cosine);
    }
  }
  lit_free(row);
  return e->rc;
}

int lit_model_neighbours(LitErr *e, const LitModel *m, const LitNearest *how,
                         LitText text, LitBuf *out, const LitStop *stop) {
  LitNearest most = {how->most < NEAR_MAX ? how->most : NEAR_MAX, how->least};
  LitEmbedding *c;
  Words *w;
  if (!m->arch->row)
    return lit_fail(e, LIT_MISMATCH, "model '%s' has no vectors of words",
                    lit_model_name(m));
  c = lit_embedding_take(e, m, LIT_EMBED_QUERY, stop);
  w = lit_new0(e, 1, sizeof *w);
  if (w) w->rows = lit_new(e, lit_size(WORDS_MAX, (size_t)m->width),
                           sizeof *w->rows);
  if (!e->rc && !lit_embed_tokens(e, m, c, text, 0)) {
    find_words(m, &c->ids, w);
    look(e, m, &most, w, stop);
  }
  for (size_t k = 0; !e->rc && k < w->n; k++)
    lit_buf_put(e, out, w->at[k].at, w->at[k].n * sizeof *w->at[k].at);
  if (w) lit_free(w->rows);
  lit_free(w);
  if (c) lit_embedding_give(m, c);
  return e->rc;
}
