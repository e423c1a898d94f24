/* terms.c -- the term dictionary: format and reading, see terms.h.
**
** Part TERMS, version 3 (1 had no short lists, 2 no patches in lists),
** little-endian; vN = varint.  Info: u8 version, u64
** n_terms, u32 n_chunks, u32 key end [n_chunks], keys.  The key of a chunk is
** the shortest bytes that are above all terms before it and not above any of
** its own, so one look at the keys finds the chunk of a term.
**
**   chunk  u32 n_blocks, u32 start [n_blocks] after these, blocks
**   block  1..16 entries, front-coded; the first one shares nothing
**   entry  vN bytes shared with the term before, vN more bytes, these bytes,
**          vN df, posts, places
**   posts  vN n << 3 | kind << 1 | told, and if told: vN chunk, vN at; else the
**          record begins where the one of the entry before ends
**   places vN n << 1 | told, as above
*/
#include "base/mem.h"
#include "index/terms.h"
#include "base/poison.h"

enum { VERSION = 3, OLDEST = 1, HEAD = 13 };

static int bad_terms(LitErr *e, const LitSeg *s, const char *what) {
  return lit_seg_corrupt(e, s, LIT_PART_TERMS, what);
}

static int order(const char *a, uint32_t n_a, const char *b, uint32_t n_b) {
  int c = memcmp(a, b, n_a < n_b ? n_a : n_b);
  return c ? c : (n_a > n_b) - (n_a < n_b);
}

/* ---- finding a chunk ---- */

typedef struct Keys {
  uint32_t n;
  const uint8_t *ends, *at;
  size_t bytes;
} Keys;

static int open_keys(LitErr *e, const LitSeg *s, Keys *k) {
  const LitPartInfo *p = lit_seg_part(s, LIT_PART_TERMS);
  if (!p || p->n_info < HEAD) return bad_terms(e, s, "no dictionary");
  if (p->info[0] < OLDEST || p->info[0] > VERSION)
    return lit_fail(e, LIT_CORRUPT, "%s: segment %lld has terms of format %u, "
                    "this lit reads %d to %d", s->store->name,
                    (long long)s->id, (unsigned)p->info[0], OLDEST, VERSION);
  k->n = lit_get_u32(p->info + 9);
  if (k->n > (p->n_info - HEAD) / 4 || k->n != p->n_chunks)
    return bad_terms(e, s, "a wrong number of keys");
  k->ends = p->info + HEAD;
  k->at = k->ends + 4 * (size_t)k->n;
  k->bytes = p->n_info - HEAD - 4 * (size_t)k->n;
  return LIT_OK;
}

/* The last chunk whose key is not above the term; 0 if there is none. */
static int find_chunk(LitErr *e, const LitSeg *s, const char *term, uint32_t n,
                      uint32_t *no) {
  Keys k = {0};
  uint32_t lo = 0, hi;
  if (open_keys(e, s, &k)) return e->rc;
  hi = k.n;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    uint32_t from = lit_get_u32(k.ends + 4 * (size_t)(mid - 1));
    uint32_t to = lit_get_u32(k.ends + 4 * (size_t)mid);
    if (from > to || to > k.bytes) return bad_terms(e, s, "keys overlap");
    if (order((const char *)k.at + from, to - from, term, n) <= 0) lo = mid;
    else hi = mid;
  }
  *no = lo;
  return LIT_OK;
}

/* ---- the iterator ---- */

void lit_termiter_close(LitTermIter *it) {
  if (it->chunk) lit_seg_give(it->seg, it->chunk);
  it->chunk = NULL;
  it->at.df = 0;
}

static int open_chunk(LitErr *e, LitTermIter *it, uint32_t no) {
  if (it->chunk) lit_seg_give(it->seg, it->chunk);
  it->chunk = lit_seg_chunk(e, it->seg, LIT_PART_TERMS, no);
  if (!it->chunk) return e->rc;
  it->no = no;
  it->n_blocks = it->chunk->n >= 4 ? lit_get_u32(it->chunk->at) : 0;
  if (it->n_blocks < 1 || it->n_blocks > (it->chunk->n - 4) / 4)
    return bad_terms(e, it->seg, "a chunk has a wrong number of blocks");
  return LIT_OK;
}

static int open_block(LitErr *e, LitTermIter *it, uint32_t b) {
  const uint8_t *starts = it->chunk->at + 4;
  const uint8_t *data = starts + 4 * (size_t)it->n_blocks;
  size_t n = it->chunk->n - 4 - 4 * (size_t)it->n_blocks;
  size_t from = lit_get_u32(starts + 4 * (size_t)b);
  size_t to = b + 1 < it->n_blocks ? lit_get_u32(starts + 4 * (size_t)(b + 1))
                                   : n;
  if (from >= to || to > n) return bad_terms(e, it->seg, "blocks overlap");
  it->block = b;
  it->i = 0;
  it->in = lit_in(data + from, to - from);
  it->at.posts = it->at.places = (LitRec){{0, 0}, 0};
  return LIT_OK;
}

static void take_rec(LitIn *in, uint64_t n, int told, LitRec *rec) {
  uint64_t chunk = rec->at.chunk, at = (uint64_t)rec->at.at + rec->n;
  if (told) {
    chunk = lit_in_varint(in);
    at = lit_in_varint(in);
  }
  if (n > UINT32_MAX || chunk > UINT32_MAX || at > UINT32_MAX) in->bad = 1;
  *rec = (LitRec){{(uint32_t)chunk, (uint32_t)at}, (uint32_t)n};
}

