/* resample.h -- is a mean difference more than chance?  For two systems
** measured on the same queries. */
#ifndef LIT_RESAMPLE_H
#define LIT_RESAMPLE_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/stop.h"

typedef struct LitResample {
  double mean;              /* Of the differences */
  double low, high;         /* Its 95 % interval: bootstrap, percentiles */
  double p;                 /* Two-sided: signs exchanged at random */
} LitResample;

/* What diffs [n], n > 0, say, by `rounds` >= 1 resamplings of each kind.  The
** same seed gives the same answer.  NOMEM, INTERRUPT. */
typedef struct LitResampling {
  uint64_t seed;
  size_t rounds;
  const LitStop *stop;
} LitResampling;
int lit_resample(LitErr *e, const LitResampling *how, const double *diffs,
                 size_t n, LitResample *out);
#endif
