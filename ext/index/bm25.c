/* bm25.c -- see bm25.h: statistics of a query, and scores of given rows */
#include <math.h>
#include <stdlib.h>
#include "index/bm25_plan.h"
#include "base/poison.h"

#define WEIGHT_MAX 1e9      /* Sums of many stay finite in single precision */

/* ---- the plan ---- */

static int check_how(LitErr *e, const LitBm25 *how) {
  if (!(how->k1 >= 0 && how->k1 <= WEIGHT_MAX))
    return lit_fail(e, LIT_ERROR, "bm25: k1 is %g, not 0 to %g",
                    (double)how->k1, WEIGHT_MAX);
  if (!(how->b >= 0 && how->b <= 1))
    return lit_fail(e, LIT_ERROR, "bm25: b is %g, not 0 to 1", (double)how->b);
  if (how->n_fields < 1 || how->n_fields > LIT_FIELDS_MAX)
    return lit_fail(e, LIT_ERROR, "bm25: %d fields, not 1 to %d",
                    how->n_fields, LIT_FIELDS_MAX);
  for (int f = 0; f < how->n_fields; f++)
    if (!(how->weights[f] >= 0 && how->weights[f] <= WEIGHT_MAX))
      return lit_fail(e, LIT_ERROR, "bm25: weight %g of field %d, not 0 to %g",
                      (double)how->weights[f], f, WEIGHT_MAX);
  return LIT_OK;
}

static int compare(const LitTerm *a, const char *at, uint32_t n) {
  int c = memcmp(a->at, at, a->n < n ? a->n : n);
  return c ? c : (a->n > n) - (a->n < n);
}

static int by_bytes(const void *a, const void *b) {
  const LitTerm *x = a, *y = b;
  int c = compare(x, y->at, y->n);
  return c ? c : (x->weight > y->weight) - (x->weight < y->weight);
}

/* Sort the terms; join equal ones. */
static int order_terms(LitErr *e, LitPlan *p, const LitTerm *terms, int n) {
  p->terms = lit_arena_new(e, &p->arena, (size_t)n, sizeof *p->terms);
  if (!p->terms) return e->rc;
  for (int i = 0; i < n; i++) {
    if (!(fabsf(terms[i].weight) <= (float)WEIGHT_MAX))
      return lit_fail(e, LIT_ERROR, "bm25: weight %g of a word",
                      (double)terms[i].weight);
    p->terms[i] = terms[i];
    if (!terms[i].n) p->terms[i].at = "";
  }
  qsort(p->terms, (size_t)n, sizeof *p->terms, by_bytes);
  for (int i = 0; i < n; i++) {
    LitTerm *last = p->n_terms ? &p->terms[p->n_terms - 1] : NULL;
    if (last && compare(last, p->terms[i].at, p->terms[i].n) == 0)
      last->weight += p->terms[i].weight;
    else
      p->terms[p->n_terms++] = p->terms[i];
  }
  return LIT_OK;
}

static int find_averages(LitErr *e, LitPlan *p, uint64_t *n_rows) {
  uint64_t total[LIT_FIELDS_MAX] = {0};
  LitLens lens = {0};
  *n_rows = 0;
  for (int i = 0; i < p->n_segs; i++) {
    if (lit_lens_open(e, &lens, p->segs[i])) return e->rc;
    if (lens.n_fields != p->how.n_fields)
      return lit_seg_corrupt(e, p->segs[i], LIT_PART_LENS,
                             "another number of fields");
    for (int f = 0; f < lens.n_fields; f++) total[f] += lens.total[f];
    *n_rows += p->segs[i]->n_rows;
    lit_lens_close(&lens);
  }
  for (int f = 0; f < p->how.n_fields; f++)
    p->avg[f] = total[f] ? (double)total[f] / (double)*n_rows : 1;
  return LIT_OK;
}

static int find_terms(LitErr *e, LitPlan *p, uint64_t n_rows) {
  size_t n = (size_t)p->n_terms;
  p->idfs = lit_arena_new(e, &p->arena, n, sizeof *p->idfs);
  p->weights = lit_arena_new(e, &p->arena, n, sizeof *p->weights);
  p->at = lit_arena_new(e, &p->arena, lit_size((size_t)p->n_segs, n),
                        sizeof *p->at);
  if (e->rc) return e->rc;
  for (size_t t = 0; t < n; t++) {
    uint64_t df = 0;
    for (int i = 0; i < p->n_segs; i++) {
      LitTermAt *at = &p->at[(size_t)i * n + t];
      if (lit_terms_find(e, p->segs[i], p->terms[t].at, p->terms[t].n, at))
        return e->rc;
      df += at->df;
    }
    p->idfs[t] = log(1 + ((double)(n_rows - df) + 0.5) / ((double)df + 0.5));
    p->weights[t] = p->terms[t].weight * p->idfs[t];
  }
  return LIT_OK;
}

double lit_plan_length(const LitPlan *p) {
  double sum = 0;
  for (int t = 0; t < p->n_terms; t++) {
    uint64_t df = 0;
    for (int s = 0; s < p->n_segs; s++) df += p->at[s * p->n_terms + t].df;
    if (df) sum += p->weights[t] * p->weights[t];
  }
  return sqrt(sum);
}

