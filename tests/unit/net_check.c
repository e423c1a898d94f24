/* net_check.c -- kern/net.h: every row of the table gives the bits of plain C,
** and plain C is near to exact arithmetic. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "kern/net.h"

enum { N_MAX = 70, SIZE = 2 * N_MAX * LIT_LANES };

static int bad;
static uint32_t seed = 1;

static void fail(const char *isa, const char *what, size_t n, double by) {
  printf("%s: %s, n = %zu: off by %g\n", isa, what, n, by);
  bad++;
}

static float rnd(float scale) {
  seed = seed * 1664525u + 1013904223u;
  return scale * ((float)(seed >> 8) / 8388608.0f - 1.0f);
}

typedef struct Case {
  float x[SIZE], y[SIZE], w[SIZE], gain[N_MAX], shift[N_MAX], over[LIT_LANES];
} Case;

static void fill(Case *c, float scale) {
  for (size_t i = 0; i < SIZE; i++)
    c->x[i] = rnd(scale), c->y[i] = rnd(scale), c->w[i] = rnd(1);
  for (size_t i = 0; i < N_MAX; i++) c->gain[i] = rnd(1), c->shift[i] = rnd(1);
  for (size_t i = 0; i < LIT_LANES; i++) c->over[i] = 0;
}

typedef enum {
  TILE, GELU, GELU_NEAR, GELU_TANH, RELU, SILU, SIGMOID, TANH, NORM, ADD_NORM, RMS,
  ADD_RMS, SOFTMAX, N_FNS
} Fn;
static const char *const names[] = {
  "tile", "gelu", "gelu_near", "gelu_tanh", "relu", "silu", "sigmoid", "tanh", "norm",
  "add_norm", "rms", "add_rms", "softmax"
};
static const float SCALE = 0.25f;

/* A tile of all kinds of size: n says which. */
static LitTile make_tile(Case *c, size_t n) {
  LitTile t = {.w = c->w, .n_rows = (int)(n % 12) + 1,
               .n_panels = (int)(n % 2) + 1, .n_k = n % 7 + 1,
               .n_outer = n % 3 + 1};
  t.w_row = n % 5 ? 1 : t.n_k * t.n_outer;
  t.w_k = n % 5 ? 12 : 1;
  t.w_outer = n % 5 ? t.n_k * 12 : t.n_k;
  if (n % 4 == 1) t.start = c->shift;
  t.x[0] = c->x, t.x[1] = c->x + SIZE / 2;
  t.y[0] = c->y, t.y[1] = c->y + SIZE / 2;
  return t;
}

static void run(const LitNet *k, Fn fn, Case *c, size_t n) {
  LitNorm norm = {c->gain, c->shift, 1e-12f};
  LitTile t = make_tile(c, n);
  if (fn == TILE) k->tile(&t);
  if (fn == GELU) k->gelu(c->x, n * LIT_LANES);
  if (fn == GELU_NEAR) k->gelu_near(c->x, n * LIT_LANES);
  if (fn == GELU_TANH) k->gelu_tanh(c->x, n * LIT_LANES);
  if (fn == RELU) k->relu(c->x, n * LIT_LANES);
  if (fn == SILU) k->silu(c->x, n * LIT_LANES);
  if (fn == SIGMOID) k->sigmoid(c->x, n * LIT_LANES);
  if (fn == TANH) k->tanh(c->x, n * LIT_LANES);
  if (fn == RMS) k->rms(c->x, NULL, n, &norm);
  if (fn == ADD_RMS) k->rms(c->x, c->y, n, &norm);
  if (fn == NORM) k->norm(c->x, NULL, n, &norm);
  if (fn == ADD_NORM) k->norm(c->x, c->y, n, &norm);
  if (fn == SOFTMAX) k->softmax(c->x, n, n / 3, n - n / 4, SCALE, c->over);
}

static void exact_norm(const Case *c, size_t n, double *v) {
  double mean = 0, spread = 0;
  for (size_t i = 0; i < n; i++) mean += v[i] / (double)n;
  for (size_t i = 0; i < n; i++) spread += (v[i] - mean) * (v[i] - mean);
  for (size_t i = 0; i < n; i++)
    v[i] = (v[i] - mean) / sqrt(spread / (double)n + 1e-12) * c->gain[i] +
           c->shift[i];
}

