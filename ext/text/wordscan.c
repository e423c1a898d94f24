/* wordscan.c -- see wordscan.h.
**
** Bytes become three sets of bits (kern/bytes.h): those of words, those over 127,
** and those that bind a word to what is behind it.  Where the words begin and
** end, and at which of them to stop, is then a matter of sixty-four bits at once.
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
  scan->stems = stems, scan->at = scan->to = 0;
  memset(scan->end + LIT_SCAN_ROOM, 0, LIT_SCAN_ROOM);
  if (n >= LIT_SCAN_ROOM)                       /* always as many: quick */
    memcpy(scan->end, text + n - LIT_SCAN_ROOM, LIT_SCAN_ROOM);
  else if (n) memcpy(scan->end + LIT_SCAN_ROOM - n, text, n);
}

/* The bytes from i on, LIT_SCAN_ROOM of them; behind the end of the text are
** zeros. */
static inline const uint8_t *block_at(const LitWordScan *scan, size_t i) {
  const size_t left = scan->n - i;
  return left >= LIT_SCAN_ROOM ? scan->s + i
                               : scan->end + LIT_SCAN_ROOM - left;
}

/* Looks at the blocks from byte i < n on. */
static void look(LitWordScan *scan, size_t i) {
  size_t n = (scan->n - i - 1) / LIT_BYTES;     /* of which all can be read */
  if (n > LIT_SCAN_BLOCKS) n = LIT_SCAN_BLOCKS;
  scan->kern->look(&binds, scan->s + i, n, scan->bits);
  scan->at = i, scan->to = i + n * LIT_BYTES;
  if (n == LIT_SCAN_BLOCKS) return;
  scan->kern->look(&binds, block_at(scan, scan->to), 1, &scan->bits[n]);
  scan->bits[n + 1] = (LitBytes){0};
  scan->to = scan->n;
}

/* 64 bits from bit `shift` on. */
static inline uint64_t from_bit(uint64_t low, uint64_t high, unsigned shift) {
  return low >> shift | high << 1 << (63 - shift);
}

/* The bits of the block that begins at byte i. */
static inline LitBytes bits_at(LitWordScan *scan, size_t i) {
  const LitBytes *b;
  unsigned shift;
  if (i + LIT_BYTES > scan->to && scan->to < scan->n) look(scan, i);
  b = scan->bits + (i - scan->at) / LIT_BYTES;
  shift = (i - scan->at) % LIT_BYTES;
  return (LitBytes){from_bit(b[0].pairs, b[1].pairs, shift),
                    from_bit(b[0].members, b[1].members, shift),
                    from_bit(b[0].high, b[1].high, shift)};
}

/* The lowest of some bits, and its number. */
static inline uint64_t lowest(uint64_t bits) { return bits & (0 - bits); }
static inline size_t first(uint64_t bits) {
  return (unsigned)__builtin_ctzll(bits);
}
static inline uint64_t but_first(uint64_t bits) { return bits & (bits - 1); }

/* The words of a block that are not taken yet, by bits, and which of them are
** not plain; a word goes to *to. */
typedef struct Left {
  uint64_t begins, ends, stops;
  const uint8_t *s;         /* the block, see block_at */
  uint32_t at;              /* where it begins in the text */
  const LitStems *stems;
  LitPlain *to;
} Left;

static inline void ask(const Left *left, LitPlain *p) {
  p->set = lit_stems_set(left->stems, &p->key);
  __builtin_prefetch(p->set);
}

/* The word of bytes from .. to of the block as the next plain one, if it is
** short. */
static inline int put(Left *left, size_t from, size_t to) {
  enum { LOWER = 0x20 };                /* which digits have anyway */
  const size_t n = to - from;
  LitPlain *p = left->to;
  if (n > LIT_STEM_WORD) return 0;
  p->key = lit_stems_key((const char *)left->s + from, n, LOWER);
  p->from = left->at + (uint32_t)from, p->n = (uint16_t)n;
  p->kind = LIT_PLAIN;
  ask(left, p);
  left->to++;
  return 1;
}

/* Takes the first words as far as they are plain and short. */
static inline void take_plain(Left *left) {
  const uint64_t behind = 0 - lowest(left->stops);
  uint64_t ends = left->ends & ~behind;
  while (ends && put(left, first(left->begins), first(ends)))
    left->begins = but_first(left->begins), ends = but_first(ends);
  left->ends = ends | (left->ends & behind);
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
  const uint64_t others = but_first(left->begins), ends = but_first(left->ends);
  const size_t hyphen = first(left->ends);
  if (left->s[hyphen] != '-' || !ends || left->stops & lowest(ends)) return 0;
  if (first(ends) - hyphen > LIT_STEM_WORD + 1 ||
      !put(left, first(left->begins), hyphen))
    return 0;
  put(left, first(others), first(ends));
  left->to[-1].kind = LIT_PLAIN_SECOND;
  join(left);
  left->begins = but_first(others), left->ends = but_first(ends);
  left->stops &= left->ends;
  return 1;
}

/* Does the second of two with a hyphen reach out of the block?  Then both may
** be in the next, unless they begin with this one. */
static inline int is_cut(const Left *left) {
  return !but_first(left->ends) && !(left->begins & 1) &&
         left->s[first(left->ends)] == '-';
}

/* The first words, of which one is a compound: ask for their sets too. */
static void ask_some(Left left) {
  enum { SOME = 3 };
  LitPlain room;
  for (int k = 0; k < SOME && left.ends; k++) {
    left.to = &room;
    put(&left, first(left.begins), first(left.ends));
    left.begins = but_first(left.begins), left.ends = but_first(left.ends);
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
  const uint8_t *block = block_at(scan, i);
  const LitBytes b = bits_at(scan, i);
  const uint64_t is = b.members, was = is << 1;
  Left left = {.begins = is & ~was, .ends = was & ~is, .s = block,
               .at = (uint32_t)i, .stems = scan->stems,
               .to = scan->plain + scan->n_plain};
  size_t stop = SIZE_MAX;
  left.stops = stops_of(&b, left.begins, left.ends);
  do take_plain(&left);
  while (left.ends && take_hyphened(&left));
  if (left.ends && !is_cut(&left)) {
    ask_some(left);
    stop = i + first(left.begins);
  }
  scan->n_plain = (size_t)(left.to - scan->plain);
  *next = i + (left.begins ? first(left.begins) : LIT_BYTES);
  return *next == i || scan->n_plain >= LIT_PLAINS ? *next : stop;
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
