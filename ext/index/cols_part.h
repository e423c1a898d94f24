/* cols_part.h -- how a FILTER column lies on disk; shared by cols_*.c alone.
**
** A column is a dictionary of its distinct values in ascending order and one
** code per row: the place of the row's value in it.  Code 0 is NULL and is not
** stored.  Every comparison is then a range of codes, found by a search in the
** dictionary, whatever the type of the values.
**
** Order of the dictionary: lit_val_cmp; of numbers that compare equal the
** integer first, then reals by their bits.
**
** Part LIT_PART_COLS + column, version 1.  Its info, little-endian:
**   u8 version, u32 n_codes (the NULL counts), u32 n_pages
**   n_pages times:  u32 code of the page's first value, u32 chunk, u32 at,
**                   u32 bytes
**   for each 8192 rows:  u32 least code, u32 greatest code, u32 chunk, u32 at
**
** A page of the dictionary: for each 16 values u32, where they begin in the
** page; then the values.  The first of each 16 stands alone, others build on
** the one before.  A value is
**   u8 1, varint zigzag(value - last integer of the sixteen, or 0)   integer
**   u8 2, u64 bits                                                   real
**   u8 3 or 4, varint bytes shared with the value before, varint n, u8[n]
**                                                                    text, blob
**
** The codes of 8192 rows, less the least of them, w bits each (w: what the
** greatest needs): for each 64 rows w words of 64 bits, the highest bits of
** the 64 codes first; row i is bit i.  So a comparison takes a few operations
** on words for 64 rows at once (BitWeaving/V; Li and Patel 2013).
*/
#ifndef LIT_COLS_PART_H
#define LIT_COLS_PART_H
#include "index/cols.h"

enum {
  COL_VERSION = 1, COL_BLOCK = 8192, COL_GROUP = 16,
  COL_ENTRY = 16            /* Bytes of a page's or block's entry */
};

/* lit_val_cmp, with the ties broken: 0 only for the very same value. */
int lit_val_cmp_exact(const LitVal *a, const LitVal *b);

/* ---- dictionary, being written (cols_dict.c) ---- */

typedef struct LitDictOut {
  LitPart *part;
  LitBuf pages;             /* The entries of the info */
  LitBuf groups, values;    /* The open page; group starts lack the table */
  uint32_t first, n_codes;  /* Of the open page; so far in all */
  LitVal last;
  LitBuf bytes;             /* Of last */
  int64_t last_int;         /* In the open sixteen */
} LitDictOut;

void lit_dictout_begin(LitDictOut *d, LitPart *part);
/* Append a value, after all before in exact order; its code. */
uint32_t lit_dictout_push(LitErr *e, LitDictOut *d, const LitVal *v);
int lit_dictout_end(LitErr *e, LitDictOut *d);
void lit_dictout_drop(LitDictOut *d);

/* End the column: codes [out->n_rows], the dictionary just ended. */
int lit_codes_write(LitErr *e, const LitDictOut *d, const uint32_t *codes,
                    LitSegOut *out);

/* ---- reading ---- */

typedef struct LitColIn {
  const LitSeg *seg;
  int part;
  uint32_t n_codes, n_pages;
  const uint8_t *pages, *blocks;    /* Entries in the info */
} LitColIn;

int lit_colin_open(LitErr *e, LitColIn *c, const LitSeg *s, int column);
static inline int lit_colin_bad(LitErr *e, const LitColIn *c,
                                const char *what) {
  return lit_seg_corrupt(e, c->seg, c->part, what);
}

/* A place in a dictionary.  Zero, set .col, then seek; drop at the end. */
typedef struct LitDict {
  const LitColIn *col;
  const LitChunk *chunk;    /* Held while in `page` */
  const uint8_t *at;        /* The page [n] */
  size_t n;
  uint32_t page, first, count;      /* Its number, first code, values */
  LitIn in;                 /* Behind the value `code` */
  uint32_t code;
  LitVal val;               /* Of `code`; text is in `bytes` */
  int64_t last_int;
  LitBuf bytes;
  size_t same;              /* Of them, those of the value before too */
} LitDict;

