/* bytes_neon.c -- bytes.h for 64-bit ARM: TBL looks up a quarter of a table by
** six bits, and gives zero beyond it. */
#include "kern/bytes.h"
#if LIT_NEON
#include <arm_neon.h>
#include "base/poison.h"

enum { WIDE = 16, QUARTER = 64 };

static int runs_here(void) { return 1; }

LIT_INLINE uint8x16_t all(const uint8_t *table, uint8x16_t c) {
  uint8x16_t sum = vqtbl4q_u8(vld1q_u8_x4(table), c);
  for (int k = 1; k < 4; k++) {
    const uint8x16_t at = vsubq_u8(c, vdupq_n_u8((uint8_t)(k * QUARTER)));
    if (k == 2 && vmaxvq_u8(c) < 2 * QUARTER) break;
    sum = vorrq_u8(sum, vqtbl4q_u8(vld1q_u8_x4(table + k * QUARTER), at));
  }
  return sum;
}

/* Bit i of the result: byte i of the four is not zero, but all ones. */
LIT_INLINE uint64_t bits(const uint8x16_t is[4]) {
  static const uint8_t weights[WIDE] = {1, 2, 4, 8, 16, 32, 64, 128,
                                        1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t w = vld1q_u8(weights);
  const uint8x16_t low = vpaddq_u8(vandq_u8(is[0], w), vandq_u8(is[1], w));
  const uint8x16_t high = vpaddq_u8(vandq_u8(is[2], w), vandq_u8(is[3], w));
  const uint8x16_t sum = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

LIT_INLINE LitBytes look_block(const LitBytesKind *kind, const uint8_t *s) {
  const uint8x16_t top = vdupq_n_u8(LIT_BYTES_MEMBER);
  uint8x16_t pairs[4], members[4], high[4];
  for (int i = 0; i < 4; i++) {
    const uint8x16_t c = vld1q_u8(s + WIDE * i);
    const uint8x16_t open = all(kind->open, c);
    pairs[i] = vtstq_u8(open, all(kind->close, vld1q_u8(s + WIDE * i + 1)));
    members[i] = vtstq_u8(open, top), high[i] = vtstq_u8(c, top);
  }
  return (LitBytes){bits(pairs), bits(members), bits(high)};
}

static void look(const LitBytesKind *kind, const uint8_t *s, size_t n,
                 LitBytes *out) {
  for (size_t k = 0; k < n; k++) out[k] = look_block(kind, s + k * LIT_BYTES);
}

const LitBytesKern lit_bytes_neon = {
  .isa = "neon", .runs_here = runs_here, .look = look,
};
#endif
