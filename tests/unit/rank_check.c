/* rank_check.c -- rank/: fusion against values worked by hand, the words of
** its errors, diversity, Kendall's tau against every pair, resampling */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/decimal.h"
#include "check.h"
#include "rank/agree.h"
#include "rank/fuse.h"
#include "rank/mmr.h"
#include "rank/resample.h"

static const LitHit words[] = {{9, 1}, {5, 2}, {1, 3}};
static const LitHit near[] = {{.9, 3}, {.7, 1}, {.7, 1}, {.4, 4}};
static const LitRanking lists[] = {
  {.at = words, .n = 3, .lowest = 0, .by_words = 1},
  {.at = near, .n = 4, .lowest = -1}};

typedef struct Want { const char *how; int64_t ids[4]; double best; } Want;

static const Want wants[] = {
  {"rrf", {1, 3, 2, 4}, 1 / 61. + 1 / 62.},
  {" rrf ( 60 , 1 , 0.7 ) ", {1, 3, 2, 4}, 1 / 61. + .7 / 62.},
  {"rrf(0,0,2e0)", {3, 1, 4, 2}, 2},
  {"sum", {1, 3, 2, 4}, 1 + .3 / .5},
  {"sum(0.25,1)", {3, 1, 2, 4}, 1},
  {"tmm", {1, 3, 4, 2}, 1 + 1.7 / 1.9},
};

static void check_fuse(void) {
  for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
    LitErr e = {0};
    LitFusionSpec how;
    LitFused f = {0};
    lit_fusion_parse(&e, wants[i].how, &how);
    CHECK(!lit_fuse(&e, &how, lists, 2, &f) && f.n == 4);
    for (size_t j = 0; j < f.n; j++) {
      if (f.at[j].hit.id != wants[i].ids[j])
        printf("%s: %lld at place %zu\n", wants[i].how,
               (long long)f.at[j].hit.id, j + 1), bad++;
      if (f.at[j].hit.id == 1)
        CHECK(f.at[j].places[0] == 1 && f.at[j].places[1] == 2);
    }
    CHECK(fabs(f.at[0].hit.score - wants[i].best) < 1e-12);
    lit_fused_drop(&f);
  }
}

/* Ties by id; empty lists; one hit; a weight too many. */
static void check_fuse_edges(void) {
  static const LitHit two[] = {{1, 8}, {1, 2}};
  LitRanking l[] = {{.at = two, .n = 2, .lowest = NAN}, {.lowest = NAN}};
  LitErr e = {0};
  LitFusionSpec how;
  LitFused f;
  lit_fusion_parse(&e, "sum", &how);
  CHECK(!lit_fuse(&e, &how, l, 2, &f) && f.n == 2 && f.at[0].hit.id == 2);
  CHECK(f.at[0].hit.score == 1);
  lit_fused_drop(&f);
  CHECK(!lit_fuse(&e, &how, l, 0, &f) && f.n == 0);
  lit_fused_drop(&f);
  lit_fusion_parse(&e, "rrf(60,1,1,1)", &how);
  CHECK(lit_fuse(&e, &how, l, 2, &f) == LIT_ERROR);
  CHECK(strcmp(e.msg, "fusion rrf: 3 weights for 2 lists") == 0);
  lit_fused_drop(&f);
}

