/* ivf_check.c -- segments with lists: what is found has its right distance, is
** as many rows as there are, and as many of the right ones as was asked for */
#include <math.h>
#include <stdio.h>
#include "base/mem.h"
#include "chance.h"
#include "check.h"
#include "damage.h"
#include "index/ivf_effort.h"
#include "index/ivf_near.h"
#include "index/ivf_part.h"
#include "index/ivf_search.h"
#include "index/vecs.h"

enum { DIM = 70, N = 3600, CENTRES = 20 };

typedef enum { CLUSTERED, SAME, FAR, ODD, N_SHAPES } Shape;

typedef struct World {
  LitVecCol col;
  Shape shape;
  MemStore mem;
  LitCache *cache;
  LitSeg seg;
  LitSeg *segs[1];
  float rows[N][DIM], centres[CENTRES][DIM];
  uint8_t there[N];
  int64_t ids[N];
} World;

static void make(const World *w, float *out) {
  const float *c = w->centres[dice(CENTRES)];
  uint32_t wild = w->shape == ODD ? dice(20) : 9;
  for (int i = 0; i < DIM; i++) {
    out[i] = c[i] + 0.5f * bell();
    if (w->shape == SAME) out[i] = (float)(i % 3);
    if (w->shape == FAR) out[i] = 1000 + c[i] * 100 + 0.01f * bell();
    if (wild == 0) out[i] = 0;
    if (wild == 1) out[i] *= 1000;
  }
}

static void write_seg(LitErr *e, World *w, const LitStop *stop) {
  LitSegOut out;
  LitVecs *v = lit_vecs_new(e, &w->col);
  uint32_t *ord_of = malloc(N * sizeof *ord_of);
  uint64_t stamp = 0;
  for (uint32_t i = 0; i < N; i++) {
    ord_of[i] = i;
    if (v) lit_vecs_add(e, v, i, w->there[i] ? w->rows[i] : NULL);
  }
  lit_segout_begin(&out, &w->mem.store, 1, N);
  out.stop = stop;
  lit_segout_ids(e, &out, w->ids);
  if (v) lit_vecs_write(e, v, ord_of, &out);
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  lit_vecs_free(v);
  free(ord_of);
  if (e->rc) return;
  lit_seg_open(e, &w->seg, &w->mem.store, w->cache, 1, stamp);
  w->segs[0] = &w->seg;
}

static void init(World *w, const char *dist, Shape shape) {
  LitErr e = {0};
  memset(w, 0, sizeof *w);
  w->col = (LitVecCol){2, LIT_F32, DIM, lit_dist_find(dist), 0.95, 1500};
  w->shape = shape;
  snprintf(what, sizeof what, "%s, shape %d", dist, shape);
  mem_init(&w->mem);
  w->cache = lit_cache_new(&e, 1 << 20);
  for (int i = 0; i < CENTRES; i++)
    for (int j = 0; j < DIM; j++) w->centres[i][j] = bell();
  for (int i = 0; i < N; i++) {
    w->ids[i] = 3 * (int64_t)i - 7;
    w->there[i] = shape != ODD || dice(10) > 0;
    make(w, w->rows[i]);
  }
}

static World *begin(const char *dist, Shape shape) {
  LitErr e = {0};
  World *w = malloc(sizeof *w);
  init(w, dist, shape);
  write_seg(&e, w, NULL);
  lit_vecs_check(&e, &w->col, &w->seg, NULL);
  CHECK(e.rc == 0);
  if (e.rc) printf("%s\n", e.msg);
  CHECK(lit_seg_part(&w->seg, LIT_PART_VECS + 4 * 2 + 2) != NULL);
  return w;
}

static void end(World *w) {
  lit_seg_close(&w->seg);
  lit_cache_free(w->cache);
  mem_done(&w->mem);
  free(w);
}

static void search(World *w, const LitBits *mask, const LitVecQuery *q,
                   size_t k, LitTopk *top, LitVecTrace *t) {
  LitErr e = {0};
  lit_topk_init(top, k);
  lit_vecs_search(&e, &w->col, w->segs, mask ? &mask : NULL, 1, q, top, t,
                  NULL);
  lit_topk_sort(top);
  CHECK(e.rc == 0);
  if (e.rc) printf("%s\n", e.msg);
}

static int has(const LitTopk *t, int64_t id) {
  for (size_t i = 0; i < t->n; i++)
    if (t->at[i].id == id) return 1;
  return 0;
}

/* Right distances, in order, no row twice; how many are of the right ones. */
static size_t check_answer(World *w, const LitVecQuery *q, const LitTopk *got,
                           const LitTopk *want) {
  LitErr e = {0};
  size_t hits = 0;
  CHECK(got->n == want->n);
  for (size_t i = 0; i < got->n; i++) {
    double d;
    lit_vecs_distance(&e, &w->col, w->segs, 1, q, &got->at[i].id, 1, &d);
    CHECK(d == -got->at[i].score);
    CHECK(i == 0 || lit_hit_better(&got->at[i - 1], &got->at[i]));
    hits += (size_t)has(want, got->at[i].id);
  }
  return hits;
}

/* Share of the right rows over 30 queries. */
static double recall(World *w, const LitBits *mask, size_t k, double limit,
                     LitVecTrace *t) {
  size_t hits = 0, all = 0;
  for (int i = 0; i < 30; i++) {
    float at[DIM];
    LitVecQuery q = {at, limit, 0, 0, 0};
    LitTopk got, want;
    make(w, at);
    search(w, mask, &q, k, &got, t);
    q.exact = 1;
    search(w, mask, &q, k, &want, NULL);
    hits += check_answer(w, &q, &got, &want);
    all += want.n;
    lit_topk_drop(&got);
    lit_topk_drop(&want);
  }
  return all ? (double)hits / (double)all : 1;
}

