/* posts_list.c -- reading the rows of a term, see posts_list.h.  Nothing that
** comes out of a chunk is used before it is checked against the chunk. */
#include "base/mem.h"
#include "index/posts_list.h"
#include "base/poison.h"

static int bad_posts(LitErr *e, const LitList *l, const char *what) {
  return lit_seg_corrupt(e, l->seg, LIT_PART_POSTS, what);
}

const uint8_t *lit_list_record(LitErr *e, const LitSeg *s, int part, LitRec rec,
                               const LitChunk **chunk) {
  lit_seg_give(s, *chunk);
  *chunk = lit_seg_chunk(e, s, part, rec.at.chunk);
  if (!*chunk) return NULL;
  if (rec.at.at > (*chunk)->n || rec.n > (*chunk)->n - rec.at.at) {
    lit_seg_corrupt(e, s, part, "a list reaches beyond its chunk");
    return NULL;
  }
  return (*chunk)->at + rec.at.at;
}

/* ---- points ---- */

static void take_points(LitIn *in, LitPointsAt *p) {
  uint64_t mask = lit_in_varint(in);
  p->n = lit_in_u8(in);
  if (mask >= (uint64_t)1 << LIT_FIELDS_MAX) in->bad = 1, mask = 0;
  p->mask = (uint32_t)mask;
  p->at = lit_in_take(in, 2u * p->n *
                              (size_t)__builtin_popcount(p->mask));
}

/* The bytes of block b of the open run. */
static LitIn block_bytes(LitErr *e, const LitList *l, uint32_t b) {
  uint32_t from = b ? lit_get_u32(l->ends + 4 * (size_t)(b - 1)) : 0;
  uint32_t to = lit_get_u32(l->ends + 4 * (size_t)b);
  if (from > to || to > l->data_n) {
    bad_posts(e, l, "blocks overlap");
    return lit_in(NULL, 0);
  }
  return lit_in(l->data + from, to - from);
}

int lit_list_points(LitErr *e, const LitList *l, uint32_t block,
                    LitPointsAt *p) {
  LitIn in = block_bytes(e, l, block);
  lit_in_u8(&in);
  take_points(&in, p);
  if (in.bad) return bad_posts(e, l, "a block's points are cut short");
  return e->rc;
}

int lit_list_run_points(LitErr *e, const LitList *l, uint32_t run,
                        LitPointsAt *p) {
  const uint8_t *at = l->heads + (size_t)LIT_RUN_BYTES * l->n_runs;
  size_t n = l->at.posts.n - 4 - (size_t)LIT_RUN_BYTES * l->n_runs;
  uint32_t from = 0, to = lit_get_u32(l->heads + (size_t)LIT_RUN_BYTES * run +
                                      28);
  LitIn in;
  if (run) from = lit_get_u32(l->heads + (size_t)LIT_RUN_BYTES * run - 4);
  if (from > to || to > n) return bad_posts(e, l, "a run's points are nowhere");
  in = lit_in(at + from, to - from);
  take_points(&in, p);
  if (in.bad) return bad_posts(e, l, "a run's points are cut short");
  return LIT_OK;
}

/* ---- blocks ---- */

/* If reading packed numbers in [in->at, in->end) could reach beyond the chunk:
** go on in a copy. */
static int with_slack(LitErr *e, LitList *l, LitIn *in) {
  size_t n = (size_t)(in->end - in->at);
  if (l->chunk->at + l->chunk->n - in->end >= LIT_PACK_SLACK) return LIT_OK;
  if (LIT_GROW(e, &l->spare, &l->spare_room, n + LIT_PACK_SLACK)) return e->rc;
  if (n) memcpy(l->spare, in->at, n);
  memset(l->spare + n, 0, LIT_PACK_SLACK);
  *in = lit_in(l->spare, n);
  return LIT_OK;
}

/* Which numbers the patch changes, as in LitPatch. */
static uint64_t gaps_which(const LitGaps *g) {
  return g->patch.n ? g->patch.which : UINT64_MAX;
}

