/* lit_prior.h -- what a row is worth before anything is asked: newer papers, or
** those with many votes, stand higher among rows that answer nearly alike.
**
**   prior = 'recent(5, 0.2) of year'       half-life, weight
**   prior = 'many(0.1) of votes'           weight
**   prior = 'recent of year + many of votes'
**   prior = 'none'                         (default)
**
** The column is a FILTER column of numbers.
*/
#ifndef LIT_PRIOR_H
#define LIT_PRIOR_H
#include "base/spec.h"

enum { LIT_PRIOR_NUMBERS = 2, LIT_PRIORS = 4, LIT_PRIOR_NAME = 64 };

typedef struct LitPrior {
  const char *name;
  LitSpecNumber numbers[LIT_PRIOR_NUMBERS];     /* The weight is the last */
  size_t n_numbers;
  /* What a value is worth; `most` is the largest among the rows. */
  double (*worth)(const double *numbers, double value, double most);
  const char *doc;
} LitPrior;

const LitPrior *lit_prior_row(size_t i);          /* NULL past the end */

typedef struct LitPriorSpec {
  size_t n;                 /* 0: none */
  struct LitPriorOne {
    const LitPrior *kind;
    double numbers[LIT_PRIOR_NUMBERS];
    char column[LIT_PRIOR_NAME];
  } at[LIT_PRIORS];
} LitPriorSpec;

/* ERROR: no such kind (the words list them), no column named, a bad number,
** more than LIT_PRIORS. */
int lit_prior_parse(LitErr *e, const char *text, LitPriorSpec *out);
struct LitSchema;
/* ERROR: a column that the table does not have. */
int lit_prior_check(LitErr *e, const struct LitSchema *schema,
                    const LitPriorSpec *spec);
#endif
