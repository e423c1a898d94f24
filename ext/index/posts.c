/* posts.c -- gathering postings in memory, see posts.h.
**
** Every term has a stream of bytes, whose tail lies beside its name, and the
** rest in slices that double in size; nothing is ever moved.  What an occurrence
** waits for is memory: a table of half a million terms is in no near cache.  So
** a term is mostly one cache line, and is asked for some time before it is used.
** The stream (v = varint):
**
**   v even: v / 2 places after the one before, in the same row and field
**   v odd:  v / 2 rows after the one before (0: another field of that row, or
**           the very first row is 0), then v place * 16 + field
*/
#include <stdlib.h>
#include "base/mem.h"
#include "index/posts_stream.h"
#include "index/terms.h"
#include "base/poison.h"

enum { FIRST_SLOTS = 1024, GROUP = 128, AHEAD = 16, POOL_FIRST = 1 << 14 };

/* ---- the pool ---- */

static int add_block(LitErr *e, LitPool *p) {
  size_t size = p->n ? p->size * 2 : POOL_FIRST;
  uint8_t *block, *at;
  if (size > (size_t)1 << LIT_POOL_BITS) size = (size_t)1 << LIT_POOL_BITS;
  if (p->n >> (32 - LIT_POOL_BITS))
    return lit_fail(e, LIT_TOOBIG, "too many words in one row");
  if (LIT_GROW(e, &p->blocks, &p->room, p->n + 1)) return e->rc;
  block = lit_new(e, size + 2 * LIT_POOL_LINE, 1);
  if (!block) return e->rc;
  at = block + 2 * LIT_POOL_LINE - (uintptr_t)block % LIT_POOL_LINE;
  memcpy(at - sizeof block, &block, sizeof block);      /* To free it */
  p->used = p->n ? 0 : LIT_POOL_LINE;                   /* 0 is nothing */
  p->size = size;
  p->bytes += size;
  p->blocks[p->n++] = at;
  return LIT_OK;
}

/* A piece of n bytes, at most POOL_FIRST / 2; 0 without memory. */
static uint32_t pool_new(LitErr *e, LitPool *p, size_t n) {
  uint32_t no;
  n = (n + LIT_POOL_LINE - 1) / LIT_POOL_LINE * LIT_POOL_LINE;
  if ((p->n == 0 || p->size - p->used < n) && add_block(e, p)) return 0;
  no = (uint32_t)((p->n - 1) << LIT_POOL_BITS | p->used);
  p->used += n;
  return no;
}

static void pool_drop(LitPool *p) {
  for (size_t i = 0; i < p->n; i++) {
    uint8_t *block;
    memcpy(&block, p->blocks[i] - sizeof block, sizeof block);
    lit_free(block);
  }
  lit_free(p->blocks);
  *p = (LitPool){0};
}

/* ---- posts.h ---- */

LitPosts *lit_posts_new(LitErr *e, int n_fields) {
  LitPosts *p;
  if (n_fields < 1 || n_fields > LIT_FIELDS_MAX)
    return lit_fail(e, LIT_ERROR, "%d text fields, not 1 to %d", n_fields,
                    LIT_FIELDS_MAX), NULL;
  p = lit_new0(e, 1, sizeof *p);
  if (!p) return NULL;
  p->n_fields = n_fields;
  p->slots = lit_new0(e, FIRST_SLOTS, sizeof *p->slots);
  if (!p->slots) return lit_free(p), NULL;
  p->n_slots = FIRST_SLOTS;
  return p;
}

void lit_posts_free(LitPosts *p) {
  if (!p) return;
  pool_drop(&p->pool);
  lit_free(p->slots);
  lit_free(p->lens);
  lit_free(p);
}

size_t lit_posts_bytes(const LitPosts *p) {
  return sizeof *p + p->pool.bytes + p->n_slots * sizeof *p->slots +
         p->lens_room * sizeof *p->lens;
}

/* ---- the hash table ---- */

/* The first and the last of n bytes, 1 <= n <= 16, as two numbers. */
static inline void ends_of(const char *s, uint32_t n, uint64_t *a,
                           uint64_t *b) {
  uint32_t x, y;
  if (n >= 8) {
    memcpy(a, s, 8), memcpy(b, s + n - 8, 8);
  } else if (n >= 4) {
    memcpy(&x, s, 4), memcpy(&y, s + n - 4, 4);
    *a = x, *b = y;
  } else {
    *a = (uint8_t)s[0], *b = (uint64_t)(uint8_t)s[n / 2] << 8 |
                             (uint8_t)s[n - 1];
  }
}

