/* vecs_check.c -- vectors in segments: whatever the distance, the type, the
** rows asked for and the path taken, the answer is that of comparing all */
#include <math.h>
#include <stdio.h>
#include "base/mem.h"
#include "base/task.h"
#include "chance.h"
#include "check.h"
#include "index/knn.h"
#include "memstore.h"

enum { MAX_SEGS = 3, MAX_ROWS = 6000 };

typedef enum { PLAIN, CLUSTERED, TIES, HUGE, TINY, MIXED, N_SHAPES,
               NEAR, FALLING } Shape;

typedef struct World {
  LitVecCol col;
  Shape shape;
  MemStore mem;
  LitCache *cache;
  int n_segs;
  uint32_t n[MAX_SEGS];
  int64_t *ids[MAX_SEGS];
  uint8_t *rows[MAX_SEGS];        /* [n, stride] */
  uint8_t *there[MAX_SEGS];
  LitSeg seg[MAX_SEGS];
  LitSeg *segs[MAX_SEGS];
  size_t stride;
} World;

/* A random vector of the world's shape. */
static void make(const World *w, void *out) {
  float v[2048], centre = (float)dice(5) - 2;
  uint32_t dim = w->col.dim, wild = dice(8);
  void *mine;
  LitVec row = {0};
  LitErr e = {0};
  if (w->col.elem == LIT_BIT) {
    for (uint32_t i = 0; i < dim / 8; i++)
      ((uint8_t *)out)[i] = (uint8_t)(w->shape == TIES ? 0 : dice(256));
    ((uint8_t *)out)[0] = (uint8_t)dice(4);
    return;
  }
  for (uint32_t i = 0; i < dim; i++) {
    float x = bell();
    if (w->shape == CLUSTERED) x = centre * (float)(i % 7) + x * 0.01f;
    if (w->shape == TIES) x = (float)(dice(20) == 0);
    if (w->shape == NEAR) x = 1 + x * 1e-4f;
    if (w->shape == FALLING) x = 0;
    if (w->shape == HUGE) x *= 1e19f;
    if (w->shape == TINY) x *= 1e-22f;
    if (w->shape == MIXED)
      x *= wild == 0 ? 0 : wild == 1 ? 1e30f : wild == 2 ? 1e-40f :
           wild == 3 && i == 0 ? 1e6f : 1;
    if (w->col.elem == LIT_F16) x = fmaxf(-6e4f, fminf(6e4f, x));
    if (w->col.elem == LIT_I8) x *= 30;
    v[i] = x;
  }
  mine = lit_copy(&e, v, dim * sizeof *v);
  lit_vec_from_floats(&e, "make", w->col.elem, (float *)mine, dim, &row);
  if (e.rc) printf("%s\n", e.msg), bad++;
  else memcpy(out, row.at, w->stride);
  lit_vec_drop(&row);
}

