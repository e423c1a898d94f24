/* net8_check.c -- kern/net8.h: every row of the table gives the bits of plain
** C; plain C gives what its head says; nothing is written beyond its place. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kern/net8.h"

enum { PANELS = 5, ROWS_MAX = 70, COLS_MAX = 300, K_MAX = 384, SPARE = 64 };

static int bad;
static uint32_t seed = 1;

static float rnd(float scale) {
  seed = seed * 1664525u + 1013904223u;
  return scale * ((float)(seed >> 8) / 8388608.0f - 1.0f);
}

static void fail(const char *isa, const char *what, size_t rows, size_t cols) {
  printf("%s: %s, %zu rows, %zu columns\n", isa, what, rows, cols);
  bad++;
}

/* Everything that one call reads and writes. */
typedef struct Case {
  _Alignas(64) int8_t w[(ROWS_MAX + 31) * K_MAX];
  int32_t sum[ROWS_MAX + 31];
  float scale[ROWS_MAX], bias[ROWS_MAX];
  float x[PANELS * COLS_MAX * 16], by[COLS_MAX], mixed[K_MAX * 16 + SPARE];
  uint8_t q[PANELS * K_MAX * 16 + SPARE];
  float scales[PANELS * 16];
  int32_t zeros[PANELS * 16];
  float y[PANELS * ROWS_MAX * 16 + SPARE];
  size_t n_rows, n_cols, n_k, n_panels;
} Case;

static int8_t *weight(Case *c, size_t row, size_t k) {
  return c->w + row / 16 * 16 * c->n_k + k / 64 * 1024 + row % 16 * 64 + k % 64;
}

/* Weights and tokens of all sizes; `edge`: the largest numbers there are. */
static void fill(Case *c, size_t rows, size_t cols, size_t panels, int edge) {
  memset(c, 0, sizeof *c);
  c->n_rows = rows, c->n_cols = cols, c->n_panels = panels;
  c->n_k = (cols + 127) / 128 * 128;
  for (size_t r = 0; r < rows; r++) {
    for (size_t k = 0; k < c->n_k; k++) {
      int8_t v = (int8_t)(edge ? (k % 2 && edge == 1 ? -127 : 127)
                               : rintf(rnd(127)));
      *weight(c, r, k) = v;
      c->sum[r] += v;
    }
    c->scale[r] = rnd(0.1f), c->bias[r] = rnd(2);
  }
  for (size_t i = 0; i < panels * cols * 16; i++)
    c->x[i] = edge ? (edge == 1 && i / 16 % 2 ? -3.0f : 3.0f)
                   : rnd(i % 16 == 3 ? 1e-3f : 4) * (i % 16 != 7) +
                         (i % 16 == 5 ? 1000 : 0);
  for (size_t k = 0; k < cols; k++) c->by[k] = edge ? 1 : 1.5f + rnd(1);
  memset(c->q, 0x55, sizeof c->q);
  memset(c->mixed, 0x55, sizeof c->mixed);
  memset(c->y, 0x55, sizeof c->y);
}

static void twice(float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] *= 2;
}

/* Every third width goes as weights do: without zeros, times nothing. */
static int has_zeros(const Case *c) { return c->n_cols % 3 != 0; }

/* Every second one in one call. */
static void round_panel(const LitNet8 *k, Case *c, size_t p, const float *by) {
  const float *x = c->x + p * c->n_cols * 16;
  LitPanel8 to = {c->q + p * c->n_k * 16, c->scales + p * 16,
                  has_zeros(c) ? c->zeros + p * 16 : NULL};
  if (p % 2) {
    k->take(x, c->n_cols, by, c->mixed, &to);
    return;
  }
  k->mix(x, c->n_cols, by, c->mixed);
  k->quantize(c->mixed, c->n_k, to.q, to.scales, to.zeros);
}

