/* vec_check.c -- vec/: JSON in and out, conversions, distances against double,
** the certified bounds of int8 codes, out of memory at every allocation. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "check.h"
#include "vec/dist.h"
#include "vec/int8.h"
#include "vec/sign.h"

static uint32_t seed = 1;
static uint32_t rnd(void) {
  return (seed = seed * 1664525u + 1013904223u) >> 8;
}
static float unit(void) { return (float)rnd() / 8388608.0f - 1.0f; }

/* Element 0 of text read as `type`, or NAN if it was refused. */
static double first(const char *s, size_t n, LitElem type) {
  LitErr e = {0};
  LitVec v = {0};
  double x = NAN;
  if (!lit_vec_from_text(&e, "f", type, s, n, &v)) x = lit_vec_get(&v, 0);
  else CHECK(strncmp(e.msg, "f: ", 3) == 0 && e.rc == LIT_ERROR);
  lit_vec_drop(&v);
  return x;
}

static double f32(const char *s) { return first(s, strlen(s), LIT_F32); }

static void check_numbers(void) {
  static const char *const refused[] = {
    "", "[", "[]", "[ ]", "1]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]x",
    "[1]]", "[1],", "[+1]", "[01]", "[-]", "[1.]", "[.]", "[1e]", "[1e+]",
    "[0x10]", "[nan]", "[NaN]", "[inf]", "[Infinity]", "[null]", "[true]",
    "[\"1\"]", "[[1]]", "[1,[2]]", "{\"a\":1}", "[1e999]", "[-1e999]", "[1e39]",
    "[3.5e38]", "[1_0]", "[1;2]", "[1,2", "[1f]", "\xEF\xBB\xBF[1]", "[1] //"
  };
  static const char *const same[] = {
    "0", "-0", "1", "-1.5", "0.1", "3.4028234e38", "1.17549435e-38", "1e-45",
    "1.4012984643e-45", "0.333333333333333333333333333", "16777217",
    "9007199254740993", "123456789012345678901234567890", "1e22", "1e23",
    "8.5899345920000001e9", "2.2250738585072011e-308", "1e-400",
    "0.000000000000000000000000000000000000000123", "1E5", "1e+5", "100e-2"
  };
  char text[1200];
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (!isnan(f32(refused[i]))) printf("taken: %s\n", refused[i]), bad++;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    static double want[sizeof same / sizeof *same];
    if (!getenv("LIT_COMMA") || localeconv()->decimal_point[0] == '.')
      want[i] = (double)(float)strtod(same[i], NULL);
    snprintf(text, sizeof text, " [\t%s\r\n] ", same[i]);
    if (f32(text) != want[i])
      printf("%s: %a\n", same[i], f32(text)), bad++;
  }
  CHECK(f32("[.5]") == 0.5 && f32("[-.5]") == -0.5);
  CHECK(isnan(first("[1]\0", 4, LIT_F32)) && isnan(first("[1\0]", 4, LIT_F32)));
  /* 1 + 2^-24 is half way between two float32; more digits decide. */
  memset(text, '0', sizeof text);
  memcpy(text, "[1.000000059604644775390625", 26);
  memcpy(text + 1100, "1]", 3);
  CHECK(f32(text) == 1 || f32(text) == 1 + 0x1p-23);
  /* 2^53 + 1 and a digit far behind. */
  memset(text, '0', sizeof text);
  memcpy(text, "[9007199254740993.", 18);
  memcpy(text + 1000, "]", 2);
  CHECK(f32(text) == 0x1p53);
}

static void check_types(void) {
  CHECK(first("[-128]", 6, LIT_I8) == -128 && first("[127]", 5, LIT_I8) == 127);
  CHECK(isnan(first("[128]", 5, LIT_I8)) && isnan(first("[1.0]", 5, LIT_I8)));
  CHECK(isnan(first("[1e0]", 5, LIT_I8)) && isnan(first("[-129]", 6, LIT_I8)));
  CHECK(first("[1,0,0,0,0,0,0,1]", 17, LIT_BIT) == 1);
  CHECK(isnan(first("[1,0]", 5, LIT_BIT)));
  CHECK(isnan(first("[2,0,0,0,0,0,0,1]", 17, LIT_BIT)));
  CHECK(first("[65504]", 7, LIT_F16) == 65504);
  CHECK(isnan(first("[65520]", 7, LIT_F16)));
  CHECK(first("[3e38]", 6, LIT_BF16) > 2.9e38);
  CHECK(isnan(first("[3.4e38]", 8, LIT_BF16)));
}

