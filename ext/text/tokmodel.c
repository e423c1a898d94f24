/* tokmodel.c -- the table of models, and what they share. */
#include <stdio.h>
#include <string.h>
#include "text/bpe.h"
#include "text/tokmodel.h"
#include "base/poison.h"

const LitTokModelKind *const lit_tokmodels[] = {
  &lit_tokmodel_wordpiece, &lit_tokmodel_bpe, &lit_tokmodel_unigram,
  &lit_tokmodel_wordlevel,
  NULL,
};

enum { WORD_MAX = 1 << 25 };

int lit_tokmodel_long(LitErr *e, size_t n) {
  if (n <= WORD_MAX) return LIT_OK;
  return lit_fail(e, LIT_TOOBIG, "%zu bytes without a place to cut; the limit "
                  "is %d", n, WORD_MAX);
}

int lit_tokmodel_vocab(LitErr *e, LitTokModel *m, const json_t *node) {
  json_t *vocab = json_object_get(node, "vocab"), *id;
  const char *key;
  size_t n;
  if (!json_is_object(vocab))
    return lit_fail(e, LIT_CORRUPT, "model: no vocab");
  json_object_keylen_foreach(vocab, key, n, id) {
    json_int_t v = json_integer_value(id);
    if (!json_is_integer(id) || v < 0 || v >= LIT_VOCAB_MAX)
      return lit_fail(e, LIT_CORRUPT, "model: the id of token '%.60s' must be "
                      "an integer in 0..%d", key, LIT_VOCAB_MAX - 1);
    if (lit_vocab_add(e, &m->vocab, key, n, (uint32_t)v))
      break;
  }
  return e->rc;
}

/* Models of old files have no "type": what they have tells. */
static const LitTokModelKind *kind_of(const json_t *node) {
  const char *type = json_string_value(json_object_get(node, "type"));
  if (!type)
    type = json_object_get(node, "merges") ? "BPE"
           : json_is_array(json_object_get(node, "vocab")) ? "Unigram"
           : json_object_get(node, "continuing_subword_prefix") ? "WordPiece"
                                                                : "WordLevel";
  for (size_t i = 0; lit_tokmodels[i]; i++)
    if (strcmp(lit_tokmodels[i]->name, type) == 0) return lit_tokmodels[i];
  return NULL;
}

int lit_tokmodel_load(LitErr *e, const json_t *node, LitTokModel *m,
                      LitArena *a) {
  size_t n;
  m->kind = kind_of(node);
  if (!json_is_object(node) || !m->kind)
    return lit_fail(e, LIT_CORRUPT, "model: unknown kind '%.60s'",
                    lit_tokjson_type(node));
  m->unk = -1;
  m->unk_text = lit_tokjson_text(e, a, node, "unk_token", &n);
  m->prefix = lit_tokjson_text(e, a, node, "continuing_subword_prefix",
                               &m->n_prefix);
  m->suffix = lit_tokjson_text(e, a, node, "end_of_word_suffix",
                               &m->n_suffix);
  m->fuse_unk = lit_tokjson_bool(e, node, "fuse_unk", 0);
  m->byte_fallback = lit_tokjson_bool(e, node, "byte_fallback", 0);
  m->ignore_merges = lit_tokjson_bool(e, node, "ignore_merges", 0);
  if (e->rc) return e->rc;
  return m->kind->load(e, m, node);
}

int lit_tokmodel_seal(LitErr *e, LitTokModel *m) {
  char name[8];
  if (lit_vocab_seal(e, &m->vocab)) return e->rc;
  if (m->unk_text && m->unk < 0)
    m->unk = lit_vocab_find(&m->vocab, m->unk_text, strlen(m->unk_text));
  if (!m->prefix) m->prefix = "", m->n_prefix = 0;
  if (!m->suffix) m->suffix = "", m->n_suffix = 0;
  m->prefix_hash = lit_hash_bytes(LIT_HASH_BEGIN, m->prefix, m->n_prefix);
  for (int b = 0; b < 256; b++) {
    snprintf(name, sizeof name, "<0x%02X>", (unsigned)b);
    m->byte_id[b] = lit_vocab_find(&m->vocab, name, 6);
  }
  return e->rc;
}

void lit_tokmodel_drop(LitTokModel *m) {
  lit_vocab_drop(&m->vocab);
  lit_bpe_drop(m);
  lit_free(m->score), lit_free(m->reach), lit_free(m->rank);
  lit_free(m->type), lit_free(m->lengths);
}

size_t lit_tokmodel_bytes(const LitTokModel *m) {
  return lit_vocab_bytes(&m->vocab) + lit_bpe_bytes(m) +
         (m->rank ? m->vocab.n_ids * sizeof *m->rank : 0) +
         (m->score ? m->vocab.n_ids * sizeof *m->score : 0) +
         (m->lengths ? LIT_LENGTHS * sizeof *m->lengths : 0) +
         (m->reach ? 65536 : 0);
}
