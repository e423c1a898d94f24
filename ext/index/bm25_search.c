/* bm25_search.c -- the best rows without scoring all of them.
**
** MaxScore (Turtle and Flood 1995) over windows of 4096 rows.  In a window,
** words are ordered by the most they can add there; the weakest, which
** together cannot lift a row to the floor of the top-k, are only looked up in
** rows that the others bring.  What a word can add comes from the points of
** its blocks, runs or list (posts_list.h).
**
** Block-max WAND (Ding and Suel 2011) over the same blocks was tried against it,
** on 156,000 papers, k = 10: it decodes about as many blocks for three words and
** twice as many for 40, and takes 1.6 to 2.5 times as long for three words, 2.3
** to 3.2 times for titles (11 words), 3.3 to 5.2 times for first sentences (23)
** and 4 to 6 times for 40 words, the first without stop words, the second with
** them.  Its pivots move one word at a time; a window is read in long loops.
**
** Rows are chosen in single precision with a margin that covers its rounding;
** who is left at the end of a segment is scored in doubles, words in ascending
** order of bytes, so the answer is that of scoring everything.
*/
#include <math.h>
#include "index/bm25_plan.h"
#include "kern/kern.h"
#include "base/poison.h"

enum {
  WINDOW = LIT_LENS_ROWS,   /* One chunk of lengths */
  BLOCKWISE = 12,            /* Up to so many blocks in a window, bounds are
                            ** taken from the blocks, else from the list */
  ASK_EVERY = 64,
  PROBE_COST = 8,           /* Looking up a row costs as much as so many
                            ** postings read in order */
  SIFT_COST = 12            /* ... or so many of which few have a hit */
};

/* A term that the segment has. */
typedef struct Word {
  int term;                 /* In the plan */
  double weight;            /* weight * idf */
  float most;               /* It adds to any row at most; >= 0 */
  float now;                /* ... to a row of this window */
  int blockwise;            /* Is `now` taken from blocks? */
  uint32_t run, block;      /* Of `scan`: the first that reaches the window */
  LitList scan, probe;      /* Reading in order; looking up */
} Word;

/* A row that may be good enough. */
typedef struct Guess {
  float score;
  uint32_t row;
  int has;                  /* Is a word known to be in it? */
} Guess;

typedef struct Search {
  const LitPlan *plan;
  const LitSeg *seg;
  const uint64_t *allowed;  /* Bits of rows; NULL: all */
  LitTopk *top;
  LitLens lens;
  Word *words;              /* [n_words], in the plan's order */
  Word **order;             /* [n_words], by `now` */
  float *sums;              /* [n_words]: of order[0..i].now */
  int n_words, n_weak;      /* order[0..n_weak-1] are only looked up */
  float margin, k1;
  Guess *waiting;           /* Of all windows, for their exact scores */
  size_t n_waiting, room;
  LitTopk likely;           /* The best of them in single precision, and what
                            ** `top` has of other segments */
  uint32_t from, to;        /* The window */
  uint64_t hit[WINDOW / 64];
  float score[WINDOW];      /* Between windows 0, and no hit is set */
  Guess guesses[WINDOW];
  float kth[WINDOW];        /* Room to find the k-th best guess */
  double exact[WINDOW];
  uint32_t n_guesses;
  LitBm25Trace trace;
  const LitStop *stop;
  uint32_t asked;           /* Words since it was asked */
} Search;

/* ---- bounds ---- */

static float saturate(const Search *s, float x) {
  return x < 1e30f ? x / (s->k1 + x) : 1;
}

/* The most that the best of these points can add. */
static float points_most(const Search *s, const Word *w,
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
  return best > 0 ? (float)w->weight * saturate(s, best) : 0;
}

