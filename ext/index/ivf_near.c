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
#include "index/ivf_near.h"
#include "base/poison.h"

enum {
  SLICE = 10 * LIT_TILE_ROWS,
  COLS = 256                /* Two panels of so many stay in the nearest cache */
};

int lit_ivf_points(LitErr *e, LitIvfPoints *p, uint32_t most, uint32_t dim) {
  size_t pairs = ((size_t)most + IVF_PAIR - 1) / IVF_PAIR;
  *p = (LitIvfPoints){.dim = dim};
  p->panels = lit_new(e, lit_size(pairs, IVF_PAIR), dim * sizeof *p->panels);
  p->half_sq = lit_new(e, pairs, IVF_PAIR * sizeof *p->half_sq);
  return e->rc;
}

void lit_ivf_points_drop(LitIvfPoints *p) {
  lit_free(p->panels);
  lit_free(p->half_sq);
  *p = (LitIvfPoints){0};
}

void lit_ivf_points_set(LitIvfPoints *p, const float *c, uint32_t n) {
  size_t dim = p->dim, all;
  p->n = n, p->n_pairs = (n + IVF_PAIR - 1) / IVF_PAIR;
  all = (size_t)p->n_pairs * IVF_PAIR;
  lit_kern()->rows[LIT_F32][LIT_SQ](c, c, dim * sizeof *c, n, dim, p->half_sq);
  for (size_t i = 0; i < all; i++) {
    float *to = p->panels + i / LIT_LANES * dim * LIT_LANES + i % LIT_LANES;
    p->half_sq[i] = i < n ? p->half_sq[i] / 2 : INFINITY;
    for (size_t k = 0; k < dim; k++)
      to[k * LIT_LANES] = i < n ? c[i * dim + k] : 0;
  }
}

void lit_ivf_products(const LitIvfPoints *p, uint32_t pair, const float *x,
                      uint32_t rows, float *y) {
  static const float zero[LIT_TILE_ROWS];
  size_t dim = p->dim;
  const float *panels = p->panels + pair * dim * IVF_PAIR;
  LitTile t = {.w_row = dim, .w_k = 1, .n_outer = 1, .n_rows = (int)rows,
               .n_panels = LIT_TILE_PANELS, .ahead = rows * dim};
  for (size_t col = 0; col < dim; col += COLS) {
    t.n_k = dim - col < COLS ? dim - col : COLS;
    t.start = col ? NULL : zero;
    t.w = x + col;
    for (size_t i = 0; i < LIT_TILE_PANELS; i++) {
      t.x[i] = panels + (i * dim + col) * LIT_LANES;
      t.y[i] = y + i * rows * LIT_LANES;
    }
    lit_net()->tile(&t);
  }
}

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
  const float *x;
  uint32_t n, *nearest;     /* [n] with score [n], or of every lane: [n, 16] */
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
    if (a->score) a->score[from + i] = most;
  }
}

static void look(void *ctx, int slice) {
  const Ask *a = ctx;
  uint32_t from = (uint32_t)slice * SLICE;
  uint32_t n = a->n - from < SLICE ? a->n - from : SLICE;
  float y[LIT_TILE_PANELS * LIT_TILE_ROWS * LIT_LANES];
  Best best;
  memset(best.panel, 0, sizeof best.panel);
  for (uint32_t i = 0; i < n; i++)
    for (int l = 0; l < LIT_LANES; l++) best.score[i][l] = -INFINITY;
  for (uint32_t pair = 0; pair < a->p->n_pairs; pair++)
    for (uint32_t i = 0; i < n; i += LIT_TILE_ROWS) {
      uint32_t rows = n - i < LIT_TILE_ROWS ? n - i : LIT_TILE_ROWS;
      lit_ivf_products(a->p, pair, a->x + (size_t)(from + i) * a->p->dim, rows,
                       y);
      for (uint32_t k = 0; k < LIT_TILE_PANELS * rows; k++) {
        uint32_t panel = LIT_TILE_PANELS * pair + k / rows, row = i + k % rows;
        keep(y + k * LIT_LANES, a->p->half_sq + panel * LIT_LANES, panel,
             best.score[row], best.panel[row]);
      }
    }
  if (a->each_lane) give_lanes(a, &best, from, n);
  else finish(a, &best, from, n);
}

void lit_ivf_nearest(const LitIvfPoints *p, const float *x, uint32_t n,
                     uint32_t *nearest, float *score) {
  Ask a = {p, x, n, nearest, score, 0};
  lit_task_run((int)((n + SLICE - 1) / SLICE), look, &a);
}

void lit_ivf_near(const LitIvfPoints *p, const float *x, uint32_t n,
                  uint32_t *points, float *scores) {
  Ask a = {p, x, n, points, scores, 1};
  lit_task_run((int)((n + SLICE - 1) / SLICE), look, &a);
}
