/* distill_rows.c -- texts of a batch: forward, the sum of their tokens' vectors
** made length 1; backward, the step that each token's vector takes.
**
** Backward goes token by token over the rows that have it, so a gradient is
** complete when it is there: Adam (Kingma and Ba 2015, algorithm 1) is applied
** on the spot, to the tokens of the batch only, and no matrix of gradients is
** kept.  Work is shared among threads by rows, then by tokens; sums have one
** order, so their number does not matter.
*/
#include <math.h>
#include <string.h>
#include "base/task.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { LANES = 8, SLICE = 64, TOKENS = 512 };
#define BETA1 0.9f
#define BETA2 0.999f
#define TINY 1e-10f

void lit_distill_rows_clear(LitDistillRows *rows) {
  rows->n = rows->n_rows = 0;
}

int lit_distill_rows_add(LitErr *e, LitDistillRows *rows, const uint32_t *at,
                       size_t n) {
  if (LIT_GROW(e, &rows->at, &rows->room, rows->n + n)) return e->rc;
  if (n) memcpy(rows->at + rows->n, at, n * sizeof *at);
  rows->n += n;
  return e->rc;
}

int lit_distill_rows_end(LitErr *e, LitDistillRows *rows) {
  if (LIT_GROW(e, &rows->end, &rows->room_end, rows->n_rows + 1)) return e->rc;
  rows->end[rows->n_rows++] = rows->n;
  return e->rc;
}

int lit_distill_rows_room(LitErr *e, LitDistill *t) {
  LitDistillRoom *r = &t->room;
  size_t n = r->rows.n_rows;
  if (LIT_GROW(e, &r->unit, &r->room_unit, n * t->dim) ||
      LIT_GROW(e, &r->grad, &r->room_grad, n * t->dim) ||
      LIT_GROW(e, &r->norm, &r->room_norm, n))
    return e->rc;
  memset(r->grad, 0, n * t->dim * sizeof *r->grad);
  return e->rc;
}

/* to += by * from, [n], n a multiple of LANES. */
static void add(float *restrict to, const float *restrict from, float by,
                size_t n) {
  for (size_t i = 0; i < n; i += LANES)
    for (size_t k = 0; k < LANES; k++) to[i + k] += by * from[i + k];
}

static float dot(const float *a, const float *b, size_t n) {
  float sum[LANES] = {0}, all = 0;
  for (size_t i = 0; i < n; i += LANES)
    for (size_t k = 0; k < LANES; k++) sum[k] += a[i + k] * b[i + k];
  for (size_t k = 0; k < LANES; k++) all += sum[k];
  return all;
}

static void sum_slice(void *ctx, int slice) {
  LitDistill *t = ctx;
  LitDistillRoom *r = &t->room;
  size_t dim = t->dim, from = r->summed + (size_t)slice * SLICE;
  for (size_t i = from; i < from + SLICE && i < r->rows.n_rows; i++) {
    float *to = r->unit + i * dim, by;
    memset(to, 0, dim * sizeof *to);
    for (size_t k = i ? r->rows.end[i - 1] : 0; k < r->rows.end[i]; k++)
      add(to, t->w + r->rows.at[k] * dim, 1, dim);
    r->norm[i] = sqrtf(dot(to, to, dim));
    by = r->norm[i] > 0 ? 1 / r->norm[i] : 0;
    for (size_t k = 0; k < dim; k++) to[k] *= by;
  }
}

void lit_distill_rows_sum(LitDistill *t, size_t from) {
  size_t n = t->room.rows.n_rows - from;
  t->room.summed = from;
  lit_task_run((int)((n + SLICE - 1) / SLICE), sum_slice, t);
}

/* From the gradient of the unit vectors to that of the sums. */
static void sums_back(LitDistill *t) {
  LitDistillRoom *r = &t->room;
  for (size_t i = 0; i < r->rows.n_rows; i++) {
    float *g = r->grad + i * t->dim, *u = r->unit + i * t->dim;
    float by = r->norm[i] > 0 ? 1 / r->norm[i] : 0;
    add(g, u, -dot(g, u, t->dim), t->dim);
    for (size_t k = 0; k < t->dim; k++) g[k] *= by;
  }
}

/* The rows of each token: where[first[token] .. first[token + 1] - 1]. */
static int by_token(LitErr *e, LitDistill *t) {
  LitDistillRoom *r = &t->room;
  uint32_t *first = r->first;
  if (r->rows.n > UINT32_MAX / 2)
    return lit_fail(e, LIT_TOOBIG, "%s: a batch of %zu tokens", t->opts.who,
                    r->rows.n);
  if (LIT_GROW(e, &r->where, &r->room_where, r->rows.n)) return e->rc;
  memset(first, 0, (t->n_vocab + 1) * sizeof *first);
  for (size_t k = 0; k < r->rows.n; k++) first[r->rows.at[k] + 1]++;
  for (size_t i = 0; i < t->n_vocab; i++) first[i + 1] += first[i];
  for (size_t row = r->rows.n_rows, k = r->rows.n; row-- > 0;)
    for (size_t from = row ? r->rows.end[row - 1] : 0; k > from; k--)
      r->where[--first[r->rows.at[k - 1] + 1]] = (uint32_t)row;
  for (size_t i = 0; i < t->n_vocab; i++) first[i] = first[i + 1];
  first[t->n_vocab] = (uint32_t)r->rows.n;
  return e->rc;
}

typedef struct Learn {
  LitDistill *t;
  float rate, fix1, fix2;   /* Adam's corrections for this step */
} Learn;

static void adam(const Learn *l, size_t token, const float *restrict g) {
  LitDistill *t = l->t;
  size_t at = token * t->dim;
  float *restrict w = t->w + at, *restrict m = t->m + at,
        *restrict v = t->v + at;
  for (size_t i = 0; i < t->dim; i++) {
    m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
    v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
    w[i] -= l->rate * (m[i] * l->fix1) / (sqrtf(v[i] * l->fix2) + TINY);
  }
}

static void learn_slice(void *ctx, int slice) {
  const Learn *l = ctx;
  LitDistill *t = l->t;
  const LitDistillRoom *r = &t->room;
  float g[LIT_DISTILL_DIM_MAX];
  size_t from = (size_t)slice * TOKENS;
  for (size_t i = from; i < from + TOKENS && i < t->n_vocab; i++) {
    if (r->first[i] == r->first[i + 1]) continue;
    memset(g, 0, t->dim * sizeof *g);
    for (uint32_t k = r->first[i]; k < r->first[i + 1]; k++)
      add(g, r->grad + r->where[k] * t->dim, 1, t->dim);
    adam(l, i, g);
  }
}

int lit_distill_rows_learn(LitErr *e, LitDistill *t, double rate) {
  double n = (double)t->step + 1;
  Learn l = {t, (float)rate, (float)(1 / (1 - pow((double)BETA1, n))),
             (float)(1 / (1 - pow((double)BETA2, n)))};
  sums_back(t);
  if (by_token(e, t)) return e->rc;
  lit_task_run((int)((t->n_vocab + TOKENS - 1) / TOKENS), learn_slice, &l);
  return e->rc;
}
