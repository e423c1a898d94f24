/* netq8_neondot.c -- netq8.h for aarch64 with SDOT (ARMv8.2 and later), each lane
** of which takes four products at once: 12 rows are 12 sums in registers, and
** as many of blocks. */
#include "kern/netq8.h"
#if LIT_NEON && (!defined(__clang__) || defined(__ARM_FEATURE_DOTPROD))
#include <arm_neon.h>
#include <string.h>
#include <sys/auxv.h>
#define NETQ8 __attribute__((target("arch=armv8.2-a+dotprod"))) static
#define NETQ8_LANES 4
#define NETQ8_ROWS 12
#define NETQ8_FMA(a, b, c) vfmaq_f32(c, a, b)
#define NETQ8_HALF(at) half(at)
#include "kern/netq8_lanes.h"

enum { HAS_DOT = 1 << 20 };           /* of AT_HWCAP */

static int runs_here(void) { return (getauxval(AT_HWCAP) & HAS_DOT) != 0; }

NETQ8 inline float half(const uint8_t *at) {
  float16_t h;
  memcpy(&h, at, sizeof h);
  return (float)h;
}

NETQ8 inline void four(IQ8 *sum, const uint8_t *w, const int8_t *x) {
  int32_t all;
  memcpy(&all, w, sizeof all);
  *sum = (IQ8)vdotq_s32((int32x4_t)*sum, vld1q_s8(x),
                        vreinterpretq_s8_s32(vdupq_n_s32(all)));
}

#include "kern/netq8_body.h"
#include "base/poison.h"

const LitNetQ8 lit_netq8_neondot = {
  .isa = "neondot", .runs_here = runs_here, .quantize = netq8_quantize,
  .tile = netq8_tile,
};
#endif
