/* ivf_write.c -- lists of a new segment, see ivf_part.h.
**
** The rows are read twice: a sample for the centroids, then all of them, a
** block at a time, each assigned to its list and coded.  In memory are the
** sample (SAMPLE_BYTES at most), the centroids and their products with each
** other, 16 bytes a row and its sketch, and for each place of a row in a
** list 24 bytes and its bits.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_train.h"
#include "index/ivf_write.h"
#include "base/poison.h"

enum {
  SAMPLE_BYTES = 64 << 20,
  SAMPLE_ROWS = 24,               /* For each list */
  SAMPLE_LEAST = 8,
  ROWS = 480,                     /* Assigned at once */
  LIST_BYTES = 1 << 20            /* A longer list is cut */
};
/* Lists for each root of the rows: more make each shorter, and the ranking of
** the centroids longer. */
#define LISTS_PER_ROOT 2.0

/* The length of x [n]; in double where float32 cannot square it. */
static double length_of(const float *x, uint32_t n) {
  double square = (double)lit_dot_f32(x, x, n);
  if (square > 1e-30 && square < 1e30) return sqrt(square);
  square = 0;
  for (uint32_t i = 0; i < n; i++) square += (double)x[i] * x[i];
  return sqrt(square);
}

/* Vectors of models have length 1 but for their last bits. */
static int is_unit(double length) { return fabs(length - 1) < 1e-6; }

int lit_ivf_row(LitErr *e, const LitVecsSource *from, const LitIvfKind *kind,
                uint32_t ord, float *out, int *unfit) {
  uint32_t dim = from->col->dim;
  const void *at = from->row(e, from->ctx, ord);
  double length;
  if (!at) return 0;
  lit_vecs_floats(from->col->elem, at, dim, out);
  length = length_of(out, dim);
  if (length == 0) return !kind->unit_rows;
  if (!(length > 1e-15 && length < 1e15)) return *unfit = 1, 0;
  for (uint32_t i = 0; kind->unit_rows && !is_unit(length) && i < dim; i++)
    out[i] = (float)(out[i] / length);
  return 1;
}

/* ---- centroids ---- */

/* Some of the rows, evenly, into x [room, dim]; how many. */
static uint32_t sample(LitErr *e, LitIvfBuild *b, float *x, uint32_t room) {
  double step = (double)b->n_rows / room;
  uint32_t n = 0;
  for (uint32_t i = 0; i < room && !e->rc && !b->unfit; i++) {
    uint32_t ord = (uint32_t)(i * step);
    if (lit_ivf_row(e, b->from, b->kind, ord, x + (size_t)n * b->dim,
                    &b->unfit))
      n++;
    if (i % 256 == 0) lit_stopped(e, b->from->stop);
  }
  return n;
}

static int train(LitErr *e, LitIvfBuild *b) {
  double lists = LISTS_PER_ROOT * sqrt((double)b->n_rows);
  size_t most = SAMPLE_BYTES / (b->dim * sizeof(float));
  uint32_t n = (uint32_t)lists * SAMPLE_ROWS;
  LitIvfRows rows = {0};
  float *x;
  if (n > most) n = (uint32_t)most;
  if (n > b->n_rows) n = b->n_rows;
  x = lit_new(e, n, b->dim * sizeof *x);
  if (x) n = sample(e, b, x, n);
  if (e->rc || b->unfit || n < SAMPLE_LEAST) goto done;
  b->n_lists = n / SAMPLE_LEAST < lists ? n / SAMPLE_LEAST : (uint32_t)lists;
  b->centroids = lit_new(e, b->n_lists, b->dim * sizeof *x);
  if (e->rc || lit_ivf_rows(e, &rows, n, b->dim, 1)) goto done;
  lit_ivf_rows_set(&rows, x, n);
  b->in_8_bits = lit_ivf_8_bits_do(e, &rows);
  if (!b->in_8_bits) rows.codes = NULL;
  lit_ivf_train(e, &rows, b->n_lists, b->centroids, b->from->stop);

done:
  lit_ivf_rows_drop(&rows);
  lit_free(x);
  return e->rc;
}

/* ---- rows ---- */

