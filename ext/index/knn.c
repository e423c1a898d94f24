/* knn.c -- see knn.h.
**
** Rows are gathered into tiles that stay in the CPU's cache, masks applied on
** the way.  A tile is compared with a block of queries at once: by a product
** of matrices where there is a form for it (knn_form.h), else exactly, query by
** query.  Of the products only those pass that may belong to one of the k
** nearest; while there are more of them than k, the k-th largest of the tile
** itself tells which.  These few are compared exactly, from the tile.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/task.h"
#include "index/knn.h"
#include "index/knn_form.h"
#include "index/vecs_search.h"
#include "kern/blas.h"
#include "base/poison.h"

enum {
  TILE_ROWS = 512, TILE_BYTES = 4 << 20,
  QUERY_BYTES = 64 << 20,         /* Of a block's queries, as floats */
  BLOCK = 64, SLICE = 16
};

typedef struct Tile {
  LitVecsSide *side;
  uint32_t n, room;
  uint32_t ord[TILE_ROWS];
  float factor[TILE_ROWS], less[TILE_ROWS];
  double longest;           /* The largest sum of squares */
  uint8_t *rows;            /* [room, stride] as given */
  float *floats;            /* [room, dim]; rows itself for float32 */
} Tile;

typedef struct Ask {
  const LitVecCol *col;
  const LitKnnForm *form;   /* NULL: compare exactly */
  uint32_t n;               /* Queries of the block */
  LitVecsSearch *each;      /* [n] */
  double *lost;             /* [n], as LitVecsSide.lost */
  float *floats;            /* [n, dim], if there is a form; their */
  float *sq;                /* [n] sums of squares */
  float *table;             /* [n, TILE_ROWS]: products, or distances */
  LitTopk best;             /* Of a tile, for one query */
  uint64_t bytes;           /* Of all vectors */
  Tile tile;
  const LitStop *stop;
} Ask;

/* ---- one tile against all queries ---- */

/* Distances of a tile's rows from some queries: a slice. */
static void measure(void *ctx, int slice) {
  const Ask *a = ctx;
  size_t stride = lit_vec_bytes(a->col->elem, a->col->dim);
  uint32_t from = (uint32_t)slice * SLICE;
  for (uint32_t i = from; i < a->n && i < from + SLICE; i++)
    lit_dist_rows(&a->each[i].q, a->tile.rows, stride, a->tile.n, NULL,
                  a->table + (size_t)i * TILE_ROWS);
}

static void multiply(const Ask *a) {
  int dim = (int)a->col->dim;
  LitGemm g = {.m = (int)a->n, .n = (int)a->tile.n, .k = dim, .b_turned = 1,
               .alpha = 1, .a = a->floats, .lda = dim, .b = a->tile.floats,
               .ldb = dim, .c = a->table, .ldc = TILE_ROWS};
  lit_blas_sgemm_tasks(&g);
}

static int offer(LitErr *e, Ask *a, uint32_t query, uint32_t row,
                 float distance) {
  LitVecsSide *side = a->tile.side;
  double score = -(double)distance;
  int rc;
  if (!(score >= a->each[query].top->floor) || score == a->lost[query])
    return e->rc;
  side->lost = a->lost[query];
  rc = lit_vecs_offer(e, &a->each[query], side, a->tile.ord[row], distance);
  a->lost[query] = side->lost;
  return rc;
}

static int take_distances(LitErr *e, Ask *a, uint32_t query) {
  const float *d = a->table + (size_t)query * TILE_ROWS;
  for (uint32_t i = 0; i < a->tile.n; i++)
    if (offer(e, a, query, i, d[i])) break;
  return e->rc;
}

/* near[i] = table[i] * factor[i] - less[i]; which of 64 reach `least`, as
** bits. */
static uint64_t passing(const float *restrict table,
                        const float *restrict factor,
                        const float *restrict less, float least,
                        float *restrict near) {
  int32_t hit[BLOCK], any = 0;
  uint64_t bits = 0;
  for (int i = 0; i < BLOCK; i++) {
    near[i] = table[i] * factor[i] - less[i];
    hit[i] = -(near[i] >= least);
  }
  for (int i = 0; i < BLOCK; i++) any |= hit[i];
  if (!any) return 0;
  for (int i = 0; i < BLOCK; i++) bits |= (uint64_t)(hit[i] & 1) << i;
  return bits;
}

/* What the k-th best of those rows of the tile that passed has; -INFINITY if
** they are fewer.  Rows of which nothing is known do not count. */
static float kth(LitErr *e, LitTopk *best, size_t k, const uint64_t *bits,
                 const float *near, uint32_t n) {
  best->n = 0, best->k = k, best->floor = -INFINITY;
  for (uint32_t i = 0; i < n && !e->rc; i += BLOCK)
    for (uint64_t left = bits[i / BLOCK]; left; left &= left - 1) {
      float x = near[i + (uint32_t)__builtin_ctzll(left)];
      if ((double)x > best->floor && x < INFINITY)
        lit_topk_push(e, best, (double)x, 0);
    }
  return (float)best->floor;
}

