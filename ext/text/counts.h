/* counts.h -- strings and how often each was seen, in order of first sight.
**
** Zero a LitCounts to start.  Texts together are below 2 GiB.
*/
#ifndef LIT_COUNTS_H
#define LIT_COUNTS_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitCount {
  uint64_t times;
  uint32_t at, len;         /* Its bytes in LitCounts.text */
} LitCount;

typedef struct LitCounts {
  LitCount *row;            /* [n] */
  char *text;               /* [n_text] */
  uint64_t *slot;           /* [mask + 1] half of the hash, row + 1; 0: empty */
  size_t n, room, n_text, room_text, mask;
} LitCounts;

/* Counts s[0..n) `times` more often; its row.  UINT32_MAX after an error. */
uint32_t lit_counts_add(LitErr *e, LitCounts *c, const char *s, size_t n,
                        uint64_t times);
static inline const char *lit_counts_text(const LitCounts *c, uint32_t row) {
  return c->text + c->row[row].at;
}
/* Forget what was seen at most `times` times; the rest keeps its order. */
int lit_counts_prune(LitErr *e, LitCounts *c, uint64_t times);
void lit_counts_drop(LitCounts *c);
#endif
