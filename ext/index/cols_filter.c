/* cols_filter.c -- conditions on a FILTER column, and the value of a row.
**
** A condition becomes ranges of codes, by searches in the dictionary; the
** ranges are then tested block by block, on the words of the codes.  Blocks
** that hold no row of the mask, or no code of a range, or only codes of one,
** are not read.
*/
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

/* More ranges than this in a block: look each code up in a set instead.  So many
** letters of a prefix are searched for in both cases.  Up to one row in so many is
** taken one by one, or taken out: that costs about as much as to look at all. */
enum { FEW_RANGES = 8, FOLDED = 4, FEW_ROWS = 8 };
enum { MANY_VALUES = 8, AHEAD = 8 };    /* So many are looked up in a table, where these
                            ** lie anywhere: so many are fetched before */

typedef struct Range { uint32_t lo, hi; } Range;    /* lo <= code <= hi */

typedef struct Filter {
  const LitPred *pred;
  LitColIn col;
  LitDict dict;
  Range *ranges;            /* [n] in the end ascending, apart */
  size_t n, room;
  uint8_t *set;             /* [2 * n_codes] if there are many ranges: 1 for a
                            ** code of one */
} Filter;

/* The codes lo .. end-1 pass. */
static int add(LitErr *e, Filter *f, uint32_t lo, uint32_t end) {
  if (lo >= end) return e->rc;
  if (f->n && f->ranges[f->n - 1].hi == lo - 1)
    return f->ranges[f->n - 1].hi = end - 1, e->rc;
  if (LIT_GROW(e, &f->ranges, &f->room, f->n + 1)) return e->rc;
  f->ranges[f->n++] = (Range){lo, end - 1};
  return LIT_OK;
}

/* ---- conditions: each adds its ranges ---- */

/* The codes of the values equal to v, *lo .. *end-1: one, or a number as an
** integer and as reals. */
static int equal(LitErr *e, Filter *f, const LitVal *v, uint32_t *lo,
                 uint32_t *end) {
  *lo = *end = f->col.n_codes;
  if (lit_dict_bound(e, &f->dict, v, 0, lo)) return e->rc;
  for (*end = *lo; *end < f->col.n_codes; ++*end) {
    if (*end > *lo && v->type >= LIT_VAL_TEXT) break;
    if (f->dict.code != *end && lit_dict_next(e, &f->dict)) return e->rc;
    if (lit_val_cmp(&f->dict.val, v) != 0) break;
  }
  return LIT_OK;
}

static int op_eq(LitErr *e, Filter *f, const LitVal *v) {
  uint32_t lo, end;
  return equal(e, f, v, &lo, &end) ? e->rc : add(e, f, lo, end);
}

static int op_ne(LitErr *e, Filter *f, const LitVal *v) {
  uint32_t lo, end;
  if (equal(e, f, v, &lo, &end)) return e->rc;
  add(e, f, 1, lo);
  return add(e, f, end, f->col.n_codes);
}

static int up_to(LitErr *e, Filter *f, const LitVal *v, int after) {
  uint32_t end;
  return lit_dict_bound(e, &f->dict, v, after, &end) ? e->rc
                                                     : add(e, f, 1, end);
}

static int from_on(LitErr *e, Filter *f, const LitVal *v, int after) {
  uint32_t lo;
  return lit_dict_bound(e, &f->dict, v, after, &lo)
             ? e->rc : add(e, f, lo, f->col.n_codes);
}

static int op_lt(LitErr *e, Filter *f, const LitVal *v) {
  return up_to(e, f, v, 0);
}
static int op_le(LitErr *e, Filter *f, const LitVal *v) {
  return up_to(e, f, v, 1);
}
static int op_gt(LitErr *e, Filter *f, const LitVal *v) {
  return from_on(e, f, v, 1);
}
static int op_ge(LitErr *e, Filter *f, const LitVal *v) {
  return from_on(e, f, v, 0);
}

static int by_lo(const void *a, const void *b) {
  uint32_t x = ((const Range *)a)->lo, y = ((const Range *)b)->lo;
  return x < y ? -1 : x > y;
}

static int is_ascending(const Range *r, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (r[i - 1].lo > r[i].lo) return 0;
  return 1;
}

