/* posts_pack.c -- how to pack numbers in the fewest bytes, see posts_pack.h */
#include "index/posts_pack.h"
#include "base/poison.h"

enum {
  PATCHED = 128,            /* Numbers that a patch can tell apart */
  WORTH = 2                 /* Bytes that a patch must save: it costs time */
};

/* How many of the numbers are w bits wide, into wide [33]; the greatest w. */
static unsigned count_widths(const uint32_t *v, size_t n, uint32_t *wide) {
  uint32_t other[33] = {0};   /* two, lest each count wait for the one before */
  size_t i = 0;
  unsigned most = 32;
  memset(wide, 0, 33 * sizeof *wide);
  for (; i + 2 <= n; i += 2) {
    wide[63 - __builtin_clzll((uint64_t)v[i] << 1 | 1)]++;
    other[63 - __builtin_clzll((uint64_t)v[i + 1] << 1 | 1)]++;
  }
  if (i < n) wide[lit_pack_width(v[i])]++;
  for (unsigned w = 0; w <= 32; w++) wide[w] += other[w];
  while (most && !wide[most]) most--;
  return most;
}

LitPacking lit_packing(const uint32_t *v, size_t n) {
  uint32_t wide[33], above = 0;
  unsigned most = count_widths(v, n, wide);
  size_t least = lit_pack_bytes(n, most);
  LitPacking best = {.w = most};
  if (n > PATCHED || least < WORTH) return best;
  least -= WORTH;
  for (unsigned w = most; w-- > 0 && (above += wide[w + 1]) <= LIT_PATCH;) {
    size_t bytes = lit_pack_bytes(n, w) + 1 + above +
                   lit_pack_bytes(above, most - w);
    if (bytes <= least) least = bytes, best = (LitPacking){w, most - w, above};
  }
  return best;
}

void lit_packing_put(LitErr *e, LitBuf *b, const uint32_t *v, size_t n,
                     LitPacking how) {
  uint32_t low[PATCHED], high[LIT_PATCH], k = 0;
  uint8_t which[LIT_PATCH];
  if (!how.n) {
    lit_pack_put(e, b, v, n, how.w);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    low[i] = v[i] & (uint32_t)(((uint64_t)1 << how.w) - 1);
    if (low[i] == v[i]) continue;
    which[k] = (uint8_t)i;
    high[k++] = v[i] >> how.w;
  }
  lit_buf_u8(e, b, (how.n - 1) | (how.h - 1) << 3);
  lit_buf_put(e, b, which, how.n);
  lit_pack_put(e, b, high, how.n, how.h);
  lit_pack_put(e, b, low, n, how.w);
}
