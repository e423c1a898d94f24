/* net_body.h -- the functions of net.h but for tile(), once for all
** instruction sets.
**
** exp: x = n ln 2 + r, |r| <= ln 2 / 2; e^r by a polynomial of degree 6, fitted
** for least largest relative error with its first two terms exact.
** erf: z P(z^2) / Q(z^2), degrees 5 and 5, fitted for |z| <= 4 likewise; beyond
** it is 1 to float's precision.
*/
#include "kern/net_vec.h"

/* exp(*x), *x <= 88; below -87 it is exp(-87). */
NET inline void v_exp(V *x) {
  const float magic = 12582912.0f;            /* 1.5 * 2^23: rounds */
  V n, r, p;
  v_floor(x, -87.0f);
  n = *x * 1.442695041f + magic;
  r = n - magic;
  r = (*x - r * 0.693359375f) + r * 2.12194440e-4f;
  p = 1.381460198e-03f * r + 8.368710982e-03f;
  v_step(&p, &r, 4.166838760e-02f);
  v_step(&p, &r, 1.666652068e-01f);
  v_step(&p, &r, 4.999999345e-01f);
  v_step(&p, &r, 1.0f);
  v_step(&p, &r, 1.0f);
  *x = p * (V)(((I)n << 23) + 0x3F800000);    /* NaN stays, whatever its bits */
}

NET inline void v_erf(V *z) {
  V low = (V){0} - 4.0f, u, p, q;
  I at_end;                 /* exactly -1: gelu multiplies what is missing */
  v_floor(z, -4.0f);
  v_min(z, 4.0f);
  u = *z * *z;
  p = u * 2.038112350e-06f + 2.823352733e-04f;
  v_step(&p, &u, 3.711572408e-03f);
  v_step(&p, &u, 5.256494353e-02f);
  v_step(&p, &u, 1.893117601e-01f);
  v_step(&p, &u, 1.128379148e+00f);
  q = u * 3.784159941e-05f + 1.147253344e-03f;
  v_step(&q, &u, 1.485746832e-02f);
  v_step(&q, &u, 1.136220845e-01f);
  v_step(&q, &u, 5.011060844e-01f);
  v_step(&q, &u, 1.0f);
  p = *z * p / q;
  at_end = *z <= low;
  *z = (V)((at_end & (I)(low - low - 1.0f)) | (~at_end & (I)p));
}

NET inline void v_gelu(V *x) {
  V z = *x * 0.7071067812f;
  v_erf(&z);
  *x = 0.5f * *x * (1.0f + z);
}

NET inline void v_relu(V *x) {
  v_floor(x, 0.0f);
}

/* max(x, 0) - u (1 - erf(u / sqrt 2)) / 2, u = |x|: a low hill, by a polynomial
** of degree 8, fitted up to 4 for least largest error; beyond it is 1.3e-4. */
NET inline void v_gelu_near(V *x) {
  V u = (V)((I)*x & 0x7FFFFFFF), p = (V){0} + 4.869066138e-05f;
  v_min(&u, 4.0f);
  v_step(&p, &u, -1.439518307e-03f);
  v_step(&p, &u, 1.523961722e-02f);
  v_step(&p, &u, -7.615119599e-02f);
  v_step(&p, &u, 1.761860016e-01f);
  v_step(&p, &u, -8.138892302e-02f);
  v_step(&p, &u, -3.706252955e-01f);
  v_step(&p, &u, 4.966782653e-01f);
  v_relu(x);
  *x -= p * u;
}

NET inline void v_sigmoid(V *x) {
  v_floor(x, -87.0f);
  v_min(x, 87.0f);
  *x = -*x;
  v_exp(x);
  *x = 1.0f / (1.0f + *x);
}

NET inline void v_silu(V *x) {
  V s = *x;
  v_sigmoid(&s);
  *x *= s;
}

/* x (1 + tanh(u)) / 2 is x sigmoid(2 u). */
NET inline void v_gelu_tanh(V *x) {
  V s = 1.5957691216f * (*x + 0.044715f * *x * *x * *x);
  v_sigmoid(&s);
  *x *= s;
}

NET inline void v_tanh(V *x) {
  *x *= 2.0f;
  v_sigmoid(x);
  *x = 2.0f * *x - 1.0f;
}

/* f over x [n]. */
#define NET_MAP(name, f) \
NET void name(float *x, size_t n) { \
  for (size_t i = 0; i + LANES <= n; i += LANES) { \
    V v; \
    v_load(&v, x + i); \
    f(&v); \
    v_store(x + i, &v); \
  } \
}
NET_MAP(net_gelu, v_gelu)
NET_MAP(net_gelu_near, v_gelu_near)
NET_MAP(net_relu, v_relu)
NET_MAP(net_gelu_tanh, v_gelu_tanh)
NET_MAP(net_silu, v_silu)
NET_MAP(net_sigmoid, v_sigmoid)
NET_MAP(net_tanh, v_tanh)

/* The functions below work on a strip of LANES lanes: x [n] rows, each
** LIT_LANES after the one before. */