static void check_recall(const char *dist, Shape shape) {
  static const uint32_t per_100[] = {1, 10, 20, 60, 97};
  World *w = begin(dist, shape);
  LitErr e = {0};
  LitVecTrace t = {0};
  double least = shape == SAME || shape == FAR ? 0 : 0.85;
  LitTopk far;
  LitVecQuery q = {w->rows[5], INFINITY, 0, 1, 0};
  CHECK(recall(w, NULL, 10, INFINITY, &t) > least);
  if (shape == CLUSTERED || shape == FAR) {
    CHECK(t.lists > 0 && t.bits > 0 && !t.codes);
    CHECK(t.lists_known > t.lists);
  } else {                  /* lists may not be worth it */
    CHECK(t.codes > 0 || (t.lists > 0 && t.bits > 0));
  }
  CHECK(recall(w, NULL, 1, INFINITY, NULL) >= least);
  CHECK(recall(w, NULL, 100, INFINITY, NULL) > least);
  CHECK(recall(w, NULL, 400, INFINITY, NULL) > least);
  CHECK(recall(w, NULL, 5000, INFINITY, NULL) == 1);    /* all there are */
  for (size_t i = 0; i < sizeof per_100 / sizeof *per_100; i++) {
    LitBits mask;
    lit_bits_init(&e, &mask, N, 0);
    for (uint32_t r = 0; r < N; r++)
      if (dice(100) < per_100[i]) lit_bits_set(&mask, r);
    CHECK(recall(w, &mask, 10, INFINITY, NULL) > least);
    lit_bits_drop(&mask);
  }
  search(w, NULL, &q, 40, &far, NULL);
  CHECK(recall(w, NULL, N * 5 / 18, -far.at[30].score, NULL) == 1);
  lit_topk_drop(&far);
  end(w);
}

/* Only the first ones must be found; those after them are as good as their
** codes say, and far fewer vectors are compared. */
static void check_sure(const char *dist, int with_mask) {
  enum { K = 120, SURE = 10 };
  World *w = begin(dist, CLUSTERED);
  LitErr e = {0};
  LitBits mask = {0};
  LitVecTrace all = {0}, some = {0};
  size_t first = 0, hits = 0, n = 0;
  if (with_mask) lit_bits_init(&e, &mask, N, 1);
  for (uint32_t r = 0; with_mask && r < N; r += 1 + dice(4))
    lit_bits_unset(&mask, r);
  for (int i = 0; i < 30; i++) {
    float at[DIM];
    LitVecQuery q = {at, INFINITY, 0, 0, 0};
    LitTopk got, want;
    make(w, at);
    search(w, with_mask ? &mask : NULL, &q, K, &got, &all);
    lit_topk_drop(&got);
    q.sure = SURE;
    search(w, with_mask ? &mask : NULL, &q, K, &got, &some);
    q.exact = 1;            /* now all of them, whatever `sure` says */
    search(w, with_mask ? &mask : NULL, &q, K, &want, NULL);
    hits += check_answer(w, &q, &got, &want), n += want.n;
    for (size_t k = 0; k < SURE; k++) first += (size_t)has(&got, want.at[k].id);
    lit_topk_drop(&got);
    q.sure = 0;
    search(w, with_mask ? &mask : NULL, &q, K, &got, NULL);
    CHECK(check_answer(w, &q, &got, &want) == want.n);
    lit_topk_drop(&got);
    lit_topk_drop(&want);
  }
  CHECK((double)first > 0.95 * 30 * SURE);
  CHECK((double)hits > 0.8 * (double)n);
  CHECK(some.bits == all.bits && some.rescored < all.rescored);
  lit_bits_drop(&mask);
  end(w);
}

/* A largest distance and `sure`: all rows within it, as without. */
static void check_sure_limit(void) {
  World *w = begin("cosine", CLUSTERED);
  LitVecQuery q = {w->rows[5], INFINITY, 0, 1, 0};
  LitTopk far, got;
  search(w, NULL, &q, 40, &far, NULL);
  q = (LitVecQuery){w->rows[5], -far.at[30].score, 0, 0, 5};
  search(w, NULL, &q, 60, &got, NULL);
  CHECK(got.n >= 31);
  for (size_t i = 0; i <= 30 && i < got.n; i++)
    CHECK(got.at[i].id == far.at[i].id);
  lit_topk_drop(&far);
  lit_topk_drop(&got);
  end(w);
}

/* Only rows far from the query are asked for: all of them come. */
static void check_far_mask(void) {
  World *w = begin("l2", CLUSTERED);
  LitErr e = {0};
  LitBits mask;
  LitTopk got, all;
  LitVecQuery q = {w->rows[9], INFINITY, 0, 1, 0};
  search(w, NULL, &q, N, &all, NULL);
  lit_bits_init(&e, &mask, N, 0);
  for (size_t i = N / 2; i < all.n; i++)
    lit_bits_set(&mask, (uint32_t)((all.at[i].id + 7) / 3));
  q.exact = 0;
  search(w, &mask, &q, 20, &got, NULL);
  CHECK(got.n == 20);
  lit_topk_drop(&got);
  lit_bits_init(&e, &w->seg.live, N, 1);    /* the nearest half is deleted */
  for (size_t i = 0; i < N / 2; i++)
    lit_bits_unset(&w->seg.live, (uint32_t)((all.at[i].id + 7) / 3));
  w->seg.n_dead = N / 2;
  search(w, NULL, &q, 20, &got, NULL);
  CHECK(got.n == 20);
  for (size_t i = 0; i < got.n; i++)
    CHECK(lit_bits_has(&mask, (uint32_t)((got.at[i].id + 7) / 3)));
  lit_topk_drop(&got);
  lit_topk_drop(&all);
  lit_bits_drop(&mask);
  end(w);
}

