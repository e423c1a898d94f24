/* act_c.c -- act.h for the instruction set that the compiler aims at by itself */
#include "kern/act.h"
#define ACT_LANES 4
#define ACT static
#include "kern/act_body.h"
#include "base/poison.h"

static int runs_here(void) {
  return 1;
}

const LitAct lit_act_c = {
  .isa = "c", .runs_here = runs_here, .bias = act_bias,
  .gelu = act_gelu, .relu = act_relu, .softmax = act_softmax,
  .norm = act_norm, .add_norm = act_add_norm,
};
