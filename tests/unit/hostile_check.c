/* hostile_check.c -- tokenizers and texts that are meant to harm: a clear
** error or a right result, in time that grows with the input.
**
** FULL=1: texts of 100 MB, as long as it takes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/mem.h"
#include "check.h"
#include "text/subword.h"
#include "text/train.h"

static const char *const golden[] = {
  "wordpiece.json", "bytes-roberta.json", "bytes-prefix.json",
  "bytes-cl100k.json", "bytes-o200k.json", "fallback.json", "unigram.json",
  "wordlevel.json", "suffix.json", "spm-bpe.model", "spm-unigram.model",
};

static double now(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* Seconds for n bytes, `unit` again and again. */
static double encode(const LitSubword *t, LitSubwordScratch *scratch,
                     const char *unit, size_t n) {
  LitErr e = {0};
  LitIds ids = {0};
  size_t len = strlen(unit);
  char *s = malloc(n);
  double begin = now();
  n -= n % len;
  for (size_t i = 0; s && i < n; i += len) memcpy(s + i, unit, len);
  lit_subword_encode(&e, t, scratch, s, n, NULL, &ids);
  if (e.rc && e.rc != LIT_TOOBIG) printf("%s\n", e.msg), bad++;
  lit_ids_drop(&ids);
  free(s);
  return now() - begin;
}

/* Eight times the text takes eight times as long, about. */
static void check_long(const char *name) {
  static const char *const units[] = {"a", " ", "1", "'", "\xCC\x81", "ab",
                                      "\xE5\xAD\x97", "\n", "a b", "[CLS]"};
  size_t n = getenv("FULL") ? 100000000 : 1 << 20;
  char path[100];
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  snprintf(path, sizeof path, "tests/golden/subword/%s", name);
  if (lit_subword_load(&e, "check", path, &t) ||
      lit_subword_scratch(&e, &scratch)) {
    printf("%s\n", e.msg), bad++;
    return;
  }
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    double some = encode(t, scratch, units[i], n / 8);
    double all = encode(t, scratch, units[i], n);
    if (all < 0.5 + 30 * some) continue;
    printf("%s: '%s' %zu times: %.2f s, an eighth %.2f s\n", name, units[i], n,
           all, some), bad++;
  }
  lit_subword_scratch_free(scratch), lit_subword_free(t);
}

/* `json` with @ in place of single quotes must fail with these words, or load
** and encode `text` (words NULL). */
static void check_file(const char *json, const char *words, const char *text) {
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  LitIds ids = {0};
  LitSubwordFiles f = {.who = "check", .n_main = strlen(json)};
  char *own = malloc(f.n_main + 1);
  for (size_t i = 0; i <= f.n_main; i++)
    own[i] = (char)(json[i] == '@' ? '"' : json[i]);
  f.main = own;
  if (!lit_subword_parse(&e, &f, &t) && !lit_subword_scratch(&e, &scratch))
    lit_subword_encode(&e, t, scratch, text, strlen(text), NULL, &ids);
  if (words ? !strstr(e.msg, words) : e.rc) {
    printf("%.60s: '%s', expected '%s'\n", json, e.msg, words ? words : "");
    bad++;
  }
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch), lit_subword_free(t);
  free(own);
}

#define MODEL "@model@:{@type@:@WordLevel@,@vocab@:{@a@:0},@unk_token@:@a@}"

static void check_files(void) {
  static char deep[200000];
  char *at = deep;
  size_t n = strlen("{@type@:@Sequence@,@normalizers@:[");
  check_file("{" MODEL ",@pre_tokenizer@:{@type@:@Split@,@pattern@:{@Regex@:"
             "@(a+)+$@},@behavior@:@Isolated@}}", "takes too long",
             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
  check_file("{" MODEL ",@pre_tokenizer@:{@type@:@Split@,@pattern@:{@Regex@:"
             "@(((((@}}}", "regular expression", "");
  check_file("{" MODEL ",@added_tokens@:[{@id@:4294967295,@content@:@x@}]}",
             "id must be", "");
  check_file("{" MODEL ",@post_processor@:{@type@:@BertProcessing@,"
             "@sep@:[@a@,-1],@cls@:[@a@,0]}}", "sep must be", "");
  check_file("{@model@:{@type@:@BPE@,@vocab@:{@a@:0,@b@:1,@ab@:0},@merges@:"
             "[@a b@]}}", NULL, "abab");               /* One id, two tokens */
  check_file("{@model@:{@type@:@BPE@,@vocab@:{@a@:0,@b@:1,@ab@:2,@aba@:3},"
             "@merges@:[@a b@,@a b@,@ab a@,@a b@]}}", NULL, "abababa");
  check_file("{@model@:{@type@:@BPE@,@vocab@:{@a@:0,@@:1},@merges@:"
             "[[@a@,@@],[@@,@a@]]}}", NULL, "aaaa");   /* Grows by nothing */
  check_file("{@model@:{@type@:@BPE@,@vocab@:{@a@:0},@merges@:[@a a a@]}}",
             "no pair", "");
  check_file("{@model@:{@type@:@Unigram@,@vocab@:[[@a@,-1],[@a@,-2]],"
             "@unk_id@:7}}", "unk_id", "");
  for (int i = 0; i < 4000; i++, at += n)
    memcpy(at, "{@type@:@Sequence@,@normalizers@:[", n + 1);
  check_file(deep, "JSON", "");
}

/* Training on one letter, and on nothing but different words. */
static void check_train(const char *kind) {
  LitTrainOpts o = {.kind = kind, .size = 1000, .lowercase = -1};
  LitErr e = {0};
  LitTrain *t = NULL;
  LitBuf json = {0};
  size_t n = 1 << 20;
  char *s = malloc(n), word[40];
  double begin = now(), most = getenv("SANITIZE") ? 300 : 30;
  memset(s, 'a', n);
  lit_train_new(&e, &o, &t);
  lit_train_add(&e, t, s, n);
  for (unsigned i = 0; i < 50000 && !e.rc; i++) {
    int len = snprintf(word, sizeof word, "w %x x", i * 2654435761u);
    lit_train_add(&e, t, word, (size_t)len);
  }
  lit_train_finish(&e, t, &json);
  CHECK(!e.rc && json.n > 1000);
  if (e.rc) printf("%s: %s\n", kind, e.msg);
  if (now() - begin > most) printf("%s: %.1f s\n", kind, now() - begin), bad++;
  lit_buf_drop(&json);
  lit_train_free(t);
  free(s);
}

int main(void) {
  const char *doc;
  for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
    check_long(golden[i]);
  check_files();
  for (size_t i = 0; lit_train_kind(i, &doc); i++)
    check_train(lit_train_kind(i, &doc));
  return bad != 0;
}
