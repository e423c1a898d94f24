/* posts_listout.c -- writing the rows of a term, see posts_list.h */
#include <math.h>
#include "base/mem.h"
#include "index/posts_list.h"
#include "base/poison.h"

enum {
  POS_FULL = 1 << 18,       /* Positions that fill a block early */
  PLACES_FULL = 1 << 18     /* Bytes of places that fill a run early */
};

void lit_listout_begin(LitListOut *o, LitSegOut *out, const LitLensOut *lens) {
  memset(o, 0, sizeof *o);
  lit_segout_part(out, &o->posts, LIT_PART_POSTS, LIT_CHUNK);
  lit_segout_part(out, &o->places, LIT_PART_PLACES, LIT_CHUNK);
  o->codes = lens->codes;
  o->n_fields = lens->n_fields;
  o->before = LIT_NO_ROW;
  for (int f = 0; f < o->n_fields; f++)
    o->avg[f] = lens->n_rows && lens->total[f]
                    ? (double)lens->total[f] / lens->n_rows : 1;
}

void lit_listout_drop(LitListOut *o) {
  lit_part_drop(&o->posts);
  lit_part_drop(&o->places);
  lit_buf_drop(&o->blocks);
  lit_buf_drop(&o->block_places);
  lit_buf_drop(&o->heads);
  lit_buf_drop(&o->head_points);
  lit_buf_drop(&o->scratch);
  lit_free(o->pos);
  *o = (LitListOut){0};
}

/* ---- points ---- */

/* Is every posting that b dominates dominated by a, too?  A field that does
** not occur has count 0 and the longest length. */
static int dominates(const LitPoint *a, const LitPoint *b, int n_fields) {
  for (int f = 0; f < n_fields; f++)
    if (a->tf[f] < b->tf[f] || a->len[f] > b->len[f]) return 0;
  return 1;
}

static LitPoint join(const LitPoint *a, const LitPoint *b, int n_fields) {
  LitPoint p = *a;
  for (int f = 0; f < n_fields; f++) {
    if (b->tf[f] > p.tf[f]) p.tf[f] = b->tf[f];
    if (b->len[f] < p.len[f]) p.len[f] = b->len[f];
  }
  return p;
}

/* By what a count is divided: about how long the field is, with b = 0.75. */
static double norm(const LitListOut *o, int f, uint8_t len) {
  return 0.25 + 0.75 * lit_len_floor(len) / o->avg[f];
}

/* One point too many: join the two whose common point is the least worth (about
** what it scores: tf~ with weights 1), so that the best point stays tight. */
static void reduce(const LitListOut *o, LitPoints *ps) {
  double norms[LIT_POINTS + 1][LIT_FIELDS_MAX], least = INFINITY;
  uint32_t a = 0, b = 1;
  for (uint32_t i = 0; i < ps->n; i++)
    for (int f = 0; f < o->n_fields; f++)
      norms[i][f] = ps->at[i].tf[f] ? norm(o, f, ps->at[i].len[f]) : INFINITY;
  for (uint32_t i = 0; i < ps->n; i++)
    for (uint32_t k = i + 1; k < ps->n; k++) {
      const LitPoint *p = &ps->at[i], *q = &ps->at[k];
      double x = 0;
      for (int f = 0; f < o->n_fields; f++)
        x += (p->tf[f] > q->tf[f] ? p->tf[f] : q->tf[f]) /
             (norms[i][f] < norms[k][f] ? norms[i][f] : norms[k][f]);
      if (x < least) least = x, a = i, b = k;
    }
  ps->at[a] = join(&ps->at[a], &ps->at[b], o->n_fields);
  ps->at[b] = ps->at[--ps->n];
}

static void add_point(const LitListOut *o, LitPoints *ps, const LitPoint *p) {
  for (uint32_t i = 0; i < ps->n; i++)
    if (dominates(&ps->at[i], p, o->n_fields)) return;
  for (uint32_t i = 0; i < ps->n;)
    if (dominates(p, &ps->at[i], o->n_fields)) ps->at[i] = ps->at[--ps->n];
    else i++;
  ps->at[ps->n++] = *p;
  if (ps->n > LIT_POINTS) reduce(o, ps);
}

