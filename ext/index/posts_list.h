/* posts_list.h -- the rows of one term: as bytes, read, written.
**
** Parts POSTS and PLACES, version 3 (the version byte is in the info of part
** TERMS), little-endian; vN = varint.  Of version 2, which had no patches, every
** byte means the same.
**
** A list is blocks of 1..128 postings.  A list of one block is one record, the
** block in short (kind LIT_LIST_SHORT; in a dictionary of version 1 as it is,
** LIT_LIST_BLOCK).  More blocks, up to 64, make a run; a list
** of one run is one record (LIT_LIST_RUN).  More runs are written one after
** the other and then a head that says where they are (LIT_LIST_RUNS).
**
**   block  u8 n - 1, points (none in a list of one block), u8 w | 64 (the gaps
**          have a patch) | 128 (some counts do), for each field that occurs (by
**          the mask of the points) u8 w_f + 33 base_f, if some counts have a
**          patch: vN mask of their fields; then packed, each beginning at a
**          byte, its patch before it (posts_pack.h): n row gaps of w bits, and
**          for each field n counts less base_f, of w_f bits.  The gap of a
**          row is row - row before - 1; before the first of a list is row -1
**   short  vN mask of the fields that occur << 1 | (n = 1), unless n = 1: u8 n - 1,
**          u8 w as above; vN first row, the fields' bytes and mask, n - 1 gaps,
**          the counts
**   run    u32 n_blocks, u32 last row [n_blocks], u32 end [n_blocks] of the
**          block from the first block's beginning, points of all, the blocks
**   head   u32 n_runs, n_runs times LIT_RUN_BYTES (u32 last row; posts chunk,
**          at, n; places chunk, at, n; end of its points), the points
**   points vN mask of the fields that occur, u8 how many, each: for each field
**          of the mask u8 count (255: or more), u8 code of length
**          (lit_len_code).  Every posting is dominated by some point: in no
**          field is its count higher, and no field it has is shorter.  So
**          whatever the weights and the average lengths are, no posting scores
**          more than the best point
**
** Places of a block: the positions of posting 0, 1, ..; inside a posting field
** by field; each as the distance from the one before, the first of a field
** from 0.  In groups of 64 (the last may be shorter): u8 w | 64 (a patch
** follows), the patch, packed.
** The places record of a run: u32 n_blocks, u32 end [n_blocks], the places of
** its blocks.  Of a list of one block: the places of the block.
*/
#ifndef LIT_POSTS_LIST_H
#define LIT_POSTS_LIST_H
#include "index/posts.h"
#include "index/posts_lens.h"
#include "index/posts_pack.h"

enum {
  LIT_BLOCK = 128, LIT_RUN = 64, LIT_RUN_BYTES = 32, LIT_POINTS = 4,
  LIT_PLACE_GROUP = 64,
  LIT_GAPS_PATCHED = 64, LIT_COUNTS_PATCHED = 128, LIT_GROUP_PATCHED = 64
};
#define LIT_NO_ROW UINT32_MAX
enum { LIT_LIST_BLOCK, LIT_LIST_RUN, LIT_LIST_RUNS, LIT_LIST_SHORT };

typedef struct LitRec { LitPlace at; uint32_t n; } LitRec;

/* What the dictionary says of a term. */
typedef struct LitTermAt {
  uint32_t df;
  int kind;                 /* LIT_LIST_* */
  LitRec posts, places;     /* of RUNS: the head, nothing */
} LitTermAt;

/* One block, which has no points. */
static inline int lit_list_is_lone(const LitTermAt *at) {
  return at->kind == LIT_LIST_BLOCK || at->kind == LIT_LIST_SHORT;
}

/* ---- reading ---- */

typedef struct LitTfs {
  const uint8_t *at;
  uint8_t w, base, field;
  LitPatch patch;
} LitTfs;

/* Packed numbers of a block. */
typedef struct LitGaps {
  const uint8_t *at;
  unsigned w;
  LitPatch patch;
} LitGaps;

/* Points: n of them at `at`, each a (count, code of length) for each field of
** the mask, ascending. */
typedef struct LitPointsAt {
  const uint8_t *at;
  uint32_t n, mask;
} LitPointsAt;

