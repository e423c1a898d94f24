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
** (k / share)-th nearest of all: the reach of that many hits is taken.  What counts is
** their share of the rows around the query, which lists already looked at tell: where
** they lie elsewhere it looks farther, where they lie here not as far.  Of so few hits
** it is chance how late they were found, so the rarer they are the more of them count
** there, up to twice k.  (Of a million papers, 10 % asked for, a query by a title looks
** at 103,000 entries for a recall of .996; without that at 87,000 for .989; and at
** 364,000, for .996, where as many were looked at as rows themselves need as questions,
** which is what bounded it from below before.)
**
** Where few rows are asked for, a block of a list has one or two of them at most: its
** ordinals alone are read, and those rows are looked at by their sketches (ivf_sketch.c),
** each once.  Sketches are less exact than the codes of lists: some rows look near that
** are not, and the nearest seem to be found sooner than they are.  So it looks FARTHER.
** (Of a million papers, 4 to 7 % asked for, recall is .990 then; .988 without that.)
**
** A depth over the greatest that was measured is judged by the last two.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_search.h"
#include "base/poison.h"

/* Where more of the entries than this for each row must be looked at, which are
** two, scanning the int8 codes in order is faster: so it is with noise. */
#define IVF_WORTH 1.0f

/* For more hits, in relation to the share of the rows that are asked for, lists are no
** use. */
#define IVF_MOST 50e3

enum { RARE = 14, FEW_HITS = 20 };

/* What they cost, about: to rank a list; an entry of a list, by its code, and by its
** ordinal alone; a row here and there by its sketch, and by its int8 code. */
#define LIST 20
#define ENTRY 1.7
#define ORDINAL 0.8
#define SKETCH 12
#define CODE 60

#define PRIOR 1000.0
#define FARTHER 1.2f

/* The first lists have most of what is found.  Comparing some of it early leaves
** fewer of the others' rows to be added to the pool: again whenever so many times
** more lists were looked at. */
enum { AGAIN = 2 };

