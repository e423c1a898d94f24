/* model.c -- the models of this process, by name.  See model.h.
**
** `first` and `last` are the statics of this file: a list that only grows,
** oldest first.  `lock` is held while it is read or changed, while a model is
** loaded (milliseconds) and while a hash is taken; it is not held while texts
** are embedded, for a model does not change once it is listed.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buf.h"
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

/* Load `path` as `name`, or keep the one listed if it is the same files. */
static LitModel *load(LitErr *e, const char *name, const char *path,
                      const char *options) {
  LitModel *old = listed(name), *m = lit_model_open(e, path, options);
  if (m && old && strcmp(old->path, m->path) == 0 && old->stamp == m->stamp) {
    lit_model_close(m);
    return old;
  }
  if (m) m->name = lit_copy(e, name, strlen(name));
  if (e->rc) return lit_model_close(m), NULL;
  if (last) last->next = m;
  else first = m;
  return last = m;
}

/* A name can be a folder's name and nothing else: letters, digits and . _ -
** with no dot in front. */
static int check_name(LitErr *e, const char *name) {
  static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  size_t n = strlen(name);
  if (n == 0 || n > 64 || name[0] == '.' || strspn(name, fine) < n)
    return lit_fail(e, LIT_ERROR, "model name '%.80s': expected 1 to 64 "
                    "letters, digits and . _ -, not beginning with a dot",
                    name);
  return LIT_OK;
}

int lit_model_add(LitErr *e, const char *name, const char *path,
                  const char *options) {
  if (check_name(e, name)) return e->rc;
  pthread_mutex_lock(&lock);
  load(e, name, path, options);
  pthread_mutex_unlock(&lock);
  return e->rc;
}

/* The folder where a model of that name would lie, into *out with its zero;
** empty if no environment variable says. */
static void default_path(LitErr *e, const char *name, LitBuf *out) {
  const char *models = getenv("LIT_MODELS"), *cache = getenv("XDG_CACHE_HOME"),
             *home = getenv("HOME");
  if (models && *models)
    lit_buf_printf(e, out, "%s/%s", models, name);
  else if (cache && *cache)
    lit_buf_printf(e, out, "%s/lit/models/%s", cache, name);
  else if (home && *home)
    lit_buf_printf(e, out, "%s/.cache/lit/models/%s", home, name);
  lit_buf_u8(e, out, 0);
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
  LitBuf path = {0}, names = {0};
  LitModel *m = listed(name);
  struct stat st;
  if (m) return m;
  default_path(e, name, &path);
  list_names(e, &names);
  if (e->rc) goto done;
  if (path.n > 1 && stat((char *)path.at, &st) == 0 && S_ISDIR(st.st_mode))
    m = load(e, name, (char *)path.at, NULL);
  else
    lit_fail(e, LIT_ERROR, "no model '%s' (loaded: %.80s); name its folder "
             "with SELECT lit_model_add('%.20s', 'folder')%s", name,
             (char *)names.at, name, strcmp(name, "minilm") == 0
             ? ", or get it with: make model" : "");
done:
  lit_buf_drop(&path);
  lit_buf_drop(&names);
  return m;
}

const LitModel *lit_model_find(LitErr *e, const char *name) {
  const LitModel *m = NULL;
  if (check_name(e, name)) return NULL;
  pthread_mutex_lock(&lock);
  m = find(e, name);
  pthread_mutex_unlock(&lock);
  return m;
}

const LitModel *lit_model_row(size_t i) {
  const LitModel *m;
  pthread_mutex_lock(&lock);
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

const char *lit_model_name(const LitModel *m) { return m->name; }
const char *lit_model_path(const LitModel *m) { return m->path; }
int lit_model_dim(const LitModel *m) { return m->dim; }
int lit_model_max_tokens(const LitModel *m) { return m->max_tokens; }
uint64_t lit_model_bytes(const LitModel *m) { return m->bytes; }