static int take_products(LitErr *e, Ask *a, uint32_t query) {
  LitVecsSearch *s = &a->each[query];
  const Tile *t = &a->tile;
  float near[TILE_ROWS], twice, least, *table;
  uint64_t bits[TILE_ROWS / BLOCK];
  size_t n = 0, stride = lit_vec_bytes(a->col->elem, a->col->dim);
  least = lit_knn_least(a->form, a->col->dim, lit_vecs_limit(s),
                        a->sq[query], t->longest, &twice);
  table = a->table + (size_t)query * TILE_ROWS;
  for (uint32_t i = 0; i < t->n; i += BLOCK) {
    bits[i / BLOCK] = passing(table + i, t->factor + i, t->less + i, least,
                              near + i);
    if (t->n - i < BLOCK) bits[i / BLOCK] &= ((uint64_t)1 << (t->n - i)) - 1;
    n += (size_t)__builtin_popcountll(bits[i / BLOCK]);
  }
  if (n > s->top->k) least = kth(e, &a->best, s->top->k, bits, near, t->n) - twice;
  for (uint32_t i = 0; i < t->n && n; i += BLOCK)
    for (uint64_t left = bits[i / BLOCK]; left; left &= left - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(left);
      float distance;
      if (near[row] < least) continue;
      lit_dist_rows(&s->q, t->rows + row * stride, stride, 1, NULL, &distance);
      if (offer(e, a, query, row, distance)) return e->rc;
    }
  return e->rc;
}

/* Compare the tile with all queries, and empty it. */
static int finish_tile(LitErr *e, Ask *a) {
  if (e->rc || a->tile.n == 0) return e->rc;
  if (a->form) multiply(a);
  else lit_task_run((int)((a->n + SLICE - 1) / SLICE), measure, a);
  for (uint32_t i = 0; i < a->n && !e->rc; i++) {
    if (!a->form) take_distances(e, a, i);
    else if (a->sq[i] >= 0) take_products(e, a, i);
    if (i % BLOCK == 0) lit_stopped(e, a->stop);
  }
  a->tile.n = 0;
  a->tile.longest = 0;
  return e->rc;
}

/* ---- rows into tiles ---- */

static void widen(const Ask *a, Tile *t, uint32_t from) {
  uint32_t dim = a->col->dim;
  size_t stride = lit_vec_bytes(a->col->elem, dim);
  float sq[TILE_ROWS];
  lit_dist_sq(a->col->elem, t->rows + from * stride, stride, t->n - from, dim,
              sq);
  for (uint32_t i = from; i < t->n; i++) {
    float *v = t->floats + (size_t)i * dim;
    if (a->col->elem != LIT_F32)
      lit_vecs_floats(a->col->elem, t->rows + i * stride, dim, v);
    if (lit_knn_row(a->form, sq[i - from], &t->factor[i], &t->less[i]))
      t->longest = fmax(t->longest, (double)sq[i - from]);
    else
      t->factor[i] = 0;
  }
}

static int add_rows(LitErr *e, Ask *a, const LitVecsChunk *c) {
  Tile *t = &a->tile;
  size_t stride = t->side->part.stride;
  uint32_t from = t->n;
  for (uint32_t i = 0; i < c->n && !e->rc; i += BLOCK) {
    uint64_t bits = lit_vecs_allowed(t->side, c->first + i);
    if (c->n - i < BLOCK) bits &= ((uint64_t)1 << (c->n - i)) - 1;
    for (; bits && !e->rc; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      if (!lit_vecs_there(c, row)) continue;
      memcpy(t->rows + t->n * stride, c->rows + row * stride, stride);
      t->ord[t->n++] = c->first + row;
      if (t->n < t->room) continue;
      if (a->form) widen(a, t, from);
      finish_tile(e, a);
      from = 0;
    }
  }
  if (a->form && t->n > from) widen(a, t, from);
  return e->rc;
}

static int search_side(LitErr *e, Ask *a, LitVecsSide *side) {
  a->tile.side = side;
  for (uint32_t i = 0; i < a->n; i++) a->lost[i] = NAN;
  for (uint32_t no = 0; no < lit_vecs_n_chunks(&side->part) && !e->rc; no++) {
    LitVecsChunk c;
    if (lit_vecs_chunk(e, &side->part, no, &c)) break;
    add_rows(e, a, &c);
    lit_vecs_give(&side->part, c.own, a->bytes);
  }
  return finish_tile(e, a);
}

