/* posts_lens.h -- how many words each field of each row has.
**
** Part LENS, version 1, little-endian.  Info: u8 version, u8 n_fields, u64
** total [n_fields], u32 longest [n_fields].  Chunk c holds rows 4096 c and
** after (at most 4096): u8 width [16] (1, 2 or 4 bytes; 0 beyond n_fields),
** then field after field the lengths in that width.
*/
#ifndef LIT_POSTS_LENS_H
#define LIT_POSTS_LENS_H
#include "index/posts.h"

enum { LIT_LENS_ROWS = 4096 };

typedef struct LitLensField { const uint8_t *at; unsigned width; } LitLensField;

typedef struct LitLens {
  const LitSeg *seg;
  int n_fields;
  uint64_t total[LIT_FIELDS_MAX];
  uint32_t longest[LIT_FIELDS_MAX];
  const LitChunk *chunk;    /* The one that `fields` points into */
  uint32_t no, from, n;     /* Its number, first row and how many */
  LitLensField fields[LIT_FIELDS_MAX];
} LitLens;

/* Zero to start; close also after an error. */
int lit_lens_open(LitErr *e, LitLens *l, const LitSeg *s);
/* Make the chunk of `row` the current one. */
int lit_lens_load(LitErr *e, LitLens *l, uint32_t row);
void lit_lens_close(LitLens *l);

static inline uint32_t lit_lens_at(const LitLensField *f, uint32_t i) {
  uint16_t two;
  if (f->width == 1) return f->at[i];
  if (f->width == 2) return memcpy(&two, f->at + (size_t)i * 2, 2), two;
  return lit_get_u32(f->at + (size_t)i * 4);
}
/* Length of a field of a row of the current chunk. */
static inline uint32_t lit_lens_get(const LitLens *l, uint32_t row,
                                    int field) {
  return lit_lens_at(&l->fields[field], row - l->from);
}

/* One byte for a length: no longer than it (lit_len_floor of its code is at
** most the length), at most 1/16 shorter up to half a million. */
uint8_t lit_len_code(uint32_t len);
uint32_t lit_len_floor(uint8_t code);

/* ---- writing ---- */

typedef struct LitLensOut {
  int n_fields;
  uint32_t n_rows;
  uint32_t *at;             /* [n_rows * n_fields] */
  uint8_t *codes;           /* The same in a byte each, and 3 bytes to read */
  uint64_t total[LIT_FIELDS_MAX];
  uint32_t longest[LIT_FIELDS_MAX];
} LitLensOut;

int lit_lensout_begin(LitErr *e, LitLensOut *o, uint32_t n_rows, int n_fields);
/* Lengths [n_fields] of a row. */
void lit_lensout_set(LitLensOut *o, uint32_t row, const uint32_t *lens);
int lit_lensout_end(LitErr *e, LitLensOut *o, LitSegOut *out);
void lit_lensout_drop(LitLensOut *o);
#endif
