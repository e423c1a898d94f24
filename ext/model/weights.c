/* weights.c -- see weights.h */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/gguf.h"
#include "kern/kern.h"
#include "model/blocks.h"
#include "model/json.h"
#include "model/weights.h"
#include "base/poison.h"

enum { SHARDS_MAX = 256, TENSORS_MAX = 1 << 20 };

typedef struct Kind {
  const char *file;         /* its name in the folder */
  const char *index;        /* names the parts of a model cut in many files */
  int (*list)(LitErr *, LitWeights *, const LitFile *, const char *);
} Kind;

static const Kind kinds[] = {      /* the first that is there is taken */
  {"model.safetensors", "model.safetensors.index.json", lit_safetensors_list},
  {"pytorch_model.bin", "pytorch_model.bin.index.json", lit_torch_list},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

unsigned lit_dtype_size(LitDtype t) {
  static const unsigned size[] = {
    [LIT_DT_F32] = 4, [LIT_DT_F16] = 2, [LIT_DT_BF16] = 2, [LIT_DT_F64] = 8, [LIT_DT_I64] = 8,
    [LIT_DT_I32] = 4, [LIT_DT_I16] = 2, [LIT_DT_I8] = 1, [LIT_DT_U16] = 2, [LIT_DT_U8] = 1,
    [LIT_DT_BLOCK] = 0, [LIT_DT_OTHER] = 0,
  };
  return size[t];
}

static int cmp_name(const void *a, const void *b) {
  return strcmp(((const LitTensor *)a)->name, ((const LitTensor *)b)->name);
}

/* Elements of a shape; UINT64_MAX if that does not fit. */
static uint64_t n_elements(int n_dims, const uint64_t *dims) {
  uint64_t n = 1;
  for (int i = 0; i < n_dims; i++) {
    if (dims[i] && n > UINT64_MAX / 16 / dims[i]) return UINT64_MAX;
    n *= dims[i];
  }
  return n;
}

int lit_weights_add(LitErr *e, LitWeights *w, const LitTensor *t) {
  unsigned size = lit_dtype_size(t->dtype);
  uint64_t n = n_elements(t->n_dims, t->dims);
  if (w->n >= TENSORS_MAX)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: over %d tensors", w->folder,
                    t->file, TENSORS_MAX);
  if (n == UINT64_MAX || (size && n * size != t->n_bytes))
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s has %llu bytes, its "
                    "shape and type need another number", w->folder, t->file,
                    t->name, (unsigned long long)t->n_bytes);
  if (LIT_GROW(e, &w->tensors, &w->room, w->n + 1)) return e->rc;
  w->tensors[w->n++] = *t;
  return LIT_OK;
}

/* Map folder/file and list what it holds. */
static int open_file(LitErr *e, LitWeights *w, const Kind *kind,
                     const char *file) {
  LitBuf path = {0};
  LitFile f = {0};
  const char *name = lit_arena_copy(e, &w->arena, file, strlen(file));
  lit_buf_printf(e, &path, "%s/%s%c", w->folder, file, 0);
  if (!e->rc) LIT_GROW(e, &w->files, &w->files_room, w->n_files + 1);
  if (!e->rc && !lit_file_map(e, "model", (char *)path.at, &f)) {
    w->files[w->n_files++] = f;
    kind->list(e, w, &f, name);
  }
  lit_buf_drop(&path);
  return e->rc;
}

/* A file of the index: in this folder, and not met before. */
static int open_shard(LitErr *e, LitWeights *w, const Kind *kind,
                      const char *file) {
  for (size_t i = 0; i < w->n; i++)
    if (strcmp(w->tensors[i].file, file) == 0) return LIT_OK;
  if (!*file || strchr(file, '/') || w->n_files >= SHARDS_MAX)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: file '%.80s': expected a file of "
                    "this folder, %d at most", w->folder, kind->index, file,
                    SHARDS_MAX);
  return open_file(e, w, kind, file);
}

