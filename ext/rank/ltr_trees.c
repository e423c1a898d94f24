/* ltr_trees.c -- the sum of many small trees, each fitted to what those before
** it left wrong (gradient boosting; with lambdarank: LambdaMART, Burges 2010).
**
** The trees are oblivious: all nodes of a level ask the same question, so a
** tree of depth d is d questions and 2^d leaves, hard to overfit and quick to
** answer (Lou and Obukhov 2017).  A question is feature > threshold; a leaf
** adds -rate * slope / (curve + 1), Newton's step for the rows in it.
**
** Bytes: n_trees (u32), depth (u8); a tree is depth times feature (u32) and
** threshold (float32), then 2^depth leaves (float32); bit l of a leaf's number
** is the answer at level l.
**
** Features are cut into up to BINS classes at their quantiles first.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "rank/ltr.h"
#include "base/poison.h"

enum { BINS = 64, DEPTH_MAX = 8, LEAVES_MAX = 1 << DEPTH_MAX, HEAD = 5 };

typedef struct Sum { double slope, curve; } Sum;

typedef struct Grow {
  const LitLtrSet *set;
  const LitLtrState *s;
  uint32_t depth;
  double rate;
  float *cuts;              /* [dim, BINS - 1], ascending; above n_cuts none */
  uint32_t *n_cuts;         /* [dim] */
  uint8_t *bins;            /* [dim, n]: how many cuts are below the value */
  uint8_t *leaf;            /* [n] */
  Sum *sums;                /* [LEAVES_MAX, BINS] */
} Grow;

/* ---- classes ---- */

static int by_value(const void *a, const void *b) {
  float x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return (x > y) - (x < y);
}

/* Cuts of feature k: halfway between neighbours, at most BINS - 1 of them. */
static void cut(Grow *g, uint32_t k, float *sorted) {
  const LitLtrSet *set = g->set;
  float *cuts = g->cuts + (size_t)k * (BINS - 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < set->n; i++)
    sorted[i] = set->x[(size_t)i * set->dim + k];
  qsort(sorted, set->n, sizeof *sorted, by_value);
  for (uint32_t b = 1; b < BINS; b++) {
    uint32_t at = (uint32_t)((uint64_t)b * set->n / BINS);
    float mid;
    while (at < set->n && at && sorted[at] <= sorted[at - 1]) at++;
    if (at == 0 || at >= set->n) continue;
    mid = sorted[at - 1] + (sorted[at] - sorted[at - 1]) / 2;
    if (!(mid < sorted[at])) mid = sorted[at - 1];
    if (n == 0 || mid > cuts[n - 1]) cuts[n++] = mid;
  }
  g->n_cuts[k] = n;
  for (uint32_t i = 0; i < set->n; i++) {
    uint32_t b = 0;
    while (b < n && set->x[(size_t)i * set->dim + k] > cuts[b]) b++;
    g->bins[(size_t)k * set->n + i] = (uint8_t)b;
  }
}

/* ---- one tree ---- */

static double worth(Sum s) { return s.slope * s.slope / (s.curve + 1); }

/* The best cut of feature k for the leaves so far: what it gains. */
static double best_cut(const Grow *g, uint32_t k, uint32_t n_leaves,
                       uint32_t *where) {
  const uint8_t *bins = g->bins + (size_t)k * g->set->n;
  Sum below[LEAVES_MAX] = {{0}}, all[LEAVES_MAX] = {{0}};
  double best = -INFINITY;
  memset(g->sums, 0, (size_t)n_leaves * BINS * sizeof *g->sums);
  for (uint32_t i = 0; i < g->set->n; i++) {
    Sum *s = g->sums + (size_t)g->leaf[i] * BINS + bins[i];
    s->slope += g->s->slope[i];
    s->curve += g->s->curve[i];
  }
  for (uint32_t l = 0; l < n_leaves; l++)
    for (uint32_t b = 0; b <= g->n_cuts[k]; b++) {
      all[l].slope += g->sums[l * BINS + b].slope;
      all[l].curve += g->sums[l * BINS + b].curve;
    }
  for (uint32_t b = 0; b < g->n_cuts[k]; b++) {
    double sum = 0;
    for (uint32_t l = 0; l < n_leaves; l++) {
      below[l].slope += g->sums[l * BINS + b].slope;
      below[l].curve += g->sums[l * BINS + b].curve;
      sum += worth(below[l]) +
             worth((Sum){all[l].slope - below[l].slope,
                         all[l].curve - below[l].curve});
    }
    if (sum > best) best = sum, *where = b;
  }
  return best;
}

