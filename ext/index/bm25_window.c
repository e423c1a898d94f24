/* bm25_window.c -- a window of 4096 rows, read: see bm25_search.c.  What a word can
** add comes from the points of its blocks, runs or list (posts_list.h). */
#include <math.h>
#include "index/bm25_hunt.h"
#include "kern/kern.h"
#include "base/poison.h"

enum {
  ASK_EVERY = 64,
  PROBE_COST = 8,           /* Looking up a row costs as much as so many
                            ** postings read in order */
  SIFT_COST = 12,           /* ... or so many of which few have a hit */
  FEW = 8                   /* Postings: one by one */
};

/* ---- bounds ---- */

/* The most that the best of these points can add. */
static float points_most(const LitHunt *s, const LitSought *w,
                         const LitPointsAt *p) {
  const uint8_t *at = p->at;
  float best = 0;
  if (!(w->weight > 0)) return 0;
  for (uint32_t i = 0; i < p->n; i++) {
    float x = 0;
    for (uint32_t m = p->mask; m; m &= m - 1, at += 2) {
      int f = __builtin_ctz(m);
      if (f >= s->plan->how.n_fields) continue;
      x += (at[0] == 255 ? 1e30f : (float)at[0]) *
           s->plan->code_norms[f][at[1]];
    }
    if (x > best) best = x;
  }
  return best > 0 ? (float)w->weight * lit_hunt_saturate(s, best) : 0;
}

int lit_hunt_list_most(LitErr *e, LitHunt *s, LitSought *w) {
  w->most = 0;
  if (lit_list_is_lone(&w->scan.at))
    w->most = w->weight > 0 ? (float)w->weight : 0;
  else if (w->scan.at.kind == LIT_LIST_RUN)
    w->most = points_most(s, w, &w->scan.points);
  else
    for (uint32_t r = 0; r < w->scan.n_runs; r++) {
      LitPointsAt p;
      float most;
      if (lit_list_run_points(e, &w->scan, r, &p)) return e->rc;
      most = points_most(s, w, &p);
      if (most > w->most) w->most = most;
    }
  return LIT_OK;
}

/* In the window, from the blocks of the open run that reach into it.  A run
** that ends inside the window: the bound of the list. */
static int blocks_most(LitErr *e, LitHunt *s, LitSought *w) {
  LitList *l = &w->scan;
  uint32_t b = w->block;
  w->now = 0;
  if (l->heads && lit_list_run_last(l, l->run) < s->from) {
    uint32_t r = l->run;
    while (r + 1 < l->n_runs && lit_list_run_last(l, r) < s->from) r++;
    if (lit_list_run(e, l, r)) return e->rc;
  }
  if (w->run != l->run) w->run = l->run, b = 0;   /* Reading may have moved on */
  while (b < l->n_blocks && lit_list_last(l, b) < s->from) b++;
  w->block = b;
  for (; b < l->n_blocks; b++) {
    LitPointsAt p;
    float most;
    uint32_t before = b ? lit_list_last(l, b - 1) : l->before;
    if (before != LIT_NO_ROW && before + 1 >= s->to) return LIT_OK;
    if (lit_list_points(e, l, b, &p)) return e->rc;
    most = points_most(s, w, &p);
    if (most > w->now) w->now = most;
  }
  if (l->run + 1 < l->n_runs) w->now = w->most;
  return LIT_OK;
}

static int window_most(LitErr *e, LitHunt *s, LitSought *w) {
  LitList *l = &w->scan;
  if (lit_list_is_lone(&l->at)) {
    if (l->row != LIT_NO_ROW && l->row < s->from)
      lit_list_seek(e, l, s->from);
    w->now = l->row != LIT_NO_ROW && l->row < s->to ? w->most : 0;
    return e->rc;
  }
  if (w->blockwise) return blocks_most(e, s, w);
  w->now = w->most;
  return LIT_OK;
}

int lit_hunt_part(LitErr *e, LitHunt *s, LitSought **order, int n, float need) {
  for (int i = 0; i < n; i++) {
    LitSought *w = order[i];
    int k = i;
    if (window_most(e, s, w)) return e->rc;
    for (; k > 0 && order[k - 1]->now > w->now; k--) order[k] = order[k - 1];
    order[k] = w;
  }
  s->n_weak = 0;
  for (int i = 0; i < n; i++) {
    s->sums[i] = order[i]->now + (i ? s->sums[i - 1] : 0);
    if (s->sums[i] < need) s->n_weak = i + 1;
  }
  return LIT_OK;
}

int lit_hunt_stopped(LitErr *e, LitHunt *s) {
  return ++s->asked % ASK_EVERY == 0 ? lit_stopped(e, s->stop) : e->rc;
}

/* ---- postings in order ---- */

