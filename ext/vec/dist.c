/* dist.c -- see dist.h */
#include <float.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "vec/dist.h"
#include "base/poison.h"

enum {
  FLOATS = 1 << LIT_F32 | 1 << LIT_F16 | 1 << LIT_BF16,
  NUMBERS = FLOATS | 1 << LIT_I8, BITS = 1 << LIT_BIT
};

static double of_l2(double sum, double qq, double yy) {
  (void)qq, (void)yy;
  return sqrt(sum);
}

static double of_sum(double sum, double qq, double yy) {
  (void)qq, (void)yy;
  return sum;
}

static double of_dot(double sum, double qq, double yy) {
  (void)qq, (void)yy;
  return 0 - sum;                          /* 0, not -0 */
}

static double of_cosine(double sum, double qq, double yy) {
  double cos = sum / sqrt(qq * yy), far = 1 - cos;
  if (qq == 0 || yy == 0 || isnan(cos)) return NAN;
  return far < 0 ? 0 : far > 2 ? 2 : far;        /* fmin and fmax are calls */
}

static double of_jaccard(double sum, double qq, double yy) {
  double either = qq + yy - sum;
  return either > 0 ? 1 - sum / either : 0;
}

static const LitDist dists[] = {
  {"l2", "0.., Euclidean; 0 = the same", NUMBERS, LIT_L2SQ, 0, of_l2},
  {"l1", "0.., sum of differences; 0 = the same", NUMBERS, LIT_L1, 0, of_sum},
  {"cosine", "0..2, 1 - cos of the angle; 0 = the same direction; none for a "
   "zero vector", NUMBERS, LIT_DOT, 1, of_cosine},
  {"dot", "the negative inner product: the lower the more alike", NUMBERS,
   LIT_DOT, 0, of_dot},
  {"hamming", "0.., number of bits that differ", BITS, LIT_L1, 0, of_sum},
  {"jaccard", "0..1, 1 - (bits of both) / (bits of either); 0 for two zero "
   "vectors", BITS, LIT_DOT, 1, of_jaccard},
};

const LitDist *lit_dist_row(size_t i) {
  return i < sizeof dists / sizeof *dists ? &dists[i] : NULL;
}

const LitDist *lit_dist_find(const char *name) {
  const LitDist *d;
  for (size_t i = 0; (d = lit_dist_row(i)) != NULL; i++)
    if (strcmp(d->name, name) == 0) return d;
  return NULL;
}

static int is_float(LitElem type) { return FLOATS >> type & 1; }

/* Sum number i of a kernel, as a double. */
static double sum_at(LitElem type, LitKernOp op, const void *sums, size_t i) {
  float f;
  uint32_t u;
  const char *at = (const char *)sums + 4 * i;
  memcpy(&f, at, 4);
  memcpy(&u, at, 4);
  if (is_float(type)) return (double)f;
  return type == LIT_I8 && op != LIT_L2SQ ? (double)(int32_t)u : (double)u;
}

/* A sum of squares, the same whether it was stored (as float) or not. */
static double square_at(LitElem type, const void *sums, size_t i) {
  return (double)(float)sum_at(type, LIT_SQ, sums, i);
}

/* Everything again in double, one element after the other. */
static double in_double(const LitDistQuery *q, const void *row) {
  LitVec y = {.at = row, .type = q->type, .dim = q->dim};
  LitVec x = {.at = q->at, .type = LIT_F32, .dim = q->dim};
  double sum = 0, qq = 0, yy = 0;
  for (uint32_t i = 0; i < q->dim; i++) {
    double a = lit_vec_get(&x, i), b = lit_vec_get(&y, i), d = a - b;
    sum += q->dist->op == LIT_L2SQ ? d * d :
           q->dist->op == LIT_L1 ? fabs(d) : a * b;
    qq += a * a;
    yy += b * b;
  }
  return q->dist->of(sum, qq, yy);
}

static int in_range(double squares) {
  return squares >= 1e-30 && squares <= FLT_MAX;
}

/* Can these float sums be trusted? */
static int sound(const LitDistQuery *q, double sum, double yy) {
  if (!is_float(q->type)) return 1;
  if (q->dist->op == LIT_L2SQ) return in_range(sum);
  if (!(fabs(sum) <= FLT_MAX)) return 0;
  return !q->dist->wants_sq || (in_range(q->sq) && in_range(yy));
}

