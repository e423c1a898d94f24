/* vecs_pool.c -- see vecs_pool.h.  Mostly a tenth of the candidates is compared
** before the others are excluded, so they stand in a heap and are never sorted. */
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

int lit_pool_begin(LitErr *e, LitPool *p, LitVecsSearch *s) {
  size_t k = s->top->k;
  *p = (LitPool){.s = s, .most = 4 * k + POOL};
  lit_topk_init(&p->uppers, s->sure ? s->sure : k);
  lit_topk_init(&p->likely, s->sure ? LIKELY * k : 0);
  for (size_t i = 0; i < s->top->n && !e->rc; i++) {
    lit_topk_push(e, &p->uppers, s->top->at[i].score, 0);
    lit_topk_push(e, &p->likely, s->top->at[i].score, 0);
  }
  return e->rc;
}

void lit_pool_drop(LitPool *p) {
  lit_topk_drop(&p->uppers);
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

int lit_pool_first(LitErr *e, LitPool *p) {
  size_t n;
  if (p->likely.k || p->n == 0 || e->rc) return e->rc;
  thin(p);
  make_heap(p->at, p->n);
  n = take_lowest(p->at, &p->n, lit_pool_limit(p), p->uppers.k);
  return rescore(e, p->s, p->at + p->n, n);
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

/* Compare the lowest of some candidates, as long as they are not over the limit. */
static int settle(LitErr *e, LitPool *p, LitCandidate *at, size_t n, int are_likely) {
  size_t batch = p->s->top->k / 4 + 16, taken = 1;
  make_heap(at, n);
  while (taken && n && !e->rc) {
    double limit = are_likely ? lit_vecs_limit(p->s) : sure_limit(e, p);
    taken = take_lowest(at, &n, limit, batch);
    rescore(e, p->s, at + n, taken);
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
