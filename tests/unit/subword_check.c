/* subword_check.c -- subword tokenizers from small files written here: ids,
** spans, truncation, pairs, decoding, errors. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "check.h"
#include "text/subword.h"

static LitSubword *parse(const char *text, size_t n, const char *words) {
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordFiles f = {.who = "check", .main = text, .n_main = n};
  lit_subword_parse(&e, &f, &t);
  if (words) {
    CHECK(!t && e.rc);
    if (!strstr(e.msg, words)) {
      printf("said: %s\nnot:  %s\n", e.msg, words);
      bad++;
    }
  } else if (e.rc) {
    printf("%s\n", e.msg);
    bad++;
  }
  return t;
}

/* Ids as text, with spans if asked for. */
static void expect(const LitSubword *t, const char *s, size_t n,
                   const LitEncodeOpts *o, const char *want) {
  LitErr e = {0};
  LitSubwordScratch *scratch = NULL;
  LitIds ids = {0};
  LitBuf got = {0};
  lit_subword_scratch(&e, &scratch);
  for (int again = 0; again < 2; again++) {      /* Fresh, and from the cache */
    got.n = 0;
    lit_subword_encode(&e, t, scratch, s, n, o, &ids);
    if (e.rc) lit_buf_text(&(LitErr){0}, &got, e.msg);
    for (size_t i = 0; i < ids.n && !e.rc; i++) {
      lit_buf_printf(&e, &got, "%s%u", i ? " " : "", ids.at[i]);
      if (o && o->want_offsets)
        lit_buf_printf(&e, &got, ":%u-%u", ids.span[i].from, ids.span[i].to);
      if (o && o->want_types) lit_buf_printf(&e, &got, "/%d", ids.type[i]);
    }
    lit_buf_u8(&(LitErr){0}, &got, 0);
    if (strcmp((char *)got.at, want) != 0) {
      printf("%s\n  got  %s\n  want %s\n", s, (char *)got.at, want);
      bad++;
    }
  }
  lit_buf_drop(&got), lit_ids_drop(&ids), lit_subword_scratch_free(scratch);
}

static void decodes(const LitSubword *t, const uint32_t *ids, size_t n,
                    int skip, const char *want) {
  LitErr e = {0};
  LitBuf out = {0};
  lit_subword_decode(&e, t, ids, n, skip, &out);
  lit_buf_u8(&e, &out, 0);
  CHECK(!e.rc && strcmp((char *)out.at, want) == 0);
  lit_buf_drop(&out);
}

