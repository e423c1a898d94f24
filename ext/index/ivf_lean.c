/* ivf_lean.c -- in what order a query takes the lists.  Declared in ivf_write.h.
**
** A row of the list of centroid c is y = c + r, and the r of a list are 0 on
** average, so that its rows are, on average,
**
**   |q - c|^2 + |r|^2 = |q|^2 + |y|^2 - 2 q.c
**
** from a query: where all rows have one length, the list with the greatest product
** has the nearest rows on average, not that of the nearest centroid.  Short
** centroids are near to every query, but their rows are not.  What is sought
** are the nearest rows of a list, though, and where r is long they differ more.
** Between the two stands
**
**   |q|^2 + lean |c|^2 - 2 q.c
**
** and of the leans from 1 to 0 the one is taken with which the trials (ivf_tune.c)
** look at the fewest rows until each of their nearest is found.  For a million
** papers and the built-in model that is 0.2, and sentences as questions need a third
** fewer codes than by the nearest centroid; for MiniLM it is 0.6, and a tenth fewer.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/select.h"
#include "index/ivf_write.h"
#include "base/poison.h"

enum { STEPS = 6, HITS = 10 };

typedef struct Lean {
  LitIvfBuild *b;
  float *gap, *square;      /* [n_lists]: with lean 0; of the centroid */
  float *key;               /* [n_lists] */
  double rows[STEPS];       /* Looked at, the sum over all that was found */
} Lean;

static float lean_of(int step) { return 1 - (float)step / (STEPS - 1); }

/* The lists before one row's first, and that, in rows. */
static uint32_t rows_until(const Lean *l, uint32_t ord) {
  const LitIvfBuild *b = l->b;
  const uint32_t *lists = b->list_of + (size_t)ord * b->times;
  float at = l->key[lists[0]];
  uint32_t rows = 0;
  if (b->times > 1) at = fminf(at, l->key[lists[1]]);
  for (uint32_t i = 0; i < b->n_lists; i++)
    rows += b->counts[i] & (0u - (l->key[i] <= at));
  return rows;
}

static void try_all(Lean *l, const uint64_t *near, uint32_t n) {
  for (int step = 0; step < STEPS; step++) {
    float lean = lean_of(step);
    for (uint32_t i = 0; i < l->b->n_lists; i++)
      l->key[i] = l->gap[i] + lean * l->square[i];
    for (uint32_t i = 0; i < n; i++)
      l->rows[step] += rows_until(l, (uint32_t)near[i]);
  }
}

/* One trial. */
static int ask(LitErr *e, Lean *l, const uint8_t *groups, uint32_t trial) {
  LitIvfBuild *b = l->b;
  LitIvfTrial *t = &b->trial;
  const uint64_t *near;
  uint32_t n = lit_ivf_trial_near(t, trial, HITS, &near);
  LitIvfQuery q;
  if (lit_ivf_query(e, &q, b->kind, t->q + (size_t)trial * t->dim, t->dim))
    goto done;
  for (uint32_t first = 0; first < b->n_lists; first += IVF_GROUP) {
    LitIvfGroup g = lit_ivf_built_group(b, groups, first);
    int32_t sums[IVF_GROUP];
    lit_ivf_rank(&q, &g, 0, sums, l->gap + first);
    memcpy(l->square + first, g.square, g.n * sizeof *l->square);
  }
  try_all(l, near, n);

done:
  lit_ivf_query_drop(&q);
  return e->rc;
}

int lit_ivf_lean(LitErr *e, LitIvfBuild *b, const uint8_t *groups) {
  Lean l = {.b = b};
  int best = 0;
  if (b->kind->is_product) return b->lean = 0, e->rc;
  l.gap = lit_new(e, b->n_lists, sizeof *l.gap);
  l.square = lit_new(e, b->n_lists, sizeof *l.square);
  l.key = lit_new(e, b->n_lists, sizeof *l.key);
  for (uint32_t i = 0; i < b->trial.n && !e->rc; i++) {
    ask(e, &l, groups, i);
    lit_stopped(e, b->from->stop);
  }
  for (int step = 1; step < STEPS; step++)
    if (l.rows[step] < l.rows[best]) best = step;
  b->lean = lean_of(best);
  lit_free(l.gap);
  lit_free(l.square);
  lit_free(l.key);
  return e->rc;
}
