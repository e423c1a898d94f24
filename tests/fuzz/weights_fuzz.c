/* weights_fuzz.c -- any bytes as a weight file: listing its tensors, and
** reading each, never does more than fail.  The first byte says which kind. */
#include <stdlib.h>
#include <string.h>
#include "model/weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static int cmp_name(const void *a, const void *b) {
  return strcmp(((const LitTensor *)a)->name, ((const LitTensor *)b)->name);
}

static uint64_t n_elements(const LitTensor *t) {
  uint64_t n = 1;
  for (int i = 0; i < t->n_dims; i++) n *= t->dims[i];
  return n;
}

/* Read every float; returned so that no compiler leaves it out. */
static double read_all(LitWeights *w) {
  double sum = 0;
  if (w->n) qsort(w->tensors, w->n, sizeof *w->tensors, cmp_name);
  for (size_t i = 0; i < w->n; i++) {
    LitErr e = {0};
    const LitTensor *t = lit_weights_find(w, w->tensors[i].name);
    const float *v = NULL;
    if (lit_weights_get(&e, w, t->name, t->n_dims, t->dims, &v)) continue;
    for (uint64_t k = 0; k < n_elements(t); k++) sum += (double)v[k];
  }
  return lit_weights_nonfinite(w) ? 0 : sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitWeights w = {.folder = "fuzz"};
  LitFile f = {.at = at + 1, .n = n - 1};
  if (n == 0) return 0;
  if (at[0] % 3 == 2) lit_gguf_list(&e, &w, &f, "model.gguf");
  else if (at[0] & 1) lit_torch_list(&e, &w, &f, "pytorch_model.bin");
  else lit_safetensors_list(&e, &w, &f, "model.safetensors");
  if (!e.rc && read_all(&w) > 1e300) n = 0;
  lit_weights_close(&w);
  return 0;
}
