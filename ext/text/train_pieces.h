/* train_pieces.h -- the pieces of a Unigram vocabulary while it is learned.
**
** Words are cut into chunks of at most LIT_CHUNK_MAX bytes that have only
** characters of the alphabet; chunks lie one after the other in `text`, a zero
** byte behind each.
*/
#ifndef LIT_TRAIN_PIECES_H
#define LIT_TRAIN_PIECES_H
#include "text/train_part.h"

enum { LIT_CHUNK_MAX = 64 };

typedef struct LitChunk {
  uint32_t at, len;         /* In text */
  double times;
} LitChunk;

typedef struct LitChunks {
  char *text;               /* [n_text], zero bytes behind */
  LitChunk *at;             /* [n] */
  size_t n, room, n_text, room_text;
} LitChunks;
int lit_chunks_of(LitErr *e, const LitCounts *words, const LitAlphabet *a,
                  LitChunks *out);
void lit_chunks_drop(LitChunks *c);

typedef struct LitSeed {    /* A piece */
  const char *at;           /* [len] lent */
  uint32_t len;
  double score;             /* How often, or the logarithm of a probability */
  int is_char;              /* A single character: never dropped */
} LitSeed;

typedef struct LitSeeds {
  LitSeed *at;              /* [n] */
  char *chars;              /* Text of the characters */
  size_t n, room;
} LitSeeds;
void lit_seeds_drop(LitSeeds *s);

/* All characters, and the `most` substrings of 2 .. max_chars characters that
** cover most text: occurrences times length.  Only such that end where texts
** go on differently, or whole chunks. */
int lit_seeds_find(LitErr *e, const LitChunks *c, const LitAlphabet *a,
                   const LitTrainOpts *o, size_t most, LitSeeds *out);

/* All pieces that begin at a place: nodes by their children's bytes. */
typedef struct LitTrie {
  uint32_t root[256];       /* Node of a first byte, or 0 */
  uint32_t *first;          /* [n + 1] children of node i: first[i] .. */
  int32_t *piece;           /* [n] the piece that ends there, or -1 */
  uint8_t *byte;            /* [n] */
  size_t n, room[3];
} LitTrie;
int lit_trie_make(LitErr *e, const LitSeeds *s, LitTrie *out);
void lit_trie_drop(LitTrie *t);
/* The child of `node` (not the root) by `byte`, or 0. */
static inline uint32_t lit_trie_step(const LitTrie *t, uint32_t node,
                                     uint8_t byte) {
  for (uint32_t i = t->first[node]; i < t->first[node + 1]; i++)
    if (t->byte[i] == byte) return i;
  return 0;
}
#endif
