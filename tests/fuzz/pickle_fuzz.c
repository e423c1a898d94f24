/* pickle_fuzz.c -- any bytes as the pickle of torch.save */
#include <string.h>
#include "model/pickle.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitArena names = {0};
  LitPickle out;
  size_t length = 0;
  if (!lit_pickle_read(&e, &names, "fuzz", at, n, &out))
    for (size_t i = 0; i < out.n; i++)
      length += strlen(out.at[i].name) + strlen(out.at[i].storage);
  lit_free(out.at);
  lit_arena_drop(&names);
  return length > SIZE_MAX / 2;
}
