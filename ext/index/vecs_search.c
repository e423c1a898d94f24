/* vecs_search.c -- the nearest rows; see vecs.h.
**
** The sides (segments) without codes, or with few rows allowed, go first, all
** their vectors compared; what they find helps to exclude rows by their codes
** (vecs_codes.c) and in lists (ivf_search.c).  If a search through lists ends with
** fewer rows than were asked for, because of a largest distance, it is done again
** without lists: a short answer is always the whole one.  Whole chunks are compared
** where at least half of the rows are allowed, else runs of allowed rows: a kernel
** call costs about as much as a short row.  Rows that lie here and there, mostly
** alone in their chunk, are taken one by one: what is done for a chunk takes longer
** than to compare a row.
**
** With threads, a window of chunks is lent first, then compared in slices of
** a chunk, and then the caller alone offers the distances to the list.
*/
#include <string.h>
#include "base/mem.h"
#include "base/task.h"
#include "index/ivf_search.h"
#include "kern/kern.h"
#include "base/poison.h"

enum {
  BLOCK = 64,
  ASK_BYTES = 1 << 20,            /* A fraction of a millisecond */
  WINDOW_BYTES = 16 << 20, WINDOW_ROWS = 1 << 20,
  LEAST_BYTES = 350 << 10,        /* So many of vectors, or */
  LEAST_TIMES = 22 << 10,         /* so many times k, of which sketches leave nine to be
                                  ** compared, are not worth a look at these, */
  LEAST_ROWS = 300,               /* nor so few rows of a part that is large, */
  DIRECT_ROWS = 1024,             /* nor so few at codes or lists */
  MOST_ROWS = 2048,               /* That are compared one by one */
  AHEAD = 32, AHEAD_BYTES = 512,  /* Chunks fetched before they are lent */
  ROW_AHEAD = 1024,               /* Of a row */
  NEAR = 4,                       /* Int8 codes in one of so many parts of the cache */
  APART = 8                       /* Of so many rows less than one is asked for */
};

uint32_t lit_vecs_window(size_t bytes, uint32_t rows, uint32_t n_chunks) {
  size_t n = WINDOW_BYTES / bytes, most = WINDOW_ROWS / rows;
  if (lit_task_threads() == 1) return 1;
  if (n > most) n = most;
  if (n > n_chunks) n = n_chunks;
  return n ? (uint32_t)n : 1;
}

int lit_vecs_worked(LitErr *e, LitVecsSearch *s, size_t bytes) {
  s->worked += bytes;
  if (s->worked < ASK_BYTES) return e->rc;
  s->worked = 0;
  return lit_stopped(e, s->stop);
}

double lit_vecs_limit(const LitVecsSearch *s) {
  double floor = -s->top->floor;
  return floor < s->limits->max_distance ? floor : s->limits->max_distance;
}

int lit_vecs_offer(LitErr *e, LitVecsSearch *s, LitVecsSide *side,
                   uint32_t ord, float distance) {
  double d = (double)distance;
  int64_t rowid;
  if (!(d <= s->limits->max_distance) || !lit_topk_wants(s->top, -d) ||
      (s->limits->max_excluded && d == s->limits->max_distance))
    return e->rc;
  if (lit_ids_get(e, side->part.seg, ord, &rowid)) return e->rc;
  if (s->top->n == s->top->k && -d == s->top->floor &&
      rowid > s->top->at[0].id) {
    side->lost = -d;
    return LIT_OK;
  }
  return lit_topk_push(e, s->top, -d, rowid);
}

/* ---- all vectors of a side ---- */

typedef struct Window {
  const LitVecsSearch *s;
  const LitVecsSide *side;
  LitVecsChunk *chunks;     /* [n] */
  uint32_t n;
  float *distance;          /* [n, per_chunk] */
} Window;

/* Rows i .. i + 63 of a chunk that are asked for and have a vector. */
static uint64_t wanted(const LitVecsSide *side, const LitVecsChunk *c,
                       uint32_t i) {
  uint32_t n = c->n - i < BLOCK ? c->n - i : BLOCK;
  uint64_t bits = lit_vecs_allowed(side, c->first + i), there = 0;
  if (n < BLOCK) bits &= ((uint64_t)1 << n) - 1;
  if (!c->there) return bits;
  memcpy(&there, c->there + i / 8, (n + 7) / 8);
  return bits & there;
}

