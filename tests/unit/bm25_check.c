/* bm25_check.c -- the best rows are exactly those of scoring every row: over
** 10,000 random queries on random collections, with several segments, dead
** rows, filters, repeated and unwanted words, k from 1 to beyond all rows.  Where
** there are many rows each is asked three times, as what is kept of frequent words
** is made by the second.  An argument is another seed. */
#include <math.h>
#include "check.h"
#include "index/bm25_plan.h"
#include "collection.h"

static int n_queries;
static uint64_t n_fours;

enum { WORDS = 24 };

typedef struct Query {
  LitBm25 how;
  float weights[COLL_FIELDS];
  LitTerm terms[WORDS];
  char names[WORDS][16];
  int words[WORDS];
  int n;
  size_t k;
  LitBits masks[COLL_SEGS];
  const LitBits *mask_at[COLL_SEGS];
} Query;

/* ---- the same, computed plainly ---- */

static uint32_t count(const Coll *c, const CollRow *r, int f, int word) {
  uint32_t n = 0;
  for (uint32_t k = 0; k < r->len[f]; k++)
    n += c->words[r->from[f] + k] == word;
  return n;
}

typedef struct Plain {
  double *tf;               /* [n_rows][n_fields] of one word */
  double *score;
  char *has;
} Plain;

static double plain_term(const Coll *c, const Query *q, const CollRow *r,
                         const double *avg, const uint32_t *tf) {
  double x = 0;
  for (int f = 0; f < c->n_fields; f++)
    if (tf[f]) {
      double norm = 1 + (double)q->how.b * (r->len[f] / avg[f] - 1);
      x += tf[f] * (q->weights[f] / (norm > 1e-6 ? norm : 1e-6));
    }
  return x > 0 ? x / (q->how.k1 + x) : 0;
}

static int by_name(const void *a, const void *b) {
  const LitTerm *x = a, *y = b;
  int c = strcmp(x->at, y->at);
  return c ? c : (x->weight > y->weight) - (x->weight < y->weight);
}

static void plain_scores(const Coll *c, const Query *q, double *score,
                         char *has) {
  LitTerm t[WORDS];
  double avg[COLL_FIELDS] = {0};
  uint32_t (*tf)[COLL_FIELDS] = malloc(c->n_rows * sizeof *tf);
  memcpy(t, q->terms, sizeof t);
  qsort(t, (size_t)q->n, sizeof *t, by_name);
  for (int f = 0; f < c->n_fields; f++) {
    for (uint32_t i = 0; i < c->n_rows; i++) avg[f] += c->rows[i].len[f];
    avg[f] = avg[f] > 0 ? avg[f] / c->n_rows : 1;
  }
  memset(score, 0, c->n_rows * sizeof *score);
  memset(has, 0, c->n_rows);
  for (int i = 0; i < q->n; i++) {
    float weight = t[i].weight;
    int word = atoi(t[i].at + 1);
    double df = 0, w;
    for (; i + 1 < q->n && !strcmp(t[i].at, t[i + 1].at); i++)
      weight += t[i + 1].weight;
    for (uint32_t r = 0; r < c->n_rows; r++) {
      uint32_t any = 0;
      for (int f = 0; f < c->n_fields; f++)
        any += tf[r][f] = count(c, &c->rows[r], f, word);
      df += any > 0;
    }
    w = weight * log(1 + (c->n_rows - df + 0.5) / (df + 0.5));
    for (uint32_t r = 0; r < c->n_rows; r++) {
      uint32_t any = 0;
      for (int f = 0; f < c->n_fields; f++) any += tf[r][f];
      if (!any) continue;
      score[r] += w * plain_term(c, q, &c->rows[r], avg, tf[r]);
      has[r] = 1;
    }
  }
  free(tf);
}

/* ---- queries ---- */

static void make_query(const Coll *c, Query *q) {
  static const float k1s[] = {1.2f, 0, 0.4f, 9}, bs[] = {0.75f, 0, 1, 0.3f};
  memset(q, 0, sizeof *q);
  q->how = (LitBm25){k1s[rnd(3) ? 0 : rnd(4)], bs[rnd(3) ? 0 : rnd(4)],
                     c->n_fields, q->weights};
  for (int f = 0; f < c->n_fields; f++)
    q->weights[f] = rnd(4) ? (float)(1 + rnd(3)) : (float)rnd(3) * 0.7f;
  q->n = 1 + (int)rnd(rnd(4) ? 6 : WORDS);
  for (int i = 0; i < q->n; i++) {
    int word = rnd(3) ? (int)rnd((uint32_t)c->n_vocab)
                      : rnd_word(c->n_vocab);
    if (rnd(20) == 0) word = c->n_vocab + 5;            /* not there */
    if (i && rnd(10) == 0) word = q->words[rnd((uint32_t)i)];
    q->words[i] = word;
    q->terms[i].n = coll_name(word, q->names[i]);
    q->terms[i].at = q->names[i];
    q->terms[i].weight = rnd(8) ? 1 : (float)((int)rnd(9) - 4) * 0.5f;
  }
  q->k = rnd(3) ? 10 : rnd(3) ? 1 + rnd(50) : 1 + rnd(2 * c->n_rows);
}