NET inline void strip_add(float *x, const float *y, size_t n, V *sum) {
  V v, w;
  for (size_t i = 0; i < n; i++) {
    v_load(&v, x + i * LIT_LANES);
    if (y) {
      v_load(&w, y + i * LIT_LANES);
      v += w;
      v_store(x + i * LIT_LANES, &v);
    }
    *sum += v;
  }
}

NET inline void strip_norm(float *x, const float *y, size_t n,
                           const LitNorm *norm) {
  V v, mean = {0}, spread = {0};
  float by[LANES];
  strip_add(x, y, n, &mean);
  mean /= (float)n;
  for (size_t i = 0; i < n; i++) {
    v_load(&v, x + i * LIT_LANES);
    v -= mean;
    spread += v * v;
  }
  spread = spread / (float)n + norm->eps;
  v_store(by, &spread);
  for (size_t i = 0; i < LANES; i++) by[i] = 1 / sqrtf(by[i]);
  v_load(&spread, by);
  for (size_t i = 0; i < n; i++) {
    v_load(&v, x + i * LIT_LANES);
    v = (v - mean) * spread * norm->gain[i] + norm->shift[i];
    v_store(x + i * LIT_LANES, &v);
  }
}

NET void net_norm(float *x, const float *y, size_t n, const LitNorm *norm) {
  for (size_t lane = 0; lane < LIT_LANES; lane += LANES)
    strip_norm(x + lane, y ? y + lane : NULL, n, norm);
}

NET inline void strip_rms(float *x, size_t n, const LitNorm *norm) {
  V v, spread = {0};
  float by[LANES];
  for (size_t i = 0; i < n; i++) {
    v_load(&v, x + i * LIT_LANES);
    spread += v * v;
  }
  spread = spread / (float)n + norm->eps;
  v_store(by, &spread);
  for (size_t i = 0; i < LANES; i++) by[i] = 1 / sqrtf(by[i]);
  v_load(&spread, by);
  for (size_t i = 0; i < n; i++) {
    v_load(&v, x + i * LIT_LANES);
    v = v * spread * norm->gain[i];
    v_store(x + i * LIT_LANES, &v);
  }
}

NET void net_rms(float *x, const float *y, size_t n, const LitNorm *norm) {
  for (size_t i = 0; y && i < n * LIT_LANES; i++) x[i] += y[i];
  for (size_t lane = 0; lane < LIT_LANES; lane += LANES)
    strip_rms(x + lane, n, norm);
}

NET inline void strip_softmax(float *x, size_t from, size_t to, float scale,
                              float *over) {
  V v, most, sum = {0};
  strip_most(x + from * LIT_LANES, to - from, &most);
  for (size_t i = from; i < to; i++) {
    v_load(&v, x + i * LIT_LANES);
    v = (v - most) * scale;
    v_exp(&v);
    sum += v;
    v_store(x + i * LIT_LANES, &v);
  }
  sum = 1.0f / sum;
  v_store(over, &sum);
}

NET void net_softmax(float *x, size_t n, size_t from, size_t to, float scale,
                     float *over) {
  memset(x, 0, from * LIT_LANES * sizeof *x);
  memset(x + to * LIT_LANES, 0, (n - to) * LIT_LANES * sizeof *x);
  for (size_t lane = 0; lane < LIT_LANES; lane += LANES)
    strip_softmax(x + lane, from, to, scale, over + lane);
}

/* The lanes of a row that reach `least`, as bits. */
NET inline unsigned lanes_above(const float *y, float factor, float less,
                                const float *least) {
  unsigned hits = 0;
  for (unsigned l = 0; l < LIT_LANES; l++)
    hits |= (unsigned)(y[l] * factor - less >= least[l]) << l;
  return hits;
}

/* Eight rows at a time, of which few have any. */
NET void net_above(const float *y, size_t n, const float *factor,
                   const float *less, const float *least, uint16_t *hits) {
  for (size_t i = 0; i < n; i += 8, y += 8 * LIT_LANES) {
    size_t rows = n - i < 8 ? n - i : 8;
    int32_t some[LANES], is_any = 0;
    I any = {0};
    for (size_t r = 0; r < rows; r++)
      for (size_t lane = 0; lane < LIT_LANES; lane += LANES) {
        V v, l;
        v_load(&v, y + r * LIT_LANES + lane);
        v_load(&l, least + lane);
        any |= v * factor[i + r] - less[i + r] >= l;
      }
    memcpy(some, &any, sizeof some);
    for (size_t l = 0; l < LANES; l++) is_any |= some[l];
    for (size_t r = 0; r < rows; r++)
      hits[i + r] = !is_any ? 0 : (uint16_t)lanes_above(
          y + r * LIT_LANES, factor[i + r], less[i + r], least);
  }
}

/* What a file's row of net.h has of these. */
#define NET_COMMON \
  .gelu = net_gelu, .gelu_near = net_gelu_near, \
  .gelu_tanh = net_gelu_tanh, .relu = net_relu, .silu = net_silu, \
  .sigmoid = net_sigmoid, .tanh = net_tanh, \
  .norm = net_norm, .rms = net_rms, .softmax = net_softmax, \
  .above = net_above
