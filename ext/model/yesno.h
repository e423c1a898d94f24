/* yesno.h -- language models that judge a text: the question and the text stand
** in a prompt, and the score is how much likelier the model goes on with "yes"
** than with "no" (Qwen3-Reranker: Zhang et al. 2025).
**
**   score = sigmoid(state of the last token (row of "yes" - row of "no"))
**
** The rows are those of lm_head, or, where the two are tied, of the token
** vectors.  The prompt is Qwen3-Reranker's; its instruction is the model's
** prompt for queries, or the published one where it has none.  What is over the
** model's limit is cut off the text's end.
*/
#ifndef LIT_YESNO_H
#define LIT_YESNO_H
#include "model/parts.h"

typedef struct LitYesNo {
  const uint32_t *before, *after;   /* the prompt's tokens around the text */
  size_t n_before, n_after;
} LitYesNo;

/* m->head, of a language model whose tokenizer has both words: after
** lit_head_open and the tokenizer. */
int lit_yesno_open(LitErr *e, LitModel *m);

/* The tokens of query and text within the prompt, into c->ids. */
int lit_yesno_pair(LitErr *e, const LitModel *m, LitEmbedding *c,
                   LitText query, LitText text);
#endif
