/* agree.c -- see agree.h.
**
** tau-b is counted as Knight 1966 does it: sort by (a, b), then the swaps that
** a merge sort by b makes are the pairs in discord.
**
** RBO is equation 32 of Webber, Moffat and Zobel 2010 (RBO_ext for lists of
** uneven length).  An item stands in the overlap from the depth at which both
** have it, the greater of its two places.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "rank/agree.h"
#include "base/poison.h"

static int order(double x, double y) { return (x > y) - (x < y); }

static int by_a_b(const void *x, const void *y) {
  const LitPair *p = x, *q = y;
  int c = order(p->a, q->a);
  return c ? c : order(p->b, q->b);
}

static double two_of(size_t n) { return (double)n * ((double)n - 1) / 2; }

/* Pairs of neighbours in runs that `same` calls alike. */
static double ties(const LitPair *p, size_t n,
                   int (*same)(const LitPair *, const LitPair *)) {
  double sum = 0;
  for (size_t i = 0, from = 0; i < n; i++)
    if (i + 1 == n || !same(&p[i], &p[i + 1]))
      sum += two_of(i + 1 - from), from = i + 1;
  return sum;
}
static int same_a(const LitPair *x, const LitPair *y) { return x->a == y->a; }
static int same_b(const LitPair *x, const LitPair *y) { return x->b == y->b; }
static int same_both(const LitPair *x, const LitPair *y) {
  return same_a(x, y) && same_b(x, y);
}

/* Merges runs of `width` by b, from p into q; the exchanges this takes. */
static double merge_runs(const LitPair *p, LitPair *q, size_t n, size_t width) {
  double swaps = 0;
  for (size_t lo = 0; lo < n; lo += 2 * width) {
    size_t mid = lo + width < n ? lo + width : n;
    size_t hi = mid + width < n ? mid + width : n;
    size_t i = lo, k = mid;
    for (size_t at = lo; at < hi; at++) {
      if (i < mid && (k >= hi || p[i].b <= p[k].b)) q[at] = p[i++];
      else q[at] = p[k++], swaps += (double)(mid - i);
    }
  }
  return swaps;
}

int lit_agree_kendall(LitErr *e, LitPair *pairs, size_t n, double *out) {
  LitPair *other = lit_new(e, n, sizeof *other), *p = pairs, *q = other;
  double all = two_of(n), ties_a, ties_b, ties_both, swaps = 0, square;
  *out = NAN;
  if (!other || n < 2) goto done;
  qsort(p, n, sizeof *p, by_a_b);
  ties_a = ties(p, n, same_a);
  ties_both = ties(p, n, same_both);
  for (size_t width = 1; width < n; width *= 2) {
    LitPair *swap = p;
    swaps += merge_runs(p, q, n, width);
    p = q, q = swap;
  }
  ties_b = ties(p, n, same_b);
  square = (all - ties_a) * (all - ties_b);
  if (square > 0)
    *out = (all - ties_a - ties_b + ties_both - 2 * swaps) / sqrt(square);

done:
  lit_free(other);
  return e->rc;
}

/* NaN last. */
static int by_rank(double x, double y) {
  if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
  return order(x, y);
}
static int by_rank_a(const void *x, const void *y) {
  return by_rank(((const LitPair *)x)->a, ((const LitPair *)y)->a);
}
static int by_rank_b(const void *x, const void *y) {
  return by_rank(((const LitPair *)x)->b, ((const LitPair *)y)->b);
}

/* A rank becomes a place, 1 ..; which: 0 for a, 1 for b.  Gives how many. */
static size_t places(LitErr *e, LitPair *ranks, size_t n, int which) {
  double last = NAN;
  size_t i;
  if (n) qsort(ranks, n, sizeof *ranks, which ? by_rank_b : by_rank_a);
  for (i = 0; i < n; i++) {
    double *rank = which ? &ranks[i].b : &ranks[i].a;
    if (isnan(*rank)) break;
    if (*rank == last)
      lit_fail(e, LIT_CONSTRAINT, "lit_rbo: rank %g is twice in ranking %c",
               last, which ? 'b' : 'a');
    last = *rank;
    *rank = (double)i + 1;
  }
  return i;
}

int lit_agree_rbo(LitErr *e, LitPair *ranks, size_t n, double p, double *out) {
  size_t n_a = places(e, ranks, n, 0), n_b = places(e, ranks, n, 1);
  size_t s = n_a < n_b ? n_a : n_b, l = n_a < n_b ? n_b : n_a;
  size_t *met = lit_new0(e, l + 1, sizeof *met);   /* [depth] joining there */
  double sum = 0, power = 1, overlap = 0, overlap_s = 0;
  *out = NAN;
  if (e->rc || l == 0) goto done;
  *out = 0;
  if (s == 0) goto done;
  for (size_t i = 0; i < n; i++)
    if (ranks[i].a >= 1 && ranks[i].b >= 1)
      met[(size_t)fmax(ranks[i].a, ranks[i].b)]++;
  for (size_t d = 1; d <= l; d++) {
    power *= p;
    overlap += (double)met[d];
    if (d == s) overlap_s = overlap;
    sum += overlap / (double)d * power;
    if (d > s)
      sum += overlap_s * (double)(d - s) / ((double)s * (double)d) * power;
  }
  *out = (1 - p) / p * sum +
         ((overlap - overlap_s) / (double)l + overlap_s / (double)s) * power;

done:
  lit_free(met);
  return e->rc;
}
