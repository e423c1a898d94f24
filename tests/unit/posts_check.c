/* posts_check.c -- postings: what was gathered is what is read, after a merge
** too; a failed row does no harm; damage is found and never more than refused;
** no memory at any allocation is a clean error */
#include "check.h"
#include "index/bm25_plan.h"
#include "index/phrase.h"
#include "index/terms.h"
#include "collection.h"
#include "damage.h"

/* ---- allocations that fail ---- */

static long fail_in;        /* > 0: so many from now, they begin to fail */
static void *resize(void *p, uint64_t n) {
  if (fail_in == 1 || (fail_in > 0 && --fail_in == 1)) return NULL;
  return realloc(p, n);
}
static void release(void *p) { free(p); }

/* ---- what is read ---- */

static int has_word(const Coll *c, const CollRow *r, int word) {
  for (int f = 0; f < c->n_fields; f++)
    for (uint32_t k = 0; k < r->len[f]; k++)
      if (c->words[r->from[f] + k] == word) return 1;
  return 0;
}

/* Counts and positions of the row where the list stands. */
static int row_is(const Coll *c, const CollRow *r, int word, LitList *l) {
  LitErr e = {0};
  uint32_t n_of[LIT_FIELDS_MAX];
  const uint32_t *pos;
  if (lit_list_places(&e, l, &pos, n_of)) return 0;
  for (int f = 0; f < c->n_fields; f++) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < r->len[f]; k++)
      if (c->words[r->from[f] + k] == word && (n >= n_of[f] || pos[n++] != k))
        return 0;
    if (n != n_of[f] || n != lit_list_tf(l, f)) return 0;
    pos += n;
  }
  return 1;
}

/* Rows of `rows` [n] (by ordinal) with the word are those of the list. */
static void check_word(const Coll *c, const LitSeg *s,
                       const CollRow *const *rows, int word) {
  LitErr e = {0};
  LitTermAt at;
  LitList l = {0};
  uint32_t df = 0, n = 0;
  char name[16];
  for (uint32_t i = 0; i < s->n_rows; i++)
    df += (uint32_t)has_word(c, rows[i], word);
  lit_terms_find(&e, s, name, coll_name(word, name), &at);
  CHECK(e.rc == 0 && at.df == df);
  if (!df) return;
  lit_list_open(&e, &l, s, &at);
  for (uint32_t i = 0; i < s->n_rows; i++) {
    if (!has_word(c, rows[i], word)) continue;
    CHECK(l.row == i && row_is(c, rows[i], word, &l));
    n++;
    lit_list_step(&e, &l);
  }
  CHECK(l.row == LIT_NO_ROW && n == df && e.rc == 0);
  for (int k = 0; k < 90; k++) {                 /* to and fro */
    uint32_t row = rnd(s->n_rows), want = row;
    while (want < s->n_rows && !has_word(c, rows[want], word)) want++;
    if (want == s->n_rows) want = LIT_NO_ROW;
    if (k % 3) {
      CHECK(lit_list_probe(&e, &l, row) == (want == row));
      if (want != row) continue;
    } else {
      lit_list_seek(&e, &l, row);
    }
    CHECK(l.row == want);
    if (want != LIT_NO_ROW) CHECK(row_is(c, rows[want], word, &l));
  }
  CHECK(e.rc == 0);
  lit_list_close(&l);
}

/* The list as a set. */
static void check_bits(const Coll *c, const LitSeg *s,
                       const CollRow *const *rows, int word) {
  LitErr e = {0};
  LitTermAt at;
  LitList l = {0};
  LitBits bits;
  char name[16];
  lit_bits_init(&e, &bits, s->n_rows, 0);
  lit_terms_find(&e, s, name, coll_name(word, name), &at);
  lit_list_open(&e, &l, s, &at);
  CHECK(lit_list_bits(&e, &l, &bits) == LIT_OK && l.row == LIT_NO_ROW);
  for (uint32_t i = 0; i < s->n_rows; i++)
    CHECK(lit_bits_has(&bits, i) == has_word(c, rows[i], word));
  lit_list_close(&l);
  lit_bits_drop(&bits);
}

