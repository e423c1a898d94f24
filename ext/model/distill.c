/* distill.c -- see distill.h: the order of a training.
**
** Some papers, the last of a shuffle by the seed, are held out: they choose
** nothing and are not trained on, but say how good the model is.
*/
#include <math.h>
#include <string.h>
#include <xxhash.h>
#include "base/newfile.h"
#include "base/progress.h"
#include "kern/kern.h"
#include "model/parts.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { HELD_MAX = 1000, HELD_SHARE = 20, RISE = 50, BEST = 10 };

/* The words are cut as BERT cuts them; of its tokens none is needed. */
static int cutter(LitErr *e, LitDistill *t) {
  static const char config[] = "{\"do_lower_case\": true}";
  LitSubwordFiles f = {.who = t->opts.who, .main = "[UNK]\n", .n_main = 6,
                       .config = config, .n_config = sizeof config - 1};
  return lit_subword_parse(e, &f, &t->cutter);
}

LitDistill *lit_distill_new(LitErr *e, const LitDistillOpts *opts,
                        const LitModel *teacher) {
  LitDistill *t = lit_new0(e, 1, sizeof *t);
  if (!t) return NULL;
  t->opts = *opts, t->teacher = teacher, t->dim = (size_t)opts->dim;
  if (teacher && opts->dim > lit_model_dim(teacher))
    lit_fail(e, LIT_ERROR, "%s: dim %lld: the teacher's vectors have %d",
             opts->who, (long long)opts->dim, lit_model_dim(teacher));
  else if (!lit_newfile_check(e, opts->who, opts->out))
    cutter(e, t);
  if (!e->rc) return t;
  lit_distill_free(t);
  return NULL;
}

void lit_distill_free(LitDistill *t) {
  LitDistillRoom *r;
  if (!t) return;
  r = &t->room;
  lit_subword_free(t->cutter);
  lit_work_drop(&t->work);
  lit_distill_words_drop(&t->words);
  lit_distill_texts_drop(&t->papers), lit_distill_texts_drop(&t->taught);
  lit_buf_drop(&t->vocabulary);
  lit_free(t->vectors), lit_free(t->counts), lit_free(t->order);
  lit_free(t->w), lit_free(t->m), lit_free(t->v);
  lit_free(r->rows.at), lit_free(r->rows.end);
  lit_free(r->unit), lit_free(r->grad), lit_free(r->norm), lit_free(r->like);
  lit_free(r->by_row), lit_free(r->by_col), lit_free(r->texts);
  lit_free(r->first), lit_free(r->where);
  lit_distill_hard_drop(&t->pool);
  lit_free(t);
}

uint64_t lit_distill_seed(const LitDistill *t, LitDistillDraw what,
                          uint64_t i) {
  uint64_t s = (uint64_t)t->opts.seed * 0x9E3779B97F4A7C15u + (uint64_t)what;
  s = lit_random(&s) + i;
  return lit_random(&s);
}

size_t lit_distill_n_trained(const LitDistill *t) {
  return t->papers.n_texts - t->n_held;
}

int lit_distill_vectors_room(LitErr *e, LitDistill *t) {
  size_t n = lit_size(t->n_vocab, t->dim);
  t->w = lit_new0(e, n, sizeof *t->w);
  t->m = lit_new0(e, n, sizeof *t->m);
  t->v = lit_new0(e, n, sizeof *t->v);
  return e->rc;
}

static int batch_room(LitErr *e, LitDistill *t) {
  LitDistillRoom *r = &t->room;
  r->texts = lit_new(e, (size_t)t->opts.taught_batch, sizeof *r->texts);
  r->first = lit_new(e, t->n_vocab + 1, sizeof *r->first);
  return e->rc;
}

static uint64_t hash_texts(const LitDistillTexts *x, uint64_t h) {
  h = XXH3_64bits_withSeed(x->at, x->n * sizeof *x->at, h);
  return XXH3_64bits_withSeed(x->part, x->n_parts * sizeof *x->part, h);
}

/* All that decides the result, before words become tokens. */
static void stamp(LitDistill *t) {
  const LitDistillOpts *o = &t->opts;
  int64_t whole[] = {o->dim, o->words, o->least, o->steps, o->batch,
                     o->taught_batch, o->alike, o->seed};
  double real[] = {o->rate, o->temperature, o->titles, o->distill, o->rare,
                   o->drop};
  double hard[] = {(double)o->hard, (double)o->pool, (double)o->mine,
                   o->margin};
  uint64_t h = XXH3_64bits(whole, sizeof whole);
  h = XXH3_64bits_withSeed(real, sizeof real, h);
  if (o->hard) h = XXH3_64bits_withSeed(hard, sizeof hard, h);
  h = XXH3_64bits_withSeed(t->words.text.at, t->words.text.n, h);
  h = hash_texts(&t->taught, hash_texts(&t->papers, h));
  if (t->teacher)
    h = XXH3_64bits_withSeed(t->vectors, t->taught.n_texts * sizeof(float) *
                             (size_t)lit_model_dim(t->teacher), h);
  t->stamp = h;
}

static int check(LitErr *e, LitDistill *t) {
  const LitDistillOpts *o = &t->opts;
  size_t n = t->papers.n_texts;
  t->n_held = n / HELD_SHARE < HELD_MAX ? n / HELD_SHARE : HELD_MAX;
  if (n < 4)
    return lit_fail(e, LIT_ERROR, "%s: %zu texts with words; at least 4 are "
                    "needed", o->who, n);
  if (t->teacher && t->taught.n_texts < (size_t)t->dim)
    return lit_fail(e, LIT_ERROR, "%s: the teacher's vectors of %zu texts are "
                    "too few for %zu dimensions", o->who, t->taught.n_texts,
                    t->dim);
  return e->rc;
}