/* A condition that all rows pass costs no list more than none. */
static void check_full_mask(void) {
  World *w = begin("cosine", CLUSTERED);
  LitErr e = {0};
  LitBits mask;
  lit_bits_init(&e, &mask, N, 1);
  for (int i = 0; i < 20; i++) {
    LitVecTrace with = {0}, without = {0};
    LitVecQuery q = {w->rows[i * 50], INFINITY, 0, 0, 0};
    LitTopk got;
    search(w, &mask, &q, 10, &got, &with);
    lit_topk_drop(&got);
    search(w, NULL, &q, 10, &got, &without);
    lit_topk_drop(&got);
    CHECK(with.lists > 0 && with.lists == without.lists);
  }
  lit_bits_drop(&mask);
  end(w);
}

/* The nearest rows are not asked for, those after them deleted. */
static void check_dead_and_mask(void) {
  World *w = begin("l2", CLUSTERED);
  LitErr e = {0};
  LitBits mask;
  LitTopk got, all;
  LitVecTrace t = {0};
  LitVecQuery q = {w->rows[9], INFINITY, 0, 1, 0};
  search(w, NULL, &q, 100, &all, NULL);
  lit_bits_init(&e, &mask, N, 1);
  lit_bits_init(&e, &w->seg.live, N, 1);
  for (size_t i = 0; i < 100; i++)
    lit_bits_unset(i < 50 ? &mask : &w->seg.live,
                   (uint32_t)((all.at[i].id + 7) / 3));
  w->seg.n_dead = 50;
  q.exact = 0;
  search(w, &mask, &q, 20, &got, &t);
  CHECK(got.n == 20 && t.lists > 0);
  for (size_t i = 0; i < got.n; i++) CHECK(!has(&all, got.at[i].id));
  lit_topk_drop(&got);
  lit_topk_drop(&all);
  lit_bits_drop(&mask);
  end(w);
}

/* Few rows are found by their sketches, in each kind of distance, among deleted rows
** and whatever lies between them. */
static void check_sketches(const char *dist, Shape shape, int with_dead) {
  World *w = begin(dist, shape);
  LitErr e = {0};
  LitBits mask;
  LitVecTrace t = {0};
  double least = shape == SAME || shape == FAR ? 0 : 0.9;
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < N; r++)
    if (dice(100) < 10) lit_bits_set(&mask, r);
  if (with_dead) {
    lit_bits_init(&e, &w->seg.live, N, 1);
    for (uint32_t r = 0; r < N; r += 40) lit_bits_unset(&w->seg.live, r), w->seg.n_dead++;
  }
  CHECK(recall(w, &mask, 10, INFINITY, &t) > least);
  if (shape == CLUSTERED) CHECK(t.bits > 0 && !t.lists && !t.codes);
  if (shape == CLUSTERED) CHECK(t.rescored < t.bits / 2);
  CHECK(recall(w, &mask, 1, INFINITY, NULL) >= least);
  CHECK(recall(w, &mask, 80, INFINITY, NULL) > least);
  w->col.recall = 0.999;
  CHECK(recall(w, &mask, 10, INFINITY, NULL) >= least * 1.1);
  lit_bits_drop(&mask);
  end(w);
}

/* So few rows are compared one by one, if they lie in memory. */
static void check_few(void) {
  World *w = begin("cosine", CLUSTERED);
  LitErr e = {0};
  LitBits mask;
  LitVecTrace here = {0}, large = {0};
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < N; r += 9) lit_bits_set(&mask, r);
  CHECK(recall(w, &mask, 10, INFINITY, &large) > 0.9);
  CHECK(large.bits > 0);
  lit_cache_budget(w->cache, 4 * sizeof w->rows);
  CHECK(recall(w, &mask, 10, INFINITY, &here) == 1);
  CHECK(here.bits == 0 && here.rescored == here.chunks);
  lit_bits_drop(&mask);
  end(w);
}

/* Where vectors outgrow the cache and int8 codes do not, these are looked at before
** vectors are read: as good answers, the same where 1-bit codes are not asked, of fewer
** vectors. */
static void check_near_codes(const char *dist, Shape shape, uint32_t per_100, size_t sure) {
  World *w = begin(dist, shape);
  LitErr e = {0};
  LitCache *small = w->cache, *large = lit_cache_new(&e, 5 << 18);
  LitVecTrace t[2] = {{0}, {0}};
  LitBits mask;
  int hits[2] = {0};
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < N; r++)
    if (dice(100) < per_100) lit_bits_set(&mask, r);
  for (int i = 0; i < 60; i++) {
    float at[DIM];
    LitVecQuery q = {at, INFINITY, 0, 0, sure};
    LitTopk tops[2], want;
    make(w, at);
    for (int k = 0; k < 2; k++) {
      w->seg.cache = k ? large : small;
      search(w, per_100 < 100 ? &mask : NULL, &q, 12, &tops[k], &t[k]);
    }
    CHECK(tops[0].n == tops[1].n);
    if (per_100 < 5 && tops[0].n)
      CHECK(memcmp(tops[0].at, tops[1].at, tops[0].n * sizeof *tops[0].at) == 0);
    q.exact = 1;
    w->seg.cache = small;
    search(w, per_100 < 100 ? &mask : NULL, &q, 12, &want, NULL);
    for (int k = 0; k < 2; k++)
      hits[k] += (int)check_answer(w, &q, &tops[k], &want), lit_topk_drop(&tops[k]);
    lit_topk_drop(&want);
  }
  CHECK(shape == SAME || shape == FAR || hits[1] >= hits[0] - 3);
  if (shape == CLUSTERED)
    CHECK(t[0].codes == 0 && t[1].codes > 0 && t[1].rescored < t[0].rescored);
  lit_bits_drop(&mask);
  w->seg.cache = small;
  lit_cache_free(large);
  end(w);
}

