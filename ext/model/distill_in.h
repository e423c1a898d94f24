/* distill_in.h -- inside the trainer: what the files distill_*.c share. */
#ifndef LIT_DISTILL_IN_H
#define LIT_DISTILL_IN_H
#include "base/buf.h"
#include "base/mem.h"
#include "model/distill.h"
#include "text/subword.h"
#include "text/toktext.h"

/* Every word met, in the order of meeting. */
typedef struct LitDistillWords {
  LitBuf text;              /* all, one after another */
  uint32_t *end;            /* [n] where word i ends in text */
  uint32_t *count;          /* [n] how often it was met */
  uint32_t *slot;           /* [mask + 1] word + 1; 0: empty */
  size_t n, room_end, room_count, mask;
} LitDistillWords;

/* Texts as numbers of words, later of tokens.  A paper is its title, then its
** sentences; a text taught has one part. */
typedef struct LitDistillTexts {
  uint32_t *at;             /* [n] */
  size_t *part;             /* [n_parts] where part i ends in at */
  size_t *text;             /* [n_texts] where text i ends in part */
  size_t n, n_parts, n_texts, room, room_part, room_text;
} LitDistillTexts;

/* Texts of a batch: tokens, and sums of their vectors. */
typedef struct LitDistillRows {
  uint32_t *at;             /* [n] tokens of all rows */
  size_t *end;              /* [n_rows] */
  size_t n, n_rows, room, room_end;
} LitDistillRows;

typedef struct LitDistillRoom {
  LitDistillRows rows;
  float *unit, *grad;       /* [rows, dim] */
  float *norm;              /* [rows] */
  size_t room_unit, room_grad, room_norm;
  size_t summed;            /* rows before it have their sums */
  float *like;              /* [batch, answers] */
  float *by_row, *by_col;   /* [batch], [answers] */
  size_t room_like, room_row, room_col;
  size_t *texts;            /* [taught_batch] */
  uint32_t *first;          /* [V + 1] a token's first place in `where` */
  uint32_t *where;          /* [rows.n] rows, by token */
  size_t room_where;
} LitDistillRoom;

/* Texts that may be hard negatives, and what is chosen of them. */
typedef struct LitDistillPool {
  size_t *papers;           /* [n] */
  float *vectors;           /* [n, dim] when the pool was drawn */
  uint8_t *taken;           /* [all papers] is it an answer of this step? */
  size_t n;
} LitDistillPool;

enum { LIT_DISTILL_DIM_MAX = 1024 };

struct LitDistill {
  LitDistillOpts opts;
  const LitModel *teacher;
  LitSubword *cutter;       /* only its normalizer and pre-tokenizer are used */
  LitWork work;
  LitDistillWords words;
  LitDistillTexts papers, taught;
  float *vectors;           /* [taught, dim of teacher], then [taught, dim] */
  size_t room_vectors;
  LitBuf vocabulary;        /* tokens, each ended by a newline */
  size_t n_vocab, dim, n_held;
  uint64_t stamp;           /* of options and texts */
  uint64_t *counts;         /* [V] how often in the papers */
  float *w, *m, *v;         /* [V, dim] vectors; Adam's two means */
  size_t *order;            /* [papers] the order of this epoch */
  int64_t epoch, step;      /* the epoch that `order` is of; steps done */
  LitDistillPool pool;
  double loss, cosine, score;
  LitDistillRoom room;
};

/* distill_words.c */
int lit_distill_texts_end(LitErr *e, LitDistillTexts *to, int is_text);
void lit_distill_texts_drop(LitDistillTexts *x);
void lit_distill_words_drop(LitDistillWords *w);

/* distill_vocab.c: choose the tokens; words become tokens */
int lit_distill_vocabulary(LitErr *e, LitDistill *t);
int lit_distill_tokens(LitErr *e, LitDistill *t, const LitStop *stop);

/* distill_start.c, distill_svd.c: the first vectors.  turn_taught: the vectors
** taught as [taught, dim], by the same axes. */
int lit_distill_start_taught(LitErr *e, LitDistill *t, const LitStop *stop);
int lit_distill_turn_taught(LitErr *e, LitDistill *t, const LitStop *stop);
int lit_distill_start_alone(LitErr *e, LitDistill *t, const LitStop *stop);