/* A cursor.  Zero to start.  Between calls it holds the chunks of its place. */
typedef struct LitList {
  uint32_t row;             /* Where it stands; LIT_NO_ROW at the end */
  uint32_t i, n;            /* Posting of the block, how many there are */
  uint32_t rows[LIT_BLOCK];
  LitTfs tfs[LIT_FIELDS_MAX];
  int n_tfs;                /* Fields that occur in the block */
  LitGaps gaps;             /* Of the block */
  int n_probed;             /* So often was the block asked for a row; its rows
                            ** are not in `rows` then.  0: they are */
  /* the run */
  const uint8_t *last, *ends, *data;
  uint32_t n_blocks, data_n;
  uint32_t block;           /* The open one; LIT_NO_ROW for none */
  uint32_t before;          /* Row before its first; LIT_NO_ROW (= -1): none */
  LitRec places;
  LitPointsAt points;       /* Of all its blocks; a lone block has none */
  /* the list */
  const uint8_t *heads;     /* Of a list of runs; else NULL */
  uint32_t n_runs, run;
  const LitSeg *seg;
  LitTermAt at;
  const LitChunk *head_chunk, *chunk, *places_chunk;
  uint32_t one_last, one_end;
  uint8_t *spare;           /* A block at the very end of its chunk, copied */
  size_t spare_room;
  uint32_t *pos;            /* Positions of block pos_block of pos_run: of one
                            ** row, from pos_from on, or, if pos_all, of all */
  size_t pos_room;
  uint32_t pos_from;
  int pos_all, pos_asked;
  uint32_t pos_run, pos_block, starts[LIT_BLOCK + 1];
  uint64_t decoded;         /* Blocks, for the trace */
} LitList;

/* On the first row of the list.  Always close, also after an error. */
int lit_list_open(LitErr *e, LitList *l, const LitSeg *s, const LitTermAt *at);
int lit_list_step(LitErr *e, LitList *l);
/* On the first row >= row, forward or backward. */
int lit_list_seek(LitErr *e, LitList *l, uint32_t row);
/* Is the row in the list?  If so stands on it, as far as its counts and places go;
** to be moved on by lit_list_probe or lit_list_seek.  For rows that lie far apart,
** and are mostly not there. */
int lit_list_probe(LitErr *e, LitList *l, uint32_t row);
/* On the first row >= row, as lit_list_probe stands: for looks at a few neighbours
** that lie far from the last ones.  hop: on the next row. */
int lit_list_reach(LitErr *e, LitList *l, uint32_t row);
int lit_list_hop(LitErr *e, LitList *l);
void lit_list_close(LitList *l);
/* Set the rows of the whole list in out [seg->n_rows]; the list must have just
** been opened, and can only be closed afterwards. */
int lit_list_bits(LitErr *e, LitList *l, LitBits *out);

static inline int lit_list_set_has(const LitChunk *set, uint32_t row) {
  const uint64_t *at = (const uint64_t *)(const void *)set->at;
  return (int)(at[row / 64] >> row % 64 & 1);
}
/* Of four rows, the first a multiple of four. */
static inline unsigned lit_list_set_four(const LitChunk *set, uint32_t row) {
  const uint64_t *at = (const uint64_t *)(const void *)set->at;
  return (unsigned)(at[row / 64] >> row % 64 & 15);
}
/* The rows of the list of a frequent term as bits [n_rows], in 64-bit words, for many
** rows of which most lack the term; NULL if it is rare, or was not asked for before by
** the same for whom it is, just now or while there was room (lit_cache_just_now), or
** after an error.  Give it back by lit_seg_give.
** kept: only if it is there. */
typedef enum LitSetFor { LIT_SET_SCORES, LIT_SET_FOURS } LitSetFor;
const LitChunk *lit_list_set(LitErr *e, const LitSeg *s, const LitTermAt *at,
                             LitSetFor who);
const LitChunk *lit_list_set_kept(const LitSeg *s, const LitTermAt *at);

