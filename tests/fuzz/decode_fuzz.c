/* decode_fuzz.c -- any bytes as each kind of blob: JSON, or what is wrong. */
#include "index/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  const LitDecoder *d;
  LitBuf out = {0};
  for (size_t i = 0; (d = lit_decoder_row(i)) != NULL; i++) {
    LitErr e = {0};
    out.n = 0;
    lit_decode(&e, "fuzz", d, at, n, &out);
  }
  lit_buf_drop(&out);
  return 0;
}
