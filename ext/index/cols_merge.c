/* cols_merge.c -- the FILTER column of a segment made of others, and the check
** of one.
**
** The dictionaries are walked side by side; values that only dropped rows had
** are left out.  Memory: 4 bytes for each row of the new segment and for each
** value of the old ones.
*/
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

enum { ASK_EVERY = 4096 };  /* Values between two looks at the stop */

/* One of the segments that are merged. */
typedef struct Source {
  LitColIn col;
  LitDict dict;
  uint32_t *code_of;        /* [n_codes] 0: dropped; then: the new code */
  const uint32_t *ord_of;
  int done;                 /* Dictionary at its end */
} Source;

typedef struct Merge {
  Source *at;               /* [n] */
  int n;
  uint32_t *codes;          /* [n_rows of the new segment] */
  const LitStop *stop;
} Merge;

/* Call `fn` with each block's codes. */
static int each_block(LitErr *e, const LitColIn *col, const LitStop *stop,
                      void (*fn)(void *ctx, uint32_t from, uint32_t n,
                                 const uint32_t *codes), void *ctx) {
  uint32_t codes[COL_BLOCK];
  LitCodes k;
  for (uint32_t from = 0; from < col->seg->n_rows; from += k.n) {
    if (lit_stopped(e, stop)) return e->rc;
    if (lit_codes_open(e, &k, col, from / COL_BLOCK)) return e->rc;
    lit_codes_all(e, &k, codes);
    lit_codes_close(&k);
    if (e->rc) return e->rc;
    fn(ctx, from, k.n, codes);
  }
  return LIT_OK;
}

static void mark_used(void *ctx, uint32_t from, uint32_t n,
                      const uint32_t *codes) {
  Source *s = ctx;
  for (uint32_t i = 0; i < n; i++)
    if (s->ord_of[from + i] != UINT32_MAX) s->code_of[codes[i]] = 1;
}

typedef struct Into { const Source *s; uint32_t *codes; } Into;

static void place_codes(void *ctx, uint32_t from, uint32_t n,
                        const uint32_t *codes) {
  const Into *into = ctx;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t ord = into->s->ord_of[from + i];
    if (ord != UINT32_MAX) into->codes[ord] = into->s->code_of[codes[i]];
  }
}

/* On to the next value that some kept row has. */
static int advance(LitErr *e, Source *s, uint32_t from) {
  while (from < s->col.n_codes && !s->code_of[from]) from++;
  s->done = from == s->col.n_codes;
  if (s->done || e->rc) return e->rc;
  if (from != s->dict.code + 1 || !s->dict.chunk)
    return lit_dict_seek(e, &s->dict, from);
  return lit_dict_next(e, &s->dict);
}

static const Source *least(const Merge *m) {
  const Source *best = NULL;
  for (int i = 0; i < m->n; i++) {
    const Source *s = &m->at[i];
    if (!s->done && (!best || lit_val_cmp_exact(&s->dict.val,
                                                &best->dict.val) < 0))
      best = s;
  }
  return best;
}

/* One new value: all sources that are at it go on. */
static int merge_value(LitErr *e, Merge *m, const Source *from,
                       LitDictOut *out) {
  uint32_t code;
  if (out->n_codes > 1 && lit_val_cmp_exact(&out->last, &from->dict.val) >= 0)
    return lit_colin_bad(e, &from->col, "values out of order");
  code = lit_dictout_push(e, out, &from->dict.val);
  for (int i = 0; i < m->n && !e->rc; i++) {
    Source *s = &m->at[i];
    if (s->done || lit_val_cmp_exact(&s->dict.val, &out->last)) continue;
    s->code_of[s->dict.code] = code;
    advance(e, s, s->dict.code + 1);
  }
  return e->rc;
}

static int merge_values(LitErr *e, Merge *m, LitDictOut *out) {
  const Source *from;
  for (int i = 0; i < m->n; i++) advance(e, &m->at[i], 1);
  for (uint32_t n = 0; !e->rc && (from = least(m)) != NULL; n++) {
    if (n % ASK_EVERY == 0 && lit_stopped(e, m->stop)) return e->rc;
    merge_value(e, m, from, out);
  }
  return lit_dictout_end(e, out);
}

