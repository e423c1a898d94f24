/* tokfile_fuzz.c -- damaged files of every kind of tokenizer: loading fails or
** gives a tokenizer that encodes and decodes without harm.
**
** First byte: which file (those of tests/golden/subword, and small ones of the
** other kinds below).  Then edits of three bytes, a place (two bytes, in parts
** of 65536 of the file) and what is put there; a place of 0xFFFF ends them,
** and the rest is the text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/gguf.h"
#include "text/subword.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static const char *const golden[] = {
  "wordpiece.json", "bytes-roberta.json", "bytes-cl100k.json", "fallback.json",
  "unigram.json", "wordlevel.json", "suffix.json", "spm-bpe.model",
  "spm-unigram.model",
};
static const char *const plain[] = {
  "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n##re\ncafe\nc\n##a\n",
  "{\"c\":0,\"a\":1,\"f\":2,\"ca\":3,\"caf\":4,\"<s>\":5,\"</s>\":6}",
  "YQ== 0\nYg== 1\nYWI= 2\nIA== 3\nIGE= 4\n",
};
static const char merges[] = "#version: 0.2\nc a\nca f\n";
static const char *const models[] = {"gpt2", "llama", "bert", "t5"};
enum {
  N_GOLDEN = sizeof golden / sizeof *golden,
  N_PLAIN = sizeof plain / sizeof *plain,
  N_MODELS = sizeof models / sizeof *models,
  N_FILES = N_GOLDEN + N_PLAIN + N_MODELS
};
static LitBuf files[N_FILES];
static LitSubwordScratch *scratch;

static void put_key(LitErr *e, LitBuf *b, const char *key, uint32_t type) {
  lit_buf_u64(e, b, strlen(key));
  lit_buf_text(e, b, key);
  lit_buf_u32(e, b, type);
}

static void put_array(LitErr *e, LitBuf *b, const char *key, uint32_t type,
                      uint64_t n) {
  put_key(e, b, key, LIT_GGUF_ARRAY);
  lit_buf_u32(e, b, type);
  lit_buf_u64(e, b, n);
}

static void put_texts(LitErr *e, LitBuf *b, const char *key,
                      const char *const *texts, size_t n) {
  put_array(e, b, key, LIT_GGUF_TEXT, n);
  for (size_t i = 0; i < n; i++) {
    lit_buf_u64(e, b, strlen(texts[i]));
    lit_buf_text(e, b, texts[i]);
  }
}

/* A GGUF file of a model with a few tokens. */
static void make_gguf(LitErr *e, LitBuf *b, const char *model) {
  static const char *const tokens[] = {
    "<unk>", "<s>", "</s>", "a", "b", "ab", "\xE2\x96\x81", ("\xE2\x96\x81" "a"),
    "[UNK]", "\xC4\xA0", "<0x41>", "c",
  };
  static const char *const pairs[] = {"a b"};
  static const uint32_t types[] = {2, 3, 3, 1, 1, 1, 1, 1, 4, 1, 6, 5};
  enum { N = sizeof tokens / sizeof *tokens };
  lit_buf_text(e, b, "GGUF");
  lit_buf_u32(e, b, 3), lit_buf_u64(e, b, 0), lit_buf_u64(e, b, 7);
  put_key(e, b, "tokenizer.ggml.model", LIT_GGUF_TEXT);
  lit_buf_u64(e, b, strlen(model)), lit_buf_text(e, b, model);
  put_key(e, b, "tokenizer.ggml.unknown_token_id", LIT_GGUF_U32);
  lit_buf_u32(e, b, 8);
  put_key(e, b, "tokenizer.ggml.bos_token_id", LIT_GGUF_U32);
  lit_buf_u32(e, b, 1);
  put_texts(e, b, "tokenizer.ggml.tokens", tokens, N);
  put_texts(e, b, "tokenizer.ggml.merges", pairs, 1);
  put_array(e, b, "tokenizer.ggml.scores", LIT_GGUF_F32, N);
  for (uint32_t i = 0; i < N; i++) lit_buf_u32(e, b, 0xBF800000 + (i << 16));
  put_array(e, b, "tokenizer.ggml.token_type", LIT_GGUF_I32, N);
  for (uint32_t i = 0; i < N; i++) lit_buf_u32(e, b, types[i]);
}

static void read_file(LitErr *e, LitBuf *b, const char *name) {
  char path[200], part[4096];
  FILE *f;
  size_t n;
  snprintf(path, sizeof path, "tests/golden/subword/%s", name);
  f = fopen(path, "rb");
  if (!f) abort();
  while ((n = fread(part, 1, sizeof part, f)) > 0) lit_buf_put(e, b, part, n);
  fclose(f);
}

static void make_files(void) {
  LitErr e = {0};
  LitSubword *t = NULL;
  for (int i = 0; i < N_FILES; i++) {
    LitSubwordFiles f = {.who = "fuzz"};
    if (i < N_GOLDEN) read_file(&e, &files[i], golden[i]);
    else if (i < N_GOLDEN + N_PLAIN)
      lit_buf_text(&e, &files[i], plain[i - N_GOLDEN]);
    else make_gguf(&e, &files[i], models[i - N_GOLDEN - N_PLAIN]);
    f.main = (char *)files[i].at, f.n_main = files[i].n;
    if (i == N_GOLDEN + 1) f.merges = merges, f.n_merges = sizeof merges - 1;
    if (lit_subword_parse(&e, &f, &t)) {        /* Unharmed, all load */
      fprintf(stderr, "file %d: %s\n", i, e.msg);
      abort();
    }
    lit_subword_free(t);
  }
  if (lit_subword_scratch(&e, &scratch)) abort();
}

static void use(const LitSubword *t, const char *s, size_t n) {
  LitErr e = {0};
  LitIds ids = {0};
  LitBuf text = {0};
  LitEncodeOpts o = {.add_special = 1, .want_offsets = 1, .want_types = 1,
                     .as_file = n & 1};
  lit_subword_encode(&e, t, scratch, s, n, &o, &ids);
  if (!e.rc) lit_subword_decode(&e, t, ids.at, ids.n, n & 2, &text);
  lit_ids_drop(&ids), lit_buf_drop(&text);
}

/* Change *file (and merges.txt) by the edits; where the text begins. */
static size_t edit(const uint8_t *at, size_t n, LitBuf *file, char *pairs) {
  size_t i = 0;
  for (; i + 3 <= n; i += 3) {
    size_t place = at[i] | (size_t)at[i + 1] << 8;
    if (place == 0xFFFF) return i + 2;
    if (place % 16 == 15) pairs[place / 16 % (sizeof merges - 1)] = (char)at[i + 2];
    else file->at[place * file->n >> 16] = at[i + 2];
  }
  return i;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitBuf file = {0};
  LitSubword *t = NULL;
  LitSubwordFiles f = {.who = "fuzz"};
  char pairs[sizeof merges];
  size_t text, which;
  if (!scratch) make_files();
  if (n < 1) return 0;
  which = at[0] % N_FILES;
  memcpy(pairs, merges, sizeof merges);
  lit_buf_put(&e, &file, files[which].at, files[which].n);
  text = 1 + edit(at + 1, n - 1, &file, pairs);
  f.main = (char *)file.at, f.n_main = file.n;
  if (which == N_GOLDEN + 1) f.merges = pairs, f.n_merges = sizeof merges - 1;
  if (!lit_subword_parse(&e, &f, &t)) {
    use(t, "a the caf\xC3\xA9 ab [UNK] 12", 21);
    use(t, (const char *)at + text, n - text);
  }
  lit_subword_free(t);
  lit_buf_drop(&file);
  return 0;
}
