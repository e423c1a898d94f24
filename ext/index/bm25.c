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
    for (int f = 0; f < lens.n_fields; f++) {
      total[f] += lens.total[f];
      if (lens.longest[f] > p->longest[f]) p->longest[f] = lens.longest[f];
    }
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
    for (uint32_t i = 0; i < LIT_NORMS; i++)    /* no field is longer */
      norms[i] = i <= p->longest[f] ? (float)lit_plan_norm(p, f, i) : 0;
    p->norms[f] = norms;
    p->code_norms[f] = norms + LIT_NORMS;
    for (unsigned i = 0; i < 256; i++)
      p->code_norms[f][i] =
          (float)lit_plan_norm(p, f, lit_len_floor((uint8_t)i));
  }
  return LIT_OK;
}

/* The field of tfs t, whose lengths take `width` bytes.  Called with constants, so
** that the loop does not ask for them. */
static inline void add_field(const LitPlan *p, const LitLens *lens,
                             const LitList *l, int t, uint32_t from,
                             uint32_t to, unsigned width, float *x) {
  int f = l->tfs[t].field;
  const float *norms = p->norms[f];
  LitLensField field = {lens->fields[f].at, width};
  uint32_t tf[LIT_BLOCK];
  lit_tfs_all(&l->tfs[t], to, tf);
  for (uint32_t i = from; i < to; i++) {
    uint32_t len = lit_lens_at(&field, l->rows[i] - lens->from);
    float norm = len < LIT_NORMS ? norms[len] : (float)lit_plan_norm(p, f, len);
    x[i - from] += (float)tf[i] * norm;
  }
}

void lit_plan_sums(const LitPlan *p, const LitLens *lens, const LitList *l,
                   uint32_t from, uint32_t to, float *x) {
  for (uint32_t i = 0; i < to - from; i++) x[i] = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    if (f >= p->how.n_fields) continue;
    switch (lens->fields[f].width) {
    case 1: add_field(p, lens, l, t, from, to, 1, x); break;
    case 2: add_field(p, lens, l, t, from, to, 2, x); break;
    default: add_field(p, lens, l, t, from, to, 4, x);
    }
  }
}

int lit_plan_make(LitErr *e, LitPlan *p, const LitBm25 *how,
                  LitSeg *const *segs, int n_segs, const LitTerm *terms,
                  int n_terms) {
  uint64_t n_rows;
  *p = (LitPlan){.how = *how, .segs = segs, .n_segs = n_segs,
                 .k1 = (double)how->k1, .sieve_from = LIT_SIEVE_FROM};
  if (check_how(e, how) || find_averages(e, p, &n_rows) ||
      order_terms(e, p, terms, n_terms))
    return e->rc;
  return find_terms(e, p, n_rows);
}

void lit_plan_drop(LitPlan *p) {
  lit_arena_drop(&p->arena);
  *p = (LitPlan){0};
}

/* By the norms of the row's fields. */
static double add_exact(const LitPlan *p, const LitList *l,
                        const double *norms, double weight) {
  double x = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    uint32_t tf = lit_tfs_get(&l->tfs[t], l->i);
    if (tf && f < p->how.n_fields) x += tf * norms[f];
  }
  return weight * lit_plan_saturate(p->k1, x);
}

double lit_plan_exact(const LitPlan *p, const LitList *l, const LitLens *lens,
                      double weight) {
  double norms[LIT_FIELDS_MAX];
  for (int f = 0; f < p->how.n_fields; f++)
    norms[f] = lit_plan_norm(p, f, lit_lens_get(lens, l->row, f));
  return add_exact(p, l, norms, weight);
}

/* ---- scores of given rows ---- */

typedef struct Given {
  const LitPlan *plan;
  int seg;
  size_t n, n_there;        /* All; those that live in the segment: */
  uint32_t *ords, *which;   /* [n_there] ordinals, and which of all they are */
  uint32_t *hits;           /* [n_there] room: numbers of those with a word */
  double *norms;            /* [n_there, fields] */
} Given;

/* Where the rowids stand that live in the segment, and their norms. */
static int find_rows(LitErr *e, Given *g, const int64_t *rowids) {
  const LitPlan *p = g->plan;
  const LitSeg *s = p->segs[g->seg];
  double *norm = g->norms;
  LitLens lens = {0};
  g->n_there = 0;
  lit_lens_open(e, &lens, s);
  for (size_t i = 0; i < g->n && !e->rc; i++) {
    uint32_t ord;
    int is_it;
    if (lit_ids_find(e, s, rowids[i], &ord, &is_it)) break;
    if (!is_it || !lit_seg_alive(s, ord)) continue;
    if (lit_lens_load(e, &lens, ord)) break;
    for (int f = 0; f < p->how.n_fields; f++)
      *norm++ = lit_plan_norm(p, f, lit_lens_get(&lens, ord, f));
    g->ords[g->n_there] = ord;
    g->which[g->n_there++] = (uint32_t)i;
  }
  lit_lens_close(&lens);
  return e->rc;
}

/* The rows that may have a term: of a frequent one those that have it, gathered
** without a branch, as nobody could guess which. */
static size_t find_hits(const Given *g, const LitChunk *set) {
  size_t n = 0;
  for (uint32_t i = 0; i < g->n_there; i++) {
    g->hits[n] = i;
    n += !set || lit_list_set_has(set, g->ords[i]);
  }
  return n;
}

static int score_term(LitErr *e, const Given *g, int term, double *scores) {
  const LitPlan *p = g->plan;
  const LitSeg *s = p->segs[g->seg];
  const LitTermAt *at = &p->at[g->seg * p->n_terms + term];
  const LitChunk *set = lit_list_set(e, s, at, LIT_SET_SCORES);
  size_t n = at->df ? find_hits(g, set) : 0;
  LitList l = {0};
  if (n && !e->rc) lit_list_open(e, &l, s, at);
  for (size_t k = 0; k < n && !e->rc; k++) {
    uint32_t i = g->hits[k];
    if (lit_list_probe(e, &l, g->ords[i]))
      scores[g->which[i]] += add_exact(p, &l,
                                       g->norms + i * (size_t)p->how.n_fields,
                                       p->weights[term]);
  }
  lit_list_close(&l);
  lit_seg_give(s, set);
  return e->rc;
}

int lit_plan_score(LitErr *e, const LitPlan *p, const int64_t *rowids,
                   size_t n, double *scores) {
  Given g = {.plan = p, .n = n};
  g.ords = lit_new(e, lit_size(n, 3), sizeof *g.ords);
  g.which = g.ords + n, g.hits = g.which + n;
  g.norms = lit_new(e, lit_size(n, (size_t)p->how.n_fields), sizeof *g.norms);
  for (size_t i = 0; i < n; i++) scores[i] = 0;
  for (g.seg = 0; g.seg < p->n_segs && !e->rc; g.seg++) {
    if (find_rows(e, &g, rowids)) break;
    for (int t = 0; t < p->n_terms; t++)
      if (score_term(e, &g, t, scores)) break;
  }
  lit_free(g.ords);
  lit_free(g.norms);
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