static void exact_rms(const Case *c, size_t n, double *v) {
  double spread = 0;
  for (size_t i = 0; i < n; i++) spread += v[i] * v[i];
  for (size_t i = 0; i < n; i++)
    v[i] = v[i] / sqrt(spread / (double)n + 1e-12) * c->gain[i];
}

static void exact_softmax(size_t n, double *v) {
  double most = -1e30, sum = 0;
  for (size_t i = n / 3; i < n - n / 4; i++) most = fmax(most, v[i]);
  for (size_t i = 0; i < n; i++) {
    v[i] = i < n / 3 || i >= n - n / 4 ? 0 : exp((double)SCALE * (v[i] - most));
    sum += v[i];
  }
  for (size_t i = 0; i < n; i++) v[i] /= sum;
}

/* What lane `lane` of x [n][16] should be afterwards, into v [n]. */
static void exact(Fn fn, const Case *c, size_t lane, size_t n, double *v) {
  for (size_t i = 0; i < n; i++) {
    double x = c->x[i * LIT_LANES + lane];
    v[i] = x;
    if (fn == GELU || fn == GELU_NEAR) v[i] = x * (1 + erf(x / sqrt(2))) / 2;
    if (fn == GELU_TANH)
      v[i] = x * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x))) / 2;
    if (fn == RELU) v[i] = x > 0 ? x : 0;
    if (fn == SILU) v[i] = x / (1 + exp(-x));
    if (fn == SIGMOID) v[i] = 1 / (1 + exp(-x));
    if (fn == TANH) v[i] = tanh(x);
    if (fn == ADD_NORM || fn == ADD_RMS)
      v[i] = x + (double)c->y[i * LIT_LANES + lane];
  }
  if (fn == NORM || fn == ADD_NORM) exact_norm(c, n, v);
  if (fn == RMS || fn == ADD_RMS) exact_rms(c, n, v);
  if (fn == SOFTMAX) exact_softmax(n, v);
}

static void check_exact(Fn fn, size_t n, float scale) {
  static Case in, out;
  double v[N_MAX], worst = 0;
  seed = (uint32_t)(fn * N_MAX + (int)n);   /* alike, whichever rows run here */
  fill(&in, scale);
  out = in;
  run(&lit_net_c, fn, &out, n);
  for (size_t lane = 0; lane < LIT_LANES; lane++) {
    exact(fn, &in, lane, n, v);
    for (size_t i = 0; i < n; i++) {
      double got = (double)out.x[i * LIT_LANES + lane], by;
      if (fn == SOFTMAX) got *= (double)out.over[lane];
      by = fabs(v[i] - got) / fmax(1, fabs(v[i]));
      if (!(by <= worst)) worst = by;
    }
  }
  if (!(worst < (fn == GELU_NEAR ? 1.4e-4 : 2e-6))) fail("c", names[fn], n, worst);
  if (memcmp(in.x + n * LIT_LANES, out.x + n * LIT_LANES,
             (SIZE - n * LIT_LANES) * sizeof *in.x))
    fail("c", "wrote beyond", n, 0);
}

static void check_tile(size_t n) {
  static Case in, out;
  LitTile t;
  double worst = 0;
  fill(&in, 1);
  out = in;
  run(&lit_net_c, TILE, &out, n);
  t = make_tile(&in, n);
  for (int p = 0; p < t.n_panels; p++)
    for (size_t r = 0; r < (size_t)t.n_rows; r++)
      for (size_t lane = 0; lane < LIT_LANES; lane++) {
        size_t at = (size_t)p * SIZE / 2 + r * LIT_LANES + lane;
        double sum = (double)(t.start ? t.start[r] : in.y[at]);
        for (size_t k = 0; k < t.n_k * t.n_outer; k++)
          sum += (double)t.w[k / t.n_k * t.w_outer + k % t.n_k * t.w_k +
                             r * t.w_row] *
                 (double)t.x[p][k * LIT_LANES + lane];
        worst = fmax(worst, fabs(sum - (double)out.y[at]));
        in.y[at] = out.y[at];
      }
  if (!(worst < 1e-5)) fail("c", "tile", n, worst);
  if (memcmp(&in, &out, sizeof in)) fail("c", "tile wrote beyond", n, 0);
}

