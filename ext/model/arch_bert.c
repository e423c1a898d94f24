/* arch_bert.c -- BERT (Devlin et al. 2019): MiniLM, BGE, E5, GTE, SPECTER,
** SciBERT and many more. */
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "bert.", "0.auto_model.", NULL};

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
};

static const LitHeadNames head = {
  .prefixes = prefixes, .dense = "pooler.dense", .act = "tanh",
  .out = "classifier",
};

static int open_bert(LitErr *e, LitModel *m, const LitJson *config) {
  lit_bert_open(e, m, config, &kind);
  return e->rc;
}

const LitArch lit_arch_bert = {
  .name = "bert", .doc = "BERT: MiniLM, BGE, E5, GTE, SPECTER, SciBERT ...",
  .open = open_bert, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
