/* gather.h -- rows on their way into a segment: gathered in memory, written at
** once.
**
** A row is begun, filled (terms, FILTER values, vectors) and ended.  What
** fails before the end leaves nothing behind: a row that was never ended is
** dropped when the segment is written.  Ending and killing cannot fail.
*/
#ifndef LIT_GATHER_H
#define LIT_GATHER_H
#include "index/cols.h"
#include "index/posts.h"
#include "index/seg.h"
#include "index/vecs.h"

/* What the rows of a table consist of, as far as the index knows. */
typedef struct LitShape {
  int n_fields;             /* TEXT columns, 0.. */
  int n_cols;               /* FILTER columns */
  int n_vecs;               /* VECTOR columns, the model's embedding last */
  const LitVecCol *vecs;    /* [n_vecs] */
} LitShape;

typedef struct LitGather {
  const LitShape *shape;
  LitPosts *posts;          /* NULL when there are no TEXT columns */
  LitCol **cols;            /* [n_cols] */
  LitVecs **vecs;           /* [n_vecs] */
  struct LitGatherRow *rows;   /* [n] by arrival number */
  size_t n, room, n_live;
  uint32_t *slots;          /* Hash of rowid -> arrival number + 1 */
  size_t n_slots;
  const LitStop *stop;      /* Asked while a segment is written; may be NULL */
} LitGather;

int lit_gather_init(LitErr *e, LitGather *g, const LitShape *shape);

/* Begin a row: its arrival number, for the adds to posts, cols and vecs. */
int lit_gather_begin(LitErr *e, LitGather *g, int64_t rowid, uint32_t *row);
void lit_gather_end(LitGather *g, uint32_t row);   /* From now on it counts */

/* The arrival number of the ended row with this rowid; false if none. */
int lit_gather_find(const LitGather *g, int64_t rowid, uint32_t *row);

/* Forget the ended row with this rowid; false if there is none. */
int lit_gather_kill(LitGather *g, int64_t rowid);

size_t lit_gather_bytes(const LitGather *g);

/* Write the ended rows as segment `id`; *stamp is the segment's. */
int lit_gather_write(LitErr *e, LitGather *g, const LitStore *store,
                     int64_t id, uint64_t *stamp);
void lit_gather_drop(LitGather *g);

#endif
