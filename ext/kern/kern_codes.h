/* kern_codes.h -- a vector as int8 codes with one scale (LitKern.codes), once for
** all instruction sets; HERE as in kern_turn.h.
**
** Sums run in CODES_LANES lanes, lane j taking the elements j, j + 16, j + 32 ...
** in that order, as if zeros followed; then the lanes are added, the first
** first.  The loops over the lanes are what compilers make vectors of.
*/
enum { CODES_LANES = 16 };

/* Of 16 elements: most[j] at least |v[j]|. */
HERE inline void codes_most(float *restrict most, const float *restrict v) {
  for (int j = 0; j < CODES_LANES; j++) {
    float a = v[j] < 0 ? -v[j] : v[j];
    most[j] = a > most[j] ? a : most[j];
  }
}

/* Their codes; rr, vv: the squares of what is left of them, and of them.  Adding
** and taking away 1.5 * 2^52 rounds to the nearest integer. */
HERE inline void codes_some(double *restrict rr, double *restrict vv,
                            const float *restrict v, double scale, double by,
                            int8_t *restrict codes) {
  const double whole = 0x1.8p52;
  int32_t code[CODES_LANES];
  for (int j = 0; j < CODES_LANES; j++) {
    double x = (double)v[j], c = (x * by + whole) - whole, r;
    c = c < 127 ? c : 127;
    c = c > -127 ? c : -127;
    r = x - c * scale;
    rr[j] += r * r;
    vv[j] += x * x;
    code[j] = (int32_t)c;
  }
  for (int j = 0; j < CODES_LANES; j++) codes[j] = (int8_t)code[j];
}

HERE LitKernCodes codes_i8(const float *v, size_t dim, int8_t *out) {
  LitKernCodes c = {0, 0, 0};
  float most[CODES_LANES] = {0}, tail[CODES_LANES] = {0}, highest = 0;
  double rr[CODES_LANES] = {0}, vv[CODES_LANES] = {0}, by;
  size_t whole = dim / CODES_LANES * CODES_LANES;
  int8_t last[CODES_LANES];
  memcpy(tail, v + whole, (dim - whole) * sizeof *v);
  for (size_t i = 0; i < whole; i += CODES_LANES) codes_most(most, v + i);
  codes_most(most, tail);
  for (int j = 0; j < CODES_LANES; j++)
    highest = most[j] > highest ? most[j] : highest;
  c.scale = highest / 127;
  by = c.scale > 0 ? 1 / (double)c.scale : 0;
  for (size_t i = 0; i < whole; i += CODES_LANES)
    codes_some(rr, vv, v + i, (double)c.scale, by, out + i);
  codes_some(rr, vv, tail, (double)c.scale, by, last);
  memcpy(out + whole, last, dim - whole);
  for (int j = 0; j < CODES_LANES; j++) c.rest += rr[j], c.square += vv[j];
  return c;
}
