/* arch.c -- the table of architectures, and all kinds for lit_kinds */
#include "model/blocks.h"
#include "model/parts.h"
#include "base/poison.h"

extern const LitArch lit_arch_bert, lit_arch_roberta, lit_arch_xlm_roberta,
                     lit_arch_distilbert, lit_arch_mpnet,
                     lit_arch_modernbert, lit_arch_nomic, lit_arch_qwen3,
                     lit_arch_model2vec, lit_arch_static;

static const LitArch *const rows[] = {
  &lit_arch_bert,
  &lit_arch_roberta,
  &lit_arch_xlm_roberta,
  &lit_arch_distilbert,
  &lit_arch_mpnet,
  &lit_arch_modernbert,
  &lit_arch_nomic,
  &lit_arch_qwen3,
  &lit_arch_model2vec,
  &lit_arch_static,
};

const LitArch *lit_arch_row(size_t i) {
  return i < sizeof rows / sizeof *rows ? rows[i] : NULL;
}

int lit_model_kind(size_t i, LitModelKind *out) {
  size_t n = sizeof rows / sizeof *rows;
  const LitArch *a = lit_arch_row(i);
  const LitPool *p;
  const LitModelOpt *o;
  const LitBlock *b;
  if (a) *out = (LitModelKind){"architecture", a->name, a->doc};
  if (a) return 1;
  for (i -= n, n = 0; (p = lit_pool_row(n)) != NULL; n++)
    if (n == i) return *out = (LitModelKind){"pooling", p->name, p->doc}, 1;
  for (i -= n, n = 0; (o = lit_model_opt_row(n)) != NULL; n++)
    if (n == i) return *out = (LitModelKind){"model option", o->name, o->doc}, 1;
  b = lit_block_row(i - n);
  if (b) *out = (LitModelKind){"weight block", b->name, b->doc};
  return b != NULL;
}
