/* lit_expand.c -- words that mean nearly what those of the question mean, asked
** for too (lit_how.h).
**
**   feedback = 'near(3, 0.3, 0.6)'   words for each, weight, least cosine
**
** They come from the vocabulary of the built-in model, whatever the table's own
** is, and count by weight x cosine.  A word whose stem is asked for already adds
** nothing.
*/
#include <string.h>
#include "sql/lit_search.h"
#include "text/clean.h"
#include "base/poison.h"

typedef struct Adding {
  LitErr *e;
  LitSearch *s;
  size_t n_asked;           /* Terms of the question itself */
  float weight;
} Adding;

static int add_word(LitErr *e, void *ctx, const LitWord *w) {
  Adding *to = ctx;
  LitSearch *s = to->s;
  if (w->flags & (LIT_WORD_STOP | LIT_WORD_ALTERNATIVE)) return e->rc;
  for (size_t i = 0; i < to->n_asked; i++)
    if (s->terms[i].n == w->n && !memcmp(s->terms[i].at, w->at, w->n))
      return e->rc;
  return lit_ask_term(e, s, w->at, w->n, to->weight);
}

static int add_all(LitErr *e, LitSearch *s, const LitBuf *near,
                   double weight) {
  LitStop stop = lit_conn_stop(s->t->conn);
  Adding to = {.e = e, .s = s, .n_asked = s->n_terms};
  LitWordSink sink = {.each = add_word, .to = &to, .stop = &stop};
  const LitNeighbour *at = (const LitNeighbour *)(const void *)near->at;
  for (size_t i = 0; i < near->n / sizeof *at && !e->rc; i++) {
    to.weight = (float)(weight * at[i].cosine);
    lit_each_word(e, s->t, at[i].word.at, at[i].word.n, LIT_WORDS_QUERY,
                  &sink);
  }
  return e->rc;
}

int lit_expand_near(LitErr *e, LitSearch *s, const double *numbers,
                    const LitFused *top) {
  LitStop stop = lit_conn_stop(s->t->conn);
  LitNearest how = {(size_t)numbers[0], numbers[2]};
  LitBuf near = {0}, clean = {0};
  const LitModel *m;
  (void)top;
  if (!s->text || !s->n_terms || !s->mode->by_words) return LIT_OK;
  m = lit_model_find(e, s->t->schema.name, LIT_BUILTIN_NAME, &stop);
  if (m && !lit_clean(e, s->text, s->n_text, &stop, &clean, NULL) &&
      !lit_model_neighbours(e, m, &how,
                            (LitText){(const char *)clean.at, clean.n}, &near,
                            &stop))
    add_all(e, s, &near, numbers[1]);
  lit_buf_drop(&near);
  lit_buf_drop(&clean);
  return e->rc;
}
