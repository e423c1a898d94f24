/* lit_sentences.h -- the first rows of an answer count by their best sentence
** too: what a question asks is often said by one sentence of an abstract, which
** the vector of the whole text hides.
**
**   sentences = 'best(50, 0.5)'    rows; the sentence's share of the cosine
**   sentences = 'none'
*/
#ifndef LIT_SENTENCES_H
#define LIT_SENTENCES_H
#include "base/spec.h"

enum { LIT_SENTENCES_NUMBERS = 2 };

typedef struct LitSentences {
  const char *name;
  LitSpecNumber numbers[LIT_SENTENCES_NUMBERS];   /* rows, share */
  /* What the cosines [n], at least one, of a row's sentences make together. */
  double (*of)(const double *cosines, size_t n);
  const char *doc;
} LitSentences;

const LitSentences *lit_sentences_row(size_t i);  /* NULL past the end */

typedef struct LitSentencesSpec {
  const LitSentences *kind; /* NULL: none */
  double numbers[LIT_SENTENCES_NUMBERS];
  int is_said;              /* Else it is the default, which is only for answers
                            ** of several lists, by models that take no time */
} LitSentencesSpec;

/* ERROR: no such kind (the words list them), a bad number. */
int lit_sentences_parse(LitErr *e, const char *text, LitSentencesSpec *out);
/* What holds where nothing is said. */
LitSentencesSpec lit_sentences_usual(void);
#endif
