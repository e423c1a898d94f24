/* phrase.h -- which rows of a segment match a query tree.
**
** A node is a const struct, its kids an array; trees live in the caller's
** memory.  `fields` restricts a node and everything below it to some fields
** (bit f: field f; 0: no restriction); restrictions add up downward.
**
**   op       meaning                                        kids
**   TERM     the row has the term                           none
**   PREFIX   ... a term that begins with these bytes        none
**   OR       any of the kids (none: no row)                 any
**   AND      all of the kids (none: every row)              any
**   NOT      the first kid and none of the others           any
**   PHRASE   kid i at position p + kids[i].offset, one p    TERM, PREFIX, OR
**            for all, in one field                          of these
**   NEAR     the kids in one field, at most `near` words    TERM, PREFIX,
**            between the end of each and the beginning of   PHRASE
**            the last (as NEAR in FTS5)
**
** `initial` on a TERM, PREFIX or PHRASE: only at position 0 of a field.
*/
#ifndef LIT_PHRASE_H
#define LIT_PHRASE_H
#include "base/bits.h"
#include "base/stop.h"
#include "index/seg.h"

enum {
  LIT_MATCH_TERM, LIT_MATCH_PREFIX, LIT_MATCH_OR, LIT_MATCH_AND, LIT_MATCH_NOT,
  LIT_MATCH_PHRASE, LIT_MATCH_NEAR,
  LIT_MATCH_DEEPEST = 256   /* Levels of a tree */
};

typedef struct LitMatch {
  int op;
  uint32_t fields;
  const char *at;           /* [n] of TERM and PREFIX */
  uint32_t n;
  uint32_t offset;          /* Inside a PHRASE: words from its beginning */
  uint32_t near;
  int initial;
  const struct LitMatch *kids;
  int n_kids;
} LitMatch;

/* The matching rows, dead ones included, as bits [s->n_rows]; *out is made
** here, the caller drops it.  Errors: ERROR for a tree that is not as above,
** CORRUPT, NOMEM, INTERRUPT. */
int lit_match_bits(LitErr *e, const LitMatch *tree, const LitSeg *s,
                   LitBits *out, const LitStop *stop);
#endif
