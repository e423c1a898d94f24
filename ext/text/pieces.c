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
#include "text/tokparts.h"
#include "text/wordkey.h"
#include "base/poison.h"

enum { SETS = 8192, IDS = 7, STOP_EVERY = 1 << 16, LINE = 64 };

typedef struct LitPiecesSlot {
  LitWordKey key;           /* all zero in an empty slot */
  uint32_t n;
  uint32_t ids[IDS];
} Slot;
_Static_assert(sizeof(Slot) == LINE, "one cache line");

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
static int learn(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx, Slot *slot,
                 const LitWordKey *key, size_t n) {
  size_t n_ids = ctx->ids.n;
  if (new_word(e, p, ctx, (const char *)key->at, n)) return e->rc;
  if (ctx->ids.n - n_ids > IDS) return LIT_OK;
  slot->key = *key;
  slot->n = (uint32_t)(ctx->ids.n - n_ids);
  memcpy(slot->ids, ctx->ids.at + n_ids, slot->n * sizeof *slot->ids);
  return LIT_OK;
}

/* A word of ASCII letters and digits, s[0..n); `room` bytes may be read. */
static int word(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                const char *s, size_t n, size_t room) {
  LitWordKey key;
  Slot *slot, was;
  if (n > LIT_WORDKEY) {
    if (general(e, p, ctx, s, n, NULL)) return e->rc;
    return append(e, ctx, ctx->part.at, ctx->part.n);
  }
  key = lit_wordkey(s, n, room);
  slot = &ctx->slots[lit_wordkey_hash(&key) % SETS * 2];
  if (!lit_wordkey_same(&slot[0].key, &key)) {
    if (!lit_wordkey_same(&slot[1].key, &key))
      return learn(e, p, ctx, &slot[1], &key, n);
    was = slot[0], slot[0] = slot[1], slot[1] = was;
  }
  return append(e, ctx, slot->ids, slot->n);
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
  size_t asked = 0, ahead = 0;
  ctx->ids.n = 0;
  if (ctx->owner != owner)
    memset(ctx->slots, 0, 2 * SETS * sizeof *ctx->slots);
  ctx->owner = owner;
  for (size_t at = 0; at < n && !e->rc;) {
    if (class_of((unsigned char)s[at]) == BLANK) {
      at++;
      continue;
    }
    if (at >= ahead)
      ahead = lit_wordkey_ahead(s, at, n, (const char *)ctx->slots, SETS,
                                2 * sizeof *ctx->slots);
    at = chunk(e, p, ctx, s, at, n, stop);
    if (at - asked >= STOP_EVERY) {
      asked = at;
      lit_stopped(e, stop);
    }
  }
  return e->rc;
}
