/* topk.h -- the k best of a stream of (score, id), in bounded memory.
**
** Better is: higher score; among equals, the lower id.  The answer does not
** depend on the order in which hits come.  Scores must not be NaN.
*/
#ifndef LIT_TOPK_H
#define LIT_TOPK_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitHit {
  double score;
  int64_t id;
} LitHit;

typedef struct LitTopk {
  LitHit *at;               /* A heap, worst first, until sorted */
  size_t n, k, room;
  double floor;             /* A score below this cannot enter; may be set before
                            ** the first push, which then must ask lit_topk_wants */
} LitTopk;

/* An empty list of at most k hits.  Memory grows with what is pushed, so a
** huge k costs nothing by itself. */
void lit_topk_init(LitTopk *t, size_t k);

/* Is it worth calling lit_topk_push?  A score equal to the floor may still
** win by its id. */
static inline int lit_topk_wants(const LitTopk *t, double score) {
  return score >= t->floor && t->k > 0;
}

int lit_topk_push(LitErr *e, LitTopk *t, double score, int64_t id);
void lit_topk_sort(LitTopk *t);   /* Best first; pushing after needs an init */
int lit_hit_better(const LitHit *a, const LitHit *b);
void lit_topk_drop(LitTopk *t);
#endif
