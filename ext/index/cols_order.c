/* cols_order.c -- what is made of a FILTER column for who asks again (cols_part.h):
** its rows by their codes, and its codes by a hash of their values.
**
** Made when a connection asks for it again, and kept in the cache of chunks: what a
** condition lets through, or keeps out, is then there to be taken, where that is few
** rows, and no code is looked at; nor is the dictionary searched for each value of a
** long list.  Made at once, it would cost the first question of a connection several
** times what it saves it.
**
** Of the rows:
**   u32 part, u32 n_codes, u32 start of each code and the end [n_codes + 1],
**   u32 rows, those of a code ascending [n_rows]
** Of the codes, at least twice as many slots, a power of two (linear probing, Knuth
** 1998, section 6.4, algorithm L):
**   u32 part, u32 n_codes, slots: u64 key, u32 tag, u32 code; 0: empty
** Key and tag are a number or a short text or blob itself; of a longer one the key is a
** hash, and the value is looked at.
*/
#include <math.h>
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

enum { HEAD = 2, SHARE = 32 };      /* Not over so much of the cache's budget */

typedef struct Kind {
  size_t (*words)(const LitColIn *col);
  /* Behind the head, which is zero but for its two numbers. */
  int (*fill)(LitErr *e, const LitColIn *col, uint32_t *out);
} Kind;

/* ---- rows by their codes ---- */

static size_t words_of_rows(const LitColIn *col) {
  return HEAD + (size_t)col->n_codes + 1 + col->seg->n_rows;
}

/* All codes into out [n_rows]. */
static int read_codes(LitErr *e, const LitColIn *col, uint32_t *out) {
  LitCodes k;
  for (uint32_t from = 0; from < col->seg->n_rows && !e->rc; from += k.n) {
    if (lit_codes_open(e, &k, col, from / COL_BLOCK)) return e->rc;
    lit_codes_all(e, &k, out + from);
    lit_codes_close(&k);
  }
  return e->rc;
}

/* By counting (Knuth 1998, section 5.2, algorithm D): each start, first, is where
** the code's next row goes. */
static int fill_rows(LitErr *e, const LitColIn *col, uint32_t *starts) {
  uint32_t n = col->n_codes, n_rows = col->seg->n_rows, *rows = starts + n + 1;
  uint32_t *codes = lit_new(e, n_rows, sizeof *codes);
  if (!codes || read_codes(e, col, codes)) return lit_free(codes), e->rc;
  for (uint32_t i = 0; i < n_rows; i++) starts[codes[i] + 1]++;
  for (uint32_t c = 0; c < n; c++) starts[c + 1] += starts[c];
  for (uint32_t i = 0; i < n_rows; i++) rows[starts[codes[i]]++] = i;
  memmove(starts + 1, starts, n * sizeof *starts);
  starts[0] = 0;
  lit_free(codes);
  return LIT_OK;
}

/* ---- codes by their values ---- */

static size_t n_slots(const LitColIn *col) {
  size_t n = 2;
  while (n < 2 * (size_t)col->n_codes) n *= 2;
  return n;
}

static size_t words_of_codes(const LitColIn *col) {
  return HEAD + n_slots(col) * (sizeof(LitColSlot) / sizeof(uint32_t));
}

enum { WHOLE = 1, FRACTION, BRIEF, LONG, IS_BLOB = 8, LENGTH = 16 };

/* A number that is whole is the same as an integer and as a real.  Values that are not
** equal have other keys or tags, but for LONG ones. */
static LitColSlot slot_of(const LitVal *v) {
  LitColSlot s = {.key = (uint64_t)v->i, .tag = WHOLE};
  if (v->type == LIT_VAL_REAL) {
    int is_whole = v->d >= -0x1p63 && v->d < 0x1p63 && v->d == trunc(v->d);
    if (is_whole) s.key = (uint64_t)(int64_t)v->d;
    else memcpy(&s.key, &v->d, sizeof s.key), s.tag = FRACTION;
  } else if (v->type >= LIT_VAL_TEXT) {
    s = (LitColSlot){.tag = BRIEF};
    if (v->n > sizeof s.key) s.key = lit_hash64(v->at, v->n), s.tag = LONG;
    else if (v->n) memcpy(&s.key, v->at, v->n);
    s.tag += (v->type == LIT_VAL_BLOB ? IS_BLOB : 0) + LENGTH * (uint32_t)v->n;
  }
  return s;
}

static size_t place_of(const LitColSlot *s) {
  uint64_t both[] = {s->key, s->tag};
  return (size_t)lit_hash64(both, sizeof both);
}

