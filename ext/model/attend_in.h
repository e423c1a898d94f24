/* attend_in.h -- inside attend*.c: which keys some queries see. */
#ifndef LIT_ATTEND_IN_H
#define LIT_ATTEND_IN_H
#include "model/attend.h"

/* Panels of queries of the text from .. to-1, and the keys that any of them
** sees: lo .. hi-1, which lie in the panels first .. last-1. */
typedef struct LitBlock {
  size_t from, to, query, lo, hi, first, last;
  int n;                    /* panels of queries, 1 or 2 */
  float over[LIT_TILE_PANELS][LIT_LANES];
} LitBlock;

/* The panels of queries from `query` on, of the text from .. to-1. */
LitBlock lit_block_make(const LitEncoder *net, const LitLayer *layer,
                        size_t query, size_t from, size_t to);

/* What places do to the scores of panel p, before they are scaled: distances are
** added, what a query may not see is lower than any score. */
void lit_block_place(const LitEncoder *net, const LitLayer *layer, size_t head,
                     const LitBlock *b, int p, float *scores);

/* Set to `value` the scores of keys that a query may not see. */
void lit_block_hide(const LitEncoder *net, const LitLayer *layer,
                    const LitBlock *b, int p, float value, float *scores);
#endif
