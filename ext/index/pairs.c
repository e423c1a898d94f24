/* pairs.c -- see pairs.h.
**
** Row by row: the lists of the words of a pair are led to the row, and if it has
** both, their positions are walked side by side.
*/
#include <string.h>
#include "index/bm25_plan.h"
#include "index/pairs.h"
#include "base/poison.h"

#define SIDE_WEIGHT 0.1
#define NEAR_WEIGHT 0.05
enum { WINDOW = 8 };        /* Words that a near pair spans at most */

typedef struct Places {     /* Of a word in the row at hand */
  int is_looked_for, is_there;
  const uint32_t *at;       /* NULL: not read yet */
  uint32_t n_of[LIT_FIELDS_MAX];
} Places;

typedef struct Word {
  int term;                 /* In the plan */
  const LitTermAt *at;      /* In the segment */
  LitList list;             /* Opened when it is asked for */
  const LitChunk *set;      /* lit_list_set */
  Places places;
} Word;

typedef struct Pairs {
  LitPlan own;              /* If that of the question does not serve */
  const LitPlan *plan;
  const LitPairs *q;
  Word *(*pairs)[2];        /* [q->n] */
  Word *words;              /* [n_words] */
  int n_words;
  LitLens lens;
} Pairs;

/* ---- counting ---- */

/* How often a number of a is followed by the next number in b. */
static uint32_t count_side(const uint32_t *a, uint32_t n_a, const uint32_t *b,
                           uint32_t n_b) {
  uint32_t n = 0, j = 0;
  for (uint32_t i = 0; i < n_a; i++) {
    while (j < n_b && b[j] <= a[i]) j++;
    n += j < n_b && b[j] - a[i] == 1;
  }
  return n;
}

/* How many numbers of a have one of b less than WINDOW away. */
static uint32_t count_near(const uint32_t *a, uint32_t n_a, const uint32_t *b,
                           uint32_t n_b) {
  uint32_t n = 0, j = 0;
  for (uint32_t i = 0; i < n_a; i++) {
    while (j < n_b && b[j] < a[i] && a[i] - b[j] >= WINDOW) j++;
    n += j < n_b && (b[j] < a[i] || b[j] - a[i] < WINDOW);
  }
  return n;
}

/* Is the word in the row?  Looked for once, and only if asked. */
static int is_there(LitErr *e, Pairs *p, Word *w, uint32_t row) {
  LitList *l = &w->list;
  if (w->places.is_looked_for) return w->places.is_there;
  w->places.is_looked_for = 1;
  if (w->at->df == 0 || (w->set && !lit_list_set_has(w->set, row)) ||
      (!l->seg && lit_list_open(e, l, p->lens.seg, w->at)))
    return 0;
  return w->places.is_there = lit_list_probe(e, l, row);
}

/* Are both?  The rarer one is looked for first. */
static int are_there(LitErr *e, Pairs *p, Word *a, Word *b, uint32_t row) {
  if (a->at->df > b->at->df)
    return is_there(e, p, b, row) && is_there(e, p, a, row);
  return is_there(e, p, a, row) && is_there(e, p, b, row);
}

static int read_places(LitErr *e, Word *w) {
  Places *at = &w->places;
  return at->at ? LIT_OK : lit_list_places(e, &w->list, &at->at, at->n_of);
}

static int score_pair(LitErr *e, Pairs *p, int i, uint32_t row,
                      double *score) {
  Word *a = p->pairs[i][0], *b = p->pairs[i][1];
  const LitPlan *plan = p->plan;
  const uint32_t *at_a, *at_b;
  double side = 0, near = 0;
  if (a == b || !are_there(e, p, a, b, row)) return e->rc;
  if (read_places(e, a) || read_places(e, b)) return e->rc;
  at_a = a->places.at, at_b = b->places.at;
  for (int f = 0; f < plan->how.n_fields; f++) {
    uint32_t n_a = a->places.n_of[f], n_b = b->places.n_of[f];
    if (n_a && n_b) {
      double norm = lit_plan_norm(plan, f, lit_lens_get(&p->lens, row, f));
      side += norm * count_side(at_a, n_a, at_b, n_b);
      near += norm * count_near(at_a, n_a, at_b, n_b);
    }
    at_a += n_a, at_b += n_b;
  }
  *score += (plan->idfs[a->term] + plan->idfs[b->term]) *
            (SIDE_WEIGHT * lit_plan_saturate(plan->k1, side) +
             NEAR_WEIGHT * lit_plan_saturate(plan->k1, near));
  return LIT_OK;
}

