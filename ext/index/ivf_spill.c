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
** of some near ones: all of them would find little better ones.
*/
#include "index/ivf_write.h"
#include "base/poison.h"

#define LAMBDA 2.0

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

void lit_ivf_spill(const LitIvfBuild *b, const float *x,
                   const uint32_t *points, const float *scores, float *r,
                   uint32_t lists[2]) {
  uint32_t first = nearest_of(points, scores);
  const float *c = b->centroids + (size_t)points[first] * b->dim;
  double rr, rx, xx = (double)lit_dot_f32(x, x, b->dim), least = INFINITY;
  for (uint32_t i = 0; i < b->dim; i++) r[i] = x[i] - c[i];
  rr = (double)lit_dot_f32(r, r, b->dim);
  rx = (double)lit_dot_f32(r, x, b->dim);
  lists[0] = lists[1] = points[first];
  for (uint32_t i = 0; i < LIT_LANES; i++) {
    double along, cost;
    if (i == first || points[i] == UINT32_MAX) continue;
    c = b->centroids + (size_t)points[i] * b->dim;
    along = rx - (double)lit_dot_f32(r, c, b->dim);
    cost = xx - 2 * (double)scores[i] +
           (rr > 0 ? LAMBDA * along * along / rr : 0);
    if (lists[1] != lists[0] && !(cost < least)) continue;
    least = cost;
    lists[1] = points[i];
  }
}
