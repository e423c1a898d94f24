/* distill_start.c -- the first vectors, with a teacher, as Model2Vec does it.
**
** A token has the teacher's vector of its own text, turned to the principal
** axes of the vectors of the texts taught, cut to `dim` of them, and weighed by
** rare / (rare + share) (SIF; Arora et al. 2017), share being the token's part
** of all tokens of the papers.
*/
#include <math.h>
#include <string.h>
#include "base/progress.h"
#include "kern/blas.h"
#include "model/parts.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { AT_ONCE = 512, ROWS = 4096 };

/* rows [n, wide] -> the first dim coordinates by axes, in place: [n, dim]. */
static int turn(LitErr *e, float *rows, size_t n, size_t wide,
                const float *axes, size_t dim) {
  float *part = lit_new(e, lit_size(ROWS, dim), sizeof *part);
  for (size_t at = 0; at < n && !e->rc; at += ROWS) {
    size_t more = n - at < ROWS ? n - at : ROWS;
    LitGemm g = {.m = (int)more, .n = (int)dim, .k = (int)wide, .b_turned = 1,
                 .alpha = 1, .a = rows + at * wide, .b = axes, .c = part,
                 .lda = (int)wide, .ldb = (int)wide, .ldc = (int)dim};
    lit_blas_sgemm_tasks(&g);
    memcpy(rows + at * dim, part, more * dim * sizeof *part);
  }
  lit_free(part);
  return e->rc;
}

/* The principal axes of the vectors taught: out [wide, wide]. */
static int axes_of(LitErr *e, LitDistill *t, size_t wide, float *out,
                   const LitStop *stop) {
  double *sym = lit_new(e, lit_size(wide, wide), sizeof *sym);
  double *axes = lit_new(e, lit_size(wide, wide), sizeof *axes);
  if (!e->rc &&
      !lit_distill_covariance(e, t->vectors, t->taught.n_texts, wide, sym) &&
      !lit_distill_axes(e, sym, wide, axes, stop))
    for (size_t i = 0; i < wide * wide; i++) out[i] = (float)axes[i];
  lit_free(sym), lit_free(axes);
  return e->rc;
}

static void list_tokens(const LitDistill *t, LitText *out) {
  const char *at = (const char *)t->vocabulary.at;
  for (size_t i = 0; i < t->n_vocab; i++) {
    const char *end = strchr(at, '\n');
    if (end - at > 2 && at[0] == '#' && at[1] == '#') at += 2;
    out[i] = (LitText){at, (size_t)(end - at)};
    at = end + 1;
  }
}

/* The teacher's vectors of the tokens: out [V, wide]. */
static int ask_teacher(LitErr *e, LitDistill *t, size_t wide, float *out,
                       const LitStop *stop) {
  LitText *tokens = lit_new(e, t->n_vocab, sizeof *tokens);
  LitProgress *p = lit_progress_begin("vocabulary", t->n_vocab);
  if (tokens) list_tokens(t, tokens);
  for (size_t at = 0; at < t->n_vocab && !e->rc; at += AT_ONCE) {
    size_t n = t->n_vocab - at < AT_ONCE ? t->n_vocab - at : AT_ONCE;
    lit_model_embed(e, t->teacher, LIT_EMBED_DOCUMENT, tokens + at, n,
                    out + at * wide, stop);
    lit_progress_set(p, at + n);
  }
  lit_progress_end(p);
  lit_free(tokens);
  return e->rc;
}

static void weigh(LitDistill *t) {
  double all = 0;
  for (size_t i = 0; i < t->n_vocab; i++) all += (double)t->counts[i];
  for (size_t i = 0; i < t->n_vocab; i++) {
    double share = all > 0 ? (double)t->counts[i] / all : 0;
    float by = i ? (float)(t->opts.rare / (t->opts.rare + share)) : 0;
    for (size_t k = 0; k < t->dim; k++) t->w[i * t->dim + k] *= by;
  }
}

int lit_distill_start_taught(LitErr *e, LitDistill *t, const LitStop *stop) {
  size_t wide = (size_t)lit_model_dim(t->teacher);
  float *axes = lit_new(e, lit_size(wide, wide), sizeof *axes);
  float *all = lit_new(e, lit_size(t->n_vocab, wide), sizeof *all);
  if (e->rc || axes_of(e, t, wide, axes, stop) ||
      ask_teacher(e, t, wide, all, stop) ||
      turn(e, all, t->n_vocab, wide, axes, t->dim))
    goto done;
  memcpy(t->w, all, t->n_vocab * t->dim * sizeof *all);
  weigh(t);
done:
  lit_free(axes), lit_free(all);
  return e->rc;
}

/* Computed anew when training goes on: it depends on the texts taught only. */
int lit_distill_turn_taught(LitErr *e, LitDistill *t, const LitStop *stop) {
  size_t wide = (size_t)lit_model_dim(t->teacher), n = t->taught.n_texts;
  float *axes = lit_new(e, lit_size(wide, wide), sizeof *axes);
  if (!e->rc && !axes_of(e, t, wide, axes, stop) &&
      !turn(e, t->vectors, n, wide, axes, t->dim))
    for (size_t i = 0; i < n; i++)
      lit_normalize(t->vectors + i * t->dim, t->dim);
  lit_free(axes);
  return e->rc;
}
