/* config_fuzz.c -- any bytes as config.json or modules.json of an otherwise
** good folder, in $LIT_TMP or /tmp: opening it never does more than fail.  The
** first byte says which file. */
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
  "tokenizer_config.json",
};
enum { N_FILES = sizeof files / sizeof *files };

static void put(const char *folder, const char *file, const void *at, size_t n) {
  char path[4096];
  FILE *f;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  f = fopen(path, "wb");
  if (!f) abort();
  if (n) fwrite(at, 1, n, f);
  fclose(f);
}

static void copy(const char *folder, const char *file) {
  char path[4096];
  LitErr e = {0};
  LitFile f = {0};
  snprintf(path, sizeof path, "tests/golden/bert-mean/%s", file);
  if (lit_file_map(&e, "fuzz", path, &f)) abort();
  put(folder, file, f.at, f.n);
  lit_file_drop(&f);
}

static const char *make_folder(void) {
  static char folder[4096], pool[4200];
  const char *tmp = getenv("LIT_TMP");
  if (*folder) return folder;
  snprintf(folder, sizeof folder, "%s/fuzz-model-%d", tmp ? tmp : "/tmp",
           (int)getpid());
  snprintf(pool, sizeof pool, "%s/1_Pooling", folder);
  mkdir(folder, 0755);
  mkdir(pool, 0755);
  copy(folder, "model.safetensors");
  copy(folder, "tokenizer.json");
  for (int i = 0; i < N_FILES; i++) copy(folder, files[i]);
  return folder;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  const char *folder = make_folder(), *file;
  if (n == 0) return 0;
  file = files[at[0] % N_FILES];
  put(folder, file, at + 1, n - 1);
  lit_model_close(lit_model_open(&e, folder, NULL));
  copy(folder, file);
  return 0;
}
