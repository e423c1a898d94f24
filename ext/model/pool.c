/* pool.c -- from the states of a text's tokens to one vector.
**
** The keys and the order in which several are put together are those of
** sentence-transformers.
*/
#include <math.h>
#include <string.h>
#include "model/latent.h"
#include "model/parts.h"
#include "base/poison.h"

static void cls(const float *states, size_t n, size_t width, float *out) {
  (void)n;
  memcpy(out, states, width * sizeof *out);
}

static void last(const float *states, size_t n, size_t width, float *out) {
  memcpy(out, states + (n - 1) * width, width * sizeof *out);
}

static void most(const float *states, size_t n, size_t width, float *out) {
  memcpy(out, states, width * sizeof *out);
  for (size_t t = 1; t < n; t++)
    for (size_t i = 0; i < width; i++)
      if (states[t * width + i] > out[i]) out[i] = states[t * width + i];
}

/* out = by * sum of states. */
static void sum(const float *states, size_t n, size_t width, float by,
                float *out) {
  memset(out, 0, width * sizeof *out);
  for (size_t t = 0; t < n; t++)
    for (size_t i = 0; i < width; i++) out[i] += states[t * width + i];
  for (size_t i = 0; i < width; i++) out[i] *= by;
}

static void mean(const float *states, size_t n, size_t width, float *out) {
  sum(states, n, width, 1.0f / (float)n, out);
}

static void mean_sqrt(const float *states, size_t n, size_t width, float *out) {
  sum(states, n, width, 1.0f / sqrtf((float)n), out);
}

/* Token t, from 1, weighs t. */
static void weighted(const float *states, size_t n, size_t width, float *out) {
  float by = 2.0f / ((float)n * (float)(n + 1));
  memset(out, 0, width * sizeof *out);
  for (size_t t = 0; t < n; t++)
    for (size_t i = 0; i < width; i++)
      out[i] += by * (float)(t + 1) * states[t * width + i];
}

static const LitPool rows[] = {
  {"cls", "pooling_mode_cls_token", "the first token's state", .run = cls},
  {"max", "pooling_mode_max_tokens", "the largest of each component",
   .run = most},
  {"mean", "pooling_mode_mean_tokens", "the mean of all states",
   .run = mean},
  {"mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens",
   "the sum over the square root of the length", .run = mean_sqrt},
  {"weightedmean", "pooling_mode_weightedmean_tokens",
   "a mean in which later tokens weigh more", .run = weighted},
  {"lasttoken", "pooling_mode_lasttoken", "the last token's state",
   .run = last},
  {"latent_attention", "pooling_mode_latent_attention",
   "the mean of what tokens learn from the model's latents (NV-Embed)",
   .open = lit_latent_open, .run_net = lit_latent_run, .room = lit_latent_room},
};

const LitPool *lit_pool_row(size_t i) {
  return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

void lit_normalize(float *v, size_t n) {
  double sum_sq = 0;
  float by;
  for (size_t i = 0; i < n; i++) sum_sq += (double)v[i] * v[i];
  if (!(sum_sq > 0)) return;
  by = (float)(1 / sqrt(sum_sq));
  for (size_t i = 0; i < n; i++) v[i] *= by;
}

void lit_vector_of_nothing(float *v, size_t n) {
  float by = (float)(1 / sqrt((double)n));
  for (size_t i = 0; i < n; i++) v[i] = i % 2 ? -by : by;
}
