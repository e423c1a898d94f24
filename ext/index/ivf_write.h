/* ivf_write.h -- lists being made; for ivf_*.c and vecs_write.c alone. */
#ifndef LIT_IVF_WRITE_H
#define LIT_IVF_WRITE_H
#include "index/ivf_near.h"
#include "index/ivf_part.h"
#include "index/vecs_write.h"

/* Some rows of the segment asked as queries, and what is near them. */
typedef struct LitIvfTrial {
  uint32_t n, dim;
  uint32_t *ords;           /* [n] ascending: which rows */
  float *q;                 /* [n, dim], scaled as queries */
  LitIvfPoints points;      /* These */
  struct LitIvfNear *near;  /* [n] */
} LitIvfTrial;

typedef struct LitIvfBuild {
  LitVecsSource *from;
  const LitIvfKind *kind;
  uint32_t n_rows, dim, n_lists;
  size_t words;
  int in_8_bits;            /* Rows and centroids are compared so */
  float *centroids;         /* [n_lists, dim], scaled as rows */
  LitIvfPoints points;      /* The centroids */
  float *between;           /* [n_lists, n_lists]: their products */
  float *turned;            /* [n_lists, 64 words] */
  uint32_t times;           /* How many lists a row is in: 1 or 2 */
  uint32_t *list_of;        /* [n_rows, times], UINT32_MAX: in none.  Such a
                            ** place has a number: row * times + 0 or 1 */
  LitOneBit *codes;         /* [places] */
  uint64_t *bits;           /* [places, words] */
  uint32_t *counts;         /* [n_lists] */
  uint32_t n_listed;        /* Rows */
  float *centre;            /* [64 words] */
  uint8_t *sketches;        /* [n_rows, lit_ivf_sketch_bytes] */
  int unfit;                /* A vector cannot be in a list: there are none */
  LitIvfTrial trial;
  float lean;
  LitIvfReach reaches[IVF_LEVELS][IVF_DEPTHS];
} LitIvfBuild;

/* Enter the directory and the lists, if the rows are fit for them. */
int lit_ivf_put(LitErr *e, LitVecsSource *from, LitSegOut *out);

/* One group of the directory as on disk, into room
** [IVF_GROUP * (12 + 64 words)]; its bytes. */
size_t lit_ivf_put_group(const LitIvfBuild *b, uint32_t no, uint8_t *room);
/* The group of list `first`, a multiple of IVF_GROUP, where all groups have so much
** room each, one after the other. */
LitIvfGroup lit_ivf_built_group(const LitIvfBuild *b, const uint8_t *groups,
                                uint32_t first);

/* The vector of a row, scaled as the kind says, into out [dim].  True if it
** belongs into a list; *unfit if it would, but cannot. */
int lit_ivf_row(LitErr *e, const LitVecsSource *from, const LitIvfKind *kind,
                uint32_t ord, float *out, int *unfit);

/* ---- ivf_spill.c ---- */

int lit_ivf_spill_begin(LitErr *e, LitIvfBuild *b);
/* The two lists of a row, of those that lit_ivf_near gave for it, points and
** scores [16]; square: of its length. */
void lit_ivf_spill(const LitIvfBuild *b, double square,
                   const uint32_t *points, const float *scores,
                   uint32_t lists[2]);

/* ---- ivf_lean.c ---- */

/* Fill b->lean; groups: all of them, see lit_ivf_built_group. */
int lit_ivf_lean(LitErr *e, LitIvfBuild *b, const uint8_t *groups);

/* ---- ivf_check.c ---- */

/* Check the lists of a segment, if it has any, against its vectors. */
int lit_ivf_check(LitErr *e, const LitVecCol *col, const LitVecsPart *p,
                  const LitStop *stop);

/* ---- ivf_tune.c ---- */

int lit_ivf_trial_begin(LitErr *e, LitIvfBuild *b);
/* Rows x [n, dim] of ordinals ords: some may be near.  square [n]: room. */
void lit_ivf_trial_rows(LitIvfBuild *b, const float *x, float *square,
                        const uint32_t *ords, uint32_t n);
/* The k rows nearest to a trial, or all that are known, into *at: their ordinals
** are the lower halves of these.  How many. */
uint32_t lit_ivf_trial_near(LitIvfTrial *t, uint32_t trial, uint32_t k,
                            const uint64_t **at);
/* Fill b->reaches and b->lean. */
int lit_ivf_tune(LitErr *e, LitIvfBuild *b);
void lit_ivf_trial_drop(LitIvfTrial *t);

#endif
