/* act_avx2.c -- act.h for x86-64 with AVX2 */
#include "kern/act.h"
#if LIT_X86
#define ACT_LANES 8
#define ACT LIT_TARGET("avx2") static
#include "kern/act_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx2");
}

const LitAct lit_act_avx2 = {
  .isa = "avx2", .runs_here = runs_here, .bias = act_bias,
  .gelu = act_gelu, .relu = act_relu, .softmax = act_softmax,
  .norm = act_norm, .add_norm = act_add_norm,
};
#endif