/* Standard scores by hand: each list's deviation is its step times
** sqrt(2 / 3), so the gains are 0 and share * sqrt(3 / 2) up and down. */
static void check_fuse_z(void) {
  static const LitHit by_words[] = {{4, 1}, {2, 2}}, more_words[] = {{0, 3}};
  static const LitHit by_vectors[] = {{.5, 3}, {.3, 1}}, more[] = {{.1, 2}};
  LitRanking l[] = {{.at = by_words, .n = 2, .more = more_words, .n_more = 1,
                     .by_words = 1},
                    {.at = by_vectors, .n = 2, .more = more, .n_more = 1}};
  LitErr e = {0};
  LitFusionSpec how;
  LitFused f;
  double unit = sqrt(1.5);
  lit_fusion_parse(&e, "z", &how);
  CHECK(!lit_fuse(&e, &how, l, 2, &f) && f.n == 3);
  CHECK(f.at[0].hit.id == 1 && fabs(f.at[0].hit.score - .4 * unit) < 1e-9);
  CHECK(f.at[1].hit.id == 3 && fabs(f.at[1].hit.score - .2 * unit) < 1e-9);
  CHECK(f.at[2].hit.id == 2 && fabs(f.at[2].hit.score + .6 * unit) < 1e-9);
  CHECK(f.at[1].places[0] == 0 && fabs(f.at[1].gains[0] + .4 * unit) < 1e-9);
  lit_fused_drop(&f);
  /* In a unit that is given; one gain alone is that of the whole. */
  l[0].unit = (LitUnit){1, 2}, l[1].unit = (LitUnit){.1, .4};
  CHECK(!lit_fuse(&e, &how, l, 2, &f) && f.at[0].hit.id == 1);
  CHECK(fabs(f.at[0].gains[0] - .4 * 3 / 2) < 1e-12);
  CHECK(fabs(f.at[0].gains[1] - .6 * .2 / .4) < 1e-12);
  CHECK(lit_fuse_gain(&how, l, 2, 0, 4, 0) == f.at[0].gains[0]);
  CHECK(lit_fuse_gain(&how, l, 2, 1, .3, 1) == f.at[0].gains[1]);
  lit_fused_drop(&f);
  l[0].unit = l[1].unit = (LitUnit){0};
  /* Two lists by words share what one had; alone they share all. */
  l[1].by_words = 1;
  CHECK(!lit_fuse(&e, &how, l, 2, &f));
  CHECK(f.at[0].hit.id == 1 && fabs(f.at[0].hit.score - .5 * unit) < 1e-9);
  lit_fused_drop(&f);
  l[0].n = 1, l[0].n_more = 0, l[1].n = 0, l[1].n_more = 0;
  CHECK(!lit_fuse(&e, &how, l, 2, &f) && f.n == 1 && f.at[0].hit.score == 0);
  lit_fused_drop(&f);
}

static const char *const refused[][2] = {
  {"", "fusion '' is unknown; allowed: z, rrf, sum, tmm"},
  {"rff(60)", "fusion 'rff' is unknown; allowed: z, rrf, sum, tmm"},
  {"rrf(-1)", "fusion rrf: k must be in 0..1e+06"},
  {"rrf(60", "fusion rrf: expected ',' or ')' at ''"},
  {"rrf(60,)", "fusion rrf: expected a number at ')'"},
  {"z(1.5)", "fusion z: words must be in 0..1"},
  {"rrf(k)", "fusion rrf: expected a number at 'k)'"},
  {"rrf() x", "fusion rrf: unexpected 'x'"},
  {"sum(1,-2)", "fusion sum: a weight must be in 0..1e+06"},
  {"sum(1e999)", "fusion sum: a weight must be in 0..1e+06"},
  {"sum(1,1,1,1,1,1,1,1,1)", "fusion sum: more than 8 numbers"},
};

static void check_refused(void) {
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    LitErr e = {0};
    LitFusionSpec how;
    lit_fusion_parse(&e, refused[i][0], &how);
    if (e.rc != LIT_ERROR || strcmp(e.msg, refused[i][1]) != 0)
      printf("'%s': %s\n", refused[i][0], e.msg), bad++;
  }
}

static int always(void *ctx) { (void)ctx; return 1; }

static void check_mmr(void) {
  static const float v[] = {1, 0, 1, 0, 0, 1, 0, 0};
  LitMmrVectors rows = {v, 2};
  LitMmr how = {.take = 9, .similar = lit_mmr_cosine, .ctx = &rows};
  LitHit hits[] = {{4, 10}, {3, 11}, {2, 12}, {0, 13}};
  LitStop stop = {always, NULL};
  LitErr e = {0};
  CHECK(!lit_mmr(&e, &how, hits, 4) && hits[1].id == 11);
  how.diversity = .5, how.stop = &stop;
  CHECK(lit_mmr(&e, &how, hits, 4) == LIT_INTERRUPT && hits[1].id == 11);
  e = (LitErr){0}, how.stop = NULL;
  CHECK(!lit_mmr(&e, &how, hits, 4));
  /* 11 is a copy of 10: .375 - .5 loses to 12's .25 and to 13's 0. */
  CHECK(hits[0].id == 10 && hits[1].id == 12 && hits[2].id == 13);
  CHECK(hits[3].id == 11 && hits[3].score == 3);
  CHECK(!lit_mmr(&e, &how, hits, 0));
}

