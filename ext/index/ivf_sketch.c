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
#include "index/ivf_search.h"
#include "base/poison.h"

enum {
  MANY = 64, CHUNKS = 16,  /* Rows that are fetched together, of so many chunks */
  FIRST = 64, AGAIN = 2    /* The pool's nearest are compared after so many rows, and
                            ** whenever there are so many times more */
};
#define LOSS 2

typedef struct Asked { const uint8_t *at; uint32_t ord; } Asked;

typedef struct Look {
  LitIvfScan scan;
  Asked rows[MANY];
  const LitChunk *own[CHUNKS];    /* They lie in these */
  uint32_t n, n_chunks;
  uint32_t seen, next;      /* Rows; when to compare some */
} Look;

static void give(Look *l) {
  for (uint32_t i = 0; i < l->n_chunks; i++)
    lit_seg_give(l->scan.side->part.seg, l->own[i]);
  l->n_chunks = 0;
}

/* Look at the rows that were fetched. */
static int look(LitErr *e, Look *l) {
  LitPool *pool = l->scan.pool;
  const LitIvfQuery *q = &pool->s->ivf_query;
  LitKernNear how = lit_ivf_scan_near(&l->scan, -INFINITY);
  LitKernWeigh *weigh = lit_kern()->weigh;
  for (uint32_t i = 0; i < l->n && !e->rc; i++) {
    LitIvfSketch x = lit_ivf_sketch(l->rows[i].at);
    uint32_t sum = weigh(q->planes, x.bits, q->words, 1);
    float gap = lit_ivf_sketch_gap(&l->scan.probe, &x, sum);
    float low = gap - how.off * x.spread;
    if (low > how.most_low && !(gap <= how.most_gap)) continue;
    lit_ivf_scan_add(e, &l->scan, l->rows[i].ord, gap, low, x.spread);
    how = lit_ivf_scan_near(&l->scan, -INFINITY);
  }
  l->seen += l->n;
  lit_vecs_worked(e, pool->s, l->n * lit_ivf_sketch_bytes(q->words));
  l->n = 0;
  if (l->seen < l->next) return e->rc;
  l->next = l->seen * AGAIN;
  return lit_pool_first(e, pool);
}

/* Fetch the rows of a chunk that are asked for; those before them are looked at
** whenever there are many. */
static int fetch(LitErr *e, Look *l, const LitIvfSketches *s) {
  size_t bytes = lit_ivf_sketch_bytes(l->scan.side->ivf.words);
  for (uint32_t i = 0; i < s->n && !e->rc; i += 64) {
    uint64_t bits = lit_vecs_allowed(l->scan.side, s->first + i);
    for (; bits && !e->rc; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      const uint8_t *at = s->at + row * bytes;
      if (row >= s->n) break;
      for (size_t j = 0; j < bytes; j += 64) __builtin_prefetch(at + j);
      l->rows[l->n++] = (Asked){at, s->first + row};
      if (l->n == MANY) look(e, l);
    }
  }
  return e->rc;
}

static float margin_of(const LitVecsSide *side) {
  double loss = LOSS * (1 - lit_ivf_levels[side->level]) + 1e-9;
  int i = 0;
  while (1 - lit_ivf_levels[i] > loss) i++;
  return side->ivf.reaches[i][IVF_DEPTHS - 1].margin;
}

static int begin(LitErr *e, Look *l) {
  const LitIvf *ivf = &l->scan.side->ivf;
  const LitChunk *centre = lit_ivf_centre(e, ivf);
  if (!centre) return e->rc;
  l->scan.margin = margin_of(l->scan.side);
  l->scan.probe = lit_ivf_probe(&l->scan.pool->s->ivf_query,
                                (const float *)(const void *)centre->at);
  lit_seg_give(ivf->of->seg, centre);
  return LIT_OK;
}

/* The next CHUNKS chunks are about to be asked for. */
static void ahead(const LitIvf *ivf, uint32_t no, uint32_t n_chunks) {
  uint32_t nos[CHUNKS], n = 0;
  while (n < CHUNKS && no < n_chunks) nos[n++] = ivf->n_lists + 1 + no++;
  lit_seg_ahead(ivf->of->seg, ivf->of->part + 3, nos, n, 0);
}

int lit_ivf_search_rows(LitErr *e, LitPool *pool, const LitVecsSide *side) {
  const LitIvf *ivf = &side->ivf;
  uint32_t n_chunks = (side->part.n_rows - 1) / lit_ivf_sketch_rows(ivf->words) + 1;
  Look l = {.scan = lit_ivf_scan(pool, side), .next = FIRST};
  begin(e, &l);
  for (uint32_t no = 0; no < n_chunks && !e->rc; no++) {
    LitIvfSketches s;
    if (no % CHUNKS == 0) ahead(ivf, no, n_chunks);
    if (lit_ivf_sketches(e, ivf, no, &s)) break;
    l.own[l.n_chunks++] = s.own;
    fetch(e, &l, &s);
    if (l.n_chunks < CHUNKS || e->rc) continue;
    look(e, &l);
    give(&l);
  }
  if (!e->rc) look(e, &l);
  give(&l);
  pool->s->trace.chunks += n_chunks;
  pool->s->trace.bits += l.seen;
  return e->rc;
}
