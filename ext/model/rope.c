/* rope.c -- see rope.h.  Angles are rounded to float32 as transformers rounds
** them; their sines are computed in double, so they are the same everywhere. */
#include <math.h>
#include <string.h>
#include "kern/net.h"
#include "model/rope.h"
#include "base/poison.h"

static int check_kind(LitErr *e, const LitJson *j, const char *key) {
  const char *kind = lit_json_str(e, j, key, "default");
  if (!e->rc && strcmp(kind, "default"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: %s '%.40s': expected default", j->folder,
             j->file, key, kind);
  return e->rc;
}

int lit_rope_open(LitErr *e, LitModel *m, const LitJson *config,
                  const LitRopeKeys *keys, size_t size, LitRope *out) {
  const json_t *scaling = json_object_get(config->at, "rope_scaling");
  const json_t *all = json_object_get(config->at, "rope_parameters");
  const json_t *own = keys->kind ? json_object_get(all, keys->kind) : NULL;
  LitJson j = *config;
  double theta = lit_json_real(e, config, keys->key, keys->none);
  float *speeds;
  if (json_is_object(scaling)) {
    j.at = scaling;
    check_kind(e, &j, json_object_get(scaling, "type") ? "type" : "rope_type");
  }
  if (json_is_object(all)) {
    j.at = json_is_object(own) ? own : all;
    theta = lit_json_real(e, &j, "rope_theta", theta);
    check_kind(e, &j, "rope_type");
  }
  if (!e->rc && !(theta > 1 && theta < 1e12))
    lit_fail(e, LIT_CORRUPT, "%s/%s: rope_theta %g: expected 1..1e12",
             config->folder, config->file, theta);
  if (!e->rc && size % 2)
    lit_fail(e, LIT_CORRUPT, "%s/%s: heads of %zu features cannot be turned",
             config->folder, config->file, size);
  speeds = lit_arena_new(e, &m->arena, size / 2, sizeof *speeds);
  for (size_t i = 0; i < size / 2 && !e->rc; i++)
    speeds[i] = 1.0f / (float)pow(theta, (double)(2 * (float)i / (float)size));
  *out = (LitRope){speeds, size / 2};
  return e->rc;
}

void lit_rope_fill(const LitRope *r, const LitBatch *b, float *turns) {
  size_t panel = 2 * r->half * LIT_LANES;
  size_t n = ((size_t)b->n_tokens + LIT_LANES - 1) / LIT_LANES;
  memset(turns, 0, n * panel * sizeof *turns);
  for (int text = 0; text < b->n_texts; text++)
    for (size_t t = b->starts[text]; t < b->starts[text + 1]; t++) {
      float *to = turns + t / LIT_LANES * panel + t % LIT_LANES;
      float place = (float)(t - b->starts[text]);
      for (size_t i = 0; i < r->half; i++) {
        double angle = (double)(place * r->speeds[i]);
        to[i * LIT_LANES] = (float)cos(angle);
        to[(r->half + i) * LIT_LANES] = (float)sin(angle);
      }
    }
}

void lit_rope_turn(const LitRope *r, const float *turns, float *x) {
  size_t half = r->half * LIT_LANES;
  for (size_t i = 0; i < half; i++) {
    float a = x[i], b = x[half + i], c = turns[i], s = turns[half + i];
    x[i] = a * c - b * s;
    x[half + i] = b * c + a * s;
  }
}