/* The first row from `from` on that is asked for; n_rows if there is none. */
static uint32_t next_row(const LitVecsSide *side, uint32_t from) {
  uint32_t n = side->part.n_rows;
  for (; from < n; from = from / BLOCK * BLOCK + BLOCK) {
    uint64_t bits = lit_vecs_allowed(side, from);
    if (bits) return from + (uint32_t)__builtin_ctzll(bits);
  }
  return n;
}

/* Distances of the rows of one chunk: a slice. */
static void compare(void *ctx, int slice) {
  const Window *w = ctx;
  const LitVecsChunk *c = &w->chunks[slice];
  size_t stride = w->side->part.stride;
  float *out = w->distance + (size_t)slice * w->side->part.per_chunk;
  for (uint32_t i = 0; i < c->n; i += BLOCK) {
    uint32_t n = c->n - i < BLOCK ? c->n - i : BLOCK;
    uint64_t bits = wanted(w->side, c, i);
    if ((uint32_t)__builtin_popcountll(bits) * 2 >= n) {
      lit_dist_rows(&w->s->q, c->rows + i * stride, stride, n, NULL, out + i);
      continue;
    }
    for (uint32_t at = 0; bits; ) {
      uint32_t skip = (uint32_t)__builtin_ctzll(bits), run;
      bits >>= skip, at += skip;
      run = (uint32_t)__builtin_ctzll(~bits);     /* Under 64: not all set */
      lit_dist_rows(&w->s->q, c->rows + (i + at) * stride, stride, run, NULL,
                    out + i + at);
      bits >>= run, at += run;
    }
  }
}

static int offer_chunk(LitErr *e, LitVecsSearch *s, LitVecsSide *side,
                       const LitVecsChunk *c, const float *distance) {
  for (uint32_t i = 0; i < c->n; i += BLOCK) {
    uint64_t bits = wanted(side, c, i);
    s->trace.rescored += (uint64_t)__builtin_popcountll(bits);
    for (; bits; bits &= bits - 1) {
      uint32_t at = i + (uint32_t)__builtin_ctzll(bits);
      double score = -(double)distance[at];
      if (score >= s->top->floor && score != side->lost &&
          lit_vecs_offer(e, s, side, c->first + at, distance[at]))
        return e->rc;
    }
  }
  return e->rc;
}

/* The next chunks, from *no on, that hold a row asked for, which is at rows[]:
** up to n of them into nos; how many. */
static uint32_t find_chunks(const LitVecsPart *p, const LitVecsSide *side,
                            uint32_t *no, uint32_t n, uint32_t *nos,
                            uint32_t *rows) {
  uint32_t n_chunks = lit_vecs_n_chunks(p), found = 0;
  while (found < n && *no < n_chunks) {
    uint32_t row = next_row(side, *no * p->per_chunk);
    if (row == p->n_rows) return *no = n_chunks, found;
    *no = row / p->per_chunk;
    rows[found] = row;
    nos[found++] = (*no)++;
  }
  return found;
}

/* Lend the next chunks that hold a row asked for, from *no on. */
static int lend(LitErr *e, Window *w, uint32_t room, uint32_t *no) {
  const LitVecsPart *p = &w->side->part;
  uint32_t nos[AHEAD], rows[AHEAD], n = 1;
  for (w->n = 0; w->n < room && n; ) {
    n = room - w->n < AHEAD ? room - w->n : AHEAD;
    n = find_chunks(p, w->side, no, n, nos, rows);
    lit_seg_ahead(p->seg, p->part, nos, n, 0);
    for (uint32_t i = 0; i < n; i++) {
      LitVecsChunk *c = &w->chunks[w->n];
      const uint8_t *at;
      if (lit_vecs_chunk(e, p, nos[i], c)) return e->rc;
      w->n++;
      at = c->rows + (rows[i] - c->first) * p->stride;
      for (size_t k = 0; k < p->stride && k < AHEAD_BYTES; k += 64)
        __builtin_prefetch(at + k);
    }
  }
  return LIT_OK;
}

