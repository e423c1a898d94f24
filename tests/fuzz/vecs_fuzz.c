/* vecs_fuzz.c -- vectors, codes, lists and sketches out of any bytes, with right hashes:
** searching, checking and merging them never does more than fail */
#include "base/mem.h"
#include "index/ivf_part.h"
#include "index/knn.h"
#include "../unit/memstore.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

enum { INFO_MAX = 32, LISTS_MAX = 4 };

/* A part of n_rows rows, `each` bytes a row, `per` rows in a chunk, and `info`
** [n_info]; the bytes of the chunks are those of `in`, over and over.  Odd
** ones among the first bytes say: other info, chunks a byte longer, some bits
** behind them. */
static void put_part(LitErr *e, LitSegOut *out, int number, LitIn *in,
                     uint32_t per, size_t each, const LitBuf *info) {
  unsigned odd = lit_in_u8(in);
  const uint8_t *other = lit_in_take(in, INFO_MAX);
  size_t left = (size_t)(in->end - in->at);
  uint8_t *chunk = lit_new(e, per, each + 1);
  LitPart part;
  lit_segout_part(out, &part, number, 1);
  for (uint32_t from = 0; from < out->n_rows && chunk && left; from += per) {
    uint32_t rows = out->n_rows - from < per ? out->n_rows - from : per;
    size_t n = rows * each;
    if (odd & 2) n++;
    if (odd & 4) n += (rows + 7) / 8;
    for (size_t i = 0; i < n && i < per * (each + 1); i++)
      chunk[i] = in->at[(i + from) % left];
    lit_part_put(e, &part, chunk, n < per * (each + 1) ? n : per);
  }
  if (odd & 1 && other) lit_segout_enter(e, out, &part, other, INFO_MAX);
  else lit_segout_enter(e, out, &part, info->at, info->n);
  lit_free(chunk);
}

/* A chunk of n bytes of `in`, over and over; one byte less where `odd`. */
static void put_chunk(LitErr *e, LitPart *part, const LitIn *in, size_t n, int odd,
                      const uint32_t *rows, size_t rows_at, size_t n_lists) {
  size_t left = (size_t)(in->end - in->at);
  uint8_t *chunk = lit_new0(e, n + 1, 1);
  if (!chunk) return;
  for (size_t i = 0; i < n && left; i++) chunk[i] = in->at[(i * 7 + n) % left];
  if (rows) memcpy(chunk + rows_at, rows, n_lists * sizeof *rows);
  lit_part_put(e, part, chunk, n - (odd && n));
  lit_free(chunk);
}

/* The directory, lists of some rows, and sketches. */
static void put_lists(LitErr *e, LitSegOut *out, const LitVecCol *col, LitIn *in,
                      unsigned odd) {
  size_t words = lit_onebit_words(col->dim), dims = 64 * words;
  uint32_t n = lit_in_u8(in) % LISTS_MAX + 1, rows[LISTS_MAX] = {0}, sum = 0;
  uint32_t per = lit_ivf_sketch_rows(words);
  const LitIvfKind *kind = lit_ivf_kind(col);
  LitBuf info = {0};
  LitPart part;
  if (!kind || !(odd & 1)) return;
  for (uint32_t i = 0; i < n; i++) sum += rows[i] = lit_in_u8(in) + 1;
  lit_segout_part(out, &part, LIT_PART_VECS + 2, 1);
  put_chunk(e, &part, in, n * (12 + dims), odd & 2, rows, 8 * n, n);
  lit_buf_u8(e, &info, odd & 4 ? IVF_VERSION_LISTS : IVF_VERSION);
  lit_buf_u8(e, &info, (unsigned)lit_ivf_kind_no(kind));
  lit_buf_u32(e, &info, (uint32_t)words);
  lit_buf_u32(e, &info, n);
  lit_buf_u32(e, &info, odd & 8 ? out->n_rows : sum);
  lit_buf_u32(e, &info, 2);
  for (uint32_t i = 0, x = lit_in_u32(in); i < IVF_LEVELS * IVF_DEPTHS * 3; i++)
    lit_buf_u32(e, &info, x << i % 5);
  lit_buf_u32(e, &info, 0);
  lit_segout_enter(e, out, &part, info.at, info.n);
  lit_buf_drop(&info);
  lit_segout_part(out, &part, LIT_PART_VECS + 3, 1);
  for (uint32_t i = 0; i < n; i++)
    put_chunk(e, &part, in, 4 * dims + (rows[i] + IVF_BLOCK - 1) / IVF_BLOCK *
              lit_ivf_block_bytes(words), odd & 16, NULL, 0, 0);
  put_chunk(e, &part, in, 4 * dims, odd & 32, NULL, 0, 0);
  for (uint32_t i = 0; i < out->n_rows; i += per)
    put_chunk(e, &part, in, (out->n_rows - i < per ? out->n_rows - i : per) *
              lit_ivf_sketch_bytes(words), odd & 64, NULL, 0, 0);
  lit_segout_enter(e, out, &part, NULL, 0);
}

