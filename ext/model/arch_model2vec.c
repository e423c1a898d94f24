/* arch_model2vec.c -- folders of static vectors: a text is the mean of one
** vector for each of its tokens (Model2Vec; sentence-transformers'
** StaticEmbedding).
**
** Tensors, V the number of tokens:
**
**   embeddings [R, width]   float32, float16, bfloat16 or int8; R = V unless
**   (embedding.weight)      there is a mapping
**   mapping [V]             int32 or int64: the row of each token
**   weights [V]             floats: what each token's row is multiplied by
**
** config.json: normalize, seq_length (longer texts are cut,
** if it is there).  Special tokens
** are not added and the unknown one is left out, except in a folder of
** sentence-transformers' own, without config.json, which keeps it.  Model2Vec
** cuts each text at 512 tokens unless told otherwise; here seq_length alone
** counts.  Rows stay as they lie in the file; sums are of float32, in the order
** of the tokens.  A text without tokens has the vector that has no meaning
** (lit_vector_of_nothing).
*/
#include <string.h>
#include "kern/kern.h"
#include "model/parts.h"
#include "base/poison.h"

typedef struct Static {
  const uint8_t *rows;      /* [n_rows, width] of stride bytes */
  size_t stride;
  void (*widen)(const void *from, float *to, size_t n);
  const float *weights;     /* [V] or NULL: 1 each */
  const uint32_t *mapping;  /* [V] or NULL: token i has row i */
  int keep_unknown;
} Static;

static void widen_f32(const void *from, float *to, size_t n) {
  memcpy(to, from, n * sizeof *to);
}
static void widen_f16(const void *from, float *to, size_t n) {
  lit_kern()->widen_f16(from, to, n);
}
static void widen_i8(const void *from, float *to, size_t n) {
  const int8_t *at = from;
  for (size_t i = 0; i < n; i++) to[i] = at[i];
}

static const struct {
  LitDtype dtype;
  void (*widen)(const void *, float *, size_t);
} widths[] = {
  {LIT_DT_F32, widen_f32}, {LIT_DT_F16, widen_f16},
  {LIT_DT_BF16, lit_kern_widen_bf16}, {LIT_DT_I8, widen_i8},
};

static int bad(LitErr *e, const LitTensor *t, const LitModel *m,
               const char *want) {
  return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: expected %s", m->folder,
                  t->file, t->name, want);
}

static int open_rows(LitErr *e, LitModel *m, Static *s, size_t *n_rows,
                     const LitJson *config) {
  const LitTensor *t = lit_weights_find(&m->weights, "embeddings");
  if (!t) t = lit_weights_find(&m->weights, "embedding.weight");
  if (!t)
    return lit_fail(e, LIT_CORRUPT, "%s: no tensor embeddings or "
                    "embedding.weight%s", m->folder,
                    strcmp(config->file, "config.json")
                        ? "; config.json: No such file" : "");
  if (t->n_dims != 2 || t->dims[0] < 1 || t->dims[0] > INT32_MAX ||
      t->dims[1] < 1 || t->dims[1] > LIT_WIDTH_MAX)
    return bad(e, t, m, "rows of 1 to 16384 elements");
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
    if (widths[i].dtype == t->dtype) s->widen = widths[i].widen;
  if (!s->widen) return bad(e, t, m, "float32, float16, bfloat16 or int8");
  m->width = (int)t->dims[1];
  s->rows = t->at;
  s->stride = (size_t)t->dims[1] * lit_dtype_size(t->dtype);
  *n_rows = (size_t)t->dims[0];
  m->n_vocab = (int)*n_rows;
  return LIT_OK;
}

