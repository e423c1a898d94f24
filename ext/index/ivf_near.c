/* ivf_near.c -- see ivf_near.h.
**
** A slice of rows stays in the cache while all points pass by, two panels at a
** time, and each lane keeps the best that it saw; the lanes are compared at the
** end.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/task.h"
#include "kern/kern.h"
#include "kern/net8.h"
#include "index/ivf_near.h"
#include "base/poison.h"

enum {
  SLICE = 96,               /* Whole tiles, and whole blocks of 8 bits */
  COLS = 256,               /* Two panels of so many stay in the cache */
  LINE = 64
};
/* So many times what 8 bits leave is less than what rows differ by. */
#define REST_SHARE 1000
_Static_assert(SLICE % LIT_TILE_ROWS == 0 && SLICE % LIT_ROWS8 == 0, "whole");

static size_t up(size_t n, size_t to) { return (n + to - 1) / to * to; }

/* The columns that rows of dim have in 8 bits. */
static uint32_t columns_of(uint32_t dim, int in_8_bits) {
  return in_8_bits ? (uint32_t)up(dim, LIT_MIXED8) : dim;
}

/* ---- points ---- */

int lit_ivf_points(LitErr *e, LitIvfPoints *p, uint32_t most, uint32_t dim,
                   int in_8_bits) {
  size_t all = up(most, IVF_PAIR), n_k = columns_of(dim, in_8_bits);
  *p = (LitIvfPoints){.dim = dim, .n_k = (uint32_t)n_k};
  p->half_sq = lit_new(e, all, sizeof *p->half_sq);
  p->panels = lit_new0(e, lit_size(in_8_bits ? LIT_LANES : all, n_k),
                       sizeof *p->panels);
  if (!in_8_bits) return e->rc;
  p->codes = lit_new(e, all, n_k);
  p->scales = lit_new(e, all, sizeof *p->scales);
  return e->rc;
}

void lit_ivf_points_drop(LitIvfPoints *p) {
  lit_free(p->panels);
  lit_free(p->codes);
  lit_free(p->scales);
  lit_free(p->half_sq);
  *p = (LitIvfPoints){0};
}

/* Up to 16 points c [n, dim] into a panel. */
static void set_panel(const float *c, uint32_t n, size_t dim, float *panel) {
  for (uint32_t i = 0; i < LIT_LANES; i++)
    for (size_t k = 0; k < dim; k++)
      panel[k * LIT_LANES + i] = i < n ? c[i * dim + k] : 0;
}

void lit_ivf_points_set(LitIvfPoints *p, const float *c, uint32_t n) {
  size_t dim = p->dim, each = (size_t)p->n_k * LIT_LANES;
  p->n = n, p->n_pairs = (n + IVF_PAIR - 1) / IVF_PAIR;
  lit_kern()->rows[LIT_F32][LIT_SQ](c, c, dim * sizeof *c, n, dim, p->half_sq);
  for (size_t i = 0; i < p->n_pairs * IVF_PAIR; i++)
    p->half_sq[i] = i < n ? p->half_sq[i] / 2 : INFINITY;
  for (uint32_t i = 0; i < p->n_pairs * IVF_PAIR; i += LIT_LANES) {
    uint32_t some = i >= n ? 0 : n - i < LIT_LANES ? n - i : LIT_LANES;
    size_t no = i / LIT_LANES;
    float *panel = p->panels + (p->codes ? 0 : no * each);
    set_panel(c + i * dim, some, dim, panel);
    if (p->codes)
      lit_net8()->quantize(panel, p->n_k, p->codes + no * each,
                           p->scales + i, NULL);
  }
}

/* ---- rows ---- */

