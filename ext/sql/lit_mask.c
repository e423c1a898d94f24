/* lit_mask.c -- the rows of a segment that may answer (lit_search.h).
**
** What conditions on FILTER columns let through, and what a lit_query matches,
** is kept in the cache of chunks as a set of rows, for those who ask again under
** the same conditions.  The rows do not change as long as the segment lives;
** which of them are alive is looked at each time.
*/
#include <string.h>
#include "sql/lit_search.h"
#include "base/poison.h"

/* ---- rowids ---- */

/* Those listed, or all. */
static int mask_rowids(LitErr *e, const LitSearch *s, const LitSeg *seg,
                       LitBits *out) {
  if (lit_bits_init(e, out, seg->n_rows, !s->has_rowids) || !s->has_rowids)
    return e->rc;
  return lit_ids_set(e, seg, s->rowids, s->n_rowids, out);
}

static int mask_range(LitErr *e, const LitSearch *s, const LitSeg *seg,
                      LitBits *out) {
  uint32_t from = 0, to = seg->n_rows;
  int is_it = 0;
  if (s->lo > INT64_MIN && lit_ids_find(e, seg, s->lo, &from, &is_it))
    return e->rc;
  if (s->hi < INT64_MAX && lit_ids_find(e, seg, s->hi, &to, &is_it))
    return e->rc;
  to += to < seg->n_rows && is_it && s->hi < INT64_MAX;
  lit_bits_only(out, from, to);
  return LIT_OK;
}

static int mask_similar(LitErr *e, const LitSearch *s, const LitSeg *seg,
                        LitBits *out) {
  for (size_t i = 0; i < s->n_similar && !e->rc; i++) {
    uint32_t ord;
    int is_it;
    if (!lit_ids_find(e, seg, s->similar[i], &ord, &is_it) && is_it)
      lit_bits_unset(out, ord);
  }
  return e->rc;
}

/* ---- FILTER columns ---- */

static int has_type(const LitSearch *s, int slot) {
  for (int i = 0; i < s->t->schema.n_cols; i++) {
    const LitColumn *c = &s->t->schema.cols[i];
    if (c->role == LIT_ROLE_FILTER && c->slot == slot) return *c->type != '\0';
  }
  return 1;
}

/* Thin out by one condition on a column without a type.  There SQLite may turn
** text into a number or a number into text, which depends on where the value
** comes from: values of the other kind than the condition's stay in. */
static int mask_untyped(LitErr *e, const LitSeg *seg, const LitPred *p,
                        LitBits *out) {
  const LitVal empty = {.type = LIT_VAL_TEXT, .at = ""};
  LitBits pass = {0}, other = {0};
  if (p->n_vals == 0 || p->op >= LIT_OP_IS_NULL)
    return lit_col_filter(e, seg, p, out);
  if (lit_bits_init(e, &pass, seg->n_rows, 1)) goto done;
  lit_bits_and(&pass, out);
  if (lit_col_filter(e, seg, p, &pass)) goto done;
  for (int text = 0; text < 2; text++) {
    LitPred kind = {.column = p->column, .vals = &empty, .n_vals = 1,
                    .op = text ? LIT_OP_LT : LIT_OP_GE};
    size_t i = 0;
    while (i < p->n_vals && (p->vals[i].type == LIT_VAL_TEXT) != text) i++;
    if (i == p->n_vals) continue;
    lit_bits_drop(&other);
    if (lit_bits_init(e, &other, seg->n_rows, 1)) goto done;
    lit_bits_and(&other, out);
    if (lit_col_filter(e, seg, &kind, &other)) goto done;
    lit_bits_or(&pass, &other);
  }
  lit_bits_and(out, &pass);

done:
  lit_bits_drop(&pass);
  lit_bits_drop(&other);
  return e->rc;
}

static int mask_preds(LitErr *e, const LitSearch *s, const LitSeg *seg,
                      LitBits *out) {
  for (size_t i = 0, n; i < s->n_preds && !e->rc; i += n) {
    const LitPred *p = &s->preds[i];
    int typed = has_type(s, p->column);
    for (n = 1; i + n < s->n_preds && typed; n++)
      if (p[n].column != p->column) break;
    if (typed) lit_col_filter_all(e, seg, p, n, out);
    else mask_untyped(e, seg, p, out);
  }
  return e->rc;
}

/* ---- sets that are kept ----
**
** In the cache: u32 bytes of the key, the key, zeros up to a multiple of 8, the
** words of the set.  It is asked for by the key's hash. */

typedef int Mask(LitErr *e, const LitSearch *s, const LitSeg *seg,
                 LitBits *out);

