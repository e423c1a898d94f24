/* seg_check.c -- index/: chunks, cache, a segment's meta and rowids; every
** single flipped bit of a segment is found */
#include "check.h"
#include "index/seg.h"
#include "memstore.h"

enum { N = 10000 };
static int64_t ids[N], got[N];

static uint64_t write_seg(MemStore *m, int64_t id) {
  LitErr e = {0};
  LitSegOut out;
  LitPart p;
  uint64_t stamp = 0;
  uint8_t record[1000];
  lit_segout_begin(&out, &m->store, id, N);
  lit_segout_ids(&e, &out, ids);
  lit_segout_part(&out, &p, LIT_PART_POSTS, 32 * 1000);
  for (int i = 0; i < 300; i++) {
    LitPlace at;
    memset(record, i, sizeof record);
    at = lit_part_put(&e, &p, record, sizeof record);
    CHECK(at.chunk == (uint32_t)i / 32 && at.at == (uint32_t)i % 32 * 1000);
  }
  lit_segout_enter(&e, &out, &p, "info", 4);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  CHECK(e.rc == 0);
  return stamp;
}

static void check_ids(const LitSeg *s) {
  LitErr e = {0};
  uint32_t ord;
  int is_it;
  lit_ids_all(&e, s, got);
  CHECK(memcmp(ids, got, sizeof ids) == 0);
  for (uint32_t i = 0; i < N; i += 37) {
    lit_ids_find(&e, s, ids[i], &ord, &is_it);
    CHECK(ord == i && is_it);
  }
  lit_ids_find(&e, s, ids[N - 1] + 1, &ord, &is_it);
  CHECK(ord == N && !is_it);
  lit_ids_find(&e, s, ids[0] - 1, &ord, &is_it);
  CHECK(ord == 0 && !is_it && e.rc == 0);
}

/* Lists of rowids, some of which it has, against one search for each. */
static void check_set(const LitSeg *s) {
  static int64_t some[2 * N];
  for (int64_t step = 1; step < 60000; step = 3 * step + 1) {
    LitErr e = {0};
    LitBits set, want;
    size_t n = 0;
    for (int64_t id = ids[0] - 5; id < ids[N - 1] + step && n < 2 * N; id += step)
      some[n++] = id;
    lit_bits_init(&e, &set, N, 0);
    lit_bits_init(&e, &want, N, 0);
    for (size_t i = 0; i < n; i++) {
      uint32_t ord;
      int is_it;
      lit_ids_find(&e, s, some[i], &ord, &is_it);
      if (is_it) lit_bits_set(&want, ord);
    }
    lit_ids_set(&e, s, some, n, &set);
    CHECK(e.rc == 0 && (step > 1 || lit_bits_count(&want) > N / 4));
    CHECK(memcmp(set.at, want.at, (N + 63) / 64 * sizeof *set.at) == 0);
    lit_ids_set(&e, s, some, 0, &set);
    CHECK(e.rc == 0);
    lit_bits_drop(&set);
    lit_bits_drop(&want);
  }
}

/* Read all of a segment; LIT_CORRUPT if anything in it is damaged. */
static int read_all(MemStore *m, uint64_t stamp) {
  LitErr e = {0};
  LitCache *c = lit_cache_new(&e, 1 << 16);
  LitSeg s;
  if (!lit_seg_open(&e, &s, &m->store, c, 1, stamp)) {
    lit_ids_all(&e, &s, got);
    for (uint32_t i = 0; i < 10; i++)
      lit_seg_give(&s, lit_seg_chunk(&e, &s, LIT_PART_POSTS, i));
  }
  lit_seg_close(&s);
  lit_cache_free(c);
  return e.rc;
}

static void check_damage(MemStore *m, uint64_t stamp) {
  CHECK(read_all(m, stamp) == LIT_OK);
  for (size_t b = 0; b < m->n; b++)
    for (size_t at = 0; at < m->blobs[b].n; at += 1 + m->blobs[b].n / 50) {
      m->blobs[b].at[at] ^= 4;
      CHECK(read_all(m, stamp) == LIT_CORRUPT);
      m->blobs[b].at[at] ^= 4;
    }
  CHECK(read_all(m, stamp ^ 1) == LIT_CORRUPT);
  for (size_t b = 0; b + 1 < m->n; b++) {     /* two chunks change places */
    MemBlob was = m->blobs[b];
    m->blobs[b].at = m->blobs[b + 1].at, m->blobs[b].n = m->blobs[b + 1].n;
    CHECK(read_all(m, stamp) == LIT_CORRUPT);
    m->blobs[b] = was;
  }
}

