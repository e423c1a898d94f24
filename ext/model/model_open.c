/* model_open.c -- a folder of files becomes a model */
#include "model/parts.h"
#include "base/poison.h"

LitModel *lit_model_open(LitErr *e, const char *path) {
  lit_fail(e, LIT_MISMATCH, "%s: no model architecture is known yet", path);
  return NULL;
}

void lit_model_close(LitModel *m) {
  if (!m) return;
  lit_free(m->name);
  lit_free(m->path);
  lit_free(m);
}

void lit_model_take_hash(LitModel *m) { (void)m; }

const char *lit_model_arch(const LitModel *m) { return m ? "none" : ""; }

int lit_model_embed(LitErr *e, const LitModel *m, LitEmbedUse use,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop) {
  (void)m, (void)use, (void)texts, (void)n, (void)out;
  return lit_stopped(e, stop);
}
