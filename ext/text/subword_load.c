/* subword_load.c -- a tokenizer from its files, and what is known of it.
**
** The kind of a file is told by its first bytes, not by its name.
*/
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/gguf.h"
#include "text/normal.h"
#include "text/pretok.h"
#include "text/spm.h"
#include "text/tokdec.h"
#include "text/tokfile.h"
#include "text/tokgguf.h"
#include "text/tokmodel.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { PATH_MAX_LEN = 4096 };

static uint64_t fingerprint(uint64_t h, const char *s, size_t n) {
  uint64_t v;
  for (; n >= 8; s += 8, n -= 8) {
    memcpy(&v, s, 8);
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    h ^= h >> 32;
  }
  for (; n > 0; n--) h = (h ^ (unsigned char)*s++) * 0x100000001B3u;
  return h ^ h >> 29;
}

static int32_t by_names(const LitSubword *t, const char *const *names) {
  for (; *names; names++) {
    int32_t id = lit_subword_id(t, *names, strlen(*names));
    if (id >= 0) return id;
  }
  return -1;
}

/* The usual names of special tokens.  What post-processing puts first and
** last counts as cls and sep where those have no name. */
static void name_specials(LitSubword *t) {
  static const char *const cls[] = {"[CLS]", "[cls]", "<s>", "<cls>",
                                    NULL};
  static const char *const sep[] = {"[SEP]", "[sep]", "</s>", "<sep>",
                                    NULL};
  static const char *const pad[] = {"[PAD]", "[pad]", "<pad>",
                                    "<|endoftext|>", "<|pad|>", NULL};
  static const char *const mask[] = {"[MASK]", "[mask]", "<mask>", NULL};
  static const char *const bos[] = {"<s>", "<|begin_of_text|>", "<bos>",
                                    "[BOS]", "<|endoftext|>", NULL};
  static const char *const eos[] = {"</s>", "<|end_of_text|>", "<eos>",
                                    "[EOS]", "<|endoftext|>", NULL};
  LitSubwordInfo *in = &t->info;
  const LitTemplate *tpl = &t->single;
  in->cls = by_names(t, cls), in->sep = by_names(t, sep);
  in->pad = by_names(t, pad), in->mask = by_names(t, mask);
  in->bos = by_names(t, bos), in->eos = by_names(t, eos);
  in->unk = t->model.unk;
  if (tpl->n && tpl->at[0].seq == 0) in->cls = (int32_t)tpl->at[0].id;
  if (tpl->n && tpl->at[tpl->n - 1].seq == 0)
    in->sep = (int32_t)tpl->at[tpl->n - 1].id;
}

/* An added token that is looked for after normalizing must not reach over a
** cut either. */
static void added_cuts(const LitSubword *t, LitCuts *c) {
  for (size_t i = 0; i < t->added.n; i++) {
    const LitAddedToken *a = &t->added.at[i];
    uint32_t cp;
    if (!a->normalized) continue;
    if (a->lstrip || a->rstrip) c->spoiled = 1;
    for (size_t at = 0; at < a->n_pattern;) {
      at += lit_utf8_get(a->pattern + at, a->n_pattern - at, &cp);
      if (cp == c->space || cp == ' ') c->spoiled = 1;
    }
  }
}

static int may_cut(const LitSubword *t) {
  LitCuts c = {.space = ' '};
  lit_steps_cuts(&t->normal, &c);
  added_cuts(t, &c);
  lit_steps_cuts(&t->pretok, &c);
  if (!c.cut && t->model.kind->cuts)
    c.cut = t->model.kind->cuts(&t->model, c.space);
  return c.cut && !c.spoiled;
}

