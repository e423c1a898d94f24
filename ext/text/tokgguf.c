/* tokgguf.c -- the vocabulary in a llama.cpp GGUF file, as llama.cpp reads it.
**
** tokenizer.ggml.model says of what kind it is:
**   llama  sentencepiece's BPE: pieces with scores, blanks as U+2581
**   t5     sentencepiece's Unigram, its table of characters beside
**   gpt2   byte-level BPE with merges; tokenizer.ggml.pre names how the text
**          is split (tokgguf_split.c)
**   bert   WordPiece; what begins a word has U+2581 in front, what goes on
**          has nothing, which is turned back to BERT's own spelling
** tokens, scores, merges and token_type are arrays; bos_token_id ... and
** add_bos_token ... say what a text begins and ends with.  Control tokens and
** those of the user are looked for in the text as they stand.
*/
#include <string.h>
#include "base/gguf.h"
#include "text/bpe.h"
#include "text/charsmap.h"
#include "text/normal.h"
#include "text/pretok.h"
#include "text/pretok_scan.h"
#include "text/spm.h"
#include "text/tokdec.h"
#include "text/tokfile.h"
#include "text/tokgguf.h"
#include "text/tokmodel.h"
#include "base/poison.h"

#define KEY(name) "tokenizer.ggml." name
#define MARK "\xE2\x96\x81"

/* An array of n items of the key, or NULL; of n 0: of any number. */
static const LitGgufValue *array_of(const LitGguf *g, const char *key,
                                    uint32_t type, uint64_t n) {
  const LitGgufValue *v = lit_gguf_find(g, key);
  return v && v->is_array && v->type == type && (!n || v->n == n) ? v : NULL;
}

static int32_t token_of(const LitGguf *g, const LitTokModel *m,
                        const char *key) {
  int64_t id = lit_gguf_int(g, key, -1);
  return id >= 0 && id < m->vocab.n_ids ? (int32_t)id : -1;
}

/* BERT's own spelling of a token. */
static int put_word(LitErr *e, LitVocab *v, const char *s, size_t n,
                    uint32_t id, LitBuf *spare) {
  int named = n > 1 && s[0] == '[' && s[n - 1] == ']';
  if (n >= 3 && memcmp(s, MARK, 3) == 0)
    return lit_vocab_add(e, v, s + 3, n - 3, id);
  if (named) return lit_vocab_add(e, v, s, n, id);
  spare->n = 0;
  lit_buf_text(e, spare, "##");
  lit_buf_put(e, spare, s, n);
  return e->rc ? e->rc
               : lit_vocab_add(e, v, (char *)spare->at, spare->n, id);
}

static int read_tokens(LitErr *e, const LitGguf *g, LitTokModel *m,
                       int words) {
  const LitGgufValue *v = array_of(g, KEY("tokens"), LIT_GGUF_TEXT, 0);
  LitBuf spare = {0};
  LitIn in;
  if (!v || !v->n) return lit_fail(e, LIT_CORRUPT, "GGUF: no vocabulary");
  if (v->n >= LIT_VOCAB_MAX) return lit_fail(e, LIT_TOOBIG, "too many tokens");
  in = v->bytes;
  for (uint32_t id = 0; id < v->n && !e->rc; id++) {
    size_t n;
    const char *s = lit_gguf_take_text(g, &in, &n);
    if (!s) s = "";
    if (words) put_word(e, &m->vocab, s, n, id, &spare);
    else lit_vocab_add(e, &m->vocab, s, n, id);
  }
  lit_buf_drop(&spare);
  return e->rc;
}

/* The kinds of the tokens, [n]; normal ones where the file is silent. */
static int read_types(LitErr *e, const LitGguf *g, LitTokModel *m) {
  uint32_t n = m->vocab.n_ids;
  const LitGgufValue *v = array_of(g, KEY("token_type"), LIT_GGUF_I32, n);
  if (LIT_GROW(e, &m->type, &m->room_type, n)) return e->rc;
  memset(m->type, LIT_SPM_NORMAL, n);
  for (uint32_t i = 0; v && i < n; i++) {
    uint32_t type = lit_get_u32(v->bytes.at + 4 * (size_t)i);
    if (type >= LIT_SPM_NORMAL && type <= LIT_SPM_BYTE)
      m->type[i] = (uint8_t)type;
  }
  return LIT_OK;
}

