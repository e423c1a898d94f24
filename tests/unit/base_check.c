/* base_check.c -- base/: top-k against a sort, buffers, bitmaps, arenas,
** the header of a GGUF file */
#include <stdlib.h>
#include <string.h>
#include "base/bits.h"
#include "base/buf.h"
#include "base/gguf.h"
#include "base/mem.h"
#include "base/select.h"
#include "base/sort.h"
#include "base/topk.h"
#include "check.h"

static uint32_t seed = 1;
static uint32_t rnd(void) { return (seed = seed * 1664525u + 1013904223u) >> 8; }

static int by_rank(const void *a, const void *b) {
  return lit_hit_better(a, b) ? -1 : lit_hit_better(b, a);
}

static void check_topk(void) {
  static LitHit all[2000];
  for (size_t k = 0; k <= 300; k += 50) {
    LitErr e = {0};
    LitTopk t;
    lit_topk_init(&t, k);
    for (size_t i = 0; i < 2000; i++) {
      all[i] = (LitHit){rnd() % 97, (int64_t)(rnd() % 100000)};
      if (lit_topk_wants(&t, all[i].score))
        lit_topk_push(&e, &t, all[i].score, all[i].id);
    }
    qsort(all, 2000, sizeof *all, by_rank);
    lit_topk_sort(&t);
    CHECK(t.n == k);
    for (size_t i = 0; i < k; i++)
      CHECK(t.at[i].score == all[i].score && t.at[i].id == all[i].id);
    lit_topk_drop(&t);
  }
}

static void check_buf(void) {
  static const uint64_t v[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
  LitErr e = {0};
  LitBuf b = {0};
  LitIn in;
  for (size_t i = 0; i < 7; i++) lit_buf_varint(&e, &b, v[i]);
  in = lit_in(b.at, b.n);
  for (size_t i = 0; i < 7; i++) CHECK(lit_in_varint(&in) == v[i]);
  CHECK(!in.bad && in.at == in.end);
  CHECK(lit_in_u32(&in) == 0 && in.bad);
  b.n = 0;
  lit_buf_json(&e, &b, "a\"\\\n", 4);
  CHECK(b.n == 13 && memcmp(b.at, "\"a\\\"\\\\\\u000a\"", 13) == 0);
  lit_buf_drop(&b);
}

static void check_bits(void) {
  LitErr e = {0};
  LitBits b;
  lit_bits_init(&e, &b, 131, 1);
  CHECK(lit_bits_count(&b) == 131);
  for (uint32_t i = 0; i < 131; i++) if (i % 7) lit_bits_unset(&b, i);
  CHECK(lit_bits_count(&b) == 19);
  CHECK(lit_bits_next(&b, 1) == 7 && lit_bits_next(&b, 126) == 126);
  CHECK(lit_bits_next(&b, 127) == 131);
  lit_bits_drop(&b);
  for (uint32_t n = 1; n < 6000; n += 1 + n / 3) {
    uint32_t from = rnd() % (n + 1), to = rnd() % (n + 1), in = 0, all = 0;
    lit_bits_init(&e, &b, n, 1);
    for (uint32_t i = 0; i < n; i++) {
      if (rnd() % 5 == 0) lit_bits_unset(&b, i);
      all += (uint32_t)lit_bits_has(&b, i);
      in += i >= from && i < to && lit_bits_has(&b, i);
    }
    CHECK(lit_bits_count(&b) == all);
    lit_bits_only(&b, from, to);
    CHECK(lit_bits_count(&b) == in);
    CHECK(in == 0 || (lit_bits_next(&b, 0) >= from && from < to));
    lit_bits_drop(&b);
  }
}

static void check_mem(void) {
  LitErr e = {0};
  LitArena a = {0};
  char *p = NULL;
  size_t room = 0;
  CHECK(lit_size(SIZE_MAX, 2) == SIZE_MAX);
  CHECK(!lit_new(&e, SIZE_MAX / 2, 4) && e.rc == LIT_NOMEM);
  e = (LitErr){0};
  for (size_t n = 1; n < 100000; n *= 3)
    memset(lit_arena_new(&e, &a, n, 1), 1, n);
  lit_arena_drop(&a);
  CHECK(!lit_grow(&e, &p, &room, 100, 1) && room >= 100);
  CHECK(lit_grow(&e, &p, &room, SIZE_MAX / 2, 4) && p && room < 1000);
  lit_free(p);
}

static void check_err(void) {
  LitErr e = {0};
  char s[sizeof e.msg + 100];
  memset(s, 'x', sizeof s);
  memcpy(s + sizeof e.msg - 2, "\xc3\xa9", 3);   /* cut in two */
  lit_fail(&e, LIT_ERROR, "%s", s);
  CHECK(strlen(e.msg) == sizeof e.msg - 2);
  lit_fail(&e, LIT_CORRUPT, "later");
  CHECK(e.rc == LIT_ERROR);
}

static void put_key(LitErr *e, LitBuf *b, const char *key, uint32_t type) {
  lit_buf_u64(e, b, strlen(key));
  lit_buf_text(e, b, key);
  lit_buf_u32(e, b, type);
}

/* A file of every kind of value; cut short anywhere it is refused. */
static void check_gguf(void) {
  LitErr e = {0};
  LitBuf b = {0};
  LitGguf g;
  LitIn in;
  size_t n;
  lit_buf_text(&e, &b, "GGUF");
  lit_buf_u32(&e, &b, 3), lit_buf_u64(&e, &b, 7), lit_buf_u64(&e, &b, 4);
  put_key(&e, &b, "text", LIT_GGUF_TEXT);
  lit_buf_u64(&e, &b, 2), lit_buf_text(&e, &b, "ab");
  put_key(&e, &b, "int", LIT_GGUF_I8), lit_buf_u8(&e, &b, 0xFE);
  put_key(&e, &b, "real", LIT_GGUF_F32), lit_buf_u32(&e, &b, 0x3FC00000);
  put_key(&e, &b, "list", LIT_GGUF_ARRAY);
  lit_buf_u32(&e, &b, LIT_GGUF_TEXT), lit_buf_u64(&e, &b, 1);
  lit_buf_u64(&e, &b, 3), lit_buf_text(&e, &b, "xyz");
  CHECK(!lit_gguf_open(&e, b.at, b.n, &g) && g.n == 4 && g.n_tensors == 7);
  CHECK(strncmp(lit_gguf_text(&g, "text", &n), "ab", 2) == 0 && n == 2);
  CHECK(lit_gguf_int(&g, "int", 0) == -2 && lit_gguf_int(&g, "no", 5) == 5);
  CHECK(lit_gguf_real(&g, "real", 0) == 1.5);
  CHECK(lit_gguf_real(&g, "int", 0) == -2);
  CHECK(lit_gguf_find(&g, "list")->n == 1 && !lit_gguf_text(&g, "list", &n));
  in = lit_gguf_find(&g, "list")->bytes;
  CHECK(strncmp(lit_gguf_take_text(&g, &in, &n), "xyz", 3) == 0 && n == 3);
  in = lit_gguf_in(&g);
  CHECK(in.at == in.end && g.tensors == b.n);
  lit_gguf_drop(&g);
  for (n = 0; n < b.n; n++) {
    LitErr cut = {0};
    CHECK(lit_gguf_open(&cut, b.at, n, &g) == LIT_CORRUPT && !g.value);
  }
  lit_buf_drop(&b);
}

static int by_size(const void *a, const void *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x), memcpy(&y, b, sizeof y);
  return (x > y) - (x < y);
}

