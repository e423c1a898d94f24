/* arch_distilbert.c -- DistilBERT (Sanh et al. 2019): BERT without segments,
** and with other names. */
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "distilbert.", "0.auto_model.",
                                       NULL};

static const LitBertKind kind = {
  .names = {
    .width = "dim", .ffn = "hidden_dim", .n_heads = "n_heads",
    .n_layers = "n_layers", .act = "activation", .prefixes = prefixes,
    .embedded = "embeddings.LayerNorm",
    .layer = {
      .q = "transformer.layer.%d.attention.q_lin",
      .k = "transformer.layer.%d.attention.k_lin",
      .v = "transformer.layer.%d.attention.v_lin",
      .o = "transformer.layer.%d.attention.out_lin",
      .attention_norm = "transformer.layer.%d.sa_layer_norm",
      .up = "transformer.layer.%d.ffn.lin1",
      .down = "transformer.layer.%d.ffn.lin2",
      .ffn_norm = "transformer.layer.%d.output_layer_norm",
    },
  },
  .words = "embeddings.word_embeddings",
  .places = "embeddings.position_embeddings",
};

static const LitHeadNames head = {
  .prefixes = prefixes, .dense = "pre_classifier", .act = "relu",
  .out = "classifier",
};

static int open_distilbert(LitErr *e, LitModel *m, const LitJson *config) {
  lit_bert_open(e, m, config, &kind);
  return e->rc;
}

const LitArch lit_arch_distilbert = {
  .name = "distilbert", .doc = "DistilBERT",
  .open = open_distilbert, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
