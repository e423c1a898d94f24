/* pieces.c -- see pieces.h.
**
** A text is taken in chunks between blanks.  A chunk of printable ASCII is
** words (letters and digits) and signs, each of which is a piece by itself; a
** word is found in a table of words met before.  Chunks of anything else, and
** those with a bracket, which may be a special token, go through the general
** tokenizer, and so does a word that is new.
**
** The table, 2 MB, as in wordstem.c: a word has two places, one for a word that
** was met again while it was here and one for the newest.
*/
#include <string.h>
#include "base/mem.h"
#include "text/pieces.h"
#include "text/tokparts.h"
#include "text/wordkey.h"
#include "base/poison.h"

enum { SETS = 16384, IDS = 7, STOP_EVERY = 1 << 16, LINE = 64 };

typedef struct LitPiecesSlot {
  LitWordKey key;           /* all zero in an empty slot */
  uint32_t n;
  uint32_t ids[IDS];
} Slot;
_Static_assert(sizeof(Slot) == LINE, "one cache line");

/* What a byte is: none of the others, a blank, a sign, part of a word. */
enum { OTHER, BLANK, SIGN, WORD };
enum { O = OTHER, B = BLANK, S = SIGN, W = WORD };
static const uint8_t classes[256] = {           /* from 0x7F on: OTHER */
  O, O, O, O, O, O, O, O, O, B, B, O, O, B, O, O,
  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
  B, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
  W, W, W, W, W, W, W, W, W, W, S, S, S, S, S, S,
  S, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
  W, W, W, W, W, W, W, W, W, W, W, O, S, S, S, S,   /* [ may begin [UNK] */
  S, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
  W, W, W, W, W, W, W, W, W, W, W, S, S, S, S, O,
};
static inline int class_of(char c) { return classes[(unsigned char)c]; }

/* Something found in the text, to be looked up when the table's line is near:
** a word (its two places), a sign (set NULL), or a chunk of n bytes for the
** general tokenizer (set NULL too). */
typedef struct Item {
  LitWordKey key;
  Slot *set;
  size_t from, n;
  int is_general;
} Item;

enum { ITEMS = 64 };

void lit_pieces_init(LitPieces *p, const LitSubword *subword) {
  p->subword = subword;
  for (int c = 0; c < 128; c++) {
    char sign = (char)c;
    int32_t id = lit_subword_id(subword, &sign, 1);
    p->signs[c] = (uint32_t)(id < 0 ? lit_subword_info(subword)->unk : id);
  }
}

int lit_pieces_ctx(LitErr *e, LitPiecesCtx **out) {
  LitPiecesCtx *ctx = *out = lit_new0(e, 1, sizeof *ctx);
  if (!ctx) return e->rc;
  ctx->block = lit_new0(e, 2 * SETS + 1, sizeof *ctx->slots);
  if (ctx->block)                           /* at the start of a line */
    ctx->slots = (Slot *)(void *)((char *)ctx->block + LINE -
                                  (uintptr_t)ctx->block % LINE);
  if (!e->rc) lit_subword_scratch(e, &ctx->scratch);
  if (e->rc) lit_pieces_ctx_free(ctx), *out = NULL;
  return e->rc;
}

void lit_pieces_ctx_free(LitPiecesCtx *ctx) {
  if (!ctx) return;
  lit_subword_scratch_free(ctx->scratch);
  lit_ids_drop(&ctx->ids), lit_ids_drop(&ctx->part);
  lit_work_drop(&ctx->work);
  lit_free(ctx->block);
  lit_free(ctx);
}

static int append(LitErr *e, LitPiecesCtx *ctx, const uint32_t *ids, size_t n) {
  LitIds *out = &ctx->ids;
  if (LIT_GROW(e, &out->at, &out->room, out->n + n)) return e->rc;
  for (size_t i = 0; i < n; i++) out->at[out->n++] = ids[i];
  return LIT_OK;
}

/* Append the pieces of a word in lower case that is not kept. */
static int new_word(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                    const char *s, size_t n) {
  const LitTokModel *m = &p->subword->model;
  LitWork *w = &ctx->work;
  LitIds *out = &ctx->ids;
  w->n_toks = 0;
  if (m->kind->encode(e, m, w, s, n)) return e->rc;
  if (LIT_GROW(e, &out->at, &out->room, out->n + w->n_toks)) return e->rc;
  for (size_t i = 0; i < w->n_toks; i++) out->at[out->n++] = w->toks[i].id;
  return LIT_OK;
}

/* A word that is in neither place: split it, and keep it if it fits. */
static int learn(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                 const Item *item) {
  size_t n_ids = ctx->ids.n;
  Slot *slot = &item->set[1];
  if (new_word(e, p, ctx, (const char *)item->key.at, item->n)) return e->rc;
  if (ctx->ids.n - n_ids > IDS) return LIT_OK;
  slot->key = item->key;
  slot->n = (uint32_t)(ctx->ids.n - n_ids);
  memcpy(slot->ids, ctx->ids.at + n_ids, slot->n * sizeof *slot->ids);
  return LIT_OK;
}