static void write_seg(World *w, int i, int64_t step) {
  LitErr e = {0};
  LitSegOut out;
  LitVecs *v = lit_vecs_new(&e, &w->col);
  uint32_t n = w->n[i], *ord_of = malloc(2 * n * sizeof *ord_of);
  uint64_t stamp = 0;
  w->ids[i] = malloc(n * sizeof(int64_t));
  w->rows[i] = calloc(n, w->stride);
  w->there[i] = malloc(n);
  for (uint32_t r = 0; r < n; r++) {        /* arrival: last rowid first, */
    uint32_t ord = n - 1 - r;               /* each after one left out */
    w->ids[i][r] = (int64_t)r * step + i;
    w->there[i][ord] = dice(10) != 0;
    make(w, w->rows[i] + ord * w->stride);
    if (w->shape == FALLING) ((float *)(void *)(w->rows[i] + ord * w->stride))[0] = (float)r;
    if (w->shape == CLUSTERED && r > 5 && dice(10) == 0)
      memcpy(w->rows[i] + ord * w->stride,
             w->rows[i] + (ord + 1 + dice(5)) * w->stride, w->stride);
    lit_vecs_add(&e, v, 2 * r, w->rows[i] + ord * w->stride);
    lit_vecs_add(&e, v, 2 * r + 1, w->there[i][ord]
                     ? w->rows[i] + ord * w->stride : NULL);
    ord_of[2 * r] = UINT32_MAX;
    ord_of[2 * r + 1] = ord;
  }
  CHECK(lit_vecs_bytes(v) >= n * w->stride);
  CHECK(memcmp(lit_vecs_at(v, 2 * (n - 1)), w->rows[i], w->stride) == 0);
  CHECK(!lit_vecs_at(v, 2 * n));
  lit_segout_begin(&out, &w->mem.store, i + 1, n);
  lit_segout_ids(&e, &out, w->ids[i]);
  lit_vecs_write(&e, v, ord_of, &out);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  lit_vecs_free(v);
  free(ord_of);
  lit_seg_open(&e, &w->seg[i], &w->mem.store, w->cache, i + 1, stamp);
  w->segs[i] = &w->seg[i];
  if (i == 1) {                             /* some rows are dead */
    LitBits *live = &w->seg[i].live;
    lit_bits_init(&e, live, n, 1);
    for (uint32_t r = 0; r < n; r++)
      if (dice(4) == 0) lit_bits_unset(live, r);
    w->seg[i].n_dead = n - lit_bits_count(live);
  }
  lit_vecs_check(&e, &w->col, &w->seg[i], NULL);
  CHECK(e.rc == 0);
  if (e.rc) printf("%s\n", e.msg);
}

static void begin(World *w, LitElem elem, uint32_t dim, const LitDist *dist,
                  Shape shape) {
  LitErr e = {0};
  *w = (World){.col = {3, elem, dim, dist, 0, 0}, .shape = shape, .n_segs = 3,
               .n = {1 + dice(300), 1200 + dice(1500), 1300}};
  snprintf(what, sizeof what, "%s %s, dim %u, shape %d, seed %llu",
           lit_elem_row(elem)->name, dist->name, dim, shape,
           (unsigned long long)seed);
  w->stride = lit_vec_bytes(elem, dim);
  mem_init(&w->mem);
  w->cache = lit_cache_new(&e, 1 << 18);
  for (int i = 0; i < w->n_segs; i++) write_seg(w, i, 3);
}

static void end(World *w) {
  for (int i = 0; i < w->n_segs; i++) {
    lit_seg_close(&w->seg[i]);
    free(w->ids[i]);
    free(w->rows[i]);
    free(w->there[i]);
  }
  lit_cache_free(w->cache);
  mem_done(&w->mem);
}

static int alive(const World *w, const LitBits *mask, int i, uint32_t ord) {
  return w->there[i][ord] && lit_seg_alive(&w->seg[i], ord) &&
         (!mask || lit_bits_has(mask, ord));
}

/* The answer, from all vectors one by one. */
static void reference(const World *w, const LitBits *const *masks,
                      const LitVecQuery *q, LitTopk *top) {
  LitErr e = {0};
  LitDistQuery dq;
  LitVec v = {.at = q->at, .type = w->col.elem, .dim = w->col.dim};
  lit_dist_query(&e, "test", &dq, w->col.dist, &v);
  for (int i = 0; i < w->n_segs; i++)
    for (uint32_t r = 0; r < w->n[i]; r++) {
      float d;
      if (!alive(w, masks ? masks[i] : NULL, i, r)) continue;
      lit_dist_rows(&dq, w->rows[i] + r * w->stride, w->stride, 1, NULL, &d);
      if (isnan(d) || !(q->max_excluded ? (double)d < q->max_distance
                                        : (double)d <= q->max_distance))
        continue;
      lit_topk_push(&e, top, -(double)d, w->ids[i][r]);
    }
  lit_dist_query_drop(&dq);
  lit_topk_sort(top);
  CHECK(e.rc == 0);
}

static void check_distances(const World *w, const LitVecQuery *q,
                            const LitTopk *top) {
  LitErr e = {0};
  int64_t ids[64];
  double d[64];
  size_t n = 0;
  for (int64_t id = -3; n < 64; id += 1 + dice(200)) ids[n++] = id;
  lit_vecs_distance(&e, &w->col, w->segs, w->n_segs, q, ids, n, d);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < top->n; j++)
      if (top->at[j].id == ids[i]) CHECK(-top->at[j].score == d[i]);
  if (!top->n) return;
  lit_vecs_distance(&e, &w->col, w->segs, w->n_segs, q, &top->at[0].id, 1, d);
  CHECK(-top->at[0].score == d[0] && e.rc == 0);
}

