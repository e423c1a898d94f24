/* net8_body.h -- what the instruction sets of net8.h share: reading and
** writing panels around the sums.
**
** A file that includes this defines NET8, which stands before each function
** and holds `static` and the instruction set; NET8_LANES, how many floats its
** registers hold; and, before it, the function
**
**   sums(const LitSums8 *s)
**
** and NET8_MAX where an instruction gives what a > b ? a : b gives.
** NET8_PLUS128 is 1 if its sums are of q + 128 instead of q.
*/
#include <string.h>

typedef float V8 __attribute__((vector_size(4 * NET8_LANES)));
typedef int32_t I8 __attribute__((vector_size(4 * NET8_LANES)));

NET8 inline void v8_load(V8 *v, const float *at) { memcpy(v, at, sizeof *v); }

NET8 inline void v8_max(V8 *a, const V8 *b) {
#ifdef NET8_MAX
  *a = (V8)NET8_MAX(*b, *a);
#else
  I8 more = *b > *a;
  *a = (V8)((more & (I8)*b) | (~more & (I8)*a));
#endif
}

/* Rows `step` apart, `n` of them, of a strip: sums and differences of those
** whose numbers differ in one bit, the highest bit first.  n is a constant
** where this is called, so that the rows stay in registers. */
NET8 inline __attribute__((always_inline))
void butterfly(const float *from, float *to, size_t step, const int n) {
  V8 v[16], a;
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) v8_load(&v[i], from + (size_t)i * step * 16);
#pragma GCC unroll 4
  for (int bit = n / 2; bit > 0; bit /= 2)
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) {
      if (i & bit) continue;
      a = v[i];
      v[i] = a + v[i + bit];
      v[i + bit] = a - v[i + bit];
    }
#pragma GCC unroll 16
  for (int i = 0; i < n; i++)
    memcpy(to + (size_t)i * step * 16, &v[i], sizeof v[i]);
}

/* A strip of x [n][16], n up to 128, times Hadamard's matrix, into out
** [128][16]. */
NET8 inline void strip8_mix(const float *x, size_t n, float *out) {
  const float *from = x;
  if (n < LIT_MIXED8) {
    for (size_t k = 0; k < LIT_MIXED8; k++) {
      V8 v = {0};
      if (k < n) v8_load(&v, x + k * 16);
      memcpy(out + k * 16, &v, sizeof v);
    }
    from = out;
  }
  for (size_t k = 0; k < 8; k++) butterfly(from + k * 16, out + k * 16, 8, 16);
  for (size_t k = 0; k < LIT_MIXED8; k += 8)
    butterfly(out + k * 16, out + k * 16, 1, 8);
}

/* Of each lane of a strip of x [n_k][16]: how much a step of q is worth; NaN if
** one of its numbers is not finite. */
NET8 inline void strip8_scale(const float *x, size_t n_k, V8 *scale) {
  V8 most[2] = {{0}, {0}}, bad = {0}, v, size;
  for (size_t k = 0; k < n_k; k += 2)
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      v8_load(&v, x + (k + i) * 16);
      bad += v - v;
      size = (V8)((I8)v & 0x7FFFFFFF);
      v8_max(&most[i], &size);
    }
  v8_max(&most[0], &most[1]);
  *scale = most[0] / 127.0f + bad;
}

/* Four features of a strip into q. */
NET8 inline void strip8_four(const float *x, const V8 *by, uint8_t *q) {
  const float magic = 12582912.0f;       /* 1.5 * 2^23: rounds, low bits are
                                            the number */
  I8 all = {0};
#pragma GCC unroll 4
  for (size_t k = 0; k < 4; k++) {
    V8 v;
    v8_load(&v, x + k * 16);
    v = v * *by + magic;
    all |= ((I8)v & 255) << (8 * (int)k);
  }
  all ^= (int32_t)0x80808080;
  memcpy(q, &all, sizeof all);
}

NET8 void net8_mix(const float *x, size_t n, float *out) {
  for (size_t k = 0; k < n; k += LIT_MIXED8)
    for (size_t lane = 0; lane < 16; lane += NET8_LANES)
      strip8_mix(x + k * 16 + lane, n - k < LIT_MIXED8 ? n - k : LIT_MIXED8,
                 out + k * 16 + lane);
}

NET8 void net8_quantize(const float *x, size_t n_k, uint8_t *q,
                        float *scales) {
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    V8 by;
    strip8_scale(x + lane, n_k, &by);
    memcpy(scales + lane, &by, sizeof by);
    by = 1.0f / by;                      /* 0 if that is not finite */
    by = (V8)((I8)by & (by < 3e38f));
    for (size_t k = 0; k < n_k; k += 4)
      strip8_four(x + k * 16 + lane, &by, q + (k * 16 + 4 * lane));
  }
}

/* The sums of n rows of a panel, up to 16, become y. */
NET8 inline void finish(const LitMatrix8 *m, size_t row, size_t n,
                        const int32_t *sum, const float *token, float *y) {
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    V8 by, v;
    I8 s;
    v8_load(&by, token + lane);
    for (size_t r = 0; r < n; r++) {
      memcpy(&s, sum + r * 16 + lane, sizeof s);
      if (NET8_PLUS128) s += m->start[row + r];
      v = __builtin_convertvector(s, V8) * by * m->scale[row + r];
      if (m->bias) v += m->bias[row + r];
      else {
        V8 before;
        v8_load(&before, y + r * 16 + lane);
        v += before;
      }
      memcpy(y + r * 16 + lane, &v, sizeof v);
    }
  }
}

/* Two blocks of rows times two panels at a time; act, if there is one, while
** they lie near, on both blocks at once. */
NET8 void product(const LitMatrix8 *m, const LitWork8 *w,
                  void (*act)(float *y, size_t n)) {
  size_t block = m->n_k * LIT_ROWS8, panel = m->n_k * 16;
  int32_t out[2][2][LIT_ROWS8 * 16];
  LitSums8 s = {.n_k = m->n_k, .out = out};
  for (size_t row = 0; row < m->n_rows; row += 2 * LIT_ROWS8)
    for (size_t p = 0; p < w->n_panels; p += 2) {
      s.n_blocks = row + LIT_ROWS8 < m->n_rows ? 2 : 1;
      s.n_panels = p + 1 < w->n_panels ? 2 : 1;
      s.w[0] = m->w + row / LIT_ROWS8 * block, s.w[1] = s.w[0] + block;
      s.x[0] = w->x + p * panel, s.x[1] = s.x[0] + panel;
      sums(&s);
      for (int i = 0; i < s.n_panels; i++) {
        size_t to = p + (size_t)i, n = m->n_rows - row;
        float *y = w->y + (to * m->n_rows + row) * 16;
        if (n > 2 * LIT_ROWS8) n = 2 * LIT_ROWS8;
        for (size_t r = 0; r < n; r += LIT_ROWS8)
          finish(m, row + r, n - r < LIT_ROWS8 ? n - r : LIT_ROWS8,
                 out[r / LIT_ROWS8][i], w->tokens + to * 16, y + r * 16);
        if (act) act(y, n * 16);
      }
    }
}

NET8 void net8_linear(const LitMatrix8 *m, const LitWork8 *w) {
  NET8_BEGIN
  product(m, w, m->rest ? NULL : w->act);
  if (m->rest) product(m->rest, w, w->act);
  NET8_END
}
