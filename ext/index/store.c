/* store.c -- see store.h */
#include <xxhash.h>
#include "base/mem.h"
#include "index/store.h"
#include "base/poison.h"

uint64_t lit_hash64(const void *at, size_t n) { return XXH3_64bits(at, n); }

uint64_t lit_chunk_hash(int64_t id, const void *at, size_t n) {
  return XXH3_64bits_withSeed(at, n, (uint64_t)id);
}

void lit_part_begin(LitPart *p, const LitStore *store, int64_t seg, int part,
                    size_t limit) {
  *p = (LitPart){.store = store, .seg = seg, .part = part, .limit = limit};
}

/* Seal the open chunk and write it. */
static int cut(LitErr *e, LitPart *p) {
  uint64_t link[2] = {p->hash, 0};
  int64_t id = lit_chunk_id(p->seg, p->part, p->n_chunks);
  if (e->rc || p->open.n == 0) return e->rc;
  if (p->n_chunks >= 1u << 24)
    return lit_fail(e, LIT_TOOBIG, "%s: segment %lld part %d is full",
                    p->store->name, (long long)p->seg, p->part);
  link[1] = lit_hash64(p->open.at, p->open.n);
  p->bytes += p->open.n;
  lit_buf_u64(e, &p->open, lit_chunk_hash(id, p->open.at, p->open.n));
  if (e->rc) return e->rc;
  if (p->store->put(e, p->store->ctx, id, p->open.at, p->open.n))
    return e->rc;
  p->hash = lit_hash64(link, sizeof link);
  p->n_chunks++;
  p->open.n = 0;
  return LIT_OK;
}

LitPlace lit_part_room(LitErr *e, LitPart *p, size_t n) {
  if (p->open.n > 0 && p->open.n + n > p->limit) cut(e, p);
  return (LitPlace){p->n_chunks, (uint32_t)p->open.n};
}

LitPlace lit_part_put(LitErr *e, LitPart *p, const void *at, size_t n) {
  LitPlace where = lit_part_room(e, p, n);
  lit_buf_put(e, &p->open, at, n);
  return where;
}

int lit_part_end(LitErr *e, LitPart *p) { return cut(e, p); }

void lit_part_drop(LitPart *p) { lit_buf_drop(&p->open); }
