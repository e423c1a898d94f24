/* pieces.c -- see pieces.h.
**
** A text is taken in chunks between blanks, as many at once as 64 bytes hold
** (kern/bytes.h).  A chunk of printable ASCII is words (letters and digits) and
** signs, each of which is a piece by itself; a word is found in a table of words
** met before.  Chunks of anything else, and those with a bracket, which may be a
** special token, are found there as they stand.  What is new or long is cut into
** words and signs by what its characters are (pieces_char.h), or else goes
** through the general tokenizer.
**
** The table, 2 MB, as in wordstem.c: what is kept is in one of two places of a
** line, in the first if it was met again while it was here, or the newest.  It
** has IDS pieces at the most, of ids that two bytes hold.
*/
#include <string.h>
#include "base/mem.h"
#include "kern/bytes.h"
#include "text/pieces.h"
#include "text/pieces_char.h"
#include "text/tokparts.h"
#include "text/utf8.h"
#include "text/wordstem.h"
#include "base/poison.h"

enum { SET_BITS = 15, N_SETS = 1 << SET_BITS, IDS = 7, LINE = 64,
       STOP_EVERY = 1 << 16, CHUNK_MAX = 1 << 10 };

typedef struct Slot {
  LitStemKey key;           /* all zero in an empty slot */
  uint16_t ids[IDS], n;
} Slot;

typedef struct LitPiecesSet { Slot slots[2]; } Set;
_Static_assert(sizeof(Set) == LINE, "one cache line");

/* What a byte is: none of the others (from 0x7F on all are that), a blank, a
** sign (0), part of a word.  Only OTHER is asked for as a pair, with any byte. */
enum { W = LIT_BYTES_MEMBER, O = 1 };
#define ANY8 O, O, O, O, O, O, O, O
#define ANY64 ANY8, ANY8, ANY8, ANY8, ANY8, ANY8, ANY8, ANY8
static const LitBytesKind words = {{
  O, O, O, O, O, O, O, O, O, 0, 0, O, O, 0, O, O,
  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  W, W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, 0, 0,
  0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
  W, W, W, W, W, W, W, W, W, W, W, O, 0, 0, 0, 0,   /* [ may begin [UNK] */
  0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
  W, W, W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, O,
  ANY64, ANY64,
}, {ANY64, ANY64, ANY64, ANY64}};
static const LitBytesKind blanks = {
  {['\t'] = W, ['\n'] = W, ['\r'] = W, [' '] = W}, {0},
};
static int is_blank(char c) { return blanks.open[(unsigned char)c] != 0; }

/* Something found in the text, to be looked up when the table's line is near: a
** short word or chunk for the general tokenizer (its set), a long one, or a
** sign (set NULL). */
typedef struct Item {
  LitStemKey key;
  Set *set;
  size_t from, n;
  int is_general;
} Item;

enum { ITEMS = 128 };     /* A block may be 64 signs */

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
  ctx->block = lit_new0(e, N_SETS + 1, sizeof *ctx->sets);
  if (ctx->block)                           /* at the start of a line */
    ctx->sets = (Set *)(void *)((char *)ctx->block + LINE -
                                 (uintptr_t)ctx->block % LINE);
  ctx->chars = lit_new0(e, LIT_PIECES_CHARS, sizeof *ctx->chars);
  if (!e->rc) lit_subword_scratch(e, &ctx->scratch);
  if (e->rc) lit_pieces_ctx_free(ctx), *out = NULL;
  return e->rc;
}

size_t lit_pieces_ctx_bytes(const LitPiecesCtx *ctx) {
  return lit_ids_bytes(&ctx->ids) + lit_ids_bytes(&ctx->part) +
         lit_work_bytes(&ctx->work) + ctx->word.room;
}