static int read_scores(LitErr *e, const LitGguf *g, LitTokModel *m) {
  uint32_t n = m->vocab.n_ids;
  const LitGgufValue *v = array_of(g, KEY("scores"), LIT_GGUF_F32, n);
  if (!v) return lit_fail(e, LIT_CORRUPT, "GGUF: no score for each token");
  if (LIT_GROW(e, &m->score, &m->room_score, n)) return e->rc;
  for (uint32_t i = 0; i < n; i++) {
    float f;
    memcpy(&f, v->bytes.at + 4 * (size_t)i, sizeof f);
    if (f - f != 0) return lit_fail(e, LIT_CORRUPT, "GGUF: score %u is %g", i,
                                    (double)f);
    m->score[i] = f;
  }
  return LIT_OK;
}

static int add_tokens(LitErr *e, LitSubword *t) {
  const LitTokModel *m = &t->model;
  for (uint32_t id = 0; id < m->vocab.n_ids && !e->rc; id++) {
    unsigned type = m->type[id];
    LitAddedToken token = {.id = id, .special = type != LIT_SPM_USER};
    if (type != LIT_SPM_CONTROL && type != LIT_SPM_USER &&
        type != LIT_SPM_UNKNOWN)
      continue;
    token.text = lit_vocab_text(&m->vocab, id, &token.n_text);
    if (token.text) lit_tokadd_put(e, t, token);
  }
  return lit_tokadd_seal(e, t);
}

/* [bos] A [eos], [bos] A [eos] B [eos]: by the file, else by `bos`, `eos`. */
static int add_template(LitErr *e, LitSubword *t, const LitGguf *g, int bos,
                        int eos) {
  int32_t first = token_of(g, &t->model, KEY("bos_token_id"));
  int32_t last = token_of(g, &t->model, KEY("eos_token_id"));
  if (!lit_gguf_int(g, KEY("add_bos_token"), bos)) first = -1;
  if (!lit_gguf_int(g, KEY("add_eos_token"), eos)) last = -1;
  for (int seq = 1; seq <= 2; seq++) {
    LitTemplate *both[] = {&t->pair, &t->single};
    for (int i = 0; i < 3 - seq; i++) {
      if (first >= 0 && seq == 1)
        lit_template_add(e, both[i], 0, (uint32_t)first, 0);
      lit_template_add(e, both[i], seq, 0, seq - 1);
      if (last >= 0) lit_template_add(e, both[i], 0, (uint32_t)last, seq - 1);
    }
  }
  return e->rc;
}

static int load_spm(LitErr *e, LitSubword *t, const LitGguf *g, int bpe) {
  const LitGgufValue *map = array_of(g, KEY("precompiled_charsmap"),
                                     LIT_GGUF_U8, 0);
  LitTokModel *m = &t->model;
  LitSpm *s = lit_arena_new(e, &t->arena, 1, sizeof *s);
  if (!s) return e->rc;
  *s = (LitSpm){.escape = 1, .unk_surface = " \xE2\x81\x87 ", .bpe = bpe};
  s->dummy_prefix = lit_gguf_int(g, KEY("add_space_prefix"), 1) != 0;
  s->no_extra_blanks = lit_gguf_int(g, KEY("remove_extra_whitespaces"),
                                    0) != 0;
  if (map) {
    size_t n = (size_t)map->n;
    char *own = lit_arena_copy(e, &t->arena, map->bytes.at, n);
    s->map = lit_arena_new(e, &t->arena, 1, sizeof *s->map);
    if (e->rc || lit_charsmap_open(e, (uint8_t *)own, n, s->map)) return e->rc;
  }
  if (read_tokens(e, g, m, 0) || lit_tokmodel_seal(e, m) ||
      read_types(e, g, m) || read_scores(e, g, m))
    return e->rc;
  m->unk = token_of(g, m, KEY("unknown_token_id"));
  if (m->unk < 0) m->unk = 0;
  for (int b = 0; b < 256; b++) s->bytes |= m->byte_id[b] >= 0;
  if (add_tokens(e, t) || lit_spm_finish(e, t, s)) return e->rc;
  return add_template(e, t, g, bpe, !bpe);
}

static int add_split(LitErr *e, LitSubword *t, const char *pattern) {
  const LitScanner *known =
      *pattern == '@' ? lit_scanner_named(pattern + 1) : NULL;
  json_t *node = json_pack("{s:{s:s}}", "pattern", "Regex",
                           known ? known->pattern : pattern);
  void *state = NULL;
  if (!node) return lit_fail_nomem(e, "tokenizer");
  if (!lit_pretok_split.load(e, &t->arena, node, &state) &&
      lit_steps_add(e, &t->pretok, &lit_pretok_split, state))
    lit_pretok_split.drop(state);
  json_decref(node);
  return e->rc;
}

