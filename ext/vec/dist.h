/* dist.h -- distances between vectors, and the table of those we know.
**
** Every distance is made from at most three sums over the elements: one of
** q and y together (its `op`), and, where it `wants_sq`, the sums of squares
** of q and of y.  0 is nearest, but for `dot`, which is the negative inner
** product: the larger the product, the lower.
**
** Sums are float32 in the fixed order of kern.h.  Where one leaves the range
** of float32 (over 3.4e38, or squares under 1e-30) the distance is computed
** again in double.  NaN means: these two have no such distance (the cosine of
** a zero vector); whoever ranks puts it last or leaves it out.
*/
#ifndef LIT_DIST_H
#define LIT_DIST_H
#include "vec/vec.h"

typedef struct LitDist {
  const char *name;        /* As said in SQL: 'l2' */
  const char *doc;         /* One line: range, what 0 means */
  unsigned elems;          /* Types it fits, bit 1 << LitElem each */
  LitKernOp op;            /* LIT_DOT, LIT_L2SQ or LIT_L1 */
  int wants_sq;            /* True if it needs the sums of squares */
  double (*of)(double sum, double qq, double yy);
} LitDist;

const LitDist *lit_dist_find(const char *name);   /* NULL if unknown */
const LitDist *lit_dist_row(size_t i);            /* NULL past the end */

static inline int lit_dist_fits(const LitDist *d, LitElem type) {
  return d->elems >> type & 1;
}

/* One query, made ready.  Zero it to start. */
typedef struct LitDistQuery {
  const LitDist *dist;
  LitElem type;            /* Of the query and of the rows */
  uint32_t dim;
  const void *at;          /* What the kernels take: float16 is widened */
  LitKernRows *one;        /* The kernel for a row whose squares are unknown */
  double sq;               /* Sum of its squares, if the distance wants it */
  void *own;
} LitDistQuery;

/* v is lent until the drop, unless it had to be widened.  Errors: ERROR if
** the distance does not fit the type. */
int lit_dist_query(LitErr *e, const char *who, LitDistQuery *q,
                   const LitDist *dist, const LitVec *v);
void lit_dist_query_drop(LitDistQuery *q);

/* The query against one row [dim].  A float32 value, but in the case computed
** in double. */
double lit_dist_one(const LitDistQuery *q, const void *row);

/* The same against n rows anywhere, of which those that are NULL are NAN. */
void lit_dist_some(const LitDistQuery *q, const void *const *rows, size_t n, float *out);

/* The query against rows [n, dim], `stride` bytes apart.  row_sq: their sums
** of squares [n] as lit_dist_sq gives them, or NULL: they are computed. */
void lit_dist_rows(const LitDistQuery *q, const void *rows, size_t stride,
                   size_t n, const float *row_sq, float *out);

/* Sums of squares of rows [n, dim], to be stored beside them. */
void lit_dist_sq(LitElem type, const void *rows, size_t stride, size_t n,
                 uint32_t dim, float *out);
#endif
