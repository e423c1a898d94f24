/* head.h -- heads that give a text, or a pair of texts, a number: sequence
** classification as transformers has it, with one label.
**
**   score = out(norm(act(dense(pooled))))
**
** pooled: the first token's state, the last one's (decoders), or the mean of all
** (ModernBERT's classifier_pooling).  Language models have another (yesno.h).
** What sentence-transformers' CrossEncoder.predict then
** applies is applied too: what config.json says in sentence_transformers.
** activation_fn or sbert_ce_default_activation_function, else the sigmoid.
*/
#ifndef LIT_HEAD_H
#define LIT_HEAD_H
#include "kern/net.h"
#include "model/act.h"
#include "model/linear.h"
#include "model/parts.h"

typedef struct LitHeadNames {
  const char *const *prefixes;
  const char *dense, *norm, *out;   /* tensors; NULL: there is none */
  const char *act;          /* after dense; NULL: config.json's
                               classifier_activation */
  int no_bias;              /* none of them need have one */
  int from_last;            /* pooled is the last token's state */
} LitHeadNames;

typedef enum { LIT_HEAD_FIRST, LIT_HEAD_MEAN, LIT_HEAD_LAST } LitHeadFrom;

typedef struct LitHead {
  LitHeadFrom from;
  const struct LitYesNo *judge;     /* how a pair is put to it, or NULL */
  LitLinear dense, out;
  LitNorm norm;
  LitAct act, last;         /* NULL: nothing */
  int has_dense, has_norm;
} LitHead;

/* m->head, if config.json's architectures names one for classification, and
** the architecture can have one; m->is_language_model. */
int lit_head_open(LitErr *e, LitModel *m, const LitJson *config);

/* Floats that lit_head_score needs. */
size_t lit_head_room(const LitModel *m);
float lit_head_score(const LitModel *m, const float *states, size_t n,
                     float *spare);
#endif
