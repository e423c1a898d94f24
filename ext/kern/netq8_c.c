/* netq8_c.c -- netq8.h in plain C: what the fast ones are checked against */
#include <math.h>
#include <string.h>
#include "kern/netq8.h"
#define NETQ8 static
#define NETQ8_LANES 4
#define NETQ8_ROWS 4
#define NETQ8_FMA(a, b, c) add(a, b, c)
#define NETQ8_HALF(at) half(at)
#include "kern/netq8_lanes.h"

static int runs_here(void) { return 1; }

static VQ8 add(VQ8 a, VQ8 b, VQ8 c) {
  for (int i = 0; i < NETQ8_LANES; i++) c[i] = fmaf(a[i], b[i], c[i]);
  return c;
}

static float half(const uint8_t *at) {
  float f;
  lit_kern_c.widen_f16(at, &f, 1);
  return f;
}

static void four(IQ8 *sum, const uint8_t *w, const int8_t *x) {
  for (int i = 0; i < NETQ8_LANES; i++)
    for (int k = 0; k < 4; k++) (*sum)[i] += (int8_t)w[k] * x[4 * i + k];
}

#include "kern/netq8_body.h"
#include "base/poison.h"

const LitNetQ8 lit_netq8_c = {
  .isa = "c", .runs_here = runs_here, .quantize = netq8_quantize,
  .tile = netq8_tile,
};
