/* net8_sums.h -- inside net8_*.c: the innermost step. */
#ifndef LIT_NET8_SUMS_H
#define LIT_NET8_SUMS_H
#include "kern/net8.h"

/* One or two blocks of rows times one or two panels.  Row r of block b is row
** 16 b + r of the others here, which are matrix's and work's from there on. */
typedef struct LitSums8 {
  const int8_t *w[2];       /* [n_k / 64][16][64] */
  const uint8_t *x[2];      /* [n_k / 4][16][4] */
  size_t n_k;
  int n_blocks, n_panels;   /* 1 or 2 */
  int n_rows;               /* up to 32; blocks may have more */
  const int32_t *sum, *zeros[2];
  const float *scale, *bias, *scales[2];
  float *y[2];
} LitSums8;
#endif
