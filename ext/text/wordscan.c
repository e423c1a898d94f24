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

/* Bits from `at` on, and the lowest. */
static inline uint64_t from_bit(uint64_t bits, size_t at) {
  return bits >> at << at;
}
static inline uint64_t lowest(uint64_t bits) { return bits & (0 - bits); }
static inline size_t first(uint64_t bits) {
  return (size_t)__builtin_ctzll(bits);
}

/* The words of a block that are not taken yet, by bits, and which of them are
** not plain; a word goes to *to.  All that the loop over words needs, apart
** from what it writes. */
typedef struct Left {
  uint64_t begins, ends, stops;
  const uint8_t *s;         /* the block */
  size_t at, n;             /* where it begins; bytes of the text from there */
  const LitStems *stems;
  LitPlain *to, *end;
} Left;

/* The word s[0..n), of which `room` bytes may be read, as the next one. */
static inline void put(Left *left, const uint8_t *word, size_t n,
                       size_t room) {
  enum { LOWER = 0x20 };                /* which digits have anyway */
  char end[LIT_STEM_WORD];
  LitPlain *p = left->to++;
  if (room < LIT_STEM_WORD) {
    memset(end, 0, sizeof end);
    memcpy(end, word, n);
    word = (const uint8_t *)end;
  }
  p->key = lit_stems_key((const char *)word, n, LOWER);
  p->set = lit_stems_set(left->stems, &p->key);
  __builtin_prefetch(p->set);
  p->n = (uint16_t)n, p->joint = 0;
}

/* Takes the first word, if it is short. */
static inline int take(Left *left) {
  const size_t from = first(left->begins), n = first(left->ends) - from;
  if (n > LIT_STEM_WORD) return 0;
  left->to->from = (uint32_t)(left->at + from);
  put(left, left->s + from, n, left->n - from);
  left->begins &= left->begins - 1, left->ends &= left->ends - 1;
  return 1;
}

/* Takes the first two, if both are plain but for a hyphen between them. */
static int take_hyphened(Left *left) {
  const size_t hyphen = first(left->ends);
  const uint64_t second = left->ends & (left->ends - 1);
  if (hyphen >= left->n || left->s[hyphen] != '-' || !second ||
      left->stops & lowest(second) || left->end - left->to < 2)
    return 0;
  if (first(second) - hyphen > LIT_STEM_WORD + 1 || !take(left)) return 0;
  take(left);
  left->to[-1].joint = 1;
  return 1;
}

/* The first words, of which one is a compound: ask for their sets too. */
static void ask(Left left) {
  enum { SOME = 3 };
  LitPlain room;
  for (int k = 0; k < SOME && left.ends; k++) {
    left.to = &room;
    if (!take(&left)) left.begins &= left.begins - 1, left.ends &= left.ends - 1;
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

/* Those of the words (where they begin and end) that are not plain, as their
** ends; but long ones are not told.  Nor is what is behind a byte over 127. */
static inline uint64_t stops_of(const LitBytes *b, uint64_t begins,
                                uint64_t ends, uint64_t high) {
  uint64_t stops = ends & (b->pairs | (begins & b->pairs) << 1);
  return high ? stops | from_bit(ends, first(high)) : stops;
}

/* The word that begins before the block, if it ends there and is plain. */
static int take_first(Left *left, const LitWordScan *scan, size_t begin) {
  const size_t to = first(left->ends);
  if (!is_plain(scan, begin, to)) return 0;
  left->to->from = (uint32_t)begin;
  put(left, scan->s + begin, left->at + to - begin, scan->n - begin);
  left->ends &= left->ends - 1;
  return 1;
}

/* The words that begin or end in the block, its bytes from i on.  *begin: of
** the one that reaches into it, and then beyond it, or none.  Returns where to
** stop, or none. */
static inline size_t take_block(LitWordScan *scan, size_t i, size_t *begin) {
  const LitBytes *b = &scan->bytes;
  const uint64_t is = from_bit(b->members, i - scan->at);
  const uint64_t was = is << 1 | (*begin != none);
  Left left = {.begins = is & ~was, .ends = was & ~is, .s = scan->s + scan->at,
               .at = scan->at, .n = scan->n - scan->at, .stems = scan->stems,
               .to = scan->plain + scan->n_plain,
               .end = scan->plain + LIT_PLAINS};
  size_t stop = none;
  if (*begin != none) {
    if (!left.ends) return none;
    if (!take_first(&left, scan, *begin)) return *begin;
    *begin = none;
  }
  left.stops = stops_of(b, left.begins, left.ends,
                        from_bit(b->high, i - scan->at));
  while (left.ends && left.to < left.end) {
    const int plain = !(left.stops & lowest(left.ends));
    if (plain ? take(&left) : take_hyphened(&left)) continue;
    ask(left);
    stop = left.at + first(left.begins);
    break;
  }
  scan->n_plain = (size_t)(left.to - scan->plain);
  if (stop == none && left.to == left.end)
    stop = left.to[-1].from + left.to[-1].n;
  else if (stop == none && left.begins)
    *begin = left.at + first(left.begins);
  return stop;
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