/* Add the word to the rows of postings from .. to of the block: few of a block that
** reaches over many windows. */
static void take_few(LitHunt *s, const LitList *l, float weight, uint32_t from,
                     uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    uint32_t at = l->rows[i] - s->from;
    s->score[at] += lit_hunt_add(s, l, weight, i, l->rows[i]);
    s->hit[at / 64] |= (uint64_t)1 << at % 64;
  }
}

/* The same to any number of them. */
static void take_postings(LitHunt *s, const LitList *l, float weight,
                          uint32_t from, uint32_t to) {
  float x[LIT_BLOCK], k1 = s->k1 + 1e-30f;       /* x and k1 may be 0 */
  lit_plan_sums(s->plan, &s->lens, l, from, to, x);
  for (uint32_t i = from; i < to; i++) {
    uint32_t at = l->rows[i] - s->from;
    s->score[at] += weight * x[i - from] / (k1 + x[i - from]);
    s->hit[at / 64] |= (uint64_t)1 << at % 64;
  }
}

/* The same to those of them alone that have a hit already.  Which these are is
** gathered without a branch: few are, and nobody could guess which. */
static void sift_postings(LitHunt *s, const LitList *l, float weight,
                          uint32_t from, uint32_t to) {
  uint8_t some[LIT_BLOCK];
  uint32_t n = 0;
  for (uint32_t i = from; i < to; i++) {
    uint32_t at = l->rows[i] - s->from;
    some[n] = (uint8_t)i;
    n += s->hit[at / 64] >> at % 64 & 1;
  }
  for (uint32_t k = 0; k < n; k++)
    s->score[l->rows[some[k]] - s->from] +=
        lit_hunt_add(s, l, weight, some[k], l->rows[some[k]]);
}

int lit_hunt_read_word(LitErr *e, LitHunt *s, LitSought *w, int sift) {
  LitList *l = &w->scan;
  float weight = (float)w->weight;
  if (l->row == LIT_NO_ROW || l->row < s->from || l->block == LIT_NO_ROW)
    if (lit_list_seek(e, l, s->from)) return e->rc;
  while (l->row != LIT_NO_ROW && l->row < s->to) {
    uint32_t to = l->i;
    if (l->rows[l->n - 1] < s->to) to = l->n;
    else while (l->rows[to] < s->to) to++;
    if (sift) sift_postings(s, l, weight, l->i, to);
    else if (to - l->i <= FEW) take_few(s, l, weight, l->i, to);
    else take_postings(s, l, weight, l->i, to);
    l->i = to - 1;
    if (lit_list_step(e, l)) return e->rc;
  }
  return LIT_OK;
}

/* ---- choosing ---- */

/* Take back hits that are not allowed or cannot reach `need` any more; how many
** are left. */
static size_t drop_hits(LitHunt *s, float need) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  for (uint32_t i = 0; s->allowed && i < n_bits; i++)
    s->hit[i] &= lit_hunt_allowed(s, i);
  return lit_kern()->reach(s->score, need, n_bits, s->hit);
}

/* Hits that are allowed and could reach `need` become guesses; clears the
** window. */
static void take_hits(LitHunt *s, float need) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  s->n_guesses = 0;
  drop_hits(s, need);
  for (uint32_t i = 0; i < n_bits; i++)
    for (uint64_t bits = s->hit[i]; bits; bits &= bits - 1) {
      uint32_t at = i * 64 + (uint32_t)__builtin_ctzll(bits);
      s->guesses[s->n_guesses++] = (LitGuess){s->score[at], s->from + at, 1};
    }
  memset(s->hit, 0, n_bits * sizeof *s->hit);
  memset(s->score, 0, 64 * n_bits * sizeof *s->score);
}

/* All allowed rows become guesses. */
static void take_allowed(LitHunt *s) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  s->n_guesses = 0;
  for (uint32_t i = 0; i < n_bits; i++)
    for (uint64_t bits = lit_hunt_allowed(s, i); bits; bits &= bits - 1) {
      uint32_t row = s->from + i * 64 + (uint32_t)__builtin_ctzll(bits);
      if (row < s->to) s->guesses[s->n_guesses++] = (LitGuess){0, row, 0};
    }
}

/* Look the word up in every guess; drop those that cannot reach `need` any
** more when all weaker words together add `rest`. */
static int look_up(LitErr *e, LitHunt *s, LitSought *w, float need, float rest) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    LitGuess g = s->guesses[i];
    LitList *l = &w->probe;
    if (g.score + w->now + rest < need) continue;
    if (lit_list_seek(e, l, g.row)) return e->rc;
    if (l->row == g.row) {
      g.score += lit_hunt_add(s, l, (float)w->weight, l->i, g.row);
      g.has = 1;
    }
    if (g.score + rest >= need) s->guesses[kept++] = g;
  }
  s->n_guesses = kept;
  return LIT_OK;
}