static void check_seg(int64_t step) {
  LitErr e = {0};
  MemStore m;
  LitSeg s;
  LitCache *c = lit_cache_new(&e, 1 << 17);
  uint64_t stamp;
  mem_init(&m);
  for (int i = 0; i < N; i++) ids[i] = -5000 + i * step;
  stamp = write_seg(&m, 1);
  CHECK(write_seg(&m, 2) == stamp);       /* same bytes, same stamp */
  lit_seg_open(&e, &s, &m.store, c, 1, stamp);
  CHECK(e.rc == 0 && s.n_rows == N);
  CHECK(memcmp(lit_seg_part(&s, LIT_PART_POSTS)->info, "info", 4) == 0);
  check_ids(&s);
  check_set(&s);
  for (uint32_t i = 0; i < 40; i++) {
    const LitChunk *k = lit_seg_chunk(&e, &s, LIT_PART_POSTS, i % 10);
    CHECK(k && k->at[0] == (uint8_t)(i % 10 * 32));
    lit_seg_give(&s, k);
    CHECK(lit_cache_stats(c).bytes <= 1 << 17);
  }
  CHECK(!lit_seg_chunk(&e, &s, LIT_PART_POSTS, 10) && e.rc == LIT_CORRUPT);
  lit_seg_close(&s);
  lit_cache_free(c);
  mem_drop(&(LitErr){0}, &m, lit_chunk_id(2, 0, 0), INT64_MAX);
  check_damage(&m, stamp);
  mem_done(&m);
}

/* Ask for a chunk and give it back: was it here? */
static int was_here(const LitSeg *s, uint32_t no, int cold) {
  LitErr e = {0};
  uint64_t hits = lit_cache_stats(s->cache).hits;
  const LitChunk *k;
  lit_seg_ahead(s, LIT_PART_POSTS, &no, 1, 64);
  k = lit_seg_chunk(&e, s, LIT_PART_POSTS, no);
  CHECK(k && k->at[0] == (uint8_t)(no * 32));
  if (cold) lit_cache_give_cold(s->cache, k);
  else lit_seg_give(s, k);
  return lit_cache_stats(s->cache).hits > hits;
}

/* A cache of four chunks of ten: what stays in it. */
static void check_kept(void) {
  enum { BUDGET = 4 * 33000 * 12 / 11 };   /* of which a twelfth stays free */
  LitErr e = {0};
  MemStore m;
  LitSeg s;
  LitCache *c = lit_cache_new(&e, BUDGET);
  const LitChunk *held;
  int hits = 0;
  mem_init(&m);
  lit_seg_open(&e, &s, &m.store, c, 1, write_seg(&m, 1));
  for (uint32_t i = 0; i < 40; i++) {       /* 0 is asked for all the time */
    CHECK(was_here(&s, 0, 0) == (i > 0));
    CHECK(!was_here(&s, 1 + i % 9, 0));     /* of nine, never the last three */
  }
  for (uint32_t i = 0; i < 50; i++) hits += was_here(&s, i % 10, 1);
  CHECK(hits >= 4 * 3);                     /* Some stay from pass to pass */
  held = lit_seg_chunk(&e, &s, LIT_PART_POSTS, 7);
  for (uint32_t i = 0; i < 7; i++) was_here(&s, i, i % 2);
  CHECK(held->at[0] == (uint8_t)(7 * 32) && held->at[31000] == 7 * 32 + 31);
  CHECK(lit_cache_stats(c).bytes <= BUDGET * 15 / 16 + 1);
  lit_cache_budget(c, 0);
  CHECK(lit_cache_stats(c).bytes > 0 && held->at[0] == (uint8_t)(7 * 32));
  lit_seg_give(&s, held);
  CHECK(lit_cache_stats(c).bytes == 0 && e.rc == 0);
  lit_seg_close(&s);
  lit_cache_free(c);
  mem_done(&m);
}

