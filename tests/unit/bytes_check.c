/* bytes_check.c -- kern/bytes.h: plain C gives what its head says, every other
** row gives the bits of plain C; nothing beyond 65 bytes counts. */
#include <stdio.h>
#include <string.h>
#include "kern/bytes.h"

static int bad;
static uint32_t seed = 1;
static uint32_t rnd(void) {
  return (seed = seed * 1664525u + 1013904223u) >> 8;
}

/* Every byte beside every other. */
static void check_meaning(const LitBytesKind *kind) {
  uint8_t s[LIT_BYTES + 1];
  for (int a = 0; a < 256; a++)
    for (int b = 0; b < 256; b++) {
      LitBytes got;
      int pair = (kind->open[a] & kind->close[b]) != 0;
      int back = (kind->open[b] & kind->close[a]) != 0;
      for (int i = 0; i <= LIT_BYTES; i++) s[i] = (uint8_t)(i % 2 ? b : a);
      lit_bytes_c.look(kind, s, 1, &got);
      for (int i = 0; i < LIT_BYTES; i++)
        if ((got.pairs >> i & 1) != (uint64_t)(i % 2 ? back : pair) ||
            (got.members >> i & 1) != kind->open[s[i]] >> 7u ||
            (got.high >> i & 1) != s[i] >> 7u)
          bad++;
    }
  if (bad) printf("c: %d bits are wrong\n", bad);
}

/* Some blocks at once, each as plain C has it alone. */
static void check_row(const LitBytesKern *k, const LitBytesKind *kind) {
  enum { MOST = 3 };
  uint8_t text[(MOST + 1) * LIT_BYTES + 2];
  for (int turn = 0; turn < 20000; turn++) {
    const uint8_t *s = text + rnd() % LIT_BYTES;
    const size_t n = rnd() % (MOST + 1);
    unsigned top = turn % 3 == 0 ? 128 : 256;
    LitBytes want[MOST + 1], got[MOST + 1];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)(rnd() % top);
    memset(want, 0xA5, sizeof want), memset(got, 0xA5, sizeof got);
    for (size_t i = 0; i < n; i++)
      lit_bytes_c.look(kind, s + i * LIT_BYTES, 1, &want[i]);
    k->look(kind, s, n, got);
    if (memcmp(want, got, sizeof got) && bad++ < 10)
      printf("%s: turn %d differs\n", k->isa, turn);
  }
}

int main(void) {
  LitBytesKind kind;
  for (int i = 0; i < 256; i++) {
    kind.open[i] = (uint8_t)(rnd() & rnd());
    kind.close[i] = (uint8_t)(rnd() & rnd() & 0x7F);
  }
  check_meaning(&kind);
  for (size_t i = 0; lit_bytes_row(i); i++)
    if (lit_bytes_row(i)->runs_here()) check_row(lit_bytes_row(i), &kind);
  if (!lit_bytes()->runs_here()) bad++;
  return bad != 0;
}
