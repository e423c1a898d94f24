/* lit_sentences.c -- see lit_sentences.h.
**
** Nothing is stored for it: the first rows are read, cut into sentences, and
** these embedded on the spot, which takes the built-in model a millisecond or
** two for 50 abstracts.  A column's text is cut by itself, so that a title is a
** sentence too.  With c the cosine of the question with the whole text and s
** that with the best sentence, the row counts as if its cosine were
**
**   (1 - share) c + share s
**
** In a fused score the cosine's part is found again by its slope, gain over
** cosine, between the rows of the highest and the lowest cosine: kinds of
** fusion that scale scores have one slope for all rows, and by rank it is a
** mean.
**
** The rows come first, in their new order; the others follow as they were, and
** their scores go down to the last of these where they are above it, so that
** scores fall with the rank.
**
** share = 0.5, 50 rows: with the built-in model nDCG@10 gains .003 in the mean of
** seven judged sets, .007 and more on claims, and loses .004 on one, cranfield.
** 20 rows do as well, all rows no better, the mean of the two best sentences
** less.  On scores by vectors alone it gains twice as much, but there the order
** is that of the distances, and stays so unless something else is said.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kern/kern.h"
#include "sql/lit_search.h"
#include "text/clean.h"
#include "text/sentence.h"
#include "base/poison.h"

enum { ROWS_MAX = 1000, SENTENCES_MAX = 256 };  /* the first ones of a row */

static double best(const double *cosines, size_t n) {
  double most = cosines[0];
  for (size_t i = 1; i < n; i++) most = fmax(most, cosines[i]);
  return most;
}

