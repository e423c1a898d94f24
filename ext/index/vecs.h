/* vecs.h -- the vectors of a table: gathered, written into segments, searched.
**
** A VECTOR column has its own parts in every segment (format: vecs_part.h):
** the vectors as they were given, and, where they are floats and worth it,
** int8 codes of them.  A search looks at the codes first and reads in full
** only the vectors that their bound cannot exclude; what it finds is exactly
** what comparing all full vectors finds, down to the last bit of a distance.
**
** Large segments are also partitioned (ivf_part.h), and a search looks only
** into the lists near the query, so far as measurement says that the column's
** `recall` asks for, or, where few rows are asked for, at 1-bit codes of these.  What it finds has its exact distance; some of the nearest
** may be missed, and farther rows stand in their place.  Never are there fewer
** rows than exist: an answer of less than k rows is complete.
*/
#ifndef LIT_VECS_H
#define LIT_VECS_H
#include "base/stop.h"
#include "base/topk.h"
#include "index/seg.h"
#include "vec/dist.h"

typedef struct LitVecCol {
  int column;               /* 0 .. LIT_COLS_MAX-1 among the VECTOR columns */
  LitElem elem;
  uint32_t dim;
  const LitDist *dist;      /* Must fit elem */
  double recall;            /* What share of the nearest rows a search shall
                            ** find in large segments; 0: all, exactly */
  uint32_t list_rows;       /* Large: so many rows; 0: IVF_ROWS_MIN */
} LitVecCol;

/* ---- gathering: the rows of one column for the next segment ---- */

typedef struct LitVecs LitVecs;
LitVecs *lit_vecs_new(LitErr *e, const LitVecCol *col);

/* row: the arrival number, ascending; at: the bytes of a vector
** [dim elements], finite, copied; or NULL for SQL NULL. */
int lit_vecs_add(LitErr *e, LitVecs *v, uint32_t row, const void *at);
size_t lit_vecs_bytes(const LitVecs *v);                /* Memory held */
const void *lit_vecs_at(const LitVecs *v, uint32_t row);    /* NULL if none */

/* Enter the parts of this column.  ord_of[row]: the ordinal in the segment,
** or UINT32_MAX if the row is not in it. */
int lit_vecs_write(LitErr *e, LitVecs *v, const uint32_t *ord_of,
                   LitSegOut *out);
void lit_vecs_free(LitVecs *v);

/* ---- segments ---- */

/* Enter this column's parts of a segment made of others.  ord_of[i][ord]: the
** new ordinal of row ord of in[i], or UINT32_MAX if it is left out. */
int lit_vecs_merge(LitErr *e, const LitVecCol *col, LitSeg *const *in,
                   const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                   const LitStop *stop);

/* Read everything and check what it means: LIT_CORRUPT says what is wrong. */
int lit_vecs_check(LitErr *e, const LitVecCol *col, const LitSeg *s,
                   const LitStop *stop);

/* The vector of a row, copied into out [dim elements]; *is_null: it has none,
** and out is left alone. */
int lit_vecs_get(LitErr *e, const LitVecCol *col, const LitSeg *s,
                 uint32_t ord, void *out, int *is_null);

/* How many rows of a segment have a vector, dead ones included. */
int lit_vecs_count(LitErr *e, const LitVecCol *col, const LitSeg *s,
                   uint32_t *n);

/* ---- search ---- */

typedef struct LitVecQuery {
  const void *at;           /* Bytes [dim elements], finite */
  double max_distance;      /* INFINITY: none */
  int max_excluded;         /* True: distance < max_distance, else <= */
  int exact;                /* Whatever the column's recall */
  size_t sure;              /* So many of the best are found as was said; those
                            ** after them are chosen by what their codes make of
                            ** the distance, unless all is to be exact or there
                            ** is a largest one.  0: all are found so */
} LitVecQuery;

typedef struct LitVecTrace {
  uint64_t codes;           /* Rows bounded by their codes alone */
  uint64_t rescored;        /* Full vectors compared */
  uint64_t chunks;          /* Chunks looked into */
  uint64_t lists;           /* Lists of near rows probed, of */
  uint64_t lists_known;     /* so many that were ranked */
  uint64_t bits;            /* Rows estimated by 1-bit codes, in them or by sketches */
} LitVecTrace;

/* Push (score = -distance, rowid) of the nearest live rows into top.
** masks[i] (or masks) NULL: all live rows of segs[i]; else those of them that
** are set.  A row without a vector, and under cosine a zero vector, has no
** distance and is never pushed.  trace is added to; may be NULL. */
int lit_vecs_search(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                    const LitBits *const *masks, int n_segs,
                    const LitVecQuery *q, LitTopk *top, LitVecTrace *trace,
                    const LitStop *stop);

/* The distances of given rows, rowids ascending [n]; NAN where there is no
** live row, no vector, or no distance.  max_distance is not looked at. */
int lit_vecs_distance(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                      int n_segs, const LitVecQuery *q, const int64_t *rowids,
                      size_t n, double *distance);

/* The distances of n rows that lie evenly over the segments, dead ones among
** them, or of all rows if there are no more than n: distance [n], NAN as above
** and past the end. */
int lit_vecs_sample(LitErr *e, const LitVecCol *col, LitSeg *const *segs,
                    int n_segs, const LitVecQuery *q, size_t n,
                    double *distance);

#endif
