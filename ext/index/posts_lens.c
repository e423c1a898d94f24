/* posts_lens.c -- see posts_lens.h */
#include "base/mem.h"
#include "index/posts_lens.h"
#include "base/poison.h"

enum { VERSION = 1, WIDTHS = 16 };

/* Codes below 32 are the length; above, 16 steps to each doubling. */
uint8_t lit_len_code(uint32_t len) {
  unsigned log, code;
  if (len < 32) return (uint8_t)len;
  log = 31 - (unsigned)__builtin_clz(len);
  code = 32 + (log - 5) * 16 + (len >> (log - 4) & 15);
  return (uint8_t)(code < 255 ? code : 255);
}

uint32_t lit_len_floor(uint8_t code) {
  unsigned log = 5 + (code - 32u) / 16;
  if (code < 32) return code;
  return (16u + (code & 15)) << (log - 4);
}

/* ---- reading ---- */

int lit_lens_open(LitErr *e, LitLens *l, const LitSeg *s) {
  const LitPartInfo *p = lit_seg_part(s, LIT_PART_LENS);
  LitIn in = lit_in(p ? p->info : NULL, p ? p->n_info : 0);
  unsigned version = lit_in_u8(&in);
  *l = (LitLens){.seg = s, .no = UINT32_MAX};
  l->n_fields = (int)lit_in_u8(&in);
  if (version != VERSION || l->n_fields < 1 || l->n_fields > LIT_FIELDS_MAX)
    return lit_seg_corrupt(e, s, LIT_PART_LENS, "no field lengths");
  for (int f = 0; f < l->n_fields; f++) l->total[f] = lit_in_u64(&in);
  for (int f = 0; f < l->n_fields; f++) l->longest[f] = lit_in_u32(&in);
  if (in.bad || in.at != in.end)
    return lit_seg_corrupt(e, s, LIT_PART_LENS, "totals cut short");
  return LIT_OK;
}

void lit_lens_close(LitLens *l) {
  if (l->chunk) lit_seg_give(l->seg, l->chunk);
  *l = (LitLens){0};
}

static int bad_chunk(LitErr *e, LitLens *l) {
  lit_seg_give(l->seg, l->chunk);
  l->chunk = NULL, l->no = UINT32_MAX, l->n = 0;
  return lit_seg_corrupt(e, l->seg, LIT_PART_LENS, "field lengths cut short");
}

int lit_lens_load(LitErr *e, LitLens *l, uint32_t row) {
  uint32_t no = row / LIT_LENS_ROWS, left;
  size_t at = WIDTHS;
  if (l->chunk && l->no == no) return e->rc;
  if (row >= l->seg->n_rows)
    return lit_seg_corrupt(e, l->seg, LIT_PART_LENS, "no such row");
  if (l->chunk) lit_seg_give(l->seg, l->chunk);
  l->chunk = lit_seg_chunk(e, l->seg, LIT_PART_LENS, no);
  if (!l->chunk) return e->rc;
  l->no = no, l->from = no * LIT_LENS_ROWS;
  left = l->seg->n_rows - l->from;
  l->n = left < LIT_LENS_ROWS ? left : LIT_LENS_ROWS;
  if (l->chunk->n < WIDTHS) return bad_chunk(e, l);
  for (int f = 0; f < l->n_fields; f++) {
    unsigned w = l->chunk->at[f];
    if (w != 1 && w != 2 && w != 4) return bad_chunk(e, l);
    l->fields[f] = (LitLensField){l->chunk->at + at, w};
    at += (size_t)w * l->n;
  }
  if (at != l->chunk->n) return bad_chunk(e, l);
  return LIT_OK;
}

/* ---- writing ---- */

int lit_lensout_begin(LitErr *e, LitLensOut *o, uint32_t n_rows,
                      int n_fields) {
  *o = (LitLensOut){.n_fields = n_fields, .n_rows = n_rows};
  o->at = lit_new0(e, lit_size(n_rows, (size_t)n_fields), sizeof *o->at);
  o->codes = lit_new0(e, lit_size(n_rows, (size_t)n_fields) + 3, 1);
  return e->rc;
}

void lit_lensout_set(LitLensOut *o, uint32_t row, const uint32_t *lens) {
  for (int f = 0; f < o->n_fields; f++) {
    size_t at = (size_t)row * (size_t)o->n_fields + (size_t)f;
    o->at[at] = lens[f];
    o->codes[at] = lit_len_code(lens[f]);
    o->total[f] += lens[f];
    if (lens[f] > o->longest[f]) o->longest[f] = lens[f];
  }
}

/* Lengths of field f of rows from .. from + n - 1. */
static unsigned put_field(LitErr *e, LitBuf *b, const LitLensOut *o, int f,
                          uint32_t from, uint32_t n) {
  size_t step = (size_t)o->n_fields;
  const uint32_t *at = o->at + from * step + (size_t)f;
  uint32_t most = 0;
  unsigned w;
  for (uint32_t i = 0; i < n; i++)
    if (at[i * step] > most) most = at[i * step];
  w = most < 256 ? 1 : most < 65536 ? 2 : 4;
  for (uint32_t i = 0; i < n; i++) lit_buf_put(e, b, &at[i * step], w);
  return w;
}

static int put_rows(LitErr *e, const LitLensOut *o, LitPart *p) {
  LitBuf b = {0};
  for (uint32_t i = 0; i < o->n_rows && !e->rc; i += LIT_LENS_ROWS) {
    uint32_t left = o->n_rows - i;
    uint8_t widths[WIDTHS] = {0};
    b.n = 0;
    lit_buf_put(e, &b, widths, WIDTHS);
    for (int f = 0; f < o->n_fields; f++)
      widths[f] = (uint8_t)put_field(e, &b, o, f, i,
                                     left < LIT_LENS_ROWS ? left
                                                          : LIT_LENS_ROWS);
    if (!e->rc) memcpy(b.at, widths, WIDTHS);
    lit_part_put(e, p, b.at, b.n);
  }
  lit_buf_drop(&b);
  return e->rc;
}

int lit_lensout_end(LitErr *e, LitLensOut *o, LitSegOut *out) {
  LitBuf info = {0};
  LitPart p;
  lit_segout_part(out, &p, LIT_PART_LENS, 1);    /* each record a chunk */
  put_rows(e, o, &p);
  lit_buf_u8(e, &info, VERSION);
  lit_buf_u8(e, &info, (unsigned)o->n_fields);
  for (int f = 0; f < o->n_fields; f++) lit_buf_u64(e, &info, o->total[f]);
  for (int f = 0; f < o->n_fields; f++) lit_buf_u32(e, &info, o->longest[f]);
  lit_segout_enter(e, out, &p, info.at, info.n);
  lit_buf_drop(&info);
  return e->rc;
}

void lit_lensout_drop(LitLensOut *o) {
  lit_free(o->at);
  lit_free(o->codes);
  *o = (LitLensOut){0};
}
