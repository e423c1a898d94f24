/* model.c -- the models of this process, by name.  See model.h.
**
** `first` and `last` are the statics of this file: a list that only grows,
** oldest first.  `lock` is held while it is read or changed, while a model is
** loaded (milliseconds) and while a hash is taken; it is not held while texts
** are embedded, for a model does not change once it is listed.
*/
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include "base/home.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/parts.h"
#include "base/poison.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static LitModel *first, *last;

/* The newest model of that name; the lock is held. */
static LitModel *listed(const char *name) {
  LitModel *found = NULL;
  for (LitModel *m = first; m; m = m->next)
    if (strcmp(m->name, name) == 0) found = m;
  return found;
}

/* Put m, which may be NULL, at the end of the list. */
static LitModel *list(LitErr *e, const char *name, LitModel *m) {
  if (m) m->name = lit_copy(e, name, strlen(name));
  if (e->rc) return lit_model_close(m), NULL;
  if (last) last->next = m;
  else first = m;
  return last = m;
}

/* Load `path` as `name`, or keep the one listed if it is the same files. */
static LitModel *load(LitErr *e, const char *name, const char *path,
                      const char *options) {
  LitModel *old = listed(name), *m = lit_model_open(e, path, options);
  if (m && old && strcmp(old->path, m->path) == 0 && old->stamp == m->stamp) {
    lit_model_close(m);
    return old;
  }
  return list(e, name, m);
}

int lit_model_add(LitErr *e, const char *name, const char *path,
                  const char *options) {
  static const char who[] = "lit_model_add";
  if (lit_home_check(e, who, "model", name)) return e->rc;
  if (strcmp(name, LIT_BUILTIN_NAME) == 0)
    return lit_fail(e, LIT_ERROR, "%s: model name '%s': is that of the model "
                    "linked in", who, name);
  pthread_mutex_lock(&lock);
  load(e, name, path, options);
  pthread_mutex_unlock(&lock);
  return e->rc;
}

/* Load the model of that name from the models' folder; NULL, without an error,
** if it is not there. */
static LitModel *load_default(LitErr *e, const char *name) {
  static const char *const ends[] = {"", ".safetensors", ".gguf"};
  LitModel *m = NULL;
  for (size_t i = 0; i < sizeof ends / sizeof *ends && !m && !e->rc; i++) {
    LitBuf path = {0};
    struct stat st;
    lit_home_path(e, name, ends[i], &path);
    if (path.n && !e->rc && stat((char *)path.at, &st) == 0)
      m = load(e, name, (char *)path.at, NULL);
    lit_buf_drop(&path);
  }
  return m;
}

/* "a, b": the names that are loaded, or "none". */
static void list_names(LitErr *e, LitBuf *out) {
  for (const LitModel *m = first; m; m = m->next)
    if (listed(m->name) == m)
      lit_buf_printf(e, out, "%s%s", out->n ? ", " : "", m->name);
  if (!out->n) lit_buf_text(e, out, "none");
  lit_buf_u8(e, out, 0);
}

static LitModel *find(LitErr *e, const char *name) {
  LitBuf names = {0};
  LitModel *m = listed(name);
  if (m) return m;
  if (lit_model_has_builtin() && strcmp(name, LIT_BUILTIN_NAME) == 0)
    return list(e, name, lit_model_open_bytes(e, "(linked in)",
                                              lit_builtin_bytes()));
  m = load_default(e, name);
  if (m || e->rc) return m;
  list_names(e, &names);
  if (!e->rc)
    lit_fail(e, LIT_ERROR, "no model '%s' (loaded: %.80s); name its folder "
             "with SELECT lit_model_add('%.20s', 'folder')%s", name,
             (char *)names.at, name, strcmp(name, "minilm") == 0
             ? ", or get it with: make model" : "");
  lit_buf_drop(&names);
  return NULL;
}

const LitModel *lit_model_find(LitErr *e, const char *who, const char *name) {
  const LitModel *m = NULL;
  LitErr why = {0};
  if (lit_home_check(e, who, "model", name)) return NULL;
  pthread_mutex_lock(&lock);
  m = find(&why, name);
  pthread_mutex_unlock(&lock);
  if (why.rc) lit_fail(e, why.rc, "%s: %s", who, why.msg);
  return m;
}

const LitModel *lit_model_row(size_t i) {
  const LitModel *m;
  LitErr e = {0};
  pthread_mutex_lock(&lock);
  if (lit_model_has_builtin()) find(&e, LIT_BUILTIN_NAME);
  for (m = first; m; m = m->next)
    if (listed(m->name) == m && i-- == 0) break;
  pthread_mutex_unlock(&lock);
  return m;
}

const char *lit_model_hash(const LitModel *m) {
  LitModel *own = (LitModel *)(uintptr_t)m;     /* hash is filled in late */
  pthread_mutex_lock(&lock);
  if (!own->hash[0]) lit_model_take_hash(own);
  pthread_mutex_unlock(&lock);
  return m->hash;
}

int lit_model_has_builtin(void) { return lit_builtin_bytes().n > 0; }

const char *lit_model_name(const LitModel *m) { return m->name; }
const char *lit_model_path(const LitModel *m) { return m->path; }
int lit_model_dim(const LitModel *m) { return m->dim; }
int lit_model_max_tokens(const LitModel *m) { return m->max_tokens; }
uint64_t lit_model_bytes(const LitModel *m) { return m->bytes; }
