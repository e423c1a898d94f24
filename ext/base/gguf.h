/* gguf.h -- the header of a GGUF file: keys and their values.
**
** GGUF holds a model of llama.cpp: its vocabulary is in the values, its
** weights are tensors, whose list begins where the values end.
**
**   LitGguf g = {0};
**   if (lit_gguf_open(&e, bytes, n, &g)) ...
**   arch = lit_gguf_text(&g, "general.architecture", &len);
**   ... lit_gguf_in(&g): a LitIn at the first of g.n_tensors tensors ...
**   lit_gguf_drop(&g);
*/
#ifndef LIT_GGUF_H
#define LIT_GGUF_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

enum {
  LIT_GGUF_U8, LIT_GGUF_I8, LIT_GGUF_U16, LIT_GGUF_I16, LIT_GGUF_U32,
  LIT_GGUF_I32, LIT_GGUF_F32, LIT_GGUF_BOOL, LIT_GGUF_TEXT, LIT_GGUF_ARRAY,
  LIT_GGUF_U64, LIT_GGUF_I64, LIT_GGUF_F64
};

typedef struct LitGgufValue {
  const char *key;          /* [n_key], in the file's bytes */
  size_t n_key;
  uint32_t type;            /* LIT_GGUF_U8 ...; of an array: of its items */
  int is_array;
  uint64_t n;               /* Items of an array, else 1 */
  LitIn bytes;              /* The item, or items; all within the file */
} LitGgufValue;

typedef struct LitGguf {
  const uint8_t *at;        /* [size] the file, lent */
  size_t size;
  uint32_t version;         /* 1 .. 3 */
  uint64_t n_tensors;
  size_t tensors;           /* Offset of the list of tensors */
  LitGgufValue *value;      /* [n] in the file's order */
  size_t n, room;
} LitGguf;

/* Does the file begin as one does? */
int lit_gguf_is(const void *at, size_t n);
/* Read everything up to the tensors; at[0..n) must outlive *out.  Errors:
** CORRUPT (says where), NOMEM. */
int lit_gguf_open(LitErr *e, const void *at, size_t n, LitGguf *out);
void lit_gguf_drop(LitGguf *g);

/* The value of `key`, or NULL. */
const LitGgufValue *lit_gguf_find(const LitGguf *g, const char *key);
/* A single value; `def` if there is none, or it is of another kind.  Numbers
** of any width count as integers, or as reals. */
int64_t lit_gguf_int(const LitGguf *g, const char *key, int64_t def);
double lit_gguf_real(const LitGguf *g, const char *key, double def);
const char *lit_gguf_text(const LitGguf *g, const char *key, size_t *n);

/* Where the list of tensors begins; its strings by lit_gguf_take_text, its
** counts by lit_gguf_take_size (version 1 has 4 bytes for each). */
LitIn lit_gguf_in(const LitGguf *g);
const char *lit_gguf_take_text(const LitGguf *g, LitIn *in, size_t *n);
uint64_t lit_gguf_take_size(const LitGguf *g, LitIn *in);
#endif
