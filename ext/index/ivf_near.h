/* ivf_near.h -- which of some points is nearest to each of many rows; for
** ivf_*.c alone.
**
** The points lie in panels of 16, one a lane (kern/net.h), so a product with
** all of them reads the rows as they are; sums run in one order everywhere, so
** that a segment's lists do not depend on the CPU.
*/
#ifndef LIT_IVF_NEAR_H
#define LIT_IVF_NEAR_H
#include <stdint.h>
#include "base/err.h"
#include "kern/net.h"

enum { IVF_PAIR = LIT_TILE_PANELS * LIT_LANES };

typedef struct LitIvfPoints {
  uint32_t n, dim, n_pairs; /* Of panels */
  float *panels;            /* [2 n_pairs, dim, 16] */
  float *half_sq;           /* [2 n_pairs, 16]: of their lengths; INFINITY in
                            ** the lanes past the last */
} LitIvfPoints;

/* Room for `most` points; drop it always. */
int lit_ivf_points(LitErr *e, LitIvfPoints *p, uint32_t most, uint32_t dim);
void lit_ivf_points_set(LitIvfPoints *p, const float *c, uint32_t n);
void lit_ivf_points_drop(LitIvfPoints *p);

/* y [2, rows, 16]: the products of two panels with up to LIT_TILE_ROWS rows of
** x, panel after panel. */
void lit_ivf_products(const LitIvfPoints *p, uint32_t pair, const float *x,
                      uint32_t rows, float *y);

/* The nearest of the points for each of x [n, dim]; score [n], if not NULL: the
** product with it, less half its square.  Among equals it is the first. */
void lit_ivf_nearest(const LitIvfPoints *p, const float *x, uint32_t n,
                     uint32_t *nearest, float *score);

/* For each of x [n, dim] some near points, one of each lane: points and scores
** [n, 16], in the order of lanes; UINT32_MAX where a lane has none.  The nearest
** of all is among them, and of those that follow most. */
void lit_ivf_near(const LitIvfPoints *p, const float *x, uint32_t n,
                  uint32_t *points, float *scores);

#endif
