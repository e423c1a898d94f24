/* net8.h -- linear layers in 8 bits, one table for each instruction set, and
** the same bits from all of them.
**
** A weight is an int8 times its output's scale; an activation an int8 times
** its token's scale, plus the token's middle; both are found anew for each
** token:
**
**   mid = (most + least) / 2;  scale = largest |x - mid| / 127
**   q = (x - mid) / scale, to nearest, ties to even
**   y = (float)(sum of w q) * scale * row's scale + (mid * row's sum + bias)
**
** w and q are in -127 .. 127.  The sum is an exact int32 (n_k is at most
** 16,384), so no order of adding matters.  A token that holds NaN or infinity
** has a scale of NaN.
**
** Activations lie in panels of 16 tokens, as in net.h, four features of a
** token together: [n_k / 4][16][4] bytes, each q + 128.  Weights lie in blocks
** of 16 rows and 64 columns, [n_rows / 16][n_k / 64][16][64]: such a block and
** 64 features of a panel are what AMX multiplies at once.  Both sizes are
** rounded up, with zeros for weights; whatever the features are there.
*/
#ifndef LIT_NET8_H
#define LIT_NET8_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_ROWS8 = 16, LIT_COLS8 = 64, LIT_BLOCK8 = LIT_ROWS8 * LIT_COLS8 };

/* How the rows are turned into y. */
typedef struct LitMatrix8 {
  const int8_t *w;          /* blocks, aligned to 64 bytes */
  const int32_t *start;     /* [rows]: -128 times the sum of the row's weights */
  const float *scale, *bias;/* [n_rows] */
  const float *sum;         /* [n_rows]: of the weights, times scale */
  size_t n_rows;            /* whole number; blocks are rounded up */
  size_t n_k;               /* columns, a multiple of 64 */
} LitMatrix8;

typedef struct LitWork8 {
  const uint8_t *x;         /* [n_panels][n_k / 4][16][4] */
  const float *tokens;      /* [n_panels][2][16]: scale, mid */
  float *y;                 /* [n_panels][n_rows][16] */
  size_t n_panels;
  void (*act)(float *y, size_t n);    /* applied to y; may be NULL */
} LitWork8;

typedef struct LitNet8 {
  const char *isa;
  int (*runs_here)(void);
  /* One panel x [n][16] -> q [n_k / 4][16][4], where n_k is n rounded up to a
  ** multiple of 64, and token [2][16]: scale, mid.  n > 0. */
  void (*quantize)(const float *x, size_t n, uint8_t *q, float *token);
  void (*linear)(const LitMatrix8 *m, const LitWork8 *w);
} LitNet8;

/* The fastest row that runs here, chosen once in a process, when first asked.
** LIT_ISA in the environment (c, avx2, avx512vnni, amx, neon, neondot) lowers
** the choice. */
const LitNet8 *lit_net8(void);
const LitNet8 *lit_net8_row(size_t i);      /* NULL past the end */

extern const LitNet8 lit_net8_c;
#endif