int lit_plan_find(const LitPlan *p, const char *at, uint32_t n) {
  int lo = 0, hi = p->n_terms - 1;
  while (lo <= hi) {
    int mid = lo + (hi - lo) / 2, c = compare(&p->terms[mid], at, n);
    if (c == 0) return mid;
    if (c < 0) lo = mid + 1;
    else hi = mid - 1;
  }
  return -1;
}

double lit_plan_norm(const LitPlan *p, int field, uint32_t len) {
  double b = p->how.b, norm = 1 + b * (len / p->avg[field] - 1);
  return p->how.weights[field] / (norm > 1e-6 ? norm : 1e-6);
}

int lit_plan_norms(LitErr *e, LitPlan *p) {
  for (int f = 0; f < p->how.n_fields; f++) {
    float *norms = lit_arena_new(e, &p->arena, LIT_NORMS + 256, sizeof *norms);
    if (!norms) return e->rc;
    for (uint32_t i = 0; i < LIT_NORMS; i++)
      norms[i] = (float)lit_plan_norm(p, f, i);
    p->norms[f] = norms;
    p->code_norms[f] = norms + LIT_NORMS;
    for (unsigned i = 0; i < 256; i++)
      p->code_norms[f][i] =
          (float)lit_plan_norm(p, f, lit_len_floor((uint8_t)i));
  }
  return LIT_OK;
}

int lit_plan_make(LitErr *e, LitPlan *p, const LitBm25 *how,
                  LitSeg *const *segs, int n_segs, const LitTerm *terms,
                  int n_terms) {
  uint64_t n_rows;
  *p = (LitPlan){.how = *how, .segs = segs, .n_segs = n_segs,
                 .k1 = (double)how->k1};
  if (check_how(e, how) || find_averages(e, p, &n_rows) ||
      order_terms(e, p, terms, n_terms))
    return e->rc;
  return find_terms(e, p, n_rows);
}

void lit_plan_drop(LitPlan *p) {
  lit_arena_drop(&p->arena);
  *p = (LitPlan){0};
}

double lit_plan_exact(const LitPlan *p, const LitList *l, const LitLens *lens,
                      double weight) {
  double x = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    uint32_t tf = lit_tfs_get(&l->tfs[t], l->i);
    if (tf && f < p->how.n_fields)
      x += tf * lit_plan_norm(p, f, lit_lens_get(lens, l->row, f));
  }
  return weight * lit_plan_saturate(p->k1, x);
}

/* ---- scores of given rows ---- */

/* Ordinals of the rowids that live in segment s: ords[i], or LIT_NO_ROW. */
static int find_rows(LitErr *e, const LitSeg *s, const int64_t *rowids,
                     size_t n, uint32_t *ords) {
  for (size_t i = 0; i < n; i++) {
    int is_it;
    if (lit_ids_find(e, s, rowids[i], &ords[i], &is_it)) return e->rc;
    if (!is_it || !lit_seg_alive(s, ords[i])) ords[i] = LIT_NO_ROW;
  }
  return LIT_OK;
}

static int score_term(LitErr *e, const LitPlan *p, int seg, int term,
                      const uint32_t *ords, size_t n, double *scores) {
  LitList l = {0};
  LitLens lens = {0};
  const LitTermAt *at = &p->at[seg * p->n_terms + term];
  if (at->df == 0) return LIT_OK;
  if (lit_lens_open(e, &lens, p->segs[seg]) ||
      lit_list_open(e, &l, p->segs[seg], at))
    goto done;
  for (size_t i = 0; i < n; i++) {
    if (ords[i] == LIT_NO_ROW) continue;
    if (lit_list_seek(e, &l, ords[i])) goto done;
    if (l.row != ords[i]) continue;
    if (lit_lens_load(e, &lens, l.row)) goto done;
    scores[i] += lit_plan_exact(p, &l, &lens, p->weights[term]);
  }
done:
  lit_list_close(&l);
  lit_lens_close(&lens);
  return e->rc;
}

int lit_plan_score(LitErr *e, const LitPlan *p, const int64_t *rowids,
                   size_t n, double *scores) {
  uint32_t *ords = lit_new(e, n, sizeof *ords);
  for (size_t i = 0; i < n; i++) scores[i] = 0;
  for (int s = 0; s < p->n_segs && !e->rc; s++) {
    if (find_rows(e, p->segs[s], rowids, n, ords)) break;
    for (int t = 0; t < p->n_terms; t++)
      if (score_term(e, p, s, t, ords, n, scores)) break;
  }
  lit_free(ords);
  return e->rc;
}

int lit_bm25_score(LitErr *e, const LitBm25 *how, LitSeg *const *segs,
                   int n_segs, const LitTerm *terms, int n_terms,
                   const int64_t *rowids, size_t n, double *scores) {
  LitPlan p = {0};
  if (!lit_plan_make(e, &p, how, segs, n_segs, terms, n_terms))
    lit_plan_score(e, &p, rowids, n, scores);
  lit_plan_drop(&p);
  return e->rc;
}
