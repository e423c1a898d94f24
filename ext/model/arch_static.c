/* arch_static.c -- lit's own static models: a text is the weighted sum of one
** row of integers for each of its tokens, made length 1.
**
** One safetensors file, V the number of tokens:
**
**   embeddings I8 [V, width]
**   weights U16 [V]        what a row is multiplied by; 0: the token is ignored
**   vocabulary U8 [bytes]  the tokens in UTF-8, each ended by a newline, in the
**                          order of their ids; WordPiece of lower case text
**                          without accents (text/pieces.h), "##" before what
**                          continues a word; [UNK] has weight 0
**   __metadata__           format "lit static 1"; card: JSON with the data, the
**                          licences, the recipe and the scores; anything else
**
** Sums are exact: in int32 over 256 tokens (128 * 65535 * 256 < 2^31), of these
** in double, for a text has not more than 2^22 times so many.  Their squares are
** added and the sum's root is taken in double, in the order of the components,
** and each component divided by it and rounded to float32: IEEE 754 says what
** every step gives, so that a text has the same bytes on every CPU.  A text whose
** sum is zero, as of one without a known token, has the vector that means nothing
** (lit_vector_of_nothing).
**
** Speed: the ids of a text first, then the rows of 256 tokens at a time, 64
** columns of them at once, so that the sums stay in registers.
*/
#include <math.h>
#include <string.h>
#include "kern/kern.h"
#include "model/parts.h"
#include "text/pieces.h"
#include "base/poison.h"

#define FORMAT "lit static 1"
enum { TOKENS = 256, TEXT_MAX = 1 << 30 };

typedef struct Static {
  const int8_t *rows;       /* [V, width] */
  const uint8_t *weights;   /* [V] two bytes each, unaligned */
  LitPieces pieces;
} Static;

/* The tensor of that name, type and number of dimensions. */
static const LitTensor *tensor(LitErr *e, LitModel *m, const char *name,
                               LitDtype dtype, int n_dims) {
  const LitTensor *t = lit_weights_find(&m->weights, name);
  if (t && t->dtype == dtype && t->n_dims == n_dims && t->n_bytes) return t;
  lit_fail(e, LIT_CORRUPT, "%s: tensor %s: expected %s [%s]", m->path, name,
           dtype == LIT_DT_I8 ? "I8" : dtype == LIT_DT_U8 ? "U8" : "U16",
           n_dims == 2 ? "tokens, width" : dtype == LIT_DT_U8 ? "bytes"
                                                              : "tokens");
  return NULL;
}

static int check_format(LitErr *e, const LitModel *m) {
  const char *format = lit_weights_note(&m->weights, "format");
  if (format && strcmp(format, FORMAT) == 0) return LIT_OK;
  return lit_fail(e, LIT_MISMATCH, "%s: __metadata__ format '%.40s': expected "
                  "'" FORMAT "'", m->path, format ? format : "");
}

static int open_static(LitErr *e, LitModel *m, const LitJson *config) {
  static const char config_json[] = "{\"do_lower_case\": true}";
  LitSubwordFiles files = {.who = m->path, .config = config_json,
                           .n_config = sizeof config_json - 1};
  Static *s = lit_arena_new(e, &m->arena, 1, sizeof *s);
  const LitTensor *rows, *weights, *words;
  (void)config;
  if (!s || check_format(e, m)) return e->rc;
  if (!(rows = tensor(e, m, "embeddings", LIT_DT_I8, 2)) ||
      !(weights = tensor(e, m, "weights", LIT_DT_U16, 1)) ||
      !(words = tensor(e, m, "vocabulary", LIT_DT_U8, 1)))
    return e->rc;
  if (rows->dims[0] > INT32_MAX || rows->dims[1] > LIT_WIDTH_MAX ||
      weights->dims[0] != rows->dims[0])
    return lit_fail(e, LIT_CORRUPT, "%s: %llu rows of %llu elements with %llu "
                    "weights", m->path, (unsigned long long)rows->dims[0],
                    (unsigned long long)rows->dims[1],
                    (unsigned long long)weights->dims[0]);
  *s = (Static){.rows = (const int8_t *)rows->at, .weights = weights->at};
  m->net = s;
  m->n_vocab = (int)rows->dims[0];
  m->dim = m->width = (int)rows->dims[1];
  m->normalize = 1;
  m->prompts[0] = m->prompts[1] = "";
  files.main = (const char *)words->at, files.n_main = (size_t)words->n_bytes;
  if (lit_subword_parse(e, &files, &m->tokenizer)) return e->rc;
  if (lit_subword_info(m->tokenizer)->n_vocab != (uint32_t)m->n_vocab)
    return lit_fail(e, LIT_MISMATCH, "%s: a vocabulary of %u tokens, %d rows",
                    m->path, lit_subword_info(m->tokenizer)->n_vocab,
                    m->n_vocab);
  lit_pieces_init(&s->pieces, m->tokenizer);
  return LIT_OK;
}

