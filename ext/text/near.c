/* near.c -- see near.h.  rows[i][j] is the distance of the first i characters
** of the term and the first j of the word. */
#include <string.h>
#include "text/near.h"
#include "text/utf8.h"
#include "base/poison.h"

void lit_near_next(LitTermChars *t, const char *term, size_t n) {
  int i = 0, same = 1;
  t->same = 0;
  for (size_t at = 0; at < n && i < LIT_NEAR_TERM; i++) {
    uint32_t cp;
    at += lit_utf8_get(term + at, n - at, &cp);
    same = same && i < t->n && t->at[i] == cp;
    t->same += same;
    t->at[i] = cp;
  }
  t->n = i;
}

int lit_near_open(LitNear *w, const char *word, size_t n, int limit,
                  int tail) {
  size_t at = 0;
  w->limit = limit, w->tail = tail;
  w->depth = w->dead = 0;
  for (w->n = 0; at < n && w->n < LIT_NEAR_WORD; w->n++)
    at += lit_utf8_get(word + at, n - at, &w->at[w->n]);
  for (int j = 0; j <= w->n; j++) w->rows[0][j] = (uint8_t)j;
  return at == n;
}

static int least(int a, int b) { return a < b ? a : b; }

/* Row i, of the term's i-th character.  Returns its least number. */
static int fill_row(LitNear *w, const LitTermChars *t, int i) {
  uint8_t *row = w->rows[i];
  const uint8_t *up = w->rows[i - 1];
  const uint32_t c = t->at[i - 1];
  int best = row[0] = (uint8_t)i;
  for (int j = 1; j <= w->n; j++) {
    int d = up[j - 1] + (w->at[j - 1] != c);
    d = least(d, least(up[j], row[j - 1]) + 1);
    if (i > 1 && j > 1 && w->at[j - 2] == c && w->at[j - 1] == t->at[i - 2])
      d = least(d, w->rows[i - 2][j - 2] + 1);
    row[j] = (uint8_t)d;
    best = least(best, d);
  }
  return best;
}

int lit_near_term(LitNear *w, const LitTermChars *t) {
  int best, from;
  if (w->dead && t->same >= w->dead) return w->limit + 1;
  if (w->depth > t->same) w->depth = t->same;
  w->dead = 0;
  while (w->depth < t->n) {
    if (fill_row(w, t, w->depth + 1) > w->limit) {
      w->dead = w->depth + 1;
      return w->limit + 1;
    }
    w->depth++;
  }
  if (t->n == LIT_NEAR_TERM) return w->limit + 1;
  best = w->rows[t->n][w->n];
  from = w->n > w->tail ? w->n - w->tail : 0;
  for (int j = from; j < w->n; j++) best = least(best, w->rows[t->n][j]);
  return best;
}

int lit_near_words(const char *a, size_t na, const char *b, size_t nb,
                   int limit) {
  LitNear w;
  LitTermChars t = {.n = 0};
  if (!lit_near_open(&w, a, na, limit, 0)) return limit + 1;
  lit_near_next(&t, b, nb);
  return least(lit_near_term(&w, &t), limit + 1);
}
