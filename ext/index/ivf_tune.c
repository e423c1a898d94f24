/* ivf_tune.c -- how far a query must look: measured on the segment's own rows.
**
** TRIALS rows are asked as queries while the lists are made: the true nearest
** ones of each (itself left out) come from comparing it with all rows.  Of each
** of those it is then known how far a query would have had to look for it:
**
**   reach    by how much its list's centroid is farther than the nearest one
**   margin   by how many spreads its code makes it look farther than the k-th
**            nearest row really is
**
** For each level of recall the table keeps a margin that loses MARGIN_SHARE of
** what may be lost, and the reach with which enough of them are found.  A
** fixed reach does with a fifth to a third fewer rows than a fixed number of
** lists: where a query lies near one centroid, few others are looked at.
**
** Queries may be farther from the rows than rows are from each other, so the
** table aims higher, at losing LOSS of what may be lost.
*/
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_train.h"
#include "index/ivf_write.h"
#include "kern/blas.h"
#include "base/poison.h"

enum { TRIALS = 192 };
#define MARGIN_SHARE 0.2
#define LOSS 0.8

int lit_ivf_trial_begin(LitErr *e, LitIvfBuild *b) {
  LitIvfTrial *t = &b->trial;
  uint64_t seed = b->n_rows;
  uint32_t step = b->n_rows / TRIALS;
  t->dim = b->dim;
  t->ords = lit_new(e, TRIALS, sizeof *t->ords);
  t->q = lit_new(e, TRIALS, b->dim * sizeof *t->q);
  t->near = lit_new0(e, TRIALS, sizeof *t->near);
  t->products = lit_new(e, TRIALS, 1024 * sizeof *t->products);
  for (uint32_t i = 0; i < TRIALS && !e->rc; i++) {
    uint32_t ord = i * step + lit_ivf_dice(&seed, step);
    float *q = t->q + (size_t)t->n * b->dim, square;
    if (!lit_ivf_row(e, b->from, b->kind, ord, q, &b->unfit)) continue;
    square = lit_dot_f32(q, q, b->dim);
    if (!(square > 0)) continue;
    for (uint32_t j = 0; b->kind->unit_query && j < b->dim; j++)
      q[j] /= sqrtf(square);
    lit_topk_init(&t->near[t->n], IVF_DEEPEST);
    t->ords[t->n++] = ord;
  }
  return e->rc;
}

void lit_ivf_trial_drop(LitIvfTrial *t) {
  for (uint32_t i = 0; t->near && i < t->n; i++) lit_topk_drop(&t->near[i]);
  lit_free(t->near);
  lit_free(t->ords);
  lit_free(t->q);
  lit_free(t->products);
  *t = (LitIvfTrial){0};
}

int lit_ivf_trial_rows(LitErr *e, LitIvfBuild *b, const float *x,
                       const uint32_t *ords, uint32_t n) {
  LitIvfTrial *t = &b->trial;
  LitGemm g = {.m = (int)n, .n = (int)t->n, .k = (int)t->dim, .b_turned = 1,
               .alpha = -2, .a = x, .b = t->q, .c = t->products,
               .lda = (int)t->dim, .ldb = (int)t->dim, .ldc = (int)t->n};
  lit_blas_sgemm_tasks(&g);
  for (uint32_t i = 0; i < n && !e->rc; i++, x += t->dim) {
    const float *p = t->products + (size_t)i * t->n;
    float square = b->kind->is_product ? 0 : lit_dot_f32(x, x, t->dim);
    for (uint32_t j = 0; j < t->n; j++) {
      double score = -(double)(p[j] + square);
      if (score >= t->near[j].floor && ords[i] != t->ords[j])
        lit_topk_push(e, &t->near[j], score, ords[i]);
    }
  }
  return e->rc;
}

/* ---- what it takes to find a row ---- */

typedef struct Need {
  float reach;
  float gap, spread;        /* As its code has it; spread times |q| */
} Need;

typedef struct Pair { float reach, margin; } Pair;

typedef struct Tune {
  LitIvfBuild *b;
  float *gaps;              /* [trials, n_lists], over the nearest one's */
  Need *needs;              /* [trials, IVF_DEEPEST] */
  Pair *pairs;              /* [trials * IVF_DEEPEST] */
  uint8_t *room;
} Tune;

static uint32_t weigh(const uint64_t *bits, const uint64_t *planes,
                      size_t words) {
  uint32_t sum = 0;
  for (size_t j = 0; j < words; j++)
    for (int p = 0; p < 4; p++)
      sum += (uint32_t)__builtin_popcountll(bits[j] & planes[4 * j + (size_t)p])
             << p;
  return sum;
}

/* The gaps of all lists, as a query will see them. */
static float rank(const Tune *t, const LitIvfQuery *q, float *gaps) {
  const LitIvfBuild *b = t->b;
  float nearest = INFINITY;
  for (uint32_t first = 0; first < b->n_lists; first += IVF_GROUP) {
    uint32_t n = b->n_lists - first < IVF_GROUP ? b->n_lists - first
                                                : IVF_GROUP;
    const float *f = (const float *)(const void *)t->room;
    LitIvfGroup g = {.first = first, .n = n, .scale = f, .square = f + n,
                     .codes = (const int8_t *)(f + 3 * n)};
    int32_t sums[IVF_GROUP];
    lit_ivf_put_group(b, first / IVF_GROUP, t->room);
    lit_ivf_rank(q, &g, sums, gaps + first);
    for (uint32_t i = 0; i < n; i++)
      if (gaps[first + i] < nearest) nearest = gaps[first + i];
  }
  for (uint32_t i = 0; i < b->n_lists; i++) gaps[i] -= nearest;
  return nearest;
}

