/* mmr.h -- reorders hits so that those near the top differ from one another.
**
** Maximal marginal relevance (Carbonell and Goldstein 1998): the best hit
** first, then again and again the hit with the greatest
**
**   (1 - diversity) * relevance - diversity * similarity to the nearest chosen
**
** Relevance is the score scaled to 0..1 among the hits given, for scores of
** fusions are far smaller than cosines; scores that are all alike count 1.
*/
#ifndef LIT_MMR_H
#define LIT_MMR_H
#include <stddef.h>
#include "base/err.h"
#include "base/stop.h"
#include "base/topk.h"

typedef struct LitMmr {
  double diversity;         /* 0: the order stays .. 1: only difference counts */
  size_t take;              /* Choose so many; the others follow as they were */
  /* Similarity, at most 1, of the hits at places a and b as given. */
  double (*similar)(void *ctx, size_t a, size_t b);
  void *ctx;
  const LitStop *stop;
} LitMmr;

/* Reorders hits[0 .. n-1], which come best first; each keeps its score.
** Calls `similar` fewer than take * n times.  NOMEM, INTERRUPT: the order is
** as it was. */
int lit_mmr(LitErr *e, const LitMmr *how, LitHit *hits, size_t n);

/* A ready `similar` over a matrix; ctx is a LitMmrVectors.  The cosine; 0 for
** a row of zeros (a hit without a vector). */
typedef struct LitMmrVectors {
  const float *at;          /* [n, dim], row i for hit i */
  size_t dim;
} LitMmrVectors;
double lit_mmr_cosine(void *ctx, size_t a, size_t b);
#endif
