/* drive.c -- a fuzz target without libFuzzer: half a second of inputs, bytes by
** chance and changes of the last ones, always the same.  `make test` runs each
** target so, as unit/NAME_fuzz; `make fuzz` longer, and with a guide. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

enum { SIZE = 600, INPUTS = 20000 };

static uint64_t seed = 1;
static uint32_t chance(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((seed >> 33) % n);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(void) {
  static uint8_t at[SIZE];
  size_t n = 0;
  double begin = now();
  for (int i = 0; i < INPUTS && now() - begin < 0.5; i++) {
    uint8_t *own;
    if (i % 16 == 0) {
      n = chance(SIZE);
      for (size_t k = 0; k < n; k++)
        at[k] = (uint8_t)(i % 32 ? chance(256) : 32 + chance(95));
      if (n) at[0] = (uint8_t)(i / 16);
    }
    for (uint32_t k = chance(6); k && n; k--)
      at[chance((uint32_t)n)] = (uint8_t)chance(256);
    own = malloc(n ? n : 1);            /* So that its end is seen */
    if (!own) return 1;
    memcpy(own, at, n);
    LLVMFuzzerTestOneInput(own, n);
    free(own);
  }
  return 0;
}
