/* cols_check.c -- FILTER columns against a plain reading of SQL: every kind of
** value, every condition, several segments, merges with rows dropped; hostile
** bytes with right hashes; no memory at each allocation */
#include <math.h>
#include <stdio.h>
#include "check.h"
#include "index/cols.h"
#include "memstore.h"

enum { ROWS = 18000, COLUMN = 5, N_SEGS = 3 };

static uint64_t seed = 1;
static uint32_t rnd(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % n;
}

/* ---- values ---- */

static LitVal int_val(int64_t i) { return (LitVal){LIT_VAL_INT, i, 0, 0, 0}; }
static LitVal real_val(double d) { return (LitVal){LIT_VAL_REAL, 0, d, 0, 0}; }
static LitVal bytes_val(LitValType type, const char *at, size_t n) {
  return (LitVal){type, 0, 0, at, n};
}

static char words[1 << 23]; /* Bytes of the values, of one case */
static size_t n_words;

static LitVal random_bytes(LitValType type) {
  static const char *const heads[] = {"", "ACL", "acl", "EMNLP ", "\xFF\xFF"};
  char *at = words + n_words;
  const char *head = heads[rnd(5)];
  size_t n = strlen(head), tail = rnd(4);
  if (n_words + n + tail > sizeof words) abort();
  n_words += n + tail;
  memcpy(at, head, n);
  for (size_t i = 0; i < tail; i++)
    at[n++] = "abAB\0\xFF z"[rnd(8)];
  return bytes_val(type, at, n);
}

static LitVal edge(void) {
  static const int64_t ints[] = {
    0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1, (int64_t)1 << 53,
    ((int64_t)1 << 53) + 1, -((int64_t)1 << 53) - 1, 19, 190, 1900, -19 };
  static const double reals[] = {
    0.0, -0.0, 1.0, 0.5, -1.5, 9007199254740992.0, 9007199254740994.0,
    9223372036854775808.0, -9223372036854775808.0, 1e300, -1e300,
    5e-324, 19.0, 1900.5 };
  if (rnd(16) == 0) return real_val(rnd(2) ? (double)INFINITY
                                           : -(double)INFINITY);
  if (rnd(2)) return int_val(ints[rnd(sizeof ints / sizeof *ints)]);
  return real_val(reals[rnd(sizeof reals / sizeof *reals)]);
}

/* Kinds of columns: few years, years in order, all different, text, mixed,
** nothing but NULL, one value. */
enum { KINDS = 7 };
static LitVal value(int kind, uint32_t row) {
  switch (kind) {
  case 0: return int_val(1990 + rnd(36));
  case 1: return int_val(1990 + row / 2000);
  case 2: return rnd(2) ? int_val((int64_t)row * 7919 - 5000000)
                        : real_val((double)row / 3);
  case 3: return random_bytes(LIT_VAL_TEXT);
  case 4: return rnd(3) == 0 ? (LitVal){0} : rnd(2) ? edge()
                 : random_bytes(rnd(2) ? LIT_VAL_TEXT : LIT_VAL_BLOB);
  case 5: return (LitVal){0};
  default: return bytes_val(LIT_VAL_TEXT, "same", 4);
  }
}

/* ---- what SQL says, written another way than in index/ ---- */

static int ref_class(const LitVal *v) {
  return v->type == LIT_VAL_NULL ? 0 : v->type <= LIT_VAL_REAL ? 1
                                     : (int)v->type;
}

static int ref_cmp(const LitVal *a, const LitVal *b) {
  int x = ref_class(a), y = ref_class(b);
  if (x != y) return x < y ? -1 : 1;
  if (x == 1) {             /* a long double holds every int64 and double */
    long double p = a->type == LIT_VAL_INT ? (long double)a->i : a->d;
    long double q = b->type == LIT_VAL_INT ? (long double)b->i : b->d;
    return p < q ? -1 : p > q;
  }
  for (size_t i = 0; i < a->n || i < b->n; i++) {
    int p = i < a->n ? (uint8_t)a->at[i] : -1;
    int q = i < b->n ? (uint8_t)b->at[i] : -1;
    if (p != q) return p < q ? -1 : 1;
  }
  return 0;
}