typedef struct Room {       /* of a call: c->room */
  LitKernSum sum;
  int32_t by[TOKENS], part[LIT_WIDTH_MAX];
  double real[LIT_WIDTH_MAX];
} Room;

enum { LANES = 8 };         /* At a time, so that compilers use vectors */

/* sum += part [n]. */
static void add_part(const int32_t *restrict part, size_t n,
                     double *restrict sum) {
  size_t k = 0;
  for (; k + LANES <= n; k += LANES)
    for (int j = 0; j < LANES; j++) sum[k + (size_t)j] += part[k + (size_t)j];
  for (; k < n; k++) sum[k] += part[k];
}

/* room->real = the weighted sum of the rows of ids [n]. */
static void add_up(const Static *s, size_t width, const uint32_t *ids, size_t n,
                   Room *room) {
  memset(room->real, 0, width * sizeof *room->real);
  for (size_t at = 0; at < n; at += TOKENS) {
    size_t more = n - at < TOKENS ? n - at : TOKENS;
    room->sum = (LitKernSum){s->rows, width, ids + at, room->by, more};
    for (size_t i = 0; i < more; i++) {
      const uint8_t *by = s->weights + 2 * (size_t)ids[at + i];
      room->by[i] = by[0] | by[1] << 8;
    }
    lit_kern()->sum_i8(&room->sum, 0, room->part);
    add_part(room->part, width, room->real);
  }
}

/* out = from / length [n]. */
static void divide(const double *restrict from, double length, size_t n,
                   float *restrict out) {
  size_t k = 0;
  for (; k + LANES <= n; k += LANES)
    for (int j = 0; j < LANES; j++)
      out[k + (size_t)j] = (float)(from[k + (size_t)j] / length);
  for (; k < n; k++) out[k] = (float)(from[k] / length);
}

static void unit(Room *room, size_t width, float *out) {
  double sum_sq = 0, length;
  for (size_t k = 0; k < width; k++) sum_sq += room->real[k] * room->real[k];
  length = sqrt(sum_sq);
  if (length > 0) divide(room->real, length, width, out);
  else lit_vector_of_nothing(out, width);
}

static int embed(LitErr *e, const LitModel *m, LitEmbedding *c, LitText text,
                 float *out) {
  const Static *s = m->net;
  Room *room;
  if (text.n > TEXT_MAX)
    return lit_fail(e, LIT_TOOBIG, "text of %zu bytes; the limit is %d", text.n,
                    TEXT_MAX);
  if (!c->pieces && lit_pieces_ctx(e, &c->pieces)) return e->rc;
  if (lit_buf_room(e, &c->room, sizeof *room)) return e->rc;
  if (lit_pieces_split(e, &s->pieces, c->pieces, text.at, text.n, c->stop))
    return e->rc;
  room = (Room *)(void *)c->room.at;
  add_up(s, (size_t)m->width, c->pieces->ids.at, c->pieces->ids.n, room);
  unit(room, (size_t)m->width, out);
  return e->rc;
}

static void row(const LitModel *m, uint32_t id, float *out) {
  const Static *s = m->net;
  const uint8_t *by = s->weights + 2 * (size_t)id;
  const int8_t *at = s->rows + (size_t)id * (size_t)m->width;
  for (int k = 0; k < m->width; k++)
    out[k] = (float)(at[k] * (by[0] | by[1] << 8));
}

const LitArch lit_arch_static = {
  .name = "static", .doc = "one file of static integer vectors, as lit_distill "
                           "makes them",
  .open = open_static, .embed = embed, .row = row,
};
