/* netq8_neon.c -- netq8.h for any aarch64; products go through 16 bits. */
#include "kern/netq8.h"
#if LIT_NEON
#include <arm_neon.h>
#include <string.h>
#define NETQ8 static
#define NETQ8_LANES 4
#define NETQ8_ROWS 4
#define NETQ8_FMA(a, b, c) vfmaq_f32(c, a, b)
#define NETQ8_HALF(at) half(at)
#include "kern/netq8_lanes.h"

static int runs_here(void) { return 1; }

static inline float half(const uint8_t *at) {
  float16_t h;
  memcpy(&h, at, sizeof h);
  return (float)h;
}

static inline void four(IQ8 *sum, const uint8_t *w, const int8_t *x) {
  int8x16_t q = vld1q_s8(x);
  int32_t all;
  int8x8_t by;
  int32x4_t lo, hi;
  memcpy(&all, w, sizeof all);
  by = vreinterpret_s8_s32(vdup_n_s32(all));
  lo = vpaddlq_s16(vmull_s8(vget_low_s8(q), by));
  hi = vpaddlq_s16(vmull_s8(vget_high_s8(q), by));
  *sum += (IQ8)vpaddq_s32(lo, hi);
}

#include "kern/netq8_body.h"
#include "base/poison.h"

const LitNetQ8 lit_netq8_neon = {
  .isa = "neon", .runs_here = runs_here, .quantize = netq8_quantize,
  .tile = netq8_tile,
};
#endif
