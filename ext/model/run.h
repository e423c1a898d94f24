/* run.h -- the tokens of many texts through a network, in batches of like
** length, on the threads that are set.
**
**   LitRun r = {.m = m, .stop = stop, .finish = pool, .ctx = &mine};
**   for (...) lit_run_add(&e, &r, i, ids.at, ids.type, ids.n);
**   lit_run_all(&e, &r);          finish() was called once for each text
**   lit_run_drop(&r);
**
** A text's states are the same, to the bit, with any number of threads and in
** whatever company.
*/
#ifndef LIT_RUN_H
#define LIT_RUN_H
#include "model/parts.h"

typedef struct LitRunItem { size_t text, at, n; } LitRunItem;

typedef struct LitRun {
  const LitModel *m;
  const LitStop *stop;
  /* Of text number `text`: its tokens' ids [n] and states [n, width].  spare
  ** holds n_spare floats of the thread.  Called on any thread: no allocation,
  ** no SQLite. */
  void (*finish)(void *ctx, size_t text, const uint32_t *ids,
                 const float *states, size_t n, float *spare);
  void *ctx;
  size_t n_spare;
  /* What was added: lit_run_add's own. */
  uint32_t *ids;
  uint8_t *types;
  size_t n_ids, ids_room, types_room;
  LitRunItem *items;
  size_t n_items, items_room;
} LitRun;

/* Copies the tokens of text number `text`; types (of two texts, which) may be
** NULL: all 0.  A text without tokens is left out. */
int lit_run_add(LitErr *e, LitRun *r, size_t text, const uint32_t *ids,
                const uint8_t *types, size_t n);

/* Run all that was added, and forget it: more may be added then.
** Errors: INTERRUPT, NOMEM. */
int lit_run_all(LitErr *e, LitRun *r);
void lit_run_drop(LitRun *r);

/* So many tokens, of all texts together, are a good measure for one call. */
enum { LIT_RUN_TOKENS = 65536 };

/* CORRUPT if v [n] is not all finite: names the tensor, or `what`. */
int lit_run_finite(LitErr *e, const LitModel *m, const char *what,
                   const float *v, size_t n);
#endif
