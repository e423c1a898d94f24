/* cache.h -- chunks in memory, shared by all queries of a connection.
**
** A segment never changes, and a chunk is asked for by the stamp of its
** segment (a hash of all its bytes, see seg.h), so nothing here can be out of
** date: not after a rollback, another connection's commit, or a restored
** backup.  Chunks that nobody holds are kept while all together stay under 11/12
** of the budget; those that were not asked for again for longest go first.
*/
#ifndef LIT_CACHE_H
#define LIT_CACHE_H
#include "index/store.h"

typedef struct LitCache LitCache;
typedef struct LitChunk {
  const uint8_t *at;        /* Payload [n], at a multiple of 64; its hash is
                            ** checked, what it means is not */
  size_t n;
} LitChunk;

typedef struct LitCacheStats {
  uint64_t bytes, budget, hits, misses, bytes_read;
} LitCacheStats;

LitCache *lit_cache_new(LitErr *e, size_t budget);
void lit_cache_budget(LitCache *c, size_t budget);
LitCacheStats lit_cache_stats(const LitCache *c);
void lit_cache_free(LitCache *c);

/* Lend chunk `id` of the segment with this stamp; NULL and an error if it
** cannot be read.  Give each back exactly once; NULL is fine. */
const LitChunk *lit_cache_get(LitErr *e, LitCache *c, const LitStore *store,
                              uint64_t stamp, int64_t id);
void lit_cache_give(LitCache *c, const LitChunk *chunk);

/* What was made of chunks is kept beside them: `id` is negative, and whoever
** made it knows its meaning.  look: lend it, or NULL if it is not here.  keep:
** lend a copy of at [n], which must not be here yet. */
const LitChunk *lit_cache_look(LitCache *c, uint64_t stamp, int64_t id);
const LitChunk *lit_cache_keep(LitErr *e, LitCache *c, uint64_t stamp,
                              int64_t id, const void *at, size_t n);

/* Is it here?  Takes no note of that. */
int lit_cache_has(const LitCache *c, uint64_t stamp, int64_t id);

/* Was this asked before?  Takes note of it.  `id` as above, for nothing else. */
int lit_cache_again(LitErr *e, LitCache *c, uint64_t stamp, int64_t id);

/* The same as lit_cache_keep, of what takes long to make: it goes only where such
** things hold more than half of what may be kept. */
const LitChunk *lit_cache_keep_dear(LitErr *e, LitCache *c, uint64_t stamp,
                                    int64_t id, const void *at, size_t n);

/* Was this asked before, and so lately that what is made for it, which takes longer
** than to do without once, will probably be asked for again while it is kept; or is
** there room for what is dear?  Takes note that it was asked now.  `id` as above, for
** nothing else. */
int lit_cache_lately(LitErr *e, LitCache *c, uint64_t stamp, int64_t id);

/* The same of what is not dear: was this asked before, and has hardly anything come in
** since, or is there room for whatever comes? */
int lit_cache_just_now(LitErr *e, LitCache *c, uint64_t stamp, int64_t id);

/* A number that it has not given before, in place of a stamp: for what is right
** only as long as whoever asks for the number knows of it. */
uint64_t lit_cache_number(LitCache *c);

/* The same as lit_cache_get, but if the chunk must be read it is not kept, nor
** at a multiple of 64: it is there until another is read. */
const LitChunk *lit_cache_pass(LitErr *e, LitCache *c, const LitStore *store,
                               uint64_t stamp, int64_t id);

/* The same as lit_cache_give, but let it be the first to go: for one pass
** through more chunks than fit.  Those that were there before stay, and the
** next pass finds them; given back as above, each would push out one that is
** about to be asked for. */
void lit_cache_give_cold(LitCache *c, const LitChunk *chunk);

/* These chunks of a segment are about to be asked for: have the CPU fetch what
** is known of those that are here, and their first bytes.  Called for several
** at once, their misses overlap. */
void lit_cache_ahead(const LitCache *c, uint64_t stamp, const int64_t *ids,
                     size_t n, size_t bytes);

#endif
