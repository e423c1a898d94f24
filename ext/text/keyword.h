/* keyword.h -- the rule-ordered ranking of a classic search page.
**
** A text has to have every word of the query (its stop words aside, unless it
** has no others).  How the worst of them is there is the text's tier:
**
**   1  as typed, but for case and accents
**   2  split, hyphenated or joined (pre-training, pre training, pretraining),
**      or another form of the word (models for model)
**   3  with one typo: a letter more, less, other, or two swapped
**
** Within a tier the nearer the words stand to each other in one field the
** better, then the earlier the field, which is why the title comes first.
*/
#ifndef LIT_KEYWORD_H
#define LIT_KEYWORD_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "text/words.h"

enum { LIT_KEYWORD_MAX = 32 };    /* words of a query; later ones are ignored */

typedef struct LitField { const char *at; size_t n; } LitField;

/* A query, ready to be asked of many texts.  `words` and `stop` (may be NULL)
** must outlive it. */
typedef struct LitKeyword LitKeyword;
int lit_keyword_open(LitErr *e, LitWordsCtx *words, const char *query,
                     size_t n, const LitStop *stop, LitKeyword **out);
void lit_keyword_close(LitKeyword *k);            /* NULL is fine */

/* Words that must be there: 0 for an empty query, which matches nothing. */
int lit_keyword_count(const LitKeyword *k);

/* The score of a text of fields [n_fields]: 0 if it does not match, else
** positive, higher is better, and comparable among the texts of one query: a
** million for each tier below 4, then the nearness, then the field.  *tier (may
** be NULL): 1, 2, 3, or 0.  Fields are cleaned; one at {NULL, 0} is empty. */
int lit_keyword_score(LitErr *e, LitKeyword *k, const LitField *fields,
                      int n_fields, double *score, int *tier);

/* Which of the words that must be there may have this index term, as bits by
** their number among them: those that have it, and those of which it may be the
** stem with one typo.  Never misses one typo outside the ending; for scanning a
** term dictionary. */
uint32_t lit_keyword_maybe(const LitKeyword *k, const char *term, size_t n);

/* Is b, a folded word, a with at most one typo?  (Damerau-Levenshtein distance
** 1; of words under 4 letters and of words with digits none, the first letter
** stays in words of up to 5.) */
int lit_keyword_near(const char *a, size_t na, const char *b, size_t nb);
#endif
