/* kern_turn.h -- turning a vector by a matrix of chance (LitKern.turn), once for
** all instruction sets.
**
** A file that includes this defines HERE, which stands before each function
** and holds `static` and the instruction set.  Vectors of eight floats, of GCC
** and clang, are cut into what registers hold; they go through pointers, for in
** an argument their place would depend on the instruction set.
**
** Four rounds of flipped signs, a Hadamard transform over as many elements as a
** power of two allows (the first and the last ones by turns), and where that is
** not all of them, each element of the first half mixed with that of the
** second.  Each step is orthogonal, and takes additions only: a matrix of 384
** x 384 would be 590 KB to read for each query.
*/
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float Turn8 __attribute__((vector_size(32)));
typedef int32_t TurnBits __attribute__((vector_size(32)));
enum { TURN_ROUNDS = 4, TURN_WIDE = 8 };

/* 64 bits of chance, the same everywhere (splitmix64). */
static inline uint64_t turn_chance(uint64_t i) {
  i = (i + 1) * 0x9E3779B97F4A7C15u;
  i = (i ^ i >> 30) * 0xBF58476D1CE4E5B9u;
  i = (i ^ i >> 27) * 0x94D049BB133111EBu;
  return i ^ i >> 31;
}

HERE inline void turn_load(Turn8 *v, const float *at) {
  memcpy(v, at, sizeof *v);
}
HERE inline void turn_store(float *at, const Turn8 *v) {
  memcpy(at, v, sizeof *v);
}

/* Take the negative of the elements that `which` has a bit for. */
HERE inline void turn_flip(Turn8 *v, unsigned which) {
  static const TurnBits bit = {1, 2, 4, 8, 16, 32, 64, 128};
  TurnBits flipped = (bit & (int32_t)which) != 0;
  *v = (Turn8)((TurnBits)*v ^ (flipped & INT32_MIN));
}

/* Sums and differences of neighbours, then of those 2 and 4 apart: a - b is
** b + -a with the two changed over. */
HERE inline void turn_near(Turn8 *v) {
  Turn8 other = __builtin_shufflevector(*v, *v, 1, 0, 3, 2, 5, 4, 7, 6);
  turn_flip(v, 0xAA);
  *v = other + *v;
  other = __builtin_shufflevector(*v, *v, 2, 3, 0, 1, 6, 7, 4, 5);
  turn_flip(v, 0xCC);
  *v = other + *v;
  other = __builtin_shufflevector(*v, *v, 4, 5, 6, 7, 0, 1, 2, 3);
  turn_flip(v, 0xF0);
  *v = other + *v;
}

/* Sums and differences of elements h apart, h a multiple of 8; then times
** scale. */
HERE inline void turn_far(float *x, size_t n, size_t h, float scale) {
  for (size_t i = 0; i < n; i += 2 * h)
    for (size_t j = i; j < i + h; j += TURN_WIDE) {
      Turn8 a, b, sum, gap;
      turn_load(&a, x + j);
      turn_load(&b, x + j + h);
      sum = (a + b) * scale, gap = (a - b) * scale;
      turn_store(x + j, &sum);
      turn_store(x + j + h, &gap);
    }
}

/* The same of elements h apart and then of those 2 h apart, with one load and
** one store. */
HERE inline void turn_far2(float *x, size_t n, size_t h) {
  for (size_t i = 0; i < n; i += 4 * h)
    for (size_t j = i; j < i + h; j += TURN_WIDE) {
      Turn8 a, b, c, d, sum[2], gap[2];
      turn_load(&a, x + j);
      turn_load(&b, x + j + h);
      turn_load(&c, x + j + 2 * h);
      turn_load(&d, x + j + 3 * h);
      sum[0] = a + b, gap[0] = a - b, sum[1] = c + d, gap[1] = c - d;
      a = sum[0] + sum[1], b = gap[0] + gap[1];
      c = sum[0] - sum[1], d = gap[0] - gap[1];
      turn_store(x + j, &a);
      turn_store(x + j + h, &b);
      turn_store(x + j + 2 * h, &c);
      turn_store(x + j + 3 * h, &d);
    }
}

HERE inline void turn_hadamard(float *x, size_t n) {
  float scale = 1 / sqrtf((float)n);
  size_t h = TURN_WIDE;
  for (size_t i = 0; i < n; i += TURN_WIDE) {
    Turn8 v;
    turn_load(&v, x + i);
    turn_near(&v);
    v *= scale;
    turn_store(x + i, &v);
  }
  for (; 2 * h < n; h *= 4) turn_far2(x, n, h);
  if (h < n) turn_far(x, n, h, 1);
}

/* Take the negative of some elements of x [64 words], by chance. */
HERE inline void turn_signs(float *x, size_t words, unsigned round) {
  for (size_t i = 0; i < words; i++, x += 64) {
    uint64_t signs = turn_chance((uint64_t)round << 32 | i);
    for (size_t j = 0; j < 64; j += TURN_WIDE, signs >>= TURN_WIDE) {
      Turn8 v;
      turn_load(&v, x + j);
      turn_flip(&v, (unsigned)signs & 0xFF);
      turn_store(x + j, &v);
    }
  }
}

HERE void turn(float *x, size_t words) {
  size_t n = 64 * words, power = 64;
  while (power * 2 <= n) power *= 2;
  for (unsigned round = 0; round < TURN_ROUNDS; round++) {
    turn_signs(x, words, round);
    turn_hadamard(round % 2 ? x + n - power : x, power);
    if (power < n) turn_far(x, n, n / 2, 0.70710678f);
  }
}
