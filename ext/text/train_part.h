/* train_part.h -- what a kind of training is, for the files that make them. */
#ifndef LIT_TRAIN_PART_H
#define LIT_TRAIN_PART_H
#include "text/counts.h"
#include "text/tokparts.h"
#include "text/train.h"

typedef struct LitTrainKind {
  const char *name, *doc;
  const char *const *special;           /* Usual special tokens, NULL at end */
  int lowercase;
  /* Append the members "normalizer" ... "decoder" of the JSON. */
  int (*parts)(LitErr *e, const LitTrainOpts *o, LitBuf *json);
  /* From words to the JSON of the model.  ids of special tokens: 0 ... */
  int (*model)(LitErr *e, const LitTrainOpts *o, const LitCounts *words,
               LitBuf *json);
} LitTrainKind;

extern const LitTrainKind lit_train_wordpiece, lit_train_bpe,
    lit_train_unigram;

/* The characters of all words, by code point; limited to the most frequent
** o->alphabet, equals by code point.  Those `given` [n_given] are in. */
typedef struct LitAlphabet {
  uint32_t *cp;             /* [n] ascending */
  uint64_t *times;          /* [n] */
  size_t n;
} LitAlphabet;
int lit_alphabet_of(LitErr *e, const LitCounts *words, uint32_t limit,
                    const uint32_t *given, size_t n_given, LitAlphabet *out);
int lit_alphabet_has(const LitAlphabet *a, uint32_t cp);
void lit_alphabet_drop(LitAlphabet *a);
#endif
