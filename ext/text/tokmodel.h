/* tokmodel.h -- the models: how a piece of text becomes ids. */
#ifndef LIT_TOKMODEL_H
#define LIT_TOKMODEL_H
#include "text/tokparts.h"

extern const LitTokModelKind *const lit_tokmodels[];      /* NULL at the end */
extern const LitTokModelKind lit_tokmodel_wordpiece, lit_tokmodel_bpe,
    lit_tokmodel_unigram, lit_tokmodel_wordlevel;

/* TOOBIG if a piece of n bytes is more than what memory should go into. */
int lit_tokmodel_long(LitErr *e, size_t n);
/* Unigram: index the pieces once they are sealed. */
int lit_unigram_reach(LitErr *e, LitTokModel *m);
/* No piece that begins as s[0..n) is longer than this. */
size_t lit_unigram_far(const LitTokModel *m, const char *s, size_t n);
/* WordPiece: seal the vocabulary, and index how long tokens are. */
enum { LIT_LENGTHS = 1 << 14 };
int lit_wordpiece_seal(LitErr *e, LitTokModel *m);
/* Read "vocab" as an object of token: id. */
int lit_tokmodel_vocab(LitErr *e, LitTokModel *m, const json_t *node);
#endif
