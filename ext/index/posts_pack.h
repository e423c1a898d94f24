/* posts_pack.h -- small numbers side by side in w bits each, w = 0..32.
**
** Number i takes the bits i*w .. i*w+w-1, lowest first.  Reading one touches
** 8 bytes from the byte it begins in, so LIT_PACK_SLACK readable bytes must
** follow the last.
**
** A few large ones among up to 128 need not widen all (Zukowski, Heman, Nes and
** Boncz 2006, "Super-Scalar RAM-CPU Cache Compression", PFOR): what is above
** their w bits is a patch, before the packed numbers:
**
**   patch  u8 (n - 1) | (h - 1) << 3, n = 1..8 times u8 which number, ascending,
**          n high parts of h bits, packed
**
** Eight places fit one word, so that looking for one costs no loop.  More would
** save next to nothing: on 94,000 papers 16 to a patch save .3 % more.
*/
#ifndef LIT_POSTS_PACK_H
#define LIT_POSTS_PACK_H
#include "base/buf.h"

enum { LIT_PACK_SLACK = 8, LIT_PATCH = 8 };

/* Bits that v needs. */
static inline unsigned lit_pack_width(uint32_t v) {
  return v ? 32 - (unsigned)__builtin_clz(v) : 0;
}

static inline size_t lit_pack_bytes(size_t n, unsigned w) {
  return (n * w + 7) / 8;
}

static inline uint32_t lit_pack_get(const uint8_t *at, size_t i, unsigned w) {
  size_t bit = i * w;
  return (uint32_t)(lit_get_u64(at + (bit >> 3)) >> (bit & 7) &
                    (((uint64_t)1 << w) - 1));
}

/* All n of them.  Eight numbers end at a byte, so up to 16 bits wide one or two
** words hold them, which only need to be shifted along. */
static inline void lit_pack_all(const uint8_t *at, uint32_t n, unsigned w,
                                uint32_t *out) {
  uint32_t mask = (uint32_t)(((uint64_t)1 << w) - 1), i = 0;
  for (; w <= 16 && i + 8 <= n; i += 8, at += w) {
    uint64_t a = lit_get_u64(at), b = lit_get_u64(at + w / 2) >> (w & 1) * 4;
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++, a >>= w) out[i + k] = (uint32_t)a & mask;
#pragma GCC unroll 4
    for (int k = 4; k < 8; k++, b >>= w) out[i + k] = (uint32_t)b & mask;
  }
  for (uint32_t k = 0; i + k < n; k++)
    out[i + k] = lit_pack_get(at, k, w);
}

/* Eight numbers of w <= 8 bits in one word: their sum, by halves. */
typedef struct LitEights {
  unsigned w;
  uint64_t ones, twos, fours;       /* Every other number, pair, four */
} LitEights;

static inline LitEights lit_eights(unsigned w) {
  uint64_t one = ((uint64_t)1 << w) - 1;
  LitEights m = {w, one, (one << w) + one, 0};
  m.fours = (m.twos << 2 * w) + m.twos;
  m.ones |= m.ones << 2 * w;
  m.ones |= m.ones << 4 * w;
  m.twos |= m.twos << 4 * w;
  return m;
}

static inline uint64_t lit_eights_sum(const LitEights *m, uint64_t x) {
  x = (x & m->ones) + (x >> m->w & m->ones);
  x = (x & m->twos) + (x >> 2 * m->w & m->twos);
  return (x & m->fours) + (x >> 4 * m->w & m->fours);
}

/* The sum of the first n. */
static inline uint64_t lit_pack_sum(const uint8_t *at, uint32_t n, unsigned w) {
  uint64_t sum = 0;
  if (w <= 8) {
    LitEights by = lit_eights(w);
    for (; n >= 8; n -= 8, at += w)
      sum += lit_eights_sum(&by, lit_get_u64(at));
    return sum + lit_eights_sum(&by, lit_get_u64(at) &
                                         (((uint64_t)1 << n * w) - 1));
  }
  for (uint32_t i = 0; i < n; i++) sum += lit_pack_get(at, i, w);
  return sum;
}

static inline void lit_pack_put(LitErr *e, LitBuf *b, const uint32_t *v,
                                size_t n, unsigned w) {
  uint64_t open = 0;
  unsigned have = 0;
  if (lit_buf_room(e, b, lit_pack_bytes(n, w))) return;
  for (size_t i = 0; i < n; i++) {
    open |= (uint64_t)v[i] << have;
    have += w;
    if (have < 32) continue;
    memcpy(b->at + b->n, &open, 4);
    b->n += 4, have -= 32, open >>= 32;
  }
  for (unsigned bit = 0; bit < have; bit += 8)
    b->at[b->n++] = (uint8_t)(open >> bit);
}

/* ---- patches ---- */

/* Zero: there is none. */
typedef struct LitPatch {
  const uint8_t *at;        /* The high parts */
  uint64_t which;           /* A byte each, the first lowest; 255: no more */
  uint8_t n, h;
} LitPatch;

/* The patch of at most `of` numbers of w bits; sets in->bad if it is none. */
static inline LitPatch lit_patch_take(LitIn *in, uint32_t of, unsigned w) {
  unsigned head = lit_in_u8(in), n = (head & 7) + 1, h = (head >> 3) + 1;
  LitPatch p = {NULL, UINT64_MAX, (uint8_t)n, (uint8_t)h};
  const uint8_t *which = lit_in_take(in, n);
  p.at = lit_in_take(in, lit_pack_bytes(n, h));
  if (!p.at || w + h > 32) in->bad = 1;
  for (unsigned k = 0; !in->bad && k < n; k++)
    if (which[k] >= of || (k && which[k] <= which[k - 1])) in->bad = 1;
  if (in->bad) return (LitPatch){0};
  memcpy(&p.which, which, n);
  return p;
}

/* What the patch adds to number i of w bits. */
static inline uint32_t lit_patch_get(const LitPatch *p, uint32_t i, unsigned w) {
  const uint64_t ones = 0x0101010101010101u;
  uint64_t off = p->which ^ ones * i;   /* a byte of 0 where number i is */
  uint64_t at = (off - ones) & ~off & ones << 7;
  if (!at) return 0;
  return lit_pack_get(p->at, (size_t)__builtin_ctzll(at) / 8, p->h) << w;
}

/* What it adds to the sum of the first n of the numbers. */
static inline uint64_t lit_patch_sum(const LitPatch *p, uint32_t n, unsigned w) {
  uint64_t sum = 0;
  for (uint32_t k = 0; k < p->n && (p->which >> 8 * k & 255) < n; k++)
    sum += (uint64_t)lit_pack_get(p->at, k, p->h) << w;
  return sum;
}

/* The patch to the first n of the numbers. */
static inline void lit_patch_all(const LitPatch *p, uint32_t n, unsigned w,
                                 uint32_t *v) {
  for (uint32_t k = 0; k < p->n; k++) {
    uint32_t i = (uint32_t)(p->which >> 8 * k) & 255;
    if (i < n) v[i] += lit_pack_get(p->at, k, p->h) << w;
  }
}

/* How to pack numbers: in w bits, and in a patch what is h bits above them. */
typedef struct LitPacking { unsigned w, h, n; } LitPacking;   /* n 0: no patch */

LitPacking lit_packing(const uint32_t *v, size_t n);
/* The patch, if there is one, and the numbers. */
void lit_packing_put(LitErr *e, LitBuf *b, const uint32_t *v, size_t n,
                     LitPacking how);
#endif
