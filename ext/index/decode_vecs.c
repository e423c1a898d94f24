/* decode_vecs.c -- FILTER columns and vectors as JSON, see decode.h; the
** formats are described in cols_part.h, vecs_part.h and ivf_part.h.
**
** A float that is infinite or no number is null; a vector that has one is a
** string that says so.
*/
#include <math.h>
#include "index/decode_json.h"
#include "index/cols_part.h"
#include "index/ivf_part.h"
#include "kern/kern.h"
#include "base/poison.h"

/* ---- floats ---- */

static void put_real(LitErr *e, LitBuf *out, float f) {
  LitVec v = {.at = (const void *)&f, .type = LIT_F32, .dim = 1};
  size_t from = out->n;
  if (!isfinite(f)) {
    lit_buf_text(e, out, "null");
    return;
  }
  lit_vec_put_text(e, out, &v);
  if (e->rc) return;
  memmove(out->at + from, out->at + from + 1, out->n - from - 2);
  out->n -= 2;                          /* its brackets */
}

/* ,"name":[n floats] */
static float in_float(LitIn *in) {
  uint32_t u = lit_in_u32(in);
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}

static void put_reals(LitErr *e, LitIn *in, const char *name, uint32_t n,
                      LitBuf *out) {
  lit_buf_printf(e, out, "\"%s\":[", name);
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    if (i) lit_buf_text(e, out, ",");
    put_real(e, out, in_float(in));
  }
  lit_buf_text(e, out, "]");
}

static void put_ints8(LitErr *e, LitIn *in, uint32_t n, LitBuf *out) {
  const int8_t *at = (const int8_t *)lit_in_take(in, n);
  lit_buf_text(e, out, "[");
  for (uint32_t i = 0; at && i < n && !e->rc; i++)
    lit_buf_printf(e, out, i ? ",%d" : "%d", at[i]);
  lit_buf_text(e, out, "]");
}

static int is_finite(const LitVec *v) {
  for (uint32_t i = 0; i < v->dim; i++)
    if (!isfinite(lit_vec_get(v, i))) return 0;
  return 1;
}

/* ---- infos ---- */

static void info_column(LitErr *e, LitIn *in, LitBuf *out) {
  uint32_t n;
  lit_json_number(e, out, "version", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "codes", lit_in_u32(in));
  n = lit_in_u32(in);
  lit_buf_text(e, out, ",\"pages\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    if (i) lit_buf_text(e, out, ",");
    lit_json_numbers(e, in, 4, 4, out);
  }
  lit_buf_text(e, out, "],\"blocks\":[");
  for (uint32_t i = 0; in->at < in->end && !in->bad && !e->rc; i++) {
    if (i) lit_buf_text(e, out, ",");
    lit_json_numbers(e, in, 4, 4, out);
  }
  lit_buf_text(e, out, "]");
}

static void info_vectors(LitErr *e, LitIn *in, LitBuf *out) {
  static const char *const names[] = {"dim", "rows_in_chunk", "rows"};
  lit_json_number(e, out, "version", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "type", lit_in_u8(in));
  for (int i = 0; i < 3; i++) {
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, names[i], lit_in_u32(in));
  }
}

static void info_codes(LitErr *e, LitIn *in, LitBuf *out) {
  lit_json_number(e, out, "version", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "unit", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "rows_in_chunk", lit_in_u32(in));
}

static void info_lists(LitErr *e, LitIn *in, LitBuf *out) {
  static const char *const names[] = {"words", "lists", "rows", "times"};
  unsigned version = lit_in_u8(in);
  int leans = version > IVF_VERSION_UPRIGHT;
  lit_json_number(e, out, "version", version);
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "kind", lit_in_u8(in));
  for (int i = 0; i < (version == IVF_VERSION_ONCE ? 3 : 4); i++) {
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, names[i], lit_in_u32(in));
  }
  lit_buf_text(e, out, ",");
  put_reals(e, in, "reach_margin_rows",
            (uint32_t)(in->end - in->at) / 4 - (uint32_t)leans, out);
  if (!leans) return;
  lit_buf_text(e, out, ",\"lean\":");
  put_real(e, out, in_float(in));
}

void lit_json_info(LitErr *e, LitIn *in, int part, LitBuf *out) {
  static void (*const vecs[])(LitErr *, LitIn *, LitBuf *) = {
    info_vectors, info_codes, info_lists, NULL};
  lit_buf_text(e, out, "{");
  if (part >= LIT_PART_VECS && vecs[(part - LIT_PART_VECS) % 4])
    vecs[(part - LIT_PART_VECS) % 4](e, in, out);
  else if (part >= LIT_PART_COLS && part < LIT_PART_COLS + LIT_COLS_MAX)
    info_column(e, in, out);
  else
    lit_in_take(in, (size_t)(in->end - in->at));
  lit_buf_text(e, out, "}");
}

