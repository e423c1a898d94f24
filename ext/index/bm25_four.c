/* bm25_four.c -- four rows that may be among the best, looked up word by word, as long
** as one of them still may: see bm25_fours.c. */
#include "index/bm25_hunt.h"
#include "base/poison.h"

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

int lit_hunt_four(LitErr *e, LitHunt *s, uint32_t four, float need) {
  Four x = four_at(s, four);
  s->trace.fours++;
  if (!take_words(e, s, need, &x)) return e->rc;
  for (unsigned i = 0; i < LIT_SIEVE_ROWS; i++)
    if (x.allowed & x.has & 1u << i && x.score[i] >= need)
      s->guesses[s->n_guesses++] = (LitGuess){x.score[i], x.row + i, 1};
  return LIT_OK;
}

int lit_hunt_four_best(LitErr *e, LitHunt *s, uint32_t four, LitTopk *best) {
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
