/* tensor.h -- the tensors of a network by their names.
**
** A name stands behind one of several prefixes, as files differ in them, and
** "%d" in it is the number of a layer.  Errors, here and in all that follow,
** name file and tensor.
*/
#ifndef LIT_TENSOR_H
#define LIT_TENSOR_H
#include "kern/net.h"
#include "model/linear.h"
#include "model/parts.h"

typedef struct LitTensorName {
  const char *const *prefixes;      /* what may stand before; ends in NULL */
  const char *name;                 /* without ".weight" and ".bias" */
  int layer;
} LitTensorName;

/* Does name + tail exist? */
int lit_tensor_has(LitErr *e, const LitModel *m, const LitTensorName *n,
                   const char *tail);

/* name + tail of shape [rows, cols]; [rows] if cols is 0. */
int lit_tensor_get(LitErr *e, LitModel *m, const LitTensorName *n,
                   const char *tail, size_t rows, size_t cols,
                   const float **out);

/* The same tensor where it lies, for lit_weights_read. */
const LitTensor *lit_tensor_rows(LitErr *e, const LitModel *m,
                                 const LitTensorName *n, const char *tail,
                                 size_t rows, size_t cols);

/* Rows from .. from + n_out-1 of a linear layer of `of` rows in all. */
typedef struct LitLinearShape {
  size_t n_in, n_out, from, of;     /* of 0: all, n_out */
  int no_bias;                      /* There need be none: then it is zero */
  int is_fine;                      /* where the model is in 8 bits: 16 */
} LitLinearShape;
int lit_tensor_linear(LitErr *e, LitModel *m, const LitTensorName *n,
                      const LitLinearShape *shape, LitLinear *out);

/* The same for lit_linears, which are to be in 8 bits if the model is (trial.h), and
** where weights may be blocks: they stay, if the file has such as linear layers can
** use, and no option says otherwise.  *out stays where it is. */
int lit_tensor_stored(LitErr *e, LitModel *m, const LitTensorName *n,
                      const LitLinearShape *shape, LitLinear *out);

/* `why`, of that layer's weights, in words that name file and tensor. */
int lit_tensor_fail(LitErr *e, const LitModel *m, const LitTensorName *n,
                    const LitErr *why);

/* A norm over `width` features; no_shift: there need be no shift. */
int lit_tensor_norm(LitErr *e, LitModel *m, const LitTensorName *n,
                    size_t width, int no_shift, LitNorm *out);
#endif
