/* vecs_write.h -- writing the vectors of a segment, wherever they come from;
** for vecs*.c alone. */
#ifndef LIT_VECS_WRITE_H
#define LIT_VECS_WRITE_H
#include "index/vecs_part.h"

/* Rows by ascending ordinal; they are asked for several times. */
typedef struct LitVecsSource {
  const LitVecCol *col;
  uint32_t n_there;         /* Rows that have a vector */
  void *ctx;
  /* The vector of a row, lent until the next call; NULL if it has none (or
  ** after an error). */
  const void *(*row)(LitErr *e, void *ctx, uint32_t ord);
  /* Its codes [dim], if they are known already: then true.  May be NULL. */
  int (*code)(LitErr *e, void *ctx, uint32_t ord, LitVecsCode *out,
              int8_t *codes);
  const LitStop *stop;
} LitVecsSource;

/* Enter the parts; none if no row has a vector. */
int lit_vecs_put(LitErr *e, LitVecsSource *from, LitSegOut *out);

#endif
