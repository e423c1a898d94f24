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

/* The bits of each byte of x, as that byte. */
static uint64_t by_byte(uint64_t x) {
  x -= x >> 1 & 0x5555555555555555u;
  x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
  return (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
}

/* Without an instruction for it, which a plain build may not use, counting by
** bytes is quickest: they are added up once for so many words as a byte holds. */
uint32_t lit_bits_count(const LitBits *b) {
  enum { FULL = 255 / 8 };
  size_t n = words(b->n);
  uint64_t sum = 0;
  for (size_t i = 0; i < n; ) {
    uint64_t bytes = 0, pairs;
    for (size_t end = n - i < FULL ? n : i + FULL; i < end; i++)
      bytes += by_byte(b->at[i]);
    pairs = (bytes & 0x00FF00FF00FF00FFu) + (bytes >> 8 & 0x00FF00FF00FF00FFu);
    sum += pairs * 0x0001000100010001u >> 48;
  }
  return (uint32_t)sum;
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

void lit_bits_only(LitBits *b, uint32_t from, uint32_t to) {
  size_t n = words(b->n), low = from / 64, high = to / 64;
  if (from >= to) low = high = n;
  for (size_t i = 0; i < low && i < n; i++) b->at[i] = 0;
  for (size_t i = high + 1; i < n; i++) b->at[i] = 0;
  if (low < n) b->at[low] &= ~(uint64_t)0 << from % 64;
  if (high < n) b->at[high] &= ((uint64_t)1 << to % 64) - 1;
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
