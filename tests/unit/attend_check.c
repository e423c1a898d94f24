/* attend_check.c -- model/attend.h: attention in 16 bits is near to that in
** float32, whatever a query may see; both write the text's own lanes and no
** others; what is not finite shows. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "model/attend.h"

enum { HEADS = 4, KV = 2, HEAD_MAX = 33, TOKENS = 90, PANELS = TOKENS / 16 + 1,
       KEYS = (TOKENS / 16 + 2) * 16, WORDS = (HEAD_MAX + 1) / 2 * KEYS,
       SIZE = PANELS * HEADS * HEAD_MAX * 16,
       DISTANCES = 2 * (TOKENS + 2 * LIT_LANES) };

static int bad;
static uint32_t seed = 1;

static float rnd(float scale) {
  seed = seed * 1664525u + 1013904223u;
  return scale * ((float)(seed >> 8) / 8388608.0f - 1.0f);
}

/* Of a text: its tokens, and what is special about the network. */
typedef struct Kind {
  const char *name;
  size_t head, window;
  int causal, has_distances;
} Kind;

static void fail(const Kind *kind, const char *what, size_t from, size_t to,
                 double by) {
  printf("%s, head %zu: %s, tokens %zu to %zu: %g\n", kind->name, kind->head,
         what, from, to, by);
  bad++;
}

/* What lies behind may be read. */
static float q[SIZE + 16], k[SIZE + 16], v[SIZE + 16];
static float distances[HEADS * DISTANCES];

static void fill(void) {
  for (size_t i = 0; i < SIZE; i++) q[i] = rnd(2), k[i] = rnd(2), v[i] = rnd(3);
  for (size_t i = 0; i < HEADS * DISTANCES; i++) distances[i] = rnd(4);
}

/* Attention of the tokens from .. to-1 into context, which holds `old`. */
static void run(const Kind *kind, int is_rounded, size_t from, size_t to,
                float old, float *context) {
  static float scores[2][KEYS * 16], mix[2][(HEAD_MAX + 2) * 16];
  static int32_t words[3][WORDS];
  LitEncoder net = {.n_heads = HEADS, .n_kv = KV, .head = kind->head,
                    .causal = kind->causal,
                    .distances = kind->has_distances ? distances : NULL,
                    .distances_to = TOKENS};
  LitLayer layer = {.window = kind->window};
  LitAttend a = {.q = q, .k = k, .v = v, .context = context,
                 .scores = {scores[0], scores[1]},
                 .mix = {mix[0] + 16, mix[1] + 16},
                 .queries = words[0], .keys = words[1], .values = words[2]};
  for (size_t i = 0; i < SIZE; i++) context[i] = old;
  (is_rounded ? lit_attend16 : lit_attend)(&net, &layer, &a, from, to);
}

/* Scores are off by some 1e-4, shares by 2e-4 of themselves and 2e-5: little of
** the largest value, 3. */
static void check(const Kind *kind, size_t from, size_t to) {
  static float exact[SIZE], got[SIZE];
  double worst = 0;
  fill();
  run(kind, 0, from, to, 7, exact);
  run(kind, 1, from, to, 7, got);
  for (size_t t = 0; t < PANELS * 16; t++)
    for (size_t f = 0; f < HEADS * kind->head; f++) {
      size_t at = (t / 16 * HEADS * kind->head + f) * 16 + t % 16;
      int is_own = t >= from && t < to;
      double by = fabs((double)exact[at] - (double)got[at]);
      if (is_own && !(by <= worst)) worst = by;
      if (!is_own && (exact[at] != 7 || got[at] != 7))
        fail(kind, "wrote beyond", from, to, (double)got[at]);
    }
  if (!(worst < 1e-3)) fail(kind, "off by", from, to, worst);
}

/* A value that is not finite goes into every sum that has a share of it; one of
** another text into none. */
static void check_odd(const Kind *kind) {
  static float got[SIZE];
  size_t from = 5, to = 30, row = KV * kind->head * 16;
  fill();
  v[row + 15] = k[4] = NAN;                       /* tokens 31 and 4 */
  run(kind, 1, from, to, 0, got);
  for (size_t t = from; t < to; t++)
    if (!isfinite(got[t / 16 * HEADS * kind->head * 16 + t % 16]))
      fail(kind, "another text's NaN", from, to, (double)t);
  v[9] = INFINITY;
  run(kind, 1, from, to, 0, got);
  for (size_t t = from; t < to; t++)
    if (isfinite(got[t / 16 * HEADS * kind->head * 16 + t % 16]))
      fail(kind, "infinity is lost", from, to, (double)t);
}

int main(void) {
  static const Kind kinds[] = {
    {"all", 32, 0, 0, 0}, {"causal", 32, 0, 1, 0}, {"window", 16, 9, 0, 0},
    {"causal window", 8, 20, 1, 0}, {"distances", 32, 0, 0, 1},
    {"odd head", HEAD_MAX, 0, 0, 0}, {"odd head, distances", 5, 12, 0, 1},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    for (size_t n = 1; n < TOKENS; n += n < 4 ? 1 : 11)
      for (size_t from = 0; from < 32 && from + n <= TOKENS; from += 7)
        check(&kinds[i], from, from + n);
    check_odd(&kinds[i]);
  }
  return bad != 0;
}
