/* modules.c -- what a sentence-transformers folder says besides the network.
**
**   modules.json                       the steps: [{"path": "1_Pooling",
**                                      "type": "....Pooling"}, ...]
**   PATH/config.json                   of a Pooling: which kinds are on
**   sentence_bert_config.json          max_seq_length
**   tokenizer_config.json              model_max_length, if that says nothing
**   config_sentence_transformers.json  prompts before questions, documents
**
** A folder without modules.json is a plain network: mean of the states, not
** normalized, as sentence-transformers reads it; or, if it has the weights for
** it, the pooling of latent.h.
*/
#include <string.h>
#include "base/buf.h"
#include "model/dense.h"
#include "model/latent.h"
#include "model/parts.h"
#include "base/poison.h"

static int fail(LitErr *e, const LitJson *j, const char *key,
                const char *want) {
  return lit_fail(e, LIT_CORRUPT, "%s/%s: %s: expected %s", j->folder, j->file,
                  key, want);
}

static int add_pool(LitErr *e, LitModel *m, const LitPool *pool,
                    const LitJson *j) {
  if (m->n_pools >= LIT_POOLS_MAX) return fail(e, j, pool->key, "fewer kinds");
  m->pools[m->n_pools++] = pool;
  return LIT_OK;
}

/* The newer form: "pooling_mode": "mean", or a list of such names. */
static int pool_by_name(LitErr *e, LitModel *m, const LitJson *j,
                        const char *name) {
  const LitPool *pool;
  for (size_t i = 0; (pool = lit_pool_row(i)) != NULL; i++)
    if (strcmp(pool->name, name) == 0) return add_pool(e, m, pool, j);
  return lit_fail(e, LIT_MISMATCH, "%s/%s: no pooling '%.40s' is known",
                  j->folder, j->file, name);
}

static int pool_names(LitErr *e, LitModel *m, const LitJson *j,
                      const json_t *mode) {
  const json_t *name;
  size_t i;
  if (json_is_string(mode))
    return pool_by_name(e, m, j, json_string_value(mode));
  if (!json_is_array(mode)) return fail(e, j, "pooling_mode", "names");
  json_array_foreach(mode, i, name) {
    if (!json_is_string(name)) return fail(e, j, "pooling_mode", "names");
    if (pool_by_name(e, m, j, json_string_value(name))) break;
  }
  return e->rc;
}

/* The older form: "pooling_mode_mean_tokens": true, ... */
static int pool_keys(LitErr *e, LitModel *m, const LitJson *j) {
  const LitPool *pool;
  const char *key;
  json_t *on;
  for (size_t i = 0; (pool = lit_pool_row(i)) != NULL && !e->rc; i++)
    if (lit_json_bool(e, j, pool->key, 0)) add_pool(e, m, pool, j);
  json_object_foreach((json_t *)(uintptr_t)j->at, key, on) {
    int known = 0;
    for (size_t i = 0; (pool = lit_pool_row(i)) != NULL; i++)
      known |= strcmp(pool->key, key) == 0;
    if (strncmp(key, "pooling_mode_", 13) == 0 && !known && json_is_true(on))
      return lit_fail(e, LIT_MISMATCH, "%s/%s: no pooling '%.40s' is known",
                      j->folder, j->file, key);
  }
  return e->rc;
}

static int read_pooling(LitErr *e, LitModel *m, const char *path) {
  LitJsonRange range = {.lo = m->width, .hi = m->width, .none = m->width};
  LitBuf file = {0};
  LitJson j = {.folder = m->path};
  json_t *top = NULL, *mode;
  lit_buf_printf(e, &file, "%s/config.json%c", path, 0);
  if (e->rc) goto done;
  j.file = (char *)file.at;
  if (lit_json_load(e, m->path, j.file, &top)) goto done;
  j.at = top;
  lit_json_int(e, &j, json_object_get(top, "embedding_dimension")
               ? "embedding_dimension" : "word_embedding_dimension", range);
  mode = json_object_get(top, "pooling_mode");
  if (!e->rc && mode) pool_names(e, m, &j, mode);
  else if (!e->rc) pool_keys(e, m, &j);
  if (!e->rc && m->n_pools == 0) fail(e, &j, "pooling", "one kind at least");
  if (!e->rc && !lit_json_bool(e, &j, "include_prompt", 1))
    lit_fail(e, LIT_MISMATCH, "%s/%s: include_prompt: expected true",
             m->path, j.file);
  m->whole = m->width * m->n_pools;
done:
  json_decref(top);
  lit_buf_drop(&file);
  return e->rc;
}