enum {
  AHEAD_BYTES = 8192,       /* Of a list, fetched before they are needed: the
                            ** processor itself looks ahead within a page */
  AHEAD = 8,                /* but no more blocks */
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

/* Are rows in lists looked at by their sketches?  More than one in RARE rows the codes
** of lists find as soon, and more than FEW_HITS either: there many vectors are compared,
** for which lists and sketches together leave less of the cache. */
static int by_sketches(const LitIvf *ivf, size_t k, uint32_t n_allowed) {
  return ivf->has_sketches && k <= FEW_HITS && (uint64_t)n_allowed * RARE < ivf->n_rows;
}

LitVecsWay lit_ivf_way(const LitIvf *ivf, double recall, size_t k, uint32_t n_allowed,
                       int are_many, int is_far, LitIvfReach *reach, int *level) {
  double share = (double)n_allowed / ivf->n_rows, deep = (double)k / share;
  double rows = (double)n_allowed, lists;
  int i = 0, is_sparse = share * IVF_SPARSE < 1;
  int has_lists = are_many && deep <= IVF_MOST;
  if (!ivf->n_lists || !(recall > 0)) return LIT_VECS_DIRECT;
  while (i < IVF_LEVELS && recall > lit_ivf_levels[i] + 1e-9) i++;
  if (i == IVF_LEVELS) return LIT_VECS_DIRECT;
  *level = i;
  *reach = reach_for(ivf->reaches[i], deep);
  lists = by_sketches(ivf, k, n_allowed)
              ? (double)reach->rows * ORDINAL + ivf->n_lists * LIST
              : (double)reach->rows * ENTRY;
  if (!is_sparse)
    has_lists &= reach->rows <= IVF_WORTH * (float)ivf->n_rows;
  else if (ivf->has_sketches && (!has_lists || rows * SKETCH < lists))
    return LIT_VECS_SKETCHES;
  else if (!is_far)
    has_lists &= lists < rows * CODE;
  return has_lists ? LIT_VECS_LISTS : LIT_VECS_DIRECT;
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
  LitIvfScan scan;
  LitIvfLooks *looks;       /* Rows by their sketches; NULL: by the list's codes */
  const LitBits *set;       /* Which rows are asked for; at NULL: all */
  uint64_t *pooled;         /* Rows that were put into the pool, as bits, */
  uint64_t *noted;          /* and into what was found */
  uint64_t *looked;         /* By sketches: rows that were looked at */
  LitIvfFound found;
  uint32_t seen;            /* Rows that are asked for */
  double rows;              /* All that were looked at */
} Look;

/* Which of a block's n rows are asked for; one that does not exist is not. */
static uint32_t allowed(const Look *l, const uint32_t *ord, uint32_t n) {
  uint32_t all = n < IVF_BLOCK ? ((uint32_t)1 << n) - 1 : UINT32_MAX;
  if (!l->set->at) return all;
  return all & lit_kern()->members(l->set->at, l->scan.side->part.n_rows, ord);
}

static float gap_at(const LitIvfQuery *q, double distance) {
  double gap = q->kind->gap(distance, q->length);
  return gap < 1e38 ? nextafterf((float)gap, INFINITY) : INFINITY;
}

LitKernNear lit_ivf_scan_near(LitIvfScan *s, float most) {
  const LitIvfQuery *q = &s->pool->s->ivf_query;
  const LitIvfProbe *p = &s->probe;
  double limit = lit_pool_limit(s->pool), likely = lit_pool_likely(s->pool);
  if (limit != s->limit) s->limit = limit, s->most_low = gap_at(q, limit);
  if (likely != s->likely) s->likely = likely, s->most_gap = gap_at(q, likely);
  return (LitKernNear){p->base, p->product.per_sum, p->product.per_scale,
                       p->product.per_ones, s->margin * p->length,
                       s->most_low, fmaxf(s->most_gap, most)};
}

int lit_ivf_scan_add(LitErr *e, LitIvfScan *s, uint32_t ord, float gap, float low,
                     float spread) {
  const LitIvfQuery *q = &s->pool->s->ivf_query;
  uint32_t no = (uint32_t)(s->side - s->pool->s->sides);
  float high = low + 2 * s->margin * s->probe.length * spread;
  return lit_pool_add(
      e, s->pool, (LitCandidate){q->kind->distance((double)low, q->length),
                                 q->kind->distance((double)gap, q->length), no, ord, 0, 0},
      high > s->most_low ? INFINITY : q->kind->distance((double)high, q->length));
}

/* Or if it looks nearer than what was found here. */
static LitKernNear how_near(Look *l) {
  return lit_ivf_scan_near(&l->scan, lit_ivf_found_most(&l->found));
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
  const LitVecsPart *p = &l->scan.side->part;
  for (; bits && !e->rc; bits &= bits - 1) {
    int i = __builtin_ctz(bits);
    uint32_t ord = b->ord[i];
    if (ord >= p->n_rows)
      return lit_seg_corrupt(e, p->seg, p->part + 3,
                             "a row is named that it does not have");
    if (gap[i] <= lit_ivf_found_most(&l->found) && !set_bit(l->noted, ord))
      lit_ivf_found_add(e, &l->found, gap[i], rows);
    if (low[i] > l->scan.most_low && !(gap[i] <= l->scan.most_gap)) continue;
    if (!set_bit(l->pooled, ord))
      lit_ivf_scan_add(e, &l->scan, ord, gap[i], low[i], b->spread[i]);
  }
  return e->rc;
}

/* Ask for `bytes` at `at`. */
static void fetch(const void *at, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)at + i);
}

/* The rows of block `no` of a list whose bits are set. */
static int look_at(LitErr *e, Look *l, const LitIvfList *list, uint32_t no,
                   uint32_t bits, LitKernNear *how) {
  const LitIvfQuery *q = &l->scan.pool->s->ivf_query;
  LitIvfBlock b = lit_ivf_block(list, q->words, no);
  uint32_t sums[IVF_BLOCK];
  float gap[IVF_BLOCK], low[IVF_BLOCK];
  l->seen += (uint32_t)__builtin_popcount(bits);
  lit_kern()->bits(q->planes, b.bits, q->words, sums);
  bits &= lit_kern()->near(how, b.add, sums, gap, low);
  if (!bits) return e->rc;
  pool_rows(e, l, &b, bits, gap, low, l->rows + list->n);
  *how = how_near(l);
  return e->rc;
}

