/* dir.h -- the directory: which segments make up an index, and which of their
** rows are dead.
**
** Head on disk (id 0), version 1, little-endian:
**   u8 version, u64 next segment id, u32 n_segs, then for each segment
**   u64 id, u64 stamp, u32 n_dead, u64 hash of the live bitmap (0: all live)
**   and at the end the u64 XXH3 of all that.
** The head is written twice, the second time as id -1, which only a rebuild
** reads.  The head is the whole truth: equal heads, equal index.  A reader that finds
** the bytes it already knows has nothing to do.
**
** The live bitmap of a segment with dead rows lies in its part
** LIT_PART_DEAD, DEAD_CHUNK bytes to a chunk; only chunks that changed are
** written again.
*/
#ifndef LIT_DIR_H
#define LIT_DIR_H
#include "index/gather.h"

typedef struct LitDir {
  const LitStore *store;
  LitCache *cache;
  LitSeg **segs;            /* [n], ascending id */
  size_t n, room;
  int64_t next_id;
  LitBuf head;              /* As it was read or written last */
  int is_dirty;             /* Rows were killed since */
  uint64_t n_new;           /* Rows entered and killed since lit_dir_tidy */
} LitDir;

void lit_dir_init(LitDir *d, const LitStore *store, LitCache *cache);
/* Make d what the store says.  Cheap if nothing changed. */
int lit_dir_load(LitErr *e, LitDir *d);
/* The same for a rebuild: what cannot be read (segments, even the head) is left
** out.  A row that is alive in what is left is the row as it was last. */
int lit_dir_recover(LitErr *e, LitDir *d);
/* An index without rows: writes the first head. */
int lit_dir_create(LitErr *e, LitDir *d);
/* Forget everything that was read or killed; the next load reads it anew. */
void lit_dir_forget(LitDir *d);

/* Where a live row is; *seg NULL if nowhere. */
int lit_dir_find(LitErr *e, const LitDir *d, int64_t rowid, LitSeg **seg,
                 uint32_t *ord);
/* Mark a row dead, in memory; lit_dir_save writes it.  lit_dir_may_kill makes
** room for that, after which lit_dir_kill cannot fail. */
int lit_dir_may_kill(LitErr *e, LitSeg *seg);
void lit_dir_kill(LitDir *d, LitSeg *seg, uint32_t ord);

/* Enter the segment that was just written, and take out those given [n_old]
** together with all their bytes.  A segment without rows is not entered. */
int lit_dir_swap(LitErr *e, LitDir *d, int64_t id, uint64_t stamp,
                 LitSeg *const *old, size_t n_old);
/* Write the head and the live bitmaps that changed. */
int lit_dir_save(LitErr *e, LitDir *d);

uint64_t lit_dir_rows(const LitDir *d);                  /* Live ones */

/* ---- merge.c ---- */

/* Write segments in[n] as one, without their dead rows, and swap it in. */
int lit_dir_merge(LitErr *e, LitDir *d, const LitShape *shape,
                  LitSeg *const *in, size_t n, const LitStop *stop);
/* At the end of a transaction: merge LIT_TIER segments of one tier, and what is
** half dead, as far as is in proportion, see merge.c. */
enum { LIT_TIER = 8, LIT_TIER_ROWS = 8, LIT_TIER_FIRST = 32,
       LIT_TIDY_ROWS = 1024, LIT_TIDY_SEGS = 64, LIT_LATE_ROWS = 32768 };
int lit_dir_tidy(LitErr *e, LitDir *d, const LitShape *shape,
                 const LitStop *stop);
/* One segment, no dead rows. */
int lit_dir_optimize(LitErr *e, LitDir *d, const LitShape *shape,
                     const LitStop *stop);
/* Of the smallest segments, as many become one as hold `most` live rows in all; one
** alone, if it has dead rows.  Nothing, if there are none such. */
int lit_dir_merge_least(LitErr *e, LitDir *d, const LitShape *shape,
                        uint64_t most, const LitStop *stop);
/* Both heads are there and alike. */
int lit_dir_check_copy(LitErr *e, const LitDir *d);
/* Check every byte and every list of the index against each other. */
int lit_dir_check(LitErr *e, LitDir *d, const LitShape *shape,
                  const LitStop *stop);

#endif
