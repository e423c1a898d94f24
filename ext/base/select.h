/* select.h -- the least of many numbers, without sorting them all. */
#ifndef LIT_SELECT_H
#define LIT_SELECT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bring the k least of at [n] to the front, 1 <= k <= n, the greatest of them to
** at[k - 1]. */
void lit_select(uint64_t *at, size_t n, size_t k);

/* Numbers that are in order as floats are (-0 before 0), and back. */
static inline uint32_t lit_select_key(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u & 0x80000000u ? ~u : u | 0x80000000u;
}
static inline float lit_select_float(uint32_t key) {
  uint32_t u = key & 0x80000000u ? key & 0x7FFFFFFFu : ~key;
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}
#endif