/* Gaps i .. i + n - 1 into out; i is a multiple of 8, n at most 8.  *which loses
** those that the patch changed. */
static inline void take_eight(const LitGaps *g, uint32_t i, uint32_t n,
                              uint64_t *which, uint32_t *out) {
  const uint8_t *at = g->at + (size_t)i / 8 * g->w;
  if (n == 8) lit_pack_all(at, 8, g->w, out);
  else lit_pack_all(at, n, g->w, out);
  for (; (*which & 255) < i + n; *which = *which >> 8 | (uint64_t)255 << 56) {
    uint32_t k = (uint32_t)(*which & 255);
    out[k - i] += lit_patch_get(&g->patch, k, g->w);
  }
}

/* From the field bytes on: n_gaps gaps, `word` their byte, and where each field's
** counts lie. */
static int take_fields(LitErr *e, LitList *l, LitIn *in, uint32_t mask,
                       uint32_t n_gaps, unsigned word, LitGaps *gaps) {
  const uint8_t *widths =
      lit_in_take(in, (size_t)__builtin_popcount(mask));
  uint64_t patched = word & LIT_COUNTS_PATCHED ? lit_in_varint(in) : 0;
  gaps->w = word & 63;
  if (in->bad || gaps->w > 32) return bad_posts(e, l, "a block is cut short");
  if (with_slack(e, l, in)) return e->rc;
  gaps->patch = word & LIT_GAPS_PATCHED ? lit_patch_take(in, n_gaps, gaps->w)
                                        : (LitPatch){0};
  gaps->at = lit_in_take(in, lit_pack_bytes(n_gaps, gaps->w));
  l->n_tfs = 0;
  for (; mask; mask &= mask - 1, widths++) {
    LitTfs *t = &l->tfs[l->n_tfs++];
    int f = __builtin_ctz(mask);
    *t = (LitTfs){NULL, *widths % 33, *widths / 33, (uint8_t)f, {0}};
    if (patched >> f & 1) t->patch = lit_patch_take(in, l->n, t->w);
    t->at = lit_in_take(in, lit_pack_bytes(l->n, t->w));
  }
  if (in->bad || in->at != in->end)
    return bad_posts(e, l, "a block has another length");
  return LIT_OK;
}

static uint64_t row_before(const LitList *l, uint32_t b) {
  uint32_t row = b ? lit_list_last(l, b - 1) : l->before;
  return row == LIT_NO_ROW ? UINT64_MAX : row;
}

/* The rows from the first-th on, each a gap behind the one before it. */
static int take_rows(LitErr *e, LitList *l, uint32_t first, const LitGaps *packed,
                     uint64_t before) {
  uint64_t row = before, which = gaps_which(packed);
  uint32_t n = l->n - first, *rows = l->rows + first, gaps[8], at = 0;
  for (; at + 8 <= n; at += 8) {
    take_eight(packed, at, 8, &which, gaps);
#pragma GCC unroll 8
    for (uint32_t k = 0; k < 8; k++)
      rows[at + k] = (uint32_t)(row += (uint64_t)gaps[k] + 1);
  }
  if (at < n) take_eight(packed, at, n - at, &which, gaps);
  for (uint32_t k = 0; at + k < n; k++)
    rows[at + k] = (uint32_t)(row += (uint64_t)gaps[k] + 1);
  for (uint32_t i = l->n; i < LIT_BLOCK; i++) l->rows[i] = LIT_NO_ROW;
  if (row >= l->seg->n_rows)
    return bad_posts(e, l, "a list has more rows than the segment");
  return LIT_OK;
}