static int ref_prefix(const LitVal *a, const LitVal *b, int fold) {
  char digits[32];
  LitVal v = *a;
  if (v.type == LIT_VAL_REAL) return 0;
  if (v.type == LIT_VAL_INT) {
    v.n = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)v.i);
    v.at = digits;
  }
  for (size_t i = 0; i < b->n; i++) {
    int p = i < v.n ? (uint8_t)v.at[i] : -1, q = (uint8_t)b->at[i];
    if (fold && p >= 'A' && p <= 'Z') p += 32;
    if (fold && q >= 'A' && q <= 'Z') q += 32;
    if (p != q) return 0;
  }
  return 1;
}

static int ref_passes(const LitVal *v, const LitPred *p) {
  const LitVal *w = p->vals;
  int c;
  if (p->op == LIT_OP_IS_NULL) return v->type == LIT_VAL_NULL;
  if (v->type == LIT_VAL_NULL) return 0;
  if (p->op == LIT_OP_NOT_NULL) return 1;
  if (p->op == LIT_OP_IN) {
    for (size_t i = 0; i < p->n_vals; i++)
      if (w[i].type != LIT_VAL_NULL && ref_cmp(v, &w[i]) == 0) return 1;
    return 0;
  }
  if (w->type == LIT_VAL_NULL) return 0;
  c = ref_cmp(v, w);
  switch (p->op) {
  case LIT_OP_EQ: return c == 0;
  case LIT_OP_NE: return c != 0;
  case LIT_OP_LT: return c < 0;
  case LIT_OP_LE: return c <= 0;
  case LIT_OP_GT: return c > 0;
  case LIT_OP_GE: return c >= 0;
  default: return w->type >= LIT_VAL_TEXT &&
                  ref_prefix(v, w, p->op == LIT_OP_PREFIX);
  }
}

static int is_same(const LitVal *a, const LitVal *b) {
  return a->type == b->type && a->i == b->i &&
         memcmp(&a->d, &b->d, sizeof a->d) == 0 && a->n == b->n &&
         (a->n == 0 || memcmp(a->at, b->at, a->n) == 0);
}

/* ---- segments ---- */

typedef struct Case {
  LitVal *vals;             /* [n_rows] by ordinal */
  uint32_t n_rows;
  uint64_t stamp;
} Case;

static int open_case(LitErr *e, const MemStore *m, LitCache *cache,
                     const Case *c, int64_t id, LitSeg *s) {
  return lit_seg_open(e, s, &m->store, cache, id, c->stamp);
}

/* Rows in the order of arrival, about one in nine dropped, the rest put in the
** reverse order: ordinals are not arrival numbers. */
static int write_case(LitErr *e, MemStore *m, int64_t id, int kind, uint32_t n,
                      Case *c) {
  LitCol *col = lit_col_new(e);
  uint32_t *ord_of = malloc((n + 1) * sizeof *ord_of);
  LitVal *vals = malloc((n + 1) * sizeof *vals);
  LitSegOut out;
  c->n_rows = 0;
  for (uint32_t i = 0; i < n; i++) {
    vals[i] = value(kind, i);
    if (col) lit_col_add(e, col, i, &vals[i]);
    ord_of[i] = rnd(9) ? c->n_rows++ : UINT32_MAX;
  }
  c->vals = malloc((n + 1) * sizeof *c->vals);
  for (uint32_t i = 0; i < n; i++)
    if (ord_of[i] != UINT32_MAX) {
      ord_of[i] = c->n_rows - 1 - ord_of[i];
      c->vals[ord_of[i]] = vals[i];
    }
  lit_segout_begin(&out, &m->store, id, c->n_rows);
  if (!e->rc) lit_col_write(e, col, COLUMN, ord_of, &out);
  lit_segout_end(e, &out, &c->stamp);
  lit_segout_drop(&out);
  lit_col_free(col);
  free(ord_of);
  free(vals);
  return e->rc;
}

/* ---- checks ---- */

