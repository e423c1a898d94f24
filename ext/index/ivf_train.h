/* ivf_train.h -- centroids for a sample of vectors; for ivf_*.c alone. */
#ifndef LIT_IVF_TRAIN_H
#define LIT_IVF_TRAIN_H
#include <stdint.h>
#include "base/stop.h"
#include "index/ivf_near.h"

/* Numbers of chance from a seed, the same everywhere. */
static inline uint32_t lit_ivf_dice(uint64_t *seed, uint32_t n) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((*seed >> 32) * n >> 32);
}

/* rows [n, dim] -> c [k, dim], k <= n: the k-means of the rows, nearly. */
int lit_ivf_train(LitErr *e, const LitIvfRows *rows, uint32_t k, float *c,
                  const LitStop *stop);

#endif
