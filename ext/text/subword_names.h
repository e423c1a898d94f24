/* subword_names.h -- tokenizers of this process, by name.
**
**   lit_subword_add(&e, "bert", "/path/to/tokenizer.json");
**   lit_subword_borrow(&e, "lit_tokens", "bert", &use);
**   lit_subword_encode(&e, use.t, use.scratch, ...);
**   lit_subword_give_back(&use);
**
** A name that was not added is looked for as a folder $LIT_MODELS/NAME, else
** ${XDG_CACHE_HOME:-~/.cache}/lit/models/NAME, and loaded when first used.
** Tokenizers are shared by all connections and never unloaded.
*/
#ifndef LIT_SUBWORD_NAMES_H
#define LIT_SUBWORD_NAMES_H
#include "text/subword.h"

struct LitNamedSubword;

/* A tokenizer and a scratch that nobody else has meanwhile.  Zero to start. */
typedef struct LitSubwordUse {
  const LitSubword *t;
  LitSubwordScratch *scratch;
  struct LitNamedSubword *from;
} LitSubwordUse;

/* Load `path` (as lit_subword_load) and call it `name` from now on.  One that
** had the name before stays valid for whoever has borrowed it. */
int lit_subword_add(LitErr *e, const char *name, const char *path);

/* name NULL: the tokenizer added last.  Errors: ERROR (there is none of that
** name: says which there are), and those of lit_subword_load. */
int lit_subword_borrow(LitErr *e, const char *who, const char *name,
                       LitSubwordUse *out);
void lit_subword_give_back(LitSubwordUse *use);

/* Tokenizer i, oldest first: its name, or NULL past the end. */
const char *lit_subword_row(size_t i, LitSubwordInfo *out);
#endif