/* ---- FILTER columns ---- */

/* The last value of text or blob. */
typedef struct Last { LitBuf bytes; int64_t number; } Last;

static void put_number(LitErr *e, LitIn *in, Last *last, LitBuf *out) {
  uint64_t v = lit_in_varint(in);
  last->number = (int64_t)((uint64_t)last->number +
                           (v >> 1 ^ (0 - (v & 1))));
  lit_buf_printf(e, out, "%lld", (long long)last->number);
}

static void put_bytes(LitErr *e, LitIn *in, Last *last, int is_text,
                      LitBuf *out) {
  uint64_t same = lit_in_varint(in), n = lit_in_varint(in);
  const uint8_t *at;
  if (same > last->bytes.n || n > LIT_VAL_MAX - same) in->bad = 1;
  at = lit_in_take(in, (size_t)n);
  if (in->bad) return;
  last->bytes.n = (size_t)same;
  lit_buf_put(e, &last->bytes, at, (size_t)n);
  if (e->rc) return;
  if (is_text) {
    lit_buf_json(e, out, (const char *)last->bytes.at, last->bytes.n);
    return;
  }
  lit_buf_text(e, out, "{\"blob\":\"");
  for (size_t i = 0; i < last->bytes.n && !e->rc; i++)
    lit_buf_printf(e, out, "%02x", last->bytes.at[i]);
  lit_buf_text(e, out, "\"}");
}

/* The bits of a double, in hexadecimal: no digit is lost. */
static void put_double(LitErr *e, LitIn *in, LitBuf *out) {
  lit_buf_printf(e, out, "{\"real\":\"%016llx\"}",
                 (unsigned long long)lit_in_u64(in));
}

static void put_value(LitErr *e, LitIn *in, Last *last, LitBuf *out) {
  unsigned type = lit_in_u8(in);
  if (type == LIT_VAL_INT) put_number(e, in, last, out);
  else if (type == LIT_VAL_REAL) put_double(e, in, out);
  else if (type == LIT_VAL_TEXT || type == LIT_VAL_BLOB)
    put_bytes(e, in, last, type == LIT_VAL_TEXT, out);
  else in->bad = 1;
}

void lit_json_values(LitErr *e, LitIn *in, LitBuf *out) {
  const uint8_t *from = in->at, *starts;
  size_t size = (size_t)(in->end - from);
  uint32_t table = size >= 4 ? lit_get_u32(from) : 1;
  Last last = {0};
  if (table == 0 || table % 4 || table > size) in->bad = 1;
  starts = lit_in_take(in, table);
  lit_buf_text(e, out, "\"values\":[");
  for (uint32_t g = 0; starts && 4 * g < table && !in->bad && !e->rc; g++) {
    size_t at = lit_get_u32(starts + 4 * (size_t)g);
    size_t end = 4 * g + 4 < table ? lit_get_u32(starts + 4 * (size_t)g + 4)
                                   : size;
    if (from + at != in->at || at > end || end > size) {
      in->bad = 1;
      break;
    }
    last.number = 0, last.bytes.n = 0;
    for (int i = 0; in->at < from + end && !in->bad && !e->rc; i++) {
      if (g || i) lit_buf_text(e, out, ",");
      put_value(e, in, &last, out);
    }
  }
  lit_buf_text(e, out, "]");
  lit_buf_drop(&last.bytes);
}

void lit_json_cells(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out) {
  uint32_t least = p[0], codes[64];
  int width = p[1] > least ? 32 - __builtin_clz(p[1] - least) : 0;
  if (width == 0) in->bad = in->at < in->end;
  lit_buf_text(e, out, "\"codes\":[");
  for (int g = 0; in->at < in->end && !in->bad && !e->rc; g++) {
    const uint8_t *at = lit_in_take(in, 8 * (size_t)width);
    if (!at) break;
    lit_kern()->unslice(at, width, codes);
    for (int i = 0; i < 64 && !e->rc; i++)
      lit_buf_printf(e, out, g || i ? ",%u" : "%u", codes[i] + least);
  }
  lit_buf_text(e, out, "]");
}

/* ---- vectors ---- */

/* Rows of a chunk of n bytes; 0: it is none.  A bit a row follows the rows if
** one has no vector. */
static size_t rows_of(size_t n, size_t stride, size_t told) {
  size_t rows = n / (8 * stride + 1) * 8;
  if (stride == 0) return 0;
  if (told && (n == told * stride || n == told * stride + (told + 7) / 8))
    return told;
  if (told && n > told * stride) return 0;
  if (n % stride == 0) return n / stride;
  for (size_t i = 0; i <= 8; i++, rows++)
    if (rows * stride + (rows + 7) / 8 == n) return rows;
  return 0;
}

