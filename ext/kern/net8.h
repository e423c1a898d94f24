/* net8.h -- linear layers in 8 bits, one table for each instruction set, and
** the same bits from all of them.
**
** Few features of a token are many times larger than the rest, and would leave
** the others few of the 8 bits.  So features are first mixed, 128 at a time, by
** Hadamard's matrix (entries 1 and -1), weights likewise, which leaves the
** product as it is but for a factor of 128 (Ashkboos et al. 2024, QuaRot).
** Then a weight is an int8 times its row's scale, an activation an int8 times
** its token's, which is found anew for each token:
**
**   scale = largest |x| / 127;  q = x / scale, to nearest, ties to even
**   y = (float)(sum of w q) * scale * row's scale + bias
**
** w and q are in -127 .. 127.  The sum is an exact int32 (n_k is at most
** 16,384), so no order of adding matters.  A token that holds NaN or infinity
** has a scale of NaN.
**
** Activations lie in panels of 16 tokens, as in net.h, four features of a
** token together: [n_k / 4][16][4] bytes, each q + 128.  Weights lie in blocks
** of 16 rows and 64 columns, [n_rows / 16][n_k / 64][16][64]: such a block and
** 64 features of a panel are what AMX multiplies at once.  Rows are rounded up
** with zeros, columns to a multiple of 128, as if zeros had been mixed in.
**
** What rounding leaves of weights can be a second matrix, whose product is added
** to y: then they have 16 bits.
*/
#ifndef LIT_NET8_H
#define LIT_NET8_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_ROWS8 = 16, LIT_COLS8 = 64, LIT_BLOCK8 = LIT_ROWS8 * LIT_COLS8,
       LIT_MIXED8 = 128 };

/* How the rows are turned into y. */
typedef struct LitMatrix8 {
  const int8_t *w;          /* blocks, aligned to 64 bytes */
  const int32_t *start;     /* [rows]: -128 times the sum of the row's weights */
  const float *scale, *bias;/* [n_rows]; bias NULL: what y holds */
  const struct LitMatrix8 *rest;    /* is added; NULL: none */
  size_t n_rows;            /* whole number; blocks are rounded up */
  size_t n_k;               /* columns, a multiple of 128 */
} LitMatrix8;

typedef struct LitWork8 {
  const uint8_t *x;         /* [n_panels][n_k / 4][16][4] */
  const float *tokens;      /* [n_panels][16]: scales */
  float *y;                 /* [n_panels][n_rows][16] */
  size_t n_panels;
  void (*act)(float *y, size_t n);    /* applied to y; may be NULL */
} LitWork8;

typedef struct LitNet8 {
  const char *isa;
  int (*runs_here)(void);
  /* One panel x [n][16] -> out [n_k][16], its features mixed, where n_k is n
  ** rounded up to a multiple of 128.  n > 0.  Sixteen rows of weights, turned,
  ** are such a panel too. */
  void (*mix)(const float *x, size_t n, float *out);
  /* x [n_k][16] -> q [n_k / 4][16][4] and scales [16]. */
  void (*quantize)(const float *x, size_t n_k, uint8_t *q, float *scales);
  void (*linear)(const LitMatrix8 *m, const LitWork8 *w);
} LitNet8;

/* The fastest row that runs here, chosen once in a process, when first asked.
** LIT_ISA in the environment (c, avx2, avx512vnni, amx, neon, neondot) lowers
** the choice. */
const LitNet8 *lit_net8(void);
const LitNet8 *lit_net8_row(size_t i);      /* NULL past the end */

extern const LitNet8 lit_net8_c;
#endif