/* Over the whole list.  One block has no points: it is short, and reading it
** costs less than knowing more. */
static int list_most(LitErr *e, Search *s, Word *w) {
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
static int blocks_most(LitErr *e, Search *s, Word *w) {
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

static int window_most(LitErr *e, Search *s, Word *w) {
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

/* Order the words by what they can add in the window and part the weak. */
static int part_words(LitErr *e, Search *s, float need) {
  for (int i = 0; i < s->n_words; i++) {
    Word *w = s->order[i];
    int k = i;
    if (window_most(e, s, w)) return e->rc;
    for (; k > 0 && s->order[k - 1]->now > w->now; k--)
      s->order[k] = s->order[k - 1];
    s->order[k] = w;
  }
  s->n_weak = 0;
  for (int i = 0; i < s->n_words; i++) {
    s->sums[i] = s->order[i]->now + (i ? s->sums[i - 1] : 0);
    if (s->sums[i] < need) s->n_weak = i + 1;
  }
  return LIT_OK;
}

/* Call for each word of a window: thousands of them outlast a moment. */
static int stopped(LitErr *e, Search *s) {
  return ++s->asked % ASK_EVERY == 0 ? lit_stopped(e, s->stop) : e->rc;
}

/* ---- postings in order ---- */

static float norm_of(const Search *s, int field, uint32_t len) {
  return len < LIT_NORMS ? s->plan->norms[field][len]
                         : (float)lit_plan_norm(s->plan, field, len);
}

/* What the word adds to posting i of the block of l, in single precision. */
static float add_of(const Search *s, const LitList *l, float weight,
                    uint32_t i) {
  float x = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    uint32_t tf = lit_tfs_get(&l->tfs[t], i);
    if (tf && f < s->plan->how.n_fields)
      x += (float)tf *
           norm_of(s, f, lit_lens_get(&s->lens, l->rows[i], f));
  }
  return x > 0 ? weight * saturate(s, x) : 0;
}

/* x[i - from] += tf * norm of the field, for postings from .. to of the block,
** whose lengths take `width` bytes.  Called with constants, so that the loop
** does not ask for them. */
static inline void add_field(const Search *s, const LitList *l, int t,
                             uint32_t from, uint32_t to, unsigned width,
                             float *x) {
  int field = l->tfs[t].field;
  const float *norms = s->plan->norms[field];
  LitLensField lens = {s->lens.fields[field].at, width};
  uint32_t tf[LIT_BLOCK];
  lit_tfs_all(&l->tfs[t], to, tf);
  for (uint32_t i = from; i < to; i++) {
    uint32_t len = lit_lens_at(&lens, l->rows[i] - s->from);
    float norm = len < LIT_NORMS ? norms[len] : norm_of(s, field, len);
    x[i - from] += (float)tf[i] * norm;
  }
}

/* Add the word to the rows of postings from .. to of the block. */
static void take_postings(Search *s, const LitList *l, float weight,
                          uint32_t from, uint32_t to) {
  float x[LIT_BLOCK], k1 = s->k1 + 1e-30f;       /* x and k1 may be 0 */
  for (uint32_t i = 0; i < to - from; i++) x[i] = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    if (f >= s->plan->how.n_fields) continue;
    switch (s->lens.fields[f].width) {
    case 1: add_field(s, l, t, from, to, 1, x); break;
    case 2: add_field(s, l, t, from, to, 2, x); break;
    default: add_field(s, l, t, from, to, 4, x);
    }
  }
  for (uint32_t i = from; i < to; i++) {
    uint32_t at = l->rows[i] - s->from;
    s->score[at] += weight * x[i - from] / (k1 + x[i - from]);
    s->hit[at / 64] |= (uint64_t)1 << at % 64;
  }
}

/* The same to those of them alone that have a hit already.  Which these are is
** gathered without a branch: few are, and nobody could guess which. */
static void sift_postings(Search *s, const LitList *l, float weight,
                          uint32_t from, uint32_t to) {
  uint8_t some[LIT_BLOCK];
  uint32_t n = 0;
  for (uint32_t i = from; i < to; i++) {
    uint32_t at = l->rows[i] - s->from;
    some[n] = (uint8_t)i;
    n += s->hit[at / 64] >> at % 64 & 1;
  }
  for (uint32_t k = 0; k < n; k++)
    s->score[l->rows[some[k]] - s->from] += add_of(s, l, weight, some[k]);
}

/* Add the word to all its rows of the window, or to those with a hit. */
static int read_word(LitErr *e, Search *s, Word *w, int sift) {
  LitList *l = &w->scan;
  float weight = (float)w->weight;
  if (l->row == LIT_NO_ROW || l->row < s->from || l->block == LIT_NO_ROW)
    if (lit_list_seek(e, l, s->from)) return e->rc;
  while (l->row != LIT_NO_ROW && l->row < s->to) {
    uint32_t to = l->i;
    if (l->rows[l->n - 1] < s->to) to = l->n;
    else while (l->rows[to] < s->to) to++;
    if (sift) sift_postings(s, l, weight, l->i, to);
    else take_postings(s, l, weight, l->i, to);
    l->i = to - 1;
    if (lit_list_step(e, l)) return e->rc;
  }
  return LIT_OK;
}

/* ---- choosing ---- */

static uint64_t allowed_at(const Search *s, uint32_t word) {
  return s->allowed ? s->allowed[s->from / 64 + word] : UINT64_MAX;
}

/* Take back hits that are not allowed or cannot reach `need` any more; how many
** are left. */
static size_t drop_hits(Search *s, float need) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  for (uint32_t i = 0; s->allowed && i < n_bits; i++)
    s->hit[i] &= allowed_at(s, i);
  return lit_kern()->reach(s->score, need, n_bits, s->hit);
}