static void put_parts(LitErr *e, LitSegOut *out, const LitVecCol *col,
                      LitIn *in) {
  LitBuf info = {0};
  unsigned odd = lit_in_u8(in);
  uint32_t per = lit_in_u8(in) + 1, per_codes = lit_in_u8(in) % 8 * 64 + 64;
  lit_buf_u8(e, &info, 1);
  lit_buf_u8(e, &info, (unsigned)col->elem);
  lit_buf_u32(e, &info, col->dim);
  lit_buf_u32(e, &info, per);
  lit_buf_u32(e, &info, out->n_rows);
  put_part(e, out, LIT_PART_VECS, in, per, lit_vec_bytes(col->elem, col->dim),
           &info);
  info.n = 0;
  lit_buf_u8(e, &info, 1);
  lit_buf_u8(e, &info, 0);
  lit_buf_u32(e, &info, per_codes);
  if (lit_in_u8(in) % 2)
    put_part(e, out, LIT_PART_VECS + 1, in, per_codes, 12 + col->dim, &info);
  put_lists(e, out, col, in, odd);
  lit_buf_drop(&info);
}

static void search(const LitVecCol *col, LitSeg *s) {
  LitSeg *segs[] = {s};
  double at[64] = {1, 2, 3}, distance[3];
  int64_t ids[3] = {0, 1, 90};
  LitVecQuery q = {at, INFINITY, 0, 0, 0}, two[2] = {q, q};
  LitTopk top[2];
  LitErr e[5] = {{0}};
  LitBits few;
  const LitBits *masks = &few;
  int is_null;
  lit_topk_init(&top[0], 3);
  lit_topk_init(&top[1], 2);
  lit_vecs_search(&e[0], col, segs, NULL, 1, &q, &top[0], NULL, NULL);
  lit_knn_search(&e[1], col, segs, NULL, 1, two, 2, top, NULL);
  lit_vecs_distance(&e[2], col, segs, 1, &q, ids, 3, distance);
  lit_vecs_get(&e[3], col, s, 77, at, &is_null);
  if (!lit_bits_init(&e[4], &few, s->n_rows, 0)) {
    for (uint32_t i = 0; i < s->n_rows; i += 9) lit_bits_set(&few, i);
    lit_vecs_search(&e[4], col, segs, &masks, 1, &q, &top[0], NULL, NULL);
  }
  lit_bits_drop(&few);
  lit_topk_drop(&top[0]);
  lit_topk_drop(&top[1]);
}

static void merge(const LitVecCol *col, LitSeg *s, MemStore *m) {
  LitErr e = {0};
  uint32_t *ord_of = lit_new(&e, s->n_rows, sizeof *ord_of);
  const uint32_t *const ords[] = {ord_of};
  LitSeg *const list[] = {s};
  LitSegOut out;
  for (uint32_t i = 0; i < s->n_rows; i++) ord_of[i] = s->n_rows - 1 - i;
  lit_segout_begin(&out, &m->store, 2, s->n_rows);
  lit_vecs_merge(&e, col, list, ords, 1, &out, NULL);
  lit_segout_drop(&out);
  lit_free(ord_of);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitIn in = lit_in(at, n);
  unsigned kind = lit_in_u8(&in);
  uint32_t n_rows = lit_in_u8(&in) * 16 + 1, dim = lit_in_u8(&in) % 8 * 8 + 8;
  LitVecCol col = {0, (LitElem)(kind % LIT_N_ELEMS), dim,
                   lit_dist_row(kind / LIT_N_ELEMS % 6), .recall = 0.95};
  LitCache *cache = lit_cache_new(&e, 1 << 20);
  LitSegOut out;
  MemStore m;
  LitSeg s;
  int64_t ids[256 * 16];
  uint64_t stamp = 0;
  if (in.bad || !lit_dist_fits(col.dist, col.elem)) goto done;
  mem_init(&m);
  for (uint32_t i = 0; i < n_rows; i++) ids[i] = 3 * (int64_t)i;
  lit_segout_begin(&out, &m.store, 1, n_rows);
  lit_segout_ids(&e, &out, ids);
  put_parts(&e, &out, &col, &in);
  lit_segout_end(&e, &out, &stamp);
  lit_segout_drop(&out);
  if (!lit_seg_open(&e, &s, &m.store, cache, 1, stamp)) {
    LitErr told = {0};
    search(&col, &s);
    lit_vecs_check(&told, &col, &s, NULL);
    merge(&col, &s, &m);
  }
  lit_seg_close(&s);
  mem_done(&m);

done:
  lit_cache_free(cache);
  return 0;
}