/* A sample of as many rows as there are is all of them; a smaller one is of rows
** of this table, spread over it. */
static void check_sample(const World *w, const LitVecQuery *q) {
  enum { FEW = 7 };
  LitErr e = {0};
  LitDistQuery dq = {0};
  LitVec v = {.at = q->at, .type = w->col.elem, .dim = w->col.dim};
  size_t n_rows = 0, at = 0;
  double few[FEW], *all;
  for (int i = 0; i < w->n_segs; i++) n_rows += w->segs[i]->n_rows;
  all = malloc((n_rows + 3) * sizeof *all);
  lit_dist_query(&e, "test", &dq, w->col.dist, &v);
  lit_vecs_sample(&e, &w->col, w->segs, w->n_segs, q, n_rows + 3, all);
  for (int i = 0; i < w->n_segs; i++)
    for (uint32_t r = 0; r < w->segs[i]->n_rows; r++, at++) {
      float d = NAN;
      if (alive(w, NULL, i, r))
        lit_dist_rows(&dq, w->rows[i] + r * w->stride, w->stride, 1, NULL, &d);
      CHECK((double)d == all[at] || (isnan(d) && isnan(all[at])));
    }
  CHECK(isnan(all[n_rows]) && isnan(all[n_rows + 2]));
  lit_vecs_sample(&e, &w->col, w->segs, w->n_segs, q, FEW, few);
  for (size_t i = 0; i < FEW && n_rows >= FEW; i++) {
    double d = all[i * n_rows / FEW];
    CHECK(few[i] == d || (isnan(few[i]) && isnan(d)));
  }
  CHECK(e.rc == 0);
  lit_dist_query_drop(&dq);
  free(all);
}

static void ask(const World *w, const LitBits *const *masks,
                const LitVecQuery *q, size_t k) {
  LitErr e = {0};
  LitTopk got, want;
  lit_topk_init(&got, k);
  lit_topk_init(&want, k);
  lit_vecs_search(&e, &w->col, w->segs, masks, w->n_segs, q, &got, NULL, NULL);
  lit_topk_sort(&got);
  reference(w, masks, q, &want);
  CHECK(e.rc == 0);
  if (e.rc) printf("%s\n", e.msg);
  CHECK(got.n == want.n);
  for (size_t i = 0; i < want.n && i < got.n; i++)
    if (got.at[i].id != want.at[i].id || got.at[i].score != want.at[i].score) {
      printf("%s: k %zu, place %zu: %g %lld, not %g %lld\n", what, k, i,
             got.at[i].score, (long long)got.at[i].id, want.at[i].score,
             (long long)want.at[i].id);
      bad++;
      break;
    }
  check_distances(w, q, &want);
  if (!masks) check_sample(w, q);
  lit_topk_drop(&got);
  lit_topk_drop(&want);
}

/* The same under masks of several densities and limits. */
static void ask_all(const World *w) {
  static const uint32_t per_10000[] = {1, 100, 1000, 3000, 9000};
  uint8_t *at = malloc(w->stride);
  LitBits masks[MAX_SEGS];
  const LitBits *set[MAX_SEGS];
  LitErr e = {0};
  LitTopk far;
  make(w, at);
  if (dice(2)) memcpy(at, w->rows[1] + dice(w->n[1]) * w->stride, w->stride);
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  ask(w, NULL, &q, 1);
  ask(w, NULL, &q, 10);
  ask(w, NULL, &q, 300);
  ask(w, NULL, &q, 100000);
  for (size_t m = 0; m < sizeof per_10000 / sizeof *per_10000; m++) {
    for (int i = 0; i < w->n_segs; i++) {
      lit_bits_init(&e, &masks[i], w->n[i], 0);
      for (uint32_t r = 0; r < w->n[i]; r++)
        if (dice(10000) < per_10000[m]) lit_bits_set(&masks[i], r);
      set[i] = &masks[i];
    }
    set[0] = NULL;
    ask(w, set, &q, 10);
    set[2] = NULL;          /* few rows of one segment, behind codes */
    ask(w, set, &q, 10);
    for (int i = 0; i < w->n_segs; i++) lit_bits_drop(&masks[i]);
  }
  lit_topk_init(&far, 7);
  reference(w, NULL, &q, &far);
  if (far.n == 7) {                         /* a limit that is met exactly */
    q.max_distance = -far.at[6].score;
    ask(w, NULL, &q, 1000);
    q.max_excluded = 1;
    ask(w, NULL, &q, 1000);
    ask(w, NULL, &q, 5);
  }
  lit_topk_drop(&far);
  free(at);
}

