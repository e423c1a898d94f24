/* ivf_tune.c -- how far a query must look: measured on the segment's own rows.
**
** TRIALS rows are asked as queries while the lists are made: the true nearest
** ones of each (itself left out) come from comparing it with all rows.  Of each
** of those it is then known how far a query would have had to look for it:
**
**   reach    with what effort the first of its lists is reached (ivf_effort.h):
**            the greatest on the way, for a query stops at the first too great
**   margin   by how many spreads its code there makes it look farther than the
**            k-th nearest row really is
**
** For each level of recall the table keeps a margin that loses MARGIN_SHARE of
** what may be lost, and the reach with which enough of them are found.
**
** Queries may be farther from the rows than rows are from each other, so the
** table aims higher, at losing LOSS of what may be lost.
**
** An effort depends on what was found before, and before the nearest rows others
** are found that look as near by their codes.  Those are among the rows nearest
** to the trial, so more of these are known than a depth has hits, at least twice as
** many; too few, and a query is thought to settle later than it does.
**
** The deepest hits are a thousand a trial, so that a part of the trials tells as
** much of them as all do of the first ten.
**
** In a segment of LARGE rows trials differ more: the neighbours of some lie in a
** tenth of all lists, and these few say what is lost.  So there are more of them.
*/
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/select.h"
#include "base/task.h"
#include "index/ivf_effort.h"
#include "index/ivf_train.h"
#include "index/ivf_write.h"
#include "base/poison.h"

enum {
  TRIALS = 192, MORE_TRIALS = 384, LARGE = 500000,
  DEEP_EVERY = 4,                 /* Each fourth looks to IVF_DEEPEST */
  KNOWN = 2,                      /* Rows for each hit, at least */
  SHALLOW = 200, DEEP = KNOWN * IVF_DEEPEST,
  NEAR_ROOM = 2 * DEEP
};
#define MARGIN_SHARE 0.2
#define LOSS 0.6

/* The rows nearest to a trial so far: keys of their gaps, then ordinals. */
typedef struct LitIvfNear {
  float most;               /* A gap above it cannot enter */
  uint32_t keep, n;         /* So many are wanted; here are up to twice that */
  uint64_t at[NEAR_ROOM];
} Near;

static float gap_of(uint64_t key) {
  return lit_select_float((uint32_t)(key >> 32));
}

static void cut_near(Near *near) {
  if (near->n <= near->keep) return;
  lit_select(near->at, near->n, near->keep);
  near->n = near->keep;
  near->most = gap_of(near->at[near->keep - 1]);
}

static void add_near(Near *near, float gap, uint32_t ord) {
  if (near->n == 2 * near->keep) cut_near(near);
  if (gap > near->most) return;
  near->at[near->n++] = (uint64_t)lit_select_key(gap) << 32 | ord;
}

uint32_t lit_ivf_trial_near(LitIvfTrial *t, uint32_t trial, uint32_t k,
                            const uint64_t **at) {
  Near *near = &t->near[trial];
  cut_near(near);
  if (k < near->n) lit_select(near->at, near->n, k);
  *at = near->at;
  return k < near->n ? k : near->n;
}

int lit_ivf_trial_begin(LitErr *e, LitIvfBuild *b) {
  LitIvfTrial *t = &b->trial;
  uint64_t seed = b->n_rows;
  uint32_t n = b->n_rows < LARGE ? TRIALS : MORE_TRIALS;
  uint32_t step = b->n_rows / n;
  t->dim = b->dim;
  t->ords = lit_new(e, n, sizeof *t->ords);
  t->q = lit_new(e, n, b->dim * sizeof *t->q);
  t->near = lit_new(e, n, sizeof *t->near);
  lit_ivf_points(e, &t->points, n, b->dim, 0);
  for (uint32_t i = 0; i < n && !e->rc; i++) {
    uint32_t ord = i * step + lit_ivf_dice(&seed, step);
    float *q = t->q + (size_t)t->n * b->dim, square;
    if (!lit_ivf_row(e, b->from, b->kind, ord, q, &b->unfit)) continue;
    square = lit_dot_f32(q, q, b->dim);
    if (!(square > 0)) continue;
    for (uint32_t j = 0; b->kind->unit_query && j < b->dim; j++)
      q[j] /= sqrtf(square);
    t->near[t->n].most = INFINITY, t->near[t->n].n = 0;
    t->near[t->n].keep = t->n % DEEP_EVERY ? SHALLOW : DEEP;
    t->ords[t->n++] = ord;
  }
  if (!e->rc) lit_ivf_points_set(&t->points, t->q, t->n);
  return e->rc;
}

