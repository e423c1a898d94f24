/* clean_pass.c -- one pass over a text: which rule is tried where.
**
** Ordinary text has nothing to mend in most of its words, so the places where
** a rule could do something are found 64 bytes at a time (kern/bytes.h), by a
** byte and its neighbour; the rule itself decides.
*/
#include <string.h>
#include "kern/bytes.h"
#include "text/clean_in.h"
#include "base/poison.h"

/* What to try at a byte. */
enum { COLD, SPACE, MARK, DASH, QUOTE, TIE, AMP, EX, SLASH, BRACE, DOLLAR,
       WORD, NUMBER, HIGH };
static const uint8_t heat[256] = {
  [0] = SPACE, [1] = SPACE, [2] = SPACE, [3] = SPACE, [4] = SPACE,
  [5] = SPACE, [6] = SPACE, [7] = SPACE, [8] = SPACE, [9] = SPACE,
  [10] = SPACE, [11] = SPACE, [12] = SPACE, [13] = SPACE, [14] = SPACE,
  [15] = SPACE, [16] = SPACE, [17] = SPACE, [18] = SPACE, [19] = SPACE,
  [20] = SPACE, [21] = SPACE, [22] = SPACE, [23] = SPACE, [24] = SPACE,
  [25] = SPACE, [26] = SPACE, [27] = SPACE, [28] = SPACE, [29] = SPACE,
  [30] = SPACE, [31] = SPACE, [' '] = SPACE, [0x7F] = SPACE,
  ['.'] = MARK, [','] = MARK, [';'] = MARK, ['-'] = DASH, ['`'] = QUOTE,
  ['\''] = QUOTE, ['~'] = TIE, ['&'] = AMP, ['x'] = EX, ['\\'] = SLASH,
  ['{'] = BRACE, ['}'] = BRACE, ['$'] = DOLLAR,
  ['w'] = WORD, ['y'] = WORD, ['m'] = WORD, ['q'] = WORD,
  ['0'] = NUMBER, ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER,
  ['4'] = NUMBER, ['5'] = NUMBER, ['6'] = NUMBER, ['7'] = NUMBER,
  ['8'] = NUMBER, ['9'] = NUMBER,
  [0xC2] = HIGH, [0xE2] = HIGH, [0xEF] = HIGH,
};

static size_t apply(LitClean *c, size_t i) {
  static size_t (*const rules[])(LitClean *, size_t) = {
    [SPACE] = lit_clean_space, [MARK] = lit_clean_lost_space,
    [DASH] = lit_clean_hyphen, [QUOTE] = lit_clean_quote,
    [TIE] = lit_clean_tie, [AMP] = lit_clean_entity,
    [EX] = lit_clean_lost_entity, [SLASH] = lit_clean_backslash,
    [BRACE] = lit_clean_brace, [DOLLAR] = lit_clean_dollar,
    [WORD] = lit_clean_bare_word, [NUMBER] = lit_clean_digit,
    [HIGH] = lit_clean_high,
  };
  return rules[heat[(unsigned char)c->s[i]]](c, i);
}

/* Where a rule may have something to do: at a byte that opens a pair which its
** neighbour closes, so that most bytes are never looked at singly.
**
**   G   a blank, a hyphen or ( [ before a blank or what clings to a word
**   U   a full stop before a capital          L   a comma before a small letter
**   Q   a quote before a quote, x before 2    D   a digit before t
**   W   the end of a word in w, y, m, q, if one of t, o, e, p, i is before it:
**       members are T before such a letter, and E at its own place
**   A   always
*/
enum { G = 1, U = 2, L = 4, Q = 8, A = 16, D = 32, W = 64,
       T = LIT_BYTES_MEMBER | D, E = LIT_BYTES_MEMBER | W };
enum { a = A, g = A | G | W, u = A | U, l = A | L, q = A | Q | W, w = A | W,
       t = A | L | D, h = A | G };
static const LitBytesKind pairs = {{
  A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
  A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
  G, 0, 0, 0, A, 0, A, Q, G, 0, 0, 0, L, G, U, 0,
  D, D, D, D, D, D, D, D, D, D, 0, L, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, G, A, 0, 0, 0,
  Q, 0, 0, 0, 0, T, 0, 0, 0, T, 0, 0, 0, E, 0, T,
  T, E, 0, 0, T, 0, 0, E, Q, E, 0, A, 0, A, A, A,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, A,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
}, {
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g,
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g,
  g, g, w, w, w, w, w, q, w, g, w, w, g, w, g, w,
  w, w, q, w, w, w, w, w, w, w, g, g, w, w, w, g,
  w, u, u, u, u, u, u, u, u, u, u, u, u, u, u, u,
  u, u, u, u, u, u, u, u, u, u, u, w, w, g, w, w,
  q, l, l, l, l, l, l, l, l, l, l, l, l, t, l, l,
  l, t, l, l, t, l, l, t, l, t, l, w, w, w, w, g,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, h, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
  a, a, h, a, a, a, a, a, a, a, a, a, a, a, a, h,
  a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
}};

