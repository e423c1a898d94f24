/* safetensors.c -- weight files of the safetensors kind.
**
** On disk, little-endian:
**
**   8 bytes   n, the length of the header
**   n bytes   JSON: {"tensor": {"dtype": "F32", "shape": [a, b],
**                    "data_offsets": [from, to]}, ...,
**                    "__metadata__": {"any": "text"}}
**   the rest  the tensors' bytes; offsets count from here
**
** Checked: the header lies in the file, every tensor in the rest, its bytes
** are as many as its shape and type need, and no two tensors overlap.
*/
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "model/json.h"
#include "model/weights.h"
#include "base/poison.h"

static const struct { const char *name; LitDtype dtype; } dtypes[] = {
  {"F32", LIT_DT_F32}, {"F16", LIT_DT_F16}, {"BF16", LIT_DT_BF16}, {"F64", LIT_DT_F64},
  {"I64", LIT_DT_I64}, {"I32", LIT_DT_I32}, {"I16", LIT_DT_I16}, {"I8", LIT_DT_I8},
  {"U16", LIT_DT_U16}, {"U8", LIT_DT_U8}, {"BOOL", LIT_DT_U8},
};

static LitDtype dtype_of(const char *name) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
    if (strcmp(dtypes[i].name, name) == 0) return dtypes[i].dtype;
  return LIT_DT_OTHER;
}

/* A list of n numbers >= 0 into out; false if it is anything else. */
static int numbers(const json_t *list, size_t n, uint64_t *out) {
  if (!json_is_array(list) || json_array_size(list) != n) return 0;
  for (size_t i = 0; i < n; i++) {
    const json_t *v = json_array_get(list, i);
    if (!json_is_integer(v) || json_integer_value(v) < 0) return 0;
    out[i] = (uint64_t)json_integer_value(v);
  }
  return 1;
}

static int note(LitErr *e, LitWeights *w, const char *key, const char *text) {
  LitWeightsNote *n = lit_arena_new(e, &w->arena, 1, sizeof *n);
  if (!n) return e->rc;
  n->key = lit_arena_copy(e, &w->arena, key, strlen(key));
  n->text = lit_arena_copy(e, &w->arena, text, strlen(text));
  n->next = w->notes;
  if (!e->rc) w->notes = n;
  return e->rc;
}

/* __metadata__: what of it is strings. */
static int notes(LitErr *e, LitWeights *w, json_t *all) {
  const char *key;
  json_t *v;
  json_object_foreach(all, key, v)
    if (json_is_string(v) && note(e, w, key, json_string_value(v))) break;
  return e->rc;
}

/* One entry of the header; data [n] is the rest of the file. */
static int entry(LitErr *e, LitWeights *w, const json_t *v, LitTensor *t,
                 LitIn data) {
  const json_t *shape = json_object_get(v, "shape");
  const char *dtype = json_string_value(json_object_get(v, "dtype"));
  uint64_t at[2], n = (uint64_t)(data.end - data.at);
  if (!dtype || json_array_size(shape) > LIT_TENSOR_DIMS ||
      !numbers(shape, json_array_size(shape), t->dims) ||
      !numbers(json_object_get(v, "data_offsets"), 2, at))
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: expected dtype, "
                    "shape and data_offsets", w->folder, t->file, t->name);
  if (at[0] > at[1] || at[1] > n)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: bytes %llu to %llu "
                    "of %llu", w->folder, t->file, t->name,
                    (unsigned long long)at[0], (unsigned long long)at[1],
                    (unsigned long long)n);
  t->dtype = dtype_of(dtype);
  t->n_dims = (int)json_array_size(shape);
  t->at = data.at + at[0];
  t->n_bytes = at[1] - at[0];
  return lit_weights_add(e, w, t);
}

static int cmp_place(const void *a, const void *b) {
  const LitTensor *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return (x->n_bytes > y->n_bytes) - (x->n_bytes < y->n_bytes);
}

/* No byte belongs to two of the tensors from `first` on. */
static int check_overlap(LitErr *e, LitWeights *w, size_t first) {
  if (w->n > first)
    qsort(w->tensors + first, w->n - first, sizeof *w->tensors, cmp_place);
  for (size_t i = first + 1; i < w->n && !e->rc; i++) {
    const LitTensor *a = &w->tensors[i - 1], *b = &w->tensors[i];
    if (a->at + a->n_bytes > b->at)
      lit_fail(e, LIT_CORRUPT, "%s/%s: tensors %.60s and %.60s overlap",
               w->folder, b->file, a->name, b->name);
  }
  return e->rc;
}

int lit_safetensors_list(LitErr *e, LitWeights *w, const LitFile *f,
                         const char *file) {
  LitIn in = lit_in(f->at, f->n);
  uint64_t n = lit_in_u64(&in);
  const uint8_t *header = n <= f->n ? lit_in_take(&in, (size_t)n) : NULL;
  size_t first = w->n;
  json_t *json = NULL, *v;
  const char *key;
  if (in.bad || !header)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: the header should have %llu bytes, "
                    "the file has %zu", w->folder, file,
                    (unsigned long long)n, f->n);
  if (lit_json_parse(e, w->folder, file, header, (size_t)n, &json))
    return e->rc;
  if (!json_is_object(json))
    lit_fail(e, LIT_CORRUPT, "%s/%s: the header is no object", w->folder, file);
  json_object_foreach(json, key, v) {
    LitTensor t = {.file = file};
    if (strcmp(key, "__metadata__") == 0) {
      if (notes(e, w, v)) break;
      continue;
    }
    t.name = lit_arena_copy(e, &w->arena, key, strlen(key));
    if (e->rc || entry(e, w, v, &t, in)) break;
  }
  json_decref(json);
  return e->rc ? e->rc : check_overlap(e, w, first);
}