/* Chunks that pass are read, but not kept; copies are kept beside chunks, and
** go like them. */
static void check_passing(void) {
  enum { BUDGET = 4 * 33000 * 16 / 15, COPIES = 200 };
  LitErr e = {0};
  MemStore m;
  LitSeg s;
  LitCache *c = lit_cache_new(&e, BUDGET);
  const LitChunk *k = NULL;
  uint64_t read;
  mem_init(&m);
  lit_seg_open(&e, &s, &m.store, c, 1, write_seg(&m, 1));
  for (uint32_t i = 0; i < 20; i++) {
    uint32_t no = i / 2;
    read = lit_cache_stats(c).bytes_read;
    k = lit_seg_pass(&e, &s, LIT_PART_POSTS, no);
    CHECK(k && k->at[0] == (uint8_t)(no * 32) && k->n > 2000);
    CHECK((lit_cache_stats(c).bytes_read == read) == i % 2);    /* once */
    lit_seg_give(&s, k);
    CHECK(lit_cache_stats(c).bytes == 0);
  }
  CHECK(!was_here(&s, 9, 0) && was_here(&s, 9, 0));
  k = lit_seg_pass(&e, &s, LIT_PART_POSTS, 9);      /* the one that is kept */
  for (int64_t i = 1; i <= COPIES; i++) {
    CHECK(!lit_cache_look(c, s.stamp, -i));
    lit_seg_give(&s, lit_cache_keep(&e, c, s.stamp, -i, k->at + i, 1000));
    CHECK(lit_cache_stats(c).bytes <= BUDGET * 15 / 16 + 1);
  }
  lit_seg_give(&s, k);
  CHECK(!lit_cache_look(c, s.stamp, -1));           /* went first */
  CHECK(!lit_cache_look(c, s.stamp + 1, -COPIES));
  k = lit_cache_look(c, s.stamp, -COPIES);
  CHECK(k && k->n == 1000 && k->at[31] == (uint8_t)(9 * 32));
  lit_seg_give(&s, k);
  CHECK(!lit_seg_pass(&e, &s, LIT_PART_POSTS, 10) && e.rc == LIT_CORRUPT);
  lit_seg_close(&s);
  lit_cache_free(c);
  mem_done(&m);
}

/* Keep some of ids from, from - 1, .., of an eighth of what may be kept each. */
static void keep_some(LitCache *c, int64_t from, int n, int are_dear) {
  static const uint8_t bytes[8 * 1024 - 256];
  LitErr e = {0};
  for (int64_t id = from; id > from - n; id--)
    lit_cache_give(c, are_dear
                          ? lit_cache_keep_dear(&e, c, 1, id, bytes, sizeof bytes)
                          : lit_cache_keep(&e, c, 1, id, bytes, sizeof bytes));
  CHECK(e.rc == 0);
}

static int is_kept(LitCache *c, int64_t id) {
  const LitChunk *found = lit_cache_look(c, 1, id);
  lit_cache_give(c, found);
  return found != NULL;
}

/* What is dear stays while it holds less than a half, and asking for it is lately as
** long as it does, or less than a quarter came in since. */
static void check_dear(void) {
  enum { ROOM = 64 * 1024 };
  LitErr e = {0};
  LitCache *c = lit_cache_new(&e, ROOM / 11 * 12 + 12);
  CHECK(!lit_cache_lately(&e, c, 1, -1) && lit_cache_lately(&e, c, 1, -1));
  CHECK(!lit_cache_lately(&e, c, 2, -1) && !lit_cache_lately(&e, c, 1, -2));
  keep_some(c, -100, 3, 1);
  keep_some(c, -200, 20, 0);
  for (int64_t id = -100; id > -103; id--) CHECK(is_kept(c, id));
  CHECK(!is_kept(c, -200) && is_kept(c, -219));
  CHECK(lit_cache_lately(&e, c, 1, -1));            /* room for a fourth */
  keep_some(c, -300, 5, 1);
  CHECK(is_kept(c, -100) && !is_kept(c, -300) && is_kept(c, -304));  /* asked again */
  CHECK(lit_cache_stats(c).bytes <= ROOM + 8);
  CHECK(lit_cache_lately(&e, c, 1, -2) == 0);       /* it went, too */
  CHECK(lit_cache_lately(&e, c, 1, -2));
  keep_some(c, -400, 3, 0);
  CHECK(!lit_cache_lately(&e, c, 1, -2) && lit_cache_lately(&e, c, 1, -2));
  lit_cache_budget(c, 0);
  CHECK(lit_cache_stats(c).bytes == 0 && e.rc == 0);
  lit_cache_free(c);
}

