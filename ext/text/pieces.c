/* pieces.c -- see pieces.h.
**
** A text is taken in chunks between blanks.  A chunk of printable ASCII is
** words (letters and digits) and signs, each of which is a piece by itself; a
** word is found in a table of words met before.  Chunks of anything else, and
** those with a bracket, which may be a special token, go through the general
** tokenizer, and so does a word that is new.
**
** The table, 1 MB, as in wordstem.c: a word has two places, one for a word that
** was met again while it was here and one for the newest.
*/
#include <string.h>
#include "base/mem.h"
#include "text/pieces.h"
#include "base/poison.h"

enum { SETS = 8192, KEY = 32, IDS = 7, STOP_EVERY = 1 << 16 };

typedef struct LitPiecesSlot {
  char key[KEY];            /* zero-padded; [0] is 0 in an empty slot */
  uint32_t n;
  uint32_t ids[IDS];
} Slot;
_Static_assert(sizeof(Slot) == 64, "one cache line");

/* What a byte is: a blank, part of a word, a sign, or none of these. */
enum { OTHER, BLANK, SIGN, WORD };

static inline int class_of(unsigned char c) {
  if (c == ' ' || c == '\n' || c == '\t' || c == '\r') return BLANK;
  if (c <= ' ' || c >= 0x7F || c == '[') return OTHER;
  if ((unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10) return WORD;
  return SIGN;
}

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
  ctx->slots = lit_new0(e, 2 * SETS, sizeof *ctx->slots);
  if (!e->rc) lit_subword_scratch(e, &ctx->scratch);
  if (e->rc) lit_pieces_ctx_free(ctx), *out = NULL;
  return e->rc;
}

void lit_pieces_ctx_free(LitPiecesCtx *ctx) {
  if (!ctx) return;
  lit_subword_scratch_free(ctx->scratch);
  lit_ids_drop(&ctx->ids), lit_ids_drop(&ctx->part);
  lit_free(ctx->slots);
  lit_free(ctx);
}

/* s[0..n) by the general tokenizer, into ctx->part. */
static int general(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                   const char *s, size_t n, const LitStop *stop) {
  LitEncodeOpts opts = {.stop = stop};
  return lit_subword_encode(e, p->subword, ctx->scratch, s, n, &opts,
                            &ctx->part);
}

static int append(LitErr *e, LitPiecesCtx *ctx, const uint32_t *ids, size_t n) {
  LitIds *out = &ctx->ids;
  if (LIT_GROW(e, &out->at, &out->room, out->n + n)) return e->rc;
  if (n) memcpy(out->at + out->n, ids, n * sizeof *ids);
  out->n += n;
  return LIT_OK;
}

static size_t place_of(const char key[KEY]) {
  uint64_t w[4], h;
  memcpy(w, key, KEY);
  h = (w[0] ^ (w[2] << 32 | w[2] >> 32)) * 0x9E3779B97F4A7C15u;
  h = (h ^ h >> 32 ^ w[1] ^ (w[3] << 32 | w[3] >> 32)) * 0xC2B2AE3D27D4EB4Fu;
  return (size_t)(h >> 40) % SETS * 2;
}

/* The slot of a word, which has n bytes before it was padded; one that holds
** no ids if it is too long for any. */
static const Slot *look_up(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                           const char key[KEY], size_t n) {
  Slot *slot = &ctx->slots[place_of(key)], *newest = slot + 1;
  if (memcmp(slot->key, key, KEY) == 0) return slot;
  if (memcmp(newest->key, key, KEY) == 0) {
    Slot met = *newest;
    *newest = *slot, *slot = met;
    return slot;
  }
  if (general(e, p, ctx, key, n, NULL) || ctx->part.n > IDS) return NULL;
  memcpy(newest->key, key, KEY);
  newest->n = (uint32_t)ctx->part.n;
  memcpy(newest->ids, ctx->part.at, ctx->part.n * sizeof *newest->ids);
  return newest;
}

/* A word of ASCII letters and digits, s[0..n); `room` bytes may be read. */
static int word(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                const char *s, size_t n, size_t room) {
  uint64_t key[KEY / 8] = {0};
  const Slot *slot;
  if (n > KEY) {
    if (general(e, p, ctx, s, n, NULL)) return e->rc;
    return append(e, ctx, ctx->part.at, ctx->part.n);
  }
  memcpy(key, s, room < KEY ? room : KEY);
  for (size_t i = 0; i < KEY / 8; i++) {
    size_t rest = n > 8 * i ? n - 8 * i : 0;
    key[i] |= 0x2020202020202020u;                      /* lower case */
    key[i] &= rest >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * rest) - 1;
  }
  slot = look_up(e, p, ctx, (char *)key, n);
  if (slot) return append(e, ctx, slot->ids, slot->n);
  return e->rc ? e->rc : append(e, ctx, ctx->part.at, ctx->part.n);
}

/* The chunk that begins at `at`; where it ends. */
static size_t chunk(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                    const char *s, size_t at, size_t n, const LitStop *stop) {
  size_t from = at, n_ids = ctx->ids.n;
  int class = OTHER;
  while (at < n && (class = class_of((unsigned char)s[at])) > BLANK) {
    size_t begin = at++;
    if (class == SIGN) {
      if (append(e, ctx, &p->signs[(unsigned char)s[begin]], 1)) return n;
      continue;
    }
    while (at < n && class_of((unsigned char)s[at]) == WORD) at++;
    if (word(e, p, ctx, s + begin, at - begin, n - begin)) return n;
  }
  if (at == n || class == BLANK) return at;
  ctx->ids.n = n_ids;                                   /* not so simple */
  while (at < n && class_of((unsigned char)s[at]) != BLANK) at++;
  if (!general(e, p, ctx, s + from, at - from, stop))
    append(e, ctx, ctx->part.at, ctx->part.n);
  return at;
}

int lit_pieces_split(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const char *s, size_t n, const LitStop *stop) {
  uint64_t owner = lit_subword_info(p->subword)->fingerprint;
  size_t asked = 0;
  ctx->ids.n = 0;
  if (ctx->owner != owner)
    memset(ctx->slots, 0, 2 * SETS * sizeof *ctx->slots);
  ctx->owner = owner;
  for (size_t at = 0; at < n && !e->rc;) {
    if (class_of((unsigned char)s[at]) == BLANK) {
      at++;
      continue;
    }
    at = chunk(e, p, ctx, s, at, n, stop);
    if (at - asked >= STOP_EVERY) {
      asked = at;
      lit_stopped(e, stop);
    }
  }
  return e->rc;
}