static void run(const LitNet8 *k, Case *c) {
  LitMatrix8 rest = {.w = c->w, .sum = c->sum, .scale = c->scale,
                     .n_rows = c->n_rows, .n_k = c->n_k};
  LitMatrix8 m = rest;
  LitWork8 w = {c->q, c->scales, has_zeros(c) ? c->zeros : NULL, c->y,
                c->n_panels, twice};
  m.bias = c->bias;
  if (c->n_rows % 2) m.rest = &rest;
  for (size_t p = 0; p < c->n_panels; p++)
    round_panel(k, c, p, has_zeros(c) ? c->by : NULL);
  k->linear(&m, &w);
}

/* x [n_k], 128 at a time, times Hadamard's matrix: by halves. */
static void mix(float *x, size_t n_k) {
  for (size_t block = 0; block < n_k; block += 128)
    for (size_t half = 64; half > 0; half /= 2)
      for (size_t i = 0; i < 128; i++) {
        float a = x[block + i], b;
        if (i & half) continue;
        b = x[block + i + half];
        x[block + i] = a + b;
        x[block + i + half] = a - b;
      }
}

/* What the head of net8.h says of the scale and zero of x [n_k]. */
static float scale_of(const Case *c, const float *x, int *zero) {
  float hi = 0, lo = 0, scale;
  for (size_t k = 0; k < c->n_k; k++) hi = fmaxf(hi, x[k]), lo = fminf(lo, x[k]);
  *zero = 0;
  if (!has_zeros(c)) return fmaxf(hi, -lo) / 127;
  scale = (hi - lo) / 253;
  if (scale > 0) *zero = (int)rintf((hi + lo) * 0.5f * (1 / scale));
  return scale;
}

/* x at `at`, in whole steps from zero on: ties, which are few, as 1.5 * 2^23 has
** them where zero is odd. */
static int step_of(float x, float scale, int zero) {
  volatile float magic = 12582912.0f + 128 - (float)zero, v;
  v = x * (1 / scale);
  v = v + magic;
  return (int)(v - 12582912.0f) - 128;
}

/* One token as the head of net8.h says, number by number. */
static void check_token(const Case *c, size_t p, size_t lane) {
  const float *from = c->x + p * c->n_cols * 16 + lane;
  float x[K_MAX] = {0}, scale;
  int zero;
  for (size_t k = 0; k < c->n_cols; k++)
    x[k] = from[k * 16] * (has_zeros(c) ? c->by[k] : 1);
  mix(x, c->n_k);
  scale = scale_of(c, x, &zero);
  if (c->scales[p * 16 + lane] != scale)
    fail("c", "scale", c->n_rows, c->n_cols);
  if (has_zeros(c) && c->zeros[p * 16 + lane] != zero)
    fail("c", "zero", c->n_rows, c->n_cols);
  for (size_t r = 0; r < c->n_rows; r++) {
    float y = c->y[(p * c->n_rows + r) * 16 + lane], want;
    int sum = 0;
    for (size_t k = 0; k < c->n_k && scale > 0; k++) {
      int q = step_of(x[k], scale, zero);
      if (q < -127 || q > 127) fail("c", "range", r, k);
      sum += *weight((Case *)(uintptr_t)c, r, k) * (q + zero);
    }
    want = (float)sum * scale * c->scale[r] + c->bias[r];
    if (c->n_rows % 2) want = (float)sum * scale * c->scale[r] + want;
    if (y != 2 * want) fail("c", "linear", c->n_rows, c->n_cols);
  }
}

static void check_c(Case *c) {
  run(&lit_net8_c, c);
  for (size_t p = 0; p < c->n_panels; p++)
    for (size_t lane = 0; lane < 16; lane++) check_token(c, p, lane);
  for (size_t i = 0; i < SPARE; i++) {
    const uint8_t *end = (uint8_t *)(c->y + c->n_panels * c->n_rows * 16);
    if (end[i] != 0x55 || c->q[c->n_panels * c->n_k * 16 + i] != 0x55 ||
        ((uint8_t *)(c->mixed + c->n_k * 16))[i] != 0x55)
      fail("c", "wrote beyond", c->n_rows, c->n_cols);
  }
}

