/* posts_pack.c -- how to pack numbers in the fewest bytes, see posts_pack.h */
#include "index/posts_pack.h"
#include "base/poison.h"

enum {
  PATCHED = 128,            /* Numbers that a patch can tell apart */
  FEW = 16,                 /* Fewer seldom gain by one, and most lists are short */
  WORTH = 2                 /* Bytes that a patch must save: it costs time */
};

/* How many of the numbers need w bits: two counts each, lest one wait for the
** one before. */
typedef struct Widths { uint32_t n[33][2]; } Widths;

static void count_widths(const uint32_t *v, size_t n, Widths *out) {
  size_t i = 0;
  memset(out, 0, sizeof *out);
  for (; i + 2 <= n; i += 2) {
    out->n[63 - __builtin_clzll((uint64_t)v[i] << 1 | 1)][0]++;
    out->n[63 - __builtin_clzll((uint64_t)v[i + 1] << 1 | 1)][1]++;
  }
  if (i < n) out->n[lit_pack_width(v[i])][0]++;
}

LitPacking lit_packing(const uint32_t *v, size_t n) {
  uint32_t all = 0, above = 0;
  LitPacking best = {0};
  Widths wide;
  unsigned most;
  size_t least;
  for (size_t i = 0; i < n; i++) all |= v[i];
  best.w = most = lit_pack_width(all);
  if (n < FEW || n > PATCHED || most == 0) return best;
  count_widths(v, n, &wide);
  least = lit_pack_bytes(n, most) - WORTH;
  for (unsigned w = most; w-- > 0;) {
    size_t bytes;
    above += wide.n[w + 1][0] + wide.n[w + 1][1];
    if (above > LIT_PATCH) break;
    bytes = lit_pack_bytes(n, w) + 1 + above + lit_pack_bytes(above, most - w);
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
