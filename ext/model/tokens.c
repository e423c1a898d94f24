/* tokens.c -- what single tokens of two texts have to do with one another:
** late interaction (Khattab and Zaharia 2020), and which tokens a cosine is made
** of.
**
** A token's vector is its state, through the model's own layer for it if it has
** one (a Dense in modules.json without Pooling, as PyLate writes it), of length
** 1.  From
** config_sentence_transformers.json come query_prefix and document_prefix, each
** one token that stands second, and skiplist_words, which a document has no
** vectors for.  Queries are not filled up with [MASK].
*/
#include <math.h>
#include <string.h>
#include "model/dense.h"
#include "model/run.h"
#include "base/poison.h"

/* The tokens of a text and a vector for each. */
typedef struct Tokens {
  LitIds ids;
  float *at;                /* [ids.n, dim] */
  size_t dim;
  const LitDense *layer;    /* NULL: states as they are */
} Tokens;

static void tokens_drop(Tokens *t) {
  lit_ids_drop(&t->ids);
  lit_free(t->at);
}

/* For LitRun: keep the states, or what the layer makes of them. */
static void keep(void *ctx, size_t text, const uint32_t *ids,
                 const float *states, size_t n, float *spare) {
  Tokens *t = ctx;
  (void)text, (void)ids;
  if (t->layer) lit_dense_run(t->layer, states, n, t->at, spare);
  else memcpy(t->at, states, n * t->dim * sizeof *t->at);
}

/* The token `marker` (-1: none) behind the first one. */
static void put_marker(LitErr *e, LitIds *ids, int32_t marker) {
  if (e->rc || marker < 0 || !ids->n) return;
  if (LIT_GROW(e, &ids->at, &ids->room, ids->n + 1)) return;
  memmove(ids->at + 2, ids->at + 1, (ids->n - 1) * sizeof *ids->at);
  ids->at[1] = (uint32_t)marker;
  ids->n++;
}

/* Tokens of the text, with the model's words before it. */
static int encode(LitErr *e, const LitModel *m, LitEmbedUse use, LitText text,
                  LitEncodeOpts opts, LitIds *ids) {
  LitEmbedding *c = lit_embedding_take(e, m, use, opts.stop);
  LitBuf both = {0};
  opts.want_offsets = 1;
  lit_buf_text(e, &both, m->prompts[use]);
  lit_buf_put(e, &both, text.at, text.n);
  if (!e->rc)
    lit_subword_encode(e, m->tokenizer, c->words,
                       both.n ? (char *)both.at : "", both.n, &opts, ids);
  lit_buf_drop(&both);
  if (c) lit_embedding_give(m, c);
  return e->rc;
}

/* The same and their states. */
static int read_tokens(LitErr *e, const LitModel *m, LitEmbedUse use,
                       LitText text, const LitStop *stop, Tokens *t) {
  int32_t marker = m->markers[use];
  LitEncodeOpts opts = {.add_special = 1, .stop = stop,
                        .max_len = (uint32_t)m->max_tokens - (marker >= 0)};
  LitRun r = {.m = m, .stop = stop, .finish = keep, .ctx = t,
              .n_spare = t->layer ? lit_dense_room(t->layer) : 0};
  encode(e, m, use, text, opts, &t->ids);
  put_marker(e, &t->ids, marker);
  t->dim = t->layer ? t->layer->l.n_out : (size_t)m->width;
  t->at = lit_new(e, t->ids.n, t->dim * sizeof *t->at);
  lit_run_add(e, &r, 0, t->ids.at, NULL, t->ids.n);
  lit_run_all(e, &r);
  lit_run_drop(&r);
  return e->rc ? e->rc
               : lit_run_finite(e, m, "a token's vector", t->at,
                                t->ids.n * t->dim);
}

static int need_states(LitErr *e, const LitModel *m, const char *who) {
  if (m->arch->embed)
    lit_fail(e, LIT_MISMATCH, "%s: model %s has static vectors; expected one "
             "whose tokens have states", who, m->name);
  return e->rc;
}

