/* tokfile_bpe.c -- byte-pair encoding as it was first published: vocab.json
** with merges.txt (GPT-2, RoBERTa), and tiktoken's ranks.
**
** merges.txt has a merge a line, "left right", the first ranks highest, and
** may begin with a "#version" line.  A vocabulary that has <s> and </s> is
** RoBERTa's and gets its special tokens; else it is GPT-2's.
**
** A file of ranks has on each line a token's bytes in base64 and its rank,
** which is its id too; two neighbours join if what they spell is a token, the
** lowest rank first.  The file does not say how to split a text: that is told
** by how many ranks it has.
*/
#include <string.h>
#include "text/bpe.h"
#include "text/charsmap.h"
#include "text/pretok.h"
#include "text/pretok_scan.h"
#include "text/tokdec.h"
#include "text/tokfile.h"
#include "base/poison.h"

static size_t count_lines(const char *s, size_t n) {
  size_t lines = 1;
  const char *end = s + n;
  while (s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL)
    s++, lines++;
  return lines;
}

static int read_merges(LitErr *e, LitTokModel *m, const LitSubwordFiles *f) {
  const char *at = f->merges, *end = at + f->n_merges;
  LitBuf spare = {0};
  uint32_t rank = 0;
  lit_bpe_merges(e, m, count_lines(f->merges, f->n_merges));
  for (size_t n; at < end && !e->rc; at += n + 1) {
    const char *nl = memchr(at, '\n', (size_t)(end - at)), *blank;
    LitBpePair p = {.left = at};
    n = (size_t)((nl ? nl : end) - at);
    p.n_right = n && at[n - 1] == '\r' ? n - 1 : n;
    if (!p.n_right || (n >= 8 && memcmp(at, "#version", 8) == 0)) continue;
    blank = memchr(at, ' ', p.n_right);
    if (!blank) {
      lit_fail(e, LIT_CORRUPT, "merges.txt: merge %u is no pair", rank + 1);
      break;
    }
    p.n_left = (size_t)(blank - at);
    p.right = blank + 1, p.n_right -= p.n_left + 1;
    lit_bpe_add(e, m, &p, rank++, &spare);
  }
  lit_buf_drop(&spare);
  return e->rc;
}

static void add_special(LitErr *e, LitSubword *t, const char *text,
                        int lstrip) {
  LitAddedToken token = {.text = text, .n_text = strlen(text), .special = 1,
                         .lstrip = (uint8_t)lstrip};
  if (lit_vocab_find(&t->model.vocab, text, token.n_text) >= 0)
    lit_tokadd_put(e, t, token);
}

/* Where a text has bounds of its own, as RoBERTa's, GPT-2's is a piece as any
** other. */
static int add_specials(LitErr *e, LitSubword *t) {
  static const char *const names[] = {"<s>", "<pad>", "</s>", "<unk>"};
  const LitVocab *v = &t->model.vocab;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    add_special(e, t, names[i], 0);
  if (lit_vocab_find(v, "<s>", 3) < 0 || lit_vocab_find(v, "</s>", 4) < 0)
    add_special(e, t, "<|endoftext|>", 0);
  add_special(e, t, "<mask>", 1);
  return lit_tokadd_seal(e, t);
}

int lit_tokfile_vocab_json(LitErr *e, LitSubword *t, json_t *vocab,
                           const LitSubwordFiles *f) {
  json_t *node = json_pack("{s:O}", "vocab", vocab);
  LitTokModel *m = &t->model;
  int32_t cls, sep;
  m->kind = &lit_tokmodel_bpe, m->unk = -1;
  if (!node) return lit_fail_nomem(e, "tokenizer");
  lit_tokmodel_vocab(e, m, node);
  json_decref(node);
  if (e->rc || lit_tokmodel_seal(e, m) || read_merges(e, m, f)) return e->rc;
  lit_tokfile_step(e, t, &lit_pretok_bytes, "{\"add_prefix_space\":false}");
  if (e->rc || lit_tokdec_add(e, t, &lit_decode_bytes, NULL) ||
      add_specials(e, t))
    return e->rc;
  cls = lit_subword_id(t, "<s>", 3), sep = lit_subword_id(t, "</s>", 4);
  if (cls < 0 || sep < 0) return lit_tokpost_load(e, t, NULL);
  t->trim_offsets = 1;
  node = json_pack("{s:s,s:[si],s:[si],s:b}", "type", "RobertaProcessing",
                   "sep", "</s>", (int)sep, "cls", "<s>", (int)cls,
                   "add_prefix_space", 0);
  if (!node) return lit_fail_nomem(e, "tokenizer");
  lit_tokpost_load(e, t, node);
  json_decref(node);
  return e->rc;
}