static int search_side(LitErr *e, LitVecsSearch *s, LitVecsSide *side) {
  const LitVecsPart *p = &side->part;
  uint32_t n_chunks = lit_vecs_n_chunks(p), no = 0;
  size_t bytes = p->per_chunk * p->stride;
  uint32_t room = lit_vecs_window(bytes, p->per_chunk, n_chunks);
  uint32_t least = n_chunks < AHEAD ? n_chunks : AHEAD;
  Window w = {.s = s, .side = side};
  if (room < least) room = least;
  w.chunks = lit_new0(e, room, sizeof *w.chunks);
  w.distance = lit_new(e, (size_t)room * p->per_chunk, sizeof *w.distance);
  while (!e->rc && no < n_chunks) {
    lend(e, &w, room, &no);
    if (!e->rc) lit_task_run((int)w.n, compare, &w);
    for (uint32_t i = 0; i < w.n && !e->rc; i++)
      offer_chunk(e, s, side, &w.chunks[i],
                  w.distance + (size_t)i * p->per_chunk);
    for (uint32_t i = 0; i < w.n; i++)
      lit_vecs_give(p, w.chunks[i].own, s->bytes);
    s->trace.chunks += w.n;
    lit_vecs_worked(e, s, w.n * bytes);
  }
  lit_free(w.chunks);
  lit_free(w.distance);
  return e->rc;
}

/* ---- rows of a side here and there ---- */

/* Rows that are lent, some of those at ords. */
typedef struct Lent {
  LitVecsRow rows[LIT_VECS_SOME];
  const uint32_t *ords;
  uint32_t n;
} Lent;

/* Of n rows those that are lent together, the first of which is `at`: how many. */
static uint32_t some_of(uint32_t n, uint32_t at) {
  return n - at < LIT_VECS_SOME ? n - at : LIT_VECS_SOME;
}

/* Lend the rows from `at` on and ask for their memory; those after them are looked up
** next. */
static int lend_rows(LitErr *e, const LitVecsPart *p, const uint32_t *ords, uint32_t n,
                     uint32_t at, Lent *l) {
  uint32_t some = some_of(n, at);
  size_t bytes = p->stride < ROW_AHEAD ? p->stride : ROW_AHEAD;
  l->ords = ords + at;
  l->n = 0;
  lit_vecs_ahead(p, l->ords + some, some_of(n, at + some));
  for (; l->n < some; l->n++) {
    LitVecsRow *row = &l->rows[l->n];
    if (lit_vecs_row(e, p, l->ords[l->n], row)) break;
    for (size_t k = 0; k < bytes && row->at; k += 64) __builtin_prefetch(row->at + k);
  }
  return e->rc;
}

/* Compare them.  All distances come first: which of them are wanted nobody can tell
** beforehand, and a wrong guess would undo the next ones too. */
static int compare_lent(LitErr *e, LitVecsSearch *s, LitVecsSide *side, const Lent *l) {
  const void *at[LIT_VECS_SOME];
  float distance[LIT_VECS_SOME];
  for (uint32_t i = 0; i < l->n; i++) {
    at[i] = l->rows[i].at;
    s->trace.rescored += at[i] != NULL;
  }
  lit_dist_some(&s->q, at, l->n, distance);
  for (uint32_t i = 0; i < l->n && !e->rc; i++)
    if (lit_topk_wants(s->top, -(double)distance[i]))
      lit_vecs_offer(e, s, side, l->ords[i], distance[i]);
  s->trace.chunks += l->n;
  return lit_vecs_worked(e, s, l->n * side->part.stride);
}

static void give_rows(const LitVecsPart *p, const Lent *l) {
  for (uint32_t i = 0; i < l->n; i++) lit_seg_give(p->seg, l->rows[i].own);
}

