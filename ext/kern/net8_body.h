/* net8_body.h -- what the instruction sets of net8.h share: reading and
** writing panels around the sums.
**
** A file that includes this defines NET8, which stands before each function
** and holds `static` and the instruction set; NET8_LANES, how many floats its
** registers hold; and NET8_MAX and NET8_MAXU, the larger of two int32 and of two
** uint32, where instructions give them.  NET8_PLUS128 is 1 if its sums are of q + 128 instead of q.  Behind it
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

NET8 inline void u8_max(U8 *a, const U8 *b) {
#ifdef NET8_MAXU
  *a = (U8)NET8_MAXU(*a, *b);
#else
  U8 more = (U8)(*b > *a);
  *a = (more & *b) | (~more & *a);
#endif
}

/* What is largest and least of each lane so far, or 0 if that is beyond, of rows
** with even and odd numbers.  As integers, floats over 0 are in order, and those
** under 0 are over them, unsigned, in order of size; infinity and NaN are the largest
** of either. */
typedef struct Range8 {
  I8 most[2];
  U8 least[2];
} Range8;

NET8 inline void range8_add(Range8 *range, size_t i, const V8 *v) {
  I8 most = (I8)*v;
  U8 least = (U8)*v;
  i8_max(&range->most[i % 2], &most);
  u8_max(&range->least[i % 2], &least);
}

NET8 inline void range8_end(Range8 *range, V8 *hi, V8 *lo) {
  I8 v;
  i8_max(&range->most[0], &range->most[1]);
  u8_max(&range->least[0], &range->least[1]);
  *hi = (V8)range->most[0];
  v = (I8)range->least[0];
  *lo = (V8)(v & (v < 0));
}

/* Of a strip of x [n_k][16]. */
NET8 inline void strip8_range(const float *x, size_t n_k, Range8 *all) {
  Range8 range = {{{0}, {0}}, {{0}, {0}}};
  V8 v;
  for (size_t k = 0; k < n_k; k += 2)
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      v8_load(&v, x + (k + i) * 16);
      range8_add(&range, i, &v);
    }
  *all = range;
}

/* Rows `step` apart, `n` of them, of a strip, times `by`, if that is not NULL: sums
** and differences of those whose numbers differ in one bit, the highest bit first;
** they go into the range, if that is not NULL.  n, and whether there are `by` and
** range, are constants where this is called, so that the rows stay in registers. */
NET8 inline __attribute__((always_inline))
void butterfly(const float *from, const float *by, float *to, size_t step,
               const int n, Range8 *range) {
  V8 v[16], a;
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) {
    v8_load(&v[i], from + (size_t)i * step * 16);
    if (by) v[i] *= by[(size_t)i * step];
  }
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
  for (int i = 0; i < n; i++) {
    if (range) range8_add(range, (size_t)i, &v[i]);
    memcpy(to + (size_t)i * step * 16, &v[i], sizeof v[i]);
  }
}

/* A strip of x [n][16], n up to 128, times by [n], if that is not NULL, times
** Hadamard's matrix, into out [128][16] and the range. */
NET8 inline void strip8_mix(const float *x, size_t n, const float *by,
                            float *out, Range8 *range) {
  Range8 all = *range;
  const float *from = x;
  if (n < LIT_MIXED8) {
    for (size_t k = 0; k < LIT_MIXED8; k++) {
      V8 v = {0};
      if (k < n) v8_load(&v, x + k * 16);
      if (k < n && by) v *= by[k];
      memcpy(out + k * 16, &v, sizeof v);
    }
    from = out, by = NULL;
  }
  for (size_t k = 0; k < 8; k++) {
    if (by) butterfly(from + k * 16, by + k, out + k * 16, 8, 16, NULL);
    else butterfly(from + k * 16, NULL, out + k * 16, 8, 16, NULL);
  }
  for (size_t k = 0; k < LIT_MIXED8; k += 8)
    butterfly(out + k * 16, NULL, out + k * 16, 1, 8, &all);
  *range = all;
}

