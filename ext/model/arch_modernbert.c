/* arch_modernbert.c -- ModernBERT (Warner et al. 2024): norms before each part,
** rotary places, a gated inner layer, and attention that in most layers sees
** only near tokens. */
#include <string.h>
#include "model/bert.h"
#include "model/head.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", "model.", "0.auto_model.", NULL};

static const LitBertKind kind = {
  .names = {
    .width = "hidden_size", .ffn = "intermediate_size",
    .n_heads = "num_attention_heads", .n_layers = "num_hidden_layers",
    .act = "hidden_activation", .eps = "norm_eps", .eps_else = 1e-5,
    .prefixes = prefixes, .embedded = "embeddings.norm", .last = "final_norm",
    .layer = {
      .attention_norm = "layers.%d.attn_norm", .qkv = "layers.%d.attn.Wqkv",
      .o = "layers.%d.attn.Wo", .ffn_norm = "layers.%d.mlp_norm",
      .gate_up = "layers.%d.mlp.Wi", .down = "layers.%d.mlp.Wo",
    },
    .pre_norm = 1, .no_bias = 1, .first_not_normed = 1,
  },
  .words = "embeddings.tok_embeddings",
};

static const LitHeadNames head = {
  .prefixes = prefixes, .dense = "head.dense", .norm = "head.norm",
  .out = "classifier", .no_bias = 1,
};

/* Does layer i see only near tokens?  Newer files list it, in older ones every
** so-manieth sees all. */
static int is_near(LitErr *e, const LitJson *config, int i) {
  static const char key[] = "global_attn_every_n_layers";
  LitJsonRange every = {.lo = 1, .hi = LIT_LAYERS_MAX, .none = 3};
  const json_t *list = json_object_get(config->at, "layer_types");
  const char *kind_of = json_string_value(json_array_get(list, (size_t)i));
  if (!json_is_array(list)) return i % lit_json_int(e, config, key, every) != 0;
  if (kind_of && strcmp(kind_of, "sliding_attention") == 0) return 1;
  if (!kind_of || strcmp(kind_of, "full_attention"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: layer_types: '%.40s' of layer %d: "
             "expected sliding_attention or full_attention", config->folder,
             config->file, kind_of ? kind_of : "none", i);
  return 0;
}

static int open_modernbert(LitErr *e, LitModel *m, const LitJson *config) {
  static const LitRopeKeys all = {"full_attention", "global_rope_theta", 160000};
  static const LitRopeKeys near = {"sliding_attention", "local_rope_theta",
                                   10000};
  LitJsonRange range = {.lo = 2, .hi = 1 << 24, .none = 128};
  LitEncoder *net = lit_bert_open(e, m, config, &kind);
  size_t window = (size_t)lit_json_int(e, config, "local_attention", range) / 2;
  if (e->rc || lit_rope_open(e, m, config, &all, net->head, &net->ropes[0]) ||
      lit_rope_open(e, m, config, &near, net->head, &net->ropes[1]))
    return e->rc;
  for (int i = 0; i < net->n_layers; i++) {
    int here = is_near(e, config, i);
    net->layers[i].rope = &net->ropes[here];
    net->layers[i].window = here ? window : 0;
  }
  return e->rc;
}

const LitArch lit_arch_modernbert = {
  .name = "modernbert", .doc = "ModernBERT: gte-modernbert, nomic modernbert",
  .open = open_modernbert, .room = lit_bert_room, .run = lit_bert_run,
  .head = &head,
};