/* They lie anywhere in memory: while some are compared the next are fetched, and those
** after them looked up. */
int lit_vecs_compare(LitErr *e, LitVecsSearch *s, LitVecsSide *side,
                     const uint32_t *ords, uint32_t n) {
  const LitVecsPart *p = &side->part;
  Lent two[2], *now = &two[0], *next = &two[1], *was;
  lit_vecs_ahead(p, ords, some_of(n, 0));
  lend_rows(e, p, ords, n, 0, now);
  for (uint32_t at = now->n; now->n && !e->rc; at += now->n) {
    if (!lend_rows(e, p, ords, n, at, next)) compare_lent(e, s, side, now);
    give_rows(p, now);
    was = now, now = next, next = was;
  }
  give_rows(p, now);
  return e->rc;
}

/* All rows of a side that are asked for, into ords, which has room for two more.  Mostly
** a block has none or one or two, at which a branch would guess wrong as often. */
static uint32_t walk(const LitVecsSide *side, uint32_t *ords) {
  uint32_t n = 0, n_rows = side->part.n_rows;
  for (uint32_t from = 0; from < n_rows; from += BLOCK) {
    uint64_t bits = lit_vecs_allowed(side, from), last = (uint64_t)1 << 63;
    for (int i = 0; i < 2; i++) {
      ords[n] = from + (uint32_t)__builtin_ctzll(bits | last);
      n += bits != 0;
      bits &= bits - 1;
    }
    for (; bits; bits &= bits - 1) ords[n++] = from + (uint32_t)__builtin_ctzll(bits);
  }
  return n;
}

/* Rows that are not in memory by their int8 codes first: they go into a pool. */
static int search_far(LitErr *e, LitVecsSearch *s, const LitVecsSide *side,
                      const uint32_t *ords, uint32_t n) {
  uint32_t no = (uint32_t)(side - s->sides);
  LitPool pool;
  lit_pool_begin_exact(e, &pool, s);
  for (uint32_t i = 0; i < n && !e->rc; i++)
    lit_pool_add(e, &pool, (LitCandidate){-INFINITY, 0, no, ords[i], 0, 0}, INFINITY);
  if (!e->rc) lit_pool_settle(e, &pool);
  lit_pool_drop(&pool);
  return e->rc;
}

static int search_rows(LitErr *e, LitVecsSearch *s, LitVecsSide *side) {
  uint32_t ords[MOST_ROWS + 2], far[MOST_ROWS], n = walk(side, ords);
  uint32_t n_here = 0, n_far = 0;
  if (!side->are_codes_near) return lit_vecs_compare(e, s, side, ords, n);
  for (uint32_t i = 0; i < n; i++) {
    if (i % LIT_VECS_SOME == 0) lit_vecs_ahead(&side->part, ords + i, some_of(n, i));
    if (lit_vecs_has_row(&side->part, ords[i])) ords[n_here++] = ords[i];
    else far[n_far++] = ords[i];
  }
  if (lit_vecs_compare(e, s, side, ords, n_here)) return e->rc;
  return n_far ? search_far(e, s, side, far, n_far) : LIT_OK;
}

/* Few rows of a part that is larger than half of the cache are kept one by one, see
** lit_vecs_row; their chunks would be read anew for each question.  Else one by one
** if it is little work, without threads. */
static int is_scattered(const LitVecsSide *side) {
  const LitVecsPart *p = &side->part;
  if (p->is_large) return side->n_allowed <= DIRECT_ROWS;
  return side->n_allowed <= MOST_ROWS && side->n_allowed < p->n_rows / APART &&
         side->n_allowed * p->stride <= ASK_BYTES;
}

/* ---- the search ---- */

static uint32_t count_allowed(const LitVecsSide *side) {
  uint32_t n = 0;
  const LitBits *live = &side->part.seg->live;
  const LitBits *only = !live->at ? side->mask : !side->mask ? live : NULL;
  if (only) return lit_kern_ones(only->at, ((size_t)only->n + 63) / 64);
  if (!live->at) return side->part.n_rows;
  for (uint32_t i = 0; i < side->part.n_rows; i += BLOCK)
    n += (uint32_t)__builtin_popcountll(lit_vecs_allowed(side, i));
  return n;
}

