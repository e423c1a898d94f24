/* cols_order.c -- the rows of a FILTER column by their codes (cols_part.h).
**
** Made of the codes when a connection asks for it again, and kept in the cache of
** chunks: what a condition lets through, or keeps out, is then there to be taken,
** where that is few rows, and no code is looked at.  Made at once, it would cost
** the first question of a connection several times what it saves it.
**
**   u32 part, u32 n_codes, u32 start of each code and the end [n_codes + 1],
**   u32 rows, those of a code ascending [n_rows]
*/
#include "base/mem.h"
#include "index/cols_part.h"
#include "base/poison.h"

enum { HEAD = 2, SHARE = 32 };      /* Not over so much of the cache's budget */

static size_t words_of(const LitColIn *col) {
  return HEAD + (size_t)col->n_codes + 1 + col->seg->n_rows;
}

static int64_t id_of(const LitColIn *col, uint32_t what) {
  uint32_t asked[] = {(uint32_t)col->part, what};
  return lit_kept_hash(lit_hash64(asked, sizeof asked));
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
static void put_rows(const LitColIn *col, const uint32_t *codes, uint32_t *out) {
  uint32_t n = col->n_codes, n_rows = col->seg->n_rows;
  uint32_t *starts = out + HEAD, *rows = starts + n + 1;
  out[0] = (uint32_t)col->part, out[1] = n;
  memset(starts, 0, ((size_t)n + 1) * sizeof *starts);
  for (uint32_t i = 0; i < n_rows; i++) starts[codes[i] + 1]++;
  for (uint32_t c = 0; c < n; c++) starts[c + 1] += starts[c];
  for (uint32_t i = 0; i < n_rows; i++) rows[starts[codes[i]]++] = i;
  memmove(starts + 1, starts, n * sizeof *starts);
  starts[0] = 0;
}

static const LitChunk *make(LitErr *e, const LitColIn *col) {
  const LitSeg *s = col->seg;
  uint32_t *codes = lit_new(e, s->n_rows, sizeof *codes);
  uint32_t *all = lit_new(e, words_of(col), sizeof *all);
  const LitChunk *own = NULL;
  if (!e->rc && !read_codes(e, col, codes)) {
    put_rows(col, codes, all);
    own = lit_cache_keep(e, s->cache, s->stamp, id_of(col, 1), all,
                         words_of(col) * sizeof *all);
  }
  lit_free(codes);
  lit_free(all);
  return own;
}

/* Another thing that is kept may have the same hash. */
static int is_order(const LitColIn *col, const LitChunk *own) {
  const uint32_t *at = (const uint32_t *)(const void *)own->at;
  return own->n == words_of(col) * sizeof *at &&
         at[0] == (uint32_t)col->part && at[1] == col->n_codes;
}

int lit_colorder_open(LitErr *e, LitColOrder *o, const LitColIn *col) {
  const LitSeg *s = col->seg;
  const LitChunk *own;
  *o = (LitColOrder){.seg = s};
  if (e->rc || words_of(col) * sizeof *o->rows >
                   lit_cache_stats(s->cache).budget / SHARE)
    return e->rc;
  own = lit_cache_look(s->cache, s->stamp, id_of(col, 1));
  if (!own && lit_cache_again(e, s->cache, s->stamp, id_of(col, 0)))
    own = make(e, col);
  if (!own) return e->rc;
  if (!is_order(col, own)) return lit_seg_give(s, own), LIT_OK;
  o->own = own;
  o->starts = (const uint32_t *)(const void *)own->at + HEAD;
  o->rows = o->starts + col->n_codes + 1;
  return LIT_OK;
}

void lit_colorder_close(LitColOrder *o) {
  if (o->own) lit_seg_give(o->seg, o->own);
  *o = (LitColOrder){0};
}
