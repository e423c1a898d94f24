/* model.c -- the models of this process, by name.  See model.h.
**
** `first` and `last` are the statics of this file: a list that only grows,
** oldest first.  `lock` is held while it is read or changed, and while a hash is;
** it is not held while texts are embedded, for a model does not change otherwise
** once it is listed.  Nor while a model is opened or hashed, which may take seconds
** and asks the connection whether to go on, which may run the application's code
** and wait for other connections: two that open the same at once may both do the
** work, and the second takes what the first has listed.
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

static LitModel *find_listed(const char *name) {
  LitModel *m;
  pthread_mutex_lock(&lock);
  m = listed(name);
  pthread_mutex_unlock(&lock);
  return m;
}

static int is_same(const LitModel *a, const LitModel *b) {
  return a && strcmp(a->path, b->path) == 0 && a->stamp == b->stamp;
}

/* Put m at the end of the list, or take what is listed if that is the same. */
static LitModel *list(LitErr *e, const char *name, LitModel *m) {
  LitModel *old;
  m->name = lit_copy(e, name, strlen(name));
  if (e->rc) return lit_model_close(m), NULL;
  pthread_mutex_lock(&lock);
  old = listed(name);
  if (!is_same(old, m)) {
    if (last) last->next = m;
    else first = m;
    last = m, old = NULL;
  }
  pthread_mutex_unlock(&lock);
  if (old) lit_model_close(m);
  return old ? old : m;
}

/* Load `path` as `name`, or keep the one listed if it is the same files. */
static LitModel *load(LitErr *e, const char *name, const char *path,
                      const char *options, const LitStop *stop) {
  LitModel *m = lit_model_begin(e, path, options), *old = find_listed(name);
  if (m && is_same(old, m)) {
    lit_model_close(m);
    return old;
  }
  if (!m || lit_model_open(e, m, stop)) return lit_model_close(m), NULL;
  return list(e, name, m);
}

int lit_model_add(LitErr *e, const char *name, const char *path,
                  const char *options, const LitStop *stop) {
  static const char who[] = "lit_model_add";
  if (lit_home_check(e, who, "model", name)) return e->rc;
  if (strcmp(name, LIT_BUILTIN_NAME) == 0)
    return lit_fail(e, LIT_ERROR, "%s: model name '%s': is that of the model "
                    "linked in", who, name);
  load(e, name, path, options, stop);
  return e->rc;
}

/* Load the model of that name from the models' folder; NULL, without an error,
** if it is not there. */
static LitModel *load_default(LitErr *e, const char *name,
                              const LitStop *stop) {
  static const char *const ends[] = {"", ".safetensors", ".gguf"};
  LitModel *m = NULL;
  for (size_t i = 0; i < sizeof ends / sizeof *ends && !m && !e->rc; i++) {
    LitBuf path = {0};
    struct stat st;
    lit_home_path(e, name, ends[i], &path);
    if (path.n && !e->rc && stat((char *)path.at, &st) == 0)
      m = load(e, name, (char *)path.at, NULL, stop);
    lit_buf_drop(&path);
  }
  return m;
}

/* "a, b": the names that are loaded, or "none". */
static void list_names(LitErr *e, LitBuf *out) {
  pthread_mutex_lock(&lock);
  for (const LitModel *m = first; m; m = m->next)
    if (listed(m->name) == m)
      lit_buf_printf(e, out, "%s%s", out->n ? ", " : "", m->name);
  pthread_mutex_unlock(&lock);
  if (!out->n) lit_buf_text(e, out, "none");
  lit_buf_u8(e, out, 0);
}

static LitModel *find(LitErr *e, const char *name, const LitStop *stop) {
  LitBuf names = {0};
  LitModel *m = find_listed(name);
  if (m) return m;
  if (lit_model_has_builtin() && strcmp(name, LIT_BUILTIN_NAME) == 0) {
    m = lit_model_open_bytes(e, "(linked in)", lit_builtin_bytes());
    return m ? list(e, name, m) : NULL;
  }
  m = load_default(e, name, stop);
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

/* Hosts know an interrupt by its one word. */
const LitModel *lit_model_find(LitErr *e, const char *who, const char *name,
                               const LitStop *stop) {
  const LitModel *m = NULL;
  LitErr why = {0};
  if (lit_home_check(e, who, "model", name)) return NULL;
  m = find(&why, name, stop);
  if (why.rc == LIT_INTERRUPT) lit_fail(e, why.rc, "%s", why.msg);
  else if (why.rc) lit_fail(e, why.rc, "%s: %s", who, why.msg);
  return m;
}

const LitModel *lit_model_row(size_t i) {
  const LitModel *m;
  LitErr e = {0};
  if (lit_model_has_builtin()) find(&e, LIT_BUILTIN_NAME, NULL);
  pthread_mutex_lock(&lock);
  for (m = first; m; m = m->next)
    if (listed(m->name) == m && i-- == 0) break;
  pthread_mutex_unlock(&lock);
  return m;
}

const char *lit_model_hash(LitErr *e, const LitModel *m, const LitStop *stop) {
  LitModel *own = (LitModel *)(uintptr_t)m;     /* hash is filled in late */
  char hash[sizeof m->hash];
  int is_known;
  pthread_mutex_lock(&lock);
  is_known = m->hash[0] != 0;
  pthread_mutex_unlock(&lock);
  if (is_known) return m->hash;
  if (lit_model_take_hash(e, m, stop, hash)) return NULL;
  pthread_mutex_lock(&lock);
  if (!m->hash[0]) memcpy(own->hash, hash, sizeof hash);
  pthread_mutex_unlock(&lock);
  return m->hash;
}

int lit_model_has_builtin(void) { return lit_builtin_bytes().n > 0; }

const char *lit_model_name(const LitModel *m) { return m->name; }
const char *lit_model_path(const LitModel *m) { return m->path; }
int lit_model_dim(const LitModel *m) { return m->dim; }
int lit_model_max_tokens(const LitModel *m) { return m->max_tokens; }
uint64_t lit_model_bytes(const LitModel *m) { return m->bytes; }
