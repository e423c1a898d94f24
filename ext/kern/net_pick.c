/* net_pick.c -- choose the row of net.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/net.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet lit_net_avx2, lit_net_avx512;
#endif
#if LIT_NEON
extern const LitNet lit_net_neon;
#endif

static const LitNet *const rows[] = {   /* slowest first */
  &lit_net_c,
#if LIT_X86
  &lit_net_avx2,
  &lit_net_avx512,
#endif
#if LIT_NEON
  &lit_net_neon,
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitNet *best;

static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitNet *lit_net(void) {
  pthread_once(&once, pick);
  return best;
}

const LitNet *lit_net_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
