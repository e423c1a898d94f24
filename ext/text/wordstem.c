/* wordstem.c -- see wordstem.h.
**
** The cache, 2 MB: a word has two places, one for a word that was met again
** while it was here and one for the newest, so that the many words met once do
** not drive out the few met always.  A slot is one cache line; longer words
** and stems go past it.
*/
#include <libstemmer.h>
#include <string.h>
#include "base/mem.h"
#include "text/wordfold.h"
#include "text/wordforms.h"
#include "text/wordkey.h"
#include "text/wordstem.h"
#include "base/poison.h"

enum { SETS = 16384, TEXT = 30, FORM_MAX = 7 };

typedef struct Slot {
  LitWordKey key;           /* all zero in an empty slot */
  uint8_t n, flags;
  char stem[TEXT];
} Slot;
enum { LINE = 64 };
_Static_assert(sizeof(Slot) == LINE, "one cache line");

struct LitStems {
  const LitWords *kind;
  struct sb_stemmer *snowball;
  void *block;
  Slot *slots;              /* [2 * SETS] in block, at the start of a line */
  char spare[LIT_WORD_MAX];
};

int lit_stems_open(LitErr *e, const LitWords *kind, LitStems **out) {
  LitStems *s = *out = lit_new0(e, 1, sizeof *s);
  if (!s) return e->rc;
  s->kind = kind;
  s->block = lit_new0(e, 2 * SETS + 1, sizeof *s->slots);
  if (s->block)
    s->slots = (Slot *)(void *)((char *)s->block + LINE -
                                (uintptr_t)s->block % LINE);
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

/* Other languages keep their accents while they are stemmed, and lose them
** after; English has lost them before. */
static int stem_now(LitErr *e, LitStems *s, const char *word, size_t n,
                    LitStem *out) {
  const sb_symbol *got;
  *out = (LitStem){.at = word, .n = (uint32_t)n};
  if (s->kind->english && n <= FORM_MAX) {      /* the longest of them */
    if (lit_wordforms_is_stop(word, n)) out->flags |= LIT_WORD_STOP;
    if (lit_wordforms_is_first(word, n)) out->flags |= LIT_STEM_FIRST;
    if (lit_wordforms_is_second(word, n)) out->flags |= LIT_STEM_SECOND;
  }
  if (!s->snowball) return e->rc;
  got = sb_stemmer_stem(s->snowball, (const sb_symbol *)word, (int)n);
  if (!got) return lit_fail_nomem(e, "stemmer");
  n = (size_t)sb_stemmer_length(s->snowball);
  if (n == 0) return e->rc;
  out->at = (const char *)got, out->n = (uint32_t)n;
  if (!s->kind->english) {
    n = lit_wordfold(out->at, n, 0, s->spare, sizeof s->spare);
    out->at = s->spare, out->n = (uint32_t)n;
  }
  return e->rc;
}

size_t lit_stems_ahead(const LitStems *s, const char *text, size_t from,
                       size_t n) {
  return lit_wordkey_ahead(text, from, n, (const char *)s->slots, SETS,
                           2 * sizeof *s->slots);
}

/* The slot of a word that is here, brought to the first of its two places. */
static Slot *met(Slot *slot, const LitWordKey *key) {
  Slot was;
  if (lit_wordkey_same(&slot->key, key)) return slot;
  if (!lit_wordkey_same(&slot[1].key, key)) return NULL;
  was = slot[0], slot[0] = slot[1], slot[1] = was;
  return slot;
}

int lit_stems_find(LitErr *e, LitStems *s, const char *word, size_t n,
                   LitStem *out) {
  LitWordKey key = {{0}};
  Slot *set, *slot;
  if (n > LIT_WORDKEY) return stem_now(e, s, word, n, out);
  memcpy(key.at, word, n);
  set = &s->slots[lit_wordkey_hash(&key) % SETS * 2];
  slot = met(set, &key);
  if (slot) {
    *out = (LitStem){slot->stem, slot->n, slot->flags};
    return e->rc;
  }
  if (stem_now(e, s, word, n, out) || out->n > TEXT) return e->rc;
  slot = &set[1];
  slot->key = key;
  memcpy(slot->stem, out->at, out->n);
  slot->n = (uint8_t)out->n, slot->flags = (uint8_t)out->flags;
  return e->rc;
}
