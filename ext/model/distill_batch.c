/* distill_batch.c -- what a step learns from.
**
** A pair is made of one paper: with probability `titles` its title and its
** abstract, else one of its sentences and all the rest, title included.  Each
** epoch takes the papers in another order; `alike` papers that follow one
** another there are like one another by the vectors at its start, so that each
** pair meets some that are hard to tell from it among those of its batch: the
** papers are halved, by the difference of the vectors of two of them, until
** `alike` are left.
*/
#include <stdlib.h>
#include <string.h>
#include "base/progress.h"
#include "kern/kern.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { SENTENCE_LEAST = 5, ROWS = 1024 };

static void shuffle(size_t *at, size_t n, uint64_t random) {
  for (size_t i = n; i > 1; i--) {
    size_t k = lit_random_below(&random, i), x = at[i - 1];
    at[i - 1] = at[k], at[k] = x;
  }
}

typedef struct Parts { size_t from, to, but; } Parts;

/* The tokens of parts from .. to-1 of x, but `but`. */
static int put_parts(LitErr *e, LitDistill *t, const LitDistillTexts *x,
                     Parts which, uint64_t *random) {
  LitDistillRows *rows = &t->room.rows;
  size_t at;
  for (size_t p = which.from; p < which.to && !e->rc; p++) {
    if (p == which.but) continue;
    at = p ? x->part[p - 1] : 0;
    if (lit_distill_rows_add(e, rows, x->at + at, x->part[p] - at)) break;
    if (!random || !(t->opts.drop > 0)) continue;
    at = rows->n - (x->part[p] - at);
    for (size_t k = at, n = rows->n; k < n; k++) {
      if (k == at) rows->n = at;
      if (lit_random_01(random) >= t->opts.drop)
        rows->at[rows->n++] = rows->at[k];
    }
  }
  return e->rc;
}

/* The parts of text i. */
static void parts_of(const LitDistillTexts *x, size_t i, size_t *from,
                     size_t *to) {
  *from = i ? x->text[i - 1] : 0, *to = x->text[i];
}

/* The title, or the first sentence if there is none, and all the rest. */
int lit_distill_batch_paper(LitErr *e, LitDistill *t, size_t paper,
                            int title) {
  const LitDistillTexts *x = &t->papers;
  size_t from, to, first;
  parts_of(x, paper, &from, &to);
  first = x->part[from] == (from ? x->part[from - 1] : 0) ? from + 1 : from;
  if (first == to) first = from;
  if (title) put_parts(e, t, x, (Parts){first, first + 1, SIZE_MAX}, NULL);
  else if (first + 1 < to)
    put_parts(e, t, x, (Parts){first + 1, to, SIZE_MAX}, NULL);
  else put_parts(e, t, x, (Parts){from, to, SIZE_MAX}, NULL);
  return lit_distill_rows_end(e, &t->room.rows);
}

/* The part that is the question of a pair: the title, part `from`, or a
** sentence. */
static size_t question(const LitDistill *t, size_t from, size_t to,
                       uint64_t *random) {
  const LitDistillTexts *x = &t->papers;
  size_t title = x->part[from] - (from ? x->part[from - 1] : 0), p;
  int want_title = lit_random_01(random) < t->opts.titles;
  if (want_title && title) return from;
  p = from + 1 + lit_random_below(random, to - from - 1);
  if (x->part[p] - x->part[p - 1] >= SENTENCE_LEAST || !title) return p;
  return from;
}

/* Has part q all the tokens of parts from .. to-1? */
static int is_all(const LitDistillTexts *x, size_t from, size_t to, size_t q) {
  size_t all = x->part[to - 1] - (from ? x->part[from - 1] : 0);
  return x->part[q] - (q ? x->part[q - 1] : 0) == all;
}

/* A text of one part answers itself. */
static int add_pair(LitErr *e, LitDistill *t, size_t paper, int answer,
                    uint64_t random) {
  const LitDistillTexts *x = &t->papers;
  size_t from, to, q;
  parts_of(x, paper, &from, &to);
  q = to - from > 1 ? question(t, from, to, &random) : from;
  random ^= (uint64_t)answer;
  if (!answer) put_parts(e, t, x, (Parts){q, q + 1, SIZE_MAX}, &random);
  else if (is_all(x, from, to, q))
    put_parts(e, t, x, (Parts){from, to, SIZE_MAX}, &random);
  else put_parts(e, t, x, (Parts){from, to, q}, &random);
  return lit_distill_rows_end(e, &t->room.rows);
}

int lit_distill_batch_vectors(LitErr *e, LitDistill *t, const size_t *papers,
                              size_t n, float *out, const LitStop *stop) {
  LitProgress *p = lit_progress_begin("vectors of papers", n);
  for (size_t at = 0; at < n && !lit_stopped(e, stop); at += ROWS) {
    size_t more = n - at < ROWS ? n - at : ROWS;
    lit_distill_rows_clear(&t->room.rows);
    for (size_t i = at; i < at + more && !e->rc; i++)
      lit_distill_batch_paper(e, t, papers[i], 0);
    if (e->rc || lit_distill_rows_room(e, t)) break;
    lit_distill_rows_sum(t, 0);
    memcpy(out + at * t->dim, t->room.unit, more * t->dim * sizeof *out);
    lit_progress_set(p, at);
  }
  lit_progress_end(p);
  return e->rc;
}

typedef struct Near { float at; uint32_t i; } Near;

static int by_place(const void *a, const void *b) {
  const Near *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return x->i < y->i ? -1 : 1;
}

