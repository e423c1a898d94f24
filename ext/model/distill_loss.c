/* distill_loss.c -- what is wrong with the vectors of a batch: gradients.
**
** Pairs: InfoNCE (van den Oord et al. 2018) both ways.  With s[i][j] the cosine
** of question i and answer j, and T the temperature, the loss is
**
**   mean over i of  -log softmax_j(s[i][j] / T)[i] / 2
**                   -log softmax_j(s[j][i] / T)[i] / 2
**
** times T.  Teacher: `distill` times the mean of 1 - cosine with the teacher's
** vector.  (To match the teacher's cosines among the texts of a batch, by cross
** entropy, was tried and gave nothing more.)
*/
#include <math.h>
#include <string.h>
#include "kern/blas.h"
#include "kern/kern.h"
#include "model/distill_in.h"
#include "base/poison.h"

/* out [n, n] = exp((a b' - 1) / temperature); both have length 1. */
static void likeness(const LitDistill *t, const float *a, const float *b,
                     size_t n, float *out) {
  float by = (float)(1 / t->opts.temperature);
  int d = (int)t->dim, m = (int)n;
  LitGemm g = {.m = m, .n = m, .k = d, .b_turned = 1, .alpha = 1, .a = a,
               .b = b, .c = out, .lda = d, .ldb = d, .ldc = m};
  lit_blas_sgemm_tasks(&g);
  for (size_t i = 0; i < n * n; i++) out[i] = expf((out[i] - 1) * by);
}

/* grad [n, dim] += weights (or their transpose) [n, n] rows [n, dim]. */
static void pull(const LitDistill *t, const float *weights, int turned,
                 const float *rows, size_t n, float *grad) {
  int d = (int)t->dim, m = (int)n;
  LitGemm g = {.m = m, .n = d, .k = m, .a_turned = turned, .alpha = 1,
               .beta = 1, .a = weights, .b = rows, .c = grad, .lda = m,
               .ldb = d, .ldc = d};
  lit_blas_sgemm_tasks(&g);
}

static void sums(const float *x, size_t n, float *by_row, float *by_col) {
  memset(by_col, 0, n * sizeof *by_col);
  for (size_t i = 0; i < n; i++) {
    float sum = 0;
    for (size_t k = 0; k < n; k++) {
      sum += x[i * n + k];
      by_col[k] += x[i * n + k];
    }
    by_row[i] = sum;
  }
}

void lit_distill_loss_pairs(LitDistill *t, size_t n) {
  LitDistillRoom *r = &t->room;
  float *q = r->unit, *d = r->unit + n * t->dim, *like = r->like;
  float by = 0.5f / (float)n;
  double loss = 0;
  likeness(t, q, d, n, like);
  sums(like, n, r->by_row, r->by_col);
  for (size_t i = 0; i < n; i++) {
    loss -= log((double)like[i * n + i] / (double)r->by_row[i] + 1e-30);
    r->by_row[i] = by / (r->by_row[i] + 1e-30f);
    r->by_col[i] = by / (r->by_col[i] + 1e-30f);
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < n; k++)
      like[i * n + k] *= r->by_row[i] + r->by_col[k];
    like[i * n + i] -= 2 * by;
  }
  pull(t, like, 0, d, n, r->grad);
  pull(t, like, 1, q, n, r->grad + n * t->dim);
  t->loss += (loss / (double)n - t->loss) * (t->step ? 0.02 : 1);
}

void lit_distill_loss_taught(LitDistill *t, size_t from, const size_t *texts,
                           size_t n) {
  LitDistillRoom *r = &t->room;
  float by = (float)(t->opts.distill / (double)n);
  double cosine = 0;
  for (size_t i = 0; i < n; i++) {
    const float *want = t->vectors + texts[i] * t->dim;
    float *g = r->grad + (from + i) * t->dim;
    cosine += (double)lit_dot_f32(want, r->unit + (from + i) * t->dim, t->dim);
    for (size_t k = 0; k < t->dim; k++) g[k] -= by * want[k];
  }
  t->cosine += (cosine / (double)n - t->cosine) * (t->step ? 0.02 : 1);
}
