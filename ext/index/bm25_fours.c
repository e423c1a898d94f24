/* bm25_fours.c -- windows of which only those fours are looked at that may hold
** one of the best rows, by the sieve (bm25_sieve.h) and the words that are not in
** it: these are rare, and read or looked up as in bm25_window.c.
**
** A floor comes first, made of whole scores of a few fours that look best:
** without it many fours of the first windows would be looked at. */
#include <math.h>
#include "index/bm25_hunt.h"
#include "base/poison.h"

enum {
  FOUR_COST = 25,           /* Looking at one costs as much as reading a window in
                            ** which all words have so many postings */
  SEEDS = 30,               /* And k more: fours for a first floor */
  RARE = 1024,              /* Words that together have at most one row of so many */
  ROWS_OF_K = 9,            /* With fewer rows for each of k^2 there is no sieve */
  SPARSE = 64,              /* Nor with fewer that pass a filter: one of so many */
  DENSE = 8,                /* With fewer, no floor is made first */
  FLOORED = 4               /* With a floor, a segment of one of so many rows is
                            ** worth a sieve */
};

/* ---- a four ---- */

/* Four rows, and what is known of them. */
typedef struct Four {
  uint32_t row;             /* The first */
  unsigned allowed, has;    /* Bits */
  float score[LIT_SIEVE_ROWS];
  float rest[LIT_SIEVE_ROWS];     /* What the words that are not looked up yet
                                  ** can add */
  float adds[LIT_SIEVE_WORDS];    /* What each word of the sieve does at most */
} Four;

/* Those of the four that cannot reach `need` if `more` is added are no longer
** allowed; is one left? */
static int can_reach(Four *x, float more, float need) {
  unsigned can = 0;
  for (unsigned i = 0; i < LIT_SIEVE_ROWS; i++)
    can |= (unsigned)(x->score[i] + x->rest[i] + more >= need) << i;
  return (x->allowed &= can) != 0;
}

