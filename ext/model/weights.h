/* weights.h -- tensors as they lie in a model's files, mapped read-only.
**
** Which kinds of file are known is a table in weights.c; each kind is a
** function that lists the tensors of one mapped file.
*/
#ifndef LIT_WEIGHTS_H
#define LIT_WEIGHTS_H
#include <stdint.h>
#include "base/file.h"
#include "base/mem.h"

enum { LIT_TENSOR_DIMS = 8 };

/* Element types; those that cannot be read as numbers are LIT_DT_OTHER, those
** that come in blocks LIT_DT_BLOCK. */
typedef enum {
  LIT_DT_F32, LIT_DT_F16, LIT_DT_BF16, LIT_DT_F64, LIT_DT_I64, LIT_DT_I32, LIT_DT_I16, LIT_DT_I8,
  LIT_DT_U16, LIT_DT_U8, LIT_DT_BLOCK, LIT_DT_OTHER
} LitDtype;

typedef struct LitTensor {
  const char *name;
  const char *file;         /* its file's name, for words */
  LitDtype dtype;
  const struct LitBlock *block;     /* of LIT_DT_BLOCK (blocks.h) */
  int n_dims;
  uint64_t dims[LIT_TENSOR_DIMS];
  const uint8_t *at;        /* [n_bytes] little-endian, row-major, mapped */
  uint64_t n_bytes;
} LitTensor;

typedef struct LitWeights {
  const char *folder;
  LitTensor *tensors;       /* by name, once lit_weights_open is done */
  size_t n, room;
  LitFile *files;
  size_t n_files, files_room;
  LitArena arena;           /* names, and floats that had to be converted */
  struct LitWeightsNote *notes;   /* newest first */
} LitWeights;

/* What a file says of itself: in safetensors a string of __metadata__. */
typedef struct LitWeightsNote {
  struct LitWeightsNote *next;
  const char *key, *text;
} LitWeightsNote;

/* Map and list the weight files of a folder.  Always close, also after an
** error.  Errors: CANTOPEN (no weights), CORRUPT (names file and tensor),
** NOMEM. */
int lit_weights_open(LitErr *e, const char *folder, LitWeights *out);
void lit_weights_close(LitWeights *w);

/* The same of one safetensors or GGUF file.  f->n = 0: map `path`; else its bytes are
** f's, and `path` is what they are called. */
int lit_weights_file(LitErr *e, const char *path, LitFile f, LitWeights *out);

/* The text of a note, or NULL. */
const char *lit_weights_note(const LitWeights *w, const char *key);

/* The tensor of that name, or NULL. */
const LitTensor *lit_weights_find(const LitWeights *w, const char *name);

/* Tensor `name` as floats of shape dims [n_dims]: in place if they are float32
** already, else converted and kept in w.  CORRUPT: it is missing, has another
** shape, or elements that are not floats. */
int lit_weights_get(LitErr *e, LitWeights *w, const char *name, int n_dims,
                    const uint64_t *dims, const float **out);

/* The tensor of that name, where it lies; errors as above. */
const LitTensor *lit_weights_tensor(LitErr *e, const LitWeights *w,
                                    const char *name, int n_dims,
                                    const uint64_t *dims);

/* Elements from .. from + n-1 of a tensor of floats, of blocks whole ones: up to
** LIT_BLOCK_MAX from a multiple of that on are. */
void lit_weights_read(const LitTensor *t, uint64_t from, size_t n, float *out);

/* Row `row` of tensor t [rows, n], a tensor of floats, into out [n]. */
int lit_weights_row(LitErr *e, const LitWeights *w, const LitTensor *t,
                    uint64_t row, size_t n, float *out);

/* The name of the first tensor that holds NaN or infinity; NULL if none. */
const LitTensor *lit_weights_nonfinite(const LitWeights *w);

/* Bytes of one element; 0 for LIT_DT_BLOCK and LIT_DT_OTHER. */
unsigned lit_dtype_size(LitDtype t);

/* For the kinds of file.  Adds a tensor after checking that its shape has
** n_bytes; words name w->folder, file and tensor. */
int lit_weights_add(LitErr *e, LitWeights *w, const LitTensor *t);

/* One kind each: list the tensors of `f`, whose name in w->folder is `file`. */
int lit_safetensors_list(LitErr *e, LitWeights *w, const LitFile *f,
                         const char *file);
int lit_torch_list(LitErr *e, LitWeights *w, const LitFile *f,
                   const char *file);
int lit_gguf_list(LitErr *e, LitWeights *w, const LitFile *f,
                  const char *file);
#endif
