/* lit_ask.c -- from what was asked to terms and vectors (lit_search.h).
**
** MATCH 'text' gives its words, and, through the table's model, a vector; a
** prefix of lit_query its most frequent terms.
** similar_to gives the 25 words that tell a row best (the highest tf x idf)
** and the row's own vector, or the mean of several.  unlike takes away: half
** of its vector (Rocchio 1971, the negative part), and its words with half of
** their weight, negative.
*/
#include <math.h>
#include <string.h>
#include "index/terms.h"
#include "sql/lit_telling.h"
#include "text/clean.h"
#include "base/poison.h"

enum { LIKE_TERMS = 25, PREFIX_TERMS = 32, PREFIXES_TERMS = 1024 };
#define UNLIKE_WEIGHT 0.5f
/* Of joined and split spellings, which repeat what the words say: between 0.3
** and 0.5 did best on the judged sets, 1 clearly worse. */
#define ALTERNATIVE_WEIGHT 0.4f

static int fail(LitErr *e, const LitSearch *s, const char *words) {
  return lit_fail(e, LIT_ERROR, "%s: %s", s->t->schema.name, words);
}

/* ---- words ---- */

static LitTerm *find_term(const LitSearch *s, const char *at, uint32_t n) {
  for (size_t i = 0; i < s->n_terms; i++)
    if (s->terms[i].n == n && memcmp(s->terms[i].at, at, n) == 0)
      return &s->terms[i];
  return NULL;
}

static int add_term(LitErr *e, LitSearch *s, const char *at, uint32_t n,
                    float weight) {
  char *copy;
  if (LIT_GROW(e, &s->terms, &s->terms_room, s->n_terms + 1)) return e->rc;
  copy = lit_arena_copy(e, &s->mem, at, n);
  if (copy) s->terms[s->n_terms++] = (LitTerm){copy, n, weight};
  return e->rc;
}

int lit_ask_term(LitErr *e, LitSearch *s, const char *at, uint32_t n,
                 float weight) {
  LitTerm *same = find_term(s, at, n);
  if (!same) return add_term(e, s, at, n, weight);
  same->weight += weight;
  return LIT_OK;
}

/* Stop words are asked for only where there is nothing else. */
static void weigh_stop_words(LitSearch *s) {
  size_t n = 0;
  for (size_t i = 0; i < s->n_terms; i++)
    if (s->terms[i].weight > 0) s->terms[n++] = s->terms[i];
  if (n) s->n_terms = n;
  for (size_t i = 0; n == 0 && i < s->n_terms; i++) s->terms[i].weight = 1;
}

typedef struct Asking {
  LitSearch *s;
  LitTelling words;
  LitTerm before;           /* The word before, once there is one */
} Asking;

/* A word and the one before it, over stop words: for fused answers. */
static int add_pair(LitErr *e, Asking *to, const LitWord *w) {
  LitSearch *s = to->s;
  LitTerm before = to->before;
  if (!s->mode->vectors || s->n_pairs == LIT_PAIRS_MAX) return e->rc;
  to->before = (LitTerm){lit_arena_copy(e, &s->mem, w->at, w->n), w->n, 0};
  if (e->rc || !before.n) return e->rc;
  if (LIT_GROW(e, &s->pairs, &s->pairs_room, s->n_pairs + 1)) return e->rc;
  s->pairs[s->n_pairs++] = (LitPair){before, to->before};
  return LIT_OK;
}

static int query_word(LitErr *e, void *ctx, const LitWord *w) {
  Asking *to = ctx;
  float weight = w->flags & LIT_WORD_STOP ? 0
               : w->flags & LIT_WORD_ALTERNATIVE ? ALTERNATIVE_WEIGHT : 1;
  if (lit_telling_add(e, &to->words, w, weight)) return e->rc;
  if (w->flags & (LIT_WORD_STOP | LIT_WORD_ALTERNATIVE)) return LIT_OK;
  return add_pair(e, to, w);
}

static int ask_words(LitErr *e, LitSearch *s) {
  LitStop stop = lit_conn_stop(s->t->conn);
  Asking to = {.s = s};
  const LitTelling *t = &to.words;
  LitWordSink sink = {.each = query_word, .to = &to, .stop = &stop};
  lit_each_word(e, s->t, s->text, s->n_text, LIT_WORDS_QUERY, &sink);
  for (size_t i = 0; i < t->n && !e->rc; i++)
    add_term(e, s, t->at[i].at, t->at[i].n, t->at[i].weight);
  lit_telling_drop(&to.words);
  weigh_stop_words(s);
  return e->rc;
}

