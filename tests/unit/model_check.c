/* model_check.c -- models against the golden values of tests/golden/models.py:
** the same token ids, the same vectors, alone, in batches and with threads.
** minilm is checked where `make model` was run. */
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/task.h"
#include "model/model.h"
#include "text/subword.h"

enum { CASES_MAX = 32, DIM_MAX = 512 };

static int bad;

typedef struct Golden {
  json_t *json;
  LitText texts[CASES_MAX];
  float vectors[CASES_MAX][DIM_MAX];
  size_t n, dim;
} Golden;

static json_t *field(const Golden *g, size_t i, const char *key) {
  json_t *cases = json_object_get(g->json, "cases");
  return json_object_get(json_array_get(cases, i), key);
}

static int load(Golden *g, const char *path) {
  json_error_t why;
  *g = (Golden){.json = json_load_file(path, 0, &why)};
  if (!g->json) return printf("%s: %s\n", path, why.text), bad++, 0;
  g->n = json_array_size(json_object_get(g->json, "cases"));
  for (size_t i = 0; i < g->n; i++) {
    json_t *text = field(g, i, "text"), *v = field(g, i, "vector");
    g->texts[i] = (LitText){json_string_value(text), json_string_length(text)};
    g->dim = json_array_size(v);
    for (size_t k = 0; k < g->dim; k++)
      g->vectors[i][k] = (float)json_number_value(json_array_get(v, k));
  }
  return 1;
}

/* out [n, dim] against the golden vectors, which were rounded to 1e-6; sums in
** another order differ by no more than some 1e-6 of the largest component. */
static void compare(const Golden *g, const char *name, const char *how,
                    const float *out) {
  for (size_t i = 0; i < g->n; i++) {
    double worst = 0, most = 0, ab = 0, aa = 0, bb = 0;
    for (size_t k = 0; k < g->dim; k++) {
      double a = g->vectors[i][k], b = out[i * g->dim + k];
      if (!(fabs(a - b) <= worst)) worst = fabs(a - b);
      most = fmax(most, fabs(a));
      ab += a * b, aa += a * a, bb += b * b;
    }
    if (worst < 1e-5 * (1 + most) && ab / sqrt(aa * bb) >= 0.9999) continue;
    printf("%s, %s, text %zu: off by %g, cosine %g\n", name, how, i, worst,
           ab / sqrt(aa * bb));
    bad++;
  }
}

static void check_ids(const Golden *g, const LitModel *m) {
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  LitEncodeOpts opts = {.add_special = 1,
                        .max_len = (uint32_t)lit_model_max_tokens(m)};
  LitIds ids = {0};
  lit_subword_load(&e, "check", lit_model_path(m), &t);
  lit_subword_scratch(&e, &scratch);
  for (size_t i = 0; i < g->n && !e.rc; i++) {
    json_t *want = field(g, i, "ids");
    int same;
    lit_subword_encode(&e, t, scratch, g->texts[i].at, g->texts[i].n, &opts,
                       &ids);
    same = !e.rc && ids.n == json_array_size(want);
    for (size_t k = 0; same && k < ids.n; k++)
      same = ids.at[k] == json_integer_value(json_array_get(want, k));
    if (!same) printf("%s: ids of text %zu\n", lit_model_name(m), i), bad++;
  }
  if (e.rc) printf("%s\n", e.msg), bad++;
  lit_ids_drop(&ids);
  lit_subword_scratch_free(scratch);
  lit_subword_free(t);
}

static void check_vectors(const Golden *g, const LitModel *m) {
  static float out[CASES_MAX * DIM_MAX];
  LitErr e = {0};
  for (size_t i = 0; i < g->n; i++)
    lit_model_embed(&e, m, LIT_EMBED_DOCUMENT, &g->texts[i], 1,
                    out + i * g->dim, NULL);
  compare(g, lit_model_name(m), "one by one", out);
  for (int threads = 1; threads <= 3; threads++) {
    lit_task_set_threads(threads);
    memset(out, 0xFF, sizeof out);
    lit_model_embed(&e, m, LIT_EMBED_QUERY, g->texts, g->n, out, NULL);
    compare(g, lit_model_name(m), "at once", out);
  }
  lit_task_set_threads(1);
  if (e.rc) printf("%s\n", e.msg), bad++;
}