static void need_of(const LitIvfBuild *b, LitIvfQuery *q, const float *gaps,
                    uint32_t ord, Need *out) {
  uint32_t list = b->list_of[ord];
  LitIvfProbe p = lit_ivf_probe(q, b->turned + list * 64 * b->words);
  const LitOneBit *c = &b->codes[ord];
  float none = 0;
  LitIvfBlock one = {b->kind->is_product ? &none : &c->square, &c->scale,
                     &c->ones, &c->spread, NULL, NULL};
  uint32_t sum = weigh(b->bits + ord * b->words, q->planes, b->words);
  *out = (Need){gaps[list], lit_ivf_gap(&p, &one, 0, sum),
                p.length * c->spread};
}

static int ask(LitErr *e, Tune *t, uint32_t i) {
  LitIvfTrial *trial = &t->b->trial;
  LitTopk *near = &trial->near[i];
  LitIvfQuery q;
  float *gaps = t->gaps + (size_t)i * t->b->n_lists;
  lit_topk_sort(near);
  if (lit_ivf_query(e, &q, t->b->kind, trial->q + (size_t)i * trial->dim,
                    trial->dim))
    goto done;
  rank(t, &q, gaps);
  for (size_t j = 0; j < near->n; j++) {
    if (!t->b->kind->is_product) near->at[j].score -= q.square;
    need_of(t->b, &q, gaps, (uint32_t)near->at[j].id,
            &t->needs[(size_t)i * IVF_DEEPEST + j]);
  }
  lit_stopped(e, t->b->from->stop);

done:
  lit_ivf_query_drop(&q);
  return e->rc;
}

/* ---- the table ---- */

/* What each of the first k of each trial needs, into t->pairs. */
static size_t pair_up(Tune *t, size_t k) {
  size_t n = 0;
  for (uint32_t i = 0; i < t->b->trial.n; i++) {
    const LitTopk *near = &t->b->trial.near[i];
    size_t most = near->n < k ? near->n : k;
    for (size_t j = 0; j < most; j++) {
      const Need *need = &t->needs[(size_t)i * IVF_DEEPEST + j];
      float over = need->gap + (float)near->at[most - 1].score;
      t->pairs[n++] = (Pair){need->reach, over <= 0 ? 0
                             : need->spread > 0 ? over / need->spread : 0};
    }
  }
  return n;
}

static int by_margin(const void *a, const void *b) {
  const Pair *x = a, *y = b;
  return (x->margin > y->margin) - (x->margin < y->margin);
}
static int by_reach(const void *a, const void *b) {
  const Pair *x = a, *y = b;
  return (x->reach > y->reach) - (x->reach < y->reach);
}

/* Of n in order, how many must be had to have this share of `all`. */
static size_t place(double share, size_t all, size_t n) {
  size_t at = (size_t)(share * (double)all);
  return at < n ? at : n - 1;
}

static double mean_rows(const Tune *t, float reach) {
  const LitIvfBuild *b = t->b;
  double sum = 0;
  for (uint32_t i = 0; i < b->trial.n; i++)
    for (uint32_t j = 0; j < b->n_lists; j++)
      if (t->gaps[(size_t)i * b->n_lists + j] <= reach) sum += b->counts[j];
  return sum / b->trial.n;
}

static void settle(Tune *t, int depth) {
  size_t n = pair_up(t, (size_t)lit_ivf_depths[depth]), kept;
  for (int i = 0; n && i < IVF_LEVELS; i++) {
    LitIvfReach *out = &t->b->reaches[i][depth];
    double loss = LOSS * (1 - lit_ivf_levels[i]);
    qsort(t->pairs, n, sizeof *t->pairs, by_margin);
    kept = place(1 - MARGIN_SHARE * loss, n, n) + 1;
    out->margin = t->pairs[kept - 1].margin;
    qsort(t->pairs, kept, sizeof *t->pairs, by_reach);
    out->reach = t->pairs[place(1 - loss, n, kept)].reach;
    out->rows = (float)mean_rows(t, out->reach);
  }
}

int lit_ivf_tune(LitErr *e, LitIvfBuild *b) {
  Tune t = {.b = b};
  uint32_t n = b->trial.n;
  t.gaps = lit_new(e, n, b->n_lists * sizeof *t.gaps);
  t.needs = lit_new(e, n, IVF_DEEPEST * sizeof *t.needs);
  t.pairs = lit_new(e, n, IVF_DEEPEST * sizeof *t.pairs);
  t.room = lit_new(e, IVF_GROUP, 12 + 64 * b->words);
  for (uint32_t i = 0; i < n && !e->rc; i++) ask(e, &t, i);
  for (int i = 0; i < IVF_DEPTHS && !e->rc; i++) settle(&t, i);
  lit_free(t.gaps);
  lit_free(t.needs);
  lit_free(t.pairs);
  lit_free(t.room);
  return e->rc;
}
