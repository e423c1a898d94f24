/* model_open.c -- a folder of files becomes a model, or a GGUF file
** (arch_gguf.c), or a file of lit's own (arch_static.c).
**
** config.json names the architecture; the weights are mapped and its tensors
** found; then the tokenizer, which must fit the matrix of token vectors, and
** what sentence-transformers adds (modules.c).
*/
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_STATIC_LINKING_ONLY          /* its state on the stack, aligned */
#include <xxhash.h>
#include "base/buf.h"
#include "base/gguf.h"
#include "model/dense.h"
#include "model/gguf_model.h"
#include "model/trial.h"
#include "model/head.h"
#include "model/yesno.h"
#include "model/parts.h"
#include "base/poison.h"

/* The architecture of that name, which `file` of the folder says. */
static int find_arch(LitErr *e, LitModel *m, const char *type,
                     const char *file) {
  LitBuf known = {0};
  for (size_t i = 0; !e->rc && !m->arch && lit_arch_row(i); i++) {
    const LitArch *a = lit_arch_row(i);
    lit_buf_printf(e, &known, "%s%s", i ? ", " : "", a->name);
    if (strcmp(a->name, type) == 0) m->arch = a;
  }
  lit_buf_u8(e, &known, 0);
  if (!e->rc && !m->arch)
    lit_fail(e, LIT_MISMATCH, "%s/%s: model_type '%.40s': expected one of: %s",
             m->path, file, type, (char *)known.at);
  lit_buf_drop(&known);
  return e->rc;
}

/* A folder without config.json that has weights is one of static vectors: their
** folder by modules.json, and what sentence-transformers says of it. */
static int static_config(LitErr *e, LitModel *m, LitJson *config,
                         json_t **top) {
  const char *path = lit_modules_static(e, m);
  LitBuf b = {0};
  if (path && *path && strcmp(path, ".")) {
    lit_buf_printf(e, &b, "%s/%s", m->path, path);
    if (!e->rc) m->folder = lit_arena_copy(e, &m->arena, b.at, b.n);
    lit_buf_drop(&b);
  }
  if (e->rc || !lit_json_exists(m->folder, "model.safetensors")) return e->rc;
  config->file = "config_sentence_transformers.json";
  if (lit_json_exists(m->path, config->file))
    return lit_json_load(e, m->path, config->file, top);
  *top = json_object();
  return *top ? LIT_OK : lit_fail_nomem(e, "model");
}

/* The architecture that config.json names. */
static int open_arch(LitErr *e, LitModel *m) {
  LitJson config = {.folder = m->path, .file = "config.json"};
  json_t *top = NULL;
  const char *type = "model2vec";
  if (!lit_json_exists(m->path, config.file))
    static_config(e, m, &config, &top);
  if (!e->rc && !top && !lit_json_load(e, m->path, config.file, &top)) {
    config.at = top;
    type = lit_json_str(e, &config, "model_type", "");
  }
  config.at = top;
  if (!e->rc) find_arch(e, m, type, config.file);
  if (!e->rc) lit_weights_open(e, m->folder, &m->weights);
  if (!e->rc) m->arch->open(e, m, &config);
  if (!e->rc) lit_head_open(e, m, &config);
  json_decref(top);
  return e->rc;
}

/* Do two texts become the same ids? */
static int same_ids(LitErr *e, const LitModel *m, const char *a,
                    const char *b) {
  LitSubwordScratch *scratch = NULL;
  LitIds x = {0}, y = {0};
  int same = 0;
  if (lit_subword_scratch(e, &scratch)) return 0;
  lit_subword_encode(e, m->tokenizer, scratch, a, strlen(a), NULL, &x);
  lit_subword_encode(e, m->tokenizer, scratch, b, strlen(b), NULL, &y);
  if (!e->rc)
    same = x.n == y.n && (!x.n || !memcmp(x.at, y.at, x.n * sizeof *x.at));
  lit_ids_drop(&x);
  lit_ids_drop(&y);
  lit_subword_scratch_free(scratch);
  return same;
}