/* What a step of q is worth, if `n` of them are `size`: NaN if that is not finite;
** and one over it, 0 if that is not. */
NET8 inline void v8_step(V8 size, float n, V8 *step, V8 *by) {
  *step = size / n + (size - size);
  *by = 1.0f / *step;
  *by = (V8)((I8)*by & (*by < 3e38f));
}

/* The step of each lane of a strip if zero is 0; NaN if that is not finite. */
NET8 inline void range8_step(Range8 *range, V8 *step, V8 *by) {
  V8 hi, lo;
  I8 more;
  range8_end(range, &hi, &lo);
  lo = -lo, more = lo > hi;
  hi = (V8)((more & (I8)lo) | (~more & (I8)hi));
  v8_step(hi + (lo - lo), 127.0f, step, by);
}

/* The same with the best zero, by the range. */
NET8 inline void range8_zero(Range8 *range, V8 *step, V8 *by, V8 *zero) {
  const float round = 12582912.0f;
  V8 hi, lo, middle;
  range8_end(range, &hi, &lo);
  v8_step(hi - lo, 253.0f, step, by);
  middle = (hi + lo) * 0.5f * *by;
  middle = (V8)((I8)middle & (*by > 0));      /* none if that is not finite */
  *zero = (middle + round) - round;
}

/* Four features of a strip into q.  1.5 * 2^23, which is in `magic`, rounds, and the
** low bits are the number, here with 128: then numbers from 0 to 255 in four bytes are a sum, from
** which what stands above them is taken away again. */
NET8 inline void strip8_four(const float *x, const V8 *by, const V8 *magic,
                             uint8_t *q) {
  U8 all = (U8){0} - 0x8B400000u;
#pragma GCC unroll 4
  for (size_t k = 0; k < 4; k++) {
    V8 v;
    v8_load(&v, x + k * 16);
    v = v * *by + *magic;
    all += (U8)v << (8 * (unsigned)k);
  }
  memcpy(q, &all, sizeof all);
}

/* A strip of x [n][16], mixed into out. */
NET8 inline void strips8_mix(const float *x, size_t n, const float *by,
                             float *out, Range8 *range) {
  *range = (Range8){{{0}, {0}}, {{0}, {0}}};
  for (size_t k = 0; k < n; k += LIT_MIXED8)
    strip8_mix(x + k * 16, n - k < LIT_MIXED8 ? n - k : LIT_MIXED8,
               by ? by + k : NULL, out + k * 16, range);
}

NET8 void net8_mix(const float *x, size_t n, const float *by, float *out) {
  Range8 range;
  for (size_t lane = 0; lane < 16; lane += NET8_LANES)
    strips8_mix(x + lane, n, by, out + lane, &range);
}

/* Lanes lane .. of x [n_k][16], whose range is known. */
NET8 inline void strip8_quantize(const float *x, size_t n_k, size_t lane,
                                 Range8 *range, const LitPanel8 *to) {
  V8 step, by, zero = {0}, magic;
  I8 whole;
  if (to->zeros) range8_zero(range, &step, &by, &zero);
  else range8_step(range, &step, &by);
  memcpy(to->scales + lane, &step, sizeof step);
  whole = __builtin_convertvector(zero, I8);
  if (to->zeros) memcpy(to->zeros + lane, &whole, sizeof whole);
  magic = 12582912.0f + 128 - zero;
  for (size_t k = 0; k < n_k; k += 4)
    strip8_four(x + k * 16 + lane, &by, &magic, to->q + (k * 16 + 4 * lane));
}

NET8 void net8_quantize(const float *x, size_t n_k, uint8_t *q,
                        float *scales, int32_t *zeros) {
  const LitPanel8 to = {q, scales, zeros};
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    Range8 range;
    strip8_range(x + lane, n_k, &range);
    strip8_quantize(x, n_k, lane, &range, &to);
  }
}

