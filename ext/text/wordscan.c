/* wordscan.c -- see wordscan.h.
**
** Sixty-four bytes become three sets of bits (kern/bytes.h): those of words,
** those over 127, and those that bind a word to what is behind it.
*/
#include "text/wordscan.h"
#include "base/poison.h"

/* M: a letter, a digit, or over 127.  J: binds if a member is next.  S: binds
** if a slash is next, as in a URL.  G: a sign that may belong to a word. */
enum { M = LIT_BYTES_MEMBER, J = 1, S = 2, G = 4 };
enum { g = G, j = G | J, s = G | S };
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
  g, g, g, g, g, g, g, g, g, g, g, g, g, g, g, s,
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

/* Is the run of the bytes begin .. here - 1, the last of them in the block or
** just before it, plain? */
static inline int is_plain(const LitWordScan *scan, size_t begin, size_t here) {
  size_t from = begin > scan->at ? begin - scan->at : 0, to = here - scan->at;
  uint64_t run = (((uint64_t)1 << to) - 1) >> from << from;
  if (here - begin > LIT_STEM_WORD || scan->bytes.high & run) return 0;
  if (scan->bytes.pairs >> to & 1) return 0;
  return here - begin > 1 || here == scan->n || scan->s[here] != '.';
}

/* The key of the word, also where fewer than LIT_STEM_WORD bytes are left. */
static inline LitStemKey key_of(const LitWordScan *scan, size_t begin,
                                size_t n) {
  enum { LOWER = 0x20 };                /* which digits have anyway */
  const char *word = (const char *)scan->s + begin;
  char end[LIT_STEM_WORD] = {0};
  if (scan->n - begin >= LIT_STEM_WORD) return lit_stems_key(word, n, LOWER);
  memcpy(end, word, n);
  return lit_stems_key(end, n, LOWER);
}

static inline void add(LitWordScan *scan, size_t begin, size_t here) {
  LitPlain *p = &scan->plain[scan->n_plain++];
  p->key = key_of(scan, begin, here - begin);
  p->from = (uint32_t)begin, p->n = (uint32_t)(here - begin);
  p->set = lit_stems_set(scan->stems, &p->key);
  __builtin_prefetch(p->set);
}

static const size_t none = SIZE_MAX;

/* The words of the compound that begins at `begin`, as far as they are in the
** block: ask for their sets too. */
static void ask(const LitWordScan *scan, uint64_t turns, size_t begin) {
  enum { SOME = 3 };
  for (int i = 0; i < SOME && turns; i++, turns &= turns - 1) {
    size_t here = scan->at + (size_t)__builtin_ctzll(turns);
    if (here - begin <= LIT_STEM_WORD && here > begin) {
      LitStemKey key = key_of(scan, begin, here - begin);
      __builtin_prefetch(lit_stems_set(scan->stems, &key));
    }
    turns &= turns - 1;
    if (turns) begin = scan->at + (size_t)__builtin_ctzll(turns);
  }
}

/* The words that begin or end in the block, its bytes from i on.  *begin: of
** the one that reaches into it, and then beyond it, or none.  Returns where to
** stop, or none. */
static inline size_t take_block(LitWordScan *scan, size_t i, size_t *begin) {
  uint64_t is = scan->bytes.members >> (i - scan->at) << (i - scan->at);
  uint64_t turns = is ^ (is << 1 | (*begin != none));
  for (; turns; turns &= turns - 1) {
    size_t here = scan->at + (size_t)__builtin_ctzll(turns);
    if (*begin == none) {
      *begin = here;
      continue;
    }
    if (!is_plain(scan, *begin, here)) return ask(scan, turns, *begin), *begin;
    add(scan, *begin, here);
    *begin = none;
    if (scan->n_plain == LIT_PLAINS) return here;
  }
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
