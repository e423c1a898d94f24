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

/* Beside LIT_WORD_STOP, of the word itself: */
enum {
  LIT_STEM_ALPHA = 8, LIT_STEM_DIGIT = 16,      /* has an ASCII letter, digit */
  LIT_STEM_FIRST = 64, LIT_STEM_SECOND = 128    /* see wordforms.h */
};

typedef struct LitStem {
  const char *at;           /* [n] with room as of LitWord, lent until the next
                            ** call */
  uint32_t n, flags;
} LitStem;

/* A short word and its stem.  Its key is the word itself, padded with zeros. */
enum { LIT_STEM_WORD = 16, LIT_STEM_TEXT = 14, LIT_STEM_SETS = 32768 };
typedef struct LitStemKey { uint64_t at[LIT_STEM_WORD / 8]; } LitStemKey;
typedef struct LitStemSlot {
  LitStemKey key;           /* all zero in an empty slot */
  char stem[LIT_STEM_TEXT];
  uint8_t n, flags;
} LitStemSlot;

/* The places that a short word may have: one cache line. */
typedef struct LitStemSet { LitStemSlot slots[2]; } LitStemSet;
enum { LIT_STEM_LINE = 64 };
_Static_assert(sizeof(LitStemSet) == LIT_STEM_LINE, "one cache line");

typedef struct LitStems {
  const LitWords *kind;
  struct sb_stemmer *snowball;
  void *block;
  LitStemSet *sets;         /* [LIT_STEM_SETS] in block, aligned to a line */
  struct LitStemLong *longs;/* [] longer words, or with longer stems */
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
  uint64_t h = key->at[0] * 0x9E3779B97F4A7C15u ^
               key->at[1] * 0xC2B2AE3D27D4EB4Fu;
  return &s->sets[(h ^ h >> 29) * 0x9E3779B97F4A7C15u >> 49];
}

static inline int lit_stems_look(LitErr *e, LitStems *s, LitStemSet *set,
                                 const LitStemKey *key, size_t n,
                                 LitStem *out) {
  const LitStemSlot *first = set->slots;
  if (!lit_stems_same(&first->key, key))
    return lit_stems_other(e, s, set, key, n, out);
  *out = (LitStem){first->stem, first->n, first->flags};
  return e->rc;
}
#endif
