/* rank_fuzz.c -- what is written in words: fusions, metrics, models to learn,
** numbers; what is accepted must be within its ranges.  And the bytes of a
** learned model, which may be used if they are taken for one. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/decimal.h"
#include "base/mem.h"
#include "rank/fuse.h"
#include "rank/ltr.h"
#include "rank/metrics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void score(const uint8_t *data, size_t size) {
  static const float x[LIT_LTR_DIM_MAX];
  LitErr e = {0};
  LitLtrModel m;
  if (!lit_ltr_open(&e, "fuzz", data, size, &m)) lit_ltr_score(&m, x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  LitErr e = {0}, e2 = {0}, e3 = {0};
  LitLtrHow ranker;
  LitFusionSpec how;
  LitMetricSpec metric;
  double v = 0;
  char *text = lit_copy(&e, data, size);
  const char *end;
  if (!text) return 0;
  end = lit_decimal_read(text, text + size, &v);
  if (end && (end <= text || end > text + size || isnan(v))) abort();
  if (!lit_fusion_parse(&e, text, &how))
    for (size_t i = 0; i < LIT_FUSE_LISTS; i++)
      if (!(how.weights[i] >= 0 && how.weights[i] <= 1e6)) abort();
  if (!lit_metric_parse(&e2, text, size, &metric) &&
      metric.at > LIT_METRIC_AT_MAX) abort();
  if (!lit_ltr_parse(&e3, "fuzz", text, &ranker))
    for (size_t i = 0; i < LIT_LTR_PARAMS && ranker.kind->params[i].name; i++)
      if (!(ranker.params[i] >= ranker.kind->params[i].lo)) abort();
  score(data, size);
  lit_free(text);
  return 0;
}
