/* subword_names.c -- see subword_names.h.
**
** `first` and `last` are the statics of this file: a list that only grows,
** oldest first.  `lock` is held while it is read or changed, while a
** tokenizer is loaded and while a scratch changes hands; it is not held while
** texts are encoded.
*/
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include "base/home.h"
#include "base/mem.h"
#include "text/subword_names.h"
#include "base/poison.h"

enum { SPARE_MAX = 4 };     /* Scratches kept for the next who asks */

typedef struct LitNamedSubword Named;
struct LitNamedSubword {
  Named *next;
  char *name;
  LitSubword *t;
  LitSubwordScratch *spare[SPARE_MAX];
  int n_spare;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Named *first, *last;

static Named *listed(const char *name) {
  Named *found = NULL;
  for (Named *m = first; m; m = m->next)
    if (strcmp(m->name, name) == 0) found = m;
  return found;
}

/* Load `path` as `name`, or keep the one listed if it is the same. */
static Named *load(LitErr *e, const char *who, const char *name,
                   const char *path) {
  Named *old = listed(name), *m = lit_new0(e, 1, sizeof *m);
  if (!m) return NULL;
  m->name = lit_copy(e, name, strlen(name));
  if (!m->name || lit_subword_load(e, who, path, &m->t)) goto drop;
  if (old && lit_subword_info(old->t)->fingerprint ==
                 lit_subword_info(m->t)->fingerprint)
    goto drop;
  if (last) last->next = m;
  else first = m;
  return last = m;

drop:
  lit_subword_free(m->t), lit_free(m->name), lit_free(m);
  return e->rc ? NULL : old;
}

int lit_subword_add(LitErr *e, const char *name, const char *path) {
  if (lit_home_check(e, "lit_tokenizer_add", "tokenizer", name)) return e->rc;
  pthread_mutex_lock(&lock);
  load(e, "lit_tokenizer_add", name, path);
  pthread_mutex_unlock(&lock);
  return e->rc;
}

static void list_names(LitErr *e, LitBuf *out) {
  for (const Named *m = first; m; m = m->next)
    if (listed(m->name) == m)
      lit_buf_printf(e, out, "%s%s", out->n ? ", " : "", m->name);
  if (!out->n) lit_buf_text(e, out, "none");
  lit_buf_u8(e, out, 0);
}

static Named *find(LitErr *e, const char *who, const char *name) {
  LitBuf path = {0}, names = {0};
  Named *m = listed(name);
  struct stat st;
  if (m) return m;
  lit_home_path(e, name, "", &path);
  list_names(e, &names);
  if (e->rc) goto done;
  if (path.n && stat((char *)path.at, &st) == 0 && S_ISDIR(st.st_mode))
    m = load(e, who, name, (char *)path.at);
  else
    lit_fail(e, LIT_ERROR, "%s: no tokenizer '%s' (loaded: %.80s); name its "
             "file with SELECT lit_tokenizer_add('%.20s', 'file')", who, name,
             (char *)names.at, name);
done:
  lit_buf_drop(&path);
  lit_buf_drop(&names);
  return m;
}

int lit_subword_borrow(LitErr *e, const char *who, const char *name,
                       LitSubwordUse *out) {
  Named *m;
  *out = (LitSubwordUse){0};
  if (name && lit_home_check(e, who, "tokenizer", name)) return e->rc;
  pthread_mutex_lock(&lock);
  m = name ? find(e, who, name) : last;
  if (!m && !e->rc)
    lit_fail(e, LIT_ERROR, "%s: there is no tokenizer yet; SELECT "
             "lit_tokenizer_add(name, path) loads one", who);
  if (m) {
    *out = (LitSubwordUse){.t = m->t, .from = m};
    if (m->n_spare) out->scratch = m->spare[--m->n_spare];
  }
  pthread_mutex_unlock(&lock);
  if (m && !out->scratch && lit_subword_scratch(e, &out->scratch))
    *out = (LitSubwordUse){0};
  return e->rc;
}

void lit_subword_give_back(LitSubwordUse *use) {
  Named *m = use->from;
  if (!m) return;
  pthread_mutex_lock(&lock);
  if (m->n_spare < SPARE_MAX) {
    m->spare[m->n_spare++] = use->scratch;
    use->scratch = NULL;
  }
  pthread_mutex_unlock(&lock);
  lit_subword_scratch_free(use->scratch);
  *use = (LitSubwordUse){0};
}

const char *lit_subword_row(size_t i, LitSubwordInfo *out) {
  const Named *m;
  pthread_mutex_lock(&lock);
  for (m = first; m; m = m->next)
    if (listed(m->name) == m && i-- == 0) break;
  pthread_mutex_unlock(&lock);
  if (!m) return NULL;
  *out = *lit_subword_info(m->t);
  return m->name;
}
