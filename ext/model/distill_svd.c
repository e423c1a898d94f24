/* distill_svd.c -- the first vectors, without a teacher: latent semantic
** analysis.
**
** With X [papers, V] the papers' tokens, each weighed by its idf and each paper
** of length 1, a token's vector is its idf times its row of the right singular
** vectors of X, found by subspace iteration from a random start (Halko,
** Martinsson and Tropp 2011, algorithm 4.4): Y = X' (X Y), made orthogonal,
** four times.  X is never written down: a paper at a time.
*/
#include <math.h>
#include <string.h>
#include "base/progress.h"
#include "kern/blas.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { ROUNDS = 4, ASK_EVERY = 256 };

typedef struct Svd {
  LitDistill *t;
  float *idf;               /* [V] */
  float *y, *next;          /* [V, dim] */
} Svd;

static void tokens_of(const LitDistillTexts *x, size_t i, size_t *from,
                      size_t *to) {
  size_t p = i ? x->text[i - 1] : 0;
  *from = p ? x->part[p - 1] : 0, *to = x->part[x->text[i] - 1];
}

static int count_papers(LitErr *e, Svd *s) {
  const LitDistillTexts *x = &s->t->papers;
  size_t *last = lit_new0(e, s->t->n_vocab, sizeof *last), from, to;
  for (size_t i = 0; i < x->n_texts && last; i++) {
    tokens_of(x, i, &from, &to);
    for (; from < to; from++)
      if (last[x->at[from]] != i + 1)
        last[x->at[from]] = i + 1, s->idf[x->at[from]]++;
  }
  for (size_t j = 0; j < s->t->n_vocab && last; j++)
    s->idf[j] = logf(((float)x->n_texts + 1) / (s->idf[j] + 1));
  lit_free(last);
  return e->rc;
}

/* next += X_i' (X_i y) for paper i. */
static void paper(Svd *s, size_t i) {
  const LitDistillTexts *x = &s->t->papers;
  size_t dim = s->t->dim, from, to;
  float sum[LIT_DISTILL_DIM_MAX] = {0}, sq = 0, by;
  tokens_of(x, i, &from, &to);
  for (size_t k = from; k < to; k++) {
    const float *y = s->y + x->at[k] * dim;
    float idf = s->idf[x->at[k]];
    sq += idf * idf;
    for (size_t d = 0; d < dim; d++) sum[d] += idf * y[d];
  }
  by = sq > 0 ? 1 / sq : 0;
  for (size_t k = from; k < to; k++) {
    float *y = s->next + x->at[k] * dim, idf = s->idf[x->at[k]] * by;
    for (size_t d = 0; d < dim; d++) y[d] += idf * sum[d];
  }
}

/* Orthogonal columns of length 1: next -> y. */
static int straighten(LitErr *e, Svd *s, const LitStop *stop) {
  size_t dim = s->t->dim, n = s->t->n_vocab;
  double *sym = lit_new(e, lit_size(dim, dim), sizeof *sym);
  double *axes = lit_new(e, lit_size(dim, dim), sizeof *axes);
  float *by = lit_new(e, lit_size(dim, dim), sizeof *by);
  if (e->rc || lit_distill_covariance(e, s->next, n, dim, sym) ||
      lit_distill_axes(e, sym, dim, axes, stop))
    goto done;
  for (size_t i = 0; i < dim * dim; i++) by[i] = (float)axes[i];
  lit_blas_sgemm_tasks(&(LitGemm){
    .m = (int)n, .n = (int)dim, .k = (int)dim, .b_turned = 1, .alpha = 1,
    .a = s->next, .b = by, .c = s->y, .lda = (int)dim, .ldb = (int)dim,
    .ldc = (int)dim});
  for (size_t d = 0; d < dim; d++) {
    double sq = 0;
    float scale;
    for (size_t j = 0; j < n; j++)
      sq += (double)s->y[j * dim + d] * (double)s->y[j * dim + d];
    scale = sq > 1e-12 ? (float)(1 / sqrt(sq)) : 0;
    for (size_t j = 0; j < n; j++) s->y[j * dim + d] *= scale;
  }
done:
  lit_free(sym), lit_free(axes), lit_free(by);
  return e->rc;
}

static int round_of(LitErr *e, Svd *s, LitProgress *p, const LitStop *stop) {
  size_t bytes = s->t->n_vocab * s->t->dim * sizeof *s->next;
  memset(s->next, 0, bytes);
  for (size_t i = 0; i < s->t->papers.n_texts; i++) {
    if (i % ASK_EVERY == 0 && lit_stopped(e, stop)) break;
    paper(s, i);
    lit_progress_set(p, i);
  }
  return e->rc ? e->rc : straighten(e, s, stop);
}

int lit_distill_start_alone(LitErr *e, LitDistill *t, const LitStop *stop) {
  size_t n = t->n_vocab * t->dim;
  uint64_t random = (uint64_t)t->opts.seed;
  LitProgress *p = lit_progress_begin("first vectors", t->papers.n_texts);
  Svd s = {.t = t, .idf = lit_new0(e, t->n_vocab, sizeof *s.idf), .y = t->w,
           .next = lit_new(e, n, sizeof *s.next)};
  for (size_t i = 0; i < n && !e->rc; i++)
    s.y[i] = (float)(lit_random_01(&random) + lit_random_01(&random) +
                     lit_random_01(&random) - 1.5);
  if (!e->rc) count_papers(e, &s);
  for (int round = 0; round < ROUNDS && !e->rc; round++)
    round_of(e, &s, p, stop);
  for (size_t i = 0; i < n && !e->rc; i++)
    s.y[i] *= s.idf[i / t->dim] * sqrtf((float)t->n_vocab) / 100;
  lit_progress_end(p);
  lit_free(s.idf), lit_free(s.next);
  return e->rc;
}
