/* cols_fuzz.c -- a FILTER column out of any bytes, with right hashes: reading,
** filtering, checking and merging it never does more than fail */
#include "index/cols.h"
#include "../unit/memstore.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

/* Segment 1 of the store: n_rows rows, the bytes as one chunk and as info. */
static uint64_t make_seg(LitErr *e, MemStore *m, const uint8_t *at, size_t n) {
  LitIn in = lit_in(at, n);
  uint32_t n_rows = lit_in_u32(&in) % 20000, n_info = lit_in_u32(&in);
  uint64_t stamp = 0;
  size_t left = (size_t)(in.end - in.at);
  LitSegOut out;
  LitPart part;
  if (n_info > left) n_info = (uint32_t)left;
  lit_segout_begin(&out, &m->store, 1, n_rows);
  lit_segout_part(&out, &part, LIT_PART_COLS, LIT_CHUNK);
  lit_part_put(e, &part, in.at + n_info, left - n_info);
  lit_segout_enter(e, &out, &part, in.at, n_info);
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  return stamp;
}

static void filter(const LitSeg *s) {
  static const LitVal vals[] = {
    {LIT_VAL_INT, 2020, 0, 0, 0}, {LIT_VAL_TEXT, 0, 0, "ab", 2},
    {LIT_VAL_REAL, 0, 0.5, 0, 0}, {LIT_VAL_BLOB, 0, 0, "\xFF", 1} };
  for (int op = LIT_OP_EQ; op <= LIT_OP_PREFIX_CASE; op++) {
    LitPred p = {0, (LitOp)op, vals + op % 4, op == LIT_OP_IN ? 2 : 1};
    LitErr e = {0};
    LitBits mask;
    lit_bits_init(&e, &mask, s->n_rows, 1);
    lit_col_filter(&e, s, &p, &mask);
    lit_bits_drop(&mask);
  }
}

static void merge(LitSeg *s, MemStore *m) {
  LitErr e = {0};
  uint32_t *ord_of = lit_new(&e, s->n_rows, sizeof *ord_of);
  const uint32_t *const ords[] = {ord_of};
  LitSeg *const list[] = {s};
  LitSegOut out;
  for (uint32_t i = 0; i < s->n_rows; i++) ord_of[i] = s->n_rows - 1 - i;
  lit_segout_begin(&out, &m->store, 2, s->n_rows);
  lit_col_merge(&e, 0, list, ords, 1, &out, NULL);
  lit_segout_drop(&out);
  lit_free(ord_of);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  MemStore m;
  LitCache *cache = lit_cache_new(&e, 1 << 20);
  LitArena a = {0};
  LitVal v;
  LitSeg s;
  uint64_t stamp;
  mem_init(&m);
  stamp = make_seg(&e, &m, at, n);
  if (!lit_seg_open(&e, &s, &m.store, cache, 1, stamp)) {
    filter(&s);
    for (uint32_t i = 0; i < s.n_rows; i += 1 + s.n_rows / 8)
      lit_col_get(&(LitErr){0}, 0, &s, i, &a, &v);
    lit_col_check(&e, 0, &s, NULL);
    merge(&s, &m);
  }
  lit_arena_drop(&a);
  lit_seg_close(&s);
  lit_cache_free(cache);
  mem_done(&m);
  return 0;
}
