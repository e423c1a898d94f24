/* net16_avx2.c -- net16.h for x86-64 with AVX2 and FMA. */
#include "kern/net16.h"
#if LIT_X86
#include <immintrin.h>
#define NET16 LIT_TARGET("avx2,fma") static
#define NET16_LANES 8
#define NET16_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#include "kern/net16_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const LitNet16 lit_net16_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .round = net16_round,
  .tile = net16_tile,
};
#endif
