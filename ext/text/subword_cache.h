/* subword_cache.h -- stretches of text already tokenized, and their tokens.
**
** A budget of 4 MB, in two halves: when the young one is full, the old one is
** emptied and becomes the young.  What is found in the old one is copied into
** the young, so that what is met often stays. */
#ifndef LIT_SUBWORD_CACHE_H
#define LIT_SUBWORD_CACHE_H
#include "text/toktext.h"

enum { LIT_CACHED_MAX = 64 };           /* Bytes of a stretch, at most */

typedef struct LitTokHalf {
  uint64_t *slots;          /* hash's high half, place in pool + 1 */
  uint8_t *pool;
  size_t n_slots_used, n_pool;
} LitTokHalf;

typedef struct LitTokCache {
  uint64_t owner;           /* Fingerprint of the tokenizer that it serves */
  LitTokHalf half[2];
  int young;                /* Which of them */
} LitTokCache;

/* An entry: its key, then ids, then spans from the start of the stretch. */
typedef struct LitCached {
  uint8_t n_key, flags, n_toks;
  float gap;                /* See LitWork */
  const uint8_t *ids;       /* [n_toks] 4 bytes each, unaligned */
  const uint8_t *spans;     /* [n_toks] from, to */
} LitCached;

uint64_t lit_cache_hash(const char *s, size_t n, unsigned flags);
/* Asks for what lit_cache_find will need for a hash: first of all for its slot,
** then, once that may have come, for its entry. */
void lit_cached_ahead(const LitTokCache *c, uint64_t hash);
void lit_cached_nearer(const LitTokCache *c, uint64_t hash);
/* *out is lent until the next call. */
int lit_cache_find(LitTokCache *c, uint64_t hash, const char *s, size_t n,
                   unsigned flags, LitCached *out);
/* Remember; `toks` have spans from the start of the stretch.  Quietly does
** nothing if something does not fit. */
int lit_cache_put(LitErr *e, LitTokCache *c, uint64_t hash, const char *s,
                  const LitCached *shape, const LitTok *toks);
/* Forget everything if it belongs to another tokenizer. */
void lit_cache_for(LitTokCache *c, uint64_t owner);
void lit_cache_drop(LitTokCache *c);
#endif