/* The block of a short list. */
static int take_short(LitErr *e, LitList *l) {
  LitIn in = lit_in(l->data, l->data_n);
  uint64_t head = lit_in_varint(&in), first;
  unsigned word = 0;
  LitGaps gaps;
  l->n = head & 1 ? 1 : lit_in_u8(&in) + 1;
  if (!(head & 1)) word = lit_in_u8(&in);
  first = lit_in_varint(&in);
  if (in.bad || l->n > LIT_BLOCK || first >= l->seg->n_rows ||
      head >> 1 >= (uint64_t)1 << LIT_FIELDS_MAX)
    return bad_posts(e, l, "a block is cut short");
  l->rows[0] = (uint32_t)first;
  if (take_fields(e, l, &in, (uint32_t)(head >> 1), l->n - 1, word, &gaps) ||
      take_rows(e, l, 1, &gaps, first))
    return e->rc;
  l->one_last = l->rows[l->n - 1];
  l->block = 0;
  l->decoded++;
  return LIT_OK;
}

/* All of block b but its rows. */
static int take_block(LitErr *e, LitList *l, uint32_t b) {
  LitIn in = block_bytes(e, l, b);
  LitPointsAt points;
  unsigned word;
  l->n = lit_in_u8(&in) + 1;
  take_points(&in, &points);
  word = lit_in_u8(&in);
  if (e->rc || in.bad || l->n > LIT_BLOCK)
    return bad_posts(e, l, "a block is cut short");
  l->decoded++;
  return take_fields(e, l, &in, points.mask, l->n, word, &l->gaps);
}

int lit_list_block(LitErr *e, LitList *l, uint32_t b) {
  l->block = LIT_NO_ROW;
  l->i = 0;
  l->n_probed = 0;
  if (l->at.kind == LIT_LIST_SHORT) return take_short(e, l);
  if (take_block(e, l, b) || take_rows(e, l, 0, &l->gaps, row_before(l, b)))
    return e->rc;
  if (lit_list_is_lone(&l->at)) l->one_last = l->rows[l->n - 1];
  else if (l->rows[l->n - 1] != lit_list_last(l, b))
    return bad_posts(e, l, "a block ends with another row");
  l->block = b;
  return LIT_OK;
}

/* ---- runs ---- */

/* The record of a run, [n] at `at`. */
static int take_run(LitErr *e, LitList *l, const uint8_t *at, uint32_t n) {
  LitIn in = lit_in(at, n);
  l->n_blocks = lit_in_u32(&in);
  if (in.bad || l->n_blocks < 1 || l->n_blocks > LIT_RUN)
    return bad_posts(e, l, "a run has a wrong number of blocks");
  l->last = lit_in_take(&in, 4 * (size_t)l->n_blocks);
  l->ends = lit_in_take(&in, 4 * (size_t)l->n_blocks);
  take_points(&in, &l->points);
  if (in.bad) return bad_posts(e, l, "a run is cut short");
  if (l->heads &&
      lit_list_last(l, l->n_blocks - 1) != lit_list_run_last(l, l->run))
    return bad_posts(e, l, "a run ends with another row");
  l->data = in.at;
  l->data_n = (uint32_t)(in.end - in.at);
  return LIT_OK;
}

static LitRec get_rec(const uint8_t *at) {
  return (LitRec){{lit_get_u32(at), lit_get_u32(at + 4)}, lit_get_u32(at + 8)};
}

int lit_list_run(LitErr *e, LitList *l, uint32_t r) {
  LitRec posts = l->at.posts;
  const uint8_t *at;
  l->block = LIT_NO_ROW;
  l->before = LIT_NO_ROW;
  l->places = l->at.places;
  if (l->heads) {
    const uint8_t *head = l->heads + (size_t)LIT_RUN_BYTES * r;
    posts = get_rec(head + 4);
    l->places = get_rec(head + 16);
    if (r) l->before = lit_list_run_last(l, r - 1);
  }
  lit_seg_give(l->seg, l->places_chunk);
  l->places_chunk = NULL;
  l->run = r;
  l->n_blocks = 0;
  at = lit_list_record(e, l->seg, LIT_PART_POSTS, posts, &l->chunk);
  if (!at) return e->rc;
  if (!lit_list_is_lone(&l->at)) return take_run(e, l, at, posts.n);
  l->one_end = posts.n;
  l->last = (const uint8_t *)&l->one_last;
  l->ends = (const uint8_t *)&l->one_end;
  l->data = at, l->data_n = posts.n, l->n_blocks = 1;
  return lit_list_block(e, l, 0);
}

