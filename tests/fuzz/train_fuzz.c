/* train_fuzz.c -- any texts as what a tokenizer is trained on: if they are
** UTF-8 the result loads, and encodes them.
**
** First byte: the kind and its options; then texts, a zero byte after each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/subword.h"
#include "text/train.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static void must(const LitErr *e) {
  if (!e->rc) return;
  fprintf(stderr, "%s\n", e->msg);
  abort();
}

static void encode_all(const LitBuf *json, const char *s, size_t n) {
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  LitSubwordFiles f = {.who = "fuzz", .main = (char *)json->at,
                       .n_main = json->n};
  LitIds ids = {0};
  LitEncodeOpts o = {.add_special = 1, .want_offsets = 1};
  lit_subword_parse(&e, &f, &t);
  must(&e);
  lit_subword_scratch(&e, &scratch);
  for (const char *end = s + n; s < end; s += strnlen(s, (size_t)(end - s)) + 1)
    lit_subword_encode(&e, t, scratch, s, strnlen(s, (size_t)(end - s)), &o,
                       &ids);
  must(&e);
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch), lit_subword_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  static const char *const kinds[] = {"bpe", "wordpiece", "unigram"};
  static const char *const splits[] = {NULL, "cl100k", "qwen2", "o200k"};
  const char *s = (const char *)at + 1, *end = (const char *)at + n;
  LitErr e = {0};
  LitTrain *t = NULL;
  LitBuf json = {0};
  LitTrainOpts o = {.lowercase = -1};
  if (n < 2) return 0;
  o.kind = kinds[at[0] % 3], o.split = splits[at[0] / 3 % 4];
  o.size = at[0] & 64 ? 300 : 30, o.min_count = at[0] & 128 ? 2 : 0;
  lit_train_new(&e, &o, &t);
  must(&e);
  for (; s < end && !e.rc; s += strnlen(s, (size_t)(end - s)) + 1)
    lit_train_add(&e, t, s, strnlen(s, (size_t)(end - s)));
  if (!e.rc) {
    lit_train_finish(&e, t, &json);
    must(&e);
    encode_all(&json, (const char *)at + 1, n - 1);
  }
  lit_buf_drop(&json);
  lit_train_free(t);
  return 0;
}
