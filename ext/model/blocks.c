/* blocks.c -- see blocks.h.  The blocks of ggml, all little-endian; d and m are
** float16, h a bit or two that stand above the low ones.
**
**   Q4_0   d, 16 bytes: x = d (q - 8); the low halves come first
**   Q4_1   d, m, 16 bytes: x = d q + m
**   Q5_0   d, 4 bytes of h, 16 bytes: x = d (q + 16 h - 16)
**   Q5_1   d, m, 4 bytes of h, 16 bytes: x = d (q + 16 h) + m
**   Q8_0   d, 32 signed bytes: x = d q
**   Q4_K   d, m, 12 bytes of scales, 128 bytes: eight parts of 32, each with
**          a scale s and a least value l of six bits: x = d s q - m l
**   Q5_K   d, m, 12 bytes of scales, 32 bytes of h, 128 bytes: likewise
**   Q6_K   128 bytes, 64 of h, 16 signed scales, d: x = d s (q + 16 h - 32)
*/
#include <string.h>
#include "kern/kern.h"
#include "model/blocks.h"
#include "base/poison.h"

static float half(const uint8_t *at) {
  float f;
  lit_kern()->widen_f16(at, &f, 1);
  return f;
}

/* 32 numbers of four bits and, if bits is not 0, a fifth: d q + m. */
static void thirty_two(const uint8_t *q, uint32_t bits, float d, float m,
                       float *out) {
  for (int i = 0; i < 16; i++) {
    unsigned lo = (q[i] & 15u) + (bits >> i & 1) * 16;
    unsigned hi = (unsigned)(q[i] >> 4) + (bits >> (i + 16) & 1) * 16;
    out[i] = d * (float)lo + m;
    out[i + 16] = d * (float)hi + m;
  }
}

static uint32_t u32(const uint8_t *at) {
  uint32_t v;
  memcpy(&v, at, sizeof v);
  return v;
}

static void open_q4_0(const uint8_t *at, float *out) {
  float d = half(at);
  thirty_two(at + 2, 0, d, -8 * d, out);
}

static void open_q4_1(const uint8_t *at, float *out) {
  thirty_two(at + 4, 0, half(at), half(at + 2), out);
}

static void open_q5_0(const uint8_t *at, float *out) {
  float d = half(at);
  thirty_two(at + 6, u32(at + 2), d, -16 * d, out);
}

static void open_q5_1(const uint8_t *at, float *out) {
  thirty_two(at + 8, u32(at + 4), half(at), half(at + 2), out);
}

static void open_q8_0(const uint8_t *at, float *out) {
  float d = half(at);
  for (int i = 0; i < 32; i++) out[i] = d * (float)(int8_t)at[2 + i];
}

/* Scale and least value of part `part` of eight: the first four have their six
** bits in a byte each, the others four bits here and two above the first's. */
static void part_of(const uint8_t *s, int part, float *scale, float *least) {
  int a = s[part], b = s[part + 4];
  if (part >= 4) {
    *scale = (float)((b & 15) | (s[part - 4] >> 6) << 4);
    *least = (float)(b >> 4 | (a >> 6) << 4);
  } else {
    *scale = (float)(a & 63);
    *least = (float)(b & 63);
  }
}

/* Q4_K and Q5_K: q [128]; high [32] or NULL, of which part p has bit p. */
static void open_parts(const uint8_t *at, const uint8_t *high,
                       const uint8_t *q, float *out) {
  float d = half(at), m = half(at + 2), scale, least;
  for (int part = 0; part < 8; part++) {
    part_of(at + 4, part, &scale, &least);
    for (int i = 0; i < 32; i++) {
      int v = q[part / 2 * 32 + i] >> (part % 2 * 4) & 15;
      if (high) v += (high[i] >> part & 1) * 16;
      out[part * 32 + i] = d * scale * (float)v - m * least;
    }
  }
}

static void open_q4_k(const uint8_t *at, float *out) {
  open_parts(at, NULL, at + 16, out);
}

static void open_q5_k(const uint8_t *at, float *out) {
  open_parts(at, at + 16, at + 48, out);
}

static void open_q6_k(const uint8_t *at, float *out) {
  float d = half(at + 208);
  for (int i = 0; i < 256; i++) {
    int half_at = i / 128, part = i % 128 / 32, k = i % 32;
    int low = at[half_at * 64 + part % 2 * 32 + k] >> (part / 2 * 4) & 15;
    int high = at[128 + half_at * 32 + k] >> (part * 2) & 3;
    int scale = (int8_t)at[192 + i / 16];
    out[i] = d * (float)scale * (float)(low + high * 16 - 32);
  }
}

static const LitBlock rows[] = {
  {2, "Q4_0", "4 bits and a scale for 32 numbers", 32, 18, open_q4_0, 0},
  {3, "Q4_1", "4 bits, a scale and a least value", 32, 20, open_q4_1, 0},
  {6, "Q5_0", "5 bits and a scale", 32, 22, open_q5_0, 0},
  {7, "Q5_1", "5 bits, a scale and a least value", 32, 24, open_q5_1, 0},
  {8, "Q8_0", "8 bits and a scale; computed with as it is", 32, 34, open_q8_0,
   1},
  {12, "Q4_K", "4 bits, scales in two steps", 256, 144, open_q4_k, 0},
  {13, "Q5_K", "5 bits, scales in two steps", 256, 176, open_q5_k, 0},
  {14, "Q6_K", "6 bits, scales in two steps", 256, 210, open_q6_k, 0},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

const LitBlock *lit_block_row(size_t i) { return i < N_ROWS ? &rows[i] : NULL; }

const LitBlock *lit_block_find(uint32_t id) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (rows[i].id == id) return &rows[i];
  return NULL;
}
