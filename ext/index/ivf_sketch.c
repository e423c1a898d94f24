/* ivf_sketch.c -- the nearest of few rows, by their sketches (ivf_part.h).
**
** A sketch is a line or two of memory, where an int8 code is five to seven: that is what
** a row costs that is looked at by itself.  All rows differ from one centre, so one
** probe serves them all.
**
** In lists a fifth of what a query may lose is lost by bounds, here all: they are as
** wide as lists have them where twice as much may be lost.  (Five times as much would be
** right if codes were off by as much as the measure says; recall was .987 then for .99.)
*/
#include "base/mem.h"
#include "index/ivf_search.h"
#include "base/poison.h"

enum {
  CHUNKS = 16,              /* Are lent at once, where rows are taken in order */
  FIRST = 64, AGAIN = 2     /* The pool's nearest are compared after so many rows, and
                            ** whenever there are so many times more */
};
#define LOSS 2

/* ---- chunks ---- */

static uint32_t n_chunks(const LitVecsSide *side) {
  return (side->part.n_rows - 1) / lit_ivf_sketch_rows(side->ivf.words) + 1;
}

static void give(LitIvfLooks *l) {
  for (uint32_t i = 0; i < l->n_lent; i++)
    lit_seg_give(l->scan.side->part.seg, l->lent[i].own);
  l->n_lent = 0;
}

/* The next CHUNKS chunks are about to be asked for. */
static void ahead(const LitIvf *ivf, uint32_t no, uint32_t all) {
  uint32_t nos[CHUNKS], n = 0;
  while (n < CHUNKS && no < all) nos[n++] = ivf->n_lists + 1 + no++;
  lit_seg_ahead(ivf->of->seg, ivf->of->part + 3, nos, n, 0);
}

/* Lend chunks `no` .. `to` - 1 besides those that are lent. */
static int lend(LitErr *e, LitIvfLooks *l, uint32_t no, uint32_t to) {
  const LitIvf *ivf = &l->scan.side->ivf;
  l->scan.pool->s->trace.chunks += to - no;
  for (uint32_t i = 0; no < to && !e->rc; i++, no++) {
    if (i % CHUNKS == 0) ahead(ivf, no, to);
    if (!lit_ivf_sketches(e, ivf, no, &l->lent[l->n_lent])) l->n_lent++;
  }
  return e->rc;
}

/* ---- rows ---- */

static float margin_of(const LitVecsSide *side) {
  double loss = LOSS * (1 - lit_ivf_levels[side->level]) + 1e-9;
  int i = 0;
  while (1 - lit_ivf_levels[i] > loss) i++;
  return side->ivf.reaches[i][IVF_DEPTHS - 1].margin;
}

int lit_ivf_looks(LitErr *e, LitIvfLooks *l, LitPool *pool, const LitVecsSide *side) {
  const LitIvf *ivf = &side->ivf;
  const LitChunk *centre = lit_ivf_centre(e, ivf);
  *l = (LitIvfLooks){.scan = lit_ivf_scan(pool, side), .next = FIRST};
  l->lent = lit_new(e, n_chunks(side), sizeof *l->lent);
  if (!centre) return e->rc;
  l->scan.margin = margin_of(side);
  l->scan.probe = lit_ivf_probe(&pool->s->ivf_query,
                                (const float *)(const void *)centre->at);
  lit_seg_give(ivf->of->seg, centre);
  return e->rc;
}

static LitKernNear how_near(LitIvfLooks *l) {
  return lit_ivf_scan_near(&l->scan, l->found ? lit_ivf_found_most(l->found) : -INFINITY);
}

/* Look at the rows that were fetched. */
static int look(LitErr *e, LitIvfLooks *l) {
  LitPool *pool = l->scan.pool;
  const LitIvfQuery *q = &pool->s->ivf_query;
  LitKernNear how = how_near(l);
  LitKernWeigh *weigh = lit_kern()->weigh;
  for (uint32_t i = 0; i < l->n && !e->rc; i++) {
    LitIvfSketch x = lit_ivf_sketch(l->rows[i].at);
    uint32_t sum = weigh(q->planes, x.bits, q->words, 1);
    float gap = lit_ivf_sketch_gap(&l->scan.probe, &x, sum);
    float low = gap - how.off * x.spread;
    if (low > how.most_low && !(gap <= how.most_gap)) continue;
    if (l->found && gap <= lit_ivf_found_most(l->found))
      lit_ivf_found_add(e, l->found, gap, l->among);
    if (!(low > l->scan.most_low) || gap <= l->scan.most_gap)
      lit_ivf_scan_add(e, &l->scan, l->rows[i].ord, gap, low, x.spread);
    how = how_near(l);
  }
  l->seen += l->n;
  pool->s->trace.bits += l->n;
  lit_vecs_worked(e, pool->s, l->n * lit_ivf_sketch_bytes(q->words));
  l->n = 0;
  if (l->seen < l->next) return e->rc;
  l->next = l->seen * AGAIN;
  return lit_pool_first(e, pool);
}

/* Row ord, whose sketch is `at` [bytes]: fetch it; those before it are looked at
** whenever there are many. */
static inline int fetch(LitErr *e, LitIvfLooks *l, const uint8_t *at, size_t bytes,
                        uint32_t ord) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(at + i);
  l->rows[l->n++] = (LitIvfAsked){at, ord};
  return l->n == IVF_ASKED ? look(e, l) : e->rc;
}

int lit_ivf_looks_lend(LitErr *e, LitIvfLooks *l) {
  return lend(e, l, 0, n_chunks(l->scan.side));
}

int lit_ivf_look(LitErr *e, LitIvfLooks *l, uint32_t ord) {
  size_t words = l->scan.side->ivf.words, bytes = lit_ivf_sketch_bytes(words);
  const LitIvfSketches *s = &l->lent[ord / lit_ivf_sketch_rows(words)];
  return fetch(e, l, s->at + (ord - s->first) * bytes, bytes, ord);
}

int lit_ivf_looks_end(LitErr *e, LitIvfLooks *l) {
  if (!e->rc) look(e, l);
  give(l);
  lit_free(l->lent);
  return e->rc;
}

/* ---- all that are asked for, in their order ---- */

static int look_through(LitErr *e, LitIvfLooks *l, const LitIvfSketches *s) {
  size_t bytes = lit_ivf_sketch_bytes(l->scan.side->ivf.words);
  for (uint32_t i = 0; i < s->n && !e->rc; i += 64) {
    uint64_t bits = lit_vecs_allowed(l->scan.side, s->first + i);
    for (; bits && !e->rc; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      fetch(e, l, s->at + row * bytes, bytes, s->first + row);
    }
  }
  return e->rc;
}

int lit_ivf_search_rows(LitErr *e, LitPool *pool, const LitVecsSide *side) {
  uint32_t all = n_chunks(side);
  LitIvfLooks l;
  lit_ivf_looks(e, &l, pool, side);
  for (uint32_t no = 0; no < all && !e->rc; no += CHUNKS) {
    lend(e, &l, no, all - no < CHUNKS ? all : no + CHUNKS);
    for (uint32_t i = 0; i < l.n_lent && !e->rc; i++) look_through(e, &l, &l.lent[i]);
    if (!e->rc) look(e, &l);
    give(&l);
  }
  return lit_ivf_looks_end(e, &l);
}
