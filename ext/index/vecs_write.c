/* vecs_write.c -- see vecs_write.h; and the merging of segments.
**
** The vectors are written first, all of them, and then the codes, so that in
** the file, too, codes follow codes.  A merge asks the old segments for the
** codes that they have: a row's codes depend on nothing but the row.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/vecs_bound.h"
#include "index/ivf_write.h"
#include "index/vecs_write.h"
#include "base/poison.h"

enum {
  ASK_EVERY = 1024,               /* Rows between two questions to stop */
  FEW_ROWS = 1 << 24              /* A part has room for so many chunks */
};

/* A chunk of n rows from `first`, appended to b. */
static void fill_rows(LitErr *e, LitVecsSource *from, uint32_t first,
                      uint32_t n, LitBuf *b) {
  size_t stride = lit_vec_bytes(from->col->elem, from->col->dim);
  size_t n_bits = (n + 7) / 8, rows = n * stride;
  uint32_t n_there = 0;
  if (lit_buf_room(e, b, rows + n_bits)) return;
  memset(b->at + rows, 0, n_bits);
  for (uint32_t i = 0; i < n; i++) {
    const void *at = from->row(e, from->ctx, first + i);
    if (at) memcpy(b->at + i * stride, at, stride);
    else memset(b->at + i * stride, 0, stride);
    if (!at) continue;
    b->at[rows + i / 8] |= (uint8_t)(1 << i % 8);
    n_there++;
  }
  b->n = rows + (n_there < n ? n_bits : 0);
}

static int put_rows(LitErr *e, LitVecsSource *from, int coded,
                    LitSegOut *out) {
  const LitVecCol *col = from->col;
  uint32_t per = lit_vecs_per_chunk(lit_vec_bytes(col->elem, col->dim),
                                    coded && out->n_rows < FEW_ROWS);
  LitBuf info = {0}, chunk = {0};
  LitPart p;
  lit_segout_part(out, &p, LIT_PART_VECS + 4 * col->column, 1);
  for (uint32_t i = 0; i < out->n_rows && !e->rc; i += per) {
    uint32_t n = out->n_rows - i < per ? out->n_rows - i : per;
    chunk.n = 0;
    fill_rows(e, from, i, n, &chunk);
    lit_part_put(e, &p, chunk.at, chunk.n);
    lit_stopped(e, from->stop);
  }
  lit_buf_u8(e, &info, VECS_VERSION);
  lit_buf_u8(e, &info, (unsigned)col->elem);
  lit_buf_u32(e, &info, col->dim);
  lit_buf_u32(e, &info, per);
  lit_buf_u32(e, &info, from->n_there);
  lit_segout_enter(e, out, &p, info.at, info.n);
  lit_buf_drop(&info);
  lit_buf_drop(&chunk);
  return e->rc;
}

/* Row ord's codes; v [dim]: room for its floats. */
static LitVecsCode code_of(LitErr *e, LitVecsSource *from, uint32_t ord,
                           float *v, int8_t *codes) {
  const LitBoundKind *kind = lit_bound_find(from->col);
  LitVecsCode code = {0, 0, -INFINITY};
  const void *at;
  if (from->code && from->code(e, from->ctx, ord, &code, codes)) return code;
  at = from->row(e, from->ctx, ord);
  if (!at) {
    memset(codes, 0, from->col->dim);
    return code;
  }
  lit_vecs_floats(from->col->elem, at, from->col->dim, v);
  return lit_bound_encode(kind, v, from->col->dim, codes);
}

static void fill_codes(LitErr *e, LitVecsSource *from, uint32_t first,
                       uint32_t n, uint8_t *chunk, float *v) {
  uint32_t dim = from->col->dim;
  float *scale = (float *)(void *)chunk;
  int8_t *codes = (int8_t *)(scale + 3 * (size_t)n);
  for (uint32_t i = 0; i < n && !e->rc; i++) {
    LitVecsCode c = code_of(e, from, first + i, v, codes + (size_t)i * dim);
    scale[i] = c.scale;
    scale[n + i] = c.length;
    scale[2 * (size_t)n + i] = c.residual;
    if (i % ASK_EVERY == 0) lit_stopped(e, from->stop);
  }
}

static int put_codes(LitErr *e, LitVecsSource *from, LitSegOut *out) {
  const LitVecCol *col = from->col;
  uint32_t per = lit_vecs_per_codes(col->dim);
  size_t each = sizeof(LitVecsCode) + col->dim;
  uint8_t *chunk = lit_new(e, per, each);
  float *v = lit_new(e, col->dim, sizeof *v);
  LitBuf info = {0};
  LitPart p;
  lit_segout_part(out, &p, LIT_PART_VECS + 4 * col->column + 1, 1);
  for (uint32_t i = 0; i < out->n_rows && !e->rc; i += per) {
    uint32_t n = out->n_rows - i < per ? out->n_rows - i : per;
    fill_codes(e, from, i, n, chunk, v);
    lit_part_put(e, &p, chunk, n * each);
  }
  lit_buf_u8(e, &info, VECS_VERSION);
  lit_buf_u8(e, &info, (unsigned)lit_bound_unit(lit_bound_find(col)));
  lit_buf_u32(e, &info, per);
  lit_segout_enter(e, out, &p, info.at, info.n);
  lit_buf_drop(&info);
  lit_free(chunk);
  lit_free(v);
  return e->rc;
}

