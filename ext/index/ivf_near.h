/* ivf_near.h -- which of some points is nearest to each of many rows; for
** ivf_*.c alone.
**
** The points lie in panels of 16, one a lane (kern/net.h), so a product with
** all of them reads the rows as they are; sums run in one order everywhere, so
** that a segment's lists do not depend on the CPU.
**
** Rows and points may be rounded to 8 bits, each with a scale of its own, as
** kern/net8.h has them: then products are sums of integers and take a fraction
** of the time.
*/
#ifndef LIT_IVF_NEAR_H
#define LIT_IVF_NEAR_H
#include <stdint.h>
#include "base/err.h"
#include "kern/net.h"

enum { IVF_PAIR = LIT_TILE_PANELS * LIT_LANES };

typedef struct LitIvfPoints {
  uint32_t n, dim, n_pairs; /* Of panels */
  uint32_t n_k;             /* dim; in 8 bits rounded up, with zeros */
  float *panels;            /* [2 n_pairs, n_k, 16]; in 8 bits room for one */
  uint8_t *codes;           /* [2 n_pairs, n_k, 16]; NULL: not in 8 bits */
  float *scales;            /* [2 n_pairs, 16], of the codes */
  float *half_sq;           /* [2 n_pairs, 16]: of their lengths; INFINITY in
                            ** the lanes past the last */
} LitIvfPoints;

/* Room for `most` points; drop it always. */
int lit_ivf_points(LitErr *e, LitIvfPoints *p, uint32_t most, uint32_t dim,
                   int in_8_bits);
void lit_ivf_points_set(LitIvfPoints *p, const float *c, uint32_t n);
void lit_ivf_points_drop(LitIvfPoints *p);

/* Rows that ask. */
typedef struct LitIvfRows {
  const float *x;           /* [n, dim], the caller's */
  uint32_t n, dim, n_k;
  int8_t *codes;            /* In blocks of 16 rows; NULL: not in 8 bits */
  int32_t *sums;          /* [n] */
  float *scales;            /* [n] */
  int8_t *one;              /* [dim]: room for a row */
  void *room;               /* Where all these lie */
  double rest, all;         /* Sums of squares: of what the codes leave, of x */
} LitIvfRows;

/* Room for `most` rows; drop it always. */
int lit_ivf_rows(LitErr *e, LitIvfRows *r, uint32_t most, uint32_t dim,
                 int in_8_bits);
void lit_ivf_rows_set(LitIvfRows *r, const float *x, uint32_t n);
void lit_ivf_rows_drop(LitIvfRows *r);

/* Are 8 bits enough to tell these rows apart?  They are not where the rows differ
** by little of what they all have in common. */
int lit_ivf_8_bits_do(LitErr *e, const LitIvfRows *r);

/* y [2, rows, 16]: the products of two panels with some rows of x, panel after
** panel.  Not of points in 8 bits. */
void lit_ivf_products(const LitIvfPoints *p, uint32_t pair, const float *x,
                      uint32_t rows, float *y);

/* The nearest of the points for each row from `first` on, n of them, `first` a
** multiple of 16; score [n]: the product with it, less half its square.  Among
** equals it is the first. */
void lit_ivf_nearest(const LitIvfPoints *p, const LitIvfRows *r,
                     uint32_t first, uint32_t n, uint32_t *nearest,
                     float *score);

/* For each row some near points, one of each lane: points and scores [n, 16],
** in the order of lanes; UINT32_MAX where a lane has none.  The nearest of all
** is among them, and of those that follow most. */
void lit_ivf_near(const LitIvfPoints *p, const LitIvfRows *r, uint32_t *points,
                  float *scores);

#endif