/* Few and many different numbers, in order, against it and in none. */
static void check_select(void) {
  enum { MOST = 300 };
  uint64_t at[MOST], sorted[MOST];
  float last = -INFINITY;
  for (int round = 0; round < 3000; round++) {
    size_t n = 1 + rnd() % MOST, k = 1 + rnd() % n, range = 1 + rnd() % 400;
    int wrong = 0;
    for (size_t i = 0; i < n; i++)
      at[i] = round % 3 == 0 ? rnd() % range : round % 3 == 1 ? i : n - i;
    memcpy(sorted, at, n * sizeof *at);
    qsort(sorted, n, sizeof *at, by_size);
    lit_select(at, n, k);
    wrong |= at[k - 1] != sorted[k - 1];
    qsort(at, k, sizeof *at, by_size);
    wrong |= memcmp(at, sorted, k * sizeof *at) != 0;
    qsort(at, n, sizeof *at, by_size);
    wrong |= memcmp(at, sorted, n * sizeof *at) != 0;
    CHECK(!wrong);
  }
  static const float rising[] = {-INFINITY, -2, -1, -0.0f, 0, 1e-40f, 3,
                                 INFINITY};
  for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
    uint32_t key = lit_select_key(rising[i]);
    CHECK(i == 0 || key > lit_select_key(last));
    last = lit_select_float(key);
    CHECK(memcmp(&last, &rising[i], sizeof last) == 0);
  }
}

/* Bits in which numbers differ: none, a few here and there, all. */
static void check_sort(void) {
  enum { MOST = 300 };
  static const uint64_t bits[] = {0, 1, 0xFF, 0x1FFFF, 0x300000007, 1ull << 63,
                                  0x8000000000000001, UINT64_MAX};
  uint64_t at[MOST], sorted[MOST];
  for (int round = 0; round < 3000; round++) {
    size_t n = rnd() % MOST;
    uint64_t same = (uint64_t)rnd() << 32 | rnd(), mask = bits[round % 8];
    LitErr e = {0};
    for (size_t i = 0; i < n; i++)
      at[i] = (same & ~mask) | (((uint64_t)rnd() << 32 | rnd()) & mask);
    memcpy(sorted, at, n * sizeof *at);
    qsort(sorted, n, sizeof *at, by_size);
    CHECK(!lit_sort(&e, at, n) && memcmp(at, sorted, n * sizeof *at) == 0);
  }
}

int main(void) {
  check_gguf();
  check_select();
  check_sort();
  check_topk();
  check_buf();
  check_bits();
  check_mem();
  check_err();
  return bad != 0;
}
