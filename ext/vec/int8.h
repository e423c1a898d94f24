/* int8.h -- a vector as int8 codes with one scale, and what that may cost.
**
** v[i] = scale * codes[i] + r[i], |codes[i]| <= 127, and the length of r is
** kept, so that whoever compares codes knows how wrong the answer can be: a
** row whose bound excludes it (index/vecs_bound.c) need not be read in full, and
** the result stays exact.
*/
#ifndef LIT_INT8_H
#define LIT_INT8_H
#include <stddef.h>
#include <stdint.h>

/* Encode v [dim], finite.  scale = max |v[i]| / 127.  Both lengths are not
** lower than the true ones: *residual of r, *length of v itself. */
typedef struct LitInt8 {
  float scale, residual, length;
} LitInt8;
LitInt8 lit_int8_encode(const float *v, size_t dim, int8_t *codes);

/* The codes of sqlite-vec's vec_quantize_int8(v, 'unit'): -1 .. 1 onto
** -128 .. 127, cut off beyond, no scale. */
void lit_int8_unit(const float *v, size_t dim, int8_t *codes);
#endif
