/* posts_pack.h -- small numbers side by side in w bits each, w = 0..32.
**
** Number i takes the bits i*w .. i*w+w-1, lowest first.  Reading one touches
** 8 bytes from the byte it begins in, so LIT_PACK_SLACK readable bytes must
** follow the last.
*/
#ifndef LIT_POSTS_PACK_H
#define LIT_POSTS_PACK_H
#include "base/buf.h"

enum { LIT_PACK_SLACK = 8 };

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

static inline void lit_pack_put(LitErr *e, LitBuf *b, const uint32_t *v,
                                size_t n, unsigned w) {
  uint64_t open = 0;
  unsigned have = 0;
  if (lit_buf_room(e, b, lit_pack_bytes(n, w))) return;
  for (size_t i = 0; i < n; i++) {
    open |= (uint64_t)v[i] << have;
    for (have += w; have >= 8; have -= 8, open >>= 8)
      b->at[b->n++] = (uint8_t)open;
  }
  if (have) b->at[b->n++] = (uint8_t)open;
}
#endif