static inline uint32_t hash_of(const char *term, uint32_t n) {
  uint64_t a, b, h;
  if (n - 1 >= 16) {
    h = lit_hash64(term, n);
  } else {
    ends_of(term, n, &a, &b);
    h = (a ^ (uint64_t)n << 56) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 32 ^ b) * 0xC2B2AE3D27D4EB4Fu;
  }
  return (uint32_t)(h ^ h >> 32);
}

static inline int same_name(const LitGathered *t, const char *term,
                            uint32_t n) {
  uint64_t a[2], b[2];
  if (t->n != n) return 0;
  if (n - 1 >= 16) return memcmp(t->name, term, n) == 0;
  ends_of(t->name, n, &a[0], &a[1]);
  ends_of(term, n, &b[0], &b[1]);
  return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
}

static size_t slot_of(const LitPosts *p, uint32_t hash, const char *term,
                      uint32_t n) {
  size_t i = hash & (p->n_slots - 1);
  for (;; i = (i + 1) & (p->n_slots - 1)) {
    const LitSlot *s = &p->slots[i];
    if (!s->term ||
        (s->hash == hash && same_name(lit_pool_at(&p->pool, s->term), term, n)))
      return i;
  }
}

static int widen(LitErr *e, LitPosts *p) {
  size_t was = p->n_slots;
  LitSlot *old = p->slots;
  LitSlot *now = lit_new0(e, was * 2, sizeof *now);
  if (!now) return e->rc;
  for (size_t i = 0; i < was; i++)
    if (old[i].term) {
      size_t to = old[i].hash & (was * 2 - 1);
      while (now[to].term) to = (to + 1) & (was * 2 - 1);
      now[to] = old[i];
    }
  p->slots = now, p->n_slots = was * 2;
  lit_free(old);
  return LIT_OK;
}

static uint32_t new_term(LitErr *e, LitPosts *p, const char *term,
                         uint32_t n) {
  uint32_t no = pool_new(e, &p->pool, lit_gathered_bytes(n));
  LitGathered *t = no ? lit_pool_at(&p->pool, no) : NULL;
  if (!t) return 0;
  memset(t, 0, sizeof *t);
  t->n = (uint16_t)n;
  memcpy(t->name, term, n);
  return no;
}

static LitGathered *find_term(LitErr *e, LitPosts *p, uint32_t hash,
                              const char *term, uint32_t n) {
  size_t i = slot_of(p, hash, term, n);
  uint32_t no = p->slots[i].term;
  if (no) return lit_pool_at(&p->pool, no);
  if (p->n_terms * 2 >= p->n_slots) {
    if (widen(e, p)) return NULL;
    i = slot_of(p, hash, term, n);
  }
  no = new_term(e, p, term, n);
  if (!no) return NULL;
  p->slots[i] = (LitSlot){hash, no};
  p->n_terms++;
  return lit_pool_at(&p->pool, no);
}

/* ---- the stream ---- */

static unsigned put_varint(uint8_t *at, uint64_t v) {
  unsigned n = 0;
  for (; v >= 0x80; v >>= 7) at[n++] = (uint8_t)(v | 0x80);
  at[n++] = (uint8_t)v;
  return n;
}

/* A slice behind the last one; what was left of that is filled from `at`. */
static int add_slice(LitErr *e, LitPosts *p, LitGathered *t,
                     const uint8_t *at) {
  unsigned level = !t->last ? 0u
                   : t->level < LIT_SLICE_TOP ? t->level + 1u : t->level;
  size_t size = lit_slice_size(level);
  uint32_t no = pool_new(e, &p->pool, size + LIT_SLICE_LINK);
  if (!no) return e->rc;
  if (t->last) {
    uint8_t *end = (uint8_t *)lit_pool_at(&p->pool, t->last) +
                   lit_slice_size(t->level);
    memcpy(end - t->left, at, t->left);
    memcpy(end, &no, sizeof no);
  } else {
    t->first = no;
  }
  t->last = no, t->level = (uint8_t)level, t->left = (uint16_t)size;
  return LIT_OK;
}

/* Empty the tail; without memory nothing changes. */
static int spill(LitErr *e, LitPosts *p, LitGathered *t) {
  const uint8_t *at = lit_gathered_tail(t);
  unsigned n = t->used, fits = t->left;
  if (n > fits) {
    if (add_slice(e, p, t, at)) return e->rc;
    at += fits, n -= fits;
  }
  memcpy((uint8_t *)lit_pool_at(&p->pool, t->last) + lit_slice_size(t->level) -
             t->left, at, n);
  t->left = (uint16_t)(t->left - n);
  t->used = 0;
  return LIT_OK;
}

