/* unigram.c -- Unigram (Kudo 2018): of all ways to write a text in pieces,
** the one with the highest sum of scores, by dynamic programming over the
** bytes.  A character that is no piece costs the lowest score less 10; runs
** of such are one unknown token, or bytes if the file has pieces for them.
** And WordLevel: whole words, or unknown.
**
** Sums are double, added from the left, and a later way wins only if it is
** strictly better, as in Hugging Face's library: equal texts give equal ids.
*/
#include <math.h>
#include <string.h>
#include "text/tokmodel.h"
#include "text/utf8.h"
#include "base/poison.h"

#define UNKNOWN_COSTS 10.0

typedef struct Node {       /* The best way to a byte */
  double score;
  uint32_t from;            /* Where its last piece begins, NOWHERE: no way */
  int32_t id;
} Node;
#define NOWHERE UINT32_MAX
enum { ASK_EVERY = 1 << 16 };

static int load_pieces(LitErr *e, LitTokModel *m, const json_t *list) {
  const json_t *item;
  double least = INFINITY;
  size_t i;
  m->score = lit_new(e, json_array_size(list), sizeof *m->score);
  if (e->rc) return e->rc;
  json_array_foreach(list, i, item) {
    const json_t *s = json_array_get(item, 0), *score = json_array_get(item, 1);
    if (!json_is_string(s) || !json_is_number(score) || i >= LIT_VOCAB_MAX)
      return lit_fail(e, LIT_CORRUPT, "model: piece %zu of the vocab is not a "
                      "text and a score", i + 1);
    m->score[i] = json_number_value(score);
    if (m->score[i] < least) least = m->score[i];
    if (lit_vocab_add(e, &m->vocab, json_string_value(s),
                      json_string_length(s), (uint32_t)i))
      break;
  }
  m->unk_score = least - UNKNOWN_COSTS;
  return e->rc;
}

/* The longest piece for each two first bytes. */
int lit_unigram_reach(LitErr *e, LitTokModel *m) {
  const LitVocab *v = &m->vocab;
  m->reach = lit_new0(e, 65536, 1);
  for (uint32_t i = 0; i < v->n && !e->rc; i++) {
    const unsigned char *s = (const unsigned char *)v->text + v->off[i];
    size_t n = v->off[i + 1] - v->off[i];
    for (int last = 0; n == 1 && last < 256; last++)
      if (!m->reach[*s << 8 | last]) m->reach[*s << 8 | last] = 1;
    if (n < 2) continue;
    if (m->reach[s[0] << 8 | s[1]] < (n < 255 ? n : 255))
      m->reach[s[0] << 8 | s[1]] = (uint8_t)(n < 255 ? n : 255);
  }
  return e->rc;
}

static int load(LitErr *e, LitTokModel *m, const json_t *node) {
  const json_t *list = json_object_get(node, "vocab");
  if (!json_is_array(list))
    return lit_fail(e, LIT_CORRUPT, "model: the vocab is no list of pieces");
  if (load_pieces(e, m, list)) return e->rc;
  m->unk = (int32_t)lit_tokjson_int(e, node, "unk_id", 0,
                                    (int64_t)json_array_size(list) - 1, -1);
  if (e->rc || lit_tokmodel_seal(e, m)) return e->rc;
  return lit_unigram_reach(e, m);
}

static void improve(Node *to, double score, size_t from, int32_t id) {
  if (to->from != NOWHERE && !(score > to->score)) return;
  *to = (Node){score, (uint32_t)from, id};
}

size_t lit_unigram_far(const LitTokModel *m, const char *s, size_t n) {
  const unsigned char *u = (const unsigned char *)s;
  size_t far = m->reach[u[0] << 8 | (n > 1 ? u[1] : 0)];
  if (far == 255) far = m->vocab.max_len;
  return far < n ? far : n;
}

