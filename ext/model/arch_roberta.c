/* arch_roberta.c -- RoBERTa (Liu et al. 2019) and XLM-RoBERTa (Conneau et al.
** 2020): as BERT, but places begin after that of the padding token. */
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "roberta.", "0.auto_model.", NULL};

static const LitBertKind kind = {
  .names = {
    .width = "hidden_size", .ffn = "intermediate_size",
    .n_heads = "num_attention_heads", .n_layers = "num_hidden_layers",
    .act = "hidden_act", .prefixes = prefixes,
    .embedded = "embeddings.LayerNorm", .layer = LIT_BERT_LAYER,
  },
  .words = "embeddings.word_embeddings",
  .places = "embeddings.position_embeddings",
  .segments = "embeddings.token_type_embeddings",
  .places_after_pad = 1,
};

static const LitHeadNames head = {
  .prefixes = prefixes, .dense = "classifier.dense", .act = "tanh",
  .out = "classifier.out_proj",
};

static int open_roberta(LitErr *e, LitModel *m, const LitJson *config) {
  lit_bert_open(e, m, config, &kind);
  return e->rc;
}

const LitArch lit_arch_roberta = {
  .name = "roberta", .doc = "RoBERTa",
  .open = open_roberta, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};

const LitArch lit_arch_xlm_roberta = {
  .name = "xlm-roberta", .doc = "XLM-R: multilingual E5, BGE-M3",
  .open = open_roberta, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
