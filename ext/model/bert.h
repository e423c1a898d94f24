/* bert.h -- encoders whose input is a sum of rows, of a token's id, its place
** in the text and, for some, its segment: BERT and those that differ from it in
** names and in where places begin. */
#ifndef LIT_BERT_H
#define LIT_BERT_H
#include "model/encoder.h"

typedef struct LitBertKind {
  LitEncoderNames names;
  const char *words, *places;
  const char *segments;     /* NULL: there are none */
  int places_after_pad;     /* the first place is pad_token_id + 1, not 0 */
} LitBertKind;

/* What a row of the table of architectures needs; `kind` is kept. */
int lit_bert_open(LitErr *e, LitModel *m, const LitJson *config,
                  const LitBertKind *kind);
size_t lit_bert_room(const LitModel *m, size_t n_tokens, size_t longest);
const float *lit_bert_run(const LitModel *m, const LitBatch *b,
                          float *scratch);
#endif
