/* bm25_plan.h -- what is worked out once for some words, and then serves all that
** is asked about them: a search, scores of given rows, their pairs.
**
** Terms stand in ascending order of their bytes, each once: sums go in this
** order wherever a score is made.
*/
#ifndef LIT_BM25_PLAN_H
#define LIT_BM25_PLAN_H
#include "base/mem.h"
#include "index/bm25.h"
#include "index/terms.h"

enum { LIT_NORMS = 2048, LIT_SIEVE_FROM = 1 << 18 };

typedef struct LitPlan {
  LitArena arena;
  LitBm25 how;              /* Its weights are the caller's */
  LitSeg *const *segs;
  int n_segs, n_terms;
  LitTerm *terms;           /* [n_terms] */
  double *idfs, *weights;   /* [n_terms]: idf; weight * idf */
  LitTermAt *at;            /* [n_segs * n_terms] */
  double k1, avg[LIT_FIELDS_MAX];
  uint32_t longest[LIT_FIELDS_MAX];
  uint32_t sieve_from;      /* Rows of a segment that is worth a sieve, a
                            ** quarter of them where there is a floor (bm25_sieve.h):
                            ** LIT_SIEVE_FROM, or as a test likes */
  /* Single precision, for bounds and for choosing whom to score: weight of
  ** the field over its norm, by length and by code of length.  Made by
  ** lit_plan_norms, for a search. */
  float *norms[LIT_FIELDS_MAX];        /* [LIT_NORMS] */
  float *code_norms[LIT_FIELDS_MAX];   /* [256] */
} LitPlan;

/* Zero to start; drop also after an error.  Good as long as the segments are. */
int lit_plan_make(LitErr *e, LitPlan *p, const LitBm25 *how,
                  LitSeg *const *segs, int n_segs, const LitTerm *terms,
                  int n_terms);
int lit_plan_norms(LitErr *e, LitPlan *p);
void lit_plan_drop(LitPlan *p);

/* lit_bm25_search and lit_bm25_score, of the plan's words and segments. */
int lit_plan_search(LitErr *e, LitPlan *p, const LitBits *const *masks,
                    LitTopk *top, LitBm25Trace *trace, const LitStop *stop);
int lit_plan_score(LitErr *e, const LitPlan *p, const int64_t *rowids,
                   size_t n, double *scores);
/* The root of the sum of (weight idf)^2 over the terms that occur: a unit for
** scores that is known before any is made.  0 where none does. */
double lit_plan_length(const LitPlan *p);
/* The number of a term; -1 if the plan does not have it. */
int lit_plan_find(const LitPlan *p, const char *at, uint32_t n);

/* w_f / (1 + b (len / avglen - 1)). */
double lit_plan_norm(const LitPlan *p, int field, uint32_t len);

/* What a term adds to the score of the row that `l` stands on; lens has the
** row's chunk loaded. */
double lit_plan_exact(const LitPlan *p, const LitList *l, const LitLens *lens,
                      double weight);

/* x [to - from]: the sums of tf * norm over the fields, in single precision, of
** postings from .. to of the block that `l` stands in; lens has their chunk loaded. */
void lit_plan_sums(const LitPlan *p, const LitLens *lens, const LitList *l,
                   uint32_t from, uint32_t to, float *x);

static inline double lit_plan_saturate(double k1, double x) {
  return x > 0 ? x / (k1 + x) : 0;
}
#endif
