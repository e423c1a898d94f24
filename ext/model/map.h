/* map.h -- from one model's vectors to another's: the orthogonal map that turns
** the old into the new with least squared error (Schoenemann 1966).
**
** Pairs are scaled to length 1.  Every tenth is held out, up to 1,000, and says
** how good the map is: loss, the mean of 1 - cosine of mapped old and new.
*/
#ifndef LIT_MAP_H
#define LIT_MAP_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitMapFit LitMapFit;

/* from: floats of an old vector, to: of a new one; 1 .. LIT_MAP_DIM each. */
enum { LIT_MAP_DIM = 8192 };
LitMapFit *lit_map_begin(LitErr *e, size_t from, size_t to);
/* A pair; one without a direction is passed over. */
int lit_map_add(LitErr *e, LitMapFit *f, const float *a, const float *b);
/* The map's bytes [*n]; the caller frees them.  ERROR: fewer than two pairs. */
void *lit_map_end(LitErr *e, LitMapFit *f, size_t *n);
void lit_map_free(LitMapFit *f);

/* A map read from its bytes, which are lent. */
typedef struct LitMap {
  size_t from, to;
  uint64_t n_pairs, n_held;
  double loss;              /* 0..2; NAN if none was held out */
  const uint8_t *rows;      /* float32 [from, to], of any alignment */
} LitMap;
int lit_map_read(LitErr *e, const char *who, const void *at, size_t n,
                 LitMap *out);
int lit_map_apply(LitErr *e, const LitMap *m, const float *v, float *out);
#endif
