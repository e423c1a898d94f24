/* sort.c -- see sort.h: by digits, the lowest first (Knuth, volume 3, 5.2.5, radix
** list sort), over the bits alone in which the numbers differ.  qsort takes five
** times as long for some hundred: it calls a function to compare, and guesses
** wrong half of the time. */
#include <string.h>
#include "base/mem.h"
#include "base/sort.h"
#include "base/poison.h"

enum { FEW = 24, DIGIT = 10 };      /* Bits at most */

static void insert_each(uint64_t *at, size_t n) {
  for (size_t i = 1; i < n; i++) {
    uint64_t x = at[i];
    size_t k = i;
    for (; k > 0 && at[k - 1] > x; k--) at[k] = at[k - 1];
    at[k] = x;
  }
}

/* By `bits` bits from bit `low` on. */
static void by_digit(const uint64_t *from, size_t n, unsigned low,
                     unsigned bits, uint64_t *to) {
  size_t next[1 << DIGIT], sum = 0;
  uint64_t mask = ((uint64_t)1 << bits) - 1;
  memset(next, 0, sizeof *next << bits);
  for (size_t i = 0; i < n; i++) next[from[i] >> low & mask]++;
  for (size_t d = 0; d <= mask; d++) {
    size_t count = next[d];
    next[d] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) to[next[from[i] >> low & mask]++] = from[i];
}

int lit_sort(LitErr *e, uint64_t *at, size_t n) {
  uint64_t differ = 0, *from = at, *to, *spare;
  if (n <= FEW) return insert_each(at, n), e->rc;
  spare = to = lit_new(e, n, sizeof *spare);
  if (!spare) return e->rc;
  for (size_t i = 1; i < n; i++) differ |= at[i] ^ at[0];
  while (differ) {
    unsigned low = (unsigned)__builtin_ctzll(differ);
    unsigned left = 64 - (unsigned)__builtin_clzll(differ) - low;
    unsigned digits = (left + DIGIT - 1) / DIGIT;
    unsigned bits = (left + digits - 1) / digits;
    uint64_t *was = from;
    by_digit(from, n, low, bits, to);
    from = to, to = was;
    differ = low + bits < 64 ? differ >> (low + bits) << (low + bits) : 0;
  }
  if (from != at) memcpy(at, from, n * sizeof *at);
  lit_free(spare);
  return LIT_OK;
}