/* A search of lists, as if there were so many rows that they are worth it. */
static void search_lists(LitErr *e, World *w, const LitBits *mask, const LitVecQuery *q,
                         LitTopk *top, LitVecTrace *t) {
  LitVecsSide side = {.mask = mask, .lost = NAN};
  LitVecsSearch s = {.limits = q, .top = top, .sides = &side, .n_sides = 1};
  LitVec v = {.at = q->at, .type = LIT_F32, .dim = DIM};
  LitPool pool;
  lit_topk_init(top, 10);
  lit_dist_query(e, "search", &s.q, w->col.dist, &v);
  lit_ivf_query(e, &s.ivf_query, lit_ivf_kind(&w->col), q->at, DIM);
  lit_vecs_open(e, &w->col, &w->seg, &side.part);
  lit_ivf_open(e, &w->col, &side.part, &side.ivf);
  for (uint32_t r = 0; r < N; r += 64)
    side.n_allowed += (uint32_t)__builtin_popcountll(lit_vecs_allowed(&side, r));
  lit_ivf_way(&side.ivf, w->col.recall, 10, side.n_allowed, 1, 0, &side.reach, &side.level);
  lit_pool_begin(e, &pool, &s);
  lit_ivf_search(e, &pool, &side);
  if (!e->rc) lit_pool_settle(e, &pool);
  lit_pool_drop(&pool);
  lit_topk_sort(top);
  lit_dist_query_drop(&s.q);
  lit_ivf_query_drop(&s.ivf_query);
  t->bits += s.trace.bits, t->lists += s.trace.lists;
  t->lists_known += s.trace.lists_known;
}

/* Few rows in near lists are found by their sketches, each looked at once, and not all of
** them; by the codes of lists, if sketches do not fit into the cache.  mask NULL: few
** are left of others that were deleted. */
static void check_few_in_lists(World *w, const LitBits *mask, uint32_t n_few) {
  LitErr e = {0};
  LitVecTrace t = {0}, codes = {0};
  size_t hits = 0;
  for (int i = 0; i < 30; i++) {
    float at[DIM];
    LitVecQuery q = {at, INFINITY, 0, 0, 0};
    LitTopk got, want;
    make(w, at);
    search_lists(&e, w, mask, &q, &got, &t);
    CHECK(e.rc == 0);
    q.exact = 1;
    search(w, mask, &q, 10, &want, NULL);
    hits += check_answer(w, &q, &got, &want);
    lit_topk_drop(&got);
    lit_cache_budget(w->cache, 1000);
    search_lists(&e, w, mask, &q, &got, &codes);
    check_answer(w, &q, &got, &want);
    lit_cache_budget(w->cache, 1 << 20);
    lit_topk_drop(&got);
    lit_topk_drop(&want);
  }
  CHECK(hits > 0.93 * 300);
  CHECK(t.lists > 0 && t.bits >= 300 && t.bits < 30 * n_few / 2);
  CHECK(codes.bits > 6 * t.bits);
}

static void check_few_near(const char *dist) {
  World *w = begin(dist, CLUSTERED);
  LitErr e = {0};
  LitBits few;
  uint32_t n = 0;
  lit_bits_init(&e, &few, N, 0);
  for (uint32_t r = 0; r < N; r += 10 + dice(21)) lit_bits_set(&few, r), n++;
  check_few_in_lists(w, &few, n);
  w->seg.live = few, w->seg.n_dead = N - n;
  check_few_in_lists(w, NULL, n);
  end(w);
}

/* The rows that are asked for lie in some clusters alone, far from most queries. */
static void check_apart(void) {
  World *w = begin("l2", CLUSTERED);
  LitErr e = {0};
  LitBits mask;
  LitVecTrace t = {0};
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < N; r++) {
    int best = 0;
    float least = INFINITY;
    for (int c = 0; c < CENTRES; c++) {
      float d = lit_kern_pair(LIT_SQ, w->rows[r], w->centres[c], DIM);
      if (d < least) least = d, best = c;
    }
    if (best < 12) lit_bits_set(&mask, r);
  }
  CHECK(recall(w, &mask, 10, INFINITY, &t) > 0.93);
  CHECK(t.lists > 0);
  lit_bits_drop(&mask);
  end(w);
}

/* A sketch of a row that is in no list, however few are asked for. */
static void check_none(void) {
  World *w = begin("cosine", ODD);
  LitErr e = {0};
  LitBits mask;
  LitTopk got;
  LitVecQuery q = {w->rows[9], INFINITY, 0, 0, 0};
  size_t n = 0;
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < 400; r++) lit_bits_set(&mask, r), n += w->there[r];
  search(w, &mask, &q, 90, &got, NULL);
  CHECK(n < 400 && got.n == 90);
  for (size_t i = 0; i < got.n; i++) CHECK(w->there[(got.at[i].id + 7) / 3]);
  lit_topk_drop(&got);
  lit_bits_drop(&mask);
  end(w);
}

/* Which way is taken. */
static void check_way(void) {
  LitIvf ivf = {.n_lists = 100, .n_rows = 100000, .times = 2};
  LitIvfReach r;
  int level;
  for (int i = 0; i < IVF_LEVELS; i++)
    for (int d = 0; d < IVF_DEPTHS; d++)
      ivf.reaches[i][d] = (LitIvfReach){(float)(i + 1), 1, 20000};
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 100000, 1, 0, &r, &level) == LIT_VECS_LISTS);
  CHECK(level == 1 && r.reach == 2);
  CHECK(lit_ivf_way(&ivf, 0.99, 10, 100000, 1, 0, &r, &level) == LIT_VECS_LISTS);
  CHECK(level == 3 && r.reach == 4);
  CHECK(lit_ivf_way(&ivf, 0.9995, 10, 100000, 1, 0, &r, &level) == LIT_VECS_DIRECT);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 1000, 1, 0, &r, &level) == LIT_VECS_LISTS);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 100, 1, 0, &r, &level) == LIT_VECS_DIRECT);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 100, 1, 1, &r, &level) == LIT_VECS_LISTS);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 19, 1, 1, &r, &level) == LIT_VECS_DIRECT);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 9000, 0, 0, &r, &level) == LIT_VECS_DIRECT);
  ivf.has_sketches = 1;
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 9000, 0, 0, &r, &level) == LIT_VECS_SKETCHES);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 1000, 1, 0, &r, &level) == LIT_VECS_SKETCHES);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 19, 1, 1, &r, &level) == LIT_VECS_SKETCHES);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 9000, 1, 0, &r, &level) == LIT_VECS_LISTS);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 2500, 1, 0, &r, &level) == LIT_VECS_LISTS);
  CHECK(lit_ivf_way(&ivf, 0.95, 100, 2500, 1, 0, &r, &level) == LIT_VECS_SKETCHES);
  ivf.n_lists = 6000;
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 2500, 1, 0, &r, &level) == LIT_VECS_SKETCHES);
  for (int d = 0; d < IVF_DEPTHS; d++) ivf.reaches[1][d].rows = 150000;
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 100000, 1, 0, &r, &level) == LIT_VECS_DIRECT);
  CHECK(lit_ivf_way(&ivf, 0.95, 10, 9000, 1, 0, &r, &level) == LIT_VECS_SKETCHES);
}

