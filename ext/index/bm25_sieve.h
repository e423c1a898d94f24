/* bm25_sieve.h -- what the frequent words of a question can add, at most, to each
** four rows of a segment; so that only fours that may hold one of the best rows are
** looked at.
**
** A word's tops are half a byte for each four rows: which of 16 levels none of its
** rows there surpasses, in shares of the word's weight; 0: it has none there.  They
** are made of its whole list, when it is asked for the second time, and kept in the
** cache of chunks.  So what is asked for once costs no more than to read it, and a
** question whose words are all known is answered through the sieve.
*/
#ifndef LIT_BM25_SIEVE_H
#define LIT_BM25_SIEVE_H
#include "index/bm25_plan.h"

enum {
  LIT_SIEVE_ROWS = 4,
  LIT_SIEVE_FOURS = LIT_LENS_ROWS / LIT_SIEVE_ROWS,   /* Of a window */
  LIT_SIEVE_WORDS = 64      /* At most: each is rounded up to a unit */
};

typedef struct LitSieve {
  const LitSeg *seg;
  int n_words;              /* 0: there is no sieve */
  int which[LIT_SIEVE_WORDS];                 /* Of those it was opened for */
  const LitChunk *kept[LIT_SIEVE_WORDS];
  const uint8_t *tops[LIT_SIEVE_WORDS];       /* Of all windows */
  float adds[LIT_SIEVE_WORDS][16];            /* What a level adds at most */
  uint8_t units[LIT_SIEVE_WORDS][16];         /* The same in units, rounded up */
  float unit, all;          /* all: what the words add at most, together */
  uint8_t sums[LIT_SIEVE_FOURS];              /* Of a window, in units; 255: or
                                              ** more */
  uint64_t marks[LIT_SIEVE_FOURS / 64];       /* Fours to be looked at */
} LitSieve;

/* Whether a word with this many rows belongs in the sieve of a segment. */
int lit_sieve_wants(const LitSeg *s, uint32_t df);
/* Into v, of the words [n <= LIT_SIEVE_WORDS] of the plan, all of which are wanted
** and have a weight over 0, the heaviest first, those whose tops are kept, or made
** now: of some words that were asked for before. */
int lit_sieve_open(LitErr *e, LitSieve *v, const LitPlan *p, int seg,
                   const int *terms, int n, const LitStop *stop);
void lit_sieve_close(LitSieve *v);

/* Sums of the window that begins at row `from`, in units that fit `need` > 0: the
** most of them. */
float lit_sieve_sum(LitSieve *v, uint32_t from, float need);
/* The first four of the window with the largest. */
uint32_t lit_sieve_top(const LitSieve *v);
/* Marks the fours of the window that have a word and whose sum is at least `least`:
** how many. */
size_t lit_sieve_mark(LitSieve *v, float least);

/* What the words can add to a row of the four at most. */
static inline float lit_sieve_of(const LitSieve *v, uint32_t four) {
  return v->sums[four] == 255 ? v->all : (float)v->sums[four] * v->unit;
}
/* The same of one word; 0: it is not there. */
static inline float lit_sieve_adds(const LitSieve *v, int word, uint32_t from,
                                   uint32_t four) {
  const uint8_t *at = v->tops[word] + from / (2 * LIT_SIEVE_ROWS);
  unsigned code = at[four % (LIT_SIEVE_FOURS / 2)];
  return v->adds[word][four < LIT_SIEVE_FOURS / 2 ? code & 15 : code >> 4];
}
#endif
