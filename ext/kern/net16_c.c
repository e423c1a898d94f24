/* net16_c.c -- net16.h in plain C: what the fast ones are checked against */
#include "kern/net16.h"
#define NET16 static
#define NET16_LANES 4
#include "kern/net16_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

uint32_t lit_bf16_round(float x) {
  uint32_t u, size;
  memcpy(&u, &x, sizeof u);
  size = u & 0x7FFFFFFF;
  if (size > 0x7F800000) return 0x7FC00000;
  if (size < (127 - 40) << 23) return 0;
  return (u + 0x7FFF + (u >> 16 & 1)) & 0xFFFF0000;
}

const LitNet16 lit_net16_c = {
  .isa = "c", .runs_here = runs_here, .round = net16_round, .tile = net16_tile,
};
