/* netq8.h -- linear layers on the Q8_0 blocks of a GGUF file as they lie there,
** one table for each instruction set, and the same bits from all of them.
**
** The format is ggml's: a row of weights is blocks of 34 bytes, a float16 d and
** 32 signed bytes w, which stand for d w.  Its arithmetic too (ggml-cpu/quants.c,
** quantize_row_q8_0 and ggml_vec_dot_q8_0_q8_0): of each 32 features of a token
** the largest becomes 127,
**
**   c = largest |x| / 127;  q = x / c, to nearest, ties to even
**   y = start;  y = (float)(sum of w q) (d c) + y, for each block in turn
**
** the last multiplied and added by rounding once.  We differ in that c stays
** float32, where ggml rounds it to float16.  The sum of a block is an exact
** int32, also where w is -128, so no order of adding it matters.  32 features
** that hold NaN or infinity have a c of NaN.
**
** Activations lie in panels of 16 tokens, as in net.h, four features of a
** token together: [n / 4][16][4] bytes.
*/
#ifndef LIT_NETQ8_H
#define LIT_NETQ8_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_Q8 = 32, LIT_Q8_BYTES = 34, LIT_ROWSQ8 = 12, LIT_PANELSQ8 = 2 };

/* A panel of n features. */
typedef struct LitPanelQ8 {
  int8_t *q;                /* [n / 4][16][4] */
  float *scale;             /* [n / 32][16]: c */
  int32_t *less;            /* [n / 32][16]: -128 times the sum of its q */
} LitPanelQ8;

/* y[p][r][lane] = start[r] + the sum of row r and panel p, or, if start is NULL,
** y[p][r][lane] += that sum. */
typedef struct LitTileQ8 {
  const uint8_t *w;         /* row r at w + r * w_row */
  size_t w_row, n;          /* bytes; blocks of x and of each row */
  const float *start;       /* [n_rows] or NULL */
  LitPanelQ8 x[LIT_PANELSQ8];
  float *y[LIT_PANELSQ8];   /* [n_rows][16] each */
  int n_rows, n_panels;     /* up to 12; 1 or 2 */
} LitTileQ8;

typedef struct LitNetQ8 {
  const char *isa;
  int (*runs_here)(void);
  /* A panel x [n][16], n a multiple of 32, into out. */
  void (*quantize)(const float *x, size_t n, const LitPanelQ8 *out);
  void (*tile)(const LitTileQ8 *t);
} LitNetQ8;

/* The fastest row that runs here, chosen once in a process; LIT_ISA=c, avx2,
** avx512vnni, neon, neondot in the environment lowers the choice. */
const LitNetQ8 *lit_netq8(void);
const LitNetQ8 *lit_netq8_row(size_t i);    /* NULL past the end */

extern const LitNetQ8 lit_netq8_c;
#endif