/* All pieces that begin at s[at], which is a character of `len` bytes. */
static int extend(LitErr *e, const LitTokModel *m, const char *s, size_t n,
                  Node *node, size_t at) {
  uint32_t h = LIT_HASH_BEGIN, cp;
  size_t len = lit_utf8_get(s + at, n - at, &cp);
  size_t far = lit_unigram_far(m, s + at, n - at);
  double so_far = node[at].score;
  int single = 0;
  for (size_t k = 1; k <= far; k++) {
    int32_t id;
    h = lit_hash_step(h, (unsigned char)s[at + k - 1]);
    if (at + k < n && ((unsigned char)s[at + k] & 0xC0) == 0x80) continue;
    id = lit_vocab_find_hashed(&m->vocab, s + at, k, h);
    if (id < 0) continue;
    improve(&node[at + k], m->score[id] + so_far, at, id);
    single |= k == len;
  }
  if (single) return LIT_OK;
  if (m->unk < 0)
    return lit_fail(e, LIT_ERROR, "the tokenizer has no unknown token");
  improve(&node[at + len], m->unk_score + so_far, at, m->unk);
  return LIT_OK;
}

/* A run that the pieces do not spell: itself if it is a piece after all,
** bytes, or unknown. */
static int put_unknown(LitErr *e, const LitTokModel *m, LitWork *w,
                       const char *s, LitSpan at) {
  int32_t id = lit_vocab_find(&m->vocab, s + at.from, at.to - at.from);
  int bytes = id < 0 && m->byte_fallback;
  for (uint32_t i = at.from; i < at.to && bytes; i++)
    bytes = m->byte_id[(unsigned char)s[i]] >= 0;
  for (uint32_t i = at.from; i < at.to && bytes; i++)
    lit_work_tok(e, w, (uint32_t)m->byte_id[(unsigned char)s[i]], at.from,
                 at.to);
  if (bytes) return e->rc;
  return lit_work_tok(e, w, (uint32_t)(id < 0 ? m->unk : id), at.from, at.to);
}

/* Turn the way back around: node[i].from becomes where the piece that begins
** at i ends. */
static void turn(Node *node, size_t n) {
  size_t end = n, next = 0;
  int32_t id = 0;
  while (end > 0) {
    size_t from = node[end].from;
    int32_t own = node[end].id;
    node[end].from = (uint32_t)next, node[end].id = id;
    next = end, id = own, end = from;
  }
  node[0].from = (uint32_t)next, node[0].id = id;
}

static int encode(LitErr *e, const LitTokModel *m, LitWork *w, const char *s,
                  size_t n) {
  size_t asked = 0;
  uint32_t cp;
  Node *node = lit_tokmodel_long(e, n)
                   ? NULL : lit_work_room(e, w, (n + 1) * sizeof *node);
  if (!node) return e->rc;
  node[0] = (Node){0, 0, 0};
  for (size_t i = 1; i <= n; i++) node[i] = (Node){0, NOWHERE, 0};
  for (size_t at = 0; at < n; at += lit_utf8_get(s + at, n - at, &cp)) {
    if (extend(e, m, s, n, node, at)) return e->rc;
    if (at - asked >= ASK_EVERY) {
      asked = at;
      if (lit_stopped(e, w->stop)) return e->rc;
    }
  }
  turn(node, n);
  for (size_t at = 0, end; at < n && !e->rc; at = end) {
    int32_t id = node[at].id;
    end = node[at].from;
    if (id != m->unk) {
      lit_work_tok(e, w, (uint32_t)id, at, end);
      continue;
    }
    while (end < n && node[end].id == m->unk) end = node[end].from;
    put_unknown(e, m, w, s, (LitSpan){(uint32_t)at, (uint32_t)end});
  }
  return e->rc;
}

const LitTokModelKind lit_tokmodel_unigram = {
  .name = "Unigram", .doc = "pieces with scores; the best sum",
  .load = load, .encode = encode,
};

static int load_words(LitErr *e, LitTokModel *m, const json_t *node) {
  if (!m->unk_text) m->unk_text = "<unk>";
  lit_tokmodel_vocab(e, m, node);
  return lit_tokmodel_seal(e, m);
}

static int encode_word(LitErr *e, const LitTokModel *m, LitWork *w,
                       const char *s, size_t n) {
  int32_t id = lit_vocab_find(&m->vocab, s, n);
  if (id < 0) id = m->unk;
  if (id < 0)
    return lit_fail(e, LIT_ERROR, "the tokenizer has no unknown token '%s'",
                    m->unk_text);
  return lit_work_tok(e, w, (uint32_t)id, 0, n);
}

const LitTokModelKind lit_tokmodel_wordlevel = {
  .name = "WordLevel", .doc = "whole words",
  .load = load_words, .encode = encode_word,
};
