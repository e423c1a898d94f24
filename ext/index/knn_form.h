/* knn_form.h -- what a product of matrices tells of a distance; for knn*.c
** alone.
**
** A row y is nearer to a query q the larger `product * factor - less` is, the
** product being that of q and y and the other two numbers of the row.
*/
#ifndef LIT_KNN_FORM_H
#define LIT_KNN_FORM_H
#include "index/vecs.h"

typedef struct LitKnnForm LitKnnForm;

/* NULL: no product serves for this column. */
const LitKnnForm *lit_knn_form(const LitVecCol *col);

/* The numbers of a row from the sum of its squares.  A row whose squares
** float32 cannot hold gets factor 0 and less -infinity: it is always near.
** 0 then, else 1. */
int lit_knn_row(const LitKnnForm *form, float sq, float *factor, float *less);

/* A row whose computed distance is at most `limit` has no less than this,
** whatever the rounding; q, y: the sums of squares of the query and of the
** longest row there is.  *twice: two rows whose numbers are further apart than
** this have distances in the same order. */
float lit_knn_least(const LitKnnForm *form, uint32_t dim, double limit,
                    double q, double y, float *twice);
#endif
