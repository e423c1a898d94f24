/* ivf_search.c -- see ivf_search.h.
**
** Centroids are compared as int8 codes: that reads a quarter, and what it gets
** wrong is in the measure of how far to look.  Lists are taken from a heap,
** nearest first, until the next one takes too much effort (ivf_effort.h).  What
** counts there is what was found in this segment, as it was measured, also where
** rows of others exclude it.
**
** A row is in two lists.  Once it is in the pool it is passed over.
**
** If only some rows are asked for, the k-th nearest of them is about the
** (k / share)-th nearest of all: the reach of that many hits is taken.  They may
** lie elsewhere than the query, so as many of them are looked at, at least, as
** their share of the rows that such an effort covers; or of a part of these the
** smaller the more rows are asked for, and none from half of all rows on: a query
** that finds nothing near goes on by itself, unless its lists are of a version
** that does not know what it found.
**
** A depth over the greatest that was measured is judged by the last two; that is
** done only where the codes, in which nothing is missed, would be read from the
** file.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_effort.h"
#include "index/ivf_search.h"
#include "base/poison.h"

/* Where more of the entries than this for each row must be looked at, which are
** two, scanning the int8 codes in order is faster: so it is with noise. */
#define IVF_WORTH 1.0f

/* So many times the greatest depth that was measured. */
#define IVF_BEYOND 50

/* The first lists have most of what is found.  Comparing some of it early leaves
** fewer of the others' rows to be added to the pool: again whenever so many times
** more lists were looked at. */
enum { AGAIN = 2 };

enum {
  AHEAD_BYTES = 8192,       /* Of a list, fetched before they are needed: the
                            ** processor itself looks ahead within a page */
  FIRST_BYTES = 4096,       /* Of each of NEXT lists, fetched together */
  NEXT = 4
};

/* ---- how far ---- */

static float between(float a, float b, double share) {
  return (float)((double)a + share * ((double)b - (double)a));
}

/* The reach for k hits, by the logarithm of k between what was measured. */
static LitIvfReach reach_for(const LitIvfReach *at, double k) {
  int i = 0;
  double share;
  if (k <= lit_ivf_depths[0]) return at[0];
  while (i < IVF_DEPTHS - 2 && k > lit_ivf_depths[i + 1]) i++;
  share = log(k / lit_ivf_depths[i]) /
          log((double)lit_ivf_depths[i + 1] / lit_ivf_depths[i]);
  return (LitIvfReach){between(at[i].reach, at[i + 1].reach, share),
                       between(at[i].margin, at[i + 1].margin, share),
                       between(at[i].rows, at[i + 1].rows, share)};
}

int lit_ivf_fits(const LitIvf *ivf, double recall, size_t k,
                 uint32_t n_allowed, int is_far, LitIvfReach *reach) {
  double most = (double)IVF_DEEPEST * (is_far ? IVF_BEYOND : 1);
  double share = (double)n_allowed / ivf->n_rows, deep = (double)k / share;
  int level = 0;
  if (!ivf->n_lists || !(recall > 0) || !n_allowed) return 0;
  while (level < IVF_LEVELS && recall > lit_ivf_levels[level] + 1e-9) level++;
  if (level == IVF_LEVELS || deep > most) return 0;
  *reach = reach_for(ivf->reaches[level], deep);
  if (reach->rows > IVF_WORTH * (float)ivf->n_rows) return 0;
  if (!ivf->blind) share *= share < 0.5 ? 1 - 2 * share : 0;
  reach->rows *= (float)share;
  if (reach->rows < (float)k * (float)ivf->times)
    reach->rows = (float)k * (float)ivf->times;
  return 1;
}

/* ---- a heap of lists, the nearest at its top ---- */

typedef struct Near {
  float gap;
  uint32_t list, rows;
} Near;

static int nearer(const Near *a, const Near *b) {
  return a->gap != b->gap ? a->gap < b->gap : a->list < b->list;
}

static void sink(Near *heap, uint32_t n, uint32_t i) {
  Near x = heap[i];
  for (uint32_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && nearer(&heap[child + 1], &heap[child])) child++;
    if (!nearer(&heap[child], &x)) break;
    heap[i] = heap[child];
  }
  heap[i] = x;
}

static Near *rank(LitErr *e, LitVecsSearch *s, const LitIvf *ivf) {
  Near *heap = lit_new(e, ivf->n_lists, sizeof *heap);
  uint32_t n = ivf->n_lists;
  for (uint32_t first = 0; first < n && !e->rc; first += IVF_GROUP) {
    int32_t sums[IVF_GROUP];
    float gaps[IVF_GROUP];
    LitIvfGroup g;
    if (lit_ivf_group(e, ivf, first / IVF_GROUP, &g)) break;
    lit_ivf_rank(&s->ivf_query, &g, ivf->lean, sums, gaps);
    for (uint32_t i = 0; i < g.n; i++)
      heap[first + i] = (Near){gaps[i], first + i, g.rows[i]};
    lit_seg_give(ivf->of->seg, g.own);
    s->trace.chunks++;
  }
  for (uint32_t i = n / 2; !e->rc && i-- > 0; ) sink(heap, n, i);
  return heap;
}

