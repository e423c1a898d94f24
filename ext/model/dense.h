/* dense.h -- a linear layer after pooling, or on each token's state, as
** sentence-transformers' module Dense has it in a folder of its own:
** config.json (in_features, out_features, bias, activation_function) and
** model.safetensors or pytorch_model.bin with linear.weight, linear.bias. */
#ifndef LIT_DENSE_H
#define LIT_DENSE_H
#include "model/act.h"
#include "model/linear.h"
#include "model/parts.h"

typedef struct LitDense {
  LitLinear l;
  LitAct act;               /* NULL: none */
  LitWeights weights;
} LitDense;

/* The module in folder `path` of the model, for n_in features; NULL and an
** error.  It lies in m's arena; lit_dense_close what was opened. */
LitDense *lit_dense_open(LitErr *e, LitModel *m, const char *path, size_t n_in);
void lit_dense_close(LitDense *d);

/* x [n, n_in] -> out [n, n_out], which must not overlap; spare holds
** lit_dense_room floats. */
void lit_dense_run(const LitDense *d, const float *x, size_t n, float *out,
                   float *spare);
size_t lit_dense_room(const LitDense *d);
#endif