/* As long as there is room it is enough that it was asked for; then that hardly
** anything came in since. */
static void check_just_now(void) {
  LitErr e = {0};
  LitCache *c = lit_cache_new(&e, 64300 / 11 * 12);
  CHECK(!lit_cache_just_now(&e, c, 1, -1));
  keep_some(c, -100, 5, 0);
  CHECK(lit_cache_just_now(&e, c, 1, -1));
  keep_some(c, -200, 5, 0);
  CHECK(!lit_cache_just_now(&e, c, 1, -1) && lit_cache_just_now(&e, c, 1, -1));
  CHECK(e.rc == 0);
  lit_cache_free(c);
}

/* Entries of which many share a block: what each has, by its id. */
static void fill(uint8_t *at, int64_t id, size_t n) {
  for (size_t i = 0; i < n; i++) at[i] = (uint8_t)(id * 31 + (int64_t)i);
}

static void check_entry(const LitChunk *k, int64_t id) {
  uint8_t want[3000];
  fill(want, id, k->n);
  CHECK(k->n == (size_t)(id * 7 % 3000) && (uintptr_t)k->at % 64 == 0);
  CHECK(memcmp(k->at, want, k->n) == 0);
}

/* Whatever is held, asked for again or given back cold, an entry has its own bytes as
** long as it is here, and all together stay within the budget. */
static void check_blocks(void) {
  enum { BUDGET = 1 << 22, IDS = 6000, HELD = 50, STEPS = 60000 };
  LitErr e = {0};
  LitCache *c = lit_cache_new(&e, BUDGET);
  const LitChunk *held[HELD] = {NULL};
  int64_t ids_held[HELD] = {0};
  uint64_t hits = 0, seed = 5;
  for (int i = 0; i < STEPS; i++) {
    uint8_t bytes[3000];
    int64_t id;
    const LitChunk *k;
    int at = i * 7 % HELD;
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    id = 1 + (int64_t)(seed >> 33) % IDS;
    if (i % 3 == 0) id = 1 + id % (IDS / 20);         /* some more often */
    if (held[at]) {
      check_entry(held[at], ids_held[at]);
      if (i % 5) lit_cache_give(c, held[at]);
      else lit_cache_give_cold(c, held[at]);
    }
    k = lit_cache_look(c, 9, -id);
    hits += k != NULL;
    fill(bytes, id, (size_t)(id * 7 % 3000));
    if (!k)
      k = (id % 10 ? lit_cache_keep : lit_cache_keep_dear)(&e, c, 9, -id, bytes,
                                                           (size_t)(id * 7 % 3000));
    check_entry(k, id);
    held[at] = k, ids_held[at] = id;
    CHECK(lit_cache_stats(c).bytes <= BUDGET);
  }
  CHECK(e.rc == 0 && hits > STEPS / 2);
  for (int i = 0; i < HELD; i++) lit_cache_give(c, held[i]);
  lit_cache_budget(c, 0);
  CHECK(lit_cache_stats(c).bytes == 0);
  lit_cache_free(c);
}

/* A pass through three times what fits, many at once: what was there stays. */
static void check_pass_through(void) {
  enum { BUDGET = 1 << 22, STAY = 1000, PASS = 12000, AT_ONCE = 20 };
  static const uint8_t bytes[1000];
  LitErr e = {0};
  LitCache *c = lit_cache_new(&e, BUDGET);
  int n = 0;
  for (int64_t id = 1; id <= STAY; id++)
    lit_cache_give(c, lit_cache_keep(&e, c, 1, -id, bytes, sizeof bytes));
  for (int64_t id = 0; id < PASS; id += AT_ONCE) {
    const LitChunk *some[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
      some[i] = lit_cache_keep(&e, c, 2, -1 - id - i, bytes, sizeof bytes);
    for (int i = 0; i < AT_ONCE; i++) lit_cache_give_cold(c, some[i]);
    CHECK(lit_cache_stats(c).bytes <= BUDGET);
  }
  for (int64_t id = 1; id <= STAY; id++) {
    const LitChunk *k = lit_cache_look(c, 1, -id);
    n += k != NULL;
    lit_cache_give(c, k);
  }
  CHECK(n >= STAY * 9 / 10 && e.rc == 0);
  lit_cache_free(c);
}

int main(void) {
  check_dear();
  check_just_now();
  check_blocks();
  check_pass_through();
  check_seg(1);
  check_seg(7);
  check_kept();
  check_passing();
  return bad != 0;
}
