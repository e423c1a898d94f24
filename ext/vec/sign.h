/* sign.h -- one bit an element: 1 where it is over zero. */
#ifndef LIT_SIGN_H
#define LIT_SIGN_H
#include <stddef.h>
#include <stdint.h>

/* v [dim] -> bits [(dim + 7) / 8], bit i % 8 of byte i / 8; the rest is 0. */
void lit_sign_encode(const float *v, size_t dim, uint8_t *bits);
#endif