/* The next entry of the open block.  `term` holds the one before. */
static int take_entry(LitErr *e, LitTermIter *it, int ordered) {
  LitIn *in = &it->in;
  char before[LIT_TERM_MAX];
  uint32_t n_before = it->n;
  uint64_t same = lit_in_varint(in), more = lit_in_varint(in), word, df;
  const uint8_t *bytes;
  if (same > it->n || (it->i == 0 && same) || more > LIT_TERM_MAX - same ||
      !(bytes = lit_in_take(in, (size_t)more)))
    return bad_terms(e, it->seg, "a term is cut short");
  if (ordered) memcpy(before, it->term, n_before);
  memcpy(it->term + same, bytes, (size_t)more);
  it->n = (uint32_t)(same + more);
  if (ordered && order(before, n_before, it->term, it->n) >= 0)
    return bad_terms(e, it->seg, "terms out of order");
  df = lit_in_varint(in);
  word = lit_in_varint(in);
  it->at.kind = (int)(word >> 1 & 3);
  take_rec(in, word >> 3, (int)(word & 1), &it->at.posts);
  word = lit_in_varint(in);
  take_rec(in, word >> 1, (int)(word & 1), &it->at.places);
  if (in->bad || df < 1 || df > it->seg->n_rows)
    return bad_terms(e, it->seg, "an entry is cut short");
  it->at.df = (uint32_t)df;
  it->i++;
  return LIT_OK;
}

int lit_termiter_next(LitErr *e, LitTermIter *it) {
  it->at.df = 0;
  if (it->in.at == it->in.end) {
    if (it->block + 1 < it->n_blocks) {
      if (open_block(e, it, it->block + 1)) return e->rc;
    } else {
      const LitPartInfo *p = lit_seg_part(it->seg, LIT_PART_TERMS);
      if (it->no + 1 >= p->n_chunks) return e->rc;
      if (open_chunk(e, it, it->no + 1) || open_block(e, it, 0)) return e->rc;
    }
  }
  if (take_entry(e, it, 1)) it->at.df = 0;
  return e->rc;
}

/* The last block of the open chunk whose first term is not above `term`. */
static int find_block(LitErr *e, LitTermIter *it, const char *term,
                      uint32_t n) {
  uint32_t lo = 0, hi = it->n_blocks;
  while (hi - lo > 1) {
    uint32_t mid = lo + (hi - lo) / 2;
    uint64_t more;
    const uint8_t *bytes;
    if (open_block(e, it, mid)) return e->rc;
    lit_in_varint(&it->in);
    more = lit_in_varint(&it->in);
    bytes = more > LIT_TERM_MAX ? NULL : lit_in_take(&it->in, (size_t)more);
    if (!bytes) return bad_terms(e, it->seg, "a term is cut short");
    if (order((const char *)bytes, (uint32_t)more, term, n) <= 0) lo = mid;
    else hi = mid;
  }
  return open_block(e, it, lo);
}

int lit_termiter_open(LitErr *e, LitTermIter *it, const LitSeg *s,
                      const char *from, uint32_t n) {
  const LitPartInfo *p = lit_seg_part(s, LIT_PART_TERMS);
  uint32_t no = 0;
  it->seg = s;
  it->chunk = NULL;
  it->n = 0;
  it->at.df = 0;
  if (find_chunk(e, s, from, n, &no)) return e->rc;
  if (p->n_chunks == 0) return LIT_OK;
  if (open_chunk(e, it, no) || find_block(e, it, from, n) ||
      take_entry(e, it, 0))
    goto done;
  while (it->at.df && order(it->term, it->n, from, n) < 0)
    if (lit_termiter_next(e, it)) goto done;
done:
  if (e->rc) it->at.df = 0;
  return e->rc;
}

/* ---- terms.h ---- */

int lit_terms_find(LitErr *e, const LitSeg *s, const char *term, uint32_t n,
                   LitTermAt *at) {
  LitTermIter it;
  *at = (LitTermAt){0};
  lit_termiter_open(e, &it, s, term, n);
  if (it.at.df && order(it.term, it.n, term, n) == 0) *at = it.at;
  lit_termiter_close(&it);
  return e->rc;
}

uint64_t lit_terms_df(LitErr *e, LitSeg *const *segs, int n_segs,
                      const char *term, uint32_t n) {
  uint64_t df = 0;
  LitTermAt at;
  for (int i = 0; i < n_segs; i++) {
    if (lit_terms_find(e, segs[i], term, n, &at)) return 0;
    df += at.df;
  }
  return df;
}

int lit_terms_scan(LitErr *e, const LitSeg *s, const char *prefix, uint32_t n,
                   int (*each)(void *to, const char *term, uint32_t n,
                               uint32_t df),
                   void *to, const LitStop *stop) {
  LitTermIter it;
  uint32_t seen = 0;
  lit_termiter_open(e, &it, s, prefix, n);
  while (it.at.df && it.n >= n && memcmp(it.term, prefix, n) == 0) {
    if (each(to, it.term, it.n, it.at.df)) break;
    if (seen++ % 1024 == 0 && lit_stopped(e, stop)) break;
    if (lit_termiter_next(e, &it)) break;
  }
  lit_termiter_close(&it);
  return e->rc;
}
