/* parts.h -- inside a model: what the files of model/ share.
**
** A kind of architecture is a const LitArch in arch_x.c and a row in arch.c.
*/
#ifndef LIT_PARTS_H
#define LIT_PARTS_H
#include <stdint.h>
#include "base/mem.h"
#include "model/model.h"

struct LitModel {
  LitModel *next;           /* in the list of model.c */
  char *name, *path;
  uint64_t stamp;           /* sizes and times of its files */
  uint64_t bytes;
  int dim, max_tokens;
  char hash[33];            /* empty until somebody asked */
};

/* A folder -> a model without a name, NULL and an error. */
LitModel *lit_model_open(LitErr *e, const char *path);
void lit_model_close(LitModel *m);
void lit_model_take_hash(LitModel *m);
#endif