/* ---- the words that tell a text ---- */

/* Enter the best of t's words into the question, times `sign`. */
static int take(LitErr *e, LitSearch *s, LitTelling *t, float sign) {
  lit_telling_weigh(e, s, t);
  for (size_t i = 0; i < t->n && i < LIKE_TERMS && !e->rc; i++)
    if (!find_term(s, t->at[i].at, t->at[i].n))
      add_term(e, s, t->at[i].at, t->at[i].n, sign);
  return e->rc;
}

static int ask_like_words(LitErr *e, LitSearch *s, const int64_t *rows,
                          size_t n, const char *text, size_t n_text,
                          float sign) {
  LitTelling t = {0};
  for (size_t i = 0; i < n && !e->rc; i++) lit_telling_row(e, s, &t, rows[i]);
  if (text && !e->rc) lit_telling_text(e, s, &t, text, n_text);
  if (!e->rc) take(e, s, &t, sign);
  lit_telling_drop(&t);
  return e->rc;
}

/* ---- prefixes ---- */

typedef struct Scan {
  LitErr *e;
  LitTelling *words;
} Scan;

static int scanned(void *to, const char *at, uint32_t n, uint32_t df) {
  Scan *scan = to;
  LitWord w = {.at = at, .n = n};
  return lit_telling_add(scan->e, scan->words, &w, (float)df);
}

static int ask_prefix(LitErr *e, LitSearch *s, const LitMatch *prefix) {
  const LitDir *d = &s->t->dir;
  LitStop stop = lit_conn_stop(s->t->conn);
  LitTelling t = {0};
  Scan scan = {e, &t};
  for (size_t i = 0; i < d->n && !e->rc; i++)
    lit_terms_scan(e, d->segs[i], prefix->at, prefix->n, scanned, &scan, &stop);
  lit_telling_sort(&t);
  for (size_t i = 0; i < t.n && i < PREFIX_TERMS && !e->rc; i++)
    if (!find_term(s, t.at[i].at, t.at[i].n))
      add_term(e, s, t.at[i].at, t.at[i].n, 1);
  lit_telling_drop(&t);
  return e->rc;
}

/* The most frequent terms of each prefix of a query; of very many prefixes,
** only those of the first. */
static int ask_prefixes(LitErr *e, LitSearch *s) {
  size_t n = s->n_terms;
  for (size_t i = 0; i < s->query.n_prefixes && !e->rc; i++)
    if (s->n_terms < n + PREFIXES_TERMS)
      ask_prefix(e, s, &s->query.prefixes[i]);
  return e->rc;
}

/* ---- vectors ---- */

static void to_unit(float *v, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)v[i] * v[i];
  for (size_t i = 0; i < n && sum > 0; i++)
    v[i] = (float)(v[i] / sqrt(sum));
}

/* The mean of the vectors of rows [n], as floats into out [dim].  Rows without
** a vector are passed over; *n_found says how many had one. */
static int mean_of_rows(LitErr *e, const LitSearch *s, const LitVecCol *col,
                        const int64_t *rows, size_t n, float *out,
                        size_t *n_found) {
  LitVec v = {.type = col->elem, .dim = col->dim};
  void *raw = lit_new(e, lit_vec_bytes(col->elem, col->dim), 1);
  v.at = raw;
  *n_found = 0;
  memset(out, 0, col->dim * sizeof *out);
  for (size_t i = 0; i < n && !e->rc; i++) {
    LitSeg *seg;
    uint32_t ord;
    int is_null = 1;
    if (lit_dir_find(e, &s->t->dir, rows[i], &seg, &ord)) break;
    if (!seg || lit_vecs_get(e, col, seg, ord, raw, &is_null) || is_null)
      continue;
    for (uint32_t j = 0; j < col->dim; j++)
      out[j] += (float)lit_vec_get(&v, j);
    ++*n_found;
  }
  for (uint32_t j = 0; j < col->dim && *n_found > 1; j++)
    out[j] /= (float)*n_found;
  lit_free(raw);
  return e->rc;
}