/* Hits that are allowed and could reach `need` become guesses; clears the
** window. */
static void take_hits(Search *s, float need) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  s->n_guesses = 0;
  drop_hits(s, need);
  for (uint32_t i = 0; i < n_bits; i++)
    for (uint64_t bits = s->hit[i]; bits; bits &= bits - 1) {
      uint32_t at = i * 64 + (uint32_t)__builtin_ctzll(bits);
      s->guesses[s->n_guesses++] = (Guess){s->score[at], s->from + at, 1};
    }
  memset(s->hit, 0, n_bits * sizeof *s->hit);
  memset(s->score, 0, 64 * n_bits * sizeof *s->score);
}

/* All allowed rows become guesses. */
static void take_allowed(Search *s) {
  uint32_t n_bits = (s->to - s->from + 63) / 64;
  s->n_guesses = 0;
  for (uint32_t i = 0; i < n_bits; i++)
    for (uint64_t bits = allowed_at(s, i); bits; bits &= bits - 1) {
      uint32_t row = s->from + i * 64 + (uint32_t)__builtin_ctzll(bits);
      if (row < s->to) s->guesses[s->n_guesses++] = (Guess){0, row, 0};
    }
}

/* Look the word up in every guess; drop those that cannot reach `need` any
** more when all weaker words together add `rest`. */
static int look_up(LitErr *e, Search *s, Word *w, float need, float rest) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    Guess g = s->guesses[i];
    LitList *l = &w->probe;
    if (g.score + w->now + rest < need) continue;
    if (lit_list_seek(e, l, g.row)) return e->rc;
    if (l->row == g.row) {
      g.score += add_of(s, l, (float)w->weight, l->i);
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
static void keep_best(Search *s) {
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

/* ---- scoring ---- */

/* A row below it cannot be among the best: scores that are compared here may
** both be off by the margin. */
static float needed(const Search *s) {
  float one = (float)s->top->floor - s->margin;
  float two = (float)s->likely.floor - 2 * s->margin;
  return one > two ? one : two;
}

/* Exact scores are made at the end of a segment, when most of those who looked
** good are known not to be. */
static int wait(LitErr *e, Search *s) {
  float need = needed(s);
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    Guess g = s->guesses[i];
    if (g.score < need) continue;
    if (LIT_GROW(e, &s->waiting, &s->room, s->n_waiting + 1)) return e->rc;
    s->waiting[s->n_waiting++] = g;
    if (lit_topk_wants(&s->likely, (double)g.score) &&
        lit_topk_push(e, &s->likely, (double)g.score, g.row))
      return e->rc;
  }
  return LIT_OK;
}

static int score_word(LitErr *e, Search *s, Word *w) {
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    uint32_t row = s->guesses[i].row;
    if (lit_list_probe(e, &w->probe, row))
      s->exact[i] += lit_plan_exact(s->plan, &w->probe, &s->lens, w->weight);
    if (e->rc) return e->rc;
  }
  return LIT_OK;
}

static int push_guesses(LitErr *e, Search *s) {
  if (s->n_guesses == 0) return e->rc;
  memset(s->exact, 0, s->n_guesses * sizeof *s->exact);
  for (int i = 0; i < s->n_words; i++)
    if (score_word(e, s, &s->words[i]) || stopped(e, s)) return e->rc;
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    int64_t rowid;
    if (!lit_topk_wants(s->top, s->exact[i])) continue;
    if (lit_ids_get(e, s->seg, s->guesses[i].row, &rowid) ||
        lit_topk_push(e, s->top, s->exact[i], rowid))
      return e->rc;
  }
  s->trace.rows_scored += s->n_guesses;
  return LIT_OK;
}

/* ---- windows ---- */

/* About how many rows of the window have the word. */
static uint64_t postings_of(const Search *s, const Word *w) {
  return (uint64_t)w->scan.at.df * (s->to - s->from) / s->seg->n_rows + 1;
}

