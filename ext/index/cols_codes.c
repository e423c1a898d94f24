/* cols_codes.c -- the codes of a FILTER column, a bit of 64 rows to a word, and
** the opening of a column (format: cols_part.h) */
#include "base/mem.h"
#include "index/cols_part.h"
#include "kern/kern.h"
#include "base/poison.h"

/* Bits that the number v needs. */
static int width_of(uint32_t v) { return v ? 32 - __builtin_clz(v) : 0; }

static uint32_t n_blocks(uint32_t n_rows) {
  return n_rows / COL_BLOCK + (n_rows % COL_BLOCK != 0);
}

static uint32_t rows_of(uint32_t n_rows, uint32_t block) {
  uint32_t left = n_rows - block * COL_BLOCK;
  return left < COL_BLOCK ? left : COL_BLOCK;
}

/* ---- writing ---- */

/* Words of the codes [n], n <= 64, less min. */
static void put_group(LitErr *e, LitBuf *out, const uint32_t *codes,
                      uint32_t n, uint32_t min, int width) {
  uint64_t words[32] = {0};
  for (uint32_t i = 0; i < n; i++)
    for (int b = 0; b < width; b++)
      words[width - 1 - b] |= (uint64_t)((codes[i] - min) >> b & 1) << i;
  lit_buf_put(e, out, words, (size_t)width * sizeof *words);
}

static void put_block(LitErr *e, LitPart *part, LitBuf *info, LitBuf *scratch,
                      const uint32_t *codes, uint32_t n) {
  uint32_t min = UINT32_MAX, max = 0;
  LitPlace place;
  for (uint32_t i = 0; i < n; i++) {
    if (codes[i] < min) min = codes[i];
    if (codes[i] > max) max = codes[i];
  }
  scratch->n = 0;
  for (uint32_t i = 0; i < n; i += 64)
    put_group(e, scratch, codes + i, n - i < 64 ? n - i : 64, min,
              width_of(max - min));
  place = lit_part_put(e, part, scratch->at, scratch->n);
  lit_buf_u32(e, info, min);
  lit_buf_u32(e, info, max);
  lit_buf_u32(e, info, place.chunk);
  lit_buf_u32(e, info, place.at);
}

int lit_codes_write(LitErr *e, const LitDictOut *d, const uint32_t *codes,
                    LitSegOut *out) {
  LitBuf info = {0}, scratch = {0};
  lit_buf_u8(e, &info, COL_VERSION);
  lit_buf_u32(e, &info, d->n_codes);
  lit_buf_u32(e, &info, (uint32_t)(d->pages.n / COL_ENTRY));
  lit_buf_put(e, &info, d->pages.at, d->pages.n);
  for (uint32_t i = 0; i < n_blocks(out->n_rows) && !e->rc; i++)
    put_block(e, d->part, &info, &scratch, codes + (size_t)i * COL_BLOCK,
              rows_of(out->n_rows, i));
  lit_segout_enter(e, out, d->part, info.at, info.n);
  lit_buf_drop(&info);
  lit_buf_drop(&scratch);
  return e->rc;
}

/* ---- reading ---- */

int lit_colin_open(LitErr *e, LitColIn *c, const LitSeg *s, int column) {
  const LitPartInfo *p = lit_seg_part(s, LIT_PART_COLS + column);
  uint32_t before = 0, first;
  LitIn in;
  *c = (LitColIn){.seg = s, .part = LIT_PART_COLS + column};
  if (!p) return lit_colin_bad(e, c, "a FILTER column is missing");
  in = lit_in(p->info, p->n_info);
  if (lit_in_u8(&in) != COL_VERSION)
    return lit_colin_bad(e, c, "a FILTER column of another format");
  c->n_codes = lit_in_u32(&in);
  c->n_pages = lit_in_u32(&in);
  c->pages = lit_in_take(&in, (size_t)c->n_pages * COL_ENTRY);
  c->blocks = lit_in_take(&in, (size_t)n_blocks(s->n_rows) * COL_ENTRY);
  if (in.bad || in.at != in.end || (c->n_codes > 1) != (c->n_pages > 0) ||
      c->n_codes == 0 || c->n_codes - 1 > p->bytes / 2)
    return lit_colin_bad(e, c, "the directory of a FILTER column");
  for (uint32_t i = 0; i < c->n_pages; i++, before = first) {
    first = lit_get_u32(c->pages + (size_t)i * COL_ENTRY);
    if (first <= before || first >= c->n_codes || (i == 0 && first != 1))
      return lit_colin_bad(e, c, "the pages of a FILTER column");
  }
  return LIT_OK;
}

int lit_codes_peek(LitErr *e, LitCodes *k, const LitColIn *col,
                   uint32_t block) {
  const uint8_t *entry = col->blocks + (size_t)block * COL_ENTRY;
  *k = (LitCodes){.col = col, .n = rows_of(col->seg->n_rows, block),
                  .at = entry,          /* of no width, none is read */
                  .min = lit_get_u32(entry), .max = lit_get_u32(entry + 4)};
  k->width = width_of(k->max - k->min);
  if (k->min > k->max || k->max >= col->n_codes)
    return lit_colin_bad(e, col, "a code without a value");
  return LIT_OK;
}

