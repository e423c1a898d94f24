/* netq8_pick.c -- choose the row of netq8.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/netq8.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNetQ8 lit_netq8_avx2, lit_netq8_vnni;
#endif
#if LIT_NEON
extern const LitNetQ8 lit_netq8_neon;
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
extern const LitNetQ8 lit_netq8_neondot;
# endif
#endif

static const LitNetQ8 *const rows[] = {   /* slowest first */
  &lit_netq8_c,
#if LIT_X86
  &lit_netq8_avx2,
  &lit_netq8_vnni,
#endif
#if LIT_NEON
  &lit_netq8_neon,
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
  &lit_netq8_neondot,
# endif
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitNetQ8 *best;

/* AVX-512 without VNNI does no better here than AVX2. */
static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  if (cap && strcmp(cap, "avx512") == 0) cap = "avx2";
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitNetQ8 *lit_netq8(void) {
  pthread_once(&once, pick);
  return best;
}

const LitNetQ8 *lit_netq8_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
