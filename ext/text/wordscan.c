/* wordscan.c -- see wordscan.h.
**
** Sixty-four bytes become three sets of bits (kern/bytes.h): those of words,
** those over 127, and those that bind a word to what is behind it.  Where the
** words begin and end, and at which of them to stop, is then a matter of bits.
** The next sixty-four begin with the word that these do not hold to its end.
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
}

/* The block that begins at byte i < n; behind the end are zeros. */
static inline LitBytes look(const LitWordScan *scan, size_t i) {
  uint8_t end[LIT_BYTES + 1] = {0};
  const size_t n = scan->n - i;
  if (n > LIT_BYTES) return scan->kern->look(&binds, scan->s + i);
  memcpy(end, scan->s + i, n);
  return scan->kern->look(&binds, end);
}

/* The lowest of some bits, and its number. */
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

static inline void ask(const Left *left, LitPlain *p) {
  p->set = lit_stems_set(left->stems, &p->key);
  __builtin_prefetch(p->set);
}

/* Takes the first word as the next plain one, if it is short. */
static inline int take(Left *left) {
  enum { LOWER = 0x20 };                /* which digits have anyway */
  const size_t from = first(left->begins), n = first(left->ends) - from;
  const char *word = (const char *)left->s + from;
  char end[LIT_STEM_WORD];
  LitPlain *p = left->to;
  if (n > LIT_STEM_WORD) return 0;
  if (left->n - from < LIT_STEM_WORD) {
    memset(end, 0, sizeof end);
    word = memcpy(end, word, n);
  }
  p->key = lit_stems_key(word, n, LOWER);
  p->from = (uint32_t)(left->at + from), p->n = (uint16_t)n;
  p->kind = LIT_PLAIN;
  ask(left, p);
  left->to++;
  left->begins &= left->begins - 1, left->ends &= left->ends - 1;
  return 1;
}

/* The last two words as one; the key is for those that are short. */
static void join(Left *left) {
  const LitPlain *a = left->to - 2, *b = left->to - 1;
  LitPlain *p = left->to++;
  char both[2 * LIT_STEM_WORD];
  memcpy(both, &a->key, LIT_STEM_WORD);
  memcpy(both + a->n, &b->key, LIT_STEM_WORD);
  memcpy(&p->key, both, LIT_STEM_WORD);
  p->from = a->from, p->n = (uint16_t)(a->n + b->n);
  p->kind = LIT_PLAIN_JOINED;
  ask(left, p);
}

/* Takes the first two, if both are plain but for a hyphen between them. */
static int take_hyphened(Left *left) {
  const size_t hyphen = first(left->ends);
  const uint64_t second = left->ends & (left->ends - 1);
  if (hyphen >= left->n || left->s[hyphen] != '-' || !second ||
      left->stops & lowest(second) || left->end - left->to < 3)
    return 0;
  if (first(second) - hyphen > LIT_STEM_WORD + 1 || !take(left)) return 0;
  take(left);
  left->to[-1].kind = LIT_PLAIN_SECOND;
  join(left);
  return 1;
}

/* Does the second of two with a hyphen reach out of the block?  Then both may
** be in the next, unless they begin with this one. */
static inline int is_cut(const Left *left) {
  const size_t hyphen = first(left->ends);
  return !(left->ends & (left->ends - 1)) && !(left->begins & 1) &&
         hyphen < left->n && left->s[hyphen] == '-';
}

/* The first words, of which one is a compound: ask for their sets too. */
static void ask_some(Left left) {
  enum { SOME = 3 };
  LitPlain room;
  for (int k = 0; k < SOME && left.ends; k++) {
    left.to = &room;
    if (!take(&left)) left.begins &= left.begins - 1, left.ends &= left.ends - 1;
  }
}

/* Those of the words (where they begin and end) that are not plain, as their
** ends; but long ones are not told.  Nor is what is behind a byte over 127. */
static inline uint64_t stops_of(const LitBytes *b, uint64_t begins,
                                uint64_t ends) {
  const uint64_t stops = ends & (b->pairs | (begins & b->pairs) << 1);
  return b->high ? stops | (ends & (0 - lowest(b->high))) : stops;
}

/* The words that end in the block from byte i on.  Returns where to stop, or
** SIZE_MAX and in *next where to go on: at the word that reaches out of it. */
static inline size_t take_block(LitWordScan *scan, size_t i, size_t *next) {
  const LitBytes b = look(scan, i);
  const uint64_t is = b.members, was = is << 1;
  Left left = {.begins = is & ~was, .ends = was & ~is, .s = scan->s + i,
               .at = i, .n = scan->n - i, .stems = scan->stems,
               .to = scan->plain + scan->n_plain,
               .end = scan->plain + LIT_PLAINS};
  size_t stop = SIZE_MAX;
  left.stops = stops_of(&b, left.begins, left.ends);
  while (left.ends && left.to < left.end) {
    const int plain = !(left.stops & lowest(left.ends));
    if (plain ? take(&left) : take_hyphened(&left)) continue;
    if (is_cut(&left)) break;
    ask_some(left);
    stop = i + first(left.begins);
    break;
  }
  scan->n_plain = (size_t)(left.to - scan->plain);
  *next = i + (left.begins ? first(left.begins) : LIT_BYTES);
  return *next == i || left.to == left.end ? *next : stop;
}

size_t lit_wordscan(LitWordScan *scan, size_t i) {
  size_t stop, next;
  scan->n_plain = 0;
  for (; i < scan->n; i = next) {
    stop = take_block(scan, i, &next);
    if (stop < scan->n) return stop;
  }
  return scan->n;
}