static int read_merges(LitErr *e, const LitGguf *g, LitTokModel *m) {
  const LitGgufValue *v = array_of(g, KEY("merges"), LIT_GGUF_TEXT, 0);
  LitBuf spare = {0};
  LitIn in;
  if (!v) return lit_fail(e, LIT_CORRUPT, "GGUF: no merges");
  if (v->n >= LIT_VOCAB_MAX) return lit_fail(e, LIT_TOOBIG, "too many merges");
  in = v->bytes;
  lit_bpe_merges(e, m, (size_t)v->n);
  for (uint32_t i = 0; i < v->n && !e->rc; i++) {
    size_t n;
    const char *s = lit_gguf_take_text(g, &in, &n);
    const char *blank = n > 1 ? memchr(s + 1, ' ', n - 1) : NULL;
    LitBpePair p = {.left = s};
    if (!blank) {
      lit_fail(e, LIT_CORRUPT, "GGUF: merge %u is no pair", i + 1);
      break;
    }
    p.n_left = (size_t)(blank - s);
    p.right = blank + 1, p.n_right = n - p.n_left - 1;
    lit_bpe_add(e, m, &p, i, &spare);
  }
  lit_buf_drop(&spare);
  return e->rc;
}

static int load_bpe(LitErr *e, LitSubword *t, const LitGguf *g) {
  LitTokModel *m = &t->model;
  size_t n;
  const char *name = lit_gguf_text(g, KEY("pre"), &n);
  const LitGgufSplit *split = lit_gguf_split(name, n);
  if (!split)
    return lit_fail(e, LIT_CORRUPT, "GGUF: unknown tokenizer.ggml.pre '%.*s'",
                    n < 60 ? (int)n : 60, name);
  m->kind = &lit_tokmodel_bpe, m->unk = -1;
  m->ignore_merges = split->whole;
  if (read_tokens(e, g, m, 0) || lit_tokmodel_seal(e, m) ||
      read_types(e, g, m) || read_merges(e, g, m))
    return e->rc;
  for (size_t i = 0; i < 5 && split->patterns[i]; i++)
    if (add_split(e, t, split->patterns[i])) return e->rc;
  lit_tokfile_step(e, t, &lit_pretok_bytes,
                   "{\"add_prefix_space\":false,\"use_regex\":false}");
  if (e->rc || add_tokens(e, t) ||
      lit_tokdec_add(e, t, &lit_decode_bytes, NULL))
    return e->rc;
  return add_template(e, t, g, split->bos, 0);
}

static int load_wordpiece(LitErr *e, LitSubword *t, const LitGguf *g) {
  LitTokModel *m = &t->model;
  int32_t cls, sep;
  json_t *decoder;
  m->kind = &lit_tokmodel_wordpiece;
  m->max_chars = UINT32_MAX;
  m->prefix = "##", m->n_prefix = 2;
  if (read_tokens(e, g, m, 1) || lit_wordpiece_seal(e, m) ||
      read_types(e, g, m))
    return e->rc;
  m->unk = token_of(g, m, KEY("unknown_token_id"));
  cls = token_of(g, m, KEY("cls_token_id"));
  if (cls < 0) cls = token_of(g, m, KEY("bos_token_id"));
  sep = token_of(g, m, KEY("seperator_token_id"));
  if (sep < 0) sep = token_of(g, m, KEY("eos_token_id"));
  if (m->unk < 0) return lit_fail(e, LIT_CORRUPT, "GGUF: no unknown token");
  lit_tokfile_step(e, t, &lit_normal_bert, "{\"lowercase\":true}");
  lit_tokfile_step(e, t, &lit_pretok_bert, "{}");
  if (e->rc || add_tokens(e, t)) return e->rc;
  decoder = json_pack("{s:s}", "type", "WordPiece");
  lit_tokdec_load(e, t, decoder);
  json_decref(decoder);
  return lit_tokpost_bert(e, t, cls, sep);
}

int lit_tokgguf_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  LitGguf g;
  size_t n;
  const char *model;
  if (lit_gguf_open(e, f->main, f->n_main, &g)) return e->rc;
  model = lit_gguf_text(&g, KEY("model"), &n);
  if (!model) lit_fail(e, LIT_CORRUPT, "GGUF: no tokenizer.ggml.model");
  else if (n == 5 && memcmp(model, "llama", n) == 0) load_spm(e, t, &g, 1);
  else if (n == 2 && memcmp(model, "t5", n) == 0) load_spm(e, t, &g, 0);
  else if (n == 4 && memcmp(model, "gpt2", n) == 0) load_bpe(e, t, &g);
  else if (n == 4 && memcmp(model, "bert", n) == 0) load_wordpiece(e, t, &g);
  else lit_fail(e, LIT_CORRUPT, "GGUF: tokenizer.ggml.model '%.*s'; known are "
                "llama, gpt2, bert, t5", n < 60 ? (int)n : 60, model);
  lit_gguf_drop(&g);
  return e->rc ? e->rc : lit_tokpost_load(e, t, NULL);
}