/* Make the query ready, for lists too; codes [dim] to be freed. */
static int8_t *code_query(LitErr *e, LitVecsSearch *s, const LitVecCol *col,
                          int for_lists) {
  const LitBoundKind *kind = lit_bound_find(col);
  int8_t *codes = NULL;
  float *v;
  if (!kind) return NULL;
  v = lit_new(e, col->dim, sizeof *v);
  codes = lit_new(e, col->dim, 1);
  if (!e->rc) {
    lit_vecs_floats(col->elem, s->limits->at, col->dim, v);
    if (!lit_bound_query(&s->bound, kind, v, col->dim, codes))
      s->bound.kind = NULL;
    if (for_lists && col->recall > 0 && !s->limits->exact && lit_ivf_kind(col))
      lit_ivf_query(e, &s->ivf_query, lit_ivf_kind(col), v, col->dim);
  }
  lit_free(v);
  return codes;
}

/* How to search a side. */
static int choose(LitErr *e, LitVecsSearch *s, const LitVecCol *col, int are_many,
                  LitVecsSide *side) {
  size_t budget = (size_t)lit_cache_stats(side->part.seg->cache).budget;
  LitVecsWay way = LIT_VECS_DIRECT;
  if (!side->n_allowed) return LIT_OK;
  if (s->ivf_query.words) {
    if (lit_ivf_open(e, col, &side->part, &side->ivf)) return e->rc;
    way = lit_ivf_way(&side->ivf, col->recall, s->top->k, side->n_allowed, are_many,
                      s->codes_bytes > budget / 2, &side->reach, &side->level);
  }
  if (way == LIT_VECS_DIRECT && are_many && s->bound.kind && side->part.per_codes)
    way = LIT_VECS_CODES;
  side->way = way;
  return LIT_OK;
}

/* Exactly is exactly; and a row that looks near enough and is not would leave an
** answer short. */
static size_t sure_of(const LitVecCol *col, const LitVecQuery *q, size_t k) {
  int may = col->recall > 0 && !q->exact && !(q->max_distance < INFINITY);
  return may && q->sure < k ? q->sure : 0;
}

/* So many are not worth more than comparing each.  Those that may have to be read cost
** more. */
static uint64_t least_rows(const LitVecsSearch *s) {
  uint64_t bytes = LEAST_TIMES * (uint64_t)s->top->k, n;
  for (int i = 0; i < s->n_sides; i++)
    if (s->sides[i].part.is_large) return LEAST_ROWS;
  n = (bytes < LEAST_BYTES ? LEAST_BYTES : bytes) / s->sides[0].part.stride;
  return n < MOST_ROWS ? n : MOST_ROWS;
}

/* They are a quarter of the vectors or less: all of them are kept while few of these
** are. */
static void find_near_codes(LitVecsSearch *s) {
  for (int i = 0; i < s->n_sides; i++) {
    LitVecsSide *side = &s->sides[i];
    const LitVecsPart *p = &side->part;
    side->are_codes_near = p->is_large && p->per_codes && side->n_allowed > 0 &&
                           s->codes_bytes <= lit_cache_stats(p->seg->cache).budget / NEAR;
    s->has_near_codes |= side->are_codes_near;
  }
}

static int open_sides(LitErr *e, LitVecsSearch *s, const LitVecCol *col,
                      LitSeg *const *segs, const LitBits *const *masks) {
  s->sides = lit_new0(e, (size_t)s->n_sides, sizeof *s->sides);
  for (int i = 0; i < s->n_sides && !e->rc; i++) {
    LitVecsSide *side = &s->sides[i];
    side->mask = masks ? masks[i] : NULL;
    side->lost = NAN;
    if (lit_vecs_open(e, col, segs[i], &side->part)) break;
    if (side->part.n_there) side->n_allowed = count_allowed(side);
    s->n_allowed += side->n_allowed;
    s->bytes += side->part.bytes;
    s->codes_bytes += side->part.codes_bytes;
  }
  if (!e->rc) find_near_codes(s);
  return e->rc;
}

