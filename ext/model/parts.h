/* parts.h -- inside a model: what the files of model/ share.
**
** A new architecture is a const LitArch in arch_x.c and a row in
** arch.c; a new pooling a row in pool.c; a new module of sentence-transformers
** a row in modules.c.
*/
#ifndef LIT_PARTS_H
#define LIT_PARTS_H
#include <stdatomic.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/stop.h"
#include "model/json.h"
#include "model/model.h"
#include "model/model_opts.h"
#include "model/weights.h"
#include "text/pieces.h"

enum { LIT_POOLS_MAX = 4, LIT_LAYERS_MAX = 256, LIT_WIDTH_MAX = 16384,
       LIT_DENSE_MAX = 4, LIT_IDLE_MAX = 8 };

/* Texts that run together: their tokens one after another, no padding. */
typedef struct LitBatch {
  const uint32_t *ids;      /* [n_tokens] */
  const uint8_t *types;     /* [n_tokens]: of two texts, 0 or 1 */
  const uint32_t *starts;   /* [n_texts + 1]: text i is starts[i] .. */
  int n_texts, n_tokens, longest;
  const LitStop *stop;      /* asked between layers, on any thread */
} LitBatch;

/* One call of lit_model_embed, and what is kept from one to the next. */
typedef struct LitEmbedding {
  LitEmbedUse use;
  const LitStop *stop;
  LitSubwordScratch *words;
  LitIds ids;               /* of the text at hand */
  LitBuf text;              /* prompt and text */
  LitPiecesCtx *pieces;     /* the architecture's own, or NULL */
  LitBuf room;              /* likewise */
} LitEmbedding;

/* The tokens of a text behind the model's prompt, into c->ids. */
int lit_embed_tokens(LitErr *e, const LitModel *m, LitEmbedding *c,
                     LitText text, int add_special);
void lit_embedding_free(LitEmbedding *c);

/* The one that the model keeps, or a new one; NULL and NOMEM.  Give it back. */
LitEmbedding *lit_embedding_take(LitErr *e, const LitModel *m, LitEmbedUse use,
                                 const LitStop *stop);
void lit_embedding_give(const LitModel *m, LitEmbedding *c);

typedef struct LitArch {
  const char *name;         /* as config.json says it in model_type */
  const char *doc;
  /* Check config.json (NULL: the model is one file) and find the tensors: sets m->net, m->width, m->n_vocab
  ** and m->max_tokens (the most that the model can do). */
  int (*open)(LitErr *e, LitModel *m, const LitJson *config);
  /* Floats of scratch for a batch of so many tokens, in texts of at most so
  ** many. */
  size_t (*room)(const LitModel *m, size_t n_tokens, size_t longest);
  /* The last hidden states [n_tokens, m->width], inside scratch; NULL if
  ** batch->stop said so. */
  const float *(*run)(const LitModel *m, const LitBatch *batch,
                      float *scratch);
  /* Instead of room and run, where tokens have no states that a pooling could
  ** take: the vector [m->dim] of a text. */
  int (*embed)(LitErr *e, const LitModel *m, LitEmbedding *c, LitText text,
               float *out);
  /* And what one token adds to it, [m->width], before the sum is scaled; zeros
  ** if it is left out. */
  void (*row)(const LitModel *m, uint32_t id, float *out);
  const struct LitHeadNames *head;  /* its classifier (head.h), or NULL */
} LitArch;

const LitArch *lit_arch_row(size_t i);            /* NULL past the end */

/* States [n, width] of one text, n > 0, become out [width]. */
typedef struct LitPool {
  const char *name;         /* 'mean' */
  const char *key;          /* in 1_Pooling/config.json */
  const char *doc;
  void (*run)(const float *states, size_t n, size_t width, float *out);
  /* Instead of run, where the model has weights for it: they are found, and
  ** then it is run with spare, `room` floats. */
  int (*open)(LitErr *e, LitModel *m);
  void (*run_net)(const LitModel *m, const float *states, size_t n, float *out,
                  float *spare);
  size_t (*room)(const LitModel *m);
} LitPool;

const LitPool *lit_pool_row(size_t i);            /* NULL past the end */
void lit_normalize(float *v, size_t n);           /* to length 1; 0 stays */

/* What a text without a known token has from models that sum tokens: a zero
** vector has no cosine.  Length 1, the signs of the components in turn, which
** is near to no meaning, also when cut to its first components. */
void lit_vector_of_nothing(float *v, size_t n);

struct LitModel {
  LitModel *next;           /* in the list of model.c */
  char *name, *path;
  const char *folder;       /* of the weights and the tokenizer: path, mostly */
  int is_folder;            /* path is one, not a file */
  LitModelOpts opts;
  uint64_t stamp;           /* sizes and times of its files, its options */
  uint64_t bytes;
  char hash[33];            /* empty until somebody asked */
  LitWeights weights;
  LitSubword *tokenizer;
  _Atomic(LitEmbedding *) idle[LIT_IDLE_MAX];    /* kept between calls */
  LitArena arena;
  const LitArch *arch;
  const void *net;          /* the architecture's own, in arena */
  const struct LitHead *head;       /* its classifier, or NULL */
  const struct LitLatent *latent;   /* what that pooling needs, or NULL */
  int is_language_model;    /* config.json says so: it may judge (yesno.h) */
  int is_tied;              /* its last layer may be the token vectors */
  int runs_blocks;          /* linear layers use the file's blocks */
  const LitStop *stop;      /* while it is opened */
  struct LitWanted *wanted, **wanted_end;   /* trial.c; the end, of none too */
  int width, n_vocab;
  const LitPool *pools[LIT_POOLS_MAX]; /* their vectors one after another */
  int n_pools, normalize;
  struct LitDense *dense[LIT_DENSE_MAX];   /* after pooling, in turn */
  struct LitDense *token;   /* on each token's state (ColBERT), or NULL */
  int32_t markers[2];       /* by LitEmbedUse: tokens.c; -1 for none */
  const uint32_t *skipped;  /* [n_skipped]: ids */
  size_t n_skipped;
  int n_dense, whole;       /* floats of a vector before it is cut to dim */
  const char *prompts[2];   /* by LitEmbedUse; "" for none */
  int dim, max_tokens;
};

/* What a folder or file would be opened as: path, options (JSON or NULL,
** model_opts.h) and stamp; NULL and an error. */
LitModel *lit_model_begin(LitErr *e, const char *path, const char *options);
/* All the rest but the name; close it after an error. */
int lit_model_open(LitErr *e, LitModel *m, const LitStop *stop);
/* A model without a name from the bytes of a file of lit's own, which stay where they are. */
LitModel *lit_model_open_bytes(LitErr *e, const char *path, LitFile bytes);
void lit_model_close(LitModel *m);

/* The bytes that are linked in as 'builtin'; n = 0 if there are none. */
LitFile lit_builtin_bytes(void);
int lit_model_take_hash(LitErr *e, const LitModel *m, const LitStop *stop,
                        char hash[33]);

/* modules.json and what it names: pooling, normalization, limits, prompts.
** After arch->open. */
int lit_modules_read(LitErr *e, LitModel *m);

/* What lit_model_add was told overrides that; most: the tokens that the network
** can take.  Then the poolings' own weights. */
int lit_modules_options(LitErr *e, LitModel *m, int most);

/* What config_sentence_transformers.json says for tokens.c.  After the
** tokenizer. */
int lit_tokens_open(LitErr *e, LitModel *m);

/* Before it, of a folder without config.json: where modules.json has a module
** of static vectors; NULL if it has none. */
const char *lit_modules_static(LitErr *e, LitModel *m);
#endif
