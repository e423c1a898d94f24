/* ivf_train.c -- k-means by products with all centroids, see ivf_train.h.
**
** Seeds: four rounds, each takes a fourth of the seeds with chances
** proportional to the squared distance from the seeds before it (as k-means||,
** Bahmani et al. 2012, but without its second clustering), so that seeding
** costs about as much as one step; one by one (k-means++) it would be k times
** reading all of x.  Then Lloyd's steps; a centroid that nothing is nearest to
** moves to a row drawn in the same manner.
*/
#include <string.h>
#include "base/mem.h"
#include "kern/kern.h"
#include "index/ivf_near.h"
#include "index/ivf_train.h"
#include "base/poison.h"

enum { ROUNDS = 4, STEPS = 5, ROWS = 1024 };

typedef struct Train {
  const LitIvfRows *rows;   /* x */
  float *c;
  uint32_t n, dim, k;
  LitIvfPoints points;      /* Room for c */
  float *sq;                /* [n]: squares of lengths */
  float *score;             /* [ROWS] */
  uint32_t *nearest;        /* [n] */
  double *gap;              /* [n]: squared distance, then sums of them */
  double *sums;             /* [k, dim] */
  uint32_t *counts;         /* [k] */
  uint64_t seed;
  const LitStop *stop;
} Train;

/* Lower t->gap to the distance from centroids from .. to - 1. */
static int measure(LitErr *e, Train *t, uint32_t from, uint32_t to) {
  lit_ivf_points_set(&t->points, t->c + (size_t)from * t->dim, to - from);
  for (uint32_t i = 0; i < t->n; i += ROWS) {
    uint32_t n = t->n - i < ROWS ? t->n - i : ROWS;
    if (lit_stopped(e, t->stop)) return e->rc;
    lit_ivf_nearest(&t->points, t->rows, i, n, t->nearest + i, t->score);
    for (uint32_t j = 0; j < n; j++) {
      double gap = (double)t->sq[i + j] - 2 * (double)t->score[j];
      if (gap < 0) gap = 0;
      if (from == 0 || gap < t->gap[i + j]) t->gap[i + j] = gap;
    }
  }
  return LIT_OK;
}

/* A row, with chances by its gap; `total` is the sum of all gaps, and `sums`
** the sums up to each row. */
static uint32_t draw(Train *t, const double *sums, double total) {
  double at = total * ((double)lit_ivf_dice(&t->seed, 1u << 31) / 0x1p31);
  uint32_t lo = 0, hi = t->n - 1;
  if (!(total > 0)) return lit_ivf_dice(&t->seed, t->n);
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (sums[mid] <= at) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

static void take(Train *t, uint32_t centroid, uint32_t row) {
  memcpy(t->c + (size_t)centroid * t->dim, t->rows->x + (size_t)row * t->dim,
         t->dim * sizeof *t->c);
}

static double sum_up(const double *gap, uint32_t n, double *sums) {
  double total = 0;
  for (uint32_t i = 0; i < n; i++) sums[i] = total += gap[i];
  return total;
}

static int seeds(LitErr *e, Train *t) {
  double *sums = lit_new(e, t->n, sizeof *sums);
  uint32_t some = (t->k + ROUNDS - 1) / ROUNDS, done = 0;
  if (!sums) return e->rc;
  for (uint32_t i = 0; i < t->n; i++) t->gap[i] = 1;
  while (done < t->k && !e->rc) {
    double total = sum_up(t->gap, t->n, sums);
    uint32_t to = t->k - done < some ? t->k : done + some;
    for (uint32_t i = done; i < to; i++) take(t, i, draw(t, sums, total));
    if (to < t->k) measure(e, t, done, to);
    done = to;
  }
  lit_free(sums);
  return e->rc;
}

static void add_rows(Train *t, uint32_t i, uint32_t n) {
  for (uint32_t j = i; j < i + n; j++) {
    const float *x = t->rows->x + (size_t)j * t->dim;
    double *sum = t->sums + (size_t)t->nearest[j] * t->dim;
    for (uint32_t d = 0; d < t->dim; d++) sum[d] += (double)x[d];
    t->counts[t->nearest[j]]++;
  }
}

static int step(LitErr *e, Train *t) {
  double *sums;
  memset(t->sums, 0, (size_t)t->k * t->dim * sizeof *t->sums);
  memset(t->counts, 0, t->k * sizeof *t->counts);
  if (measure(e, t, 0, t->k)) return e->rc;
  for (uint32_t i = 0; i < t->n; i += ROWS) {
    if (lit_stopped(e, t->stop)) return e->rc;
    add_rows(t, i, t->n - i < ROWS ? t->n - i : ROWS);
  }
  sums = lit_new(e, t->n, sizeof *sums);
  if (!sums) return e->rc;
  for (uint32_t j = 0; j < t->k; j++) {
    float *c = t->c + (size_t)j * t->dim;
    if (t->counts[j] == 0)
      take(t, j, draw(t, sums, sum_up(t->gap, t->n, sums)));
    for (uint32_t d = 0; t->counts[j] && d < t->dim; d++)
      c[d] = (float)(t->sums[(size_t)j * t->dim + d] / t->counts[j]);
  }
  lit_free(sums);
  return e->rc;
}

int lit_ivf_train(LitErr *e, const LitIvfRows *rows, uint32_t k, float *c,
                  const LitStop *stop) {
  uint32_t n = rows->n, dim = rows->dim;
  Train t = {.rows = rows, .c = c, .n = n, .dim = dim, .k = k, .seed = n,
             .stop = stop};
  lit_ivf_points(e, &t.points, k, dim, rows->codes != NULL);
  t.sq = lit_new(e, n, sizeof *t.sq);
  t.score = lit_new(e, ROWS, sizeof *t.score);
  t.nearest = lit_new(e, n, sizeof *t.nearest);
  t.gap = lit_new(e, n, sizeof *t.gap);
  t.sums = lit_new(e, lit_size(k, dim), sizeof *t.sums);
  t.counts = lit_new(e, k, sizeof *t.counts);
  if (!e->rc) {
    lit_kern()->rows[LIT_F32][LIT_SQ](rows->x, rows->x, dim * sizeof *c, n, dim,
                                      t.sq);
    seeds(e, &t);
  }
  for (int i = 0; i < STEPS && !e->rc; i++) step(e, &t);
  lit_ivf_points_drop(&t.points);
  lit_free(t.sq);
  lit_free(t.score);
  lit_free(t.nearest);
  lit_free(t.gap);
  lit_free(t.sums);
  lit_free(t.counts);
  return e->rc;
}
