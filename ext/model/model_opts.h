/* model_opts.h -- how a model is to be run, as lit_model_add is told:
**
**   lit_model_add('fast', '/path/to/folder', '{"precision": "int8"}')
**
** What an option can be is a row in model_opts.c.  Whatever changes vectors
** belongs to the model's hash (lit_model_take_hash).
*/
#ifndef LIT_MODEL_OPTS_H
#define LIT_MODEL_OPTS_H
#include <stddef.h>
#include "base/err.h"
#include "model/json.h"

typedef enum { LIT_RUN_FLOAT32, LIT_RUN_BF16, LIT_RUN_INT8 } LitPrecision;
extern const char *const lit_precision_names[3];

/* What becomes of a text that is longer than the model's limit. */
typedef enum { LIT_WINDOWS_CUT, LIT_WINDOWS_MEAN, LIT_WINDOWS_MAX } LitWindows;

enum { LIT_OPT_LAYERS = 16, LIT_OPT_POOLS = 4, LIT_OPT_PROMPT = 512 };

typedef struct LitModelOpts {
  LitPrecision precision;
  int widens;               /* it was asked for: also of blocks that linear
                               layers could use as they are */
  const struct LitPool *pools[LIT_OPT_POOLS];   /* instead of the folder's */
  int n_pools;
  int layers[LIT_OPT_LAYERS], n_layers; /* the mean of these layers' states */
  int dim, max_tokens;      /* 0: as the model has it */
  LitWindows windows;
  int stride;               /* tokens from one window to the next; 0: half */
  char prompts[2][LIT_OPT_PROMPT];      /* by LitEmbedUse */
  int has_prompt[2];
  int is_network;           /* true if any but precision was given */
} LitModelOpts;

typedef struct LitModelOpt {
  const char *name, *doc;
  int (*read)(LitErr *e, const LitJson *j, const char *key, LitModelOpts *out);
} LitModelOpt;

const LitModelOpt *lit_model_opt_row(size_t i);   /* NULL past the end */

/* JSON text, or NULL for none, into *out.  Errors: CORRUPT (no JSON object,
** a value of another kind), ERROR (an option that is not known). */
int lit_model_opts_read(LitErr *e, const char *text, LitModelOpts *out);
#endif