/* The index: {"weight_map": {"tensor": "file", ...}}. */
static int open_shards(LitErr *e, LitWeights *w, const Kind *kind) {
  json_t *index = NULL, *map, *file;
  const char *tensor;
  if (lit_json_load(e, w->folder, kind->index, &index)) return e->rc;
  map = json_object_get(index, "weight_map");
  if (!json_is_object(map))
    lit_fail(e, LIT_CORRUPT, "%s/%s: no weight_map", w->folder, kind->index);
  json_object_foreach(map, tensor, file) {
    if (!json_is_string(file))
      lit_fail(e, LIT_CORRUPT, "%s/%s: %.80s: expected a file name", w->folder,
               kind->index, tensor);
    if (e->rc || open_shard(e, w, kind, json_string_value(file))) break;
  }
  json_decref(index);
  return e->rc;
}

/* Sort by name; the same name twice means that the files lie. */
static int sort_tensors(LitErr *e, LitWeights *w) {
  if (w->n) qsort(w->tensors, w->n, sizeof *w->tensors, cmp_name);
  for (size_t i = 1; i < w->n; i++)
    if (strcmp(w->tensors[i - 1].name, w->tensors[i].name) == 0)
      return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s is there twice",
                      w->folder, w->tensors[i].file, w->tensors[i].name);
  return e->rc;
}

int lit_weights_open(LitErr *e, const char *folder, LitWeights *out) {
  *out = (LitWeights){.folder = folder};
  for (size_t i = 0; i < N_KINDS && !e->rc; i++) {
    if (lit_json_exists(folder, kinds[i].file)) {
      open_file(e, out, &kinds[i], kinds[i].file);
      return sort_tensors(e, out);
    }
    if (lit_json_exists(folder, kinds[i].index)) {
      open_shards(e, out, &kinds[i]);
      return sort_tensors(e, out);
    }
  }
  return lit_fail(e, LIT_CANTOPEN, "%s: no weights; expected %s or %s", folder,
                  kinds[0].file, kinds[1].file);
}

int lit_weights_file(LitErr *e, const char *path, LitFile f, LitWeights *out) {
  const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
  *out = (LitWeights){.folder = "."};
  if (slash)
    out->folder = lit_arena_copy(e, &out->arena, path, (size_t)(slash - path));
  file = lit_arena_copy(e, &out->arena, file, strlen(file));
  if (!e->rc) LIT_GROW(e, &out->files, &out->files_room, 1);
  if (e->rc || (!f.n && lit_file_map(e, "model", path, &f))) return e->rc;
  out->files[out->n_files++] = f;
  if (lit_gguf_is(f.at, f.n)) lit_gguf_list(e, out, &f, file);
  else lit_safetensors_list(e, out, &f, file);
  if (e->rc) return e->rc;
  return sort_tensors(e, out);
}

const char *lit_weights_note(const LitWeights *w, const char *key) {
  for (const LitWeightsNote *note = w->notes; note; note = note->next)
    if (strcmp(note->key, key) == 0) return note->text;
  return NULL;
}

void lit_weights_close(LitWeights *w) {
  for (size_t i = 0; i < w->n_files; i++) lit_file_drop(&w->files[i]);
  lit_free(w->files);
  lit_free(w->tensors);
  lit_arena_drop(&w->arena);
  *w = (LitWeights){0};
}

const LitTensor *lit_weights_find(const LitWeights *w, const char *name) {
  LitTensor key = {.name = name};
  if (!w->n) return NULL;
  return bsearch(&key, w->tensors, w->n, sizeof key, cmp_name);
}

void lit_weights_read(const LitTensor *t, uint64_t from, size_t n,
                      float *out) {
  const uint8_t *at = t->at + from * lit_dtype_size(t->dtype);
  double d;
  switch (t->dtype) {
  case LIT_DT_F32: memcpy(out, at, n * 4); break;
  case LIT_DT_F16: lit_kern()->widen_f16(at, out, n); break;
  case LIT_DT_BF16: lit_kern_widen_bf16(at, out, n); break;
  case LIT_DT_BLOCK:
    at += from / t->block->n * t->block->bytes;
    for (size_t i = 0; i < n; i += t->block->n, at += t->block->bytes)
      t->block->open(at, out + i);
    break;
  default:
    for (size_t i = 0; i < n; i++, at += 8)
      memcpy(&d, at, 8), out[i] = (float)d;
  }
}