/* The same rows, the same answer; other levels of recall, other reach. */
static void check_levels(void) {
  static const double levels[] = {0.5, 0.9, 0.95, 0.99, 0.999};
  World *w = begin("cosine", CLUSTERED);
  uint64_t last = 0;
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    LitVecTrace t = {0};
    w->col.recall = levels[i];
    seed = 5;
    CHECK(recall(w, NULL, 10, INFINITY, &t) >= levels[i] - 0.03);
    CHECK(t.bits >= last);
    last = t.bits;
  }
  w->col.recall = 0;
  CHECK(recall(w, NULL, 10, INFINITY, NULL) == 1);
  end(w);
}

/* Lists of formats before: those in which a row was in one are not searched, and
** those that say less of how a query goes on are as before. */
static void be_before(void *ctx, uint8_t *at, size_t *n) {
  CHECK(*n > 0 && at[0] == IVF_VERSION);
  at[0] = *(const uint8_t *)ctx;
}

static void check_before(uint8_t version, double least, int searched) {
  World *w = begin("l2", CLUSTERED);
  LitErr e = {0};
  LitSeg good = w->seg;
  LitVecTrace t = {0};
  uint64_t stamp = damage_copy(&e, &w->mem, &good, LIT_PART_VECS + 4 * 2 + 2,
                               0, 1, be_before, &version);
  lit_seg_open(&e, &w->seg, &w->mem.store, w->cache, 99, stamp);
  lit_vecs_check(&e, &w->col, &w->seg, NULL);
  CHECK(e.rc == 0);
  CHECK(recall(w, NULL, 10, INFINITY, &t) >= least);
  CHECK((t.lists > 0) == searched && (t.codes == 0) == searched);
  lit_seg_close(&w->seg);
  w->seg = good;
  end(w);
}

static float lean_of(LitErr *e, World *w) {
  LitVecsPart part;
  LitIvf ivf = {.lean = -1};
  if (!lit_vecs_open(e, &w->col, &w->seg, &part))
    lit_ivf_open(e, &w->col, &part, &ivf);
  return ivf.lean;
}

/* Clusters of all widths: the wide ones have short centroids, which are near to
** every query, and then the best order of lists is not that of the distances. */
static World *begin_widths(const char *dist) {
  World *w = malloc(sizeof *w);
  LitErr e = {0};
  init(w, dist, CLUSTERED);
  for (int i = 0; i < N; i++) {
    int c = (int)dice(CENTRES);
    for (int j = 0; j < DIM; j++)
      w->rows[i][j] = w->centres[c][j] * (float)(CENTRES - c) / 8 + bell();
  }
  write_seg(&e, w, NULL);
  lit_vecs_check(&e, &w->col, &w->seg, NULL);
  CHECK(e.rc == 0);
  return w;
}

/* As many lists as by their codes, about: rows are fetched before they are looked at,
** and so seem to be found some lists later. */
static void check_few_lists(void) {
  World *w = begin_widths("l2");
  LitErr e = {0};
  LitVecTrace t = {0}, codes = {0};
  LitBits few;
  lit_bits_init(&e, &few, N, 0);
  for (uint32_t r = 0; r < N; r += 10 + dice(21)) lit_bits_set(&few, r);
  for (int i = 0; i < 60; i++) {
    LitVecQuery q = {w->rows[i * 59], INFINITY, 0, 0, 0};
    LitTopk top;
    search_lists(&e, w, &few, &q, &top, &t);
    lit_topk_drop(&top);
    lit_cache_budget(w->cache, 1000);
    search_lists(&e, w, &few, &q, &top, &codes);
    lit_cache_budget(w->cache, 1 << 20);
    lit_topk_drop(&top);
  }
  CHECK(e.rc == 0 && t.lists > codes.lists && t.lists < codes.lists * 3);
  lit_bits_drop(&few);
  end(w);
}

/* The last number of the directory's info, to one that is no lean. */
static void tilt(void *ctx, uint8_t *at, size_t *n) {
  CHECK(*n > sizeof(float));
  memcpy(at + *n - sizeof(float), ctx, sizeof(float));
}

static void check_lean(void) {
  static const float none[] = {-0.5f, 1.5f, NAN};
  World *w = begin_widths("cosine");
  LitErr e = {0};
  LitSeg good = w->seg;
  float lean = lean_of(&e, w);
  CHECK(e.rc == 0 && lean >= 0 && lean < 1);
  for (int i = 0; i < 3; i++) {
    float lean_then = none[i];
    uint64_t stamp = damage_copy(&e, &w->mem, &good, LIT_PART_VECS + 4 * 2 + 2,
                                 0, 1, tilt, &lean_then);
    lit_seg_open(&e, &w->seg, &w->mem.store, w->cache, 99, stamp);
    CHECK(e.rc == 0);
    lean_of(&e, w);
    CHECK(e.rc == LIT_CORRUPT);
    e = (LitErr){0};
    lit_seg_close(&w->seg);
  }
  w->seg = good;
  end(w);
  w = begin_widths("dot");
  CHECK(lean_of(&e, w) == 0 && e.rc == 0);
  end(w);
}

