/* decode_fuzz.c -- any bytes as each kind of blob: JSON, or what is wrong.  The
** first bytes are the numbers that a kind is told. */
#include "index/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  const LitDecoder *d;
  LitBuf out = {0};
  uint32_t p[LIT_DECODE_NUMBERS];
  for (size_t i = 0; (d = lit_decoder_row(i)) != NULL; i++) {
    LitErr e = {0};
    size_t told = 0;
    for (int k = 0; k < LIT_DECODE_NUMBERS && d->cut; k++) {
      const LitSpecNumber *of = &d->numbers[k];
      double v = of->lo + (n > told ? at[told++] % 8 : 0);
      p[k] = (uint32_t)(v < of->hi ? v : of->hi);
    }
    out.n = 0;
    lit_decode(&e, "fuzz", d, p, at + told, n - told, &out);
  }
  lit_buf_drop(&out);
  return 0;
}
