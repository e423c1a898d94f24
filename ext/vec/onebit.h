/* onebit.h -- a vector as one bit an element, and what that tells of products
** with another one: RaBitQ (Gao and Long 2024).
**
** Vectors are padded with zeros to a multiple of 64 elements, `words` of 64,
** and turned by an orthogonal matrix of chance, which is the same everywhere
** (kern/kern_turn.h).
** A turned vector r is kept as its signs s, and four numbers:
**
**   r.q is about scale * s.q         scale = |r|^2 / (sum of |r_i|)
**
** without bias, and off by more than t * spread * |q| / 2 the more seldom the
** greater t is (theorem 3.2: like the tail of a normal distribution).
*/
#ifndef LIT_ONEBIT_H
#define LIT_ONEBIT_H
#include <stddef.h>
#include <stdint.h>

static inline size_t lit_onebit_words(size_t dim) { return (dim + 63) / 64; }

/* Turn x [64 words] in place. */
void lit_onebit_turn(float *x, size_t words);

typedef struct LitOneBit {
  float square;             /* |r|^2 */
  float scale;
  float ones;               /* scale times the number of bits set */
  float spread;
} LitOneBit;

/* r [64 words], turned -> bits [words]. */
LitOneBit lit_onebit_encode(const float *r, size_t words, uint64_t *bits);

/* A query less a centroid (or zeros), both turned, [64 words]; gap [64 words]
** and planes [4 words], for LitKern.bits, are filled. */
typedef struct LitOneBitQuery {
  float low, step, sum;     /* Element i is about low + step * u_i */
  float length;
} LitOneBitQuery;
LitOneBitQuery lit_onebit_query(const float *q, const float *c, size_t words,
                                float *gap, uint64_t *planes);

/* -2 r.q is about a * scale + b * ones, a = per_sum * (the sum of LitKern.bits)
** + per_scale. */
typedef struct LitOneBitProduct { float per_sum, per_scale, per_ones; }
  LitOneBitProduct;
static inline LitOneBitProduct lit_onebit_product(const LitOneBitQuery *q) {
  return (LitOneBitProduct){-4 * q->step, 2 * q->sum, -4 * q->low};
}
#endif