static int near_to(const LitIvfFound *f, double want) {
  return fabs((double)lit_ivf_effort(f, 3, 1, 100) - want) < 1e-4;
}

/* What was found late makes an effort less; what is missing was found just now. */
static void check_effort(void) {
  LitErr e = {0};
  LitIvfFound f;
  snprintf(what, sizeof what, "effort");
  lit_ivf_found_init(&f, 0);
  CHECK(near_to(&f, 20));
  CHECK(lit_ivf_found_most(&f) == -INFINITY);
  lit_ivf_found_init(&f, 2);
  CHECK(near_to(&f, 20));
  lit_ivf_found_add(&e, &f, 7, 20);
  CHECK(near_to(&f, 20 / 0.6));
  CHECK(lit_ivf_found_most(&f) == INFINITY);
  lit_ivf_found_add(&e, &f, 5, 30);
  CHECK(near_to(&f, 80) && lit_ivf_found_most(&f) == 7);
  lit_ivf_found_add(&e, &f, 7, 100);      /* No nearer than what is there */
  CHECK(near_to(&f, 80));
  lit_ivf_found_add(&e, &f, 6, 70);
  CHECK(near_to(&f, 40) && lit_ivf_found_most(&f) == 6);
  CHECK(e.rc == 0);
  lit_topk_drop(&f.top);
}

/* ---- damage ---- */

static uint32_t where;
static size_t first;        /* The last bits of a centroid change no code */
static void flip(void *ctx, uint8_t *at, size_t *n) {
  (void)ctx;
  if (*n > first) at[first + where % (*n - first)] ^= (uint8_t)(1 << where % 7);
}
static void cut(void *ctx, uint8_t *at, size_t *n) {
  (void)ctx, (void)at;
  *n /= 2;
}

/* All of a list's rows are such as the segment does not have. */
static void no_rows(void *ctx, uint8_t *at, size_t *n) {
  size_t words = lit_onebit_words(DIM), bytes = lit_ivf_block_bytes(words);
  (void)ctx;
  for (size_t b = 64 * words * sizeof(float); b < *n; b += bytes)
    memset(at + b + 4 * IVF_BLOCK * sizeof(float), 0xFF,
           IVF_BLOCK * sizeof(uint32_t));
}

static void check_damaged(World *w, int part, uint32_t chunk, int as_info,
                          void (*change)(void *, uint8_t *, size_t *)) {
  LitErr e = {0}, told = {0};
  LitSeg good = w->seg;
  LitTopk top;
  LitVecQuery q = {w->rows[where % N], INFINITY, 0, 0, 0};
  uint64_t stamp = damage_copy(&e, &w->mem, &good, part, chunk, as_info,
                               change, NULL);
  lit_seg_open(&e, &w->seg, &w->mem.store, w->cache, 99, stamp);
  CHECK(e.rc == 0);
  lit_topk_init(&top, 10);
  lit_vecs_search(&told, &w->col, w->segs, NULL, 1, &q, &top, NULL, NULL);
  CHECK(told.rc == 0 || told.rc == LIT_CORRUPT);
  told = (LitErr){0};
  lit_vecs_check(&told, &w->col, &w->seg, NULL);
  if (!as_info || change == cut) CHECK(told.rc == LIT_CORRUPT);
  lit_topk_drop(&top);
  lit_seg_close(&w->seg);
  w->seg = good;
}

/* A query for a row of that list is told. */
static void check_no_rows(World *w, uint32_t list) {
  LitErr e = {0}, told = {0};
  LitSeg good = w->seg;
  LitTopk top;
  float at[DIM] = {0};
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  uint64_t stamp = damage_copy(&e, &w->mem, &good, LIT_PART_VECS + 4 * 2 + 3,
                               list, 0, no_rows, NULL);
  lit_seg_open(&e, &w->seg, &w->mem.store, w->cache, 99, stamp);
  CHECK(e.rc == 0);
  for (int i = 0; i < N && !told.rc; i++) {
    memcpy(at, w->rows[i], sizeof at);
    lit_topk_init(&top, 10);
    lit_vecs_search(&told, &w->col, w->segs, NULL, 1, &q, &top, NULL, NULL);
    lit_topk_drop(&top);
  }
  CHECK(told.rc == LIT_CORRUPT && strstr(told.msg, "a row is named"));
  lit_seg_close(&w->seg);
  w->seg = good;
}

static void check_sketch_damaged(World *w, int part, uint32_t chunk) {
  size_t was = first;
  first = 0;
  check_damaged(w, part, chunk, 0, flip);
  first = was;
}

/* A search for few rows is told of sketches that are cut, too, also through lists. */
static void check_no_sketches(World *w, uint32_t chunk) {
  LitErr e = {0}, told = {0};
  LitSeg good = w->seg;
  LitTopk top;
  LitVecTrace t = {0};
  LitBits mask;
  const LitBits *masks = &mask;
  LitVecQuery q = {w->rows[3], INFINITY, 0, 0, 0};
  uint64_t stamp = damage_copy(&e, &w->mem, &good, LIT_PART_VECS + 4 * 2 + 3,
                               chunk, 0, cut, NULL);
  lit_seg_open(&e, &w->seg, &w->mem.store, w->cache, 99, stamp);
  lit_bits_init(&e, &mask, N, 0);
  for (uint32_t r = 0; r < N; r += 10) lit_bits_set(&mask, r);
  lit_topk_init(&top, 10);
  lit_vecs_search(&told, &w->col, w->segs, &masks, 1, &q, &top, NULL, NULL);
  CHECK(e.rc == 0 && told.rc == LIT_CORRUPT && strstr(told.msg, "another length"));
  lit_topk_drop(&top);
  told = (LitErr){0};
  for (uint32_t r = 0; r < N; r += 20) lit_bits_unset(&mask, r);
  search_lists(&told, w, &mask, &q, &top, &t);
  CHECK(told.rc == LIT_CORRUPT && strstr(told.msg, "another length"));
  lit_topk_drop(&top);
  lit_bits_drop(&mask);
  lit_seg_close(&w->seg);
  w->seg = good;
}