int lit_dict_seek(LitErr *e, LitDict *d, uint32_t code);    /* 1 .. n_codes-1 */
int lit_dict_next(LitErr *e, LitDict *d);   /* code + 1, which must exist */
/* The first code whose value is >= v (after: > v); n_codes if there is none. */
int lit_dict_bound(LitErr *e, LitDict *d, const LitVal *v, int after,
                   uint32_t *code);
void lit_dict_drop(LitDict *d);

/* The codes of up to COL_BLOCK rows (cols_codes.c). */
typedef struct LitCodes {
  const LitColIn *col;
  const LitChunk *chunk;    /* NULL if all codes are equal */
  const uint8_t *at;        /* Word i of the rows 64g.. at 8 * (g * width + i) */
  uint32_t n, min, max;     /* Rows; least and greatest code */
  int width;
} LitCodes;

/* What the info says of a block, without reading it. */
int lit_codes_peek(LitErr *e, LitCodes *k, const LitColIn *col, uint32_t block);
/* Lend the words too; give them back. */
int lit_codes_open(LitErr *e, LitCodes *k, const LitColIn *col, uint32_t block);
void lit_codes_close(LitCodes *k);
/* The codes of rows 64g .. 64g+63 into out [64]; those beyond k->n mean nothing.
** LIT_CORRUPT if one is over k->max. */
int lit_codes_group(LitErr *e, const LitCodes *k, uint32_t g, uint32_t *out);
/* The same less k->min, unchecked: of k->width bits. */
void lit_codes_raw(const LitCodes *k, uint32_t g, uint32_t *out);
/* The codes [k->n]; LIT_CORRUPT likewise. */
int lit_codes_all(LitErr *e, const LitCodes *k, uint32_t *out);
uint32_t lit_codes_one(const LitCodes *k, uint32_t row);    /* < k->n */
/* Words [(k->n + 63) / 64] of a set of the block's rows, a bit each: in |= those
** with lo <= code <= hi; min <= lo, hi <= max.  What is beyond k->n means
** nothing. */
void lit_codes_between(const LitCodes *k, uint32_t lo, uint32_t hi,
                       uint64_t *in);

/* The rows of a column by their codes, kept in memory (cols_order.c).  own NULL: it
** is not there, as it is for who asks first; else code c has rows
** [starts[c] .. starts[c+1]-1], ascending.  Close also after an error. */
typedef struct LitColOrder {
  const LitSeg *seg;
  const LitChunk *own;
  const uint32_t *starts, *rows;    /* [n_codes + 1], [n_rows] */
} LitColOrder;

int lit_colorder_open(LitErr *e, LitColOrder *o, const LitColIn *col);
void lit_colorder_close(LitColOrder *o);

/* The codes of a column by their values, kept likewise. */
typedef struct LitColSlot {
  uint64_t key;
  uint32_t tag, code;       /* Code 0: empty */
} LitColSlot;

typedef struct LitColCodes {
  const LitSeg *seg;
  const LitChunk *own;
  const LitColSlot *slots;  /* [mask + 1] */
  size_t mask;
} LitColCodes;

int lit_colcodes_open(LitErr *e, LitColCodes *c, const LitColIn *col);
/* The codes of the values equal to v: *lo .. *end-1; none: lo > end.  d: of that column,
** to look at long ones. */
int lit_colcodes_of(LitErr *e, const LitColCodes *c, LitDict *d, const LitVal *v,
                    uint32_t *lo, uint32_t *end);
/* v will be asked for: its slot is fetched. */
void lit_colcodes_ahead(const LitColCodes *c, const LitVal *v);
void lit_colcodes_close(LitColCodes *c);
#endif
