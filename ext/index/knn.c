/* knn.c -- see knn.h.
**
** Rows are gathered into tiles that stay in the CPU's cache, masks applied on
** the way.  A tile is compared with a block of queries at once: by a product
** of matrices where there is a form for it (knn_form.h), else exactly, query by
** query.  The product is that of kern/net.h: queries lie in panels, 16 of them
** one a lane, and rows are used as they lie in the file, so nothing is packed
** but the queries, once.  Two panels make a slice, whose products are looked
** at while they are still in the cache.  Only those pass that may belong to
** one of the k nearest; while there are more of them than k, the k-th largest
** of the tile itself tells which.  These few are compared exactly.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/task.h"
#include "index/knn.h"
#include "index/knn_form.h"
#include "index/vecs_search.h"
#include "kern/net.h"
#include "base/poison.h"

enum {
  TILE_ROWS = 42 * LIT_TILE_ROWS, TILE_BYTES = 4 << 20,
  TILE_COLS = 192,                /* Two panels of so many stay in L1 */
  QUERY_BYTES = 64 << 20,         /* Of a block's queries, as floats */
  BLOCK = 64, SLICE = 16,
  PAIR = LIT_TILE_PANELS * LIT_LANES,
  PAIRS = 4                       /* Slices before a look, for each thread */
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
  float *panels;            /* [n_panels, dim, 16], if there is a form */
  uint32_t n_panels;        /* Even */
  float *sq;                /* [n] sums of squares, of those panels; */
  float *least, *twice;     /* [n_panels, 16]: lit_knn_least of each */
  uint32_t first;           /* The first panel of those in the table */
  float *table;             /* Products [panels, TILE_ROWS, 16], or distances
                            ** [n, TILE_ROWS] */
  uint16_t *hits;           /* [panels, TILE_ROWS]: which lanes may be near */
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