/* How often the term occurs in a field of the row. */
static inline uint32_t lit_tfs_get(const LitTfs *t, uint32_t i) {
  uint32_t tf = lit_pack_get(t->at, i, t->w) + t->base;
  return t->patch.n ? tf + lit_patch_get(&t->patch, i, t->w) : tf;
}
/* In the first n rows of the block, into out [n]. */
static inline void lit_tfs_all(const LitTfs *t, uint32_t n, uint32_t *out) {
  if (t->w == 0) memset(out, 0, n * sizeof *out);
  else lit_pack_all(t->at, n, t->w, out);
  lit_patch_all(&t->patch, n, t->w, out);
  for (uint32_t i = 0; t->base && i < n; i++) out[i] += t->base;
}
uint32_t lit_list_tf(const LitList *l, int field);

/* The positions of the row: *n_of[field] numbers for each field, ascending,
** field after field, in memory that is good until the list moves on. */
int lit_list_places(LitErr *e, LitList *l, const uint32_t **pos,
                    uint32_t n_of[LIT_FIELDS_MAX]);

/* Open block b of the open run: fills rows, tfs; i = 0. */
int lit_list_block(LitErr *e, LitList *l, uint32_t b);
int lit_list_run(LitErr *e, LitList *l, uint32_t r);

/* Last row of block b of the open run. */
static inline uint32_t lit_list_last(const LitList *l, uint32_t b) {
  return lit_get_u32(l->last + 4 * (size_t)b);
}

/* Lend the chunk of a record into *chunk (giving back what it held): where the
** record begins, or NULL. */
const uint8_t *lit_list_record(LitErr *e, const LitSeg *s, int part, LitRec rec,
                               const LitChunk **chunk);

/* The points of a block of the open run; of a run of a list of runs. */
int lit_list_points(LitErr *e, const LitList *l, uint32_t block,
                    LitPointsAt *p);
int lit_list_run_points(LitErr *e, const LitList *l, uint32_t run,
                        LitPointsAt *p);
/* Last row of a run of a list of runs. */
static inline uint32_t lit_list_run_last(const LitList *l, uint32_t r) {
  return lit_get_u32(l->heads + (size_t)LIT_RUN_BYTES * r);
}

/* ---- writing ---- */

typedef struct LitPoint {
  uint8_t tf[LIT_FIELDS_MAX], len[LIT_FIELDS_MAX];
} LitPoint;

typedef struct LitPoints {
  LitPoint at[LIT_POINTS + 1];
  uint32_t n;
} LitPoints;

typedef struct LitListOut {
  LitPart posts, places;
  const uint8_t *codes;     /* [n_rows * n_fields]: of the lengths */
  double avg[LIT_FIELDS_MAX];
  int n_fields;
  uint32_t df;
  uint32_t before;          /* LIT_NO_ROW (= -1) for none */
  /* the open block */
  uint32_t n, rows[LIT_BLOCK], gaps[LIT_BLOCK];
  uint32_t tf[LIT_FIELDS_MAX][LIT_BLOCK];
  uint32_t *pos;            /* Distances */
  size_t n_pos, pos_room;
  /* the open run */
  uint32_t n_blocks, last[LIT_RUN], ends[LIT_RUN], place_ends[LIT_RUN];
  LitBuf blocks, block_places;
  LitPoints block_points, run_points;
  /* the runs before */
  uint32_t n_runs;
  LitBuf heads, head_points, scratch;
} LitListOut;

void lit_listout_begin(LitListOut *o, LitSegOut *out, const LitLensOut *lens);
/* One row of the open list: counts [n_fields], not all 0, positions field
** after field.  Rows ascend. */
int lit_listout_add(LitErr *e, LitListOut *o, uint32_t row, const uint32_t *tf,
                    const uint32_t *pos);
/* Ends the list of a term and says where it is; at->df 0: it had no rows. */
int lit_listout_end(LitErr *e, LitListOut *o, LitTermAt *at);
/* A whole list instead: of one row, in which the term occurs once. */
int lit_listout_single(LitErr *e, LitListOut *o, uint32_t row, int field,
                       uint32_t pos, LitTermAt *at);
/* Another: that of segment s which is short and has one row, which
** becomes ord_of[row] (LIT_NO_ROW: none, at->df is 0).  Two of three terms have one
** row, and their bytes need not be unpacked. */
int lit_listout_one(LitErr *e, LitListOut *o, const LitSeg *s,
                    const LitTermAt *from, const uint32_t *ord_of,
                    LitTermAt *at);
int lit_listout_finish(LitErr *e, LitListOut *o, LitSegOut *out);
void lit_listout_drop(LitListOut *o);
#endif
