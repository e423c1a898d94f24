/* model_opts.c -- see model_opts.h */
#include <string.h>
#include "base/names.h"
#include "model/model_opts.h"
#include "model/parts.h"
#include "base/poison.h"

const char *const lit_precision_names[3] = {"float32", "bf16", "int8"};

static int read_precision(LitErr *e, const LitJson *j, const char *key,
                          LitModelOpts *out) {
  const char *name = lit_json_str(e, j, key, "stored");
  if (!e->rc && strcmp(name, "stored") == 0) return LIT_OK;
  out->widens = 1;
  for (int i = 0; i < 3 && !e->rc; i++)
    if (strcmp(lit_precision_names[i], name) == 0)
      return out->precision = (LitPrecision)i, LIT_OK;
  return lit_fail(e, LIT_ERROR, "%s: %s: %s '%.40s': expected stored, float32, "
                  "bf16 or int8", j->folder, j->file, key, name);
}

/* A name, or a list of names. */
static int read_pooling(LitErr *e, const LitJson *j, const char *key,
                        LitModelOpts *out) {
  const json_t *v = json_object_get(j->at, key);
  size_t n = json_is_array(v) ? json_array_size(v) : 1;
  for (size_t i = 0; i < n && !e->rc; i++) {
    const json_t *one = json_is_array(v) ? json_array_get(v, i) : v;
    const char *name = json_string_value(one);
    const LitPool *pool = NULL;
    for (size_t k = 0; name && (pool = lit_pool_row(k)) != NULL; k++)
      if (strcmp(pool->name, name) == 0) break;
    if (!pool || out->n_pools >= LIT_OPT_POOLS)
      return lit_fail(e, LIT_ERROR, "%s: %s: %s '%.40s': expected up to %d of "
                      "lit_kinds' poolings", j->folder, j->file, key,
                      name ? name : "?", LIT_OPT_POOLS);
    out->pools[out->n_pools++] = pool;
  }
  return e->rc;
}

/* A number, or a list of them, ascending. */
static int read_layers(LitErr *e, const LitJson *j, const char *key,
                       LitModelOpts *out) {
  const json_t *v = json_object_get(j->at, key);
  size_t n = json_is_array(v) ? json_array_size(v) : 1;
  int before = -1;
  for (size_t i = 0; i < n; i++) {
    const json_t *one = json_is_array(v) ? json_array_get(v, i) : v;
    json_int_t layer = json_integer_value(one);
    if (!json_is_integer(one) || layer <= before || layer > LIT_LAYERS_MAX ||
        n > LIT_OPT_LAYERS)
      return lit_fail(e, LIT_ERROR, "%s: %s: %s: expected a layer's number, or "
                      "up to %d, ascending", j->folder, j->file, key,
                      LIT_OPT_LAYERS);
    out->layers[out->n_layers++] = before = (int)layer;
  }
  return e->rc;
}

static int read_count(LitErr *e, const LitJson *j, const char *key, int *out) {
  LitJsonRange range = {.lo = 1, .hi = 1 << 24, .need = 1};
  *out = (int)lit_json_int(e, j, key, range);
  return e->rc;
}

static int read_dim(LitErr *e, const LitJson *j, const char *key,
                    LitModelOpts *out) {
  return read_count(e, j, key, &out->dim);
}

static int read_max_tokens(LitErr *e, const LitJson *j, const char *key,
                           LitModelOpts *out) {
  return read_count(e, j, key, &out->max_tokens);
}

static int read_stride(LitErr *e, const LitJson *j, const char *key,
                       LitModelOpts *out) {
  return read_count(e, j, key, &out->stride);
}