NET8 void net8_take(const float *x, size_t n, const float *by, float *mixed,
                    const LitPanel8 *to) {
  size_t n_k = (n + LIT_MIXED8 - 1) / LIT_MIXED8 * LIT_MIXED8;
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    Range8 range;
    strips8_mix(x + lane, n, by, mixed + lane, &range);
    strip8_quantize(mixed, n_k, lane, &range, to);
  }
}

/* Lanes r .. of v [8][rank]: inverse times each of the eight columns x. */
NET8 void seen8_product(const LitSeen8 *seen, const float *x, size_t r,
                        float *v) {
  const size_t n = seen->rank;
  V8 sum[8] = {{0}}, row;
  for (size_t c = 0; c < n; c++) {
    v8_load(&row, seen->inverse + c * n + r);
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) sum[i] += row * x[c * 8 + i];
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < 8; i++) memcpy(v + i * n + r, &sum[i], sizeof sum[i]);
}

/* Lanes r .. of inverse, which is without the eight columns, become with them. */
NET8 void seen8_less(const LitSeen8 *seen, const float *back, size_t r,
                     const float *v) {
  const size_t n = seen->rank;
  V8 by[8], row;
#pragma GCC unroll 8
  for (size_t i = 0; i < 8; i++) v8_load(&by[i], v + i * n + r);
  for (size_t c = 0; c < n; c++) {
    v8_load(&row, seen->inverse + c * n + r);
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) row -= by[i] * back[c * 8 + i];
    memcpy(seen->inverse + c * n + r, &row, sizeof row);
  }
}

/* Column k of eight: v[k] is the inverse with those behind it times x[k].  Those
** before it become so too; `over` [8]: x[i]' back[k]. */
NET8 void seen8_column(const LitSeen8 *seen, const float *x, size_t k, float *v,
                       float *back, float *over) {
  const size_t n = seen->rank;
  float sum[8] = {0}, by;
  for (size_t c = 0; c < n; c++)
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) sum[i] += v[k * n + c] * x[c * 8 + i];
  by = 1 / (1 + sum[k]);
  for (size_t i = 0; i < 8; i++) over[i] = sum[i] * by;
  for (size_t c = 0; c < n; c++) back[c * 8 + k] = v[k * n + c] * by;
  for (size_t i = 0; i < k; i++)
    for (size_t r = 0; r < n; r += NET8_LANES) {
      V8 a, b;
      v8_load(&a, v + i * n + r);
      v8_load(&b, v + k * n + r);
      a -= b * over[i];
      memcpy(v + i * n + r, &a, sizeof a);
    }
}

/* Eight columns at a time, from the last on: what one does to the inverse is known
** by its products alone (Woodbury). */
NET8 void net8_learn(const LitSeen8 *seen) {
  const size_t n = seen->rank;
  memset(seen->inverse, 0, n * n * sizeof *seen->inverse);
  for (size_t r = 0; r < n; r++) seen->inverse[r * n + r] = 1 / seen->least;
  for (size_t block = seen->n_k / 8; block-- > 0;) {
    const float *x = seen->x + block * n * 8;
    float *back = seen->back + block * n * 8;
    for (size_t r = 0; r < n; r += NET8_LANES)
      seen8_product(seen, x, r, seen->spare);
    for (size_t k = 8; k-- > 0;)
      seen8_column(seen, x, k, seen->spare, back,
                   seen->within + block * 64 + k * 8);
    for (size_t r = 0; r < n; r += NET8_LANES)
      seen8_less(seen, back, r, seen->spare);
  }
}

/* The integer that is nearest, as a float, from -127 to 127. */
NET8 inline void v8_round(V8 *v) {
  const float magic = 12582912.0f;
  const V8 most = (V8){0} + 127;
  I8 over = *v > most, under = *v < -most;
  V8 near = (*v + magic) - magic;
  *v = (V8)((over & (I8)most) | (under & (I8)-most) |
            (~(over | under) & (I8)near));
}

