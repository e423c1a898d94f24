/* tidy_check.c -- what a commit merges: in proportion to what it wrote, never more
** than is stated, and yet never too many segments; of commits of single rows not one
** in twenty merges; the rows of a segment that die give it back */
#include <stdio.h>
#include "check.h"
#include "index/dir.h"
#include "memstore.h"

/* Rows are rowids and no more. */
static const LitShape shape;

typedef struct Index {
  LitErr e;
  MemStore m;
  LitCache *cache;
  LitDir dir;
  int64_t n_rows;
  uint64_t rewritten;       /* Rows in all */
  int late, early;          /* Commits that did too much: with reason, without */
  int merging;              /* Commits that rewrote any */
} Index;

static void start(Index *x) {
  *x = (Index){0};
  mem_init(&x->m);
  x->m.store.ctx = &x->m;
  x->cache = lit_cache_new(&x->e, 1 << 20);
  lit_dir_init(&x->dir, &x->m.store, x->cache);
  lit_dir_create(&x->e, &x->dir);
}

static void end(Index *x) {
  CHECK(x->e.rc == 0);
  if (x->e.rc) printf("%s\n", x->e.msg);
  lit_dir_forget(&x->dir);
  lit_cache_free(x->cache);
  mem_done(&x->m);
}

static void write(Index *x, uint32_t n) {
  LitGather g;
  uint64_t stamp = 0;
  int64_t id = x->dir.next_id++;
  uint32_t row;
  lit_gather_init(&x->e, &g, &shape);
  for (uint32_t i = 0; i < n; i++)
    if (!lit_gather_begin(&x->e, &g, ++x->n_rows, &row))
      lit_gather_end(&g, row);
  lit_gather_write(&x->e, &g, &x->m.store, id, &stamp);
  lit_dir_swap(&x->e, &x->dir, id, stamp, NULL, 0);
  lit_gather_drop(&g);
}

/* End a transaction that changed n rows: rows rewritten. */
static uint64_t tidy(Index *x, uint64_t n) {
  LitDir *d = &x->dir;
  int64_t first = d->next_id;
  uint64_t rows = 0;
  lit_dir_tidy(&x->e, d, &shape, NULL);
  lit_dir_save(&x->e, d);
  for (size_t i = 0; i < d->n; i++)
    if (d->segs[i]->id >= first) rows += d->segs[i]->n_rows;
  CHECK(rows <= LIT_TIDY_ROWS + LIT_TIER * n + LIT_LATE_ROWS +
                    LIT_TIDY_SEGS * n);
  CHECK(d->n_new == 0);
  return rows;
}

static void commit(Index *x, uint64_t n) {
  int full = x->dir.n >= LIT_TIDY_SEGS;
  uint64_t rows = tidy(x, n);
  if (rows > LIT_TIDY_ROWS + LIT_TIER * n) (*(full ? &x->late : &x->early))++;
  x->rewritten += rows;
  x->merging += rows > 0;
  CHECK(x->dir.n <= LIT_TIDY_SEGS);
}

/* n segments of so many rows that nobody had the time to merge. */
static void put_off(Index *x, int n, uint32_t rows) {
  for (int i = 0; i < n; i++) write(x, rows);
  lit_dir_save(&x->e, &x->dir);
  x->dir.n_new = 0;
}

/* Single rows come to them: what a commit does stays bounded, and small segments
** become fewer while those that are too large wait for a large commit. */
static void check_late(uint32_t rows, size_t most_left) {
  Index x;
  start(&x);
  put_off(&x, 100, rows);
  for (int i = 0; i < 3000 && !bad; i++) {
    write(&x, 1);
    tidy(&x, 1);
  }
  CHECK(x.dir.n <= most_left);
  CHECK(lit_dir_rows(&x.dir) == (uint64_t)x.n_rows);
  write(&x, 100000);
  for (int i = 0; i < 2; i++) tidy(&x, i ? 0 : 100000);
  CHECK(x.dir.n < most_left);
  CHECK(lit_dir_rows(&x.dir) == (uint64_t)x.n_rows);
  end(&x);
}

static void check_inserts(uint32_t per_commit, int n_commits) {
  Index x;
  start(&x);
  for (int i = 0; i < n_commits && !bad; i++) {
    write(&x, per_commit);
    commit(&x, per_commit);
  }
  CHECK(lit_dir_rows(&x.dir) == (uint64_t)x.n_rows);
  CHECK(x.early == 0 && x.late <= n_commits / 50);
  CHECK(x.rewritten < 12 * (uint64_t)x.n_rows);
  CHECK(per_commit > 1 || x.merging < n_commits / 20);
  write(&x, 20000);                       /* pays for what was put off */
  commit(&x, 20000);
  CHECK(x.dir.n < 32);
  CHECK(lit_dir_rows(&x.dir) == (uint64_t)x.n_rows);
  lit_dir_optimize(&x.e, &x.dir, &shape, NULL);
  CHECK(x.dir.n == 1 && x.dir.segs[0]->n_rows == (uint64_t)x.n_rows);
  end(&x);
}

static void check_deletes(void) {
  enum { N = 10000 };
  Index x;
  LitSeg *s;
  uint32_t ord;
  start(&x);
  write(&x, N);
  commit(&x, N);
  for (int64_t id = 1; id <= N; id++) {
    lit_dir_find(&x.e, &x.dir, id, &s, &ord);
    CHECK(s != NULL);
    if (!s || lit_dir_may_kill(&x.e, s)) break;
    lit_dir_kill(&x.dir, s, ord);
    commit(&x, 1);
    CHECK(lit_dir_rows(&x.dir) == (uint64_t)(N - id));
  }
  CHECK(x.early == 1);                    /* at three quarters dead */
  CHECK(x.rewritten < N);
  CHECK(x.dir.n == 0 && x.m.n == 2);      /* the head alone is left */
  end(&x);
}

int main(void) {
  check_inserts(1, 30000);
  check_inserts(100, 2000);
  check_inserts(5000, 100);
  check_deletes();
  check_late(5000, LIT_TIDY_SEGS);
  check_late(20000, 100 + 3 * LIT_TIER);
  return bad != 0;
}