static int put_preds(LitErr *e, const LitSearch *s, LitBuf *key) {
  lit_buf_u8(e, key, 'f');
  for (size_t i = 0; i < s->n_preds; i++) {
    const LitPred *p = &s->preds[i];
    lit_buf_u8(e, key, (uint8_t)p->column);
    lit_buf_u8(e, key, (uint8_t)p->op);
    lit_buf_u32(e, key, (uint32_t)p->n_vals);
    for (size_t k = 0; k < p->n_vals && !e->rc; k++) {
      const LitVal *v = &p->vals[k];
      lit_buf_u8(e, key, (uint8_t)v->type);
      if (v->type == LIT_VAL_INT) lit_buf_put(e, key, &v->i, sizeof v->i);
      if (v->type == LIT_VAL_REAL) lit_buf_put(e, key, &v->d, sizeof v->d);
      if (v->type < LIT_VAL_TEXT) continue;
      lit_buf_u32(e, key, (uint32_t)v->n);
      lit_buf_put(e, key, v->at, v->n);
    }
  }
  return e->rc;
}

static int put_query(LitErr *e, const LitSearch *s, LitBuf *key) {
  lit_buf_u8(e, key, 'q');
  lit_buf_u32(e, key, (uint32_t)s->field);
  lit_buf_put(e, key, s->query_text, s->n_query_text);
  return e->rc;
}

static size_t padded(size_t n) { return (n + 7) / 8 * 8; }
static size_t words(const LitBits *b) { return ((size_t)b->n + 63) / 64; }

/* The set of that key within a kept one, or NULL. */
static const uint64_t *set_of(const LitChunk *own, const LitBuf *key,
                              const LitBits *out) {
  size_t head = padded(4 + key->n);
  if (own->n != head + words(out) * 8 || lit_get_u32(own->at) != key->n ||
      memcmp(own->at + 4, key->at, key->n) != 0)
    return NULL;
  return (const uint64_t *)(const void *)(own->at + head);
}

static int keep(LitErr *e, const LitSeg *seg, int64_t id, const LitBuf *key,
                const LitBits *set) {
  static const uint8_t zeros[8];
  LitBuf b = {0};
  lit_buf_u32(e, &b, (uint32_t)key->n);
  lit_buf_put(e, &b, key->at, key->n);
  lit_buf_put(e, &b, zeros, padded(b.n) - b.n);
  lit_buf_put(e, &b, set->at, words(set) * 8);
  lit_seg_give(seg, lit_cache_keep(e, seg->cache, seg->life, id, b.at, b.n));
  lit_buf_drop(&b);
  return e->rc;
}

/* Make the set of all rows, keep it, and take it. */
static int make_set(LitErr *e, const LitSearch *s, const LitSeg *seg,
                    Mask *mask, int64_t id, const LitBuf *key, LitBits *out) {
  LitBits set;
  if (!lit_bits_init(e, &set, seg->n_rows, 1) && !mask(e, s, seg, &set) &&
      !keep(e, seg, id, key, &set))
    lit_bits_and(out, &set);
  lit_bits_drop(&set);
  return e->rc;
}

/* A key of so many bytes is one of a long list, which is mostly made for one
** question: to keep what it lets through would take as long as to find it. */
enum { LONG_KEY = 256 };

/* Thin out by `mask`, whose key is given; for few rows alone it is not kept. */
static int mask_kept(LitErr *e, const LitSearch *s, const LitSeg *seg,
                     Mask *mask, const LitBuf *key, int few, LitBits *out) {
  uint64_t hash = lit_hash64(key->at, key->n);
  int64_t id = lit_kept_hash(hash);
  const LitChunk *own;
  const uint64_t *at;
  if (e->rc) return e->rc;
  own = lit_cache_look(seg->cache, seg->life, id);
  at = own ? set_of(own, key, out) : NULL;
  if (at) lit_bits_and(out, &(LitBits){(uint64_t *)(uintptr_t)at, out->n});
  else if (own || few ||
           (key->n > LONG_KEY && !lit_cache_again(e, seg->cache, seg->life,
                                                  lit_kept_hash(~hash))))
    mask(e, s, seg, out);
  else make_set(e, s, seg, mask, id, key, out);
  if (own) lit_seg_give(seg, own);
  return e->rc;
}

/* ---- all conditions ---- */

int lit_where_mask(LitErr *e, const LitSearch *s, const LitSeg *seg,
                   LitBits *out) {
  int ranged = s->lo > INT64_MIN || s->hi < INT64_MAX;
  LitBuf key = {0};
  *out = (LitBits){0};
  if (!s->n_preds && !s->has_rowids && !ranged && !s->n_similar &&
      !s->has_query)
    return LIT_OK;
  if (mask_rowids(e, s, seg, out)) goto done;
  if (seg->live.at) lit_bits_and(out, &seg->live);
  if (ranged && mask_range(e, s, seg, out)) goto done;
  if (mask_similar(e, s, seg, out)) goto done;
  if (s->n_preds && (put_preds(e, s, &key) ||
                     mask_kept(e, s, seg, mask_preds, &key,
                               s->has_rowids || ranged, out)))
    goto done;
  key.n = 0;
  if (s->has_query && (put_query(e, s, &key) ||
                       mask_kept(e, s, seg, lit_match_mask, &key, 0, out)))
    goto done;

done:
  lit_buf_drop(&key);
  if (e->rc) lit_bits_drop(out);
  return e->rc;
}