int lit_ivf_rows(LitErr *e, LitIvfRows *r, uint32_t most, uint32_t dim,
                 int in_8_bits) {
  size_t all = up(most, LIT_ROWS8), n_k = columns_of(dim, in_8_bits);
  size_t each = n_k + sizeof *r->sums + sizeof *r->scales;
  *r = (LitIvfRows){.dim = dim, .n_k = (uint32_t)n_k};
  if (!in_8_bits) return LIT_OK;
  r->room = lit_new0(e, 1, lit_size(all, each) + LINE + dim);
  if (!r->room) return e->rc;
  r->codes = (int8_t *)r->room + (LINE - (uintptr_t)r->room % LINE) % LINE;
  r->sums = (int32_t *)(void *)(r->codes + all * n_k);
  r->scales = (float *)(void *)(r->sums + all);
  r->one = (int8_t *)(r->scales + all);
  return LIT_OK;
}

void lit_ivf_rows_drop(LitIvfRows *r) {
  lit_free(r->room);
  *r = (LitIvfRows){0};
}

/* Row i's codes, 64 columns at a time, go into its place in its block. */
static void set_row(LitIvfRows *r, uint32_t i) {
  int8_t *to = r->codes + i / LIT_ROWS8 * (size_t)r->n_k * LIT_ROWS8 +
               i % LIT_ROWS8 * LIT_COLS8;
  int32_t sum = 0;
  LitKernCodes c = lit_kern()->codes(r->x + (size_t)i * r->dim, r->dim,
                                     r->one);
  r->scales[i] = c.scale, r->rest += c.rest, r->all += c.square;
  for (uint32_t k = 0; k < r->dim; k++) sum += r->one[k];
  r->sums[i] = sum;
  for (uint32_t k = 0; k < r->dim; k += LIT_COLS8, to += LIT_BLOCK8)
    memcpy(to, r->one + k, r->dim - k < LIT_COLS8 ? r->dim - k : LIT_COLS8);
}

void lit_ivf_rows_set(LitIvfRows *r, const float *x, uint32_t n) {
  r->x = x, r->n = n;
  r->rest = r->all = 0;
  for (uint32_t i = 0; r->codes && i < n; i++) set_row(r, i);
}

/* What the codes leave of the rows against what these differ by from their mean,
** both as sums of squares. */
int lit_ivf_8_bits_do(LitErr *e, const LitIvfRows *r) {
  double *sums = lit_new0(e, r->dim, sizeof *sums), gaps = r->all;
  for (uint32_t i = 0; i < r->n && sums; i++)
    for (uint32_t k = 0; k < r->dim; k++)
      sums[k] += (double)r->x[(size_t)i * r->dim + k];
  for (uint32_t k = 0; k < r->dim && sums; k++)
    gaps -= sums[k] * sums[k] / r->n;
  lit_free(sums);
  return sums != NULL && r->rest * REST_SHARE < gaps;
}

/* ---- products ---- */

void lit_ivf_products(const LitIvfPoints *p, uint32_t pair, const float *x,
                      uint32_t rows, float *y) {
  static const float zero[LIT_TILE_ROWS];
  size_t dim = p->dim;
  const float *panels = p->panels + pair * dim * IVF_PAIR;
  for (uint32_t i = 0; i < rows; i += LIT_TILE_ROWS) {
    uint32_t n = rows - i < LIT_TILE_ROWS ? rows - i : LIT_TILE_ROWS;
    LitTile t = {.w_row = dim, .w_k = 1, .n_outer = 1, .n_rows = (int)n,
                 .n_panels = LIT_TILE_PANELS, .ahead = n * dim};
    for (size_t col = 0; col < dim; col += COLS) {
      t.n_k = dim - col < COLS ? dim - col : COLS;
      t.start = col ? NULL : zero;
      t.w = x + i * dim + col;
      for (size_t j = 0; j < LIT_TILE_PANELS; j++) {
        t.x[j] = panels + (j * dim + col) * LIT_LANES;
        t.y[j] = y + (j * rows + i) * LIT_LANES;
      }
      lit_net()->tile(&t);
    }
  }
}

/* The same of up to SLICE rows from `first` on, in 8 bits. */
static void products8(const LitIvfPoints *p, uint32_t pair,
                      const LitIvfRows *r, uint32_t first, uint32_t rows,
                      float *y) {
  static const float zero[SLICE];
  size_t n_k = p->n_k;
  LitMatrix8 m = {.w = r->codes + first * n_k, .sum = r->sums + first,
                  .scale = r->scales + first, .bias = zero, .n_rows = rows,
                  .n_k = n_k};
  LitWork8 w = {.x = p->codes + pair * n_k * IVF_PAIR,
                .scales = p->scales + pair * IVF_PAIR, .y = y,
                .n_panels = LIT_TILE_PANELS};
  lit_net8()->linear(&m, &w);
}