static int fill_codes(LitErr *e, const LitColIn *col, uint32_t *out) {
  LitColSlot *slots = (LitColSlot *)(void *)out;
  LitDict d = {.col = col};
  size_t mask = n_slots(col) - 1;
  for (uint32_t code = 1; code < col->n_codes; code++) {
    LitColSlot s;
    size_t at;
    if (code == 1 ? lit_dict_seek(e, &d, 1) : lit_dict_next(e, &d)) break;
    s = slot_of(&d.val);
    s.code = code;
    for (at = place_of(&s) & mask; slots[at].code; ) at = (at + 1) & mask;
    slots[at] = s;
  }
  lit_dict_drop(&d);
  return e->rc;
}

void lit_colcodes_ahead(const LitColCodes *c, const LitVal *v) {
  LitColSlot s = slot_of(v);
  const LitColSlot *at = &c->slots[place_of(&s) & c->mask];
  __builtin_prefetch(at);
  __builtin_prefetch(&at->code);        /* They begin within lines */
}

int lit_colcodes_of(LitErr *e, const LitColCodes *c, LitDict *d, const LitVal *v,
                    uint32_t *lo, uint32_t *end) {
  LitColSlot s = slot_of(v);
  *lo = UINT32_MAX, *end = 0;
  for (size_t at = place_of(&s) & c->mask; c->slots[at].code;
       at = (at + 1) & c->mask) {
    uint32_t code = c->slots[at].code;
    if (c->slots[at].key != s.key || c->slots[at].tag != s.tag) continue;
    if (s.tag % IS_BLOB == LONG) {
      if (lit_dict_seek(e, d, code)) return e->rc;
      if (lit_val_cmp(&d->val, v) != 0) continue;
    }
    if (code < *lo) *lo = code;
    if (code >= *end) *end = code + 1;
  }
  return e->rc;
}

/* ---- keeping ---- */

enum { ROWS, CODES };
static const Kind kinds[] = {
  [ROWS] = {words_of_rows, fill_rows}, [CODES] = {words_of_codes, fill_codes},
};

static int64_t id_of(const LitColIn *col, int kind, int is_mark) {
  uint32_t asked[] = {(uint32_t)col->part, 2 * (uint32_t)kind + !is_mark};
  return lit_kept_hash(lit_hash64(asked, sizeof asked));
}

static const LitChunk *make(LitErr *e, const LitColIn *col, int kind) {
  const LitSeg *s = col->seg;
  size_t n = kinds[kind].words(col);
  uint32_t *all = lit_new0(e, n, sizeof *all);
  const LitChunk *own = NULL;
  if (all) all[0] = (uint32_t)col->part, all[1] = col->n_codes;
  if (all && !kinds[kind].fill(e, col, all + HEAD))
    own = lit_cache_keep(e, s->cache, s->stamp, id_of(col, kind, 0), all,
                         n * sizeof *all);
  lit_free(all);
  return own;
}

/* What is kept, lent, or NULL.  Another thing may have the same hash. */
static const LitChunk *open_kept(LitErr *e, const LitColIn *col, int kind) {
  const LitSeg *s = col->seg;
  size_t bytes = kinds[kind].words(col) * sizeof(uint32_t);
  const LitChunk *own;
  const uint32_t *at;
  if (e->rc || bytes > lit_cache_stats(s->cache).budget / SHARE) return NULL;
  own = lit_cache_look(s->cache, s->stamp, id_of(col, kind, 0));
  if (!own && lit_cache_again(e, s->cache, s->stamp, id_of(col, kind, 1)))
    own = make(e, col, kind);
  if (!own) return NULL;
  at = (const uint32_t *)(const void *)own->at;
  if (own->n == bytes && at[0] == (uint32_t)col->part && at[1] == col->n_codes)
    return own;
  lit_seg_give(s, own);
  return NULL;
}

int lit_colorder_open(LitErr *e, LitColOrder *o, const LitColIn *col) {
  *o = (LitColOrder){.seg = col->seg, .own = open_kept(e, col, ROWS)};
  if (!o->own) return e->rc;
  o->starts = (const uint32_t *)(const void *)o->own->at + HEAD;
  o->rows = o->starts + col->n_codes + 1;
  return LIT_OK;
}

void lit_colorder_close(LitColOrder *o) {
  if (o->own) lit_seg_give(o->seg, o->own);
  *o = (LitColOrder){0};
}

int lit_colcodes_open(LitErr *e, LitColCodes *c, const LitColIn *col) {
  *c = (LitColCodes){.seg = col->seg, .own = open_kept(e, col, CODES)};
  if (!c->own) return e->rc;
  c->slots = (const LitColSlot *)(const void *)(c->own->at + HEAD * sizeof(uint32_t));
  c->mask = n_slots(col) - 1;
  return LIT_OK;
}

void lit_colcodes_close(LitColCodes *c) {
  if (c->own) lit_seg_give(c->seg, c->own);
  *c = (LitColCodes){0};
}
