/* vecs_pool.c -- see vecs_pool.h.  Mostly a tenth of the candidates is compared
** before the others are excluded, so they stand in a heap and are never sorted. */
#include <math.h>
#include "base/mem.h"
#include "base/sort.h"
#include "index/vecs_pool.h"
#include "base/poison.h"

enum {
  POOL = 1 << 16, ASK_ROWS = 256,
  LIKELY = 4                /* Times k.  With 2, one of 70 to 100 hits of a fused
                            ** answer is another than with all, with 4 one of
                            ** 130 to 250, with 8 one of 300 to 700 */
};

static int begin(LitErr *e, LitPool *p, LitVecsSearch *s, size_t sure) {
  size_t k = s->top->k;
  *p = (LitPool){.s = s, .most = 4 * k + POOL};
  lit_topk_init(&p->uppers, sure ? sure : k);
  lit_topk_init(&p->nearer, sure ? 0 : k);
  lit_topk_init(&p->likely, sure ? LIKELY * k : 0);
  for (size_t i = 0; i < s->top->n && !e->rc; i++) {
    lit_topk_push(e, &p->uppers, s->top->at[i].score, 0);
    lit_topk_push(e, &p->likely, s->top->at[i].score, 0);
  }
  return e->rc;
}

int lit_pool_begin(LitErr *e, LitPool *p, LitVecsSearch *s) {
  return begin(e, p, s, s->sure);
}

int lit_pool_begin_exact(LitErr *e, LitPool *p, LitVecsSearch *s) {
  return begin(e, p, s, 0);
}

void lit_pool_drop(LitPool *p) {
  lit_topk_drop(&p->uppers);
  lit_topk_drop(&p->nearer);
  lit_topk_drop(&p->likely);
  lit_free(p->at);
}

static int is_lower(const LitCandidate *x, const LitCandidate *y) {
  if (x->low != y->low) return x->low < y->low;
  return x->side != y->side ? x->side < y->side : x->ord < y->ord;
}

/* ---- comparing ---- */

/* Where a candidate is: numbers in the order of the file. */
typedef uint64_t Place;

static Place place_of(const LitCandidate *c) {
  return (Place)c->side << 32 | c->ord;
}

/* Compare n candidates, in the order of the file. */
static int rescore(LitErr *e, LitVecsSearch *s, const LitCandidate *from,
                   size_t n) {
  Place *at = lit_new(e, n, sizeof *at);
  if (!at) return e->rc;
  for (size_t i = 0; i < n; i++) at[i] = place_of(&from[i]);
  lit_sort(e, at, n);
  for (size_t i = 0, some; i < n && !e->rc; i += some) {
    uint32_t ords[ASK_ROWS], side = (uint32_t)(at[i] >> 32);
    for (some = 0; some < ASK_ROWS && i + some < n && at[i + some] >> 32 == side; some++)
      ords[some] = (uint32_t)at[i + some];
    lit_vecs_compare(e, s, &s->sides[side], ords, (uint32_t)some);
    lit_stopped(e, s->stop);
  }
  lit_free(at);
  return e->rc;
}

/* Leave out those that meanwhile are excluded. */
static void thin(LitPool *p) {
  double limit = lit_pool_limit(p), likely = lit_pool_likely(p);
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++)
    if (!(p->at[i].low > limit) || p->at[i].middle <= likely)
      p->at[n++] = p->at[i];
  p->n = n;
}

/* Candidate i of a heap, the lowest at its top, to where it belongs. */
static void sink(LitCandidate *at, size_t n, size_t i) {
  LitCandidate x = at[i];
  for (size_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && is_lower(&at[child + 1], &at[child])) child++;
    if (!is_lower(&at[child], &x)) break;
    at[i] = at[child];
  }
  at[i] = x;
}

static void make_heap(LitCandidate *at, size_t n) {
  for (size_t i = n / 2; i-- > 0; ) sink(at, n, i);
}

/* One more, that stands behind the heap [*n]. */
static void rise(LitCandidate *at, size_t *n) {
  size_t i = (*n)++;
  LitCandidate x = at[i];
  for (; i > 0 && is_lower(&x, &at[(i - 1) / 2]); i = (i - 1) / 2)
    at[i] = at[(i - 1) / 2];
  at[i] = x;
}

/* Take up to `most` of the lowest out of the heap: they stand behind it.  None
** that is over the limit. */
static size_t take_lowest(LitCandidate *at, size_t *n, double limit, size_t most) {
  size_t taken = 0;
  for (; taken < most && *n > 0 && !(at[0].low > limit); taken++) {
    LitCandidate lowest = at[0];
    at[0] = at[--*n];
    sink(at, *n, 0);
    at[*n] = lowest;
  }
  return taken;
}

/* ---- before a row is read from the file ---- */

/* Of some candidates of a side, up to LIT_VECS_SOME, the bounds by their int8 codes,
** where these are worth a look and it was not yet taken. */
static int look_nearer(LitErr *e, LitPool *p, LitCandidate *at, size_t n) {
  LitVecsSide *side = &p->s->sides[at->side];
  uint32_t ords[LIT_VECS_SOME] = {0}, which[LIT_VECS_SOME], some = 0;
  LitVecsBounds bounds[LIT_VECS_SOME];
  for (size_t i = 0; i < n; i++) ords[i] = at[i].ord;
  lit_vecs_ahead(&side->part, ords, n);
  for (size_t i = 0; i < n; i++) {
    if (at[i].is_near || lit_vecs_has_row(&side->part, at[i].ord)) continue;
    which[some] = (uint32_t)i;
    ords[some++] = at[i].ord;
  }
  lit_vecs_bound_rows(e, p->s, side, ords, some, bounds);
  for (uint32_t i = 0; i < some && !e->rc; i++) {
    LitCandidate *c = &at[which[i]];
    double high = bounds[i].high;
    if (!bounds[i].are_known) continue;
    c->is_near = 1;
    c->is_new = 1;
    if (bounds[i].low > c->low) c->low = bounds[i].low;
    if (high < INFINITY && lit_topk_wants(&p->nearer, -high))
      lit_topk_push(e, &p->nearer, -high, 0);
  }
  return e->rc;
}

