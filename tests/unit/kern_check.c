/* kern_check.c -- every table of kernels that runs here against kern_c.c, for
** equal bits: every type, every sum, odd lengths, unaligned starts, random,
** huge and denormal elements; kern_c.c itself against sums in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kern/kern.h"

static int bad, checks;
static uint32_t seed = 1;
static uint32_t rnd(void) {
  return (seed = seed * 1664525u + 1013904223u) >> 8;
}
static uint64_t rnd64(void) {
  uint64_t u = rnd();
  u = u << 20 ^ rnd();
  return u << 20 ^ rnd();
}
static float unit(void) { return (float)rnd() / 8388608.0f - 1.0f; }

enum { N_ROWS = 3, N = 1200, ROOM = 4 * N * N_ROWS + 64 };
static char q[ROOM], rows[ROOM];
static const char *const elems[] = {"f32", "f16", "bf16", "i8", "bit"};
static const char *const ops[] = {"dot", "l2sq", "l1", "sq", "dotsq"};
static const char *const kinds[] = {"random", "huge", "denormal", "mixed"};

/* A float as large or as small as the kind says. */
static float draw(int kind) {
  static const float by[] = {1, 1e38f, 1e-44f};
  if (kind == 3) return ldexpf(unit(), (int)(rnd() % 200) - 120);
  return unit() * by[kind] * (kind == 1 ? 3.4f : 1);
}

static void fill(char *at, LitElem elem, int kind) {
  for (size_t i = 0; i < N * N_ROWS; i++) {
    float f = draw(kind);
    uint16_t h;
    uint32_t u = rnd();
    memcpy(&u, &f, 4);
    if (elem == LIT_F32) memcpy(at + 4 * i, &f, 4);
    if (elem == LIT_BF16) h = (uint16_t)(u >> 16), memcpy(at + 2 * i, &h, 2);
    if (elem == LIT_F16) {
      static const uint16_t base[] = {0x3800, 0x7BFF, 0x0001, 0x1234};
      h = kind == 0 ? (uint16_t)(rnd() & 0xBFFF) : base[kind];
      h = kind == 2 ? (uint16_t)(rnd() & 0x83FF) : h;
      memcpy(at + 2 * i, &h, 2);
    }
    if (elem >= LIT_I8) at[i] = kind == 1 ? (char)-128 : (char)rnd();
  }
}

static int same(LitElem elem, const void *a, const void *b) {
  float x, y;
  if (memcmp(a, b, 4) == 0) return 1;
  memcpy(&x, a, 4), memcpy(&y, b, 4);
  return elem < LIT_I8 && isnan(x) && isnan(y);
}

static void compare(const LitKern *k, LitElem elem, int op, size_t dim,
                    const char *kind) {
  static const size_t bits[] = {32, 16, 16, 8, 1};
  uint32_t want[2 * N_ROWS] = {0}, got[2 * N_ROWS] = {0};
  size_t stride = dim * bits[elem] / 8 + dim % 5;
  const char *x = q + dim % 3, *y = rows + dim % 7;
  lit_kern_c.rows[elem][op](x, y, stride, N_ROWS, dim, want);
  k->rows[elem][op](x, y, stride, N_ROWS, dim, got);
  for (int i = 0; i < 2 * N_ROWS; i++, checks++)
    if (!same(elem, want + i, got + i)) {
      if (bad++ < 20)
        printf("%s: %s %s, %s, dim %zu: sum %d is %08x, not %08x\n", k->isa,
               elems[elem], ops[op], kind, dim, i, got[i], want[i]);
      return;
    }
}

static void check_table(const LitKern *k) {
  for (int elem = 0; elem < LIT_N_ELEMS; elem++)
    for (int kind = 0; kind < 4; kind++) {
      fill(q, elem < LIT_I8 ? LIT_F32 : (LitElem)elem, kind);
      fill(rows, (LitElem)elem, kind);
      for (size_t dim = 0; dim < N; dim += dim < 300 ? 1 : 97)
        for (int op = 0; op < LIT_N_OPS; op++)
          compare(k, (LitElem)elem, op,
                  elem == LIT_BIT ? dim / 8 * 8 : dim, kinds[kind]);
    }
}