static const char vocab[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n"
                            "##able\ncafe\n,\n\xe4\xb8\xad\nnaive\nthe\n##s\n";

static void check_wordpiece(void) {
  LitSubword *t = parse(vocab, sizeof vocab - 1, NULL);
  const LitSubwordInfo *info = lit_subword_info(t);
  LitEncodeOpts spans = {.want_offsets = 1}, whole = {.add_special = 1};
  LitEncodeOpts cut = {.add_special = 1, .max_len = 4};
  LitEncodeOpts pad = {.add_special = 1, .pad_to = 6};
  LitEncodeOpts pair = {.add_special = 1, .want_types = 1, .pair = "cafe,",
                        .n_pair = 5, .max_len = 7};
  size_t n;
  CHECK(info->n_vocab == 14 && info->cls == 2 && info->sep == 3 &&
        info->unk == 1 && info->pad == 0 && info->mask == 4);
  CHECK(strcmp(info->model, "WordPiece") == 0);
  CHECK(strcmp(lit_subword_token(t, 6, &n), "") != 0 && n == 5);
  CHECK(lit_subword_id(t, "cafe", 4) == 8 && lit_subword_id(t, "x", 1) < 0);
  expect(t, "Unaffable the, cafes", 20, &spans,
         "5:0-2 6:2-5 7:5-9 12:10-13 9:13-14 8:15-19 13:19-20");
  expect(t, "caf\xc3\xa9 cafe\xcc\x81 \xe4\xb8\xad\xe4\xb8\xad", 19, &spans,
         "8:0-5 8:6-10 10:13-16 10:16-19");
  expect(t, "the zzz [MASK]the", 17, &whole, "2 12 1 4 12 3");
  expect(t, "the the the the", 15, &cut, "2 12 12 3");
  expect(t, "the", 3, &pad, "2 12 3 0 0 0");
  expect(t, "the the the the", 15, &pair,
         "2/0 12/0 12/0 3/0 8/1 9/1 3/1");
  expect(t, "", 0, &whole, "2 3");
  expect(t, "the\0the", 7, NULL, "1");
  expect(t, "the \xff", 5, NULL, "byte 5 of the text is not valid UTF-8");
  decodes(t, (const uint32_t[]){2, 5, 6, 7, 9, 12, 3, 99}, 8, 1,
          "unaffable, the");
  lit_subword_free(t);
}

static void check_bad(void) {
  static const struct { const char *json, *words; } rows[] = {
    {"", "empty"},
    {"hello\n", "[UNK]"},
    {"{", "JSON"},
    {"{}", "no model"},
    {"{\"model\":{\"type\":\"Magic\",\"vocab\":{}}}", "unknown kind 'Magic'"},
    {"{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-1}}}", "id of token"},
    {"{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":9999999}}}",
     "out of range"},
    {"{\"model\":{\"type\":\"WordPiece\",\"vocab\":{}},"
     "\"normalizer\":{\"type\":\"No\"}}", "normalizer: unknown kind 'No'"},
    {"{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"\\ud800\":0}}}", "JSON"},
    {"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},"
     "\"merges\":[\"a b\"]}}", "merge 1 ('a' 'b') names a token"},
    {"{\"truncation\":{\"max_length\":-1},\"model\":{\"type\":\"WordLevel\","
     "\"vocab\":{\"a\":0}}}", "max_length must be"},
    {"{\"padding\":{\"direction\":\"Up\"},\"model\":{\"type\":\"WordLevel\","
     "\"vocab\":{\"a\":0}}}", "direction 'Up' is unknown"},
    {"GGUF\3\0\0", "no line is [UNK]"},
    {"GGUF\3   aaaaaaaa", "version"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    parse(rows[i].json, strlen(rows[i].json), rows[i].words);
}

/* A hundred thousand letters without a space, in no time. */
static void check_long(void) {
  static const size_t n = 100000;
  LitSubword *t = parse(vocab, sizeof vocab - 1, NULL);
  char *s = malloc(n);
  memset(s, 'u', n);
  expect(t, s, n, NULL, "1");
  free(s);
  lit_subword_free(t);
}

/* What is allocated now, in bytes. */
static size_t held;
static void *resize(void *p, uint64_t n) {
  size_t was = p ? malloc_usable_size(p) : 0;
  void *q = realloc(p, n ? n : 1);
  if (q) held += malloc_usable_size(q) - was;
  return q;
}
static void release(void *p) {
  if (p) held -= malloc_usable_size(p);
  free(p);
}

/* A long text's memory is given back once it has its ids, a short one's kept. */
static void check_kept(void) {
  static const size_t n = 8 << 20;
  LitErr e = {0};
  LitSubword *t = parse(vocab, sizeof vocab - 1, NULL);
  LitSubwordScratch *scratch = NULL;
  LitIds ids = {0};
  size_t before;
  char *s = malloc(n);
  memset(s, 'u', n);
  lit_subword_scratch(&e, &scratch);
  lit_subword_encode(&e, t, scratch, "the", 3, NULL, &ids);
  before = held;
  lit_subword_encode(&e, t, scratch, s, 1000, NULL, &ids);
  CHECK(held > before + 9000);
  lit_subword_encode(&e, t, scratch, s, n, NULL, &ids);
  CHECK(!e.rc && held < before + n);
  lit_ids_drop(&ids), lit_subword_scratch_free(scratch);
  lit_subword_free(t);
  free(s);
}

int main(void) {
  static const LitMem mem = {resize, release};
  lit_mem_use(&mem);
  check_wordpiece();
  check_bad();
  check_long();
  check_kept();
  return bad != 0;
}