/* "base64 rank\n": false if the line is something else. */
static int read_rank(const char *s, size_t n, size_t *n_text, uint32_t *rank) {
  const char *blank = memchr(s, ' ', n);
  uint64_t v = 0;
  size_t i;
  if (!blank || blank == s || (blank - s) % 4) return 0;
  *n_text = (size_t)(blank - s);
  for (i = *n_text + 1; i < n && s[i] >= '0' && s[i] <= '9'; i++)
    if ((v = v * 10 + (uint64_t)(s[i] - '0')) >= LIT_VOCAB_MAX) return 0;
  *rank = (uint32_t)v;
  return i > *n_text + 1 && (i == n || (i + 1 == n && s[i] == '\r'));
}

static size_t line_len(const char *at, const char *end) {
  const char *nl = memchr(at, '\n', (size_t)(end - at));
  return (size_t)((nl ? nl : end) - at);
}

int lit_tokfile_is_ranks(const LitSubwordFiles *f) {
  size_t n;
  uint32_t rank;
  uint8_t bytes[512];
  LitErr e = {0};
  size_t len = line_len(f->main, f->main + f->n_main);
  return len < sizeof bytes && read_rank(f->main, len, &n, &rank) &&
         lit_base64(&e, f->main, n, bytes, &n) == LIT_OK;
}

static int read_ranks(LitErr *e, LitTokModel *m, const LitSubwordFiles *f) {
  const char *at = f->main, *end = at + f->n_main;
  LitBuf bytes = {0};
  for (size_t line = 1, len; at < end && !e->rc; at += len + 1, line++) {
    size_t n;
    uint32_t rank;
    len = line_len(at, end);
    if (!len) continue;
    bytes.n = 0;
    if (!read_rank(at, len, &n, &rank)) {
      lit_fail(e, LIT_CORRUPT, "line %zu is no token and rank", line);
    } else if (!lit_buf_room(e, &bytes, n) &&
               !lit_base64(e, at, n, bytes.at, &n)) {
      lit_vocab_add(e, &m->vocab, (char *)bytes.at, n, rank);
    }
  }
  lit_buf_drop(&bytes);
  return e->rc;
}

/* Which pattern splits the text, by the number of ranks. */
static const char *pattern_of(uint32_t n) {
  return n <= 50300 ? "gpt2" : n >= 190000 ? "o200k"
         : n >= 140000 ? "qwen2" : "cl100k";
}

int lit_tokfile_ranks(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  LitTokModel *m = &t->model;
  const LitScanner *scanner;
  json_t *node;
  void *state = NULL;
  m->kind = &lit_tokmodel_bpe, m->unk = -1;
  m->raw_bytes = m->ignore_merges = 1;
  if (read_ranks(e, m, f) || lit_tokmodel_seal(e, m)) return e->rc;
  scanner = lit_scanner_named(pattern_of(m->vocab.n));
  node = json_pack("{s:{s:s}}", "pattern", "Regex", scanner->pattern);
  if (!node) return lit_fail_nomem(e, "tokenizer");
  if (!lit_pretok_split.load(e, &t->arena, node, &state) &&
      lit_steps_add(e, &t->pretok, &lit_pretok_split, state))
    lit_pretok_split.drop(state);
  json_decref(node);
  if (e->rc || lit_tokadd_seal(e, t)) return e->rc;
  lit_tokdec_add(e, t, &lit_decode_raw, NULL);
  return lit_tokpost_load(e, t, NULL);
}