static int first_vectors(LitErr *e, LitDistill *t, const LitStop *stop) {
  if (lit_distill_vectors_room(e, t)) return e->rc;
  if (!t->teacher && t->n_vocab <= t->dim)
    return lit_fail(e, LIT_ERROR, "%s: a vocabulary of %zu is too small for "
                    "%zu dimensions", t->opts.who, t->n_vocab, t->dim);
  return t->teacher ? lit_distill_start_taught(e, t, stop)
                    : lit_distill_start_alone(e, t, stop);
}

int lit_distill_begin(LitErr *e, LitDistill *t, const LitStop *stop) {
  int found;
  if (check(e, t)) return e->rc;
  stamp(t);
  if (lit_distill_state_load(e, t, &found)) return e->rc;
  if (!found && lit_distill_vocabulary(e, t)) return e->rc;
  if (lit_distill_tokens(e, t, stop)) return e->rc;
  if (!found && first_vectors(e, t, stop)) return e->rc;
  if (t->teacher && lit_distill_turn_taught(e, t, stop)) return e->rc;
  if (lit_distill_batch_order(e, t) || lit_distill_hard_room(e, t) ||
      batch_room(e, t))
    return e->rc;
  return found ? e->rc : lit_distill_state_save(e, t);
}

static double rate_of(const LitDistill *t) {
  double done = (double)t->step / (double)t->opts.steps;
  double rise = ((double)t->step + 1) / RISE;
  return t->opts.rate * (rise < 1 ? rise : 1) * (1 - done);
}

static int one_step(LitErr *e, LitDistill *t, const LitStop *stop) {
  LitDistillRoom *r = &t->room;
  size_t n = lit_distill_batch_size(t), n_taught = 0;
  size_t n_hard;
  if (lit_distill_batch_epoch(e, t, stop) ||
      lit_distill_hard_pool(e, t, stop) || lit_distill_batch_pairs(e, t) ||
      lit_distill_hard_add(e, t))
    return e->rc;
  n_hard = r->rows.n_rows - 2 * n;
  if (t->teacher && t->opts.distill > 0)
    n_taught = (size_t)t->opts.taught_batch;
  if (lit_distill_batch_taught(e, t, r->texts, n_taught) ||
      lit_distill_rows_room(e, t))
    return e->rc;
  lit_distill_rows_sum(t, t->opts.hard ? 2 * n : 0);
  if (lit_distill_loss_pairs(e, t, n, n_hard)) return e->rc;
  if (n_taught)
    lit_distill_loss_taught(t, 2 * n + n_hard, r->texts, n_taught);
  if (!isfinite(t->loss))
    return lit_fail(e, LIT_ERROR, "%s: the loss is not finite at step %lld: "
                    "take a lower rate", t->opts.who, (long long)t->step);
  if (lit_distill_rows_learn(e, t, rate_of(t))) return e->rc;
  t->step++;
  return e->rc;
}

int lit_distill_is_done(const LitDistill *t) {
  return t->step >= t->opts.steps;
}

int lit_distill_steps(LitErr *e, LitDistill *t, int64_t n,
                      const LitStop *stop) {
  LitProgress *p = lit_progress_begin(t->opts.who, (uint64_t)t->opts.steps);
  LitErr quiet = {0};                   /* To keep what was reached */
  while (n-- > 0 && !lit_distill_is_done(t) && !lit_stopped(e, stop)) {
    if (one_step(e, t, stop)) break;
    lit_progress_set(p, (uint64_t)t->step);
    if (t->step % t->opts.keep == 0 && lit_distill_state_save(e, t)) break;
  }
  lit_progress_end(p);
  if (e->rc == LIT_INTERRUPT) lit_distill_state_save(&quiet, t);
  return e->rc;
}

/* The gain of the right one at this rank among all, ties against it. */
static double gain(const float *unit, size_t dim, size_t n, size_t i) {
  const float *q = unit + i * dim, *answers = unit + n * dim;
  float right = lit_dot_f32(q, answers + i * dim, dim);
  int rank = 0;
  for (size_t k = 0; k < n && rank < BEST; k++)
    rank += k != i && lit_dot_f32(q, answers + k * dim, dim) >= right;
  return rank < BEST ? 1 / log2(rank + 2.0) : 0;
}

int lit_distill_score(LitErr *e, LitDistill *t, const LitStop *stop) {
  size_t n = t->n_held, from = t->papers.n_texts - n;
  double sum = 0;
  lit_distill_rows_clear(&t->room.rows);
  for (int title = 1; title >= 0; title--)
    for (size_t i = 0; i < n && !e->rc; i++)
      lit_distill_batch_paper(e, t, t->order[from + i], title);
  if (e->rc || lit_distill_rows_room(e, t)) return e->rc;
  lit_distill_rows_sum(t, 0);
  for (size_t i = 0; i < n && !lit_stopped(e, stop); i++)
    sum += gain(t->room.unit, t->dim, n, i);
  t->score = n ? sum / (double)n : 0;
  return e->rc;
}

void lit_distill_seen(const LitDistill *t, LitDistillSeen *out) {
  *out = (LitDistillSeen){
    .step = t->step, .papers = (int64_t)t->papers.n_texts,
    .taught = (int64_t)t->taught.n_texts, .tokens = (int64_t)t->papers.n,
    .vocabulary = (int64_t)t->n_vocab, .loss = t->loss, .cosine = t->cosine,
    .score = t->score};
}
