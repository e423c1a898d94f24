/* wordrows.h -- a word among sorted rows that each begin with one, padded with
** zeros to LIT_WORDROW bytes or more. */
#ifndef LIT_WORDROWS_H
#define LIT_WORDROWS_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LIT_WORDROW = 8 };

/* The first bytes of a word as a number: numbers are ordered as words are. */
static inline uint64_t lit_wordrow_number(const char *s, size_t n) {
  uint64_t v = 0;
  if (n > LIT_WORDROW) n = LIT_WORDROW;
  for (size_t i = 0; i < n; i++) v = v << 8 | (uint8_t)s[i];
  return n ? v << 8 * (LIT_WORDROW - n) : 0;
}

/* That of a row. */
static inline uint64_t lit_wordrow_of(const char *row) {
  uint64_t v;
  memcpy(&v, row, sizeof v);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  return v;
}

/* The last of n_rows > 0 rows of `size` bytes that has this number, or a lower
** one; or the first. */
static inline const void *lit_wordrow_last(const void *rows, size_t n_rows,
                                           size_t size, uint64_t number) {
  const char *at = rows;
  while (n_rows > 1) {
    size_t half = n_rows / 2;
    if (lit_wordrow_of(at + half * size) <= number) at += half * size;
    n_rows -= half;
  }
  return at;
}
#endif
