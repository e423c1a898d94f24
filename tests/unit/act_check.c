/* act_check.c -- kern/act.h: every row of the table gives the bits of plain
** C, and plain C is near to exact arithmetic. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "kern/act.h"

enum { ROWS = 3, N_MAX = 70 };

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
  float x[ROWS * N_MAX + 1], y[ROWS * N_MAX], bias[N_MAX], gain[N_MAX];
} Case;

static void fill(Case *c, float scale) {
  for (size_t i = 0; i < ROWS * N_MAX; i++) c->x[i] = c->y[i] = rnd(scale);
  for (size_t i = 0; i < N_MAX; i++) c->bias[i] = rnd(1), c->gain[i] = rnd(1);
  c->x[ROWS * N_MAX] = 42;                 /* a sentinel */
}

static const char *const names[] = {"bias", "gelu", "relu", "softmax", "norm",
                                    "add_norm"};
enum { N_FNS = sizeof names / sizeof *names };

static void run(const LitAct *a, size_t fn, Case *c, size_t n) {
  LitNorm norm = {c->gain, c->bias, 1e-12f};
  if (fn == 0) a->bias(c->x, c->bias, ROWS, n);
  if (fn == 1) a->gelu(c->x, c->bias, ROWS, n);
  if (fn == 2) a->relu(c->x, c->bias, ROWS, n);
  if (fn == 3) a->softmax(c->x, ROWS, n, 0.25f);
  if (fn == 4) a->norm(c->x, ROWS, n, &norm);
  if (fn == 5) a->add_norm(c->x, c->y, c->bias, ROWS, n, &norm);
}

static void exact_norm(double *v, const Case *c, size_t n) {
  double mean = 0, spread = 0;
  for (size_t i = 0; i < n; i++) mean += v[i] / (double)n;
  for (size_t i = 0; i < n; i++) spread += (v[i] - mean) * (v[i] - mean);
  for (size_t i = 0; i < n; i++)
    v[i] = (v[i] - mean) / sqrt(spread / (double)n + 1e-12) * c->gain[i] +
           c->bias[i];
}

/* Row r of the case, in double, into v [n]. */
static void exact(size_t fn, const Case *c, size_t r, size_t n, double *v) {
  double most = -1e30, sum = 0;
  for (size_t i = 0; i < n; i++) {
    double x = c->x[r * n + i], b = c->bias[i];
    v[i] = x;
    if (fn == 0) v[i] = x + b;
    if (fn == 1) v[i] = (x + b) * (1 + erf((x + b) / sqrt(2))) / 2;
    if (fn == 2) v[i] = x + b > 0 ? x + b : 0;
    if (fn == 5) v[i] = x + c->y[r * n + i] + b;
    if (x > most) most = x;
  }
  for (size_t i = 0; fn == 3 && i < n; i++)
    sum += v[i] = exp(0.25 * (v[i] - most));
  for (size_t i = 0; fn == 3 && i < n; i++) v[i] /= sum;
  if (fn >= 4) exact_norm(v, c, n);
}

static void check_exact(size_t fn, size_t n, float scale) {
  static Case in, out;
  double v[N_MAX], worst = 0;
  fill(&in, scale);
  out = in;
  run(&lit_act_c, fn, &out, n);
  for (size_t r = 0; r < ROWS; r++) {
    exact(fn, &in, r, n, v);
    for (size_t i = 0; i < n; i++) {
      double by = fabs(v[i] - out.x[r * n + i]) / fmax(1, fabs(v[i]));
      if (!(by <= worst)) worst = by;
    }
  }
  if (!(worst < 1e-6)) fail("c", names[fn], n, worst);
  for (size_t i = ROWS * n; i <= ROWS * N_MAX; i++)
    if (out.x[i] != in.x[i]) fail("c", "wrote beyond", n, (double)i);
}

static void check_same(const LitAct *a, size_t fn, size_t n) {
  static Case c, other;
  fill(&c, 5);
  other = c;
  run(&lit_act_c, fn, &c, n);
  run(a, fn, &other, n);
  if (memcmp(&c, &other, sizeof c)) fail(a->isa, names[fn], n, NAN);
}

int main(void) {
  const LitAct *a;
  for (size_t fn = 0; fn < N_FNS; fn++)
    for (size_t n = 1; n <= N_MAX; n++) {
      check_exact(fn, n, 3);
      check_exact(fn, n, 60);
      for (size_t i = 1; (a = lit_act_row(i)) != NULL; i++)
        if (a->runs_here()) check_same(a, fn, n);
    }
  return bad != 0;
}
