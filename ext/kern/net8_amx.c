/* net8_amx.c -- net8.h for x86-64 with AMX: a block of weights is one tile
** register, 64 features of a panel another, and one instruction multiplies
** them.
**
** Linux wants a process to ask before its threads may touch the tiles, since
** they make a thread's saved state 8 KB larger; from then on a signal stack
** below some 11 KB is refused.  We ask when the first model in 8 bits is
** loaded.  The tiles are given back after each layer, so that they are not
** saved at other times.
*/
#define _DEFAULT_SOURCE
#include "kern/net8_sums.h"
#if LIT_X86 && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#define NET8 LIT_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx2,amx-tile," \
                        "amx-int8") static
#define NET8_MAX(a, b) _mm512_max_epi32((__m512i)(a), (__m512i)(b))
#define NET8_MAXU(a, b) _mm512_max_epu32((__m512i)(a), (__m512i)(b))
#define NET8_LANES 16
#define NET8_PLUS128 1
#define NET8_BEGIN begin();
#define NET8_END _tile_release();

enum { ASK_PERMISSION = 0x1023, TILE_DATA = 18 };     /* of arch_prctl */

static int runs_here(void) {
  unsigned a, b, c, d;
  if (!__builtin_cpu_supports("avx512f") ||
      !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl"))
    return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (!(d >> 24 & 1) || !(d >> 25 & 1)) return 0;     /* tiles, int8 */
  return syscall(SYS_arch_prctl, ASK_PERMISSION, TILE_DATA) == 0;
}

/* All eight tiles: 16 rows of 64 bytes. */
NET8 void begin(void) {
  struct { uint8_t palette, start, none[14]; uint16_t width[16];
           uint8_t rows[16]; } shape = {.palette = 1};
  for (int i = 0; i < 8; i++) shape.width[i] = 64, shape.rows[i] = 16;
  _tile_loadconfig(&shape);
}

#include "kern/net8_body.h"
#include "base/poison.h"

/* Tiles 0 to 3 are the sums, 4 and 5 weights, 6 and 7 activations. */
NET8 void four(const LitSums8 *s) {
  I8 out[4][LIT_ROWS8];
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t k = 0; k < s->n_k; k += LIT_COLS8) {
    _tile_loadd(4, s->w[0] + k * LIT_ROWS8, 64);
    _tile_loadd(6, s->x[0] + k * 16, 64);
    _tile_loadd(7, s->x[1] + k * 16, 64);
    _tile_dpbsud(0, 4, 6);
    _tile_dpbsud(1, 4, 7);
    _tile_loadd(5, s->w[1] + k * LIT_ROWS8, 64);
    _tile_dpbsud(2, 5, 6);
    _tile_dpbsud(3, 5, 7);
  }
  _tile_stored(0, out[0], 64);
  _tile_stored(1, out[1], 64);
  _tile_stored(2, out[2], 64);
  _tile_stored(3, out[3], 64);
  for (int i = 0; i < 4; i++)
    sums8_put(s, i / 2 * LIT_ROWS8, LIT_ROWS8, i % 2, 0, out[i], 1);
}

NET8 void one(const LitSums8 *s, int b, int p) {
  I8 out[LIT_ROWS8];
  _tile_zero(0);
  for (size_t k = 0; k < s->n_k; k += LIT_COLS8) {
    _tile_loadd(4, s->w[b] + k * LIT_ROWS8, 64);
    _tile_loadd(6, s->x[p] + k * 16, 64);
    _tile_dpbsud(0, 4, 6);
  }
  _tile_stored(0, out, 64);
  sums8_put(s, b * LIT_ROWS8, LIT_ROWS8, p, 0, out, 1);
}

NET8 void sums(const LitSums8 *s) {
  if (s->n_blocks == 2 && s->n_panels == 2) {
    four(s);
    return;
  }
  for (int b = 0; b < s->n_blocks; b++)
    for (int p = 0; p < s->n_panels; p++) one(s, b, p);
}

const LitNet8 lit_net8_amx = {
  .isa = "amx", .runs_here = runs_here, .mix = net8_mix,
  .quantize = net8_quantize, .take = net8_take, .learn = net8_learn,
  .fit = net8_fit,
  .linear = net8_linear,
};
#endif