/* sentence_bert_config.json may ask for lower case before the tokenizer: it
** must then be one that does not tell the difference. */
static int check_case(LitErr *e, const LitModel *m) {
  LitJson j = {.folder = m->path, .file = "sentence_bert_config.json"};
  json_t *top = NULL;
  if (!lit_json_exists(m->path, j.file)) return LIT_OK;
  if (lit_json_load(e, m->path, j.file, &top)) return e->rc;
  j.at = top;
  if (lit_json_bool(e, &j, "do_lower_case", 0) && !e->rc &&
      !same_ids(e, m, "Lower CASE", "lower case"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: do_lower_case: expected a tokenizer "
             "that does so", m->path, j.file);
  json_decref(top);
  return e->rc;
}

static int open_tokenizer(LitErr *e, LitModel *m) {
  const LitSubwordInfo *info;
  if (m->tokenizer) return e->rc;          /* the weights brought it */
  if (lit_subword_load(e, "model", m->folder, &m->tokenizer)) return e->rc;
  info = lit_subword_info(m->tokenizer);
  if (info->n_vocab > (uint32_t)m->n_vocab)
    return lit_fail(e, LIT_MISMATCH, "%s: the tokenizer has %u tokens, the "
                    "weights have vectors for %d", m->folder, info->n_vocab,
                    m->n_vocab);
  if (m->max_tokens && info->n_special >= (uint32_t)m->max_tokens)
    return lit_fail(e, LIT_MISMATCH, "%s: at most %d tokens a text leave no "
                    "room for words", m->path, m->max_tokens);
  return check_case(e, m);
}

/* Sizes and times of the files that make a model, as one number. */
static uint64_t take_stamp(LitErr *e, const char *path) {
  static const char *const files[] = {   /* "": a model that is a file */
    "", "config.json", "model.safetensors", "pytorch_model.bin",
    "tokenizer.json",
    "vocab.txt", "tokenizer_config.json", "modules.json",
    "sentence_bert_config.json", "config_sentence_transformers.json",
    "1_Pooling/config.json", "model.safetensors.index.json",
    "0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json",
  };
  uint64_t stamp = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    LitBuf file = {0};
    struct stat st;
    lit_buf_printf(e, &file, "%s%s%s%c", path, i ? "/" : "", files[i], 0);
    if (!e->rc && stat((char *)file.at, &st) == 0 && S_ISREG(st.st_mode)) {
      uint64_t now[] = {(uint64_t)i, (uint64_t)st.st_size,
                        (uint64_t)st.st_mtim.tv_sec,
                        (uint64_t)st.st_mtim.tv_nsec};
      stamp = XXH3_64bits_withSeed(now, sizeof now, stamp);
    }
    lit_buf_drop(&file);
  }
  return stamp;
}

/* The path from the root, so that a later chdir does not matter. */
static char *full_path(LitErr *e, const char *path) {
  char here[4096] = "", *full = NULL;
  LitBuf b = {0};
  size_t n = strlen(path);
  while (n > 1 && path[n - 1] == '/') n--;
  if (*path != '/' && getcwd(here, sizeof here))
    lit_buf_printf(e, &b, "%s/", here);
  lit_buf_put(e, &b, path, n);
  if (!e->rc) full = lit_copy(e, b.at, b.n);
  lit_buf_drop(&b);
  return full;
}

extern const LitArch lit_arch_static;

/* A model that is one file: of llama.cpp, or lit's own. */
static int open_file(LitErr *e, LitModel *m, LitFile bytes) {
  const LitFile *f;
  if (lit_weights_file(e, m->path, bytes, &m->weights)) return e->rc;
  f = &m->weights.files[0];
  if (lit_gguf_is(f->at, f->n))
    return lit_gguf_model(e, m) ? e->rc : open_tokenizer(e, m);
  m->arch = &lit_arch_static;
  return m->arch->open(e, m, NULL);
}

static int open_folder(LitErr *e, LitModel *m) {
  if (open_arch(e, m) || lit_modules_read(e, m)) return e->rc;
  if (open_tokenizer(e, m) || lit_tokens_open(e, m)) return e->rc;
  return lit_yesno_open(e, m);
}

static void count_bytes(LitModel *m) {
  for (size_t i = 0; i < m->weights.n_files; i++)
    m->bytes += m->weights.files[i].n;
}

LitModel *lit_model_begin(LitErr *e, const char *path, const char *options) {
  LitModel *m = lit_new0(e, 1, sizeof *m);
  struct stat st;
  if (!m) return NULL;
  if (lit_model_opts_read(e, options, &m->opts)) goto done;
  if (stat(path, &st) != 0) {
    lit_fail(e, LIT_CANTOPEN, "model %.180s: no such folder or file", path);
    goto done;
  }
  m->folder = m->path = full_path(e, path);
  if (e->rc) goto done;
  m->stamp = take_stamp(e, m->path);
  if (options)
    m->stamp = XXH3_64bits_withSeed(options, strlen(options), m->stamp);
  m->is_folder = S_ISDIR(st.st_mode);

done:
  if (!e->rc) return m;
  lit_model_close(m);
  return NULL;
}

int lit_model_open(LitErr *e, LitModel *m, const LitStop *stop) {
  m->stop = stop;
  m->wanted_end = &m->wanted;
  if (m->is_folder) open_folder(e, m);
  else open_file(e, m, (LitFile){0});
  lit_trial_run(e, m);
  if (!e->rc && m->arch->embed && m->opts.precision != LIT_RUN_FLOAT32)
    lit_fail(e, LIT_MISMATCH, "%s: precision %s: expected a transformer, not "
             "static vectors", m->path, lit_precision_names[m->opts.precision]);
  count_bytes(m);
  m->stop = NULL;
  return e->rc;
}

