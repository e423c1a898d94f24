/* bert.c -- see bert.h */
#include <string.h>
#include "model/bert.h"
#include "base/poison.h"

typedef struct Bert {
  LitEncoder encoder;
  const float *words, *places, *segments;   /* [n_vocab, width] ... */
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

/* The tables of vectors; n_words and n_places are those of config.json. */
static int get_tables(LitErr *e, LitModel *m, const LitJson *config,
                      const LitBertKind *kind, Bert *bert) {
  const char *const *prefixes = kind->names.prefixes;
  LitJsonRange size = {.lo = 1, .hi = 10000000, .need = 1};
  LitJsonRange types = {.lo = 1, .hi = 1 << 20, .none = 2};
  LitJsonRange pad = {.lo = 0, .hi = 100, .none = 1};
  size_t first = 0;
  m->n_vocab = (int)lit_json_int(e, config, "vocab_size", size);
  m->max_tokens = (int)lit_json_int(e, config, "max_position_embeddings", size);
  if (kind->places_after_pad)
    first = (size_t)lit_json_int(e, config, "pad_token_id", pad) + 1;
  bert->n_segments = (size_t)lit_json_int(e, config, "type_vocab_size", types);
  if (e->rc) return e->rc;
  lit_encoder_table(e, m, prefixes, kind->words, (size_t)m->n_vocab,
                    &bert->words);
  lit_encoder_table(e, m, prefixes, kind->places, (size_t)m->max_tokens,
                    &bert->places);
  if (kind->segments)
    lit_encoder_table(e, m, prefixes, kind->segments, bert->n_segments,
                      &bert->segments);
  if (!e->rc && first >= (size_t)m->max_tokens)
    lit_fail(e, LIT_CORRUPT, "%s/%s: pad_token_id leaves no place for tokens",
             config->folder, config->file);
  if (e->rc) return e->rc;
  bert->places += first * bert->encoder.width;
  m->max_tokens -= (int)first;
  return LIT_OK;
}

int lit_bert_open(LitErr *e, LitModel *m, const LitJson *config,
                  const LitBertKind *kind) {
  Bert *bert = lit_arena_new(e, &m->arena, 1, sizeof *bert);
  if (!bert) return e->rc;
  *bert = (Bert){0};
  m->net = bert;
  if (check(e, config)) return e->rc;
  if (lit_encoder_open(e, m, config, &kind->names, &bert->encoder))
    return e->rc;
  return get_tables(e, m, config, kind, bert);
}

size_t lit_bert_room(const LitModel *m, size_t n_tokens, size_t longest) {
  return lit_encoder_room(&((const Bert *)m->net)->encoder, n_tokens, longest);
}

/* The sum of token t's rows, into its lane of x. */
static void embed(const Bert *bert, uint32_t id, size_t type, size_t place,
                  float *to) {
  size_t width = bert->encoder.width;
  const float *word = bert->words + id * width;
  const float *at = bert->places + place * width;
  const float *segment = bert->segments;
  if (segment && type < bert->n_segments) segment += type * width;
  for (size_t k = 0; k < width; k++)
    to[k * LIT_LANES] = segment ? word[k] + segment[k] + at[k]
                                : word[k] + at[k];
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
