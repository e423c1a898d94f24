/* ltr_loss.c -- what a ranking costs, by the scores of one query's rows.
**
** ranknet: over all pairs of which i has the higher grade,
**   log(1 + exp(s_j - s_i))             (Burges et al. 2005, section 3)
** lambdarank: the slope of each such pair times what exchanging the two would
**   change nDCG of the ranking as it stands (Burges 2010, section 4); gain is
**   the grade, as in lit_ndcg, those below 0 counting 0.
** softmax: cross entropy of softmax(s) against the grades divided by their sum
**   (Cao et al. 2007, ListNet with top one; targets as in Bruch et al. 2019).
*/
#include <math.h>
#include <string.h>
#include "rank/ltr.h"
#include "base/poison.h"

/* ---- pairs ---- */

static void add_pair(const double *s, uint32_t i, uint32_t j, double weight,
                     double *slope, double *curve) {
  double p = 1 / (1 + exp(s[i] - s[j]));
  slope[i] -= weight * p;
  slope[j] += weight * p;
  curve[i] += weight * p * (1 - p);
  curve[j] += weight * p * (1 - p);
}

static void ranknet(const double *s, const float *grades, uint32_t n,
                    double *slope, double *curve, double *work) {
  (void)work;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      if (grades[i] > grades[j]) add_pair(s, i, j, 1, slope, curve);
}

/* The place, from 0, that each row has when the best come first. */
static uint32_t place_of(const double *s, uint32_t n, uint32_t i) {
  uint32_t place = 0;
  for (uint32_t j = 0; j < n; j++)
    place += s[j] > s[i] || (!(s[j] < s[i]) && j < i);
  return place;
}

static double gain(float grade) { return grade > 0 ? (double)grade : 0; }

/* Of the grades, best first: by counting for each how many are better. */
static double ideal(const float *grades, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t place = 0;
    for (uint32_t j = 0; j < n; j++)
      place += grades[j] > grades[i] || (!(grades[j] < grades[i]) && j < i);
    sum += gain(grades[i]) / log2(place + 2.0);
  }
  return sum;
}

static void lambdarank(const double *s, const float *grades, uint32_t n,
                       double *slope, double *curve, double *work) {
  double best = ideal(grades, n);
  for (uint32_t i = 0; i < n; i++) work[i] = 1 / log2(place_of(s, n, i) + 2.0);
  for (uint32_t i = 0; i < n && best > 0; i++)
    for (uint32_t j = 0; j < n && gain(grades[i]) > 0; j++) {
      double more = gain(grades[i]) - gain(grades[j]);
      if (grades[i] > grades[j])
        add_pair(s, i, j, fabs(more * (work[i] - work[j])) / best, slope,
                 curve);
    }
}

/* ---- lists ---- */

static void softmax(const double *s, const float *grades, uint32_t n,
                    double *slope, double *curve, double *work) {
  double most = -INFINITY, sum = 0, all = 0;
  for (uint32_t i = 0; i < n; i++) {
    most = fmax(most, s[i]);
    all += gain(grades[i]);
  }
  if (!(all > 0)) return;
  for (uint32_t i = 0; i < n; i++) sum += work[i] = exp(s[i] - most);
  for (uint32_t i = 0; i < n; i++) {
    double p = work[i] / sum;
    slope[i] += p - gain(grades[i]) / all;
    curve[i] += p * (1 - p);
  }
}

static const LitLtrLoss losses[] = {
  {"ranknet", ranknet, "pairs in the wrong order (Burges et al. 2005)"},
  {"lambdarank", lambdarank,
   "pairs, weighted by what nDCG would gain (Burges 2010)"},
  {"softmax", softmax, "the whole list at once (Cao et al. 2007)"},
};

const LitLtrLoss *lit_ltr_loss_row(size_t i) {
  return i < sizeof losses / sizeof *losses ? &losses[i] : NULL;
}

int lit_ltr_loss_find(LitErr *e, const char *who, const char *name,
                      const LitLtrLoss **out) {
  static const LitNames names = LIT_NAMES(losses);
  *out = lit_names_find(e, who, "loss", &names, name, strlen(name));
  return e->rc;
}
