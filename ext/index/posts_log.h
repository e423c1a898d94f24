/* posts_log.h -- what LitPosts holds; for posts.c, which fills it, and
** posts_write.c, which reads it */
#ifndef LIT_POSTS_LOG_H
#define LIT_POSTS_LOG_H
#include "base/buf.h"
#include "index/posts.h"

/* A term in the hash table.  Up to LIT_SLOT_NAME bytes the key is the name; of
** others it is a hash, and their names must be compared. */
typedef struct LitSlot {
  uint64_t key;
  uint32_t rest;            /* Of the key, and the number of bytes */
  uint32_t no;              /* The term's number + 1; 0: an empty slot */
} LitSlot;

/* Occurrences in one field of one row, one after another in the log, whose
** places are pos .. pos + LIT_ENTRY_PLACES - 1. */
typedef struct LitStretch {
  uint32_t row, pos;
  uint32_t from;            /* Its first entry */
  uint8_t field;
} LitStretch;

/* An entry: the term's number, and above LIT_ENTRY_TERM bits its place. */
enum {
  LIT_ENTRY_TERM = 24,
  LIT_ENTRY_PLACES = 1 << (32 - LIT_ENTRY_TERM),
  LIT_LOG_BITS = 16,        /* Entries of a block, but for a log of one */
  LIT_LOG_BLOCK = 1 << LIT_LOG_BITS
};

struct LitPosts {
  int n_fields;
  LitSlot *slots;           /* [n_slots], a power of two, 2/3 full at most */
  size_t n_slots;
  LitBuf names;             /* One behind the other */
  uint32_t *ends;           /* [n_terms]: where each ends */
  size_t n_terms, ends_room;
  uint32_t **blocks;        /* [n_blocks] */
  size_t n_blocks, blocks_room;
  size_t used, size;        /* Of the last one: entries, and room for them */
  LitStretch *stretches;    /* [n_stretches], their rows do not descend */
  size_t n_stretches, stretches_room;
  uint32_t *lens;           /* [row * n_fields + field] */
  size_t n_lens, lens_room;
  uint32_t n_rows;          /* Above every arrival number seen */
};

static inline size_t lit_posts_entries(const LitPosts *p) {
  return p->n_blocks ? (p->n_blocks - 1) * LIT_LOG_BLOCK + p->used : 0;
}
#endif
