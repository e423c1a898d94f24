/* vecs_check.c -- is what a segment's vectors say true?  See vecs.h. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_write.h"
#include "index/vecs_bound.h"
#include "base/poison.h"

typedef struct Check {
  const LitVecCol *col;
  LitVecsPart part;
  const LitBoundKind *kind;
  LitCodesChunk codes;      /* Held while rows of it are compared */
  float *v;                 /* [dim] */
  int8_t *again;            /* [dim]: codes computed anew */
  uint32_t n_there;
} Check;

static int all_zero(const uint8_t *at, size_t n) {
  return n == 0 || (at[0] == 0 && memcmp(at, at + 1, n - 1) == 0);
}

/* The codes of row ord are those of v, or of no vector (v NULL). */
static int check_code(LitErr *e, Check *c, uint32_t ord, const float *v) {
  LitCodesChunk *codes = &c->codes;
  LitVecsCode want = {0, 0, -INFINITY};
  uint32_t i;
  if (!codes->own || ord >= codes->first + codes->n) {
    if (codes->own) lit_seg_give(c->part.seg, codes->own);
    if (lit_vecs_codes(e, &c->part, ord / c->part.per_codes, codes))
      return e->rc;
  }
  i = ord - codes->first;
  memset(c->again, 0, c->col->dim);
  if (v) want = lit_bound_encode(c->kind, v, c->col->dim, c->again);
  if (memcmp(&want.scale, &codes->scale[i], 4) ||
      memcmp(&want.length, &codes->length[i], 4) ||
      memcmp(&want.residual, &codes->residual[i], 4) ||
      memcmp(c->again, codes->codes + (size_t)i * c->col->dim, c->col->dim))
    return lit_seg_corrupt(e, c->part.seg, c->part.part + 1,
                           "codes of other vectors");
  return LIT_OK;
}

static int check_row(LitErr *e, Check *c, const LitVecsChunk *rows,
                     uint32_t i) {
  const uint8_t *at = rows->rows + i * c->part.stride;
  LitVec v = {.at = at, .type = c->col->elem, .dim = c->col->dim};
  LitErr finite = {0};
  int is_there = lit_vecs_there(rows, i);
  if (!is_there && !all_zero(at, c->part.stride))
    return lit_seg_corrupt(e, c->part.seg, c->part.part,
                           "bytes where there is no vector");
  if (is_there && lit_vec_finite(&finite, "check", &v))
    return lit_seg_corrupt(e, c->part.seg, c->part.part,
                           "a vector that is not finite");
  c->n_there += (uint32_t)is_there;
  if (c->part.per_codes == 0) return LIT_OK;
  if (is_there) lit_vecs_floats(c->col->elem, at, c->col->dim, c->v);
  return check_code(e, c, rows->first + i, is_there ? c->v : NULL);
}

static int check_chunk(LitErr *e, Check *c, uint32_t no) {
  LitVecsChunk rows;
  if (lit_vecs_chunk(e, &c->part, no, &rows)) return e->rc;
  for (uint32_t i = 0; i < rows.n && !e->rc; i++) check_row(e, c, &rows, i);
  if (rows.there && rows.n % 8 && rows.there[rows.n / 8] >> rows.n % 8)
    lit_seg_corrupt(e, c->part.seg, c->part.part, "bits past the last row");
  lit_seg_give(c->part.seg, rows.own);
  return e->rc;
}

int lit_vecs_check(LitErr *e, const LitVecCol *col, const LitSeg *s,
                   const LitStop *stop) {
  Check c = {.col = col};
  if (lit_vecs_open(e, col, s, &c.part) || c.part.n_there == 0) return e->rc;
  c.kind = lit_bound_find(col);
  if (c.part.per_codes && !c.kind)
    return lit_seg_corrupt(e, s, c.part.part + 1, "codes that mean nothing");
  c.v = lit_new(e, col->dim, sizeof *c.v);
  c.again = lit_new(e, col->dim, 1);
  for (uint32_t no = 0; no < lit_vecs_n_chunks(&c.part) && !e->rc; no++) {
    check_chunk(e, &c, no);
    lit_stopped(e, stop);
  }
  if (!e->rc && c.n_there != c.part.n_there)
    lit_seg_corrupt(e, s, c.part.part, "bad number of vectors");
  if (c.codes.own) lit_seg_give(s, c.codes.own);
  if (!e->rc) lit_ivf_check(e, col, &c.part, stop);
  lit_free(c.v);
  lit_free(c.again);
  return e->rc;
}
