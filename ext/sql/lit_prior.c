/* lit_prior.c -- the option prior, see lit_how.h.
**
** Scores have another scale in each mode and fusion, so both are measured by
** their spread over the rows of a batch:
**
**   score += weight x deviation of the scores
**                   x (worth - mean of worths) / deviation of worths
**
** recent: worth 2^(-(most - value) / half-life), most being the newest row's;
** many: ln(1 + value).  A row whose value is NULL or no number has the mean.
*/
#include <math.h>
#include <string.h>
#include "sql/lit_search.h"
#include "base/poison.h"

static double recent(const double *numbers, double value, double most) {
  return exp2(-(most - value) / numbers[0]);
}

static double many(const double *numbers, double value, double most) {
  (void)numbers, (void)most;
  return value > 0 ? log1p(value) : 0;
}

typedef struct Kind {
  LitSpecKind is;
  size_t weight;            /* Which number is the weight */
  /* What a value is worth; `most` is the largest among the rows. */
  double (*worth)(const double *numbers, double value, double most);
} Kind;

static const Kind kinds[] = {
  {{"none", {{0}}, "nothing of that"}, 0, NULL},
  {{"recent", {{"half-life", 5, 1e-9, 1e12}, {"weight", 0.1, 0, 10}},
    "recent(5, 0.1) of year: newer rows higher: half-life in the column's unit, "
    "weight"}, 1, recent},
  {{"many", {{"weight", 0.1, 0, 10}},
    "many(0.1) of votes: rows of larger numbers higher, by their logarithm: "
    "weight"}, 0, many},
};

const LitSpecSort lit_prior = {
  "prior", "none", LIT_NAMES(kinds), LIT_SPEC_MOST, "FILTER column"
};

/* The rows' values, NAN where there is none or it is no number. */
static int read_values(LitErr *e, const LitSearch *s, const LitFused *f,
                       int slot, double *out) {
  for (size_t i = 0; i < f->n; i++) {
    LitArena mem = {0};
    LitVal v = {0};
    LitSeg *seg;
    uint32_t ord;
    out[i] = NAN;
    if (!lit_dir_find(e, &s->t->dir, f->at[i].hit.id, &seg, &ord) && seg)
      lit_col_get(e, slot, seg, ord, &mem, &v);
    if (v.type == LIT_VAL_INT) out[i] = (double)v.i;
    if (v.type == LIT_VAL_REAL && isfinite(v.d)) out[i] = v.d;
    lit_arena_drop(&mem);
    if (e->rc) return e->rc;
  }
  return LIT_OK;
}

/* From values to worths less their mean over their deviation, 0 for NAN. */
static void standardize(const struct LitSpecOne *one, double *x, size_t n) {
  const Kind *kind = one->kind;
  double most = -INFINITY, sum = 0, sq = 0, count = 0, by;
  for (size_t i = 0; i < n; i++) most = fmax(most, x[i]);
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) continue;
    x[i] = kind->worth(one->numbers, x[i], most);
    sum += x[i], count++;
  }
  if (count > 0) sum /= count;
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i])) sq += (x[i] - sum) * (x[i] - sum);
  by = sq > 0 ? 1 / sqrt(sq / count) : 0;
  for (size_t i = 0; i < n; i++) x[i] = isnan(x[i]) ? 0 : (x[i] - sum) * by;
}

static double spread(const LitFused *f) {
  double sum = 0, sq = 0, n = (double)f->n;
  for (size_t i = 0; i < f->n; i++) sum += f->at[i].hit.score;
  for (size_t i = 0; i < f->n; i++) {
    double off = f->at[i].hit.score - sum / n;
    sq += off * off;
  }
  return sqrt(sq / n);
}

int lit_prior_add(LitErr *e, LitSearch *s, LitFused *f) {
  const LitSpec *how = &s->how[LIT_HOW_PRIOR];
  double *worth, unit;
  if (!how->n || !f->n) return e->rc;
  worth = lit_new(e, f->n, sizeof *worth);
  unit = spread(f);
  for (size_t i = 0; i < how->n && !e->rc; i++) {
    const struct LitSpecOne *one = &how->at[i];
    const Kind *kind = one->kind;
    int slot = lit_schema_filter(&s->t->schema, one->of);
    if (read_values(e, s, f, slot, worth)) break;
    standardize(one, worth, f->n);
    for (size_t k = 0; k < f->n; k++)
      f->at[k].hit.score += one->numbers[kind->weight] * unit * worth[k];
  }
  if (!e->rc) lit_fused_sort(f, f->n);
  lit_free(worth);
  return e->rc;
}
