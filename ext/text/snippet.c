/* snippet.c -- see snippet.h.
**
** A window's worth: the different things asked that it shows, then a little
** for each further word, then a little for beginning a sentence.  Windows
** begin at sentences and at words asked for; the first of the best wins.
*/
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "text/clean.h"
#include "text/sentence.h"
#include "text/snippet.h"
#include "base/poison.h"

enum { READ_MAX = 1000000, ASKED_MAX = 64 };

typedef struct LitAskedTerm {
  size_t at;                  /* of its bytes; sorted by them at the end */
  uint32_t n, thing;          /* the query's word it stands for, 0..63 */
  uint32_t stop;
  const char *text;           /* once the bytes do not move */
} LitAskedTerm;

static int term_cmp(const void *a, const void *b) {
  const LitAskedTerm *x = a, *y = b;
  size_t n = x->n < y->n ? x->n : y->n;
  int c = memcmp(x->text, y->text, n);
  return c ? c : (x->n > y->n) - (x->n < y->n);
}

static int add_term(LitErr *e, void *to, const LitWord *w) {
  LitAsked *a = to;
  if (w->pos >= ASKED_MAX) return 1;
  if (LIT_GROW(e, &a->at, &a->room, a->n + 1)) return e->rc;
  a->at[a->n++] = (LitAskedTerm){.at = a->bytes.n, .n = w->n, .thing = w->pos,
                                 .stop = w->flags & LIT_WORD_STOP};
  lit_buf_put(e, &a->bytes, w->at, w->n);
  return e->rc;
}

int lit_snippet_query(LitErr *e, LitAsked *asked, LitWordsCtx *words,
                      const char *query, size_t n) {
  LitBuf clean = {0};
  LitWordSink sink = {.each = add_term, .to = asked};
  size_t kept = 0, real = 0;
  asked->n = asked->bytes.n = 0;
  if (!lit_clean(e, query, n, NULL, &clean, NULL))
    lit_words_split(e, words, (const char *)clean.at, clean.n,
                    LIT_WORDS_QUERY, &sink);
  lit_buf_drop(&clean);
  if (e->rc) return e->rc;
  for (size_t i = 0; i < asked->n; i++) real += !asked->at[i].stop;
  for (size_t i = 0; i < asked->n; i++) {
    LitAskedTerm t = asked->at[i];
    t.text = (const char *)asked->bytes.at + t.at;
    if (!t.stop || !real) asked->at[kept++] = t;
  }
  asked->n = kept;
  if (kept) qsort(asked->at, kept, sizeof *asked->at, term_cmp);
  return e->rc;
}

void lit_snippet_drop(LitAsked *asked) {
  lit_free(asked->at);
  lit_buf_drop(&asked->bytes);
  *asked = (LitAsked){0};
}

/* A stretch of text that was asked for, from the word number `word` on. */
typedef struct Hit { uint32_t from, to, word, thing; } Hit;
typedef struct Place { uint32_t from, to; } Place;

typedef struct Found {
  const LitAsked *asked;
  Hit *hits;                  /* in the order of `from` */
  Place *places;              /* of the counted words; only if wanted */
  size_t n_hits, room_hits, n_places, room_places;
  int want_places;
} Found;

static const LitAskedTerm *asked_term(const LitAsked *a, const LitWord *w) {
  LitAskedTerm key = {.text = w->at, .n = w->n};
  return a->n ? bsearch(&key, a->at, a->n, sizeof key, term_cmp) : NULL;
}

/* Alternatives come after the words they cover, so a hit may reach back over
** the last ones; those are one hit then. */
static int find_word(LitErr *e, void *to, const LitWord *w) {
  Found *f = to;
  const LitAskedTerm *t = asked_term(f->asked, w);
  Hit hit = {w->from, w->to, w->pos, t ? t->thing : 0};
  if (f->want_places && !(w->flags & LIT_WORD_ALTERNATIVE)) {
    if (LIT_GROW(e, &f->places, &f->room_places, f->n_places + 1)) return e->rc;
    f->places[f->n_places++] = (Place){w->from, w->to};
  }
  if (!t) return 0;
  while (f->n_hits && f->hits[f->n_hits - 1].to > hit.from) {
    Hit last = f->hits[--f->n_hits];
    if (last.from < hit.from) hit.from = last.from, hit.word = last.word;
    if (last.to > hit.to) hit.to = last.to;
    hit.thing = last.thing < hit.thing ? last.thing : hit.thing;
  }
  if (LIT_GROW(e, &f->hits, &f->room_hits, f->n_hits + 1)) return e->rc;
  f->hits[f->n_hits++] = hit;
  return 0;
}

static void drop_found(Found *f) {
  lit_free(f->hits);
  lit_free(f->places);
}

