/* seg.h -- one immutable segment: written once, read many times.
**
** A segment holds n_rows rows, numbered by ordinal 0 .. n_rows-1 in ascending
** order of their rowids.  Only which of them are dead changes later.  Writers
** of postings, columns and vectors get a LitSegOut and add their parts;
** readers get a LitSeg and ask for chunks.
**
** Meta on disk (part 0, chunk 0), version 1, little-endian; vN = varint:
**   u8 version, u32 n_rows, u32 n_parts, then for each part
**   u8 part, u32 n_chunks, u64 bytes, u64 hash, vN n_info, info[n_info]
** `info` is what the writer of the part wants to know when it opens: small,
** and read with every opening.  The hash of the meta is the segment's stamp:
** two segments with one stamp hold the same bytes.
*/
#ifndef LIT_SEG_H
#define LIT_SEG_H
#include "base/bits.h"
#include "base/stop.h"
#include "index/cache.h"

/* ---- writing ---- */

typedef struct LitSegOut {
  const LitStore *store;
  int64_t id;
  uint32_t n_rows, n_parts;
  uint64_t bytes;
  LitBuf parts;             /* The part list of the meta, as it grows */
  const LitStop *stop;      /* Asked by what takes long; NULL: never */
} LitSegOut;

void lit_segout_begin(LitSegOut *out, const LitStore *store, int64_t id,
                      uint32_t n_rows);
void lit_segout_part(LitSegOut *out, LitPart *p, int part, size_t limit);
/* End the part and enter it, with info [n_info], into the meta.  Frees p. */
int lit_segout_enter(LitErr *e, LitSegOut *out, LitPart *p, const void *info,
                     size_t n_info);
/* Rowids ascending [n_rows]; enters the part LIT_PART_IDS. */
int lit_segout_ids(LitErr *e, LitSegOut *out, const int64_t *ids);
int lit_segout_end(LitErr *e, LitSegOut *out, uint64_t *stamp);
void lit_segout_drop(LitSegOut *out);

/* ---- reading ---- */

typedef struct LitPartInfo {
  int part;
  uint32_t n_chunks;
  uint64_t bytes, hash;
  const uint8_t *info;      /* [n_info], inside the segment's meta */
  size_t n_info;
} LitPartInfo;

enum { LIT_PARTS = 256 };       /* Their numbers are bytes */

typedef struct LitSeg {
  int64_t id;
  uint64_t stamp;
  uint64_t life;            /* A number of the cache's, the same as long as it is
                            ** known to be this very segment: of two of one stamp
                            ** the texts may differ in what is not indexed */
  uint32_t n_rows, n_dead;
  LitBits live;             /* Set bits are live rows; .at NULL: all are */
  uint64_t live_hash;       /* What the head says of LIT_PART_DEAD */
  LitPartInfo *parts;       /* [n_parts] */
  uint32_t n_parts;
  uint16_t place[LIT_PARTS];    /* Of a part, in parts, from 1; 0: none */
  LitBuf meta;
  const LitStore *store;
  LitCache *cache;
} LitSeg;

/* Open segment `id`; LIT_CORRUPT if its meta is not what `stamp` promises. */
int lit_seg_open(LitErr *e, LitSeg *s, const LitStore *store, LitCache *cache,
                 int64_t id, uint64_t stamp);
void lit_seg_close(LitSeg *s);

/* The entry of a part, or NULL if the segment has no such part. */
const LitPartInfo *lit_seg_part(const LitSeg *s, int part);

/* Lend chunk `no` of a part; give it back through lit_seg_give. */
const LitChunk *lit_seg_chunk(LitErr *e, const LitSeg *s, int part,
                              uint32_t no);
void lit_seg_give(const LitSeg *s, const LitChunk *chunk);
/* The same as lit_seg_chunk, but not kept: see lit_cache_pass. */
const LitChunk *lit_seg_pass(LitErr *e, const LitSeg *s, int part,
                             uint32_t no);

/* These chunks will be asked for now: see lit_cache_ahead. */
void lit_seg_ahead(const LitSeg *s, int part, const uint32_t *nos, size_t n,
                   size_t bytes);

/* Records LIT_CORRUPT with the store, segment and part named; `what` says what
** is wrong, for example "a posting list ends early". */
int lit_seg_corrupt(LitErr *e, const LitSeg *s, int part, const char *what);

static inline int lit_seg_alive(const LitSeg *s, uint32_t ord) {
  return !s->live.at || lit_bits_has(&s->live, ord);
}

/* ---- rowids ---- */

/* Rowid of an ordinal < n_rows. */
int lit_ids_get(LitErr *e, const LitSeg *s, uint32_t ord, int64_t *rowid);
/* First ordinal whose rowid is >= rowid (n_rows if none); *is_it says whether
** it is that very rowid. */
int lit_ids_find(LitErr *e, const LitSeg *s, int64_t rowid, uint32_t *ord,
                 int *is_it);
/* set [n_rows] |= the ordinals of those of rowids [n], ascending, that it has. */
int lit_ids_set(LitErr *e, const LitSeg *s, const int64_t *rowids, size_t n,
                LitBits *set);
/* All of them, into out [n_rows]. */
int lit_ids_all(LitErr *e, const LitSeg *s, int64_t *out);

#endif
