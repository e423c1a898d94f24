/* net8_pick.c -- choose the row of net8.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/net8.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet8 lit_net8_avx2, lit_net8_vnni;
# if defined(__linux__)
extern const LitNet8 lit_net8_amx;
# endif
#endif
#if LIT_NEON
extern const LitNet8 lit_net8_neon;
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
extern const LitNet8 lit_net8_neondot;
# endif
#endif

static const LitNet8 *const rows[] = {   /* slowest first */
  &lit_net8_c,
#if LIT_X86
  &lit_net8_avx2,
  &lit_net8_vnni,
# if defined(__linux__)
  &lit_net8_amx,
# endif
#endif
#if LIT_NEON
  &lit_net8_neon,
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
  &lit_net8_neondot,
# endif
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitNet8 *best;

/* AVX-512 without VNNI does no better here than AVX2. */
static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  if (cap && strcmp(cap, "avx512") == 0) cap = "avx2";
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitNet8 *lit_net8(void) {
  pthread_once(&once, pick);
  return best;
}

const LitNet8 *lit_net8_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
