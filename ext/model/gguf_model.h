/* gguf_model.h -- a model that is one GGUF file. */
#ifndef LIT_GGUF_MODEL_H
#define LIT_GGUF_MODEL_H
#include "model/parts.h"

/* After its weights were listed: the network, pooling, limits; all but the
** tokenizer.  Errors: CORRUPT, MISMATCH (architecture unknown), NOMEM. */
int lit_gguf_model(LitErr *e, LitModel *m);
#endif
