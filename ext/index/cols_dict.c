/* cols_dict.c -- the dictionary of a FILTER column: ordered values in pages
** (format: cols_part.h) */
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

#define BAD_VALUE "a value of a FILTER column"

/* ---- order ---- */

/* SQLite's classes: NULL, numbers, text, blobs. */
static int class_of(const LitVal *v) {
  static const int classes[] = {0, 1, 1, 2, 3};
  return classes[v->type];
}

/* An integer and a real, by exact value: the whole part of the real as an
** integer decides, then whether anything follows it. */
static int cmp_int_real(int64_t i, double d) {
  int64_t whole;
  if (d < -9223372036854775808.0) return 1;
  if (d >= 9223372036854775808.0) return -1;
  whole = (int64_t)d;
  if (i != whole) return i < whole ? -1 : 1;
  return (double)whole < d ? -1 : (double)whole > d;
}

static int cmp_numbers(const LitVal *a, const LitVal *b) {
  if (a->type == LIT_VAL_INT && b->type == LIT_VAL_INT)
    return a->i < b->i ? -1 : a->i > b->i;
  if (a->type == LIT_VAL_INT) return cmp_int_real(a->i, b->d);
  if (b->type == LIT_VAL_INT) return -cmp_int_real(b->i, a->d);
  return a->d < b->d ? -1 : a->d > b->d;
}

