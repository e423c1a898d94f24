/* bm25_hunt.h -- the parts of a search for the best rows by words, for bm25_search.c
** (segments, exact scores), bm25_window.c (windows of 4096 rows that are read),
** bm25_fours.c (windows of which a few rows are looked at) and bm25_four.c (these). */
#ifndef LIT_BM25_HUNT_H
#define LIT_BM25_HUNT_H
#include "index/bm25_sieve.h"

enum { LIT_HUNT_ROWS = LIT_LENS_ROWS };   /* Of a window: one chunk of lengths */

/* A term that the segment has. */
typedef struct LitSought {
  int term;                 /* In the plan */
  double weight;            /* weight * idf */
  float most;               /* It adds to any row at most; >= 0 */
  float now;                /* ... to a row of this window */
  int blockwise;            /* Is `now` taken from blocks? */
  uint32_t run, block;      /* Of `scan`: the first that reaches the window */
  LitList scan, probe;      /* Reading in order; looking up */
  const LitChunk *set;      /* Its rows (lit_list_set); NULL: not known */
} LitSought;

/* A row that may be good enough. */
typedef struct LitGuess {
  float score;
  uint32_t row;
  int has;                  /* Is a word known to be in it? */
} LitGuess;

typedef struct LitHunt {
  LitPlan *plan;
  const LitSeg *seg;
  const uint64_t *allowed;  /* Bits of rows; NULL: all */
  LitTopk *top;
  LitLens lens;
  LitSought *words;         /* [n_words], in the plan's order */
  LitSought **order;        /* [n_words], by `now` */
  float *sums;              /* [n_words]: of order[0..i].now */
  int n_words, n_weak;      /* order[0..n_weak-1] are only looked up */
  LitSieve *sieve;          /* Its words: */
  LitSought **sieved;       /* [sieve->n_words], the heaviest first */
  LitSought **others;       /* [n_others], by `now` */
  int n_others;
  uint64_t postings;        /* Of all words, about, in a window */
  uint64_t hits, hit_fours; /* Of windows so far: rows with a word of the others,
                            ** fours that were looked at for these */
  float margin, k1;
  float seed;               /* k rows score at least that, in single precision */
  LitGuess *waiting;        /* Of all windows, for their exact scores */
  size_t n_waiting, room;
  LitTopk likely;           /* The best of them in single precision, and what
                            ** `top` has of other segments */
  uint32_t from, to;        /* The window */
  uint64_t hit[LIT_HUNT_ROWS / 64];
  float score[LIT_HUNT_ROWS];     /* Between windows 0, and no hit is set */
  LitGuess guesses[LIT_HUNT_ROWS];
  float kth[LIT_HUNT_ROWS];       /* Room to find the k-th best guess */
  double exact[LIT_HUNT_ROWS];
  uint32_t n_guesses;
  LitBm25Trace trace;
  const LitStop *stop;
  uint32_t asked;           /* Words since it was asked */
} LitHunt;

/* ---- a row of the window ---- */

static inline void lit_hunt_window(LitHunt *s, uint32_t from) {
  uint32_t n_rows = s->seg->n_rows;
  s->from = from;
  s->to = n_rows - from > LIT_HUNT_ROWS ? from + LIT_HUNT_ROWS : n_rows;
}

/* Which rows are allowed, of the 64 after 64 word. */
static inline uint64_t lit_hunt_allowed(const LitHunt *s, uint32_t word) {
  return s->allowed ? s->allowed[s->from / 64 + word] : UINT64_MAX;
}

static inline float lit_hunt_saturate(const LitHunt *s, float x) {
  return x < 1e30f ? x / (s->k1 + x) : 1;
}

static inline float lit_hunt_norm(const LitHunt *s, int field, uint32_t len) {
  return len < LIT_NORMS ? s->plan->norms[field][len]
                         : (float)lit_plan_norm(s->plan, field, len);
}

/* What the word adds to posting i of the block of l, which is of that row, in
** single precision. */
static inline float lit_hunt_add(const LitHunt *s, const LitList *l,
                                 float weight, uint32_t i, uint32_t row) {
  float x = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    int f = l->tfs[t].field;
    uint32_t tf = lit_tfs_get(&l->tfs[t], i);
    if (tf && f < s->plan->how.n_fields)
      x += (float)tf *
           lit_hunt_norm(s, f, lit_lens_get(&s->lens, row, f));
  }
  return x > 0 ? weight * lit_hunt_saturate(s, x) : 0;
}

/* About how many rows of the window have the word. */
static inline uint64_t lit_hunt_postings(const LitHunt *s, const LitSought *w) {
  return (uint64_t)w->scan.at.df * (s->to - s->from) / s->seg->n_rows + 1;
}

/* ---- bm25_window.c ---- */

/* Sets w->most.  One block has no points: it is short, and reading it costs less
** than knowing more. */
int lit_hunt_list_most(LitErr *e, LitHunt *s, LitSought *w);
/* Order words [n] by what they can add in the window, which is not before the last
** one asked about, and part the weak: sums, n_weak. */
int lit_hunt_part(LitErr *e, LitHunt *s, LitSought **order, int n, float need);
/* Do few rows pass the filter, so that looking up each is a shorter way than to
** read the words order [n] that are not weak? */
int lit_hunt_sparse(const LitHunt *s, LitSought **order, int n);
/* Add the word to all its rows of the window, or to those with a hit. */
int lit_hunt_read_word(LitErr *e, LitHunt *s, LitSought *w, int sift);
/* Call for each word of a window: thousands of them outlast a moment. */
int lit_hunt_stopped(LitErr *e, LitHunt *s);
/* A row below it cannot be among the best: scores that are compared here may both be
** off by the margin. */
float lit_hunt_need(const LitHunt *s);
/* The guesses of the window that may be best wait for their exact scores. */
int lit_hunt_keep(LitErr *e, LitHunt *s);
/* The whole window, all words. */
int lit_hunt_read(LitErr *e, LitHunt *s, float need);

/* ---- bm25_four.c ---- */

/* The allowed rows of a four of the window that reach `need` become guesses. */
int lit_hunt_four(LitErr *e, LitHunt *s, uint32_t four, float need);
/* Whole scores of the allowed rows of a four, of which nothing is known yet, go into
** best, as long as they can be among these. */
int lit_hunt_four_best(LitErr *e, LitHunt *s, uint32_t four, LitTopk *best);

/* ---- bm25_fours.c ---- */

/* Part the words into those of the sieve and the others, if the segment gets one. */
int lit_hunt_open_sieve(LitErr *e, LitHunt *s, int seg);
/* A first floor for the segment, where it pays. */
int lit_hunt_seed(LitErr *e, LitHunt *s);
/* The window through the sieve, if there is one, or read. */
int lit_hunt_sieve(LitErr *e, LitHunt *s);
#endif