/* Many queries at once, against each alone. */
static void ask_many(const World *w, uint32_t n) {
  static const size_t ks[] = {1, 10, 2000, 0, 3};
  LitErr e = {0};
  LitVecQuery *q = malloc(n * sizeof *q);
  LitTopk *tops = malloc(n * sizeof *tops), want;
  uint8_t *at = malloc(n * w->stride);
  LitBits mask;
  const LitBits *masks[MAX_SEGS] = {NULL, &mask, NULL};
  lit_bits_init(&e, &mask, w->n[1], 0);
  for (uint32_t r = 0; r < w->n[1]; r++)
    if (dice(3)) lit_bits_set(&mask, r);
  for (uint32_t i = 0; i < n; i++) {
    q[i] = (LitVecQuery){at + i * w->stride, INFINITY, 0, 0, 0};
    make(w, at + i * w->stride);
    if (i == 3) memset(at + i * w->stride, 0, w->stride);
    lit_topk_init(&tops[i], ks[i % 5]);
  }
  lit_knn_search(&e, &w->col, w->segs, masks, w->n_segs, q, n, tops, NULL);
  CHECK(e.rc == 0);
  for (uint32_t i = 0; i < n; i++) {
    lit_topk_sort(&tops[i]);
    lit_topk_init(&want, ks[i % 5]);
    if (want.k) reference(w, masks, &q[i], &want);
    CHECK(tops[i].n == want.n &&
          (want.n == 0 ||
           memcmp(tops[i].at, want.at, want.n * sizeof *want.at) == 0));
    lit_topk_drop(&want);
    lit_topk_drop(&tops[i]);
  }
  lit_bits_drop(&mask);
  free(at);
  free(tops);
  free(q);
}

/* Merge segments 1 .. into one without the dead; the answers stay. */
static void check_merge(World *w) {
  LitErr e = {0};
  World one = *w;
  LitSegOut out;
  uint32_t *ord_of[MAX_SEGS], next[MAX_SEGS] = {0}, n = 0;
  uint64_t stamp = 0;
  size_t most = (size_t)w->n[0] + w->n[1] + w->n[2];
  one.n_segs = 1;
  one.ids[0] = malloc(most * sizeof(int64_t));
  one.rows[0] = calloc(most, w->stride);
  one.there[0] = calloc(most, 1);
  for (int i = 0; i < 3; i++) ord_of[i] = malloc(w->n[i] * sizeof(uint32_t));
  for (;;) {
    int best = -1;
    uint32_t r;
    for (int i = 0; i < 3; i++)
      if (next[i] < w->n[i] &&
          (best < 0 || w->ids[i][next[i]] < w->ids[best][next[best]]))
        best = i;
    if (best < 0) break;
    r = next[best]++;
    ord_of[best][r] = UINT32_MAX;
    if (!lit_seg_alive(&w->seg[best], r)) continue;
    ord_of[best][r] = n;
    one.ids[0][n] = w->ids[best][r];
    one.there[0][n] = w->there[best][r];
    memcpy(one.rows[0] + n * w->stride, w->rows[best] + r * w->stride,
           w->stride);
    n++;
  }
  one.n[0] = n;
  one.n[1] = 0;
  lit_segout_begin(&out, &w->mem.store, 9, n);
  lit_segout_ids(&e, &out, one.ids[0]);
  lit_vecs_merge(&e, &w->col, w->segs, (const uint32_t *const *)ord_of, 3,
                 &out, NULL);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  lit_seg_open(&e, &one.seg[0], &w->mem.store, w->cache, 9, stamp);
  one.segs[0] = &one.seg[0];
  lit_vecs_check(&e, &w->col, &one.seg[0], NULL);
  CHECK(e.rc == 0);
  if (e.rc) printf("%s\n", e.msg);
  for (uint32_t r = 0; r < n; r += 1 + dice(100)) {
    uint8_t got[8192];
    int is_null;
    lit_vecs_get(&e, &w->col, &one.seg[0], r, got, &is_null);
    CHECK(is_null == !one.there[0][r]);
    CHECK(is_null || memcmp(got, one.rows[0] + r * w->stride, w->stride) == 0);
  }
  for (int i = 0; i < 3; i++) {
    uint8_t at[8192];
    LitVecQuery q = {at, INFINITY, 0, 0, 0};
    make(w, at);
    ask(&one, NULL, &q, i ? 10 : 5000);
  }
  for (int i = 0; i < 3; i++) free(ord_of[i]);
  lit_seg_close(&one.seg[0]);
  free(one.ids[0]);
  free(one.rows[0]);
  free(one.there[0]);
}

