/* subword_fuzz.c -- any bytes as a tokenizer's file, and as a text: loading
** fails or gives a tokenizer that encodes and decodes without harm.
**
** First byte: 0 .. 31 a tokenizer of its own: the bytes up to the first zero
** byte are its file, the rest is the text; else one of tests/golden/subword,
** and all bytes are the text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/subword.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static const char *const golden[] = {
  "wordpiece.json", "bytes-roberta.json", "bytes-cl100k.json",
  "bytes-o200k.json", "fallback.json", "unigram.json", "wordlevel.json",
  "suffix.json", "spm-bpe.model", "spm-unigram.model",
};
enum { N_GOLDEN = sizeof golden / sizeof *golden };
static LitSubword *known[N_GOLDEN];
static LitSubwordScratch *scratch;

static void load_golden(void) {
  LitErr e = {0};
  char path[200];
  for (int i = 0; i < N_GOLDEN; i++) {
    snprintf(path, sizeof path, "tests/golden/subword/%s", golden[i]);
    if (lit_subword_load(&e, "fuzz", path, &known[i])) abort();
  }
  if (lit_subword_scratch(&e, &scratch)) abort();
}

static void check_spans(const LitIds *ids, size_t n) {
  for (size_t i = 0; i < ids->n; i++)
    if (ids->span[i].from > ids->span[i].to || ids->span[i].to > n) abort();
}

static void use(const LitSubword *t, const char *s, size_t n, int strict) {
  LitErr e = {0};
  LitIds ids = {0};
  LitBuf text = {0};
  LitEncodeOpts o = {.add_special = 1, .want_offsets = 1, .want_types = 1,
                     .max_len = n & 1 ? 16 : 0, .pair = n & 2 ? s : NULL,
                     .n_pair = n / 2};
  lit_subword_encode(&e, t, scratch, s, n, &o, &ids);
  if (!e.rc && strict) check_spans(&ids, n);
  if (!e.rc) lit_subword_decode(&e, t, ids.at, ids.n, n & 4, &text);
  lit_ids_drop(&ids), lit_buf_drop(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  const char *s = (const char *)at, *zero;
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordFiles f = {.who = "fuzz"};
  if (!scratch) load_golden();
  if (n < 1) return 0;
  if (at[0] >= 32) {
    use(known[at[0] % N_GOLDEN], s + 1, n - 1, 1);
    return 0;
  }
  zero = memchr(s + 1, 0, n - 1);
  f.main = s + 1;
  f.n_main = at[0] & 1 || !zero ? n - 1 : (size_t)(zero - s - 1);
  if (at[0] & 2 && zero) f.merges = zero + 1, f.n_merges = n - f.n_main - 1;
  if (f.merges) f.n_merges = (size_t)(s + n - f.merges);
  if (lit_subword_parse(&e, &f, &t)) return 0;
  use(t, zero ? zero : "the cafe", zero ? (size_t)(s + n - zero) : 8, 0);
  lit_subword_free(t);
  return 0;
}
