/* ivf_search.h -- the nearest rows of a segment from its lists; for vecs_*.c
** alone. */
#ifndef LIT_IVF_SEARCH_H
#define LIT_IVF_SEARCH_H
#include "index/vecs_pool.h"

/* True if the lists of a side are the way to find the nearest k of its
** n_allowed rows at this recall; reach: how far to look.  is_far: the codes
** would be read from the file. */
int lit_ivf_fits(const LitIvf *ivf, double recall, size_t k,
                 uint32_t n_allowed, int is_far, LitIvfReach *reach);

/* Put into the pool what the lists of a side have.  At least k of the rows that
** are asked for have been looked at afterwards, or all. */
int lit_ivf_search(LitErr *e, LitPool *pool, const LitVecsSide *side);

#endif