static void check_long(void) {
  LitErr e = {0};
  LitBuf b = {0};
  LitVec v = {0};
  lit_buf_text(&e, &b, "[0");
  for (int i = 1; i < LIT_DIM_MAX; i++) lit_buf_text(&e, &b, ",1");
  lit_buf_text(&e, &b, "]");
  CHECK(!lit_vec_from_text(&e, "f", LIT_F32, (char *)b.at, b.n, &v));
  CHECK(v.dim == LIT_DIM_MAX);
  lit_vec_drop(&v);
  b.n--;
  for (int i = 0; i < 1000000; i++) lit_buf_text(&e, &b, ",1");
  lit_buf_text(&e, &b, "]");
  CHECK(lit_vec_from_text(&e, "f", LIT_F32, (char *)b.at, b.n, &v));
  CHECK(strstr(e.msg, "65536") != NULL);
  e = (LitErr){0};
  CHECK(lit_vec_from_blob(&e, "f", LIT_F32, "abcde", 5, &v) == LIT_ERROR);
  e = (LitErr){0};
  CHECK(lit_vec_from_blob(&e, "f", LIT_I8, b.at, 65537, &v) == LIT_ERROR);
  lit_buf_drop(&b);
}

static void check_text(const char *want, float f) {
  LitErr e = {0};
  LitBuf b = {0};
  LitVec v = {.at = &f, .type = LIT_F32, .dim = 1};
  lit_vec_put_text(&e, &b, &v);
  if (want && (b.n != strlen(want) || memcmp(b.at, want, b.n) != 0))
    printf("%.*s, not %s\n", (int)b.n, b.at, want), bad++;
  CHECK(first((char *)b.at, b.n, LIT_F32) == (double)f);
  lit_buf_drop(&b);
}

static void check_print(void) {
  check_text("[0.100000]", 0.1f);
  check_text("[-1.000000]", -1);
  check_text("[0.000000]", 0);
  check_text("[123456.789062]", 123456.789f);
  check_text("[0.33333334]", 1 / 3.0f);
  check_text("[0.0000000001]", 1e-10f);
  check_text("[1.23450002e-20]", 1.2345e-20f);
  check_text(NULL, 3.4028234e38f);
  check_text(NULL, 1e-45f);
  for (int i = 0; i < 100000; i++) {
    uint32_t u = rnd() << 8 ^ rnd();
    float f;
    memcpy(&f, &u, 4);
    if (isfinite(f)) check_text(NULL, f);
    check_text(NULL, unit());
  }
}

/* In a locale whose decimal point is a comma: tests/apps/locale makes one. */
static void check_locale(void) {
  const char *name = getenv("LIT_COMMA");
  if (!name) return;
  CHECK(setlocale(LC_ALL, name) != NULL);
  CHECK(localeconv()->decimal_point[0] == ',');
  check_numbers();
  check_print();
  setlocale(LC_ALL, "C");
}

static double slow(const LitDist *d, const float *a, const float *b, int n) {
  double s = 0, aa = 0, bb = 0;
  for (int i = 0; i < n; i++) {
    double x = (double)a[i], y = (double)b[i];
    s += d->op == LIT_L2SQ ? (x - y) * (x - y)
       : d->op == LIT_L1 ? fabs(x - y) : x * y;
    aa += x * x, bb += y * y;
  }
  return d->of(s, aa, bb);
}

