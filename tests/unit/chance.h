/* chance.h -- numbers of chance, the same in every run. */
#ifndef TESTS_CHANCE_H
#define TESTS_CHANCE_H
#include <stdint.h>

static uint64_t seed = 1;

/* 0 .. n - 1. */
static inline uint32_t dice(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((seed >> 33) % n);
}

/* Around 0, about as a normal distribution. */
static inline float bell(void) {
  float sum = 0;
  for (int i = 0; i < 6; i++) sum += (float)dice(1000) / 500 - 1;
  return sum;
}
#endif