static void check_same(const LitNet *k, Fn fn, size_t n) {
  static Case c, other;
  fill(&c, 5);
  other = c;
  run(&lit_net_c, fn, &c, n);
  run(k, fn, &other, n);
  if (memcmp(&c, &other, sizeof c)) fail(k->isa, names[fn], n, NAN);
}

/* Which products reach their lane's least, few or many; some are no number. */
static void check_above(size_t n, float most) {
  static Case c;
  float least[LIT_LANES];
  uint16_t hits[N_MAX + 1];
  const LitNet *k;
  fill(&c, 1);
  c.y[n / 2 * LIT_LANES + n % 16] = NAN;
  for (size_t l = 0; l < LIT_LANES; l++) least[l] = most + rnd(0.5f);
  for (size_t i = 0; (k = lit_net_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    hits[n] = 0x5a5a;
    k->above(c.y, n, c.gain, c.shift, least, hits);
    if (hits[n] != 0x5a5a) fail(k->isa, "above wrote beyond", n, 0);
    for (size_t r = 0; r < n; r++)
      for (size_t l = 0; l < LIT_LANES; l++)
        if ((c.y[r * LIT_LANES + l] * c.gain[r] - c.shift[r] >= least[l]) !=
            (hits[r] >> l & 1))
          fail(k->isa, "above", n, (double)l);
  }
}

/* few: the bits of tile in its lanes, nothing beyond its rows. */
static void check_few(const LitNet *k, int n_tokens, size_t n_k) {
  static Case c, other;
  LitTile t = {.w_row = n_k + 3, .w_k = 1, .n_k = n_k, .n_outer = 1,
               .n_rows = LIT_LANES, .n_panels = 1, .ahead = 2};
  fill(&c, 2);
  other = c;
  t.start = c.gain, t.w = c.w, t.x[0] = c.x, t.y[0] = c.y;
  lit_net_c.tile(&t);
  t.y[0] = other.y;
  k->few(&t, n_tokens);
  for (size_t i = 0; i < LIT_LANES * LIT_LANES; i++)
    if (i % LIT_LANES < (size_t)n_tokens &&
        memcmp(&c.y[i], &other.y[i], sizeof *c.y))
      fail(k->isa, "few", n_k, (double)n_tokens);
  memcpy(other.y, c.y, LIT_LANES * LIT_LANES * sizeof *c.y);
  if (memcmp(&c, &other, sizeof c)) fail(k->isa, "few wrote beyond", n_k, 0);
}

/* NaN stays NaN, whatever its bits. */
static void check_nan(const LitNet *k) {
  static const uint32_t bits[] = {0x7FC00000, 0xFFC00000, 0x7FFFFFFF,
                                  0xFFFFFFFF};
  void (*const fns[])(float *, size_t) = {
    k->gelu, k->gelu_near, k->gelu_tanh, k->relu, k->silu, k->sigmoid, k->tanh,
  };
  for (size_t f = 0; f < sizeof fns / sizeof *fns; f++)
    for (size_t b = 0; b < sizeof bits / sizeof *bits; b++) {
      float x[LIT_LANES] = {0};
      memcpy(&x[b], &bits[b], sizeof *x);
      fns[f](x, LIT_LANES);
      if (!isnan(x[b]) || isnan(x[b + 4])) fail(k->isa, "NaN", f, 0);
    }
}

int main(void) {
  const LitNet *k;
  for (size_t i = 0; (k = lit_net_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    check_nan(k);
    for (int n = 1; k->few && n <= LIT_FEW_TOKENS; n++)
      for (size_t n_k = 16; n_k <= 64; n_k += 16) check_few(k, n, n_k);
  }
  for (size_t n = 1; n <= N_MAX; n++) {
    check_tile(n);
    check_above(n, 0), check_above(n, 1.4f), check_above(n, 9);
    for (Fn fn = TILE; fn < N_FNS; fn++) {
      if (fn != TILE) check_exact(fn, n, 3), check_exact(fn, n, 60);
      for (size_t i = 1; (k = lit_net_row(i)) != NULL; i++)
        if (k->runs_here()) check_same(k, fn, n);
    }
  }
  return bad != 0;
}