int lit_val_cmp(const LitVal *a, const LitVal *b) {
  size_t n = a->n < b->n ? a->n : b->n;
  int c = class_of(a) - class_of(b);
  if (c || a->type == LIT_VAL_NULL) return c;
  if (class_of(a) == 1) return cmp_numbers(a, b);
  c = n ? memcmp(a->at, b->at, n) : 0;
  return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

int lit_val_cmp_exact(const LitVal *a, const LitVal *b) {
  int c = lit_val_cmp(a, b);
  if (c || class_of(a) != 1) return c;
  if (a->type != b->type) return (int)a->type - (int)b->type;
  return a->type == LIT_VAL_REAL ? memcmp(&a->d, &b->d, sizeof a->d) : 0;
}

/* ---- writing ---- */

void lit_dictout_begin(LitDictOut *d, LitPart *part) {
  *d = (LitDictOut){.part = part, .first = 1, .n_codes = 1};
}

void lit_dictout_drop(LitDictOut *d) {
  lit_buf_drop(&d->pages);
  lit_buf_drop(&d->groups);
  lit_buf_drop(&d->values);
  lit_buf_drop(&d->bytes);
}

/* Write the open page as one record. */
static int cut_page(LitErr *e, LitDictOut *d) {
  uint32_t table = (uint32_t)d->groups.n;
  LitPlace place;
  if (e->rc || d->values.n == 0) return e->rc;
  for (uint32_t i = 0; i < table; i += 4) {
    uint32_t start = lit_get_u32(d->groups.at + i) + table;
    memcpy(d->groups.at + i, &start, sizeof start);
  }
  lit_buf_put(e, &d->groups, d->values.at, d->values.n);
  place = lit_part_put(e, d->part, d->groups.at, d->groups.n);
  lit_buf_u32(e, &d->pages, d->first);
  lit_buf_u32(e, &d->pages, place.chunk);
  lit_buf_u32(e, &d->pages, place.at);
  lit_buf_u32(e, &d->pages, (uint32_t)d->groups.n);
  d->groups.n = d->values.n = 0;
  d->first = d->n_codes;
  return e->rc;
}

static uint64_t zigzag(uint64_t v) { return v << 1 ^ (0 - (v >> 63)); }
static uint64_t unzigzag(uint64_t v) { return v >> 1 ^ (0 - (v & 1)); }

/* The bytes of a text or blob, less those it shares with the one before. */
static void put_bytes(LitErr *e, LitDictOut *d, const LitVal *v) {
  size_t same = 0;
  while (same < v->n && same < d->bytes.n &&
         (uint8_t)v->at[same] == d->bytes.at[same])
    same++;
  lit_buf_varint(e, &d->values, same);
  lit_buf_varint(e, &d->values, v->n - same);
  lit_buf_put(e, &d->values, v->at + same, v->n - same);
  d->bytes.n = same;
  lit_buf_put(e, &d->bytes, v->at + same, v->n - same);
}

uint32_t lit_dictout_push(LitErr *e, LitDictOut *d, const LitVal *v) {
  uint64_t bits = 0;
  if (d->values.n + d->groups.n + v->n > LIT_CHUNK) cut_page(e, d);
  if ((d->n_codes - d->first) % COL_GROUP == 0) {
    lit_buf_u32(e, &d->groups, (uint32_t)d->values.n);
    d->bytes.n = 0;
    d->last_int = 0;
  }
  lit_buf_u8(e, &d->values, (unsigned)v->type);
  if (v->type == LIT_VAL_INT) {
    lit_buf_varint(e, &d->values,
                   zigzag((uint64_t)v->i - (uint64_t)d->last_int));
    d->last_int = v->i;
  } else if (v->type == LIT_VAL_REAL) {
    memcpy(&bits, &v->d, sizeof bits);
    lit_buf_u64(e, &d->values, bits);
  } else {
    put_bytes(e, d, v);
  }
  d->last = *v;
  if (v->type >= LIT_VAL_TEXT) d->last.at = (const char *)d->bytes.at;
  return d->n_codes++;
}

int lit_dictout_end(LitErr *e, LitDictOut *d) { return cut_page(e, d); }

/* ---- reading ---- */

static const uint8_t *page_entry(const LitDict *d, uint32_t page) {
  return d->col->pages + (size_t)page * COL_ENTRY;
}

static void leave_page(LitDict *d) {
  if (d->chunk) lit_seg_give(d->col->seg, d->chunk);
  d->chunk = NULL;
}

void lit_dict_drop(LitDict *d) {
  leave_page(d);
  lit_buf_drop(&d->bytes);
}

static int enter_page(LitErr *e, LitDict *d, uint32_t page) {
  const uint8_t *entry = page_entry(d, page);
  uint32_t at = lit_get_u32(entry + 8);
  uint32_t next = page + 1 < d->col->n_pages ? lit_get_u32(entry + COL_ENTRY)
                                             : d->col->n_codes;
  if (d->chunk && d->page == page) return LIT_OK;
  leave_page(d);
  d->chunk = lit_seg_chunk(e, d->col->seg, d->col->part,
                           lit_get_u32(entry + 4));
  if (!d->chunk) return e->rc;
  d->page = page;
  d->first = lit_get_u32(entry);
  d->count = next - d->first;
  d->n = lit_get_u32(entry + 12);
  if (at > d->chunk->n || d->n > d->chunk->n - at || d->count > d->n)
    return leave_page(d), lit_colin_bad(e, d->col, "a page out of its chunk");
  d->at = d->chunk->at + at;
  return LIT_OK;
}

static void take_bytes(LitErr *e, LitDict *d) {
  uint64_t same = lit_in_varint(&d->in), n = lit_in_varint(&d->in);
  const uint8_t *at;
  if (same > d->bytes.n || n > LIT_VAL_MAX - same) d->in.bad = 1;
  at = lit_in_take(&d->in, (size_t)n);
  if (d->in.bad) return;
  d->bytes.n = d->same = (size_t)same;
  lit_buf_room(e, &d->bytes, (size_t)n + 1);    /* never NULL, even if empty */
  lit_buf_put(e, &d->bytes, at, (size_t)n);
  d->val.at = (const char *)d->bytes.at;
  d->val.n = d->bytes.n;
}

/* Decode the value at d->in. */
static int take(LitErr *e, LitDict *d) {
  unsigned type = lit_in_u8(&d->in);
  uint64_t bits;
  d->val = (LitVal){.type = (LitValType)type};
  if (type == LIT_VAL_INT) {
    d->last_int = (int64_t)((uint64_t)d->last_int +
                            unzigzag(lit_in_varint(&d->in)));
    d->val.i = d->last_int;
  } else if (type == LIT_VAL_REAL) {
    bits = lit_in_u64(&d->in);
    memcpy(&d->val.d, &bits, sizeof bits);
    d->in.bad |= d->val.d != d->val.d;
  } else if (type == LIT_VAL_TEXT || type == LIT_VAL_BLOB) {
    take_bytes(e, d);
  } else {
    d->in.bad = 1;
  }
  if (d->in.bad) lit_colin_bad(e, d->col, BAD_VALUE);
  return e->rc;
}

/* The sixteen values `group` of the page entered; at NULL and an error. */
static LitIn group_at(LitErr *e, const LitDict *d, uint32_t group) {
  uint32_t start = 0;
  if ((size_t)group * 4 + 4 <= d->n) start = lit_get_u32(d->at + group * 4);
  if (start > 0 && start < d->n) return lit_in(d->at + start, d->n - start);
  lit_colin_bad(e, d->col, "values out of their page");
  return (LitIn){.bad = 1};
}

/* Go to the first of them. */
static int enter_group(LitErr *e, LitDict *d, uint32_t group) {
  d->in = group_at(e, d, group);
  if (d->in.bad) return e->rc;
  d->code = d->first + group * COL_GROUP;
  d->last_int = 0;
  d->bytes.n = 0;
  return take(e, d);
}

int lit_dict_next(LitErr *e, LitDict *d) {
  uint32_t i = d->code + 1 - d->first;
  if (i == d->count)
    return enter_page(e, d, d->page + 1) ? e->rc : enter_group(e, d, 0);
  if (i % COL_GROUP == 0) return enter_group(e, d, i / COL_GROUP);
  d->code++;
  return take(e, d);
}

int lit_dict_seek(LitErr *e, LitDict *d, uint32_t code) {
  uint32_t lo = 0, hi = d->col->n_pages;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (lit_get_u32(page_entry(d, mid)) <= code) lo = mid;
    else hi = mid;
  }
  if (enter_page(e, d, lo)) return e->rc;
  if (enter_group(e, d, (code - d->first) / COL_GROUP)) return e->rc;
  while (d->code < code && !lit_dict_next(e, d)) {}
  return e->rc;
}