/* A point of up to four fields in two numbers of 16 bits a field: how much must
** be there to dominate it. */
enum { PACKED_FIELDS = 4 };
typedef struct Packed { uint64_t tf, len; } Packed;

static Packed pack(const LitPoint *p, int n_fields) {
  Packed out = {0, 0};
  for (int f = 0; f < n_fields; f++) {
    out.tf |= (uint64_t)p->tf[f] << 16 * f;
    out.len |= (uint64_t)(255 - p->len[f]) << 16 * f;
  }
  return out;
}

/* Bit 8 of a sum stays where nothing had to be borrowed. */
static int covers(Packed a, Packed b) {
  const uint64_t over = 0x0100010001000100u;
  return (((a.tf | over) - b.tf) & ((a.len | over) - b.len) & over) == over;
}

static LitPoint point_of(const LitListOut *o, uint32_t i) {
  const uint8_t *codes = o->codes + (size_t)o->rows[i] * (size_t)o->n_fields;
  LitPoint p = {{0}, {0}};
  for (int f = 0; f < o->n_fields; f++) {
    uint32_t tf = o->tf[f][i];
    p.tf[f] = (uint8_t)(tf < 255 ? tf : 255);
    p.len[f] = tf ? codes[f] : 255;
  }
  return p;
}

/* pack(point_of(i)), without the point. */
static Packed packed_of(const LitListOut *o, uint32_t i) {
  const uint64_t ones = 0x0001000100010001u;
  uint64_t tfs = 0, lens = (uint32_t)~lit_get_u32(
      o->codes + (size_t)o->rows[i] * (size_t)o->n_fields);
  for (int f = 0; f < o->n_fields; f++) {
    uint32_t tf = o->tf[f][i];
    tfs |= (uint64_t)(tf < 255 ? tf : 255) << 16 * f;
  }
  lens = (lens | lens << 16) & 0x0000FFFF0000FFFFu;       /* A byte in 16 bits */
  lens = (lens | lens << 8) & ones * 255;
  return (Packed){tfs, lens & ((tfs + ones * 255) >> 8 & ones) * 255};
}

/* The points of the open block; added to those of the run.  Nearly every posting
** is dominated by a point before it: packed, that is soon seen. */
static void find_points(LitListOut *o) {
  LitPoints *ps = &o->block_points;
  int packs = o->n_fields <= PACKED_FIELDS;
  Packed seen[LIT_POINTS];
  ps->n = 0;
  for (uint32_t i = 0; i < o->n; i++) {
    LitPoint p;
    int known = 0;
    if (packs) {
      Packed packed = packed_of(o, i);
      for (uint32_t k = 0; k < ps->n; k++) known |= covers(seen[k], packed);
    }
    if (known) continue;
    p = point_of(o, i);
    add_point(o, ps, &p);
    for (uint32_t k = 0; packs && k < ps->n; k++)
      seen[k] = pack(&ps->at[k], o->n_fields);
  }
  for (uint32_t i = 0; i < ps->n; i++) add_point(o, &o->run_points, &ps->at[i]);
}

static void put_points(LitErr *e, LitBuf *b, const LitPoints *ps,
                       uint32_t mask) {
  lit_buf_varint(e, b, mask);
  lit_buf_u8(e, b, ps->n);
  for (uint32_t i = 0; i < ps->n; i++)
    for (uint32_t m = mask; m; m &= m - 1) {
      int f = __builtin_ctz(m);
      lit_buf_u8(e, b, ps->at[i].tf[f]);
      lit_buf_u8(e, b, ps->at[i].len[f]);
    }
}

static uint32_t points_mask(const LitPoints *ps, int n_fields) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < ps->n; i++)
    for (int f = 0; f < n_fields; f++)
      mask |= (uint32_t)(ps->at[i].tf[f] > 0) << f;
  return mask;
}

/* ---- blocks ---- */

/* The counts of the open block, less their bases, and how to pack them. */
typedef struct Counts {
  uint32_t mask, patched;   /* Fields that occur; that need a patch */
  uint32_t base[LIT_FIELDS_MAX];
  LitPacking how[LIT_FIELDS_MAX];
} Counts;

enum { BASE_MAX = 6 };