/* ---- one list ---- */

typedef struct Look {
  LitPool *pool;
  const LitVecsSide *side;
  const LitBits *set;       /* Which rows are asked for; at NULL: all */
  uint64_t *pooled;         /* Rows that were put into the pool, as bits, */
  uint64_t *noted;          /* and into what was found */
  LitIvfProbe probe;
  float margin;
  double limit, likely;     /* Of the pool, and as gaps: */
  float most_low, most_gap;
  LitIvfFound found;
  uint32_t seen;            /* Rows that are asked for */
  double rows;              /* All that were looked at */
} Look;

/* Which of n rows are asked for; one that does not exist is not. */
static uint32_t allowed(const Look *l, const uint32_t *ord, uint32_t n) {
  const uint64_t *at = l->set->at;
  uint32_t out = 0, n_rows = l->side->part.n_rows;
  if (!at) return n < 32 ? ((uint32_t)1 << n) - 1 : UINT32_MAX;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t row = ord[i] < n_rows ? ord[i] : 0;
    out |= (uint32_t)(at[row >> 6] >> (row & 63) & (ord[i] == row)) << i;
  }
  return out;
}

static float gap_at(const LitIvfQuery *q, double distance) {
  double gap = q->kind->gap(distance, q->length);
  return gap < 1e38 ? nextafterf((float)gap, INFINITY) : INFINITY;
}

/* A row is kept if the lower bound of its gap, or the gap itself, is not over what
** the pool has, which changes seldom; or if it looks nearer than what was found
** here. */
static LitKernNear how_near(Look *l) {
  const LitIvfQuery *q = &l->pool->s->ivf_query;
  const LitIvfProbe *p = &l->probe;
  double limit = lit_pool_limit(l->pool), likely = lit_pool_likely(l->pool);
  if (limit != l->limit) l->limit = limit, l->most_low = gap_at(q, limit);
  if (likely != l->likely) l->likely = likely, l->most_gap = gap_at(q, likely);
  return (LitKernNear){p->base, p->product.per_sum, p->product.per_scale,
                       p->product.per_ones, l->margin * p->length,
                       l->most_low,
                       fmaxf(l->most_gap, lit_ivf_found_most(&l->found))};
}

/* Set a bit; true if it was set. */
static int set_bit(uint64_t *bits, uint32_t i) {
  uint64_t *word = &bits[i >> 6], bit = (uint64_t)1 << (i & 63);
  int was = (*word & bit) != 0;
  *word |= bit;
  return was;
}

/* Put rows of a block whose bits are set into what was found and into the pool;
** rows: looked at, with their list. */
static int pool_rows(LitErr *e, Look *l, const LitIvfBlock *b, uint32_t bits,
                     const float *gap, const float *low, double rows) {
  const LitIvfQuery *q = &l->pool->s->ivf_query;
  uint32_t no = (uint32_t)(l->side - l->pool->s->sides);
  float off = 2 * l->margin * l->probe.length;
  for (; bits && !e->rc; bits &= bits - 1) {
    int i = __builtin_ctz(bits);
    float high = low[i] + off * b->spread[i];
    uint32_t ord = b->ord[i];
    if (ord >= l->side->part.n_rows)
      return lit_seg_corrupt(e, l->side->part.seg, l->side->part.part + 3,
                             "a row is named that it does not have");
    if (gap[i] <= lit_ivf_found_most(&l->found) && !set_bit(l->noted, ord))
      lit_ivf_found_add(e, &l->found, gap[i], rows);
    if (low[i] > l->most_low && !(gap[i] <= l->most_gap)) continue;
    if (set_bit(l->pooled, ord)) continue;
    lit_pool_add(e, l->pool,
                 (LitCandidate){q->kind->distance((double)low[i], q->length),
                                q->kind->distance((double)gap[i], q->length),
                                no, ord},
                 high > l->most_low ? INFINITY
                                    : q->kind->distance((double)high, q->length));
  }
  return e->rc;
}

/* Ask for what stands AHEAD_BYTES behind a block of the list, if anything does. */
static void fetch(const LitIvf *ivf, const LitIvfList *list, uint32_t block) {
  size_t bytes = lit_ivf_block_bytes(ivf->words);
  size_t from = block * bytes + AHEAD_BYTES;
  const uint8_t *at = list->blocks + from;
  if (from >= (list->n + IVF_BLOCK - 1) / IVF_BLOCK * bytes) return;
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(at + i);
}

