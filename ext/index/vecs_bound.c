/* vecs_bound.c -- see vecs_bound.h.
**
** Let q = q' + r_q and y = y' + r_y, the primes for scale * codes, |r| the
** residuals, which are stored.  Then, s being the dot product of the codes,
**
**   q'.y' = scale_q scale_y s          |q' - y'|^2 = |q'|^2 + |y'|^2 - 2 q'.y'
**   | |q - y| - |q' - y'| | <= |r_q| + |r_y|                        (triangle)
**   | q.y - q'.y' | <= |r_q| |y'| + |q| |r_y|
**
** Cosine is l2 of vectors of length 1: 1 - cos = |q - y|^2 / 2; its codes are
** made of such.  Not cosine directly by the second inequality, since the
** first is much the closer one where vectors are near.
**
** What is bounded is not the distance but what the kernels compute.  With
** u = 2^-24 a sum of n products there is off by at most
** 1.01 (ceil(n / 64) + 6) u of the sum of their sizes (kern.h has the order;
** Higham 2002, theorem 3.1), of differences by 2 u more, a root and the last
** conversion by u each; and by n 2^-149 where products underflow.  Lengths
** that float32 cannot square are not bounded at all: residual infinity.
**
** lit_bound_keep works in float32, 64 rows at once.  Every number there is
** off by under 16 u of |q'|^2 + |y'|^2 (|2 q'.y'| is not more than that), so
** `slack` = 32 u of it, and 2^-140 for what is lost below the smallest float,
** are given away.  (The sum is multiplied by one scale, then by the other: both
** scales by each other first could be lost, and with them a whole product.)  On real embeddings slack is a thousandth of the residuals.
*/
#include <math.h>
#include <string.h>
#include "index/vecs_bound.h"
#include "vec/int8.h"
#include "base/poison.h"

enum { BLOCK = 64 };

static const double u = 0x1p-24, slack = 0x1p-19, least_sq = 0x1p-140;

struct LitBoundKind {
  const char *dist;
  int unit;
  LitBoundLimit (*limit)(const LitBound *b, double distance);
  /* out[i] = -1 if row i of n may be within the limit, else 0. */
  void (*keep)(const LitBoundLimit *limit, const float *scale,
               const float *length, const float *residual,
               const int32_t *sums, int n, int32_t *out);
  double (*low)(const LitBound *b, LitVecsCode y, int32_t sum);
  double (*high)(const LitBound *b, LitVecsCode y, int32_t sum);
};

/* ---- l2 ---- */

/* |q' - y'|^2, lowered or (sign = 1) raised by what it may be off. */
static double gap_sq(const LitBound *b, LitVecsCode y, int32_t sum,
                     double sign) {
  double t = (double)b->q.scale, s = (double)y.scale;
  double qq = (double)b->q.length * b->q.length;
  double yy = (double)y.length * y.length;
  double sq = qq + yy - 2 * t * s * sum + sign * (slack * (qq + yy) + least_sq);
  return sq > 0 ? sq : 0;
}

static double low_l2(const LitBound *b, LitVecsCode y, int32_t sum) {
  double low = sqrt(gap_sq(b, y, sum, -1)) -
               ((double)b->q.residual + y.residual);
  return low > 0 ? low * (1 - b->relative) - b->least : 0;
}

static double high_l2(const LitBound *b, LitVecsCode y, int32_t sum) {
  double high = sqrt(gap_sq(b, y, sum, 1)) +
                ((double)b->q.residual + y.residual);
  return high * (1 + 2 * b->relative) + b->least;
}

static LitBoundLimit limit_l2(const LitBound *b, double distance) {
  double most = distance > 0 ? distance : 0;
  most = (most + b->least) * (1 + 2 * b->relative) + b->q.residual;
  return (LitBoundLimit){.two_t = 2 * b->q.scale,
                 .add = b->q.length * b->q.length,
                 .at = (float)(most * (1 + slack))};
}

static void keep_l2(const LitBoundLimit *limit, const float *restrict scale,
                    const float *restrict length,
                    const float *restrict residual,
                    const int32_t *restrict sums, int n,
                    int32_t *restrict out) {
  const float two_t = limit->two_t, add = limit->add, at = limit->at;
  const float less = (float)(1 - slack), more = (float)(1 + slack);
  for (int i = 0; i < n; i++) {
    float sq = (add + length[i] * length[i]) * less -
               two_t * (scale[i] * (float)sums[i]) - (float)least_sq;
    float most = at + residual[i];
    out[i] = -(!(sq > most * most * more) & (residual[i] >= 0));
  }
}