/* For each four bits, the rows of four that have it. */
static const float ones[16][LIT_SIEVE_ROWS] = {
  {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
  {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
  {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
  {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1},
};

/* Which of the four may have the word, as bits. */
static unsigned rows_of(const LitSought *w, const Four *x) {
  return w->set ? lit_list_set_four(w->set, x->row) : 15;
}

static void add_rest(Four *x, unsigned rows, float adds) {
  for (int i = 0; i < LIT_SIEVE_ROWS; i++) x->rest[i] += ones[rows][i] * adds;
}

static int look_up_four(LitErr *e, const LitHunt *s, LitSought *w, Four *x) {
  LitList *l = &w->probe;
  uint32_t end = x->row + LIT_SIEVE_ROWS;
  if (end > s->to) end = s->to;
  if (lit_list_reach(e, l, x->row)) return e->rc;
  while (l->row < end) {
    x->score[l->row - x->row] +=
        lit_hunt_add(s, l, (float)w->weight, l->i, l->row);
    x->has |= 1u << (l->row - x->row);
    if (lit_list_hop(e, l)) return e->rc;
  }
  return LIT_OK;
}

static Four four_at(const LitHunt *s, uint32_t four) {
  uint32_t at = four * LIT_SIEVE_ROWS;
  Four x;
  x.row = s->from + at;
  x.allowed = (unsigned)(lit_hunt_allowed(s, at / 64) >> at % 64 & 15);
  x.has = (unsigned)(s->hit[at / 64] >> at % 64 & 15);
  memcpy(x.score, s->score + at, sizeof x.score);
  memset(x.rest, 0, sizeof x.rest);
  for (int i = 0; i < s->sieve->n_words; i++) {
    x.adds[i] = lit_sieve_adds(s->sieve, i, s->from, four);
    add_rest(&x, rows_of(s->sieved[i], &x), x.adds[i]);
  }
  return x;
}

/* The word, which adds so much at most, is looked up if a row that may have it can
** still reach `need`; false if none can. */
static int take_word(LitErr *e, const LitHunt *s, LitSought *w, float adds,
                     float need, Four *x) {
  unsigned rows = rows_of(w, x);
  if (!can_reach(x, 0, need)) return 0;
  add_rest(x, rows, -adds);
  return (rows & x->allowed) == 0 || !look_up_four(e, s, w, x);
}

/* The words of the sieve, the heaviest first. */
static int take_sieved(LitErr *e, const LitHunt *s, float need, Four *x) {
  for (int i = 0; i < s->sieve->n_words; i++)
    if (x->adds[i] > 0 && !take_word(e, s, s->sieved[i], x->adds[i], need, x))
      return 0;
  return 1;
}

/* Words of the sieve first, then the weak of the others, the strongest first. */
static int take_words(LitErr *e, const LitHunt *s, float need, Four *x) {
  if (!can_reach(x, s->n_weak ? s->sums[s->n_weak - 1] : 0, need)) return 0;
  for (int i = 0; i < s->n_weak; i++)
    add_rest(x, rows_of(s->others[i], x), s->others[i]->now);
  if (!take_sieved(e, s, need, x)) return 0;
  for (int i = s->n_weak - 1; i >= 0; i--)
    if (!take_word(e, s, s->others[i], s->others[i]->now, need, x)) return 0;
  return 1;
}

/* The rows of a four that reach `need` become guesses. */
static int take_four(LitErr *e, LitHunt *s, uint32_t four, float need) {
  Four x = four_at(s, four);
  s->trace.fours++;
  if (!take_words(e, s, need, &x)) return e->rc;
  for (unsigned i = 0; i < LIT_SIEVE_ROWS; i++)
    if (x.allowed & x.has & 1u << i && x.score[i] >= need)
      s->guesses[s->n_guesses++] = (LitGuess){x.score[i], x.row + i, 1};
  return LIT_OK;
}

/* Is a row of the four allowed? */
static int four_allowed(const LitHunt *s, uint32_t four) {
  return (int)(lit_hunt_allowed(s, four / 16) >> four % 16 * 4 & 15);
}

/* Mark the fours that may reach `least` without a hit: how many. */
static size_t mark_fours(LitHunt *s, float least) {
  LitSieve *v = s->sieve;
  size_t n = lit_sieve_mark(v, least);
  if (!s->allowed || n == 0) return n;
  for (uint32_t i = 0; i < LIT_SIEVE_FOURS / 64; i++)
    for (uint64_t bits = v->marks[i]; bits; bits &= bits - 1) {
      uint32_t at = (uint32_t)__builtin_ctzll(bits);
      if (four_allowed(s, i * 64 + at)) continue;
      v->marks[i] &= ~((uint64_t)1 << at);
      n--;
    }
  return n;
}

/* Mark the fours of rows that have a hit and may reach `least`. */
static void mark_hits(LitHunt *s, float least) {
  LitSieve *v = s->sieve;
  for (uint32_t i = 0; i < LIT_HUNT_ROWS / 64; i++)
    for (uint64_t bits = s->hit[i]; bits; bits &= bits - 1) {
      uint32_t at = i * 64 + (uint32_t)__builtin_ctzll(bits);
      uint32_t four = at / LIT_SIEVE_ROWS;
      if (s->score[at] + lit_sieve_of(v, four) >= least &&
          four_allowed(s, four))
        v->marks[four / 64] |= (uint64_t)1 << four % 64;
    }
}

static void clear_hits(LitHunt *s) {
  for (uint32_t i = 0; i < LIT_HUNT_ROWS / 64; i++)
    for (; s->hit[i]; s->hit[i] &= s->hit[i] - 1)
      s->score[i * 64 + (uint32_t)__builtin_ctzll(s->hit[i])] = 0;
}

/* The others of the words are read or looked up as in lit_hunt_read, then the marked
** fours looked at. */
static int sift_window(LitErr *e, LitHunt *s, float need) {
  LitSieve *v = s->sieve;
  float least = need - (s->n_weak ? s->sums[s->n_weak - 1] : 0);
  s->n_guesses = 0;
  for (int i = s->n_weak; i < s->n_others; i++)
    if (lit_hunt_read_word(e, s, s->others[i], 0) || lit_hunt_stopped(e, s))
      return e->rc;
  mark_hits(s, least);
  for (uint32_t i = 0; i < LIT_SIEVE_FOURS / 64; i++)
    for (uint64_t bits = v->marks[i]; bits; bits &= bits - 1)
      if (take_four(e, s, i * 64 + (uint32_t)__builtin_ctzll(bits), need))
        return e->rc;
  clear_hits(s);
  return lit_hunt_keep(e, s);
}

/* Does about one row of so many pass the filter?  By some of its words. */
static int passes(const LitHunt *s, uint32_t of) {
  uint32_t n = (s->seg->n_rows + 63) / 64, step = n / 256 + 1;
  uint64_t rows = 0, all = 0;
  for (uint32_t i = 0; s->allowed && i < n; i += step, all += 64)
    rows += (uint64_t)__builtin_popcountll(s->allowed[i]);
  return rows * of >= all;
}

/* Who asks brings a floor, above which there are fewer rows than k. */
static int has_floor(const LitHunt *s) {
  return s->top->n < s->top->k && s->top->floor > -INFINITY;
}

/* Of a million papers, for sentences, the sieve takes .4 of the time for k = 100, .5
** for 150 and .66 for 300; of 100,000 .35 for 10, .7 for 32 and as long for 100: what
** pays grows like the root of the rows.  With a floor k says little: there are mostly
** fewer rows above it, and most fours are excluded from the first window on. */
static int is_worth(const LitHunt *s) {
  uint32_t n = s->seg->n_rows;
  if (has_floor(s)) return n >= s->plan->sieve_from / FLOORED;
  return n >= s->plan->sieve_from && s->top->k <= n / ROWS_OF_K / s->top->k;
}

/* The words that the sieve does not have go to the others.  Of its own a set of rows
** is made. */
static int part_words(LitErr *e, LitHunt *s, int n) {
  int in = 0;
  for (int i = 0; i < n; i++) {
    LitSought *w = s->sieved[i];
    if (in < s->sieve->n_words && s->sieve->which[in] == i) {
      s->sieved[in++] = w;
      w->set = lit_list_set(e, s->seg, &w->scan.at);
    } else {
      s->others[s->n_others++] = w;
    }
  }
  for (int i = 0; i < s->n_others; i++)
    s->others[i]->set = lit_list_set_kept(s->seg, &s->others[i]->scan.at);
  return e->rc;
}

int lit_hunt_open_sieve(LitErr *e, LitHunt *s, int seg) {
  int terms[LIT_SIEVE_WORDS], n = 0;
  s->sieve->n_words = s->n_others = 0;
  s->postings = 0;
  if (!is_worth(s) || !passes(s, SPARSE)) return e->rc;
  for (int i = 0; i < s->n_words; i++) {
    LitSought *w = &s->words[i];
    int k = n;
    s->postings += (uint64_t)w->scan.at.df * LIT_HUNT_ROWS / s->seg->n_rows;
    if (!(w->weight > 0) || !lit_sieve_wants(s->seg, w->scan.at.df)) {
      s->others[s->n_others++] = w;
      continue;
    }
    if (n == LIT_SIEVE_WORDS) return e->rc;
    for (; k > 0 && s->sieved[k - 1]->weight < w->weight; k--)
      s->sieved[k] = s->sieved[k - 1];
    s->sieved[k] = w;
    n++;
  }
  for (int i = 0; i < n; i++) terms[i] = s->sieved[i]->term;
  if (lit_sieve_open(e, s->sieve, s->plan, seg, terms, n, s->stop)) return e->rc;
  return part_words(e, s, n);
}

/* ---- a first floor ---- */

/* Whole scores of the allowed rows of a four, of which nothing is known yet, as
** long as they can be among the best. */
static int take_seed(LitErr *e, LitHunt *s, uint32_t four, LitTopk *best) {
  Four x = four_at(s, four);
  for (int i = 0; i < s->n_others; i++)
    if (look_up_four(e, s, s->others[i], &x)) return e->rc;
  if (!take_sieved(e, s, (float)best->floor, &x)) return e->rc;
  for (unsigned i = 0; i < LIT_SIEVE_ROWS; i++)
    if (x.allowed & x.has & 1u << i && lit_topk_wants(best, (double)x.score[i]) &&
        lit_topk_push(e, best, (double)x.score[i], x.row + i))
      return e->rc;
  return LIT_OK;
}

/* The rarest of the others, so many that they have few rows: to the front of
** others; how many. */
static int rarest(LitHunt *s) {
  uint64_t rows = 0;
  int n = 0;
  for (int i = 1; i < s->n_others; i++) {
    LitSought *w = s->others[i];
    int k = i;
    for (; k > 0 && s->others[k - 1]->scan.at.df > w->scan.at.df; k--)
      s->others[k] = s->others[k - 1];
    s->others[k] = w;
  }
  while (n < s->n_others &&
         (rows += s->others[n]->scan.at.df) <= s->seg->n_rows / RARE)
    n++;
  return n;
}

static int push_seed(LitErr *e, const LitHunt *s, uint32_t four, float most,
                     LitTopk *seeds) {
  if (!lit_topk_wants(seeds, (double)most) || !four_allowed(s, four)) return e->rc;
  return lit_topk_push(e, seeds, (double)most, s->from / LIT_SIEVE_ROWS + four);
}

/* Read the first n of the others; were any in the window? */
static int read_rare(LitErr *e, LitHunt *s, int n) {
  int any = 0;
  for (int i = 0; i < n; i++) {
    const LitList *l = &s->others[i]->scan;
    if (l->row >= s->to) continue;                  /* Also at its end */
    if (!any++ && lit_lens_load(e, &s->lens, s->from)) return 0;
    if (lit_hunt_read_word(e, s, s->others[i], 0)) return 0;
  }
  return any;
}

static float best_hit(const LitHunt *s, uint32_t four) {
  const float *at = s->score + four * LIT_SIEVE_ROWS;
  float best = at[0];
  for (int i = 1; i < LIT_SIEVE_ROWS; i++) best = at[i] > best ? at[i] : best;
  return best;
}

/* Of a window, each at most once: the fours of rows with one of the first n of the
** others, and the one that the sieve thinks most of. */
static int find_seeds(LitErr *e, LitHunt *s, int n, LitTopk *seeds) {
  LitSieve *v = s->sieve;
  float most = lit_sieve_sum(v, s->from, v->all);
  int any = read_rare(e, s, n);
  uint32_t top;
  for (uint32_t i = 0; any && i < LIT_HUNT_ROWS / 64; i++)
    for (uint64_t bits = s->hit[i]; bits; ) {
      uint32_t in = (uint32_t)__builtin_ctzll(bits) / LIT_SIEVE_ROWS;
      uint32_t four = i * (64 / LIT_SIEVE_ROWS) + in;
      if (push_seed(e, s, four, best_hit(s, four) + lit_sieve_of(v, four), seeds))
        return e->rc;
      bits &= ~((uint64_t)15 << in * LIT_SIEVE_ROWS);
    }
  if (lit_topk_wants(seeds, (double)most)) {
    top = lit_sieve_top(v);
    if (!(s->hit[top / 16] >> top % 16 * LIT_SIEVE_ROWS & 15))
      push_seed(e, s, top, most, seeds);
  }
  if (any) clear_hits(s);
  return e->rc;
}

/* To the beginning again. */
static int rewind_words(LitErr *e, LitHunt *s, int n) {
  for (int i = 0; i < n && !e->rc; i++) {
    LitSought *w = s->others[i];
    w->run = w->block = 0;
    lit_list_seek(e, &w->scan, 0);
  }
  return e->rc;
}

/* No two seeds are the same four, so no row counts twice. */
static int score_seeds(LitErr *e, LitHunt *s, LitTopk *seeds, LitTopk *best) {
  lit_topk_sort(seeds);
  for (size_t i = 0; i < seeds->n && !e->rc; i++) {
    uint32_t four = (uint32_t)seeds->at[i].id;
    if (!lit_topk_wants(best, seeds->at[i].score)) break;
    lit_hunt_window(s, four / LIT_SIEVE_FOURS * LIT_HUNT_ROWS);
    if (!lit_lens_load(e, &s->lens, s->from))
      take_seed(e, s, four % LIT_SIEVE_FOURS, best);
  }
  return e->rc;
}

/* Does seeding pay?  Not where there is a floor. */
static int wants_seeds(const LitHunt *s) {
  return s->sieve->n_words > 0 && !has_floor(s) && passes(s, DENSE);
}

int lit_hunt_seed(LitErr *e, LitHunt *s) {
  LitTopk seeds, best;
  uint32_t n_rows = s->seg->n_rows;
  int n;
  s->seed = -INFINITY;
  if (!wants_seeds(s)) return e->rc;
  n = rarest(s);
  lit_topk_init(&seeds, s->top->k + SEEDS);
  lit_topk_init(&best, s->top->k);
  for (s->from = 0; s->from < n_rows && !e->rc; s->from = s->to) {
    lit_hunt_window(s, s->from);
    if (!find_seeds(e, s, n, &seeds)) lit_stopped(e, s->stop);
  }
  if (!rewind_words(e, s, n) && !score_seeds(e, s, &seeds, &best) &&
      best.n == best.k)
    s->seed = (float)best.floor;
  lit_topk_drop(&seeds);
  lit_topk_drop(&best);
  return e->rc;
}

int lit_hunt_sieve(LitErr *e, LitHunt *s) {
  float need = lit_hunt_need(s), most, all;
  if (s->sieve->n_words == 0 || !(need > 0)) return lit_hunt_read(e, s, need);
  most = lit_sieve_sum(s->sieve, s->from, need);
  if (lit_hunt_part(e, s, s->others, s->n_others, need - most)) return e->rc;
  all = s->n_others ? s->sums[s->n_others - 1] : 0;
  if (most + all < need) return LIT_OK;
  if (lit_hunt_sparse(s, s->others, s->n_others)) s->n_weak = s->n_others;
  all = s->n_weak ? s->sums[s->n_weak - 1] : 0;
  if (!(need - all > 0) ||
      mark_fours(s, need - all) > s->postings / FOUR_COST)
    return lit_hunt_read(e, s, need);
  if (lit_lens_load(e, &s->lens, s->from)) return e->rc;
  return sift_window(e, s, need);
}
