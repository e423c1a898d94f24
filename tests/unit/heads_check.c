/* heads_check.c -- kern/heads.h: every row of the table gives the bits of plain
** C; plain C gives what its head says; nothing is written beyond its place. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "kern/heads.h"

enum { ROWS_MAX = 37, TOKENS_MAX = 70, PANELS = (TOKENS_MAX + 30) / 16 + 1,
       NEXT = (ROWS_MAX + 3) * 16, WIDTH = (TOKENS_MAX + 15) / 16 * 16,
       WORDS = ROWS_MAX * WIDTH };

static int bad;
static uint32_t seed = 1;

static float rnd(float scale) {
  seed = seed * 1664525u + 1013904223u;
  return scale * ((float)(seed >> 8) / 8388608.0f - 1.0f);
}

static void fail(const char *isa, const char *what, const LitHead *h) {
  printf("%s: %s, %zu rows, %zu tokens from %zu\n", isa, what, h->rows, h->n,
         h->from);
  bad++;
}

/* Everything that the calls read and write. */
typedef struct Case {
  float x[(PANELS + 1) * NEXT], put[(PANELS + 1) * NEXT];
  float mix[(ROWS_MAX + 2) * 16], over[2][16], largest;
  int32_t features[WORDS], tokens[WORDS];
  float scores[2][(WIDTH + 1) * 16], y[2][(TOKENS_MAX + 1) * 16];
} Case;

static LitHead head_of(Case *c, float *x, const LitHead *like) {
  LitHead h = *like;
  (void)c;
  h.x = x + 16;             /* what lies before may be read */
  h.next = NEXT;
  return h;
}

static void fill(Case *c) {
  memset(c, 0x55, sizeof *c);
  for (size_t i = 0; i < sizeof c->x / sizeof *c->x; i++) c->x[i] = rnd(4);
  for (size_t i = 0; i < sizeof c->mix / sizeof *c->mix; i++)
    c->mix[i] = rnd(1);
  for (int p = 0; p < 2; p++)
    for (size_t i = 0; i < WIDTH * 16; i++) c->scores[p][i] = rnd(30);
}

static size_t up(size_t n, size_t to) { return (n + to - 1) / to * to; }

/* A tile of scores, softmax, a tile of values; as the encoder does it. */
static void run(const LitHeads *k, Case *c, const LitHead *like) {
  LitHead h = head_of(c, c->x, like), out = head_of(c, c->put, like);
  size_t width = up(h.n, 16), n = up(h.n, 8), lo = h.n / 3;
  LitHeadTile t = {.w = c->features, .x = {c->features, c->features},
                   .w_row = 1, .w_k = width, .x_k = width,
                   .n_k = (h.rows + 1) / 2, .n_rows = h.n,
                   .n_panels = h.n % 2 ? 1 : 2,
                   .over = {c->over[0], c->over[1]}, .y = {c->y[0], c->y[1]}};
  c->largest = k->largest(&h);
  k->features(&h, 300, c->features);
  k->tokens(&h, 5000, c->tokens);
  for (int i = 0; i < 16; i++)
    c->over[0][i] = 0.5f, c->over[1][i] = 1e-3f * (float)i;
  if (width > 16) t.x[1] += 16;
  k->tile(&t);
  for (int p = 0; p < t.n_panels; p++) {
    k->softmax(c->scores[p], n, lo, h.n, 0.3f, c->over[p]);
    t.x[p] = (const int32_t *)(const void *)c->scores[p];
    t.y[p] = c->y[p] + (h.n > h.rows ? (h.n - h.rows) * 16 : 0);
  }
  t.w = c->tokens, t.w_row = width / 2, t.w_k = 1, t.x_k = 16, t.n_k = n / 2;
  t.n_rows = h.rows < h.n ? h.rows : h.n;
  k->tile(&t);
  for (size_t p = 0; p * 16 < h.n; p++) k->put(&out, p, c->mix + 16);
}

/* Feature f of token t. */
static float *at(const LitHead *h, size_t f, size_t t) {
  size_t lane = h->from + t;
  return h->x + lane / 16 * h->next + f * 16 + lane % 16;
}

static int half(const int32_t *words, size_t word, size_t which) {
  int16_t halves[2];
  memcpy(halves, words + word, sizeof halves);
  return halves[which];
}

static void check_words(const Case *c, const LitHead *h) {
  size_t width = up(h->n, 16);
  float most = 0;
  for (size_t t = 0; t < width; t++)
    for (size_t f = 0; f < up(h->rows, 2); f++) {
      float v = t < h->n && f < h->rows ? *at(h, f, t) : 0;
      most = fmaxf(most, fabsf(v));
      if (half(c->features, f / 2 * width + t, f % 2) != (int)rintf(v * 300))
        fail("c", "features", h);
      if (f < h->rows &&
          half(c->tokens, (f * width + t) / 2, t % 2) != (int)rintf(v * 5000))
        fail("c", "tokens", h);
    }
  if (c->largest != most) fail("c", "largest", h);
  if (c->features[up(h->rows, 2) / 2 * width] != 0x55555555 ||
      (h->rows < ROWS_MAX && c->tokens[h->rows * width / 2] != 0x55555555))
    fail("c", "words beyond", h);
}

