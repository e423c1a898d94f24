/* net8.h -- linear layers in 8 bits, one table for each instruction set, and
** the same bits from all of them.
**
** Few features of a token are many times larger than the rest, and would leave
** the others few of the 8 bits.  So features are first mixed, 128 at a time, by
** Hadamard's matrix (entries 1 and -1), weights likewise, which leaves the
** product as it is but for a factor of 128 (Ashkboos et al. 2024, QuaRot).
** Before that, features may be multiplied, and their weights divided, by numbers
** that make both alike in size (Xiao et al. 2022, SmoothQuant).
** Then a weight is an int8 times its row's scale, an activation an int8 and the
** token's zero times the token's scale, which are found anew for each token:
**
**   weights      scale = largest |w| / 127;  q = w / scale, or see below
**   activations  scale = (largest x or 0 - least x or 0) / 253
**                zero = the middle of these two / scale, to nearest
**                q = x / scale - zero, to nearest, ties to even
**   y = (float)(sum of w q + zero * sum of w) * scale * row's scale + bias
**
** w and q are in -127 .. 127.  The sums are exact int32 (n_k is at most
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
**
** A weight need not become the nearest int8.  If it is known what a layer reads
** (LitSeen8), each weight of a row is rounded so that it makes up for what those
** before it did to the sums over that (Frantar et al. 2022, GPTQ).  With x what
** was seen, mixed, [n_k][rank], and `least` what is added for what was not, the
** errors d of the weights k, k + 1, ... shall make
**
**   least |d|^2 + |off + x[k] d[k] + x[k + 1] d[k + 1] + ... |^2
**
** least, where `off` [rank] is what the errors before k come to.  Were those
** behind k not to be integers, d[k] would be -back[k] off,
**
**   back[k] = (least I + x[k] x[k]' + x[k + 1] x[k + 1]' + ...)^-1 x[k]
**
** which takes no matrix of n_k by n_k, and rounding goes from there.
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
  const int32_t *sum;       /* [rows]: of the row's weights */
  const float *scale, *bias;/* [n_rows]; bias NULL: what y holds */
  const struct LitMatrix8 *rest;    /* is added; NULL: none */
  const float *by;          /* [n_in]: for mix; NULL: ones */
  size_t n_rows;            /* whole number; blocks are rounded up */
  size_t n_k;               /* columns, a multiple of 128 */
} LitMatrix8;

typedef struct LitWork8 {
  const uint8_t *x;         /* [n_panels][n_k / 4][16][4] */
  const float *scales;      /* [n_panels][16] of tokens */
  const int32_t *zeros;     /* likewise; NULL: all 0 */
  float *y;                 /* [n_panels][n_rows][16] */
  size_t n_panels;
  void (*act)(float *y, size_t n);    /* applied to y; may be NULL */
} LitWork8;

/* Where a panel of activations goes. */
typedef struct LitPanel8 {
  uint8_t *q;               /* [n_k / 4][16][4] */
  float *scales;            /* [16] */
  int32_t *zeros;           /* [16]; NULL: as weights to nearest */
} LitPanel8;

/* What a layer reads, and what follows from it for how its weights are rounded.
** Columns lie by eights; rank is a multiple of 16. */
typedef struct LitSeen8 {
  float *x, *back;          /* [n_k / 8][rank][8] */
  float *within;            /* [n_k / 8][8][8]: of columns j, i: x[i]' back[j] */
  float *off;               /* [rank][16]: fit's own */
  float *inverse, *spare;   /* [rank][rank], [8][rank]: learn's own */
  size_t n_k, rank;
  float least;
} LitSeen8;

typedef struct LitNet8 {
  const char *isa;
  int (*runs_here)(void);
  /* One panel x [n][16], times by [n], if that is not NULL, -> out [n_k][16], its
  ** features mixed, where n_k is n rounded up to a multiple of 128.  n > 0.  Sixteen
  ** rows of weights, turned, are such a panel too. */
  void (*mix)(const float *x, size_t n, const float *by, float *out);
  /* Activations x [n_k][16] -> q [n_k / 4][16][4], scales [16] and zeros [16]; zeros
  ** NULL: as weights to nearest. */
  void (*quantize)(const float *x, size_t n_k, uint8_t *q, float *scales,
                   int32_t *zeros);
  /* Both, one after the other, with room for mixed [n_k][16] between: its range is
  ** known before it is read again. */
  void (*take)(const float *x, size_t n, const float *by, float *mixed,
               const LitPanel8 *to);
  /* back and within from x and least, which is finite and over 0. */
  void (*learn)(const LitSeen8 *seen);
  /* Rows of weights x [n_k][16] -> q and scales likewise, by what was seen; to
  ** nearest if that has rank 0 and `within` zeros (x, back and off are not read
  ** then, but point to something). */
  void (*fit)(const float *x, const LitSeen8 *seen, uint8_t *q, float *scales);
  void (*linear)(const LitMatrix8 *m, const LitWork8 *w);
} LitNet8;

/* The fastest row that runs here, chosen once in a process, when first asked.
** LIT_ISA in the environment (c, avx2, avx512vnni, amx, neon, neondot) lowers
** the choice. */
const LitNet8 *lit_net8(void);
const LitNet8 *lit_net8_row(size_t i);      /* NULL past the end */

extern const LitNet8 lit_net8_c;
#endif