static void check_damage(void) {
  World *w = begin("l2", CLUSTERED);
  uint32_t last = lit_seg_part(&w->seg, LIT_PART_VECS + 4 * 2 + 3)->n_chunks - 1;
  check_no_sketches(w, last);
  check_no_sketches(w, last - 1);
  check_no_rows(w, 0);
  check_no_rows(w, lit_seg_part(&w->seg, LIT_PART_VECS + 4 * 2 + 3)->n_chunks / 2);
  for (int part = 2; part < 4; part++) {
    int at = LIT_PART_VECS + 4 * 2 + part;
    uint32_t n = lit_seg_part(&w->seg, at)->n_chunks - (part == 3 ? 2 : 0);
    snprintf(what, sizeof what, "damage of part %d", part);
    first = part == 3 ? 64 * lit_onebit_words(DIM) * sizeof(float) : 0;
    for (int i = 0; i < 60; i++) {
      where = dice(1 << 20);
      check_damaged(w, at, dice(n), 0, flip);
      if (part == 2) first = 0, check_damaged(w, at, 0, 1, flip);
      if (part == 3) check_sketch_damaged(w, at, n + 1);
    }
    check_damaged(w, at, dice(n), 0, cut);
    if (part == 2) check_damaged(w, at, 0, 1, cut);
  }
  end(w);
}

/* ---- stopping, and the end of memory ---- */

/* Each step builds the segment anew: few of them under an emulator. */
static long after(long i, long part) {
  return i + 1 + (getenv("QEMU") ? 2 * i : i / part);
}

static int countdown;
static int asked(void *ctx) { (void)ctx; return --countdown < 0; }

static void check_stop(void) {
  World *w = malloc(sizeof *w);
  LitStop stop = {asked, NULL};
  int n = 0;
  for (int i = 0; ; i = (int)after(i, 4)) {
    LitErr e = {0};
    init(w, "l2", CLUSTERED);
    countdown = i;
    write_seg(&e, w, &stop);
    if (e.rc) CHECK(e.rc == LIT_INTERRUPT);
    else i = -1;
    if (!e.rc) lit_seg_close(&w->seg);
    lit_cache_free(w->cache);
    mem_done(&w->mem);
    if (i < 0) break;
    n++;
  }
  CHECK(n > (getenv("QEMU") ? 3 : 10));
  free(w);
}

static long fail_alloc;
static void *resize(void *p, uint64_t n) {
  if (fail_alloc > 0 && --fail_alloc == 0) return NULL;
  return realloc(p, n ? n : 1);
}

static void check_nomem(void) {
  World *w = malloc(sizeof *w);
  int failed = 1;
  for (long i = 1; failed; i = after(i, 10)) {
    LitErr e = {0};
    LitTopk top, in_lists = {0};
    LitVecTrace t = {0};
    LitVecQuery q = {w->rows[9], INFINITY, 0, 0, 0};
    LitBits few = {0};
    init(w, "cosine", CLUSTERED);
    fail_alloc = i;
    write_seg(&e, w, NULL);
    lit_topk_init(&top, 10);
    if (!e.rc) lit_vecs_search(&e, &w->col, w->segs, NULL, 1, &q, &top, NULL,
                               NULL);
    if (!e.rc && !lit_bits_init(&e, &few, N, 0)) {
      for (uint32_t r = 0; r < N; r += 20) lit_bits_set(&few, r);
      search_lists(&e, w, &few, &q, &in_lists, &t);
    }
    if (!e.rc) lit_vecs_check(&e, &w->col, &w->seg, NULL);
    failed = fail_alloc == 0;
    fail_alloc = 0;
    CHECK(e.rc == (failed ? LIT_NOMEM : LIT_OK));
    lit_topk_drop(&top);
    lit_topk_drop(&in_lists);
    lit_bits_drop(&few);
    lit_seg_close(&w->seg);
    lit_cache_free(w->cache);
    mem_done(&w->mem);
  }
  free(w);
}

/* ---- codes ---- */

/* Estimates are right on average, and within the bound as often as a normal
** distribution is. */
static void check_onebit(void) {
  enum { W = 4, D = 64 * W, TRIES = 2000 };
  double sum = 0;
  int within = 0;
  snprintf(what, sizeof what, "one bit");
  for (int i = 0; i < TRIES; i++) {
    float r[D], q[D];
    uint64_t bits[W], planes[4 * W];
    float gap[D], zeros[D] = {0};
    uint32_t ones = 0;
    double want = 0, got, rr = 0, after = 0;
    for (int j = 0; j < D; j++) {
      r[j] = bell() * (float)(j % 5);       /* not alike before the turn */
      q[j] = bell() + 0.2f * r[j];
      want += -2 * (double)r[j] * q[j];
      rr += (double)r[j] * r[j];
    }
    lit_onebit_turn(r, W);
    lit_onebit_turn(q, W);
    for (int j = 0; j < D; j++) after += (double)r[j] * r[j];
    CHECK(fabs(after - rr) < 1e-4 * rr);
    LitOneBit c = lit_onebit_encode(r, W, bits);
    LitOneBitQuery b = lit_onebit_query(q, zeros, W, gap, planes);
    LitOneBitProduct p = lit_onebit_product(&b);
    for (int j = 0; j < W; j++)
      for (int k = 0; k < 4; k++)
        ones += (uint32_t)__builtin_popcountll(bits[j] & planes[4 * j + k])
                << k;
    got = (double)((p.per_sum * (float)ones + p.per_scale) * c.scale +
                   p.per_ones * c.ones);
    got = (got - want) / ((double)c.spread * (double)b.length);
    sum += got;
    within += fabs(got) < 1.1;
  }
  CHECK(fabs(sum / TRIES) < 0.1);
  CHECK(within > TRIES * 0.65 && within < TRIES * 0.85);
}

