/* arch_qwen3.c -- Qwen3 (Yang et al. 2025) as Qwen3-Embedding and Qwen3-Reranker
** (yesno.h) have it: a decoder that sees only what came before, with rotary
** places, RMS norms before each part and of each head of queries and keys, a
** gated inner layer, and fewer heads of keys than of queries. */
#include <string.h>
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "model.", "0.auto_model.", NULL};

static const LitBertKind kind = {
  .names = {
    .width = "hidden_size", .ffn = "intermediate_size",
    .n_heads = "num_attention_heads", .n_kv = "num_key_value_heads",
    .head = "head_dim", .n_layers = "num_hidden_layers", .eps = "rms_norm_eps",
    .eps_else = 1e-6, .act = "hidden_act", .act_else = "silu",
    .prefixes = prefixes, .last = "norm",
    .layer = {
      .attention_norm = "layers.%d.input_layernorm",
      .q = "layers.%d.self_attn.q_proj", .k = "layers.%d.self_attn.k_proj",
      .v = "layers.%d.self_attn.v_proj", .o = "layers.%d.self_attn.o_proj",
      .q_norm = "layers.%d.self_attn.q_norm",
      .k_norm = "layers.%d.self_attn.k_norm",
      .ffn_norm = "layers.%d.post_attention_layernorm",
      .gate = "layers.%d.mlp.gate_proj", .up = "layers.%d.mlp.up_proj",
      .down = "layers.%d.mlp.down_proj",
    },
    .pre_norm = 1, .causal = 1, .rms = 1, .no_bias = 1,
  },
  .words = "embed_tokens",
};

static const LitHeadNames head = {
  .prefixes = prefixes, .out = "score", .no_bias = 1, .from_last = 1,
};

static int open_qwen3(LitErr *e, LitModel *m, const LitJson *config) {
  static const LitRopeKeys keys = {NULL, "rope_theta", 10000};
  LitEncoder *net;
  if (lit_json_bool(e, config, "use_sliding_window", 0))
    return lit_fail(e, LIT_MISMATCH, "%s/%s: use_sliding_window: expected false",
                    config->folder, config->file);
  net = lit_bert_open(e, m, config, &kind);
  if (!net || lit_rope_open(e, m, config, &keys, net->head, &net->ropes[0]))
    return e->rc;
  for (int i = 0; i < net->n_layers; i++) net->layers[i].rope = &net->ropes[0];
  return LIT_OK;
}

const LitArch lit_arch_qwen3 = {
  .name = "qwen3", .doc = "Qwen3: Qwen3-Embedding, Qwen3-Reranker",
  .open = open_qwen3, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
