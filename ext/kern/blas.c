/* blas.c -- see blas.h.
**
** OpenBLAS starts a thread for each core by itself.  It is told to use one,
** once, here: its own threads wait by spinning, and would fight with lit's.
*/
#include <cblas.h>
#include <pthread.h>
#include "base/mem.h"
#include "base/task.h"
#include "kern/blas.h"
#include "base/poison.h"

enum { SLICE_ROWS = 256 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void one_thread(void) { openblas_set_num_threads(1); }

void lit_blas_sgemm(const LitGemm *g) {
  pthread_once(&once, one_thread);
  if (g->m <= 0 || g->n <= 0) return;
  cblas_sgemm(CblasRowMajor, g->a_turned ? CblasTrans : CblasNoTrans,
              g->b_turned ? CblasTrans : CblasNoTrans, g->m, g->n, g->k,
              g->alpha, g->a, g->lda, g->b, g->ldb, g->beta, g->c, g->ldc);
}

/* Rows slice * SLICE_ROWS .. of C. */
static void rows(void *ctx, int slice) {
  LitGemm g = *(const LitGemm *)ctx;
  int from = slice * SLICE_ROWS;
  g.m = g.m - from < SLICE_ROWS ? g.m - from : SLICE_ROWS;
  g.a += g.a_turned ? (long)from : (long)from * g.lda;
  g.c += (long)from * g.ldc;
  lit_blas_sgemm(&g);
}

void lit_blas_sgemm_tasks(const LitGemm *g) {
  LitGemm copy = *g;
  if (lit_task_threads() == 1) lit_blas_sgemm(g);
  else lit_task_run((g->m + SLICE_ROWS - 1) / SLICE_ROWS, rows, &copy);
}

/* LAPACK, which OpenBLAS brings along; all by column. */
extern void sgesdd_(const char *job, const int *m, const int *n, float *a,
                    const int *lda, float *values, float *u, const int *ldu,
                    float *vt, const int *ldvt, float *work, const int *n_work,
                    int *numbers, int *info, size_t job_length);

/* By column, what lies there is the matrix turned: left and right change
** places. */
int lit_blas_svd(LitErr *e, const LitSvd *s) {
  int k = s->m < s->n ? s->m : s->n, n_work = -1, info = 0;
  int *numbers = lit_new(e, 8 * (size_t)k, sizeof *numbers);
  float wanted = 0, *work = NULL;
  pthread_once(&once, one_thread);
  for (int round = 0; round < 2 && !e->rc && !info; round++) {
    sgesdd_("S", &s->n, &s->m, s->a, &s->n, s->values, s->right, &s->n,
            s->left, &k, round ? work : &wanted, &n_work, numbers, &info, 1);
    if (round) break;
    n_work = (int)wanted + 1;
    work = lit_new(e, (size_t)n_work, sizeof *work);
  }
  if (info) lit_fail(e, LIT_ERROR, "singular values: no convergence (%d)", info);
  lit_free(numbers);
  lit_free(work);
  return e->rc;
}