/* The longest int8 vectors, as far apart as they can be: sums fit 32 bits. */
static void check_longest(const LitKern *k) {
  static int8_t low[65536], high[65536];
  uint32_t sum[2];
  memset(low, -128, sizeof low);
  memset(high, 127, sizeof high);
  k->rows[LIT_I8][LIT_L2SQ](low, high, 0, 1, 65536, sum);
  bad += sum[0] != 65536u * 255 * 255;
  k->rows[LIT_I8][LIT_L1](low, high, 0, 1, 65536, sum);
  bad += sum[0] != 65536u * 255;
  k->rows[LIT_I8][LIT_DOTSQ](high, low, 0, 1, 65536, sum);
  bad += (int32_t)sum[0] != -65536 * 128 * 127 || sum[1] != 65536u * 128 * 128;
  k->rows[LIT_BIT][LIT_L1](low, high, 0, 1, 65536, sum);
  bad += sum[0] != 65536;
  checks += 4;
}

/* Weighted sums of rows, to the largest that the weights of a static model can
** reach, against sums in 64 bits. */
static void check_sums(const LitKern *k) {
  enum { ROWS = 40, TOKENS = 256 };
  static int8_t at[ROWS * 301];
  static int32_t by[TOKENS], got[301];
  uint32_t ids[TOKENS];
  for (int kind = 0; kind < 2; kind++)
    for (size_t dim = 1; dim <= 301; dim += dim < 140 ? 1 : 23) {
      LitKernSum s = {at, dim, ids, by, dim % 2 ? TOKENS : dim % TOKENS};
      for (size_t i = 0; i < sizeof at; i++)
        at[i] = kind ? (int8_t)-128 : (int8_t)rnd();
      for (int i = 0; i < TOKENS; i++)
        by[i] = kind ? 65535 : (int32_t)(rnd() & 65535), ids[i] = rnd() % ROWS;
      k->sum_i8(&s, 0, got);
      for (size_t c = 0; c < dim; c++, checks++) {
        int64_t want = 0;
        for (size_t i = 0; i < s.n; i++)
          want += (int64_t)by[i] * at[ids[i] * dim + c];
        if (want != got[c] && bad++ < 20)
          printf("%s: sum_i8, dim %zu: %d\n", k->isa, dim, got[c]);
      }
    }
}

/* All float16s to float32 and back; floats between two of them, and ties. */
static void check_f16(const LitKern *k) {
  static uint16_t h[65536], back[65536];
  static float f[65536], want[65536];
  for (uint32_t i = 0; i < 65536; i++) h[i] = (uint16_t)i;
  lit_kern_c.widen_f16(h, want, 65536);
  k->widen_f16(h, f, 65535);
  for (uint32_t i = 0; i < 65535; i++, checks++)
    bad += !same(LIT_F32, f + i, want + i);
  k->narrow_f16(f, back, 65535);
  for (uint32_t i = 0; i < 65535; i++, checks++)
    bad += !isnan(f[i]) && back[i] != h[i];
  for (uint32_t i = 0; i + 1 < 0x7C00; i++) {
    float mid = (want[i] + want[i + 1]) / 2, near[3];
    uint16_t got[3];
    near[0] = nextafterf(mid, 0), near[1] = mid;
    near[2] = nextafterf(mid, INFINITY);
    k->narrow_f16(near, got, 3);
    checks++;
    if (got[0] != i || got[1] != i + (i & 1) || got[2] != i + 1)
      if (bad++ < 20) printf("%s: narrow %a\n", k->isa, (double)mid);
  }
}

/* 1-bit codes against four bits, up to sums that overflow a byte. */
static void check_bits(const LitKern *k) {
  enum { MOST = 70 };
  static uint64_t codes[MOST * LIT_BITS_ROWS], u[4 * MOST];
  for (size_t words = 1; words <= MOST; words += words < 9 ? 1 : 61) {
    uint32_t want[LIT_BITS_ROWS], got[LIT_BITS_ROWS];
    for (size_t i = 0; i < words * LIT_BITS_ROWS; i++)
      codes[i] = rnd64();
    for (size_t i = 0; i < 4 * words; i++)
      u[i] = rnd64();
    if (words == MOST) memset(codes, 0xFF, sizeof codes);
    lit_kern_c.bits(u, codes, words, want);
    k->bits(u, codes, words, got);
    for (size_t r = 0; r < LIT_BITS_ROWS; r++)
      if (k->weigh(u, codes + r, words, LIT_BITS_ROWS) != want[r])
        if (bad++ < 20) printf("%s: weigh, %zu words\n", k->isa, words);
    checks++;
    if (memcmp(want, got, sizeof want))
      if (bad++ < 20) printf("%s: bits, %zu words\n", k->isa, words);
  }
}

