/* vecs_codes.c -- the nearest rows of a segment, from codes first; see vecs.h.
**
** All codes are read, and each row that may be among the k nearest goes to the
** pool (vecs_pool.h).
*/
#include "base/mem.h"
#include "base/task.h"
#include "index/vecs_pool.h"
#include "base/poison.h"

enum { BLOCK = 64, AHEAD = 4, AHEAD_BYTES = 512, SELDOM = 16 };

typedef struct Window {
  const LitBound *bound;
  const LitVecsSide *side;
  LitBoundLimit limit;
  int few;                  /* Rows asked for: they are fetched one by one */
  uint32_t n;
  LitCodesChunk *chunks;    /* [n] */
  uint64_t *keep;           /* [n, per_codes / 64] */
  int32_t *sums;            /* [n, per_codes] */
} Window;

/* One chunk: a slice. */
static void look(void *ctx, int slice) {
  const Window *w = ctx;
  const LitCodesChunk *c = &w->chunks[slice];
  size_t at = (size_t)slice * w->side->part.per_codes;
  for (uint32_t i = 0; i < c->n; i += BLOCK)
    w->keep[(at + i) / BLOCK] = lit_bound_keep(
        w->bound, c, i, c->n - i < BLOCK ? c->n - i : BLOCK,
        lit_vecs_allowed(w->side, c->first + i), &w->limit, w->sums + at + i);
}

static int take(LitErr *e, LitPool *p, const Window *w, uint32_t slice) {
  const LitCodesChunk *c = &w->chunks[slice];
  size_t at = (size_t)slice * w->side->part.per_codes;
  uint32_t side = (uint32_t)(w->side - p->s->sides);
  double limit = lit_pool_limit(p), likely = lit_pool_likely(p);
  for (uint32_t i = 0; i < c->n; i += BLOCK)
    for (uint64_t bits = w->keep[(at + i) / BLOCK]; bits; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      LitVecsCode code = {c->scale[row], c->length[row], c->residual[row]};
      int32_t sum = w->sums[at + row];
      double low = lit_bound_low(w->bound, code, sum);
      double high = lit_bound_high(w->bound, code, sum);
      double middle = high < INFINITY ? (low + high) / 2 : low;
      if (low > limit && middle > likely) continue;
      if (lit_pool_add(e, p, (LitCandidate){low, middle, side, c->first + row, 1, 0},
                       high))
        return e->rc;
      limit = lit_pool_limit(p), likely = lit_pool_likely(p);
    }
  return e->rc;
}

/* Ask for what will be read of a row. */
static void fetch_row(const LitVecsPart *p, const LitCodesChunk *c, uint32_t row) {
  __builtin_prefetch(c->scale + row);
  __builtin_prefetch(c->length + row);
  __builtin_prefetch(c->residual + row);
  for (size_t at = 0; at < p->dim && at < AHEAD_BYTES; at += 64)
    __builtin_prefetch(c->codes + row * p->dim + at);
}

/* The same of the rows that are asked for. */
static void fetch(const LitVecsSide *side, const LitCodesChunk *c) {
  for (uint32_t i = 0; i < c->n; i += BLOCK) {
    uint64_t bits = lit_vecs_allowed(side, c->first + i);
    for (; bits; bits &= bits - 1) {
      uint32_t row = i + (uint32_t)__builtin_ctzll(bits);
      if (row >= c->n) break;
      fetch_row(&side->part, c, row);
    }
  }
}

/* The chunks from `no` on will be asked for next. */
static void find_ahead(const LitVecsPart *p, uint32_t no) {
  uint32_t nos[AHEAD], n = 0;
  while (n < AHEAD && no < lit_vecs_n_codes(p)) nos[n++] = no++;
  lit_seg_ahead(p->seg, p->part + 1, nos, n, 0);
}

static int lend(LitErr *e, Window *w, uint32_t room, uint32_t *no) {
  const LitVecsPart *p = &w->side->part;
  if (w->few) find_ahead(p, *no + room);
  for (w->n = 0; w->n < room && *no < lit_vecs_n_codes(p); ++*no) {
    if (lit_vecs_codes(e, p, *no, &w->chunks[w->n])) return e->rc;
    if (w->few) fetch(w->side, &w->chunks[w->n]);
    w->n++;
  }
  return LIT_OK;
}

