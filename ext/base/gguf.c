/* gguf.c -- see gguf.h.
**
** The file, little-endian: "GGUF", version (4 bytes), number of tensors,
** number of values, the values, the tensors' list, padding, the tensors'
** bytes.  A value: its key (length, bytes), its type (4 bytes), its bytes; of
** an array type of the items (4), how many, the items.  A text: its length and
** bytes.  Lengths and numbers are 8 bytes, in version 1 they are 4.
*/
#include <string.h>
#include "base/gguf.h"
#include "base/mem.h"
#include "base/poison.h"

enum { VALUES_MAX = 1 << 16 };

/* Bytes of an item; 0 for texts and arrays. */
static const uint8_t widths[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
enum { N_TYPES = sizeof widths };

int lit_gguf_is(const void *at, size_t n) {
  return n >= 8 && memcmp(at, "GGUF", 4) == 0;
}

uint64_t lit_gguf_take_size(const LitGguf *g, LitIn *in) {
  return g->version == 1 ? lit_in_u32(in) : lit_in_u64(in);
}

const char *lit_gguf_take_text(const LitGguf *g, LitIn *in, size_t *n) {
  uint64_t len = lit_gguf_take_size(g, in);
  const uint8_t *s = lit_in_take(in, len > SIZE_MAX ? SIZE_MAX : (size_t)len);
  *n = s ? (size_t)len : 0;
  return (const char *)s;
}

LitIn lit_gguf_in(const LitGguf *g) {
  return lit_in(g->at + g->tensors, g->size - g->tensors);
}

/* Go past the items of *v. */
static void skip_items(const LitGguf *g, LitIn *in, LitGgufValue *v) {
  const uint8_t *from = in->at;
  size_t n, width = widths[v->type];
  if (width && v->n <= SIZE_MAX / width)
    lit_in_take(in, (size_t)v->n * width);
  else if (width)
    in->bad = 1;
  for (uint64_t i = 0; !width && i < v->n && !in->bad; i++)
    lit_gguf_take_text(g, in, &n);
  if (!in->bad) v->bytes = lit_in(from, (size_t)(in->at - from));
}

static int read_value(LitErr *e, LitGguf *g, LitIn *in) {
  LitGgufValue v = {.n = 1};
  v.key = lit_gguf_take_text(g, in, &v.n_key);
  v.type = lit_in_u32(in);
  v.is_array = v.type == LIT_GGUF_ARRAY;
  if (v.is_array) {
    v.type = lit_in_u32(in);
    v.n = lit_gguf_take_size(g, in);
  }
  if (v.type >= N_TYPES || v.type == LIT_GGUF_ARRAY) in->bad = 1;
  if (!in->bad) skip_items(g, in, &v);
  if (in->bad)
    return lit_fail(e, LIT_CORRUPT, "GGUF: value %zu is broken", g->n + 1);
  if (LIT_GROW(e, &g->value, &g->room, g->n + 1)) return e->rc;
  g->value[g->n++] = v;
  return LIT_OK;
}

int lit_gguf_open(LitErr *e, const void *at, size_t n, LitGguf *out) {
  LitGguf g = {.at = at, .size = n};
  LitIn in = lit_in(at, n);
  uint64_t n_values;
  *out = (LitGguf){0};
  if (!lit_gguf_is(at, n)) return lit_fail(e, LIT_CORRUPT, "no GGUF file");
  lit_in_u32(&in);
  g.version = lit_in_u32(&in);
  if (g.version < 1 || g.version > 3)
    return lit_fail(e, LIT_CORRUPT, "GGUF: version %u; known are 1 to 3",
                    g.version);
  g.n_tensors = lit_gguf_take_size(&g, &in);
  n_values = lit_gguf_take_size(&g, &in);
  if (in.bad || n_values > VALUES_MAX)
    return lit_fail(e, LIT_CORRUPT, "GGUF: the header is broken");
  while (g.n < n_values)
    if (read_value(e, &g, &in)) {
      lit_gguf_drop(&g);
      return e->rc;
    }
  g.tensors = (size_t)(in.at - g.at);
  *out = g;
  return LIT_OK;
}

void lit_gguf_drop(LitGguf *g) {
  lit_free(g->value);
  *g = (LitGguf){0};
}

const LitGgufValue *lit_gguf_find(const LitGguf *g, const char *key) {
  size_t n = strlen(key);
  for (size_t i = 0; i < g->n; i++)
    if (g->value[i].n_key == n && memcmp(g->value[i].key, key, n) == 0)
      return &g->value[i];
  return NULL;
}

/* The bits of a single value, zeroes behind them; false if there is none. */
static int single(const LitGguf *g, const char *key, uint64_t *bits,
                  uint32_t *type) {
  const LitGgufValue *v = lit_gguf_find(g, key);
  if (!v || v->is_array || v->type == LIT_GGUF_TEXT) return 0;
  *bits = 0, *type = v->type;
  memcpy(bits, v->bytes.at, widths[v->type]);
  return 1;
}

int64_t lit_gguf_int(const LitGguf *g, const char *key, int64_t def) {
  uint64_t bits;
  uint32_t type;
  if (!single(g, key, &bits, &type)) return def;
  switch (type) {
  case LIT_GGUF_I8: return (int8_t)bits;
  case LIT_GGUF_I16: return (int16_t)bits;
  case LIT_GGUF_I32: return (int32_t)bits;
  case LIT_GGUF_F32: case LIT_GGUF_F64: return def;
  default: return (int64_t)bits;
  }
}

double lit_gguf_real(const LitGguf *g, const char *key, double def) {
  uint64_t bits;
  uint32_t type;
  float f;
  double d;
  if (!single(g, key, &bits, &type)) return def;
  if (type == LIT_GGUF_F32) return memcpy(&f, &bits, sizeof f), f;
  if (type == LIT_GGUF_F64) return memcpy(&d, &bits, sizeof d), d;
  return (double)lit_gguf_int(g, key, 0);
}

const char *lit_gguf_text(const LitGguf *g, const char *key, size_t *n) {
  const LitGgufValue *v = lit_gguf_find(g, key);
  LitIn in;
  *n = 0;
  if (!v || v->is_array || v->type != LIT_GGUF_TEXT) return NULL;
  in = v->bytes;
  return lit_gguf_take_text(g, &in, n);
}