/* Ask one more question; false if there is none to ask. */
static int grow_level(LitErr *e, Grow *g, uint32_t level, LitBuf *out) {
  const LitLtrSet *set = g->set;
  double best = -INFINITY;
  uint32_t feature = 0, where = 0;
  const uint8_t *bins;
  for (uint32_t k = 0; k < set->dim; k++) {
    uint32_t at = 0;
    double gain = best_cut(g, k, 1u << level, &at);
    if (gain > best) best = gain, feature = k, where = at;
  }
  if (!(best > -INFINITY)) return 0;
  bins = g->bins + (size_t)feature * set->n;
  for (uint32_t i = 0; i < set->n; i++)
    g->leaf[i] |= (uint8_t)((bins[i] > where) << level);
  lit_buf_u32(e, out, feature);
  lit_buf_put(e, out, g->cuts + (size_t)feature * (BINS - 1) + where,
              sizeof *g->cuts);
  return 1;
}

static int grow(LitErr *e, Grow *g, double *scores, LitBuf *out) {
  Sum sums[LEAVES_MAX] = {{0}};
  float leaves[LEAVES_MAX];
  memset(g->leaf, 0, g->set->n);
  for (uint32_t level = 0; level < g->depth; level++)
    if (!grow_level(e, g, level, out))
      return lit_fail(e, LIT_ERROR, "all features are constant");
  for (uint32_t i = 0; i < g->set->n; i++) {
    sums[g->leaf[i]].slope += g->s->slope[i];
    sums[g->leaf[i]].curve += g->s->curve[i];
  }
  for (uint32_t l = 0; l < 1u << g->depth; l++)
    leaves[l] = (float)(-g->rate * sums[l].slope / (sums[l].curve + 1));
  for (uint32_t i = 0; i < g->set->n; i++)
    scores[i] += (double)leaves[g->leaf[i]];
  lit_buf_put(e, out, leaves, sizeof *leaves << g->depth);
  return e->rc;
}

static int fit(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
               LitLtrState *s, LitBuf *out) {
  Grow g = {.set = set, .s = s, .depth = (uint32_t)how->params[1],
            .rate = how->params[2]};
  uint32_t n_trees = (uint32_t)how->params[0];
  float *sorted = lit_new(e, set->n, sizeof *sorted);
  g.cuts = lit_new(e, set->dim, (BINS - 1) * sizeof *g.cuts);
  g.n_cuts = lit_new(e, set->dim, sizeof *g.n_cuts);
  g.bins = lit_new(e, set->dim, set->n);
  g.leaf = lit_new(e, set->n, sizeof *g.leaf);
  g.sums = lit_new(e, LEAVES_MAX, BINS * sizeof *g.sums);
  lit_buf_u32(e, out, n_trees);
  lit_buf_u8(e, out, g.depth);
  for (uint32_t k = 0; k < set->dim && !e->rc; k++) {
    cut(&g, k, sorted);
    lit_stopped(e, how->stop);
  }
  for (uint32_t t = 0; t < n_trees && !e->rc; t++)
    if (!lit_ltr_slopes(e, how, set, s)) grow(e, &g, s->scores, out);
  lit_free(sorted);
  lit_free(g.cuts);
  lit_free(g.n_cuts);
  lit_free(g.bins);
  lit_free(g.leaf);
  lit_free(g.sums);
  return e->rc;
}

/* ---- use ---- */

static size_t tree_bytes(unsigned depth) {
  return depth * 8 + (sizeof(float) << depth);
}

static int is_whole(const uint8_t *at, size_t n, uint32_t dim) {
  size_t n_trees, each;
  if (n < HEAD || at[4] == 0 || at[4] > DEPTH_MAX) return 0;
  n_trees = lit_get_u32(at);
  each = tree_bytes(at[4]);
  if ((n - HEAD) / each != n_trees || (n - HEAD) % each) return 0;
  for (size_t t = 0; t < n_trees; t++)
    for (unsigned l = 0; l < at[4]; l++)
      if (lit_get_u32(at + HEAD + t * each + l * 8) >= dim) return 0;
  return 1;
}

static double score(const uint8_t *at, size_t n, const float *x,
                    uint32_t dim) {
  unsigned depth = at[4];
  size_t each = tree_bytes(depth);
  double sum = 0;
  (void)dim;
  for (const uint8_t *tree = at + HEAD; tree < at + n; tree += each) {
    unsigned leaf = 0;
    float value;
    for (unsigned l = 0; l < depth; l++) {
      float cut;
      memcpy(&cut, tree + l * 8 + 4, sizeof cut);
      leaf |= (unsigned)(x[lit_get_u32(tree + l * 8)] > cut) << l;
    }
    memcpy(&value, tree + depth * 8 + leaf * sizeof value, sizeof value);
    sum += (double)value;
  }
  return sum;
}

const LitLtr lit_ltr_trees = {
  .name = "trees", .id = 2,
  .params = {{"number of trees", 100, 1, 10000}, {"depth", 3, 1, DEPTH_MAX},
             {"rate", 0.1, 1e-6, 1}},
  .fit = fit, .is_whole = is_whole, .score = score,
  .doc = "boosted oblivious trees: trees(100, 3, 0.1) is number, depth, rate",
};