static int is_float(const LitTensor *t) {
  return t->dtype == LIT_DT_F32 || t->dtype == LIT_DT_F16 || t->dtype == LIT_DT_BF16 ||
         t->dtype == LIT_DT_F64 || t->dtype == LIT_DT_BLOCK;
}

static int same_shape(const LitTensor *t, int n_dims, const uint64_t *dims) {
  int same = t->n_dims == n_dims;
  for (int i = 0; same && i < n_dims; i++) same = t->dims[i] == dims[i];
  return same;
}

static void put_shape(LitErr *e, LitBuf *b, int n_dims, const uint64_t *dims) {
  for (int i = 0; i < n_dims; i++)
    lit_buf_printf(e, b, "%s%llu", i ? "," : "", (unsigned long long)dims[i]);
  lit_buf_u8(e, b, 0);
}

static int fail_shape(LitErr *e, const LitWeights *w, const LitTensor *t,
                      int n_dims, const uint64_t *dims) {
  LitErr other = {0};
  LitBuf is = {0}, want = {0};
  put_shape(&other, &is, t->n_dims, t->dims);
  put_shape(&other, &want, n_dims, dims);
  if (other.rc) lit_fail_nomem(e, "model");
  else lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s has shape [%s], expected "
                "[%s]", w->folder, t->file, t->name, (char *)is.at,
                (char *)want.at);
  lit_buf_drop(&is);
  lit_buf_drop(&want);
  return e->rc;
}

const LitTensor *lit_weights_tensor(LitErr *e, const LitWeights *w,
                                    const char *name, int n_dims,
                                    const uint64_t *dims) {
  const LitTensor *t = lit_weights_find(w, name);
  if (!t)
    lit_fail(e, LIT_CORRUPT, "%s/%s: no tensor %.80s", w->folder,
             w->n ? w->tensors[0].file : "weights", name);
  else if (!same_shape(t, n_dims, dims))
    fail_shape(e, w, t, n_dims, dims);
  else if (!is_float(t))
    lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: expected float32, "
             "float16, bfloat16 or float64 elements, or blocks that "
             "lit_kinds lists", w->folder, t->file, name);
  return e->rc ? NULL : t;
}

int lit_weights_get(LitErr *e, LitWeights *w, const char *name, int n_dims,
                    const uint64_t *dims, const float **out) {
  const LitTensor *t = lit_weights_tensor(e, w, name, n_dims, dims);
  uint64_t n = n_elements(n_dims, dims);
  float *copy;
  if (!t) return e->rc;
  if (t->dtype == LIT_DT_F32 && (uintptr_t)t->at % sizeof(float) == 0) {
    *out = (const float *)(const void *)t->at;
    return LIT_OK;
  }
  copy = lit_arena_new(e, &w->arena, (size_t)n, sizeof *copy);
  if (!copy) return e->rc;
  lit_weights_read(t, 0, (size_t)n, copy);
  *out = copy;
  return LIT_OK;
}

int lit_weights_row(LitErr *e, const LitWeights *w, const LitTensor *t,
                    uint64_t row, size_t n, float *out) {
  if (t->n_dims != 2 || t->dims[0] <= row || t->dims[1] != n || !is_float(t))
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: expected floats, over "
                    "%llu rows of %zu", w->folder, t->file, t->name,
                    (unsigned long long)row, n);
  lit_weights_read(t, row * n, n, out);
  return LIT_OK;
}

const LitTensor *lit_weights_nonfinite(const LitWeights *w) {
  for (size_t k = 0; k < w->n; k++) {
    const LitTensor *t = &w->tensors[k];
    uint64_t n = is_float(t) ? n_elements(t->n_dims, t->dims) : 0;
    float v[LIT_BLOCK_MAX];
    for (uint64_t from = 0; from < n; from += LIT_BLOCK_MAX) {
      size_t some = n - from < LIT_BLOCK_MAX ? (size_t)(n - from)
                                             : LIT_BLOCK_MAX;
      lit_weights_read(t, from, some, v);
      for (size_t i = 0; i < some; i++)
        if (!isfinite(v[i])) return t;
    }
  }
  return NULL;
}
