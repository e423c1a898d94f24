/* ids.c -- the rowids of a segment, ascending (declared in seg.h).
**
** Info of the part: i64 first, i64 last.  If last - first + 1 = n_rows the
** rowids are consecutive and nothing else is stored; else the chunks hold
** them as i64, PER_CHUNK to a chunk.
*/
#include "base/mem.h"
#include "index/seg.h"
#include "base/poison.h"

enum { PER_CHUNK = 4096 };

typedef struct Ids {
  int64_t first, last;
  int dense;                /* Consecutive: rowid = first + ordinal */
} Ids;

static int is_dense(int64_t first, int64_t last, uint32_t n) {
  return (uint64_t)last - (uint64_t)first == (uint64_t)n - 1;
}

int lit_segout_ids(LitErr *e, LitSegOut *out, const int64_t *ids) {
  LitPart p;
  uint32_t n = out->n_rows;
  int64_t info[2] = {0, -1};
  if (n) info[0] = ids[0], info[1] = ids[n - 1];
  lit_segout_part(out, &p, LIT_PART_IDS, PER_CHUNK * sizeof *ids);
  if (n && !is_dense(info[0], info[1], n))
    for (uint32_t i = 0; i < n; i += PER_CHUNK)
      lit_part_put(e, &p, ids + i,
                   (n - i < PER_CHUNK ? n - i : PER_CHUNK) * sizeof *ids);
  return lit_segout_enter(e, out, &p, info, sizeof info);
}

static int open_ids(LitErr *e, const LitSeg *s, Ids *ids) {
  const LitPartInfo *p = lit_seg_part(s, LIT_PART_IDS);
  if (!p || p->n_info != 16)
    return lit_seg_corrupt(e, s, LIT_PART_IDS, "no rowids");
  memcpy(&ids->first, p->info, 8);
  memcpy(&ids->last, p->info + 8, 8);
  ids->dense = is_dense(ids->first, ids->last, s->n_rows);
  return LIT_OK;
}

/* Lend the chunk with ordinal `ord`, checked to hold *n rowids. */
static const LitChunk *ids_chunk(LitErr *e, const LitSeg *s, uint32_t ord,
                                 uint32_t *n) {
  uint32_t no = ord / PER_CHUNK, from = no * PER_CHUNK;
  const LitChunk *c = lit_seg_chunk(e, s, LIT_PART_IDS, no);
  *n = s->n_rows - from < PER_CHUNK ? s->n_rows - from : PER_CHUNK;
  if (c && c->n != *n * sizeof(int64_t)) {
    lit_seg_give(s, c);
    lit_seg_corrupt(e, s, LIT_PART_IDS, "a chunk of another length");
    return NULL;
  }
  return c;
}

int lit_ids_get(LitErr *e, const LitSeg *s, uint32_t ord, int64_t *rowid) {
  const LitChunk *c;
  uint32_t n;
  Ids ids = {0};
  *rowid = 0;
  if (ord >= s->n_rows)
    return lit_seg_corrupt(e, s, LIT_PART_IDS,
                           "a row is named that it does not have");
  if (open_ids(e, s, &ids)) return e->rc;
  if (ids.dense) return *rowid = ids.first + ord, LIT_OK;
  c = ids_chunk(e, s, ord, &n);
  if (!c) return e->rc;
  memcpy(rowid, c->at + ord % PER_CHUNK * sizeof *rowid, sizeof *rowid);
  lit_seg_give(s, c);
  return LIT_OK;
}

int lit_ids_find(LitErr *e, const LitSeg *s, int64_t rowid, uint32_t *ord,
                 int *is_it) {
  uint32_t lo = 0, hi = s->n_rows;
  int64_t at = 0;
  Ids ids = {0};
  *ord = s->n_rows, *is_it = 0;
  if (s->n_rows == 0) return LIT_OK;
  if (open_ids(e, s, &ids)) return e->rc;
  if (rowid > ids.last) return LIT_OK;
  if (rowid <= ids.first)
    return *ord = 0, *is_it = rowid == ids.first, LIT_OK;
  if (ids.dense)
    return *ord = (uint32_t)(rowid - ids.first), *is_it = 1, LIT_OK;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (lit_ids_get(e, s, mid, &at)) return e->rc;
    if (at < rowid) lo = mid + 1;
    else hi = mid;
  }
  if (lit_ids_get(e, s, lo, &at)) return e->rc;
  *ord = lo, *is_it = at == rowid;
  return LIT_OK;
}

static int64_t id_at(const LitChunk *c, uint32_t i) {
  int64_t id;
  memcpy(&id, c->at + i * sizeof id, sizeof id);
  return id;
}

/* The first of ids at .. n-1 of a chunk, the last of which is >= rowid, that is:
** in ever larger steps, since the next one asked for is near. */
static uint32_t seek_in(const LitChunk *c, uint32_t at, uint32_t n,
                        int64_t rowid) {
  uint32_t hi = n - 1, step = 1;
  for (; step < hi - at && id_at(c, at + step) < rowid; step *= 2) at += step;
  if (step < hi - at) hi = at + step;
  while (at < hi) {
    uint32_t mid = at + (hi - at) / 2;
    if (id_at(c, mid) < rowid) at = mid + 1;
    else hi = mid;
  }
  return at;
}

/* Rowids of one chunk after another: each chunk is searched for once. */
static int set_listed(LitErr *e, const LitSeg *s, const int64_t *rowids,
                      size_t n, LitBits *set) {
  const LitChunk *c = NULL;
  uint32_t first = 0, n_ids = 0, at = 0;
  for (size_t i = 0; i < n && !e->rc; i++) {
    uint32_t ord;
    int is_it;
    if (c && id_at(c, n_ids - 1) < rowids[i]) {
      lit_seg_give(s, c);
      c = NULL;
    }
    if (!c) {
      if (lit_ids_find(e, s, rowids[i], &ord, &is_it) || ord == s->n_rows)
        break;
      at = ord % PER_CHUNK, first = ord - at;
      c = ids_chunk(e, s, ord, &n_ids);
      if (!c) break;
    }
    at = seek_in(c, at, n_ids, rowids[i]);
    if (id_at(c, at) == rowids[i]) lit_bits_set(set, first + at);
  }
  if (c) lit_seg_give(s, c);
  return e->rc;
}

int lit_ids_set(LitErr *e, const LitSeg *s, const int64_t *rowids, size_t n,
                LitBits *set) {
  Ids ids = {0};
  if (s->n_rows == 0 || open_ids(e, s, &ids)) return e->rc;
  if (!ids.dense) return set_listed(e, s, rowids, n, set);
  for (size_t i = 0; i < n; i++)
    if (rowids[i] >= ids.first && rowids[i] <= ids.last)
      lit_bits_set(set, (uint32_t)(rowids[i] - ids.first));
  return LIT_OK;
}

int lit_ids_all(LitErr *e, const LitSeg *s, int64_t *out) {
  Ids ids = {0};
  uint32_t n;
  if (s->n_rows == 0 || open_ids(e, s, &ids)) return e->rc;
  for (uint32_t i = 0; ids.dense && i < s->n_rows; i++)
    out[i] = ids.first + i;
  for (uint32_t i = 0; !ids.dense && i < s->n_rows; i += n) {
    const LitChunk *c = ids_chunk(e, s, i, &n);
    if (!c) return e->rc;
    memcpy(out + i, c->at, n * sizeof *out);
    lit_seg_give(s, c);
  }
  return LIT_OK;
}
