/* bits.h -- a set of small numbers 0 .. n-1, one bit each.  Zero to start. */
#ifndef LIT_BITS_H
#define LIT_BITS_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitBits {
  uint64_t *at;             /* [(n + 63) / 64], bits from n on are 0 */
  uint32_t n;
} LitBits;

int lit_bits_init(LitErr *e, LitBits *b, uint32_t n, int full);
void lit_bits_drop(LitBits *b);

static inline void lit_bits_set(LitBits *b, uint32_t i) {
  b->at[i >> 6] |= (uint64_t)1 << (i & 63);
}
static inline void lit_bits_unset(LitBits *b, uint32_t i) {
  b->at[i >> 6] &= ~((uint64_t)1 << (i & 63));
}
static inline int lit_bits_has(const LitBits *b, uint32_t i) {
  return (int)(b->at[i >> 6] >> (i & 63) & 1);
}
uint32_t lit_bits_count(const LitBits *b);
/* The first member >= i, or b->n if there is none. */
uint32_t lit_bits_next(const LitBits *b, uint32_t i);
void lit_bits_only(LitBits *b, uint32_t from, uint32_t to);   /* &= from .. to-1 */
void lit_bits_and(LitBits *a, const LitBits *b);       /* a &= b, same n */
void lit_bits_and_not(LitBits *a, const LitBits *b);   /* a &= ~b */
void lit_bits_or(LitBits *a, const LitBits *b);        /* a |= b */
#endif