/* ---- rows ---- */

static int score_row(LitErr *e, Pairs *p, uint32_t row, double *score) {
  if (lit_lens_load(e, &p->lens, row)) return e->rc;
  for (int i = 0; i < p->n_words; i++) p->words[i].places = (Places){0};
  for (int i = 0; i < p->q->n; i++)
    if (score_pair(e, p, i, row, score)) return e->rc;
  return LIT_OK;
}

static int score_segment(LitErr *e, Pairs *p, int seg, LitHit *hits,
                         size_t n) {
  const LitSeg *s = p->plan->segs[seg];
  const LitTermAt *at = p->plan->at + (size_t)seg * (size_t)p->plan->n_terms;
  for (int i = 0; i < p->n_words; i++) {
    p->words[i].at = &at[p->words[i].term];
    p->words[i].set = lit_list_set_kept(s, p->words[i].at);
  }
  if (e->rc || lit_lens_open(e, &p->lens, s)) goto done;
  for (size_t i = 0; i < n; i++) {
    uint32_t row;
    int is_it;
    if (i % 16 == 0 && lit_stopped(e, p->q->stop)) goto done;
    if (lit_ids_find(e, s, hits[i].id, &row, &is_it)) goto done;
    if (!is_it || !lit_seg_alive(s, row)) continue;
    if (score_row(e, p, row, &hits[i].score)) goto done;
  }

done:
  for (int i = 0; i < p->n_words; i++) {
    lit_list_close(&p->words[i].list);
    lit_seg_give(s, p->words[i].set);
  }
  lit_lens_close(&p->lens);
  return e->rc;
}

/* ---- the question ---- */

/* A plan of the words of the pairs alone. */
static int make_plan(LitErr *e, Pairs *p, LitSeg *const *segs, int n_segs) {
  const LitPairs *q = p->q;
  LitTerm *terms = lit_new(e, (size_t)q->n * 2, sizeof *terms);
  if (!terms) return e->rc;
  for (int i = 0; i < q->n; i++)
    terms[2 * i] = q->at[i].a, terms[2 * i + 1] = q->at[i].b;
  for (int i = 0; i < 2 * q->n; i++) terms[i].weight = 1;
  lit_plan_make(e, &p->own, q->how, segs, n_segs, terms, 2 * q->n);
  lit_free(terms);
  p->plan = &p->own;
  return e->rc;
}

/* Does the plan have all words? */
static int has_words(const LitPlan *plan, const LitPairs *q) {
  for (int i = 0; i < q->n; i++)
    if (lit_plan_find(plan, q->at[i].a.at, q->at[i].a.n) < 0 ||
        lit_plan_find(plan, q->at[i].b.at, q->at[i].b.n) < 0)
      return 0;
  return 1;
}

/* The word of the pairs with this number in the plan: of [n_terms], NULL where it
** was not met yet. */
static Word *word_of(Pairs *p, Word **known, const LitTerm *t) {
  int term = lit_plan_find(p->plan, t->at, t->n);
  if (!known[term]) {
    known[term] = &p->words[p->n_words++];
    known[term]->term = term;
  }
  return known[term];
}

static int make(LitErr *e, Pairs *p, LitSeg *const *segs, int n_segs) {
  const LitPairs *q = p->q;
  size_t n = (size_t)q->n;
  Word **known;
  p->plan = q->plan;
  if ((!p->plan || !has_words(p->plan, q)) && make_plan(e, p, segs, n_segs))
    return e->rc;
  p->pairs = lit_new(e, n, sizeof *p->pairs);
  p->words = lit_new0(e, 2 * n, sizeof *p->words);
  known = lit_new0(e, (size_t)p->plan->n_terms, sizeof *known);
  for (int i = 0; i < q->n && !e->rc; i++) {
    p->pairs[i][0] = word_of(p, known, &q->at[i].a);
    p->pairs[i][1] = word_of(p, known, &q->at[i].b);
  }
  lit_free(known);
  return e->rc;
}

int lit_pairs_score(LitErr *e, const LitPairs *q, LitSeg *const *segs,
                    int n_segs, LitHit *hits, size_t n) {
  Pairs p = {.q = q};
  if (e->rc || q->n == 0 || n == 0) return e->rc;
  if (!make(e, &p, segs, n_segs))
    for (int s = 0; s < n_segs && !e->rc; s++)
      score_segment(e, &p, s, hits, n);
  lit_plan_drop(&p.own);
  lit_free(p.pairs);
  lit_free(p.words);
  return e->rc;
}
