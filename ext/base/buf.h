/* buf.h -- a growing run of bytes, and little-endian numbers in and out of it.
**
** Zero a LitBuf to start.  After an error in *e every put is a no-op, so a
** writer checks once, at its end.  A LitIn reads bytes that came from outside:
** every get checks the end, and past it gives 0 and sets in->bad.
*/
#ifndef LIT_BUF_H
#define LIT_BUF_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/err.h"

typedef struct LitBuf {
  uint8_t *at;
  size_t n, room;
} LitBuf;

int lit_buf_room(LitErr *e, LitBuf *b, size_t more);   /* for `more` bytes */
void lit_buf_put(LitErr *e, LitBuf *b, const void *at, size_t n);
void lit_buf_text(LitErr *e, LitBuf *b, const char *s);
void lit_buf_printf(LitErr *e, LitBuf *b, const char *fmt, ...) LIT_PRINTF(3, 4);
void lit_buf_u8(LitErr *e, LitBuf *b, unsigned v);
void lit_buf_u32(LitErr *e, LitBuf *b, uint32_t v);
void lit_buf_u64(LitErr *e, LitBuf *b, uint64_t v);
void lit_buf_varint(LitErr *e, LitBuf *b, uint64_t v);  /* LEB128, 1-10 bytes */
void lit_buf_json(LitErr *e, LitBuf *b, const char *s, size_t n); /* "quoted" */
void lit_buf_drop(LitBuf *b);

typedef struct LitIn {
  const uint8_t *at, *end;
  int bad;                  /* True once something was not there */
} LitIn;

uint32_t lit_in_u32(LitIn *in);
uint64_t lit_in_u64(LitIn *in);
uint64_t lit_in_long(LitIn *in);                   /* A varint of any length */

static inline LitIn lit_in(const void *at, size_t n) {
  const uint8_t *p = (const uint8_t *)at;
  return (LitIn){.at = p, .end = n ? p + n : p};
}
/* n bytes, or NULL. */
static inline const uint8_t *lit_in_take(LitIn *in, size_t n) {
  const uint8_t *p = in->at;
  if (in->bad || n > (size_t)(in->end - in->at)) {
    in->bad = 1;
    return NULL;
  }
  in->at += n;
  return p;
}
static inline unsigned lit_in_u8(LitIn *in) {
  const uint8_t *p = lit_in_take(in, 1);
  return p ? *p : 0;
}
/* Mostly one byte. */
static inline uint64_t lit_in_varint(LitIn *in) {
  if (!in->bad && in->at < in->end && *in->at < 0x80) return *in->at++;
  return lit_in_long(in);
}

/* Little-endian numbers at any address. */
static inline uint32_t lit_get_u32(const void *p) {
  uint32_t v;
  memcpy(&v, p, sizeof v);
  return v;
}
static inline uint64_t lit_get_u64(const void *p) {
  uint64_t v;
  memcpy(&v, p, sizeof v);
  return v;
}
#endif
