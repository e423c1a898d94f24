/* tokfile.h -- tokenizers in files that are not tokenizer.json. */
#ifndef LIT_TOKFILE_H
#define LIT_TOKFILE_H
#include "text/tokparts.h"

int lit_tokfile_vocab_txt(LitErr *e, LitSubword *t, const LitSubwordFiles *f);
int lit_tokfile_step(LitErr *e, LitSubword *t, const LitStepKind *kind,
                     const char *json);
#endif