/* A block is fetched some blocks before it is looked at, if any row of it is asked for;
** its ordinals, which say so, as many before that. */
static int look_through(LitErr *e, Look *l, const LitIvfList *list, size_t words) {
  size_t bytes = lit_ivf_block_bytes(words), n_ords = IVF_BLOCK * sizeof(uint32_t);
  uint32_t n_blocks = (list->n + IVF_BLOCK - 1) / IVF_BLOCK, bits[AHEAD + 1];
  uint32_t ahead = (uint32_t)(AHEAD_BYTES / bytes);
  LitVecsSearch *s = l->scan.pool->s;
  LitKernNear how;
  l->scan.probe = lit_ivf_probe(&s->ivf_query, list->centroid);
  how = how_near(l);
  s->trace.bits += list->n;
  if (ahead < 1) ahead = 1;
  if (ahead > AHEAD) ahead = AHEAD;
  for (uint32_t i = 0; i < n_blocks + ahead && !e->rc; i++) {
    uint32_t at = i % (AHEAD + 1), left = list->n - i * IVF_BLOCK;
    if (i < n_blocks) {
      LitIvfBlock b = lit_ivf_block(list, words, i);
      bits[at] = allowed(l, b.ord, left < IVF_BLOCK ? left : IVF_BLOCK);
      if (bits[at]) fetch(b.add, bytes);
      if (i + ahead < n_blocks) fetch((const char *)b.ord + ahead * bytes, n_ords);
    }
    if (i < ahead) continue;
    at = (i - ahead) % (AHEAD + 1);
    if (bits[at]) look_at(e, l, list, i - ahead, bits[at], &how);
  }
  return e->rc;
}

static void fetch_ords(const LitIvfList *list, size_t words, uint32_t no) {
  fetch(lit_ivf_block(list, words, no).ord, IVF_BLOCK * sizeof(uint32_t));
}

/* The same by sketches: of rows that were in no list before. */
static int look_up(LitErr *e, Look *l, const LitIvfList *list, size_t words) {
  uint32_t n_blocks = (list->n + IVF_BLOCK - 1) / IVF_BLOCK;
  l->looks->among = l->rows + list->n;
  for (uint32_t i = 0; i < n_blocks && i < AHEAD; i++) fetch_ords(list, words, i);
  for (uint32_t i = 0; i < n_blocks && !e->rc; i++) {
    const uint32_t *ord = lit_ivf_block(list, words, i).ord;
    uint32_t left = list->n - i * IVF_BLOCK;
    uint32_t bits = allowed(l, ord, left < IVF_BLOCK ? left : IVF_BLOCK);
    if (i + AHEAD < n_blocks) fetch_ords(list, words, i + AHEAD);
    l->seen += (uint32_t)__builtin_popcount(bits);
    for (; bits && !e->rc; bits &= bits - 1) {
      uint32_t row = ord[__builtin_ctz(bits)];
      if (!set_bit(l->looked, row)) lit_ivf_look(e, l->looks, row);
    }
  }
  return e->rc;
}

static int look(LitErr *e, Look *l, const LitIvf *ivf, const Near *near) {
  LitVecsSearch *s = l->scan.pool->s;
  LitIvfList list;
  if (lit_ivf_list(e, ivf, near->list, near->rows, &list)) return e->rc;
  if (l->looks) look_up(e, l, &list, ivf->words);
  else look_through(e, l, &list, ivf->words);
  lit_seg_give(ivf->of->seg, list.own);
  l->rows += list.n;
  s->trace.chunks++;
  s->trace.lists++;
  return lit_vecs_worked(e, s, list.n * (l->looks ? 4 : 8 * ivf->words + 20));
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
  const LitVecsPart *p = &l->scan.side->part;
  uint32_t nos[NEXT], some = 0;
  while (some < NEXT && *n > 0) {
    next[some] = heap[0];
    nos[some++] = heap[0].list;
    heap[0] = heap[--*n];
    if (*n) sink(heap, *n, 0);
  }
  lit_seg_ahead(p->seg, p->part + 3, nos, some, l->looks ? 0 : FIRST_BYTES);
  return some;
}

static double share_of(const LitVecsSide *side) {
  return (double)side->n_allowed / side->ivf.n_rows;
}