static int open_head(LitErr *e, LitList *l) {
  const uint8_t *at = lit_list_record(e, l->seg, LIT_PART_POSTS, l->at.posts,
                             &l->head_chunk);
  uint32_t n = l->at.posts.n;
  if (!at) return e->rc;
  l->n_runs = n >= 4 ? lit_get_u32(at) : 0;
  if (l->n_runs < 1 || l->n_runs > (n - 4) / LIT_RUN_BYTES)
    return bad_posts(e, l, "a head has a wrong number of runs");
  l->heads = at + 4;
  return LIT_OK;
}

/* ---- the cursor ---- */

/* On posting 0 of block b. */
static int stand(LitErr *e, LitList *l, uint32_t b) {
  l->row = LIT_NO_ROW;
  if (l->block != b && lit_list_block(e, l, b)) return e->rc;
  l->i = 0;
  l->row = l->rows[0];
  return LIT_OK;
}

int lit_list_open(LitErr *e, LitList *l, const LitSeg *s,
                  const LitTermAt *at) {
  *l = (LitList){.seg = s, .at = *at, .row = LIT_NO_ROW, .n_runs = 1,
                 .block = LIT_NO_ROW, .pos_block = LIT_NO_ROW};
  if (at->df == 0) return e->rc;
  if (at->kind == LIT_LIST_RUNS && open_head(e, l)) return e->rc;
  if (lit_list_run(e, l, 0)) return e->rc;
  return stand(e, l, 0);
}

void lit_list_close(LitList *l) {
  if (!l->seg) return;
  lit_seg_give(l->seg, l->head_chunk);
  lit_seg_give(l->seg, l->chunk);
  lit_seg_give(l->seg, l->places_chunk);
  lit_free(l->spare);
  lit_free(l->pos);
  *l = (LitList){.row = LIT_NO_ROW};
}

int lit_list_step(LitErr *e, LitList *l) {
  if (++l->i < l->n) return l->row = l->rows[l->i], LIT_OK;
  l->row = LIT_NO_ROW;
  if (l->block + 1 < l->n_blocks) return stand(e, l, l->block + 1);
  if (l->run + 1 >= l->n_runs) return e->rc;
  if (lit_list_run(e, l, l->run + 1)) return e->rc;
  return stand(e, l, 0);
}