/* Of n candidates those of which it told more go to the front: how many. */
static size_t look_nearer_all(LitErr *e, LitPool *p, LitCandidate *at, size_t n) {
  size_t some = 0;
  for (size_t i = 0, to; i < n && !e->rc; i = to) {
    for (to = i + 1; to < n && to - i < LIT_VECS_SOME && at[to].side == at[i].side; )
      to++;
    if (p->s->sides[at[i].side].are_codes_near) look_nearer(e, p, at + i, to - i);
  }
  for (size_t i = 0; i < n; i++) {
    LitCandidate x = at[i];
    if (!x.is_new) continue;
    x.is_new = 0;
    at[i] = at[some];
    at[some++] = x;
  }
  return some;
}

int lit_pool_first(LitErr *e, LitPool *p) {
  size_t n, some;
  if (p->likely.k || p->n == 0 || e->rc) return e->rc;
  thin(p);
  make_heap(p->at, p->n);
  n = take_lowest(p->at, &p->n, lit_pool_limit(p), p->uppers.k);
  some = look_nearer_all(e, p, p->at + p->n, n);
  p->n += some;
  return rescore(e, p->s, p->at + p->n, n - some);
}

/* Those that look nearest, behind the others: how many. */
static size_t take_likely(LitPool *p) {
  double likely = lit_pool_likely(p);
  size_t n = p->n;
  for (size_t i = 0; i < p->n; )
    if (p->at[i].middle <= likely) {
      LitCandidate x = p->at[i];
      p->at[i] = p->at[--p->n];
      p->at[p->n] = x;
    } else {
      i++;
    }
  return n - p->n;
}

/* What is farther is not among the first that must be the nearest. */
static double sure_limit(LitErr *e, const LitPool *p) {
  const LitTopk *top = p->s->top;
  double limit = lit_pool_limit(p);
  LitTopk first;
  if (!p->likely.k) return limit;       /* all k must be */
  lit_topk_init(&first, p->uppers.k);
  for (size_t i = 0; i < top->n && !e->rc; i++)
    if (lit_topk_wants(&first, top->at[i].score))
      lit_topk_push(e, &first, top->at[i].score, 0);
  if (-first.floor < limit) limit = -first.floor;
  lit_topk_drop(&first);
  return limit;
}

/* Of n candidates those that are surely not among the k nearest go to the front: how
** many. */
static size_t excluded(const LitPool *p, LitCandidate *at, size_t n) {
  double limit = lit_vecs_limit(p->s);
  size_t out = 0;
  for (size_t i = 0; i < n; i++) {
    LitCandidate x = at[i];
    if (!(x.low > limit)) continue;
    at[i] = at[out];
    at[out++] = x;
  }
  return out;
}

/* Compare the lowest of some candidates, as long as they are not over the limit. */
static int settle(LitErr *e, LitPool *p, LitCandidate *at, size_t n, int are_likely) {
  size_t batch = p->s->top->k / 4 + 16, taken = 1;
  int are_all = are_likely || !p->likely.k;
  make_heap(at, n);
  while (taken && n && !e->rc) {
    double limit = are_likely ? lit_vecs_limit(p->s) : sure_limit(e, p);
    size_t some;
    taken = take_lowest(at, &n, limit, batch);
    some = look_nearer_all(e, p, at + n, taken);
    if (are_all) {
      for (size_t i = 0; i < some; i++) rise(at, &n);
      rescore(e, p->s, at + n, taken - some);
    } else {
      size_t out = excluded(p, at + n, some);
      rescore(e, p->s, at + n + out, taken - out);
    }
    lit_stopped(e, p->s->stop);
  }
  return e->rc;
}

int lit_pool_settle(LitErr *e, LitPool *p) {
  size_t n = 0;
  thin(p);
  if (p->n == 0) return e->rc;
  if (p->likely.k) n = take_likely(p);
  settle(e, p, p->at + p->n, n, 1);
  settle(e, p, p->at, p->n, 0);
  p->n = 0;
  return e->rc;
}

/* Make room: without those that meanwhile are excluded, or by settling. */
static int squeeze(LitErr *e, LitPool *p) {
  thin(p);
  return p->n > p->most / 2 ? lit_pool_settle(e, p) : e->rc;
}

int lit_pool_add(LitErr *e, LitPool *p, LitCandidate c, double high) {
  if (p->n == p->most && squeeze(e, p)) return e->rc;
  if (LIT_GROW(e, &p->at, &p->room, p->n + 1)) return e->rc;
  p->at[p->n++] = c;
  if (high < INFINITY && lit_topk_wants(&p->uppers, -high))
    lit_topk_push(e, &p->uppers, -high, 0);
  if (lit_topk_wants(&p->likely, -c.middle))
    lit_topk_push(e, &p->likely, -c.middle, 0);
  return e->rc;
}
