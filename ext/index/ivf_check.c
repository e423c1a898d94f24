/* ivf_check.c -- is what a segment's lists say true?  Declared in ivf_write.h.
**
** Which list a row is in is taken as it is: in any it can be found, only not as
** soon.  Everything else follows from the vectors and the centroids, and is
** computed anew.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_write.h"
#include "base/poison.h"

typedef struct Check {
  const LitIvf *ivf;
  const LitVecCol *col;
  const LitStop *stop;
  struct Spot { uint32_t list, at; } *spots;  /* [n_rows, times]; no list:
                            ** UINT32_MAX */
  uint32_t *counts;         /* [n_lists] */
  LitVecsChunk rows;        /* The one that is held */
  float *x, *r;             /* [64 words] */
  int8_t *codes;            /* [64 words] */
  uint64_t *bits;           /* [words] */
  const LitChunk *centre;
  LitIvfSketches sketches;  /* That are held */
} Check;

static int corrupt(LitErr *e, const Check *c, int part, const char *what) {
  return lit_seg_corrupt(e, c->ivf->of->seg, c->ivf->of->part + part, what);
}

/* A centroid's entry in the directory. */
static int check_entry(LitErr *e, Check *c, const LitIvfGroup *g, uint32_t i,
                       const float *centroid) {
  size_t n = 64 * (size_t)c->ivf->words;
  float scale, square;
  for (size_t j = 0; j < n; j++)
    if (!isfinite(centroid[j]))
      return corrupt(e, c, 3, "a centroid that is not finite");
  scale = lit_int8_encode(centroid, n, c->codes).scale;
  lit_kern()->rows[LIT_F32][LIT_SQ](centroid, centroid, 0, 1, n, &square);
  if (memcmp(&scale, &g->scale[i], 4) || memcmp(&square, &g->square[i], 4) ||
      memcmp(c->codes, g->codes + i * n, n))
    return corrupt(e, c, 2, "codes of another centroid");
  return LIT_OK;
}

/* The first spot of a row that is free, or NULL. */
static struct Spot *free_spot(const Check *c, uint32_t ord) {
  struct Spot *spot = c->spots + (size_t)ord * c->ivf->times;
  for (uint32_t i = 0; i < c->ivf->times; i++, spot++)
    if (spot->list == UINT32_MAX) return spot;
  return NULL;
}

/* Which rows are in a list. */
static int check_ords(LitErr *e, Check *c, uint32_t no, const LitIvfList *l) {
  uint32_t last = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    LitIvfBlock b = lit_ivf_block(l, c->ivf->words, i / IVF_BLOCK);
    uint32_t ord = b.ord[i % IVF_BLOCK];
    struct Spot *spot;
    if (ord >= c->ivf->of->n_rows || (i && ord <= last))
      return corrupt(e, c, 3, "rows out of order");
    spot = free_spot(c, ord);
    if (!spot) return corrupt(e, c, 3, "a row in too many lists");
    *spot = (struct Spot){no, i};
    last = ord;
  }
  return LIT_OK;
}

/* Nothing stands past the last row. */
static int check_rest(LitErr *e, Check *c, const LitIvfList *l) {
  size_t words = c->ivf->words;
  uint32_t from = l->n % IVF_BLOCK;
  LitIvfBlock b = lit_ivf_block(l, words, l->n / IVF_BLOCK);
  int rest = 0;
  for (uint32_t i = from; from && i < IVF_BLOCK; i++) {
    for (int j = 0; j < 4; j++)
      rest |= lit_get_u32(b.add + j * IVF_BLOCK + i) != 0;
    for (size_t j = 0; j < words; j++) rest |= b.bits[j * IVF_BLOCK + i] != 0;
    rest |= b.ord[i] != UINT32_MAX;
  }
  return rest ? corrupt(e, c, 3, "bytes past the last row") : LIT_OK;
}

static int check_group(LitErr *e, Check *c, uint32_t no, uint64_t *n_rows) {
  LitIvfGroup g;
  if (lit_ivf_group(e, c->ivf, no, &g)) return e->rc;
  for (uint32_t i = 0; i < g.n && !lit_stopped(e, c->stop); i++) {
    LitIvfList list;
    *n_rows += c->counts[g.first + i] = g.rows[i];
    if (lit_ivf_list(e, c->ivf, g.first + i, g.rows[i], &list)) break;
    if (!check_entry(e, c, &g, i, list.centroid))
      check_ords(e, c, g.first + i, &list);
    if (!e->rc) check_rest(e, c, &list);
    lit_seg_give(c->ivf->of->seg, list.own);
  }
  lit_seg_give(c->ivf->of->seg, g.own);
  return e->rc;
}

/* The code at a spot against that of its row, x [64 words] turned. */
static int check_code(LitErr *e, Check *c, const struct Spot *spot) {
  size_t words = c->ivf->words, n = 64 * words, i = spot->at % IVF_BLOCK;
  LitIvfList list;
  LitIvfBlock b;
  LitOneBit code;
  int same;
  if (lit_ivf_list(e, c->ivf, spot->list, c->counts[spot->list], &list))
    return e->rc;
  for (size_t j = 0; j < n; j++) c->r[j] = c->x[j] - list.centroid[j];
  code = lit_onebit_encode(c->r, words, c->bits);
  if (c->ivf->kind->is_product) code.square = 0;
  b = lit_ivf_block(&list, words, spot->at / IVF_BLOCK);
  same = !memcmp(&code.square, &b.add[i], 4) &&
         !memcmp(&code.scale, &b.scale[i], 4) &&
         !memcmp(&code.ones, &b.ones[i], 4) &&
         !memcmp(&code.spread, &b.spread[i], 4);
  for (size_t j = 0; j < words; j++)
    same &= c->bits[j] == b.bits[j * IVF_BLOCK + i];
  lit_seg_give(c->ivf->of->seg, list.own);
  return same ? LIT_OK : corrupt(e, c, 3, "a code of another vector");
}