static void finish(LitSubword *t) {
  LitSubwordInfo *in = &t->info;
  in->model = t->model.kind->name;
  in->n_vocab = t->model.vocab.n_ids;
  for (size_t i = 0; i < t->added.n; i++)
    if (t->added.at[i].id >= in->n_vocab) in->n_vocab = t->added.at[i].id + 1;
  for (size_t i = 0; i < t->single.n; i++)
    in->n_special += t->single.at[i].seq == 0;
  name_specials(t);
  in->bytes = sizeof *t + t->arena.bytes + lit_tokmodel_bytes(&t->model) +
              t->added.room * sizeof *t->added.at +
              lit_vocab_bytes(&t->added.raw.pattern) +
              lit_vocab_bytes(&t->added.normal.pattern);
  t->cuttable = may_cut(t);
}

static int load_kind(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  size_t at = 0;
  while (at < f->n_main && strchr(" \t\r\n\xEF\xBB\xBF", f->main[at]) &&
         f->main[at])
    at++;
  if (!f->n_main) return lit_fail(e, LIT_CORRUPT, "the file is empty");
  if (f->main[at < f->n_main ? at : 0] == '{')
    return lit_tokjson_load(e, t, f);
  if (lit_gguf_is(f->main, f->n_main)) return lit_tokgguf_load(e, t, f);
  if (lit_spm_is(f)) return lit_spm_load(e, t, f);
  if (lit_tokfile_is_ranks(f)) return lit_tokfile_ranks(e, t, f);
  return lit_tokfile_vocab_txt(e, t, f);
}

int lit_subword_parse(LitErr *e, const LitSubwordFiles *f, LitSubword **out) {
  LitErr inner = {0};
  LitSubword *t = lit_new0(e, 1, sizeof *t);
  uint64_t h = 0x51F0A3;
  *out = NULL;
  if (!t) return e->rc;
  h = fingerprint(h, f->main, f->n_main);
  if (f->merges) h = fingerprint(h, f->merges, f->n_merges);
  if (f->config) h = fingerprint(h, f->config, f->n_config);
  t->info.fingerprint = h;
  if (load_kind(&inner, t, f)) {
    lit_fail(e, inner.rc, "%s: %s", f->who, inner.msg);
    lit_subword_free(t);
    return e->rc;
  }
  finish(t);
  *out = t;
  return LIT_OK;
}

void lit_subword_free(LitSubword *t) {
  if (!t) return;
  lit_steps_drop(&t->normal), lit_steps_drop(&t->pretok);
  lit_tokdec_drop(t);
  lit_tokadd_drop(&t->added);
  lit_tokmodel_drop(&t->model);
  lit_free(t->single.at), lit_free(t->pair.at);
  lit_arena_drop(&t->arena);
  lit_free(t);
}

const LitSubwordInfo *lit_subword_info(const LitSubword *t) {
  return &t->info;
}

const char *lit_subword_token(const LitSubword *t, uint32_t id, size_t *n) {
  const LitAddedToken *a = lit_tokadd_by_id(&t->added, id);
  if (!a) return lit_vocab_text(&t->model.vocab, id, n);
  *n = a->n_text;
  return a->text;
}

int32_t lit_subword_id(const LitSubword *t, const char *s, size_t n) {
  for (size_t i = t->added.n; i-- > 0;)
    if (t->added.at[i].n_text == n && memcmp(t->added.at[i].text, s, n) == 0)
      return (int32_t)t->added.at[i].id;
  return lit_vocab_find(&t->model.vocab, s, n);
}

int lit_subword_is_special(const LitSubword *t, uint32_t id) {
  const LitAddedToken *a = lit_tokadd_by_id(&t->added, id);
  return a && a->special;
}

/* Blanks, or what byte-level BPE writes for them, at both ends. */
void lit_subword_blanks(const char *s, size_t n, size_t *lead, size_t *trail) {
  size_t at = 0;
  uint32_t cp;
  int leading = 1;
  *lead = *trail = 0;
  while (at < n) {
    at += lit_utf8_get(s + at, n - at, &cp);
    if (cp == 0x120 || lit_uni_space(cp)) *lead += (size_t)leading, ++*trail;
    else leading = 0, *trail = 0;
  }
}