static int embed(LitErr *e, LitSearch *s, const char *at, size_t n,
                 float *out) {
  LitStop stop = lit_conn_stop(s->t->conn);
  LitBuf clean = {0};
  LitText text;
  if (!lit_table_model(e, s->t) && !lit_clean(e, at, n, &stop, &clean, NULL)) {
    text = (LitText){(const char *)clean.at, clean.n};
    lit_model_embed(e, s->t->model, LIT_EMBED_QUERY, &text, 1, out, &stop);
  }
  lit_buf_drop(&clean);
  return e->rc;
}

/* q = q - w u, both of length 1 before, and after. */
static void subtract(float *q, float *u, size_t n) {
  to_unit(q, n);
  to_unit(u, n);
  for (size_t i = 0; i < n; i++) q[i] -= UNLIKE_WEIGHT * u[i];
  to_unit(q, n);
}

/* The vector to keep away from, into out; *has says if there is one. */
static int unlike_vector(LitErr *e, LitSearch *s, const LitVecCol *col,
                         float *out, int *has) {
  size_t found = 0;
  int is_model = col == &s->t->shape.vecs[lit_model_column(s->t)];
  *has = 0;
  if (s->unlike_text && is_model && lit_has_model(s->t)) {
    if (embed(e, s, s->unlike_text, s->n_unlike_text, out)) return e->rc;
    *has = 1;
  } else if (s->n_unlike) {
    if (mean_of_rows(e, s, col, s->unlike, s->n_unlike, out, &found))
      return e->rc;
    *has = found > 0;
  }
  return LIT_OK;
}

int lit_ask_nearer(LitErr *e, LitSearch *s, LitDense *d, const int64_t *rows,
                   size_t n, double weight) {
  uint32_t dim = d->col->dim;
  LitVec v = {.at = d->q.at, .type = d->col->elem, .dim = dim}, out = {0};
  float *mean = lit_new(e, dim, sizeof *mean), *q = lit_vec_floats(e, &v);
  size_t found;
  uint8_t *at = lit_arena_new(e, &s->mem, lit_vec_bytes(v.type, dim), 1);
  if (e->rc || mean_of_rows(e, s, d->col, rows, n, mean, &found)) goto done;
  to_unit(q, dim);
  to_unit(mean, dim);
  for (uint32_t i = 0; i < dim; i++) q[i] += (float)weight * mean[i];
  to_unit(q, dim);
  if (!lit_vec_from_floats(e, s->t->schema.name, v.type, q, dim, &out))
    memcpy(at, out.at, lit_vec_bytes(v.type, dim)), d->q.at = at;
  q = NULL;
  lit_vec_drop(&out);

done:
  lit_free(mean);
  lit_free(q);
  return e->rc;
}

/* Enter floats [dim] as the question for a column of any element type.  Takes
** q over. */
static int add_dense(LitErr *e, LitSearch *s, const LitVecCol *col,
                     const char *name, float *q) {
  size_t bytes = lit_vec_bytes(col->elem, col->dim);
  LitDense *d = &s->dense[s->n_dense];
  LitVec v = {0};
  uint8_t *at = lit_arena_new(e, &s->mem, bytes, 1);
  if (s->n_dense >= LIT_FUSE_LISTS - 1)
    fail(e, s, "too many vectors in one query");
  if (!e->rc && col->elem == LIT_BIT) {
    memset(at, 0, bytes);
    for (uint32_t i = 0; i < col->dim; i++)
      if (q[i] >= 0.5f) at[i / 8] |= (uint8_t)(1u << i % 8);
  } else if (!e->rc) {
    if (!lit_vec_from_floats(e, s->t->schema.name, col->elem, q, col->dim, &v))
      memcpy(at, v.at, bytes);
    q = NULL;
    lit_vec_drop(&v);
  }
  lit_free(q);
  if (e->rc) return e->rc;
  *d = (LitDense){.col = col, .name = name, .q.at = at};
  s->n_dense++;
  return LIT_OK;
}

