/* posts.c -- gathering postings in memory, see posts.h.
**
** Every term has a stream of bytes in slices that double in size, all from one
** arena, so that an occurrence costs a hash, a comparison and one or two bytes
** and nothing is ever moved.  What it waits for is memory: a table of half a
** million terms is in no near cache.  So occurrences are taken GROUP at a time,
** and all their slots are asked for, then all their terms, then the ends of all
** their streams, before the first is used.  The stream (v = varint):
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

enum { FIRST_SLOTS = 1024, GROUP = 32 };

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
  lit_arena_drop(&p->arena);
  lit_free(p->slots);
  lit_free(p->lens);
  lit_free(p);
}

size_t lit_posts_bytes(const LitPosts *p) {
  return sizeof *p + p->arena.bytes + p->n_slots * sizeof *p->slots +
         p->lens_room * sizeof *p->lens;
}

/* ---- the hash table ---- */

static uint32_t hash_of(const char *term, uint32_t n) {
  uint64_t h = lit_hash64(term, n);
  return (uint32_t)(h ^ h >> 32);
}

static size_t slot_of(const LitPosts *p, uint32_t hash, const char *term,
                      uint32_t n) {
  size_t i = hash & (p->n_slots - 1);
  for (;; i = (i + 1) & (p->n_slots - 1)) {
    const LitGathered *t = p->slots[i].term;
    if (!t || (p->slots[i].hash == hash && t->n == n &&
               memcmp(t->name, term, n) == 0))
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

/* A term with its name and its first slice behind it, in one block. */
static LitGathered *new_term(LitErr *e, LitPosts *p, const char *term,
                             uint32_t n) {
  size_t head = lit_gathered_head(n);
  LitGathered *t =
      lit_arena_new(e, &p->arena, head + lit_slice_size(0) + sizeof(void *),
                    1);
  if (!t) return NULL;
  memset(t, 0, sizeof *t);
  t->n = n;
  memcpy(t->name, term, n);
  t->at = (uint8_t *)t + head;
  t->end = t->at + lit_slice_size(0);
  return t;
}

static LitGathered *find_term(LitErr *e, LitPosts *p, uint32_t hash,
                              const char *term, uint32_t n) {
  size_t i = slot_of(p, hash, term, n);
  if (p->slots[i].term) return p->slots[i].term;
  if (p->n_terms * 2 >= p->n_slots) {
    if (widen(e, p)) return NULL;
    i = slot_of(p, hash, term, n);
  }
  p->slots[i].term = new_term(e, p, term, n);
  p->slots[i].hash = hash;
  if (p->slots[i].term) p->n_terms++;
  return p->slots[i].term;
}

/* ---- the stream ---- */

static unsigned put_varint(uint8_t *at, uint64_t v) {
  unsigned n = 0;
  for (; v >= 0x80; v >>= 7) at[n++] = (uint8_t)(v | 0x80);
  at[n++] = (uint8_t)v;
  return n;
}

/* Append n bytes, all or (without memory) none. */
static int append(LitErr *e, LitPosts *p, LitGathered *t, const uint8_t *at,
                  unsigned n) {
  unsigned fits = (unsigned)(t->end - t->at);
  if (n > fits) {
    uint8_t level = (uint8_t)(t->level + (t->level < LIT_SLICE_TOP));
    size_t size = lit_slice_size(level);
    uint8_t *slice =
        lit_arena_new(e, &p->arena, size + sizeof slice, 1);
    if (!slice) return e->rc;
    memcpy(t->at, at, fits);
    memcpy(t->end, &slice, sizeof slice);        /* The link behind the slice */
    t->at = slice, t->end = slice + size;
    t->level = level;
    at += fits, n -= fits;
  }
  for (unsigned i = 0; i < n; i++) *t->at++ = at[i];
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
  uint8_t bytes[20];
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

static int add_group(LitErr *e, LitPosts *p, uint32_t row, int field,
                     const LitOccur *occurs, size_t n) {
  uint32_t hashes[GROUP];
  const LitSlot *slots[GROUP];
  for (size_t i = 0; i < n; i++) {
    if (check(e, p, row, field, &occurs[i])) return e->rc;
    hashes[i] = hash_of(occurs[i].term, occurs[i].n);
    slots[i] = &p->slots[hashes[i] & (p->n_slots - 1)];
    __builtin_prefetch(slots[i]);
  }
  for (size_t i = 0; i < n; i++)
    if (slots[i]->term) __builtin_prefetch(slots[i]->term);
  for (size_t i = 0; i < n; i++)
    if (slots[i]->term) __builtin_prefetch(slots[i]->term->at, 1);
  for (size_t i = 0; i < n && !e->rc; i++)
    add(e, p, row, field, &occurs[i], hashes[i]);
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
