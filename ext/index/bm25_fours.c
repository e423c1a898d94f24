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
  HITS = 64,                /* Of which an eighth, so that the first windows count */
  SEEDS = 30,               /* And k more: fours for a first floor */
  RARE = 1024,              /* Words that together have at most one row of so many */
  ROWS_OF_K = 9,            /* With fewer rows for each of k^2 there is no sieve */
  DENSE = 8,                /* With fewer that pass a filter, one of so many, no floor
                            ** is made first */
  FLOORED = 4               /* With a floor, a segment of one of so many rows is
                            ** worth a sieve */
};

/* ---- marks ---- */

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
      s->hits++;
      if (s->score[at] + lit_sieve_of(v, four) >= least &&
          four_allowed(s, four)) {
        v->marks[four / 64] |= (uint64_t)1 << four % 64;
        s->hit_fours++;
      }
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
      if (lit_hunt_four(e, s, i * 64 + (uint32_t)__builtin_ctzll(bits), need))
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

/* The words that the sieve does not have go to the others. */
static int part_words(LitErr *e, LitHunt *s, int n) {
  int in = 0;
  for (int i = 0; i < n; i++) {
    LitSought *w = s->sieved[i];
    if (in < s->sieve->n_words && s->sieve->which[in] == i) {
      s->sieved[in++] = w;
      w->set = lit_list_set(e, s->seg, &w->scan.at, LIT_SET_FOURS);
    } else {
      s->others[s->n_others++] = w;
      w->set = lit_list_set_kept(s->seg, &w->scan.at);
    }
  }
  return e->rc;
}

int lit_hunt_open_sieve(LitErr *e, LitHunt *s, int seg) {
  int terms[LIT_SIEVE_WORDS], n = 0;
  s->sieve->n_words = s->n_others = 0;
  s->postings = 0;
  s->hits = HITS, s->hit_fours = HITS / 8;
  if (!is_worth(s)) return e->rc;
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
      lit_hunt_four_best(e, s, four % LIT_SIEVE_FOURS, best);
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

/* About how many fours will be looked at for rows that the others bring, by how many
** there were so far. */
static uint64_t fours_of_hits(const LitHunt *s) {
  uint64_t n = 0;
  for (int i = s->n_weak; i < s->n_others; i++)
    n += lit_hunt_postings(s, s->others[i]);
  return n * s->hit_fours / s->hits;
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
      mark_fours(s, need - all) + fours_of_hits(s) > s->postings / FOUR_COST)
    return lit_hunt_read(e, s, need);
  if (lit_lens_load(e, &s->lens, s->from)) return e->rc;
  return sift_window(e, s, need);
}
