/* net16_pick.c -- choose the row of net16.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/net16.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet16 lit_net16_avx2, lit_net16_bf16;
#endif
#if LIT_NEON
extern const LitNet16 lit_net16_neon;
#endif

static const LitNet16 *const rows[] = {   /* slowest first */
  &lit_net16_c,
#if LIT_X86
  &lit_net16_avx2,
  &lit_net16_bf16,
#endif
#if LIT_NEON
  &lit_net16_neon,
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitNet16 *best;

/* The names of other tables' AVX-512 mean AVX2 here. */
static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  if (cap && (strcmp(cap, "avx512") == 0 || strcmp(cap, "avx512vnni") == 0))
    cap = "avx2";
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitNet16 *lit_net16(void) {
  pthread_once(&once, pick);
  return best;
}

const LitNet16 *lit_net16_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