static void check_pred(const LitSeg *s, const Case *c, const LitPred *p) {
  LitErr e = {0};
  LitBits mask;
  lit_bits_init(&e, &mask, c->n_rows, 1);
  for (uint32_t i = 0; i < c->n_rows; i += 3) lit_bits_unset(&mask, i);
  CHECK(lit_col_filter(&e, s, p, &mask) == LIT_OK);
  for (uint32_t i = 0; i < c->n_rows; i++) {
    int want = i % 3 != 0 && ref_passes(&c->vals[i], p);
    if (lit_bits_has(&mask, i) == want) continue;
    printf("op %d, row %u: %d is wrong\n", (int)p->op, i, !want);
    bad++;
    break;
  }
  lit_bits_drop(&mask);
}

/* A value to compare with: one of the rows', or near it, or another. */
static LitVal operand(const Case *c, int kind) {
  LitVal v = c->n_rows && rnd(4) ? c->vals[rnd(c->n_rows)] : value(kind, 99);
  if (v.type == LIT_VAL_INT && rnd(3) == 0) return real_val((double)v.i);
  if (v.type == LIT_VAL_INT && rnd(3) == 0) return real_val((double)v.i + .5);
  if (v.type >= LIT_VAL_TEXT && v.n && rnd(3) == 0) v.n--;
  if (rnd(30) == 0) return (LitVal){0};
  if (rnd(30) == 0) return edge();
  if (rnd(30) == 0) return random_bytes(LIT_VAL_TEXT);
  if (rnd(60) == 0) return bytes_val(LIT_VAL_TEXT, "19", rnd(3));
  return v;
}

static void check_preds(const LitSeg *s, const Case *c, int kind) {
  LitVal vals[100];
  for (int op = LIT_OP_EQ; op <= LIT_OP_PREFIX_CASE; op++)
    for (int i = 0; i < 6; i++) {
      LitPred p = {COLUMN, (LitOp)op, vals, 1};
      if (op == LIT_OP_IN) p.n_vals = i % 2 ? rnd(4) : rnd(100);
      for (size_t j = 0; j < 100; j++) vals[j] = operand(c, kind);
      check_pred(s, c, &p);
    }
}

/* Conditions together are one after the other. */
static void check_together(const LitSeg *s, const Case *c, int kind) {
  LitErr e = {0};
  LitVal vals[3][30];
  LitPred p[3];
  LitBits all, each;
  size_t n = 1 + rnd(3);
  lit_bits_init(&e, &all, c->n_rows, 1);
  lit_bits_init(&e, &each, c->n_rows, 1);
  for (size_t i = 0; i < n; i++) {
    p[i] = (LitPred){COLUMN, (LitOp)rnd(LIT_OP_PREFIX_CASE + 1), vals[i], 1};
    if (p[i].op == LIT_OP_IN) p[i].n_vals = 30;
    for (size_t j = 0; j < 30; j++) vals[i][j] = operand(c, kind);
    CHECK(lit_col_filter(&e, s, &p[i], &each) == LIT_OK);
  }
  CHECK(lit_col_filter_all(&e, s, p, n, &all) == LIT_OK);
  for (uint32_t i = 0; i < c->n_rows; i += 64)
    CHECK(all.at[i / 64] == each.at[i / 64]);
  lit_bits_drop(&all);
  lit_bits_drop(&each);
}

static void check_gets(const LitSeg *s, const Case *c) {
  LitErr e = {0};
  LitArena a = {0};
  LitVal v;
  for (uint32_t i = 0; i < c->n_rows; i += 1 + rnd(40)) {
    CHECK(lit_col_get(&e, COLUMN, s, i, &a, &v) == LIT_OK);
    CHECK(is_same(&v, &c->vals[i]));
  }
  CHECK(lit_col_get(&e, COLUMN, s, c->n_rows, &a, &v) == LIT_CORRUPT);
  lit_arena_drop(&a);
}

/* `budget`: where it is small, neither rows by codes nor codes by values are kept. */
static void check_case(const MemStore *m, const Case *c, int64_t id, int kind,
                       size_t budget) {
  LitErr e = {0};
  LitCache *cache = lit_cache_new(&e, budget);
  LitSeg s;
  CHECK(open_case(&e, m, cache, c, id, &s) == LIT_OK);
  CHECK(lit_col_check(&e, COLUMN, &s, NULL) == LIT_OK);
  if (e.rc) printf("%s\n", e.msg);
  check_preds(&s, c, kind);
  for (int i = 0; i < 20; i++) check_together(&s, c, kind);
  check_gets(&s, c);
  lit_seg_close(&s);
  lit_cache_free(cache);
}

