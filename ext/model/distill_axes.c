/* distill_axes.c -- principal axes: the eigenvectors of a symmetric matrix, by
** Jacobi's rotations in cyclic order (Golub and Van Loan 2013, algorithm
** 8.5.3), which needs no library and gives the same bits wherever its input
** does.
** A few seconds for n = 384.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kern/blas.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { SWEEPS = 30 };

typedef struct Turn { double c, s; } Turn;

/* The rotation that makes sym[p][q] zero. */
static Turn turn_of(const double *sym, size_t n, size_t p, size_t q) {
  double far = (sym[q * n + q] - sym[p * n + p]) / (2 * sym[p * n + q]);
  double t = (far >= 0 ? 1 : -1) / (fabs(far) + sqrt(1 + far * far));
  double c = 1 / sqrt(1 + t * t);
  return (Turn){c, t * c};
}

static void turn_rows(double *a, double *b, size_t n, Turn r) {
  for (size_t i = 0; i < n; i++) {
    double x = a[i], y = b[i];
    a[i] = r.c * x - r.s * y;
    b[i] = r.s * x + r.c * y;
  }
}

static void turn_cols(double *sym, size_t n, size_t p, size_t q, Turn r) {
  for (size_t i = 0; i < n; i++) {
    double x = sym[i * n + p], y = sym[i * n + q];
    sym[i * n + p] = r.c * x - r.s * y;
    sym[i * n + q] = r.s * x + r.c * y;
  }
}

/* One sweep over all pairs; the largest element off the diagonal before it,
** as a share of the largest on it. */
static double sweep(double *sym, size_t n, double *axes) {
  double off = 0, on = 0;
  for (size_t p = 0; p < n; p++) on = fmax(on, fabs(sym[p * n + p]));
  for (size_t p = 0; p + 1 < n; p++)
    for (size_t q = p + 1; q < n; q++) {
      double at = fabs(sym[p * n + q]);
      Turn r;
      off = fmax(off, at);
      if (at <= on * 1e-12) continue;
      r = turn_of(sym, n, p, q);
      turn_rows(sym + p * n, sym + q * n, n, r);
      turn_cols(sym, n, p, q, r);
      turn_rows(axes + p * n, axes + q * n, n, r);
    }
  return on > 0 ? off / on : 0;
}

typedef struct Axis { double length; size_t row; } Axis;

static int longer(const void *a, const void *b) {
  const Axis *x = a, *y = b;
  if (x->length != y->length) return x->length > y->length ? -1 : 1;
  return x->row < y->row ? -1 : 1;
}

int lit_distill_axes(LitErr *e, double *sym, size_t n, double *axes,
                   const LitStop *stop) {
  Axis *order = lit_new(e, n, sizeof *order);
  double *found = lit_new0(e, lit_size(n, n), sizeof *found);
  for (size_t i = 0; i < n && found; i++) found[i * n + i] = 1;
  for (int i = 0; i < SWEEPS && !lit_stopped(e, stop); i++)
    if (sweep(sym, n, found) < 1e-10) break;
  for (size_t i = 0; i < n && !e->rc; i++)
    order[i] = (Axis){sym[i * n + i], i};
  if (!e->rc) qsort(order, n, sizeof *order, longer);
  for (size_t i = 0; i < n && !e->rc; i++)
    memcpy(axes + i * n, found + order[i].row * n, n * sizeof *axes);
  lit_free(order), lit_free(found);
  return e->rc;
}

int lit_distill_covariance(LitErr *e, const float *rows, size_t n, size_t dim,
                         double *out) {
  enum { CHUNK = 4096 };
  float *part = lit_new(e, lit_size(dim, dim), sizeof *part);
  memset(out, 0, dim * dim * sizeof *out);
  for (size_t at = 0; at < n && !e->rc; at += CHUNK) {
    size_t more = n - at < CHUNK ? n - at : CHUNK;
    LitGemm g = {.m = (int)dim, .n = (int)dim, .k = (int)more, .a_turned = 1,
                 .alpha = 1, .a = rows + at * dim, .b = rows + at * dim,
                 .c = part, .lda = (int)dim, .ldb = (int)dim, .ldc = (int)dim};
    lit_blas_sgemm_tasks(&g);
    for (size_t i = 0; i < dim * dim; i++) out[i] += (double)part[i];
  }
  lit_free(part);
  return e->rc;
}