static int read_windows(LitErr *e, const LitJson *j, const char *key,
                        LitModelOpts *out) {
  static const char *const names[] = {"cut", "mean", "max"};
  const char *name = lit_json_str(e, j, key, "");
  for (int i = 0; i < 3 && !e->rc; i++)
    if (strcmp(names[i], name) == 0) return out->windows = (LitWindows)i, LIT_OK;
  return lit_fail(e, LIT_ERROR, "%s: %s: %s '%.40s': expected cut, mean or max",
                  j->folder, j->file, key, name);
}

static int read_prompts(LitErr *e, const LitJson *j, const char *key,
                        LitModelOpts *out) {
  static const char *const uses[] = {"query", "document"};
  LitJson inner = *j;
  const char *use;
  json_t *v;
  inner.at = json_object_get(j->at, key);
  for (int i = 0; i < 2; i++) {
    const char *text = lit_json_str(e, &inner, uses[i], NULL);
    if (!text) continue;
    if (strlen(text) >= LIT_OPT_PROMPT)
      return lit_fail(e, LIT_ERROR, "%s: %s: %s: expected fewer than %d bytes",
                      j->folder, j->file, key, LIT_OPT_PROMPT);
    memcpy(out->prompts[i], text, strlen(text) + 1);
    out->has_prompt[i] = 1;
  }
  json_object_foreach((json_t *)(uintptr_t)inner.at, use, v)
    if (strcmp(use, uses[0]) && strcmp(use, uses[1]))
      lit_fail(e, LIT_ERROR, "%s: %s: %s: '%.40s': expected query or document",
               j->folder, j->file, key, use);
  if (!json_is_object(inner.at))
    lit_fail(e, LIT_ERROR, "%s: %s: %s: expected an object", j->folder, j->file,
             key);
  return e->rc;
}

static const LitModelOpt rows[] = {
  {"precision", "stored (default): Q8_0 blocks of a GGUF file as they are, all "
   "else in float32; float32: these too; int8: weights and activations in 8 "
   "bits, some times faster; bf16: in bfloat16, nearer to float32, faster "
   "where the CPU multiplies it", read_precision},
  {"pooling", "a pooling's name, or a list: instead of the folder's",
   read_pooling},
  {"layers", "a layer's number: stop after it; or a list: the mean of their "
   "states; 0 is the embeddings", read_layers},
  {"dim", "only so many of a vector's first components, then again of length "
   "1 if the model normalizes (Matryoshka)", read_dim},
  {"max_tokens", "texts longer than that are cut, instead of at the model's "
   "own limit", read_max_tokens},
  {"windows", "texts over the limit: cut (default), or the mean or max of the "
   "vectors of windows of so many tokens", read_windows},
  {"stride", "tokens from one window to the next; default half a window",
   read_stride},
  {"prompts", "an object of query and document: words put before a text",
   read_prompts},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

const LitModelOpt *lit_model_opt_row(size_t i) {
  return i < N_ROWS ? &rows[i] : NULL;
}

static const LitNames names = LIT_NAMES(rows);

static int read_option(LitErr *e, const LitJson *j, const char *key,
                       LitModelOpts *out) {
  const LitModelOpt *row = lit_names_find(e, j->folder, "option", &names, key,
                                          strlen(key));
  if (!row) return e->rc;
  if (row != rows) out->is_network = 1;
  return row->read(e, j, key, out);
}

int lit_model_opts_read(LitErr *e, const char *text, LitModelOpts *out) {
  LitJson j = {.folder = "lit_model_add", .file = "options"};
  json_t *top = NULL, *value;
  const char *key;
  *out = (LitModelOpts){0};
  if (!text) return LIT_OK;
  if (lit_json_parse(e, j.folder, j.file, text, strlen(text), &top))
    return e->rc;
  j.at = top;
  if (!json_is_object(top))
    lit_fail(e, LIT_CORRUPT, "lit_model_add: options: expected an object, "
             "as in '{\"precision\": \"int8\"}'");
  json_object_foreach(top, key, value)
    if (e->rc || read_option(e, &j, key, out)) break;
  json_decref(top);
  return e->rc;
}