static void check_kinds(uint32_t dim) {
  const LitDist *dist;
  for (LitElem elem = 0; elem < LIT_N_ELEMS; elem++)
    for (size_t d = 0; (dist = lit_dist_row(d)) != NULL; d++)
      for (Shape shape = 0; shape < N_SHAPES; shape++) {
        World w;
        if (!lit_dist_fits(dist, elem) || (elem == LIT_BIT && dim % 8) ||
            (elem == LIT_F16 && (shape == HUGE || shape == TINY)) ||
            (elem >= LIT_I8 && shape > TIES))
          continue;
        begin(&w, elem, dim, dist, shape);
        ask_all(&w);
        ask_many(&w, 12);
        if (shape == PLAIN || shape == MIXED) check_merge(&w);
        end(&w);
      }
}

/* Codes are used, and spare most of the full vectors. */
static void check_trace(void) {
  static const char *const dists[] = {"l2", "cosine", "dot"};
  for (int i = 0; i < 3; i++) {
    World w;
    LitErr e = {0};
    LitTopk top;
    LitVecTrace t = {0};
    float at[384];
    LitVecQuery q = {at, INFINITY, 0, 0, 0};
    begin(&w, LIT_F32, 384, lit_dist_find(dists[i]), PLAIN);
    make(&w, at);
    lit_topk_init(&top, 10);
    lit_vecs_search(&e, &w.col, w.segs, NULL, 3, &q, &top, &t, NULL);
    CHECK(t.codes > 2000 && t.rescored < w.n[0] + t.codes / 10);
    lit_topk_drop(&top);
    end(&w);
  }
}

/* The pool of candidates overflows: nothing can be excluded by codes. */
static void check_overflow(void) {
  World w = {.col = {0, LIT_F32, 48, lit_dist_find("l2"), 0, 0}, .shape = TIES,
             .n_segs = 1, .n = {90000}};
  LitErr e = {0};
  float at[48] = {0};
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  snprintf(what, sizeof what, "overflow");
  w.stride = 48 * 4;
  mem_init(&w.mem);
  w.cache = lit_cache_new(&e, 1 << 18);
  write_seg(&w, 0, 1);
  at[3] = 1;
  ask(&w, NULL, &q, 10);
  ask(&w, NULL, &q, 20000);
  w.n_segs = 1;
  end(&w);
}

static int countdown;
static int asked(void *ctx) { (void)ctx; return --countdown < 0; }

static void check_stop(void) {
  World w;
  LitErr e = {0};
  LitStop stop = {asked, NULL};
  LitTopk top;
  uint8_t at[8192];
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  begin(&w, LIT_F32, 1000, lit_dist_find("l1"), PLAIN);
  make(&w, at);
  lit_topk_init(&top, 10);
  countdown = 3;
  lit_vecs_search(&e, &w.col, w.segs, NULL, 3, &q, &top, NULL, &stop);
  CHECK(e.rc == LIT_INTERRUPT);
  CHECK(lit_cache_stats(w.cache).bytes <= 1 << 18);   /* nothing is held */
  lit_topk_drop(&top);
  end(&w);
}

