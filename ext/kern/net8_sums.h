/* net8_sums.h -- inside net8_*.c: the innermost step. */
#ifndef LIT_NET8_SUMS_H
#define LIT_NET8_SUMS_H
#include "kern/net8.h"

/* out[b][p][row][lane] = the sum over k of w[b], row `row`, times x[p], lane
** `lane`. */
typedef struct LitSums8 {
  const int8_t *w[2];       /* [n_k / 64][16][64] */
  const uint8_t *x[2];      /* [n_k / 4][16][4] */
  size_t n_k;
  int n_blocks, n_panels;   /* 1 or 2 */
  int32_t (*out)[2][LIT_ROWS8 * 16];
} LitSums8;
#endif
