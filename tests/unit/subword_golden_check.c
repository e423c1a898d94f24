/* subword_golden_check.c -- the small tokenizers of tests/golden/subword give
** the ids, spans and decoded texts that their own libraries gave; first time,
** and again from the cache. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "text/subword.h"

static const char *const names[][2] = {
  {"wordpiece", "json"}, {"bytes-roberta", "json"}, {"bytes-prefix", "json"},
  {"bytes-cl100k", "json"}, {"bytes-o200k", "json"}, {"fallback", "json"},
  {"unigram", "json"}, {"wordlevel", "json"}, {"suffix", "json"},
  {"spm-bpe", "model"}, {"spm-unigram", "model"},
};

static int bad;

static uint32_t number(const json_t *list, size_t i) {
  return (uint32_t)json_integer_value(json_array_get(list, i));
}

static int same_ids(const LitIds *got, const json_t *ids,
                    const json_t *spans) {
  if (got->n != json_array_size(ids)) return 0;
  for (size_t i = 0; i < got->n; i++) {
    const json_t *span = json_array_get(spans, i);
    if (got->at[i] != number(ids, i) || got->span[i].from != number(span, 0) ||
        got->span[i].to != number(span, 1))
      return 0;
  }
  return 1;
}

static void one(const char *name, const LitSubword *t,
                LitSubwordScratch *scratch, const LitEncodeOpts *o,
                const json_t *c) {
  const json_t *s = json_array_get(c, 0), *d = json_array_get(c, 3);
  LitErr e = {0};
  LitIds ids = {0};
  LitBuf text = {0};
  lit_subword_encode(&e, t, scratch, json_string_value(s),
                     json_string_length(s), o, &ids);
  lit_subword_decode(&e, t, ids.at, ids.n, 0, &text);
  if (e.rc || !same_ids(&ids, json_array_get(c, 1), json_array_get(c, 2)) ||
      text.n != json_string_length(d) ||
      (text.n && memcmp(text.at, json_string_value(d), text.n) != 0)) {
    printf("%s: '%.60s' %s\n", name, json_string_value(s), e.msg);
    bad++;
  }
  lit_ids_drop(&ids), lit_buf_drop(&text);
}

static void all(const char *name, const char *kind) {
  char path[200];
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  LitEncodeOpts o = {.want_offsets = 1};
  json_t *root, *cases, *c;
  size_t i;
  snprintf(path, sizeof path, "tests/golden/subword/%s.cases", name);
  root = json_load_file(path, JSON_ALLOW_NUL, NULL);
  cases = json_object_get(root, "cases");
  o.add_special = (int)json_integer_value(json_object_get(root, "special"));
  snprintf(path, sizeof path, "tests/golden/subword/%s.%s", name, kind);
  if (!json_array_size(cases) || lit_subword_load(&e, "check", path, &t) ||
      lit_subword_scratch(&e, &scratch)) {
    printf("%s: %s\n", path, e.msg);
    bad++;
  }
  for (int again = 0; again < 2 && t && scratch; again++)
    json_array_foreach(cases, i, c) one(name, t, scratch, &o, c);
  if (t && strcmp(kind, "json") == 0 && lit_subword_info(t)->bytes > 500000) {
    printf("%s: holds %zu bytes\n", name, lit_subword_info(t)->bytes);
    bad++;
  }
  lit_subword_scratch_free(scratch), lit_subword_free(t);
  json_decref(root);
}

int main(void) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    all(names[i][0], names[i][1]);
  return bad != 0;
}
