/* lit_sentences.c -- the option sentences, see lit_how.h.
**
** Nothing is stored for it: the first rows are read, cut into sentences, and
** these embedded on the spot.  The vectors are kept in memory with the chunks of
** the index, so that a row that comes up again costs no more than comparing
** them.  A column's text is cut by itself, so that a title is a
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
** share = 0.5, 20 rows: with the built-in model nDCG@10 gains .004 in the mean of
** seven judged sets, .006 to .009 on three, and loses .002 on one, cisi.  30 or 50
** rows do as well, all rows no better, the mean of the two best sentences less.
** On scores by vectors alone it gains twice as much, but there the order is that
** of the distances, and stays so unless something else is said.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kern/kern.h"
#include "sql/lit_search.h"
#include "text/clean.h"
#include "text/sentence.h"
#include "base/poison.h"

enum {
  ROWS_MAX = 1000,
  SENTENCES_MAX = 256,      /* The first ones of a row */
  AHEAD = 16, AHEAD_BYTES = 2048
};

static double best(const double *cosines, size_t n) {
  double most = cosines[0];
  for (size_t i = 1; i < n; i++) most = fmax(most, cosines[i]);
  return most;
}

typedef struct Kind {
  LitSpecKind is;           /* Numbers: rows, share */
  /* What the cosines [n], at least one, of a row's sentences make together. */
  double (*of)(const double *cosines, size_t n);
} Kind;

static const Kind kinds[] = {
  {{"none", {{0}}, "nothing of that"}, NULL},
  {{"best", {{"rows", 20, 1, ROWS_MAX}, {"share", 0.5, 0, 1}},
    "best(20, 0.5): the first rows by their nearest sentence too: rows, its "
    "share of the cosine"}, best},
};

const LitSpecSort lit_sentences = {
  "sentences", "best", LIT_NAMES(kinds), 1, NULL
};

typedef struct Reading {
  LitSearch *s;
  const Kind *kind;
  const LitModel *model;
  const float *q;           /* [dim] */
  size_t dim;
  double q_sq;
  LitBuf clean;             /* The texts of a row, one after another */
  size_t ends[SENTENCES_MAX], begins[SENTENCES_MAX], n;   /* In `clean` */
  LitText texts[SENTENCES_MAX];
  double cosines[SENTENCES_MAX];
  float dots[SENTENCES_MAX];
  float *made;              /* [SENTENCES_MAX, dim + 1], once a row needs it */
} Reading;

/* ---- the sentences of a row ---- */

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

static int cut_columns(LitErr *e, Reading *r, sqlite3_stmt *q) {
  const LitSchema *schema = &r->s->t->schema;
  for (int i = 0; i < schema->n_cols && !e->rc; i++) {
    sqlite3_value *v = sqlite3_column_value(q, i + 1);
    const char *text;
    size_t n;
    if (schema->cols[i].role != LIT_ROLE_TEXT ||
        sqlite3_value_type(v) == SQLITE_NULL)
      continue;
    if (!lit_arg_text(e, schema->name, v, &text, &n) && n) cut(e, r, text, n);
  }
  return e->rc;
}

/* The sentences of a row into r->texts [r->n]. */
static int read_row(LitErr *e, Reading *r, int64_t id) {
  LitShadow *shadow = &r->s->t->shadow;
  sqlite3_stmt *q = lit_shadow_query(e, shadow, LIT_Q_DOC);
  int rc;
  r->n = r->clean.n = 0;
  r->s->trace.sentences_read++;
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, id);
  rc = sqlite3_step(q);
  if (rc == SQLITE_ROW) cut_columns(e, r, q);
  if (!lit_shadow_done(e, shadow, q) && rc != SQLITE_ROW)
    lit_fail(e, LIT_CORRUPT, "%s_docs: row %lld is missing", shadow->name,
             (long long)id);
  for (size_t i = 0; i < r->n; i++)
    r->texts[i] = (LitText){(const char *)r->clean.at + r->begins[i],
                            r->ends[i] - r->begins[i]};
  return e->rc;
}

/* ---- their vectors ----
**
** They are kept in the cache of chunks: the vectors [n, dim], then the square of
** the length of each.  As long as the segment lives, so do the texts of its
** rows: one that is changed is a row of another. */