static int op_in(LitErr *e, Filter *f, const LitVal *v) {
  LitColCodes codes = {0};
  size_t n = 0, n_vals = f->pred->n_vals;
  if (n_vals >= MANY_VALUES) lit_colcodes_open(e, &codes, &f->col);
  for (size_t i = 0; codes.own && i < AHEAD && i < n_vals; i++)
    lit_colcodes_ahead(&codes, &v[i]);
  for (size_t i = 0; i < n_vals && !e->rc; i++) {
    uint32_t lo, end;
    if (codes.own && i + AHEAD < n_vals) lit_colcodes_ahead(&codes, &v[i + AHEAD]);
    if (v[i].type == LIT_VAL_NULL) continue;
    if (!codes.own) {
      op_eq(e, f, &v[i]);
      continue;
    }
    if (!lit_colcodes_of(e, &codes, &f->dict, &v[i], &lo, &end)) add(e, f, lo, end);
  }
  lit_colcodes_close(&codes);
  if (f->n == 0) return e->rc;
  if (!is_ascending(f->ranges, f->n))
    qsort(f->ranges, f->n, sizeof *f->ranges, by_lo);
  for (size_t i = 1; i < f->n; i++)
    if (f->ranges[i].lo <= f->ranges[n].hi + 1) {
      if (f->ranges[i].hi > f->ranges[n].hi) f->ranges[n].hi = f->ranges[i].hi;
    } else {
      f->ranges[++n] = f->ranges[i];
    }
  f->n = n + 1;
  return e->rc;
}

static int op_is_null(LitErr *e, Filter *f, const LitVal *v) {
  (void)v;
  return add(e, f, 0, 1);
}

static int op_not_null(LitErr *e, Filter *f, const LitVal *v) {
  (void)v;
  return add(e, f, 1, f->col.n_codes);
}

