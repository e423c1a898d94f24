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

/* Bit i of 8: is byte i of v a letter or a digit?  Each test adds to the low
** seven bits of a byte, so that bit 7 says whether they reached a bound. */
static inline unsigned lit_wordkey_bits(uint64_t v) {
  static const uint64_t each = 0x0101010101010101u;
  uint64_t low = v & each * 0x7F, small = (low | each * 0x20);
  uint64_t letter = (small + each * (0x80 - 'a')) &
                    ~(small + each * (0x80 - 'z' - 1));
  uint64_t digit = (low + each * (0x80 - '0')) &
                   ~(low + each * (0x80 - '9' - 1));
  uint64_t is = (letter | digit) & ~v & each * 0x80;
  return (unsigned)((is >> 7) * 0x0102040810204080u >> 56);
}

/* Ask for the sets, of `size` bytes each, of all words that begin in the next
** LIT_WORDKEY_AHEAD bytes of s[from .. n); where it went to. */
static inline size_t lit_wordkey_ahead(const char *s, size_t from, size_t n,
                                       const char *sets, size_t n_sets,
                                       size_t size) {
  size_t end = n - from < LIT_WORDKEY_AHEAD ? n : from + LIT_WORDKEY_AHEAD;
  size_t begin = from, at = from;
  uint64_t was = 0;                         /* is the byte before a word's? */
  for (; at < end; at += 64) {
    uint64_t bits = 0, turns;
    for (size_t i = 0; i < 64 && at + i < n; i += 8) {
      uint64_t v = 0;
      memcpy(&v, s + at + i, n - at - i < 8 ? n - at - i : 8);
      bits |= (uint64_t)lit_wordkey_bits(v) << i;
    }
    for (turns = bits ^ (bits << 1 | was); turns; turns &= turns - 1) {
      size_t here = at + (size_t)__builtin_ctzll(turns);
      if (was ^= 1) begin = here;
      else if (here - begin <= LIT_WORDKEY) {
        LitWordKey k = lit_wordkey(s + begin, here - begin, n - begin);
        __builtin_prefetch(sets + lit_wordkey_hash(&k) % n_sets * size);
      }
    }
  }
  return at;
}
#endif