/* Append n bytes, all or (without memory) none. */
static inline int append(LitErr *e, LitPosts *p, LitGathered *t,
                         const uint8_t *at, unsigned n) {
  uint8_t *tail = lit_gathered_tail(t);
  if (t->used + n > lit_gathered_room(t->n) && spill(e, p, t)) return e->rc;
  for (unsigned i = 0; i < n; i++) tail[t->used + i] = at[i];
  t->used = (uint8_t)(t->used + n);
  return LIT_OK;
}

static int wrong_order(LitErr *e, uint32_t row, int field, uint32_t pos) {
  return lit_fail(e, LIT_ERROR, "row %u, field %d, place %u out of order",
                  (unsigned)row, field, (unsigned)pos);
}

static int check(LitErr *e, const LitPosts *p, uint32_t row, int field,
                 const LitOccur *o) {
  if (e->rc) return e->rc;
  if (o->n > LIT_TERM_MAX)
    return lit_fail(e, LIT_TOOBIG, "a term of %u bytes, more than %d",
                    (unsigned)o->n, LIT_TERM_MAX);
  if (row == LIT_NO_ROW || field < 0 || field >= p->n_fields)
    return wrong_order(e, row, field, o->pos);
  return LIT_OK;
}

static int add(LitErr *e, LitPosts *p, uint32_t row, int field,
               const LitOccur *o, uint32_t hash) {
  LitGathered *t = find_term(e, p, hash, o->term, o->n);
  uint8_t bytes[LIT_OCCURRENCE_MAX];
  unsigned used;
  if (!t) return e->rc;
  if (t->begun && row == t->row && field == t->field) {
    if (o->pos < t->pos) return wrong_order(e, row, field, o->pos);
    used = put_varint(bytes, (uint64_t)(o->pos - t->pos) << 1);
  } else {
    if (row < t->row || (t->begun && row == t->row && field < t->field))
      return wrong_order(e, row, field, o->pos);
    used = put_varint(bytes, (uint64_t)(row - t->row) << 1 | 1);
    used += put_varint(bytes + used, (uint64_t)o->pos << 4 | (unsigned)field);
  }
  if (append(e, p, t, bytes, used)) return e->rc;
  t->begun = 1, t->row = row, t->field = (uint8_t)field, t->pos = o->pos;
  if (row >= p->n_rows) p->n_rows = row + 1;
  return LIT_OK;
}

int lit_posts_add(LitErr *e, LitPosts *p, uint32_t row, int field,
                  const char *term, uint32_t n, uint32_t pos) {
  LitOccur o = {term, n, pos};
  if (check(e, p, row, field, &o)) return e->rc;
  return add(e, p, row, field, &o, hash_of(term, n));
}

/* In three steps, each AHEAD occurrences behind the one before: its slot is asked
** for, then its term, then it is added. */
static int add_group(LitErr *e, LitPosts *p, uint32_t row, int field,
                     const LitOccur *occurs, size_t n) {
  uint32_t hashes[GROUP];
  for (size_t i = 0; i < n + 2 * AHEAD && !e->rc; i++) {
    if (i < n) {
      if (check(e, p, row, field, &occurs[i])) break;
      hashes[i] = hash_of(occurs[i].term, occurs[i].n);
      __builtin_prefetch(&p->slots[hashes[i] & (p->n_slots - 1)]);
    }
    if (i >= AHEAD && i - AHEAD < n) {
      uint32_t no = p->slots[hashes[i - AHEAD] & (p->n_slots - 1)].term;
      if (no) __builtin_prefetch(lit_pool_at(&p->pool, no), 1);
    }
    if (i >= 2 * AHEAD)
      add(e, p, row, field, &occurs[i - 2 * AHEAD], hashes[i - 2 * AHEAD]);
  }
  return e->rc;
}

int lit_posts_add_all(LitErr *e, LitPosts *p, uint32_t row, int field,
                      const LitOccur *occurs, size_t n) {
  for (size_t i = 0; i < n && !e->rc; i += GROUP)
    add_group(e, p, row, field, occurs + i, n - i < GROUP ? n - i : GROUP);
  return e->rc;
}

int lit_posts_end_row(LitErr *e, LitPosts *p, uint32_t row,
                      const uint32_t *lens) {
  size_t f = (size_t)p->n_fields, was = p->n_lens, need = ((size_t)row + 1) * f;
  if (e->rc || LIT_GROW(e, &p->lens, &p->lens_room, need)) return e->rc;
  if (need > was) {
    memset(p->lens + was, 0, (need - was) * sizeof *p->lens);
    p->n_lens = need;
  }
  memcpy(p->lens + row * f, lens, f * sizeof *lens);
  if (row >= p->n_rows) p->n_rows = row + 1;
  return LIT_OK;
}
