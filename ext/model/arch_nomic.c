/* arch_nomic.c -- NomicBERT (Nussbaum et al. 2024), the encoder of
** nomic-embed-text: BERT with rotary places and a gated inner layer.  Its
** config.json has GPT-2's names as published, BERT's as transformers saves it;
** the tensors are called the same in both. */
#include <string.h>
#include "model/bert.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "bert.", "0.auto_model.", NULL};

#define LAYER { \
  .qkv = "encoder.layers.%d.attn.Wqkv", \
  .o = "encoder.layers.%d.attn.out_proj", \
  .attention_norm = "encoder.layers.%d.norm1", \
  .up = "encoder.layers.%d.mlp.fc11", .gate = "encoder.layers.%d.mlp.fc12", \
  .down = "encoder.layers.%d.mlp.fc2", .ffn_norm = "encoder.layers.%d.norm2", \
}

static const LitBertKind published = {
  .names = {
    .width = "n_embd", .ffn = "n_inner", .n_heads = "n_head",
    .n_layers = "n_layer", .eps = "layer_norm_epsilon", .act = "activation",
    .act_else = "silu", .prefixes = prefixes, .embedded = "emb_ln",
    .layer = LAYER, .no_bias = 1,
  },
  .words = "embeddings.word_embeddings",
  .segments = "embeddings.token_type_embeddings",
  .max_tokens = "n_positions",
};

static const LitBertKind saved = {
  .names = {
    .width = "hidden_size", .ffn = "intermediate_size",
    .n_heads = "num_attention_heads", .n_layers = "num_hidden_layers",
    .act = "hidden_act", .act_else = "silu", .prefixes = prefixes,
    .embedded = "emb_ln", .layer = LAYER, .no_bias = 1,
  },
  .words = "embeddings.word_embeddings",
  .segments = "embeddings.token_type_embeddings",
};

/* Kinds of NomicBERT that exist in its code and in no model of text known. */
static int check(LitErr *e, const LitJson *config) {
  static const char *const off[] = {
    "prenorm", "use_rms_norm", "rotary_emb_interleaved", "parallel_block", NULL,
  };
  const json_t *scaling = json_object_get(config->at, "rotary_scaling_factor");
  double part = lit_json_real(e, config, "rotary_emb_fraction", 1);
  const char *act = lit_json_str(e, config, "activation_function", "swiglu");
  for (int i = 0; off[i] && !e->rc; i++)
    if (lit_json_bool(e, config, off[i], 0))
      lit_fail(e, LIT_MISMATCH, "%s/%s: %s: expected false", config->folder,
               config->file, off[i]);
  if (!e->rc && (part < 1 || part > 1))
    lit_fail(e, LIT_MISMATCH, "%s/%s: rotary_emb_fraction %g: expected 1",
             config->folder, config->file, part);
  if (!e->rc && strcmp(act, "swiglu"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: activation_function '%.40s': expected "
             "swiglu", config->folder, config->file, act);
  if (!e->rc && json_is_number(scaling))
    lit_fail(e, LIT_MISMATCH, "%s/%s: rotary_scaling_factor: expected null",
             config->folder, config->file);
  return e->rc;
}

static int open_nomic(LitErr *e, LitModel *m, const LitJson *config) {
  static const LitRopeKeys keys = {NULL, "rotary_emb_base", 1000};
  const LitBertKind *kind = json_object_get(config->at, "n_embd") ? &published
                                                                  : &saved;
  LitEncoder *net = check(e, config) ? NULL : lit_bert_open(e, m, config, kind);
  if (!net || lit_rope_open(e, m, config, &keys, net->head, &net->ropes[0]))
    return e->rc;
  for (int i = 0; i < net->n_layers; i++) net->layers[i].rope = &net->ropes[0];
  return LIT_OK;
}

const LitArch lit_arch_nomic = {
  .name = "nomic_bert", .doc = "NomicBERT: nomic-embed-text",
  .open = open_nomic, .room = lit_bert_room, .run = lit_bert_run,
};