/* Numbers in a set, beyond its end, and the greatest there is. */
static void check_members(const LitKern *k) {
  enum { MOST = 700 };
  uint64_t set[MOST / 64 + 1];
  for (uint32_t n = 1; n <= MOST; n += n < 70 ? 1 : 63) {
    uint32_t x[LIT_BITS_ROWS], want = 0, got;
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) set[i] = rnd64();
    for (int i = 0; i < LIT_BITS_ROWS; i++) {
      x[i] = (uint32_t)(rnd64() % (n + 2));
      if (i == 5) x[i] = UINT32_MAX;
      if (x[i] < n) want |= (uint32_t)(set[x[i] / 64] >> x[i] % 64 & 1) << i;
    }
    got = k->members(set, n, x);
    checks++;
    if (got != want)
      if (bad++ < 20) printf("%s: members of %u: %x, not %x\n", k->isa, n, got, want);
  }
}

/* The same bits, and as long as before. */
static void check_turn(const LitKern *k) {
  enum { MOST = 9 };
  for (size_t words = 1; words <= MOST; words++) {
    float x[2][64 * MOST], before, after;
    size_t n = 64 * words;
    for (size_t i = 0; i < n; i++) x[0][i] = x[1][i] = unit();
    before = lit_kern_pair(LIT_DOT, x[0], x[0], n);
    lit_kern_c.turn(x[0], words);
    k->turn(x[1], words);
    after = lit_kern_pair(LIT_DOT, x[1], x[1], n);
    if (memcmp(x[0], x[1], n * sizeof **x) ||
        fabsf(after - before) > 1e-5f * before)
      if (bad++ < 20) printf("%s: turn, %zu words\n", k->isa, words);
    checks++;
  }
}

/* The same codes and sums of a vector v [n] between two walls; the codes are the
** nearest. */
static void check_codes(const LitKern *k, const float *v, size_t n) {
  enum { WALL = 77 };
  int8_t codes[2][300];
  LitKernCodes c[2];
  int ok;
  memset(codes, WALL, sizeof codes);
  c[0] = lit_kern_c.codes(v, n, codes[0]);
  c[1] = k->codes(v, n, codes[1]);
  ok = c[0].scale == c[1].scale && c[0].rest == c[1].rest &&
       c[0].square == c[1].square && !memcmp(codes[0], codes[1], sizeof codes[0]);
  for (size_t i = 0; i < n; i++)
    ok &= fabs((double)v[i] - (double)c[1].scale * codes[1][i]) <=
          0.5000001 * (double)c[1].scale;
  for (size_t i = n; i < sizeof codes[1]; i++) ok &= codes[1][i] == WALL;
  checks++;
  if (!ok && bad++ < 20) printf("%s: codes, %zu elements\n", k->isa, n);
}

static void check_all_codes(const LitKern *k) {
  static const float by[] = {1, 1e30f, 1e-30f, 1e-38f, 0};
  for (size_t n = 0; n < 260; n++) {
    float v[260] = {0};
    for (size_t i = 0; i < n; i++) v[i] = unit() * by[n % 5];
    check_codes(k, v, n);
    if (n) v[n - 1] = 2 * by[n % 5];      /* The largest is among the last */
    check_codes(k, v, n);
  }
}

/* Numbers of every width, from bits that lie anywhere. */
static void check_unslice(const LitKern *k) {
  for (int n = 0; n <= 32; n++) {
    uint8_t words[8 * 32 + 1], *at = words + 1;
    uint32_t want[64] = {0}, got[64];
    for (int i = 0; i < 8 * n; i++) at[i] = (uint8_t)rnd64();
    for (int b = 0; b < n; b++)
      for (int i = 0; i < 64; i++)
        want[i] = want[i] << 1 | (uint32_t)(at[8 * b + i / 8] >> i % 8 & 1);
    k->unslice(at, n, got);
    checks++;
    if (memcmp(want, got, sizeof want))
      if (bad++ < 20) printf("%s: unslice, %d bits\n", k->isa, n);
  }
}