/* A row of the answer, and where it is. */
typedef struct Place {
  LitSeg *seg;
  uint32_t ord;
} Place;

static const LitChunk *make_vectors(LitErr *e, Reading *r, Place at,
                                    int64_t id) {
  LitStop stop = lit_conn_stop(r->s->t->conn);
  float *squares;
  if (!r->made)
    r->made = lit_new(e, lit_size(SENTENCES_MAX, r->dim + 1), sizeof *r->made);
  if (e->rc || read_row(e, r, id) ||
      (r->n && lit_model_embed(e, r->model, LIT_EMBED_DOCUMENT, r->texts, r->n,
                               r->made, &stop)))
    return NULL;
  squares = r->made + r->n * r->dim;
  for (size_t i = 0; i < r->n; i++) {
    const float *v = r->made + i * r->dim;
    squares[i] = lit_dot_f32(v, v, r->dim);
  }
  return lit_cache_keep(e, at.seg->cache, at.seg->life,
                        lit_kept_id(LIT_KEPT_SENTENCES, at.ord), r->made,
                        r->n * (r->dim + 1) * sizeof *r->made);
}

/* What the row's sentences make: *out, NAN where it has none. */
static int score_row(LitErr *e, Reading *r, Place at, int64_t id,
                     double *out) {
  const LitChunk *own = lit_cache_look(
      at.seg->cache, at.seg->life, lit_kept_id(LIT_KEPT_SENTENCES, at.ord));
  const float *v, *squares;
  size_t n;
  if (!own && !(own = make_vectors(e, r, at, id))) return e->rc;
  v = (const float *)(const void *)own->at;
  n = own->n / ((r->dim + 1) * sizeof *v);
  squares = v + n * r->dim;
  if (n) lit_kern()->rows[LIT_F32][LIT_DOT](r->q, v, r->dim * sizeof *v, n,
                                            r->dim, r->dots);
  for (size_t i = 0; i < n; i++) {
    double sq = r->q_sq * (double)squares[i];
    r->cosines[i] = sq > 0 ? (double)r->dots[i] / sqrt(sq) : 0;
  }
  if (n) *out = r->kind->of(r->cosines, n);
  lit_seg_give(at.seg, own);
  return LIT_OK;
}

/* Rows lie anywhere in memory: what is known of several is fetched at once. */
static void look_ahead(const Place *at, size_t n) {
  int64_t ids[AHEAD];
  for (size_t i = 0, k = 0; i < n; i++) {
    ids[k++] = lit_kept_id(LIT_KEPT_SENTENCES, at[i].ord);
    if (i + 1 < n && at[i + 1].seg == at[i].seg) continue;
    lit_cache_ahead(at[i].seg->cache, at[i].seg->life, ids, k, AHEAD_BYTES);
    k = 0;
  }
}

static int score_rows(LitErr *e, Reading *r, const LitFusedHit *hits, size_t n,
                      double *out) {
  const LitDir *d = &r->s->t->dir;
  Place at[AHEAD];
  for (size_t i = 0; i < n; i += AHEAD) {
    size_t some = n - i < AHEAD ? n - i : AHEAD, k = 0;
    for (; k < some; k++) {
      int64_t id = hits[i + k].hit.id;
      out[i + k] = NAN;
      if (lit_dir_find(e, d, id, &at[k].seg, &at[k].ord)) return e->rc;
      if (!at[k].seg)
        return lit_fail(e, LIT_CORRUPT, "%s: row %lld is in no segment",
                        r->s->t->schema.name, (long long)id);
    }
    look_ahead(at, some);
    for (k = 0; k < some; k++)
      if (score_row(e, r, at[k], hits[i + k].hit.id, &out[i + k])) return e->rc;
  }
  return LIT_OK;
}

/* ---- the question ---- */

/* The list of the model's vectors among those of the question, or -1. */
static int list_of_model(const LitSearch *s) {
  const LitVecCol *col = &s->t->shape.vecs[lit_model_column(s->t)];
  for (int i = 0; i < s->n_dense; i++)
    if (s->dense[i].col == col) return i;
  return -1;
}

