/* vecs_part.h -- how vectors lie in a segment; for vecs_*.c and knn*.c alone.
**
** Part LIT_PART_VECS + 4 * column, the vectors; a segment in which no row has
** one lacks it.  Info, version 1, little-endian:
**   u8 version, u8 element type (LitElem), u32 dim, u32 rows in a chunk R,
**   u32 rows that have a vector
** Chunk c holds the rows c * R ..: [rows, dim] elements as they were given,
** zero bytes for a row that has none; and then, if any of these rows has none,
** a bit a row, set where there is a vector: u8[(rows + 7) / 8].
**
** The next part, their codes, is there for floats where a bound is known for
** the distance (vecs_bound.h) and the vectors are many and long enough.
** Info: u8 version, u8 1 if the codes are of vectors scaled to length 1,
**   u32 rows in a chunk, a multiple of 64
** Chunk: f32 scale[rows], f32 length[rows], f32 residual[rows],
**   i8 codes[rows, dim].  scale * codes is the vector but for a rest whose
** length is at most `residual`; `length` is that of scale * codes,
** rounded up.  A row without a vector, or without a direction where that
** is what counts: all zero, residual -infinity.
*/
#ifndef LIT_VECS_PART_H
#define LIT_VECS_PART_H
#include "index/vecs.h"

enum {
  VECS_VERSION = 1,
  VECS_CHUNK = 20 * 1024,         /* Bytes at most, where read in order; else */
  VECS_CHUNK_MIN = 4 * 1024,      /* at least, see lit_vecs_per_chunk */
  VECS_CODES_CHUNK = 128 * 1024,  /* These are always read one after another */
  VECS_CHUNK_ROWS_MAX = 65536,
  VECS_CODES_ROWS_MIN = 1024,     /* Fewer rows are not coded, */
  VECS_CODES_DIM_MIN = 48         /* nor are shorter vectors */
};

/* Where a part of a segment's vectors lies.  n_there = 0: no row has one. */
typedef struct LitVecsPart {
  const LitSeg *seg;
  int part;                 /* Its number; the codes': part + 1 */
  LitElem elem;
  uint32_t dim, n_rows, n_there;
  size_t stride;            /* Bytes of a vector */
  uint32_t per_chunk;       /* Rows in a chunk */
  uint32_t per_codes;       /* Rows in a chunk of codes; 0: no codes */
  uint64_t bytes, codes_bytes;
  int is_large;             /* Over half the cache: see lit_vecs_row */
} LitVecsPart;

/* Some rows of it, lent. */
typedef struct LitVecsChunk {
  const LitChunk *own;
  uint32_t first, n;        /* Rows first .. first + n - 1 */
  const uint8_t *rows;      /* [n, stride] */
  const uint8_t *there;     /* A bit a row, or NULL: all have a vector */
} LitVecsChunk;

/* One row of it, lent. */
typedef struct LitVecsRow {
  const LitChunk *own;
  const uint8_t *at;        /* [stride], or NULL: it has no vector */
} LitVecsRow;

typedef struct LitCodesChunk {
  const LitChunk *own;
  uint32_t first, n;
  const float *scale, *length, *residual;     /* [n] each */
  const int8_t *codes;                    /* [n, dim] */
} LitCodesChunk;

/* What belongs to one row of codes. */
typedef struct LitVecsCode { float scale, length, residual; } LitVecsCode;

int lit_vecs_open(LitErr *e, const LitVecCol *col, const LitSeg *s,
                  LitVecsPart *out);
static inline uint32_t lit_vecs_n_chunks(const LitVecsPart *p) {
  return p->n_there ? (p->n_rows - 1) / p->per_chunk + 1 : 0;
}
static inline uint32_t lit_vecs_n_codes(const LitVecsPart *p) {
  return p->per_codes ? (p->n_rows - 1) / p->per_codes + 1 : 0;
}

/* Lend a chunk, its length checked.  Give it back with lit_seg_give(own). */
int lit_vecs_chunk(LitErr *e, const LitVecsPart *p, uint32_t no,
                   LitVecsChunk *out);
int lit_vecs_codes(LitErr *e, const LitVecsPart *p, uint32_t no,
                   LitCodesChunk *out);

/* Rows here and there: each is lent within its chunk, or, where the part is
** larger than half the cache, as a copy that is kept without the rest of the
** chunk, which would push out twenty other rows that were asked for.
**
** Give it back with lit_seg_give(own).
** has: is it in memory?
** ahead: these n rows (at most 32) will be asked for now: lit_cache_ahead. */
int lit_vecs_row(LitErr *e, const LitVecsPart *p, uint32_t ord,
                 LitVecsRow *out);
int lit_vecs_has_row(const LitVecsPart *p, uint32_t ord);
void lit_vecs_ahead(const LitVecsPart *p, const uint32_t *ords, size_t n);

/* Give a chunk back after a pass through so many bytes: see cache.h. */
static inline void lit_vecs_give(const LitVecsPart *p, const LitChunk *own,
                                 uint64_t bytes) {
  if (bytes > lit_cache_stats(p->seg->cache).budget / 2)
    lit_cache_give_cold(p->seg->cache, own);
  else
    lit_seg_give(p->seg, own);
}

static inline int lit_vecs_there(const LitVecsChunk *c, uint32_t i) {
  return !c->there || (c->there[i >> 3] >> (i & 7) & 1);
}

/* Rows in a chunk of what is written.  Behind codes a row is read by itself, with
** its chunk: that is as small as fills the file's pages nearly as well as any. */
uint32_t lit_vecs_per_chunk(size_t stride, int behind_codes);
uint32_t lit_vecs_per_codes(uint32_t dim);

/* A vector of one of the float types, widened: [dim]. */
void lit_vecs_floats(LitElem elem, const void *at, uint32_t dim, float *out);

#endif