/* The set that is kept of it, made and found again, if it is frequent. */
static uint32_t n_sets;
static void check_set(const Coll *c, const LitSeg *s,
                      const CollRow *const *rows, int word) {
  LitErr e = {0};
  LitTermAt at;
  const LitChunk *set;
  char name[16];
  lit_terms_find(&e, s, name, coll_name(word, name), &at);
  CHECK(!lit_list_set_kept(s, &at) && !lit_list_set(&e, s, &at, LIT_SET_SCORES));
  CHECK(!lit_list_set(&e, s, &at, LIT_SET_FOURS));  /* who was the first, too */
  for (int k = 0; k < 3; k++) {
    set = k == 1 ? lit_list_set_kept(s, &at) : lit_list_set(&e, s, &at, LIT_SET_SCORES);
    CHECK(e.rc == 0 && !set == (at.df < LIT_BLOCK || at.df < s->n_rows / 64));
    for (uint32_t i = 0; set && i < s->n_rows; i++)
      CHECK(lit_list_set_has(set, i) == has_word(c, rows[i], word));
    n_sets += set != NULL;
    lit_seg_give(s, set);
  }
}

static void check_seg(const Coll *c, const LitSeg *s,
                      const CollRow *const *rows) {
  LitErr e = {0};
  CHECK(lit_posts_check(&e, s, c->n_fields, NULL) == 0);
  if (e.rc) puts(e.msg);
  for (int w = 0; w <= c->n_vocab; w++) {
    check_word(c, s, rows, w);
    check_bits(c, s, rows, w);
    check_set(c, s, rows, w);
  }
}

/* ---- terms ---- */

typedef struct Seen { int n; char last[16]; int ordered; } Seen;
static int see(void *to, const char *term, uint32_t n, uint32_t df) {
  Seen *s = to;
  char now[16] = "";
  memcpy(now, term, n);
  s->ordered &= strcmp(s->last, now) < 0 && df > 0;
  memcpy(s->last, now, sizeof now);
  return ++s->n == 7;
}

static void check_scan(const Coll *c) {
  for (int s = 0; s < c->n_segs; s++)
    for (int letter = 'a'; letter <= 'z'; letter++) {
      LitErr e = {0};
      Seen seen = {0, "", 1};
      int want = 0;
      char prefix = (char)letter, name[16];
      for (int w = 0; w <= c->n_vocab; w++) {
        uint32_t n = coll_name(w, name);
        want += name[0] == letter &&
                lit_terms_df(&e, c->seg_at + s, 1, name, n);
      }
      lit_terms_scan(&e, c->seg_at[s], &prefix, 1, see, &seen, NULL);
      CHECK(e.rc == 0 && seen.ordered && seen.n == (want < 7 ? want : 7));
    }
}

/* ---- merging ---- */

static int by_rowid(const void *a, const void *b) {
  int64_t x = (*(CollRow *const *)a)->rowid, y = (*(CollRow *const *)b)->rowid;
  return (x > y) - (x < y);
}

static uint64_t merge(LitErr *e, Coll *c, int64_t id, const CollRow **rows,
                      uint32_t *n_live) {
  uint32_t *ord_of[COLL_SEGS];
  int64_t *ids = malloc(c->n_rows * sizeof *ids);
  uint64_t stamp = 0;
  LitSegOut out;
  *n_live = 0;
  for (int s = 0; s < c->n_segs; s++) {
    ord_of[s] = malloc((c->segs[s].n_rows + 1) * sizeof **ord_of);
    for (uint32_t i = 0; i < c->segs[s].n_rows; i++) {
      ord_of[s][i] = LIT_NO_ROW;
      if (lit_seg_alive(&c->segs[s], i))
        rows[(*n_live)++] = &c->rows[c->first[s] + i];
    }
  }
  qsort(rows, *n_live, sizeof *rows, by_rowid);
  for (uint32_t i = 0; i < *n_live; i++) {
    ids[i] = rows[i]->rowid;
    ord_of[rows[i]->seg][rows[i]->ord] = i;
  }
  lit_segout_begin(&out, &c->store.store, id, *n_live);
  lit_segout_ids(e, &out, ids);
  lit_posts_merge(e, c->seg_at, (const uint32_t *const *)ord_of, c->n_segs,
                  &out, NULL);
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  for (int s = 0; s < c->n_segs; s++) free(ord_of[s]);
  free(ids);
  return stamp;
}

