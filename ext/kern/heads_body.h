/* heads_body.h -- the functions of heads.h but for tile(), once for all
** instruction sets: see net_vec.h for what a file that includes this defines;
** besides, where there are instructions for both, NET_WHOLE(a), a to nearest, ties
** to even, and NET_TWICE(a, b), a times 2^b.
**
** A text's panel p is lanes from .. 15 of the batch's panel p and the first
** lanes of the next one: two loads that are not aligned, each of which has its
** lanes in place, and a mask for each.
**
** 2^x: x = n + r, |r| <= 1/2, by a polynomial of degree 3 fitted for least
** largest relative error.
*/
#include "kern/net_vec.h"

typedef int16_t H __attribute__((vector_size(2 * NET_LANES)));
typedef uint32_t U __attribute__((vector_size(4 * NET_LANES)));

static const float MAGIC = 12582912.0f;     /* 1.5 * 2^23: rounds, and the low
                                               bits are the number */

/* Which of the lanes lane .. of a panel are from .. to-1. */
NET inline void own_lanes(I *own, size_t lane, long from, long to) {
  static const int32_t numbers[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                      8, 9, 10, 11, 12, 13, 14, 15};
  I at;
  memcpy(&at, numbers + lane, sizeof at);
  *own = (at >= (int32_t)from) & (at < (int32_t)to);
}

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* A strip of panel p of a text: row f is at f * 16 of both. */
typedef struct Strip {
  const float *a, *b;
  I own_a, own_b;
} Strip;

NET inline void strip_see(const LitHead *h, size_t p, size_t lane, Strip *s) {
  size_t turn = 16 - h->from, n = least(16, h->n - 16 * p);
  s->a = h->x + p * h->next + h->from + lane;
  s->b = n > turn ? h->x + (p + 1) * h->next + lane - turn : s->a;
  own_lanes(&s->own_a, lane, 0, (long)least(n, turn));
  own_lanes(&s->own_b, lane, (long)turn, (long)n);
}

/* Row f, times by, as integers with something above their 16 bits. */
NET inline void strip_row(const Strip *s, size_t f, float by, I *out) {
  I a, b;
  V v;
  memcpy(&a, s->a + f * 16, sizeof a);
  memcpy(&b, s->b + f * 16, sizeof b);
  v = (V)((a & s->own_a) | (b & s->own_b));
  *out = (I)(v * by + MAGIC);
}

/* The largest |x| of a strip's own lanes, into those of most [2]; `bad` gets NaN
** where one is not finite. */
NET inline void strip_largest(const float *x, size_t rows, const I *own, V *most,
                              V *bad) {
  for (size_t f = 0; f < rows; f += 2)
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++) {
      V v;
      v_load(&v, x + (f + i < rows ? f + i : f) * 16);
      v = (V)((I)v & *own);
      *bad += v - v;
      v_max(&most[i], &v);
    }
}

NET float heads_largest(const LitHead *h) {
  long from = (long)h->from, end = from + (long)h->n;
  float all[LANES], not[LANES], largest = 0;
  V most[2] = {{0}, {0}}, bad = {0};
  for (const float *x = h->x; end > 0; x += h->next, from -= 16, end -= 16)
    for (size_t lane = 0; lane < 16; lane += LANES) {
      I own;
      own_lanes(&own, lane, from, end);
      own &= 0x7FFFFFFF;
      strip_largest(x + lane, h->rows, &own, most, &bad);
    }
  v_max(&most[0], &most[1]);
  v_store(all, &most[0]);
  v_store(not, &bad);
  for (size_t i = 0; i < LANES; i++) {
    if (!(not[i] == 0)) return NAN;
    largest = all[i] > largest ? all[i] : largest;
  }
  return largest;
}

NET void heads_features(const LitHead *h, float by, int32_t *out) {
  size_t width = (h->n + 15) / 16 * 16;
  for (size_t at = 0; at < width; at += LANES) {
    Strip s;
    strip_see(h, at / 16, at % 16, &s);
    for (size_t f = 0; f < h->rows; f += 2) {
      I low, high = {0};
      strip_row(&s, f, by, &low);
      if (f + 1 < h->rows) strip_row(&s, f + 1, by, &high);
      low = (low & 0xFFFF) | high << 16;
      memcpy(out + f / 2 * width + at, &low, sizeof low);
    }
  }
}

NET void heads_tokens(const LitHead *h, float by, int32_t *out) {
  size_t width = (h->n + 15) / 16 * 16;
  for (size_t at = 0; at < width; at += LANES) {
    Strip s;
    strip_see(h, at / 16, at % 16, &s);
    for (size_t f = 0; f < h->rows; f++) {
      I v;
      H half;
      strip_row(&s, f, by, &v);
      half = __builtin_convertvector(v, H);
      memcpy((int16_t *)(void *)out + f * width + at, &half, sizeof half);
    }
  }
}