/* Bits stay where the number reaches: also at it, never for NaN. */
static void check_reach(const LitKern *k) {
  enum { W = 5 };
  static const float odd[] = {0, -0.0f, 0.5f, NAN, INFINITY, -INFINITY};
  for (int n = 0; n < 60; n++) {
    float x[64 * W], least = n % 6 == 5 ? unit() : odd[n % 6];
    uint64_t bits[W], was[W];
    size_t left;
    for (int i = 0; i < 64 * W; i++)
      x[i] = rnd64() % 4 ? unit() : odd[rnd64() % 6];
    for (int i = 0; i < W; i++) bits[i] = was[i] = i ? rnd64() : 0;
    left = k->reach(x, least, W, bits);
    for (int i = 0; i < 64 * W; i++) {
      int want = was[i / 64] >> i % 64 & 1 && x[i] >= least;
      left -= (size_t)want;
      if ((int)(bits[i / 64] >> i % 64 & 1) != want)
        if (bad++ < 20) printf("%s: reach, number %d\n", k->isa, i);
    }
    if (left && bad++ < 20) printf("%s: reach counts wrong\n", k->isa);
    checks++;
  }
}

/* Sums by half a byte stop at 255, and bits say which reach `least`. */
static void check_tops(const LitKern *k) {
  enum { WORDS = 9, MOST = 192, FROM = 3 };
  static uint8_t at[WORDS][FROM + MOST], numbers[WORDS][16], out[2 * MOST];
  const uint8_t *words[WORDS];
  for (int n = 0; n < 40; n++) {
    LitKernTops t = {words, (const uint8_t (*)[16])numbers, (size_t)n % WORDS};
    size_t size = 64 * (1 + (size_t)n % 3), above, n_above = 0;
    uint64_t bits[2 * MOST / 64];
    uint8_t least = (uint8_t)(n % 4 ? rnd() : n % 8 ? 0 : 255);
    unsigned most = 0, got;
    for (int w = 0; w < WORDS; w++) {
      words[w] = at[w];
      for (int i = 0; i < FROM + MOST; i++) at[w][i] = (uint8_t)rnd();
      for (int i = 0; i < 16; i++)
        numbers[w][i] = (uint8_t)(rnd() % (n % 2 ? 256 : 40));
    }
    got = k->tops(&t, FROM, size, out);
    above = k->above(out, least, 2 * size / 64, bits);
    for (size_t i = 0; i < 2 * size; i++, checks++) {
      unsigned want = 0;
      for (size_t w = 0; w < t.n_words; w++) {
        uint8_t x = at[w][FROM + i % size];
        want += numbers[w][i < size ? x & 15 : x >> 4];
      }
      if (want > 255) want = 255;
      if (want > most) most = want;
      n_above += want >= least;
      if (out[i] != want || (bits[i / 64] >> i % 64 & 1) != (want >= least))
        if (bad++ < 20) printf("%s: tops, number %zu\n", k->isa, i);
    }
    if ((got != most || above != n_above) && bad++ < 20)
      printf("%s: tops: %u, %zu\n", k->isa, got, above);
  }
}

/* The same gaps as in C, and the rows that they say; a row is kept at the limit, and
** where the lower bound is NaN. */
static void check_near(const LitKern *k) {
  for (int n = 0; n < 200; n++) {
    LitKernNear how = {unit(), unit(), unit(), unit(), unit(), unit(), unit()};
    float block[4 * LIT_BITS_ROWS], gap[2][LIT_BITS_ROWS];
    float low[2][LIT_BITS_ROWS];
    uint32_t sums[LIT_BITS_ROWS], want, got;
    for (int i = 0; i < 4 * LIT_BITS_ROWS; i++) block[i] = unit();
    for (int i = 0; i < LIT_BITS_ROWS; i++)
      sums[i] = (uint32_t)(rnd64() % (n % 2 ? 64 : 1u << 30));
    if (n % 5 == 0) block[3 * LIT_BITS_ROWS + n % 32] = NAN;
    lit_kern_c.near(&how, block, sums, gap[0], low[0]);
    if (n % 3 == 0) how.most_low = low[0][n % 32];
    if (n % 3 == 1) how.most_gap = gap[0][n % 32];
    if (n % 7 == 0) how.most_gap = -INFINITY;
    want = 0;
    for (int i = 0; i < LIT_BITS_ROWS; i++)
      if (!(low[0][i] > how.most_low) || gap[0][i] <= how.most_gap)
        want |= (uint32_t)1 << i;
    got = k->near(&how, block, sums, gap[1], low[1]);
    checks++;
    if ((got != want || memcmp(gap[0], gap[1], sizeof *gap) ||
         memcmp(low[0], low[1], sizeof *low)) && bad++ < 20)
      printf("%s: near, %08x, not %08x\n", k->isa, (unsigned)got, (unsigned)want);
  }
}