static int open_source(LitErr *e, Source *s, const LitSeg *seg, int column,
                       const uint32_t *ord_of) {
  if (lit_colin_open(e, &s->col, seg, column)) return e->rc;
  s->dict.col = &s->col;
  s->ord_of = ord_of;
  s->code_of = lit_new0(e, s->col.n_codes, sizeof *s->code_of);
  return e->rc;
}

static int merge(LitErr *e, Merge *m, LitDictOut *dict, LitSegOut *out) {
  for (int i = 0; i < m->n; i++)
    if (each_block(e, &m->at[i].col, m->stop, mark_used, &m->at[i]))
      return e->rc;
  for (int i = 0; i < m->n; i++) m->at[i].code_of[0] = 0;
  if (merge_values(e, m, dict)) return e->rc;
  for (int i = 0; i < m->n; i++) {
    Into into = {&m->at[i], m->codes};
    if (each_block(e, &m->at[i].col, m->stop, place_codes, &into)) return e->rc;
  }
  return lit_codes_write(e, dict, m->codes, out);
}

int lit_col_merge(LitErr *e, int column, LitSeg *const *in,
                  const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                  const LitStop *stop) {
  Merge m = {.at = lit_new0(e, (size_t)n_in, sizeof *m.at), .n = n_in,
             .codes = lit_new0(e, out->n_rows, sizeof *m.codes), .stop = stop};
  LitPart part;
  LitDictOut dict;
  lit_segout_part(out, &part, LIT_PART_COLS + column, LIT_CHUNK);
  lit_dictout_begin(&dict, &part);
  if (e->rc) goto done;
  for (int i = 0; i < n_in; i++)
    if (open_source(e, &m.at[i], in[i], column, ord_of[i])) goto done;
  merge(e, &m, &dict, out);
done:
  for (int i = 0; i < n_in && m.at; i++) {
    lit_dict_drop(&m.at[i].dict);
    lit_free(m.at[i].code_of);
  }
  lit_free(m.at);
  lit_free(m.codes);
  lit_part_drop(&part);
  lit_dictout_drop(&dict);
  return e->rc;
}

/* ---- check ---- */

/* Do the codes of the block reach from its least to its greatest? */
static int check_block(LitErr *e, const LitColIn *col, uint32_t block) {
  uint32_t codes[COL_BLOCK], min = UINT32_MAX, max = 0;
  LitCodes k;
  if (lit_codes_open(e, &k, col, block)) return e->rc;
  lit_codes_all(e, &k, codes);
  lit_codes_close(&k);
  for (uint32_t i = 0; i < k.n && !e->rc; i++) {
    if (codes[i] < min) min = codes[i];
    if (codes[i] > max) max = codes[i];
  }
  if (min != k.min || max != k.max)
    lit_colin_bad(e, col, "a block's least or greatest value is wrong");
  return e->rc;
}

/* Is each value greater than the one before? */
static int check_values(LitErr *e, LitDict *d, const LitStop *stop) {
  LitVal before = {0};
  LitBuf bytes = {0};
  for (uint32_t i = 1; i < d->col->n_codes && !e->rc; i++) {
    if (i % ASK_EVERY == 0 && lit_stopped(e, stop)) break;
    if (i == 1 ? lit_dict_seek(e, d, 1) : lit_dict_next(e, d)) break;
    if (lit_val_cmp_exact(&before, &d->val) >= 0)
      lit_colin_bad(e, d->col, "values out of order");
    before = d->val;
    if (d->val.type < LIT_VAL_TEXT) continue;
    bytes.n = 0;
    lit_buf_room(e, &bytes, d->val.n + 1);
    lit_buf_put(e, &bytes, d->val.at, d->val.n);
    before.at = (const char *)bytes.at;
  }
  lit_buf_drop(&bytes);
  return e->rc;
}

int lit_col_check(LitErr *e, int column, const LitSeg *s, const LitStop *stop) {
  LitColIn col;
  LitDict dict = {.col = &col};
  if (lit_colin_open(e, &col, s, column)) return e->rc;
  for (uint32_t from = 0; from < s->n_rows; from += COL_BLOCK)
    if (lit_stopped(e, stop) || check_block(e, &col, from / COL_BLOCK))
      return e->rc;
  check_values(e, &dict, stop);
  lit_dict_drop(&dict);
  return e->rc;
}