/* The mapping says how many tokens there are, and each names a row. */
static int open_mapping(LitErr *e, LitModel *m, Static *s, size_t n_rows) {
  const LitTensor *t = lit_weights_find(&m->weights, "mapping");
  size_t size = t ? lit_dtype_size(t->dtype) : 0;
  uint32_t *rows;
  if (!t) return LIT_OK;
  if (t->n_dims != 1 || t->dims[0] < 1 || t->dims[0] > INT32_MAX ||
      (t->dtype != LIT_DT_I32 && t->dtype != LIT_DT_I64))
    return bad(e, t, m, "a list of int32 or int64");
  m->n_vocab = (int)t->dims[0];
  rows = lit_arena_new(e, &m->arena, (size_t)t->dims[0], sizeof *rows);
  for (size_t i = 0; rows && i < (size_t)t->dims[0]; i++) {
    uint64_t row = size == 8 ? lit_get_u64(t->at + 8 * i)
                             : lit_get_u32(t->at + 4 * i);
    if (row >= n_rows) return bad(e, t, m, "numbers of rows");
    rows[i] = (uint32_t)row;
  }
  s->mapping = rows;
  return e->rc;
}

static int open_model2vec(LitErr *e, LitModel *m, const LitJson *config) {
  LitJsonRange length = {.lo = 1, .hi = INT32_MAX};
  Static *s = lit_arena_new(e, &m->arena, 1, sizeof *s);
  uint64_t n_vocab;
  size_t n_rows = 0;
  if (!s) return e->rc;
  *s = (Static){0};
  if (open_rows(e, m, s, &n_rows, config)) return e->rc;
  if (open_mapping(e, m, s, n_rows)) return e->rc;
  n_vocab = (uint64_t)m->n_vocab;
  if (lit_weights_find(&m->weights, "weights"))
    lit_weights_get(e, &m->weights, "weights", 1, &n_vocab, &s->weights);
  m->max_tokens = (int)lit_json_int(e, config, "seq_length", length);
  m->normalize = lit_json_bool(e, config, "normalize", 0);
  s->keep_unknown = strcmp(config->file, "config.json") &&
                    lit_json_exists(m->path, "modules.json");
  m->net = s;
  return e->rc;
}

/* sum[i] += by * row[i], in steps that compilers make wide. */
static void add(float *sum, const float *row, float by, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (size_t k = 0; k < 16; k++) sum[i + k] += by * row[i + k];
  for (; i < n; i++) sum[i] += by * row[i];
}

static int is_left_out(const LitModel *m, uint32_t id) {
  const Static *s = m->net;
  return !s->keep_unknown &&
         (int32_t)id == lit_subword_info(m->tokenizer)->unk;
}

static void row(const LitModel *m, uint32_t id, float *out) {
  const Static *s = m->net;
  size_t n = (size_t)m->width, at = s->mapping ? s->mapping[id] : id;
  float by = is_left_out(m, id) ? 0 : s->weights ? s->weights[id] : 1;
  s->widen(s->rows + s->stride * at, out, n);
  for (size_t i = 0; i < n; i++) out[i] *= by;
}

static int embed(LitErr *e, const LitModel *m, LitEmbedding *c, LitText text,
                 float *out) {
  const Static *s = m->net;
  size_t n = (size_t)m->width, used = 0;
  float *one;
  c->room.n = 0;
  lit_buf_room(e, &c->room, n * sizeof *one);
  if (e->rc || lit_embed_tokens(e, m, c, text, 0)) return e->rc;
  one = (float *)(void *)c->room.at;
  memset(out, 0, n * sizeof *out);
  for (size_t i = 0; i < c->ids.n; i++) {
    uint32_t id = c->ids.at[i];
    if (is_left_out(m, id)) continue;
    s->widen(s->rows + s->stride * (s->mapping ? s->mapping[id] : id), one, n);
    add(out, one, s->weights ? s->weights[id] : 1, n);
    used++;
  }
  for (size_t i = 0; i < n && used; i++) out[i] /= (float)used;
  if (!used) lit_vector_of_nothing(out, n);
  if (m->normalize) lit_normalize(out, n);
  return e->rc;
}

const LitArch lit_arch_model2vec = {
  .name = "model2vec",
  .doc = "static vectors, one for each token (Model2Vec, StaticEmbedding)",
  .open = open_model2vec, .embed = embed, .row = row,
};
