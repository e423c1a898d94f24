/* subword_cache.h -- stretches of text already tokenized, and their tokens.
**
** A budget of about 4 MB: when it is full, it starts anew. */
#ifndef LIT_SUBWORD_CACHE_H
#define LIT_SUBWORD_CACHE_H
#include "text/toktext.h"

enum { LIT_CACHED_MAX = 64 };           /* Bytes of a stretch, at most */

typedef struct LitTokCache {
  uint64_t owner;           /* Fingerprint of the tokenizer that it serves */
  uint64_t *slots;          /* hash's high half, place in pool + 1 */
  uint8_t *pool;
  size_t n_slots_used, n_pool;
} LitTokCache;

/* An entry: its key, then ids, then spans from the start of the stretch. */
typedef struct LitCached {
  uint8_t n_key, flags, n_toks;
  float gap;                /* See LitWork */
  const uint8_t *ids;       /* [n_toks] 4 bytes each, unaligned */
  const uint8_t *spans;     /* [n_toks] from, to */
} LitCached;

uint64_t lit_cache_hash(const char *s, size_t n, unsigned flags);
int lit_cache_find(const LitTokCache *c, uint64_t hash, const char *s,
                   size_t n, unsigned flags, LitCached *out);
/* Remember; `toks` have spans from the start of the stretch.  Quietly does
** nothing if something does not fit. */
int lit_cache_put(LitErr *e, LitTokCache *c, uint64_t hash, const char *s,
                  const LitCached *shape, const LitTok *toks);
/* Forget everything if it belongs to another tokenizer. */
void lit_cache_for(LitTokCache *c, uint64_t owner);
void lit_cache_drop(LitTokCache *c);
#endif