static int add_general(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                       const char *s, size_t n, const LitStop *stop) {
  LitEncodeOpts opts = {.stop = stop};
  if (lit_subword_encode(e, p->subword, ctx->scratch, s, n, &opts, &ctx->part))
    return e->rc;
  return append(e, ctx, ctx->part.at, ctx->part.n);
}

static Slot *set_of(const LitPiecesCtx *ctx, const LitWordKey *key) {
  return &ctx->slots[lit_wordkey_hash(key) % SETS * 2];
}

/* A word; there is room for IDS more. */
static int add_word(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                    const Item *item) {
  LitIds *out = &ctx->ids;
  Slot *slot = item->set, was;
  if (!lit_wordkey_same(&slot[0].key, &item->key)) {
    if (!lit_wordkey_same(&slot[1].key, &item->key))
      return learn(e, p, ctx, item);
    was = slot[0], slot[0] = slot[1], slot[1] = was;
  }
  memcpy(out->at + out->n, slot->ids, sizeof slot->ids);
  out->n += slot->n;
  return LIT_OK;
}

/* Bit 7 of each byte of v that is an ASCII letter or digit.  Each test adds to the
** low seven bits of a byte, so that bit 7 says whether they reach a bound. */
static inline uint64_t word_bytes(uint64_t v) {
  static const uint64_t each = 0x0101010101010101u;
  uint64_t low = v & each * 0x7F, small = low | each * 0x20;
  uint64_t letter = (small + each * (0x80 - 'a')) &
                    ~(small + each * (0x80 - 'z' - 1));
  uint64_t digit = (low + each * (0x80 - '0')) &
                   ~(low + each * (0x80 - '9' - 1));
  return (letter | digit) & ~v & each * 0x80;
}

/* Where the word of s[0..n) ends that goes on at `at`. */
static inline size_t word_end(const char *s, size_t at, size_t n) {
  for (; n - at >= 8; at += 8) {
    uint64_t v = lit_get_u64(s + at);
    uint64_t rest = ~word_bytes(v) & 0x8080808080808080u;
    if (rest) return at + (size_t)__builtin_ctzll(rest) / 8;
  }
  while (at < n && class_of(s[at]) == WORD) at++;
  return at;
}

/* The items of the chunk that begins at `at` of s[0..n), behind the n_items that
** there are; where it ends.  One that is not simple, or has more than there is
** room for, is a single item. */
static size_t find_items(const LitPiecesCtx *ctx, const char *s, size_t at,
                         size_t n, Item *items, size_t *n_items) {
  const size_t from = at;
  size_t k = *n_items;
  int class;
  while (at < n && (class = class_of(s[at])) != BLANK) {
    size_t begin = at++;
    if (class == WORD) at = word_end(s, at, n);
    if (class == OTHER || at - begin > LIT_WORDKEY || k == ITEMS) {
      while (at < n && class_of(s[at]) != BLANK) at++;
      items[*n_items].set = NULL, items[*n_items].is_general = 1;
      items[*n_items].from = from, items[*n_items].n = at - from;
      return ++*n_items, at;
    }
    items[k].set = NULL, items[k].is_general = 0;
    items[k].from = begin, items[k].n = at - begin;
    if (class == WORD) {
      items[k].key = lit_wordkey(s + begin, at - begin, n - begin);
      items[k].set = set_of(ctx, &items[k].key);
      __builtin_prefetch(items[k].set);
    }
    k++;
  }
  *n_items = k;
  return at;
}

/* What is being split. */
typedef struct Text {
  const char *s;
  size_t n;
  const LitStop *stop;
} Text;

static int add_items(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const Text *t, const Item *items, size_t n) {
  LitIds *out = &ctx->ids;
  for (size_t i = 0; i < n && !e->rc; i++) {
    const char *s = t->s + items[i].from;
    if (out->room - out->n < IDS &&
        LIT_GROW(e, &out->at, &out->room, out->n + IDS))
      break;
    if (items[i].set) add_word(e, p, ctx, &items[i]);
    else if (items[i].is_general)
      add_general(e, p, ctx, s, items[i].n, t->stop);
    else out->at[out->n++] = p->signs[(unsigned char)*s];
  }
  return e->rc;
}

int lit_pieces_split(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const char *s, size_t n, const LitStop *stop) {
  const Text t = {s, n, stop};
  uint64_t owner = lit_subword_info(p->subword)->fingerprint;
  size_t asked = 0, n_items = 0;
  Item items[ITEMS];
  ctx->ids.n = 0;
  if (ctx->owner != owner)
    memset(ctx->slots, 0, 2 * SETS * sizeof *ctx->slots);
  ctx->owner = owner;
  for (size_t at = 0; at < n && !e->rc;) {
    if (class_of(s[at]) == BLANK) {
      at++;
      continue;
    }
    at = find_items(ctx, s, at, n, items, &n_items);
    if (n_items > ITEMS / 2) add_items(e, p, ctx, &t, items, n_items), n_items = 0;
    if (at - asked >= STOP_EVERY) {
      asked = at;
      lit_stopped(e, stop);
    }
  }
  return e->rc ? e->rc : add_items(e, p, ctx, &t, items, n_items);
}