/* Place `place`, of a row that is x [64 words] turned; r [64 words]. */
static void code_place(LitIvfBuild *b, size_t place, const float *x,
                       float *r) {
  const float *c = b->turned + (size_t)b->list_of[place] * 64 * b->words;
  for (size_t i = 0; i < 64 * b->words; i++) r[i] = x[i] - c[i];
  b->codes[place] = lit_onebit_encode(r, b->words, b->bits + place * b->words);
  b->counts[b->list_of[place]]++;
}

typedef struct Rows {
  float *x;                 /* [ROWS, dim] */
  LitIvfRows asking;        /* These */
  float *turned, *r;        /* [64 words] */
  float square[ROWS];
  uint32_t ords[ROWS];
  uint32_t near[ROWS][LIT_LANES];
  float scores[ROWS][LIT_LANES];
} Rows;

static uint8_t *sketch_at(const LitIvfBuild *b, uint32_t ord) {
  return b->sketches + ord * lit_ivf_sketch_bytes(b->words);
}

/* Of row ord, x [64 words] turned; r [64 words]. */
static void put_sketch(LitIvfBuild *b, uint32_t ord, const float *x, float *r) {
  float *f = (float *)(void *)sketch_at(b, ord);
  LitOneBit c;
  for (size_t i = 0; i < 64 * b->words; i++) r[i] = x[i] - b->centre[i];
  c = lit_onebit_encode(r, b->words, (uint64_t *)(void *)(f + 4));
  f[0] = b->kind->is_product ? 0 : c.square;
  f[1] = c.scale, f[2] = c.ones, f[3] = c.spread;
}

static void code_row(LitIvfBuild *b, Rows *rows, uint32_t i) {
  const float *x = rows->x + (size_t)i * b->dim;
  size_t place = (size_t)rows->ords[i] * b->times;
  uint32_t lists[2];
  lit_ivf_spill(b, (double)lit_dot_f32(x, x, b->dim), rows->near[i],
                rows->scores[i], lists);
  memcpy(rows->turned, x, b->dim * sizeof *x);
  memset(rows->turned + b->dim, 0, (64 * b->words - b->dim) * sizeof *x);
  lit_onebit_turn(rows->turned, b->words);
  for (uint32_t j = 0; j < b->times; j++, place++) {
    b->list_of[place] = lists[j];
    code_place(b, place, rows->turned, rows->r);
  }
  put_sketch(b, rows->ords[i], rows->turned, rows->r);
  b->n_listed++;
}

/* Assign and code the rows from .. to - 1. */
static int take_rows(LitErr *e, LitIvfBuild *b, Rows *rows, uint32_t from,
                     uint32_t to) {
  uint32_t n = 0;
  for (uint32_t ord = from; ord < to; ord++) {
    float none = INFINITY;
    for (uint32_t j = 0; j < b->times; j++)
      b->list_of[(size_t)ord * b->times + j] = UINT32_MAX;
    memcpy(sketch_at(b, ord), &none, sizeof none);
    if (lit_ivf_row(e, b->from, b->kind, ord, rows->x + (size_t)n * b->dim,
                    &b->unfit))
      rows->ords[n++] = ord;
  }
  if (e->rc || b->unfit || n == 0) return e->rc;
  lit_ivf_rows_set(&rows->asking, rows->x, n);
  lit_ivf_near(&b->points, &rows->asking, rows->near[0], rows->scores[0]);
  for (uint32_t i = 0; i < n; i++) code_row(b, rows, i);
  lit_ivf_trial_rows(b, rows->x, rows->square, rows->ords, n);
  return e->rc;
}

static int all_rows(LitErr *e, LitIvfBuild *b) {
  Rows *rows = lit_new0(e, 1, sizeof *rows);
  if (!rows) return e->rc;
  rows->x = lit_new(e, ROWS, b->dim * sizeof *rows->x);
  rows->turned = lit_new(e, 64 * b->words, sizeof *rows->turned);
  rows->r = lit_new(e, 64 * b->words, sizeof *rows->r);
  lit_ivf_rows(e, &rows->asking, ROWS, b->dim, b->in_8_bits);
  for (uint32_t i = 0; i < b->n_rows && !e->rc && !b->unfit; i += ROWS) {
    uint32_t to = b->n_rows - i < ROWS ? b->n_rows : i + ROWS;
    if (!lit_stopped(e, b->from->stop)) take_rows(e, b, rows, i, to);
  }
  lit_ivf_rows_drop(&rows->asking);
  lit_free(rows->x);
  lit_free(rows->turned);
  lit_free(rows->r);
  lit_free(rows);
  return e->rc;
}