static double dot(const float *a, const float *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
  return sum;
}

static int is_skipped(const LitModel *m, uint32_t id) {
  for (size_t i = 0; i < m->n_skipped; i++)
    if (m->skipped[i] == id) return 1;
  return 0;
}

int lit_model_maxsim(LitErr *e, const LitModel *m, LitText query, LitText text,
                     const LitStop *stop, double *out) {
  Tokens q = {.layer = m->token}, d = {.layer = m->token};
  *out = 0;
  if (need_states(e, m, "lit_maxsim") ||
      read_tokens(e, m, LIT_EMBED_QUERY, query, stop, &q) ||
      read_tokens(e, m, LIT_EMBED_DOCUMENT, text, stop, &d))
    goto done;
  for (size_t i = 0; i < q.ids.n; i++) lit_normalize(q.at + i * q.dim, q.dim);
  for (size_t i = 0; i < d.ids.n; i++) lit_normalize(d.at + i * d.dim, d.dim);
  for (size_t i = 0; i < q.ids.n; i++) {
    double best = -1;
    for (size_t k = 0; k < d.ids.n; k++) {
      double s = is_skipped(m, d.ids.at[k])
                     ? -1 : dot(q.at + i * q.dim, d.at + k * d.dim, d.dim);
      if (s > best) best = s;
    }
    *out += best;
  }
done:
  tokens_drop(&q);
  tokens_drop(&d);
  return e->rc;
}

/* The bytes of the text that token t stands for, behind the model's words. */
static LitTokenPart part_of(const LitModel *m, const LitIds *ids, size_t t) {
  size_t before = strlen(m->prompts[LIT_EMBED_DOCUMENT]);
  LitSpan s = ids->span[t];
  LitTokenPart p = {0};
  if (s.from >= before && s.to > s.from)
    p.from = s.from - before, p.to = s.to - before;
  return p;
}

/* Static vectors: with q the query's vector of length 1, r_t what a token adds
** and d the sum of them, cos(q, d) = sum over t of q r_t / |d|.  A text that
** has no direction has the vector of nothing, of which no word is a part. */
static int explain_rows(LitErr *e, const LitModel *m, const float *q,
                        LitText text, const LitStop *stop, LitExplained *out) {
  size_t width = (size_t)m->width;
  LitEncodeOpts opts = {.stop = stop, .max_len = (uint32_t)m->max_tokens};
  LitIds ids = {0};
  double *sum = lit_new0(e, width, sizeof *sum), length = 0;
  float *row = lit_new0(e, width, sizeof *row);
  if (e->rc || encode(e, m, LIT_EMBED_DOCUMENT, text, opts, &ids)) goto done;
  for (size_t t = 0; t < ids.n; t++) {
    m->arch->row(m, ids.at[t], row);
    for (size_t i = 0; i < width; i++) sum[i] += (double)row[i];
  }
  for (size_t i = 0; i < width; i++) length += sum[i] * sum[i];
  length = sqrt(length);
  out->at = lit_new(e, ids.n + 1, sizeof *out->at);
  for (size_t t = 0; t < ids.n && !e->rc; t++) {
    out->at[out->n] = part_of(m, &ids, t);
    m->arch->row(m, ids.at[t], row);
    out->at[out->n++].part = length > 0 ? dot(q, row, width) / length : 0;
  }
  if (!e->rc && !(length > 0)) {
    lit_vector_of_nothing(row, width);
    out->at[out->n++] = (LitTokenPart){.part = dot(q, row, width)};
  }
done:
  lit_ids_drop(&ids);
  lit_free(sum);
  lit_free(row);
  return e->rc;
}