static double finish(const LitDistQuery *q, double sum, double yy,
                     const void *row) {
  if (!sound(q, sum, yy)) return in_double(q, row);
  return (double)(float)q->dist->of(sum, q->sq, yy);
}

/* Of a row by itself, its one or two sums. */
static double finish_one(const LitDistQuery *q, const float *sums, const void *row) {
  LitKernOp op = q->dist->wants_sq ? LIT_DOTSQ : q->dist->op;
  return finish(q, sum_at(q->type, op, sums, 0),
                op == LIT_DOTSQ ? square_at(q->type, sums, 1) : 0, row);
}

double lit_dist_one(const LitDistQuery *q, const void *row) {
  float sums[2] = {0};
  q->one(q->at, row, 0, 1, q->dim, sums);
  return finish_one(q, sums, row);
}

/* Of several all sums first: to finish one takes long, but not the processor's whole
** attention. */
void lit_dist_some(const LitDistQuery *q, const void *const *rows, size_t n, float *out) {
  enum { BATCH = 32 };
  float sums[BATCH][2];
  for (size_t done = 0, m; done < n; done += m) {
    m = n - done < BATCH ? n - done : BATCH;
    for (size_t i = 0; i < m; i++)
      if (rows[done + i]) q->one(q->at, rows[done + i], 0, 1, q->dim, sums[i]);
    for (size_t i = 0; i < m; i++)
      out[done + i] =
          rows[done + i] ? (float)finish_one(q, sums[i], rows[done + i]) : NAN;
  }
}

/* Bits, and the sum is the distance: nothing to look at row by row. */
static void counts(const void *sums, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) {
    uint32_t u;
    memcpy(&u, (const char *)sums + 4 * i, 4);
    out[i] = (float)u;
  }
}

void lit_dist_rows(const LitDistQuery *q, const void *rows, size_t stride,
                   size_t n, const float *row_sq, float *out) {
  enum { BATCH = 256 };
  LitKernOp op = q->dist->wants_sq && !row_sq ? LIT_DOTSQ : q->dist->op;
  LitKernRows *run = lit_kern()->rows[q->type][op];
  size_t each = op == LIT_DOTSQ ? 2 : 1;
  float sums[2 * BATCH];
  for (size_t done = 0; done < n; done += BATCH) {
    size_t m = n - done < BATCH ? n - done : BATCH;
    const char *row = (const char *)rows + done * stride;
    run(q->at, row, stride, m, q->dim, sums);
    if (q->type == LIT_BIT && q->dist->of == of_sum) {
      counts(sums, m, out + done);
      continue;
    }
    for (size_t i = 0; i < m; i++, row += stride) {
      double yy = row_sq ? (double)row_sq[done + i]
                : each == 2 ? square_at(q->type, sums, 2 * i + 1) : 0;
      out[done + i] = (float)finish(
          q, sum_at(q->type, op, sums, each * i), yy, row);
    }
  }
}

void lit_dist_sq(LitElem type, const void *rows, size_t stride, size_t n,
                 uint32_t dim, float *out) {
  lit_kern()->rows[type][LIT_SQ](rows, rows, stride, n, dim, out);
  if (!is_float(type))
    for (size_t i = 0; i < n; i++)
      out[i] = (float)sum_at(type, LIT_SQ, out, i);
}

int lit_dist_query(LitErr *e, const char *who, LitDistQuery *q,
                   const LitDist *dist, const LitVec *v) {
  float sq;
  *q = (LitDistQuery){.dist = dist, .type = v->type, .dim = v->dim,
                      .at = v->at};
  if (!lit_dist_fits(dist, v->type))
    return lit_fail(e, LIT_ERROR, "%s: Cannot calculate %s distance between two "
                    "%s vectors.", who, dist->name,
                    lit_elem_row(v->type)->name);
  if (v->type == LIT_F16 || v->type == LIT_BF16) {
    q->at = q->own = lit_vec_floats(e, v);
    if (!q->own) return lit_fail_nomem(e, who);
  }
  q->one = lit_kern()->rows[v->type][dist->wants_sq ? LIT_DOTSQ : dist->op];
  if (dist->wants_sq) {
    lit_dist_sq(v->type, v->at, 0, 1, v->dim, &sq);
    q->sq = (double)sq;
  }
  return LIT_OK;
}

void lit_dist_query_drop(LitDistQuery *q) {
  lit_free(q->own);
  *q = (LitDistQuery){0};
}
