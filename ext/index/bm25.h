/* bm25.h -- the best rows for some words, by BM25F.
**
** Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section
** 3.7:
**
**   tf~   = sum over fields of  w_f tf_f / (1 + b (len_f / avglen_f - 1))
**   score = sum over terms of   weight idf tf~ / (k1 + tf~)
**   idf   = ln(1 + (N - df + 0.5) / (df + 0.5))
**
** N, df and avglen are over all segments, dead rows included until a merge
** drops them.  Sums are doubles, fields and terms in ascending order (terms by
** their bytes), so a score is the same bits however it was found.
*/
#ifndef LIT_BM25_H
#define LIT_BM25_H
#include "base/stop.h"
#include "base/topk.h"
#include "index/seg.h"

/* Equal terms are merged, their weights added.  A weight may be negative. */
typedef struct LitTerm {
  const char *at;
  uint32_t n;
  float weight;
} LitTerm;

typedef struct LitBm25 {
  float k1, b;              /* k1 >= 0, 0 <= b <= 1; usual: 1.2, 0.75 */
  int n_fields;
  const float *weights;     /* [n_fields], each >= 0 */
} LitBm25;

/* What a search did; counts are added to. */
typedef struct LitBm25Trace {
  uint64_t postings;        /* Of all terms in all segments */
  uint64_t blocks_decoded, blocks_skipped;
  uint64_t fours;           /* Looked at, as all that may hold a good row */
  uint64_t rows_scored;     /* Exactly, of all rows that were looked at */
} LitBm25Trace;

/* Pushes (score, rowid) of the best rows; what `top` ends with is exactly the
** ranking of all rows that hold a term, whatever was skipped.  masks[i] NULL
** (or masks NULL): all live rows; else only rows whose bit is set, which the
** caller has combined with the live bits.  trace may be NULL. */
int lit_bm25_search(LitErr *e, const LitBm25 *how, LitSeg *const *segs,
                    const LitBits *const *masks, int n_segs,
                    const LitTerm *terms, int n_terms, LitTopk *top,
                    LitBm25Trace *trace, const LitStop *stop);

/* scores[i] of the live row rowids[i] (ascending), 0 where no term occurs or
** no such row is. */
int lit_bm25_score(LitErr *e, const LitBm25 *how, LitSeg *const *segs,
                   int n_segs, const LitTerm *terms, int n_terms,
                   const int64_t *rowids, size_t n, double *scores);
#endif