/* ---- cosine: l2 between vectors of length 1 ---- */

/* What the kernel's three sums, a root and a quotient add to 1 - cos. */
static double cosine_off(const LitBound *b) { return 2 * b->relative; }

static double low_cosine(const LitBound *b, LitVecsCode y, int32_t sum) {
  double low = low_l2(b, y, sum);
  return low * low / 2 - cosine_off(b);
}

static double high_cosine(const LitBound *b, LitVecsCode y, int32_t sum) {
  double high = high_l2(b, y, sum);
  return high * high / 2 + cosine_off(b);
}

static LitBoundLimit limit_cosine(const LitBound *b, double distance) {
  double off = distance + cosine_off(b);
  return limit_l2(b, off > 0 ? sqrt(2 * off) : 0);
}

/* ---- dot: the negative inner product ---- */

static double q_length(const LitBound *b) {
  return (double)b->q.length + b->q.residual;
}

static double dot_off(const LitBound *b, LitVecsCode y) {
  double q = q_length(b), rounding = q * (b->relative + slack);
  return (b->q.residual + rounding) * y.length +
         (q + rounding) * y.residual + b->least;
}

static double low_dot(const LitBound *b, LitVecsCode y, int32_t sum) {
  return -(double)b->q.scale * y.scale * sum - dot_off(b, y);
}

static double high_dot(const LitBound *b, LitVecsCode y, int32_t sum) {
  return -(double)b->q.scale * y.scale * sum + dot_off(b, y);
}

static LitBoundLimit limit_dot(const LitBound *b, double distance) {
  double q = q_length(b), rounding = q * (b->relative + slack);
  double at = distance + b->least;
  return (LitBoundLimit){.two_t = b->q.scale,
                 .per_length = (float)((b->q.residual + rounding) *
                                       (1 + slack)),
                 .per_residual = (float)((q + rounding) * (1 + slack)),
                 .at = nextafterf((float)at, INFINITY)};
}

static void keep_dot(const LitBoundLimit *limit, const float *restrict scale,
                     const float *restrict length,
                     const float *restrict residual,
                     const int32_t *restrict sums, int n,
                     int32_t *restrict out) {
  const float t = limit->two_t, at = limit->at;
  const float per_length = limit->per_length;
  const float per_residual = limit->per_residual;
  for (int i = 0; i < n; i++) {
    float low = -t * (scale[i] * (float)sums[i]) - per_length * length[i] -
                per_residual * residual[i];
    out[i] = -(!(low > at) & (residual[i] >= 0));
  }
}

static const LitBoundKind kinds[] = {
  {"l2", 0, limit_l2, keep_l2, low_l2, high_l2},
  {"cosine", 1, limit_cosine, keep_l2, low_cosine, high_cosine},
  {"dot", 0, limit_dot, keep_dot, low_dot, high_dot},
};

const LitBoundKind *lit_bound_find(const LitVecCol *col) {
  if (col->elem != LIT_F32 && col->elem != LIT_F16 && col->elem != LIT_BF16)
    return NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].dist, col->dist->name) == 0) return &kinds[i];
  return NULL;
}

int lit_bound_unit(const LitBoundKind *kind) { return kind->unit; }

/* ---- codes ---- */

static float up(double x) { return nextafterf((float)x, INFINITY); }

/* The codes were made of a vector of length c.length: let them be of the one
** of length 1.  c.length is off by 2^-22 of itself, the quotients by 2^-24. */
static LitInt8 to_unit(LitInt8 c) {
  double length = (double)c.length;
  if (!(length > 1e-15 && length < 1e15))
    return (LitInt8){0, length > 0 ? INFINITY : -INFINITY, 0};
  c.scale = (float)(c.scale / length);
  c.residual = up(c.residual / length * (1 + 0x1p-20) + 0x1p-20);
  return c;
}

LitVecsCode lit_bound_encode(const LitBoundKind *kind, const float *v,
                             uint32_t dim, int8_t *codes) {
  LitInt8 c = lit_int8_encode(v, dim, codes);
  int32_t sum = 0;
  if (!kind->unit && c.length > 1e15f) c.residual = INFINITY;
  if (kind->unit) c = to_unit(c);
  if (isinf(c.residual)) {
    memset(codes, 0, dim);
    return (LitVecsCode){0, 0, c.residual};
  }
  lit_kern()->rows[LIT_I8][LIT_SQ](codes, codes, 0, 1, dim, &sum);
  return (LitVecsCode){c.scale, up(sqrt((double)sum) * c.scale), c.residual};
}

