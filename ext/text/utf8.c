/* utf8.c -- see utf8.h */
#include <string.h>
#include "text/utf8.h"
#include "base/poison.h"

/* Length of the well-formed character at s[0..n), or 0. */
static size_t well_formed(const uint8_t *s, size_t n) {
  uint8_t lo = 0x80, hi = 0xBF;
  size_t len;
  if (s[0] < 0x80) return 1;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  if (n < len) return 0;
  if (s[0] == 0xE0) lo = 0xA0;
  else if (s[0] == 0xED) hi = 0x9F;
  else if (s[0] == 0xF0) lo = 0x90;
  else if (s[0] == 0xF4) hi = 0x8F;
  if (s[1] < lo || s[1] > hi) return 0;
  for (size_t i = 2; i < len; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return len;
}

/* True if 8 bytes are all ASCII and none is NUL. */
static int plain8(const uint8_t *s) {
  uint64_t w;
  const uint64_t ones = 0x0101010101010101u, highs = ones << 7;
  memcpy(&w, s, sizeof w);
  return !((w | (w - ones)) & highs);
}

size_t lit_utf8_bad(const char *text, size_t n) {
  const uint8_t *s = (const uint8_t *)text;
  size_t i = 0;
  while (i < n) {
    size_t len;
    if (n - i >= 8 && plain8(s + i)) {
      i += 8;
      continue;
    }
    len = s[i] ? well_formed(s + i, n - i) : 0;
    if (!len) return i;
    i += len;
  }
  return n;
}

size_t lit_utf8_get(const char *text, size_t n, uint32_t *cp) {
  const uint8_t *s = (const uint8_t *)text;
  size_t len = well_formed(s, n);
  if (len <= 1) {
    *cp = len ? s[0] : 0xFFFD;
    return 1;
  }
  *cp = s[0] & (0x7Fu >> len);
  for (size_t i = 1; i < len; i++) *cp = *cp << 6 | (s[i] & 0x3F);
  return len;
}

size_t lit_utf8_put(uint32_t cp, char out[4]) {
  size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
  static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = len; i-- > 1; cp >>= 6)
    out[i] = (char)(0x80 | (cp & 0x3F));
  out[0] = (char)(lead[len] | cp);
  return len;
}