static void count_field(LitListOut *o, int f, Counts *c) {
  uint32_t *tf = o->tf[f], least = BASE_MAX, all = 0;
  for (uint32_t i = 0; i < o->n; i++) {
    least = tf[i] < least ? tf[i] : least;
    all |= tf[i];
  }
  if (!all) return;
  for (uint32_t i = 0; least && i < o->n; i++) tf[i] -= least;
  c->base[f] = least;
  c->how[f] = lit_packing(tf, o->n);
  c->mask |= (uint32_t)1 << f;
  if (c->how[f].n) c->patched |= (uint32_t)1 << f;
}

static void count_fields(LitListOut *o, Counts *c) {
  c->mask = c->patched = 0;
  for (int f = 0; f < o->n_fields; f++) count_field(o, f, c);
}

/* What stands for the gaps' width. */
static unsigned gaps_byte(LitPacking gaps, const Counts *c) {
  return gaps.w | (gaps.n ? LIT_GAPS_PATCHED : 0) |
         (c->patched ? LIT_COUNTS_PATCHED : 0);
}

/* What stands for a field's counts: their width, and what each is more. */
static unsigned field_byte(unsigned w, uint32_t base) { return w + 33 * base; }

/* The fields' bytes, n_gaps gaps, the counts. */
static void put_fields(LitErr *e, const LitListOut *o, const Counts *c,
                       uint32_t n_gaps, LitPacking gaps, LitBuf *b) {
  for (uint32_t m = c->mask; m; m &= m - 1) {
    int f = __builtin_ctz(m);
    lit_buf_u8(e, b, field_byte(c->how[f].w, c->base[f]));
  }
  if (c->patched) lit_buf_varint(e, b, c->patched);
  lit_packing_put(e, b, o->gaps + o->n - n_gaps, n_gaps, gaps);
  for (uint32_t m = c->mask; m; m &= m - 1) {
    int f = __builtin_ctz(m);
    lit_packing_put(e, b, o->tf[f], o->n, c->how[f]);
  }
}

/* The open block, as in posts_list.h. */
static void put_block(LitErr *e, LitListOut *o, LitBuf *b) {
  LitPacking gaps = lit_packing(o->gaps, o->n);
  Counts c;
  count_fields(o, &c);
  lit_buf_u8(e, b, o->n - 1);
  put_points(e, b, &o->block_points, c.mask);
  lit_buf_u8(e, b, gaps_byte(gaps, &c));
  put_fields(e, o, &c, o->n, gaps, b);
}

/* The same as a short list. */
static void put_short(LitErr *e, LitListOut *o, LitBuf *b) {
  LitPacking gaps = lit_packing(o->gaps + 1, o->n - 1);
  Counts c;
  count_fields(o, &c);
  lit_buf_varint(e, b, (uint64_t)c.mask << 1 | (o->n == 1));
  if (o->n > 1) {
    lit_buf_u8(e, b, o->n - 1);
    lit_buf_u8(e, b, gaps_byte(gaps, &c));
  }
  lit_buf_varint(e, b, o->rows[0]);
  put_fields(e, o, &c, o->n - 1, gaps, b);
}

static void put_places(LitErr *e, LitListOut *o, LitBuf *b) {
  for (size_t i = 0; i < o->n_pos; i += LIT_PLACE_GROUP) {
    size_t left = o->n_pos - i;
    size_t n = left < LIT_PLACE_GROUP ? left : LIT_PLACE_GROUP;
    LitPacking how = lit_packing(o->pos + i, n);
    lit_buf_u8(e, b, how.w | (how.n ? LIT_GROUP_PATCHED : 0));
    lit_packing_put(e, b, o->pos + i, n, how);
  }
}

static LitRec put_record(LitErr *e, LitPart *p, const LitBuf *b) {
  LitRec rec = {lit_part_put(e, p, b->at, b->n), (uint32_t)b->n};
  return rec;
}

/* ---- runs ---- */

/* The places record of the open run, then the run itself. */
static LitRec put_run_places(LitErr *e, LitListOut *o) {
  o->scratch.n = 0;
  lit_buf_u32(e, &o->scratch, o->n_blocks);
  lit_buf_put(e, &o->scratch, o->place_ends, o->n_blocks * sizeof(uint32_t));
  lit_buf_put(e, &o->scratch, o->block_places.at, o->block_places.n);
  return put_record(e, &o->places, &o->scratch);
}

