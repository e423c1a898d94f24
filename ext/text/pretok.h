/* pretok.h -- the pre-tokenizers: how a text is cut before the model. */
#ifndef LIT_PRETOK_H
#define LIT_PRETOK_H
#include "text/tokparts.h"

extern const LitStepKind *const lit_pretoks[];      /* NULL at the end */
extern const LitStepKind lit_pretok_bert, lit_pretok_whitespace_split,
    lit_pretok_punctuation, lit_pretok_digits, lit_pretok_whitespace,
    lit_pretok_delimiter, lit_pretok_length, lit_pretok_bytes,
    lit_pretok_split, lit_pretok_metaspace, lit_pretok_script;

int lit_is_punct(uint32_t cp);              /* As the splitters see it */
/* "behavior": "Removed", "Isolated", ... (or in lower case) */
int lit_cut_mode(LitErr *e, const json_t *node, LitCutMode def,
                 LitCutMode *out);
#endif
