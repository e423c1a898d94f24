/* lit_neighbours.h -- the first rows of an answer count by the rows that are like
** them too: what answers a question is seldom alone among the first.
**
**   neighbours = 'lift(50, 3, 0.2)'    rows; neighbours of each; their share of
**                                      the score
**   neighbours = 'none'
*/
#ifndef LIT_NEIGHBOURS_H
#define LIT_NEIGHBOURS_H
#include "base/spec.h"

enum { LIT_NEIGHBOURS_NUMBERS = 3 };

typedef struct LitNeighbours {
  const char *name;
  LitSpecNumber numbers[LIT_NEIGHBOURS_NUMBERS];  /* rows, of, share */
  const char *doc;
} LitNeighbours;

const LitNeighbours *lit_neighbours_row(size_t i);  /* NULL past the end */

typedef struct LitNeighboursSpec {
  const LitNeighbours *kind;/* NULL: none */
  double numbers[LIT_NEIGHBOURS_NUMBERS];
  int is_said;              /* Else it is the default, which is only for answers
                            ** by words and by vectors of no static model */
} LitNeighboursSpec;

/* ERROR: no such kind (the words list them), a bad number. */
int lit_neighbours_parse(LitErr *e, const char *text, LitNeighboursSpec *out);
/* What holds where nothing is said. */
LitNeighboursSpec lit_neighbours_usual(void);
#endif