/* s[from..to) with marks around the hits from *hit on that lie in it. */
static void put_marked(LitErr *e, const LitSnippet *how, const char *s,
                       Place p, const Found *f, LitBuf *out) {
  uint32_t at = p.from;
  if (p.from == p.to) return;
  for (size_t i = 0; i < f->n_hits && f->hits[i].to <= p.to; i++) {
    Hit h = f->hits[i];
    if (h.from < at) continue;
    lit_buf_put(e, out, s + at, h.from - at);
    lit_buf_text(e, out, how->open);
    lit_buf_put(e, out, s + h.from, h.to - h.from);
    lit_buf_text(e, out, how->close);
    at = h.to;
  }
  lit_buf_put(e, out, s + at, p.to - at);
}

int lit_snippet_highlight(LitErr *e, const LitSnippet *how, const char *s,
                          size_t n, LitBuf *out) {
  LitBuf clean = {0};
  LitCleanMap map = {0};
  Found f = {.asked = how->asked};
  LitWordSink sink = {.each = find_word, .to = &f, .stop = how->stop};
  if (lit_clean(e, s, n, how->stop, &clean, &map)) goto done;
  if (lit_words_split(e, how->words, (const char *)clean.at, clean.n,
                      LIT_WORDS_INDEX, &sink))
    goto done;
  for (size_t i = 0; i < f.n_hits; i++)
    lit_clean_back(&map, &f.hits[i].from, &f.hits[i].to);
  put_marked(e, how, s, (Place){0, (uint32_t)n}, &f, out);

done:
  drop_found(&f);
  lit_clean_map_drop(&map);
  lit_buf_drop(&clean);
  return e->rc;
}

/* What a window of the words [start, start + n) shows: the things, as bits,
** and the number of hits; `hit` is the first at or after its start. */
static uint64_t shows(const Found *f, size_t hit, size_t end, int *n_hits) {
  uint64_t things = 0;
  *n_hits = 0;
  for (; hit < f->n_hits && f->hits[hit].word < end; hit++, ++*n_hits)
    things |= (uint64_t)1 << (f->hits[hit].thing % ASKED_MAX);
  return things;
}

static int count_bits(uint64_t x) {
  int n = 0;
  for (; x; x &= x - 1) n++;
  return n;
}

typedef struct Window { size_t start; double worth; int shown; } Window;

static void try_window(const Found *f, size_t start, size_t hit, size_t n,
                       int sentence, Window *best) {
  int n_hits, things = count_bits(shows(f, hit, start + n, &n_hits));
  double worth = things + 0.01 * n_hits + (sentence ? 0.5 : 0);
  if (start > 0 && start >= f->n_places) return;      /* no word in it */
  if (worth > best->worth) *best = (Window){start, worth, things};
}

/* The best window; one for a hit begins a quarter of it before, or more at
** the end of the text. */
static Window choose(const Found *f, const char *s, size_t n_text, size_t n) {
  Window best = {0, -1, 0};
  size_t at = 0, from, to, word = 0, hit = 0;
  while (lit_sentence_next(s, n_text, &at, &from, &to)) {
    while (word < f->n_places && f->places[word].from < from) word++;
    while (hit < f->n_hits && f->hits[hit].word < word) hit++;
    try_window(f, word, hit, n, 1, &best);
  }
  for (hit = 0; hit < f->n_hits; hit++) {
    size_t start = f->hits[hit].word, back = n / 4, first = hit;
    start = start > back ? start - back : 0;
    if (start + n > f->n_places) start = f->n_places > n ? f->n_places - n : 0;
    while (first > 0 && f->hits[first - 1].word >= start) first--;
    try_window(f, start, first, n, 0, &best);
  }
  return best;
}

int lit_snippet_best(LitErr *e, const LitSnippet *how, const char *s, size_t n,
                     LitBuf *out, int *shown) {
  LitBuf clean = {0};
  Found f = {.asked = how->asked, .want_places = 1};
  LitWordSink sink = {.each = find_word, .to = &f, .stop = how->stop};
  const char *text;
  Window w;
  Place p = {0};
  size_t end;
  if (n > READ_MAX)
    for (n = READ_MAX; n > 0 && (s[n] & 0xC0) == 0x80; ) n--;
  if (lit_clean(e, s, n, how->stop, &clean, NULL)) goto done;
  text = clean.n ? (const char *)clean.at : "";
  if (lit_words_split(e, how->words, text, clean.n, LIT_WORDS_INDEX, &sink))
    goto done;
  w = choose(&f, text, clean.n, (size_t)how->n_words);
  end = w.start + (size_t)how->n_words;
  if (w.start > 0) {
    p.from = f.places[w.start].from;
    lit_buf_text(e, out, how->gap);
  }
  p.to = end < f.n_places ? f.places[end - 1].to : (uint32_t)clean.n;
  put_marked(e, how, text, p, &f, out);
  if (end < f.n_places) lit_buf_text(e, out, how->gap);
  if (shown) *shown = w.shown;

done:
  drop_found(&f);
  lit_buf_drop(&clean);
  return e->rc;
}
