/* lit_how.h -- how an answer is made: options in words that a table has, and
** that a question may say otherwise.
**
** feedback: a question is asked, what stands on top of the answer is taken for
** right, and the question, made richer by it, is asked again.
**
**   'rm3(10, 20, 0.5)'      words: rows, words, their share
**   'rocchio(10, 0.5)'      vectors: rows, their weight
**   'near(3, 0.3, 0.6)'     words near the question's by the built-in model: for
**                           each, weight, least cosine
**   'rm3 + rocchio'         both
**
** sentences: the first rows count by their best sentence too: what a question
** asks is often said by one sentence of an abstract, which the vector of the
** whole text hides.
**
**   'best(20, 0.5)'         rows; the sentence's share of the cosine
**
** prior: what a row is worth before anything is asked: newer papers, or those
** with many votes, stand higher among rows that answer nearly alike.  The column
** is a FILTER column of numbers.
**
**   'recent(5, 0.2) of year'      half-life, weight
**   'many(0.1) of votes'          weight
**   'recent of year + many of votes'
**
** neighbours: the first rows count by the rows that are like them too: what
** answers a question is seldom alone among the first.
**
**   'lift(50, 3, 0.2)'      rows; neighbours of each; their share of the score
**
** 'none' is for each.  What sentences and neighbours do unless something is said
** is only for some answers: see lit_sentences.c, lit_neighbours.c.
*/
#ifndef LIT_HOW_H
#define LIT_HOW_H
#include "base/spec.h"

typedef enum {
  LIT_HOW_FEEDBACK, LIT_HOW_SENTENCES, LIT_HOW_PRIOR, LIT_HOW_NEIGHBOURS,
  LIT_N_HOWS
} LitHow;

extern const LitSpecSort *const lit_hows[LIT_N_HOWS];
extern const LitSpecSort lit_feedback, lit_sentences, lit_prior,
                         lit_neighbours;
#endif
