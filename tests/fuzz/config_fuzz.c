/* config_fuzz.c -- any bytes as one of a model's files, or a good file with some
** of its bytes changed, in an otherwise good folder of each architecture, in
** $LIT_TMP or /tmp: opening it, embedding and scoring never do more than fail.
** The first byte says which file, the second which folder, the third whether
** the rest is the file or changes: two bytes of place, one that is put there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "model/parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static const char *const files[] = {
  "config.json", "modules.json", "1_Pooling/config.json",
  "sentence_bert_config.json", "config_sentence_transformers.json",
  "tokenizer_config.json", "model.safetensors", "1_Dense/config.json",
  "2_Dense/config.json", "tokenizer.json",
};
enum { N_FILES = sizeof files / sizeof *files };

static const char *const folders[] = {
  "bert-mean", "roberta", "xlm-roberta", "distilbert", "mpnet", "modernbert",
  "nomic", "nomic-saved", "qwen3", "bert-dense", "bert-latent", "bert-cross",
  "roberta-cross", "distilbert-cross", "modernbert-cross", "qwen3-cross",
  "qwen3-judge", "colbert",
};
enum { N_FOLDERS = sizeof folders / sizeof *folders };

static void put(const char *folder, const char *file, const void *at, size_t n) {
  char path[8192];
  FILE *f;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  f = fopen(path, "wb");
  if (!f) return;                       /* A module that the model has not */
  if (n) fwrite(at, 1, n, f);
  fclose(f);
}

static int read_good(const char *from, const char *file, LitFile *out) {
  char path[4096];
  LitErr e = {0};
  snprintf(path, sizeof path, "tests/golden/%s/%s", from, file);
  return lit_file_map(&e, "fuzz", path, out) == 0;
}

/* The good file, or none where the good folder has none. */
static void restore(const char *folder, const char *from, const char *file) {
  char path[8192];
  LitFile f = {0};
  snprintf(path, sizeof path, "%s/%s", folder, file);
  unlink(path);
  if (!read_good(from, file, &f)) return;
  put(folder, file, f.at, f.n);
  lit_file_drop(&f);
}

static const char *make_folder(size_t i) {
  static char made[N_FOLDERS][4200];
  static const char *const parts[] = {"", "/1_Pooling", "/1_Dense", "/2_Dense"};
  char path[8192];
  const char *tmp = getenv("LIT_TMP");
  if (*made[i]) return made[i];
  snprintf(made[i], sizeof made[i], "%s/fuzz-%s-%d", tmp ? tmp : "/tmp",
           folders[i], (int)getpid());
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    snprintf(path, sizeof path, "%s%s", made[i], parts[k]);
    mkdir(path, 0755);
  }
  for (int k = 0; k < N_FILES; k++) restore(made[i], folders[i], files[k]);
  restore(made[i], folders[i], "1_Dense/model.safetensors");
  restore(made[i], folders[i], "2_Dense/model.safetensors");
  return made[i];
}

/* The good file with changes [n / 3]; of weights, to the header only. */
static void put_changed(const char *folder, const char *from, const char *file,
                        const uint8_t *at, size_t n) {
  LitFile f = {0};
  uint8_t *copy;
  size_t most;
  if (!read_good(from, file, &f)) return;
  copy = malloc(f.n + 1);
  if (!copy) abort();
  memcpy(copy, f.at, f.n);
  most = strstr(file, ".safetensors") && f.n > 8 ? 8 + f.at[0] + 256u * f.at[1]
                                                 : f.n;
  if (most > f.n) most = f.n;
  for (size_t i = 0; i + 3 <= n && most; i += 3)
    copy[(at[i] + 256u * at[i + 1]) % most] = at[i + 2];
  put(folder, file, copy, f.n);
  free(copy);
  lit_file_drop(&f);
}

/* What a model that opens is for. */
static void use(LitModel *m) {
  LitText texts[2] = {{"the small fox", 13}, {"", 0}};
  LitErr e = {0};
  float *v = lit_new(&e, 2, (size_t)lit_model_dim(m) * sizeof *v);
  m->name = lit_copy(&e, "fuzz", 4);
  if (!e.rc) lit_model_embed(&e, m, LIT_EMBED_QUERY, texts, 2, v, NULL);
  e = (LitErr){0};
  if (lit_model_can_score(m))
    lit_model_score(&e, m, texts[0], texts, 1, v, NULL);
  lit_free(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitModel *m;
  const char *folder, *file, *from;
  if (n < 3) return 0;
  from = folders[at[1] % N_FOLDERS], file = files[at[0] % N_FILES];
  folder = make_folder(at[1] % N_FOLDERS);
  if (at[2] % 8 == 0) put(folder, file, at + 3, n - 3);
  else put_changed(folder, from, file, at + 3, n - 3 < 12 ? n - 3 : 12);
  m = lit_model_begin(&e, folder, at[2] & 16 ? "{\"precision\": \"int8\"}" : NULL);
  if (m && !lit_model_open(&e, m, NULL) && lit_model_dim(m) <= 1024) use(m);
  lit_model_close(m);
  restore(folder, from, file);
  return 0;
}
