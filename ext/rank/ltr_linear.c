/* ltr_linear.c -- a weighted sum of features.
**
** Bytes: dim float32 weights, by the features as they are given.
**
** Fitted by Newton's method on the loss, features scaled to mean 0 and
** deviation 1 (a constant one gets weight 0), with RIDGE rows' worth of
** squared weights against features that say the same.  The curvature of a pair
** by both scores together is at most twice what its two rows have each alone,
** hence half steps.  The system is solved by Cholesky's method.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "rank/ltr.h"
#include "base/poison.h"

enum { ROUNDS = 60 };
static const double RIDGE = 1e-3, STEP = 0.5;

typedef struct Fit {
  uint32_t dim;
  double *mean, *scale;     /* [dim]; scale: 1 / deviation, 0 if constant */
  double *weights;          /* [dim], of scaled features */
  double *hess, *down;      /* [dim, dim] and [dim] */
} Fit;

static void measure(const LitLtrSet *set, Fit *f) {
  for (uint32_t k = 0; k < f->dim; k++) {
    double sum = 0, sq = 0, mean;
    for (uint32_t i = 0; i < set->n; i++)
      sum += (double)set->x[(size_t)i * f->dim + k];
    mean = sum / set->n;
    for (uint32_t i = 0; i < set->n; i++) {
      double d = (double)set->x[(size_t)i * f->dim + k] - mean;
      sq += d * d;
    }
    f->mean[k] = mean;
    f->scale[k] = sq > 1e-12 * (mean * mean + 1e-300) * set->n
                      ? 1 / sqrt(sq / set->n) : 0;
  }
}

static double scaled(const LitLtrSet *set, const Fit *f, uint32_t i,
                     uint32_t k) {
  return ((double)set->x[(size_t)i * f->dim + k] - f->mean[k]) * f->scale[k];
}

/* The slope by the weights, into down, and the curvature, into hess. */
static int add_up(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
                  const LitLtrState *s, Fit *f) {
  uint32_t dim = f->dim;
  double z[LIT_LTR_DIM_MAX];
  memset(f->hess, 0, (size_t)dim * dim * sizeof *f->hess);
  memset(f->down, 0, dim * sizeof *f->down);
  for (uint32_t i = 0; i < set->n; i++) {
    for (uint32_t k = 0; k < dim; k++) z[k] = scaled(set, f, i, k);
    for (uint32_t k = 0; k < dim; k++) {
      double *row = f->hess + (size_t)k * dim, by = s->curve[i] * z[k];
      f->down[k] += s->slope[i] * z[k];
      for (uint32_t l = 0; l <= k; l++) row[l] += by * z[l];
    }
    if (i % 4096 == 0 && lit_stopped(e, how->stop)) break;
  }
  for (uint32_t k = 0; k < dim; k++) {
    f->down[k] += RIDGE * set->n * f->weights[k];
    f->hess[(size_t)k * dim + k] += RIDGE * set->n;
  }
  return e->rc;
}

/* down = hess^-1 down, hess [n, n] with its lower triangle, which goes. */
static void solve(double *hess, double *down, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    double *row = hess + (size_t)i * n;
    for (uint32_t j = 0; j <= i; j++) {
      const double *other = hess + (size_t)j * n;
      double sum = row[j];
      for (uint32_t k = 0; k < j; k++) sum -= row[k] * other[k];
      row[j] = j < i ? sum / other[j] : sqrt(fmax(sum, 1e-300));
    }
    for (uint32_t k = 0; k < i; k++) down[i] -= row[k] * down[k];
    down[i] /= row[i];
  }
  for (uint32_t i = n; i-- > 0; ) {
    down[i] /= hess[(size_t)i * n + i];
    for (uint32_t k = 0; k < i; k++)
      down[k] -= hess[(size_t)i * n + k] * down[i];
  }
}

/* One step of Newton's; true if it was too small to matter. */
static int step(const LitLtrSet *set, LitLtrState *s, Fit *f) {
  double far = 0;
  solve(f->hess, f->down, f->dim);
  for (uint32_t k = 0; k < f->dim; k++) {
    f->weights[k] -= STEP * f->down[k];
    far = fmax(far, fabs(f->down[k]));
  }
  for (uint32_t i = 0; i < set->n; i++) {
    double sum = 0;
    for (uint32_t k = 0; k < f->dim; k++)
      sum += f->weights[k] * scaled(set, f, i, k);
    s->scores[i] = sum;
  }
  return far < 1e-6;
}

static int fit(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
               LitLtrState *s, LitBuf *out) {
  uint32_t dim = set->dim;
  Fit f = {.dim = dim};
  f.mean = lit_new0(e, 4 * (size_t)dim, sizeof *f.mean);
  f.hess = lit_new(e, (size_t)dim * dim, sizeof *f.hess);
  if (e->rc) goto done;
  f.scale = f.mean + dim, f.weights = f.scale + dim, f.down = f.weights + dim;
  measure(set, &f);
  for (int r = 0; r < ROUNDS; r++)
    if (lit_ltr_slopes(e, how, set, s) || add_up(e, how, set, s, &f) ||
        step(set, s, &f))
      break;
  for (uint32_t k = 0; k < dim; k++) {
    float w = (float)(f.weights[k] * f.scale[k]);
    lit_buf_put(e, out, &w, sizeof w);
  }

done:
  lit_free(f.mean);
  lit_free(f.hess);
  return e->rc;
}

static int is_whole(const uint8_t *at, size_t n, uint32_t dim) {
  (void)at;
  return n == (size_t)dim * sizeof(float);
}

static double score(const uint8_t *at, size_t n, const float *x,
                    uint32_t dim) {
  double sum = 0;
  (void)n;
  for (uint32_t k = 0; k < dim; k++) {
    float w;
    memcpy(&w, at + k * sizeof w, sizeof w);
    sum += (double)w * (double)x[k];
  }
  return sum;
}

const LitLtr lit_ltr_linear = {
  .name = "linear", .id = 1, .fit = fit, .is_whole = is_whole, .score = score,
  .doc = "a weighted sum of the features",
};