LitModel *lit_model_open_bytes(LitErr *e, const char *path, LitFile bytes) {
  LitModel *m = lit_new0(e, 1, sizeof *m);
  if (!m) return NULL;
  m->folder = m->path = lit_copy(e, path, strlen(path));
  if (!e->rc) open_file(e, m, bytes);
  count_bytes(m);
  if (!e->rc) return m;
  lit_model_close(m);
  return NULL;
}

void lit_model_close(LitModel *m) {
  if (!m) return;
  lit_weights_close(&m->weights);
  for (int i = 0; i < m->n_dense; i++) lit_dense_close(m->dense[i]);
  lit_dense_close(m->token);
  lit_subword_free(m->tokenizer);
  for (int i = 0; i < LIT_IDLE_MAX; i++)
    lit_embedding_free(atomic_load(&m->idle[i]));
  lit_arena_drop(&m->arena);
  lit_free(m->name);
  lit_free(m->path);
  lit_free(m);
}

enum { ASK_EVERY = 16 << 20 };      /* bytes */

static int hash_files(LitErr *e, XXH128_hash_t *h, uint64_t *seed,
                      const LitWeights *w, const LitStop *stop) {
  for (size_t i = 0; i < w->n_files && !e->rc; i++) {
    const LitFile *f = &w->files[i];
    XXH3_state_t state;
    XXH128_hash_t more;
    XXH3_INITSTATE(&state);          /* reset looks what seed it had */
    XXH3_128bits_reset_withSeed(&state, *seed);
    for (size_t at = 0; at < f->n && !lit_stopped(e, stop); at += ASK_EVERY)
      XXH3_128bits_update(&state, f->at + at,
                          f->n - at < ASK_EVERY ? f->n - at : ASK_EVERY);
    more = XXH3_128bits_digest(&state);
    h->low64 = *seed = more.low64;
    h->high64 ^= more.high64;
  }
  return e->rc;
}

/* How each precision rounds: a change of it changes vectors. */
static const char *const roundings[] = {
  [LIT_RUN_FLOAT32] = "Q8_0, attention in 16, near gelu",
  [LIT_RUN_BF16] = "bf16, attention in 16, near gelu",
  [LIT_RUN_INT8] = "int8, evened, mixed by 128, weights by a trial, late values' "
                   "and outputs' in 16, zeros, attention in 16, near gelu",
};

/* 128 bits of XXH3 over the weight files, each seeded by what was before it:
** first by all that decides a vector besides the weights. */
int lit_model_take_hash(LitErr *e, const LitModel *m, const LitStop *stop,
                        char hash[33]) {
  uint64_t numbers[] = {(uint64_t)m->dim, (uint64_t)m->max_tokens,
                        (uint64_t)m->normalize,
                        lit_subword_info(m->tokenizer)->fingerprint};
  uint64_t seed = XXH3_64bits(numbers, sizeof numbers);
  XXH128_hash_t h = {seed, 0};
  seed = XXH3_64bits_withSeed(m->arch->name, strlen(m->arch->name), seed);
  if (m->runs_blocks || m->opts.precision != LIT_RUN_FLOAT32)
    seed = XXH3_64bits_withSeed(roundings[m->opts.precision],
                                strlen(roundings[m->opts.precision]), seed);
  for (int i = 0; i < m->n_pools; i++)
    seed = XXH3_64bits_withSeed(m->pools[i]->name, strlen(m->pools[i]->name),
                                seed);
  for (int i = 0; i < 2; i++)
    seed = XXH3_64bits_withSeed(m->prompts[i], strlen(m->prompts[i]), seed);
  if (m->opts.n_layers)
    seed = XXH3_64bits_withSeed(m->opts.layers, sizeof m->opts.layers, seed);
  if (m->opts.windows) {
    int windows[2] = {(int)m->opts.windows, m->opts.stride};
    seed = XXH3_64bits_withSeed(windows, sizeof windows, seed);
  }
  hash_files(e, &h, &seed, &m->weights, stop);
  for (int i = 0; i < m->n_dense; i++)
    hash_files(e, &h, &seed, &m->dense[i]->weights, stop);
  if (m->token) hash_files(e, &h, &seed, &m->token->weights, stop);
  for (int i = 0; i < 32; i++)
    hash[i] = "0123456789abcdef"[(i < 16 ? h.high64 : h.low64) >>
                                 4 * (15 - i % 16) & 15];
  hash[32] = '\0';
  return e->rc;
}

const char *lit_model_arch(const LitModel *m) { return m->arch->name; }
