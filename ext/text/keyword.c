/* keyword.c -- see keyword.h */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "text/clean.h"
#include "text/keyword.h"
#include "base/poison.h"

enum { SHORTEST = 4, FIRST_STAYS = 5, FAR = 9999, SUFFIX = 6 };
enum { AS_TYPED = 1, FORM = 2, TYPO = 3, NO = 4 };

/* A word of the query, or another spelling of some of them. */
typedef struct Asked {
  char folded[LIT_WORD_MAX], stem[LIT_WORD_MAX];
  uint32_t n_folded, n_stem, flags;
  uint32_t words;             /* bits of the counted words that it covers */
} Asked;

/* A place in a text where words of the query are.  Its fields follow one
** another in `from` and `to`, FAR words apart. */
typedef struct Hit { uint32_t from, to, words; uint16_t how, field; } Hit;

struct LitKeyword {
  LitWordsCtx *words;
  const LitStop *stop;
  Asked *asked;
  size_t n_asked, room_asked;
  uint32_t all;               /* bits of the words that must be there */
  int n_all;
  LitBuf clean;
  Hit *hits;
  size_t n_hits, room_hits;
  uint32_t base, last;        /* where this field begins and ends */
  int field;
};

/* Does b's rest follow a's rest after one edit at the first difference?  Both
** are at it.  If `open`, a may go on. */
static int one_edit(const char *a, size_t na, const char *b, size_t nb,
                    int open) {
  const char *tries_a[] = {a + 1, a, a + 1}, *tries_b[] = {b + 1, b + 1, b};
  static const size_t less_a[] = {1, 0, 1}, less_b[] = {1, 1, 0};
  for (int k = 0; k < 3; k++) {
    size_t left_a = na - less_a[k], left_b = nb - less_b[k];
    if (na < less_a[k] || nb < less_b[k]) continue;
    if (open ? left_a < left_b : left_a != left_b) continue;
    if (memcmp(tries_a[k], tries_b[k], left_b) == 0) return 1;
  }
  return na > 1 && nb > 1 && a[0] == b[1] && a[1] == b[0] &&
         (open ? na >= nb : na == nb) && memcmp(a + 2, b + 2, nb - 2) == 0;
}

static int has_digit(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (s[i] >= '0' && s[i] <= '9') return 1;
  return 0;
}

int lit_keyword_near(const char *a, size_t na, const char *b, size_t nb) {
  size_t same = 0;
  if (na == nb && memcmp(a, b, na) == 0) return 1;
  if (na < SHORTEST || na > nb + 1 || nb > na + 1) return 0;
  if (na <= FIRST_STAYS && (nb == 0 || a[0] != b[0])) return 0;
  while (same < na && same < nb && a[same] == b[same]) same++;
  return one_edit(a + same, na - same, b + same, nb - same, 0) &&
         !has_digit(a, na) && !has_digit(b, nb);
}

/* May `term` be the stem of `word` with a typo?  Then it is within one edit of
** the word's beginning. */
static int near_beginning(const Asked *q, const char *term, size_t n) {
  size_t same = 0;
  if (q->n_folded < SHORTEST || n + 1 < SHORTEST || n > q->n_folded + 1u ||
      q->n_folded > n + SUFFIX)
    return 0;
  if (q->n_folded <= FIRST_STAYS && q->folded[0] != term[0]) return 0;
  while (same < n && same < q->n_folded && q->folded[same] == term[same])
    same++;
  if (same == n) return 1;
  return one_edit(q->folded + same, q->n_folded - same, term + same, n - same,
                  1);
}

/* Bits of words by their number among those that must be there. */
static uint32_t by_number(const LitKeyword *k, uint32_t words) {
  uint32_t bits = 0;
  int i = 0;
  for (uint32_t x = k->all; x; x &= x - 1, i++)
    if (words & x & (~x + 1)) bits |= (uint32_t)1 << i;
  return bits;
}

uint32_t lit_keyword_maybe(const LitKeyword *k, const char *term, size_t n) {
  uint32_t may = 0;
  for (size_t i = 0; i < k->n_asked; i++) {
    const Asked *q = &k->asked[i];
    if ((q->n_stem == n && memcmp(q->stem, term, n) == 0) ||
        (!(q->flags & LIT_WORD_ALTERNATIVE) &&
         (lit_keyword_near(q->stem, q->n_stem, term, n) ||
          near_beginning(q, term, n))))
      may |= q->words;
  }
  return by_number(k, may);
}

static int ask(LitErr *e, void *to, const LitWord *w) {
  LitKeyword *k = to;
  Asked *q;
  uint32_t words = 0;
  if (w->pos + w->span > LIT_KEYWORD_MAX) return 0;
  for (uint32_t i = 0; i < w->span; i++) words |= (uint32_t)1 << (w->pos + i);
  for (size_t i = 0; i < k->n_asked; i++) {
    q = &k->asked[i];
    if (q->n_folded != w->n_folded || q->flags != w->flags ||
        memcmp(q->folded, w->folded, w->n_folded))
      continue;
    q->words |= words;                          /* the same word again */
    return 0;
  }
  if (LIT_GROW(e, &k->asked, &k->room_asked, k->n_asked + 1)) return e->rc;
  q = &k->asked[k->n_asked++];
  *q = (Asked){.n_folded = w->n_folded, .n_stem = w->n, .flags = w->flags,
               .words = words};
  memcpy(q->folded, w->folded, w->n_folded);
  memcpy(q->stem, w->at, w->n);
  return 0;
}

