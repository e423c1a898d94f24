/* jsonscan.c -- see jsonscan.h.  No recursion: one bit a level says whether an
** object or an array is open. */
#include <stdint.h>
#include <string.h>
#include "text/jsonscan.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Scan {
  const char *s;
  size_t i, n;
  const char *bad;            /* the first thing that was missed */
} Scan;

static int at(const Scan *c) {
  return c->i < c->n ? (unsigned char)c->s[c->i] : -1;
}

static void blanks(Scan *c) {
  while (c->i < c->n && (c->s[c->i] == ' ' || c->s[c->i] == '\t' ||
                         c->s[c->i] == '\n' || c->s[c->i] == '\r'))
    c->i++;
}

static int fail(Scan *c, const char *words) {
  if (!c->bad) c->bad = words;
  return 0;
}

static int hex4(Scan *c) {
  for (int k = 0; k < 4; k++, c->i++) {
    int x = at(c);
    if (!((x >= '0' && x <= '9') || ((x | 0x20) >= 'a' && (x | 0x20) <= 'f')))
      return fail(c, "four hex digits");
  }
  return 1;
}

/* Eight bytes none of which ends a stretch of plain characters. */
static int plain8(const char *s) {
  const uint64_t ones = 0x0101010101010101u, highs = ones << 7;
  uint64_t w, quote, slash;
  memcpy(&w, s, sizeof w);
  quote = w ^ ones * '"', slash = w ^ ones * '\\';
  return !((((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) |
            ((slash - ones) & ~slash)) & highs);
}

static int string(Scan *c) {
  for (c->i++; c->i < c->n; ) {
    unsigned char x = (unsigned char)c->s[c->i];
    if (c->n - c->i >= 8 && plain8(c->s + c->i)) {
      c->i += 8;
      continue;
    }
    c->i++;
    if (x == '"') return 1;
    if (x < 0x20) return c->i--, fail(c, "no control character in a string");
    if (x != '\\') continue;
    x = (unsigned char)at(c);
    if (!x || !strchr("\"\\/bfnrtu", x)) return fail(c, "an escape");
    c->i++;
    if (x == 'u' && !hex4(c)) return 0;
  }
  return fail(c, "the \" that ends a string");
}

static int digits(Scan *c) {
  if (at(c) < '0' || at(c) > '9') return fail(c, "a digit");
  while (at(c) >= '0' && at(c) <= '9') c->i++;
  return 1;
}

static int number(Scan *c) {
  if (at(c) == '-') c->i++;
  if (at(c) == '0') c->i++;
  else if (!digits(c)) return 0;
  if (at(c) == '.') {
    c->i++;
    if (!digits(c)) return 0;
  }
  if ((at(c) | 0x20) != 'e') return 1;
  c->i++;
  if (at(c) == '+' || at(c) == '-') c->i++;
  return digits(c);
}

static int word(Scan *c, const char *w) {
  size_t len = strlen(w);
  if (c->n - c->i < len || memcmp(c->s + c->i, w, len))
    return fail(c, "a value");
  c->i += len;
  return 1;
}

static int scalar(Scan *c) {
  switch (at(c)) {
  case '"': return string(c);
  case 't': return word(c, "true");
  case 'f': return word(c, "false");
  case 'n': return word(c, "null");
  default:
    if (at(c) != '-' && (at(c) < '0' || at(c) > '9'))
      return fail(c, "a value");
    return number(c);
  }
}

static int key(Scan *c) {
  blanks(c);
  if (at(c) != '"') return fail(c, "a name in quotes");
  if (!string(c)) return 0;
  blanks(c);
  if (at(c) != ':') return fail(c, "a colon");
  c->i++;
  return 1;
}

static void scan(Scan *c) {
  uint8_t object[LIT_JSON_DEPTH];     /* of each open level: is it one? */
  int depth = 0;
  for (;;) {
    blanks(c);
    if (at(c) == '{' || at(c) == '[') {
      const int is_object = at(c) == '{';
      if (depth == LIT_JSON_DEPTH) {
        fail(c, "at most 1000 open brackets");
        return;
      }
      object[depth++] = (uint8_t)is_object;
      c->i++;
      blanks(c);
      if (at(c) != (is_object ? '}' : ']')) {
        if (is_object && !key(c)) return;
        continue;
      }
    } else if (!scalar(c)) {
      return;
    }
    for (blanks(c); depth > 0; blanks(c)) {         /* a value is complete */
      const int close = object[depth - 1] ? '}' : ']';
      if (at(c) == ',') break;
      if (at(c) != close) {
        fail(c, object[depth - 1] ? "a comma or }" : "a comma or ]");
        return;
      }
      c->i++, depth--;
    }
    if (depth == 0) break;
    c->i++;
    if (object[depth - 1] && !key(c)) return;
  }
  if (c->i < c->n) fail(c, "the end");
}

const char *lit_jsonscan(const char *s, size_t n, size_t *where) {
  Scan c = {.s = s, .n = n};
  size_t bad = lit_utf8_bad(s, n);
  *where = bad;
  if (bad < n) return s[bad] ? "valid UTF-8" : "no NUL byte";
  scan(&c);
  *where = c.i;
  return c.bad;
}
