/* posts.c -- gathering postings in memory, see posts.h.
**
** Occurrences are written one behind the other, each in 32 bits: the number of
** its term, which the hash table knows, and its place.  Which entries are whose
** is only found out when all are to be written (posts_write.c): putting each
** with its term as it comes would wait for another piece of memory every time.
** So only the table is looked up at random; a slot of it holds a short name
** whole, and is asked for some time before it is used.
*/
#include "base/mem.h"
#include "index/posts_log.h"
#include "index/terms.h"
#include "base/poison.h"

enum {
  FIRST_SLOTS = 512, FIRST_ENTRIES = 256, GROUP = 128,
  NAME = 11,                /* Bytes of a name that is its key */
  HASHED = 255              /* Stands for the length of another */
};

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
  for (size_t i = 0; i < p->n_blocks; i++) lit_free(p->blocks[i]);
  lit_free(p->blocks);
  lit_free(p->stretches);
  lit_free(p->slots);
  lit_buf_drop(&p->names);
  lit_free(p->ends);
  lit_free(p->lens);
  lit_free(p);
}

size_t lit_posts_bytes(const LitPosts *p) {
  size_t entries = p->n_blocks > 1 ? p->n_blocks * LIT_LOG_BLOCK : p->size;
  return sizeof *p + p->n_slots * sizeof *p->slots + p->names.room +
         p->ends_room * sizeof *p->ends + entries * sizeof **p->blocks +
         p->stretches_room * sizeof *p->stretches +
         p->lens_room * sizeof *p->lens;
}

/* ---- the hash table ---- */

/* What a name is found by; no is 0.  Nothing is read beyond its n bytes. */
static inline LitSlot key_of(const char *s, uint32_t n) {
  LitSlot k = {0, n << 24, 0};
  uint32_t x, y;
  if (n - 1 >= NAME) {
    k.key = lit_hash64(s, n);
    k.rest = (uint32_t)HASHED << 24 | n;
  } else if (n >= 8) {
    memcpy(&k.key, s, 8);
    k.rest |= (uint32_t)(uint8_t)s[n - 3] << 16 |
              (uint32_t)(uint8_t)s[n - 2] << 8 | (uint8_t)s[n - 1];
  } else if (n >= 4) {
    memcpy(&x, s, 4), memcpy(&y, s + n - 4, 4);
    k.key = x | (uint64_t)y << 32;
  } else {
    k.key = (uint64_t)((uint8_t)s[0] | (uint8_t)s[n / 2] << 8 |
                       (uint8_t)s[n - 1] << 16);
  }
  return k;
}

static inline uint32_t hash_of(const LitSlot *k) {
  uint64_t h = (k->key ^ (uint64_t)k->rest << 32) * 0x9E3779B97F4A7C15u;
  return (uint32_t)((h ^ h >> 32) * 0xC2B2AE3D27D4EB4Fu >> 32);
}

static int same_name(const LitPosts *p, uint32_t no, const char *s,
                     uint32_t n) {
  uint32_t from = no ? p->ends[no - 1] : 0;
  return p->ends[no] - from == n && memcmp(p->names.at + from, s, n) == 0;
}

/* The slot that has the key, or the empty one where it belongs. */
static inline size_t find(const LitPosts *p, size_t hash, const LitSlot *k,
                          const LitOccur *o) {
  for (size_t i = hash & (p->n_slots - 1);; i = (i + 1) & (p->n_slots - 1)) {
    const LitSlot *s = &p->slots[i];
    if (!s->no) return i;
    if (s->key == k->key && s->rest == k->rest &&
        (k->rest >> 24 != HASHED || same_name(p, s->no - 1, o->term, o->n)))
      return i;
  }
}

static int widen(LitErr *e, LitPosts *p) {
  size_t was = p->n_slots;
  LitSlot *old = p->slots;
  LitSlot *now = lit_new0(e, was * 2, sizeof *now);
  if (!now) return e->rc;
  p->slots = now, p->n_slots = was * 2;
  for (size_t i = 0; i < was; i++)
    if (old[i].no) {
      size_t to = hash_of(&old[i]) & (p->n_slots - 1);
      while (now[to].no) to = (to + 1) & (p->n_slots - 1);
      now[to] = old[i];
    }
  lit_free(old);
  return LIT_OK;
}

static int too_many(LitErr *e) {
  return lit_fail(e, LIT_TOOBIG, "too many words in one row");
}

/* The number + 1 of a term that is new; 0 without memory. */
static uint32_t new_term(LitErr *e, LitPosts *p, const LitSlot *k,
                         const LitOccur *o) {
  uint32_t no = (uint32_t)p->n_terms;
  LitSlot *s;
  if (no >> LIT_ENTRY_TERM) return too_many(e), 0;
  if ((p->n_terms * 3 >= p->n_slots * 2 && widen(e, p)) ||
      LIT_GROW(e, &p->ends, &p->ends_room, p->n_terms + 1))
    return 0;
  lit_buf_put(e, &p->names, o->term, o->n);
  if (e->rc) return 0;
  p->ends[no] = (uint32_t)p->names.n;
  s = &p->slots[find(p, hash_of(k), k, o)];
  *s = *k;
  s->no = (uint32_t)++p->n_terms;
  return s->no;
}