/* The places of some blocks. */
enum { AHEAD = 16 };
typedef struct Ahead {
  const LitBytesKern *kern;
  size_t at, end;           /* where the first begins, and the last ends */
  uint64_t bits[AHEAD];     /* bit j of bits[k]: look at byte at + 64 k + j */
} Ahead;

/* The bits of a block; before its first byte may be anything. */
static inline uint64_t places(const LitBytes *b) {
  const uint64_t both = b->pairs & b->members;
  return (b->pairs & ~b->members) | (both & (both << 1 | 1));
}

/* The bits of the block of the last n > 0 bytes. */
static uint64_t last_places(const Ahead *b, const LitClean *c, size_t n) {
  uint8_t end[2 * LIT_BYTES + 1] = {0};
  LitBytes bytes;
  if (c->n >= LIT_BYTES)                        /* always as many: quick */
    memcpy(end, c->s + c->n - LIT_BYTES, LIT_BYTES);
  else memcpy(end + LIT_BYTES - n, c->s + c->n - n, n);
  b->kern->look(&pairs, end + LIT_BYTES - n, 1, &bytes);
  return places(&bytes) & ~(uint64_t)0 >> (LIT_BYTES - n);
}

/* Looks at the blocks from byte i < c->n on. */
static void look_ahead(Ahead *b, const LitClean *c, size_t i) {
  const uint8_t *s = (const uint8_t *)c->s + i;
  const size_t left = c->n - i, whole = (left - 1) / LIT_BYTES;
  LitBytes bytes[AHEAD];
  size_t n = whole < AHEAD ? whole : AHEAD;
  b->kern->look(&pairs, s, n, bytes);
  for (size_t k = 0; k < n; k++) b->bits[k] = places(&bytes[k]);
  if (n < AHEAD) b->bits[n] = last_places(b, c, left - n * LIT_BYTES), n++;
  b->at = i, b->end = i + n * LIT_BYTES;
}

/* The next place from i on, or the last byte. */
static inline size_t next_place(Ahead *b, const LitClean *c, size_t i) {
  for (; i < c->n; i = b->at + ((i - b->at) | (LIT_BYTES - 1)) + 1) {
    uint64_t left;
    if (i >= b->end) look_ahead(b, c, i);
    left = b->bits[(i - b->at) / LIT_BYTES] >> (i - b->at) % LIT_BYTES;
    if (left) return i + (size_t)__builtin_ctzll(left);
  }
  return c->n - 1;
}

/* May the word that ends with byte i, in w, y, m or q, be one of those that
** lit_clean_bare_word knows?  By its last letters. */
static int is_bare(const LitClean *c, size_t i) {
  const char *s = c->s + i;
  if (i < 2) return 1;
  if (*s == 'w') return s[-1] == 'o' && s[-2] == 'r';       /* arrow */
  if (*s == 'y') return s[-1] == 't' && s[-2] == 'f';       /* infty */
  if (*s == 'q') return s[-1] == 'e';                       /* leq, geq */
  return s[-1] == 'p' || (s[-1] == 'i' && s[-2] == 's');    /* pm, sim */
}

enum { STRIDE = 1 << 17 };  /* Bytes between two questions: about 3 ms */

/* The first byte, the last, and what follows an edit or a bracket are looked at
** anyway: their neighbours are not those that the rules see. */
void lit_clean_pass(LitClean *c) {
  size_t i = 0, sure = 0, next, ask = STRIDE;
  Ahead ahead;
  ahead.kern = lit_bytes(), ahead.at = ahead.end = 0;
  c->hit = c->n;
  while (i < c->n && !c->e->rc) {
    int what;
    if (i >= ask) {
      ask = i + STRIDE;
      lit_stopped(c->e, c->stop);
    }
    if (i != sure && i + 1 < c->n) i = next_place(&ahead, c, i);
    what = heat[(unsigned char)c->s[i]];
    if (what == COLD || (what == WORD && !is_bare(c, i))) {
      if (c->s[i] == '(' || c->s[i] == '[') sure = i + 1;
      i++;
      continue;
    }
    next = apply(c, i);
    if (!c->out && c->hit < c->n) return;
    i = next > i ? next : i + 1;
    sure = c->copied;
  }
}