int lit_vecs_put(LitErr *e, LitVecsSource *from, LitSegOut *out) {
  int coded = from->n_there >= VECS_CODES_ROWS_MIN &&
              from->col->dim >= VECS_CODES_DIM_MIN && lit_bound_find(from->col);
  if (e->rc || from->n_there == 0) return e->rc;
  if (put_rows(e, from, coded, out) || !coded) return e->rc;
  if (put_codes(e, from, out)) return e->rc;
  if (from->col->recall > 0 &&
      from->n_there >= (from->col->list_rows ? from->col->list_rows
                                             : IVF_ROWS_MIN))
    lit_ivf_put(e, from, out);
  return e->rc;
}

/* ---- merge ---- */

/* One old segment, read by ascending ordinal: one chunk of each part held. */
typedef struct Old {
  LitVecsPart part;
  LitVecsChunk rows;
  LitCodesChunk codes;
} Old;

typedef struct Merge {
  const LitVecCol *col;
  Old *old;                 /* [n_in] */
  int n_in;
  struct Origin { uint32_t seg, ord; } *of;   /* [n_rows]; seg UINT32_MAX */
} Merge;

static int hold_rows(LitErr *e, Old *o, uint32_t ord) {
  if (o->rows.own && ord >= o->rows.first && ord < o->rows.first + o->rows.n)
    return LIT_OK;
  lit_seg_give(o->part.seg, o->rows.own);
  return lit_vecs_chunk(e, &o->part, ord / o->part.per_chunk, &o->rows);
}

static int hold_codes(LitErr *e, Old *o, uint32_t ord) {
  if (o->codes.own && ord >= o->codes.first &&
      ord < o->codes.first + o->codes.n)
    return LIT_OK;
  lit_seg_give(o->part.seg, o->codes.own);
  return lit_vecs_codes(e, &o->part, ord / o->part.per_codes, &o->codes);
}

static const void *merged_row(LitErr *e, void *ctx, uint32_t ord) {
  Merge *m = ctx;
  uint32_t at = m->of[ord].ord;
  Old *o;
  if (m->of[ord].seg == UINT32_MAX) return NULL;
  o = &m->old[m->of[ord].seg];
  if (o->part.n_there == 0 || hold_rows(e, o, at)) return NULL;
  at -= o->rows.first;
  return lit_vecs_there(&o->rows, at) ? o->rows.rows + at * o->part.stride
                                      : NULL;
}

static int merged_code(LitErr *e, void *ctx, uint32_t ord, LitVecsCode *out,
                       int8_t *codes) {
  Merge *m = ctx;
  uint32_t at = m->of[ord].ord;
  Old *o;
  if (m->of[ord].seg == UINT32_MAX) return 0;
  o = &m->old[m->of[ord].seg];
  if (o->part.per_codes == 0 || hold_codes(e, o, at)) return 0;
  at -= o->codes.first;
  *out = (LitVecsCode){o->codes.scale[at], o->codes.length[at],
                       o->codes.residual[at]};
  memcpy(codes, o->codes.codes + (size_t)at * m->col->dim, m->col->dim);
  return 1;
}

/* m->of from the maps of the old segments. */
static int origins(LitErr *e, Merge *m, const uint32_t *const *ord_of,
                   uint32_t n_rows) {
  m->of = lit_new(e, n_rows, sizeof *m->of);
  if (!m->of) return e->rc;
  memset(m->of, 0xFF, n_rows * sizeof *m->of);
  for (int i = 0; i < m->n_in; i++)
    for (uint32_t ord = 0; ord < m->old[i].part.n_rows; ord++)
      if (ord_of[i][ord] < n_rows)
        m->of[ord_of[i][ord]] = (struct Origin){(uint32_t)i, ord};
  return LIT_OK;
}

/* How many rows of the new segment have a vector. */
static uint32_t count_there(LitErr *e, Merge *m, uint32_t n_rows) {
  uint32_t n = 0;
  int some_lack = 0;
  for (int i = 0; i < m->n_in; i++)
    some_lack |= m->old[i].part.n_there < m->old[i].part.n_rows;
  for (uint32_t ord = 0; ord < n_rows && !e->rc; ord++)
    n += some_lack ? merged_row(e, m, ord) != NULL
                   : m->of[ord].seg != UINT32_MAX;
  return n;
}

int lit_vecs_merge(LitErr *e, const LitVecCol *col, LitSeg *const *in,
                   const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                   const LitStop *stop) {
  Merge m = {.col = col, .n_in = n_in};
  LitVecsSource from = {.col = col, .ctx = &m, .row = merged_row,
                        .code = merged_code, .stop = stop};
  if (e->rc) return e->rc;
  m.old = lit_new0(e, (size_t)n_in, sizeof *m.old);
  if (!m.old) return e->rc;
  for (int i = 0; i < n_in && !e->rc; i++)
    lit_vecs_open(e, col, in[i], &m.old[i].part);
  if (e->rc || origins(e, &m, ord_of, out->n_rows)) goto done;
  from.n_there = count_there(e, &m, out->n_rows);
  lit_vecs_put(e, &from, out);

done:
  for (int i = 0; i < n_in; i++) {
    if (m.old[i].rows.own) lit_seg_give(in[i], m.old[i].rows.own);
    if (m.old[i].codes.own) lit_seg_give(in[i], m.old[i].codes.own);
  }
  lit_free(m.old);
  lit_free(m.of);
  return e->rc;
}