void lit_json_vectors(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out) {
  LitElem type = (LitElem)p[1];
  size_t stride = lit_vec_bytes(type, p[0]), n = (size_t)(in->end - in->at);
  size_t rows = rows_of(n, stride, p[2]);
  const uint8_t *at = lit_in_take(in, rows * stride), *there = NULL;
  LitVec v = {.type = type, .dim = p[0]};
  if (n > rows * stride) there = lit_in_take(in, (rows + 7) / 8);
  if (!rows) in->bad = n > 0;
  lit_buf_text(e, out, "\"vectors\":[");
  for (size_t i = 0; at && i < rows && !in->bad && !e->rc; i++) {
    v.at = at + i * stride;
    if (i) lit_buf_text(e, out, ",");
    if (there && !(there[i / 8] >> i % 8 & 1)) lit_buf_text(e, out, "null");
    else if (is_finite(&v)) lit_vec_put_text(e, out, &v);
    else lit_buf_text(e, out, "\"not finite\"");
  }
  lit_buf_text(e, out, "]");
}

void lit_json_codes(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out) {
  static const char *const names[] = {"scale", "length", "residual"};
  size_t n = (size_t)(in->end - in->at) / (12 + (size_t)p[0]);
  for (int i = 0; i < 3; i++) {
    put_reals(e, in, names[i], (uint32_t)n, out);
    lit_buf_text(e, out, ",");
  }
  lit_buf_text(e, out, "\"codes\":[");
  for (size_t i = 0; i < n && !in->bad && !e->rc; i++) {
    if (i) lit_buf_text(e, out, ",");
    put_ints8(e, in, p[0], out);
  }
  lit_buf_text(e, out, "]");
}

/* ---- lists ---- */

void lit_json_centroids(LitErr *e, LitIn *in, const uint32_t *p,
                        LitBuf *out) {
  uint32_t dim = 64 * p[0];
  uint32_t n = (uint32_t)((size_t)(in->end - in->at) / (12 + (size_t)dim));
  put_reals(e, in, "scale", n, out);
  lit_buf_text(e, out, ",");
  put_reals(e, in, "square", n, out);
  lit_buf_text(e, out, ",\"rows\":");
  lit_json_numbers(e, in, n, 4, out);
  lit_buf_text(e, out, ",\"codes\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    if (i) lit_buf_text(e, out, ",");
    put_ints8(e, in, dim, out);
  }
  lit_buf_text(e, out, "]");
}

static void put_bits(LitErr *e, LitIn *in, uint32_t n, LitBuf *out) {
  lit_buf_text(e, out, "\"bits\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++)
    lit_buf_printf(e, out, i ? ",\"%016llx\"" : "\"%016llx\"",
                   (unsigned long long)lit_in_u64(in));
  lit_buf_text(e, out, "]");
}

static void put_list_block(LitErr *e, LitIn *in, uint32_t words, LitBuf *out) {
  static const char *const names[] = {"add", "scale", "ones", "spread"};
  for (int i = 0; i < 4; i++) {
    put_reals(e, in, names[i], IVF_BLOCK, out);
    lit_buf_text(e, out, ",");
  }
  lit_buf_text(e, out, "\"rows\":");
  lit_json_numbers(e, in, IVF_BLOCK, 4, out);
  lit_buf_text(e, out, ",");
  put_bits(e, in, words * IVF_BLOCK, out);
}

void lit_json_list(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out) {
  put_reals(e, in, "centroid", 64 * p[0], out);
  lit_buf_text(e, out, ",\"blocks\":[");
  for (int i = 0; in->at < in->end && !in->bad && !e->rc; i++) {
    lit_buf_text(e, out, i ? ",{" : "{");
    put_list_block(e, in, p[0], out);
    lit_buf_text(e, out, "}");
  }
  lit_buf_text(e, out, "]");
}

void lit_json_sketches(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out) {
  static const char *const names[] = {"add", "scale", "ones", "spread"};
  size_t rest = lit_ivf_sketch_bytes(p[0]) - 4 * sizeof(float) - 8 * (size_t)p[0];
  lit_buf_text(e, out, "\"rows\":[");
  for (int i = 0; in->at < in->end && !in->bad && !e->rc; i++) {
    lit_buf_text(e, out, i ? ",{" : "{");
    for (int j = 0; j < 4; j++) {
      put_reals(e, in, names[j], 1, out);
      lit_buf_text(e, out, ",");
    }
    put_bits(e, in, p[0], out);
    lit_in_take(in, rest);
    lit_buf_text(e, out, "}");
  }
  lit_buf_text(e, out, "]");
}
