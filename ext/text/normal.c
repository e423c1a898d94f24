/* normal.c -- the table of normalizers: what a tokenizer does to a text before
** it cuts it. */
#include "text/tokparts.h"
#include "text/normal.h"
#include "base/poison.h"

const LitStepKind *const lit_normals[] = {
  &lit_normal_bert, &lit_normal_nfc, &lit_normal_nfd, &lit_normal_nfkc,
  &lit_normal_nfkd, &lit_normal_lower, &lit_normal_accents, &lit_normal_strip,
  &lit_normal_prepend, &lit_normal_nmt, &lit_normal_bytes,
  &lit_normal_replace, &lit_normal_charsmap,
  NULL,
};

int lit_normal_load(LitErr *e, LitArena *arena, const json_t *node,
                    LitSteps *out) {
  return lit_steps_load(e, arena, node, lit_normals, "normalizer", out);
}