static void check(const char *name, const char *folder, const char *values) {
  static Golden g;
  LitErr e = {0};
  const char *base, *options;
  char other[64];
  const LitModel *m;
  if (!load(&g, values)) return;
  base = json_string_value(json_object_get(g.json, "folder"));
  options = json_string_value(json_object_get(g.json, "options"));
  snprintf(other, sizeof other, "tests/golden/%s", base ? base : "");
  if (folder) lit_model_add(&e, name, base ? other : folder, options, NULL);
  m = lit_model_find(&e, "check", name, NULL);
  if (e.rc) {
    printf("%s\n", e.msg), bad++;
  } else if ((size_t)lit_model_dim(m) != g.dim) {
    printf("%s: %d dimensions\n", name, lit_model_dim(m)), bad++;
  } else {
    check_ids(&g, m);
    check_vectors(&g, m);
  }
  json_decref(g.json);
}

/* In 8 bits or bfloat16: near to the golden values, and the same bits alone, in
** batches and with threads. */
static void check_rounded(const char *folder, const char *values,
                          const char *precision, double least) {
  static Golden g;
  static float one[CASES_MAX * DIM_MAX], all[CASES_MAX * DIM_MAX];
  char options[64];
  LitErr e = {0};
  const LitModel *m;
  if (!load(&g, values)) return;
  if (json_object_get(g.json, "options")) {     /* has its own */
    json_decref(g.json);
    return;
  }
  snprintf(options, sizeof options, "{\"precision\": \"%s\"}", precision);
  lit_model_add(&e, precision, folder, options, NULL);
  m = lit_model_find(&e, "check", precision, NULL);
  for (size_t i = 0; i < g.n && !e.rc; i++)
    lit_model_embed(&e, m, LIT_EMBED_DOCUMENT, &g.texts[i], 1, one + i * g.dim,
                    NULL);
  lit_task_set_threads(2);
  if (!e.rc)
    lit_model_embed(&e, m, LIT_EMBED_DOCUMENT, g.texts, g.n, all, NULL);
  lit_task_set_threads(1);
  if (e.rc) printf("%s\n", e.msg), bad++;
  if (memcmp(one, all, g.n * g.dim * sizeof *one))
    printf("%s, %s: not the same at once\n", folder, precision), bad++;
  for (size_t i = 0; i < g.n; i++) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t k = 0; k < g.dim; k++) {
      double a = g.vectors[i][k], b = all[i * g.dim + k];
      ab += a * b, aa += a * a, bb += b * b;
    }
    if (ab / sqrt(aa * bb) >= least && ab / sqrt(aa * bb) < 1 - 1e-9) continue;
    printf("%s, %s, text %zu: cosine %g\n", folder, precision, i,
           ab / sqrt(aa * bb));
    bad++;
  }
  json_decref(g.json);
}

static int always(void *ctx) { return ++*(int *)ctx > 0; }

static void check_hash(const char *name, const char *want) {
  LitErr e = {0};
  const LitModel *m = lit_model_find(&e, "check", name, NULL);
  const char *hash = m ? lit_model_hash(&e, m, NULL) : NULL;
  if (!hash || strcmp(hash, want))
    printf("%s: hash %s\n", name, hash ? hash : e.msg), bad++;
}

/* Added twice it is the same model; under another name another one. */
static void check_names(void) {
  LitErr e = {0};
  int asked = 0;
  LitStop stop = {always, &asked};
  const LitModel *m = lit_model_find(&e, "check", "bert-mean", NULL);
  lit_model_add(&e, "bert-mean", "tests/golden/bert-mean/", NULL, NULL);
  if (e.rc || lit_model_find(&e, "check", "bert-mean", NULL) != m)
    printf("added twice: %s\n", e.msg), bad++;
  if (lit_model_hash(&e, m, &stop) || e.rc != LIT_INTERRUPT || !asked)
    printf("hash: not stopped\n"), bad++;
  e = (LitErr){0};
  check_hash("bert-mean", "d0060da7a781611fda73b13ce05305c7");
  check_hash("bert-dense", "8c017b1222f3da4c56bd3f9bafa510ba");
  if (lit_model_find(&e, "check", "../x", NULL) || e.rc != LIT_ERROR) printf("name\n"), bad++;
}

/* An interrupt ends the call. */
static void check_stop(void) {
  enum { N = 3000, SIZE = 600 };
  LitErr e = {0};
  int asked = 0;
  LitStop stop = {always, &asked};
  LitText *texts = calloc(N, sizeof *texts);
  float *out = calloc(N * 8, sizeof *out);
  char text[SIZE];
  for (int i = 0; i < SIZE; i++) text[i] = i % 6 ? 'x' : ' ';
  for (int i = 0; i < N; i++) texts[i] = (LitText){text, SIZE};
  lit_model_embed(&e, lit_model_find(&e, "check", "bert-mean", NULL), LIT_EMBED_DOCUMENT,
                  texts, N, out, &stop);
  if (e.rc != LIT_INTERRUPT || !asked) printf("not stopped\n"), bad++;
  free(texts);
  free(out);
}

