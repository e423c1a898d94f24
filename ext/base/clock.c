/* clock.c -- see clock.h */
#include <time.h>
#include "base/clock.h"
#include "base/poison.h"

uint64_t lit_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
