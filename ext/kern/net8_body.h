/* net8_body.h -- what the instruction sets of net8.h share: reading and
** writing panels around the sums.
**
** A file that includes this defines NET8, which stands before each function
** and holds `static` and the instruction set; NET8_LANES, how many floats its
** registers hold; and NET8_MAX, the larger of two int32, where an instruction
** gives it.  NET8_PLUS128 is 1 if its sums are of q + 128 instead of q.  Behind it
** stands the function
**
**   sums(const LitSums8 *s)
**
** which gives each sum over k of w[b], row r, times x[p], lane l, to sums8_put().
*/
#include <string.h>

typedef float V8 __attribute__((vector_size(4 * NET8_LANES)));
typedef int32_t I8 __attribute__((vector_size(4 * NET8_LANES)));
typedef uint32_t U8 __attribute__((vector_size(4 * NET8_LANES)));

NET8 void sums(const LitSums8 *s);

NET8 inline void v8_load(V8 *v, const float *at) { memcpy(v, at, sizeof *v); }

NET8 inline void i8_max(I8 *a, const I8 *b) {
#ifdef NET8_MAX
  *a = (I8)NET8_MAX(*a, *b);
#else
  I8 more = *b > *a;
  *a = (more & *b) | (~more & *a);
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
** one of its numbers is not finite.  Sizes are compared as integers, of which
** those of infinity and NaN are the largest. */
NET8 inline void strip8_scale(const float *x, size_t n_k, V8 *scale) {
  I8 most[2] = {{0}, {0}}, v;
  V8 size;
  for (size_t k = 0; k < n_k; k += 2)
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      memcpy(&v, x + (k + i) * 16, sizeof v);
      v &= 0x7FFFFFFF;
      i8_max(&most[i], &v);
    }
  i8_max(&most[0], &most[1]);
  size = (V8)most[0];
  *scale = size / 127.0f + (size - size);
}

/* Four features of a strip into q.  1.5 * 2^23 rounds, and the low bits are the
** number, here with 128: then numbers from 0 to 255 in four bytes are a sum, from
** which what stands above them is taken away again. */
NET8 inline void strip8_four(const float *x, const V8 *by, uint8_t *q) {
  const float magic = 12582912.0f + 128;
  U8 all = (U8){0} - 0x8B400000u;
#pragma GCC unroll 4
  for (size_t k = 0; k < 4; k++) {
    V8 v;
    v8_load(&v, x + k * 16);
    v = v * *by + magic;
    all += (U8)v << (8 * (unsigned)k);
  }
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

/* Rows first .. of panel p, lanes lane ..: sum[i * step], i < rows, becomes y of
** row first + i, if there is such a row.  `rows` is a constant where this is
** called. */
NET8 inline __attribute__((always_inline))
void sums8_put(const LitSums8 *s, int first, const int rows, int p, int lane,
               const I8 *sum, const int step) {
  const int32_t *start = s->start + first;
  const float *scale = s->scale + first, *bias = s->bias;
  const int n = s->n_rows - first;
  float *y = s->y[p] + first * 16 + lane;
  V8 by;
  v8_load(&by, s->tokens[p] + lane);
  if (bias) bias += first;
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++) {
    I8 all = sum[i * step];
    V8 v, before;
    if (i >= n) return;
    if (NET8_PLUS128) all += start[i];
    v = __builtin_convertvector(all, V8) * by * scale[i];
    if (bias) v += bias[i];
    else {
      v8_load(&before, y + i * 16);
      v += before;
    }
    memcpy(y + i * 16, &v, sizeof v);
  }
}

/* Two blocks of rows times two panels at a time; act, if there is one, while
** they lie near, on both blocks at once. */
NET8 void product(const LitMatrix8 *m, const LitWork8 *w,
                  void (*act)(float *y, size_t n)) {
  size_t block = m->n_k * LIT_ROWS8, panel = m->n_k * 16;
  LitSums8 s = {.n_k = m->n_k};
  for (size_t row = 0; row < m->n_rows; row += 2 * LIT_ROWS8)
    for (size_t p = 0; p < w->n_panels; p += 2) {
      size_t left = m->n_rows - row;
      s.n_rows = left < 2 * LIT_ROWS8 ? (int)left : 2 * LIT_ROWS8;
      s.n_blocks = s.n_rows > LIT_ROWS8 ? 2 : 1;
      s.n_panels = p + 1 < w->n_panels ? 2 : 1;
      s.w[0] = m->w + row / LIT_ROWS8 * block, s.w[1] = s.w[0] + block;
      s.start = m->start + row, s.scale = m->scale + row;
      s.bias = m->bias ? m->bias + row : NULL;
      for (size_t i = 0; i < (size_t)s.n_panels; i++) {
        s.x[i] = w->x + (p + i) * panel;
        s.tokens[i] = w->tokens + (p + i) * 16;
        s.y[i] = w->y + ((p + i) * m->n_rows + row) * 16;
      }
      sums(&s);
      for (int i = 0; act && i < s.n_panels; i++) act(s.y[i], (size_t)s.n_rows * 16);
    }
}

NET8 void net8_linear(const LitMatrix8 *m, const LitWork8 *w) {
  NET8_BEGIN
  product(m, w, m->rest ? NULL : w->act);
  if (m->rest) product(m->rest, w, w->act);
  NET8_END
}
