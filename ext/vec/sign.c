/* sign.c -- see sign.h */
#include <string.h>
#include "vec/sign.h"
#include "base/poison.h"

void lit_sign_encode(const float *v, size_t dim, uint8_t *bits) {
  memset(bits, 0, (dim + 7) / 8);
  for (size_t i = 0; i < dim; i++)
    bits[i / 8] |= (uint8_t)((v[i] > 0) << i % 8);
}