static const LitSentences kinds[] = {
  {"best", {{"rows", 50, 1, ROWS_MAX}, {"share", 0.5, 0, 1}}, best,
   "best(50, 0.5): the first rows by their nearest sentence too: rows, its "
   "share of the cosine"},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const LitSentences *lit_sentences_row(size_t i) {
  return i < N_KINDS ? &kinds[i] : NULL;
}

LitSentencesSpec lit_sentences_usual(void) {
  LitSentencesSpec usual = {.kind = &kinds[0]};
  for (size_t i = 0; i < LIT_SENTENCES_NUMBERS; i++)
    usual.numbers[i] = kinds[0].numbers[i].usual;
  return usual;
}

int lit_sentences_parse(LitErr *e, const char *text, LitSentencesSpec *out) {
  size_t n = lit_spec_name(&text);
  *out = (LitSentencesSpec){.is_said = 1};
  if (lit_spec_is(text, n, "none"))
    return lit_spec_end(e, "sentences", "none",
                        text + n + strspn(text + n, " "));
  for (size_t i = 0; i < N_KINDS && !out->kind; i++)
    if (lit_spec_is(text, n, kinds[i].name)) out->kind = &kinds[i];
  if (!out->kind)
    return lit_fail(e, LIT_ERROR, "no sentences '%.*s'; there are: none, best",
                    (int)(n < 60 ? n : 60), text);
  text = lit_spec_numbers(e, "sentences", out->kind->name, text + n,
                          out->kind->numbers, LIT_SENTENCES_NUMBERS,
                          out->numbers, NULL);
  return text ? lit_spec_end(e, "sentences", out->kind->name, text) : e->rc;
}

typedef struct Reading {
  LitSearch *s;
  const LitDense *dense;    /* The model's list */
  const LitModel *model;
  sqlite3_stmt *rows;
  sqlite3_value **cols;     /* [n_cols] */
  LitBuf clean;             /* The texts of a row, one after another */
  size_t ends[SENTENCES_MAX], begins[SENTENCES_MAX], n;   /* In `clean` */
  LitText texts[SENTENCES_MAX];
  double cosines[SENTENCES_MAX];
  float *vectors;           /* [SENTENCES_MAX, dim] */
} Reading;

/* Clean one text and enter its sentences. */
static int cut(LitErr *e, Reading *r, const char *text, size_t n) {
  LitStop stop = lit_conn_stop(r->s->t->conn);
  size_t first = r->clean.n, at = 0, from, to;
  const char *clean;
  if (lit_clean(e, text, n, &stop, &r->clean, NULL)) return e->rc;
  clean = (const char *)r->clean.at + first;
  while (r->n < SENTENCES_MAX &&
         lit_sentence_next(clean, r->clean.n - first, &at, &from, &to)) {
    r->begins[r->n] = first + from, r->ends[r->n] = first + to;
    r->n++;
  }
  return LIT_OK;
}

/* The sentences of a row into r->texts [r->n]. */
static int read_row(LitErr *e, Reading *r, int64_t id) {
  const LitSchema *schema = &r->s->t->schema;
  r->n = r->clean.n = 0;
  if (lit_search_row(e, r->s, r->rows, id, r->cols)) return e->rc;
  for (int i = 0; i < schema->n_cols && !e->rc; i++) {
    const char *text;
    size_t n;
    if (schema->cols[i].role != LIT_ROLE_TEXT ||
        sqlite3_value_type(r->cols[i]) == SQLITE_NULL)
      continue;
    if (!lit_arg_text(e, schema->name, r->cols[i], &text, &n) && n)
      cut(e, r, text, n);
  }
  for (size_t i = 0; i < r->n; i++)
    r->texts[i] = (LitText){(const char *)r->clean.at + r->begins[i],
                            r->ends[i] - r->begins[i]};
  return e->rc;
}

static double cosine(const float *a, const float *b, size_t n) {
  double sq = (double)lit_dot_f32(a, a, n) * (double)lit_dot_f32(b, b, n);
  return sq > 0 ? (double)lit_dot_f32(a, b, n) / sqrt(sq) : 0;
}

/* What the row's sentences make: *out, NAN where it has none. */
static int score_row(LitErr *e, Reading *r, int64_t id, double *out) {
  LitStop stop = lit_conn_stop(r->s->t->conn);
  size_t dim = r->dense->col->dim;
  const float *q = (const float *)(const void *)r->dense->q.at;
  *out = NAN;
  if (read_row(e, r, id) || r->n == 0 ||
      lit_model_embed(e, r->model, LIT_EMBED_DOCUMENT, r->texts, r->n,
                      r->vectors, &stop))
    return e->rc;
  for (size_t i = 0; i < r->n; i++)
    r->cosines[i] = cosine(q, r->vectors + i * dim, dim);
  *out = r->s->sentences.kind->of(r->cosines, r->n);
  return LIT_OK;
}

/* The list of the model's vectors among those of the question, or -1. */
static int list_of_model(const LitSearch *s) {
  const LitVecCol *col = &s->t->shape.vecs[lit_model_column(s->t)];
  for (int i = 0; i < s->n_dense; i++)
    if (s->dense[i].col == col) return i;
  return -1;
}

static int is_wanted(LitErr *e, const LitSearch *s, size_t n_lists) {
  if (!s->sentences.kind || !s->text || !s->mode->vectors ||
      !lit_has_model(s->t) || list_of_model(s) < 0)
    return 0;
  if (!s->sentences.is_said && n_lists < 2) return 0;
  if (lit_table_model(e, s->t)) return 0;
  return s->sentences.is_said ||
         strcmp(lit_model_arch(s->t->model), "static") == 0;
}

/* The gain of one more unit of cosine in list i, between the extremes of
** cosines [n]; 0 where they are alike. */
static double slope(const LitFused *f, size_t n, const double *cosines,
                    size_t i) {
  size_t lo = n, hi = n;
  for (size_t k = 0; k < n; k++) {
    if (isnan(cosines[k])) continue;
    if (lo == n || cosines[k] < cosines[lo]) lo = k;
    if (hi == n || cosines[k] > cosines[hi]) hi = k;
  }
  if (lo == n || !(cosines[hi] > cosines[lo])) return 0;
  return (f->at[hi].gains[i] - f->at[lo].gains[i]) /
         (cosines[hi] - cosines[lo]);
}

static int by_score(const void *a, const void *b) {
  const LitFusedHit *x = a, *y = b;
  return lit_hit_better(&x->hit, &y->hit) ? -1
                                          : lit_hit_better(&y->hit, &x->hit);
}

/* The first n hits with what their sentences add, in order. */
static void reorder(const LitSearch *s, LitFused *f, size_t n,
                    const double *cosines, const double *sentences,
                    size_t list, size_t n_lists) {
  double by = n_lists > 1 ? slope(f, n, cosines, list) : 1;
  for (size_t i = 0; i < n; i++) {
    double add = by * s->sentences.numbers[1] * (sentences[i] - cosines[i]);
    if (isnan(add)) continue;
    f->at[i].hit.score += add;
    if (n_lists > 1) f->at[i].gains[list] += add;
  }
  qsort(f->at, n, sizeof *f->at, by_score);
  for (size_t i = n; i < f->n; i++)
    if (f->at[i].hit.score > f->at[n - 1].hit.score)
      f->at[i].hit.score = f->at[n - 1].hit.score;
}

int lit_sentences_first(LitErr *e, LitSearch *s, LitFused *f,
                        size_t n_lists) {
  size_t n = (size_t)s->sentences.numbers[0];
  double *cosines = NULL, *sentences = NULL;
  Reading *r = NULL;
  int i;
  if (n > f->n) n = f->n;
  if (n == 0 || !is_wanted(e, s, n_lists)) return e->rc;
  i = list_of_model(s);
  cosines = lit_new(e, n, sizeof *cosines);
  sentences = lit_new(e, n, sizeof *sentences);
  r = lit_new0(e, 1, sizeof *r);
  if (e->rc) goto done;
  r->s = s, r->dense = &s->dense[i], r->model = s->t->model;
  r->cols = lit_new(e, (size_t)s->t->schema.n_cols, sizeof *r->cols);
  r->vectors = lit_new(e, lit_size(SENTENCES_MAX, r->dense->col->dim),
                       sizeof *r->vectors);
  r->rows = lit_shadow_scan(e, &s->t->shadow, 0, 0);
  for (size_t k = 0; k < n && !e->rc; k++) {
    double distance;
    if (lit_search_distance(e, s, i, f->at[k].hit.id, &distance)) break;
    cosines[k] = lit_search_score_of(&s->dense[i], distance);
    score_row(e, r, f->at[k].hit.id, &sentences[k]);
  }
  if (!e->rc)
    reorder(s, f, n, cosines, sentences,
            n_lists - (size_t)s->n_dense + (size_t)i, n_lists);

done:
  if (r) {
    sqlite3_finalize(r->rows);
    lit_free(r->cols), lit_free(r->vectors);
    lit_buf_drop(&r->clean);
  }
  lit_free(cosines), lit_free(sentences), lit_free(r);
  return e->rc;
}