/* Where the rows of the parts go: in turns, some dropped. */
static uint32_t place_rows(const Case *in, uint32_t **ord_of, Case *to) {
  uint32_t at[N_SEGS] = {0}, left = 0;
  to->n_rows = 0;
  for (int k = 0; k < N_SEGS; k++) {
    left += in[k].n_rows;
    ord_of[k] = malloc((in[k].n_rows + 1) * sizeof **ord_of);
  }
  to->vals = malloc((left + 1) * sizeof *to->vals);
  while (left > 0) {
    uint32_t k = rnd(N_SEGS);
    if (at[k] == in[k].n_rows) continue;
    left--;
    ord_of[k][at[k]] = rnd(5) ? to->n_rows : UINT32_MAX;
    if (ord_of[k][at[k]] != UINT32_MAX)
      to->vals[to->n_rows++] = in[k].vals[at[k]];
    at[k]++;
  }
  return to->n_rows;
}

static int merge_cases(LitErr *e, MemStore *m, const Case *in,
                       uint32_t *const *ord_of, int64_t id, Case *to) {
  LitCache *cache = lit_cache_new(e, 1 << 18);
  LitSeg segs[N_SEGS] = {{0}};
  LitSeg *list[N_SEGS];
  LitSegOut out;
  lit_segout_begin(&out, &m->store, id, to->n_rows);
  for (int k = 0; k < N_SEGS && !e->rc; k++) {
    open_case(e, m, cache, &in[k], k + 1, &segs[k]);
    list[k] = &segs[k];
  }
  if (!e->rc)
    lit_col_merge(e, COLUMN, list, (const uint32_t *const *)ord_of, N_SEGS,
                  &out, NULL);
  lit_segout_end(e, &out, &to->stamp);
  lit_segout_drop(&out);
  for (int k = 0; k < N_SEGS; k++) lit_seg_close(&segs[k]);
  lit_cache_free(cache);
  return e->rc;
}

static void check_kind(int kind, uint32_t n) {
  LitErr e = {0};
  MemStore m;
  Case in[N_SEGS], merged;
  uint32_t *ord_of[N_SEGS];
  mem_init(&m);
  for (int k = 0; k < N_SEGS; k++) {
    CHECK(write_case(&e, &m, k + 1, kind, k == 1 ? n / 9 : n, &in[k]) == 0);
    check_case(&m, &in[k], k + 1, kind, 1 << 16);
    check_case(&m, &in[k], k + 1, kind, 1 << 26);
  }
  place_rows(in, ord_of, &merged);
  CHECK(merge_cases(&e, &m, in, ord_of, 9, &merged) == LIT_OK);
  check_case(&m, &merged, 9, kind, 1 << 16);
  check_case(&m, &merged, 9, kind, 1 << 24);
  for (int k = 0; k < N_SEGS; k++) free(in[k].vals), free(ord_of[k]);
  free(merged.vals);
  mem_done(&m);
  n_words = 0;
}

/* The column written and read back: at [LIT_VAL_MAX], nothing, 1, nothing. */
static void check_long_read(LitCol *c, const char *at) {
  static const uint32_t ord_of[] = {0, 1, 2, 3};
  LitErr e = {0};
  MemStore m;
  LitSegOut out;
  LitSeg s;
  LitArena a = {0};
  LitVal got[5];
  LitCache *cache = lit_cache_new(&e, 1 << 16);
  uint64_t stamp;
  mem_init(&m);
  lit_segout_begin(&out, &m.store, 1, 4);
  CHECK(lit_col_write(&e, c, COLUMN, ord_of, &out) == LIT_OK);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  lit_seg_open(&e, &s, &m.store, cache, 1, stamp);
  CHECK(lit_col_check(&e, COLUMN, &s, NULL) == LIT_OK);
  for (uint32_t i = 0; i < 4; i++)
    CHECK(lit_col_get(&e, COLUMN, &s, i, &a, &got[i]) == LIT_OK);
  CHECK(got[0].n == LIT_VAL_MAX && memcmp(got[0].at, at, got[0].n) == 0);
  CHECK(got[1].type == LIT_VAL_NULL && got[3].type == LIT_VAL_NULL);
  CHECK(got[2].type == LIT_VAL_INT && got[2].i == 1);
  CHECK(lit_col_get(&e, COLUMN + 1, &s, 3, &a, &got[4]) == LIT_CORRUPT);
  lit_arena_drop(&a);
  lit_seg_close(&s);
  lit_cache_free(cache);
  mem_done(&m);
}

