/* ivf_part.h -- large segments of vectors, partitioned: how the lists lie on
** disk, and what a query makes of them.  For ivf_*.c and vecs_*.c alone.
**
** The rows of a segment are divided into lists by the centroid that they are
** nearest to (an inverted file, IVF), and each list holds 1-bit codes of what
** its rows differ from the centroid by (vec/onebit.h).  Each row is in a second
** list too (ivf_spill.c), so that a query that is far from its one centroid may
** be near to the other.  A query ranks the
** centroids, looks at the lists of the nearest ones, and rescores on the full
** vectors what the codes cannot exclude.  How far it looks was measured when
** the segment was written, see ivf_tune.c.
**
** Lists are there for float vectors whose distance has a row in the table of
** ivf_part.c, in segments of IVF_ROWS_MIN rows or more, if the table's recall is
** not 'exact'; the codes of vecs_part.h are there besides.  A row without a
** vector, or under cosine without a direction, is in no list.
**
** Below, w is the number of 64-bit words that an element's bit each fills; a
** vector is padded to 64 w elements and turned (vec/onebit.h).  Cosine and dot
** compare with the query, and cosine also with the rows, scaled to length 1.
**
** Part LIT_PART_VECS + 4 * column + 2, the directory.  Info, version 5:
**   u8 version, u8 kind (its row in the table), u32 w, u32 lists,
**   u32 rows in them, u32 lists that each row is in (1 or 2), then
**   IVF_LEVELS x IVF_DEPTHS times (LitIvfReach) f32 reach, f32 margin, f32 rows,
**   f32 lean, which says in what order lists are taken (ivf_lean.c), 0 .. 1
** Version 4 has no sketches.  In version 3 lean is 1, and not there.  In version 2
** reaches were measured without regard to what a query has found; version 1 has each
** row in one list only, and such lists are not searched.
** Chunk g: for the n lists from g * IVF_GROUP on
**   f32 scale[n], f32 square[n], u32 rows[n], i8 codes[n, 64 w]
** scale * codes: about the centroid (vec/int8.h); square: its length squared.
**
** The next part, the lists: chunk l, list l with n rows by ascending ordinal:
**   f32 centroid[64 w], then for each 32 rows a block
**   f32 add[32], f32 scale[32], f32 ones[32], f32 spread[32], u32 ordinal[32],
**   u64 bits[w, 32]
** scale, ones, spread: LitOneBit; add: its square, 0 for dot.  Past the last
** row all is zero, the ordinal 2^32 - 1.
**
** Then the sketches: 1-bit codes of all rows in the order of the rows, for queries
** that ask for few of them, of what they differ from one centre by:
** Chunk n_lists: f32 centre[64 w], the mean of the centroids
** Chunk n_lists + 1 + c, rows c * R .. with R = lit_ivf_sketch_rows(w): of each
**   f32 add, f32 scale, f32 ones, f32 spread, u64 bits[w], zeros up to a multiple of
** 32 bytes.  A row in no list: add infinite, all else zero.
*/
#ifndef LIT_IVF_PART_H
#define LIT_IVF_PART_H
#include <math.h>
#include "index/vecs_part.h"
#include "vec/int8.h"
#include "vec/onebit.h"

enum {
  IVF_VERSION = 5, IVF_VERSION_LISTS = 4, IVF_VERSION_UPRIGHT = 3,
  IVF_VERSION_BLIND = 2, IVF_VERSION_ONCE = 1,
  IVF_ROWS_MIN = 10000,
  IVF_GROUP = 256,
  IVF_SKETCHES = 256 * 1024,      /* Bytes of a chunk of them */
  IVF_BLOCK = LIT_BITS_ROWS,
  IVF_LEVELS = 6, IVF_DEPTHS = 3,
  IVF_SPARSE = 8,           /* Few are less than one in so many rows */
  IVF_DEEPEST = 1000        /* For more hits than this everything is scanned */
};

/* The levels of recall and the numbers of hits that were measured. */
extern const double lit_ivf_levels[IVF_LEVELS];
extern const int lit_ivf_depths[IVF_DEPTHS];

/* How far a query looks. */
typedef struct LitIvfReach {
  float reach;              /* Lists that take at most so much effort */
  float margin;             /* A row is excluded that many spreads away */
  float rows;               /* So many rows were looked at on average */
} LitIvfReach;

/* Distances as the lists compute them: |q - y|^2, scaled as the kind says. */
typedef struct LitIvfKind {
  const char *dist;
  int unit_rows, unit_query;        /* Scaled to length 1 */
  int is_product;           /* -2 q.y instead */
  double (*gap)(double distance, double q_length);        /* of a distance */
  double (*distance)(double gap, double q_length);        /* and back */
} LitIvfKind;

/* NULL: vectors of this column are not partitioned. */
const LitIvfKind *lit_ivf_kind(const LitVecCol *col);
int lit_ivf_kind_no(const LitIvfKind *kind);

typedef struct LitIvf {
  const LitVecsPart *of;    /* part + 2, + 3 are ours */
  const LitIvfKind *kind;
  uint32_t words, n_lists, n_rows;  /* n_lists 0: there are none */
  uint32_t times;           /* Each row is in so many */
  float lean;
  int has_sketches;
  int blind;                /* Efforts are without regard to what was found */
  LitIvfReach reaches[IVF_LEVELS][IVF_DEPTHS];
} LitIvf;

int lit_ivf_open(LitErr *e, const LitVecCol *col, const LitVecsPart *of,
                 LitIvf *out);

