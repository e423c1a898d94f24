/* vec.h -- a vector: its element types, its forms as BLOB and as JSON text.
**
**   float32    4 bytes an element    [0.25, -1e-3]    as text: JSON numbers
**   float16    2                                      that the type can hold
**   bfloat16   2
**   int8       1                     [-128, 127]      integers
**   bit        1/8, first bit lowest [1, 0, ...]      0 and 1, 8 n of them
**
** Numbers are little-endian, finite, and 1 .. LIT_DIM_MAX of them.
*/
#ifndef LIT_VEC_H
#define LIT_VEC_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "kern/kern.h"

enum { LIT_DIM_MAX = 65536 };

typedef struct LitElemRow {
  const char *name;        /* "float32"; the row's index is its LitElem */
  unsigned bits;           /* Of one element */
  const char *doc;
} LitElemRow;

const LitElemRow *lit_elem_row(size_t i);         /* NULL past the end */

typedef struct LitVec {
  const void *at;          /* [dim]; any alignment: read floats by memcpy */
  LitElem type;
  uint32_t dim;
  void *own;               /* What to free, NULL if `at` is lent */
} LitVec;

static inline size_t lit_vec_bytes(LitElem type, size_t dim) {
  return dim * lit_elem_row(type)->bits / 8;
}

/* Bytes [n] as a vector, lent.  Errors (ERROR, words begin with `who`): no
** bytes, not a multiple of the element, over LIT_DIM_MAX elements.  That the
** elements are finite is not looked at here: lit_vec_finite does. */
int lit_vec_from_blob(LitErr *e, const char *who, LitElem type,
                      const void *at, size_t n, LitVec *out);

/* JSON text [n] as a vector of its own.  Read strictly, and the same in every
** locale; one thing more than JSON allows: no digit before the point (".5"),
** for sqlite-vec's users write so. */
int lit_vec_from_text(LitErr *e, const char *who, LitElem type,
                      const char *s, size_t n, LitVec *out);

/* ERROR if an element is NaN or infinite: says which one. */
int lit_vec_finite(LitErr *e, const char *who, const LitVec *v);

/* The elements as float32, new [dim] to be freed; NULL without memory. */
float *lit_vec_floats(LitErr *e, const LitVec *v);

/* Floats [dim] as a vector of `type`, not LIT_BIT: rounded to the nearest;
** int8 stays within -128 .. 127.  ERROR if an element does not fit.  Takes
** over `from`, also when it fails. */
int lit_vec_from_floats(LitErr *e, const char *who, LitElem type, float *from,
                        uint32_t dim, LitVec *out);

/* Append JSON text: floats with six decimals (as sqlite-vec), or with as many
** more as it takes to read the same float back. */
void lit_vec_put_text(LitErr *e, LitBuf *out, const LitVec *v);

/* One element, as a double. */
double lit_vec_get(const LitVec *v, uint32_t i);

/* ERROR unless a and b have one type and one number of dimensions. */
int lit_vec_same(LitErr *e, const char *who, const LitVec *a, const LitVec *b);

void lit_vec_drop(LitVec *v);
#endif
