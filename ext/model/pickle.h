/* pickle.h -- reads the one kind of pickle that torch.save writes for a
** dictionary of tensors, and runs nothing.
**
** A pickle is a program for a stack machine that may call any Python function.
** Here it can name only the handful that a dictionary of tensors needs, and
** those are understood, not called; anything else is refused by its name.
*/
#ifndef LIT_PICKLE_H
#define LIT_PICKLE_H
#include <stdint.h>
#include "base/mem.h"
#include "model/weights.h"

/* A tensor as the pickle tells it: which storage, where in it, what shape. */
typedef struct LitPickled {
  const char *name;         /* in the arena given */
  const char *storage;      /* "0", "1" ...: the file data/STORAGE */
  LitDtype dtype;
  uint64_t offset;          /* in elements */
  int n_dims;
  uint64_t dims[LIT_TENSOR_DIMS], strides[LIT_TENSOR_DIMS];
} LitPickled;

typedef struct LitPickle {
  LitPickled *at;
  size_t n, room;
} LitPickle;

/* Tensors of the dictionary that bytes [n] describe; other values in it are
** left out.  where: the file, for words.  CORRUPT, NOMEM.  Always free
** out->at; names live in `arena`. */
int lit_pickle_read(LitErr *e, LitArena *arena, const char *where,
                    const void *bytes, size_t n, LitPickle *out);
#endif
