/* vecs_pool.c -- see vecs_pool.h */
#include <stdlib.h>
#include "base/mem.h"
#include "index/vecs_pool.h"
#include "base/poison.h"

enum { POOL = 1 << 16, ASK_ROWS = 256 };

int lit_pool_begin(LitErr *e, LitPool *p, LitVecsSearch *s) {
  *p = (LitPool){.s = s, .most = 4 * s->top->k + POOL};
  lit_topk_init(&p->uppers, s->top->k);
  for (size_t i = 0; i < s->top->n && !e->rc; i++)
    lit_topk_push(e, &p->uppers, s->top->at[i].score, 0);
  return e->rc;
}

void lit_pool_drop(LitPool *p) {
  lit_topk_drop(&p->uppers);
  lit_free(p->at);
}

static int by_low(const void *a, const void *b) {
  const LitCandidate *x = a, *y = b;
  if (x->low != y->low) return x->low < y->low ? -1 : 1;
  if (x->side != y->side) return x->side < y->side ? -1 : 1;
  return (x->ord > y->ord) - (x->ord < y->ord);
}

static int by_place(const void *a, const void *b) {
  const LitCandidate *x = a, *y = b;
  if (x->side != y->side) return x->side < y->side ? -1 : 1;
  return (x->ord > y->ord) - (x->ord < y->ord);
}

/* Compare n candidates, in the order of the file. */
static int rescore(LitErr *e, LitVecsSearch *s, LitCandidate *at, size_t n) {
  LitVecsSide *side = NULL;
  LitVecsChunk chunk = {0};
  qsort(at, n, sizeof *at, by_place);
  for (size_t i = 0; i < n && !e->rc; i++) {
    uint32_t ord = at[i].ord;
    float distance;
    if (!side || side != &s->sides[at[i].side] ||
        ord >= chunk.first + chunk.n) {
      if (chunk.own) lit_seg_give(side->part.seg, chunk.own);
      side = &s->sides[at[i].side];
      s->trace.chunks++;
      if (lit_vecs_chunk(e, &side->part, ord / side->part.per_chunk, &chunk))
        break;
    }
    if (!lit_vecs_there(&chunk, ord - chunk.first)) continue;
    lit_dist_rows(&s->q, chunk.rows + (ord - chunk.first) * side->part.stride,
                  side->part.stride, 1, NULL, &distance);
    s->trace.rescored++;
    lit_vecs_offer(e, s, side, ord, distance);
    if (i % ASK_ROWS == ASK_ROWS - 1) lit_stopped(e, s->stop);
  }
  if (chunk.own) lit_seg_give(side->part.seg, chunk.own);
  return e->rc;
}

int lit_pool_settle(LitErr *e, LitPool *p) {
  size_t batch = p->uppers.k + 16;
  if (p->n) qsort(p->at, p->n, sizeof *p->at, by_low);
  for (size_t i = 0; i < p->n && !e->rc; ) {
    size_t n = p->n - i < batch ? p->n - i : batch;
    double limit = lit_pool_limit(p);
    while (n > 0 && p->at[i + n - 1].low > limit) n--;
    if (n == 0) break;
    rescore(e, p->s, p->at + i, n);
    lit_stopped(e, p->s->stop);
    i += n;
    batch = p->uppers.k / 4 + 16;
  }
  p->n = 0;
  return e->rc;
}

/* Make room: without those that meanwhile are excluded, or by settling. */
static int squeeze(LitErr *e, LitPool *p) {
  double limit = lit_pool_limit(p);
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++)
    if (!(p->at[i].low > limit)) p->at[n++] = p->at[i];
  p->n = n;
  return n > p->most / 2 ? lit_pool_settle(e, p) : e->rc;
}

int lit_pool_add(LitErr *e, LitPool *p, LitCandidate c, double high) {
  if (p->n == p->most && squeeze(e, p)) return e->rc;
  if (LIT_GROW(e, &p->at, &p->room, p->n + 1)) return e->rc;
  p->at[p->n++] = c;
  if (high < INFINITY) lit_topk_push(e, &p->uppers, -high, 0);
  return e->rc;
}
