/* distill_hard.c -- hard negatives: texts that a question is likely to take for
** its answer, which its batch is not likely to hold.
**
** Every `mine` steps a pool is drawn from the papers, and has the vectors that
** it has by then.  In each step a question meets, besides the answers of its
** batch, the `hard` texts of the pool that are nearest to it, and those of the
** other questions.  A text nearly as near as the right answer may well be one
** more: above `margin` times the cosine of that it is left out (TopK-PercPos of
** NV-Retriever; Moreira et al. 2024, arXiv 2407.15831), here, by the vectors of
** the pool, and in the loss, by those of the step.
*/
#include <string.h>
#include "base/topk.h"
#include "kern/blas.h"
#include "kern/kern.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { SCORES = 1 << 21 };  /* computed at once, at least a question's */

int lit_distill_hard_room(LitErr *e, LitDistill *t) {
  LitDistillPool *p = &t->pool;
  size_t trained = lit_distill_n_trained(t);
  if (!t->opts.hard || p->papers) return e->rc;
  p->n = (size_t)t->opts.pool < trained ? (size_t)t->opts.pool : trained;
  p->papers = lit_new0(e, p->n, sizeof *p->papers);
  p->vectors = lit_new0(e, lit_size(p->n, t->dim), sizeof *p->vectors);
  p->taken = lit_new0(e, t->papers.n_texts, sizeof *p->taken);
  return e->rc;
}

void lit_distill_hard_drop(LitDistillPool *p) {
  lit_free(p->papers), lit_free(p->vectors), lit_free(p->taken);
  *p = (LitDistillPool){0};
}

int lit_distill_hard_pool(LitErr *e, LitDistill *t, const LitStop *stop) {
  LitDistillPool *p = &t->pool;
  size_t trained = lit_distill_n_trained(t);
  size_t at = lit_distill_seed(t, LIT_DISTILL_POOL, (uint64_t)t->step) %
              trained;
  if (!t->opts.hard || t->step % t->opts.mine) return e->rc;
  for (size_t i = 0; i < p->n; i++)
    p->papers[i] = t->order[(at + i) % trained];
  return lit_distill_batch_vectors(e, t, p->papers, p->n, p->vectors, stop);
}

/* Is paper i new to this step? */
static int take(LitDistillPool *p, size_t i) {
  int is_new = !p->taken[i];
  p->taken[i] = 1;
  return is_new;
}

/* Rows of the texts nearest to question i, by its scores [pool]. */
static int add_nearest(LitErr *e, LitDistill *t, size_t i,
                       const float *scores) {
  LitDistillPool *p = &t->pool;
  LitTopk best;
  size_t n = lit_distill_batch_size(t);
  const float *unit = t->room.unit;
  float most = (float)t->opts.margin *
               lit_dot_f32(unit + i * t->dim, unit + (n + i) * t->dim, t->dim);
  lit_topk_init(&best, (size_t)t->opts.hard);
  for (size_t k = 0; k < p->n && !e->rc; k++)
    if (scores[k] <= most && lit_topk_wants(&best, (double)scores[k]) &&
        p->papers[k] != lit_distill_batch_at(t, i))
      lit_topk_push(e, &best, (double)scores[k], (int64_t)k);
  lit_topk_sort(&best);
  for (size_t k = 0; k < best.n && !e->rc; k++)
    if (take(p, p->papers[best.at[k].id]))
      lit_distill_batch_paper(e, t, p->papers[best.at[k].id], 0);
  lit_topk_drop(&best);
  return e->rc;
}

/* The rows of the step are its questions and answers: those of the hard
** negatives follow. */
static int add_all(LitErr *e, LitDistill *t) {
  LitDistillPool *p = &t->pool;
  size_t n = lit_distill_batch_size(t), at_once = SCORES / p->n + 1;
  float *scores = lit_new(e, lit_size(at_once, p->n), sizeof *scores);
  int dim = (int)t->dim, m = (int)p->n;
  for (size_t at = 0; at < n && !e->rc; at += at_once) {
    size_t more = n - at < at_once ? n - at : at_once;
    LitGemm g = {.m = (int)more, .n = m, .k = dim, .b_turned = 1, .alpha = 1,
                 .a = t->room.unit + at * t->dim, .b = p->vectors, .c = scores,
                 .lda = dim, .ldb = dim, .ldc = m};
    lit_blas_sgemm_tasks(&g);
    for (size_t i = 0; i < more && !e->rc; i++)
      add_nearest(e, t, at + i, scores + i * p->n);
  }
  lit_free(scores);
  return e->rc;
}

int lit_distill_hard_add(LitErr *e, LitDistill *t) {
  LitDistillPool *p = &t->pool;
  size_t n = lit_distill_batch_size(t);
  if (!t->opts.hard || lit_distill_rows_room(e, t)) return e->rc;
  lit_distill_rows_sum(t, 0);
  memset(p->taken, 0, t->papers.n_texts);
  for (size_t i = 0; i < n; i++) take(p, lit_distill_batch_at(t, i));
  return add_all(e, t);
}