static LitRec put_run(LitErr *e, LitListOut *o) {
  o->scratch.n = 0;
  lit_buf_u32(e, &o->scratch, o->n_blocks);
  lit_buf_put(e, &o->scratch, o->last, o->n_blocks * sizeof(uint32_t));
  lit_buf_put(e, &o->scratch, o->ends, o->n_blocks * sizeof(uint32_t));
  put_points(e, &o->scratch, &o->run_points,
             points_mask(&o->run_points, o->n_fields));
  lit_buf_put(e, &o->scratch, o->blocks.at, o->blocks.n);
  return put_record(e, &o->posts, &o->scratch);
}

static void head_rec(LitErr *e, LitBuf *b, LitRec rec) {
  lit_buf_u32(e, b, rec.at.chunk);
  lit_buf_u32(e, b, rec.at.at);
  lit_buf_u32(e, b, rec.n);
}

/* Write the open run and note it for the head. */
static void end_run(LitErr *e, LitListOut *o) {
  LitRec places = put_run_places(e, o), posts = put_run(e, o);
  lit_buf_u32(e, &o->heads, o->last[o->n_blocks - 1]);
  head_rec(e, &o->heads, posts);
  head_rec(e, &o->heads, places);
  put_points(e, &o->head_points, &o->run_points,
             points_mask(&o->run_points, o->n_fields));
  lit_buf_u32(e, &o->heads, (uint32_t)o->head_points.n);
  o->n_runs++;
  o->n_blocks = 0;
  o->blocks.n = o->block_places.n = 0;
  o->run_points.n = 0;
}

/* Move the open block into the open run. */
static void end_block(LitErr *e, LitListOut *o) {
  if (o->n_blocks == LIT_RUN || o->block_places.n > PLACES_FULL)
    end_run(e, o);
  find_points(o);
  o->last[o->n_blocks] = o->rows[o->n - 1];
  put_block(e, o, &o->blocks);
  put_places(e, o, &o->block_places);
  o->ends[o->n_blocks] = (uint32_t)o->blocks.n;
  o->place_ends[o->n_blocks] = (uint32_t)o->block_places.n;
  o->n_blocks++;
  o->n = 0;
  o->n_pos = 0;
}

/* ---- lists ---- */

int lit_listout_add(LitErr *e, LitListOut *o, uint32_t row, const uint32_t *tf,
                    const uint32_t *pos) {
  size_t n_pos = 0;
  if (o->before != LIT_NO_ROW && row <= o->before)
    return lit_fail(e, LIT_ERROR, "ordinal %u after %u", (unsigned)row,
                    (unsigned)o->before);
  if (o->n == LIT_BLOCK || (o->n && o->n_pos > POS_FULL)) end_block(e, o);
  for (int f = 0; f < o->n_fields; f++) n_pos += tf[f];
  if (e->rc || (o->n_pos + n_pos > o->pos_room &&
                LIT_GROW(e, &o->pos, &o->pos_room, o->n_pos + n_pos)))
    return e->rc;
  o->rows[o->n] = row;
  o->gaps[o->n] = row - o->before - 1;           /* before = -1 wraps to 0 */
  o->before = row;
  for (int f = 0; f < o->n_fields; f++) {
    uint32_t before = 0;
    o->tf[f][o->n] = tf[f];
    for (uint32_t k = 0; k < tf[f]; k++, before = *pos++)
      o->pos[o->n_pos++] = *pos - before;
  }
  o->n++;
  o->df++;
  return LIT_OK;
}

/* A list of one block: no points, for they are cheap to find by reading. */
static void end_short(LitErr *e, LitListOut *o, LitTermAt *at) {
  o->scratch.n = 0;
  put_short(e, o, &o->scratch);
  at->posts = put_record(e, &o->posts, &o->scratch);
  o->scratch.n = 0;
  put_places(e, o, &o->scratch);
  at->places = put_record(e, &o->places, &o->scratch);
  at->kind = LIT_LIST_SHORT;
}

