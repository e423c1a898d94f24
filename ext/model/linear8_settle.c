/* linear8_settle.c -- weights of 8 bits that fit what their layer reads.
**
** A model that is to run in 8 bits is tried on a few sentences when it is opened,
** its layers still in float32 (trial.c).  The tokens that come to a layer are the
** x of kern/net8.h there.  As there are fewer of them than columns, and others to
** come, LEAST times the mean square of x stands for what was not seen.
**
** MiniLM's vectors are off by 2.7e-4 (mean 1 - cosine, by the weights alone, all of
** 8 bits) if they are rounded to nearest, so by 1.3e-4; two hundred abstracts instead
** of the sentences would give 0.8e-4, sixteen sentences 1.2e-4.  A static mean of the
** inputs, its product with the errors added to the bias, takes away a twentieth only:
** what texts have in common is another in each.  LEAST between 0.1 and 2 changes the
** error by a tenth.
*/
#include <math.h>
#include <string.h>
#include "kern/net.h"
#include "kern/net8.h"
#include "model/linear.h"
#include "base/poison.h"

static const float LEAST = 0.4f;

/* The mean squares of x's features, and those of the weights that multiply them,
** into to [n_in]. */
static void add_inputs(const float *x, size_t n_in, size_t n_tokens,
                       double *to) {
  for (size_t t = 0; t < n_tokens; t++)
    for (size_t k = 0; k < n_in; k++) {
      double v = (double)x[t / LIT_LANES * n_in * LIT_LANES + k * LIT_LANES +
                           t % LIT_LANES];
      to[k] += v * v;
    }
}

static void add_weights(const LitLinear *l, LitLinearDue *due, double *to) {
  for (size_t r = 0; r < l->n_out && !lit_stopped(&due->err, due->stop); r++)
    for (size_t k = 0; k < l->n_in; k++)
      to[k] += (double)l->weight[r * l->n_in + k] *
               (double)l->weight[r * l->n_in + k];
}

/* A hundredth of the mean to each, so that none is 0. */
static double lift(double *v, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += v[i];
  for (size_t i = 0; i < n; i++) v[i] += sum / (double)n / 100;
  return sum;
}

/* Rounding costs in proportion to the mean square of activations times that of
** weights, each over all features: the least if by = (weights / activations)^1/4.
** It takes a sixth off what activations cost MiniLM's vectors. */
static void even(double *x, double *w, size_t n, float *by, float *over) {
  double all = lift(x, n) * lift(w, n);
  int is_even = !(all > 1e-30 && all < 1e30);
  for (size_t k = 0; k < n; k++) {
    by[k] = is_even ? 1 : (float)sqrt(sqrt(w[k] / x[k]));
    over[k] = 1 / by[k];
  }
}

/* Column k of panel p, mixed, into its place; its squares are summed. */
static double place(const LitSeen8 *seen, const float *mixed, size_t panel,
                    size_t n_lanes) {
  double sum = 0;
  for (size_t k = 0; k < seen->n_k; k++)
    for (size_t lane = 0; lane < LIT_LANES; lane++) {
      float x = lane < n_lanes ? mixed[k * LIT_LANES + lane] : 0;
      size_t row = k / 8 * seen->rank + panel * LIT_LANES + lane;
      seen->x[row * 8 + k % 8] = x;
      sum += (double)x * (double)x;
    }
  return sum;
}

/* The tokens x as they are seen; least is 0 if they teach nothing. */
static void look(LitSeen8 *seen, const float *x, const float *by, size_t n_in,
                 size_t n_tokens, float *mixed) {
  double sum = 0, mean;
  for (size_t t = 0; t < n_tokens; t += LIT_LANES) {
    size_t left = n_tokens - t;
    lit_net8()->mix(x + t * n_in, n_in, by, mixed);
    sum += place(seen, mixed, t / LIT_LANES, left < LIT_LANES ? left : LIT_LANES);
  }
  mean = sum / (double)seen->n_k;
  seen->least = mean > 1e-20 && mean < 1e20 ? LEAST * (float)mean : 0;
  if (seen->least > 0) lit_net8()->learn(seen);
}

/* What settling needs: seen's arrays and a mixed panel; then numbers of features. */
typedef struct Space {
  float *floats, *over, *mixed;
  double *inputs, *weights;
} Space;

static void open_space(LitErr *e, LitSeen8 *seen, size_t n_in, Space *s) {
  size_t n = seen->rank;
  size_t all = lit_size(seen->n_k, 2 * n + 8 + LIT_LANES) +
               n * (n + LIT_LANES + 8) + n_in;
  s->inputs = lit_new0(e, 2 * n_in, sizeof *s->inputs);
  s->floats = lit_new(e, all, sizeof *s->floats);
  if (e->rc) return;
  s->weights = s->inputs + n_in;
  seen->x = s->floats;
  seen->back = seen->x + seen->n_k * n;
  seen->within = seen->back + seen->n_k * n;
  seen->off = seen->within + seen->n_k * 8;
  seen->inverse = seen->off + n * LIT_LANES;
  seen->spare = seen->inverse + n * n;
  s->over = seen->spare + 8 * n;
  s->mixed = s->over + n_in;
}

/* All of `to` read the same.  Layers of few columns are left as they are: their
** weights have 16 bits, and in so few activations no part is larger than others. */
void lit_linears_settle(const LitLinearTo *to, size_t n, const float *x,
                        size_t n_tokens) {
  LitLinearDue *first = to->l->due;
  size_t n_in = to->l->n_in;
  LitSeen8 seen = {
    .n_k = (n_in + LIT_MIXED8 - 1) / LIT_MIXED8 * LIT_MIXED8,
    .rank = (n_tokens + LIT_LANES - 1) / LIT_LANES * LIT_LANES};
  Space s = {0};
  float *by;
  if (!first || to->l->eight || n_in < LIT_MIXED8 ||
      lit_stopped(&first->err, first->stop))
    return;
  by = lit_arena_new(&first->err, first->arena, n_in, sizeof *by);
  open_space(&first->err, &seen, n_in, &s);
  if (first->err.rc) goto done;
  add_inputs(x, n_in, n_tokens, s.inputs);
  for (size_t i = 0; i < n; i++) add_weights(to[i].l, first, s.weights);
  if (first->err.rc) goto done;
  even(s.inputs, s.weights, n_in, by, s.over);
  look(&seen, x, by, n_in, n_tokens, s.mixed);
  for (size_t i = 0; i < n; i++)
    if (to[i].l->due && !to[i].l->eight)
      lit_linear_shrink(to[i].l->due, &(LitLinearFit){
          seen.least > 0 ? &seen : NULL, by, s.over});
done:
  lit_free(s.inputs);
  lit_free(s.floats);
}
