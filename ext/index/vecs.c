/* vecs.c -- vectors being gathered, see vecs.h.  They lie in blocks, so that
** nothing is copied when there are more of them. */
#include <string.h>
#include "base/mem.h"
#include "index/vecs_write.h"
#include "base/poison.h"

enum { BLOCK = 256 * 1024 };

struct LitVecs {
  LitVecCol col;
  size_t stride;
  uint32_t per_block;
  uint32_t n;               /* Vectors, not NULLs */
  uint32_t *rows;           /* [n] their arrival numbers, ascending */
  uint8_t **blocks;
  size_t rows_room, n_blocks, blocks_room;
};

LitVecs *lit_vecs_new(LitErr *e, const LitVecCol *col) {
  LitVecs *v = lit_new0(e, 1, sizeof *v);
  if (!v) return NULL;
  v->col = *col;
  v->stride = lit_vec_bytes(col->elem, col->dim);
  v->per_block = v->stride < BLOCK ? (uint32_t)(BLOCK / v->stride) : 1;
  return v;
}

static uint8_t *place(const LitVecs *v, uint32_t i) {
  return v->blocks[i / v->per_block] + i % v->per_block * v->stride;
}

int lit_vecs_add(LitErr *e, LitVecs *v, uint32_t row, const void *at) {
  if (e->rc || !at) return e->rc;
  if (LIT_GROW(e, &v->rows, &v->rows_room, (size_t)v->n + 1)) return e->rc;
  if (v->n / v->per_block == v->n_blocks) {
    if (LIT_GROW(e, &v->blocks, &v->blocks_room, v->n_blocks + 1))
      return e->rc;
    v->blocks[v->n_blocks] = lit_new(e, v->per_block, v->stride);
    if (!v->blocks[v->n_blocks]) return e->rc;
    v->n_blocks++;
  }
  memcpy(place(v, v->n), at, v->stride);
  v->rows[v->n++] = row;
  return LIT_OK;
}

size_t lit_vecs_bytes(const LitVecs *v) {
  return sizeof *v + v->rows_room * sizeof *v->rows +
         v->blocks_room * sizeof *v->blocks +
         v->n_blocks * v->per_block * v->stride;
}

const void *lit_vecs_at(const LitVecs *v, uint32_t row) {
  uint32_t lo = 0, hi = v->n;
  if (row < v->n && v->rows[row] == row) return place(v, row);
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (v->rows[mid] < row) lo = mid + 1;
    else hi = mid;
  }
  return lo < v->n && v->rows[lo] == row ? place(v, lo) : NULL;
}

void lit_vecs_free(LitVecs *v) {
  if (!v) return;
  for (size_t i = 0; i < v->n_blocks; i++) lit_free(v->blocks[i]);
  lit_free(v->blocks);
  lit_free(v->rows);
  lit_free(v);
}

/* ---- as the source of a segment ---- */

typedef struct Gathered {
  const LitVecs *vecs;
  uint32_t *of;             /* [n_rows]: which vector, or UINT32_MAX */
} Gathered;

static const void *gathered_row(LitErr *e, void *ctx, uint32_t ord) {
  const Gathered *g = ctx;
  (void)e;
  return g->of[ord] == UINT32_MAX ? NULL : place(g->vecs, g->of[ord]);
}

int lit_vecs_write(LitErr *e, LitVecs *v, const uint32_t *ord_of,
                   LitSegOut *out) {
  Gathered g = {v, NULL};
  LitVecsSource from = {.col = &v->col, .ctx = &g, .row = gathered_row,
                        .stop = out->stop};
  if (e->rc) return e->rc;
  g.of = lit_new(e, out->n_rows, sizeof *g.of);
  if (!g.of) return e->rc;
  memset(g.of, 0xFF, out->n_rows * sizeof *g.of);
  for (uint32_t i = 0; i < v->n; i++) {
    uint32_t ord = ord_of[v->rows[i]];
    if (ord < out->n_rows) g.of[ord] = i, from.n_there++;
  }
  lit_vecs_put(e, &from, out);
  lit_free(g.of);
  return e->rc;
}
