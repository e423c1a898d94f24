/* normal.c -- the table of normalizers: what a tokenizer does to a text before
** it cuts it. */
#include "text/tokparts.h"
#include "text/normal.h"
#include "base/poison.h"

const LitStepKind *const lit_normals[] = {
  &lit_normal_bert,
  NULL,
};

int lit_normal_load(LitErr *e, LitArena *arena, const json_t *node,
                    LitSteps *out) {
  return lit_steps_load(e, arena, node, lit_normals, "normalizer", out);
}