/* The shares of each lane against exact ones, of in's scores. */
static void check_shares(const Case *in, const Case *c, const LitHead *h) {
  size_t lo = h->n / 3, n = up(h->n, 8);
  const int32_t *words = (const int32_t *)(const void *)c->scores[0];
  for (size_t lane = 0; lane < 16; lane++) {
    double sum = 0, most = -1e9;
    for (size_t k = lo; k < h->n; k++)
      most = fmax(most, in->scores[0][k * 16 + lane]);
    for (size_t k = lo; k < h->n; k++)
      sum += exp(0.3 * (in->scores[0][k * 16 + lane] - most));
    for (size_t k = 0; k < n; k++) {
      double p = exp(0.3 * (in->scores[0][k * 16 + lane] - most)) / sum;
      int got = half(words, k / 2 * 16 + lane, k % 2);
      if (k < lo || k >= h->n) p = 0;
      if (!(fabs(got - p * LIT_SHARE) <= 0.5 + 2e-4 * p * LIT_SHARE))
        fail("c", "softmax", h);
    }
    if (c->over[0][lane] != 1 / (float)LIT_SHARE) fail("c", "over", h);
  }
}

/* The last rows of scores, before values are put over the others. */
static void check_tiles(const Case *c, const LitHead *h) {
  size_t width = up(h->n, 16), rows = h->rows < h->n ? h->rows : h->n;
  size_t from = h->n > h->rows ? h->n - h->rows : 0;
  const int32_t *shares = (const int32_t *)(const void *)c->scores[0];
  for (size_t r = 0; r < from; r++)
    for (size_t lane = 0; lane < 16; lane++) {
      int sum = 0;
      for (size_t f = 0; f < h->rows; f++)
        sum += half(c->features, f / 2 * width + r, f % 2) *
               half(c->features, f / 2 * width + lane, f % 2);
      if (c->y[0][r * 16 + lane] != (float)sum * 0.5f) fail("c", "scores", h);
    }
  for (size_t r = 0; r < rows; r++)
    for (size_t lane = 0; lane < 16; lane++) {
      int sum = 0;
      for (size_t k = 0; k < up(h->n, 8); k++)
        sum += half(c->tokens, (r * width + k) / 2, k % 2) *
               half(shares, k / 2 * 16 + lane, k % 2);
      if (c->y[0][(from + r) * 16 + lane] != (float)sum * c->over[0][lane])
        fail("c", "values", h);
    }
  if (((const uint8_t *)(c->y[0] + (from + rows) * 16))[0] != 0x55)
    fail("c", "tile beyond", h);
}

/* Own lanes have the mix, all others what they had. */
static void check_put(const Case *in, const Case *c, const LitHead *h) {
  static Case want;
  LitHead to = head_of(&want, want.put, h);
  want = *in;
  for (size_t f = 0; f < h->rows; f++)
    for (size_t t = 0; t < h->n; t++)
      *at(&to, f, t) = c->mix[16 + f * 16 + t % 16];
  if (memcmp(want.put, c->put, sizeof want.put)) fail("c", "put", h);
}

static void check(const LitHead *like) {
  static Case in, c, other;
  const LitHeads *k;
  LitHead h;
  fill(&in);
  c = in;
  run(&lit_heads_c, &c, like);
  h = head_of(&c, c.x, like);
  check_words(&c, &h), check_shares(&in, &c, &h), check_tiles(&c, &h);
  check_put(&in, &c, &h);
  for (size_t i = 1; (k = lit_heads_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    other = in;
    run(k, &other, like);
    if (memcmp(&c, &other, sizeof c)) fail(k->isa, "differs", &h);
  }
}

/* NaN and infinity show in `largest` if they are the head's own, and in `over`. */
static void check_odd(const LitHeads *k) {
  static Case c;
  static const float odd[] = {NAN, INFINITY, -INFINITY};
  LitHead like = {.rows = 5, .from = 6, .n = 21}, h;
  float over[16];
  for (size_t i = 0; i < 3; i++) {
    fill(&c);
    h = head_of(&c, c.x, &like);
    h.x[3] = h.x[h.next + 15 + 16] = odd[i];
    if (isnan(k->largest(&h))) fail(k->isa, "others' NaN", &h);
    *at(&h, 4, 20) = odd[i];
    if (!isnan(k->largest(&h))) fail(k->isa, "NaN", &h);
    c.scores[0][5 * 16 + 3] = odd[i];
    k->softmax(c.scores[0], 8, 0, 8, 1, over);
    for (int lane = 0; lane < 16; lane++)
      if (isnan(over[lane]) != (lane == 3 && !(odd[i] < 0)))
        fail(k->isa, "NaN in scores", &h);
  }
}

int main(void) {
  LitHead h = {0};
  for (h.rows = 1; h.rows <= ROWS_MAX; h.rows += h.rows < 4 ? 1 : 5)
    for (h.n = 1; h.n <= TOKENS_MAX; h.n += h.n < 4 ? 1 : 7)
      for (h.from = 0; h.from < 16; h.from += 5) check(&h);
  for (size_t i = 0; lit_heads_row(i); i++)
    if (lit_heads_row(i)->runs_here()) check_odd(lit_heads_row(i));
  return bad != 0;
}
