/* blas.h -- products of float32 matrices, by OpenBLAS.
**
** The sums come in whatever order suits OpenBLAS on this CPU: results differ
** in the last bits between machines, so what is computed with them is never
** SQLITE_DETERMINISTIC.  OpenBLAS itself runs one thread; lit's own threads
** (base/task.h) share the work, in slices that do not depend on their number.
*/
#ifndef LIT_BLAS_H
#define LIT_BLAS_H
#include "base/err.h"

/* C = alpha op(A) op(B) + beta C, all row-major, lda.. >= the row's length.
** op(A) is [m, k], op(B) is [k, n], C is [m, n].  With beta = 0, C may hold
** anything before.  C must not overlap A or B. */
typedef struct LitGemm {
  int m, n, k;
  int a_turned;             /* A is stored [k, m] */
  int b_turned;             /* B is stored [n, k]: rows of B are the columns */
  float alpha, beta;
  const float *a, *b;
  float *c;
  int lda, ldb, ldc;
} LitGemm;

/* On the calling thread alone.  Any number of threads may be in it. */
void lit_blas_sgemm(const LitGemm *g);

/* The same, rows of C shared among lit_task_threads() threads.  Not from
** inside a slice of lit_task_run. */
void lit_blas_sgemm_tasks(const LitGemm *g);

/* The singular value decomposition of a [m, n], row-major, which is lost:
** a = left diag(values) right, left [m, k], right [k, n], k the smaller of m and
** n; values [k] descend.  Errors: NOMEM; ERROR where it does not converge. */
typedef struct LitSvd {
  int m, n;
  float *a, *left, *values, *right;
} LitSvd;
int lit_blas_svd(LitErr *e, const LitSvd *s);

#endif
