/* net_vec.h -- vectors of floats, for the bodies that all instruction sets share
** (net_body.h, heads_body.h).
**
** A file that includes such a body defines NET, which stands before each function
** and holds `static` and the instruction set, and NET_LANES, how many floats its
** registers hold: 4, 8 or 16; where it has instructions for them, NET_FMA
** (a b + c, rounded once), and NET_MAX and NET_MIN, which are to give what
** a > b ? a : b and a < b ? a : b give, also for NaN.  It is included, not
** compiled by itself, since a compiler cuts vectors to the size of the
** instruction set before it inlines.  For the rest, vectors of GCC and clang
** need no intrinsics.
*/
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float V __attribute__((vector_size(4 * NET_LANES)));
typedef int32_t I __attribute__((vector_size(4 * NET_LANES)));
enum { LANES = NET_LANES };

/* Vectors go through pointers: in an argument their place would depend on the
** instruction set. */
NET inline void v_load(V *v, const float *at) { memcpy(v, at, sizeof *v); }
NET inline void v_store(float *at, const V *v) { memcpy(at, v, sizeof *v); }

/* *a = *a < b ? *a : b: NaN stays. */
NET inline void v_min(V *a, float b) {
  V vb = (V){0} + b;
#ifdef NET_MIN
  *a = (V)NET_MIN(vb, *a);
#else
  I less = vb < *a;
  *a = (V)((less & (I)vb) | (~less & (I)*a));
#endif
}

/* *a = *a > *b ? *a : *b: NaN stays if *b holds it. */
NET inline void v_max(V *a, const V *b) {
#ifdef NET_MAX
  *a = (V)NET_MAX(*a, *b);
#else
  I more = *a > *b;
  *a = (V)((more & (I)*a) | (~more & (I)*b));
#endif
}

/* Not below b: NaN stays. */
NET inline void v_floor(V *a, float b) {
  V vb = (V){0} + b;
  v_max(&vb, a);
  *a = vb;
}

/* p = p * x + add, rounded once. */
NET inline void v_fma(V *p, const V *x, const V *add) {
#ifdef NET_FMA
  *p = (V)NET_FMA(*p, *x, *add);
#else
  float a[LANES], b[LANES], c[LANES];
  v_store(a, p);
  v_store(b, x);
  v_store(c, add);
  for (int i = 0; i < LANES; i++) a[i] = fmaf(a[i], b[i], c[i]);
  v_load(p, a);
#endif
}

NET inline void v_step(V *p, const V *x, float add) {
  V c = (V){0} + add;
  v_fma(p, x, &c);
}

/* The largest of rows 0 .. n-1 of a strip, n > 0, each LIT_LANES floats after the
** one before: four at a time, as each waits for the one before. */
NET inline void strip_most(const float *x, size_t n, V *most) {
  V v[4], four[4];
  size_t i = 0;
  v_load(most, x);
  for (int k = 0; k < 4; k++) four[k] = *most;
  for (; i + 4 <= n; i += 4)
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; k++) {
      v_load(&v[k], x + (i + k) * LIT_LANES);
      v_max(&four[k], &v[k]);
    }
  for (; i < n; i++) {
    v_load(v, x + i * LIT_LANES);
    v_max(most, v);
  }
  for (int k = 0; k < 4; k++) v_max(most, &four[k]);
}
