/* bm25_fault_check.c -- a search through a sieve, while it is made (the second for
** its words) and when it is there: each allocation and each question whether to stop
** fails in turn.  It is told, or the answer is right; the next one is right. */
#include "check.h"
#include "index/bm25_plan.h"
#include "collection.h"

enum { WORDS = 5, K = 10 };

static const float weights[2] = {2, 1};
static const LitBm25 how = {1.2f, 0.75f, 2, weights};

/* What fails: the n-th allocation, or all questions from the n-th on. */
static long alloc_left, asks_left;

static void *resize(void *p, uint64_t n) {
  if (alloc_left > 0 && --alloc_left == 0) return NULL;
  return realloc(p, n);
}

static int asked(void *ctx) {
  (void)ctx;
  return asks_left > 0 && (asks_left == 1 || --asks_left == 0);
}

typedef struct Answer {
  LitErr e;
  LitTopk top;
  LitBm25Trace trace;
} Answer;

static void ask(const Coll *c, Answer *a) {
  static const int words[WORDS] = {0, 1, 3, 30, 80};
  const LitStop stop = {asked, NULL};
  LitTerm terms[WORDS];
  char names[WORDS][16];
  LitPlan plan = {0};
  *a = (Answer){0};
  for (int i = 0; i < WORDS; i++)
    terms[i] = (LitTerm){names[i], coll_name(words[i], names[i]), 1};
  lit_topk_init(&a->top, K);
  if (!lit_plan_make(&a->e, &plan, &how, c->seg_at, c->n_segs, terms, WORDS)) {
    plan.sieve_from = 1;
    lit_plan_search(&a->e, &plan, NULL, &a->top, &a->trace, &stop);
  }
  lit_plan_drop(&plan);
  lit_topk_sort(&a->top);
}

static void check_same(const Answer *a, const Answer *want) {
  CHECK(a->e.rc == LIT_OK && a->top.n == want->top.n);
  for (size_t i = 0; i < a->top.n && i < want->top.n; i++)
    CHECK(a->top.at[i].id == want->top.at[i].id &&
          a->top.at[i].score == want->top.at[i].score);
}

/* Nothing is kept any more. */
static void forget(Coll *c) {
  LitErr e = {0};
  LitCache *fresh = lit_cache_new(&e, 1 << 22), *old = c->cache;
  for (int s = 0; s < c->n_segs; s++) c->segs[s].cache = fresh;
  c->cache = fresh;
  lit_cache_free(old);
}

/* `before` searches go well; in the next the n-th fails.  False if there were not
** so many. */
static int check_fault(Coll *c, const Answer *want, int before, long *left,
                       long n, int rc) {
  Answer a;
  int reached;
  forget(c);
  for (int i = 0; i < before; i++) {
    ask(c, &a);
    check_same(&a, want);
    lit_topk_drop(&a.top);
  }
  *left = n;
  ask(c, &a);
  reached = *left == (rc == LIT_NOMEM ? 0 : 1);
  *left = 0;
  if (a.e.rc) CHECK(reached && a.e.rc == rc);
  else check_same(&a, want);
  lit_topk_drop(&a.top);
  ask(c, &a);
  check_same(&a, want);
  lit_topk_drop(&a.top);
  return reached;
}

int main(void) {
  static const LitMem mem = {resize, free};
  LitErr e = {0};
  Answer want, a;
  Coll *c;
  lit_mem_use(&mem);
  c = coll_new(&e, 2, 2, 100, 30000, 50);
  ask(c, &want);
  ask(c, &a);
  lit_topk_drop(&a.top);
  ask(c, &a);
  check_same(&a, &want);
  CHECK(e.rc == LIT_OK && want.trace.fours == 0 && a.trace.fours > 0);
  lit_topk_drop(&a.top);
  for (int before = 1; before < 3; before++) {
    long n;
    snprintf(what, sizeof what, "allocations, after %d", before);
    for (n = 1; check_fault(c, &want, before, &alloc_left, n, LIT_NOMEM); n++);
    CHECK(n > 10);
    snprintf(what, sizeof what, "stopped, after %d", before);
    for (n = 2; check_fault(c, &want, before, &asks_left, n, LIT_INTERRUPT); n++);
    CHECK(n > 4);
  }
  lit_topk_drop(&want.top);
  coll_free(c);
  return bad != 0;
}
