/* act.h -- what a neural network does between its matrix products.
**
** All arrays are float32, 4-byte aligned.  The rows of the table are the same
** code (act_body.h) compiled for different instruction sets: it works in lanes
** of 16 and fuses no product with a sum, so every row gives the same bits.
** Largest error against exact arithmetic: 4e-7 absolute for erf, 2e-7 relative
** for exp.
*/
#ifndef LIT_ACT_H
#define LIT_ACT_H
#include <stddef.h>
#include "kern/kern.h"

typedef struct LitNorm {
  const float *gain, *shift;                  /* [n] */
  float eps;
} LitNorm;

typedef struct LitAct {
  const char *isa;                            /* "c", "avx2", "avx512" */
  int (*runs_here)(void);
  /* x [rows, n] += bias [n] */
  void (*bias)(float *x, const float *bias, size_t rows, size_t n);
  /* x = gelu(x + bias), gelu(v) = v (1 + erf(v / sqrt 2)) / 2 */
  void (*gelu)(float *x, const float *bias, size_t rows, size_t n);
  /* x = max(x + bias, 0) */
  void (*relu)(float *x, const float *bias, size_t rows, size_t n);
  /* Each row of x [rows, n] becomes exp(scale x) / sum of that, n > 0. */
  void (*softmax)(float *x, size_t rows, size_t n, float scale);
  /* Each row of x [rows, n]: subtract its mean, divide by the square root of
  ** its variance + eps, times gain [n], plus shift [n]. */
  void (*norm)(float *x, size_t rows, size_t n, const LitNorm *norm);
  /* x += y + bias, then norm: what ends each half of a layer. */
  void (*add_norm)(float *x, const float *y, const float *bias, size_t rows,
                   size_t n, const LitNorm *norm);
} LitAct;

extern const LitAct lit_act_c, lit_act_avx2, lit_act_avx512;

/* The fastest row that runs here; LIT_ISA=c in the environment lowers it. */
const LitAct *lit_act(void);

/* Row i, or NULL past the end (for tests). */
const LitAct *lit_act_row(size_t i);
#endif
