/* linear.h -- linear layers on activations in panels (kern/net.h). */
#ifndef LIT_LINEAR_H
#define LIT_LINEAR_H
#include <stddef.h>

/* y = x weight' + bias; weight [n_out, n_in] as it lies in the file, bias
** [n_out]. */
typedef struct LitLinear {
  const float *weight, *bias;
  size_t n_in, n_out;
} LitLinear;

/* x [n_panels][n_in][16] -> y [n_panels][n_out][16].  act, if not NULL, is
** applied to y. */
void lit_linear(const LitLinear *l, const float *x, size_t n_panels, float *y,
                void (*act)(float *y, size_t n));
#endif