/* How to search each side, and the query made ready for that; *codes to be freed. */
static int choose_all(LitErr *e, LitVecsSearch *s, const LitVecCol *col, int8_t **codes) {
  int are_few = s->n_allowed <= least_rows(s) || s->n_allowed / 4 < s->top->k;
  if (are_few && !s->has_near_codes) return e->rc;
  *codes = code_query(e, s, col, !are_few);
  for (int i = 0; i < s->n_sides && !s->bound.kind; i++) s->sides[i].are_codes_near = 0;
  if (are_few) return e->rc;
  if (s->top->n) s->ivf_query.words = 0;  /* search_again begins it anew */
  for (int i = 0; i < s->n_sides && !e->rc; i++)
    choose(e, s, col, s->n_allowed > DIRECT_ROWS, &s->sides[i]);
  return e->rc;
}

/* Search all sides, each as was chosen. */
static int search_all(LitErr *e, LitVecsSearch *s) {
  LitPool pool;
  for (int i = 0; i < s->n_sides && !e->rc; i++) {
    LitVecsSide *side = &s->sides[i];
    if (side->way != LIT_VECS_DIRECT || !side->n_allowed) continue;
    if (is_scattered(side)) search_rows(e, s, side);
    else search_side(e, s, side);
  }
  if (e->rc) return e->rc;
  lit_pool_begin(e, &pool, s);
  for (int i = 0; i < s->n_sides && !e->rc; i++) {
    LitVecsSide *side = &s->sides[i];
    if (side->way == LIT_VECS_LISTS) lit_ivf_search(e, &pool, side);
    else if (side->way == LIT_VECS_SKETCHES) lit_ivf_search_rows(e, &pool, side);
    else if (side->way == LIT_VECS_CODES) lit_vecs_search_codes(e, &pool, side);
  }
  if (!e->rc) lit_pool_settle(e, &pool);
  lit_pool_drop(&pool);
  return e->rc;
}

/* Once more without 1-bit codes, if the answer is short for no other reason. */
static int search_again(LitErr *e, LitVecsSearch *s) {
  size_t k = s->top->k;
  int some = 0;
  if (e->rc || s->top->n == s->top->k || s->limits->max_distance == INFINITY)
    return e->rc;
  for (int i = 0; i < s->n_sides; i++) {
    LitVecsSide *side = &s->sides[i];
    side->lost = NAN;
    if (side->way != LIT_VECS_LISTS && side->way != LIT_VECS_SKETCHES) continue;
    side->way = s->bound.kind && side->part.per_codes ? LIT_VECS_CODES
                                                     : LIT_VECS_DIRECT;
    some = 1;
  }
  if (!some) return LIT_OK;
  lit_topk_drop(s->top);
  lit_topk_init(s->top, k);
  return search_all(e, s);
}

static void add_trace(const LitVecTrace *from, LitVecTrace *to) {
  to->codes += from->codes;
  to->rescored += from->rescored;
  to->chunks += from->chunks;
  to->lists += from->lists;
  to->lists_known += from->lists_known;
  to->bits += from->bits;
}

int lit_vecs_search(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                    const LitBits *const *masks, int n_segs,
                    const LitVecQuery *q, LitTopk *top, LitVecTrace *trace,
                    const LitStop *stop) {
  LitVecsSearch s = {.limits = q, .top = top, .stop = stop,
                     .n_sides = n_segs, .sure = sure_of(col, q, top->k)};
  LitVec v = {.at = q->at, .type = col->elem, .dim = col->dim};
  int8_t *codes = NULL;
  if (e->rc || top->k == 0 || n_segs == 0) return e->rc;
  if (lit_dist_query(e, "search", &s.q, col->dist, &v)) return e->rc;
  if (open_sides(e, &s, col, segs, masks) || choose_all(e, &s, col, &codes)) goto done;
  search_all(e, &s);
  search_again(e, &s);
  if (trace) add_trace(&s.trace, trace);

done:
  lit_dist_query_drop(&s.q);
  lit_ivf_query_drop(&s.ivf_query);
  lit_free(codes);
  lit_free(s.sides);
  return e->rc;
}
