/* seg.c -- see seg.h */
#include "base/mem.h"
#include "index/seg.h"
#include "base/poison.h"

enum { META_VERSION = 1 };

void lit_segout_begin(LitSegOut *out, const LitStore *store, int64_t id,
                      uint32_t n_rows) {
  *out = (LitSegOut){.store = store, .id = id, .n_rows = n_rows};
}

void lit_segout_part(LitSegOut *out, LitPart *p, int part, size_t limit) {
  lit_part_begin(p, out->store, out->id, part, limit);
}

int lit_segout_enter(LitErr *e, LitSegOut *out, LitPart *p, const void *info,
                     size_t n_info) {
  LitBuf *b = &out->parts;
  lit_part_end(e, p);
  lit_buf_u8(e, b, (unsigned)p->part);
  lit_buf_u32(e, b, p->n_chunks);
  lit_buf_u64(e, b, p->bytes);
  lit_buf_u64(e, b, p->hash);
  lit_buf_varint(e, b, n_info);
  lit_buf_put(e, b, info, n_info);
  out->n_parts++;
  out->bytes += p->bytes;
  lit_part_drop(p);
  return e->rc;
}

int lit_segout_end(LitErr *e, LitSegOut *out, uint64_t *stamp) {
  LitPart meta;
  LitBuf b = {0};
  lit_buf_u8(e, &b, META_VERSION);
  lit_buf_u32(e, &b, out->n_rows);
  lit_buf_u32(e, &b, out->n_parts);
  lit_buf_put(e, &b, out->parts.at, out->parts.n);
  if (!e->rc) *stamp = lit_hash64(b.at, b.n);
  lit_part_begin(&meta, out->store, out->id, LIT_PART_META, LIT_CHUNK);
  lit_part_put(e, &meta, b.at, b.n);
  lit_part_end(e, &meta);
  lit_part_drop(&meta);
  lit_buf_drop(&b);
  return e->rc;
}

void lit_segout_drop(LitSegOut *out) { lit_buf_drop(&out->parts); }

int lit_seg_corrupt(LitErr *e, const LitSeg *s, int part, const char *what) {
  return lit_fail(e, LIT_CORRUPT, "%s: segment %lld, part %d: %s",
                  s->store->name, (long long)s->id, part, what);
}

/* s->meta holds the checked bytes: read the part list out of them. */
static int decode_meta(LitErr *e, LitSeg *s) {
  LitIn in = lit_in(s->meta.at, s->meta.n);
  unsigned version = lit_in_u8(&in);
  if (version != META_VERSION)
    return lit_fail(e, LIT_CORRUPT, "%s: segment %lld has format %u, this lit "
                    "reads %d", s->store->name, (long long)s->id, version,
                    META_VERSION);
  s->n_rows = lit_in_u32(&in);
  s->n_parts = lit_in_u32(&in);
  if (in.bad || s->n_parts > LIT_PARTS)
    return lit_seg_corrupt(e, s, LIT_PART_META, "part list too long");
  s->parts = lit_new0(e, s->n_parts, sizeof *s->parts);
  if (!s->parts) return e->rc;
  for (uint32_t i = 0; i < s->n_parts; i++) {
    LitPartInfo *p = &s->parts[i];
    p->part = (int)lit_in_u8(&in);
    if (!s->place[p->part]) s->place[p->part] = (uint16_t)(i + 1);
    p->n_chunks = lit_in_u32(&in);
    p->bytes = lit_in_u64(&in);
    p->hash = lit_in_u64(&in);
    p->n_info = (size_t)lit_in_varint(&in);
    p->info = lit_in_take(&in, p->n_info);
  }
  if (in.bad || in.at != in.end)
    return lit_seg_corrupt(e, s, LIT_PART_META, "part list cut short");
  return LIT_OK;
}

int lit_seg_open(LitErr *e, LitSeg *s, const LitStore *store, LitCache *cache,
                 int64_t id, uint64_t stamp) {
  int64_t at = lit_chunk_id(id, LIT_PART_META, 0);
  *s = (LitSeg){.id = id, .stamp = stamp, .store = store, .cache = cache};
  s->life = lit_cache_number(cache);
  if (store->get(e, store->ctx, at, &s->meta)) return e->rc;
  if (s->meta.n < 8 || lit_hash64(s->meta.at, s->meta.n - 8) != stamp ||
      lit_get_u64(s->meta.at + s->meta.n - 8) !=
          lit_chunk_hash(at, s->meta.at, s->meta.n - 8))
    return lit_seg_corrupt(e, s, LIT_PART_META, "damaged");
  s->meta.n -= 8;
  return decode_meta(e, s);
}

void lit_seg_close(LitSeg *s) {
  lit_buf_drop(&s->meta);
  lit_free(s->parts);
  lit_bits_drop(&s->live);
  *s = (LitSeg){0};
}

const LitPartInfo *lit_seg_part(const LitSeg *s, int part) {
  unsigned at = part >= 0 && part < LIT_PARTS ? s->place[part] : 0;
  return at ? &s->parts[at - 1] : NULL;
}

static int has_chunk(LitErr *e, const LitSeg *s, int part, uint32_t no) {
  const LitPartInfo *p = lit_seg_part(s, part);
  if (e->rc) return 0;
  if (p && no < p->n_chunks) return 1;
  lit_seg_corrupt(e, s, part, "a chunk is named that it does not have");
  return 0;
}

const LitChunk *lit_seg_chunk(LitErr *e, const LitSeg *s, int part,
                              uint32_t no) {
  if (!has_chunk(e, s, part, no)) return NULL;
  return lit_cache_get(e, s->cache, s->store, s->stamp,
                       lit_chunk_id(s->id, part, no));
}

const LitChunk *lit_seg_pass(LitErr *e, const LitSeg *s, int part,
                             uint32_t no) {
  if (!has_chunk(e, s, part, no)) return NULL;
  return lit_cache_pass(e, s->cache, s->store, s->stamp,
                        lit_chunk_id(s->id, part, no));
}

void lit_seg_give(const LitSeg *s, const LitChunk *chunk) {
  lit_cache_give(s->cache, chunk);
}

void lit_seg_ahead(const LitSeg *s, int part, const uint32_t *nos, size_t n,
                   size_t bytes) {
  enum { SOME = 32 };
  int64_t ids[SOME];
  for (size_t i = 0; i < n; i += SOME) {
    size_t some = n - i < SOME ? n - i : SOME;
    for (size_t j = 0; j < some; j++)
      ids[j] = lit_chunk_id(s->id, part, nos[i + j]);
    lit_cache_ahead(s->cache, s->stamp, ids, some, bytes);
  }
}
