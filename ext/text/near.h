/* near.h -- how far a word is from each term of a dictionary.
**
**   LitTermChars terms = {0};
**   lit_near_open(&word, "retreival", 9, 2, 4);
**   for each term, in the order of the dictionary:
**     lit_near_next(&terms, term, n);
**     if (lit_near_term(&word, &terms) <= 2) ...
**
** A distance is that of Damerau and Levenshtein with each letter edited once
** (optimal string alignment): letters more, less or other, or two swapped.
** Terms that begin alike share the work on their beginning, so asking of a
** sorted dictionary costs little more than reading it.
*/
#ifndef LIT_NEAR_H
#define LIT_NEAR_H
#include <stddef.h>
#include <stdint.h>

enum { LIT_NEAR_WORD = 40, LIT_NEAR_TERM = 48 };    /* characters */

/* The term that is asked about; zero to start. */
typedef struct LitTermChars {
  uint32_t at[LIT_NEAR_TERM];
  int n;                    /* LIT_NEAR_TERM: that long, or longer */
  int same;                 /* as many as the one before begins with */
} LitTermChars;
void lit_near_next(LitTermChars *t, const char *term, size_t n);

typedef struct LitNear {
  uint32_t at[LIT_NEAR_WORD];
  int n, limit, tail;
  int depth, dead;          /* rows that hold; with row `dead` all is too far */
  uint8_t rows[LIT_NEAR_TERM + 1][LIT_NEAR_WORD + 1];
} LitNear;

/* A word of up to LIT_NEAR_WORD characters.  tail: up to so many of its last
** characters may be left out for nothing, for terms are stems.  Returns 0 if
** the word is too long. */
int lit_near_open(LitNear *w, const char *word, size_t n, int limit, int tail);

/* The distance of the word and the term; over w->limit if it is more. */
int lit_near_term(LitNear *w, const LitTermChars *t);

/* The distance of two words, up to limit + 1. */
int lit_near_words(const char *a, size_t na, const char *b, size_t nb,
                   int limit);
#endif
