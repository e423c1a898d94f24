/* wordstem.c -- see wordstem.h.
**
** The cache, 8.5 MB: a word has some places, the last for the newest, and each
** time it is met again it goes one place up, so that the many words met once do
** not drive out the few met always; up to empty places it goes by itself.  All
** places of a short word are in one cache line.  Longer words, and those with
** stems that do not begin as they do, have a table of their own; the very long
** go past both.
*/
#include <libstemmer.h>
#include <string.h>
#include "base/mem.h"
#include "text/wordfold.h"
#include "text/wordforms.h"
#include "text/wordkey.h"
#include "text/wordstem.h"
#include "base/poison.h"

enum { LINE = LIT_STEM_LINE, SETS = 4096, TEXT = 30 };

/* A longer word, in one cache line; two of them are a set. */
typedef struct LitStemLong {
  LitWordKey key;
  char stem[TEXT];
  uint8_t n, flags;
} Long;
_Static_assert(sizeof(Long) == LINE, "one cache line");

int lit_stems_open(LitErr *e, const LitWords *kind, LitStems **out) {
  LitStems *s = *out = lit_new0(e, 1, sizeof *s);
  if (!s) return e->rc;
  s->kind = kind;
  s->block = lit_new0(e, LIT_STEM_SETS + 2 * SETS + 1, LINE);
  if (s->block) {
    s->sets = (LitStemSet *)(void *)((char *)s->block + LINE -
                                     (uintptr_t)s->block % LINE);
    s->longs = (Long *)(void *)(s->sets + LIT_STEM_SETS);
  }
  if (!e->rc && kind->snowball) {
    s->snowball = sb_stemmer_new(kind->snowball, "UTF_8");
    if (!s->snowball)
      lit_fail(e, LIT_ERROR, "tokenizer '%s': libstemmer has no '%s'",
               kind->name, kind->snowball);
  }
  if (e->rc) lit_stems_close(s), *out = NULL;
  return e->rc;
}

void lit_stems_close(LitStems *s) {
  if (!s) return;
  if (s->snowball) sb_stemmer_delete(s->snowball);
  lit_free(s->block);
  lit_free(s);
}

static unsigned form_flags(const char *word, size_t n) {
  unsigned flags = 0;
  if (lit_wordforms_is_stop(word, n)) flags |= LIT_WORD_STOP;
  if (lit_wordforms_is_first(word, n)) flags |= LIT_WORD_FIRST;
  if (lit_wordforms_is_second(word, n)) flags |= LIT_WORD_SECOND;
  if (lit_wordforms_is_open(word, n)) flags |= LIT_STEM_OPEN;
  if (lit_wordforms_is_latter(word, n)) flags |= LIT_STEM_LATTER;
  return flags;
}

/* Other languages keep their accents while they are stemmed, and lose them
** after; English has lost them before. */
static int stem_now(LitErr *e, LitStems *s, const char *word, size_t n,
                    LitStem *out) {
  const sb_symbol *got = (const sb_symbol *)word;
  *out = (LitStem){.at = s->spare};
  if (s->kind->english) out->flags = form_flags(word, n);
  if (s->snowball) {
    got = sb_stemmer_stem(s->snowball, got, (int)n);
    if (!got) return lit_fail_nomem(e, "stemmer");
    if (sb_stemmer_length(s->snowball) > 0)
      n = (size_t)sb_stemmer_length(s->snowball);
    else got = (const sb_symbol *)word;
  }
  if (n > sizeof s->spare) n = sizeof s->spare;
  if (s->snowball && !s->kind->english && got != (const sb_symbol *)word)
    n = lit_wordfold((const char *)got, n, 0, s->spare, sizeof s->spare);
  else memcpy(s->spare, got, n);
  out->n = (uint32_t)n;
  out->last = n ? s->spare[n - 1] : 0;
  return e->rc;
}

static unsigned ascii_flags(const char *word, size_t n) {
  unsigned flags = 0;
  for (size_t i = 0; i < n; i++) {
    if (word[i] >= '0' && word[i] <= '9') flags |= LIT_STEM_DIGIT;
    if (word[i] >= 'a' && word[i] <= 'z') flags |= LIT_STEM_ALPHA;
  }
  return flags;
}

static int stem_flagged(LitErr *e, LitStems *s, const char *word, size_t n,
                        LitStem *out) {
  if (!stem_now(e, s, word, n, out)) out->flags |= ascii_flags(word, n);
  return e->rc;
}