/* A value as long as is allowed, and one byte more. */
static void check_long(void) {
  LitErr e = {0};
  LitVal v = bytes_val(LIT_VAL_TEXT, NULL, LIT_VAL_MAX);
  LitVal one = int_val(1), not_a_number = real_val((double)NAN);
  LitCol *c = lit_col_new(&e);
  char *at = malloc(LIT_VAL_MAX + 1);
  size_t before;
  memset(at, 'x', LIT_VAL_MAX + 1);
  v.at = at;
  CHECK(lit_col_add(&e, c, 0, &v) == LIT_OK);
  before = lit_col_bytes(c);
  v.n++;
  CHECK(lit_col_add(&e, c, 1, &v) == LIT_TOOBIG);
  CHECK(strstr(e.msg, "1048576") != NULL && lit_col_bytes(c) == before);
  e = (LitErr){0};
  CHECK(lit_col_add(&e, c, 2, &one) == LIT_OK);
  CHECK(lit_col_add(&e, c, 3, &not_a_number) == LIT_OK);
  check_long_read(c, at);
  free(at);
  lit_col_free(c);
}

/* ---- damage ---- */

/* Change a byte of a blob and make its hash right again. */
static void hurt(MemBlob *b, size_t at, uint8_t flip) {
  uint64_t h;
  b->at[at] ^= flip;
  h = lit_chunk_hash(b->id, b->at, b->n - 8);
  memcpy(b->at + b->n - 8, &h, sizeof h);
}

/* Use a segment in every way; each is right, or says LIT_CORRUPT. */
static void use_hurt(MemStore *m, Case *in) {
  static const int ops[] = {LIT_OP_EQ, LIT_OP_NE, LIT_OP_GE, LIT_OP_IN,
                            LIT_OP_PREFIX, LIT_OP_PREFIX_CASE};
  LitErr e = {0};
  LitCache *cache = lit_cache_new(&e, 1 << 24);
  LitArena a = {0};
  LitVal vals[40], v;
  LitBits mask;
  LitSeg s;
  if (!open_case(&e, m, cache, in, 1, &s)) {
    lit_col_check(&e, COLUMN, &s, NULL);
    CHECK(e.rc == 0 || e.rc == LIT_CORRUPT);
    for (size_t i = 0; i < 40; i++) vals[i] = operand(in, 4);
    for (size_t i = 0; i < 6 && s.n_rows < 2 * ROWS; i++) {
      LitPred p = {COLUMN, (LitOp)ops[i], vals, ops[i] == LIT_OP_IN ? 40 : 1};
      e.rc = 0;
      lit_bits_init(&e, &mask, s.n_rows, 1);
      lit_col_filter(&e, &s, &p, &mask);
      lit_bits_drop(&mask);
      CHECK(e.rc == 0 || e.rc == LIT_CORRUPT);
    }
    e.rc = 0;
    lit_col_get(&e, COLUMN, &s, rnd(s.n_rows + 1), &a, &v);
    CHECK(e.rc == 0 || e.rc == LIT_CORRUPT);
  }
  lit_arena_drop(&a);
  lit_seg_close(&s);
  lit_cache_free(cache);
}