/* Rowids of the segments interleave, so that merging has to choose. */
static void mix_rowids(Coll *c) {
  for (uint32_t i = 0; i < c->n_rows; i++) {
    CollRow *r = &c->rows[i];
    r->rowid = (int64_t)r->ord * COLL_SEGS + r->seg;
  }
}

static void check_merge(Coll *c) {
  LitErr e = {0};
  const CollRow **rows = malloc(c->n_rows * sizeof *rows);
  uint32_t n;
  uint64_t stamp;
  LitSeg one;
  mix_rowids(c);
  stamp = merge(&e, c, 50, rows, &n);
  CHECK(e.rc == 0 && !lit_seg_open(&e, &one, &c->store.store, c->cache, 50,
                                   stamp));
  CHECK(one.n_rows == n);
  check_seg(c, &one, rows);
  lit_seg_close(&one);
  free(rows);
}

static void check_collection(int n_fields, int n_segs, int n_vocab,
                             uint32_t n_rows, uint32_t dead) {
  LitErr e = {0};
  Coll *c = coll_new(&e, n_fields, n_segs, n_vocab, n_rows, dead);
  const CollRow **rows = malloc(n_rows * sizeof *rows);
  CHECK(e.rc == 0);
  for (int s = 0; s < n_segs; s++) {
    for (uint32_t i = c->first[s]; i < c->first[s + 1]; i++)
      rows[i - c->first[s]] = &c->rows[i];
    check_seg(c, &c->segs[s], rows);
  }
  check_scan(c);
  check_merge(c);
  free(rows);
  coll_free(c);
}

/* ---- refusals, and rows that fail half-way ---- */

static int nth_word(uint32_t row, uint32_t k) {
  return (int)((row * 31 + k * k * 7) % 20011);
}

static void add_all(LitErr *e, LitPosts *p, uint32_t row) {
  char name[16];
  uint32_t lens[2] = {200, 0};
  for (uint32_t k = 0; k < 200 && !e->rc; k++)
    lit_posts_add(e, p, row, 0, name, coll_name(nth_word(row, k), name), k);
  lit_posts_end_row(e, p, row, lens);
}

static void check_failed_rows(void) {
  enum { N = 200 };
  LitErr e = {0};
  MemStore m;
  LitPosts *p = lit_posts_new(&e, 2);
  LitCache *cache = lit_cache_new(&e, 1 << 20);
  uint32_t ord_of[N], n = 0, failed = 0;
  int64_t ids[N];
  uint64_t stamp = 0;
  char name[16];
  LitSegOut out;
  LitSeg s;
  CHECK(lit_posts_add(&e, p, 0, 2, "a", 1, 0) == LIT_ERROR);
  e = (LitErr){0};
  CHECK(lit_posts_add(&e, p, 0, 0, "a", LIT_TERM_MAX + 1, 0) == LIT_TOOBIG);
  for (uint32_t i = 0; i < N; i++) {
    e = (LitErr){0};
    fail_in = i % 3 ? 1 + (long)rnd(2) : 0;
    add_all(&e, p, i);
    fail_in = 0;
    CHECK(e.rc == 0 || e.rc == LIT_NOMEM);
    failed += e.rc != 0;
    ord_of[i] = e.rc ? LIT_NO_ROW : n;
    if (!e.rc) ids[n++] = i;
  }
  CHECK(failed > 5 && n > 5);
  e = (LitErr){0};
  coll_name(nth_word(N - 1, 0), name);
  CHECK(lit_posts_add(&e, p, N - 2, 0, name, (uint32_t)strlen(name), 0) ==
        LIT_ERROR);                              /* back again */
  e = (LitErr){0};
  mem_init(&m);
  m.store.ctx = &m;
  lit_segout_begin(&out, &m.store, 1, n);
  lit_segout_ids(&e, &out, ids);
  lit_posts_write(&e, p, ord_of, &out);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  CHECK(lit_posts_bytes(p) > 1000);
  lit_posts_free(p);
  CHECK(!lit_seg_open(&e, &s, &m.store, cache, 1, stamp));
  CHECK(lit_posts_check(&e, &s, 2, NULL) == 0);
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t k = 0; k < 200 && ord_of[i] != LIT_NO_ROW; k += 67) {
      LitTermAt at;
      LitList l = {0};
      lit_terms_find(&e, &s, name, coll_name(nth_word(i, k), name), &at);
      lit_list_open(&e, &l, &s, &at);
      lit_list_seek(&e, &l, ord_of[i]);
      CHECK(l.row == ord_of[i]);
      lit_list_close(&l);
    }
  lit_seg_close(&s);
  lit_cache_free(cache);
  mem_done(&m);
}