int lit_codes_open(LitErr *e, LitCodes *k, const LitColIn *col,
                   uint32_t block) {
  const uint8_t *entry = col->blocks + (size_t)block * COL_ENTRY;
  uint32_t at = lit_get_u32(entry + 12);
  size_t need;
  if (lit_codes_peek(e, k, col, block) || k->width == 0) return e->rc;
  need = (size_t)(k->n + 63) / 64 * (size_t)k->width * 8;
  k->chunk = lit_seg_chunk(e, col->seg, col->part, lit_get_u32(entry + 8));
  if (!k->chunk) return e->rc;
  if (at > k->chunk->n || need > k->chunk->n - at) {
    lit_codes_close(k);
    return lit_colin_bad(e, col, "codes out of their chunk");
  }
  k->at = k->chunk->at + at;
  return LIT_OK;
}

void lit_codes_close(LitCodes *k) {
  if (k->chunk) lit_seg_give(k->col->seg, k->chunk);
  k->chunk = NULL;
}

static uint64_t word(const LitCodes *k, uint32_t g, int i) {
  return lit_get_u64(k->at + 8 * ((size_t)g * (size_t)k->width + (size_t)i));
}

void lit_codes_raw(const LitCodes *k, uint32_t g, uint32_t *out) {
  lit_kern()->unslice(k->at + 8 * (size_t)g * (size_t)k->width, k->width, out);
}

int lit_codes_group(LitErr *e, const LitCodes *k, uint32_t g, uint32_t *out) {
  uint32_t most = 0;
  lit_codes_raw(k, g, out);
  for (int i = 0; i < 64; i++) most = out[i] > most ? out[i] : most;
  for (int i = 0; i < 64; i++) out[i] += k->min;
  if (most > k->max - k->min)
    return lit_colin_bad(e, k->col, "a code over its block's greatest");
  return LIT_OK;
}

int lit_codes_all(LitErr *e, const LitCodes *k, uint32_t *out) {
  uint32_t group[64];
  for (uint32_t i = 0; i < k->n; i += 64) {
    uint32_t n = k->n - i < 64 ? k->n - i : 64;
    if (lit_codes_group(e, k, i / 64, group)) return e->rc;
    memcpy(out + i, group, n * sizeof *out);
  }
  return LIT_OK;
}

uint32_t lit_codes_one(const LitCodes *k, uint32_t row) {
  uint32_t code = 0;
  for (int i = 0; i < k->width; i++)
    code = code << 1 | (uint32_t)(word(k, row / 64, i) >> (row % 64) & 1);
  return k->min + code;
}

enum { STEP = 4 };          /* Groups at once: one by one, each bit waits for the last */

/* From the lowest bit to the highest, a code is less than lo if their bits say so,
** or are alike and those below said so: the majority of ~bit, bit of lo, and what
** was so far. */
static uint64_t majority(uint64_t a, uint64_t b, uint64_t c) {
  return (a & b) | ((a | b) & c);
}

/* The bits of v, each as a word, the highest first: out [width].  How many there
** are without the lowest ones that are not `last`, which decide nothing. */
static int spread(uint32_t v, int width, uint32_t last, uint64_t *out) {
  int n = width;
  for (int i = 0; i < width; i++)
    out[i] = 0 - (uint64_t)(v >> (width - 1 - i) & 1);
  while (n > 0 && out[n - 1] != 0 - (uint64_t)last) n--;
  return n;
}

/* Of STEP groups, the words of each `width` after those of the one before: what the
** n highest bits say against `bound`, flipped or not. */
static void compare(const uint8_t *at, int width, int n, const uint64_t *bound,
                    uint64_t flip, uint64_t *out) {
  size_t next = 8 * (size_t)width;
  uint64_t a = 0, b = 0, c = 0, d = 0;
  for (int i = n; i-- > 0; ) {
    const uint8_t *w = at + 8 * i;
    a = majority(lit_get_u64(w) ^ flip, bound[i], a);
    b = majority(lit_get_u64(w + next) ^ flip, bound[i], b);
    c = majority(lit_get_u64(w + 2 * next) ^ flip, bound[i], c);
    d = majority(lit_get_u64(w + 3 * next) ^ flip, bound[i], d);
  }
  out[0] = a, out[1] = b, out[2] = c, out[3] = d;
}

void lit_codes_between(const LitCodes *k, uint32_t lo, uint32_t hi,
                       uint64_t *in) {
  uint64_t low[32], high[32];
  int n_low = lo > k->min ? spread(lo - k->min, k->width, 1, low) : 0;
  int n_high = hi < k->max ? spread(hi - k->min, k->width, 0, high) : 0;
  const uint8_t *at = k->at;
  uint32_t n = (k->n + 63) / 64, g = 0;
  for (int i = 0; i < n_high; i++) high[i] = ~high[i];
  for (; g + STEP <= n; g += STEP, at += 8 * k->width * STEP) {
    uint64_t less[STEP], more[STEP];
    compare(at, k->width, n_low, low, ~(uint64_t)0, less);
    compare(at, k->width, n_high, high, 0, more);
    for (int j = 0; j < STEP; j++) in[g + (uint32_t)j] |= ~(less[j] | more[j]);
  }
  for (; g < n; g++, at += 8 * k->width) {
    uint64_t less = 0, more = 0;
    for (int i = n_low; i-- > 0; )
      less = majority(~lit_get_u64(at + 8 * i), low[i], less);
    for (int i = n_high; i-- > 0; )
      more = majority(lit_get_u64(at + 8 * i), high[i], more);
    in[g] |= ~(less | more);
  }
}