/* ---- the nearest ---- */

/* What each lane has seen of a slice's rows. */
typedef struct Best {
  float score[SLICE][LIT_LANES];
  uint32_t panel[SLICE][LIT_LANES];
} Best;

/* One panel's products with a row, into what each lane has seen. */
static void keep(const float *restrict y, const float *restrict half_sq,
                 uint32_t panel, float *restrict score,
                 uint32_t *restrict best) {
  for (int l = 0; l < LIT_LANES; l++) {
    float s = y[l] - half_sq[l];
    uint32_t better = 0u - (s > score[l]);
    best[l] = (panel & better) | (best[l] & ~better);
    score[l] = s > score[l] ? s : score[l];
  }
}

typedef struct Ask {
  const LitIvfPoints *p;
  const LitIvfRows *r;
  uint32_t first, n;        /* Rows */
  uint32_t *nearest;        /* [n] with score [n], or of every lane: [n, 16] */
  float *score;
  int each_lane;
} Ask;

static void give_lanes(const Ask *a, const Best *best, uint32_t from,
                       uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t l = 0; l < LIT_LANES; l++) {
      uint32_t point = best->panel[i][l] * LIT_LANES + l;
      size_t at = (size_t)(from + i) * LIT_LANES + l;
      a->nearest[at] = point < a->p->n ? point : UINT32_MAX;
      a->score[at] = best->score[i][l];
    }
}

static void finish(const Ask *a, const Best *best, uint32_t from, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    uint32_t no = UINT32_MAX;
    float most = -INFINITY;
    for (uint32_t l = 0; l < LIT_LANES; l++) {
      uint32_t point = best->panel[i][l] * LIT_LANES + l;
      float s = best->score[i][l];
      if (s > most || (s == most && point < no)) most = s, no = point;
    }
    a->nearest[from + i] = no < a->p->n ? no : 0;
    a->score[from + i] = most;
  }
}

static void look(void *ctx, int slice) {
  const Ask *a = ctx;
  uint32_t from = (uint32_t)slice * SLICE, row = a->first + from;
  uint32_t n = a->n - from < SLICE ? a->n - from : SLICE;
  float y[LIT_TILE_PANELS * SLICE * LIT_LANES];
  Best best;
  memset(best.panel, 0, sizeof best.panel);
  for (uint32_t i = 0; i < n; i++)
    for (int l = 0; l < LIT_LANES; l++) best.score[i][l] = -INFINITY;
  for (uint32_t pair = 0; pair < a->p->n_pairs; pair++) {
    if (a->p->codes) products8(a->p, pair, a->r, row, n, y);
    else
      lit_ivf_products(a->p, pair, a->r->x + (size_t)row * a->p->dim, n, y);
    for (uint32_t k = 0; k < LIT_TILE_PANELS * n; k++) {
      uint32_t panel = LIT_TILE_PANELS * pair + k / n, i = k % n;
      keep(y + k * LIT_LANES, a->p->half_sq + panel * LIT_LANES, panel,
           best.score[i], best.panel[i]);
    }
  }
  if (a->each_lane) give_lanes(a, &best, from, n);
  else finish(a, &best, from, n);
}

static void ask(Ask *a) {
  lit_task_run((int)((a->n + SLICE - 1) / SLICE), look, a);
}

void lit_ivf_nearest(const LitIvfPoints *p, const LitIvfRows *r,
                     uint32_t first, uint32_t n, uint32_t *nearest,
                     float *score) {
  ask(&(Ask){p, r, first, n, nearest, score, 0});
}

void lit_ivf_near(const LitIvfPoints *p, const LitIvfRows *r, uint32_t *points,
                  float *scores) {
  ask(&(Ask){p, r, 0, r->n, points, scores, 1});
}
