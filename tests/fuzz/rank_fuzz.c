/* rank_fuzz.c -- what is written in words: fusions, metrics, numbers.  What is
** accepted must be within its ranges. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/decimal.h"
#include "base/mem.h"
#include "rank/fuse.h"
#include "rank/metrics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  LitErr e = {0}, e2 = {0};
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
  lit_free(text);
  return 0;
}