int lit_keyword_open(LitErr *e, LitWordsCtx *words, const char *query,
                     size_t n, const LitStop *stop, LitKeyword **out) {
  LitKeyword *k = *out = lit_new0(e, 1, sizeof *k);
  LitWordSink sink = {.each = ask, .to = k};
  uint32_t stops = 0;
  if (!k) return e->rc;
  k->words = words, k->stop = stop;
  if (!lit_clean(e, query, n, stop, &k->clean, NULL))
    lit_words_split(e, words, (const char *)k->clean.at, k->clean.n,
                    LIT_WORDS_QUERY, &sink);
  if (e->rc) {
    lit_keyword_close(k);
    *out = NULL;
    return e->rc;
  }
  for (size_t i = 0; i < k->n_asked; i++) {
    if (k->asked[i].flags & LIT_WORD_STOP) stops |= k->asked[i].words;
    k->all |= k->asked[i].words;
  }
  if (k->all & ~stops) k->all &= ~stops;
  for (uint32_t x = k->all; x; x &= x - 1) k->n_all++;
  return LIT_OK;
}

void lit_keyword_close(LitKeyword *k) {
  if (!k) return;
  lit_free(k->asked);
  lit_free(k->hits);
  lit_buf_drop(&k->clean);
  lit_free(k);
}

int lit_keyword_count(const LitKeyword *k) { return k->n_all; }

static int how_equal(const Asked *q, const LitWord *w) {
  const int other = (q->flags | w->flags) & LIT_WORD_ALTERNATIVE;
  if (q->n_folded == w->n_folded &&
      memcmp(q->folded, w->folded, w->n_folded) == 0)
    return other ? FORM : AS_TYPED;
  if (q->n_stem == w->n && memcmp(q->stem, w->at, w->n) == 0) return FORM;
  if (!other && lit_keyword_near(q->folded, q->n_folded, w->folded,
                                 w->n_folded))
    return TYPO;
  return NO;
}

static int find(LitErr *e, void *to, const LitWord *w) {
  LitKeyword *k = to;
  k->last = k->base + w->pos + w->span;
  for (size_t i = 0; i < k->n_asked; i++) {
    int how = how_equal(&k->asked[i], w);
    uint32_t words = k->asked[i].words & k->all;
    if (how == NO || !words) continue;
    if (LIT_GROW(e, &k->hits, &k->room_hits, k->n_hits + 1)) break;
    k->hits[k->n_hits++] = (Hit){
      .from = k->base + w->pos, .to = k->base + w->pos + w->span,
      .words = words, .how = (uint16_t)how, .field = (uint16_t)k->field};
  }
  return e->rc;
}

static int hit_cmp(const void *a, const void *b) {
  const Hit *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return (x->to > y->to) - (x->to < y->to);
}

/* For each word of the query the best way it is in the text. */
static void note_best(const LitKeyword *k, uint8_t best[LIT_KEYWORD_MAX]) {
  for (size_t i = 0; i < k->n_hits; i++)
    for (int b = 0; b < LIT_KEYWORD_MAX; b++)
      if (k->hits[i].words >> b & 1 && k->hits[i].how < best[b])
        best[b] = (uint8_t)k->hits[i].how;
}

/* Length of the smallest window of a field that has every word, in a way of
** the tier or better, and the field; FAR if there is none. */
static uint32_t smallest_window(const LitKeyword *k, int tier, int *field) {
  uint32_t seen[LIT_KEYWORD_MAX] = {0}, best = FAR, have = 0;
  size_t lo = 0;
  for (size_t hi = 0; hi < k->n_hits; hi++) {
    if (k->hits[hi].how > tier) continue;
    for (int b = 0; b < LIT_KEYWORD_MAX; b++)
      if (k->hits[hi].words >> b & 1 && seen[b]++ == 0) have |= 1u << b;
    for (; have == k->all; lo++) {
      uint32_t len = k->hits[hi].to - k->hits[lo].from;
      if (k->hits[lo].how > tier) continue;
      if (len < best) best = len, *field = k->hits[lo].field;
      for (int b = 0; b < LIT_KEYWORD_MAX; b++)
        if (k->hits[lo].words >> b & 1 && --seen[b] == 0) have &= ~(1u << b);
    }
  }
  return best;
}

static int read_fields(LitErr *e, LitKeyword *k, const LitField *f, int n) {
  LitWordSink sink = {.each = find, .to = k, .stop = k->stop};
  k->n_hits = 0, k->base = 0;
  for (k->field = 0; k->field < n && !e->rc; k->field++) {
    const LitField in = f[k->field];
    k->last = k->base, k->clean.n = 0;
    if (in.at && !lit_clean(e, in.at, in.n, k->stop, &k->clean, NULL))
      lit_words_split(e, k->words, (const char *)k->clean.at, k->clean.n,
                      LIT_WORDS_QUERY, &sink);
    k->base = k->last + FAR;
  }
  return e->rc;
}

int lit_keyword_score(LitErr *e, LitKeyword *k, const LitField *fields,
                      int n_fields, double *score, int *tier) {
  uint8_t best[LIT_KEYWORD_MAX];
  uint32_t near;
  int worst = 0, field = 9;
  *score = 0;
  if (tier) *tier = 0;
  if (read_fields(e, k, fields, n_fields)) return e->rc;
  memset(best, NO, sizeof best);
  note_best(k, best);
  for (int b = 0; b < LIT_KEYWORD_MAX; b++)
    if (k->all >> b & 1 && best[b] > worst) worst = best[b];
  if (worst == 0 || worst == NO) return LIT_OK;
  qsort(k->hits, k->n_hits, sizeof *k->hits, hit_cmp);
  near = smallest_window(k, worst, &field);
  if (field > 9) field = 9;
  *score = (NO - worst) * 1e6 + (FAR - near) * 10.0 + (9 - field);
  if (tier) *tier = worst;
  return LIT_OK;
}
