/* score_check.c -- cross-encoders against the golden values of
** tests/golden/models.py: the same scores, alone, in batches, with threads. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/task.h"
#include "model/model.h"

enum { CASES_MAX = 256 };

static int bad;

static LitText text_of(const json_t *c, const char *key) {
  const json_t *s = json_object_get(c, key);
  return (LitText){json_string_value(s), json_string_length(s)};
}

static void compare(const char *name, size_t i, const json_t *c, double got) {
  double want = json_number_value(json_object_get(c, "score"));
  if (fabs(got - want) < 1e-5 * (1 + fabs(want))) return;
  printf("%s, case %zu: %g, expected %g\n", name, i, got, want);
  bad++;
}

/* All texts of a run of cases with the same query, at once. */
static void check_batch(const LitModel *m, const json_t *cases, size_t from,
                        size_t to) {
  static LitText texts[CASES_MAX];
  static float alone[CASES_MAX], out[CASES_MAX];
  LitErr e = {0};
  LitText query = text_of(json_array_get(cases, from), "query");
  for (size_t i = from; i < to; i++) {
    texts[i - from] = text_of(json_array_get(cases, i), "text");
    lit_model_score(&e, m, query, &texts[i - from], 1, &alone[i - from], NULL);
    compare(lit_model_name(m), i, json_array_get(cases, i),
            (double)alone[i - from]);
  }
  for (int threads = 1; threads <= 3; threads++) {
    lit_task_set_threads(threads);
    lit_model_score(&e, m, query, texts, to - from, out, NULL);
    if (memcmp(out, alone, (to - from) * sizeof *out))
      printf("%s: %d threads: other bits\n", lit_model_name(m), threads), bad++;
  }
  lit_task_set_threads(1);
  if (e.rc) printf("%s\n", e.msg), bad++;
}

static void check(const char *name) {
  char folder[64], values[64];
  LitErr e = {0};
  json_error_t why;
  json_t *json, *cases;
  const LitModel *m;
  size_t n, from = 0;
  snprintf(folder, sizeof folder, "tests/golden/%s", name);
  snprintf(values, sizeof values, "tests/golden/%s.json", name);
  json = json_load_file(values, 0, &why);
  cases = json_object_get(json, "cases");
  n = json_array_size(cases);
  lit_model_add(&e, name, folder, NULL, NULL);
  m = lit_model_find(&e, "check", name, NULL);
  if (!m || n == 0) {
    printf("%s: %s\n", values, e.msg), bad++;
    return;
  }
  if (!lit_model_can_score(m)) printf("%s cannot score\n", name), bad++;
  for (size_t i = 1; i <= n; i++) {
    if (i < n && strcmp(text_of(json_array_get(cases, i), "query").at,
                        text_of(json_array_get(cases, from), "query").at) == 0)
      continue;
    check_batch(m, cases, from, i);
    from = i;
  }
  json_decref(json);
}

/* Late interaction. */
static void check_maxsim(const char *name, const char *folder,
                         const char *values) {
  LitErr e = {0};
  json_error_t why;
  json_t *json = json_load_file(values, 0, &why), *c;
  const json_t *cases = json_object_get(json, "cases");
  const LitModel *m;
  size_t i;
  lit_model_add(&e, name, folder, NULL, NULL);
  m = lit_model_find(&e, "check", name, NULL);
  if (e.rc || !json_array_size(cases)) printf("%s: %s\n", values, e.msg), bad++;
  json_array_foreach(cases, i, c) {
    double score = 0;
    if (e.rc) break;
    lit_model_maxsim(&e, m, text_of(c, "query"), text_of(c, "text"), NULL,
                     &score);
    compare(name, i, c, score);
  }
  if (e.rc) printf("%s\n", e.msg), bad++;
  json_decref(json);
}

/* A model without a classifier says so. */
static void check_none(void) {
  LitErr e = {0};
  LitText t = {"a", 1};
  float out;
  lit_model_add(&e, "plain", "tests/golden/bert-mean", NULL, NULL);
  if (e.rc || lit_model_score(&e, lit_model_find(&e, "check", "plain", NULL), t, &t, 1, &out,
                              NULL) != LIT_MISMATCH)
    printf("no classifier: %s\n", e.msg), bad++;
}

static const char *const tiny[] = {
  "bert-cross", "roberta-cross", "distilbert-cross", "modernbert-cross",
  "qwen3-cross", "qwen3-judge", "qwen3-judge-tied",
};

int main(void) {
  for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) check(tiny[i]);
  check_maxsim("colbert", "tests/golden/colbert", "tests/golden/colbert.json");
  check_none();
  return bad != 0;
}
