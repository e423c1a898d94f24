/* wordpiece.c -- WordPiece: the longest token that fits, from left to right
** (Wu et al. 2016, as BERT does it); a word that cannot be written so is the
** unknown token as a whole.  And WordLevel: whole words only.
**
** The hashes of all prefixes of what is left come from one pass, so that each
** try is one probe; and only the lengths are tried that tokens of the same first
** FIRST bytes have: a set of bits, 1 << n for n bytes, the last for LONGEST and
** more, by the hash of these bytes (of several first bytes, if they meet).
*/
#include <string.h>
#include "base/mem.h"
#include "text/tokmodel.h"
#include "base/poison.h"

enum { MAX_CHARS = 100 };               /* Unless the file says otherwise */
enum { FIRST = 4, LONGEST = 63 };

static uint64_t *lengths_at(const LitTokModel *m, uint32_t hash) {
  return &m->lengths[lit_hash_end(hash) % LIT_LENGTHS];
}

/* Enter a token whose first `head` bytes are no part of the word. */
static void enter(LitTokModel *m, const char *s, size_t n, size_t head) {
  uint32_t h = lit_hash_bytes(LIT_HASH_BEGIN, s, head + FIRST);
  size_t len = n - head < LONGEST ? n - head : LONGEST;
  *lengths_at(m, h) |= (uint64_t)1 << len;
}

int lit_wordpiece_seal(LitErr *e, LitTokModel *m) {
  const LitVocab *v = &m->vocab;
  if (lit_tokmodel_seal(e, m)) return e->rc;
  m->lengths = lit_new0(e, LIT_LENGTHS, sizeof *m->lengths);
  for (uint32_t i = 0; i < v->n && !e->rc; i++) {
    const char *s = v->text + v->off[i];
    size_t n = v->off[i + 1] - v->off[i], head = m->n_prefix;
    if (n >= FIRST) enter(m, s, n, 0);
    if (n >= head + FIRST && memcmp(s, m->prefix, head) == 0)
      enter(m, s, n, head);
  }
  return e->rc;
}

static int load(LitErr *e, LitTokModel *m, const json_t *node) {
  m->max_chars = (uint64_t)lit_tokjson_int(e, node, "max_input_chars_per_word",
                                           0, INT64_MAX, MAX_CHARS);
  if (!m->prefix) m->prefix = "##", m->n_prefix = 2;
  if (!m->unk_text) m->unk_text = "[UNK]";
  lit_tokmodel_vocab(e, m, node);
  return lit_wordpiece_seal(e, m);
}

static int unknown(LitErr *e, const LitTokModel *m, LitWork *w, size_t first,
                   size_t n) {
  w->n_toks = first;
  if (m->unk < 0)
    return lit_fail(e, LIT_ERROR, "the tokenizer has no unknown token '%s'",
                    m->unk_text);
  return lit_work_tok(e, w, (uint32_t)m->unk, 0, n);
}

static int too_long(const LitTokModel *m, const char *s, size_t n) {
  uint64_t chars = 0;
  if (n <= m->max_chars) return 0;
  for (size_t i = 0; i < n && chars <= m->max_chars; i++)
    chars += ((unsigned char)s[i] & 0xC0) != 0x80;
  return chars > m->max_chars;
}

/* The token of hash `h` that is s[0..n), behind the prefix if it is an inner
** one; -1: none. */
static int32_t find(const LitTokModel *m, LitWork *w, const char *s, size_t n,
                    int inner, uint32_t h) {
  if (!inner) return lit_vocab_find_hashed(&m->vocab, s, n, h);
  memcpy((char *)w->bytes.at + m->n_prefix, s, n);
  return lit_vocab_find_hashed(&m->vocab, (char *)w->bytes.at,
                               m->n_prefix + n, h);
}

/* May a token that begins as s[0..n), FIRST bytes of hash h, have n bytes? */
static int may_be(uint64_t lengths, size_t n) {
  return n < FIRST || lengths >> (n < LONGEST ? n : LONGEST) & 1;
}

/* Of n bytes that begin so, how many a token has at the most. */
static size_t most_of(uint64_t lengths, size_t n) {
  size_t most = lengths ? 63 - (size_t)__builtin_clzll(lengths) : FIRST - 1;
  return most == LONGEST || n < most ? n : most;
}

/* The longest token at s[0..n): its id, *len bytes; -1: none. */
static int32_t longest(const LitTokModel *m, LitWork *w, const char *s,
                       size_t n, int inner, size_t *len) {
  uint32_t *hash = w->model_room;
  uint32_t h = inner ? m->prefix_hash : LIT_HASH_BEGIN;
  size_t max = m->vocab.max_len, all = n;
  uint64_t lengths = 0;
  if (inner && max < m->n_prefix) return -1;
  if (inner) max -= m->n_prefix;
  if (n > max) n = max;
  for (size_t i = 0; i < n; i++) {
    hash[i] = h = lit_hash_step(h, (unsigned char)s[i]);
    if (i + 1 == FIRST) lengths = *lengths_at(m, h), n = most_of(lengths, n);
  }
  for (; n > 0; n--) {
    int32_t id;
    if (!may_be(lengths, n)) continue;
    if (n < all && ((unsigned char)s[n] & 0xC0) == 0x80) continue;
    if ((id = find(m, w, s, n, inner, hash[n - 1])) >= 0) return *len = n, id;
  }
  return -1;
}

static int encode(LitErr *e, const LitTokModel *m, LitWork *w, const char *s,
                  size_t n) {
  size_t first = w->n_toks, len;
  if (too_long(m, s, n)) return unknown(e, m, w, first, n);
  if (!lit_work_room(e, w, (size_t)m->vocab.max_len * sizeof(uint32_t) + 4))
    return e->rc;
  w->bytes.n = 0;
  lit_buf_put(e, &w->bytes, m->prefix, m->n_prefix);
  if (lit_buf_room(e, &w->bytes, m->vocab.max_len)) return e->rc;
  for (size_t at = 0; at < n; at += len) {
    int32_t id = longest(m, w, s + at, n - at, at > 0, &len);
    if (id < 0) return unknown(e, m, w, first, n);
    if (lit_work_tok(e, w, (uint32_t)id, at, at + len)) return e->rc;
  }
  return e->rc;
}

const LitTokModelKind lit_tokmodel_wordpiece = {
  .name = "WordPiece", .doc = "longest token first; BERT and its kin",
  .load = load, .encode = encode,
};
