/* int8.c -- see int8.h.
**
** Sums are in double and are made larger by 1e-9 of themselves, which covers
** their own error (65,536 steps of 2^-53) and that of the last conversion with a
** wide margin; the conversion to float goes up by one unit.
*/
#include <math.h>
#include "kern/kern.h"
#include "vec/int8.h"
#include "base/poison.h"

static const double more = 1 + 1e-9;

static float up(double x) {
  return nextafterf((float)(x * more), INFINITY);
}

LitInt8 lit_int8_encode(const float *v, size_t dim, int8_t *codes) {
  LitKernCodes c = lit_kern()->codes(v, dim, codes);
  return (LitInt8){.scale = c.scale,
                   .residual = c.rest > 0 ? up(sqrt(c.rest)) : 0,
                   .length = c.square > 0 ? up(sqrt(c.square)) : 0};
}

void lit_int8_unit(const float *v, size_t dim, int8_t *codes) {
  const double step = (float)(2.0 / 255);
  for (size_t i = 0; i < dim; i++)
    codes[i] = (int8_t)fmax(-128, fmin(127, ((double)v[i] + 1) / step - 128));
}
