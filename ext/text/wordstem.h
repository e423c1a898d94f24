/* wordstem.h -- a folded word to its index term, through a cache.
**
** Snowball takes about 300 ns a word; nearly all words of a text have been
** seen before, so each is stemmed once and then found in a table.
*/
#ifndef LIT_WORDSTEM_H
#define LIT_WORDSTEM_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "text/words.h"

/* Beside LIT_WORD_STOP, of the word itself: */
enum { LIT_STEM_FIRST = 64, LIT_STEM_SECOND = 128 };    /* see wordforms.h */

typedef struct LitStem {
  const char *at;           /* [n], lent until the next call */
  uint32_t n, flags;
} LitStem;

typedef struct LitStems LitStems;
int lit_stems_open(LitErr *e, const LitWords *kind, LitStems **out);
void lit_stems_close(LitStems *s);
/* The stem of word[0..n), 1 <= n <= LIT_WORD_MAX.  Returns e->rc (NOMEM). */
int lit_stems_find(LitErr *e, LitStems *s, const char *word, size_t n,
                   LitStem *out);

/* Ask for what the words of text[0..n) from byte `from` on will need; up to
** which byte that was done. */
size_t lit_stems_ahead(const LitStems *s, const char *text, size_t from,
                       size_t n);
#endif