/* A chunk that is not here is read for one of SELDOM rows that ask for one: it takes
** about as long to read as so many of these, of which most will not be. */
static int is_read_for(uint32_t ord) {
  return (ord * 0x9E3779B97F4A7C15u >> 32) % SELDOM == 0;
}

/* Lend the chunk of a row's code, if it is here or is to be read, and ask for what will
** be read of it. */
static int lend_code(LitErr *e, const LitVecsPart *p, uint32_t ord, LitCodesChunk *c) {
  uint32_t no = ord / p->per_codes;
  int64_t id = lit_chunk_id(p->seg->id, p->part + 1, no);
  *c = (LitCodesChunk){0};
  if (!is_read_for(ord) && !lit_cache_has(p->seg->cache, p->seg->stamp, id)) return e->rc;
  if (!lit_vecs_codes(e, p, no, c)) fetch_row(p, c, ord - c->first);
  return e->rc;
}

int lit_vecs_bound_rows(LitErr *e, LitVecsSearch *s, const LitVecsSide *side,
                        const uint32_t *ords, uint32_t n, LitVecsBounds *out) {
  const LitVecsPart *p = &side->part;
  LitKernRows *dot = lit_kern()->rows[LIT_I8][LIT_DOT];
  LitCodesChunk c[LIT_VECS_SOME] = {{0}};
  for (uint32_t i = 0; i < n && !e->rc; i++) lend_code(e, p, ords[i], &c[i]);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t row = ords[i] - c[i].first;
    LitVecsCode code;
    int32_t sum;
    out[i] = (LitVecsBounds){0};
    if (!c[i].own || e->rc) continue;
    code = (LitVecsCode){c[i].scale[row], c[i].length[row], c[i].residual[row]};
    if (!(code.residual >= 0)) continue;
    dot(s->bound.codes, c[i].codes + (size_t)row * p->dim, p->dim, 1, p->dim, &sum);
    out[i] = (LitVecsBounds){1, lit_bound_low(&s->bound, code, sum),
                             lit_bound_high(&s->bound, code, sum)};
    s->trace.codes++;
  }
  for (uint32_t i = 0; i < n; i++) lit_seg_give(p->seg, c[i].own);
  return e->rc;
}

int lit_vecs_search_codes(LitErr *e, LitPool *pool, const LitVecsSide *side) {
  const LitVecsPart *p = &side->part;
  LitVecsSearch *s = pool->s;
  size_t bytes = p->per_codes * (p->dim + sizeof(LitVecsCode));
  uint32_t no = 0, n_chunks = lit_vecs_n_codes(p);
  uint32_t room = lit_vecs_window(bytes, p->per_codes, n_chunks);
  Window w = {.bound = &s->bound, .side = side,
              .few = side->n_allowed < p->n_rows / 8};
  if (w.few && room < AHEAD) room = AHEAD;
  w.chunks = lit_new0(e, room, sizeof *w.chunks);
  w.keep = lit_new(e, (size_t)room * p->per_codes / BLOCK, sizeof *w.keep);
  w.sums = lit_new(e, (size_t)room * p->per_codes, sizeof *w.sums);
  while (!e->rc && no < n_chunks) {
    lend(e, &w, room, &no);
    w.limit = lit_bound_limit(&s->bound, fmax(lit_pool_limit(pool),
                                              lit_pool_likely(pool)));
    if (!e->rc) lit_task_run((int)w.n, look, &w);
    for (uint32_t i = 0; i < w.n && !e->rc; i++) take(e, pool, &w, i);
    for (uint32_t i = 0; i < w.n; i++)
      lit_vecs_give(p, w.chunks[i].own, s->codes_bytes);
    s->trace.chunks += w.n;
    lit_vecs_worked(e, s, w.n * bytes);
  }
  s->trace.codes += side->n_allowed;
  lit_free(w.chunks);
  lit_free(w.keep);
  lit_free(w.sums);
  return e->rc;
}
