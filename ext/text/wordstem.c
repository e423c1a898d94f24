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
#include "text/wordstem.h"
#include "base/poison.h"

enum { SETS = 16384, KEY = 32, TEXT = 30, FORM_MAX = 7 };

typedef struct Slot {
  char key[KEY];            /* zero-padded; [0] is 0 in an empty slot */
  uint8_t n, flags;
  char stem[TEXT];
} Slot;
_Static_assert(sizeof(Slot) == 64, "one cache line");

struct LitStems {
  const LitWords *kind;
  struct sb_stemmer *snowball;
  Slot *slots;
  char spare[LIT_WORD_MAX];
};

int lit_stems_open(LitErr *e, const LitWords *kind, LitStems **out) {
  LitStems *s = *out = lit_new0(e, 1, sizeof *s);
  if (!s) return e->rc;
  s->kind = kind;
  s->slots = lit_new0(e, 2 * SETS, sizeof *s->slots);
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
  lit_free(s->slots);
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

static size_t place_of(const char key[KEY]) {
  uint64_t w[4], h;
  memcpy(w, key, KEY);
  h = (w[0] ^ (w[2] << 32 | w[2] >> 32)) * 0x9E3779B97F4A7C15u;
  h = (h ^ h >> 32 ^ w[1] ^ (w[3] << 32 | w[3] >> 32)) * 0xC2B2AE3D27D4EB4Fu;
  return (size_t)(h >> 40) % SETS * 2;
}

int lit_stems_find(LitErr *e, LitStems *s, const char *word, size_t n,
                   LitStem *out) {
  char key[KEY] = {0};
  Slot *slot;
  if (n > KEY) return stem_now(e, s, word, n, out);
  memcpy(key, word, n);
  slot = &s->slots[place_of(key)];
  if (memcmp(slot->key, key, KEY)) {
    Slot *newest = slot + 1;
    if (memcmp(newest->key, key, KEY) == 0) {
      Slot met = *newest;
      *newest = *slot, *slot = met;
    } else {
      if (stem_now(e, s, word, n, out) || out->n > TEXT) return e->rc;
      memcpy(newest->key, key, KEY);
      memcpy(newest->stem, out->at, out->n);
      newest->n = (uint8_t)out->n, newest->flags = (uint8_t)out->flags;
      return e->rc;
    }
  }
  *out = (LitStem){slot->stem, slot->n, slot->flags};
  return e->rc;
}
