/* ivf_spill.c -- the two lists of a row.  Declared in ivf_write.h.
**
** The first is that of the nearest centroid.  The source of the second is SOAR
** (Sun et al. 2023, "Improved indexing for approximate nearest neighbor
** search").  A row is missed when its first list looks far to the query, that
** is, when what the row differs from the centroid by, r, lies along what the
** query differs by.  So the second centroid is not the second nearest: what the
** row differs from that one by, r', shall be short and shall not lie along r.
** Taken is the one with the least
**
**   |r'|^2 + LAMBDA (r.r')^2 / |r|^2
**
** of some near ones: all of them would find little better ones.  With a and b
** the two centroids, r.r' = x.x - x.a - x.b + a.b, so that the products of the
** centroids with the row and with each other are all that is needed.
*/
#include <math.h>
#include "base/mem.h"
#include "index/ivf_write.h"
#include "base/poison.h"

#define LAMBDA 2.0

int lit_ivf_spill_begin(LitErr *e, LitIvfBuild *b) {
  size_t n = b->n_lists, bytes = b->dim * sizeof *b->centroids;
  b->between = lit_new(e, n, n * sizeof *b->between);
  for (size_t i = 0; i < n && !e->rc; i++) {
    const float *c = b->centroids + i * b->dim;
    lit_kern()->rows[LIT_F32][LIT_DOT](c, b->centroids, bytes, n, b->dim,
                                       b->between + i * n);
    if (i % 64 == 0) lit_stopped(e, b->from->stop);
  }
  return e->rc;
}

static uint32_t nearest_of(const uint32_t *points, const float *scores) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < LIT_LANES; i++) {
    if (points[i] == UINT32_MAX) continue;
    if (points[best] == UINT32_MAX || scores[i] > scores[best] ||
        (scores[i] == scores[best] && points[i] < points[best]))
      best = i;
  }
  return best;
}

void lit_ivf_spill(const LitIvfBuild *b, double square,
                   const uint32_t *points, const float *scores,
                   uint32_t lists[2]) {
  const float *half_sq = b->points.half_sq, *with;
  uint32_t first = nearest_of(points, scores);
  double rr = square - 2 * (double)scores[first], rx, least = INFINITY;
  lists[0] = lists[1] = points[first];
  with = b->between + (size_t)lists[0] * b->n_lists;
  rx = square - (double)scores[first] - (double)half_sq[lists[0]];
  for (uint32_t i = 0; i < LIT_LANES; i++) {
    uint32_t c = points[i];
    double along, cost;
    if (i == first || c == UINT32_MAX) continue;
    along = rx - (double)scores[i] - (double)half_sq[c] + (double)with[c];
    cost = square - 2 * (double)scores[i] +
           (rr > 0 ? LAMBDA * along * along / rr : 0);
    if (lists[1] != lists[0] && !(cost < least)) continue;
    least = cost;
    lists[1] = c;
  }
}
