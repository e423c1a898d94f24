/* kern_pick.c -- choose the table of kernels, once in a process.
**
** `best` is written by pick(), under `once`, and only read after it.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kern/kern.h"
#include "base/poison.h"

#if LIT_X86
extern const LitKern lit_kern_avx2, lit_kern_avx512, lit_kern_avx512vnni;
#endif
#if LIT_NEON
extern const LitKern lit_kern_neon;
#endif

static const LitKern *const tables[] = {   /* slowest first */
  &lit_kern_c,
#if LIT_X86
  &lit_kern_avx2,
  &lit_kern_avx512,
  &lit_kern_avx512vnni,
#endif
#if LIT_NEON
  &lit_kern_neon,
#endif
};
enum { N_TABLES = sizeof tables / sizeof *tables };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const LitKern *best;

static void pick(void) {
  const char *cap = getenv("LIT_ISA");
  for (size_t i = 0; i < N_TABLES; i++) {
    if (tables[i]->runs_here()) best = tables[i];
    if (cap && strcmp(cap, tables[i]->isa) == 0) break;
  }
}

const LitKern *lit_kern(void) {
  pthread_once(&once, pick);
  return best;
}

const LitKern *lit_kern_row(size_t i) {
  return i < N_TABLES ? tables[i] : NULL;
}
