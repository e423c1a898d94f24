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

typedef struct Pairs {
  LitPlan plan;
  const LitPairs *q;
  int (*words)[2];          /* [q->n]: numbers of its words in the plan */
  LitList *lists;           /* [plan.n_terms] */
  Places *places;           /* [plan.n_terms] */
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
static int is_there(LitErr *e, Pairs *p, int word, uint32_t row) {
  Places *at = &p->places[word];
  LitList *l = &p->lists[word];
  if (!at->is_looked_for && l->at.df && !lit_list_seek(e, l, row))
    at->is_there = l->row == row;
  at->is_looked_for = 1;
  return at->is_there;
}

/* Are both?  The rarer one is looked for first. */
static int are_there(LitErr *e, Pairs *p, int a, int b, uint32_t row) {
  if (p->lists[a].at.df > p->lists[b].at.df)
    return is_there(e, p, b, row) && is_there(e, p, a, row);
  return is_there(e, p, a, row) && is_there(e, p, b, row);
}

static int read_places(LitErr *e, Pairs *p, int word) {
  Places *at = &p->places[word];
  return at->at ? LIT_OK
                : lit_list_places(e, &p->lists[word], &at->at, at->n_of);
}

static int score_pair(LitErr *e, Pairs *p, int i, uint32_t row,
                      double *score) {
  int ia = p->words[i][0], ib = p->words[i][1];
  const Places *a = &p->places[ia], *b = &p->places[ib];
  const uint32_t *at_a, *at_b;
  double side = 0, near = 0, k1 = p->plan.k1;
  if (ia == ib || !are_there(e, p, ia, ib, row)) return e->rc;
  if (read_places(e, p, ia) || read_places(e, p, ib)) return e->rc;
  at_a = a->at, at_b = b->at;
  for (int f = 0; f < p->plan.how->n_fields; f++) {
    uint32_t n_a = a->n_of[f], n_b = b->n_of[f];
    if (n_a && n_b) {
      double norm = lit_plan_norm(&p->plan, f, lit_lens_get(&p->lens, row, f));
      side += norm * count_side(at_a, n_a, at_b, n_b);
      near += norm * count_near(at_a, n_a, at_b, n_b);
    }
    at_a += n_a, at_b += n_b;
  }
  *score += (p->plan.weights[ia] + p->plan.weights[ib]) *
            (SIDE_WEIGHT * lit_plan_saturate(k1, side) +
             NEAR_WEIGHT * lit_plan_saturate(k1, near));
  return LIT_OK;
}

/* ---- rows ---- */

static int score_row(LitErr *e, Pairs *p, uint32_t row, double *score) {
  if (lit_lens_load(e, &p->lens, row)) return e->rc;
  for (int t = 0; t < p->plan.n_terms; t++) p->places[t] = (Places){0};
  for (int i = 0; i < p->q->n; i++)
    if (score_pair(e, p, i, row, score)) return e->rc;
  return LIT_OK;
}

static int score_segment(LitErr *e, Pairs *p, int seg, LitHit *hits,
                         size_t n) {
  const LitSeg *s = p->plan.segs[seg];
  if (lit_lens_open(e, &p->lens, s)) goto done;
  for (int t = 0; t < p->plan.n_terms; t++) {
    const LitTermAt *at = &p->plan.at[seg * p->plan.n_terms + t];
    p->lists[t] = (LitList){0};
    if (at->df && lit_list_open(e, &p->lists[t], s, at)) goto done;
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t row;
    int is_it;
    if (i % 16 == 0 && lit_stopped(e, p->q->stop)) goto done;
    if (lit_ids_find(e, s, hits[i].id, &row, &is_it)) goto done;
    if (!is_it || !lit_seg_alive(s, row)) continue;
    if (score_row(e, p, row, &hits[i].score)) goto done;
  }

done:
  for (int t = 0; t < p->plan.n_terms; t++) lit_list_close(&p->lists[t]);
  lit_lens_close(&p->lens);
  return e->rc;
}

/* ---- the question ---- */

static int number_of(const LitPlan *p, const LitTerm *word) {
  int lo = 0, hi = p->n_terms - 1;
  while (lo < hi) {
    int mid = lo + (hi - lo) / 2;
    const LitTerm *t = &p->terms[mid];
    int c = memcmp(t->at, word->at, t->n < word->n ? t->n : word->n);
    if (c < 0 || (c == 0 && t->n < word->n)) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

static int make(LitErr *e, Pairs *p, LitSeg *const *segs, int n_segs) {
  const LitPairs *q = p->q;
  LitTerm *terms = lit_new(e, (size_t)q->n * 2, sizeof *terms);
  LitArena *mem = &p->plan.arena;
  size_t n;
  if (!terms) return e->rc;
  for (int i = 0; i < q->n; i++)
    terms[2 * i] = q->at[i].a, terms[2 * i + 1] = q->at[i].b;
  for (int i = 0; i < 2 * q->n; i++) terms[i].weight = 1;
  lit_plan_make(e, &p->plan, q->how, segs, n_segs, terms, 2 * q->n);
  lit_free(terms);
  if (e->rc) return e->rc;
  n = (size_t)p->plan.n_terms;
  p->words = lit_arena_new(e, mem, (size_t)q->n, sizeof *p->words);
  p->places = lit_arena_new(e, mem, n, sizeof *p->places);
  p->lists = lit_arena_new(e, mem, n, sizeof *p->lists);
  if (e->rc) return e->rc;
  memset(p->lists, 0, n * sizeof *p->lists);
  for (size_t t = 0; t < n; t++)          /* a word of two pairs counts once */
    p->plan.weights[t] /= (double)p->plan.terms[t].weight;
  for (int i = 0; i < q->n; i++) {
    p->words[i][0] = number_of(&p->plan, &q->at[i].a);
    p->words[i][1] = number_of(&p->plan, &q->at[i].b);
  }
  return LIT_OK;
}

int lit_pairs_score(LitErr *e, const LitPairs *q, LitSeg *const *segs,
                    int n_segs, LitHit *hits, size_t n) {
  Pairs p = {.q = q};
  if (e->rc || q->n == 0 || n == 0) return e->rc;
  if (!make(e, &p, segs, n_segs))
    for (int s = 0; s < n_segs && !e->rc; s++)
      score_segment(e, &p, s, hits, n);
  lit_plan_drop(&p.plan);
  return e->rc;
}
