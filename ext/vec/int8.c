/* int8.c -- see int8.h.
**
** Rounding.  Sums here are in double and are made larger by 1e-9 of
** themselves, which covers their own error (65,536 steps of 2^-53) and that
** of the last conversion with a wide margin; the conversion to float goes up
** by one unit.  The float32 kernel (kern.h) puts an element through at most
** ceil(dim / 64) fused steps and 6 additions; with u = 2^-24 its error is
** under 1.01 (ceil(dim / 64) + 6) u sum |q[i] y[i]| and the sum is at most
** |q| |y| (Higham 2002, theorem 3.1), plus dim units of 2^-149 where products
** are lost below the smallest float.
*/
#include <math.h>
#include "kern/kern.h"
#include "vec/int8.h"
#include "base/poison.h"

static const double more = 1 + 1e-9, u = 0x1p-24, least = 0x1p-149;

static float up(double x) {
  return nextafterf((float)(x * more), INFINITY);
}

LitInt8 lit_int8_encode(const float *v, size_t dim, int8_t *codes) {
  LitKernCodes c = lit_kern()->codes(v, dim, codes);
  return (LitInt8){.scale = c.scale,
                   .residual = c.rest > 0 ? up(sqrt(c.rest)) : 0,
                   .length = c.square > 0 ? up(sqrt(c.square)) : 0};
}

static double steps(size_t dim) {
  return 1.01 * u * (double)((dim + 63) / 64 + 6);
}

double lit_int8_slack(LitInt8 q, LitInt8 y, size_t dim) {
  double codes = ((double)q.length + q.residual) * y.residual +
                 (double)q.residual * y.length;
  double kernel = steps(dim) * q.length * y.length + (double)dim * least;
  return (codes + kernel) * more;
}

/* The kernel's L2 is sqrtf of a sum of squares of rounded differences: each
** square is off by at most 2 u of itself, the sum by steps(), the root by u
** and by half of what the sum is off. */
double lit_int8_l2_low(LitInt8 q, LitInt8 y, double q_sq, double y_sq,
                       int32_t codes_dot, size_t dim) {
  double a = (double)q.scale, b = (double)y.scale;
  double qq = a * a * q_sq, yy = b * b * y_sq;
  double sq = qq + yy - 2 * a * b * codes_dot - 1e-14 * (qq + yy);
  double low = sq > 0 ? sqrt(sq) : 0;
  low -= ((double)q.residual + y.residual) * more;
  low *= 1 - (steps(dim) + 4 * u);
  low -= sqrt((double)dim * least);
  return low > 0 ? low : 0;
}

void lit_int8_unit(const float *v, size_t dim, int8_t *codes) {
  const double step = (float)(2.0 / 255);
  for (size_t i = 0; i < dim; i++)
    codes[i] = (int8_t)fmax(-128, fmin(127, ((double)v[i] + 1) / step - 128));
}