static void check(size_t rows, size_t cols, size_t panels, int edge) {
  static Case in, c, other;
  const LitNet8 *k;
  fill(&in, rows, cols, panels, edge);
  c = in;
  check_c(&c);
  for (size_t i = 1; (k = lit_net8_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    other = in;
    run(k, &other);
    if (memcmp(c.q, other.q, sizeof c.q)) fail(k->isa, "quantize", rows, cols);
    if (memcmp(&c, &other, sizeof c)) fail(k->isa, "linear", rows, cols);
  }
}

/* NaN or infinity anywhere in a token shows in its scale, and only there. */
static void check_nan(const LitNet8 *k) {
  enum { N = 70 };
  static float x[N * 16], mixed[128 * 16], token[16];
  static uint8_t q[128 * 16];
  static int32_t zeros[16];
  for (size_t i = 0; i < N; i++) {
    for (size_t j = 0; j < N * 16; j++) x[j] = rnd(2);
    x[i * 16 + i % 16] = i % 2 ? NAN : -INFINITY;
    if (i % 4 < 2) {
      k->take(x, N, NULL, mixed, &(LitPanel8){q, token, i % 3 ? zeros : NULL});
    } else {
      k->mix(x, N, NULL, mixed);
      k->quantize(mixed, 128, q, token, i % 3 ? zeros : NULL);
    }
    for (size_t lane = 0; lane < 16; lane++)
      if (isnan(token[lane]) != (lane == i % 16)) fail(k->isa, "NaN", 0, i);
  }
}

/* What rounding leaves of a product is near to it: rows and tokens are mixed
** alike. */
static void check_product(size_t cols) {
  static float w[K_MAX * 16], x[K_MAX * 16], mixed[K_MAX * 16], scale[2][16];
  static uint8_t q[2][K_MAX * 16];
  static int32_t zeros[16];
  size_t n_k = (cols + 127) / 128 * 128;
  for (size_t i = 0; i < cols * 16; i++) w[i] = rnd(1), x[i] = rnd(1);
  for (size_t t = 0; t < 16; t++) x[cols / 2 * 16 + t] = 40;
  lit_net8_c.mix(w, cols, NULL, mixed);
  lit_net8_c.quantize(mixed, n_k, q[0], scale[0], NULL);
  lit_net8_c.mix(x, cols, NULL, mixed);
  lit_net8_c.quantize(mixed, n_k, q[1], scale[1], zeros);
  for (size_t t = 0; t < 16; t++) {
    double exact = 0, sum = 0;
    for (size_t k = 0; k < n_k; k++) {
      size_t at = k / 4 * 64 + t * 4 + k % 4;
      if (k < cols) exact += (double)w[k * 16 + t] * (double)x[k * 16 + t];
      sum += (q[0][at] - 128) * (q[1][at] - 128 + zeros[t]);
    }
    sum *= (double)scale[0][t] * (double)scale[1][t] / 128;
    if (!(fabs(sum - exact) < 1)) fail("c", "product", t, cols);
  }
}

/* ---- weights by what is seen ---- */

enum { FIT_K = 256, FIT_RANK = 48 };

typedef struct Fit {
  float w[FIT_K * 16];
  float x[FIT_K * FIT_RANK], back[FIT_K * FIT_RANK], within[FIT_K * 8];
  float off[FIT_RANK * 16], inverse[FIT_RANK * FIT_RANK], spare[FIT_RANK * 8];
  float scales[16];
  uint8_t q[FIT_K * 16];
} Fit;

static LitSeen8 seen_of(Fit *f, size_t rank) {
  return (LitSeen8){f->x, f->back, f->within, f->off, f->inverse, f->spare,
                    FIT_K, rank, 3.0f};
}

/* Column k of what was seen, row r. */
static float *seen_at(Fit *f, size_t k, size_t r) {
  return f->x + (k / 8 * FIT_RANK + r) * 8 + k % 8;
}

static double error_of(const Fit *f, size_t row, size_t k) {
  int q = f->q[k / 4 * 64 + row * 4 + k % 4] - 128;
  return (double)q * (double)f->scales[row] - (double)f->w[k * 16 + row];
}

/* What rounding does to the sums over what was seen, mean square. */
static double loss(Fit *f) {
  double all = 0;
  for (size_t row = 0; row < 16; row++)
    for (size_t r = 0; r < FIT_RANK; r++) {
      double sum = 0;
      for (size_t k = 0; k < FIT_K; k++)
        sum += error_of(f, row, k) * (double)*seen_at(f, k, r);
      all += sum * sum;
    }
  return all;
}

/* (least I + the sum of x x' from k on) back[k] = x[k]. */
static void check_back(Fit *f, size_t k) {
  const float *back = f->back + k / 8 * FIT_RANK * 8 + k % 8;
  double most = 0;
  for (size_t r = 0; r < FIT_RANK; r++) {
    double sum = 3.0 * (double)back[r * 8];
    for (size_t j = k; j < FIT_K; j++) {
      double dot = 0;
      for (size_t c = 0; c < FIT_RANK; c++)
        dot += (double)*seen_at(f, j, c) * (double)back[c * 8];
      sum += dot * (double)*seen_at(f, j, r);
    }
    most = fmax(most, fabs(sum - (double)*seen_at(f, k, r)));
  }
  if (!(most < 1e-3)) fail("c", "back", 0, k);
}

static void run_fit(const LitNet8 *k, Fit *f, size_t rank) {
  LitSeen8 seen = seen_of(f, rank);
  if (rank) k->learn(&seen);
  else memset(f->within, 0, sizeof f->within);
  k->fit(f->w, &seen, f->q, f->scales);
}

/* Tokens that are much alike, as they are; weights of which one row is 0. */
static void check_fit(void) {
  static Fit in, c, other;
  double nearest, by_seen;
  const LitNet8 *k;
  float alike[FIT_K];
  for (size_t i = 0; i < FIT_K; i++) alike[i] = rnd(2);
  for (size_t i = 0; i < FIT_K * 16; i++) in.w[i] = i % 16 == 5 ? 0 : rnd(1);
  for (size_t i = 0; i < FIT_K; i++)
    for (size_t r = 0; r < FIT_RANK; r++)
      *seen_at(&in, i, r) = alike[i] + rnd(1);
  c = in, run_fit(&lit_net8_c, &c, 0), nearest = loss(&c);
  for (size_t row = 0; row < 16; row++)
    for (size_t i = 0; i < FIT_K; i++)
      if (fabs(error_of(&c, row, i)) > (double)c.scales[row] * 0.5001)
        fail("c", "to nearest", row, i);
  c = in, run_fit(&lit_net8_c, &c, FIT_RANK), by_seen = loss(&c);
  if (!(by_seen < nearest / 4)) fail("c", "fit", 0, 0);
  for (size_t i = 0; i < FIT_K; i += 37) check_back(&c, i);
  for (size_t i = 1; (k = lit_net8_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    other = in, run_fit(k, &other, FIT_RANK);
    if (memcmp(&c, &other, sizeof c)) fail(k->isa, "fit", 0, 0);
  }
}

int main(void) {
  check_fit();
  check_product(384), check_product(130), check_product(9);
  for (size_t rows = 1; rows <= ROWS_MAX; rows += rows % 3 + 1)
    for (size_t cols = 1; cols <= COLS_MAX; cols += cols < 9 ? 1 : 17)
      check(rows, cols, (rows + cols) % PANELS + 1, 0);
  for (int edge = 0; edge < 3; edge++) check(ROWS_MAX, 256, PANELS, edge);
  for (size_t i = 0; lit_net8_row(i); i++)
    if (lit_net8_row(i)->runs_here()) check_nan(lit_net8_row(i));
  return bad != 0;
}