/* ---- many places, and places out of order ---- */

/* One row, written as segment 1 of m. */
static int write_one(LitErr *e, MemStore *m, LitPosts *p, uint64_t *stamp) {
  const uint32_t ord = 0, lens[2] = {0, 1000};
  const int64_t id = 7;
  LitSegOut out;
  mem_init(m);
  m->store.ctx = m;
  lit_posts_end_row(e, p, 0, lens);
  lit_segout_begin(&out, &m->store, 1, 1);
  lit_segout_ids(e, &out, &id);
  lit_posts_write(e, p, &ord, &out);
  lit_segout_end(e, &out, stamp);
  lit_segout_drop(&out);
  lit_posts_free(p);
  return e->rc;
}

static void check_long_row(void) {
  enum { N = 1000, WORDS = 7 };
  LitErr e = {0};
  LitPosts *p = lit_posts_new(&e, 2);
  LitCache *cache = lit_cache_new(&e, 1 << 20);
  char name[16];
  MemStore m;
  LitSeg s;
  uint64_t stamp = 0;
  for (uint32_t k = 0; k < N; k++)
    lit_posts_add(&e, p, 0, 1, name, coll_name((int)(k % WORDS), name), k);
  CHECK(!write_one(&e, &m, p, &stamp));
  CHECK(!lit_seg_open(&e, &s, &m.store, cache, 1, stamp));
  for (uint32_t w = 0; w < WORDS; w++) {
    LitTermAt at;
    LitList l = {0};
    uint32_t n_of[LIT_FIELDS_MAX] = {0};
    const uint32_t *pos = NULL;
    lit_terms_find(&e, &s, name, coll_name((int)w, name), &at);
    lit_list_open(&e, &l, &s, &at);
    CHECK(!lit_list_places(&e, &l, &pos, n_of));
    CHECK(n_of[0] == 0 && n_of[1] == (N - w + WORDS - 1) / WORDS);
    for (uint32_t i = 0; i < n_of[1]; i++) CHECK(pos[i] == w + i * WORDS);
    lit_list_close(&l);
  }
  lit_seg_close(&s);
  lit_cache_free(cache);
  mem_done(&m);
}

static void check_places_descend(void) {
  LitErr e = {0};
  LitPosts *p = lit_posts_new(&e, 2);
  MemStore m;
  uint64_t stamp;
  lit_posts_add(&e, p, 0, 1, "a", 1, 300);
  lit_posts_add(&e, p, 0, 1, "b", 1, 2);         /* another may be before */
  CHECK(e.rc == 0);
  lit_posts_add(&e, p, 0, 1, "a", 1, 299);
  CHECK(write_one(&e, &m, p, &stamp) == LIT_ERROR);
  mem_done(&m);
}

/* ---- damage ---- */

static uint64_t n_fours;

static void use(const Coll *c, LitSeg *s) {
  static const float weights[] = {2, 1, 1};
  LitBm25 how = {1.2f, 0.75f, c->n_fields, weights};
  LitMatch words[] = {{.op = LIT_MATCH_TERM, .at = "a0", .n = 2},
                      {.op = LIT_MATCH_PREFIX, .at = "h", .n = 1, .offset = 1}};
  LitMatch phrase = {.op = LIT_MATCH_PHRASE, .kids = words, .n_kids = 2};
  LitErr e = {0};
  LitTerm terms[12];
  char names[12][16];
  LitBits bits;
  LitTopk top;
  LitBm25Trace trace = {0};
  for (int i = 0; i < 12; i++)
    terms[i] = (LitTerm){names[i], coll_name(i * i, names[i]), 1};
  for (int i = 0; i < 3; i++) {             /* The second makes tops, if any */
    LitPlan plan = {0};
    lit_topk_init(&top, 3);
    if (!lit_plan_make(&e, &plan, &how, &s, 1, terms, 12)) {
      plan.sieve_from = 1;
      lit_plan_search(&e, &plan, NULL, &top, &trace, NULL);
    }
    lit_plan_drop(&plan);
    lit_topk_drop(&top);
  }
  n_fours += trace.fours;
  if (!lit_match_bits(&(LitErr){0}, &phrase, s, &bits, NULL))
    lit_bits_drop(&bits);
}

