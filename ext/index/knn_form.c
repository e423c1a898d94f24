/* knn_form.c -- see knn_form.h.
**
** With u = 2^-24, a product of dim terms summed in any order, fused or not, is
** off by at most 1.01 (dim + 1) u |q| |y| (Higham 2002, section 3.1).  Sums of
** squares and exact distances come from the kernels, which are off by less
** (vecs_bound.c); `off` covers all of it and the few operations besides, each
** as a share of |q| |y|, or of |q|^2 + |y|^2 where those enter.
*/
#include <math.h>
#include <string.h>
#include "index/knn_form.h"
#include "base/poison.h"

struct LitKnnForm {
  const char *dist;
  int unit;                 /* factor: 1 / length, else 1 */
  int half;                 /* less: half of the square, else 0 */
  double (*least)(double limit, double q, double y, double off);
  double (*error)(double q, double y, double off);
};

static double error_product(double q, double y, double off) {
  return off * sqrt(q * y);
}

static double least_dot(double limit, double q, double y, double off) {
  return -limit - error_product(q, y, off);
}

static double error_l2(double q, double y, double off) {
  return off * (q + y);
}

static double least_l2(double limit, double q, double y, double off) {
  double far = limit > 0 ? limit * (1 + off) : 0;
  return (q - far * far) / 2 - error_l2(q, y, off);
}

static double error_cosine(double q, double y, double off) {
  (void)y;
  return 3 * off * sqrt(q);
}

static double least_cosine(double limit, double q, double y, double off) {
  return (1 - limit) * sqrt(q) - error_cosine(q, y, off);
}

static const LitKnnForm forms[] = {
  {"l2", 0, 1, least_l2, error_l2},
  {"cosine", 1, 0, least_cosine, error_cosine},
  {"dot", 0, 0, least_dot, error_product},
};

const LitKnnForm *lit_knn_form(const LitVecCol *col) {
  if (col->elem != LIT_F32 && col->elem != LIT_F16 && col->elem != LIT_BF16)
    return NULL;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (strcmp(forms[i].dist, col->dist->name) == 0) return &forms[i];
  return NULL;
}

int lit_knn_row(const LitKnnForm *form, float sq, float *factor,
                float *less) {
  if (!(sq > 1e-25f && sq < 1e25f)) {
    *factor = 0, *less = -INFINITY;
    return 0;
  }
  *factor = form->unit ? (float)(1 / sqrt((double)sq)) : 1;
  *less = form->half ? sq / 2 : 0;
  return 1;
}

float lit_knn_least(const LitKnnForm *form, uint32_t dim, double limit,
                    double q, double y, float *twice) {
  double off = (1.02 * (dim + 2.0) + 4 * ((dim + 63) / 64 + 6.0) + 32) *
               0x1p-24;
  double error = form->error(q, y, off) + 1e-20;
  *twice = nextafterf((float)(2 * error), INFINITY);
  return nextafterf((float)(form->least(limit, q, y, off) - 1e-20),
                    -INFINITY);
}