/* Every store call fails once: no crash, and the error is told. */
static void check_faults(void) {
  World w;
  uint8_t at[8192];
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  int failed = 1;
  begin(&w, LIT_F32, 300, lit_dist_find("l2"), PLAIN);
  make(&w, at);
  for (long i = 1; failed; i++) {
    LitErr e = {0};
    LitTopk top;
    lit_topk_init(&top, 10);
    lit_cache_budget(w.cache, 0);
    w.mem.fail_in = i;
    lit_vecs_search(&e, &w.col, w.segs, NULL, 3, &q, &top, NULL, NULL);
    failed = w.mem.fail_in == 0;
    CHECK(e.rc == (failed ? LIT_IOERR : LIT_OK));
    CHECK(lit_cache_stats(w.cache).bytes == 0);
    lit_topk_drop(&top);
  }
  w.mem.fail_in = 0;
  end(&w);
}

static long fail_alloc;
static void *resize(void *p, uint64_t n) {
  if (fail_alloc > 0 && --fail_alloc == 0) return NULL;
  return realloc(p, n ? n : 1);
}

static void check_nomem(void) {
  World w;
  LitErr e = {0};
  uint8_t at[8192];
  LitVecQuery q = {at, INFINITY, 0, 0, 0};
  int failed = 1;
  begin(&w, LIT_F16, 300, lit_dist_find("cosine"), PLAIN);
  make(&w, at);
  for (long i = 1; failed; i++) {
    LitErr oom = {0};
    LitTopk top;
    LitVecs *v;
    LitSegOut out;
    uint32_t ord_of[1] = {0};
    uint64_t stamp;
    lit_topk_init(&top, 10);
    fail_alloc = i;
    lit_vecs_search(&oom, &w.col, w.segs, NULL, 3, &q, &top, NULL, NULL);
    v = lit_vecs_new(&oom, &w.col);
    if (v) lit_vecs_add(&oom, v, 0, at);
    lit_segout_begin(&out, &w.mem.store, 30, 1);
    if (v) lit_vecs_write(&oom, v, ord_of, &out);
    lit_segout_end(&oom, &out, &stamp);
    failed = fail_alloc == 0;
    fail_alloc = 0;
    CHECK(oom.rc == (failed ? LIT_NOMEM : LIT_OK));
    lit_segout_drop(&out);
    lit_vecs_free(v);
    lit_topk_drop(&top);
  }
  CHECK(e.rc == 0);
  end(&w);
}

/* More candidates than are kept at once: whose codes do not tell them apart, and
** each nearer than those before it. */
static void check_full(Shape shape) {
  LitErr e = {0};
  World w = {.col = {3, LIT_F32, 48, lit_dist_find("l2"), 0, 0}, .shape = shape,
             .stride = 192, .n_segs = 3, .n = {300, 110000, 1300}};
  float at[48];
  LitVecQuery q = {(uint8_t *)at, INFINITY, 0, 0, 0};
  snprintf(what, sizeof what, "full pool, shape %d", shape);
  mem_init(&w.mem);
  w.cache = lit_cache_new(&e, 1 << 22);
  for (int i = 0; i < w.n_segs; i++) write_seg(&w, i, 3);
  make(&w, at);
  if (shape == FALLING) at[0] = -1;
  ask(&w, NULL, &q, 10);
  ask(&w, NULL, &q, 1000);
  end(&w);
}

int main(void) {
  static const LitMem mem = {resize, free};
  static const uint32_t dims[] = {1, 8, 48, 101, 384};
  lit_mem_use(&mem);
  for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) {
    lit_task_set_threads(1 + (int)i % 3);
    check_kinds(dims[i]);
  }
  check_trace();
  check_overflow();
  check_full(NEAR);
  check_full(FALLING);
  lit_task_set_threads(1);
  check_stop();
  check_faults();
  check_nomem();
  return bad != 0;
}