/* ---- queries ---- */

static int open_tile(LitErr *e, Ask *a) {
  Tile *t = &a->tile;
  size_t stride = lit_vec_bytes(a->col->elem, a->col->dim);
  size_t room = TILE_BYTES / (a->form ? a->col->dim * sizeof(float) : stride);
  t->room = room < SLICE ? SLICE : room > TILE_ROWS ? TILE_ROWS
                                                    : (uint32_t)room;
  t->rows = lit_new(e, t->room, stride);
  if (a->form && a->col->elem == LIT_F32)
    t->floats = (float *)(void *)t->rows;
  else if (a->form)
    t->floats = lit_new(e, t->room, a->col->dim * sizeof(float));
  return e->rc;
}

static int open_queries(LitErr *e, Ask *a, const LitVecQuery *q,
                        LitTopk *tops) {
  const LitVecCol *col = a->col;
  a->each = lit_new0(e, a->n, sizeof *a->each);
  a->lost = lit_new(e, a->n, sizeof *a->lost);
  a->table = lit_new0(e, a->n, TILE_ROWS * sizeof *a->table);
  a->sq = lit_new(e, a->n, sizeof *a->sq);
  if (a->form) a->floats = lit_new(e, a->n, col->dim * sizeof *a->floats);
  for (uint32_t i = 0; i < a->n && !e->rc; i++) {
    LitVec v = {.at = q[i].at, .type = col->elem, .dim = col->dim};
    a->each[i] = (LitVecsSearch){.limits = &q[i], .top = &tops[i]};
    lit_dist_query(e, "search", &a->each[i].q, col->dist, &v);
    if (e->rc || !a->form) continue;
    lit_vecs_floats(col->elem, v.at, col->dim,
                    a->floats + (size_t)i * col->dim);
  }
  if (a->form && !e->rc)
    lit_dist_sq(LIT_F32, a->floats, col->dim * sizeof(float), a->n, col->dim,
                a->sq);
  return e->rc;
}

static void close_ask(Ask *a) {
  for (uint32_t i = 0; i < a->n && a->each; i++)
    lit_dist_query_drop(&a->each[i].q);
  lit_free(a->each);
  lit_free(a->lost);
  lit_free(a->table);
  lit_free(a->sq);
  if ((void *)a->tile.floats != a->tile.rows) lit_free(a->tile.floats);
  lit_free(a->tile.rows);
  lit_free(a->floats);
  lit_topk_drop(&a->best);
}

/* Queries that no product serves are asked one by one. */
static int ask_alone(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                     const LitBits *const *masks, int n_segs, const Ask *a) {
  for (uint32_t i = 0; i < a->n && !e->rc; i++)
    if (a->form && a->sq[i] < 0)
      lit_vecs_search(e, col, segs, masks, n_segs, a->each[i].limits,
                      a->each[i].top, NULL, a->stop);
  return e->rc;
}

static int ask_block(LitErr *e, Ask *a, LitSeg *const *segs,
                     const LitBits *const *masks, int n_segs) {
  for (uint32_t i = 0; i < a->n && a->form; i++) {
    float factor, less;
    if (!lit_knn_row(a->form, a->sq[i], &factor, &less)) a->sq[i] = -1;
  }
  for (int i = 0; i < n_segs; i++) {
    LitVecsPart part;
    if (!lit_vecs_open(e, a->col, segs[i], &part)) a->bytes += part.bytes;
  }
  for (int i = 0; i < n_segs && !e->rc; i++) {
    LitVecsSide side = {.mask = masks ? masks[i] : NULL};
    if (lit_vecs_open(e, a->col, segs[i], &side.part)) break;
    if (side.part.n_there) search_side(e, a, &side);
  }
  return ask_alone(e, a->col, segs, masks, n_segs, a);
}

int lit_knn_search(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                   const LitBits *const *masks, int n_segs,
                   const LitVecQuery *queries, uint32_t n, LitTopk *tops,
                   const LitStop *stop) {
  uint32_t most = QUERY_BYTES / (col->dim * (uint32_t)sizeof(float));
  if (most > LIT_KNN_BLOCK) most = LIT_KNN_BLOCK;
  for (uint32_t i = 0; i < n && !e->rc; i += most) {
    Ask *a = lit_new0(e, 1, sizeof *a);
    if (!a) break;
    a->col = col, a->form = lit_knn_form(col), a->stop = stop;
    a->n = n - i < most ? n - i : most;
    open_queries(e, a, queries + i, tops + i);
    open_tile(e, a);
    if (!e->rc) ask_block(e, a, segs, masks, n_segs);
    close_ask(a);
    lit_free(a);
  }
  return e->rc;
}