static void check_mmr_take(void) {
  static const float v[] = {1, 0, 1, 0, 0, 1};
  LitMmrVectors rows = {v, 2};
  LitMmr how = {1, 2, lit_mmr_cosine, &rows, NULL};
  LitHit hits[] = {{4, 10}, {3, 11}, {2, 12}};
  LitErr e = {0};
  CHECK(!lit_mmr(&e, &how, hits, 3));
  CHECK(hits[0].id == 10 && hits[1].id == 12 && hits[2].id == 11);
}

static uint32_t seed = 1;
static int rnd(int n) {
  return (int)((seed = seed * 1664525u + 1013904223u) >> 8) % n;
}
static int sign(double x) { return (x > 0) - (x < 0); }

static void check_kendall(void) {
  for (int round = 0; round < 50; round++) {
    LitErr e = {0};
    LitPair p[40];
    double got, up = 0, in_a = 0, in_b = 0;
    int n = 2 + rnd(38), kinds = 2 + rnd(30);
    for (int i = 0; i < n; i++) p[i] = (LitPair){rnd(kinds), rnd(kinds)};
    for (int i = 0; i < n; i++)
      for (int j = 0; j < i; j++) {
        int a = sign(p[i].a - p[j].a), b = sign(p[i].b - p[j].b);
        up += a * b, in_a += a != 0, in_b += b != 0;
      }
    lit_agree_kendall(&e, p, (size_t)n, &got);
    if (in_a > 0 && in_b > 0) CHECK(fabs(got - up / sqrt(in_a * in_b)) < 1e-12);
    else CHECK(isnan(got));
  }
}

/* Eight differences of one sign: 2 of 256 sign patterns are as far. */
static void check_resample(void) {
  static const double alike[] = {1, 1, 1, 1, 1, 1, 1, 1};
  static const double mixed[] = {1, -1, 2, -2};
  LitResampling how = {3, 20000, NULL};
  LitResample r;
  LitErr e = {0};
  LitStop stop = {always, NULL};
  CHECK(!lit_resample(&e, &how, alike, 8, &r));
  CHECK(r.mean == 1 && r.low == 1 && r.high == 1);
  CHECK(fabs(r.p - 2 / 256.) < .002);
  CHECK(!lit_resample(&e, &how, mixed, 4, &r));
  CHECK(r.p == 1 && r.low < -.5 && r.high > .5);
  how.stop = &stop;
  CHECK(lit_resample(&e, &how, mixed, 4, &r) == LIT_INTERRUPT);
}

static void check_decimal(void) {
  static const struct { const char *text; double want; int n; } cases[] = {
    {"0", 0, 1}, {"-0.5x", -.5, 4}, {"+12.25e-2", .1225, 9}, {".5", .5, 2},
    {"5.", 5, 2}, {"1e5e", 1e5, 3}, {"1e", 1, 1}, {"1e+", 1, 1},
    {"0.1", .1, 3}, {"123456789012345678901234567890", 1.2345678901234568e29, 30},
    {"1e400", INFINITY, 5}, {"1e-400", 0, 6}, {"0e9999", 0, 6},
    {"5e-324", 5e-324, 6}, {"0.30000000000000004", .30000000000000004, 19},
  };
  double v;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *s = cases[i].text;
    const char *end = lit_decimal_read(s, s + strlen(s), &v);
    if (end != s + cases[i].n || (v != cases[i].want &&
        !(fabs(v - cases[i].want) <= 4e-16 * fabs(v))))
      printf("%s: %.17g\n", s, v), bad++;
  }
  CHECK(!lit_decimal_read("", "", &v));
  CHECK(!lit_decimal_read("-.", "-." + 2, &v));
  CHECK(!lit_decimal_read("nan", "nan" + 3, &v));
}

int main(void) {
  check_fuse();
  check_fuse_edges();
  check_fuse_z();
  check_refused();
  check_mmr();
  check_mmr_take();
  check_kendall();
  check_resample();
  check_decimal();
  return bad != 0;
}
