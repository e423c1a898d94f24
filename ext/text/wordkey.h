/* wordkey.h -- words of ASCII letters and digits as keys of a table.
**
** A key is the word in lower case, zero-padded to LIT_WORDKEY bytes; longer
** words have none.  Tables of words are larger than the near caches, so their
** users walk some way ahead of themselves (lit_wordkey_ahead) and ask for the
** lines that will be needed.
*/
#ifndef LIT_WORDKEY_H
#define LIT_WORDKEY_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LIT_WORDKEY = 32, LIT_WORDKEY_AHEAD = 512 };

typedef struct LitWordKey { uint64_t at[LIT_WORDKEY / 8]; } LitWordKey;

static inline int lit_wordkey_has(unsigned char c) {
  return (unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10;
}

/* The word s[0..n), n <= LIT_WORDKEY; `room` bytes, n or more, may be read. */
static inline LitWordKey lit_wordkey(const char *s, size_t n, size_t room) {
  static const uint64_t lower = 0x2020202020202020u;
  LitWordKey k = {{0, 0, 0, 0}};
  if (n > 16 || room < 16) {
    memcpy(k.at, s, n);
    for (size_t i = 0; 8 * i < n; i++)
      k.at[i] |= n - 8 * i >= 8 ? lower
                                : lower & (((uint64_t)1 << 8 * (n % 8)) - 1);
    return k;
  }
  memcpy(k.at, s, 16);
  k.at[0] |= lower, k.at[1] |= lower;
  if (n <= 8) k.at[1] = 0;
  if (n < 8) k.at[0] &= ((uint64_t)1 << 8 * n) - 1;
  else if (n > 8 && n < 16) k.at[1] &= ((uint64_t)1 << 8 * (n - 8)) - 1;
  return k;
}

static inline int lit_wordkey_same(const LitWordKey *a, const LitWordKey *b) {
  return a->at[0] == b->at[0] && a->at[1] == b->at[1] && a->at[2] == b->at[2] &&
         a->at[3] == b->at[3];
}

/* 24 bits. */
static inline size_t lit_wordkey_hash(const LitWordKey *k) {
  uint64_t h = k->at[0] ^ (k->at[2] << 32 | k->at[2] >> 32);
  h *= 0x9E3779B97F4A7C15u;
  h = (h ^ h >> 32 ^ k->at[1] ^ (k->at[3] << 32 | k->at[3] >> 32)) *
      0xC2B2AE3D27D4EB4Fu;
  return (size_t)(h >> 40);
}

/* Ask for the sets, of `size` bytes each, of all words that begin in
** s[from .. from + LIT_WORDKEY_AHEAD); where it went to. */
static inline size_t lit_wordkey_ahead(const char *s, size_t from, size_t n,
                                       const char *sets, size_t n_sets,
                                       size_t size) {
  size_t end = n - from < LIT_WORDKEY_AHEAD ? n : from + LIT_WORDKEY_AHEAD;
  for (size_t i = from; i < end;) {
    size_t begin = i;
    while (i < n && lit_wordkey_has((unsigned char)s[i])) i++;
    if (i > begin && i - begin <= LIT_WORDKEY) {
      LitWordKey k = lit_wordkey(s + begin, i - begin, n - begin);
      __builtin_prefetch(sets + lit_wordkey_hash(&k) % n_sets * size);
    }
    if (i == begin) i++;
    if (i > end) end = i;
  }
  return end;
}
#endif
