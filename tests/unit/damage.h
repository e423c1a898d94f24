/* damage.h -- rewrite a segment with damaged bytes but right hashes, as a
** hostile database would hold it */
#ifndef LIT_DAMAGE_H
#define LIT_DAMAGE_H
#include "index/seg.h"
#include "memstore.h"

/* `change` bytes of a part (info of the part: as_info) with a function that
** may shorten them; seg is the segment as it is.  The stamp of segment 99. */
static inline uint64_t damage_copy(LitErr *e, MemStore *m, const LitSeg *s,
                                   int part, uint32_t chunk, int as_info,
                                   void (*change)(void *ctx, uint8_t *at,
                                                  size_t *n),
                                   void *ctx) {
  LitSegOut out;
  uint64_t stamp = 0;
  lit_segout_begin(&out, &m->store, 99, s->n_rows);
  for (uint32_t i = 0; i < s->n_parts; i++) {
    const LitPartInfo *p = &s->parts[i];
    LitPart to;
    LitBuf info = {0};
    lit_segout_part(&out, &to, p->part, 1);
    for (uint32_t c = 0; c < p->n_chunks; c++) {
      LitBuf b = {0};
      m->store.get(e, m->store.ctx, lit_chunk_id(s->id, p->part, c), &b);
      if (b.n >= 8) b.n -= 8;
      if (p->part == part && c == chunk && !as_info) change(ctx, b.at, &b.n);
      lit_part_put(e, &to, b.at, b.n);
      lit_buf_drop(&b);
    }
    lit_buf_put(e, &info, p->info, p->n_info);
    if (p->part == part && as_info && info.n) change(ctx, info.at, &info.n);
    lit_segout_enter(e, &out, &to, info.at, info.n);
    lit_buf_drop(&info);
  }
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  return stamp;
}
#endif
