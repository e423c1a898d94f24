/* collection.h -- random texts for the tests of postings: kept as plain arrays
** of words to compute with, and written as segments. */
#ifndef LIT_COLLECTION_H
#define LIT_COLLECTION_H
#include <stdio.h>
#include "base/mem.h"
#include "index/posts.h"
#include "memstore.h"

enum { COLL_SEGS = 8, COLL_FIELDS = 3 };

typedef struct CollRow {
  int seg;
  uint32_t ord;
  int64_t rowid;
  uint32_t len[COLL_FIELDS], from[COLL_FIELDS];   /* in words */
} CollRow;

typedef struct Coll {
  int n_fields, n_segs, n_vocab;
  uint32_t n_rows;
  CollRow *rows;            /* in the order of segment, ordinal */
  uint16_t *words;
  size_t n_words;
  MemStore store;
  LitCache *cache;
  LitSeg segs[COLL_SEGS];
  LitSeg *seg_at[COLL_SEGS];
  uint32_t first[COLL_SEGS + 1];      /* row where each segment begins */
} Coll;

static uint32_t coll_words = 190;     /* of a row, at most */
static uint64_t coll_seed = 1;
static uint32_t rnd(uint32_t n) {
  coll_seed = coll_seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((coll_seed >> 33) % n);
}

/* Few words are frequent, many are rare. */
static inline uint16_t rnd_word(int n_vocab) {
  uint32_t top = 1 + rnd((uint32_t)n_vocab);
  top = 1 + rnd(top);
  return (uint16_t)rnd(top);
}

static uint32_t coll_name(int word, char name[16]) {
  return (uint32_t)snprintf(name, 16, "%c%d", 'a' + word * 7 % 26, word);
}

static void coll_texts(Coll *c, uint32_t n_rows) {
  c->n_rows = n_rows;
  c->rows = calloc(n_rows, sizeof *c->rows);
  c->words = malloc((size_t)n_rows * 200 * sizeof *c->words);
  c->n_words = 0;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t left = coll_words;
    for (int f = 0; f < c->n_fields; f++) {
      uint32_t n = f == 0 ? rnd(6) : rnd(8) ? rnd(30) : left ? rnd(left) : 0;
      if (n > left) n = left;
      left -= n;
      c->rows[i].len[f] = n;
      c->rows[i].from[f] = (uint32_t)c->n_words;
      while (n--) c->words[c->n_words++] = rnd_word(c->n_vocab);
    }
  }
}

/* One segment of rows first .. first + n - 1, gathered in another order than
** that of their rowids if `shuffled`. */
static void coll_write(LitErr *e, Coll *c, int seg, uint32_t first,
                       uint32_t n, int shuffled) {
  LitPosts *p = lit_posts_new(e, c->n_fields);
  uint32_t *ord_of = malloc((n + 1) * sizeof *ord_of);
  int64_t *ids = malloc((n + 1) * sizeof *ids);
  uint64_t stamp = 0;
  LitSegOut out;
  char name[16];
  for (uint32_t i = 0; i < n; i++) ord_of[i] = i;
  for (uint32_t i = n; shuffled && i > 1; i--) {
    uint32_t k = rnd(i), x = ord_of[k];
    ord_of[k] = ord_of[i - 1], ord_of[i - 1] = x;
  }
  for (uint32_t i = 0; i < n; i++) {
    CollRow *r = &c->rows[first + ord_of[i]];
    r->seg = seg, r->ord = ord_of[i];
    for (int f = 0; f < c->n_fields; f++)
      for (uint32_t k = 0; k < r->len[f]; k++)
        lit_posts_add(e, p, i, f, name,
                      coll_name(c->words[r->from[f] + k], name), k);
    lit_posts_end_row(e, p, i, r->len);
  }
  for (uint32_t i = 0; i < n; i++) ids[i] = c->rows[first + i].rowid;
  lit_segout_begin(&out, &c->store.store, seg + 1, n);
  lit_segout_ids(e, &out, ids);
  lit_posts_write(e, p, ord_of, &out);
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  lit_seg_open(e, &c->segs[seg], &c->store.store, c->cache, seg + 1, stamp);
  c->seg_at[seg] = &c->segs[seg];
  c->first[seg] = first, c->first[seg + 1] = first + n;
  lit_posts_free(p);
  free(ord_of);
  free(ids);
}

/* n_rows texts in n_segs segments; every `dead`-th row is dead (0: none). */
static inline Coll *coll_new(LitErr *e, int n_fields, int n_segs, int n_vocab,
                      uint32_t n_rows, uint32_t dead) {
  Coll *c = calloc(1, sizeof *c);
  uint32_t done = 0;
  mem_init(&c->store);
  c->store.store.ctx = &c->store;
  c->cache = lit_cache_new(e, 1 << 22);
  c->n_fields = n_fields, c->n_segs = n_segs, c->n_vocab = n_vocab;
  coll_texts(c, n_rows);
  for (uint32_t i = 0; i < n_rows; i++)
    c->rows[i].rowid = (int64_t)(i / 3 * 7 + i % 3) - 100;
  for (int s = 0; s < n_segs; s++) {
    uint32_t n = s == n_segs - 1 ? n_rows - done : (n_rows - done) / 2;
    coll_write(e, c, s, done, n, s & 1);
    done += n;
    if (!dead) continue;
    lit_bits_init(e, &c->segs[s].live, n, 1);
    for (uint32_t i = s ? 0 : 1; i < n; i += dead) {
      lit_bits_unset(&c->segs[s].live, i);
      c->segs[s].n_dead++;
    }
  }
  return c;
}

static inline void coll_free(Coll *c) {
  for (int s = 0; s < c->n_segs; s++) lit_seg_close(&c->segs[s]);
  lit_cache_free(c->cache);
  mem_done(&c->store);
  free(c->rows);
  free(c->words);
  free(c);
}
#endif
