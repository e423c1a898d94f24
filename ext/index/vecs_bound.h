/* vecs_bound.h -- what codes alone tell of a distance: a lower and an upper
** bound of it, as the float32 kernels compute it, rounding and all.
**
** For vecs*.c alone.  A distance has a row in the table of vecs_bound.c, or is
** always computed from the full vectors.
*/
#ifndef LIT_VECS_BOUND_H
#define LIT_VECS_BOUND_H
#include "index/vecs_part.h"

typedef struct LitBoundKind LitBoundKind;

/* NULL: vectors of this column have no codes. */
const LitBoundKind *lit_bound_find(const LitVecCol *col);

/* True if the codes are of vectors scaled to length 1. */
int lit_bound_unit(const LitBoundKind *kind);

/* The codes [dim] of v [dim]. */
LitVecsCode lit_bound_encode(const LitBoundKind *kind, const float *v,
                             uint32_t dim, int8_t *codes);

/* A query, made ready. */
typedef struct LitBound {
  const LitBoundKind *kind;
  uint32_t dim;
  const int8_t *codes;      /* [dim], the caller's */
  LitVecsCode q;
  double relative, least;   /* What the kernel's own rounding may add */
} LitBound;

/* v [dim]; codes [dim] is filled and lent.  False if nothing can be said of
** distances from it: then look at all full vectors. */
int lit_bound_query(LitBound *b, const LitBoundKind *kind, const float *v,
                    uint32_t dim, int8_t *codes);

/* A distance that rows are held against, made ready too, in float32. */
typedef struct LitBoundLimit {
  float two_t;              /* l2: 2 scale_q; dot: scale_q */
  float add;                /* l2: |q'|^2 */
  float per_length, per_residual;
  float at;
} LitBoundLimit;

LitBoundLimit lit_bound_limit(const LitBound *b, double distance);

/* Of the rows from .. from + n - 1 of a chunk, n <= 64, and of these only of
** those whose bit is set in `allowed`: which may have a distance <= limit?
** sums [n]: the dot product of the codes of each that may. */
uint64_t lit_bound_keep(const LitBound *b, const LitCodesChunk *c,
                        uint32_t from, uint32_t n, uint64_t allowed,
                        const LitBoundLimit *limit, int32_t *sums);

/* The bounds of the distance from one row; infinite or NaN where there is
** none. */
double lit_bound_low(const LitBound *b, LitVecsCode y, int32_t sum);
double lit_bound_high(const LitBound *b, LitVecsCode y, int32_t sum);

#endif
