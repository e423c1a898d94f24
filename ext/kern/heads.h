/* heads.h -- attention of one head and one text in integers of 16 bits, one table
** for each instruction set, and the same bits from all of them.
**
** Queries, keys and values are taken out of the panels that a text shares with
** others (net.h), its first token to lane 0 of the first panel, and rounded:
**
**   q = x / step, to nearest, ties to even;  step = largest |x| of the text / most
**
** `most` is such that a sum of products fits an int32: sums are exact, so that no
** order of adding matters.  Shares, which softmax gives, are of 1 / LIT_SHARE.
**
** Two numbers lie in a word of 32 bits, the first in the low half: two features
** of a token, [features / 2][width], where scores are made, two tokens of a
** feature, [features][width / 2], where values are added up.  width is the number
** of tokens, rounded up to 16; what is beyond them is zero.
*/
#ifndef LIT_HEADS_H
#define LIT_HEADS_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_SHARE = 32767 };

/* One head of one text. */
typedef struct LitHead {
  float *x;                 /* [rows][16] in the panel of the first token */
  size_t next;              /* floats from there to the same of the next panel */
  size_t rows;              /* features */
  size_t from, n;           /* lane of the first token, 0 to 15; tokens, > 0 */
} LitHead;

/* y[p][r][lane] = over[p][lane] * sum over k < n_k of both products of
** w[r w_row + k w_k] and x[p][k x_k + lane]. */
typedef struct LitHeadTile {
  const int32_t *w, *x[2];
  size_t w_row, w_k, x_k, n_k, n_rows;
  int n_panels;             /* 1 or 2 */
  const float *over[2];     /* [16] */
  float *y[2];              /* [n_rows][16] */
} LitHeadTile;

typedef struct LitHeads {
  const char *isa;
  int (*runs_here)(void);
  /* The largest |x|; NaN if one is not finite. */
  float (*largest)(const LitHead *h);
  /* x times `by` as words: out [(rows + 1) / 2][width], out [rows][width / 2]. */
  void (*features)(const LitHead *h, float by, int32_t *out);
  void (*tokens)(const LitHead *h, float by, int32_t *out);
  void (*tile)(const LitHeadTile *t);
  /* x [n][16], n even: of each lane, rows from .. to-1 become shares, by the
  ** exponential of scale x, the others 0; in the same place two rows become one
  ** of words, [n / 2][16].  over [16] gets 1 / LIT_SHARE, or NaN if a lane's x are
  ** not finite.  from < to.  The exponential is near to 8e-5. */
  void (*softmax)(float *x, size_t n, size_t from, size_t to, float scale,
                  float *over);
  /* y [rows][16] to the tokens 16 panel .. that there are; 16 floats before and
  ** behind y may be read. */
  void (*put)(const LitHead *h, size_t panel, const float *y);
} LitHeads;

/* The fastest row that runs here, chosen once in a process; LIT_ISA=c, avx2,
** avx512vnni, neon in the environment lowers the choice. */
const LitHeads *lit_heads(void);
const LitHeads *lit_heads_row(size_t i);    /* NULL past the end */

extern const LitHeads lit_heads_c;
#endif