int lit_bound_query(LitBound *b, const LitBoundKind *kind, const float *v,
                    uint32_t dim, int8_t *codes) {
  *b = (LitBound){.kind = kind, .dim = dim, .codes = codes};
  b->q = lit_bound_encode(kind, v, dim, codes);
  b->relative = (1.01 * (double)((dim + 63) / 64 + 6) + 4) * u;
  b->least = sqrt((double)dim * 0x1p-149);
  return !isinf(b->q.residual);
}

/* ---- many rows ---- */

LitBoundLimit lit_bound_limit(const LitBound *b, double distance) {
  return b->kind->limit(b, distance);
}

/* So few of a block are taken one by one: to look at all of it reads memory that
** nobody else needs. */
enum { FEW = 8 };

static int is_few(uint64_t allowed) {
  for (int i = 0; i < FEW; i++) allowed &= allowed - 1;
  return !allowed;
}

static uint64_t keep_few(const LitBound *b, const LitCodesChunk *c,
                         uint32_t from, uint64_t allowed,
                         const LitBoundLimit *limit, int32_t *sums) {
  LitKernRows *dot = lit_kern()->rows[LIT_I8][LIT_DOT];
  float scale[FEW] = {0}, length[FEW] = {0}, residual[FEW] = {0};
  int32_t some[FEW] = {0}, keep[FEW];
  uint64_t kept = 0;
  int n = 0;
  for (uint64_t left = allowed; left; left &= left - 1, n++) {
    uint32_t i = (uint32_t)__builtin_ctzll(left), row = from + i;
    dot(b->codes, c->codes + (size_t)row * b->dim, b->dim, 1, b->dim, sums + i);
    scale[n] = c->scale[row], length[n] = c->length[row];
    residual[n] = c->residual[row], some[n] = sums[i];
  }
  b->kind->keep(limit, scale, length, residual, some, FEW, keep);
  for (n = 0; allowed; allowed &= allowed - 1, n++)
    if (keep[n]) kept |= allowed & (0 - allowed);
  return kept;
}

static void dots(const LitBound *b, const int8_t *rows, uint32_t n,
                 uint64_t allowed, int32_t *sums) {
  LitKernRows *dot = lit_kern()->rows[LIT_I8][LIT_DOT];
  if (__builtin_popcountll(allowed) >= BLOCK / 4) {
    dot(b->codes, rows, b->dim, n, b->dim, sums);
    return;
  }
  memset(sums, 0, n * sizeof *sums);
  for (; allowed; allowed &= allowed - 1) {
    int i = __builtin_ctzll(allowed);
    dot(b->codes, rows + (size_t)i * b->dim, b->dim, 1, b->dim, sums + i);
  }
}

uint64_t lit_bound_keep(const LitBound *b, const LitCodesChunk *c,
                        uint32_t from, uint32_t n, uint64_t allowed,
                        const LitBoundLimit *limit, int32_t *sums) {
  float some[3][BLOCK];
  int32_t some_sums[BLOCK] = {0};
  const float *rows[3] = {c->scale + from, c->length + from,
                          c->residual + from};
  int32_t keep[BLOCK], any = 0;
  uint64_t kept = 0;
  if (!allowed) return 0;
  if (is_few(allowed)) return keep_few(b, c, from, allowed, limit, sums);
  dots(b, c->codes + (size_t)from * b->dim, n, allowed, sums);
  for (int j = 0; j < 3 && n < BLOCK; j++) {
    memcpy(some[j], rows[j], n * sizeof *some[j]);
    memset(some[j] + n, 0, (BLOCK - n) * sizeof *some[j]);
    rows[j] = some[j];
  }
  if (n < BLOCK) memcpy(some_sums, sums, n * sizeof *sums);
  b->kind->keep(limit, rows[0], rows[1], rows[2], n < BLOCK ? some_sums : sums,
                BLOCK, keep);
  for (int i = 0; i < BLOCK; i++) any |= keep[i];
  if (!any) return 0;
  for (int i = 0; i < BLOCK; i++) kept |= (uint64_t)(keep[i] & 1) << i;
  return kept & allowed;
}

double lit_bound_low(const LitBound *b, LitVecsCode y, int32_t sum) {
  return b->kind->low(b, y, sum);
}

double lit_bound_high(const LitBound *b, LitVecsCode y, int32_t sum) {
  return b->kind->high(b, y, sum);
}
