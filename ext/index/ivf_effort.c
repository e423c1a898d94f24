/* ivf_effort.c -- see ivf_effort.h. */
#include "index/ivf_effort.h"
#include "base/poison.h"

int lit_ivf_found_add(LitErr *e, LitIvfFound *f, float gap, double rows) {
  LitTopk *t = &f->top;
  LitHit hit = {-(double)gap, (int64_t)rows};
  double gone = t->n == t->k ? (double)t->at[0].id : 0;
  if (t->n == t->k && !lit_hit_better(&hit, &t->at[0])) return LIT_OK;
  if (lit_topk_push(e, t, hit.score, hit.id)) return e->rc;
  f->sum += rows - gone;
  return LIT_OK;
}

float lit_ivf_effort(const LitIvfFound *f, float gap, float nearest,
                     double rows) {
  double k = (double)f->top.k, missing = k - (double)f->top.n;
  double late = k > 0 ? (f->sum + missing * rows) / (k * rows) : 1;
  return (gap - nearest) * (float)(sqrt(rows) / late);
}
