/* buf.c -- see buf.h */
#include <stdarg.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/poison.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "numbers are stored as they lie in memory");

int lit_buf_room(LitErr *e, LitBuf *b, size_t more) {
  if (e->rc) return e->rc;
  if (more <= b->room - b->n) return LIT_OK;
  return LIT_GROW(e, &b->at, &b->room, b->n + more);
}

void lit_buf_put(LitErr *e, LitBuf *b, const void *at, size_t n) {
  if (n == 0 || lit_buf_room(e, b, n)) return;
  memcpy(b->at + b->n, at, n);
  b->n += n;
}

void lit_buf_text(LitErr *e, LitBuf *b, const char *s) {
  lit_buf_put(e, b, s, strlen(s));
}

void lit_buf_printf(LitErr *e, LitBuf *b, const char *fmt, ...) {
  va_list ap, again;
  int n;
  va_start(ap, fmt);
  va_copy(again, ap);
  n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  if (n >= 0 && !lit_buf_room(e, b, (size_t)n + 1)) {
    vsnprintf((char *)b->at + b->n, (size_t)n + 1, fmt, again);
    b->n += (size_t)n;
  }
  va_end(again);
}

void lit_buf_u8(LitErr *e, LitBuf *b, unsigned v) {
  if (!lit_buf_room(e, b, 1)) b->at[b->n++] = (uint8_t)v;
}

void lit_buf_u32(LitErr *e, LitBuf *b, uint32_t v) {
  lit_buf_put(e, b, &v, sizeof v);
}

void lit_buf_u64(LitErr *e, LitBuf *b, uint64_t v) {
  lit_buf_put(e, b, &v, sizeof v);
}

void lit_buf_varint(LitErr *e, LitBuf *b, uint64_t v) {
  if (lit_buf_room(e, b, 10)) return;
  for (; v >= 0x80; v >>= 7) b->at[b->n++] = (uint8_t)(v | 0x80);
  b->at[b->n++] = (uint8_t)v;
}

void lit_buf_json(LitErr *e, LitBuf *b, const char *s, size_t n) {
  lit_buf_u8(e, b, '"');
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\') lit_buf_printf(e, b, "\\%c", c);
    else if (c < 0x20) lit_buf_printf(e, b, "\\u%04x", c);
    else lit_buf_u8(e, b, c);
  }
  lit_buf_u8(e, b, '"');
}

void lit_buf_drop(LitBuf *b) {
  lit_free(b->at);
  *b = (LitBuf){0};
}

uint32_t lit_in_u32(LitIn *in) {
  const uint8_t *p = lit_in_take(in, 4);
  return p ? lit_get_u32(p) : 0;
}

uint64_t lit_in_u64(LitIn *in) {
  const uint8_t *p = lit_in_take(in, 8);
  return p ? lit_get_u64(p) : 0;
}

uint64_t lit_in_long(LitIn *in) {
  uint64_t v = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint64_t byte = lit_in_u8(in);
    v |= (byte & 0x7F) << shift;
    if (byte < 0x80) return v;
  }
  in->bad = 1;
  return 0;
}