/* p[i] = p[i] x[i] + add.  Here and below n is a constant where a function is
** called, so that the arrays stay in registers. */
NET inline __attribute__((always_inline))
void steps(V *p, const V *x, float add, const int n) {
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) v_step(&p[i], &x[i], add);
}

/* *x, cut into a whole number, in a form that v_turn() knows, and the rest. */
NET inline void v_whole(V *x, V *whole) {
#ifdef NET_WHOLE
  *whole = (V)NET_WHOLE(*x);
  *x -= *whole;
#else
  v_floor(x, -120.0f);
  *whole = *x + MAGIC;
  *x -= *whole - MAGIC;
#endif
}

/* *x times 2 to the whole number: NaN stays, whatever its bits.  A lane without a
** token, of which every score is hidden, may be anything. */
NET inline void v_turn(V *x, const V *whole) {
#ifdef NET_WHOLE
  *x = (V)NET_TWICE(*x, *whole);
#else
  *x *= (V)(((U)*whole << 23) + 0x3F800000);
#endif
}

/* x [n] = 2^x, x <= 126; below -120 it is at most 2^-119, which no sum feels. */
NET inline __attribute__((always_inline))
void exps(V *x, const int n) {
  V whole[4], p[4];
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) v_whole(&x[i], &whole[i]);
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) p[i] = (V){0} + 5.517166802e-02f;
  steps(p, x, 2.426111221e-01f, n);
  steps(p, x, 6.932609857e-01f, n);
  steps(p, x, 9.999280735e-01f, n);
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) {
    x[i] = p[i];
    v_turn(&x[i], &whole[i]);
  }
}

/* Rows x [n][16] of a strip become 2^(scale x + add); their sum goes to *sum. */
NET inline __attribute__((always_inline))
void some_exps(float *x, const V *scale, const V *add, V *sum, const int n) {
  V v[4];
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) v_load(&v[i], x + i * 16);
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) v_fma(&v[i], scale, add);
  exps(v, n);
#pragma GCC unroll 4
  for (int i = 0; i < n; i++) {
    *sum += v[i];
    v_store(x + i * 16, &v[i]);
  }
}

/* Lanes of a strip of rows from .. to-1: exponentials, and their sum.  Four rows
** at a time, as each step waits for the one before. */
NET inline void strip_exp(float *x, size_t from, size_t to, float scale, V *sum) {
  V most, all = {0}, by = (V){0} + scale;
  size_t i = from;
  strip_most(x + from * 16, to - from, &most);
  most *= -scale;
  for (; i + 4 <= to; i += 4) some_exps(x + i * 16, &by, &most, &all, 4);
  for (; i < to; i++) some_exps(x + i * 16, &by, &most, &all, 1);
  *sum = all;
}

NET void heads_softmax(float *x, size_t n, size_t from, size_t to, float scale,
                       float *over) {
  memset(x, 0, from * 16 * sizeof *x);
  memset(x + to * 16, 0, (n - to) * 16 * sizeof *x);
  for (size_t lane = 0; lane < 16; lane += LANES) {
    V sum, by, v[2], magic = (V){0} + MAGIC;
    strip_exp(x + lane, from, to, scale * 1.442695041f, &sum);
    by = (float)LIT_SHARE / sum;
    sum = (sum - sum + 1.0f) / (float)LIT_SHARE;
    v_store(over + lane, &sum);
    for (size_t i = 0; i < n; i += 2) {
      I word;
      v_load(&v[0], x + i * 16 + lane);
      v_load(&v[1], x + (i + 1) * 16 + lane);
      v_fma(&v[0], &by, &magic);
      v_fma(&v[1], &by, &magic);
      word = ((I)v[0] & 0xFFFF) | (I)v[1] << 16;
      memcpy(x + i / 2 * 16 + lane, &word, sizeof word);
    }
  }
}

/* Lanes from .. to-1 of a panel's rows take what lies at `y` + their place. */
NET inline void put_lanes(float *x, size_t rows, size_t from, size_t to,
                          const float *y) {
  for (size_t lane = 0; lane < 16; lane += LANES) {
    I own, v, old;
    own_lanes(&own, lane, (long)from, (long)to);
    for (size_t f = 0; f < rows; f++) {
      memcpy(&v, y + f * 16 + lane, sizeof v);
      memcpy(&old, x + f * 16 + lane, sizeof old);
      v = (v & own) | (old & ~own);
      memcpy(x + f * 16 + lane, &v, sizeof v);
    }
  }
}

NET void heads_put(const LitHead *h, size_t panel, const float *y) {
  size_t turn = 16 - h->from, n = least(16, h->n - 16 * panel);
  float *x = h->x + panel * h->next;
  put_lanes(x, h->rows, h->from, h->from + least(n, turn), y - h->from);
  if (n > turn) put_lanes(x + h->next, h->rows, 0, n - turn, y + turn);
}

/* What a file's row of heads.h has of these. */
#define HEADS_COMMON \
  .largest = heads_largest, .features = heads_features, \
  .tokens = heads_tokens, .softmax = heads_softmax, .put = heads_put
