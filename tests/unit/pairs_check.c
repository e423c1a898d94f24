/* pairs_check.c -- what pairs of words give to rows, against counting in the
** texts themselves: random collections, several segments, dead and unknown
** rows, words that no text has, a word beside itself */
#include <math.h>
#include "check.h"
#include "index/bm25_plan.h"
#include "index/pairs.h"
#include "collection.h"

static int n_scored;

enum { PAIRS = 6 };

static const uint16_t *text(const Coll *c, const CollRow *r, int f) {
  return c->words + r->from[f];
}

static int has(const Coll *c, const CollRow *r, int word) {
  for (int f = 0; f < c->n_fields; f++)
    for (uint32_t i = 0; i < r->len[f]; i++)
      if (text(c, r, f)[i] == word) return 1;
  return 0;
}

static double idf(const Coll *c, int word) {
  double df = 0;
  for (uint32_t i = 0; i < c->n_rows; i++) df += has(c, &c->rows[i], word);
  return log(1 + (c->n_rows - df + 0.5) / (df + 0.5));
}

/* Places of a that b follows, or from which b is less than 8 words away. */
static uint32_t count(const Coll *c, const CollRow *r, int f, int a, int b,
                      int side) {
  const uint16_t *at = text(c, r, f);
  int n = (int)r->len[f];
  uint32_t found = 0;
  for (int i = 0; i < n; i++) {
    int is_near = 0;
    for (int j = i - 7; j <= i + 7 && at[i] == a; j++)
      if (j >= 0 && j < n && at[j] == b && (!side || j == i + 1)) is_near = 1;
    found += (uint32_t)is_near;
  }
  return found;
}

static double plain_pair(const Coll *c, const LitBm25 *how, const CollRow *r,
                         int a, int b) {
  double sums[2] = {0};
  for (int side = 0; side < 2 && a != b; side++) {
    double x = 0;
    for (int f = 0; f < c->n_fields; f++) {
      double avg = 0;
      for (uint32_t i = 0; i < c->n_rows; i++) avg += c->rows[i].len[f];
      avg = avg > 0 ? avg / c->n_rows : 1;
      x += count(c, r, f, a, b, side) * (double)how->weights[f] /
           (1 + (double)how->b * (r->len[f] / avg - 1));
    }
    sums[side] = x > 0 ? x / ((double)how->k1 + x) : 0;
  }
  if (sums[0] + sums[1] == 0) return 0;
  return (idf(c, a) + idf(c, b)) * (0.1 * sums[1] + 0.05 * sums[0]);
}

static void check_query(const Coll *c, const LitBm25 *how) {
  LitErr e = {0};
  LitPair pairs[PAIRS];
  LitHit hits[40], again[40];
  LitTerm terms[PAIRS + 1];
  LitPlan plan = {0};
  char names[PAIRS + 1][16];
  int words[PAIRS + 1];
  LitPairs q = {.how = how, .at = pairs, .n = PAIRS};
  for (int i = 0; i <= PAIRS; i++)
    words[i] = (int)rnd((uint32_t)c->n_vocab / 2 + (rnd(20) == 0 ? 99 : 0));
  for (int i = 0; i <= PAIRS; i++) coll_name(words[i], names[i]);
  for (int i = 0; i < PAIRS; i++)
    pairs[i] = (LitPair){{names[i], (uint32_t)strlen(names[i]), 3},
                         {names[i + 1], (uint32_t)strlen(names[i + 1]), 0}};
  for (int i = 0; i < 40; i++)
    hits[i] = (LitHit){1, i == 7 ? -9999
                                 : c->rows[rnd(c->n_rows)].rowid};
  for (int i = 0; i < PAIRS; i++) terms[i] = pairs[i].a;
  terms[PAIRS] = pairs[PAIRS - 1].b, terms[PAIRS].weight = 1;
  memcpy(again, hits, sizeof hits);
  CHECK(!lit_pairs_score(&e, &q, c->seg_at, c->n_segs, hits, 40));
  CHECK(!lit_plan_make(&e, &plan, how, c->seg_at, c->n_segs, terms,
                       PAIRS + 1 - (int)rnd(2)));   /* may lack the last */
  q.plan = &plan;
  CHECK(!lit_pairs_score(&e, &q, c->seg_at, c->n_segs, again, 40));
  lit_plan_drop(&plan);
  for (int i = 0; i < 40; i++) {
    double want = 1;
    CHECK(again[i].score == hits[i].score);
    for (uint32_t r = 0; r < c->n_rows; r++) {
      const CollRow *row = &c->rows[r];
      if (row->rowid != hits[i].id ||
          !lit_seg_alive(&c->segs[row->seg], row->ord))
        continue;
      for (int p = 0; p < PAIRS; p++)
        want += plain_pair(c, how, row, words[p], words[p + 1]);
    }
    CHECK(fabs(hits[i].score - want) < 1e-9);
    n_scored += want > 1;
  }
}

static void check_collection(int n_fields, int n_segs, uint32_t dead) {
  LitErr e = {0};
  Coll *c = coll_new(&e, n_fields, n_segs, 12, 300, dead);
  float weights[COLL_FIELDS] = {2, 1, 0};
  LitBm25 how = {1.2f, 0.75f, n_fields, weights};
  CHECK(e.rc == 0);
  for (int i = 0; i < 20 && bad < 10; i++) check_query(c, &how);
  coll_free(c);
}

static int always(void *ctx) { (void)ctx; return 1; }

static void check_refusals(void) {
  LitErr e = {0};
  Coll *c = coll_new(&e, 2, 1, 5, 20, 0);
  float weights[2] = {1, 1};
  LitBm25 how = {1, 0.5f, 2, weights}, wrong = {-1, 0.5f, 2, weights};
  LitPair pair = {{"a0", 2, 1}, {"a0", 2, 1}};
  LitHit hit = {5, c->rows[0].rowid};
  LitStop stop = {always, NULL};
  LitPairs none = {.how = &how}, q = {.how = &how, .at = &pair, .n = 1};
  CHECK(!lit_pairs_score(&e, &none, c->seg_at, 1, &hit, 1) && hit.score == 5);
  CHECK(!lit_pairs_score(&e, &q, c->seg_at, 1, &hit, 1) && hit.score == 5);
  q.stop = &stop;
  CHECK(lit_pairs_score(&e, &q, c->seg_at, 1, &hit, 1) == LIT_INTERRUPT);
  e = (LitErr){0}, q.stop = NULL, q.how = &wrong;
  CHECK(lit_pairs_score(&e, &q, c->seg_at, 1, &hit, 1) == LIT_ERROR);
  coll_free(c);
}

int main(void) {
  check_collection(1, 1, 0);
  check_collection(2, 3, 4);
  check_collection(3, 2, 2);
  CHECK(n_scored > 100);
  check_refusals();
  return bad != 0;
}
