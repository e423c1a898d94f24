/* mmr.c -- see mmr.h.  Each candidate remembers its greatest similarity to
** what was chosen, so a round asks for one similarity a candidate.  Ties go to
** the hit that came first. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "rank/mmr.h"
#include "base/poison.h"

typedef struct Candidate {
  double relevance, nearest;   /* nearest: -INFINITY until one is chosen */
  int chosen;
} Candidate;

static double worth(const LitMmr *how, const Candidate *c) {
  double nearest = c->nearest > -INFINITY ? c->nearest : 0;
  return (1 - how->diversity) * c->relevance - how->diversity * nearest;
}

static size_t best_of(const LitMmr *how, const Candidate *all, size_t n) {
  size_t best = n;
  for (size_t i = 0; i < n; i++)
    if (!all[i].chosen &&
        (best == n || worth(how, &all[i]) > worth(how, &all[best])))
      best = i;
  return best;
}

static void choose(const LitMmr *how, Candidate *all, size_t n, size_t c) {
  all[c].chosen = 1;
  for (size_t i = 0; i < n; i++) {
    double near;
    if (all[i].chosen) continue;
    near = how->similar(how->ctx, c, i);
    if (near > all[i].nearest) all[i].nearest = near;
  }
}

int lit_mmr(LitErr *e, const LitMmr *how, LitHit *hits, size_t n) {
  Candidate *all = lit_new(e, n, sizeof *all);
  LitHit *out = lit_new(e, n, sizeof *out);
  size_t n_out = 0;
  double span;
  if (e->rc || n == 0 || how->diversity <= 0) goto done;

  span = hits[0].score - hits[n - 1].score;
  for (size_t i = 0; i < n; i++) {
    double above = hits[i].score - hits[n - 1].score;
    all[i] = (Candidate){span > 0 ? above / span : 1, -INFINITY, 0};
  }
  while (n_out < n && n_out < how->take) {
    size_t best = n_out ? best_of(how, all, n) : 0;
    if (lit_stopped(e, how->stop)) goto done;
    choose(how, all, n, best);
    out[n_out++] = hits[best];
  }
  for (size_t i = 0; i < n; i++)
    if (!all[i].chosen) out[n_out++] = hits[i];
  memcpy(hits, out, n * sizeof *hits);

done:
  lit_free(all);
  lit_free(out);
  return e->rc;
}

double lit_mmr_cosine(void *ctx, size_t a, size_t b) {
  const LitMmrVectors *v = ctx;
  const float *x = v->at + a * v->dim, *y = v->at + b * v->dim;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < v->dim; i++) {
    xy += (double)x[i] * y[i];
    xx += (double)x[i] * x[i];
    yy += (double)y[i] * y[i];
  }
  return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}
