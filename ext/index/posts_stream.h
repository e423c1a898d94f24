/* posts_stream.h -- what LitPosts holds; for posts.c, which fills it, and
** posts_write.c, which reads it */
#ifndef LIT_POSTS_STREAM_H
#define LIT_POSTS_STREAM_H
#include "base/mem.h"
#include "index/posts.h"

/* One term.  Its name and its first slice follow in the same block. */
typedef struct LitGathered {
  uint8_t *at, *end;        /* Room left in the last slice */
  uint32_t row, pos;        /* Of the last occurrence */
  uint16_t n;               /* Bytes of the name */
  uint8_t field, level, begun;
  char name[];
} LitGathered;

typedef struct LitSlot {
  uint32_t hash;
  LitGathered *term;
} LitSlot;

struct LitPosts {
  LitArena arena;
  LitSlot *slots;           /* [n_slots], a power of two, half empty */
  size_t n_slots, n_terms;
  uint32_t *lens;           /* [row * n_fields + field] */
  size_t n_lens, lens_room;
  uint32_t n_rows;          /* Above every arrival number seen */
  int n_fields;
};

/* Bytes of slice 0, 1, ... LIT_SLICE_TOP and all after it; behind each lies
** the address of the next. */
enum { LIT_SLICE_TOP = 10 };
static inline size_t lit_slice_size(unsigned level) {
  return ((size_t)16 << level) - 8;
}

static inline size_t lit_gathered_head(uint32_t n) {
  return offsetof(LitGathered, name) + n;
}
#endif