typedef struct LitIvfGroup {
  const LitChunk *own;
  uint32_t first, n;
  const float *scale, *square;
  const uint32_t *rows;
  const int8_t *codes;      /* [n, 64 words] */
} LitIvfGroup;

typedef struct LitIvfList {
  const LitChunk *own;
  const float *centroid;    /* [64 words] */
  const uint8_t *blocks;
  uint32_t n;               /* Rows */
} LitIvfList;

/* One block of 32 rows. */
typedef struct LitIvfBlock {
  const float *add, *scale, *ones, *spread;
  const uint32_t *ord;
  const uint64_t *bits;
} LitIvfBlock;

static inline size_t lit_ivf_block_bytes(size_t words) {
  return IVF_BLOCK * (4 * sizeof(float) + sizeof(uint32_t) + 8 * words);
}
static inline LitIvfBlock lit_ivf_block(const LitIvfList *l, size_t words,
                                        uint32_t no) {
  const float *f = (const float *)(const void *)(
      l->blocks + no * lit_ivf_block_bytes(words));
  const uint32_t *ord = (const uint32_t *)(const void *)(f + 4 * IVF_BLOCK);
  return (LitIvfBlock){f, f + IVF_BLOCK, f + 2 * IVF_BLOCK, f + 3 * IVF_BLOCK,
                       ord, (const uint64_t *)(const void *)(ord + IVF_BLOCK)};
}

/* Lend a chunk, its length checked; give it back by lit_seg_give(own). */
int lit_ivf_group(LitErr *e, const LitIvf *ivf, uint32_t no, LitIvfGroup *out);
int lit_ivf_list(LitErr *e, const LitIvf *ivf, uint32_t no, uint32_t n_rows,
                 LitIvfList *out);

/* Some rows' sketches, lent. */
typedef struct LitIvfSketches {
  const LitChunk *own;
  uint32_t first, n;        /* Rows first .. first + n - 1 */
  const uint8_t *at;        /* [n, lit_ivf_sketch_bytes] */
} LitIvfSketches;

typedef struct LitIvfSketch {
  float add, scale, ones, spread;
  const uint64_t *bits;     /* [words] */
} LitIvfSketch;

static inline size_t lit_ivf_sketch_bytes(size_t words) {
  return (4 * sizeof(float) + 8 * words + 31) / 32 * 32;
}
/* Rows in a chunk of them, a multiple of 64. */
static inline uint32_t lit_ivf_sketch_rows(size_t words) {
  uint32_t n = (uint32_t)(IVF_SKETCHES / lit_ivf_sketch_bytes(words));
  return n < 64 ? 64 : n / 64 * 64;
}
static inline LitIvfSketch lit_ivf_sketch(const uint8_t *at) {
  const float *f = (const float *)(const void *)at;
  return (LitIvfSketch){f[0], f[1], f[2], f[3], (const uint64_t *)(const void *)(f + 4)};
}

/* Chunk `no` of them, as lit_ivf_list; the centre: the caller reads
** [64 words] of it. */
int lit_ivf_sketches(LitErr *e, const LitIvf *ivf, uint32_t no, LitIvfSketches *out);
const LitChunk *lit_ivf_centre(LitErr *e, const LitIvf *ivf);

/* v [dim] scaled as rows (or the query) shall be, padded and turned, into
** out [64 words]; its length before, or a negative number where lists cannot
** serve: no direction, or a length that float32 cannot square. */
double lit_ivf_turn(const LitIvfKind *kind, int is_query, const float *v,
                    uint32_t dim, float *out);

/* ---- a query ---- */

typedef struct LitIvfQuery {
  const LitIvfKind *kind;
  size_t words;
  double length;            /* Before it was scaled */
  double square;            /* Of q */
  float *q;                 /* [64 words] */
  float *gap;               /* [64 words], room */
  float *zeros;             /* [64 words] */
  uint64_t *planes;         /* [4 words] */
  int8_t *codes;            /* [64 words], of q */
  LitInt8 code;
} LitIvfQuery;

/* Make v [dim] ready; q->words 0 where lists cannot serve.  Drop it always. */
int lit_ivf_query(LitErr *e, LitIvfQuery *q, const LitIvfKind *kind,
                  const float *v, uint32_t dim);
void lit_ivf_query_drop(LitIvfQuery *q);

/* How far off lists are for a query, into gap [g->n]: about the distance from their
** centroids where lean is 1 (ivf_lean.c); sums [g->n]. */
void lit_ivf_rank(const LitIvfQuery *q, const LitIvfGroup *g, float lean,
                  int32_t *sums, float *gap);

/* A query before a list. */
typedef struct LitIvfProbe {
  LitOneBitProduct product;
  float base, length;       /* length: what spreads are to be multiplied by */
} LitIvfProbe;
LitIvfProbe lit_ivf_probe(LitIvfQuery *q, const float *centroid);

/* About the distance from a row, `sum` of LitKern.bits; LitKern.near has the same
** for a block. */
static inline float lit_ivf_gap(const LitIvfProbe *p, const LitIvfBlock *b,
                                uint32_t i, uint32_t sum) {
  return p->base + b->add[i] +
         ((p->product.per_sum * (float)sum + p->product.per_scale) *
              b->scale[i] + p->product.per_ones * b->ones[i]);
}

static inline float lit_ivf_sketch_gap(const LitIvfProbe *p, const LitIvfSketch *s,
                                       uint32_t sum) {
  return p->base + s->add +
         ((p->product.per_sum * (float)sum + p->product.per_scale) * s->scale +
          p->product.per_ones * s->ones);
}

#endif
