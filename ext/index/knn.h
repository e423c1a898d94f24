/* knn.h -- the nearest rows of many queries at once.
**
** What it finds is what lit_vecs_search finds for each query alone, to the
** last bit of a distance.  A product of matrices (kern/net.h), which rounds in
** another order than the distances, only chooses which rows cannot be among the
** nearest, by a bound on that rounding; the others are compared exactly.
** Where no product serves (l1, int8, bit) many queries share each reading of
** the vectors.
*/
#ifndef LIT_KNN_H
#define LIT_KNN_H
#include "index/vecs.h"

enum { LIT_KNN_BLOCK = 1024 };    /* Queries that are best asked together */

/* tops [n]: begun by the caller, each with its k; hits are pushed as by
** lit_vecs_search for queries[i].  masks as there. */
int lit_knn_search(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                   const LitBits *const *masks, int n_segs,
                   const LitVecQuery *queries, uint32_t n, LitTopk *tops,
                   const LitStop *stop);
#endif