/* ---- cutting lists ---- */

static uint32_t list_most(const LitIvfBuild *b) {
  size_t n = LIST_BYTES / lit_ivf_block_bytes(b->words);
  return (uint32_t)(n < 2 ? 2 : n) * IVF_BLOCK;
}

/* Copy the centroid of list `from` to the place of a new one. */
static void copy_list(LitIvfBuild *b, uint32_t from, uint32_t to) {
  size_t n = 64 * b->words;
  memcpy(b->turned + to * n, b->turned + from * n, n * sizeof *b->turned);
}

/* `at` points to a pointer to items of 4 bytes [was, each]: make them n. */
static int lengthen(LitErr *e, void *at, size_t was, size_t n, size_t each) {
  return lit_grow(e, at, &was, n, 4 * each);
}

static size_t n_places(const LitIvfBuild *b) {
  return (size_t)b->n_rows * b->times;
}

/* List j's rows from the most-th on go to new lists with its centroid, the
** first of them first[j]. */
static int cut_lists(LitErr *e, LitIvfBuild *b) {
  uint32_t most = list_most(b), n = b->n_lists, was = b->n_lists;
  uint32_t *seen = lit_new0(e, was, sizeof *seen);
  uint32_t *first = lit_new(e, was, sizeof *first);
  for (uint32_t j = 0; j < was && !e->rc; j++) {
    first[j] = n - 1;
    n += b->counts[j] ? (b->counts[j] - 1) / most : 0;
  }
  if (e->rc || n == was) goto done;
  b->n_lists = n;
  if (lengthen(e, &b->turned, was, n, 64 * b->words) ||
      lengthen(e, &b->counts, was, n, 1))
    goto done;
  for (uint32_t j = 0; j < was; j++)
    for (uint32_t i = 1; i * most < b->counts[j]; i++)
      copy_list(b, j, first[j] + i);
  memset(b->counts, 0, n * sizeof *b->counts);
  for (size_t i = 0; i < n_places(b); i++) {
    uint32_t j = b->list_of[i];
    if (j == UINT32_MAX) continue;
    if (seen[j]++ >= most) b->list_of[i] = first[j] + (seen[j] - 1) / most;
    b->counts[b->list_of[i]]++;
  }

done:
  lit_free(seen);
  lit_free(first);
  return e->rc;
}

/* Take out lists without rows. */
static int drop_empty(LitErr *e, LitIvfBuild *b) {
  uint32_t n = 0, *to = lit_new(e, b->n_lists, sizeof *to);
  if (!to) return e->rc;
  for (uint32_t j = 0; j < b->n_lists; j++) {
    to[j] = n;
    if (b->counts[j] == 0) continue;
    if (n != j) copy_list(b, j, n);
    b->counts[n++] = b->counts[j];
  }
  for (size_t i = 0; i < n_places(b); i++)
    if (b->list_of[i] != UINT32_MAX) b->list_of[i] = to[b->list_of[i]];
  b->n_lists = n;
  lit_free(to);
  return LIT_OK;
}

/* ---- writing ---- */

size_t lit_ivf_put_group(const LitIvfBuild *b, uint32_t no, uint8_t *room) {
  uint32_t first = no * IVF_GROUP, n = b->n_lists - first;
  size_t dims = 64 * b->words;
  float *f = (float *)(void *)room;
  if (n > IVF_GROUP) n = IVF_GROUP;
  for (uint32_t i = 0; i < n; i++) {
    const float *c = b->turned + (first + i) * dims;
    int8_t *codes = (int8_t *)(f + 3 * n) + i * dims;
    f[i] = lit_int8_encode(c, dims, codes).scale;
    lit_kern()->rows[LIT_F32][LIT_SQ](c, c, 0, 1, dims, f + n + i);
    memcpy(f + 2 * n + i, &b->counts[first + i], 4);
  }
  return n * (12 + dims);
}