void lit_ivf_trial_drop(LitIvfTrial *t) {
  lit_ivf_points_drop(&t->points);
  lit_free(t->near);
  lit_free(t->ords);
  lit_free(t->q);
  *t = (LitIvfTrial){0};
}

typedef struct Compare {
  LitIvfTrial *t;
  const float *x, *square;
  const uint32_t *ords;
  uint32_t n;
} Compare;

/* What the products y [rows, 16] say of the 16 trials from `first` on. */
static void look(const Compare *c, uint32_t first, uint32_t from,
                 uint32_t rows, const float *y) {
  static const float twice[LIT_TILE_ROWS] = {2, 2, 2, 2, 2, 2,
                                             2, 2, 2, 2, 2, 2};
  uint16_t hits[LIT_TILE_ROWS];
  float least[LIT_LANES];
  for (uint32_t l = 0; l < LIT_LANES; l++)
    least[l] = first + l < c->t->n ? -c->t->near[first + l].most : NAN;
  lit_net()->above(y, rows, twice, c->square + from, least, hits);
  for (uint32_t i = 0; i < rows; i++)
    for (unsigned m = hits[i]; m; m &= m - 1) {
      uint32_t l = (uint32_t)__builtin_ctz(m), ord = c->ords[from + i];
      if (ord != c->t->ords[first + l])
        add_near(&c->t->near[first + l],
                 c->square[from + i] - 2 * y[i * LIT_LANES + l], ord);
    }
}

/* Two panels of trials: a slice. */
static void compare(void *ctx, int slice) {
  const Compare *c = ctx;
  uint32_t pair = (uint32_t)slice;
  float y[LIT_TILE_PANELS * LIT_TILE_ROWS * LIT_LANES];
  for (uint32_t i = 0; i < c->n; i += LIT_TILE_ROWS) {
    uint32_t rows = c->n - i < LIT_TILE_ROWS ? c->n - i : LIT_TILE_ROWS;
    lit_ivf_products(&c->t->points, pair, c->x + (size_t)i * c->t->dim, rows,
                     y);
    for (uint32_t p = 0; p < LIT_TILE_PANELS; p++)
      look(c, pair * IVF_PAIR + p * LIT_LANES, i, rows,
           y + p * rows * LIT_LANES);
  }
}

void lit_ivf_trial_rows(LitIvfBuild *b, const float *x, float *square,
                        const uint32_t *ords, uint32_t n) {
  Compare c = {&b->trial, x, square, ords, n};
  if (b->kind->is_product) memset(square, 0, n * sizeof *square);
  else
    lit_kern()->rows[LIT_F32][LIT_SQ](x, x, b->dim * sizeof *x, n, b->dim,
                                      square);
  lit_task_run((int)b->trial.points.n_pairs, compare, &c);
}

/* ---- what it takes to find a row ---- */

typedef struct Need {
  float reaches[IVF_DEPTHS];
  float gap, spread;        /* As its code has it; spread times |q| */
} Need;

/* A query on its way for one depth. */
typedef struct Way {
  LitIvfFound found;
  float *efforts;           /* [n_lists], the greatest up to each */
  float most;
} Way;

typedef struct Tune {
  LitIvfBuild *b;
  uint8_t *groups;          /* The directory as on disk */
  float *efforts;           /* [IVF_DEPTHS, trials, n_lists] */
  uint64_t *order;          /* [n_lists]: keys of gaps, then lists */
  uint32_t *ranks;          /* [n_lists]: where a list is in that order */
  size_t firsts[MORE_TRIALS];     /* Of the needs of a trial, */
  Need *needs;              /* which are as in near */
  float *kth;               /* [trials, IVF_DEPTHS]: the last one's gap */
  uint32_t *heads;          /* [n_lists], UINT32_MAX where nothing waits */
  uint32_t nexts[2 * DEEP];
  uint8_t noted[DEEP];      /* Bit d: a row is or was in ways[d].found */
  uint64_t *margins;        /* [trials * IVF_DEEPEST]: key, index of need */
  uint64_t *reaches;        /* [trials * IVF_DEEPEST] */
} Tune;