static int read_transformer(LitErr *e, LitModel *m, const char *path) {
  if (*path && strcmp(path, "."))
    lit_fail(e, LIT_MISMATCH, "%s/modules.json: Transformer in '%.60s': "
             "expected it in the folder itself", m->path, path);
  return e->rc;
}

/* After pooling it takes the vector; where there is none, each state. */
static int read_dense(LitErr *e, LitModel *m, const char *path) {
  LitDense *d;
  if (!m->n_pools) {
    if (m->token || m->arch->embed)
      return lit_fail(e, LIT_MISMATCH, "%s/modules.json: Dense in '%.60s': "
                      "expected one at most without Pooling", m->path, path);
    m->token = lit_dense_open(e, m, path, (size_t)m->width);
    return e->rc;
  }
  if (m->n_dense >= LIT_DENSE_MAX || m->normalize)
    return lit_fail(e, LIT_MISMATCH, "%s/modules.json: Dense in '%.60s': "
                    "expected up to %d, before Normalize", m->path, path,
                    LIT_DENSE_MAX);
  d = lit_dense_open(e, m, path, (size_t)m->whole);
  if (!d) return e->rc;
  m->dense[m->n_dense++] = d;
  m->whole = (int)d->l.n_out;
  return LIT_OK;
}

static int read_normalize(LitErr *e, LitModel *m, const char *path) {
  (void)path;
  m->normalize = 1;
  return e->rc;
}

/* Found before; see lit_modules_static. */
static int read_static(LitErr *e, LitModel *m, const char *path) {
  if (!m->arch->embed)
    lit_fail(e, LIT_MISMATCH, "%s/modules.json: StaticEmbedding in '%.60s': "
             "expected a Transformer", m->path, path);
  return e->rc;
}

static const struct {
  const char *type;         /* after the last dot */
  int (*read)(LitErr *e, LitModel *m, const char *path);
} kinds[] = {
  {"Transformer", read_transformer},
  {"Pooling", read_pooling},
  {"Dense", read_dense},
  {"Normalize", read_normalize},
  {"StaticEmbedding", read_static},
};

static int read_module(LitErr *e, LitModel *m, const LitJson *j) {
  const char *type = lit_json_str(e, j, "type", ""), *dot = strrchr(type, '.');
  const char *path = lit_json_str(e, j, "path", "");
  if (e->rc) return e->rc;
  if (dot) type = dot + 1;
  if (strstr(path, "..") || *path == '/')
    return fail(e, j, "path", "a folder inside the model's");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].type, type) == 0) return kinds[i].read(e, m, path);
  return lit_fail(e, LIT_MISMATCH, "%s/modules.json: module '%.60s': expected "
                  "Transformer, Pooling, Dense, Normalize or StaticEmbedding",
                  m->path, type);
}

static int read_modules(LitErr *e, LitModel *m) {
  LitJson j = {.folder = m->path, .file = "modules.json"};
  json_t *top = NULL, *module;
  size_t i;
  if (!lit_json_exists(m->path, j.file)) return LIT_OK;
  if (lit_json_load(e, m->path, j.file, &top)) return e->rc;
  if (!json_is_array(top)) fail(e, &j, "modules", "a list");
  json_array_foreach(top, i, module) {
    j.at = module;
    if (!json_is_object(module)) fail(e, &j, "module", "an object");
    if (e->rc || read_module(e, m, &j)) break;
  }
  json_decref(top);
  return e->rc;
}

const char *lit_modules_static(LitErr *e, LitModel *m) {
  static const char kind[] = "StaticEmbedding";
  const char *found = NULL;
  json_t *top = NULL, *module;
  size_t i;
  if (!lit_json_exists(m->path, "modules.json") ||
      lit_json_load(e, m->path, "modules.json", &top))
    return NULL;
  json_array_foreach(top, i, module) {
    const char *type = json_string_value(json_object_get(module, "type"));
    const char *path = json_string_value(json_object_get(module, "path"));
    size_t n = type ? strlen(type) : 0;
    if (!path || strstr(path, "..") || *path == '/') path = "";
    if (n >= sizeof kind - 1 && !strcmp(type + n - (sizeof kind - 1), kind))
      found = lit_arena_copy(e, &m->arena, path, strlen(path));
  }
  json_decref(top);
  return found;
}