LitIvfGroup lit_ivf_built_group(const LitIvfBuild *b, const uint8_t *groups,
                                uint32_t first) {
  uint32_t n = b->n_lists - first < IVF_GROUP ? b->n_lists - first : IVF_GROUP;
  const float *f = (const float *)(const void *)(
      groups + (size_t)first * (12 + 64 * b->words));
  return (LitIvfGroup){.first = first, .n = n, .scale = f, .square = f + n,
                       .rows = (const uint32_t *)(const void *)(f + 2 * n),
                       .codes = (const int8_t *)(f + 3 * n)};
}

static int put_directory(LitErr *e, LitIvfBuild *b, LitSegOut *out) {
  uint8_t *room = lit_new(e, IVF_GROUP, 12 + 64 * b->words);
  LitBuf info = {0};
  LitPart p;
  lit_segout_part(out, &p, LIT_PART_VECS + 4 * b->from->col->column + 2, 1);
  for (uint32_t i = 0; i * IVF_GROUP < b->n_lists && !e->rc; i++)
    lit_part_put(e, &p, room, lit_ivf_put_group(b, i, room));
  lit_buf_u8(e, &info, IVF_VERSION);
  lit_buf_u8(e, &info, (unsigned)lit_ivf_kind_no(b->kind));
  lit_buf_u32(e, &info, (uint32_t)b->words);
  lit_buf_u32(e, &info, b->n_lists);
  lit_buf_u32(e, &info, b->n_listed);
  lit_buf_u32(e, &info, b->times);
  lit_buf_put(e, &info, b->reaches, sizeof b->reaches);
  lit_buf_put(e, &info, &b->lean, sizeof b->lean);
  lit_segout_enter(e, out, &p, info.at, info.n);
  lit_buf_drop(&info);
  lit_free(room);
  return e->rc;
}

/* A place as the i-th of its list; NULL: nothing there. */
static void put_row(const LitIvfBuild *b, uint8_t *blocks, uint32_t i,
                    const uint32_t *place) {
  uint8_t *at = blocks + i / IVF_BLOCK * lit_ivf_block_bytes(b->words);
  float *f = (float *)(void *)at + i % IVF_BLOCK;
  uint32_t *ords = (uint32_t *)(void *)at + 4 * IVF_BLOCK;
  uint64_t *bits = (uint64_t *)(void *)(ords + IVF_BLOCK) + i % IVF_BLOCK;
  const LitOneBit *c = place ? &b->codes[*place] : NULL;
  ords[i % IVF_BLOCK] = place ? *place / b->times : UINT32_MAX;
  if (!c) return;
  f[0] = b->kind->is_product ? 0 : c->square;
  f[IVF_BLOCK] = c->scale;
  f[2 * IVF_BLOCK] = c->ones;
  f[3 * IVF_BLOCK] = c->spread;
  for (size_t j = 0; j < b->words; j++)
    bits[j * IVF_BLOCK] = b->bits[*place * b->words + j];
}

static void put_sketches(LitErr *e, const LitIvfBuild *b, LitPart *p) {
  uint32_t rows = lit_ivf_sketch_rows(b->words);
  lit_part_put(e, p, b->centre, 64 * b->words * sizeof *b->centre);
  for (uint32_t i = 0; i < b->n_rows && !e->rc; i += rows) {
    uint32_t n = b->n_rows - i < rows ? b->n_rows - i : rows;
    lit_part_put(e, p, sketch_at(b, i), n * lit_ivf_sketch_bytes(b->words));
  }
}

/* by_list [n_listed, times]: the places, list after list. */
static int put_lists(LitErr *e, LitIvfBuild *b, const uint32_t *by_list,
                     LitSegOut *out) {
  size_t head = 64 * b->words * sizeof(float);
  uint32_t most = list_most(b);
  uint8_t *room = lit_new(e, head + most / IVF_BLOCK *
                                        lit_ivf_block_bytes(b->words), 1);
  LitPart p;
  lit_segout_part(out, &p, LIT_PART_VECS + 4 * b->from->col->column + 3, 1);
  for (uint32_t j = 0; j < b->n_lists && !e->rc; j++) {
    uint32_t n = b->counts[j], padded = (n + IVF_BLOCK - 1) / IVF_BLOCK;
    size_t bytes = head + padded * lit_ivf_block_bytes(b->words);
    memset(room, 0, bytes);
    memcpy(room, b->turned + j * 64 * b->words, head);
    for (uint32_t i = 0; i < padded * IVF_BLOCK; i++)
      put_row(b, room + head, i, i < n ? by_list + i : NULL);
    by_list += n;
    lit_part_put(e, &p, room, bytes);
    if (j % 64 == 0) lit_stopped(e, b->from->stop);
  }
  put_sketches(e, b, &p);
  lit_segout_enter(e, out, &p, NULL, 0);
  lit_free(room);
  return e->rc;
}