/* ---- the log ---- */

/* Room for one more entry. */
static int add_block(LitErr *e, LitPosts *p) {
  if (p->n_blocks == 1 && p->size < LIT_LOG_BLOCK)
    return LIT_GROW(e, &p->blocks[0], &p->size, p->size + 1);
  if (p->n_blocks >> (32 - LIT_LOG_BITS)) return too_many(e);
  if (LIT_GROW(e, &p->blocks, &p->blocks_room, p->n_blocks + 1)) return e->rc;
  p->blocks[p->n_blocks] = lit_new(
      e, p->n_blocks ? LIT_LOG_BLOCK : FIRST_ENTRIES, sizeof **p->blocks);
  if (e->rc) return e->rc;
  p->size = p->n_blocks++ ? LIT_LOG_BLOCK : FIRST_ENTRIES;
  p->used = 0;
  return LIT_OK;
}

/* The last stretch, if it is of this row and field. */
static LitStretch *stretch_of(const LitPosts *p, uint32_t row, int field) {
  LitStretch *last = p->n_stretches ? &p->stretches[p->n_stretches - 1] : NULL;
  return last && last->row == row && last->field == field ? last : NULL;
}

/* What follows is of that row and field, from `pos` on. */
static LitStretch *new_stretch(LitErr *e, LitPosts *p, uint32_t row, int field,
                               uint32_t pos) {
  const LitStretch *last = p->n_stretches ? &p->stretches[p->n_stretches - 1]
                                          : NULL;
  if (row == LIT_NO_ROW || field < 0 || field >= p->n_fields ||
      (last &&
       (row < last->row || (row == last->row && field < last->field)))) {
    lit_fail(e, LIT_ERROR, "row %u, field %d, place %u out of order",
             (unsigned)row, field, (unsigned)pos);
    return NULL;
  }
  if (p->n_stretches >> LIT_ENTRY_TERM) return too_many(e), NULL;
  if (LIT_GROW(e, &p->stretches, &p->stretches_room, p->n_stretches + 1))
    return NULL;
  if (row >= p->n_rows) p->n_rows = row + 1;
  p->stretches[p->n_stretches] = (LitStretch){
      row, pos, (uint32_t)lit_posts_entries(p), (uint8_t)field};
  return &p->stretches[p->n_stretches++];
}

/* ---- occurrences ---- */

/* The number + 1 of a term; 0 without memory. */
static inline uint32_t term_of(LitErr *e, LitPosts *p, const LitSlot *k,
                               size_t hash, const LitOccur *o) {
  uint32_t no = p->slots[find(p, hash, k, o)].no;
  return no ? no : new_term(e, p, k, o);
}

/* All keys first, so that the slots are near when they are looked at. */
static int add_group(LitErr *e, LitPosts *p, uint32_t row, int field,
                     const LitOccur *occurs, size_t n) {
  LitStretch *s = stretch_of(p, row, field);
  LitSlot keys[GROUP];
  uint32_t hashes[GROUP];
  for (size_t i = 0; i < n; i++) {
    if (occurs[i].n > LIT_TERM_MAX)
      return lit_fail(e, LIT_TOOBIG, "a term of %u bytes, more than %d",
                      (unsigned)occurs[i].n, LIT_TERM_MAX);
    keys[i] = key_of(occurs[i].term, occurs[i].n);
    hashes[i] = hash_of(&keys[i]);
    __builtin_prefetch(&p->slots[hashes[i] & (p->n_slots - 1)]);
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t pos = occurs[i].pos;
    uint32_t no = term_of(e, p, &keys[i], hashes[i], &occurs[i]);
    if (!no || (p->used == p->size && add_block(e, p))) return e->rc;
    if (!s || pos - s->pos >= LIT_ENTRY_PLACES)
      s = new_stretch(e, p, row, field, pos);
    if (!s) return e->rc;
    p->blocks[p->n_blocks - 1][p->used++] =
        (no - 1) | (pos - s->pos) << LIT_ENTRY_TERM;
  }
  return LIT_OK;
}

int lit_posts_add_all(LitErr *e, LitPosts *p, uint32_t row, int field,
                      const LitOccur *occurs, size_t n) {
  for (size_t i = 0; i < n && !e->rc; i += GROUP)
    add_group(e, p, row, field, occurs + i, n - i < GROUP ? n - i : GROUP);
  return e->rc;
}

int lit_posts_add(LitErr *e, LitPosts *p, uint32_t row, int field,
                  const char *term, uint32_t n, uint32_t pos) {
  LitOccur o = {term, n, pos};
  return lit_posts_add_all(e, p, row, field, &o, 1);
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
