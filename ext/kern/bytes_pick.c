/* bytes_pick.c -- choose the row of bytes.h, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/bytes.h"
#include "base/poison.h"

#if LIT_X86
extern const LitBytesKern lit_bytes_avx2, lit_bytes_avx512;
#endif
#if LIT_NEON
extern const LitBytesKern lit_bytes_neon;
#endif

static const LitBytesKern *const rows[] = {   /* slowest first */
  &lit_bytes_c,
#if LIT_X86
  &lit_bytes_avx2,
  &lit_bytes_avx512,
#endif
#if LIT_NEON
  &lit_bytes_neon,
#endif
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitBytesKern *best;

static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rows[i]->runs_here()) best = rows[i];
    if (cap && strcmp(cap, rows[i]->isa) == 0) break;
  }
}

const LitBytesKern *lit_bytes(void) {
  pthread_once(&once, pick);
  return best;
}

const LitBytesKern *lit_bytes_row(size_t i) {
  return i < N_ROWS ? rows[i] : NULL;
}
