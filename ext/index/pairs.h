/* pairs.h -- do the words of a question stand together in these rows?
**
** The sequential dependence of Metzler and Croft 2005, "A Markov Random Field
** Model for Term Dependencies": for each two neighbours of a question, how
** often they stand side by side in a field in that order, and how often within
** 8 words of one another, whichever comes first.  Both are counted as BM25F
** (bm25.h) counts a word:
**
**   score = sum over pairs of  (idf_a + idf_b) (0.1  side~ / (k1 + side~) +
**                                               0.05 near~ / (k1 + near~))
**
** side~ and near~: the counts over their fields, as tf~.  0.1 and 0.05: the
** weights of the paper, where a word has 0.85.  idf_a + idf_b: the idf of the
** pair if its words fell where they may, so that no count over all rows is
** needed, and the price is that of the rows asked about.
*/
#ifndef LIT_PAIRS_H
#define LIT_PAIRS_H
#include "index/bm25.h"

enum { LIT_PAIRS_MAX = 256 };

typedef struct LitPair { LitTerm a, b; } LitPair;     /* weights: not used */

/* A question; `how` as for its words.  `plan` of the same segments: if it has all
** words of the pairs, none is made for them; may be NULL. */
typedef struct LitPairs {
  const LitBm25 *how;
  const struct LitPlan *plan;
  const LitPair *at;        /* [n], n <= LIT_PAIRS_MAX */
  int n;
  const LitStop *stop;
} LitPairs;

/* Adds to the score of each hit [n] what the pairs give to its row. */
int lit_pairs_score(LitErr *e, const LitPairs *q, LitSeg *const *segs,
                    int n_segs, LitHit *hits, size_t n);
#endif
