/* vectext_fuzz.c -- any bytes as the text of a vector: an error with words, or
** a vector that is written, and read again as the same.
**
** The first byte says of which elements. */
#include <string.h>
#include "vec/vec.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static void same(const LitVec *a, const LitVec *b) {
  if (a->dim != b->dim ||
      memcmp(a->at, b->at, lit_vec_bytes(a->type, a->dim)) != 0)
    __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  static const LitElem types[] = {LIT_F32, LIT_F16, LIT_BF16, LIT_I8, LIT_BIT};
  LitErr e = {0};
  LitVec v = {0}, again = {0};
  LitBuf text = {0}, second = {0};
  LitElem type;
  if (n == 0) return 0;
  type = types[at[0] % (sizeof types / sizeof *types)];
  if (!lit_vec_from_text(&e, "fuzz", type, (const char *)at + 1, n - 1, &v)) {
    lit_vec_put_text(&e, &text, &v);
    if (type != LIT_BIT && !lit_vec_from_text(&e, "fuzz", type,
                                              (const char *)text.at, text.n,
                                              &again))
      same(&v, &again);
    lit_vec_put_text(&e, &second, &v);
    if (e.rc || second.n != text.n) __builtin_trap();
  } else if (!e.msg[0]) {
    __builtin_trap();
  }
  lit_vec_drop(&v);
  lit_vec_drop(&again);
  lit_buf_drop(&text);
  lit_buf_drop(&second);
  return 0;
}