static uint8_t lower(uint8_t c) {
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static int is_letter(char c) {
  return lower((uint8_t)c) >= 'a' && lower((uint8_t)c) <= 'z';
}

static int begins(const char *at, size_t n, const LitVal *v, int fold) {
  if (n < v->n) return 0;
  for (size_t i = 0; i < v->n; i++) {
    uint8_t a = (uint8_t)at[i], b = (uint8_t)v->at[i];
    if (fold ? lower(a) != lower(b) : a != b) return 0;
  }
  return 1;
}

/* Of the codes lo .. end-1 those whose value, if it is an integer in decimal,
** begins with v. */
static int add_matching(LitErr *e, Filter *f, const LitVal *v, int fold,
                        uint32_t lo, uint32_t end) {
  char digits[24];
  for (uint32_t i = lo; i < end && !e->rc; i++) {
    LitVal now;
    if (i == lo ? lit_dict_seek(e, &f->dict, i) : lit_dict_next(e, &f->dict))
      return e->rc;
    now = f->dict.val;
    if (now.type == LIT_VAL_REAL) continue;
    if (now.type == LIT_VAL_INT) {
      now.n = (size_t)snprintf(digits, sizeof digits, "%lld",
                               (long long)now.i);
      now.at = digits;
    }
    if (begins(now.at, now.n, v, fold)) add(e, f, i, i + 1);
  }
  return e->rc;
}

/* The codes of `type` that begin with at [n], exactly: *lo .. *end-1.  The
** next string after all of them: the last byte that can be raised is. */
static int prefix_range(LitErr *e, Filter *f, LitVal v, uint32_t *lo,
                        uint32_t *end) {
  LitVal next = v;
  char *at;
  *lo = *end = 0;
  if (lit_dict_bound(e, &f->dict, &v, 0, lo)) return e->rc;
  while (next.n && (uint8_t)next.at[next.n - 1] == 0xFF) next.n--;
  if (next.n == 0) {                    /* all up to the end of the type */
    if (v.type == LIT_VAL_BLOB) return *end = f->col.n_codes, LIT_OK;
    next.type = LIT_VAL_BLOB;
    return lit_dict_bound(e, &f->dict, &next, 0, end);
  }
  at = lit_copy(e, v.at, next.n);
  if (!at) return e->rc;
  at[next.n - 1]++;
  next.at = at;
  lit_dict_bound(e, &f->dict, &next, 0, end);
  lit_free(at);
  return e->rc;
}

/* Text or blobs that begin with v, case folded.  Each way to write the first
** FOLDED letters, capitals first, is a range of the dictionary; if v has more
** letters, the values in it are looked at. */
static int prefix_folded(LitErr *e, Filter *f, const LitVal *v) {
  LitVal head = *v;
  size_t letters[FOLDED];
  uint32_t lo, end;
  int n = 0;
  char *at = lit_copy(e, v->at, v->n);
  if (!at) return e->rc;
  head.at = at;
  for (size_t i = 0; i < v->n; i++) {
    if (!is_letter(at[i])) continue;
    if (n == FOLDED) { head.n = i; break; }
    letters[n++] = i;
  }
  for (unsigned small = 0; small < 1u << n && !e->rc; small++) {
    for (int k = 0; k < n; k++) {
      char c = (char)lower((uint8_t)at[letters[k]]);
      at[letters[k]] = small >> (n - 1 - k) & 1 ? c : (char)(c - 32);
    }
    if (prefix_range(e, f, head, &lo, &end)) break;
    if (head.n == v->n) add(e, f, lo, end);
    else add_matching(e, f, v, 1, lo, end);
  }
  lit_free(at);
  return e->rc;
}

static int prefix(LitErr *e, Filter *f, LitVal v, int fold) {
  const LitVal first_text = {.type = LIT_VAL_TEXT, .at = ""};
  uint32_t lo, end;
  if (v.type != LIT_VAL_TEXT && v.type != LIT_VAL_BLOB) return e->rc;
  if (lit_dict_bound(e, &f->dict, &first_text, 0, &end)) return e->rc;
  if (v.n == 0 || v.at[0] == '-' || (v.at[0] >= '0' && v.at[0] <= '9'))
    add_matching(e, f, &v, fold, 1, end);
  for (int i = 0; i < 2 && !e->rc; i++) {
    v.type = i ? LIT_VAL_BLOB : LIT_VAL_TEXT;
    if (fold) prefix_folded(e, f, &v);
    else if (!prefix_range(e, f, v, &lo, &end)) add(e, f, lo, end);
  }
  return e->rc;
}

static int op_prefix(LitErr *e, Filter *f, const LitVal *v) {
  return prefix(e, f, *v, 1);
}
static int op_prefix_case(LitErr *e, Filter *f, const LitVal *v) {
  return prefix(e, f, *v, 0);
}

static int (*const ops[])(LitErr *e, Filter *f, const LitVal *v) = {
  [LIT_OP_EQ] = op_eq, [LIT_OP_NE] = op_ne, [LIT_OP_LT] = op_lt,
  [LIT_OP_LE] = op_le, [LIT_OP_GT] = op_gt, [LIT_OP_GE] = op_ge,
  [LIT_OP_IN] = op_in, [LIT_OP_IS_NULL] = op_is_null,
  [LIT_OP_NOT_NULL] = op_not_null, [LIT_OP_PREFIX] = op_prefix,
  [LIT_OP_PREFIX_CASE] = op_prefix_case,
};

static int find_ranges(LitErr *e, Filter *f, const LitPred *p) {
  int wants = p->op != LIT_OP_IN && p->op != LIT_OP_IS_NULL &&
              p->op != LIT_OP_NOT_NULL;
  if (wants && (p->n_vals != 1 || p->vals[0].type == LIT_VAL_NULL))
    return e->rc;                       /* nothing compares with NULL */
  f->pred = p;
  return ops[p->op](e, f, p->vals);
}

/* f->ranges = what they have in common with `other` [n]. */
static int meet(LitErr *e, Filter *f, const Range *other, size_t n) {
  Range *own = f->ranges;
  size_t n_own = f->n, i = 0, k = 0;
  f->ranges = NULL, f->n = f->room = 0;
  while (i < n_own && k < n && !e->rc) {
    uint32_t lo = own[i].lo > other[k].lo ? own[i].lo : other[k].lo;
    uint32_t hi = own[i].hi < other[k].hi ? own[i].hi : other[k].hi;
    if (lo <= hi) add(e, f, lo, hi + 1);
    if (own[i].hi < other[k].hi) i++;
    else k++;
  }
  lit_free(own);
  return e->rc;
}

/* The ranges of all conditions p [n]. */
static int find_common(LitErr *e, Filter *f, const LitPred *p, size_t n) {
  if (find_ranges(e, f, p)) return e->rc;
  for (size_t i = 1; i < n && f->n && !e->rc; i++) {
    Range *before = f->ranges;
    size_t n_before = f->n;
    f->ranges = NULL, f->n = f->room = 0;
    if (!find_ranges(e, f, &p[i])) meet(e, f, before, n_before);
    lit_free(before);
  }
  return e->rc;
}

/* ---- rows ---- */

/* The ranges that meet min .. max: ranges[*from .. *to-1]. */
static void ranges_within(const Filter *f, uint32_t min, uint32_t max,
                          size_t *from, size_t *to) {
  size_t lo = 0, hi = f->n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (f->ranges[mid].hi < min) lo = mid + 1;
    else hi = mid;
  }
  *from = *to = lo;
  while (*to < f->n && f->ranges[*to].lo <= max) ++*to;
}

