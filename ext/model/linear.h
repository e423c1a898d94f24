/* linear.h -- linear layers on activations in panels (kern/net.h), in float32,
** in bfloat16 (kern/net16.h), in 8 bits (kern/net8.h) or on Q8_0 blocks
** (kern/netq8.h). */
#ifndef LIT_LINEAR_H
#define LIT_LINEAR_H
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/stop.h"

/* A layer that is to have 8 bits, once it is known what it reads. */
typedef struct LitLinearDue {
  LitErr err;               /* what came of it */
  const LitStop *stop;      /* once it has said so, it goes on saying so */
  LitArena *arena;
  struct LitLinear *l;
  int is_fine;              /* weights of 16 bits */
} LitLinearDue;

/* y = x weight' + bias; weight [n_out, n_in] as it lies in the file, NULL if
** there are blocks, bias [n_out]. */
typedef struct LitLinear {
  const float *weight, *bias;
  const struct LitMatrix8 *eight;   /* the same in 8 bits, or NULL */
  size_t n_in, n_out;
  const uint32_t *sixteen;  /* in bfloat16, [n_out][(n_in + 1) / 2], or NULL */
  const uint8_t *blocks;    /* Q8_0, [n_out][n_in / 32], mapped, or NULL */
  LitLinearDue *due;        /* or NULL */
} LitLinear;

/* Row `row` of blocks. */
const uint8_t *lit_linearq8_row(const uint8_t *blocks, size_t n_in, size_t row);

/* By what weights are rounded (kern/net8.h). */
typedef struct LitLinearFit {
  const struct LitSeen8 *seen;      /* NULL: nothing */
  const float *by, *over;   /* [n_in]: of activations, one over it, or NULL; `by`
                               stays where it is */
} LitLinearFit;

/* Make due->l->eight.  due->err: LIT_NOMEM, LIT_INTERRUPT, or LIT_CORRUPT if a
** weight is not finite. */
void lit_linear_shrink(LitLinearDue *due, const LitLinearFit *fit);

/* That of each of `to` [n] which is due, by x as in lit_linears. */
typedef struct LitLinearTo LitLinearTo;
void lit_linears_settle(const LitLinearTo *to, size_t n, const float *x,
                        size_t n_tokens);

/* Make l->sixteen, likewise. */
int lit_linear_round(LitErr *e, LitArena *arena, LitLinear *l);

/* One layer on what several read, and where its output goes; act, if not NULL,
** is applied to it. */
struct LitLinearTo {
  const LitLinear *l;
  float *y;                         /* [n_panels][n_out][16] */
  void (*act)(float *y, size_t n);
};

/* x [n_panels][n_in][16] through each of `to` [n], n_tokens lanes of it (the
** rest of the last panel may get anything): in 8 bits or bfloat16 if the first
** has them, all or none; else each that has blocks on them.  Those that are due are
** settled; if due->stop says so, their y is zeros.  spare: lit_linear_spare(n_in) floats. */
void lit_linears(const LitLinearTo *to, size_t n, const float *x,
                 size_t n_tokens, float *spare);
size_t lit_linear_spare(size_t n_in);

/* lit_linears where all have bfloat16, and the spare that it needs. */
void lit_linears16(const LitLinearTo *to, size_t n, const float *x,
                   size_t n_panels, float *spare);
size_t lit_linear16_spare(size_t n_in);

/* Those of lit_linears that have blocks, and the spare that it needs. */
void lit_linearsq8(const LitLinearTo *to, size_t n, const float *x,
                   size_t n_panels, float *spare);
size_t lit_linearq8_spare(size_t n_in);

/* One layer in float32. */
void lit_linear(const LitLinear *l, const float *x, size_t n_tokens, float *y,
                void (*act)(float *y, size_t n));
#endif
