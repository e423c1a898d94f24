/* ivf_search.h -- the nearest rows of a segment from 1-bit codes: list by list
** (ivf_search.c), or all that are asked for in their order (ivf_sketch.c); for vecs_*.c
** and ivf_*.c alone. */
#ifndef LIT_IVF_SEARCH_H
#define LIT_IVF_SEARCH_H
#include "index/ivf_effort.h"
#include "index/vecs_pool.h"

/* Where to look for the nearest k of the n_allowed rows of a side at this recall, by
** what each way costs, and how far.  are_many: of all sides together so many are asked
** for that lists are worth a look; is_far: int8 codes would be read from the file. */
LitVecsWay lit_ivf_way(const LitIvf *ivf, double recall, size_t k, uint32_t n_allowed,
                       int are_many, int is_far, LitIvfReach *reach, int *level);

/* Put into the pool what the lists of a side have.  At least k of the rows that
** are asked for have been looked at afterwards, or all. */
int lit_ivf_search(LitErr *e, LitPool *pool, const LitVecsSide *side);

/* The same of the sketches of all rows that are asked for. */
int lit_ivf_search_rows(LitErr *e, LitPool *pool, const LitVecsSide *side);

/* Rows of a side before a query less some centroid, and what the pool takes. */
typedef struct LitIvfScan {
  LitPool *pool;
  const LitVecsSide *side;
  LitIvfProbe probe;
  float margin;
  double limit, likely;     /* Of the pool, and as gaps: */
  float most_low, most_gap;
} LitIvfScan;

static inline LitIvfScan lit_ivf_scan(LitPool *pool, const LitVecsSide *side) {
  return (LitIvfScan){.pool = pool, .side = side, .margin = side->reach.margin,
                      .limit = NAN, .likely = NAN};
}

/* A row is kept if the lower bound of its gap is not over most_low, or the gap
** itself not over most_gap, or over `most`: as numbers for LitKern.near. */
LitKernNear lit_ivf_scan_near(LitIvfScan *s, float most);

/* Put row ord into the pool, unless it is excluded. */
int lit_ivf_scan_add(LitErr *e, LitIvfScan *s, uint32_t ord, float gap, float low,
                     float spread);

/* ---- some rows by their sketches ---- */

enum { IVF_ASKED = 64 };    /* Rows that are fetched together */

typedef struct LitIvfAsked { const uint8_t *at; uint32_t ord; } LitIvfAsked;

typedef struct LitIvfLooks {
  LitIvfScan scan;
  LitIvfFound *found;       /* What looks near is added here, too, as found among */
  double among;             /* so many rows.  NULL: nowhere */
  LitIvfSketches *lent;     /* Chunks, n_lent */
  uint32_t n_lent;
  LitIvfAsked rows[IVF_ASKED];
  uint32_t n;               /* These are fetched, but not yet looked at */
  uint32_t seen, next;      /* Rows; when to compare some */
} LitIvfLooks;

/* End it always. */
int lit_ivf_looks(LitErr *e, LitIvfLooks *l, LitPool *pool, const LitVecsSide *side);
int lit_ivf_looks_end(LitErr *e, LitIvfLooks *l);

/* Lend all sketches; then any row of the segment may be looked at, each once. */
int lit_ivf_looks_lend(LitErr *e, LitIvfLooks *l);
int lit_ivf_look(LitErr *e, LitIvfLooks *l, uint32_t ord);

#endif
