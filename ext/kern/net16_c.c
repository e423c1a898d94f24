/* net16_c.c -- net16.h in plain C: what the fast ones are checked against */
#include "kern/net16.h"
#define NET16 static
#define NET16_LANES 4
#include "kern/net16_body.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

uint32_t lit_bf16_round(float x) {
  float row[16] = {x};
  uint32_t out[16];
  net16_round(row, 1, out);
  return out[0] << 16;
}

const LitNet16 lit_net16_c = {
  .isa = "c", .runs_here = runs_here, .round = net16_round, .tile = net16_tile,
};
