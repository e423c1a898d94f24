/* cols.c -- FILTER columns of 1,000,000 rows: bytes on disk, time of a
** condition with all chunks in the cache, time of a merge.  Median of nine. */
#include <stdio.h>
#include <time.h>
#include "index/cols.h"
#include "../unit/memstore.h"

enum { ROWS = 1000000, RUNS = 9 };
static uint64_t seed = 1;
static uint32_t rnd(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % n;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_time(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static LitVal value(int kind, uint32_t row, char *text) {
  LitVal v = {LIT_VAL_INT, 0, 0, text, 0};
  switch (kind) {
  case 0: v.i = 1995 + rnd(30); break;
  case 1: v.i = 1995 + row / 40000; break;
  case 2: v.i = (int64_t)rnd(1u << 31) << 9; break;
  case 3: v = (LitVal){LIT_VAL_REAL, 0, rnd(1u << 31) / 7.0, 0, 0}; break;
  default:
    v.type = LIT_VAL_TEXT;
    v.n = (size_t)sprintf(text, kind == 4 ? "Venue %u" : "%u title of a paper",
                          kind == 4 ? rnd(200) : rnd(1u << 31));
  }
  return v;
}

static void run(const LitSeg *s, const char *what, LitPred p) {
  double t[RUNS];
  uint32_t n = 0;
  for (int i = 0; i < RUNS; i++) {
    LitErr e = {0};
    LitBits mask;
    lit_bits_init(&e, &mask, s->n_rows, 1);
    t[i] = now();
    lit_col_filter(&e, s, &p, &mask);
    t[i] = now() - t[i];
    n = lit_bits_count(&mask);
    lit_bits_drop(&mask);
  }
  qsort(t, RUNS, sizeof *t, by_time);
  printf("  %-12s %8u rows  %7.3f ms\n", what, n, t[RUNS / 2]);
}

static void conditions(const LitSeg *s) {
  enum { MANY = 1000 };
  LitErr e = {0};
  LitArena a = {0};
  LitVal v[MANY], low;
  LitPred p = {0, LIT_OP_EQ, v, 1};
  for (int i = 0; i < MANY; i++)
    lit_col_get(&e, 0, s, rnd(s->n_rows), &a, &v[i]);
  run(s, "=", p);
  p.op = LIT_OP_GE;
  run(s, ">=", p);
  p.op = LIT_OP_NE;
  run(s, "<>", p);
  p.op = LIT_OP_IN, p.n_vals = 3;
  run(s, "IN (3)", p);
  p.n_vals = MANY;
  run(s, "IN (1000)", p);
  if (v[0].type == LIT_VAL_TEXT) {
    low = v[0], low.n = 7;
    p = (LitPred){0, LIT_OP_PREFIX, &low, 1};
    run(s, "LIKE 'x%'", p);
  }
  lit_arena_drop(&a);
}

static void bench(const char *name, int kind) {
  LitErr e = {0};
  MemStore m;
  LitCache *cache = lit_cache_new(&e, 1 << 28);
  LitCol *c = lit_col_new(&e);
  uint32_t *ord_of = lit_new(&e, ROWS, sizeof *ord_of);
  LitSegOut out;
  LitSeg s;
  LitSeg *list[] = {&s};
  const uint32_t *ords[] = {ord_of};
  uint64_t stamp;
  char text[64];
  double t = now();
  mem_init(&m);
  for (uint32_t i = 0; i < ROWS; i++) {
    LitVal v = value(kind, i, text);
    lit_col_add(&e, c, i, &v);
    ord_of[i] = i;
  }
  lit_segout_begin(&out, &m.store, 1, ROWS);
  lit_col_write(&e, c, 0, ord_of, &out);
  printf("%s: written in %.0f ms, %.2f bytes a row\n", name, now() - t,
         (double)out.bytes / ROWS);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  lit_seg_open(&e, &s, &m.store, cache, 1, stamp);
  conditions(&s);
  t = now();
  lit_segout_begin(&out, &m.store, 2, ROWS);
  lit_col_merge(&e, 0, list, ords, 1, &out, NULL);
  printf("  merged in %.0f ms%s\n", now() - t, e.rc ? e.msg : "");
  lit_segout_drop(&out);
  lit_seg_close(&s);
  lit_free(ord_of);
  lit_col_free(c);
  lit_cache_free(cache);
  mem_done(&m);
}

int main(void) {
  bench("year, any order", 0);
  bench("year, rows by year", 1);
  bench("integers, all different", 2);
  bench("reals, all different", 3);
  bench("text, 200 venues", 4);
  bench("text, all different", 5);
  return 0;
}
