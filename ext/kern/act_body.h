/* act_body.h -- the functions of act.h, once for all instruction sets.
**
** A file that includes this defines ACT, which stands before each function
** and holds `static` and the instruction set, and ACT_LANES, how many floats
** its registers hold: 4, 8 or 16.  It is included, not compiled by itself,
** since a compiler cuts vectors to the size of the instruction set before it
** inlines.  Vectors of GCC and clang need no intrinsics.
**
** Sums run in 16 lanes whatever ACT_LANES is: element i goes to lane i % 16.
**
** exp: x = n ln 2 + r, |r| <= ln 2 / 2; e^r by a polynomial of degree 6, fitted
** for least largest relative error with its first two terms exact.
** erf: z P(z^2) / Q(z^2), degrees 5 and 5, fitted for |z| <= 4 likewise; beyond
** it is 1 to float's precision.
*/
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float V __attribute__((vector_size(4 * ACT_LANES)));
typedef int32_t I __attribute__((vector_size(4 * ACT_LANES)));
enum { LANES = ACT_LANES, WIDE = 16, PARTS = WIDE / LANES };

/* 16 lanes of a sum. */
typedef struct Sum { V part[PARTS]; } Sum;

/* Vectors go through pointers: in an argument their place would depend on the
** instruction set. */
ACT inline void v_load(V *v, const float *at) { memcpy(v, at, sizeof *v); }
ACT inline void v_store(float *at, const V *v) { memcpy(at, v, sizeof *v); }

/* The first n lanes; the others are `rest`. */
ACT inline void v_load_n(V *v, const float *at, size_t n, float rest) {
  for (size_t i = 0; i < LANES; i++) (*v)[i] = rest;
  memcpy(v, at, n * sizeof *at);
}

ACT inline void v_min(V *a, float b) {
  V vb = *a - *a + b;
  I less = *a < vb;
  *a = (V)((less & (I)*a) | (~less & (I)vb));
}

ACT inline void v_max(V *a, const V *b) {
  I more = *a > *b;
  *a = (V)((more & (I)*a) | (~more & (I)*b));
}

/* exp(*x), *x <= 88; below -87 it is exp(-87). */
ACT inline void v_exp(V *x) {
  const float magic = 12582912.0f;            /* 1.5 * 2^23: rounds */
  V low = *x - *x - 87.0f, n, r, p;
  v_max(x, &low);
  n = *x * 1.442695041f + magic;
  r = n - magic;
  r = (*x - r * 0.693359375f) + r * 2.12194440e-4f;
  p = 1.381460198e-03f * r + 8.368710982e-03f;
  p = p * r + 4.166838760e-02f;
  p = p * r + 1.666652068e-01f;
  p = p * r + 4.999999345e-01f;
  p = (p * r + 1.0f) * r + 1.0f;
  *x = (V)((I)p + ((I)n << 23));
}

ACT inline void v_erf(V *z) {
  V low = *z - *z - 4.0f, u, p, q;
  I at_end;                 /* exactly -1: gelu multiplies what is missing */
  v_max(z, &low);
  v_min(z, 4.0f);
  u = *z * *z;
  p = u * 2.038112350e-06f + 2.823352733e-04f;
  p = p * u + 3.711572408e-03f;
  p = p * u + 5.256494353e-02f;
  p = p * u + 1.893117601e-01f;
  p = p * u + 1.128379148e+00f;
  q = u * 3.784159941e-05f + 1.147253344e-03f;
  q = q * u + 1.485746832e-02f;
  q = q * u + 1.136220845e-01f;
  q = q * u + 5.011060844e-01f;
  q = q * u + 1.0f;
  p = *z * p / q;
  at_end = *z <= low;
  *z = (V)((at_end & (I)(low - low - 1.0f)) | (~at_end & (I)p));
}

ACT inline void v_gelu(V *x) {
  V z = *x * 0.7071067812f;
  v_erf(&z);
  *x = 0.5f * *x * (1.0f + z);
}

ACT inline void v_relu(V *x) {
  V zero = *x - *x;
  v_max(x, &zero);
}

ACT inline void v_same(V *x) { (void)x; }

/* Lanes in a fixed order: halves, quarters, ... */
ACT inline float v_total(const Sum *sum) {
  float a[WIDE];
  memcpy(a, sum, sizeof a);
  for (size_t h = WIDE / 2; h > 0; h /= 2)
    for (size_t i = 0; i < h; i++) a[i] += a[i + h];
  return a[0];
}

