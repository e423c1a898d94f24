/* distill_loss.c -- what is wrong with the vectors of a batch: gradients.
**
** Pairs: InfoNCE (van den Oord et al. 2018) both ways.  With s[i][j] the cosine
** of question i and answer j, and T the temperature, the loss is
**
**   mean over i of  -log softmax_j(s[i][j] / T)[i] / 2
**                   -log softmax_j(s[j][i] / T)[i] / 2
**
** times T, where j in the first goes over the hard negatives too, but not over
** those above `margin` times s[i][i] (distill_hard.c).  Teacher: `distill` times
** the mean of 1 - cosine with the teacher's vector.  (To match the teacher's
** cosines among the texts of a batch, by cross entropy, was tried and gave
** nothing more.)
*/
#include <math.h>
#include <string.h>
#include "kern/blas.h"
#include "kern/kern.h"
#include "model/distill_in.h"
#include "base/poison.h"

/* out [n, all] = exp((a b' - 1) / temperature), a [n, dim], b [all, dim] of
** length 1; 0 where a hard negative, n .. all-1, is left out. */
static void likeness(const LitDistill *t, const float *a, const float *b,
                     size_t n, size_t all, float *out) {
  float by = (float)(1 / t->opts.temperature), margin = (float)t->opts.margin;
  int d = (int)t->dim;
  LitGemm g = {.m = (int)n, .n = (int)all, .k = d, .b_turned = 1, .alpha = 1,
               .a = a, .b = b, .c = out, .lda = d, .ldb = d, .ldc = (int)all};
  lit_blas_sgemm_tasks(&g);
  for (size_t i = 0; i < n; i++, out += all) {
    float most = margin * out[i];
    for (size_t k = 0; k < all; k++)
      out[k] = k >= n && out[k] > most ? 0 : expf((out[k] - 1) * by);
  }
}

/* grad [m, dim] += weights [m, k] rows [k, dim]; turned: weights are [k, m]. */
static void pull(const LitDistill *t, const float *weights, int turned,
                 const float *rows, size_t m, size_t k, float *grad) {
  int d = (int)t->dim;
  LitGemm g = {.m = (int)m, .n = d, .k = (int)k, .a_turned = turned,
               .alpha = 1, .beta = 1, .a = weights, .b = rows, .c = grad,
               .lda = (int)(turned ? m : k), .ldb = d, .ldc = d};
  lit_blas_sgemm_tasks(&g);
}

static void sums(const float *x, size_t n, size_t all, float *by_row,
                 float *by_col) {
  memset(by_col, 0, all * sizeof *by_col);
  for (size_t i = 0; i < n; i++, x += all) {
    float sum = 0;
    for (size_t k = 0; k < all; k++) {
      sum += x[k];
      by_col[k] += x[k];
    }
    by_row[i] = sum;
  }
}

static int room(LitErr *e, LitDistillRoom *r, size_t n, size_t all) {
  if (all > INT32_MAX)
    return lit_fail(e, LIT_TOOBIG, "%zu answers in a step", all);
  if (LIT_GROW(e, &r->like, &r->room_like, lit_size(n, all)) ||
      LIT_GROW(e, &r->by_row, &r->room_row, n))
    return e->rc;
  return LIT_GROW(e, &r->by_col, &r->room_col, all);
}

int lit_distill_loss_pairs(LitErr *e, LitDistill *t, size_t n, size_t n_hard) {
  LitDistillRoom *r = &t->room;
  size_t all = n + n_hard;
  float *q = r->unit, *d = r->unit + n * t->dim, *like;
  float by = 0.5f / (float)n;
  double loss = 0;
  if (room(e, r, n, all)) return e->rc;
  like = r->like;
  likeness(t, q, d, n, all, like);
  sums(like, n, all, r->by_row, r->by_col);
  for (size_t i = 0; i < n; i++) {
    loss -= log((double)like[i * all + i] / (double)r->by_row[i] + 1e-30);
    r->by_row[i] = by / (r->by_row[i] + 1e-30f);
    r->by_col[i] = by / (r->by_col[i] + 1e-30f);
  }
  for (size_t k = n; k < all; k++) r->by_col[k] = 0;    /* It asks nothing */
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < all; k++)
      like[i * all + k] *= r->by_row[i] + r->by_col[k];
    like[i * all + i] -= 2 * by;
  }
  pull(t, like, 0, d, n, all, r->grad);
  pull(t, like, 1, q, all, n, r->grad + n * t->dim);
  t->loss += (loss / (double)n - t->loss) * (t->step ? 0.02 : 1);
  return e->rc;
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