typedef struct Folder {
  LitFile main, merges, config;
} Folder;

static int is_file(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Map folder/name if it is there. */
static int map_beside(LitErr *e, const char *who, const char *folder,
                      const char *name, LitFile *out) {
  char path[PATH_MAX_LEN];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
    return lit_fail(e, LIT_CANTOPEN, "%s: path too long", who);
  return is_file(path) ? lit_file_map(e, who, path, out) : LIT_OK;
}

static int map_folder(LitErr *e, const char *who, const char *folder,
                      Folder *f) {
  static const char *const names[] = {
    "tokenizer.json", "tokenizer.model", "sentencepiece.bpe.model",
    "spiece.model", "vocab.json", "vocab.txt",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names && !f->main.n; i++)
    if (map_beside(e, who, folder, names[i], &f->main)) return e->rc;
  if (!f->main.n)
    return lit_fail(e, LIT_CANTOPEN, "%s: %s: no tokenizer in this folder "
                    "(tokenizer.json, tokenizer.model, vocab.json, vocab.txt)",
                    who, folder);
  return e->rc;
}

/* The folder of `path`, which is a file. */
static void folder_of(const char *path, char *out, size_t room) {
  const char *slash = strrchr(path, '/');
  if (slash) snprintf(out, room, "%.*s", (int)(slash - path), path);
  else snprintf(out, room, ".");
}

static int map_all(LitErr *e, const char *who, const char *path, Folder *f) {
  char folder[PATH_MAX_LEN];
  struct stat st;
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
    snprintf(folder, sizeof folder, "%s", path);
    if (map_folder(e, who, path, f)) return e->rc;
  } else {
    folder_of(path, folder, sizeof folder);
    if (lit_file_map(e, who, path, &f->main)) return e->rc;
  }
  map_beside(e, who, folder, "merges.txt", &f->merges);
  return map_beside(e, who, folder, "tokenizer_config.json", &f->config);
}

int lit_subword_load(LitErr *e, const char *who, const char *path,
                     LitSubword **out) {
  Folder f = {0};
  LitErr inner = {0};
  *out = NULL;
  if (!map_all(e, who, path, &f)) {
    LitSubwordFiles files = {
      .who = path,
      .main = (const char *)f.main.at, .n_main = f.main.n,
      .merges = f.merges.n ? (const char *)f.merges.at : NULL,
      .n_merges = f.merges.n,
      .config = f.config.n ? (const char *)f.config.at : NULL,
      .n_config = f.config.n,
    };
    if (lit_subword_parse(&inner, &files, out))
      lit_fail(e, inner.rc, "%s: %s", who, inner.msg);
  }
  lit_file_drop(&f.main), lit_file_drop(&f.merges), lit_file_drop(&f.config);
  return e->rc;
}

/* Row i of what is left after the rows of earlier lists, counted down. */
static int step_part(size_t *i, const LitStepKind *const *rows,
                     const char *what, LitTokPart *out) {
  for (; *rows; rows++)
    if ((*i)-- == 0) {
      *out = (LitTokPart){what, (*rows)->name, (*rows)->doc};
      return 1;
    }
  return 0;
}

int lit_subword_part(size_t i, LitTokPart *out) {
  if (step_part(&i, lit_normals, "normalizer", out) ||
      step_part(&i, lit_pretoks, "pre-tokenizer", out))
    return 1;
  for (size_t k = 0; lit_tokmodels[k]; k++)
    if (i-- == 0) {
      *out = (LitTokPart){"tokenizer model", lit_tokmodels[k]->name,
                          lit_tokmodels[k]->doc};
      return 1;
    }
  for (size_t k = 0; lit_decoders[k]; k++)
    if (i-- == 0) {
      *out = (LitTokPart){"decoder", lit_decoders[k]->name,
                          lit_decoders[k]->doc};
      return 1;
    }
  return lit_tokpost_row(i, out);
}
