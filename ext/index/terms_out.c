/* terms_out.c -- writing the term dictionary; the format is in terms.c */
#include "base/mem.h"
#include "index/terms.h"
#include "base/poison.h"

enum { VERSION = 3, PER_BLOCK = 16, CHUNK = 16 * 1024 };

void lit_termsout_begin(LitTermsOut *o, LitSegOut *out) {
  memset(o, 0, sizeof *o);
  lit_segout_part(out, &o->part, LIT_PART_TERMS, 1);  /* each put a chunk */
}

void lit_termsout_drop(LitTermsOut *o) {
  lit_part_drop(&o->part);
  lit_buf_drop(&o->chunk);
  lit_buf_drop(&o->block);
  lit_buf_drop(&o->starts);
  lit_buf_drop(&o->key_ends);
  lit_buf_drop(&o->keys);
}

/* Write the open chunk. */
static void end_chunk(LitErr *e, LitTermsOut *o) {
  uint32_t n_blocks = (uint32_t)(o->starts.n / 4);
  if (n_blocks == 0) return;
  o->block.n = 0;
  lit_buf_u32(e, &o->block, n_blocks);
  lit_buf_put(e, &o->block, o->starts.at, o->starts.n);
  lit_buf_put(e, &o->block, o->chunk.at, o->chunk.n);
  lit_part_put(e, &o->part, o->block.at, o->block.n);
  o->chunk.n = o->block.n = o->starts.n = 0;
}

static uint32_t shared(const LitTermsOut *o, const char *term, uint32_t n) {
  uint32_t i = 0;
  while (i < n && i < o->n_last && term[i] == o->last[i]) i++;
  return i;
}

/* A new chunk begins with this term: its key. */
static void begin_chunk(LitErr *e, LitTermsOut *o, const char *term,
                        uint32_t n) {
  uint32_t key = o->n_keys ? shared(o, term, n) + 1 : 0;
  lit_buf_put(e, &o->keys, term, key < n ? key : n);
  lit_buf_u32(e, &o->key_ends, (uint32_t)o->keys.n);
  o->n_keys++;
}

/* `word`, then the record's place unless it follows the one before it. */
static void put_rec(LitErr *e, LitBuf *b, uint64_t word, LitRec rec,
                    LitRec *before, int first) {
  int follows = !first && rec.at.chunk == before->at.chunk &&
                rec.at.at == before->at.at + before->n;
  lit_buf_varint(e, b, word << 1 | !follows);
  if (!follows) {
    lit_buf_varint(e, b, rec.at.chunk);
    lit_buf_varint(e, b, rec.at.at);
  }
  *before = rec;
}

static void end_block(LitErr *e, LitTermsOut *o) {
  lit_buf_put(e, &o->chunk, o->block.at, o->block.n);
  o->block.n = 0;
  o->in_block = 0;
  if (o->chunk.n >= CHUNK) end_chunk(e, o);
}

int lit_termsout_add(LitErr *e, LitTermsOut *o, const char *term, uint32_t n,
                     const LitTermAt *at) {
  LitRec places = at->places;
  int first = o->in_block == 0;
  uint32_t same = first ? 0 : shared(o, term, n);
  if (first && o->starts.n == 0) begin_chunk(e, o, term, n);
  if (first) lit_buf_u32(e, &o->starts, (uint32_t)o->chunk.n);
  lit_buf_varint(e, &o->block, same);
  lit_buf_varint(e, &o->block, n - same);
  lit_buf_put(e, &o->block, term + same, n - same);
  lit_buf_varint(e, &o->block, at->df);
  put_rec(e, &o->block, (uint64_t)at->posts.n << 2 | (unsigned)at->kind,
          at->posts, &o->posts, first);
  if (at->kind == LIT_LIST_RUNS)                 /* The head has them */
    places.at = (LitPlace){o->places.at.chunk, o->places.at.at + o->places.n};
  put_rec(e, &o->block, places.n, places, &o->places, first);
  if (e->rc) return e->rc;
  memcpy(o->last, term, n);
  o->n_last = n;
  o->n_terms++;
  if (++o->in_block == PER_BLOCK) end_block(e, o);
  return e->rc;
}

int lit_termsout_end(LitErr *e, LitTermsOut *o, LitSegOut *out) {
  LitBuf info = {0};
  if (o->in_block) end_block(e, o);
  end_chunk(e, o);
  lit_buf_u8(e, &info, VERSION);
  lit_buf_u64(e, &info, o->n_terms);
  lit_buf_u32(e, &info, o->n_keys);
  lit_buf_put(e, &info, o->key_ends.at, o->key_ends.n);
  lit_buf_put(e, &info, o->keys.at, o->keys.n);
  lit_segout_enter(e, out, &o->part, info.at, info.n);
  lit_buf_drop(&info);
  return e->rc;
}