/* Is the value before v (or, if `after`, equal)? */
static int is_before(const LitVal *value, const LitVal *v, int after) {
  int c = lit_val_cmp(value, v);
  return after ? c <= 0 : c < 0;
}

/* The same of the first value of a group of the page entered, where it lies. */
static int is_group_before(LitErr *e, const LitDict *d, uint32_t group,
                           const LitVal *v, int after) {
  LitIn in = group_at(e, d, group);
  LitVal first = {.type = (LitValType)lit_in_u8(&in)};
  uint64_t bits;
  if (first.type == LIT_VAL_INT) {
    first.i = (int64_t)unzigzag(lit_in_varint(&in));
  } else if (first.type == LIT_VAL_REAL) {
    bits = lit_in_u64(&in);
    memcpy(&first.d, &bits, sizeof bits);
  } else if (first.type == LIT_VAL_TEXT || first.type == LIT_VAL_BLOB) {
    in.bad |= lit_in_varint(&in) != 0;
    first.n = (size_t)lit_in_varint(&in);
    first.at = (const char *)lit_in_take(&in, first.n);
  } else {
    in.bad = 1;
  }
  if (in.bad) return lit_colin_bad(e, d->col, BAD_VALUE), 0;
  return is_before(&first, v, after);
}

/* Go to the first value of the last page that begins before v; else page 0. */
static int find_page(LitErr *e, LitDict *d, const LitVal *v, int after) {
  uint32_t lo = 0, hi = d->col->n_pages;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (enter_page(e, d, mid)) return e->rc;
    if (is_group_before(e, d, 0, v, after)) lo = mid;
    else hi = mid;
  }
  return enter_page(e, d, lo);
}

/* In that page, to the last group that begins before v; else group 0. */
static int find_group(LitErr *e, LitDict *d, const LitVal *v, int after) {
  uint32_t lo = 0, hi = (d->count + COL_GROUP - 1) / COL_GROUP;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (is_group_before(e, d, mid, v, after)) lo = mid;
    else hi = mid;
  }
  return enter_group(e, d, lo);
}

/* The same for a v behind the value d is at: ever farther groups of this page are
** looked at, then those between.  False if it may be in another page. */
static int find_ahead(LitErr *e, LitDict *d, const LitVal *v, int after) {
  uint32_t n = (d->count + COL_GROUP - 1) / COL_GROUP, step = 1;
  uint32_t lo = (d->code - d->first) / COL_GROUP, hi = lo + 1;
  for (; lo + 1 < n; lo = hi, hi += step, step *= 2) {
    if (hi >= n) hi = n - 1;
    if (!is_group_before(e, d, hi, v, after)) break;
  }
  if (lo + 1 >= n) return 0;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (is_group_before(e, d, mid, v, after)) lo = mid;
    else hi = mid;
  }
  return !e->rc && !enter_group(e, d, lo);
}

/* Values that are asked for in ascending order lie one close behind another. */
static int find_near(LitErr *e, LitDict *d, const LitVal *v, int after) {
  if (d->chunk && is_before(&d->val, v, after) && find_ahead(e, d, v, after))
    return e->rc;
  return e->rc || find_page(e, d, v, after) ? e->rc
                                            : find_group(e, d, v, after);
}

/* How many of the first bytes are alike, from `at` on. */
static size_t alike(const LitVal *a, const LitVal *b, size_t at) {
  size_t n = a->n < b->n ? a->n : b->n;
  while (at < n && a->at[at] == b->at[at]) at++;
  return at;
}

/* From a value before v on, as long as values are; they are text or blobs as v is.
** What a value has in common with v says how the next, which has in common with it
** what it says itself, compares with v: no byte is looked at twice. */
static int pass_bytes(LitErr *e, LitDict *d, const LitVal *v, int after) {
  size_t n = alike(&d->val, v, 0);
  while (d->code + 1 < d->col->n_codes && !lit_dict_next(e, d)) {
    const LitVal *now = &d->val;
    if (now->type != v->type) break;
    if ((d->code - d->first) % COL_GROUP == 0) n = alike(now, v, 0);
    else if (d->same != n) { if (d->same < n) break; else continue; }
    else n = alike(now, v, n);
    if (n < v->n ? n < now->n && (uint8_t)now->at[n] > (uint8_t)v->at[n]
                 : !after || n < now->n)
      break;
  }
  return e->rc;
}

int lit_dict_bound(LitErr *e, LitDict *d, const LitVal *v, int after,
                   uint32_t *code) {
  *code = d->col->n_codes;
  if (d->col->n_pages == 0) return e->rc;
  if (find_near(e, d, v, after)) return e->rc;
  if (d->val.type == v->type && v->type >= LIT_VAL_TEXT &&
      is_before(&d->val, v, after) && pass_bytes(e, d, v, after))
    return e->rc;
  while (is_before(&d->val, v, after)) {
    if (d->code + 1 == d->col->n_codes) return LIT_OK;
    if (lit_dict_next(e, d)) return e->rc;
  }
  *code = d->code;
  return LIT_OK;
}
