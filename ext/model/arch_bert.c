/* arch_bert.c -- BERT (Devlin et al. 2019): MiniLM, BGE, E5, GTE, SPECTER,
** SciBERT and many more.
**
** A token's first state is the sum of three rows, of its id, its place and its
** segment (here always 0), then layer norm; see encoder.h for the rest.
*/
#include <string.h>
#include "model/encoder.h"
#include "base/poison.h"

typedef struct Bert {
  LitEncoder encoder;
  const float *words, *places, *segments;   /* [n_vocab, width] ... */
} Bert;

static const char *const prefixes[] = {"", "bert.", "0.auto_model.", NULL};

static const LitEncoderNames names = {
  .width = "hidden_size", .ffn = "intermediate_size",
  .n_heads = "num_attention_heads", .n_layers = "num_hidden_layers",
  .act = "hidden_act", .prefixes = prefixes,
  .embedded = "embeddings.LayerNorm",
  .layer = {
    .q = "encoder.layer.%d.attention.self.query",
    .k = "encoder.layer.%d.attention.self.key",
    .v = "encoder.layer.%d.attention.self.value",
    .o = "encoder.layer.%d.attention.output.dense",
    .after_attention = "encoder.layer.%d.attention.output.LayerNorm",
    .up = "encoder.layer.%d.intermediate.dense",
    .down = "encoder.layer.%d.output.dense",
    .after_ffn = "encoder.layer.%d.output.LayerNorm",
  },
};

static int check(LitErr *e, const LitJson *config) {
  const char *places = lit_json_str(e, config, "position_embedding_type",
                                    "absolute");
  if (!e->rc && strcmp(places, "absolute"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: position_embedding_type '%.40s': "
             "expected absolute", config->folder, config->file, places);
  return e->rc;
}

static int open_bert(LitErr *e, LitModel *m, const LitJson *config) {
  Bert *bert = lit_arena_new(e, &m->arena, 1, sizeof *bert);
  uint64_t n_words, n_places;
  LitJsonRange vocab = {.lo = 1, .hi = 10000000, .need = 1};
  LitJsonRange places = {.lo = 1, .hi = 1 << 20, .need = 1};
  LitJsonRange segments = {.lo = 1, .hi = 1 << 20, .none = 2};
  if (!bert) return e->rc;
  *bert = (Bert){0};
  n_words = (uint64_t)lit_json_int(e, config, "vocab_size", vocab);
  n_places = (uint64_t)lit_json_int(e, config, "max_position_embeddings",
                                    places);
  if (e->rc || check(e, config)) return e->rc;
  if (lit_encoder_open(e, m, config, &names, &bert->encoder)) return e->rc;
  lit_encoder_table(e, m, prefixes, "embeddings.word_embeddings", n_words,
                    &bert->words, NULL);
  lit_encoder_table(e, m, prefixes, "embeddings.position_embeddings", n_places,
                    &bert->places, NULL);
  lit_encoder_table(e, m, prefixes, "embeddings.token_type_embeddings",
                    (uint64_t)lit_json_int(e, config, "type_vocab_size",
                                           segments),
                    &bert->segments, NULL);
  m->n_vocab = (int)n_words;
  m->max_tokens = (int)n_places;
  m->net = bert;
  return e->rc;
}

static size_t room(const LitModel *m, size_t n_tokens, size_t longest) {
  return lit_encoder_room(&((const Bert *)m->net)->encoder, n_tokens, longest);
}

static void embed(const Bert *bert, const LitBatch *b, float *x) {
  size_t width = bert->encoder.width;
  for (int i = 0; i < b->n_texts; i++)
    for (size_t t = b->starts[i]; t < b->starts[i + 1]; t++) {
      const float *word = bert->words + b->ids[t] * width;
      const float *place = bert->places + (t - b->starts[i]) * width;
      float *to = x + t / LIT_LANES * width * LIT_LANES + t % LIT_LANES;
      for (size_t k = 0; k < width; k++)
        to[k * LIT_LANES] = word[k] + bert->segments[k] + place[k];
    }
}

static const float *run(const LitModel *m, const LitBatch *b, float *scratch) {
  const Bert *bert = m->net;
  embed(bert, b, scratch);
  return lit_encoder_run(&bert->encoder, b, scratch);
}

const LitArch lit_arch_bert = {
  .name = "bert", .doc = "BERT: MiniLM, BGE, E5, GTE, SPECTER, SciBERT ...",
  .open = open_bert, .room = room, .run = run,
};
