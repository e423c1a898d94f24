/* net.h -- the arithmetic of neural networks, one table for each instruction
** set, and the same bits from all of them.
**
** Activations lie in panels: a panel holds 16 tokens, one a lane, so a matrix
** of n tokens and f features is [n / 16 rounded up][f][16].  What a layer
** does to a token is then done to 16 at once, straight down the lanes: no sum
** goes across a register, and no row has a tail.  A weight is one number that
** multiplies a whole row of 16, so matrices are used as they lie in the file,
** and what one layer writes the next reads, without packing or turning.
**
** Each sum runs over k = 0, 1, 2 ... in this order, by fused multiply-adds in
** tile() and in the polynomials of exp and erf and by separate ones elsewhere,
** whatever the instruction set and whatever else is in the batch: a text has
** the same vector everywhere.
** Largest error against exact arithmetic: 4e-7 absolute for erf, 2e-7 relative
** for exp.
*/
#ifndef LIT_NET_H
#define LIT_NET_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_LANES = 16, LIT_TILE_ROWS = 12, LIT_TILE_PANELS = 2,
       LIT_FEW_TOKENS = 12 };

/* For each of n_panels panels p and each of n_rows rows r:
**
**   y[p][r][lane] = start[r] + sum over k of w[k, r] x[p][k][lane]
**
** or, if start is NULL, y[p][r][lane] += that sum.  k counts n_outer * n_k; w[k, r] is at w + (k / n_k) * w_outer +
** (k % n_k) * w_k + r * w_row. */
typedef struct LitTile {
  const float *w;
  size_t w_row, w_k, n_k, w_outer, n_outer;
  size_t ahead;                             /* w + ahead is wanted soon */
  const float *start;                       /* [n_rows] or NULL */
  const float *x[LIT_TILE_PANELS];          /* [n_outer * n_k][16] each */
  float *y[LIT_TILE_PANELS];                /* [n_rows][16] each */
  int n_rows, n_panels;                     /* up to 12; 1 or 2 */
} LitTile;

typedef struct LitNorm {
  const float *gain, *shift;                /* [n] */
  float eps;
} LitNorm;

typedef struct LitNet {
  const char *isa;                          /* "c", "avx2", ... */
  int (*runs_here)(void);
  void (*tile)(const LitTile *t);
  /* tile of 16 rows and one panel of which only the first n_tokens lanes (1 to
  ** 12) are asked for, w_k = n_outer = 1, n_k a multiple of 16, start not NULL:
  ** the same bits in those lanes, whatever in the others.  NULL where tile is
  ** no slower. */
  void (*few)(const LitTile *t, int n_tokens);
  /* Elementwise, n a multiple of 16. */
  void (*gelu)(float *x, size_t n);         /* x (1 + erf(x / sqrt 2)) / 2 */
  void (*gelu_near)(float *x, size_t n);    /* the same, off by 1.4e-4 at most */
  void (*gelu_tanh)(float *x, size_t n);    /* the same, nearly: x (1 + tanh(
                                   sqrt(2/pi) (x + 0.044715 x^3))) / 2 */
  void (*relu)(float *x, size_t n);         /* max(x, 0) */
  void (*silu)(float *x, size_t n);         /* x / (1 + exp(-x)) */
  void (*sigmoid)(float *x, size_t n);      /* 1 / (1 + exp(-x)) */
  void (*tanh)(float *x, size_t n);
  /* x [n][16] += y, then each lane: minus its mean over n, over the square
  ** root of its variance + eps, times gain, plus shift.  y may be NULL. */
  void (*norm)(float *x, const float *y, size_t n, const LitNorm *norm);
  /* x += y, then each lane over the root of its mean square + eps, times gain
  ** (Zhang and Sennrich 2019); y may be NULL. */
  void (*rms)(float *x, const float *y, size_t n, const LitNorm *norm);
  /* x [n][16]: rows from .. to-1 become exp(scale (x - the lane's largest)),
  ** the others 0; over [16] gets one over the lane's sum.  from < to. */
  void (*softmax)(float *x, size_t n, size_t from, size_t to, float scale,
                  float *over);
  /* y [n][16]: bit l of hits [n] says whether y[i][l] * factor[i] - less[i]
  ** >= least[l].  NaN is not. */
  void (*above)(const float *y, size_t n, const float *factor,
                const float *less, const float *least, uint16_t *hits);
} LitNet;

/* The fastest row that runs here; LIT_ISA=c in the environment lowers it. */
const LitNet *lit_net(void);

/* Row i, or NULL past the end (for tests). */
const LitNet *lit_net_row(size_t i);

extern const LitNet lit_net_c;
#endif