/* Eight columns of a strip, from which `less` is to be taken before they are
** rounded; its place gets their errors. */
NET8 inline void strip8_eight(const float *x, const float *within, V8 scale,
                              V8 by, V8 less[8], uint8_t *q) {
#pragma GCC unroll 8
  for (size_t i = 0; i < 8; i++) {
    V8 w, v;
    v8_load(&w, x + i * 16);
    v = (w - less[i]) * by;
    v8_round(&v);
    less[i] = v * scale - w;
#pragma GCC unroll 8
    for (size_t j = i + 1; j < 8; j++) less[j] += less[i] * within[j * 8 + i];
    I8 whole = __builtin_convertvector(v, I8) + 128;
    for (size_t lane = 0; lane < NET8_LANES; lane++)
      q[i / 4 * 64 + lane * 4 + i % 4] = (uint8_t)whole[lane];
  }
}

/* Lanes lane .. of 16 rows of weights. */
NET8 void strip8_fit(const float *x, const LitSeen8 *seen, V8 scale, V8 by,
                     size_t lane, uint8_t *q) {
  const size_t n = seen->rank;
  const V8 zero = {0};
  float *off = seen->off + lane;
  for (size_t r = 0; r < n; r++) memcpy(off + r * 16, &zero, sizeof zero);
  for (size_t block = 0; block < seen->n_k / 8; block++) {
    const float *back = seen->back + block * n * 8;
    const float *column = seen->x + block * n * 8;
    V8 some[8] = {{0}}, sum;
    for (size_t r = 0; r < n; r++) {
      v8_load(&sum, off + r * 16);
#pragma GCC unroll 8
      for (size_t i = 0; i < 8; i++) some[i] += sum * back[r * 8 + i];
    }
    strip8_eight(x + block * 128 + lane, seen->within + block * 64, scale, by,
                 some, q + block * 128 + lane * 4);
    for (size_t r = 0; r < n; r++) {
      v8_load(&sum, off + r * 16);
#pragma GCC unroll 8
      for (size_t i = 0; i < 8; i++) sum += some[i] * column[r * 8 + i];
      memcpy(off + r * 16, &sum, sizeof sum);
    }
  }
}

NET8 void net8_fit(const float *x, const LitSeen8 *seen, uint8_t *q,
                   float *scales) {
  for (size_t lane = 0; lane < 16; lane += NET8_LANES) {
    Range8 range;
    V8 scale, by;
    strip8_range(x + lane, seen->n_k, &range);
    range8_step(&range, &scale, &by);
    memcpy(scales + lane, &scale, sizeof scale);
    strip8_fit(x, seen, scale, by, lane, q);
  }
}

/* Rows first .. of panel p, lanes lane ..: sum[i * step], i < rows, becomes y of
** row first + i, if there is such a row.  `rows` is a constant where this is
** called. */
NET8 inline __attribute__((always_inline))
void sums8_put(const LitSums8 *s, int first, const int rows, int p, int lane,
               const I8 *sum, const int step) {
  const int32_t *whole = s->sum + first;
  const float *scale = s->scale + first, *bias = s->bias;
  const int n = s->n_rows - first;
  float *y = s->y[p] + first * 16 + lane;
  V8 by;
  I8 zero = {0};
  v8_load(&by, s->scales[p] + lane);
  if (s->zeros[p]) memcpy(&zero, s->zeros[p] + lane, sizeof zero);
  if (NET8_PLUS128) zero -= 128;
  if (bias) bias += first;
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++) {
    I8 all = sum[i * step];
    V8 v, before;
    if (i >= n) return;
    all += zero * whole[i];
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
      s.sum = m->sum + row, s.scale = m->scale + row;
      s.bias = m->bias ? m->bias + row : NULL;
      for (size_t i = 0; i < (size_t)s.n_panels; i++) {
        s.x[i] = w->x + (p + i) * panel;
        s.scales[i] = w->scales + (p + i) * 16;
        if (w->zeros) s.zeros[i] = w->zeros + (p + i) * 16;
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
