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

/* Of each lane of a strip of x: the middle of its numbers, and how much a step
** of q is worth; NaN if one of them is not finite. */
NET8 inline void strip8_scale(const float *x, size_t n, V8 *mid, V8 *scale) {
  V8 most[2], less[2], bad = {0}, v;        /* less: of -x */
  v8_load(&v, x);
  most[0] = most[1] = v, less[0] = less[1] = -v;
  for (size_t k = 0; k < n; k += 2)
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      v8_load(&v, x + (k + (k + i < n ? i : 0)) * 16);
      bad += v - v;
      v8_max(&most[i], &v);
      v = -v;
      v8_max(&less[i], &v);
    }
  v8_max(&most[0], &most[1]);
  v8_max(&less[0], &less[1]);
  *mid = 0.5f * most[0] - 0.5f * less[0];
  most[0] -= *mid, less[0] += *mid;
  v8_max(&most[0], &less[0]);
  *scale = most[0] / 127.0f + bad;
}

/* Up to four features of a strip, from x, into q. */
NET8 inline void strip8_four(const float *x, size_t n, const V8 *mid,
                             const V8 *by, uint8_t *q) {
  const float magic = 12582912.0f;       /* 1.5 * 2^23: rounds, low bits are
                                            the number */
  I8 all = {0};
  for (size_t k = 0; k < n; k++) {
    V8 v;
    v8_load(&v, x + k * 16);
    v = (v - *mid) * *by + magic;
    all |= ((I8)v & 255) << (8 * (int)k);
  }
  all ^= (int32_t)0x80808080;
  memcpy(q, &all, sizeof all);
}

NET8 void net8_quantize(const float *x, size_t n, uint8_t *q, float *token) {
  size_t n_k = (n + LIT_COLS8 - 1) / LIT_COLS8 * LIT_COLS8, k;
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    V8 mid, by;
    strip8_scale(x + lane, n, &mid, &by);
    memcpy(token + lane, &by, sizeof by);
    memcpy(token + 16 + lane, &mid, sizeof mid);
    by = 1.0f / by;                      /* 0 if that is not finite */
    by = (V8)((I8)by & (by < 3e38f));
    for (k = 0; k + 4 <= n; k += 4)
      strip8_four(x + k * 16 + lane, 4, &mid, &by, q + (k * 16 + 4 * lane));
    if (k < n) {
      strip8_four(x + k * 16 + lane, n - k, &mid, &by,
                  q + (k * 16 + 4 * lane));
      k += 4;
    }
    for (; k < n_k; k += 4)
      memset(q + k * 16 + 4 * lane, 128, 4 * NET8_LANES);
  }
}

/* The sums of up to 16 rows of a panel become y. */
NET8 inline void finish(const LitMatrix8 *m, size_t row, const int32_t *sum,
                        const float *token, float *y) {
  size_t n = m->n_rows - row < LIT_ROWS8 ? m->n_rows - row : LIT_ROWS8;
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    V8 by, mid, v;
    I8 s;
    v8_load(&by, token + lane);
    v8_load(&mid, token + 16 + lane);
    for (size_t r = 0; r < n; r++) {
      memcpy(&s, sum + r * 16 + lane, sizeof s);
      if (NET8_PLUS128) s += m->start[row + r];
      v = __builtin_convertvector(s, V8) * by * m->scale[row + r];
      v += mid * m->sum[row + r] + m->bias[row + r];
      memcpy(y + r * 16 + lane, &v, sizeof v);
    }
  }
}

/* Two blocks of rows times two panels at a time. */
NET8 void net8_linear(const LitMatrix8 *m, const LitWork8 *w) {
  size_t block = m->n_k * LIT_ROWS8, panel = m->n_k * 16;
  int32_t out[2][2][LIT_ROWS8 * 16];
  LitSums8 s = {.n_k = m->n_k, .out = out};
  NET8_BEGIN
  for (size_t row = 0; row < m->n_rows; row += 2 * LIT_ROWS8)
    for (size_t p = 0; p < w->n_panels; p += 2) {
      s.n_blocks = row + LIT_ROWS8 < m->n_rows ? 2 : 1;
      s.n_panels = p + 1 < w->n_panels ? 2 : 1;
      s.w[0] = m->w + row / LIT_ROWS8 * block, s.w[1] = s.w[0] + block;
      s.x[0] = w->x + p * panel, s.x[1] = s.x[0] + panel;
      sums(&s);
      for (int b = 0; b < s.n_blocks; b++)
        for (int i = 0; i < s.n_panels; i++) {
          size_t at = row + (size_t)b * LIT_ROWS8, to = p + (size_t)i;
          finish(m, at, out[b][i], w->tokens + to * 32,
                 w->y + (to * m->n_rows + at) * 16);
        }
    }
  NET8_END
  for (size_t p = 0; w->act && p < w->n_panels; p++)
    w->act(w->y + p * m->n_rows * 16, m->n_rows * 16);
}
