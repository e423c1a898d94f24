/* distill.h -- making a static model (arch_static.c) from texts.
**
** A static model is a vocabulary with one vector for each token; a text is
** their sum.  The trainer reads papers (a title and an abstract, or abstracts
** alone) and, if there is a teacher, the teacher's vectors of some texts:
**
**   LitDistill *t = lit_distill_new(&e, &opts, teacher);
**   lit_distill_paper(&e, t, title, text);            for each paper
**   lit_distill_taught(&e, t, text, vector);          for each text taught
**   lit_distill_begin(&e, t, &stop);                  vocabulary, first vectors
**   while (!lit_distill_is_done(t)) lit_distill_steps(&e, t, 100, &stop);
**   lit_distill_save(&e, t, &stop);
**   lit_distill_free(t);
**
** The checkpoint, opts->out with ".state" behind it, is written every
** opts->keep steps; a trainer begun with the same options and the same texts
** goes on from it, and ends with the same bytes as one that was never stopped.
** The batch of a step is a function of seed and step.  Products of matrices are
** OpenBLAS's, so another kind of CPU gives other last bits.
**
** Memory: 4 bytes for each word of the texts, 12 for each number of the
** vectors, 4 (teacher's dim) for each text taught; 4 batch^2 for a step.  Hard
** negatives: 4 (dim + 2) for each text of the pool, and 4 (batch + 2 dim) for
** each that a step meets: at most hard batch, and no more than the pool.
*/
#ifndef LIT_DISTILL_H
#define LIT_DISTILL_H
#include <stdint.h>
#include "base/stop.h"
#include "model/model.h"

typedef struct LitDistillOpts {
  const char *who;          /* the SQL function, for words */
  const char *out;          /* path of the model */
  const char *card;         /* the caller's own JSON for the card, or NULL */
  int64_t dim, words, least, steps, batch, taught_batch, alike, keep, seed;
  int64_t hard, pool, mine; /* hard negatives of a pair, 0: none; the texts they
                            ** are of; steps from one pool to the next */
  double rate;              /* of Adam, first 50 steps rising, falling to 0 */
  double temperature;       /* of the softmax over a batch */
  double titles;            /* share of pairs (title, abstract) */
  double distill;           /* weight of the loss that teaches */
  double rare;              /* SIF: a word of share p weighs rare/(rare + p) */
  double drop;              /* share of tokens left out */
  double margin;            /* no hard negative's cosine is above so many times
                            ** that of the right answer */
} LitDistillOpts;

typedef struct LitDistill LitDistill;

/* opts and teacher (may be NULL) are kept. */
LitDistill *lit_distill_new(LitErr *e, const LitDistillOpts *opts,
                        const LitModel *teacher);
void lit_distill_free(LitDistill *t);

/* One paper; title may be empty.  Papers without a word are passed over. */
int lit_distill_paper(LitErr *e, LitDistill *t, LitText title, LitText text);
/* A text and its vector by the teacher [its dim]. */
int lit_distill_taught(LitErr *e, LitDistill *t, LitText text,
                     const float *vector);

/* Choose the vocabulary and the first vectors, or take them from the
** checkpoint.  Errors: ERROR (too few texts or words for the options),
** MISMATCH (the checkpoint is of other options or texts), INTERRUPT, NOMEM. */
int lit_distill_begin(LitErr *e, LitDistill *t, const LitStop *stop);

/* At most so many steps more.  An interrupt writes the checkpoint; after any
** other error it is what it was. */
int lit_distill_steps(LitErr *e, LitDistill *t, int64_t n, const LitStop *stop);
int lit_distill_is_done(const LitDistill *t);

/* How it stands. */
typedef struct LitDistillSeen {
  int64_t step, papers, taught, tokens, vocabulary;
  double loss;              /* of the pairs, mean of the last steps */
  double cosine;            /* with the teacher, mean of the last steps */
  double score;             /* nDCG@10, held-out titles among abstracts */
} LitDistillSeen;
int lit_distill_score(LitErr *e, LitDistill *t, const LitStop *stop);
void lit_distill_seen(const LitDistill *t, LitDistillSeen *out);

/* Turn, round and write the model; remove the checkpoint. */
int lit_distill_save(LitErr *e, LitDistill *t, const LitStop *stop);
#endif
