/* bits.c -- see bits.h */
#include <string.h>
#include "base/bits.h"
#include "base/mem.h"
#include "base/poison.h"

static size_t words(uint32_t n) { return ((size_t)n + 63) / 64; }

int lit_bits_init(LitErr *e, LitBits *b, uint32_t n, int full) {
  *b = (LitBits){0};
  b->at = lit_new0(e, words(n), sizeof *b->at);
  if (!b->at) return e->rc;
  b->n = n;
  if (full && n) {
    memset(b->at, 0xFF, words(n) * sizeof *b->at);
    if (n % 64) b->at[words(n) - 1] >>= 64 - n % 64;
  }
  return LIT_OK;
}

void lit_bits_drop(LitBits *b) {
  lit_free(b->at);
  *b = (LitBits){0};
}

uint32_t lit_bits_count(const LitBits *b) {
  uint32_t sum = 0;
  for (size_t i = 0; i < words(b->n); i++)
    sum += (uint32_t)__builtin_popcountll(b->at[i]);
  return sum;
}

uint32_t lit_bits_next(const LitBits *b, uint32_t i) {
  size_t w = i >> 6;
  uint64_t left;
  if (i >= b->n) return b->n;
  left = b->at[w] >> (i & 63) << (i & 63);
  while (!left) {
    if (++w >= words(b->n)) return b->n;
    left = b->at[w];
  }
  return (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
}

void lit_bits_and(LitBits *a, const LitBits *b) {
  for (size_t i = 0; i < words(a->n); i++) a->at[i] &= b->at[i];
}

void lit_bits_and_not(LitBits *a, const LitBits *b) {
  for (size_t i = 0; i < words(a->n); i++) a->at[i] &= ~b->at[i];
}

void lit_bits_or(LitBits *a, const LitBits *b) {
  for (size_t i = 0; i < words(a->n); i++) a->at[i] |= b->at[i];
}
