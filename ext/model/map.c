/* map.c -- see map.h.
**
** With old vectors as rows of A and new ones as rows of B, A'B = U S V' gives
** the map R = U V': |A R - B| is least among all with R'R = 1 (or R R' = 1).
**
** The bytes: "LITMAP", version 1, 0; u32 from, to; u64 n_pairs, n_held; f64
** loss; float32 R [from, to]; all little-endian.
*/
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "kern/blas.h"
#include "model/map.h"
#include "base/poison.h"

enum { BATCH = 64, HELD_MAX = 1000, EVERY = 10, HEAD = 40 };

struct LitMapFit {
  size_t from, to;
  uint64_t n_pairs;         /* used for the fit */
  size_t n_seen, n_held, held_room, n_batch;
  float *sum;               /* A'B [from, to] */
  float *a, *b;             /* [BATCH, from], [BATCH, to] */
  float *held;              /* [n_held, from + to] */
};

LitMapFit *lit_map_begin(LitErr *e, size_t from, size_t to) {
  LitMapFit *f = NULL;
  if (from < 1 || to < 1 || from > LIT_MAP_DIM || to > LIT_MAP_DIM) {
    lit_fail(e, LIT_ERROR, "lit_map_fit: vectors of %zu and %zu dimensions: "
             "expected 1..%d", from, to, LIT_MAP_DIM);
    return NULL;
  }
  f = lit_new0(e, 1, sizeof *f);
  if (!f) return NULL;
  f->from = from, f->to = to;
  f->sum = lit_new0(e, from, to * sizeof *f->sum);
  f->a = lit_new(e, BATCH, from * sizeof *f->a);
  f->b = lit_new(e, BATCH, to * sizeof *f->b);
  if (!e->rc) return f;
  lit_map_free(f);
  return NULL;
}

void lit_map_free(LitMapFit *f) {
  if (!f) return;
  lit_free(f->sum);
  lit_free(f->a);
  lit_free(f->b);
  lit_free(f->held);
  lit_free(f);
}

/* v [n] of length 1 into out; false if it has none. */
static int unit(const float *v, size_t n, float *out) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)v[i] * (double)v[i];
  if (!(sum > 0) || !isfinite(sum)) return 0;
  for (size_t i = 0; i < n; i++) out[i] = (float)((double)v[i] / sqrt(sum));
  return 1;
}

/* sum += a' b of the pairs that wait. */
static void flush(LitMapFit *f) {
  LitGemm g = {.m = (int)f->from, .n = (int)f->to, .k = (int)f->n_batch,
               .a_turned = 1, .alpha = 1, .beta = 1, .a = f->a, .b = f->b,
               .c = f->sum, .lda = (int)f->from, .ldb = (int)f->to,
               .ldc = (int)f->to};
  if (f->n_batch) lit_blas_sgemm(&g);
  f->n_batch = 0;
}

int lit_map_add(LitErr *e, LitMapFit *f, const float *a, const float *b) {
  size_t width = f->from + f->to;
  float *to_a = f->a + f->n_batch * f->from, *to_b = f->b + f->n_batch * f->to;
  if (!unit(a, f->from, to_a) || !unit(b, f->to, to_b)) return LIT_OK;
  if (++f->n_seen % EVERY == 0 && f->n_held < HELD_MAX) {
    if (LIT_GROW(e, &f->held, &f->held_room, (f->n_held + 1) * width))
      return e->rc;
    memcpy(f->held + f->n_held * width, to_a, f->from * sizeof *a);
    memcpy(f->held + f->n_held++ * width + f->from, to_b, f->to * sizeof *b);
    return LIT_OK;
  }
  f->n_pairs++;
  if (++f->n_batch == BATCH) flush(f);
  return LIT_OK;
}

