/* net16_neon.c -- net16.h for aarch64, by float32: its own bfloat16 products
** round in another way. */
#include "kern/net16.h"
#if LIT_NEON
#include <arm_neon.h>
#define NET16 static
#define NET16_LANES 4
#define NET16_FMA(a, b, c) vfmaq_f32(c, a, b)
#include "kern/net16_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

const LitNet16 lit_net16_neon = {
  .isa = "neon", .runs_here = runs_here, .round = net16_round,
  .tile = net16_tile,
};
#endif
