/* resample.c -- see resample.h.
**
** p is the randomization test that Smucker, Allan and Carterette 2007 advise
** for retrieval: under the null hypothesis either system could have made
** either value of a query, so the sign of each difference is a coin; p is how
** often the mean is then as far from 0 as the one seen, that one counted in.
** Random numbers are splitmix64 (Steele, Lea and Flood 2014).
*/
#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "rank/resample.h"
#include "base/poison.h"

static uint64_t next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static double sum_signs(const double *diffs, size_t n, uint64_t *state) {
  uint64_t coins = 0;
  double sum = 0;
  for (size_t i = 0; i < n; i++, coins >>= 1) {
    if (i % 64 == 0) coins = next(state);
    sum += coins & 1 ? diffs[i] : -diffs[i];
  }
  return sum;
}

static double sum_drawn(const double *diffs, size_t n, uint64_t *state) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += diffs[(next(state) >> 32) * n >> 32];
  return sum;
}

static int by_size(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

int lit_resample(LitErr *e, const LitResampling *how, const double *diffs,
                 size_t n, LitResample *out) {
  double *sums = lit_new(e, how->rounds, sizeof *sums);
  double sum = 0, size = 0;
  uint64_t state = how->seed;
  size_t n_as_far = 0, tail = (size_t)(0.025 * (double)how->rounds);
  *out = (LitResample){0};
  if (!sums) return e->rc;
  for (size_t i = 0; i < n; i++) sum += diffs[i], size += fabs(diffs[i]);
  for (size_t r = 0; r < how->rounds; r++) {
    if (r % 64 == 0 && lit_stopped(e, how->stop)) goto done;
    /* Sums of the same numbers in another order may differ by rounding. */
    n_as_far += fabs(sum_signs(diffs, n, &state)) >= fabs(sum) - 1e-12 * size;
    sums[r] = sum_drawn(diffs, n, &state);
  }
  qsort(sums, how->rounds, sizeof *sums, by_size);
  out->mean = sum / (double)n;
  out->low = sums[tail] / (double)n;
  out->high = sums[how->rounds - 1 - tail] / (double)n;
  out->p = ((double)n_as_far + 1) / ((double)how->rounds + 1);

done:
  lit_free(sums);
  return e->rc;
}