/* R [from, to] from the sum. */
static int solve(LitErr *e, LitMapFit *f, float *rows) {
  size_t k = f->from < f->to ? f->from : f->to;
  float *left = lit_new(e, f->from, k * sizeof *left);
  float *right = lit_new(e, k, f->to * sizeof *right);
  float *values = lit_new(e, k, sizeof *values);
  LitSvd svd = {(int)f->from, (int)f->to, f->sum, left, values, right};
  LitGemm g = {.m = (int)f->from, .n = (int)f->to, .k = (int)k, .alpha = 1,
               .a = left, .b = right, .c = rows, .lda = (int)k,
               .ldb = (int)f->to, .ldc = (int)f->to};
  if (!e->rc && !lit_blas_svd(e, &svd)) lit_blas_sgemm(&g);
  lit_free(left);
  lit_free(right);
  lit_free(values);
  return e->rc;
}

/* The mean of 1 - cosine over the pairs held out. */
static double loss_of(LitErr *e, const LitMapFit *f, const LitMap *map) {
  double sum = 0;
  float *v = lit_new(e, f->to, sizeof *v);
  for (size_t i = 0; i < f->n_held && v; i++) {
    const float *a = f->held + i * (f->from + f->to), *b = a + f->from;
    double ab = 0;
    lit_map_apply(e, map, a, v);
    if (unit(v, f->to, v))
      for (size_t k = 0; k < f->to; k++) ab += (double)v[k] * (double)b[k];
    sum += 1 - ab;
  }
  lit_free(v);
  return f->n_held ? sum / (double)f->n_held : (double)NAN;
}

void *lit_map_end(LitErr *e, LitMapFit *f, size_t *n) {
  uint32_t dims[2] = {(uint32_t)f->from, (uint32_t)f->to};
  LitMap map = {.from = f->from, .to = f->to};
  uint8_t *out = NULL;
  uint64_t counts[2] = {f->n_pairs, f->n_held};
  flush(f);
  *n = HEAD + f->from * f->to * sizeof(float);
  if (f->n_pairs < 2) {
    lit_fail(e, LIT_ERROR, "lit_map_fit: %zu pairs: expected two at least",
             (size_t)f->n_pairs);
    return NULL;
  }
  out = lit_new(e, *n, 1);
  if (!out) return NULL;
  memcpy(out, "LITMAP\1\0", 8);
  memcpy(out + 8, dims, 8);
  memcpy(out + 16, counts, 16);
  map.rows = out + HEAD;
  if (!solve(e, f, (float *)(void *)(out + HEAD)))
    map.loss = loss_of(e, f, &map);
  memcpy(out + 32, &map.loss, 8);
  if (!e->rc) return out;
  lit_free(out);
  return NULL;
}

int lit_map_read(LitErr *e, const char *who, const void *at, size_t n,
                 LitMap *out) {
  uint32_t dims[2];
  uint64_t counts[2];
  if (n < HEAD || memcmp(at, "LITMAP\1\0", 8))
    return lit_fail(e, LIT_MISMATCH, "%s: expected a map that lit_map_fit made",
                    who);
  memcpy(dims, (const uint8_t *)at + 8, 8);
  memcpy(counts, (const uint8_t *)at + 16, 16);
  *out = (LitMap){.from = dims[0], .to = dims[1], .n_pairs = counts[0],
                  .n_held = counts[1], .rows = (const uint8_t *)at + HEAD};
  memcpy(&out->loss, (const uint8_t *)at + 32, 8);
  if (out->from < 1 || out->to < 1 || out->from > LIT_MAP_DIM ||
      out->to > LIT_MAP_DIM ||
      (n - HEAD) / sizeof(float) != out->from * out->to || n % sizeof(float))
    return lit_fail(e, LIT_CORRUPT, "%s: a damaged map: %zu bytes for %zu by "
                    "%zu", who, n, out->from, out->to);
  return LIT_OK;
}

int lit_map_apply(LitErr *e, const LitMap *m, const float *v, float *out) {
  float *row = lit_new(e, m->to, sizeof *row);
  if (!row) return e->rc;
  memset(out, 0, m->to * sizeof *out);
  for (size_t i = 0; i < m->from; i++) {
    memcpy(row, m->rows + i * m->to * sizeof *row, m->to * sizeof *row);
    for (size_t k = 0; k < m->to; k++) out[k] += v[i] * row[k];
  }
  lit_free(row);
  return LIT_OK;
}
