/* metrics.h -- how good is a ranking?  One query's ranked documents against
** its judgments.
**
** A grade is an integer: 1 and above is relevant, 0 is not, below 0 is the
** same as unjudged.  An unjudged document is not relevant; bpref leaves it
** out, judged@k counts it.  A query without relevant documents has value 0.
** Every value equals that of trec_eval where that has the metric.
*/
#ifndef LIT_METRICS_H
#define LIT_METRICS_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

enum { LIT_UNJUDGED = -1, LIT_METRIC_AT_MAX = 1000000000 };

/* What a metric sees of one query. */
typedef struct LitJudged {
  const int32_t *grades;    /* [n] of the ranked documents, best first */
  size_t n;
  const int32_t *ideal;     /* [n_rel] grades of all relevant, descending */
  size_t n_rel, n_nonrel;   /* Judged, retrieved or not */
} LitJudged;

typedef struct LitMetric {
  const char *name;
  int needs_at;             /* name@N must be given, N <= this; 0: may be */
  double (*value)(const LitJudged *q, size_t at);   /* at: SIZE_MAX: all */
  const char *doc;
} LitMetric;

/* Row i of the kinds, or NULL past the end. */
const LitMetric *lit_metric_row(size_t i);

/* A metric in words: `ndcg@10`, `map`. */
typedef struct LitMetricSpec {
  const LitMetric *kind;
  uint32_t at;              /* 0: none given */
} LitMetricSpec;

/* Reads text [n].  ERROR: no such metric (the words list them), a bad cut. */
int lit_metric_parse(LitErr *e, const char *text, size_t n,
                     LitMetricSpec *out);

/* The same from a name and a cut, 0 for none. */
int lit_metric_find(LitErr *e, const char *name, size_t n, int64_t at,
                    LitMetricSpec *out);

double lit_metric_value(const LitMetricSpec *metric, const LitJudged *q);
#endif