/* Words [n] of the mask, by ranges. */
static void test_ranges(const LitCodes *k, const Range *r, size_t n_ranges,
                        uint64_t *mask, uint32_t n) {
  uint64_t pass[COL_BLOCK / 64] = {0};
  for (size_t i = 0; i < n_ranges; i++)
    lit_codes_between(k, r[i].lo > k->min ? r[i].lo : k->min,
                      r[i].hi < k->max ? r[i].hi : k->max, pass);
  for (uint32_t g = 0; g < n; g++) mask[g] &= pass[g];
}

static int make_set(LitErr *e, Filter *f) {
  if (f->set) return LIT_OK;
  f->set = lit_new0(e, f->col.n_codes, 2);
  for (size_t i = 0; f->set && i < f->n; i++)
    memset(f->set + f->ranges[i].lo, 1,
           (size_t)f->ranges[i].hi - f->ranges[i].lo + 1);
  return e->rc;
}

/* Eight bytes of 0 or 1 as bits, the first the lowest. */
static uint64_t bits_of(const uint8_t *at) {
  return lit_get_u64(at) * 0x0102040810204080u >> 56;
}

/* The same by a set of all codes that pass, made when first needed.  Of the bits
** of max - min none makes more than 2 * (max - min) + 1, so that min and any
** such code is within twice the codes there are. */
static int test_set(LitErr *e, Filter *f, const LitCodes *k, uint64_t *mask) {
  uint32_t codes[64];
  uint8_t pass[64];
  if (make_set(e, f)) return e->rc;
  for (uint32_t i = 0; i < k->n; i += 64) {
    const uint8_t *set = f->set + k->min;
    uint64_t bits = 0;
    if (!mask[i / 64]) continue;
    lit_codes_raw(k, i / 64, codes);
    for (int j = 0; j < 64; j++) pass[j] = set[codes[j]];
    for (int j = 0; j < 64; j += 8) bits |= bits_of(pass + j) << j;
    mask[i / 64] &= bits;
  }
  return LIT_OK;
}

static int is_empty(const uint64_t *words, uint32_t n) {
  uint64_t any = 0;
  for (uint32_t i = 0; i < n; i++) any |= words[i];
  return !any;
}

static int filter_block(LitErr *e, Filter *f, uint32_t block, uint64_t *mask) {
  LitCodes k;
  size_t from, to;
  uint32_t n;
  if (lit_codes_peek(e, &k, &f->col, block)) return e->rc;
  n = (k.n + 63) / 64;
  if (is_empty(mask, n)) return LIT_OK;
  ranges_within(f, k.min, k.max, &from, &to);
  if (from == to) return memset(mask, 0, n * sizeof *mask), LIT_OK;
  if (f->ranges[from].lo <= k.min && f->ranges[from].hi >= k.max)
    return LIT_OK;
  if (lit_codes_open(e, &k, &f->col, block)) return e->rc;
  if (to - from > FEW_RANGES) test_set(e, f, &k, mask);
  else test_ranges(&k, f->ranges + from, to - from, mask, n);
  lit_codes_close(&k);
  return e->rc;
}

/* ---- few rows, or all but a few ---- */