/* Says so once, at a certain time: it must not be asked in vain. */
typedef struct Once { int asked, at; } Once;
static int once(void *ctx) {
  Once *o = ctx;
  return ++o->asked == o->at;
}

static int is_listed(const char *name) {
  const LitModel *m;
  for (size_t i = 0; (m = lit_model_row(i)) != NULL; i++)
    if (strcmp(lit_model_name(m), name) == 0) return 1;
  return 0;
}

/* Interrupted at each time that it asks, opening lists nothing; not interrupted it
** is the model that it would have been.  How many times it asks. */
static int check_open_stop(const char *precision) {
  const char *folder = "tests/golden/bert-mean";
  const LitText text = {"the fox", 7};
  char options[64], name[32];
  float a[8], b[8];
  LitErr e = {0};
  Once o = {0, 1};
  LitStop stop = {once, &o};
  snprintf(options, sizeof options, "{\"precision\": \"%s\"}", precision);
  snprintf(name, sizeof name, "stopped-%s", precision);
  for (; o.at < 1000; o.at++) {
    LitErr why = {0};
    o.asked = 0;
    if (!lit_model_add(&why, name, folder, options, &stop)) break;
    if (why.rc != LIT_INTERRUPT || strcmp(why.msg, "interrupted") ||
        is_listed(name))
      printf("%s, asked %d times: %s\n", name, o.at, why.msg), bad++;
  }
  if (o.at < 10 || o.at == 1000 || !is_listed(name))
    printf("%s: opened when asked %d times\n", name, o.at), bad++;
  lit_model_add(&e, "not-stopped", folder, options, NULL);
  lit_model_embed(&e, lit_model_find(&e, "check", name, NULL),
                  LIT_EMBED_DOCUMENT, &text, 1, a, NULL);
  lit_model_embed(&e, lit_model_find(&e, "check", "not-stopped", NULL),
                  LIT_EMBED_DOCUMENT, &text, 1, b, NULL);
  if (e.rc || memcmp(a, b, sizeof a)) printf("%s: %s\n", name, e.msg), bad++;
  return o.at - 1;
}

/* Several threads open the same at once: there is one model of that name. */
typedef struct Opened {
  LitErr e;
  const LitModel *m;
  const char *hash;
} Opened;

static void *open_one(void *ctx) {
  Opened *o = ctx;
  lit_model_add(&o->e, "at-once", "tests/golden/bert-mean", NULL, NULL);
  o->m = o->e.rc ? NULL : lit_model_find(&o->e, "check", "at-once", NULL);
  o->hash = o->m ? lit_model_hash(&o->e, o->m, NULL) : NULL;
  return NULL;
}

static void check_at_once(void) {
  enum { N = 8 };
  pthread_t threads[N];
  Opened o[N];
  memset(o, 0, sizeof o);
  for (int i = 0; i < N; i++)
    if (pthread_create(&threads[i], NULL, open_one, &o[i])) exit(1);
  for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < N; i++)
    if (o[i].e.rc || !o[i].hash || o[i].m != o[0].m)
      printf("at once: %d: %s\n", i, o[i].e.msg), bad++;
  check_hash("at-once", "d0060da7a781611fda73b13ce05305c7");
}

static const char *const tiny[] = {
  "bert-mean", "bert-cls-max", "roberta", "xlm-roberta", "distilbert",
  "mpnet", "mpnet-long", "modernbert", "nomic", "nomic-saved", "qwen3",
  "bert-dense", "bert-latent", "option-layers", "option-exit", "option-dim", "option-windows",
  "option-windows-max",
};

int main(void) {
  char real[4096];
  FILE *f;
  int asked;
  for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
    char folder[64], values[64];
    snprintf(folder, sizeof folder, "tests/golden/%s", tiny[i]);
    snprintf(values, sizeof values, "tests/golden/%s.json", tiny[i]);
    check(tiny[i], folder, values);
    check_rounded(folder, values, "int8", 0.95);    /* random, 8 wide */
    check_rounded(folder, values, "bf16", 0.98);
  }
  check_names();
  check_stop();
  check_at_once();
  asked = check_open_stop("float32");
  check_open_stop("bf16");
  if (check_open_stop("int8") < 2 * asked) printf("trial: not asked\n"), bad++;
  snprintf(real, sizeof real, "%s/minilm/config.json",
           getenv("LIT_MODELS") ? getenv("LIT_MODELS") : "");
  f = fopen(real, "r");
  if (f) fclose(f), check("minilm", NULL, "tests/golden/minilm.json");
  *strrchr(real, '/') = '\0';
  if (f) check_rounded(real, "tests/golden/minilm.json", "int8", 0.99);
  if (f) check_rounded(real, "tests/golden/minilm.json", "bf16", 0.9999);
  return bad != 0;
}