/* Order near [n] so that each `alike` of them in turn are like one another. */
static int halve(LitErr *e, const LitDistill *t, const float *v, Near *near,
                 size_t n, uint64_t random, const LitStop *stop) {
  float way[LIT_DISTILL_DIM_MAX];
  const float *a, *b;
  size_t alike = (size_t)t->opts.alike, left = n / 2 / alike * alike;
  if (n <= alike || lit_stopped(e, stop)) return e->rc;
  if (!left) left = alike;
  a = v + near[lit_random_below(&random, n)].i * t->dim;
  b = v + near[lit_random_below(&random, n)].i * t->dim;
  for (size_t k = 0; k < t->dim; k++) way[k] = a[k] - b[k];
  for (size_t i = 0; i < n; i++)
    near[i].at = lit_dot_f32(way, v + near[i].i * t->dim, t->dim);
  qsort(near, n, sizeof *near, by_place);
  halve(e, t, v, near, left, lit_random(&random), stop);
  return halve(e, t, v, near + left, n - left, lit_random(&random), stop);
}

/* Groups of like papers, the groups in any order. */
static int group(LitErr *e, LitDistill *t, uint64_t random,
                 const LitStop *stop) {
  size_t n = lit_distill_n_trained(t), alike = (size_t)t->opts.alike;
  size_t n_groups = (n + alike - 1) / alike, k = 0;
  float *v = lit_new(e, lit_size(n, t->dim), sizeof *v);
  Near *near = lit_new(e, n, sizeof *near);
  size_t *groups = lit_new(e, n_groups, sizeof *groups);
  size_t *order = lit_new(e, t->papers.n_texts, sizeof *order);
  if (e->rc || lit_distill_batch_vectors(e, t, t->order, n, v, stop))
    goto done;
  for (size_t i = 0; i < n; i++) near[i].i = (uint32_t)i;
  if (halve(e, t, v, near, n, lit_random(&random), stop)) goto done;
  for (size_t i = 0; i < n_groups; i++) groups[i] = i;
  shuffle(groups, n_groups, lit_random(&random));
  for (size_t i = 0; i < n_groups; i++)
    for (size_t j = groups[i] * alike; j < (groups[i] + 1) * alike && j < n;)
      order[k++] = t->order[near[j++].i];
  memcpy(t->order, order, n * sizeof *order);
done:
  lit_free(v), lit_free(near), lit_free(groups), lit_free(order);
  return e->rc;
}

static void first_order(LitDistill *t) {
  for (size_t i = 0; i < t->papers.n_texts; i++) t->order[i] = i;
  shuffle(t->order, t->papers.n_texts,
          lit_distill_seed(t, LIT_DISTILL_FIRST, 0));
}

int lit_distill_batch_order(LitErr *e, LitDistill *t) {
  if (t->order) return e->rc;
  t->order = lit_new(e, t->papers.n_texts, sizeof *t->order);
  if (t->order) first_order(t);
  t->epoch = -1;
  return e->rc;
}

size_t lit_distill_batch_size(const LitDistill *t) {
  size_t n = lit_distill_n_trained(t);
  return (size_t)t->opts.batch < n ? (size_t)t->opts.batch : n;
}

static size_t steps_per_epoch(const LitDistill *t) {
  return lit_distill_n_trained(t) / lit_distill_batch_size(t);
}

size_t lit_distill_batch_at(const LitDistill *t, size_t i) {
  size_t nth = (size_t)t->step % steps_per_epoch(t);
  return t->order[nth * lit_distill_batch_size(t) + i];
}

/* Each epoch's order begins with that of the first. */
int lit_distill_batch_epoch(LitErr *e, LitDistill *t, const LitStop *stop) {
  int64_t epoch = t->step / (int64_t)steps_per_epoch(t);
  if (epoch == t->epoch) return e->rc;
  first_order(t);
  shuffle(t->order, lit_distill_n_trained(t),
          lit_distill_seed(t, LIT_DISTILL_EPOCH, (uint64_t)epoch));
  if (t->opts.alike > 1 &&
      group(e, t, lit_distill_seed(t, LIT_DISTILL_ALIKE, (uint64_t)epoch),
            stop))
    return e->rc;
  t->epoch = epoch;
  return e->rc;
}

int lit_distill_batch_pairs(LitErr *e, LitDistill *t) {
  size_t size = lit_distill_batch_size(t);
  lit_distill_rows_clear(&t->room.rows);
  for (int answer = 0; answer < 2; answer++)
    for (size_t i = 0; i < size && !e->rc; i++) {
      size_t paper = lit_distill_batch_at(t, i);
      add_pair(e, t, paper, answer,
               lit_distill_seed(t, LIT_DISTILL_PAIR,
                                (uint64_t)t->step << 20 ^ paper));
    }
  return e->rc;
}

int lit_distill_batch_taught(LitErr *e, LitDistill *t, size_t *texts,
                             size_t n) {
  uint64_t random = lit_distill_seed(t, LIT_DISTILL_TAUGHT, (uint64_t)t->step);
  for (size_t i = 0; i < n && !e->rc; i++) {
    size_t from, to;
    texts[i] = lit_random_below(&random, t->taught.n_texts);
    parts_of(&t->taught, texts[i], &from, &to);
    put_parts(e, t, &t->taught, (Parts){from, to, SIZE_MAX}, &random);
    lit_distill_rows_end(e, &t->room.rows);
  }
  return e->rc;
}