static int is_wanted(LitErr *e, const LitSearch *s, size_t n_lists) {
  const LitSpec *how = &s->how[LIT_HOW_SENTENCES];
  if (!how->n || !s->text || !s->mode->vectors ||
      !lit_has_model(s->t) || list_of_model(s) < 0)
    return 0;
  if (!how->is_said && n_lists < 2) return 0;
  if (lit_table_model(e, s->t)) return 0;
  return how->is_said ||
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

/* The first n hits with what their sentences add, in order. */
static void reorder(const LitSearch *s, LitFused *f, size_t n,
                    const double *cosines, const double *sentences,
                    size_t list, size_t n_lists) {
  double share = s->how[LIT_HOW_SENTENCES].at[0].numbers[1];
  double by = n_lists > 1 ? slope(f, n, cosines, list) : 1;
  for (size_t i = 0; i < n; i++) {
    double add = by * share * (sentences[i] - cosines[i]);
    if (isnan(add)) continue;
    f->at[i].hit.score += add;
    if (n_lists > 1) f->at[i].gains[list] += add;
  }
  lit_fused_sort(f, n);
}

static int by_number(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* The cosine of the whole text of each hit: what the list by vectors, number `no`,
** has of it, or else it is found. */
static int find_cosines(LitErr *e, const LitSearch *s, const LitTopk *list,
                        size_t no, const LitFusedHit *hits, size_t n,
                        double *out) {
  const LitDense *dense = &s->dense[list_of_model(s)];
  const LitDir *d = &s->t->dir;
  int64_t *ids = lit_new(e, n, sizeof *ids);
  double *distances = lit_new(e, n, sizeof *distances);
  size_t n_ids = 0;
  if (e->rc) goto done;
  for (size_t i = 0; i < n; i++) {
    uint32_t place = hits[i].places[no];
    if (place) out[i] = list->at[place - 1].score;
    else ids[n_ids++] = hits[i].hit.id;
  }
  if (n_ids == 0) goto done;
  qsort(ids, n_ids, sizeof *ids, by_number);
  if (lit_vecs_distance(e, dense->col, d->segs, (int)d->n, &dense->q, ids, n_ids,
                        distances))
    goto done;
  for (size_t i = 0; i < n; i++) {
    const int64_t *at = hits[i].places[no]
                            ? NULL : bsearch(&hits[i].hit.id, ids, n_ids,
                                             sizeof *ids, by_number);
    if (at) out[i] = lit_search_score_of(dense, distances[at - ids]);
  }
done:
  lit_free(ids);
  lit_free(distances);
  return e->rc;
}

static Reading *reading(LitErr *e, LitSearch *s, const LitDense *dense) {
  Reading *r = lit_new0(e, 1, sizeof *r);
  if (!r) return NULL;
  r->kind = s->how[LIT_HOW_SENTENCES].at[0].kind;
  r->s = s, r->model = s->t->model;
  r->dim = dense->col->dim;
  r->q = (const float *)(const void *)dense->q.at;
  r->q_sq = (double)lit_dot_f32(r->q, r->q, r->dim);
  return r;
}

int lit_sentences_first(LitErr *e, LitSearch *s, LitFused *f,
                        const LitTopk *lists, size_t n_lists) {
  size_t no, n = (size_t)s->how[LIT_HOW_SENTENCES].at[0].numbers[0];
  double *cosines = NULL, *sentences = NULL;
  Reading *r = NULL;
  int i;
  if (n > f->n) n = f->n;
  if (n == 0 || !is_wanted(e, s, n_lists)) return e->rc;
  i = list_of_model(s);
  cosines = lit_new(e, n, sizeof *cosines);
  sentences = lit_new(e, n, sizeof *sentences);
  r = reading(e, s, &s->dense[i]);
  no = n_lists - (size_t)s->n_dense + (size_t)i;
  if (!e->rc && !find_cosines(e, s, &lists[no], no, f->at, n, cosines) &&
      !score_rows(e, r, f->at, n, sentences))
    reorder(s, f, n, cosines, sentences, no, n_lists);
  if (r) lit_free(r->made), lit_buf_drop(&r->clean);
  lit_free(cosines), lit_free(sentences), lit_free(r);
  return e->rc;
}