/* With s_t the text's n states and d their mean, cos(q, d) = sum over t of
** q s_t / (n |d|): exact for models that pool by the mean alone.  */
static int explain_states(LitErr *e, const LitModel *m, const float *q,
                          LitText text, const LitStop *stop,
                          LitExplained *out) {
  size_t width = (size_t)m->width;
  Tokens d = {0};
  float *mean = lit_new0(e, width, sizeof *mean);
  double length;
  if (e->rc || read_tokens(e, m, LIT_EMBED_DOCUMENT, text, stop, &d)) goto done;
  for (size_t t = 0; t < d.ids.n; t++)
    for (size_t i = 0; i < width; i++) mean[i] += d.at[t * width + i];
  length = sqrt(dot(mean, mean, width));      /* n |d| */
  out->at = lit_new(e, d.ids.n, sizeof *out->at);
  for (size_t t = 0; t < d.ids.n && !e->rc; t++) {
    out->at[out->n] = part_of(m, &d.ids, t);
    out->at[out->n++].part =
        length > 0 ? dot(q, d.at + t * width, width) / length : 0;
  }
done:
  lit_free(mean);
  tokens_drop(&d);
  return e->rc;
}

int lit_model_explain(LitErr *e, const LitModel *m, LitText query, LitText text,
                      const LitStop *stop, LitExplained *out) {
  size_t width = (size_t)m->width;
  int is_static = m->arch->row != NULL;
  float *q = NULL;
  *out = (LitExplained){0};
  if (!is_static && (m->n_pools != 1 || strcmp(m->pools[0]->name, "mean") ||
                     m->n_dense || m->dim != m->width || m->opts.windows))
    return lit_fail(e, LIT_MISMATCH, "lit_explain_match: model %s: expected one "
                    "that pools by the mean alone", m->name);
  q = lit_new(e, width, sizeof *q);
  if (e->rc || lit_model_embed(e, m, LIT_EMBED_QUERY, &query, 1, q, stop))
    goto done;
  lit_normalize(q, width);
  (is_static ? explain_rows : explain_states)(e, m, q, text, stop, out);
done:
  lit_free(q);
  return e->rc;
}

void lit_explained_drop(LitExplained *x) {
  lit_free(x->at);
  *x = (LitExplained){0};
}

/* ---- opening ---- */

/* The token that a prefix is: as it is written, or without its last blank. */
static int32_t marker_of(LitErr *e, const LitModel *m, const LitJson *j,
                         const char *key) {
  const char *s = lit_json_str(e, j, key, "");
  size_t n = strlen(s);
  int32_t id = n ? lit_subword_id(m->tokenizer, s, n) : -1;
  while (id < 0 && n && s[n - 1] == ' ')
    id = lit_subword_id(m->tokenizer, s, --n);
  return id;
}

static int read_skipped(LitErr *e, LitModel *m, const json_t *list) {
  const json_t *word;
  size_t i;
  uint32_t *ids;
  if (!json_is_array(list)) return e->rc;
  ids = lit_arena_new(e, &m->arena, json_array_size(list), sizeof *ids);
  json_array_foreach(list, i, word) {
    const char *s = json_string_value(word);
    int32_t id = s && ids ? lit_subword_id(m->tokenizer, s, strlen(s)) : -1;
    if (id >= 0) ids[m->n_skipped++] = (uint32_t)id;
  }
  m->skipped = ids;
  return e->rc;
}

int lit_tokens_open(LitErr *e, LitModel *m) {
  LitJson j = {.folder = m->path, .file = "config_sentence_transformers.json"};
  json_t *top = NULL;
  m->markers[0] = m->markers[1] = -1;
  if (e->rc || m->arch->embed || !lit_json_exists(m->path, j.file))
    return e->rc;
  if (lit_json_load(e, m->path, j.file, &top)) return e->rc;
  j.at = top;
  m->markers[LIT_EMBED_QUERY] = marker_of(e, m, &j, "query_prefix");
  m->markers[LIT_EMBED_DOCUMENT] = marker_of(e, m, &j, "document_prefix");
  read_skipped(e, m, json_object_get(top, "skiplist_words"));
  json_decref(top);
  return e->rc;
}