/* One row: x = f(x + bias) with f inlined. */
#define ACT_MAP(name, f) \
ACT void name(float *x, const float *bias, size_t rows, size_t n) { \
  for (size_t r = 0; r < rows; r++, x += n) { \
    size_t i = 0; \
    V v, b; \
    for (; i + LANES <= n; i += LANES) { \
      v_load(&v, x + i); \
      v_load(&b, bias + i); \
      v += b; \
      f(&v); \
      v_store(x + i, &v); \
    } \
    if (i < n) { \
      v_load_n(&v, x + i, n - i, 0); \
      v_load_n(&b, bias + i, n - i, 0); \
      v += b; \
      f(&v); \
      memcpy(x + i, &v, (n - i) * sizeof *x); \
    } \
  } \
}
ACT_MAP(act_bias, v_same)
ACT_MAP(act_gelu, v_gelu)
ACT_MAP(act_relu, v_relu)

ACT inline float row_most(const float *x, size_t n) {
  float a[LANES], most;
  V v, w;
  size_t i = 0;
  for (size_t k = 0; k < LANES; k++) v[k] = x[0];
  for (; i + LANES <= n; i += LANES) {
    v_load(&w, x + i);
    v_max(&v, &w);
  }
  v_store(a, &v);
  most = a[0];
  for (size_t k = 1; k < LANES; k++) most = a[k] > most ? a[k] : most;
  for (; i < n; i++) most = x[i] > most ? x[i] : most;
  return most;
}

/* Row x becomes exp(scale x + shift); its sum. */
ACT inline float row_exp(float *x, size_t n, float scale, float shift) {
  Sum sum = {0};
  V v;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE)
    for (size_t p = 0; p < PARTS; p++) {
      v_load(&v, x + i + p * LANES);
      v = v * scale + shift;
      v_exp(&v);
      sum.part[p] += v;
      v_store(x + i + p * LANES, &v);
    }
  for (size_t p = 0; i < n; p++, i += LANES) {
    size_t left = n - i < LANES ? n - i : LANES;
    V tail = {0};
    v_load_n(&v, x + i, left, 0);
    v = v * scale + shift;
    v_exp(&v);
    memcpy(&tail, &v, left * sizeof *x);
    memcpy(x + i, &v, left * sizeof *x);
    sum.part[p] += tail;
  }
  return v_total(&sum);
}

ACT void act_softmax(float *x, size_t rows, size_t n, float scale) {
  for (size_t r = 0; r < rows; r++, x += n) {
    float part = 1.0f / row_exp(x, n, scale, -row_most(x, n) * scale);
    size_t i = 0;
    V v;
    for (; i + LANES <= n; i += LANES) {
      v_load(&v, x + i);
      v *= part;
      v_store(x + i, &v);
    }
    for (; i < n; i++) x[i] *= part;
  }
}

/* Sum of x, or with `square` of the squares of x - mean. */
ACT inline float row_sum(const float *x, size_t n, float mean, int square) {
  Sum sum = {0};
  V v;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE)
    for (size_t p = 0; p < PARTS; p++) {
      v_load(&v, x + i + p * LANES);
      v -= mean;
      sum.part[p] += square ? v * v : v;
    }
  for (size_t p = 0; i < n; p++, i += LANES) {
    v_load_n(&v, x + i, n - i < LANES ? n - i : LANES, mean);
    v -= mean;
    sum.part[p] += square ? v * v : v;
  }
  return v_total(&sum);
}

ACT inline void row_norm(float *x, size_t n, const LitNorm *norm) {
  float mean = row_sum(x, n, 0, 0) / (float)n;
  float by = 1.0f / sqrtf(row_sum(x, n, mean, 1) / (float)n + norm->eps);
  size_t i = 0;
  V v, gain, shift;
  for (; i + LANES <= n; i += LANES) {
    v_load(&v, x + i);
    v_load(&gain, norm->gain + i);
    v_load(&shift, norm->shift + i);
    v = (v - mean) * by * gain + shift;
    v_store(x + i, &v);
  }
  for (; i < n; i++)
    x[i] = (x[i] - mean) * by * norm->gain[i] + norm->shift[i];
}

ACT void act_norm(float *x, size_t rows, size_t n, const LitNorm *norm) {
  for (size_t r = 0; r < rows; r++) row_norm(x + r * n, n, norm);
}

ACT void act_add_norm(float *x, const float *y, const float *bias, size_t rows,
                      size_t n, const LitNorm *norm) {
  for (size_t r = 0; r < rows; r++, x += n, y += n) {
    size_t i = 0;
    V v, w, b;
    for (; i + LANES <= n; i += LANES) {
      v_load(&v, x + i);
      v_load(&w, y + i);
      v_load(&b, bias + i);
      v += w + b;
      v_store(x + i, &v);
    }
    for (; i < n; i++) x[i] += y[i] + bias[i];
    row_norm(x, n, norm);
  }
}
