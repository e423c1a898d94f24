/* wordscan.c -- see wordscan.h.
**
** Sixty-four bytes become three sets of bits (kern/bytes.h): those of words,
** those over 127, and those that bind a word to what is behind it.  Where the
** words begin and end, and at which of them to stop, is then a matter of bits.
*/
#include "text/wordscan.h"
#include "base/poison.h"

/* M: a letter, a digit, or over 127; alone before a full stop it may be an
** initial.  J: binds if a member is next.  S: binds if a slash is next, as in a
** URL.  G: a sign that may belong to a word. */
enum { J = 1, S = 2, G = 4, I = 8, M = LIT_BYTES_MEMBER | I };
enum { g = G, j = G | J, s = G | S, d = G | I };
static const LitBytesKind binds = {{
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, G, 0, G, J, J, 0, 0, 0, G, J, J, J, J,
  M, M, M, M, M, M, M, M, M, M, S, 0, 0, 0, 0, 0,
  J, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, 0, 0, 0, 0, J,
  0, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, 0, 0, 0, 0, 0,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
  M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
}, {
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g,
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, g,
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, d, s,
  j, j, j, j, j, j, j, j, j, j, g, g, g, g, g, g,
  g, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, g, g, g, g, g,
  g, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, g, g, g, g, g,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
  j, j, j, j, j, j, j, j, j, j, j, j, j, j, j, j,
}};

void lit_wordscan_begin(LitWordScan *scan, const char *text, size_t n,
                        const LitStems *stems) {
  scan->kern = lit_bytes();
  scan->s = (const uint8_t *)text, scan->n = n;
  scan->whole = n >= LIT_STEM_WORD ? n - LIT_STEM_WORD + 1 : 0;
  scan->stems = stems;
  scan->at = n + 1;                     /* nothing was looked at */
}

/* Look at the block that begins at byte i <= n; behind the end are zeros. */
static void look(LitWordScan *scan, size_t i) {
  uint8_t end[LIT_BYTES + 1] = {0};
  const uint8_t *from = scan->s + i;
  if (scan->n - i <= LIT_BYTES) {
    if (scan->n > i) memcpy(end, from, scan->n - i);
    from = end;
  }
  scan->at = i, scan->bytes = scan->kern->look(&binds, from);
}

enum { LOWER = 0x20 };                  /* which digits have anyway */

/* The key of a word near the end of the text. */
static LitStemKey key_at_end(const uint8_t *word, size_t n) {
  char end[LIT_STEM_WORD] = {0};
  memcpy(end, word, n);
  return lit_stems_key(end, n, LOWER);
}

static inline LitStemKey key_of(const LitWordScan *scan, size_t begin,
                                size_t n) {
  const uint8_t *word = scan->s + begin;
  if (begin >= scan->whole) return key_at_end(word, n);
  return lit_stems_key((const char *)word, n, LOWER);
}

static inline void add(const LitWordScan *scan, LitPlain *p, size_t begin,
                       size_t n) {
  const LitStemKey key = key_of(scan, begin, n);
  LitStemSet *set = lit_stems_set(scan->stems, &key);
  __builtin_prefetch(set);
  *p = (LitPlain){key, (uint32_t)begin, (uint32_t)n, set};
}

/* Bits from `at` on, and the lowest. */
static inline uint64_t from_bit(uint64_t bits, size_t at) {
  return bits >> at << at;
}
static inline uint64_t lowest(uint64_t bits) { return bits & (0 - bits); }
static inline size_t first(uint64_t bits) {
  return (size_t)__builtin_ctzll(bits);
}

/* The words of the compound that begins a block's words, as far as they are in
** it: ask for their sets too. */
static void ask(const LitWordScan *scan, uint64_t begins, uint64_t ends) {
  enum { SOME = 3 };
  for (int k = 0; k < SOME && ends; k++) {
    size_t begin = first(begins), n = first(ends) - begin;
    if (n <= LIT_STEM_WORD) {
      LitStemKey key = key_of(scan, scan->at + begin, n);
      __builtin_prefetch(lit_stems_set(scan->stems, &key));
    }
    begins &= begins - 1, ends &= ends - 1;
  }
}

static const size_t none = SIZE_MAX;

/* Is the word that begins before the block, and ends with bit `to`, plain? */
static inline int is_plain(const LitWordScan *scan, size_t begin, size_t to) {
  const LitBytes *b = &scan->bytes;
  const size_t n = scan->at + to - begin;
  if (n > LIT_STEM_WORD || b->pairs >> to & 1) return 0;
  if (to && b->high << (LIT_BYTES - to)) return 0;
  return n > 1 || scan->at + to == scan->n || scan->s[scan->at + to] != '.';
}

/* The first of the words (where they begin and end) that is not plain, as its
** end; but a long one that is else plain is not told. */
static inline uint64_t stop_of(const LitBytes *b, uint64_t begins,
                               uint64_t ends, uint64_t high) {
  uint64_t stops = ends & (b->pairs | (begins & b->pairs) << 1);
  if (high) stops |= from_bit(ends, first(high));
  return lowest(stops);
}

/* The words that begin or end in the block, its bytes from i on.  *begin: of
** the one that reaches into it, and then beyond it, or none.  Returns where to
** stop, or none. */
static inline size_t take_block(LitWordScan *scan, size_t i, size_t *begin) {
  const LitBytes *b = &scan->bytes;
  const uint64_t is = from_bit(b->members, i - scan->at);
  const uint64_t was = is << 1 | (*begin != none);
  uint64_t begins = is & ~was, ends = was & ~is, stop, plain;
  if (*begin != none) {
    const size_t to = ends ? first(ends) : LIT_BYTES;
    if (to == LIT_BYTES) return none;
    if (!is_plain(scan, *begin, to)) return *begin;
    add(scan, &scan->plain[scan->n_plain++], *begin, scan->at + to - *begin);
    ends &= ends - 1, *begin = none;
    if (scan->n_plain == LIT_PLAINS) return scan->at + to;
  }
  stop = stop_of(b, begins, ends, from_bit(b->high, i - scan->at));
  for (plain = ends & (stop - 1); plain; plain &= plain - 1) {
    const size_t from = first(begins), to = first(plain);
    if (to - from > LIT_STEM_WORD) return scan->at + from;
    add(scan, &scan->plain[scan->n_plain++], scan->at + from, to - from);
    begins &= begins - 1;
    if (scan->n_plain == LIT_PLAINS) return scan->at + to;
  }
  if (!begins) return none;
  if (stop) return ask(scan, begins, ends & (0 - stop)), scan->at + first(begins);
  *begin = scan->at + first(begins);
  return none;
}

size_t lit_wordscan(LitWordScan *scan, size_t i) {
  size_t begin = none, stop;
  scan->n_plain = 0;
  while (i <= scan->n) {
    if (i < scan->at || i - scan->at >= LIT_BYTES) look(scan, i);
    stop = take_block(scan, i, &begin);
    if (stop != none) return stop;
    i = scan->at + LIT_BYTES;
    if (begin == none) continue;
    if (i - begin > LIT_STEM_WORD || scan->bytes.high >> (begin - scan->at))
      return begin;
  }
  return scan->n;
}