/* The k-th largest of n numbers, 1 <= k <= n (Hoare 1961, FIND). */
static float select_kth(float *v, uint32_t n, size_t k) {
  int lo = 0, hi = (int)n - 1, at = (int)k - 1;
  while (lo < hi) {
    float pivot = v[lo + (hi - lo) / 2], x;
    int i = lo, j = hi;
    while (i <= j) {
      while (v[i] > pivot) i++;
      while (v[j] < pivot) j--;
      if (i <= j) x = v[i], v[i++] = v[j], v[j--] = x;
    }
    if (at <= j) hi = j;
    else if (at >= i) lo = i;
    else break;
  }
  return v[at];
}

/* Drop the guesses without any word, and of more than k those that k others
** surpass by more than the margin: they need no exact score. */
static void keep_best(LitHunt *s) {
  uint32_t kept = 0;
  float floor;
  for (uint32_t i = 0; i < s->n_guesses; i++)
    if (s->guesses[i].has) s->guesses[kept++] = s->guesses[i];
  s->n_guesses = kept;
  if (s->n_guesses <= s->top->k) return;
  kept = 0;
  for (uint32_t i = 0; i < s->n_guesses; i++)
    s->kth[i] = s->guesses[i].score;
  floor = select_kth(s->kth, s->n_guesses, s->top->k) - 2 * s->margin;
  for (uint32_t i = 0; i < s->n_guesses; i++)
    if (s->guesses[i].score >= floor) s->guesses[kept++] = s->guesses[i];
  s->n_guesses = kept;
}

/* ---- windows ---- */

float lit_hunt_need(const LitHunt *s) {
  float one = (float)s->top->floor - s->margin;
  float two = (float)s->likely.floor - 2 * s->margin;
  float three = s->seed - 2 * s->margin;
  one = one > two ? one : two;
  return one > three ? one : three;
}

/* Exact scores are made at the end of a segment, when most of those who looked
** good are known not to be. */
static int wait(LitErr *e, LitHunt *s) {
  float need = lit_hunt_need(s);
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    LitGuess g = s->guesses[i];
    if (g.score < need) continue;
    if (LIT_GROW(e, &s->waiting, &s->room, s->n_waiting + 1)) return e->rc;
    s->waiting[s->n_waiting++] = g;
    if (lit_topk_wants(&s->likely, (double)g.score) &&
        lit_topk_push(e, &s->likely, (double)g.score, g.row))
      return e->rc;
  }
  return LIT_OK;
}

int lit_hunt_keep(LitErr *e, LitHunt *s) {
  keep_best(s);
  return wait(e, s);
}

int lit_hunt_sparse(const LitHunt *s, LitSought **order, int n) {
  uint64_t postings = 0, rows = 0;
  if (!s->allowed) return 0;
  for (uint32_t i = 0; i < (s->to - s->from + 63) / 64; i++)
    rows += (uint64_t)__builtin_popcountll(lit_hunt_allowed(s, i));
  for (int i = s->n_weak; i < n; i++) postings += lit_hunt_postings(s, order[i]);
  return rows * (unsigned)(n - s->n_weak) * PROBE_COST < postings;
}

/* Read the strongest of the weak words, while so many rows have a hit that
** looking each up would take longer. */
static int sift_words(LitErr *e, LitHunt *s, float need) {
  while (s->n_weak > 0) {
    LitSought *w = s->order[s->n_weak - 1];
    size_t n = drop_hits(s, need - s->sums[s->n_weak - 1]);
    if (n * SIFT_COST < lit_hunt_postings(s, w)) break;
    if (lit_hunt_read_word(e, s, w, 1) || lit_hunt_stopped(e, s)) break;
    s->n_weak--;
  }
  return e->rc;
}

int lit_hunt_read(LitErr *e, LitHunt *s, float need) {
  if (lit_hunt_part(e, s, s->order, s->n_words, need)) return e->rc;
  if (s->n_weak == s->n_words) return LIT_OK;
  if (lit_lens_load(e, &s->lens, s->from)) return e->rc;
  if (lit_hunt_sparse(s, s->order, s->n_words)) {
    s->n_weak = s->n_words;
    take_allowed(s);
  } else {
    for (int i = s->n_weak; i < s->n_words; i++)
      if (lit_hunt_read_word(e, s, s->order[i], 0) || lit_hunt_stopped(e, s))
        return e->rc;
    if (sift_words(e, s, need)) return e->rc;
    take_hits(s, need - (s->n_weak ? s->sums[s->n_weak - 1] : 0));
  }
  for (int i = s->n_weak - 1; i >= 0 && s->n_guesses; i--)
    if (look_up(e, s, s->order[i], need, i ? s->sums[i - 1] : 0) ||
        lit_hunt_stopped(e, s))
      return e->rc;
  return lit_hunt_keep(e, s);
}