/* The vector of MATCH's text and of similar_to, for the model's column or,
** where there is no model, for the first VECTOR column. */
static int ask_vector(LitErr *e, LitSearch *s) {
  int has_model = lit_has_model(s->t), has_unlike = 0;
  int column = has_model ? lit_model_column(s->t) : 0;
  const LitVecCol *col = &s->t->shape.vecs[column];
  const char *name = "model";
  size_t found = 0, n = col->dim;
  float *q = lit_new0(e, n, sizeof *q), *u = lit_new0(e, n, sizeof *u);
  for (int i = 0; !has_model && i < s->t->schema.n_cols; i++)
    if (s->t->schema.cols[i].role == LIT_ROLE_VECTOR) {
      name = s->t->schema.cols[i].name;
      break;
    }
  if (e->rc) goto done;
  if (s->n_similar &&
      mean_of_rows(e, s, col, s->similar, s->n_similar, q, &found))
    goto done;
  if (s->text && has_model) {
    if (found) to_unit(q, n);
    if (embed(e, s, s->text, s->n_text, u)) goto done;
    for (size_t i = 0; i < n; i++) q[i] += u[i];
    found++;
  }
  if (!found || unlike_vector(e, s, col, u, &has_unlike)) goto done;
  if (has_unlike) subtract(q, u, n);
  add_dense(e, s, col, name, q);
  q = NULL;

done:
  lit_free(q);
  lit_free(u);
  return e->rc;
}

/* ---- all together ---- */

static const LitMode *mode_named(const char *name) {
  const LitMode *m;
  for (size_t i = 0; (m = lit_mode_row(i)) != NULL; i++)
    if (strcmp(m->name, name) == 0) return m;
  return NULL;
}

static int can_vectors(const LitSearch *s) {
  if (s->n_dense > 0) return 1;
  if (s->text && lit_has_model(s->t) && s->field < 0) return 1;
  return s->n_similar > 0 && s->t->shape.n_vecs > 0;
}

static int can_words(const LitSearch *s) {
  return s->text || (s->n_similar > 0 && s->t->schema.n_texts > 0);
}

/* The mode that was asked for, or what the question and the table allow. */
static int settle_mode(LitErr *e, LitSearch *s) {
  int words = can_words(s), vectors = can_vectors(s);
  if (!s->mode)
    s->mode = mode_named(words && vectors ? "hybrid" : words ? "bm25" : "dense");
  if (s->mode->vectors && !vectors)
    return lit_fail(e, LIT_ERROR, "%s: mode '%s' needs vectors, but the table "
                    "has model = '%s' and the query brings none",
                    s->t->schema.name, s->mode->name, s->t->schema.model);
  if (s->mode->by_words && !words)
    return lit_fail(e, LIT_ERROR, "%s: mode '%s' needs words: MATCH with text",
                    s->t->schema.name, s->mode->name);
  if (s->mode->by_words == lit_list_keyword && !s->text)
    return fail(e, s, "mode 'keyword' needs MATCH with text");
  return LIT_OK;
}

static void set_weights(LitSearch *s) {
  for (int i = 0; i < s->t->schema.n_cols; i++) {
    const LitColumn *c = &s->t->schema.cols[i];
    if (c->role == LIT_ROLE_TEXT)
      s->weights[c->slot] = s->field < 0 || s->field == c->slot
                                ? (float)c->weight : 0;
  }
}

static int check_rows(LitErr *e, const LitSearch *s, const int64_t *rows,
                      size_t n) {
  for (size_t i = 0; i < n; i++) {
    LitSeg *seg;
    uint32_t ord;
    if (lit_dir_find(e, &s->t->dir, rows[i], &seg, &ord)) return e->rc;
    if (!seg)
      return lit_fail(e, LIT_ERROR, "%s: no row %lld", s->t->schema.name,
                      (long long)rows[i]);
  }
  return LIT_OK;
}

int lit_ask(LitErr *e, LitSearch *s) {
  if (check_rows(e, s, s->similar, s->n_similar) ||
      check_rows(e, s, s->unlike, s->n_unlike))
    return e->rc;
  if (settle_mode(e, s)) return e->rc;
  set_weights(s);
  if (s->text && ask_words(e, s)) return e->rc;
  if (ask_prefixes(e, s)) return e->rc;
  if (s->n_similar && s->t->schema.n_texts &&
      ask_like_words(e, s, s->similar, s->n_similar, NULL, 0, 1))
    return e->rc;
  if (s->mode->by_words && (s->n_unlike || s->unlike_text) &&
      ask_like_words(e, s, s->unlike, s->n_unlike, s->unlike_text,
                     s->n_unlike_text, -UNLIKE_WEIGHT))
    return e->rc;
  if (s->mode->vectors && s->t->shape.n_vecs > 0 &&
      (s->n_similar || (s->text && lit_has_model(s->t))))
    return ask_vector(e, s);
  return LIT_OK;
}