/* Rows here and there, some of which are none: d [100] as those in order had them. */
static void check_some(const LitDistQuery *q, const char *rows, size_t stride,
                       const float *d) {
  enum { N = 100 };
  const void *at[N];
  float out[N];
  for (size_t i = 0; i < N; i++) at[i] = i % 5 ? rows + (N - 1 - i) * stride : NULL;
  lit_dist_some(q, at, N, out);
  for (size_t i = 0; i < N; i++)
    CHECK(i % 5 ? out[i] == d[N - 1 - i] : isnan(out[i]));
}

/* All distances of float types: near their value in double at any size, the
** same one by one, in rows, and with stored squares. */
static void check_dist(float by, LitElem type) {
  enum { N = 301, ROWS = 300 };
  static float a[N], rows[ROWS][N], sq[ROWS], d[ROWS], e2[ROWS];
  static char cells[ROWS][4 * N];
  const LitDist *dist;
  LitErr e = {0};
  for (int i = 0; i < N; i++) a[i] = unit() * by;
  for (int r = 0; r < ROWS; r++)
    for (int i = 0; i < N; i++) rows[r][i] = r == 7 ? a[i] : unit() * by;
  for (size_t k = 0; (dist = lit_dist_row(k)) != NULL; k++) {
    LitVec v = {0};
    LitDistQuery q = {0};
    float *copy = lit_new(&e, N, 4);
    if (!lit_dist_fits(dist, type)) { lit_free(copy); continue; }
    memcpy(copy, a, sizeof a);
    CHECK(!lit_vec_from_floats(&e, "f", type, copy, N, &v));
    for (int r = 0; r < ROWS; r++) {
      LitVec w = {0};
      copy = lit_new(&e, N, 4);
      memcpy(copy, rows[r], sizeof a);
      CHECK(!lit_vec_from_floats(&e, "f", type, copy, N, &w));
      memcpy(cells[r], w.at, lit_vec_bytes(type, N));
      lit_vec_drop(&w);
    }
    CHECK(!lit_dist_query(&e, "f", &q, dist, &v));
    lit_dist_sq(type, cells, sizeof *cells, ROWS, N, sq);
    lit_dist_rows(&q, cells, sizeof *cells, ROWS, NULL, d);
    lit_dist_rows(&q, cells, sizeof *cells, ROWS, sq, e2);
    CHECK(memcmp(d, e2, sizeof d) == 0);
    for (int r = 0; r < ROWS; r++) {
      LitVec w = {.at = cells[r], .type = type, .dim = N};
      float *x = lit_vec_floats(&e, &v), *y = lit_vec_floats(&e, &w);
      double one = lit_dist_one(&q, cells[r]), want = slow(dist, x, y, N);
      double most = dist->op == LIT_DOT && !dist->wants_sq
                        ? (double)by * (double)by * N + 1e-35 : fabs(want) + 1;
      CHECK((double)(float)one == (double)d[r] || isinf(d[r]));
      if (!(fabs(one - want) <= 1e-5 * most))
        printf("%s x %g: %g, not %g\n", dist->name, (double)by, one, want), bad++;
      lit_free(x);
      lit_free(y);
    }
    if (dist->op == LIT_L2SQ) CHECK(d[7] == 0);
    check_some(&q, cells[0], sizeof *cells, d);
    lit_dist_query_drop(&q);
    lit_vec_drop(&v);
  }
  CHECK(e.rc == 0);
}

static void check_zero(void) {
  LitErr e = {0};
  static const float zero[3], v[3] = {1, 2, 3};
  static const uint8_t bits[2] = {0x0F, 0x11}, other[2] = {0x03, 0x31};
  LitDistQuery q;
  LitVec z = {.at = zero, .type = LIT_F32, .dim = 3};
  LitVec b = {.at = bits, .type = LIT_BIT, .dim = 16};
  lit_dist_query(&e, "f", &q, lit_dist_find("cosine"), &z);
  CHECK(isnan(lit_dist_one(&q, v)) && isnan(lit_dist_one(&q, zero)));
  CHECK(lit_dist_query(&e, "f", &q, lit_dist_find("hamming"), &z) == LIT_ERROR);
  e = (LitErr){0};
  lit_dist_query(&e, "f", &q, lit_dist_find("hamming"), &b);
  CHECK(lit_dist_one(&q, other) == 3);
  lit_dist_query(&e, "f", &q, lit_dist_find("jaccard"), &b);
  CHECK(fabs(lit_dist_one(&q, other) - (1 - 4.0 / 7)) < 1e-6);
}