/* The same sums and bits from floats; whole numbers are the nearest ones. */
static void check_cut(const LitKern *k) {
  enum { W = 5, D = 64 * W };
  for (int kind = 0; kind < 3; kind++) {
    float x[D], c[D], gap[2][D];
    uint64_t planes[2][4 * W];
    LitKernCut cut[2];
    for (int i = 0; i < D; i++) {
      x[i] = unit() * (kind == 1 ? 1e-30f : 1);
      c[i] = kind == 2 ? x[i] : unit() * (kind == 1 ? 1e-30f : 1);
    }
    cut[0] = lit_kern_c.cut(x, c, W, gap[0], planes[0]);
    cut[1] = k->cut(x, c, W, gap[1], planes[1]);
    bad += memcmp(&cut[0], &cut[1], sizeof *cut) != 0 ||
           memcmp(gap[0], gap[1], sizeof *gap) != 0 ||
           memcmp(planes[0], planes[1], sizeof *planes) != 0;
    for (int i = 0; i < D; i++) {
      float u = 0;
      for (int p = 0; p < 4; p++)
        u += (float)((planes[1][i / 64 * 4 + p] >> i % 64 & 1) << p);
      bad += fabsf(cut[1].low + u * cut[1].step - gap[1][i]) >
             0.5001f * cut[1].step;
    }
    checks++;
  }
}

/* The definition, bit by bit. */
static void check_bits_c(void) {
  uint64_t codes[2 * LIT_BITS_ROWS], u[8];
  uint32_t out[LIT_BITS_ROWS];
  for (int i = 0; i < 2 * LIT_BITS_ROWS; i++)
    codes[i] = rnd64();
  for (int i = 0; i < 8; i++)
    u[i] = rnd64();
  lit_kern_c.bits(u, codes, 2, out);
  for (int r = 0; r < LIT_BITS_ROWS; r++) {
    uint32_t sum = 0;
    for (int i = 0; i < 128; i++)
      for (int p = 0; p < 4; p++)
        if (codes[i / 64 * LIT_BITS_ROWS + r] >> i % 64 & 1)
          sum += (uint32_t)(u[i / 64 * 4 + p] >> i % 64 & 1) << p;
    bad += out[r] != sum;
  }
}

static void check_bf16(void) {
  float f[3] = {1.00390625f, 1.01171875f, -3.0f}, back[3];
  uint16_t h[3];
  lit_kern_narrow_bf16(f, h, 3);
  lit_kern_widen_bf16(h, back, 3);
  bad += back[0] != 1.0f || back[1] != 1.015625f || back[2] != -3.0f;
}

/* The definition against a sum in double. */
static void check_c(void) {
  float a[777], b[777];
  double want[4] = {0};
  float got[2];
  for (int i = 0; i < 777; i++) a[i] = unit(), b[i] = unit();
  for (int i = 0; i < 777; i++) {
    double x = (double)a[i], y = (double)b[i], d = x - y;
    want[0] += x * y, want[1] += d * d, want[2] += fabs(d), want[3] += y * y;
  }
  for (int op = 0; op < LIT_N_OPS; op++) {
    lit_kern_c.rows[LIT_F32][op](a, b, 0, 1, 777, got);
    bad += fabs((double)got[0] - want[op == LIT_DOTSQ ? 0 : op]) > 1e-4;
    bad += op == LIT_DOTSQ && fabs((double)got[1] - want[3]) > 1e-4;
  }
  bad += lit_dot_i8((const int8_t *)"\x80\x7f", (const int8_t *)"\x80\x02", 2)
         != 16384 + 254;
}

static void check_pick(void) {
  const char *cap = getenv("LIT_ISA");
  if (cap && lit_kern_row(0) && strcmp(cap, "c") == 0)
    bad += lit_kern() != &lit_kern_c;
}

int main(void) {
  const LitKern *k;
  check_c();
  check_bf16();
  check_bits_c();
  check_pick();
  for (size_t i = 0; (k = lit_kern_row(i)) != NULL; i++) {
    if (!k->runs_here()) {
      printf("%s: not here\n", k->isa);
      continue;
    }
    check_f16(k);
    check_longest(k);
    check_sums(k);
    check_bits(k);
    check_members(k);
    check_unslice(k);
    check_reach(k);
    check_tops(k);
    check_near(k);
    check_cut(k);
    check_turn(k);
    check_all_codes(k);
    if (i) check_table(k);
  }
  printf("%d checks, %d bad, using %s\n", checks, bad, lit_kern()->isa);
  return bad != 0;
}
