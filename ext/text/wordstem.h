/* wordstem.h -- a folded word to its index term, through a cache.
**
** Snowball takes about 300 ns a word; nearly all words of a text have been
** seen before, so each is stemmed once and then found in a table.
*/
#ifndef LIT_WORDSTEM_H
#define LIT_WORDSTEM_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "text/words.h"

/* Of the word itself, beside those that LitWord has: */
enum {
  LIT_STEM_ALPHA = 8, LIT_STEM_DIGIT = 16,      /* has an ASCII letter, digit */
  LIT_STEM_OPEN = 1, LIT_STEM_LATTER = 32,      /* of wordforms.h */
  LIT_STEM_TELLS = LIT_WORD_STOP | LIT_WORD_FIRST | LIT_WORD_SECOND
};

/* at[0..n), but its last byte is `last`. */
typedef struct LitStem {
  const char *at;           /* with room as of LitWord, lent until the next
                            ** call */
  uint32_t n, flags;
  char last;
} LitStem;

/* A short word as a key: the word itself, padded with zeros. */
enum { LIT_STEM_WORD = 16, LIT_STEM_BITS = 17,
       LIT_STEM_SETS = 1 << LIT_STEM_BITS };
typedef struct LitStemKey { uint64_t at[LIT_STEM_WORD / 8]; } LitStemKey;

/* The places that a short word may have: one cache line.  A stem is nearly
** always as its word begins, but for its last letter. */
enum { LIT_STEM_PLACES = 3, LIT_STEM_LINE = 64 };
typedef struct LitStemTail { uint8_t n, flags, last; } LitStemTail;
typedef struct LitStemSet {
  LitStemKey keys[LIT_STEM_PLACES];     /* all zero: an empty place */
  LitStemTail tails[LIT_STEM_PLACES];
  uint8_t unused[LIT_STEM_LINE - LIT_STEM_PLACES * (LIT_STEM_WORD + 3)];
} LitStemSet;
_Static_assert(sizeof(LitStemSet) == LIT_STEM_LINE, "one cache line");

typedef struct LitStems {
  const LitWords *kind;
  struct sb_stemmer *snowball;
  void *block;
  LitStemSet *sets;         /* [LIT_STEM_SETS] in block, aligned to a line */
  struct LitStemLong *longs;/* [] longer words, or with other stems */
  LitStemKey key;           /* of the word asked for last */
  char spare[LIT_WORD_MAX];
} LitStems;

int lit_stems_open(LitErr *e, const LitWords *kind, LitStems **out);
void lit_stems_close(LitStems *s);
/* The stem of word[0..n), 1 <= n <= LIT_WORD_MAX, with room as of LitWord.
** Returns e->rc (NOMEM). */
int lit_stems_find(LitErr *e, LitStems *s, const char *word, size_t n,
                   LitStem *out);

/* The same for a short word in two steps: its set may be asked for (prefetched)
** some time before it is used. */
int lit_stems_other(LitErr *e, LitStems *s, LitStemSet *set,
                    const LitStemKey *key, size_t n, LitStem *out);

/* The key of s[0..n), 1 <= n <= LIT_STEM_WORD, of which that many bytes may be
** read; `fold` is or-ed to each byte of the word. */
static inline LitStemKey lit_stems_key(const char *s, size_t n, uint8_t fold) {
  static const uint8_t masks[2 * LIT_STEM_WORD] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255,
  };
  const uint64_t lift = 0x0101010101010101u * fold;
  uint64_t mask[2];
  LitStemKey k;
  memcpy(mask, masks + LIT_STEM_WORD - n, sizeof mask);
  memcpy(k.at, s, sizeof k.at);
  k.at[0] = (k.at[0] | lift) & mask[0], k.at[1] = (k.at[1] | lift) & mask[1];
  return k;
}

static inline int lit_stems_same(const LitStemKey *a, const LitStemKey *b) {
  return ((a->at[0] ^ b->at[0]) | (a->at[1] ^ b->at[1])) == 0;
}

static inline LitStemSet *lit_stems_set(const LitStems *s,
                                        const LitStemKey *key) {
  const uint64_t h = key->at[0] ^ (key->at[1] << 32 | key->at[1] >> 32);
  return &s->sets[h * 0x9E3779B97F4A7C15u >> (64 - LIT_STEM_BITS)];
}

/* If the word has place i > 0, it changes it with the one above. */
int lit_stems_raise(LitStemSet *set, const LitStemKey *key, int i);

/* Has the word the first place, now at least? */
static inline int lit_stems_first(LitStemSet *set, const LitStemKey *key) {
  return lit_stems_same(&set->keys[0], key) || lit_stems_raise(set, key, 1);
}

/* What is known of a word by its key and tail. */
static inline LitStem lit_stems_of(const LitStemKey *key,
                                   const LitStemTail *tail) {
  return (LitStem){(const char *)key->at, tail->n, tail->flags,
                   (char)tail->last};
}

/* The key must live as long as *out. */
static inline int lit_stems_look(LitErr *e, LitStems *s, LitStemSet *set,
                                 const LitStemKey *key, size_t n,
                                 LitStem *out) {
  if (!lit_stems_same(&set->keys[0], key))
    return lit_stems_other(e, s, set, key, n, out);
  *out = lit_stems_of(key, &set->tails[0]);
  return e->rc;
}
#endif
