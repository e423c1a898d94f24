/* metrics.c -- see metrics.h.
**
**   ndcg       Jarvelin and Kekalainen 2002 as trec_eval has it: the gain is
**              the grade, the discount log2(rank + 1), and the ideal is the
**              best order of all that was judged, retrieved or not
**   map        mean of the precision at each relevant document, over all of
**              them (average precision; its mean over queries is MAP)
**   mrr        1 / rank of the first relevant document
**   bpref      Buckley and Voorhees 2004, in trec_eval's form
**   rprec      precision at R, the number of relevant documents
**   success    1 if a relevant document is there at all
**   wss        work saved over sampling (Cohen, Hersh, Peterson and Yen 2006):
**              how much of the ranking is below the place where N % of the
**              relevant documents were met, less the (100 - N) % that reading
**              in any order would save.  If they never are, nothing is saved
*/
#include <math.h>
#include <string.h>
#include "base/names.h"
#include "rank/metrics.h"
#include "base/poison.h"

#define NO_CUT SIZE_MAX

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t relevant_in(const LitJudged *q, size_t at) {
  size_t n = 0;
  for (size_t i = 0; i < least(at, q->n); i++) n += q->grades[i] > 0;
  return n;
}

static double share(size_t part, size_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

static double dcg(const int32_t *grades, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    if (grades[i] > 0) sum += grades[i] / log2((double)i + 2);
  return sum;
}

static double value_ndcg(const LitJudged *q, size_t at) {
  double best = dcg(q->ideal, least(at, q->n_rel));
  return best > 0 ? dcg(q->grades, least(at, q->n)) / best : 0;
}

static double value_map(const LitJudged *q, size_t at) {
  double sum = 0;
  size_t met = 0;
  for (size_t i = 0; i < least(at, q->n); i++)
    if (q->grades[i] > 0) sum += share(++met, i + 1);
  return q->n_rel ? sum / (double)q->n_rel : 0;
}

static double value_mrr(const LitJudged *q, size_t at) {
  for (size_t i = 0; i < least(at, q->n); i++)
    if (q->grades[i] > 0) return share(1, i + 1);
  return 0;
}

static double value_recall(const LitJudged *q, size_t at) {
  return share(relevant_in(q, at), q->n_rel);
}

static double value_precision(const LitJudged *q, size_t at) {
  return share(relevant_in(q, at), at == NO_CUT ? q->n : at);
}

static double value_rprec(const LitJudged *q, size_t at) {
  (void)at;
  return share(relevant_in(q, q->n_rel), q->n_rel);
}

static double value_success(const LitJudged *q, size_t at) {
  return relevant_in(q, at) > 0;
}

static double value_judged(const LitJudged *q, size_t at) {
  size_t n = 0;
  for (size_t i = 0; i < least(at, q->n); i++) n += q->grades[i] >= 0;
  return share(n, least(at, q->n));
}

static double value_bpref(const LitJudged *q, size_t at) {
  size_t below = 0, most = least(q->n_rel, q->n_nonrel);
  double sum = 0;
  for (size_t i = 0; i < least(at, q->n); i++) {
    if (q->grades[i] == 0) below++;
    else if (q->grades[i] > 0) sum += 1 - share(least(below, q->n_rel), most);
  }
  return q->n_rel ? sum / (double)q->n_rel : 0;
}

static double value_wss(const LitJudged *q, size_t percent) {
  size_t met = 0, i = 0;
  if (!q->n_rel || !q->n) return 0;
  while (i < q->n && met * 100 < percent * q->n_rel) met += q->grades[i++] > 0;
  return share(q->n - i, q->n) - (1 - (double)percent / 100);
}

static const LitMetric kinds[] = {
  {"ndcg", 0, value_ndcg, "ndcg@k: discounted gain, of the best possible"},
  {"map", 0, value_map, "map@k: average precision"},
  {"mrr", 0, value_mrr, "mrr@k: 1 / rank of the first relevant document"},
  {"recall", 0, value_recall, "recall@k: of the relevant, how many are there"},
  {"precision", 0, value_precision, "precision@k: of k, how many are relevant"},
  {"bpref", 0, value_bpref, "bpref: relevant above judged not relevant"},
  {"rprec", 0, value_rprec, "rprec: precision at the number of relevant"},
  {"success", 0, value_success, "success@k: is a relevant document there"},
  {"judged", 0, value_judged, "judged@k: of those shown, how many are judged"},
  {"wss", 100, value_wss,
   "wss@N: reading saved over sampling when N % of the relevant are met"},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const LitMetric *lit_metric_row(size_t i) {
  return i < N_KINDS ? &kinds[i] : NULL;
}

static const LitNames names = LIT_NAMES(kinds);

int lit_metric_find(LitErr *e, const char *name, size_t n, int64_t at,
                    LitMetricSpec *out) {
  const LitMetric *kind = lit_names_find(e, NULL, "metric", &names, name, n);
  int most;
  *out = (LitMetricSpec){0};
  if (!kind) return e->rc;
  most = kind->needs_at ? kind->needs_at : LIT_METRIC_AT_MAX;
  if (at == 0 && kind->needs_at)
    return lit_fail(e, LIT_ERROR, "metric %s needs @N, N in 1..%d", kind->name,
                    most);
  if (at < 0 || at > most)
    return lit_fail(e, LIT_ERROR, "metric %s: the cut must be in 1..%d",
                    kind->name, most);
  *out = (LitMetricSpec){kind, (uint32_t)at};
  return LIT_OK;
}

/* The number [n] after an @, or -1 if it is none. */
static int64_t read_cut(const char *s, size_t n) {
  int64_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i] < '0' || s[i] > '9' || at > LIT_METRIC_AT_MAX) return -1;
    at = at * 10 + (s[i] - '0');
  }
  return at ? at : -1;
}

int lit_metric_parse(LitErr *e, const char *text, size_t n,
                     LitMetricSpec *out) {
  const char *sign = memchr(text, '@', n);
  size_t n_name = sign ? (size_t)(sign - text) : n;
  int64_t at = sign ? read_cut(sign + 1, n - n_name - 1) : 0;
  return lit_metric_find(e, text, n_name, at, out);
}

double lit_metric_value(const LitMetricSpec *metric, const LitJudged *q) {
  return metric->kind->value(q, metric->at ? metric->at : NO_CUT);
}
