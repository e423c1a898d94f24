/* pretok.c -- the table of pre-tokenizers, and the modes of cutting. */
#include <strings.h>
#include "text/pretok.h"
#include "base/poison.h"

const LitStepKind *const lit_pretoks[] = {
  &lit_pretok_bert, &lit_pretok_whitespace_split, &lit_pretok_punctuation,
  &lit_pretok_digits, &lit_pretok_whitespace, &lit_pretok_delimiter,
  &lit_pretok_length, &lit_pretok_bytes, &lit_pretok_split,
  &lit_pretok_metaspace, &lit_pretok_script,
  NULL,
};

int lit_pretok_load(LitErr *e, LitArena *arena, const json_t *node,
                    LitSteps *out) {
  return lit_steps_load(e, arena, node, lit_pretoks, "pre_tokenizer", out);
}

int lit_cut_mode(LitErr *e, const json_t *node, LitCutMode def,
                 LitCutMode *out) {
  static const char *const names[] = {"Removed", "Isolated",
      "MergedWithPrevious", "MergedWithNext", "Contiguous"};
  const char *name = json_string_value(json_object_get(node, "behavior"));
  *out = def;
  if (!name) return LIT_OK;
  for (int i = 0; i < 5; i++)
    if (strcasecmp(names[i], name) == 0) return *out = (LitCutMode)i, LIT_OK;
  return lit_fail(e, LIT_CORRUPT, "%s: unknown behavior '%.60s'",
                  lit_tokjson_type(node), name);
}
