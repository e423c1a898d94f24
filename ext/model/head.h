/* head.h -- heads that give a text, or a pair of texts, a number: sequence
** classification as transformers has it, with one label.
**
**   score = out(norm(act(dense(pooled))))
**
** pooled: the first token's state, or the mean of all (ModernBERT's
** classifier_pooling).  What sentence-transformers' CrossEncoder.predict then
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
  int no_bias;              /* dense, norm need not have one */
} LitHeadNames;

typedef struct LitHead {
  LitLinear dense, out;
  LitNorm norm;
  LitAct act, last;         /* NULL: nothing */
  int has_dense, has_norm, is_mean;
} LitHead;

/* m->head, if config.json's architectures names one for classification, and
** the architecture can have one. */
int lit_head_open(LitErr *e, LitModel *m, const LitJson *config);

/* Floats that lit_head_score needs. */
size_t lit_head_room(const LitModel *m);
float lit_head_score(const LitModel *m, const float *states, size_t n,
                     float *spare);
#endif
