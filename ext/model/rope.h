/* rope.h -- rotary places (Su et al. 2021): a head's features i and i + half
** are turned by place * theta^(-i / half), so that what two tokens give depends
** on their distance. */
#ifndef LIT_ROPE_H
#define LIT_ROPE_H
#include "model/parts.h"

typedef struct LitRope {
  const float *speeds;      /* [half]: radians a place */
  size_t half;
} LitRope;

/* theta from config.json: rope_parameters, by `kind` if it has several
** ("full_attention"), else `key`, else `none`; for heads of `size` features.
** Only the plain kind is known: others are an error. */
typedef struct LitRopeKeys { const char *kind, *key; double none; } LitRopeKeys;
int lit_rope_open(LitErr *e, LitModel *m, const LitJson *config,
                  const LitRopeKeys *keys, size_t size, LitRope *out);

/* Cosines and sines for the tokens of a batch: turns [n_panels][2][half][16]. */
void lit_rope_fill(const LitRope *r, const LitBatch *b, float *turns);

/* Turn one head of one panel, x [2 half][16], by that panel's turns. */
void lit_rope_turn(const LitRope *r, const float *turns, float *x);
#endif
