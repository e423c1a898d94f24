/* wordkey.h -- words of ASCII letters and digits as keys of a table.
**
** A key is the word in lower case, zero-padded to LIT_WORDKEY bytes; longer
** words have none.  Tables of words are larger than the near caches, so their
** users find some words first, and ask for the lines that these will need.
*/
#ifndef LIT_WORDKEY_H
#define LIT_WORDKEY_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LIT_WORDKEY = 32 };

typedef struct LitWordKey { uint64_t at[LIT_WORDKEY / 8]; } LitWordKey;

/* The low n bytes of eight, 1 <= n. */
static inline uint64_t lit_wordkey_mask(size_t n) {
  return ~(uint64_t)0 >> (n < 8 ? 64 - 8 * n : 0);
}

/* The word s[0..n), 1 <= n <= LIT_WORDKEY; `room` bytes, n or more, may be
** read.  Without branches on n where it is at most 16. */
static inline LitWordKey lit_wordkey(const char *s, size_t n, size_t room) {
  static const uint64_t lower = 0x2020202020202020u;
  LitWordKey k = {{0, 0, 0, 0}};
  if (n > 16 || room < 16) {
    memcpy(k.at, s, n);
    for (size_t i = 0; 8 * i < n; i++)
      k.at[i] |= lower & lit_wordkey_mask(n - 8 * i);
    return k;
  }
  memcpy(k.at, s, 16);
  k.at[0] = (k.at[0] | lower) & lit_wordkey_mask(n);
  k.at[1] = (k.at[1] | lower) & lit_wordkey_mask(n > 8 ? n - 8 : 8) &
            ((uint64_t)0 - (n > 8));
  return k;
}

static inline int lit_wordkey_same(const LitWordKey *a, const LitWordKey *b) {
  return ((a->at[0] ^ b->at[0]) | (a->at[1] ^ b->at[1]) |
          (a->at[2] ^ b->at[2]) | (a->at[3] ^ b->at[3])) == 0;
}

/* 24 bits. */
static inline size_t lit_wordkey_hash(const LitWordKey *k) {
  uint64_t h = k->at[0] ^ (k->at[2] << 32 | k->at[2] >> 32);
  h *= 0x9E3779B97F4A7C15u;
  h = (h ^ h >> 32 ^ k->at[1] ^ (k->at[3] << 32 | k->at[3] >> 32)) *
      0xC2B2AE3D27D4EB4Fu;
  return (size_t)(h >> 40);
}
#endif
