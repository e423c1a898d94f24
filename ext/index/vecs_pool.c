/* vecs_pool.c -- see vecs_pool.h */
#include <stdlib.h>
#include "base/mem.h"
#include "index/vecs_pool.h"
#include "base/poison.h"

enum { POOL = 1 << 16, ASK_ROWS = 256, SOME = 32, AHEAD_BYTES = 512 };

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

/* ---- comparing ---- */

/* Chunks that are lent for some candidates, one each. */
typedef struct Lent {
  size_t n;
  LitVecsChunk chunks[SOME];
} Lent;

static const LitVecsPart *part_of(const LitVecsSearch *s,
                                  const LitCandidate *c) {
  return &s->sides[c->side].part;
}

/* Where candidate i lies. */
static const uint8_t *row_of(const LitVecsSearch *s, const Lent *l,
                             const LitCandidate *at, size_t i) {
  const LitVecsChunk *c = &l->chunks[i];
  return c->rows + (at[i].ord - c->first) * part_of(s, &at[i])->stride;
}

/* They lie anywhere in memory: first all chunks are found, then the rows'
** first bytes fetched, so that one miss does not wait for another. */
static int lend(LitErr *e, LitVecsSearch *s, const LitCandidate *at, size_t n,
                Lent *l) {
  uint32_t nos[SOME];
  for (size_t i = 0, first = 0; i < n; i++) {
    const LitVecsPart *p = part_of(s, &at[i]);
    nos[i] = at[i].ord / p->per_chunk;
    if (i + 1 < n && at[i + 1].side == at[i].side) continue;
    lit_seg_ahead(p->seg, p->part, nos + first, i + 1 - first, 0);
    first = i + 1;
  }
  for (l->n = 0; l->n < n; l->n++)
    if (lit_vecs_chunk(e, part_of(s, &at[l->n]), nos[l->n],
                       &l->chunks[l->n]))
      return e->rc;
  s->trace.chunks += n;
  for (size_t i = 0; i < n; i++)
    for (size_t line = 0; line < AHEAD_BYTES; line += 64)
      __builtin_prefetch(row_of(s, l, at, i) + line);
  return LIT_OK;
}

static int rescore_some(LitErr *e, LitVecsSearch *s, const LitCandidate *at,
                        size_t n) {
  Lent l;
  lend(e, s, at, n, &l);
  for (size_t i = 0; i < n && !e->rc; i++) {
    uint32_t ord = at[i].ord;
    size_t stride = part_of(s, &at[i])->stride;
    float distance;
    if (!lit_vecs_there(&l.chunks[i], ord - l.chunks[i].first)) continue;
    lit_dist_rows(&s->q, row_of(s, &l, at, i), stride, 1, NULL, &distance);
    s->trace.rescored++;
    lit_vecs_offer(e, s, &s->sides[at[i].side], ord, distance);
  }
  for (size_t i = 0; i < l.n; i++)
    lit_seg_give(part_of(s, &at[i])->seg, l.chunks[i].own);
  return e->rc;
}

/* Compare n candidates, in the order of the file. */
static int rescore(LitErr *e, LitVecsSearch *s, LitCandidate *at, size_t n) {
  qsort(at, n, sizeof *at, by_place);
  for (size_t i = 0; i < n && !e->rc; i += SOME) {
    rescore_some(e, s, at + i, n - i < SOME ? n - i : SOME);
    if (i % ASK_ROWS == ASK_ROWS - SOME) lit_stopped(e, s->stop);
  }
  return e->rc;
}

/* Leave out those that meanwhile are excluded. */
static void thin(LitPool *p) {
  double limit = lit_pool_limit(p);
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++)
    if (!(p->at[i].low > limit)) p->at[n++] = p->at[i];
  p->n = n;
}

int lit_pool_settle(LitErr *e, LitPool *p) {
  size_t batch = p->uppers.k + 16;
  thin(p);
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
  thin(p);
  return p->n > p->most / 2 ? lit_pool_settle(e, p) : e->rc;
}

int lit_pool_add(LitErr *e, LitPool *p, LitCandidate c, double high) {
  if (p->n == p->most && squeeze(e, p)) return e->rc;
  if (LIT_GROW(e, &p->at, &p->room, p->n + 1)) return e->rc;
  p->at[p->n++] = c;
  if (high < INFINITY) lit_topk_push(e, &p->uppers, -high, 0);
  return e->rc;
}