static void make_masks(const Coll *c, Query *q) {
  LitErr e = {0};
  uint32_t one_in = rnd(3) ? 0 : rnd(2) ? 1 + rnd(4) : 1 + rnd(c->n_rows);
  for (int s = 0; s < c->n_segs; s++) {
    q->mask_at[s] = NULL;
    if (!one_in) continue;
    lit_bits_init(&e, &q->masks[s], c->segs[s].n_rows, 0);
    q->mask_at[s] = &q->masks[s];
    for (uint32_t i = 0; i < c->segs[s].n_rows; i++)
      if (rnd(one_in) == 0 && lit_seg_alive(&c->segs[s], i))
        lit_bits_set(&q->masks[s], i);
  }
}

static int passes(const Coll *c, const Query *q, const CollRow *r) {
  return q->mask_at[r->seg] ? lit_bits_has(q->mask_at[r->seg], r->ord)
                            : lit_seg_alive(&c->segs[r->seg], r->ord);
}

/* As lit_bm25_search, but small segments may have a sieve too. */
static void ask(LitErr *e, const Coll *c, const Query *q, LitTopk *top,
                LitBm25Trace *trace) {
  LitPlan plan = {0};
  if (!lit_plan_make(e, &plan, &q->how, c->seg_at, c->n_segs, q->terms, q->n)) {
    plan.sieve_from = 1;
    lit_plan_search(e, &plan, q->mask_at, top, trace, NULL);
  }
  lit_plan_drop(&plan);
}

/* A floor that is there from the start leaves out what is below it, and nothing
** else: hits [n] are what is found without. */
static void check_floor(const Coll *c, const Query *q, const LitTopk *all) {
  LitErr e = {0};
  LitTopk got;
  size_t at = all->n ? rnd((uint32_t)all->n) : 0, n = 0;
  if (!all->n) return;
  lit_topk_init(&got, all->k);
  got.floor = all->at[at].score;
  while (n < all->n && all->at[n].score >= got.floor) n++;
  ask(&e, c, q, &got, NULL);
  lit_topk_sort(&got);
  CHECK(e.rc == 0 && got.n == n);
  for (size_t i = 0; i < n && i < got.n; i++)
    CHECK(got.at[i].id == all->at[i].id && got.at[i].score == all->at[i].score);
  lit_topk_drop(&got);
}

static void check_once(const Coll *c, const Query *q, const LitTopk *all) {
  LitErr e = {0};
  LitTopk got, want = *all;
  LitBm25Trace trace = {0};
  int same;
  lit_topk_init(&got, q->k);
  ask(&e, c, q, &got, &trace);
  lit_topk_sort(&got);
  n_fours += trace.fours;
  same = e.rc == 0 && got.n == want.n;
  for (size_t i = 0; same && i < got.n; i++)
    same = got.at[i].id == want.at[i].id &&
           got.at[i].score == want.at[i].score;
  if (!same) {
    printf("query %d: k %zu, %zu rows, not %zu; %s\n", n_queries, q->k, got.n,
           want.n, e.msg);
    for (size_t i = 0; i < got.n && i < want.n; i++)
      if (memcmp(&got.at[i], &want.at[i], sizeof *got.at)) {
        printf("  at %zu: %lld %.17g, not %lld %.17g\n", i,
               (long long)got.at[i].id, got.at[i].score,
               (long long)want.at[i].id, want.at[i].score);
        break;
      }
    bad++;
  }
  lit_topk_drop(&got);
}

static void check_query(const Coll *c, Query *q, double *score, char *has) {
  LitErr e = {0};
  LitTopk want;
  lit_topk_init(&want, q->k);
  plain_scores(c, q, score, has);
  for (uint32_t i = 0; i < c->n_rows; i++)
    if (has[i] && passes(c, q, &c->rows[i]))
      lit_topk_push(&e, &want, score[i], c->rows[i].rowid);
  lit_topk_sort(&want);
  CHECK(e.rc == 0);
  for (int i = c->n_rows > 4000 ? 3 : 1; i > 0; i--) check_once(c, q, &want);
  check_floor(c, q, &want);
  n_queries++;
  lit_topk_drop(&want);
}

