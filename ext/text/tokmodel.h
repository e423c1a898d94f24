/* tokmodel.h -- the models: how a piece of text becomes ids. */
#ifndef LIT_TOKMODEL_H
#define LIT_TOKMODEL_H
#include "text/tokparts.h"

extern const LitModelKind *const lit_models[];      /* NULL at the end */
extern const LitModelKind lit_model_wordpiece;

/* Read "vocab" as an object of token: id. */
int lit_model_vocab(LitErr *e, LitModel *m, const json_t *node);
#endif
