/* lit_prior.c -- see lit_prior.h.
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

static const LitPrior kinds[] = {
  {"recent", {{"half-life", 5, 1e-9, 1e12}, {"weight", 0.1, 0, 10}}, 2, recent,
   "recent(5, 0.1) of year: newer rows higher: half-life in the column's unit, "
   "weight"},
  {"many", {{"weight", 0.1, 0, 10}}, 1, many,
   "many(0.1) of votes: rows of larger numbers higher, by their logarithm: "
   "weight"},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const LitPrior *lit_prior_row(size_t i) {
  return i < N_KINDS ? &kinds[i] : NULL;
}

static const LitPrior *find(LitErr *e, const char *name, size_t n) {
  for (size_t i = 0; i < N_KINDS; i++)
    if (lit_spec_is(name, n, kinds[i].name)) return &kinds[i];
  lit_fail(e, LIT_ERROR, "no prior '%.*s'; there are: none, recent, many",
           (int)(n < 60 ? n : 60), name);
  return NULL;
}

/* Reads "of COLUMN"; what follows, or NULL. */
static const char *column(LitErr *e, struct LitPriorOne *one,
                          const char *text) {
  size_t n = lit_spec_name(&text);
  int is_of = lit_spec_is(text, n, "of");
  if (is_of) text += n, n = lit_spec_name(&text);
  if (!is_of || n == 0)
    lit_fail(e, LIT_ERROR, "prior %s: expected 'of' and a FILTER column",
             one->kind->name);
  else if (n >= sizeof one->column)
    lit_fail(e, LIT_ERROR, "prior %s: no FILTER column '%.40s'",
             one->kind->name, text);
  if (e->rc) return NULL;
  memcpy(one->column, text, n);
  text += n;
  return text + strspn(text, " ");
}

int lit_prior_parse(LitErr *e, const char *text, LitPriorSpec *out) {
  size_t n = lit_spec_name(&text);
  *out = (LitPriorSpec){0};
  if (lit_spec_is(text, n, "none"))
    return lit_spec_end(e, "prior", "none", text + n + strspn(text + n, " "));
  for (;;) {
    struct LitPriorOne *one = &out->at[out->n];
    if (out->n == LIT_PRIORS)
      return lit_fail(e, LIT_ERROR, "prior: more than %d", LIT_PRIORS);
    if (!(one->kind = find(e, text, n))) return e->rc;
    text = lit_spec_numbers(e, "prior", one->kind->name, text + n,
                            one->kind->numbers, one->kind->n_numbers,
                            one->numbers, NULL);
    if (!text || !(text = column(e, one, text))) return e->rc;
    out->n++;
    if (*text != '+') return lit_spec_end(e, "prior", one->kind->name, text);
    text++;
    n = lit_spec_name(&text);
  }
}

/* The FILTER column's number, or -1 and an error. */
static int slot_of(LitErr *e, const LitSchema *schema,
                   const struct LitPriorOne *one) {
  for (int i = 0; i < schema->n_cols; i++)
    if (schema->cols[i].role == LIT_ROLE_FILTER &&
        sqlite3_stricmp(schema->cols[i].name, one->column) == 0)
      return schema->cols[i].slot;
  lit_fail(e, LIT_ERROR, "prior %s: no FILTER column '%s'", one->kind->name,
           one->column);
  return -1;
}

int lit_prior_check(LitErr *e, const LitSchema *schema,
                    const LitPriorSpec *spec) {
  for (size_t i = 0; i < spec->n; i++)
    if (slot_of(e, schema, &spec->at[i]) < 0) return e->rc;
  return LIT_OK;
}

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
static void standardize(const struct LitPriorOne *one, double *x, size_t n) {
  double most = -INFINITY, sum = 0, sq = 0, count = 0, by;
  for (size_t i = 0; i < n; i++) most = fmax(most, x[i]);
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) continue;
    x[i] = one->kind->worth(one->numbers, x[i], most);
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
  double *worth, unit;
  if (!s->prior.n || !f->n) return e->rc;
  worth = lit_new(e, f->n, sizeof *worth);
  unit = spread(f);
  for (size_t i = 0; i < s->prior.n && !e->rc; i++) {
    const struct LitPriorOne *one = &s->prior.at[i];
    int slot = slot_of(e, &s->t->schema, one);
    if (slot < 0 || read_values(e, s, f, slot, worth)) break;
    standardize(one, worth, f->n);
    for (size_t k = 0; k < f->n; k++)
      f->at[k].hit.score +=
          one->numbers[one->kind->n_numbers - 1] * unit * worth[k];
  }
  if (!e->rc) lit_fused_sort(f, f->n);
  lit_free(worth);
  return e->rc;
}
