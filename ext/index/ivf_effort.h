/* ivf_effort.h -- when a query has looked at enough lists; for ivf_*.c alone.
**
** Lists are taken nearest first.  The effort of going on to one is
**
**   (gap - nearest) * sqrt(rows) * rows / found
**
** by how much its gap is over the nearest one's; how many rows will then have been
** looked at; and how many had been, on average, when each of the k that look nearest
** so far was found.  A query stops at the first that is over what was measured
** (ivf_tune.c).  A row counts where it was first among those k, also if it comes
** by its other list: counted there too, it would make the others look late.
**
** So how far a list is counts less the fewer rows were looked at: by the
** distance alone, queries that are far from every centroid, and so nearly as
** far from many, looked at ten times the rows of others, for few hits more.
** And it counts more the longer nothing nearer was found: the neighbours of some
** queries lie in a few lists, those of others everywhere, and only the search
** itself shows which.  To stop when results settle is "patience" (Teofili and
** Lin 2025, "Patience in proximity"; for lists Busolin et al. 2024, "Early exit
** strategies for approximate k-NN search in dense retrieval"); we take it as a
** factor, since by itself it stops too soon for some and too late for others.
** Of a million papers, by the nearest centroid, where 400,000 codes are needed for the rows themselves as
** questions, half of the titles take more than 180,000 without it and than 71,000
** with it; with the root of that factor 99,000, and then recall of titles is .993
** instead of .991, and of sentences .986 instead of .982.
*/
#ifndef LIT_IVF_EFFORT_H
#define LIT_IVF_EFFORT_H
#include <math.h>
#include "base/topk.h"

/* The k rows that look nearest so far. */
typedef struct LitIvfFound {
  LitTopk top;              /* Scores: negative gaps; ids: how many rows had been
                            ** looked at, their list among them */
  double sum;               /* Of those ids */
} LitIvfFound;

static inline void lit_ivf_found_init(LitIvfFound *f, size_t k) {
  *f = (LitIvfFound){0};
  lit_topk_init(&f->top, k);
}

/* A row with a gap over this need not be added. */
static inline float lit_ivf_found_most(const LitIvfFound *f) {
  return f->top.k ? (float)-f->top.floor : -INFINITY;
}

/* A row that was not added before. */
int lit_ivf_found_add(LitErr *e, LitIvfFound *f, float gap, double rows);

/* Rows are those of the list too, and not none.  Where fewer than k were found,
** the others are taken to be found just now; where k is 0, all are. */
float lit_ivf_effort(const LitIvfFound *f, float gap, float nearest,
                     double rows);

#endif