/* The reach by the share of rows that are asked for among those around the query, as
** if PRIOR rows with the share of all had been looked at before. */
static float reach_here(const Look *l, const LitIvf *ivf) {
  const LitVecsSide *side = l->scan.side;
  float farther = l->looks ? FARTHER : 1;
  double here = (l->seen + PRIOR * share_of(side)) / (l->rows + PRIOR);
  double k = (double)l->scan.pool->s->top->k;
  if (!side->mask) return farther * side->reach.reach;
  return farther * reach_for(ivf->reaches[side->level], k / here).reach;
}

/* How many of the nearest tell how late they were found. */
static size_t n_found(const LitPool *pool, const LitVecsSide *side) {
  double share = side->mask ? share_of(side) : 1, k = (double)pool->s->top->k;
  if (side->ivf.blind) return 0;
  return (size_t)(share < 1 ? k * (2 - share) : k);
}

/* Lists from the heap [n], the first of which is the nearest, as far as it is
** worth. */
static int look_around(LitErr *e, Look *l, const LitIvf *ivf, Near *heap,
                       uint32_t n) {
  float nearest = heap[0].gap;
  uint32_t least = (uint32_t)l->scan.pool->s->top->k * ivf->times;
  for (uint32_t lists = 0, at = NEXT; !e->rc && n > 0; lists += NEXT) {
    Near next[NEXT];
    uint32_t some = take_next(l, heap, &n, next);
    float reach = reach_here(l, ivf);
    for (uint32_t i = 0; i < some && !e->rc; i++) {
      float effort = lit_ivf_effort(&l->found, next[i].gap, nearest,
                                    l->rows + next[i].rows);
      if (effort > reach && l->seen >= least) return e->rc;
      look(e, l, ivf, &next[i]);
    }
    if (l->looks || lists + NEXT < at) continue;      /* They see to it */
    lit_pool_first(e, l->scan.pool);
    at *= AGAIN;
  }
  return e->rc;
}

/* Sketches are lent all at once. */
static int sketches_fit(const LitVecsSide *side) {
  uint64_t bytes = (uint64_t)side->part.n_rows * lit_ivf_sketch_bytes(side->ivf.words);
  return bytes <= lit_cache_stats(side->part.seg->cache).budget / 2;
}

static int search_codes(LitErr *e, Look *l, const LitIvf *ivf, Near *heap) {
  size_t words = ((size_t)l->scan.side->part.n_rows + 63) / 64;
  l->pooled = lit_new0(e, words, sizeof *l->pooled);
  l->noted = lit_new0(e, words, sizeof *l->noted);
  if (!e->rc) look_around(e, l, ivf, heap, ivf->n_lists);
  lit_free(l->pooled);
  lit_free(l->noted);
  return e->rc;
}

static int search_sketches(LitErr *e, Look *l, const LitIvf *ivf, Near *heap) {
  const LitVecsSide *side = l->scan.side;
  size_t words = ((size_t)side->part.n_rows + 63) / 64;
  LitIvfLooks looks;
  lit_ivf_looks(e, &looks, l->scan.pool, side);
  looks.found = &l->found;
  l->looks = &looks;
  l->looked = lit_new0(e, words, sizeof *l->looked);
  if (!e->rc && !lit_ivf_looks_lend(e, &looks)) look_around(e, l, ivf, heap, ivf->n_lists);
  lit_ivf_looks_end(e, &looks);
  lit_free(l->looked);
  return e->rc;
}

int lit_ivf_search(LitErr *e, LitPool *pool, const LitVecsSide *side) {
  const LitIvf *ivf = &side->ivf;
  LitBits own = {0};
  Look l = {.scan = lit_ivf_scan(pool, side), .set = set_of(e, side, &own)};
  Near *heap = rank(e, pool->s, ivf);
  lit_ivf_found_init(&l.found, n_found(pool, side));
  if (by_sketches(ivf, pool->s->top->k, side->n_allowed) && sketches_fit(side))
    search_sketches(e, &l, ivf, heap);
  else search_codes(e, &l, ivf, heap);
  pool->s->trace.lists_known += ivf->n_lists;
  lit_topk_drop(&l.found.top);
  lit_bits_drop(&own);
  lit_free(heap);
  return e->rc;
}