/* An integer limit of a file that may be missing; m->max_tokens goes down to
** it.  True if the file said something. */
static int read_limit(LitErr *e, LitModel *m, const char *file,
                      const char *key) {
  LitJson j = {.folder = m->path, .file = file};
  json_t *top = NULL, *v;
  int said;
  if (e->rc || !lit_json_exists(m->path, file)) return 0;
  if (lit_json_load(e, m->path, file, &top)) return 0;
  j.at = top;
  v = json_object_get(top, key);
  said = json_is_number(v);
  if (said && json_number_value(v) < 1) fail(e, &j, key, "1 or more");
  if (said && json_number_value(v) < m->max_tokens)
    m->max_tokens = (int)json_number_value(v);
  json_decref(top);
  return said;
}

/* The prompt of the first key that there is. */
static const char *prompt(LitErr *e, LitModel *m, const LitJson *prompts,
                          const char *const *keys) {
  const char *s = "";
  for (size_t i = 0; keys[i] && !*s; i++)
    s = lit_json_str(e, prompts, keys[i], "");
  return e->rc ? "" : lit_arena_copy(e, &m->arena, s, strlen(s));
}

static int read_prompts(LitErr *e, LitModel *m) {
  static const char *const query[] = {"query", NULL};
  static const char *const doc[] = {"document", "passage", "corpus", NULL};
  LitJson j = {.folder = m->path, .file = "config_sentence_transformers.json"};
  json_t *top = NULL;
  m->prompts[LIT_EMBED_QUERY] = m->prompts[LIT_EMBED_DOCUMENT] = "";
  if (!lit_json_exists(m->path, j.file)) return LIT_OK;
  if (lit_json_load(e, m->path, j.file, &top)) return e->rc;
  j.at = json_object_get(top, "prompts");
  m->prompts[LIT_EMBED_QUERY] = prompt(e, m, &j, query);
  m->prompts[LIT_EMBED_DOCUMENT] = prompt(e, m, &j, doc);
  json_decref(top);
  return e->rc;
}

int lit_modules_options(LitErr *e, LitModel *m, int most) {
  const LitModelOpts *o = &m->opts;
  if (o->n_pools) {
    if (m->n_dense)
      return lit_fail(e, LIT_ERROR, "lit_model_add: options: pooling: the "
                      "folder's Dense goes with its own");
    memcpy(m->pools, o->pools, sizeof m->pools);
    m->n_pools = o->n_pools;
    m->whole = m->width * m->n_pools;
  }
  if (o->max_tokens) {
    if (o->max_tokens > most)
      return lit_fail(e, LIT_ERROR, "lit_model_add: options: max_tokens %d: "
                      "expected at most %d", o->max_tokens, most);
    m->max_tokens = o->max_tokens;
  }
  for (int i = 0; i < 2; i++)
    if (o->has_prompt[i]) m->prompts[i] = o->prompts[i];
  m->dim = o->dim ? o->dim : m->whole;
  if (m->dim > m->whole)
    lit_fail(e, LIT_ERROR, "lit_model_add: options: dim %d: expected at most "
             "%d", m->dim, m->whole);
  if (o->stride > m->max_tokens)
    lit_fail(e, LIT_ERROR, "lit_model_add: options: stride %d: expected at "
             "most %d", o->stride, m->max_tokens);
  for (int i = 0; i < m->n_pools && !e->rc; i++)
    if (m->pools[i]->open) m->pools[i]->open(e, m);
  return e->rc;
}

int lit_modules_read(LitErr *e, LitModel *m) {
  LitJson none = {.folder = m->path, .file = "modules.json"};
  int most = m->max_tokens;
  if (read_modules(e, m)) return e->rc;
  if (m->arch->embed) {
    m->dim = m->whole = m->width;
    if (m->opts.is_network)
      return lit_fail(e, LIT_ERROR, "lit_model_add: options: these are for "
                      "networks, not for static vectors");
    return read_prompts(e, m);
  }
  if (!read_limit(e, m, "sentence_bert_config.json", "max_seq_length"))
    read_limit(e, m, "tokenizer_config.json", "model_max_length");
  if (!e->rc) read_prompts(e, m);
  if (!e->rc && m->n_pools == 0) {
    pool_by_name(e, m, &none,
                 lit_latent_is_there(m) ? "latent_attention" : "mean");
    m->whole = m->width;
  }
  return e->rc ? e->rc : lit_modules_options(e, m, most);
}
