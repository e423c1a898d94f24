/* bpe.h -- byte-pair encoding, for whoever loads merges from elsewhere. */
#ifndef LIT_BPE_H
#define LIT_BPE_H
#include "text/tokmodel.h"

typedef struct LitBpePair {
  const char *left, *right;             /* [n_left], [n_right] */
  size_t n_left, n_right;
} LitBpePair;

/* Make room for n merges, then add them with their ranks 0, 1, ... */
int lit_bpe_merges(LitErr *e, LitTokModel *m, size_t n);
int lit_bpe_add(LitErr *e, LitTokModel *m, const LitBpePair *p, uint32_t rank,
                LitBuf *spare);
void lit_bpe_drop(LitTokModel *m);
size_t lit_bpe_bytes(const LitTokModel *m);
#endif