/* Do few rows pass the filter, so that looking up each is the shorter way? */
static int is_sparse(const Search *s) {
  uint64_t postings = 0, rows = 0;
  if (!s->allowed) return 0;
  for (uint32_t i = 0; i < (s->to - s->from + 63) / 64; i++)
    rows += (uint64_t)__builtin_popcountll(allowed_at(s, i));
  for (int i = s->n_weak; i < s->n_words; i++)
    postings += postings_of(s, s->order[i]);
  return rows * (unsigned)(s->n_words - s->n_weak) * PROBE_COST < postings;
}

/* Read the strongest of the weak words, while so many rows have a hit that
** looking each up would take longer. */
static int sift_words(LitErr *e, Search *s, float need) {
  while (s->n_weak > 0) {
    Word *w = s->order[s->n_weak - 1];
    size_t n = drop_hits(s, need - s->sums[s->n_weak - 1]);
    if (n * SIFT_COST < postings_of(s, w)) break;
    if (read_word(e, s, w, 1) || stopped(e, s)) break;
    s->n_weak--;
  }
  return e->rc;
}

static int search_window(LitErr *e, Search *s) {
  float need = needed(s);
  if (part_words(e, s, need)) return e->rc;
  if (s->n_weak == s->n_words) return LIT_OK;
  if (lit_lens_load(e, &s->lens, s->from)) return e->rc;
  if (is_sparse(s)) {
    s->n_weak = s->n_words;
    take_allowed(s);
  } else {
    for (int i = s->n_weak; i < s->n_words; i++)
      if (read_word(e, s, s->order[i], 0) || stopped(e, s)) return e->rc;
    if (sift_words(e, s, need)) return e->rc;
    take_hits(s, need - (s->n_weak ? s->sums[s->n_weak - 1] : 0));
  }
  for (int i = s->n_weak - 1; i >= 0 && s->n_guesses; i--)
    if (look_up(e, s, s->order[i], need, i ? s->sums[i - 1] : 0) ||
        stopped(e, s))
      return e->rc;
  keep_best(s);
  return wait(e, s);
}

/* Score those that wait and may still be among the best, window by window: a
** window's rows have their lengths in one chunk. */
static int settle(LitErr *e, Search *s) {
  float need = needed(s);
  for (size_t i = 0; i < s->n_waiting && !e->rc; ) {
    uint32_t window = s->waiting[i].row / WINDOW;
    s->n_guesses = 0;
    for (; i < s->n_waiting && s->waiting[i].row / WINDOW == window; i++)
      if (s->waiting[i].score >= need)
        s->guesses[s->n_guesses++] = s->waiting[i];
    if (s->n_guesses && !lit_lens_load(e, &s->lens, window * WINDOW))
      push_guesses(e, s);
  }
  s->n_waiting = 0;
  return e->rc;
}

static int search_windows(LitErr *e, Search *s, const LitBits *mask) {
  uint32_t n_rows = s->seg->n_rows;
  for (s->from = 0; s->from < n_rows; s->from = s->to) {
    s->to = n_rows - s->from > WINDOW ? s->from + WINDOW : n_rows;
    if (mask) {
      uint32_t next = lit_bits_next(mask, s->from);
      if (next >= n_rows) break;
      if (next >= s->to) continue;
    }
    if (search_window(e, s) || lit_stopped(e, s->stop)) return e->rc;
  }
  return LIT_OK;
}

/* ---- segments ---- */

static int open_words(LitErr *e, Search *s, int seg) {
  const LitPlan *p = s->plan;
  s->n_words = 0;
  for (int t = 0; t < p->n_terms; t++) {
    const LitTermAt *at = &p->at[seg * p->n_terms + t];
    Word *w = &s->words[s->n_words];
    if (at->df == 0) continue;
    s->order[s->n_words++] = w;
    w->term = t;
    w->weight = p->weights[t];
    w->run = w->block = 0;
    w->blockwise = (uint64_t)at->df * WINDOW <=
                   (uint64_t)BLOCKWISE * LIT_BLOCK * s->seg->n_rows;
    w->scan = w->probe = (LitList){0};
    s->trace.postings += at->df;
    if (lit_list_open(e, &w->scan, s->seg, at) ||
        lit_list_open(e, &w->probe, s->seg, at) || list_most(e, s, w))
      return e->rc;
  }
  return LIT_OK;
}

