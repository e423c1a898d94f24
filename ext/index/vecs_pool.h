/* vecs_pool.h -- rows that may be among the nearest, and comparing them; for
** vecs_*.c and ivf_*.c alone.
**
** A row enters with a lower and an upper bound of its distance.  A row whose
** lower bound is over the k-th lowest upper bound is excluded for good.  Then
** the pool is settled: full vectors are compared by ascending lower bound until
** the next bound is over the k-th distance found.  So no order of reading full
** vectors could do with fewer of them, but for the size of a batch (a batch is
** read in the order of the file).
**
** Where only the first `sure` of the k must be the nearest (LitVecQuery), bounds
** are held against these alone.  Of the others four times the k that look nearest, by
** the middle of their bounds, are compared, before all: 1-bit codes, whose bounds are
** wide, would else have thousands of rows read for the last of the k.
**
** Where vectors outgrow the cache and int8 codes do not, a row that is not in memory is
** looked at by its code before its vector is read from the file: a candidate of 1-bit
** codes goes back into the pool with the closer bound.  A sixth of the vectors is read.
**
** The pool is bounded: when it is full it is settled and the search goes on.
*/
#ifndef LIT_VECS_POOL_H
#define LIT_VECS_POOL_H
#include "index/vecs_search.h"

typedef struct LitCandidate {
  double low, middle;       /* A lower bound of its distance; about it */
  uint32_t side, ord;
  uint16_t is_near, is_new;   /* Its int8 code was looked at; just now */
} LitCandidate;

typedef struct LitPool {
  LitVecsSearch *s;
  LitCandidate *at;
  size_t n, room, most;
  LitTopk uppers;           /* Scores: negative upper bounds; k: `sure`, or all */
  LitTopk nearer;           /* As uppers, of int8 codes where these come after others */
  LitTopk likely;           /* Scores: negative middles; k 0: bounds alone say */
} LitPool;

/* What s has found so far counts among the upper bounds.  exact: whatever s->sure. */
int lit_pool_begin(LitErr *e, LitPool *p, LitVecsSearch *s);
int lit_pool_begin_exact(LitErr *e, LitPool *p, LitVecsSearch *s);
void lit_pool_drop(LitPool *p);

/* A row with a lower bound over this need not enter, unless its middle is not
** over lit_pool_likely. */
static inline double lit_pool_limit(const LitPool *p) {
  double limit = lit_vecs_limit(p->s), upper = -p->uppers.floor;
  double nearer = -p->nearer.floor;
  if (nearer < upper) upper = nearer;
  return upper < limit ? upper : limit;
}

static inline double lit_pool_likely(const LitPool *p) {
  return p->likely.k ? -p->likely.floor : -INFINITY;
}

/* high may be infinite. */
int lit_pool_add(LitErr *e, LitPool *p, LitCandidate c, double high);

/* Compare some, those of the lowest bounds: mostly they are among the nearest, and
** what comes after them is excluded sooner. */
int lit_pool_first(LitErr *e, LitPool *p);

/* Compare what is in it; afterwards it is empty. */
int lit_pool_settle(LitErr *e, LitPool *p);

#endif
