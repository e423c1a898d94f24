/* act_avx512.c -- act.h for x86-64 with AVX-512F */
#include "kern/act.h"
#if LIT_X86
#define ACT_LANES 16
#define ACT LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx2") static
#include "kern/act_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

const LitAct lit_act_avx512 = {
  .isa = "avx512", .runs_here = runs_here, .bias = act_bias,
  .gelu = act_gelu, .relu = act_relu, .softmax = act_softmax,
  .norm = act_norm, .add_norm = act_add_norm,
};
#endif