static void check_hostile(int kind, uint32_t n) {
  LitErr e = {0};
  MemStore m;
  Case in[N_SEGS], merged;
  uint32_t *ord_of[N_SEGS];
  mem_init(&m);
  for (int k = 0; k < N_SEGS; k++)
    write_case(&e, &m, k + 1, kind, n, &in[k]);
  place_rows(in, ord_of, &merged);
  for (int i = 0; i < 600; i++) {
    uint32_t blobs = (uint32_t)mem_find(&m, lit_chunk_id(2, 0, 0));
    MemBlob *b = &m.blobs[rnd(3) ? rnd(blobs) : 0];
    size_t at = rnd((uint32_t)b->n - 8);
    uint8_t flip = (uint8_t)(1 << rnd(8));
    uint64_t stamp = in[0].stamp;
    hurt(b, at, flip);
    if ((b->id & UINT32_MAX) == 0) in[0].stamp = lit_hash64(b->at, b->n - 8);
    use_hurt(&m, &in[0]);
    e = (LitErr){0};
    if (at > 4) merge_cases(&e, &m, in, ord_of, 9, &merged);
    CHECK(e.rc == 0 || e.rc == LIT_CORRUPT);
    mem_drop(&(LitErr){0}, &m, lit_chunk_id(9, 0, 0), INT64_MAX);
    hurt(b, at, flip);
    in[0].stamp = stamp;
  }
  for (int k = 0; k < N_SEGS; k++) free(in[k].vals), free(ord_of[k]);
  free(merged.vals);
  mem_done(&m);
  n_words = 0;
}

/* ---- memory ---- */

static long allocs_left = -1, blocks;

static void *test_resize(void *p, uint64_t n) {
  void *now;
  if (allocs_left == 0) return NULL;
  if (allocs_left > 0) allocs_left--;
  now = realloc(p, (size_t)n);
  blocks += now && !p;
  return now;
}
static void test_release(void *p) {
  blocks--;
  free(p);
}

/* Write, merge, filter and read with the n-th allocation failing. */
static int all_of_it(LitErr *e) {
  MemStore m;
  Case in[N_SEGS] = {{0}}, merged = {0};
  uint32_t *ord_of[N_SEGS] = {0};
  LitVal vals[12] = {int_val(0), bytes_val(LIT_VAL_TEXT, "ac", 2), {0}}, v;
  LitArena a = {0};
  LitCache *cache = NULL;
  LitBits mask = {0};
  LitSeg s = {0};
  mem_init(&m);
  for (int k = 0; k < N_SEGS; k++)
    if (write_case(e, &m, k + 1, 4, 200, &in[k])) goto done;
  place_rows(in, ord_of, &merged);
  if (merge_cases(e, &m, in, ord_of, 9, &merged)) goto done;
  cache = lit_cache_new(e, 1 << 20);
  if (!cache || open_case(e, &m, cache, &merged, 9, &s)) goto done;
  if (lit_bits_init(e, &mask, s.n_rows, 1)) goto done;
  for (int op = LIT_OP_EQ; op <= LIT_OP_PREFIX_CASE; op++) {
    LitPred p = {COLUMN, (LitOp)op, vals, op == LIT_OP_IN ? 12 : 1};
    lit_col_filter(e, &s, &p, &mask);
    if (op == LIT_OP_IN) lit_col_filter(e, &s, &p, &mask);
    p.vals = vals + 1, p.n_vals = 1;
    lit_col_filter(e, &s, &p, &mask);
  }
  lit_col_get(e, COLUMN, &s, 7, &a, &v);
  lit_col_check(e, COLUMN, &s, NULL);
done:
  lit_arena_drop(&a);
  lit_bits_drop(&mask);
  lit_seg_close(&s);
  lit_cache_free(cache);
  for (int k = 0; k < N_SEGS; k++) free(in[k].vals), free(ord_of[k]);
  free(merged.vals);
  mem_done(&m);
  return e->rc;
}

static void check_memory(void) {
  for (long n = 0;; n++) {
    LitErr e = {0};
    int failed;
    seed = 7;
    n_words = 0;
    allocs_left = n;
    all_of_it(&e);
    failed = allocs_left == 0;
    allocs_left = -1;
    CHECK(!failed ? e.rc == LIT_OK : e.rc == LIT_NOMEM || e.rc == LIT_OK);
    CHECK(blocks == 0);
    if (!failed || bad) break;
  }
}

int main(void) {
  static const LitMem mem = {test_resize, test_release};
  lit_mem_use(&mem);
  for (int kind = 0; kind < KINDS; kind++) {
    check_kind(kind, ROWS);
    check_kind(kind, 100);
    check_kind(kind, 1);
    check_kind(kind, 0);
  }
  check_long();
  check_hostile(4, 300);
  check_hostile(3, 3000);
  check_hostile(2, 9000);
  check_memory();
  return bad != 0;
}
