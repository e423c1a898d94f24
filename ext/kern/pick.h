/* pick.h -- the end of every *_pick.c: a table of kernels has a row for each
** instruction set, and one of them is chosen, once in a process.
**
** A file defines `rows`, slowest first, and says LIT_PICK(type of a row, name,
** as_avx2): that defines lit_<name>(), the last row that runs here, and
** lit_<name>_row(i), NULL behind the last.  LIT_ISA in the environment names the
** last instruction set that may be chosen; where it is one of the words in
** `as_avx2`, for which such a table has no row, it means AVX2.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#ifndef LIT_PICK_H
#define LIT_PICK_H
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The name in LIT_ISA, NULL without.  as_avx2: words with a blank behind each. */
static inline const char *lit_pick_cap(const char *as_avx2) {
  const char *cap = getenv("LIT_ISA");
  size_t n = cap ? strlen(cap) : 0;
  while (n && *as_avx2) {
    size_t word = strcspn(as_avx2, " ");
    if (word == n && memcmp(as_avx2, cap, n) == 0) return "avx2";
    as_avx2 += word + 1;
  }
  return cap;
}

#define LIT_PICK(Row, name, as_avx2)                                         \
  static pthread_once_t once = PTHREAD_ONCE_INIT;                            \
  static const Row *best;                                                    \
  static void pick(void) {                                                   \
    const char *cap = lit_pick_cap(as_avx2);                                 \
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {                \
      if (rows[i]->runs_here()) best = rows[i];                              \
      if (cap && strcmp(cap, rows[i]->isa) == 0) break;                      \
    }                                                                        \
  }                                                                          \
  const Row *lit_##name(void) {                                              \
    pthread_once(&once, pick);                                               \
    return best;                                                             \
  }                                                                          \
  const Row *lit_##name##_row(size_t i) {                                    \
    return i < sizeof rows / sizeof *rows ? rows[i] : NULL;                  \
  }
#endif