/* The place of a longer word, if it is here, brought to the first of the two;
** else an empty one or the second, with another key. */
static Long *long_of(LitStems *s, const LitWordKey *key) {
  Long *at = &s->longs[lit_wordkey_hash(key) % SETS * 2], was;
  if (lit_wordkey_same(&at->key, key) || at->n == 0) return at;
  if (!lit_wordkey_same(&at[1].key, key)) return at + 1;
  was = at[0], at[0] = at[1], at[1] = was;
  return at;
}

static LitStem stem_of(const Long *at) {
  return (LitStem){at->stem, at->n, at->flags, at->stem[at->n - 1]};
}

/* Keeps a stem at the place of its word, if it fits. */
static void keep_long(Long *at, const LitWordKey *key, LitStem *stem) {
  if (stem->n == 0 || stem->n > TEXT) return;
  at->key = *key;
  memcpy(at->stem, stem->at, stem->n);
  at->n = (uint8_t)stem->n, at->flags = (uint8_t)stem->flags;
  *stem = stem_of(at);
}

static int find_long(LitErr *e, LitStems *s, const char *word, size_t n,
                     LitStem *out) {
  LitWordKey key = {{0}};
  Long *at;
  if (n > LIT_WORDKEY) return stem_flagged(e, s, word, n, out);
  memcpy(key.at, word, n);
  at = long_of(s, &key);
  if (lit_wordkey_same(&at->key, &key)) *out = stem_of(at);
  else if (!stem_flagged(e, s, word, n, out)) keep_long(at, &key, out);
  return e->rc;
}

static int is_empty(const LitStemSet *set, int i) {
  return set->tails[i].n == 0;
}

/* Makes room in the last place: what is there goes up where there is none. */
static void make_room(LitStemSet *set) {
  for (int i = 1; i < LIT_STEM_PLACES; i++) {
    if (!is_empty(set, i - 1)) continue;
    set->keys[i - 1] = set->keys[i], set->tails[i - 1] = set->tails[i];
    set->keys[i] = (LitStemKey){{0}}, set->tails[i] = (LitStemTail){0};
  }
}

/* A short word that is in no place of its set: into the last, if its stem is
** as it begins. */
static int learn(LitErr *e, LitStems *s, LitStemSet *set,
                 const LitStemKey *key, size_t n, LitStem *out) {
  enum { LAST = LIT_STEM_PLACES - 1 };
  const char *word = (const char *)key->at;
  const LitWordKey same = {{key->at[0], key->at[1], 0, 0}};
  Long *at = long_of(s, &same);
  if (lit_wordkey_same(&at->key, &same)) {
    *out = stem_of(at);
  } else if (!stem_flagged(e, s, word, n, out)) {
    if (out->n == 0 || out->n > LIT_STEM_WORD ||
        memcmp(word, out->at, out->n - 1) != 0)
      return keep_long(at, &same, out), e->rc;
    make_room(set);
    set->keys[LAST] = *key;
    set->tails[LAST] = (LitStemTail){(uint8_t)out->n, (uint8_t)out->flags,
                                     (uint8_t)out->last};
  }
  return e->rc;
}

int lit_stems_raise(LitStemSet *set, const LitStemKey *key, int i) {
  const LitStemKey above = set->keys[i - 1];
  const LitStemTail tail = set->tails[i];
  if (!lit_stems_same(&set->keys[i], key)) return 0;
  set->keys[i] = above, set->tails[i] = set->tails[i - 1];
  set->keys[i - 1] = *key, set->tails[i - 1] = tail;
  return 1;
}

int lit_stems_other(LitErr *e, LitStems *s, LitStemSet *set,
                    const LitStemKey *key, size_t n, LitStem *out) {
  for (int i = 1; i < LIT_STEM_PLACES; i++) {
    if (!lit_stems_raise(set, key, i)) continue;
    *out = lit_stems_of(key, &set->tails[i - 1]);
    return e->rc;
  }
  return learn(e, s, set, key, n, out);
}

int lit_stems_find(LitErr *e, LitStems *s, const char *word, size_t n,
                   LitStem *out) {
  LitStemKey *key = &s->key;
  if (n > LIT_STEM_WORD) return find_long(e, s, word, n, out);
  *key = lit_stems_key(word, n, 0);
  return lit_stems_look(e, s, lit_stems_set(s, key), key, n, out);
}