/* First run with a row >= row; n_runs if none. */
static uint32_t find_run(const LitList *l, uint32_t row) {
  uint32_t lo = 0, hi = l->n_runs;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (lit_list_run_last(l, mid) < row) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* Open the run that has the first row >= row; false if none. */
static int seek_run(LitErr *e, LitList *l, uint32_t row) {
  uint32_t r;
  if (!l->heads) return l->n_blocks > 0;
  if (l->n_blocks && (l->before == LIT_NO_ROW || row > l->before) &&
      row <= lit_list_run_last(l, l->run))
    return 1;
  r = find_run(l, row);
  return r < l->n_runs && !lit_list_run(e, l, r);
}

/* The block of the open run that has the first row >= row; n_blocks if none. */
static uint32_t find_block(const LitList *l, uint32_t row) {
  uint32_t b = l->block == LIT_NO_ROW ? 0 : l->block;
  if (b && lit_list_last(l, b - 1) >= row) b = 0;
  while (b < l->n_blocks && lit_list_last(l, b) < row) b++;
  return b;
}

/* Open it; false if there is none. */
static int seek_block(LitErr *e, LitList *l, uint32_t row) {
  uint32_t b = find_block(l, row);
  return b < l->n_blocks && (l->block == b || !lit_list_block(e, l, b));
}

/* How many rows of the block are below `row`, < LIT_BLOCK.  Counted, not
** searched: comparisons that nothing waits for beat branches that are guessed
** wrong half of the time. */
static uint32_t count_below(const LitList *l, uint32_t row) {
  uint32_t at = 0, n = 0;
  for (int i = 0; i < 7; i++) at += l->rows[16 * i + 15] < row;
  at *= 16;
  for (uint32_t i = 0; i < 16; i++) n += l->rows[at + i] < row;
  return at + n;
}

int lit_list_seek(LitErr *e, LitList *l, uint32_t row) {
  uint32_t at;
  if (l->n_probed) l->row = l->block = LIT_NO_ROW;
  if (l->row > row || row > l->rows[l->n - 1]) {
    l->row = LIT_NO_ROW;
    if (!seek_run(e, l, row) || !seek_block(e, l, row)) return e->rc;
  }
  at = count_below(l, row);
  if (at >= l->n) return bad_posts(e, l, "a block ends with another row");
  l->i = at;
  l->row = l->rows[at];
  return LIT_OK;
}

/* ---- probing ---- */

enum { PROBES = 2 };        /* More in one block: its rows are unpacked */

/* The first eight gaps, a multiple of eight, that reach a row `*left` > 0 behind
** the one before the block; *left is then that from them on.  Of the last ones,
** fewer than eight, nothing is known. */
static uint32_t find_eight(const LitGaps *g, uint32_t n, uint64_t *left) {
  const uint8_t *at = g->at;
  LitEights by = lit_eights(g->w <= 8 ? g->w : 0);
  uint64_t which = gaps_which(g);
  uint32_t i = 0, k = 0;
  for (; i + 8 <= n; i += 8, at += g->w) {
    uint64_t step = 8;
    uint32_t gaps[8];
    if (g->w <= 8) step += lit_eights_sum(&by, lit_get_u64(at));
    else {
      lit_pack_all(at, 8, g->w, gaps);
      for (int j = 0; j < 8; j++) step += gaps[j];
    }
    for (; (which & 255) < i + 8; which = which >> 8 | (uint64_t)255 << 56)
      step += (uint64_t)lit_pack_get(g->patch.at, k++, g->patch.h) << g->w;
    if (step >= *left) break;
    *left -= step;
  }
  return i;
}

static uint64_t step_at(const LitList *l, uint32_t i, uint32_t gap) {
  uint64_t step = (uint64_t)gap + 1;
  return l->gaps.patch.n
             ? step + lit_patch_get(&l->gaps.patch, i, l->gaps.w) : step;
}

/* The first posting of the block that is at least `left` > 0 behind the row before
** it: l->i.  How much more it is; UINT64_MAX if none is. */
static uint64_t find_posting(LitErr *e, LitList *l, uint64_t left) {
  uint32_t i = find_eight(&l->gaps, l->n, &left), gaps[8];
  uint32_t n = l->n - i < 8 ? l->n - i : 8;
  lit_pack_all(l->gaps.at + (size_t)i / 8 * l->gaps.w, n, l->gaps.w, gaps);
  for (uint32_t k = 0; k < n; k++) {
    uint64_t step = step_at(l, i + k, gaps[k]);
    l->i = i + k;
    if (left <= step) return step - left;
    left -= step;
  }
  bad_posts(e, l, "a block ends with another row");
  return UINT64_MAX;
}

/* Open block b for a look, or all of it where that is one of several. */
static int look_into(LitErr *e, LitList *l, uint32_t b) {
  if (l->block == b) {
    if (l->n_probed && ++l->n_probed > PROBES) lit_list_block(e, l, b);
    return e->rc;
  }
  l->block = LIT_NO_ROW;
  if (take_block(e, l, b)) return e->rc;
  l->block = b;
  l->n_probed = 1;
  return LIT_OK;
}

int lit_list_reach(LitErr *e, LitList *l, uint32_t row) {
  uint32_t b;
  if (lit_list_is_lone(&l->at)) return lit_list_seek(e, l, row);
  l->row = LIT_NO_ROW;
  if (!seek_run(e, l, row) || (b = find_block(l, row)) == l->n_blocks ||
      look_into(e, l, b))
    return e->rc;
  if (l->n_probed) {
    uint64_t more = find_posting(e, l, row - row_before(l, b));
    if (more < LIT_NO_ROW - row) l->row = row + (uint32_t)more;
    else bad_posts(e, l, "a block ends with another row");
  } else {
    l->i = count_below(l, row);
    if (l->i < l->n) l->row = l->rows[l->i];
    else bad_posts(e, l, "a block ends with another row");
  }
  return e->rc;
}

int lit_list_probe(LitErr *e, LitList *l, uint32_t row) {
  return !lit_list_reach(e, l, row) && l->row == row;
}

int lit_list_hop(LitErr *e, LitList *l) {
  uint32_t row = l->row;
  if (l->i + 1 >= l->n) return lit_list_reach(e, l, row + 1);
  l->i++;
  if (!l->n_probed) return l->row = l->rows[l->i], LIT_OK;
  row += (uint32_t)step_at(l, l->i, lit_pack_get(l->gaps.at, l->i, l->gaps.w));
  if (row < l->row) return bad_posts(e, l, "a list has more rows than the segment");
  l->row = row;
  return LIT_OK;
}

/* ---- as a set ---- */

/* Set eight rows after `row` whose gaps of w <= 4 bits lie end to end; false if
** they span more than a word or leave the set.  Gathered first: a store that
** the next load waits for takes longer than all else here. */
static int set_eight(LitBits *out, uint64_t gaps, unsigned w, uint64_t *row) {
  uint64_t mask = ((uint64_t)1 << w) - 1, first = *row + 1 + (gaps & mask);
  uint64_t bits = 1, off = 0, word = first / 64;
  unsigned by = (unsigned)(first % 64);
#pragma GCC unroll 7
  for (int k = 1; k < 8; k++) {
    gaps >>= w;
    off += 1 + (gaps & mask);
    bits |= (uint64_t)1 << off % 64;
  }
  if (off >= 64 || first + off >= out->n) return 0;
  out->at[word] |= bits << by;
  if (word + 1 < (out->n + 63) / 64) out->at[word + 1] |= bits >> 1 >> (63 - by);
  *row = first + off;
  return 1;
}

/* Set the rows of a block after `row`; false if one is not in the set. */
static int set_rows(LitBits *out, const LitGaps *packed, uint32_t n,
                    uint64_t row) {
  uint64_t which = gaps_which(packed);
  unsigned w = packed->w;
  for (uint32_t i = 0; i < n; i += 8) {
    uint32_t gaps[8], some = n - i < 8 ? n - i : 8;
    if (w <= 4 && some == 8 && (which & 255) >= i + 8 &&
        set_eight(out, lit_get_u64(packed->at + (size_t)i / 8 * w), w, &row))
      continue;
    take_eight(packed, i, some, &which, gaps);
    for (uint32_t k = 0; k < some; k++) {
      row += (uint64_t)gaps[k] + 1;
      if (row >= out->n) return 0;
      lit_bits_set(out, (uint32_t)row);
    }
  }
  return 1;
}

static int set_block(LitErr *e, LitList *l, uint32_t b, LitBits *out) {
  if (take_block(e, l, b)) return e->rc;
  if (!set_rows(out, &l->gaps, l->n, row_before(l, b)))
    return bad_posts(e, l, "a list has more rows than the segment");
  return LIT_OK;
}

int lit_list_bits(LitErr *e, LitList *l, LitBits *out) {
  if (l->at.df && lit_list_is_lone(&l->at)) {           /* It is here */
    for (uint32_t i = 0; i < l->n; i++) lit_bits_set(out, l->rows[i]);
    l->row = LIT_NO_ROW;
    return e->rc;
  }
  for (uint32_t r = 0; l->at.df && r < l->n_runs && !e->rc; r++) {
    if (r && lit_list_run(e, l, r)) break;
    for (uint32_t b = 0; b < l->n_blocks && !e->rc; b++) set_block(e, l, b, out);
  }
  l->row = LIT_NO_ROW;
  return e->rc;
}

uint32_t lit_list_tf(const LitList *l, int field) {
  for (int t = 0; t < l->n_tfs; t++)
    if (l->tfs[t].field == field) return lit_tfs_get(&l->tfs[t], l->i);
  return 0;
}