/* Codes within 127, and neither length lower than the true one, nor higher by
** more than what is given away. */
static void check_int8_one(const float *v, size_t n) {
  static int8_t codes[LIT_DIM_MAX];
  LitInt8 x = lit_int8_encode(v, n, codes);
  double rest = 0, square = 0;
  for (size_t i = 0; i < n; i++) {
    double r = (double)v[i] - (double)x.scale * codes[i];
    rest += r * r, square += (double)v[i] * v[i];
    CHECK(codes[i] >= -127);
  }
  rest = sqrt(rest), square = sqrt(square);
  CHECK((double)x.residual >= rest &&
        (double)x.residual <= rest * (1 + 1e-6) + 0x1p-148);
  CHECK((double)x.length >= square &&
        (double)x.length <= square * (1 + 1e-6) + 0x1p-148);
}

static void check_int8(void) {
  static float a[LIT_DIM_MAX];
  static const float by[] = {1, 1e-3f, 1e18f, 1e-20f, 1e-44f, 1e37f};
  int8_t codes[4];
  uint8_t bits[1];
  for (int t = 0; t < 6000; t++) {
    size_t n = t % 500 == 0 ? LIT_DIM_MAX : 1 + rnd() % 800;
    for (size_t i = 0; i < n; i++)
      a[i] = t % 5 == 1 ? (i ? 1e-6f * unit() : 1) * by[t % 6]
           : t % 5 == 3 ? 0 : unit() * by[t % 6];
    check_int8_one(a, n);
  }
  lit_int8_unit((float[]){-1, 0, 1, 9}, 4, codes);
  CHECK(codes[0] == -128 && codes[1] == 0 && codes[2] == 126 && codes[3] == 127);
  lit_sign_encode((float[]){-1, 1, 0, 2, 3}, 5, bits);
  CHECK(bits[0] == 0x1A);
}

/* Fails the n-th allocation from now on. */
static long left = -1;
static void *scarce(void *p, uint64_t n) {
  if (left > 0 && --left == 0) left = 0;
  return left == 0 ? NULL : realloc(p, (size_t)n);
}
static void give_back(void *p) { free(p); }

static int oom_run(LitErr *e, LitElem type) {
  static const char text[] = "[1,0,1,1,0,0,0,1,0,0,1,1,0,0,0,1,1,1,1,1,1,1,1,0]";
  LitVec v = {0};
  LitBuf b = {0};
  LitDistQuery q = {0};
  const char *name = type == LIT_BIT ? "jaccard" : "cosine";
  if (!lit_vec_from_text(e, "f", type, text, strlen(text), &v)) {
    lit_vec_put_text(e, &b, &v);
    if (!lit_dist_query(e, "f", &q, lit_dist_find(name), &v))
      CHECK(lit_dist_one(&q, v.at) < 1e-6);
  }
  lit_dist_query_drop(&q);
  lit_buf_drop(&b);
  lit_vec_drop(&v);
  return e->rc;
}

static void check_oom(void) {
  static const LitMem mem = {scarce, give_back};
  lit_mem_use(&mem);
  for (int type = 0; type < LIT_N_ELEMS; type++)
    for (long n = 1, rc = 1; rc; n++) {
      LitErr e = {0};
      left = n;
      rc = oom_run(&e, (LitElem)type);
      CHECK(rc == LIT_OK || rc == LIT_NOMEM);
      CHECK(n < 50);
      left = -1;
    }
}

int main(void) {
  check_numbers();
  check_types();
  check_long();
  check_print();
  check_locale();
  for (int type = 0; type < LIT_I8; type++) check_dist(1, (LitElem)type);
  check_dist(100, LIT_I8);
  check_dist(1e30f, LIT_F32);
  check_dist(1e-30f, LIT_F32);
  check_dist(1e-6f, LIT_F16);
  check_zero();
  check_int8();
  check_oom();
  return bad != 0;
}
