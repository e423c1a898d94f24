/* cols_write.c -- values of a FILTER column gathered row by row, then written
** as a part of a segment; a part made of others; the check of a part.
**
** Each distinct value is kept once and found by its hash; rows hold numbers of
** values.  At the end the values are sorted, their places are the codes.
*/
#include <stdlib.h>
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

/* A value once: text and blobs as a place in `pool`. */
typedef struct Distinct {
  uint64_t hash;
  uint64_t bits;            /* INT and REAL; TEXT and BLOB: place in the pool */
  uint32_t n;
  LitValType type;
} Distinct;

typedef struct RowVal { uint32_t row, value; } RowVal;

struct LitCol {
  Distinct *values;
  size_t n_values, values_room;
  RowVal *rows;             /* Rows that are not NULL, ascending */
  size_t n_rows, rows_room;
  uint32_t *slots;          /* [n_slots] value number + 1; 0: free */
  size_t n_slots;
  LitBuf pool;
};

enum { FIRST_SLOTS = 64 };

LitCol *lit_col_new(LitErr *e) {
  LitCol *c = lit_new0(e, 1, sizeof *c);
  if (!c) return NULL;
  c->slots = lit_new0(e, FIRST_SLOTS, sizeof *c->slots);
  if (!c->slots) return lit_free(c), NULL;
  c->n_slots = FIRST_SLOTS;
  return c;
}

void lit_col_free(LitCol *c) {
  if (!c) return;
  lit_free(c->values);
  lit_free(c->rows);
  lit_free(c->slots);
  lit_buf_drop(&c->pool);
  lit_free(c);
}

size_t lit_col_bytes(const LitCol *c) {
  return sizeof *c + c->values_room * sizeof *c->values +
         c->rows_room * sizeof *c->rows + c->n_slots * sizeof *c->slots +
         c->pool.room;
}

static uint64_t bits_of(const LitVal *v) {
  uint64_t bits = 0;
  if (v->type == LIT_VAL_INT) memcpy(&bits, &v->i, sizeof bits);
  if (v->type == LIT_VAL_REAL) memcpy(&bits, &v->d, sizeof bits);
  return bits;
}

static int is_bytes(const LitVal *v) { return v->type >= LIT_VAL_TEXT; }

static uint64_t hash_of(const LitVal *v) {
  uint64_t bits = bits_of(v);
  uint64_t h = is_bytes(v) ? lit_hash64(v->n ? v->at : "", v->n)
                           : lit_hash64(&bits, sizeof bits);
  return h + (uint64_t)v->type;
}

static int is_same(const LitCol *c, const Distinct *x, const LitVal *v) {
  if (x->type != v->type) return 0;
  if (!is_bytes(v)) return x->bits == bits_of(v);
  return x->n == v->n && (v->n == 0 ||
                          memcmp(c->pool.at + x->bits, v->at, v->n) == 0);
}

/* The slot that holds v or is free for it. */
static size_t find(const LitCol *c, const LitVal *v, uint64_t hash) {
  size_t i = (size_t)hash & (c->n_slots - 1);
  while (c->slots[i]) {
    const Distinct *x = &c->values[c->slots[i] - 1];
    if (x->hash == hash && is_same(c, x, v)) break;
    i = (i + 1) & (c->n_slots - 1);
  }
  return i;
}

static int widen(LitErr *e, LitCol *c) {
  size_t n = c->n_slots * 2;
  uint32_t *slots = lit_new0(e, n, sizeof *slots);
  if (!slots) return e->rc;
  for (size_t i = 0; i < c->n_values; i++) {
    size_t at = (size_t)c->values[i].hash & (n - 1);
    while (slots[at]) at = (at + 1) & (n - 1);
    slots[at] = (uint32_t)i + 1;
  }
  lit_free(c->slots);
  c->slots = slots, c->n_slots = n;
  return LIT_OK;
}

