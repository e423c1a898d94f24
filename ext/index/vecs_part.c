/* vecs_part.c -- see vecs_part.h: opening, chunks, one row. */
#include <math.h>
#include <string.h>
#include "index/vecs_part.h"
#include "base/poison.h"

/* Pages of 4 KB that a BLOB of n bytes takes in a table of SQLite ("B-tree Cell
** Format"): whole ones, and a share of the leaf where the rest stands. */
static double pages_of(size_t n) {
  enum { LEAF = 4088, MOST = 4061, LEAST = 489, SPILT = 4092,
         HEAD = 13, CELL = 17 };  /* Of our rows: hash and header, ids and link */
  size_t whole = 0, local = n + HEAD;
  if (local > MOST) {
    local = LEAST + (n + HEAD - LEAST) % SPILT;
    if (local > MOST) local = LEAST;
    whole = (n + HEAD - local + SPILT - 1) / SPILT;
  }
  return (double)whole + 1.0 / (double)(LEAF / (local + CELL));
}

uint32_t lit_vecs_per_chunk(size_t stride, int behind_codes) {
  size_t most = VECS_CHUNK / stride, n = 1;
  double least = INFINITY;
  if (most <= 1) return 1;
  if (most > VECS_CHUNK_ROWS_MAX) most = VECS_CHUNK_ROWS_MAX;
  if (!behind_codes) return (uint32_t)most;
  for (size_t i = 1; i <= most; i++)
    least = fmin(least, pages_of(i * stride) / (double)i);
  while (n < most && (n * stride < VECS_CHUNK_MIN ||
                      pages_of(n * stride) / (double)n > 1.05 * least))
    n++;
  return (uint32_t)n;
}

uint32_t lit_vecs_per_codes(uint32_t dim) {
  uint32_t n = VECS_CODES_CHUNK / (dim + (uint32_t)sizeof(LitVecsCode)) / 64;
  return n < 1 ? 64 : n * 64;
}

void lit_vecs_floats(LitElem elem, const void *at, uint32_t dim, float *out) {
  if (elem == LIT_F32) memcpy(out, at, dim * sizeof *out);
  else if (elem == LIT_F16) lit_kern()->widen_f16(at, out, dim);
  else lit_kern_widen_bf16(at, out, dim);
}

static int open_codes(LitErr *e, LitVecsPart *p) {
  const LitPartInfo *info = lit_seg_part(p->seg, p->part + 1);
  LitIn in;
  if (!info) return LIT_OK;
  in = lit_in(info->info, info->n_info);
  if (lit_in_u8(&in) != VECS_VERSION)
    return lit_seg_corrupt(e, p->seg, p->part + 1, "unknown format");
  lit_in_u8(&in);
  p->per_codes = lit_in_u32(&in);
  if (in.bad || p->per_codes == 0 || p->per_codes % 64 ||
      p->per_codes > VECS_CHUNK_ROWS_MAX ||
      info->n_chunks != lit_vecs_n_codes(p))
    return lit_seg_corrupt(e, p->seg, p->part + 1, "bad number of rows");
  p->codes_bytes = info->bytes;
  return LIT_OK;
}

int lit_vecs_open(LitErr *e, const LitVecCol *col, const LitSeg *s,
                  LitVecsPart *out) {
  LitVecsPart p = {.seg = s, .part = LIT_PART_VECS + 4 * col->column,
                   .elem = col->elem, .dim = col->dim, .n_rows = s->n_rows};
  const LitPartInfo *info = lit_seg_part(s, p.part);
  LitIn in;
  p.stride = lit_vec_bytes(col->elem, col->dim);
  *out = p;
  if (e->rc || !info) return e->rc;
  in = lit_in(info->info, info->n_info);
  if (lit_in_u8(&in) != VECS_VERSION)
    return lit_seg_corrupt(e, s, p.part, "unknown format");
  if (lit_in_u8(&in) != (unsigned)col->elem || lit_in_u32(&in) != col->dim)
    return lit_seg_corrupt(e, s, p.part, "vectors of another type or length");
  p.per_chunk = lit_in_u32(&in);
  p.n_there = lit_in_u32(&in);
  if (in.bad || p.per_chunk == 0 || p.per_chunk > VECS_CHUNK_ROWS_MAX ||
      p.n_there == 0 || p.n_there > s->n_rows ||
      info->n_chunks != lit_vecs_n_chunks(&p))
    return lit_seg_corrupt(e, s, p.part, "bad number of rows");
  p.bytes = info->bytes;
  p.is_large = p.bytes > lit_cache_stats(s->cache).budget / 2;
  if (open_codes(e, &p)) return e->rc;
  *out = p;
  return LIT_OK;
}

static uint32_t rows_from(const LitVecsPart *p, uint32_t first, uint32_t per) {
  return p->n_rows - first < per ? p->n_rows - first : per;
}

