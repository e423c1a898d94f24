/* ltr.h -- learning to rank: from features and grades a function that scores.
**
**   LitLtrSet set = {...};                    queries, rows, features, grades
**   lit_ltr_loss_find(&e, who, "lambdarank", &how.loss);
**   lit_ltr_parse(&e, who, "trees(200, 3, 0.1)", &how);
**   lit_ltr_fit(&e, &how, &set, &blob);
**   lit_ltr_open(&e, who, bytes, n, &model);
**   score = lit_ltr_score(&model, features);  the higher, the better
**
** A score has no unit: it orders the rows of a query, and only that.
*/
#ifndef LIT_LTR_H
#define LIT_LTR_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/spec.h"
#include "base/stop.h"

enum {
  LIT_LTR_DIM_MAX = 256, LIT_LTR_PARAMS = 3, LIT_LTR_ROWS_MAX = 10000000,
  LIT_LTR_QUERY_MAX = 2000       /* Rows of one query: pairs are looked at */
};

/* Rows by query: those of query q are start[q] .. start[q + 1] - 1. */
typedef struct LitLtrSet {
  const float *x;           /* [n, dim], finite */
  const float *grades;      /* [n], finite */
  const uint32_t *start;    /* [n_queries + 1] */
  uint32_t n, dim, n_queries;
} LitLtrSet;

/* A loss: for the rows [n] of one query the slope by each score, and a bound
** of the curvature; both are added to.  work [n]: for its own use. */
typedef struct LitLtrLoss {
  const char *name;
  void (*slopes)(const double *scores, const float *grades, uint32_t n,
                 double *slope, double *curve, double *work);
  const char *doc;
} LitLtrLoss;

const LitLtrLoss *lit_ltr_loss_row(size_t i);     /* NULL past the end */
int lit_ltr_loss_find(LitErr *e, const char *who, const char *name,
                      const LitLtrLoss **out);

typedef struct LitLtrHow {
  const struct LitLtr *kind;
  double params[LIT_LTR_PARAMS];
  const LitLtrLoss *loss;
  const LitStop *stop;
} LitLtrHow;

/* For each row of a set, all [n]; made and dropped with the set. */
typedef struct LitLtrState {
  double *scores, *slope, *curve, *work;
} LitLtrState;

/* A kind of model.  Its bytes stand behind the head that ltr.c writes. */
typedef struct LitLtr {
  const char *name;
  unsigned id;              /* In the head */
  LitSpecNumber params[LIT_LTR_PARAMS];       /* Up to one without a name */
  int (*fit)(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
             LitLtrState *state, LitBuf *out);      /* state: scores are 0 */
  /* True if bytes [n] are such a model of `dim` features. */
  int (*is_whole)(const uint8_t *at, size_t n, uint32_t dim);
  double (*score)(const uint8_t *at, size_t n, const float *x, uint32_t dim);
  const char *doc;
} LitLtr;

const LitLtr *lit_ltr_row(size_t i);              /* NULL past the end */
extern const LitLtr lit_ltr_linear, lit_ltr_trees;

/* A kind in words, `linear` or `trees(200, 3)`: sets kind and params. */
int lit_ltr_parse(LitErr *e, const char *who, const char *text,
                  LitLtrHow *out);

/* Appends the model to out.  ERROR: no query has rows of different grades. */
int lit_ltr_fit(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
                LitBuf *out);

/* Slopes and curves by the scores. */
int lit_ltr_slopes(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
                   LitLtrState *s);

typedef struct LitLtrModel {
  const LitLtr *kind;
  uint32_t dim;
  const uint8_t *at;        /* [n], lent */
  size_t n;
} LitLtrModel;

/* ERROR, the words beginning with `who`: bytes [n] are no model, or damaged. */
int lit_ltr_open(LitErr *e, const char *who, const void *at, size_t n,
                 LitLtrModel *out);

/* x [dim] */
double lit_ltr_score(const LitLtrModel *m, const float *x);
#endif
