/* int8.c -- see int8.h.
**
** Rounding.  Sums here are in double and are made larger by 1e-9 of
** themselves, which covers their own error (65,536 steps of 2^-53) and that
** of the last conversion with a wide margin; the conversion to float goes up
** by one unit.  The float32 kernel (kern.h) puts an element through at most
** ceil(dim / 64) fused steps and 6 additions; with u = 2^-24 its error is
** under 1.01 (ceil(dim / 64) + 6) u sum |q[i] y[i]| and the sum is at most
** |q| |y| (Higham 2002, theorem 3.1), plus dim units of 2^-149 where products
** are lost below the smallest float.
*/
#include <math.h>
#include <string.h>
#include "vec/int8.h"
#include "base/poison.h"

static const double more = 1 + 1e-9, u = 0x1p-24, least = 0x1p-149;

static float up(double x) {
  return nextafterf((float)(x * more), INFINITY);
}

/* What a vector adds up to, in LANES lanes, so that compilers use vectors. */
enum { LANES = 16 };
typedef struct Sums { float most[LANES]; double rr[LANES], vv[LANES]; } Sums;

static void largest(Sums *restrict s, const float *restrict v) {
  for (int j = 0; j < LANES; j++) {
    float a = v[j] < 0 ? -v[j] : v[j];
    s->most[j] = a > s->most[j] ? a : s->most[j];
  }
}

/* Adding and taking away 1.5 * 2^52 rounds to the nearest integer. */
static void encode(Sums *restrict s, const float *restrict v, double scale,
                   double by, int8_t *restrict codes) {
  const double whole = 0x1.8p52;
  int32_t code[LANES];
  for (int j = 0; j < LANES; j++) {
    double x = (double)v[j], c = (x * by + whole) - whole, r;
    c = c < 127 ? c : 127;
    c = c > -127 ? c : -127;
    r = x - c * scale;
    s->rr[j] += r * r;
    s->vv[j] += x * x;
    code[j] = (int32_t)c;
  }
  for (int j = 0; j < LANES; j++) codes[j] = (int8_t)code[j];
}

LitInt8 lit_int8_encode(const float *v, size_t dim, int8_t *codes) {
  LitInt8 c = {0, 0, 0};
  Sums s = {{0}, {0}, {0}};
  size_t whole = dim / LANES * LANES;
  float tail[LANES] = {0}, most = 0;
  int8_t tail_codes[LANES];
  double rr = 0, vv = 0, by;
  memcpy(tail, v + whole, (dim - whole) * sizeof *v);
  for (size_t i = 0; i < whole; i += LANES) largest(&s, v + i);
  largest(&s, tail);
  for (int j = 0; j < LANES; j++) most = fmaxf(most, s.most[j]);
  c.scale = most / 127;
  by = c.scale > 0 ? 1 / (double)c.scale : 0;
  for (size_t i = 0; i < whole; i += LANES)
    encode(&s, v + i, (double)c.scale, by, codes + i);
  encode(&s, tail, (double)c.scale, by, tail_codes);
  memcpy(codes + whole, tail_codes, dim - whole);
  for (int j = 0; j < LANES; j++) rr += s.rr[j], vv += s.vv[j];
  c.residual = rr > 0 ? up(sqrt(rr)) : 0;
  c.length = vv > 0 ? up(sqrt(vv)) : 0;
  return c;
}

static double steps(size_t dim) {
  return 1.01 * u * (double)((dim + 63) / 64 + 6);
}

double lit_int8_slack(LitInt8 q, LitInt8 y, size_t dim) {
  double codes = ((double)q.length + q.residual) * y.residual +
                 (double)q.residual * y.length;
  double kernel = steps(dim) * q.length * y.length + (double)dim * least;
  return (codes + kernel) * more;
}

/* The kernel's L2 is sqrtf of a sum of squares of rounded differences: each
** square is off by at most 2 u of itself, the sum by steps(), the root by u
** and by half of what the sum is off. */
double lit_int8_l2_low(LitInt8 q, LitInt8 y, double q_sq, double y_sq,
                       int32_t codes_dot, size_t dim) {
  double a = (double)q.scale, b = (double)y.scale;
  double qq = a * a * q_sq, yy = b * b * y_sq;
  double sq = qq + yy - 2 * a * b * codes_dot - 1e-14 * (qq + yy);
  double low = sq > 0 ? sqrt(sq) : 0;
  low -= ((double)q.residual + y.residual) * more;
  low *= 1 - (steps(dim) + 4 * u);
  low -= sqrt((double)dim * least);
  return low > 0 ? low : 0;
}

void lit_int8_unit(const float *v, size_t dim, int8_t *codes) {
  const double step = (float)(2.0 / 255);
  for (size_t i = 0; i < dim; i++)
    codes[i] = (int8_t)fmax(-128, fmin(127, ((double)v[i] + 1) / step - 128));
}
