/* posts_places.c -- reading the positions of a row, see posts_list.h.
**
** The first rows that a block is asked for are read alone, over the widths of
** the groups before them; most rows of a ranking are the only one of their
** block.  Then all of the block is read. */
#include "base/mem.h"
#include "index/posts_list.h"
#include "base/poison.h"

enum { PLACES_FEW = 6 };

static int bad_places(LitErr *e, const LitList *l) {
  return lit_seg_corrupt(e, l->seg, LIT_PART_PLACES,
                         "the positions of a block are cut short");
}

/* The bytes of the places of the open block. */
static LitIn place_bytes(LitErr *e, LitList *l) {
  uint32_t n = l->places.n, b = l->block, from = 0, to = n;
  const uint8_t *at;
  if (!l->places_chunk)
    at = lit_list_record(e, l->seg, LIT_PART_PLACES, l->places, &l->places_chunk);
  else
    at = l->places_chunk->at + l->places.at.at;
  if (!at || lit_list_is_lone(&l->at)) return lit_in(at, at ? n : 0);
  if (n < 4 || lit_get_u32(at) != l->n_blocks ||
      (n - 4) / 4 < l->n_blocks) {
    bad_places(e, l);
    return lit_in(NULL, 0);
  }
  if (b) from = lit_get_u32(at + 4 * (size_t)b);
  to = lit_get_u32(at + 4 + 4 * (size_t)b);
  at += 4 + 4 * (size_t)l->n_blocks;
  n -= 4 + 4 * l->n_blocks;
  if (from > to || to > n) {
    bad_places(e, l);
    return lit_in(NULL, 0);
  }
  return lit_in(at + from, to - from);
}

/* How many positions each posting has, summed: l->starts. */
static int count_places(LitErr *e, LitList *l, size_t bytes) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    l->starts[i] = (uint32_t)sum;
    for (int t = 0; t < l->n_tfs; t++) sum += lit_tfs_get(&l->tfs[t], i);
  }
  if (sum > (uint64_t)bytes * LIT_PLACE_GROUP || sum > UINT32_MAX)
    return bad_places(e, l);
  l->starts[l->n] = (uint32_t)sum;
  return LIT_OK;
}

/* The next group, or the first n of its numbers, into out [n], if that is not
** NULL. */
static int take_group(LitErr *e, const LitList *l, LitIn *in, uint32_t n,
                      uint32_t *out) {
  uint8_t copy[LIT_PATCH * 4 + LIT_PLACE_GROUP * 4 + LIT_PACK_SLACK];
  unsigned word = lit_in_u8(in), w = word & 63;
  LitPatch patch = {0};
  const uint8_t *at;
  if (word & LIT_GROUP_PATCHED) patch = lit_patch_take(in, LIT_PLACE_GROUP, w);
  at = w > 32 ? NULL : lit_in_take(in, lit_pack_bytes(n, w));
  if (!at || in->bad) return bad_places(e, l);
  if (!out) return LIT_OK;
  if (in->end - in->at < LIT_PACK_SLACK) {
    const uint8_t *from = patch.n ? patch.at : at;
    size_t bytes = (size_t)(in->at - from);
    memcpy(copy, from, bytes);
    memset(copy + bytes, 0, LIT_PACK_SLACK);
    at = copy + (at - from);
    if (patch.n) patch.at = copy;
  }
  lit_pack_all(at, n, w, out);
  lit_patch_all(&patch, n, w, out);
  return LIT_OK;
}

static int take_distances(LitErr *e, LitList *l, LitIn *in) {
  uint32_t n_all = l->starts[l->n];
  for (uint32_t from = 0; from < n_all; from += LIT_PLACE_GROUP) {
    uint32_t left = n_all - from;
    if (take_group(e, l, in, left < LIT_PLACE_GROUP ? left : LIT_PLACE_GROUP,
                   l->pos + from))
      return e->rc;
  }
  return in->at == in->end ? LIT_OK : bad_places(e, l);
}

