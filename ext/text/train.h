/* train.h -- a subword tokenizer learned from texts.
**
**   LitTrainOpts o = {.kind = "bpe", .size = 32000};
**   lit_train_new(&e, &o, &t);
**   for each text: lit_train_add(&e, t, s, n);
**   lit_train_finish(&e, t, &json);          tokenizer.json
**   lit_train_free(t);
**
** The same texts in the same order give the same bytes.  Memory: each
** different word once, about 60 bytes and its text, for at most
** LIT_TRAIN_WORDS of them (beyond, the rarest are forgotten), then what the
** kind needs (see its file).
*/
#ifndef LIT_TRAIN_H
#define LIT_TRAIN_H
#include "base/buf.h"
#include "base/stop.h"

enum { LIT_TRAIN_WORDS = 4 << 20, LIT_TRAIN_SPECIALS = 1024 };

typedef struct LitTrainOpts {
  const char *kind;         /* lit_train_kind */
  uint32_t size;            /* Tokens, at most; special ones, characters too */
  uint64_t min_count;       /* A pair seen less often is not merged */
  uint32_t alphabet;        /* Characters that become tokens; 0: all */
  uint32_t max_piece;       /* unigram: characters of a piece, 0: 16 */
  int lowercase;            /* 0, 1; -1: as is usual for the kind */
  const char *split;        /* bpe: a scanner's name; NULL: "gpt2" */
  const char *const *special;           /* [n_special] tokens; NULL: those */
  size_t n_special;                     /* usual for the kind */
  const LitStop *stop;
} LitTrainOpts;

typedef struct LitTrain LitTrain;

/* *o and what it points to are lent until lit_train_free.  Errors: ERROR
** (unknown kind or split: says which there are), NOMEM. */
int lit_train_new(LitErr *e, const LitTrainOpts *o, LitTrain **out);
/* Errors: MISMATCH (no UTF-8), INTERRUPT, NOMEM. */
int lit_train_add(LitErr *e, LitTrain *t, const char *s, size_t n);
int lit_train_finish(LitErr *e, LitTrain *t, LitBuf *json);
void lit_train_free(LitTrain *t);

/* Kind i: name and doc, NULL past the end. */
const char *lit_train_kind(size_t i, const char **doc);
#endif