/* Products of two panels of queries with the tile, and what passes: a slice. */
static void multiply(void *ctx, int slice) {
  const Ask *a = ctx;
  static const float zero[LIT_TILE_ROWS];
  size_t dim = a->col->dim, no = (size_t)slice * LIT_TILE_PANELS;
  const float *x = a->panels + (a->first + no) * dim * LIT_LANES;
  float *y = a->table + no * TILE_ROWS * LIT_LANES;
  LitTile t = {.w_row = dim, .w_k = 1, .n_outer = 1,
               .n_panels = LIT_TILE_PANELS, .ahead = LIT_TILE_ROWS * dim};
  for (size_t col = 0; col < dim; col += TILE_COLS) {
    t.n_k = dim - col < TILE_COLS ? dim - col : TILE_COLS;
    t.start = col ? NULL : zero;
    for (uint32_t row = 0; row < a->tile.n; row += LIT_TILE_ROWS) {
      t.n_rows = a->tile.n - row < LIT_TILE_ROWS ? (int)(a->tile.n - row)
                                                 : LIT_TILE_ROWS;
      t.w = a->tile.floats + row * dim + col;
      for (int p = 0; p < LIT_TILE_PANELS; p++) {
        t.x[p] = x + ((size_t)p * dim + col) * LIT_LANES;
        t.y[p] = y + ((size_t)p * TILE_ROWS + row) * LIT_LANES;
      }
      lit_net()->tile(&t);
    }
  }
  for (size_t p = no; p < no + LIT_TILE_PANELS; p++, y += TILE_ROWS * LIT_LANES)
    lit_net()->above(y, a->tile.n, a->tile.factor, a->tile.less,
                     a->least + (a->first + p) * LIT_LANES,
                     a->hits + p * TILE_ROWS);
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

/* Rows of the tile that may be near to one query. */
typedef struct Near {
  uint32_t n;
  uint16_t row[TILE_ROWS];
  float near[TILE_ROWS];
} Near;

/* What the k-th best of them has; -INFINITY if they are fewer.  Rows of which
** nothing is known do not count. */
static float kth(LitErr *e, LitTopk *best, size_t k, const Near *near) {
  best->n = 0, best->k = k, best->floor = -INFINITY;
  for (uint32_t i = 0; i < near->n && !e->rc; i++)
    if ((double)near->near[i] > best->floor && near->near[i] < INFINITY)
      lit_topk_push(e, best, (double)near->near[i], 0);
  return (float)best->floor;
}

static int take_near(LitErr *e, Ask *a, uint32_t query, const Near *near) {
  LitVecsSearch *s = &a->each[query];
  const Tile *t = &a->tile;
  size_t stride = lit_vec_bytes(a->col->elem, a->col->dim);
  float least = a->least[query];
  if (near->n > s->top->k)
    least = kth(e, &a->best, s->top->k, near) - a->twice[query];
  for (uint32_t i = 0; i < near->n; i++) {
    uint32_t row = near->row[i];
    float distance;
    if (near->near[i] < least) continue;
    lit_dist_rows(&s->q, t->rows + row * stride, stride, 1, NULL, &distance);
    if (offer(e, a, query, row, distance)) break;
  }
  return e->rc;
}

/* Panel no of those in the table. */
static int take_products(LitErr *e, Ask *a, uint32_t no) {
  const uint16_t *hits = a->hits + (size_t)no * TILE_ROWS;
  const float *table = a->table + (size_t)no * TILE_ROWS * LIT_LANES;
  uint32_t query = (a->first + no) * LIT_LANES;
  unsigned any = 0;
  Near near;
  for (uint32_t i = 0; i < a->tile.n; i++) any |= hits[i];
  for (unsigned lane = 0; any >> lane && !e->rc; lane++) {
    if (!(any >> lane & 1)) continue;
    near.n = 0;
    for (uint32_t i = 0; i < a->tile.n; i++)
      if (hits[i] >> lane & 1) {
        near.near[near.n] = table[i * LIT_LANES + lane] * a->tile.factor[i] -
                            a->tile.less[i];
        near.row[near.n++] = (uint16_t)i;
      }
    take_near(e, a, query + lane, &near);
  }
  return e->rc;
}

/* What each query's products must reach.  NaN, for lanes without a query and
** queries that no product serves, is reached by none. */
static void set_least(Ask *a) {
  for (uint32_t i = 0; i < a->n_panels * LIT_LANES; i++)
    if (i >= a->n || a->sq[i] < 0) a->least[i] = NAN;
    else a->least[i] = lit_knn_least(a->form, a->col->dim,
                                     lit_vecs_limit(&a->each[i]), a->sq[i],
                                     a->tile.longest, &a->twice[i]);
}

static int take_form(LitErr *e, Ask *a) {
  uint32_t most = (uint32_t)(PAIRS * lit_task_threads()) * LIT_TILE_PANELS;
  set_least(a);
  for (a->first = 0; a->first < a->n_panels && !e->rc; a->first += most) {
    uint32_t n = a->n_panels - a->first < most ? a->n_panels - a->first : most;
    lit_task_run((int)(n / LIT_TILE_PANELS), multiply, a);
    for (uint32_t i = 0; i < n && !e->rc; i++) take_products(e, a, i);
    lit_stopped(e, a->stop);
  }
  return e->rc;
}

static int take_exact(LitErr *e, Ask *a) {
  lit_task_run((int)((a->n + SLICE - 1) / SLICE), measure, a);
  for (uint32_t i = 0; i < a->n && !e->rc; i++) {
    take_distances(e, a, i);
    if (i % BLOCK == 0) lit_stopped(e, a->stop);
  }
  return e->rc;
}

/* Compare the tile with all queries, and empty it. */
static int finish_tile(LitErr *e, Ask *a) {
  if (e->rc || a->tile.n == 0) return e->rc;
  if (a->form) take_form(e, a);
  else take_exact(e, a);
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

/* Query i into its lane of the panels. */
static void put_lane(const Ask *a, uint32_t i, const float *v) {
  size_t dim = a->col->dim;
  float *to = a->panels + i / LIT_LANES * dim * LIT_LANES + i % LIT_LANES;
  for (size_t k = 0; k < dim; k++) to[k * LIT_LANES] = v[k];
}

static int open_panels(LitErr *e, Ask *a) {
  size_t dim = a->col->dim, n;
  uint32_t most = (uint32_t)(PAIRS * lit_task_threads()) * LIT_TILE_PANELS;
  a->n_panels = (a->n + PAIR - 1) / PAIR * LIT_TILE_PANELS;
  if (most > a->n_panels) most = a->n_panels;
  n = (size_t)a->n_panels * LIT_LANES;
  a->panels = lit_new0(e, n, dim * sizeof *a->panels);
  a->sq = lit_new(e, n, sizeof *a->sq);
  a->least = lit_new(e, n, sizeof *a->least);
  a->twice = lit_new0(e, n, sizeof *a->twice);
  a->hits = lit_new(e, most, TILE_ROWS * sizeof *a->hits);
  a->table = lit_new(e, most, TILE_ROWS * LIT_LANES * sizeof *a->table);
  return e->rc;
}

static int open_queries(LitErr *e, Ask *a, const LitVecQuery *q,
                        LitTopk *tops) {
  const LitVecCol *col = a->col;
  float *one = lit_new(e, col->dim, sizeof *one);
  a->each = lit_new0(e, a->n, sizeof *a->each);
  a->lost = lit_new(e, a->n, sizeof *a->lost);
  if (a->form) open_panels(e, a);
  else a->table = lit_new(e, a->n, TILE_ROWS * sizeof *a->table);
  for (uint32_t i = 0; i < a->n && !e->rc; i++) {
    LitVec v = {.at = q[i].at, .type = col->elem, .dim = col->dim};
    a->each[i] = (LitVecsSearch){.limits = &q[i], .top = &tops[i]};
    lit_dist_query(e, "search", &a->each[i].q, col->dist, &v);
    if (e->rc || !a->form) continue;
    lit_vecs_floats(col->elem, v.at, col->dim, one);
    lit_dist_sq(LIT_F32, one, col->dim * sizeof *one, 1, col->dim, &a->sq[i]);
    put_lane(a, i, one);
  }
  lit_free(one);
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
  lit_free(a->panels);
  lit_free(a->least);
  lit_free(a->twice);
  lit_free(a->hits);
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
