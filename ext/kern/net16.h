/* net16.h -- linear layers in bfloat16, one table for each instruction set, and
** the same bits from all of them.
**
** Weights and activations are rounded to bfloat16 (to nearest, ties to even;
** what is smaller than 2^-40 becomes zero, so that no product or sum is
** denormal), and multiplied and added as AVX-512's VDPBF16PS does it: of each
** two columns the second first, by float32 multiply-adds that round once,
**
**   y = start;  y = w[k + 1] x[k + 1] + y;  y = w[k] x[k] + y;  k = 0, 2, 4 ...
**
** Activations lie in panels of 16 tokens, as in net.h, two features of a token
** together: [n_k / 2][16] words of 32 bits, the first feature in the low half.
** Weights lie by rows, two columns to a word likewise.  An odd number of
** columns is rounded up, with zeros.
*/
#ifndef LIT_NET16_H
#define LIT_NET16_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_ROWS16 = 12, LIT_PANELS16 = 2 };

/* y[p][r][lane] = start[r] + the sum of row r and panel p, or, if start is NULL,
** y[p][r][lane] += that sum. */
typedef struct LitTile16 {
  const uint32_t *w;                /* row r at w + r * w_row */
  size_t w_row, n_k;                /* in words: n_k of x and of each row */
  const float *start;               /* [n_rows] or NULL */
  const uint32_t *x[LIT_PANELS16];  /* [n_k][16] each */
  float *y[LIT_PANELS16];           /* [n_rows][16] each */
  int n_rows, n_panels;             /* up to 12; 1 or 2 */
} LitTile16;

typedef struct LitNet16 {
  const char *isa;
  int (*runs_here)(void);
  /* A panel x [n][16] becomes out [(n + 1) / 2][16]. */
  void (*round)(const float *x, size_t n, uint32_t *out);
  void (*tile)(const LitTile16 *t);
} LitNet16;

/* The fastest row that runs here, chosen once in a process; LIT_ISA=c, avx2,
** avx512bf16 in the environment lowers the choice. */
const LitNet16 *lit_net16(void);
const LitNet16 *lit_net16_row(size_t i);    /* NULL past the end */

/* x as the upper half of a word: rounded to bfloat16; NaN stays. */
uint32_t lit_bf16_round(float x);

extern const LitNet16 lit_net16_c;
#endif
