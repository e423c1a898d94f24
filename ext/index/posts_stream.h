/* posts_stream.h -- what LitPosts holds; for posts.c, which fills it, and
** posts_write.c, which reads it */
#ifndef LIT_POSTS_STREAM_H
#define LIT_POSTS_STREAM_H
#include "base/mem.h"
#include "index/posts.h"

/* Memory that is told by numbers of 32 bits: blocks of up to a megabyte, each at
** the start of a cache line.  Number 0 is nothing. */
typedef struct LitPool {
  uint8_t **blocks;         /* [n] */
  size_t n, room;
  size_t used, size;        /* Of the last block */
  size_t bytes;             /* Of all */
} LitPool;

enum { LIT_POOL_BITS = 20, LIT_POOL_LINE = 64 };

static inline void *lit_pool_at(const LitPool *p, uint32_t no) {
  return p->blocks[no >> LIT_POOL_BITS] +
         (no & (((uint32_t)1 << LIT_POOL_BITS) - 1));
}

/* One term.  Its name follows, then the tail of its stream, up to the end of a
** cache line: for short names all of that is one line.  What the tail cannot
** hold any more goes to slices. */
typedef struct LitGathered {
  uint32_t row, pos;        /* Of the last occurrence */
  uint32_t first, last;     /* Slices in the pool; 0: none yet */
  uint16_t left;            /* Bytes free in the last one */
  uint16_t n;               /* Bytes of the name */
  uint8_t field, level, begun;
  uint8_t used;             /* Bytes in the tail */
  char name[];
} LitGathered;

typedef struct LitSlot {
  uint32_t hash;
  uint32_t term;            /* In the pool; 0: empty */
} LitSlot;

struct LitPosts {
  LitPool pool;
  LitSlot *slots;           /* [n_slots], a power of two, half empty */
  size_t n_slots, n_terms;
  uint32_t *lens;           /* [row * n_fields + field] */
  size_t n_lens, lens_room;
  uint32_t n_rows;          /* Above every arrival number seen */
  int n_fields;
};

/* A tail has room for any one occurrence. */
enum { LIT_OCCURRENCE_MAX = 20 };
static inline size_t lit_gathered_bytes(size_t n) {
  size_t bytes = offsetof(LitGathered, name) + n + LIT_OCCURRENCE_MAX;
  return (bytes + LIT_POOL_LINE - 1) / LIT_POOL_LINE * LIT_POOL_LINE;
}
static inline size_t lit_gathered_room(size_t n) {
  return lit_gathered_bytes(n) - offsetof(LitGathered, name) - n;
}
static inline uint8_t *lit_gathered_tail(LitGathered *t) {
  return (uint8_t *)t->name + t->n;
}

/* Bytes of slice 0, 1, ... LIT_SLICE_TOP and all after it; behind each lies
** the number of the next.  The first holds any tail. */
enum { LIT_SLICE_TOP = 7, LIT_SLICE_LINK = 4 };
static inline size_t lit_slice_size(unsigned level) {
  return ((size_t)128 << level) - LIT_SLICE_LINK;
}
#endif
