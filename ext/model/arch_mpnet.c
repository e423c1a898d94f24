/* arch_mpnet.c -- MPNet (Song et al. 2020), the encoder of all-mpnet-base:
** RoBERTa with other names, to whose scores the distance of two tokens adds. */
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "mpnet.", "0.auto_model.", NULL};

static const LitBertKind kind = {
  .names = {
    .width = "hidden_size", .ffn = "intermediate_size",
    .n_heads = "num_attention_heads", .n_layers = "num_hidden_layers",
    .act = "hidden_act", .prefixes = prefixes,
    .embedded = "embeddings.LayerNorm",
    .layer = {
      .q = "encoder.layer.%d.attention.attn.q",
      .k = "encoder.layer.%d.attention.attn.k",
      .v = "encoder.layer.%d.attention.attn.v",
      .o = "encoder.layer.%d.attention.attn.o",
      .attention_norm = "encoder.layer.%d.attention.LayerNorm",
      .up = "encoder.layer.%d.intermediate.dense",
      .down = "encoder.layer.%d.output.dense",
      .ffn_norm = "encoder.layer.%d.output.LayerNorm",
    },
  },
  .words = "embeddings.word_embeddings",
  .places = "embeddings.position_embeddings",
  .places_from = 2,
  .distances = "encoder.relative_attention_bias",
};

static const LitHeadNames head = {
  .prefixes = prefixes, .dense = "classifier.dense", .act = "tanh",
  .out = "classifier.out_proj",
};

static int open_mpnet(LitErr *e, LitModel *m, const LitJson *config) {
  lit_bert_open(e, m, config, &kind);
  return e->rc;
}

const LitArch lit_arch_mpnet = {
  .name = "mpnet", .doc = "MPNet: all-mpnet-base",
  .open = open_mpnet, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
