/* tokvocab.h -- a vocabulary: token text to id and back, in little memory.
**
** Tokens are gathered with lit_vocab_add, then lit_vocab_seal sorts and
** indexes them; after that it is read only.
*/
#ifndef LIT_TOKVOCAB_H
#define LIT_TOKVOCAB_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

enum { LIT_VOCAB_MAX = 1 << 24 };          /* Ids are below this */

typedef struct LitVocab {
  char *text;               /* All tokens, one after the other */
  uint32_t *off;            /* [n + 1] into text */
  uint32_t *id;             /* [n]; NULL once sealed if token i has id i */
  uint32_t *row;            /* [n_ids]: token of an id, or n; NULL likewise */
  uint32_t *slot;           /* [mask + 1]: hash table, 0 empty; else the bits of
                            ** `number` are a token + 1, the others its hash's */
  uint32_t n, mask, number;
  uint32_t n_ids;           /* Highest id + 1 */
  uint32_t max_len;         /* Bytes of the longest token */
  size_t room_text, room_off, room_id, n_text;
} LitVocab;

int lit_vocab_add(LitErr *e, LitVocab *v, const char *s, size_t n, uint32_t id);
/* A token given twice keeps its last id.  Errors: CORRUPT (an id far beyond
** the number of tokens), NOMEM. */
int lit_vocab_seal(LitErr *e, LitVocab *v);
void lit_vocab_drop(LitVocab *v);
size_t lit_vocab_bytes(const LitVocab *v);

/* The id of s[0..n), or -1. */
int32_t lit_vocab_find(const LitVocab *v, const char *s, size_t n);
/* The same with the hash of s[0..n) at hand. */
int32_t lit_vocab_find_hashed(const LitVocab *v, const char *s, size_t n,
                              uint32_t hash);
/* True if s[0..n) never follows anything but itself within a token. */
int lit_vocab_leads(const LitVocab *v, const char *s, size_t n);
/* The text of `id`, or NULL. */
const char *lit_vocab_text(const LitVocab *v, uint32_t id, size_t *n);

/* Hash of a string, a byte at a time: begin, step for each byte. */
#define LIT_HASH_BEGIN 2166136261u
static inline uint32_t lit_hash_step(uint32_t h, unsigned char c) {
  return (h ^ c) * 16777619u;
}
static inline uint32_t lit_hash_bytes(uint32_t h, const char *s, size_t n) {
  for (size_t i = 0; i < n; i++) h = lit_hash_step(h, (unsigned char)s[i]);
  return h;
}
/* What a table takes its low bits from. */
static inline uint32_t lit_hash_end(uint32_t h) {
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  return h ^ h >> 13;
}
#endif