/* Take in a value that is new, in a slot found free. */
static int enter(LitErr *e, LitCol *c, const LitVal *v, uint64_t hash) {
  Distinct x = {hash, bits_of(v), 0, v->type};
  if (is_bytes(v)) {
    x.bits = c->pool.n;
    x.n = (uint32_t)v->n;
    if (v->n && lit_buf_room(e, &c->pool, v->n)) return e->rc;
    lit_buf_put(e, &c->pool, v->at, v->n);
  }
  c->slots[find(c, v, hash)] = (uint32_t)c->n_values + 1;
  c->values[c->n_values++] = x;
  return LIT_OK;
}

int lit_col_add(LitErr *e, LitCol *c, uint32_t row, const LitVal *v) {
  uint64_t hash;
  size_t slot;
  if (e->rc || v->type == LIT_VAL_NULL) return e->rc;
  if (v->type == LIT_VAL_REAL && v->d != v->d) return e->rc;
  if (is_bytes(v) && v->n > LIT_VAL_MAX)
    return lit_fail(e, LIT_TOOBIG, "a FILTER column holds values of at most "
                    "%d bytes, not %zu", LIT_VAL_MAX, v->n);
  if (LIT_GROW(e, &c->rows, &c->rows_room, c->n_rows + 1)) return e->rc;
  if (LIT_GROW(e, &c->values, &c->values_room, c->n_values + 1)) return e->rc;
  if (c->n_values >= c->n_slots / 2 && widen(e, c)) return e->rc;
  hash = hash_of(v);
  slot = find(c, v, hash);
  if (!c->slots[slot] && enter(e, c, v, hash)) return e->rc;
  c->rows[c->n_rows++] = (RowVal){row, c->slots[slot] - 1};
  return LIT_OK;
}

typedef struct Sorted { LitVal v; uint32_t value; } Sorted;

static int by_value(const void *a, const void *b) {
  return lit_val_cmp_exact(&((const Sorted *)a)->v, &((const Sorted *)b)->v);
}

static LitVal value_of(const LitCol *c, const Distinct *x) {
  LitVal v = {.type = x->type};
  if (x->type == LIT_VAL_INT) memcpy(&v.i, &x->bits, sizeof v.i);
  if (x->type == LIT_VAL_REAL) memcpy(&v.d, &x->bits, sizeof v.d);
  if (!is_bytes(&v)) return v;
  v.at = x->n ? (const char *)c->pool.at + x->bits : "";
  v.n = x->n;
  return v;
}

/* Write the values that used[] marks, in order; used[value] = its code. */
static int write_values(LitErr *e, const LitCol *c, uint32_t *used,
                        LitDictOut *dict) {
  Sorted *sorted = lit_new(e, c->n_values, sizeof *sorted);
  size_t n = 0;
  if (!sorted) return e->rc;
  for (uint32_t i = 0; i < c->n_values; i++)
    if (used[i]) sorted[n++] = (Sorted){value_of(c, &c->values[i]), i};
  qsort(sorted, n, sizeof *sorted, by_value);
  for (size_t i = 0; i < n && !e->rc; i++)
    used[sorted[i].value] = lit_dictout_push(e, dict, &sorted[i].v);
  lit_free(sorted);
  return lit_dictout_end(e, dict);
}

int lit_col_write(LitErr *e, LitCol *c, int column, const uint32_t *ord_of,
                  LitSegOut *out) {
  uint32_t *used = lit_new0(e, c->n_values, sizeof *used);
  uint32_t *codes = lit_new0(e, out->n_rows, sizeof *codes);
  LitPart part;
  LitDictOut dict;
  lit_segout_part(out, &part, LIT_PART_COLS + column, LIT_CHUNK);
  lit_dictout_begin(&dict, &part);
  if (e->rc) goto done;
  for (size_t i = 0; i < c->n_rows; i++)
    if (ord_of[c->rows[i].row] != UINT32_MAX) used[c->rows[i].value] = 1;
  if (write_values(e, c, used, &dict)) goto done;
  for (size_t i = 0; i < c->n_rows; i++) {
    uint32_t ord = ord_of[c->rows[i].row];
    if (ord != UINT32_MAX) codes[ord] = used[c->rows[i].value];
  }
  lit_codes_write(e, &dict, codes, out);
done:
  lit_part_drop(&part);
  lit_dictout_drop(&dict);
  lit_free(used);
  lit_free(codes);
  return e->rc;
}