/* How many they are; the first of each range, which lie anywhere, are fetched. */
static uint32_t count_rows(const Filter *f, const LitColOrder *o) {
  uint32_t n = 0;
  for (size_t i = 0; i < f->n; i++)
    __builtin_prefetch(o->starts + f->ranges[i].lo);
  for (size_t i = 0; i < f->n; i++) {
    uint32_t from = o->starts[f->ranges[i].lo];
    n += o->starts[f->ranges[i].hi + 1] - from;
    __builtin_prefetch(o->rows + from);
  }
  return n;
}

static int take_rows(LitErr *e, const Filter *f, const LitColOrder *o,
                     LitBits *mask) {
  LitBits pass;
  if (lit_bits_init(e, &pass, mask->n, 0)) return e->rc;
  for (size_t i = 0; i < f->n; i++)
    for (uint32_t at = o->starts[f->ranges[i].lo],
                  end = o->starts[f->ranges[i].hi + 1]; at < end; at++)
      lit_bits_set(&pass, o->rows[at]);
  lit_bits_and(mask, &pass);
  lit_bits_drop(&pass);
  return e->rc;
}

/* The rows between the ranges. */
static void take_out(const Filter *f, const LitColOrder *o, LitBits *mask) {
  uint32_t at = 0;
  for (size_t i = 0; i <= f->n; i++) {
    uint32_t code = i < f->n ? f->ranges[i].lo : f->col.n_codes;
    for (; at < o->starts[code]; at++) lit_bits_unset(mask, o->rows[at]);
    if (i < f->n) at = o->starts[f->ranges[i].hi + 1];
  }
}

/* By the rows of the codes, if that is short; *did says whether it was. */
static int filter_few(LitErr *e, const Filter *f, LitBits *mask, int *did) {
  LitColOrder o;
  *did = 0;
  if (lit_colorder_open(e, &o, &f->col)) return e->rc;
  if (o.own) {
    uint32_t n = count_rows(f, &o), few = mask->n / FEW_ROWS;
    *did = n <= few || mask->n - n <= few;
    if (n <= few) take_rows(e, f, &o, mask);
    else if (*did) take_out(f, &o, mask);
  }
  lit_colorder_close(&o);
  return e->rc;
}

int lit_col_filter_all(LitErr *e, const LitSeg *s, const LitPred *p, size_t n,
                       LitBits *mask) {
  Filter f = {0};
  uint32_t block = 0;
  int did = 0;
  f.dict.col = &f.col;
  if (e->rc || lit_colin_open(e, &f.col, s, p->column)) return e->rc;
  if (!find_common(e, &f, p, n)) filter_few(e, &f, mask, &did);
  for (uint32_t i = 0; i < s->n_rows && !did && !e->rc; i += COL_BLOCK)
    filter_block(e, &f, block++, mask->at + i / 64);
  lit_dict_drop(&f.dict);
  lit_free(f.ranges);
  lit_free(f.set);
  return e->rc;
}

int lit_col_filter(LitErr *e, const LitSeg *s, const LitPred *p,
                   LitBits *mask) {
  return lit_col_filter_all(e, s, p, 1, mask);
}

int lit_col_get(LitErr *e, int column, const LitSeg *s, uint32_t ord,
                LitArena *a, LitVal *out) {
  LitColIn col;
  LitDict dict = {.col = &col};
  LitCodes k;
  uint32_t code;
  *out = (LitVal){0};
  if (e->rc || lit_colin_open(e, &col, s, column)) return e->rc;
  if (ord >= s->n_rows)
    return lit_colin_bad(e, &col, "a row is named that it does not have");
  if (lit_codes_open(e, &k, &col, ord / COL_BLOCK)) return e->rc;
  code = lit_codes_one(&k, ord % COL_BLOCK);
  lit_codes_close(&k);
  if (code > k.max)
    return lit_colin_bad(e, &col, "a code over its block's greatest");
  if (code == 0) return LIT_OK;
  if (!lit_dict_seek(e, &dict, code)) {
    *out = dict.val;
    if (out->type >= LIT_VAL_TEXT)
      out->at = lit_arena_copy(e, a, dict.val.at, dict.val.n);
  }
  lit_dict_drop(&dict);
  return e->rc;
}