/* The sketch of a row, if it is in a list: of x [64 words] turned. */
static int check_sketch(LitErr *e, Check *c, uint32_t ord, int in) {
  size_t words = c->ivf->words, bytes = lit_ivf_sketch_bytes(words), used = 16;
  uint32_t rows = lit_ivf_sketch_rows(words);
  float want[4] = {INFINITY};
  const uint8_t *at;
  int same;
  if (!c->centre) return e->rc;
  if (ord % rows == 0) {
    lit_seg_give(c->ivf->of->seg, c->sketches.own);
    if (lit_ivf_sketches(e, c->ivf, ord / rows, &c->sketches)) return e->rc;
  }
  memset(c->bits, 0, words * sizeof *c->bits);
  for (size_t j = 0; in && j < 64 * words; j++)
    c->r[j] = c->x[j] - ((const float *)(const void *)c->centre->at)[j];
  if (in) {
    LitOneBit code = lit_onebit_encode(c->r, words, c->bits);
    want[0] = c->ivf->kind->is_product ? 0 : code.square;
    want[1] = code.scale, want[2] = code.ones, want[3] = code.spread;
  }
  at = c->sketches.at + (ord - c->sketches.first) * bytes;
  same = !memcmp(at, want, used) && !memcmp(at + used, c->bits, 8 * words);
  for (used += 8 * words; used < bytes; used++) same &= !at[used];
  return same ? LIT_OK : corrupt(e, c, 3, "a sketch of another vector");
}

/* All spots of a row, x [dim], taken; no place is left. */
static int check_row(LitErr *e, Check *c, uint32_t ord) {
  size_t words = c->ivf->words, times = c->ivf->times;
  if (free_spot(c, ord)) return corrupt(e, c, 3, "a row in too few lists");
  memset(c->x + c->col->dim, 0, (64 * words - c->col->dim) * sizeof *c->x);
  lit_onebit_turn(c->x, words);
  for (size_t i = 0; i < times && !e->rc; i++)
    check_code(e, c, &c->spots[ord * times + i]);
  return e->rc;
}

static const void *row_of(LitErr *e, void *ctx, uint32_t ord) {
  Check *c = ctx;
  const LitVecsPart *p = c->ivf->of;
  if (!c->rows.own || ord >= c->rows.first + c->rows.n) {
    lit_seg_give(p->seg, c->rows.own);
    if (lit_vecs_chunk(e, p, ord / p->per_chunk, &c->rows)) return NULL;
  }
  ord -= c->rows.first;
  return lit_vecs_there(&c->rows, ord) ? c->rows.rows + ord * p->stride : NULL;
}

static int check_rows(LitErr *e, Check *c) {
  LitVecsSource from = {.col = c->col, .ctx = c, .row = row_of};
  for (uint32_t ord = 0; ord < c->ivf->of->n_rows && !e->rc; ord++) {
    int unfit = 0;
    int in = lit_ivf_row(e, &from, c->ivf->kind, ord, c->x, &unfit);
    if (ord % 1024 == 0) lit_stopped(e, c->stop);
    if (!e->rc && (unfit || in != (c->spots[(size_t)ord * c->ivf->times].list !=
                                 UINT32_MAX)))
      corrupt(e, c, 3, "not the rows that have a vector");
    if (!e->rc && in) check_row(e, c, ord);
    if (!e->rc) check_sketch(e, c, ord, in);
  }
  lit_seg_give(c->ivf->of->seg, c->sketches.own);
  lit_seg_give(c->ivf->of->seg, c->rows.own);
  return e->rc;
}

int lit_ivf_check(LitErr *e, const LitVecCol *col, const LitVecsPart *p,
                  const LitStop *stop) {
  LitIvf ivf;
  Check c = {.ivf = &ivf, .col = col, .stop = stop};
  uint64_t n_rows = 0;
  size_t n;
  if (lit_ivf_open(e, col, p, &ivf) || !ivf.n_lists) return e->rc;
  n = 64 * (size_t)ivf.words;
  c.spots = lit_new(e, lit_size(p->n_rows, ivf.times), sizeof *c.spots);
  c.counts = lit_new(e, ivf.n_lists, sizeof *c.counts);
  c.x = lit_new(e, n, sizeof *c.x);
  c.r = lit_new(e, n, sizeof *c.r);
  c.codes = lit_new(e, n, 1);
  c.bits = lit_new(e, ivf.words, sizeof *c.bits);
  if (ivf.has_sketches) c.centre = lit_ivf_centre(e, &ivf);
  if (e->rc) goto done;
  memset(c.spots, 0xFF, (size_t)p->n_rows * ivf.times * sizeof *c.spots);
  for (uint32_t i = 0; i * IVF_GROUP < ivf.n_lists && !e->rc; i++)
    check_group(e, &c, i, &n_rows);
  if (!e->rc && n_rows != (uint64_t)ivf.n_rows * ivf.times)
    corrupt(e, &c, 2, "bad number of rows");
  if (!e->rc) check_rows(e, &c);

done:
  lit_seg_give(p->seg, c.centre);
  lit_free(c.spots);
  lit_free(c.counts);
  lit_free(c.x);
  lit_free(c.r);
  lit_free(c.codes);
  lit_free(c.bits);
  return e->rc;
}
