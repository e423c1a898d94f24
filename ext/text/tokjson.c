/* tokjson.c -- reading tokenizer.json, by jansson.
**
** jansson refuses what is not UTF-8, unpaired surrogates, and nesting beyond
** 2048; a key given twice has its last value, as in serde.  Files of 17 MB
** take about a quarter of a second.
*/
#include <stdio.h>
#include <string.h>
#include "text/tokfile.h"
#include "text/tokparts.h"
#include "base/poison.h"

/* A part's own words begin with its type; its key is enough where it has none. */
static void fail_key(LitErr *e, const json_t *node, const char *key,
                     const char *must) {
  const char *type = json_string_value(json_object_get(node, "type"));
  lit_fail(e, LIT_CORRUPT, "%s%s%s must be %s", type ? type : "",
           type ? ": " : "", key, must);
}

int lit_tokjson_bool(LitErr *e, const json_t *node, const char *key, int def) {
  const json_t *v = json_object_get(node, key);
  if (!v || json_is_null(v)) return def;
  if (!json_is_boolean(v)) fail_key(e, node, key, "true or false");
  return json_is_true(v);
}

int64_t lit_tokjson_int(LitErr *e, const json_t *node, const char *key,
                        int64_t lo, int64_t hi, int64_t def) {
  const json_t *v = json_object_get(node, key);
  json_int_t i = json_integer_value(v);
  char must[64];
  if (!v || json_is_null(v)) return def;
  if (json_is_integer(v) && i >= lo && i <= hi) return i;
  snprintf(must, sizeof must, "an integer in %lld..%lld", (long long)lo,
           (long long)hi);
  fail_key(e, node, key, must);
  return def;
}

const char *lit_tokjson_text(LitErr *e, LitArena *arena, const json_t *node,
                             const char *key, size_t *n) {
  const json_t *v = json_object_get(node, key);
  *n = 0;
  if (!v || json_is_null(v)) return NULL;
  if (!json_is_string(v)) {
    fail_key(e, node, key, "a string");
    return NULL;
  }
  *n = json_string_length(v);
  return lit_arena_copy(e, arena, json_string_value(v), *n);
}

const char *lit_tokjson_type(const json_t *node) {
  const char *type = json_string_value(json_object_get(node, "type"));
  return type ? type : "?";
}

static int load_parts(LitErr *e, LitSubword *t, const json_t *root) {
  json_t *model = json_object_get(root, "model");
  if (!json_is_object(model)) return lit_fail(e, LIT_CORRUPT, "no model");
  if (lit_normal_load(e, &t->arena, json_object_get(root, "normalizer"),
                      &t->normal) ||
      lit_pretok_load(e, &t->arena, json_object_get(root, "pre_tokenizer"),
                      &t->pretok) ||
      lit_tokmodel_load(e, model, &t->model, &t->arena) ||
      lit_tokadd_load(e, t, json_object_get(root, "added_tokens")) ||
      lit_tokpost_load(e, t, json_object_get(root, "post_processor")) ||
      lit_tokdec_load(e, t, json_object_get(root, "decoder")))
    return e->rc;
  lit_toklimit_load(e, &t->limit, root);
  if (t->limit.cut) t->info.max_len = (uint32_t)t->limit.max_len;
  return e->rc;
}

int lit_tokjson_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  json_error_t bad;
  json_t *root = json_loadb(f->main, f->n_main, JSON_ALLOW_NUL, &bad);
  if (!root)
    return json_error_code(&bad) == json_error_out_of_memory
               ? lit_fail_nomem(e, "tokenizer.json")
               : lit_fail(e, LIT_CORRUPT, "line %d of the JSON: %.120s",
                          bad.line, bad.text);
  if (!json_is_object(root)) lit_fail(e, LIT_CORRUPT, "no JSON object");
  else if (f->merges && !json_is_object(json_object_get(root, "model")))
    lit_tokfile_vocab_json(e, t, root, f);
  else load_parts(e, t, root);
  json_decref(root);
  return e->rc;
}
