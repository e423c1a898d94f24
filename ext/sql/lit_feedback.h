/* lit_feedback.h -- pseudo-relevance feedback: a question is asked, what stands
** on top of the answer is taken for right, and the question, made richer by it,
** is asked again.
**
**   feedback = 'rm3(10, 20, 0.5)'      words: rows, words, their share
**   feedback = 'rocchio(10, 0.5)'      vectors: rows, their weight
**   feedback = 'near(3, 0.3, 0.6)'     words near the question's by the built-in
**                                      model: for each, weight, least cosine
**   feedback = 'rm3 + rocchio'         both; 'none' (default)
*/
#ifndef LIT_FEEDBACK_H
#define LIT_FEEDBACK_H
#include "base/spec.h"

enum { LIT_FEEDBACK_NUMBERS = 3, LIT_FEEDBACK_KINDS = 3 };

struct LitSearch;
struct LitFused;

typedef struct LitFeedback {
  const char *name;
  LitSpecNumber numbers[LIT_FEEDBACK_NUMBERS];  /* The first: how many rows */
  /* Change the question of `s` by the rows [n], best first. */
  int (*learn)(LitErr *e, struct LitSearch *s, const double *numbers,
               const struct LitFused *top);
  const char *doc;
} LitFeedback;

const LitFeedback *lit_feedback_row(size_t i);    /* NULL past the end */

typedef struct LitFeedbackSpec {
  size_t n;                 /* 0: none */
  struct LitFeedbackOne {
    const LitFeedback *kind;
    double numbers[LIT_FEEDBACK_NUMBERS];
  } at[LIT_FEEDBACK_KINDS];
} LitFeedbackSpec;

/* ERROR: no such kind (the words list them), one twice, a bad number. */
int lit_feedback_parse(LitErr *e, const char *text, LitFeedbackSpec *out);
#endif
