/* bert.c -- see bert.h */
#include <math.h>
#include <string.h>
#include "model/bert.h"
#include "model/blocks.h"
#include "model/tensor.h"
#include "base/poison.h"

typedef struct Bert {
  LitEncoder encoder;
  const LitTensor *words;   /* [n_vocab, width], read row by row */
  const float *places, *segments;           /* [.., width] */
  size_t n_segments;
} Bert;

static int check(LitErr *e, const LitJson *config) {
  const char *places = lit_json_str(e, config, "position_embedding_type",
                                    "absolute");
  if (!e->rc && strcmp(places, "absolute"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: position_embedding_type '%.40s': "
             "expected absolute", config->folder, config->file, places);
  return e->rc;
}

/* The places of tokens: those of the text begin after the padding token's. */
static int get_places(LitErr *e, LitModel *m, const LitJson *config,
                      const LitBertKind *kind, Bert *bert) {
  LitJsonRange pad = {.lo = 0, .hi = 100, .none = 1};
  size_t first = (size_t)kind->places_from;
  if (kind->places_after_pad)
    first = (size_t)lit_json_int(e, config, "pad_token_id", pad) + 1;
  if (e->rc) return e->rc;
  lit_encoder_table(e, m, kind->names.prefixes, kind->places,
                    (size_t)m->max_tokens, &bert->places);
  if (!e->rc && first >= (size_t)m->max_tokens)
    lit_fail(e, LIT_CORRUPT, "%s/%s: pad_token_id leaves no place for tokens",
             config->folder, config->file);
  if (e->rc) return e->rc;
  bert->places += first * bert->encoder.width;
  m->max_tokens -= (int)first;
  return LIT_OK;
}

/* The tables of vectors; their sizes are those of config.json. */
static int get_tables(LitErr *e, LitModel *m, const LitJson *config,
                      const LitBertKind *kind, Bert *bert) {
  const char *const *prefixes = kind->names.prefixes;
  const char *max = kind->max_tokens ? kind->max_tokens
                                     : "max_position_embeddings";
  LitJsonRange size = {.lo = 1, .hi = 10000000, .need = 1};
  LitJsonRange types = {.lo = 1, .hi = 1 << 20, .none = 2};
  LitTensorName words = {prefixes, kind->words, 0};
  m->n_vocab = (int)lit_json_int(e, config, "vocab_size", size);
  m->max_tokens = (int)lit_json_int(e, config, max, size);
  bert->n_segments = (size_t)lit_json_int(e, config, "type_vocab_size", types);
  if (e->rc) return e->rc;
  bert->words = lit_tensor_rows(e, m, &words, ".weight", (size_t)m->n_vocab,
                                (size_t)m->width);
  if (kind->places) get_places(e, m, config, kind, bert);
  if (kind->segments && !e->rc)
    lit_encoder_table(e, m, prefixes, kind->segments, bert->n_segments,
                      &bert->segments);
  return e->rc;
}

/* Which row of the table a distance has: those up to 7 have their own, farther
** ones share by their logarithm, up to 128, and those beyond share the last
** (T5: Raffel et al. 2020; transformers, relative_position_bucket). */
static size_t bucket(long key_minus_query, size_t n_buckets) {
  size_t half = n_buckets / 2, exact = half / 2, at = 0;
  long n = -key_minus_query;
  if (n < 0) at = half, n = -n;
  if ((size_t)n < exact) return at + (size_t)n;
  exact += (size_t)(logf((float)n / (float)exact) /
                    (float)log(128.0 / (double)exact) * (float)(half - exact));
  return at + (exact < half ? exact : half - 1);
}

/* What distances add to scores, spelled out for every distance. */
static int get_distances(LitErr *e, LitModel *m, const LitJson *config,
                         const LitBertKind *kind, LitEncoder *net) {
  LitTensorName name = {kind->names.prefixes, kind->distances, 0};
  LitJsonRange range = {.lo = 4, .hi = 4096, .none = 32};
  static const char key[] = "relative_attention_num_buckets";
  size_t rows = (size_t)lit_json_int(e, config, key, range);
  size_t n = lit_encoder_distances((size_t)m->max_tokens);
  float scale = sqrtf((float)net->head), *to;
  const float *table;
  if (!e->rc && rows % 4)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: %s: expected a multiple of 4",
                    config->folder, config->file, key);
  if (lit_tensor_get(e, m, &name, ".weight", rows, net->n_heads, &table))
    return e->rc;
  to = lit_arena_new(e, &m->arena, net->n_heads * n, sizeof *to);
  for (size_t i = 0; i < n && to; i++)
    for (size_t h = 0; h < net->n_heads; h++)
      to[h * n + i] = scale * table[bucket((long)(n / 2) - (long)i, rows) *
                                    net->n_heads + h];
  net->distances = to;
  net->distances_to = (size_t)m->max_tokens;
  return e->rc;
}

LitEncoder *lit_bert_open(LitErr *e, LitModel *m, const LitJson *config,
                          const LitBertKind *kind) {
  Bert *bert = lit_arena_new(e, &m->arena, 1, sizeof *bert);
  if (!bert) return NULL;
  *bert = (Bert){0};
  m->net = bert;
  if (check(e, config) ||
      lit_encoder_open(e, m, config, &kind->names, &bert->encoder) ||
      get_tables(e, m, config, kind, bert))
    return NULL;
  if (kind->distances) get_distances(e, m, config, kind, &bert->encoder);
  return e->rc ? NULL : &bert->encoder;
}

size_t lit_bert_room(const LitModel *m, size_t n_tokens, size_t longest) {
  return lit_encoder_room(&((const Bert *)m->net)->encoder, n_tokens, longest);
}

/* The sum of a token's rows, into its lane of x. */
static void embed(const Bert *bert, uint32_t id, size_t type, size_t place,
                  float *to) {
  size_t width = bert->encoder.width;
  const float *at = bert->places ? bert->places + place * width : NULL;
  const float *segment = bert->segments;
  float word[LIT_BLOCK_MAX];
  if (segment && type < bert->n_segments) segment += type * width;
  for (size_t k = 0; k < width; k++) {
    size_t i = k % LIT_BLOCK_MAX, left = width - k;
    float x;
    if (i == 0)
      lit_weights_read(bert->words, id * width + k,
                       left < LIT_BLOCK_MAX ? left : LIT_BLOCK_MAX, word);
    x = word[i];
    if (segment) x += segment[k];
    if (at) x += at[k];
    to[k * LIT_LANES] = x;
  }
}

const float *lit_bert_run(const LitModel *m, const LitBatch *b,
                          float *scratch) {
  const Bert *bert = m->net;
  size_t panel = bert->encoder.width * LIT_LANES;
  for (int i = 0; i < b->n_texts; i++)
    for (size_t t = b->starts[i]; t < b->starts[i + 1]; t++)
      embed(bert, b->ids[t], b->types[t], t - b->starts[i],
            scratch + t / LIT_LANES * panel + t % LIT_LANES);
  return lit_encoder_run(&bert->encoder, b, scratch);
}