/* lit_bm25_score of some rows, among them rowids that are not there. */
static void check_score(const Coll *c, const Query *q, const double *score) {
  enum { N = 50 };
  LitErr e = {0};
  int64_t ids[N];
  double got[N];
  uint32_t at[N], from = rnd(c->n_rows), step = 1 + rnd(7), n = 0;
  for (uint32_t i = from; i < c->n_rows && n < N; i += step, n++) {
    ids[n] = c->rows[i].rowid, at[n] = i;
    if (rnd(9) == 0) ids[n] = (c->rows[i].rowid + 100) / 7 * 7 - 100 + 5;
    if (n && ids[n] <= ids[n - 1]) n--;
  }
  lit_bm25_score(&e, &q->how, c->seg_at, c->n_segs, q->terms, q->n, ids, n,
                 got);
  CHECK(e.rc == 0);
  for (uint32_t i = 0; i < n; i++) {
    const CollRow *r = &c->rows[at[i]];
    int there = ids[i] == r->rowid && lit_seg_alive(&c->segs[r->seg], r->ord);
    CHECK(got[i] == (there ? score[at[i]] : 0));
  }
}

static void check_collection(int n_fields, int n_segs, int n_vocab,
                             uint32_t n_rows, uint32_t dead, int queries) {
  LitErr e = {0};
  Coll *c = coll_new(&e, n_fields, n_segs, n_vocab, n_rows, dead);
  double *score = malloc(n_rows * sizeof *score);
  char *has = malloc(n_rows);
  Query *q = malloc(sizeof *q);
  CHECK(e.rc == 0);
  for (int i = 0; i < queries && bad < 10; i++) {
    make_query(c, q);
    make_masks(c, q);
    check_query(c, q, score, has);
    if (i % 8 == 0) check_score(c, q, score);
    for (int s = 0; s < n_segs; s++) lit_bits_drop(&q->masks[s]);
  }
  free(q);
  free(has);
  free(score);
  coll_free(c);
}

static void check_refusals(void) {
  float weights[2] = {1, 1}, nan = (float)NAN;
  LitErr e = {0};
  Coll *c = coll_new(&e, 2, 1, 5, 20, 0);
  LitTerm t = {"a0", 2, 1};
  LitTopk top;
  LitBm25 bad_how[] = {{-1, 0.75f, 2, weights}, {1, 1.5f, 2, weights},
                       {nan, 0.75f, 2, weights}, {1, nan, 2, weights},
                       {1, 0.75f, 1, weights}, {1, 0.75f, 17, weights}};
  lit_topk_init(&top, 5);
  for (size_t i = 0; i < sizeof bad_how / sizeof *bad_how; i++) {
    e = (LitErr){0};
    CHECK(lit_bm25_search(&e, &bad_how[i], c->seg_at, NULL, 1, &t, 1, &top,
                          NULL, NULL) != 0);
  }
  e = (LitErr){0};
  t.weight = nan;
  CHECK(lit_bm25_search(&e, &(LitBm25){1, 0, 2, weights}, c->seg_at, NULL, 1,
                        &t, 1, &top, NULL, NULL) == LIT_ERROR);
  e = (LitErr){0};
  CHECK(lit_bm25_search(&e, &(LitBm25){1, 0, 2, weights}, c->seg_at, NULL, 1,
                        &t, 0, &top, NULL, NULL) == 0 && top.n == 0);
  lit_topk_drop(&top);
  coll_free(c);
}

int main(int argc, char **argv) {
  if (argc > 1) coll_seed = (uint64_t)atoi(argv[1]);
  check_collection(1, 1, 30, 40, 0, 400);
  check_collection(2, 3, 60, 300, 7, 6000);
  check_collection(3, 5, 200, 900, 2, 3000);
  check_collection(2, 1, 40, 5000, 5, 500);
  check_collection(2, 2, 100, 30000, 50, 100);
  check_collection(1, 1, 300, 70000, 0, 60);    /* words of several runs */
  check_collection(2, 1, 4000, 60000, 9, 60);   /* frequent and rare ones */
  check_refusals();
  if (!bad && (n_queries < 10000 || n_fours == 0)) bad++;
  return bad != 0;
}