/* distill_axes.c: rows [n, dim] -> out [dim, dim], the sum of their squares;
** sym [n, n], symmetric, is used up; axes [n, n]: one a row, longest first. */
int lit_distill_covariance(LitErr *e, const float *rows, size_t n, size_t dim,
                         double *out);
int lit_distill_axes(LitErr *e, double *sym, size_t n, double *axes,
                   const LitStop *stop);

/* distill_rows.c: t->room.rows; then unit and norm of them; then, from grad, a
** step of Adam */
int lit_distill_rows_room(LitErr *e, LitDistill *t);
void lit_distill_rows_clear(LitDistillRows *rows);
int lit_distill_rows_add(LitErr *e, LitDistillRows *rows, const uint32_t *at,
                       size_t n);
int lit_distill_rows_end(LitErr *e, LitDistillRows *rows);
void lit_distill_rows_sum(LitDistill *t, size_t from);      /* rows from .. */
int lit_distill_rows_learn(LitErr *e, LitDistill *t, double rate);

/* distill_batch.c: the order of the epoch of step t->step, if it is another;
** then the step's rows.  pairs: all questions, then all answers; taught: n
** more, and which texts they are; paper: one row.  at: which paper is pair i.
** vectors: of papers [n], out [n, dim]; uses up the rows. */
int lit_distill_batch_order(LitErr *e, LitDistill *t);
size_t lit_distill_batch_size(const LitDistill *t);
int lit_distill_batch_epoch(LitErr *e, LitDistill *t, const LitStop *stop);
int lit_distill_batch_pairs(LitErr *e, LitDistill *t);
int lit_distill_batch_taught(LitErr *e, LitDistill *t, size_t *texts, size_t n);
int lit_distill_batch_paper(LitErr *e, LitDistill *t, size_t paper, int title);
size_t lit_distill_batch_at(const LitDistill *t, size_t i);
int lit_distill_batch_vectors(LitErr *e, LitDistill *t, const size_t *papers,
                              size_t n, float *out, const LitStop *stop);

/* distill_hard.c, nothing without opts.hard: the pool's room; a new pool, if
** one is due at t->step, before the step's rows; rows of hard negatives, after
** the pairs' */
int lit_distill_hard_room(LitErr *e, LitDistill *t);
void lit_distill_hard_drop(LitDistillPool *p);
int lit_distill_hard_pool(LitErr *e, LitDistill *t, const LitStop *stop);
int lit_distill_hard_add(LitErr *e, LitDistill *t);

/* distill_loss.c: adds to the gradients of the rows, those of n pairs and
** their hard negatives, and of n rows taught */
int lit_distill_loss_pairs(LitErr *e, LitDistill *t, size_t n, size_t n_hard);
void lit_distill_loss_taught(LitDistill *t, size_t from, const size_t *texts,
                           size_t n);

/* distill.c: where the random numbers of i, a step or an epoch, begin; w, m, v
** of [n_vocab, dim], zero */
typedef enum LitDistillDraw {
  LIT_DISTILL_FIRST = 1, LIT_DISTILL_EPOCH, LIT_DISTILL_ALIKE, LIT_DISTILL_PAIR,
  LIT_DISTILL_TAUGHT, LIT_DISTILL_POOL
} LitDistillDraw;
uint64_t lit_distill_seed(const LitDistill *t, LitDistillDraw what, uint64_t i);
size_t lit_distill_n_trained(const LitDistill *t);    /* papers not held out */
int lit_distill_vectors_room(LitErr *e, LitDistill *t);

/* distill_state.c: the checkpoint */
int lit_distill_state_load(LitErr *e, LitDistill *t, int *found);
int lit_distill_state_save(LitErr *e, const LitDistill *t);
void lit_distill_state_remove(const LitDistill *t);

static inline uint64_t lit_random(uint64_t *state) {      /* splitmix64 */
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}
static inline double lit_random_01(uint64_t *state) {
  return (double)(lit_random(state) >> 11) * 0x1p-53;
}
static inline size_t lit_random_below(uint64_t *state, size_t n) {
  return (size_t)(lit_random_01(state) * (double)n);
}
#endif
