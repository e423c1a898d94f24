/* store.h -- where an index keeps its bytes, and how a run of bytes becomes
** chunks there.
**
** A store maps a 63-bit id to a blob.  sql/ makes one of a shadow table; a
** test makes one of memory.  An index is a head (id 0) and segments; a segment
** is parts; a part is chunks.  The id of a chunk says which it is:
**
**   segment (31 bits, from 1) | part (8 bits) | chunk (24 bits, from 0)
**
** Chunk on disk: payload, then the 64-bit XXH3 of the payload seeded with the
** id, little-endian: a chunk in another's place is as wrong as a damaged one.
** A chunk that fails its hash is LIT_CORRUPT, and the words name the store,
** the segment and the part, so that nothing damaged is ever computed with.
*/
#ifndef LIT_STORE_H
#define LIT_STORE_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

typedef struct LitStore {
  void *ctx;
  const char *name;         /* For words: the shadow table */
  /* Append the blob `id` to out; LIT_CORRUPT if there is none. */
  int (*get)(LitErr *e, void *ctx, int64_t id, LitBuf *out);
  /* Write or replace a blob. */
  int (*put)(LitErr *e, void *ctx, int64_t id, const void *at, size_t n);
  /* Delete the blobs lo <= id <= hi. */
  int (*drop)(LitErr *e, void *ctx, int64_t lo, int64_t hi);
} LitStore;

/* The parts of a segment.  Columns and vectors have theirs per column. */
enum {
  LIT_PART_META = 0,        /* The list of the other parts, see seg.h */
  LIT_PART_DEAD = 1,        /* Which rows are deleted; the one that changes */
  LIT_PART_IDS = 2,         /* Rowids by ordinal */
  LIT_PART_TERMS = 3,       /* Term dictionary */
  LIT_PART_POSTS = 4,       /* Postings: rows and frequencies */
  LIT_PART_PLACES = 5,      /* Postings: positions */
  LIT_PART_LENS = 6,        /* Field lengths by ordinal */
  LIT_PART_COLS = 16,       /* + FILTER column number, 0..47 */
  LIT_PART_VECS = 64,       /* + 4 * VECTOR column number, 0..47: the vectors,
                            ** + 1: their codes, + 2, + 3: free */
  LIT_COLS_MAX = 48
};

static inline int64_t lit_chunk_id(int64_t seg, int part, uint32_t chunk) {
  return (int64_t)((uint64_t)seg << 32 | (uint64_t)part << 24 | chunk);
}

/* Of what was made of a row and is kept in the cache beside the chunks, whose ids
** are positive: a copy of its vector (kind: that part), or its sentences. */
enum { LIT_KEPT_SENTENCES = 256 };
static inline int64_t lit_kept_id(int kind, uint32_t ord) {
  return (int64_t)((uint64_t)1 << 63 | (uint64_t)kind << 32 | ord);
}
/* Of what was made of all of them, by a hash of what was asked: another may have
** the same. */
static inline int64_t lit_kept_hash(uint64_t hash) {
  return (int64_t)((uint64_t)3 << 62 | hash >> 2);
}

uint64_t lit_hash64(const void *at, size_t n);
/* What stands behind the payload of chunk `id`. */
uint64_t lit_chunk_hash(int64_t id, const void *at, size_t n);

/* A part being written: records go in one after the other, and none is ever
** split between two chunks. */
typedef struct LitPart {
  const LitStore *store;
  int64_t seg;
  int part;
  size_t limit;             /* Payload bytes a chunk aims at */
  uint32_t n_chunks;        /* Written so far; the open chunk's number */
  uint64_t bytes, hash;     /* Of all payloads; chained over the chunks */
  LitBuf open;
} LitPart;

typedef struct LitPlace { uint32_t chunk, at; } LitPlace;

/* limit: how many bytes a chunk shall hold (LIT_CHUNK unless there is a reason).
** A record longer than that gets a chunk of its own; keep records below 16 MB.
**
** LIT_CHUNK: a row of SQLite that does not fit its page of 4,096 bytes fills eight
** others of 4,092, and keeps 489 bytes, as long as no more are left; then eight
** rows share a page.  13 bytes are the hash and what the row says of itself. */
enum { LIT_CHUNK = 489 + 8 * 4092 - 13 };
void lit_part_begin(LitPart *p, const LitStore *store, int64_t seg, int part,
                    size_t limit);

/* The next n bytes that are put will lie in one chunk: where. */
LitPlace lit_part_room(LitErr *e, LitPart *p, size_t n);

/* Append one record; where it went. */
LitPlace lit_part_put(LitErr *e, LitPart *p, const void *at, size_t n);

/* Write what is still open.  lit_part_drop frees, also half-way. */
int lit_part_end(LitErr *e, LitPart *p);
void lit_part_drop(LitPart *p);

#endif