static void close_words(Search *s) {
  for (int i = 0; i < s->n_words; i++) {
    Word *w = &s->words[i];
    uint64_t blocks = ((uint64_t)w->scan.at.df + LIT_BLOCK - 1) / LIT_BLOCK;
    s->trace.blocks_decoded += w->scan.decoded + w->probe.decoded;
    if (blocks > w->scan.decoded)
      s->trace.blocks_skipped += blocks - w->scan.decoded;
    lit_list_close(&w->scan);
    lit_list_close(&w->probe);
  }
  s->n_words = 0;
}

static int begin_likely(LitErr *e, Search *s) {
  lit_topk_drop(&s->likely);
  lit_topk_init(&s->likely, s->top->k);
  for (size_t i = 0; i < s->top->n && !e->rc; i++)
    lit_topk_push(e, &s->likely, s->top->at[i].score, 0);
  return e->rc;
}

static int search_segment(LitErr *e, Search *s, int seg,
                          const LitBits *mask) {
  s->seg = s->plan->segs[seg];
  if (!mask && s->seg->live.at) mask = &s->seg->live;
  if (mask && mask->n != s->seg->n_rows)
    return lit_fail(e, LIT_ERROR, "bm25: a mask of %u rows for %u",
                    (unsigned)mask->n, (unsigned)s->seg->n_rows);
  s->allowed = mask ? mask->at : NULL;
  memset(s->hit, 0, sizeof s->hit);
  memset(s->score, 0, sizeof s->score);
  if (!lit_lens_open(e, &s->lens, s->seg) && !open_words(e, s, seg) &&
      s->n_words > 0 && !search_windows(e, s, mask))
    settle(e, s);
  close_words(s);
  lit_lens_close(&s->lens);
  return e->rc;
}

/* The segment with the most rows that comes after `last` in descending order
** of rows; -1 at the end.  The largest first lifts the floor soonest. */
static int next_segment(const LitPlan *p, int last) {
  int best = -1;
  for (int i = 0; i < p->n_segs; i++) {
    uint32_t n = p->segs[i]->n_rows;
    if (last >= 0 && (n > p->segs[last]->n_rows ||
                      (n == p->segs[last]->n_rows && i <= last)))
      continue;
    if (best < 0 || n > p->segs[best]->n_rows) best = i;
  }
  return best;
}

static int make_search(LitErr *e, Search *s, LitPlan *p) {
  size_t n = (size_t)p->n_terms;
  s->plan = p;
  s->k1 = (float)p->k1;
  s->words = lit_arena_new(e, &p->arena, n, sizeof *s->words);
  s->order = lit_arena_new(e, &p->arena, n, sizeof *s->order);
  s->sums = lit_arena_new(e, &p->arena, n, sizeof *s->sums);
  if (e->rc) return e->rc;
  for (size_t t = 0; t < n; t++)
    s->margin += (float)(fabs(p->weights[t]) * 1e-6 * (double)(n + 10));
  return LIT_OK;
}

int lit_plan_search(LitErr *e, LitPlan *p, const LitBits *const *masks,
                    LitTopk *top, LitBm25Trace *trace, const LitStop *stop) {
  Search *s = NULL;
  int seg = -1;
  if (top->k == 0 || lit_plan_norms(e, p)) return e->rc;
  s = lit_arena_new(e, &p->arena, 1, sizeof *s);
  if (!s) return e->rc;
  memset(s, 0, offsetof(Search, hit));
  s->trace = (LitBm25Trace){0};
  s->top = top;
  s->stop = stop;
  if (make_search(e, s, p)) return e->rc;
  while ((seg = next_segment(p, seg)) >= 0)
    if (begin_likely(e, s) ||
        search_segment(e, s, seg, masks ? masks[seg] : NULL))
      break;
  lit_topk_drop(&s->likely);
  lit_free(s->waiting);
  if (trace) {
    trace->postings += s->trace.postings;
    trace->blocks_decoded += s->trace.blocks_decoded;
    trace->blocks_skipped += s->trace.blocks_skipped;
    trace->rows_scored += s->trace.rows_scored;
  }
  return e->rc;
}

int lit_bm25_search(LitErr *e, const LitBm25 *how, LitSeg *const *segs,
                    const LitBits *const *masks, int n_segs,
                    const LitTerm *terms, int n_terms, LitTopk *top,
                    LitBm25Trace *trace, const LitStop *stop) {
  LitPlan p = {0};
  if (top->k && !lit_plan_make(e, &p, how, segs, n_segs, terms, n_terms))
    lit_plan_search(e, &p, masks, top, trace, stop);
  lit_plan_drop(&p);
  return e->rc;
}