void lit_pieces_ctx_free(LitPiecesCtx *ctx) {
  if (!ctx) return;
  lit_subword_scratch_free(ctx->scratch);
  lit_ids_drop(&ctx->ids), lit_ids_drop(&ctx->part);
  lit_work_drop(&ctx->work);
  lit_buf_drop(&ctx->word);
  lit_free(ctx->chars);
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

/* What is being split. */
typedef struct Text {
  const char *s;
  size_t n;
  const LitBytesKern *kern;
  const LitStop *stop;
} Text;

/* The word gathered in ctx->word, if there is one. */
static int end_word(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx) {
  size_t n = ctx->word.n;
  ctx->word.n = 0;
  return n ? new_word(e, p, ctx, (const char *)ctx->word.at, n) : e->rc;
}

/* One character that is not ASCII; 1: it is one for the general tokenizer. */
static int add_char(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                    uint32_t cp) {
  LitPiecesChar *c = &ctx->chars[cp < LIT_PIECES_CHARS ? cp : 0];
  if (cp >= LIT_PIECES_CHARS) return 1;
  if (c->kind == LIT_CHAR_NEW &&
      lit_pieces_char(e, p->subword, &ctx->work, cp, c))
    return 0;
  if (c->kind == LIT_CHAR_OTHER) return 1;
  if (c->kind != LIT_CHAR_PART) end_word(e, p, ctx);
  lit_buf_put(e, &ctx->word, c->text, c->n);
  if (c->kind == LIT_CHAR_SIGN) end_word(e, p, ctx);
  return 0;
}

/* s[0..n), a chunk or a word, by what its characters are; 1: it must go through
** the general tokenizer, and nothing is added. */
static int add_chars(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const char *s, size_t n) {
  size_t was = ctx->ids.n;
  int other = n > CHUNK_MAX || lit_utf8_bad(s, n) < n;
  ctx->word.n = 0;
  for (size_t at = 0; at < n && !other && !e->rc;) {
    uint8_t byte = (uint8_t)s[at];
    uint32_t cp;
    if (byte >= 0x80) {
      at += lit_utf8_get(s + at, n - at, &cp);
      other = add_char(e, p, ctx, cp);
      continue;
    }
    at++;
    if (words.open[byte] == W) {
      lit_buf_u8(e, &ctx->word, byte | 0x20u);
    } else if (words.open[byte] == 0 && !end_word(e, p, ctx)) {
      append(e, ctx, &p->signs[byte], 1);
    } else {
      other = 1;
    }
  }
  if (other) ctx->ids.n = was;
  else end_word(e, p, ctx);
  return other;
}

static int add_general(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                       const Text *t, const Item *item) {
  LitEncodeOpts opts = {.stop = t->stop};
  if (!add_chars(e, p, ctx, t->s + item->from, item->n) || e->rc) return e->rc;
  if (lit_subword_encode(e, p->subword, ctx->scratch, t->s + item->from,
                         item->n, &opts, &ctx->part))
    return e->rc;
  return append(e, ctx, ctx->part.at, ctx->part.n);
}

/* What is in neither place: split it, and keep it if it fits. */
static int learn(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                 const Text *t, const Item *item) {
  size_t was = ctx->ids.n, n;
  Slot kept = {.key = item->key};
  if (item->is_general ? add_general(e, p, ctx, t, item)
                       : new_word(e, p, ctx, (const char *)item->key.at, item->n))
    return e->rc;
  n = ctx->ids.n - was;
  if (n > IDS) return LIT_OK;
  for (size_t i = 0; i < n; i++) {
    if (ctx->ids.at[was + i] > UINT16_MAX) return LIT_OK;
    kept.ids[i] = (uint16_t)ctx->ids.at[was + i];
  }
  kept.n = (uint16_t)n;
  item->set->slots[1] = kept;
  return LIT_OK;
}

/* An item that has a set; there is room for IDS + 1 more. */
static int add_kept(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                    const Text *t, const Item *item) {
  LitIds *out = &ctx->ids;
  Slot *slot = item->set->slots, was;
  uint32_t *to = out->at + out->n;
  if (!lit_stems_same(&slot[0].key, &item->key)) {
    if (!lit_stems_same(&slot[1].key, &item->key))
      return learn(e, p, ctx, t, item);
    was = slot[0], slot[0] = slot[1], slot[1] = was;
  }
  for (int i = 0; i < IDS; i++) to[i] = slot->ids[i];
  out->n += slot->n;
  return LIT_OK;
}

/* The key of n <= LIT_STEM_WORD bytes, and the set that it has. */
static inline void find_set(const LitPiecesCtx *ctx, const Text *t, Item *item,
                            uint8_t fold) {
  const char *s = t->s + item->from;
  char end[LIT_STEM_WORD] = {0};
  uint64_t h;
  if (t->n - item->from < LIT_STEM_WORD) memcpy(end, s, item->n), s = end;
  item->key = lit_stems_key(s, item->n, fold);
  h = item->key.at[0] * 0x9E3779B97F4A7C15u ^
      item->key.at[1] * 0xC2B2AE3D27D4EB4Fu;
  item->set = &ctx->sets[(h ^ h >> 29) * 0x9E3779B97F4A7C15u >> (64 - SET_BITS)];
  __builtin_prefetch(item->set);
}

/* The chunk that begins at `at`, as a whole; where it ends.  Its key is what it
** is, not in lower case: no word has a byte that makes it such a chunk, unless
** it is a long one, which has no key, or its NUL looks like the end. */
static size_t find_whole(const LitPiecesCtx *ctx, const Text *t, size_t at,
                         Item *item) {
  size_t n = 1;
  while (at + n < t->n && !is_blank(t->s[at + n])) n++;
  *item = (Item){.from = at, .n = n, .is_general = 1};
  if (n <= LIT_STEM_WORD && !memchr(t->s + at, 0, n)) find_set(ctx, t, item, 0);
  return at + n;
}

/* What the bytes from `at` on are, bit i byte at + i; the end is a blank. */
typedef struct Block { uint64_t word, other, blank; } Block;

static inline Block look(const Text *t, size_t at) {
  const uint8_t *from = (const uint8_t *)t->s + at;
  uint8_t end[LIT_BYTES + 1] = {0};
  size_t n = t->n - at;
  LitBytes b, blank;
  Block out;
  if (n <= LIT_BYTES) memcpy(end, from, n), from = end;
  t->kern->look(&words, from, 1, &b), t->kern->look(&blanks, from, 1, &blank);
  out = (Block){b.members, b.pairs, blank.members};
  if (n < LIT_BYTES) out.blank |= ~(uint64_t)0 << n, out.other &= ~out.blank;
  return out;
}

/* The bits below the highest one of x; none of 0. */
static inline uint64_t below_last(uint64_t x) {
  return x ? ((uint64_t)1 << (63 - __builtin_clzll(x))) - 1 : 0;
}

/* Of a block that begins with a chunk or a blank: the bytes of chunks that end in
** it, up to the first that is not simple. */
static inline uint64_t simple(const Block *b) {
  uint64_t all = below_last(b->blank), other = b->other & all;
  return other ? below_last(b->blank & ((other & -other) - 1)) : all;
}

/* The words and signs of the bytes `which` of a block. */
static inline void find_items(const LitPiecesCtx *ctx, const Text *t, size_t at,
                              const Block *b, uint64_t which, Item *items,
                              size_t *n_items) {
  uint64_t word = b->word & which, signs = which & ~(b->word | b->blank);
  uint64_t turns = (word & ~(word << 1)) | signs;
  for (; turns; turns &= turns - 1) {
    int i = __builtin_ctzll(turns);
    Item *item = &items[(*n_items)++];
    item->from = at + (size_t)i, item->n = 1;
    item->set = NULL, item->is_general = 0;
    if (signs >> i & 1) continue;
    item->n = (size_t)__builtin_ctzll(~(word >> i));
    if (item->n <= LIT_STEM_WORD) find_set(ctx, t, item, 0x20);
    else item->is_general = 1;
  }
}

static int add_items(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const Text *t, const Item *items, size_t *n) {
  LitIds *out = &ctx->ids;
  for (size_t i = 0; i < *n && !e->rc; i++) {
    if (out->room - out->n <= IDS &&
        LIT_GROW(e, &out->at, &out->room, out->n + IDS + 1))
      break;
    if (items[i].set) add_kept(e, p, ctx, t, &items[i]);
    else if (items[i].is_general) add_general(e, p, ctx, t, &items[i]);
    else out->at[out->n++] = p->signs[(unsigned char)t->s[items[i].from]];
  }
  *n = 0;
  return e->rc;
}

int lit_pieces_split(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const char *s, size_t n, const LitStop *stop) {
  const Text t = {s, n, lit_bytes(), stop};
  uint64_t owner = lit_subword_info(p->subword)->fingerprint;
  size_t asked = 0, n_items = 0;
  Item items[ITEMS];
  ctx->ids.n = 0;
  if (ctx->owner != owner) {
    memset(ctx->sets, 0, N_SETS * sizeof *ctx->sets);
    memset(ctx->chars, 0, LIT_PIECES_CHARS * sizeof *ctx->chars);
  }
  ctx->owner = owner;
  for (size_t at = 0; at < n && !e->rc;) {
    Block b = look(&t, at);
    uint64_t which = simple(&b);
    if (!which && !(b.blank & 1)) {
      at = find_whole(ctx, &t, at, &items[n_items++]);
    } else {
      find_items(ctx, &t, at, &b, which, items, &n_items);
      at += (size_t)__builtin_ctzll(~which) + 1;
    }
    if (n_items > ITEMS - LIT_BYTES) add_items(e, p, ctx, &t, items, &n_items);
    if (at - asked >= STOP_EVERY) asked = at, lit_stopped(e, stop);
  }
  return e->rc ? e->rc : add_items(e, p, ctx, &t, items, &n_items);
}