/* From distances to positions, of posting i; where the next one's begin. */
static uint32_t *sum_distances(const LitList *l, uint32_t i, uint32_t *at) {
  for (int t = 0; t < l->n_tfs; t++) {
    uint32_t sum = 0, n = lit_tfs_get(&l->tfs[t], i);
    for (uint32_t k = 0; k < n; k++, at++) *at = sum += *at;
  }
  return at;
}

/* All positions of the block. */
static int open_places(LitErr *e, LitList *l) {
  LitIn in = place_bytes(e, l);
  uint32_t *at;
  if (e->rc || count_places(e, l, (size_t)(in.end - in.at))) return e->rc;
  if (LIT_GROW(e, &l->pos, &l->pos_room, l->starts[l->n]) ||
      take_distances(e, l, &in))
    return e->rc;
  at = l->pos;
  for (uint32_t i = 0; i < l->n; i++) at = sum_distances(l, i, at);
  l->pos_all = 1;
  return LIT_OK;
}

/* How many positions the postings before l->i have, and it has itself. */
static uint64_t count_before(const LitList *l, uint64_t *own) {
  uint64_t all = 0;
  *own = 0;
  for (int t = 0; t < l->n_tfs; t++) {
    const LitTfs *tfs = &l->tfs[t];
    *own += lit_tfs_get(tfs, l->i);
    all += (uint64_t)tfs->base * l->i + lit_pack_sum(tfs->at, l->i, tfs->w) +
           lit_patch_sum(&tfs->patch, l->i, tfs->w);
  }
  return all;
}

/* Those of the row alone, where that is shorter; *did says whether it was. */
static int one_place(LitErr *e, LitList *l, int *did) {
  uint64_t own, before = count_before(l, &own);
  LitIn in;
  *did = before < UINT32_MAX && own <= LIT_PLACE_GROUP;
  if (!*did) return LIT_OK;
  in = place_bytes(e, l);
  if (e->rc || LIT_GROW(e, &l->pos, &l->pos_room, 2 * LIT_PLACE_GROUP))
    return e->rc;
  for (; before >= LIT_PLACE_GROUP; before -= LIT_PLACE_GROUP)
    if (take_group(e, l, &in, LIT_PLACE_GROUP, NULL)) return e->rc;
  for (uint32_t at = 0, end = (uint32_t)(before + own); at < end;
       at += LIT_PLACE_GROUP)
    if (take_group(e, l, &in, end - at < LIT_PLACE_GROUP ? end - at
                                                         : LIT_PLACE_GROUP,
                   l->pos + at))
      return e->rc;
  sum_distances(l, l->i, l->pos + before);
  l->pos_from = (uint32_t)before;
  return LIT_OK;
}

int lit_list_places(LitErr *e, LitList *l, const uint32_t **pos,
                    uint32_t n_of[LIT_FIELDS_MAX]) {
  int is_one = 0;
  memset(n_of, 0, LIT_FIELDS_MAX * sizeof *n_of);
  *pos = NULL;
  if (l->row == LIT_NO_ROW) return e->rc;
  if (l->pos_run != l->run || l->pos_block != l->block) {
    l->pos_run = l->run, l->pos_block = l->block;
    l->pos_all = 0, l->pos_asked = 0;
  }
  if (!l->pos_all && l->pos_asked++ < PLACES_FEW && one_place(e, l, &is_one))
    return l->pos_block = LIT_NO_ROW, e->rc;
  if (!is_one && !l->pos_all && open_places(e, l))
    return l->pos_block = LIT_NO_ROW, e->rc;
  for (int t = 0; t < l->n_tfs; t++)
    n_of[l->tfs[t].field] = lit_tfs_get(&l->tfs[t], l->i);
  *pos = l->pos + (is_one ? l->pos_from : l->starts[l->i]);
  return LIT_OK;
}