static int look(LitErr *e, Look *l, const LitIvf *ivf, const Near *near) {
  LitVecsSearch *s = l->pool->s;
  LitIvfQuery *q = &s->ivf_query;
  uint32_t sums[IVF_BLOCK];
  float gap[IVF_BLOCK], low[IVF_BLOCK];
  LitKernNear how;
  LitIvfList list;
  if (lit_ivf_list(e, ivf, near->list, near->rows, &list)) return e->rc;
  l->probe = lit_ivf_probe(q, list.centroid);
  how = how_near(l);
  for (uint32_t i = 0; i < list.n && !e->rc; i += IVF_BLOCK) {
    LitIvfBlock b = lit_ivf_block(&list, ivf->words, i / IVF_BLOCK);
    uint32_t n = list.n - i < IVF_BLOCK ? list.n - i : IVF_BLOCK;
    uint32_t bits = allowed(l, b.ord, n);
    fetch(ivf, &list, i / IVF_BLOCK);
    if (!bits) continue;
    l->seen += (uint32_t)__builtin_popcount(bits);
    lit_kern()->bits(q->planes, b.bits, ivf->words, sums);
    bits &= lit_kern()->near(&how, b.add, sums, gap, low);
    if (!bits) continue;
    pool_rows(e, l, &b, bits, gap, low, l->rows + list.n);
    how = how_near(l);
  }
  lit_seg_give(ivf->of->seg, list.own);
  l->rows += list.n;
  s->trace.bits += list.n;
  s->trace.chunks++;
  s->trace.lists++;
  return lit_vecs_worked(e, s, list.n * (8 * ivf->words + 20));
}

/* The rows that are asked for and live, as one set; *own is to be dropped. */
static const LitBits *set_of(LitErr *e, const LitVecsSide *side,
                             LitBits *own) {
  const LitBits *live = &side->part.seg->live;
  if (!side->mask || !live->at) return side->mask ? side->mask : live;
  if (lit_bits_init(e, own, live->n, 1)) return NULL;
  lit_bits_and(own, live);
  lit_bits_and(own, side->mask);
  return own;
}

/* The nearest of the heap, up to NEXT of them, into next; they are about to be
** looked at. */
static uint32_t take_next(const Look *l, Near *heap, uint32_t *n, Near *next) {
  const LitVecsPart *p = &l->side->part;
  uint32_t nos[NEXT], some = 0;
  while (some < NEXT && *n > 0) {
    next[some] = heap[0];
    nos[some++] = heap[0].list;
    heap[0] = heap[--*n];
    if (*n) sink(heap, *n, 0);
  }
  lit_seg_ahead(p->seg, p->part + 3, nos, some, FIRST_BYTES);
  return some;
}

/* Lists from the heap [n], the first of which is the nearest, as far as it is
** worth. */
static int look_around(LitErr *e, Look *l, const LitIvf *ivf, Near *heap,
                       uint32_t n) {
  const LitVecsSide *side = l->side;
  float nearest = heap[0].gap;
  uint32_t least = side->mask ? (uint32_t)side->reach.rows
                              : (uint32_t)l->pool->s->top->k * ivf->times;
  for (uint32_t lists = 0, at = NEXT; !e->rc && n > 0; lists += NEXT) {
    Near next[NEXT];
    uint32_t some = take_next(l, heap, &n, next);
    for (uint32_t i = 0; i < some && !e->rc; i++) {
      float effort = lit_ivf_effort(&l->found, next[i].gap, nearest,
                                    l->rows + next[i].rows);
      if (effort > side->reach.reach && l->seen >= least) return e->rc;
      look(e, l, ivf, &next[i]);
    }
    if (lists + NEXT < at) continue;
    lit_pool_first(e, l->pool);
    at *= AGAIN;
  }
  return e->rc;
}

int lit_ivf_search(LitErr *e, LitPool *pool, const LitVecsSide *side) {
  const LitIvf *ivf = &side->ivf;
  size_t words = ((size_t)side->part.n_rows + 63) / 64;
  LitBits own = {0};
  Look l = {.pool = pool, .side = side, .set = set_of(e, side, &own),
            .margin = side->reach.margin, .limit = NAN, .likely = NAN};
  Near *heap = rank(e, pool->s, ivf);
  lit_ivf_found_init(&l.found, ivf->blind ? 0 : pool->s->top->k);
  l.pooled = lit_new0(e, words, sizeof *l.pooled);
  l.noted = lit_new0(e, words, sizeof *l.noted);
  if (!e->rc) look_around(e, &l, ivf, heap, ivf->n_lists);
  pool->s->trace.lists_known += ivf->n_lists;
  lit_topk_drop(&l.found.top);
  lit_bits_drop(&own);
  lit_free(l.pooled);
  lit_free(l.noted);
  lit_free(heap);
  return e->rc;
}