static uint32_t weigh(const uint64_t *bits, const uint64_t *planes,
                      size_t words) {
  uint32_t sum = 0;
  for (size_t j = 0; j < words; j++)
    for (int p = 0; p < 4; p++)
      sum += (uint32_t)__builtin_popcountll(bits[j] & planes[4 * j + (size_t)p])
             << p;
  return sum;
}

static int by_key(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* The order of the lists, as a query will see them. */
static void rank(const Tune *t, const LitIvfQuery *q) {
  const LitIvfBuild *b = t->b;
  for (uint32_t first = 0; first < b->n_lists; first += IVF_GROUP) {
    LitIvfGroup g = lit_ivf_built_group(b, t->groups, first);
    int32_t sums[IVF_GROUP];
    float gaps[IVF_GROUP];
    lit_ivf_rank(q, &g, b->lean, sums, gaps);
    for (uint32_t i = 0; i < g.n; i++)
      t->order[first + i] = (uint64_t)lit_select_key(gaps[i]) << 32 |
                            (first + i);
  }
  qsort(t->order, b->n_lists, sizeof *t->order, by_key);
  for (uint32_t i = 0; i < b->n_lists; i++) t->ranks[(uint32_t)t->order[i]] = i;
}

/* The gap and the spread of a need. */
static void weigh_need(const LitIvfBuild *b, const LitIvfQuery *q,
                       const LitIvfProbe *p, size_t place, Need *out) {
  const LitOneBit *c = &b->codes[place];
  float none = 0;
  LitIvfBlock one = {b->kind->is_product ? &none : &c->square, &c->scale,
                     &c->ones, &c->spread, NULL, NULL};
  uint32_t sum = weigh(b->bits + place * b->words, q->planes, b->words);
  out->gap = lit_ivf_gap(p, &one, 0, sum);
  out->spread = p->length * c->spread;
}

/* Of a row's places, the one where it is found first. */
static uint32_t first_of(const Tune *t, const uint32_t *lists) {
  return t->b->times > 1 && t->ranks[lists[1]] < t->ranks[lists[0]];
}

/* The places of all rows near the trial wait for their lists: i * times + 0 or 1
** of the i-th row. */
static void wait_all(Tune *t, const Near *near) {
  uint32_t times = t->b->times;
  for (uint32_t i = 0; i < near->n * times; i++) {
    size_t place = (size_t)(uint32_t)near->at[i / times] * times + i % times;
    uint32_t *head = &t->heads[t->b->list_of[place]];
    t->nexts[i] = *head;
    *head = i;
  }
}

/* The rows near the trial that a list has, if any: with what effort they are
** reached, then what is found with them. */
static int take_list(LitErr *e, Tune *t, LitIvfQuery *q, const Near *near,
                     uint32_t list, double rows, Way *ways, Need *needs) {
  const LitIvfBuild *b = t->b;
  uint32_t times = b->times;
  LitIvfProbe p;
  if (t->heads[list] == UINT32_MAX) return LIT_OK;
  p = lit_ivf_probe(q, b->turned + list * 64 * b->words);
  for (uint32_t i = t->heads[list]; i != UINT32_MAX; i = t->nexts[i]) {
    size_t place = (size_t)(uint32_t)near->at[i / times] * times;
    Need need;
    weigh_need(b, q, &p, place + i % times, &need);
    for (int d = 0; d < IVF_DEPTHS; d++) {
      need.reaches[d] = ways[d].most;
      if (t->noted[i / times] >> d & 1 ||
          !(need.gap <= lit_ivf_found_most(&ways[d].found)))
        continue;
      lit_ivf_found_add(e, &ways[d].found, need.gap, rows);
      t->noted[i / times] |= (uint8_t)(1 << d);
    }
    if (i % times == first_of(t, b->list_of + place)) needs[i / times] = need;
  }
  t->heads[list] = UINT32_MAX;
  return e->rc;
}

/* All lists, nearest first, as a query takes them. */
static int walk(LitErr *e, Tune *t, LitIvfQuery *q, const Near *near,
                Way *ways, Need *needs) {
  const LitIvfBuild *b = t->b;
  double rows = 0;
  memset(t->noted, 0, sizeof t->noted);
  wait_all(t, near);
  for (uint32_t i = 0; i < b->n_lists && !e->rc; i++) {
    uint32_t list = (uint32_t)t->order[i];
    rows += b->counts[list];
    for (int d = 0; d < IVF_DEPTHS; d++) {
      Way *w = &ways[d];
      w->most = fmaxf(w->most, lit_ivf_effort(&w->found, gap_of(t->order[i]),
                                              gap_of(t->order[0]), rows));
      w->efforts[list] = w->most;
    }
    take_list(e, t, q, near, list, rows, ways, needs);
  }
  return e->rc;
}

static float *efforts_of(const Tune *t, int depth, uint32_t trial) {
  return t->efforts + ((size_t)depth * t->b->trial.n + trial) * t->b->n_lists;
}

static int ask(LitErr *e, Tune *t, uint32_t i) {
  LitIvfTrial *trial = &t->b->trial;
  Near *near = &trial->near[i];
  LitIvfQuery q;
  Way ways[IVF_DEPTHS] = {0};
  cut_near(near);
  for (int d = IVF_DEPTHS - 1; d >= 0 && near->n; d--) {
    uint32_t k = (uint32_t)lit_ivf_depths[d];
    if (k < near->n) lit_select(near->at, near->n, k);
  }
  if (lit_ivf_query(e, &q, t->b->kind, trial->q + (size_t)i * trial->dim,
                    trial->dim))
    goto done;
  rank(t, &q);
  for (int d = 0; d < IVF_DEPTHS; d++) {
    lit_ivf_found_init(&ways[d].found, (size_t)lit_ivf_depths[d]);
    ways[d].efforts = efforts_of(t, d, i);
  }
  walk(e, t, &q, near, ways, t->needs + t->firsts[i]);
  for (int d = 0; d < IVF_DEPTHS; d++) {
    float *kth = &t->kth[i * IVF_DEPTHS + (uint32_t)d];
    *kth = -INFINITY;
    for (uint32_t j = 0; j < near->n && j < (uint32_t)lit_ivf_depths[d]; j++)
      *kth = fmaxf(*kth, gap_of(near->at[j]));
    if (!t->b->kind->is_product) *kth += (float)q.square;
  }
  lit_stopped(e, t->b->from->stop);

done:
  for (int d = 0; d < IVF_DEPTHS; d++) lit_topk_drop(&ways[d].found.top);
  lit_ivf_query_drop(&q);
  return e->rc;
}

/* ---- the table ---- */

/* Does a trial tell of so many hits? */
static int is_deep(const Tune *t, uint32_t trial, int depth) {
  return t->b->trial.near[trial].keep >=
         KNOWN * (uint32_t)lit_ivf_depths[depth];
}

/* The margins that the first k need of each trial that looked so deep. */
static size_t take_margins(Tune *t, int depth) {
  size_t n = 0, k = (size_t)lit_ivf_depths[depth];
  for (uint32_t i = 0; i < t->b->trial.n; i++) {
    const Near *near = &t->b->trial.near[i];
    for (size_t j = 0; j < near->n && j < k && is_deep(t, i, depth); j++) {
      size_t at = t->firsts[i] + j;
      const Need *need = &t->needs[at];
      float over = need->gap - t->kth[i * IVF_DEPTHS + (uint32_t)depth];
      float margin = over <= 0 ? 0 : need->spread > 0 ? over / need->spread : 0;
      t->margins[n++] = (uint64_t)lit_select_key(margin) << 32 | at;
    }
  }
  return n;
}

/* Of n in order, how many must be had to have this share of `all`. */
static size_t place(double share, size_t all, size_t n) {
  size_t at = (size_t)(share * (double)all);
  return at < n ? at : n - 1;
}

static double mean_rows(const Tune *t, int depth, float reach) {
  const LitIvfBuild *b = t->b;
  uint64_t sum = 0, n = 0;
  for (uint32_t i = 0; i < b->trial.n; i++) {
    const float *efforts = efforts_of(t, depth, i);
    uint32_t rows = 0;
    if (!is_deep(t, i, depth)) continue;
    n++;
    for (uint32_t j = 0; j < b->n_lists; j++)
      rows += b->counts[j] & (0u - (efforts[j] <= reach));
    sum += rows;
  }
  return (double)sum / (double)n;
}

/* From level to level more margins are kept, and of the reaches that come with
** them a later one is wanted: what lay before needs no second look.  (Where the
** trials are few, rounding can want one before; then the last one stays.) */
static void settle(Tune *t, int depth) {
  size_t n = take_margins(t, depth), kept = 0, below = 0;
  uint64_t last = 0;
  for (int i = 0; n && i < IVF_LEVELS; i++) {
    LitIvfReach *out = &t->b->reaches[i][depth];
    double loss = LOSS * (1 - lit_ivf_levels[i]);
    size_t to = place(1 - MARGIN_SHARE * loss, n, n) + 1, at;
    if (to > kept) lit_select(t->margins + kept, n - kept, to - kept);
    for (; kept < to; kept++)
      t->reaches[kept] = lit_select_key(
          t->needs[(uint32_t)t->margins[kept]].reaches[depth]);
    at = place(1 - loss, n, kept);
    lit_select(t->reaches + below, kept - below, at - below + 1);
    if (t->reaches[at] > last) last = t->reaches[at];
    below = at;
    out->margin = lit_select_float((uint32_t)(t->margins[kept - 1] >> 32));
    out->reach = lit_select_float((uint32_t)last);
    out->rows = (float)mean_rows(t, depth, out->reach);
  }
}

static int tune_begin(LitErr *e, Tune *t, LitIvfBuild *b) {
  uint32_t n = b->trial.n, n_groups = (b->n_lists + IVF_GROUP - 1) / IVF_GROUP;
  size_t n_needs = 0, group_bytes = IVF_GROUP * (12 + 64 * b->words);
  t->b = b;
  t->groups = lit_new(e, n_groups, group_bytes);
  for (uint32_t i = 0; i < n; i++) {
    t->firsts[i] = n_needs;
    n_needs += b->trial.near[i].keep;
  }
  t->efforts = lit_new(e, n, IVF_DEPTHS * b->n_lists * sizeof *t->efforts);
  t->order = lit_new(e, b->n_lists, sizeof *t->order);
  t->ranks = lit_new(e, b->n_lists, sizeof *t->ranks);
  t->needs = lit_new(e, n_needs, sizeof *t->needs);
  t->kth = lit_new(e, n, IVF_DEPTHS * sizeof *t->kth);
  t->heads = lit_new(e, b->n_lists, sizeof *t->heads);
  t->margins = lit_new(e, n, IVF_DEEPEST * sizeof *t->margins);
  t->reaches = lit_new(e, n, IVF_DEEPEST * sizeof *t->reaches);
  if (e->rc) return e->rc;
  memset(t->heads, 0xFF, b->n_lists * sizeof *t->heads);
  for (uint32_t i = 0; i < n_groups; i++)
    lit_ivf_put_group(b, i, t->groups + i * group_bytes);
  return lit_ivf_lean(e, b, t->groups);
}

int lit_ivf_tune(LitErr *e, LitIvfBuild *b) {
  Tune *t = lit_new0(e, 1, sizeof *t);
  if (!t) return e->rc;
  tune_begin(e, t, b);
  for (uint32_t i = 0; i < b->trial.n && !e->rc; i++) ask(e, t, i);
  for (int i = 0; i < IVF_DEPTHS && !e->rc; i++) settle(t, i);
  lit_free(t->groups);
  lit_free(t->efforts);
  lit_free(t->order);
  lit_free(t->ranks);
  lit_free(t->needs);
  lit_free(t->kth);
  lit_free(t->heads);
  lit_free(t->margins);
  lit_free(t->reaches);
  lit_free(t);
  return e->rc;
}
