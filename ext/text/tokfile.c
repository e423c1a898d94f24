/* tokfile.c -- vocab.txt, the vocabulary of BERT as Google published it: one
** token a line, its number is its id.
**
** Whether the model wants lower case is said by tokenizer_config.json
** ("do_lower_case"); without it a vocabulary that has no capital letter
** outside brackets is taken to.  The rest is as BERT does it.
*/
#include <string.h>
#include "text/tokfile.h"
#include "text/normal.h"
#include "text/pretok.h"
#include "text/tokdec.h"
#include "text/tokmodel.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

/* Without the white space at the end of s[0..n). */
static size_t trimmed(const char *s, size_t n) {
  while (n > 0) {
    size_t at = n - 1;
    uint32_t cp;
    while (at > 0 && ((unsigned char)s[at] & 0xC0) == 0x80) at--;
    lit_utf8_get(s + at, n - at, &cp);
    if (!lit_uni_space(cp)) break;
    n = at;
  }
  return n;
}

static int has_capital(const char *s, size_t n) {
  if (n > 1 && s[0] == '[') return 0;
  for (size_t i = 0; i < n; i++)
    if (s[i] >= 'A' && s[i] <= 'Z') return 1;
  return 0;
}

static int read_lines(LitErr *e, LitVocab *v, const LitSubwordFiles *f,
                      int *capitals) {
  const char *at = f->main, *end = at + f->n_main;
  for (uint32_t id = 0; at < end && !e->rc; id++) {
    const char *nl = memchr(at, '\n', (size_t)(end - at));
    size_t n = (size_t)((nl ? nl : end) - at), len = trimmed(at, n);
    if (id >= LIT_VOCAB_MAX) return lit_fail(e, LIT_TOOBIG, "too many lines");
    *capitals |= has_capital(at, len);
    lit_vocab_add(e, v, at, len, id);
    at += n + (nl != NULL);
  }
  return e->rc;
}

static int wants_lower(LitErr *e, const LitSubwordFiles *f, int guess) {
  json_t *root = f->config ? json_loadb(f->config, f->n_config,
                                        JSON_ALLOW_NUL, NULL) : NULL;
  int lower = lit_tokjson_bool(e, root, "do_lower_case", guess);
  json_decref(root);
  return lower;
}

/* A part with the settings of a JSON text. */
int lit_tokfile_step(LitErr *e, LitSubword *t, const LitStepKind *kind,
                     const char *json) {
  json_t *node = json_loads(json, 0, NULL);
  void *state = NULL;
  if (!node) return lit_fail_nomem(e, "tokenizer");
  if (!kind->load || !kind->load(e, &t->arena, node, &state))
    lit_steps_add(e, kind == &lit_normal_bert ? &t->normal : &t->pretok, kind,
                  state);
  if (e->rc && state && kind->drop) kind->drop(state);
  json_decref(node);
  return e->rc;
}

/* In capitals, or, as in some copies, not. */
static int add_specials(LitErr *e, LitSubword *t) {
  static const char *const names[] = {
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
    "[pad]", "[unk]", "[cls]", "[sep]", "[mask]",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    LitAddedToken token = {.text = names[i], .n_text = strlen(names[i]),
                           .special = 1};
    if (lit_vocab_find(&t->model.vocab, token.text, token.n_text) >= 0)
      lit_tokadd_put(e, t, token);
  }
  return lit_tokadd_seal(e, t);
}

int lit_tokfile_vocab_txt(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  LitTokModel *m = &t->model;
  int32_t cls, sep;
  int capitals = 0, lower;
  json_t *decoder = NULL;
  m->kind = &lit_tokmodel_wordpiece;
  m->unk = -1, m->unk_text = "[UNK]", m->max_chars = 100;
  m->prefix = "##", m->n_prefix = 2;
  if (read_lines(e, &m->vocab, f, &capitals) || lit_wordpiece_seal(e, m))
    return e->rc;
  if (m->unk < 0) m->unk = lit_vocab_find(&m->vocab, "[unk]", 5);
  if (m->unk < 0)
    return lit_fail(e, LIT_CORRUPT, "no vocabulary: no line is [UNK]");
  lower = wants_lower(e, f, !capitals);
  lit_tokfile_step(e, t, &lit_normal_bert,
                   lower ? "{\"lowercase\":true}" : "{\"lowercase\":false}");
  lit_tokfile_step(e, t, &lit_pretok_bert, "{}");
  if (e->rc || add_specials(e, t)) return e->rc;
  decoder = json_pack("{s:s}", "type", "WordPiece");
  lit_tokdec_load(e, t, decoder);
  json_decref(decoder);
  cls = lit_subword_id(t, "[CLS]", 5), sep = lit_subword_id(t, "[SEP]", 5);
  if (cls < 0) cls = lit_subword_id(t, "[cls]", 5);
  if (sep < 0) sep = lit_subword_id(t, "[sep]", 5);
  return lit_tokpost_bert(e, t, cls, sep);
}
