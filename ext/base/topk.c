/* topk.c -- see topk.h.  A binary heap with the worst hit at its root. */
#include <stdlib.h>
#include "base/mem.h"
#include "base/topk.h"
#include "base/poison.h"

int lit_hit_better(const LitHit *a, const LitHit *b) {
  return a->score > b->score || (a->score == b->score && a->id < b->id);
}

void lit_topk_init(LitTopk *t, size_t k) {
  *t = (LitTopk){.k = k, .floor = -INFINITY};
}

static void sift_down(LitHit *at, size_t n, size_t i) {
  LitHit moving = at[i];
  for (size_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && lit_hit_better(&at[child], &at[child + 1])) child++;
    if (!lit_hit_better(&moving, &at[child])) break;
    at[i] = at[child];
  }
  at[i] = moving;
}

static void sift_up(LitHit *at, size_t i) {
  LitHit moving = at[i];
  while (i > 0 && lit_hit_better(&at[(i - 1) / 2], &moving)) {
    at[i] = at[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  at[i] = moving;
}

int lit_topk_push(LitErr *e, LitTopk *t, double score, int64_t id) {
  LitHit hit = {score, id};
  if (t->n < t->k) {
    if (LIT_GROW(e, &t->at, &t->room, t->n + 1)) return e->rc;
    t->at[t->n] = hit;
    sift_up(t->at, t->n++);
  } else if (t->k > 0 && lit_hit_better(&hit, &t->at[0])) {
    t->at[0] = hit;
    sift_down(t->at, t->n, 0);
  }
  if (t->n == t->k && t->k > 0) t->floor = t->at[0].score;
  return LIT_OK;
}

static int by_rank(const void *a, const void *b) {
  return lit_hit_better(a, b) ? -1 : lit_hit_better(b, a);
}

void lit_topk_sort(LitTopk *t) {
  if (t->n) qsort(t->at, t->n, sizeof *t->at, by_rank);
}

void lit_topk_drop(LitTopk *t) {
  lit_free(t->at);
  *t = (LitTopk){0};
}
