/* encoder.h -- the transformer (Vaswani et al. 2017) that all architectures
** here are made of: layers of self-attention and of a two-layer network, each
** adding to its input.
**
** What differs is data: where norms stand and which, how places count (added
** to the input, turned into queries and keys, added to scores), what a query
** may see, whether the inner layer is gated.  An architecture file fills
** LitEncoderNames, puts the embeddings of a batch's ids at the start of
** scratch, in panels, and calls lit_encoder_run.
*/
#ifndef LIT_ENCODER_H
#define LIT_ENCODER_H
#include "kern/net.h"
#include "model/act.h"
#include "model/linear.h"
#include "model/parts.h"
#include "model/rope.h"

/* A norm without a gain, and a linear layer without weights, are not there. */
typedef struct LitLayer {
  LitNorm attention_norm, ffn_norm; /* after each part and its sum, or, if
                                       pre_norm, before it */
  LitLinear q, k, v;        /* [n_heads head, width], [n_kv head, width] */
  LitNorm q_norm, k_norm;   /* of each head of queries, of keys: RMS */
  LitLinear o;              /* [width, n_heads head] */
  LitLinear up, gate, down; /* down(act(up)), or down(act(gate) up) */
  const LitRope *rope;      /* NULL: none */
  size_t window;            /* a query sees keys so far away; 0: all */
} LitLayer;

typedef struct LitEncoder {
  size_t width, ffn, n_heads, n_kv, head;
  int n_layers, pre_norm, causal;
  int rounded;              /* linear layers and attention are */
  LitAct act;
  LitLayer *layers;         /* [n_layers] */
  void (*norm)(float *x, const float *y, size_t n, const LitNorm *norm);
  LitNorm embedded, last;   /* of the embeddings, of the last states */
  const int *taken;         /* [n_taken], ascending: the mean of these layers'
                               states; none: those of the last alone */
  int n_taken;
  LitRope ropes[2];         /* those that layers use; half 0: none */
  const float *distances;   /* [n_heads, lit_encoder_distances(..)]: what is
                               added to scores, times sqrt(head); or NULL */
  size_t distances_to;      /* tokens in a text at most */
} LitEncoder;

/* Entries of `distances` for a head: query - key is at that from the middle. */
size_t lit_encoder_distances(size_t max_tokens);

/* The names of a layer's tensors, "%d" standing for its number, without
** ".weight" and ".bias"; NULL for those that there are not.  qkv: all three
** one below the other; gate_up: likewise. */
typedef struct LitLayerNames {
  const char *attention_norm, *ffn_norm;
  const char *q, *k, *v, *qkv, *q_norm, *k_norm, *o;
  const char *gate, *up, *gate_up, *down;
} LitLayerNames;

/* As BERT calls them. */
#define LIT_BERT_LAYER { \
  .q = "encoder.layer.%d.attention.self.query", \
  .k = "encoder.layer.%d.attention.self.key", \
  .v = "encoder.layer.%d.attention.self.value", \
  .o = "encoder.layer.%d.attention.output.dense", \
  .attention_norm = "encoder.layer.%d.attention.output.LayerNorm", \
  .up = "encoder.layer.%d.intermediate.dense", \
  .down = "encoder.layer.%d.output.dense", \
  .ffn_norm = "encoder.layer.%d.output.LayerNorm", \
}

/* What config.json calls the sizes, what the files call the tensors, and what
** the architecture is like. */
typedef struct LitEncoderNames {
  const char *width, *ffn, *n_heads, *n_layers, *eps;   /* config.json's keys */
  const char *n_kv, *head;  /* NULL: n_heads, width / n_heads */
  const char *act;          /* a key; what it is if there is none */
  const char *act_else;
  double eps_else;
  const char *const *prefixes;    /* what may stand before names; ends in NULL */
  const char *embedded, *last;    /* norms; NULL: none */
  LitLayerNames layer;
  int pre_norm, causal, rms;
  int no_bias;              /* linear layers and norms need not have one */
  int first_not_normed;     /* layer 0 has no attention_norm */
} LitEncoderNames;
int lit_encoder_open(LitErr *e, LitModel *m, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out);

/* The tensor prefix + name + ".weight" of shape [rows, width]. */
int lit_encoder_table(LitErr *e, LitModel *m, const char *const *prefixes,
                      const char *name, size_t rows, const float **out);

/* Floats of scratch; it begins with the states, [n_panels][width][16]. */
size_t lit_encoder_room(const LitEncoder *n, size_t n_tokens, size_t longest);

/* Run all layers on the embeddings in scratch; the last states [n_tokens,
** width], inside scratch, or NULL if batch->stop said so. */
const float *lit_encoder_run(const LitEncoder *net, const LitBatch *batch,
                             float *scratch);
#endif
