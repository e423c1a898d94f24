/* bm25_plan.h -- what bm25.c works out once for a query, for bm25_search.c.
**
** Terms stand in ascending order of their bytes, each once: sums go in this
** order wherever a score is made.
*/
#ifndef LIT_BM25_PLAN_H
#define LIT_BM25_PLAN_H
#include "base/mem.h"
#include "index/bm25.h"
#include "index/terms.h"

enum { LIT_NORMS = 2048 };

typedef struct LitPlan {
  LitArena arena;
  const LitBm25 *how;
  LitSeg *const *segs;
  int n_segs, n_terms;
  LitTerm *terms;           /* [n_terms] */
  double *weights;          /* [n_terms]: weight * idf */
  LitTermAt *at;            /* [n_segs * n_terms] */
  double k1, avg[LIT_FIELDS_MAX];
  /* Single precision, for bounds and for choosing whom to score: weight of
  ** the field over its norm, by length and by code of length.  Made by
  ** lit_plan_norms, for a search. */
  float *norms[LIT_FIELDS_MAX];        /* [LIT_NORMS] */
  float *code_norms[LIT_FIELDS_MAX];   /* [256] */
} LitPlan;

/* Zero to start; drop also after an error. */
int lit_plan_make(LitErr *e, LitPlan *p, const LitBm25 *how,
                  LitSeg *const *segs, int n_segs, const LitTerm *terms,
                  int n_terms);
int lit_plan_norms(LitErr *e, LitPlan *p);
void lit_plan_drop(LitPlan *p);

/* w_f / (1 + b (len / avglen - 1)). */
double lit_plan_norm(const LitPlan *p, int field, uint32_t len);

/* What a term adds to the score of the row that `l` stands on; lens has the
** row's chunk loaded. */
double lit_plan_exact(const LitPlan *p, const LitList *l, const LitLens *lens,
                      double weight);

static inline double lit_plan_saturate(double k1, double x) {
  return x > 0 ? x / (k1 + x) : 0;
}
#endif