static double product(const float *a, const float *b) {
  double sum = 0;
  for (int i = 0; i < DIM; i++) sum += (double)a[i] * (double)b[i];
  return sum;
}

/* What lit_ivf_near and lit_ivf_nearest say of row i, within `off`. */
static void check_near_row(const float *row, const float *points, uint32_t n,
                           const uint32_t *near, const float *scores,
                           uint32_t nearest, float score, double off) {
  double best = -INFINITY, most = -INFINITY, got = -INFINITY;
  for (uint32_t j = 0; j < n; j++) {
    const float *c = points + (size_t)j * DIM;
    double s = product(row, c) - product(c, c) / 2;
    best = fmax(best, s);
    if (j == nearest) got = s;
  }
  CHECK(got >= best - 2 * off && fabs((double)score - got) <= off);
  for (uint32_t l = 0; l < LIT_LANES; l++) {
    CHECK(near[l] == UINT32_MAX ? n <= l : near[l] % LIT_LANES == l);
    if (near[l] == UINT32_MAX) continue;
    CHECK(near[l] < n);
    most = fmax(most, (double)scores[l]);
  }
  CHECK(most == (double)score);
}

/* In floats, and in 8 bits as near as these tell. */
static void check_near(uint32_t n, int in_8_bits) {
  enum { ROWS = 210 };
  static float rows[ROWS * DIM], points[40 * DIM], scores[ROWS * LIT_LANES];
  static uint32_t near[ROWS * LIT_LANES];
  uint32_t nearest[ROWS];
  float score[ROWS];
  LitErr e = {0};
  LitIvfPoints p;
  LitIvfRows r;
  snprintf(what, sizeof what, "near %u, %d", (unsigned)n, in_8_bits);
  for (uint32_t i = 0; i < ROWS * DIM; i++) rows[i] = bell();
  for (uint32_t i = 0; i < n * DIM; i++) points[i] = bell();
  lit_ivf_points(&e, &p, 40, DIM, in_8_bits);
  lit_ivf_rows(&e, &r, ROWS, DIM, in_8_bits);
  lit_ivf_points_set(&p, points, n);
  lit_ivf_rows_set(&r, rows, ROWS);
  lit_ivf_near(&p, &r, near, scores);
  lit_ivf_nearest(&p, &r, 16, ROWS - 16, nearest + 16, score + 16);
  for (uint32_t i = 16; i < ROWS; i++)
    check_near_row(rows + i * DIM, points, n, near + i * LIT_LANES,
                   scores + i * LIT_LANES, nearest[i], score[i],
                   in_8_bits ? 0.5 : 1e-4);
  lit_ivf_points_drop(&p);
  lit_ivf_rows_drop(&r);
}

/* Not where 8 bits hold little but what all rows have in common. */
static void check_8_bits_do(void) {
  enum { ROWS = 64 };
  static const float commons[] = {0, 30, 300};
  static float rows[ROWS * DIM];
  LitErr e = {0};
  LitIvfRows r;
  lit_ivf_rows(&e, &r, ROWS, DIM, 1);
  for (int i = 0; i < 3; i++) {
    snprintf(what, sizeof what, "8 bits, %g", (double)commons[i]);
    for (int j = 0; j < ROWS * DIM; j++) rows[j] = 10 * bell() + commons[i];
    lit_ivf_rows_set(&r, rows, ROWS);
    CHECK(lit_ivf_8_bits_do(&e, &r) == (i < 2));
  }
  for (int i = 0; i < ROWS * DIM; i++) rows[i] = 3;
  lit_ivf_rows_set(&r, rows, ROWS);
  CHECK(!lit_ivf_8_bits_do(&e, &r));
  lit_ivf_rows_drop(&r);
}

int main(void) {
  static const LitMem mem = {resize, free};
  static const char *const dists[] = {"l2", "cosine", "dot"};
  lit_mem_use(&mem);
  check_onebit();
  check_8_bits_do();
  for (int in_8_bits = 0; in_8_bits < 2; in_8_bits++) {
    check_near(40, in_8_bits);
    check_near(5, in_8_bits);
  }
  for (int i = 0; i < 3; i++)
    for (Shape shape = 0; shape < N_SHAPES; shape++)
      check_recall(dists[i], shape);
  check_sure("cosine", 0);
  check_sure("l2", 1);
  check_sure("dot", 1);
  check_sure_limit();
  check_far_mask();
  check_full_mask();
  check_way();
  for (int i = 0; i < 3; i++)
    for (Shape shape = 0; shape < N_SHAPES; shape++)
      check_sketches(dists[i], shape, i == 1);
  for (int i = 0; i < 3; i++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      check_near_codes(dists[i], shape, 100, 0);    /* lists */
      check_near_codes(dists[i], shape, 10, 0);     /* sketches */
      check_near_codes(dists[i], shape, 4, 0);      /* neither */
      check_near_codes(dists[i], shape, 10, 3);
    }
  check_apart();
  check_none();
  check_dead_and_mask();
  check_levels();
  check_effort();
  check_before(IVF_VERSION_ONCE, 1, 0);
  check_before(IVF_VERSION_BLIND, 0.92, 1);
  check_before(IVF_VERSION_UPRIGHT, 0.92, 1);
  check_lean();
  for (int i = 0; i < 3; i++) check_few_near(dists[i]);
  check_few_lists();
  check_damage();
  check_stop();
  check_nomem();
  check_few();
  return bad != 0;
}
