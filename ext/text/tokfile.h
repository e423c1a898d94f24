/* tokfile.h -- tokenizers in files that are not tokenizer.json. */
#ifndef LIT_TOKFILE_H
#define LIT_TOKFILE_H
#include "text/tokparts.h"

int lit_tokfile_vocab_txt(LitErr *e, LitSubword *t, const LitSubwordFiles *f);
/* vocab.json, with merges.txt beside it. */
int lit_tokfile_vocab_json(LitErr *e, LitSubword *t, json_t *vocab,
                           const LitSubwordFiles *f);
/* Ranks: base64 of a token's bytes, a blank, its rank, on each line. */
int lit_tokfile_ranks(LitErr *e, LitSubword *t, const LitSubwordFiles *f);
int lit_tokfile_is_ranks(const LitSubwordFiles *f);
int lit_tokfile_step(LitErr *e, LitSubword *t, const LitStepKind *kind,
                     const char *json);
#endif
