/* agree.h -- how far do two rankings, or two lists of numbers, agree? */
#ifndef LIT_AGREE_H
#define LIT_AGREE_H
#include <stddef.h>
#include "base/err.h"

typedef struct LitPair {
  double a, b;
} LitPair;

/* Kendall's tau-b of n pairs of numbers, which counts ties: from -1 (reversed)
** to 1 (the same order); NaN where a or b is all alike, or n < 2.  Reorders
** the pairs.  Time n log n.  NOMEM. */
int lit_agree_kendall(LitErr *e, LitPair *pairs, size_t n, double *out);

/* Rank-biased overlap, extrapolated, of two rankings that need not have the
** same length or the same items.  An item is a pair of its ranks, the lesser
** the better, NaN where a ranking does not have it.  p in 0..1 (not 0, not 1)
** is how far down the reader goes: at .9 the first ten weigh 86 %.  From 0 to
** 1; NaN if both are empty.  Reorders.  CONSTRAINT: a rank twice; NOMEM. */
int lit_agree_rbo(LitErr *e, LitPair *ranks, size_t n, double p, double *out);
#endif
