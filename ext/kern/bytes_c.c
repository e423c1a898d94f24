/* bytes_c.c -- bytes.h in plain C: the definition. */
#include "kern/bytes.h"
#include "base/poison.h"

static int runs_here(void) { return 1; }

static LitBytes look_block(const LitBytesKind *kind, const uint8_t *s) {
  LitBytes b = {0, 0, 0};
  unsigned open = kind->open[s[0]], next;
  for (int i = 0; i < LIT_BYTES; i++, open = next) {
    next = kind->open[s[i + 1]];
    b.pairs |= (uint64_t)((open & kind->close[s[i + 1]]) != 0) << i;
    b.members |= (uint64_t)(open / LIT_BYTES_MEMBER) << i;
    b.high |= (uint64_t)(s[i] >> 7) << i;
  }
  return b;
}

static void look(const LitBytesKind *kind, const uint8_t *s, size_t n,
                 LitBytes *out) {
  for (size_t k = 0; k < n; k++) out[k] = look_block(kind, s + k * LIT_BYTES);
}

const LitBytesKern lit_bytes_c = {
  .isa = "c", .runs_here = runs_here, .look = look,
};
