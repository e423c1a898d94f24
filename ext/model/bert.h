/* bert.h -- encoders whose input is a sum of rows, of a token's id and, for
** some, its place in the text, its segment: BERT and those that differ from it
** in names, in where places begin, in how the encoder counts them. */
#ifndef LIT_BERT_H
#define LIT_BERT_H
#include "model/encoder.h"

typedef struct LitBertKind {
  LitEncoderNames names;
  const char *words;
  const char *places, *segments;    /* NULL: there are none */
  const char *max_tokens;   /* config.json's key; max_position_embeddings */
  const char *distances;    /* a table that is added to scores, or NULL */
  int places_after_pad;     /* the first place is pad_token_id + 1 */
  int places_from;          /* or this, whatever config.json says */
} LitBertKind;

/* What a row of the table of architectures needs.  lit_bert_open: the encoder,
** in m->arena, of which more can be set; NULL and an error. */
LitEncoder *lit_bert_open(LitErr *e, LitModel *m, const LitJson *config,
                          const LitBertKind *kind);
size_t lit_bert_room(const LitModel *m, size_t n_tokens, size_t longest);
const float *lit_bert_run(const LitModel *m, const LitBatch *b,
                          float *scratch);
#endif
