/* int8.h -- a vector as int8 codes with one scale, and what that may cost.
**
** v[i] = scale * codes[i] + r[i], |codes[i]| <= 127, and the length of r is
** kept, so that whoever compares codes knows how wrong the answer can be: a
** row whose bound excludes it need not be read in full, and the result stays
** exact.
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

/* The dot product of two encoded vectors, from that of their codes
** (LIT_I8, LIT_DOT), in double. */
static inline double lit_int8_dot(LitInt8 q, LitInt8 y, int32_t codes_dot) {
  return (double)q.scale * y.scale * codes_dot;
}

/* |lit_int8_dot(q, y, c) - d| <= lit_int8_slack(q, y, dim), where d is what
** the float32 kernel computes for the two full vectors (its rounding is in
** the bound):
**   q.y - q'.y' = q'.r_y + r_q.y,  |q'| <= |q| + |r_q|
** The same bound holds for L2: |q - y|^2 = |q|^2 + |y|^2 - 2 q.y. */
double lit_int8_slack(LitInt8 q, LitInt8 y, size_t dim);

/* A lower bound of the L2 distance that the float32 kernel computes for the
** full vectors, by the triangle inequality |q' - y'| - |r_q| - |r_y|.
** q_sq, y_sq: exact sums of squares of the codes. */
double lit_int8_l2_low(LitInt8 q, LitInt8 y, double q_sq, double y_sq,
                       int32_t codes_dot, size_t dim);

/* The codes of sqlite-vec's vec_quantize_int8(v, 'unit'): -1 .. 1 onto
** -128 .. 127, cut off beyond, no scale. */
void lit_int8_unit(const float *v, size_t dim, int8_t *codes);
#endif