static int put_all(LitErr *e, LitIvfBuild *b, LitSegOut *out) {
  uint32_t *by_list = lit_new(e, (size_t)b->n_listed * b->times,
                              sizeof *by_list);
  uint32_t *next = lit_new(e, b->n_lists, sizeof *next), sum = 0;
  for (uint32_t j = 0; j < b->n_lists && !e->rc; j++) {
    next[j] = sum;
    sum += b->counts[j];
  }
  for (size_t i = 0; i < n_places(b) && !e->rc; i++)
    if (b->list_of[i] != UINT32_MAX)
      by_list[next[b->list_of[i]]++] = (uint32_t)i;
  if (!e->rc && !put_directory(e, b, out)) put_lists(e, b, by_list, out);
  lit_free(by_list);
  lit_free(next);
  return e->rc;
}

/* ---- all together ---- */

static int prepare(LitErr *e, LitIvfBuild *b) {
  size_t n = 64 * b->words;
  lit_ivf_points(e, &b->points, b->n_lists, b->dim, b->in_8_bits);
  b->turned = lit_new0(e, b->n_lists, n * sizeof *b->turned);
  b->counts = lit_new0(e, b->n_lists, sizeof *b->counts);
  b->times = b->n_lists > 1 ? 2 : 1;
  b->list_of = lit_new(e, n_places(b), sizeof *b->list_of);
  b->codes = lit_new(e, n_places(b), sizeof *b->codes);
  b->bits = lit_new(e, n_places(b), b->words * sizeof *b->bits);
  b->centre = lit_new0(e, n, sizeof *b->centre);
  b->sketches = lit_new0(e, b->n_rows, lit_ivf_sketch_bytes(b->words));
  if (e->rc || lit_ivf_spill_begin(e, b)) return e->rc;
  lit_ivf_points_set(&b->points, b->centroids, b->n_lists);
  for (uint32_t j = 0; j < b->n_lists; j++) {
    float *c = b->turned + j * n;
    memcpy(c, b->centroids + (size_t)j * b->dim, b->dim * sizeof *c);
    lit_onebit_turn(c, b->words);
    for (size_t i = 0; i < n; i++) b->centre[i] += c[i] / (float)b->n_lists;
  }
  return lit_ivf_trial_begin(e, b);
}

static void build_drop(LitIvfBuild *b) {
  lit_free(b->centroids);
  lit_ivf_points_drop(&b->points);
  lit_free(b->between);
  lit_free(b->turned);
  lit_free(b->list_of);
  lit_free(b->codes);
  lit_free(b->bits);
  lit_free(b->counts);
  lit_free(b->centre);
  lit_free(b->sketches);
  lit_ivf_trial_drop(&b->trial);
}

int lit_ivf_put(LitErr *e, LitVecsSource *from, LitSegOut *out) {
  LitIvfBuild b = {.from = from, .kind = lit_ivf_kind(from->col),
                   .n_rows = out->n_rows, .dim = from->col->dim,
                   .words = lit_onebit_words(from->col->dim)};
  if (e->rc || !b.kind) return e->rc;
  if (lit_size(b.n_rows, 2 * 8 * b.words + 32) > LIT_ALLOC_MAX) return LIT_OK;
  if (train(e, &b) || b.unfit || b.n_lists == 0) goto done;
  if (prepare(e, &b) || all_rows(e, &b) || b.unfit || !b.n_listed) goto done;
  if (cut_lists(e, &b) || drop_empty(e, &b) || lit_ivf_tune(e, &b)) goto done;
  put_all(e, &b, out);

done:
  build_drop(&b);
  return e->rc;
}
