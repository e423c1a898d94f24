/* heads_pick.c -- choose the row of heads.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/heads.h"
#include "base/poison.h"

#if LIT_X86
extern const LitHeads lit_heads_avx2, lit_heads_vnni;
#endif
#if LIT_NEON
extern const LitHeads lit_heads_neon;
#endif

static const LitHeads *const rows[] = {   /* slowest first */
  &lit_heads_c,
#if LIT_X86
  &lit_heads_avx2,
  &lit_heads_vnni,
#endif
#if LIT_NEON
  &lit_heads_neon,
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitHeads *best;

/* The name of other tables' AVX-512 means AVX2 here. */
static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  if (cap && strcmp(cap, "avx512") == 0) cap = "avx2";
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitHeads *lit_heads(void) {
  pthread_once(&once, pick);
  return best;
}

const LitHeads *lit_heads_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