static void change(void *ctx, uint8_t *at, size_t *n) {
  (void)ctx;
  switch (*n ? rnd(4) : 9) {
  case 0: at[rnd((uint32_t)*n)] ^= (uint8_t)(1u << rnd(8)); break;
  case 1: at[rnd((uint32_t)*n)] = (uint8_t)rnd(256); break;
  case 2: at[rnd((uint32_t)*n)] = 255; break;
  case 3: *n -= 1 + rnd((uint32_t)*n); break;
  default: break;
  }
}

static void check_damage(void) {
  LitErr e = {0};
  Coll *c = coll_new(&e, 2, 1, 100, 9000, 0);
  const LitSeg *s = &c->segs[0];
  int found = 0, n = 0;
  for (int part = LIT_PART_TERMS; part <= LIT_PART_LENS; part++)
    for (int i = 0; i < 60; i++, n++) {
      uint32_t chunks = lit_seg_part(s, part)->n_chunks;
      LitSeg hurt;
      uint64_t stamp;
      e = (LitErr){0};
      stamp = damage_copy(&e, &c->store, s, part, rnd(chunks), i % 10 == 0,
                          change, NULL);
      CHECK(e.rc == 0);
      if (!lit_seg_open(&e, &hurt, &c->store.store, c->cache, 99, stamp)) {
        lit_posts_check(&e, &hurt, 2, NULL);
        use(c, &hurt);
      }
      CHECK(e.rc == 0 || e.rc == LIT_CORRUPT);
      found += e.rc == LIT_CORRUPT;
      lit_seg_close(&hurt);
    }
  CHECK(found * 10 > n * 5);
  coll_free(c);
}

/* ---- memory ---- */

static void use_oom(Coll *c) {
  for (long k = 2; k < 100000; k += 1 + k / 40) {
    fail_in = k;
    use(c, &c->segs[0]);
    if (fail_in > 1) break;
  }
  fail_in = 0;
}

static void check_oom(void) {
  LitErr e = {0};
  Coll *c = coll_new(&e, 2, 2, 60, 700, 3);
  const CollRow **rows = malloc(c->n_rows * sizeof *rows);
  uint32_t n;
  mix_rowids(c);
  for (long k = 2; k < 100000; k += 1 + k / 40) {
    e = (LitErr){0};
    fail_in = k;
    merge(&e, c, 60, rows, &n);
    if (fail_in > 1) break;
    fail_in = 0;
    CHECK(e.rc == LIT_NOMEM);
  }
  use_oom(c);
  free(rows);
  coll_free(c);
  c = coll_new(&e, 2, 1, 40, 8000, 0);           /* gets a sieve */
  use_oom(c);
  use(c, &c->segs[0]);
  CHECK(n_fours > 0);
  coll_free(c);
}

static int asked(void *ctx) { return --*(int *)ctx < 0; }

static void check_stop(void) {
  LitErr e = {0};
  Coll *c = coll_new(&e, 2, 1, 60, 20000, 0);
  int left = 2;
  LitStop stop = {asked, &left};
  CHECK(lit_posts_check(&e, &c->segs[0], 2, &stop) == LIT_INTERRUPT);
  coll_free(c);
}

int main(void) {
  static const LitMem mem = {resize, release};
  lit_mem_use(&mem);
  check_collection(1, 1, 20, 30, 0);
  check_collection(2, 4, 60, 600, 5);
  check_collection(3, 6, 900, 1500, 2);
  check_collection(2, 2, 4, 40000, 3);           /* lists of several runs */
  CHECK(n_sets > 8);
  check_failed_rows();
  check_long_row();
  check_places_descend();
  check_damage();
  check_oom();
  check_stop();
  return bad != 0;
}
