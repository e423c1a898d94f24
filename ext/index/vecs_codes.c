/* vecs_codes.c -- the nearest rows, from codes first; see vecs.h.
**
** First all codes are read.  Each row that may be among the k nearest goes to
** a pool with the lower bound of its distance, and its upper bound to a list
** of the k lowest: a row whose lower bound is over the highest of those is
** excluded for good.  Then the pool is settled: full vectors are compared by
** ascending lower bound until the next bound is over the k-th distance found.
** So no order of reading full vectors could do with fewer of them, but for
** the size of a batch (a batch is read in the order of the file).
**
** The pool is bounded: when it is full it is settled and the search goes on.
*/
#include <stdlib.h>
#include "base/mem.h"
#include "base/task.h"
#include "index/vecs_search.h"
#include "base/poison.h"

enum { BLOCK = 64, POOL = 1 << 16, ASK_ROWS = 256 };

typedef struct Candidate {
  double low;
  uint32_t side, ord;
} Candidate;

typedef struct Pool {
  LitVecsSearch *s;
  Candidate *at;
  size_t n, room, most;
  LitTopk uppers;           /* Scores: negative upper bounds */
} Pool;

static double limit_of(const Pool *p) {
  double limit = lit_vecs_limit(p->s), upper = -p->uppers.floor;
  return upper < limit ? upper : limit;
}

/* ---- settling ---- */

static int by_low(const void *a, const void *b) {
  const Candidate *x = a, *y = b;
  if (x->low != y->low) return x->low < y->low ? -1 : 1;
  if (x->side != y->side) return x->side < y->side ? -1 : 1;
  return (x->ord > y->ord) - (x->ord < y->ord);
}

static int by_place(const void *a, const void *b) {
  const Candidate *x = a, *y = b;
  if (x->side != y->side) return x->side < y->side ? -1 : 1;
  return (x->ord > y->ord) - (x->ord < y->ord);
}

/* Compare n candidates, in the order of the file. */
static int rescore(LitErr *e, LitVecsSearch *s, Candidate *at, size_t n) {
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

static int settle(LitErr *e, Pool *p) {
  size_t batch = p->uppers.k + 16;
  if (p->n) qsort(p->at, p->n, sizeof *p->at, by_low);
  for (size_t i = 0; i < p->n && !e->rc; ) {
    size_t n = p->n - i < batch ? p->n - i : batch;
    double limit = limit_of(p);
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
static int squeeze(LitErr *e, Pool *p) {
  double limit = limit_of(p);
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++)
    if (!(p->at[i].low > limit)) p->at[n++] = p->at[i];
  p->n = n;
  return n > p->most / 2 ? settle(e, p) : e->rc;
}

static int add(LitErr *e, Pool *p, Candidate c, double high) {
  if (p->n == p->most && squeeze(e, p)) return e->rc;
  if (LIT_GROW(e, &p->at, &p->room, p->n + 1)) return e->rc;
  p->at[p->n++] = c;
  if (high < INFINITY) lit_topk_push(e, &p->uppers, -high, 0);
  return e->rc;
}

/* ---- reading codes ---- */

typedef struct Window {
  const LitBound *bound;
  const LitVecsSide *side;
  double limit;
  uint32_t n;
  LitCodesChunk *chunks;    /* [n] */
  uint64_t *keep;           /* [n, per_codes / 64] */
  int32_t *sums;            /* [n, per_codes] */
} Window;

/* One chunk: a slice. */
static void look(void *ctx, int slice) {
  const Window *w = ctx;
  const LitCodesChunk *c = &w->chunks[slice];
  size_t at = (size_t)slice * w->side->part.per_codes;
  for (uint32_t i = 0; i < c->n; i += BLOCK)
    w->keep[(at + i) / BLOCK] = lit_bound_keep(
        w->bound, c, i, c->n - i < BLOCK ? c->n - i : BLOCK,
        lit_vecs_allowed(w->side, c->first + i), w->limit, w->sums + at + i);
}

static int take(LitErr *e, Pool *p, const Window *w, uint32_t slice) {
  const LitCodesChunk *c = &w->chunks[slice];
  size_t at = (size_t)slice * w->side->part.per_codes;
  uint32_t side = (uint32_t)(w->side - p->s->sides);
  double limit = limit_of(p);
  for (uint32_t i = 0; i < c->n; i += BLOCK)
    for (uint64_t bits = w->keep[(at + i) / BLOCK]; bits; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      LitVecsCode code = {c->scale[row], c->length[row], c->residual[row]};
      int32_t sum = w->sums[at + row];
      double low = lit_bound_low(w->bound, code, sum);
      if (low > limit) continue;
      if (add(e, p, (Candidate){low, side, c->first + row},
              lit_bound_high(w->bound, code, sum)))
        return e->rc;
      limit = limit_of(p);
    }
  return e->rc;
}

static int lend(LitErr *e, Window *w, uint32_t room, uint32_t *no) {
  const LitVecsPart *p = &w->side->part;
  for (w->n = 0; w->n < room && *no < lit_vecs_n_codes(p); ++*no) {
    if (lit_vecs_codes(e, p, *no, &w->chunks[w->n])) return e->rc;
    w->n++;
  }
  return LIT_OK;
}

static int search_side(LitErr *e, Pool *pool, const LitVecsSide *side) {
  const LitVecsPart *p = &side->part;
  LitVecsSearch *s = pool->s;
  size_t bytes = p->per_codes * (p->dim + sizeof(LitVecsCode));
  uint32_t no = 0, n_chunks = lit_vecs_n_codes(p);
  uint32_t room = lit_vecs_window(bytes, p->per_codes, n_chunks);
  Window w = {.bound = &s->bound, .side = side};
  w.chunks = lit_new0(e, room, sizeof *w.chunks);
  w.keep = lit_new(e, (size_t)room * p->per_codes / BLOCK, sizeof *w.keep);
  w.sums = lit_new(e, (size_t)room * p->per_codes, sizeof *w.sums);
  while (!e->rc && no < n_chunks) {
    lend(e, &w, room, &no);
    w.limit = limit_of(pool);
    if (!e->rc) lit_task_run((int)w.n, look, &w);
    for (uint32_t i = 0; i < w.n && !e->rc; i++) take(e, pool, &w, i);
    for (uint32_t i = 0; i < w.n; i++)
      lit_vecs_give(p, w.chunks[i].own, s->codes_bytes);
    s->trace.chunks += w.n;
    lit_vecs_worked(e, s, w.n * bytes);
  }
  s->trace.codes += side->n_allowed;
  lit_free(w.chunks);
  lit_free(w.keep);
  lit_free(w.sums);
  return e->rc;
}

int lit_vecs_search_codes(LitErr *e, LitVecsSearch *s) {
  Pool p = {.s = s, .most = 4 * s->top->k + POOL};
  lit_topk_init(&p.uppers, s->top->k);
  for (size_t i = 0; i < s->top->n && !e->rc; i++)
    lit_topk_push(e, &p.uppers, s->top->at[i].score, 0);
  for (int i = 0; i < s->n_sides && !e->rc; i++)
    if (s->sides[i].coded) search_side(e, &p, &s->sides[i]);
  if (!e->rc) settle(e, &p);
  lit_topk_drop(&p.uppers);
  lit_free(p.at);
  return e->rc;
}
