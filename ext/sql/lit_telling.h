/* lit_telling.h -- the words that tell a text: counted, and weighed by how
** rare they are in the table. */
#ifndef LIT_TELLING_H
#define LIT_TELLING_H
#include "sql/lit_search.h"

typedef struct LitTelling {     /* The different words of some texts */
  LitArena mem;
  LitTerm *at;              /* weight: a sum over occurrences, then x idf */
  size_t n, room;
  uint32_t *slots;          /* Hash of the bytes -> place + 1 */
  size_t n_slots;
  double n_words;           /* All occurrences */
} LitTelling;

int lit_telling_add(LitErr *e, LitTelling *t, const LitWord *w, float weight);
/* Words of a text, and of the TEXT columns of a row, but not stop words. */
int lit_telling_text(LitErr *e, LitSearch *s, LitTelling *t, const char *at,
                     size_t n);
int lit_telling_row(LitErr *e, LitSearch *s, LitTelling *t, int64_t rowid);
/* Add the words of `from`, each `times` its share of all of them. */
int lit_telling_join(LitErr *e, LitTelling *t, const LitTelling *from,
                     float times);
/* Weights times idf; sorted, the heaviest first, ties by their bytes. */
int lit_telling_weigh(LitErr *e, LitSearch *s, LitTelling *t);
void lit_telling_sort(LitTelling *t);
void lit_telling_drop(LitTelling *t);
#endif
