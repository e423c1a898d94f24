/* trial.h -- a model is tried before it is used. */
#ifndef LIT_TRIAL_H
#define LIT_TRIAL_H
#include "model/linear.h"
#include "model/tensor.h"

/* That layer is to be in 8 bits once the model is tried; in m's arena. */
int lit_trial_wants(LitErr *e, LitModel *m, const LitTensorName *n, int is_fine,
                    LitLinear *l);

/* Run some sentences of our own through m, which is open but for its name, so that
** all that is wanted becomes so.  Errors: NOMEM; CORRUPT names a tensor. */
int lit_trial_run(LitErr *e, LitModel *m);
#endif