/* What is in chunk `no`, given back if it has another length. */
static int take_chunk(LitErr *e, const LitVecsPart *p, uint32_t no,
                      const LitChunk *c, LitVecsChunk *out) {
  uint32_t first = no * p->per_chunk, n;
  size_t bytes;
  *out = (LitVecsChunk){0};
  if (!c) return e->rc;
  n = rows_from(p, first, p->per_chunk);
  bytes = n * p->stride;
  if (c->n != bytes && c->n != bytes + (n + 7) / 8) {
    lit_seg_give(p->seg, c);
    return lit_seg_corrupt(e, p->seg, p->part, "a chunk of another length");
  }
  *out = (LitVecsChunk){c, first, n, c->at, c->n > bytes ? c->at + bytes
                                                         : NULL};
  return LIT_OK;
}

int lit_vecs_chunk(LitErr *e, const LitVecsPart *p, uint32_t no,
                   LitVecsChunk *out) {
  return take_chunk(e, p, no, lit_seg_chunk(e, p->seg, p->part, no), out);
}

int lit_vecs_codes(LitErr *e, const LitVecsPart *p, uint32_t no,
                   LitCodesChunk *out) {
  const LitChunk *c = lit_seg_chunk(e, p->seg, p->part + 1, no);
  uint32_t first = no * p->per_codes, n;
  const float *floats;
  *out = (LitCodesChunk){0};
  if (!c) return e->rc;
  n = rows_from(p, first, p->per_codes);
  if (c->n != n * (p->dim + sizeof(LitVecsCode))) {
    lit_seg_give(p->seg, c);
    return lit_seg_corrupt(e, p->seg, p->part + 1,
                           "a chunk of another length");
  }
  floats = (const float *)(const void *)c->at;
  *out = (LitCodesChunk){c, first, n, floats, floats + n, floats + 2 * n,
                         (const int8_t *)(floats + 3 * n)};
  return LIT_OK;
}

int lit_vecs_get(LitErr *e, const LitVecCol *col, const LitSeg *s,
                 uint32_t ord, void *out, int *is_null) {
  LitVecsPart p;
  LitVecsChunk c;
  *is_null = 1;
  if (lit_vecs_open(e, col, s, &p) || p.n_there == 0) return e->rc;
  if (ord >= p.n_rows)
    return lit_seg_corrupt(e, s, p.part, "a row is named that it does not "
                           "have");
  if (lit_vecs_chunk(e, &p, ord / p.per_chunk, &c)) return e->rc;
  if (lit_vecs_there(&c, ord - c.first)) {
    memcpy(out, c.rows + (ord - c.first) * p.stride, p.stride);
    *is_null = 0;
  }
  lit_seg_give(s, c.own);
  return LIT_OK;
}

/* ---- single rows ---- */

/* Copy a row out of its chunk. */
static const LitChunk *copy_row(LitErr *e, const LitVecsPart *p,
                                uint32_t ord) {
  uint32_t no = ord / p->per_chunk;
  const LitChunk *own;
  LitVecsChunk c;
  size_t n;
  if (take_chunk(e, p, no, lit_seg_pass(e, p->seg, p->part, no), &c))
    return NULL;
  n = lit_vecs_there(&c, ord - c.first) ? p->stride : 0;
  own = lit_cache_keep(e, p->seg->cache, p->seg->stamp, lit_kept_id(p->part, ord),
                       c.rows + (ord - c.first) * p->stride, n);
  lit_seg_give(p->seg, c.own);
  return own;
}

int lit_vecs_row(LitErr *e, const LitVecsPart *p, uint32_t ord,
                 LitVecsRow *out) {
  LitVecsChunk c;
  *out = (LitVecsRow){0};
  if (e->rc) return e->rc;
  if (p->is_large) {
    out->own = lit_cache_look(p->seg->cache, p->seg->stamp, lit_kept_id(p->part, ord));
    if (!out->own) out->own = copy_row(e, p, ord);
    if (out->own && out->own->n) out->at = out->own->at;
    return e->rc;
  }
  if (lit_vecs_chunk(e, p, ord / p->per_chunk, &c)) return e->rc;
  out->own = c.own;
  if (lit_vecs_there(&c, ord - c.first))
    out->at = c.rows + (ord - c.first) * p->stride;
  return LIT_OK;
}

/* Of what is known of a row in the cache. */
static int64_t id_of(const LitVecsPart *p, uint32_t ord) {
  return p->is_large ? lit_kept_id(p->part, ord)
                     : lit_chunk_id(p->seg->id, p->part, ord / p->per_chunk);
}

int lit_vecs_has_row(const LitVecsPart *p, uint32_t ord) {
  return lit_cache_has(p->seg->cache, p->seg->stamp, id_of(p, ord));
}

void lit_vecs_ahead(const LitVecsPart *p, const uint32_t *ords, size_t n) {
  enum { MOST = 32 };
  int64_t ids[MOST];
  if (n > MOST) n = MOST;
  for (size_t i = 0; i < n; i++) ids[i] = id_of(p, ords[i]);
  lit_cache_ahead(p->seg->cache, p->seg->stamp, ids, n, 0);
}
