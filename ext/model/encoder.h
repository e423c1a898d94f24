/* encoder.h -- the transformer encoder that BERT and its relatives share:
** layers of self-attention and a two-layer network, each followed by adding
** its input and by layer norm (Vaswani et al. 2017; Devlin et al. 2019).
**
** An architecture file fills a LitEncoder, puts the embeddings of a batch's ids
** at the start of scratch, in panels, and calls lit_encoder_run.
*/
#ifndef LIT_ENCODER_H
#define LIT_ENCODER_H
#include "kern/net.h"
#include "model/linear.h"
#include "model/parts.h"

typedef struct LitLayer {
  LitLinear q, k, v, o;     /* [width, width] */
  LitNorm after_attention;
  LitLinear up, down;       /* [ffn, width], [width, ffn] */
  LitNorm after_ffn;
} LitLayer;

typedef struct LitEncoder {
  size_t width, ffn, n_heads;
  int n_layers;
  void (*act)(float *x, size_t n);
  const LitLayer *layers;   /* [n_layers] */
  LitNorm embedded;         /* after the embeddings are added up */
} LitEncoder;

/* The names of a layer's tensors, "%d" standing for its number, without
** ".weight" and ".bias". */
typedef struct LitLayerNames {
  const char *q, *k, *v, *o, *after_attention, *up, *down, *after_ffn;
} LitLayerNames;

/* As BERT calls them. */
#define LIT_BERT_LAYER { \
  .q = "encoder.layer.%d.attention.self.query", \
  .k = "encoder.layer.%d.attention.self.key", \
  .v = "encoder.layer.%d.attention.self.value", \
  .o = "encoder.layer.%d.attention.output.dense", \
  .after_attention = "encoder.layer.%d.attention.output.LayerNorm", \
  .up = "encoder.layer.%d.intermediate.dense", \
  .down = "encoder.layer.%d.output.dense", \
  .after_ffn = "encoder.layer.%d.output.LayerNorm", \
}

/* Read from config the sizes by these keys, then find the layers' tensors. */
typedef struct LitEncoderNames {
  const char *width, *ffn, *n_heads, *n_layers, *act;   /* config.json's keys */
  const char *const *prefixes;    /* what may stand before names; ends in NULL */
  const char *embedded;           /* the norm after the embeddings */
  LitLayerNames layer;
} LitEncoderNames;
int lit_encoder_open(LitErr *e, LitModel *m, const LitJson *config,
                     const LitEncoderNames *names, LitEncoder *out);

/* The tensor prefix + name + ".weight" of shape [rows, width]. */
int lit_encoder_table(LitErr *e, LitModel *m, const char *const *prefixes,
                      const char *name, size_t rows, const float **out);

/* Floats of scratch; it begins with the states, [n_panels][width][16]. */
size_t lit_encoder_room(const LitEncoder *n, size_t n_tokens, size_t longest);

/* Normalize the embeddings in scratch and run all layers; the last states
** [n_tokens, width], inside scratch, or NULL if batch->stop said so. */
const float *lit_encoder_run(const LitEncoder *net, const LitBatch *batch,
                             float *scratch);
#endif
