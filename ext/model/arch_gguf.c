/* arch_gguf.c -- models in a GGUF file, as llama.cpp has them: the networks
** that are known under other names of sizes and tensors.
**
** The values of the file whose key begins with general.architecture and a dot
** are what config.json is elsewhere, without that beginning; pooling_type is
** the pooling.  Vectors are normalized, as llama.cpp does.  Linear layers whose
** weights are Q8_0 run on these blocks, mapped (linearq8.c); weights in other
** blocks (Q4_K ...) are widened to float32 when the file is opened, but the
** token vectors, which are read row by row as they are asked for.  Differing
** from llama.cpp, BERT's inner layer uses the exact GELU, as the model was
** trained with.
*/
#include <string.h>
#include "base/gguf.h"
#include "model/bert.h"
#include "model/gguf_model.h"
#include "base/poison.h"

static const char *const prefixes[] = {"", NULL};

#define SIZES \
  .width = "embedding_length", .ffn = "feed_forward_length", \
  .n_heads = "attention.head_count", .n_layers = "block_count", \
  .prefixes = prefixes

#define AFTER \
  .o = "blk.%d.attn_output", .attention_norm = "blk.%d.attn_output_norm", \
  .up = "blk.%d.ffn_up", .down = "blk.%d.ffn_down", \
  .ffn_norm = "blk.%d.layer_output_norm"

static const LitBertKind bert = {
  .names = {
    SIZES, .eps = "attention.layer_norm_epsilon", .act = "act",
    .embedded = "token_embd_norm",
    .layer = {.q = "blk.%d.attn_q", .k = "blk.%d.attn_k",
              .v = "blk.%d.attn_v", AFTER},
  },
  .words = "token_embd", .places = "position_embd",
  .segments = "token_types", .max_tokens = "context_length",
};

static const LitBertKind nomic = {
  .names = {
    SIZES, .eps = "attention.layer_norm_epsilon", .act = "act",
    .act_else = "silu", .embedded = "token_embd_norm", .no_bias = 1,
    .layer = {.qkv = "blk.%d.attn_qkv", .gate = "blk.%d.ffn_gate", AFTER},
  },
  .words = "token_embd", .segments = "token_types",
  .max_tokens = "context_length",
};

static const LitBertKind qwen3 = {
  .names = {
    SIZES, .eps = "attention.layer_norm_rms_epsilon", .act = "act",
    .act_else = "silu", .n_kv = "attention.head_count_kv",
    .head = "attention.key_length", .last = "output_norm",
    .layer = {
      .attention_norm = "blk.%d.attn_norm", .q = "blk.%d.attn_q",
      .k = "blk.%d.attn_k", .v = "blk.%d.attn_v", .o = "blk.%d.attn_output",
      .q_norm = "blk.%d.attn_q_norm", .k_norm = "blk.%d.attn_k_norm",
      .ffn_norm = "blk.%d.ffn_norm", .gate = "blk.%d.ffn_gate",
      .up = "blk.%d.ffn_up", .down = "blk.%d.ffn_down",
    },
    .pre_norm = 1, .causal = 1, .rms = 1, .no_bias = 1,
  },
  .words = "token_embd", .max_tokens = "context_length",
};

static int open_bert(LitErr *e, LitModel *m, const LitJson *config) {
  lit_bert_open(e, m, config, &bert);
  return e->rc;
}

/* With rotary places, whose base is by default `base`. */
static int open_rotary(LitErr *e, LitModel *m, const LitJson *config,
                       const LitBertKind *kind, double base) {
  const LitRopeKeys keys = {NULL, "rope.freq_base", base};
  LitEncoder *net = lit_bert_open(e, m, config, kind);
  if (!net || lit_rope_open(e, m, config, &keys, net->head, &net->ropes[0]))
    return e->rc;
  for (int i = 0; i < net->n_layers; i++) net->layers[i].rope = &net->ropes[0];
  return LIT_OK;
}

static int open_nomic(LitErr *e, LitModel *m, const LitJson *config) {
  return open_rotary(e, m, config, &nomic, 1000);
}

static int open_qwen3(LitErr *e, LitModel *m, const LitJson *config) {
  return open_rotary(e, m, config, &qwen3, 10000);
}