static void end_long(LitErr *e, LitListOut *o, LitTermAt *at) {
  end_block(e, o);
  if (o->n_runs == 0) {
    at->places = put_run_places(e, o);
    at->posts = put_run(e, o);
    at->kind = LIT_LIST_RUN;
    return;
  }
  end_run(e, o);
  o->scratch.n = 0;
  lit_buf_u32(e, &o->scratch, o->n_runs);
  lit_buf_put(e, &o->scratch, o->heads.at, o->heads.n);
  lit_buf_put(e, &o->scratch, o->head_points.at, o->head_points.n);
  at->posts = put_record(e, &o->posts, &o->scratch);
  at->kind = LIT_LIST_RUNS;
}

int lit_listout_end(LitErr *e, LitListOut *o, LitTermAt *at) {
  *at = (LitTermAt){.df = o->df};
  if (o->df > 0) {
    if (o->n_blocks || o->n_runs) end_long(e, o, at);
    else end_short(e, o, at);
  }
  o->df = o->n = o->n_blocks = o->n_runs = 0;
  o->before = LIT_NO_ROW;
  o->n_pos = 0;
  o->blocks.n = o->block_places.n = o->heads.n = o->head_points.n = 0;
  o->run_points.n = 0;
  return e->rc;
}

int lit_listout_single(LitErr *e, LitListOut *o, uint32_t row, int field,
                       uint32_t pos, LitTermAt *at) {
  unsigned w = lit_pack_width(pos);
  *at = (LitTermAt){.df = 1, .kind = LIT_LIST_SHORT};
  o->scratch.n = 0;
  lit_buf_varint(e, &o->scratch, (uint64_t)2 << field | 1);
  lit_buf_varint(e, &o->scratch, row);
  lit_buf_u8(e, &o->scratch, field_byte(0, 1));
  at->posts = put_record(e, &o->posts, &o->scratch);
  o->scratch.n = 0;
  lit_buf_u8(e, &o->scratch, w);
  lit_pack_put(e, &o->scratch, &pos, 1, w);
  at->places = put_record(e, &o->places, &o->scratch);
  return e->rc;
}

/* The record of one row, with its new ordinal. */
static int put_one(LitErr *e, LitListOut *o, const LitSeg *s,
                   const uint8_t *posts, uint32_t n, const uint32_t *ord_of) {
  LitIn in = lit_in(posts, n);
  uint64_t head = lit_in_varint(&in), row = lit_in_varint(&in);
  if (in.bad || !(head & 1) || row >= s->n_rows)
    return lit_seg_corrupt(e, s, LIT_PART_POSTS, "a block is cut short");
  if (head >> 1 >= (uint64_t)1 << o->n_fields)
    return lit_seg_corrupt(e, s, LIT_PART_POSTS,
                           "a field that the table does not have");
  o->scratch.n = 0;
  if (ord_of[row] == LIT_NO_ROW) return LIT_OK;
  lit_buf_varint(e, &o->scratch, head);
  lit_buf_varint(e, &o->scratch, ord_of[row]);
  lit_buf_put(e, &o->scratch, in.at, (size_t)(in.end - in.at));
  return e->rc;
}

int lit_listout_one(LitErr *e, LitListOut *o, const LitSeg *s,
                    const LitTermAt *from, const uint32_t *ord_of,
                    LitTermAt *at) {
  const LitChunk *chunks[2] = {NULL, NULL};
  const uint8_t *posts =
      lit_list_record(e, s, LIT_PART_POSTS, from->posts, &chunks[0]);
  const uint8_t *places =
      lit_list_record(e, s, LIT_PART_PLACES, from->places, &chunks[1]);
  *at = (LitTermAt){.kind = LIT_LIST_SHORT};
  if (posts && places && !put_one(e, o, s, posts, from->posts.n, ord_of) &&
      o->scratch.n) {
    at->df = 1;
    at->posts = put_record(e, &o->posts, &o->scratch);
    at->places.at = lit_part_put(e, &o->places, places, from->places.n);
    at->places.n = from->places.n;
  }
  lit_seg_give(s, chunks[0]);
  lit_seg_give(s, chunks[1]);
  return e->rc;
}

int lit_listout_finish(LitErr *e, LitListOut *o, LitSegOut *out) {
  lit_segout_enter(e, out, &o->posts, NULL, 0);
  lit_segout_enter(e, out, &o->places, NULL, 0);
  return e->rc;
}
