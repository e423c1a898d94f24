/* train_merge.h -- merges learned from words, for BPE and WordPiece. */
#ifndef LIT_TRAIN_MERGE_H
#define LIT_TRAIN_MERGE_H
#include "text/train_part.h"

typedef struct LitMergePair {
  uint32_t left, right;     /* Ids */
  int gone;                 /* Stands further down, too */
} LitMergePair;

typedef struct LitMergeList {
  const char *prefix;       /* Before what does not begin a word, or "" */
  LitCounts vocab;          /* Row: id */
  LitMergePair *at;         /* [n] in order */
  size_t n, room;
} LitMergeList;

/* Special tokens, letters, then one token a merge until o->size are there. */
int lit_merge_learn(LitErr *e, const LitTrainOpts *o, const LitCounts *words,
                    const LitAlphabet *letters, LitMergeList *out);
void lit_merge_drop(LitMergeList *m);
#endif