static const LitArch rows[] = {
  {.name = "bert", .open = open_bert, .room = lit_bert_room,
   .run = lit_bert_run, .doc = "GGUF: BERT"},
  {.name = "nomic-bert", .open = open_nomic, .room = lit_bert_room,
   .run = lit_bert_run, .doc = "GGUF: NomicBERT"},
  {.name = "qwen3", .open = open_qwen3, .room = lit_bert_room,
   .run = lit_bert_run, .doc = "GGUF: Qwen3"},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static int find_arch(LitErr *e, LitModel *m, const LitGguf *g,
                     const char *file) {
  LitBuf known = {0};
  size_t n;
  const char *name = lit_gguf_text(g, "general.architecture", &n);
  for (size_t i = 0; i < N_ROWS; i++) {
    lit_buf_printf(e, &known, "%s%s", i ? ", " : "", rows[i].name);
    if (name && strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n))
      m->arch = &rows[i];
  }
  lit_buf_u8(e, &known, 0);
  if (!e->rc && !m->arch)
    lit_fail(e, LIT_MISMATCH, "%s: general.architecture: expected one of: %s",
             file, (char *)known.at);
  lit_buf_drop(&known);
  return e->rc;
}

/* A single value as JSON; NULL for arrays, and without memory. */
static json_t *to_json(const LitGguf *g, const LitGgufValue *v,
                       const char *key) {
  size_t n;
  const char *s;
  if (v->is_array) return NULL;
  switch (v->type) {
  case LIT_GGUF_TEXT:
    s = lit_gguf_text(g, key, &n);
    return json_stringn(s, n);
  case LIT_GGUF_F32: case LIT_GGUF_F64:
    return json_real(lit_gguf_real(g, key, 0));
  case LIT_GGUF_BOOL: return json_boolean(lit_gguf_int(g, key, 0) != 0);
  default: return json_integer(lit_gguf_int(g, key, 0));
  }
}

/* Values of the architecture into `to`. */
static int read_values(LitErr *e, const LitModel *m, const LitGguf *g,
                       json_t *to) {
  size_t n = strlen(m->arch->name) + 1;
  for (size_t i = 0; i < g->n && !e->rc; i++) {
    const LitGgufValue *v = &g->value[i];
    char key[80];
    json_t *json;
    if (v->n_key <= n || v->n_key >= sizeof key || v->key[n - 1] != '.' ||
        memcmp(v->key, m->arch->name, n - 1) || memchr(v->key, 0, v->n_key))
      continue;
    memcpy(key, v->key, v->n_key);
    key[v->n_key] = '\0';
    json = to_json(g, v, key);
    if (json && json_object_set_new(to, key + n, json))
      lit_fail_nomem(e, "model");
  }
  return e->rc;
}

/* The rows of a table, as a size that config.json would give. */
static int count_rows(LitErr *e, const LitModel *m, const char *tensor,
                      const char *key, json_t *to) {
  const LitTensor *t = lit_weights_find(&m->weights, tensor);
  if (t && t->n_dims == 2 &&
      json_object_set_new(to, key, json_integer((json_int_t)t->dims[0])))
    lit_fail_nomem(e, "model");
  return e->rc;
}

/* llama.cpp's numbers for poolings; NULL: no vector of a text. */
static int read_pooling(LitErr *e, LitModel *m, const LitJson *j) {
  static const char *const names[] = {"mean", "mean", "cls", "lasttoken"};
  LitJsonRange range = {.lo = 0, .hi = 3, .none = 1};
  long long i = lit_json_int(e, j, "pooling_type", range);
  const LitPool *pool;
  for (size_t k = 0; !e->rc && (pool = lit_pool_row(k)) != NULL; k++)
    if (strcmp(pool->name, names[i]) == 0) m->pools[m->n_pools++] = pool;
  m->normalize = 1;
  m->prompts[LIT_EMBED_QUERY] = m->prompts[LIT_EMBED_DOCUMENT] = "";
  m->whole = m->width;
  return e->rc ? e->rc : lit_modules_options(e, m, m->max_tokens);
}

int lit_gguf_model(LitErr *e, LitModel *m) {
  const LitFile *f = &m->weights.files[0];
  const char *slash = strrchr(m->path, '/');
  LitJson config = {.folder = m->weights.folder,
                    .file = slash ? slash + 1 : m->path};
  LitGguf g = {0};
  json_t *top = json_object();
  config.at = top;
  if (!top) lit_fail_nomem(e, "model");
  if (!e->rc) lit_gguf_open(e, f->at, f->n, &g);
  if (e->rc || find_arch(e, m, &g, m->path)) goto done;
  if (read_values(e, m, &g, top)) goto done;
  count_rows(e, m, "token_embd.weight", "vocab_size", top);
  count_rows(e, m, "token_types.weight", "type_vocab_size", top);
  if (!e->rc) m->arch->open(e, m, &config);
  if (!e->rc) read_pooling(e, m, &config);
done:
  lit_gguf_drop(&g);
  json_decref(top);
  return e->rc;
}
