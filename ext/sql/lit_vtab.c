/* lit_vtab.c -- CREATE VIRTUAL TABLE t USING lit(...): the module.
**
** What a transaction writes is gathered in memory and becomes a segment when
** it ends (xSync), when a savepoint begins, or when a query must see it.  A
** rollback forgets what was gathered and what was known of the directory; the
** shadow tables roll back by themselves.
*/
#include <stdlib.h>
#include <string.h>
#include "sql/lit_table.h"
#include "sql/lit_trace.h"
#include "base/poison.h"

enum { FORMAT = 1 };

/* ---- life ---- */

static void enter_conn(LitTable *t) {
  t->next = t->conn->tables;
  t->conn->tables = t;
}

static void leave_conn(LitTable *t) {
  LitTable **at = &t->conn->tables;
  while (*at && *at != t) at = &(*at)->next;
  if (*at) *at = t->next;
}

int lit_table_find(LitErr *e, LitConn *conn, const char *who, const char *db,
                   const char *name, LitTable **out) {
  sqlite3_stmt *q = NULL;
  char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\".\"%w\"", db, name);
  LitTable *t = NULL;
  int rc;
  if (!sql) return lit_fail_nomem(e, who);
  rc = sqlite3_prepare_v2(conn->db, sql, -1, &q, NULL);
  if (rc && (rc & 0xFF) != SQLITE_ERROR) lit_fail_db(e, who, conn->db, rc);
  if (rc == SQLITE_OK)
    for (t = conn->tables; t; t = t->next)        /* Now it is connected */
      if (sqlite3_stricmp(t->shadow.name, name) == 0 &&
          sqlite3_stricmp(t->schema.db, db) == 0)
        break;
  sqlite3_finalize(q);
  sqlite3_free(sql);
  *out = t;
  return t ? e->rc : lit_fail(e, LIT_ERROR, "%s: no lit table '%.60s' in "
                              "'%.60s'", who, name, db);
}

static void table_free(LitTable *t) {
  leave_conn(t);
  if (t->has_gather) lit_gather_drop(&t->gather);
  lit_dir_forget(&t->dir);
  lit_words_close(t->words);
  lit_buf_drop(&t->scratch);
  lit_free(t->vector);
  lit_free(t->vec_cols);
  lit_shadow_close(&t->shadow);
  lit_schema_drop(&t->schema);
  sqlite3_free(t->base.zErrMsg);          /* xDestroy's is not collected */
  sqlite3_free(t);
}

static int declare(LitErr *e, sqlite3 *db, const LitSchema *s) {
  sqlite3_str *b = sqlite3_str_new(db);
  char *text;
  int rc;
  sqlite3_str_appendall(b, "CREATE TABLE x(");
  for (int i = 0; i < s->n_cols; i++)
    sqlite3_str_appendf(b, "\"%w\" %s, ", s->cols[i].name,
                        s->cols[i].role == LIT_ROLE_VECTOR ? "BLOB"
                                                           : s->cols[i].type);
  sqlite3_str_appendf(b, "\"%w\" HIDDEN", s->name);
  for (int i = 1; i < LIT_N_HIDDEN; i++)
    sqlite3_str_appendf(b, ", %s HIDDEN", lit_hidden_names[i]);
  sqlite3_str_appendall(b, ")");
  text = sqlite3_str_finish(b);
  rc = text ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
  sqlite3_free(text);
  return rc ? lit_fail_db(e, s->name, db, rc) : LIT_OK;
}

/* The vector columns that the index has: the user's, then the model's. */
static int make_shape(LitErr *e, LitTable *t, uint32_t model_dim) {
  const LitSchema *s = &t->schema;
  int n = s->n_vectors + (model_dim > 0);
  t->vec_cols = lit_new0(e, (size_t)n, sizeof *t->vec_cols);
  if (!t->vec_cols) return e->rc;
  for (int i = 0; i < s->n_cols; i++) {
    const LitColumn *c = &s->cols[i];
    if (c->role == LIT_ROLE_VECTOR)
      t->vec_cols[c->slot] = (LitVecCol){c->slot, c->elem, c->dim, c->dist,
                                         s->recall, 0};
  }
  if (model_dim)
    t->vec_cols[n - 1] =
        (LitVecCol){n - 1, LIT_F32, model_dim, lit_dist_find("cosine"),
                    s->recall, 0};
  t->shape = (LitShape){.n_fields = s->n_texts, .n_cols = s->n_filters,
                        .n_vecs = n, .vecs = t->vec_cols};
  return LIT_OK;
}

static int has_model(const LitSchema *s) {
  return strcmp(s->model, "none") != 0;
}

/* Where the table does not say what embeds its text. */
static void set_default(LitSchema *s) {
  const char *model = s->n_texts && lit_model_has_builtin() ? LIT_BUILTIN_NAME
                                                            : "none";
  if (!*s->model) sqlite3_snprintf(sizeof s->model, s->model, "%s", model);
}

/* A new table: its model must be there, for its dimension and its hash. */
static int create_shadow(LitErr *e, LitTable *t) {
  LitShadow *sh = &t->shadow;
  LitStop stop = lit_conn_stop(t->conn);
  const char *hash;
  uint32_t dim = 0;
  char number[24];
  set_default(&t->schema);
  if (has_model(&t->schema)) {
    if (t->schema.n_texts == 0)
      return lit_fail(e, LIT_ERROR, "lit: model = '%s', but there is no TEXT "
                      "column to embed", t->schema.model);
    t->model = lit_model_find(e, t->schema.name, t->schema.model, &stop);
    if (!t->model) return e->rc;
    hash = lit_model_hash(e, t->model, &stop);
    if (!hash) return e->rc;
    dim = (uint32_t)lit_model_dim(t->model);
    sqlite3_snprintf(sizeof t->model_hash, t->model_hash, "%s", hash);
  }
  if (make_shape(e, t, dim) || lit_shadow_create(e, sh)) return e->rc;
  sqlite3_snprintf(sizeof number, number, "%d", FORMAT);
  lit_shadow_set(e, sh, "format", number);
  sqlite3_snprintf(sizeof number, number, "%u", dim);
  lit_shadow_set(e, sh, "dimensions", number);
  lit_shadow_set(e, sh, "model", t->schema.model);
  lit_shadow_set(e, sh, "model_hash", t->model_hash);
  return e->rc ? e->rc : lit_dir_create(e, &t->dir);
}

int lit_table_config(LitErr *e, LitTable *t, uint32_t *dim) {
  LitShadow *sh = &t->shadow;
  char text[24], model[LIT_NAME_MAX];
  long n;
  *dim = 0;
  if (lit_shadow_config(e, sh, "format", text, sizeof text)) return e->rc;
  if (strtol(text, NULL, 10) != FORMAT)
    return lit_fail(e, LIT_CORRUPT, "%s_config: format '%s', this lit reads %d",
                    sh->name, text, FORMAT);
  if (lit_shadow_config(e, sh, "model", model, sizeof model) ||
      lit_shadow_config(e, sh, "model_hash", t->model_hash,
                        sizeof t->model_hash) ||
      lit_shadow_config(e, sh, "dimensions", text, sizeof text))
    return e->rc;
  if (!*t->schema.model)
    sqlite3_snprintf(sizeof t->schema.model, t->schema.model, "%s", model);
  n = strtol(text, NULL, 10);
  if (n < 0 || n > LIT_DIM_MAX || (n > 0) != has_model(&t->schema) ||
      strcmp(model, t->schema.model))
    return lit_fail(e, LIT_CORRUPT, "%s_config: model '%s' of '%s' dimensions "
                    "in a table with model = '%s'", sh->name, model, text,
                    t->schema.model);
  *dim = (uint32_t)n;
  return LIT_OK;
}

/* A table that is there.  What is wrong with what it holds is kept for its
** first use, so that it can still be dropped; what may pass, such as an I/O
** error, is an error now. */
static int connect_shadow(LitErr *e, LitTable *t) {
  LitErr *why = &t->broken;
  uint32_t dim;
  lit_table_config(why, t, &dim);
  if (why->rc && why->rc != LIT_CORRUPT && why->rc != LIT_ERROR)
    return lit_fail(e, why->rc, "%s", why->msg);
  return make_shape(e, t, dim);
}

static int make(sqlite3 *db, void *aux, int argc, const char *const *argv,
                sqlite3_vtab **out, char **errmsg, int is_new) {
  LitErr e = {0};
  LitTable *t = sqlite3_malloc64(sizeof *t);
  if (!t) return SQLITE_NOMEM;
  *t = (LitTable){.conn = aux};
  if (lit_schema_read(&e, &t->schema, argc, argv)) goto done;
  if (lit_shadow_init(&e, &t->shadow, db, &t->schema)) goto done;
  if (lit_conn_cache(&e, t->conn) || lit_trace_make(&e, t->conn)) goto done;
  lit_dir_init(&t->dir, &t->shadow.store, t->conn->cache);
  if (declare(&e, db, &t->schema)) goto done;
  sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  if (is_new) create_shadow(&e, t);
  else connect_shadow(&e, t);

done:
  if (!e.rc) {
    enter_conn(t);
    *out = &t->base;
    return SQLITE_OK;
  }
  if (e.rc != LIT_NOMEM) *errmsg = sqlite3_mprintf("%s", e.msg);
  table_free(t);
  return e.rc;
}

static int create(sqlite3 *db, void *aux, int argc, const char *const *argv,
                  sqlite3_vtab **out, char **errmsg) {
  return make(db, aux, argc, argv, out, errmsg, 1);
}

static int connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                   sqlite3_vtab **out, char **errmsg) {
  return make(db, aux, argc, argv, out, errmsg, 0);
}

static int disconnect(sqlite3_vtab *base) {
  table_free((LitTable *)base);
  return SQLITE_OK;
}

static int destroy(sqlite3_vtab *base) {
  LitTable *t = (LitTable *)base;
  LitErr e = {0};
  if (lit_shadow_destroy(&e, &t->shadow)) return lit_vtab_err(base, &e);
  return disconnect(base);
}

/* ---- reading ---- */

int lit_table_read(LitErr *e, LitTable *t) {
  if (t->broken.rc) return lit_fail(e, t->broken.rc, "%s", t->broken.msg);
  /* Without a gather it is dirty after a savepoint that could not be saved. */
  if ((t->has_gather || t->dir.is_dirty) && lit_flush(e, t)) return e->rc;
  return lit_dir_load(e, &t->dir);
}

int lit_table_model(LitErr *e, LitTable *t) {
  LitStop stop = lit_conn_stop(t->conn);
  const LitModel *m;
  const char *hash;
  if (t->model) return LIT_OK;
  m = lit_model_find(e, t->schema.name, t->schema.model, &stop);
  hash = m ? lit_model_hash(e, m, &stop) : NULL;
  if (!hash) return e->rc;
  if (strcmp(hash, t->model_hash) ||
      (uint32_t)lit_model_dim(m) != t->shape.vecs[lit_model_column(t)].dim)
    return lit_fail(e, LIT_MISMATCH, "%s: its vectors were made by another "
                    "model than the '%s' that is loaded (hash %.8s, not %.8s)",
                    t->schema.name, t->schema.model, hash,
                    t->model_hash);
  t->model = m;
  return LIT_OK;
}

/* ---- transactions ---- */

int lit_leave(LitTable *t, LitErr *e) {
  if (--t->n_inside == 0 && t->is_undone) {
    t->is_undone = 0;
    lit_unwrite(t);
    if (!e->rc) lit_fail_nomem(e, t->schema.name);
  }
  return lit_vtab_err(&t->base, e);
}

static int undo(LitTable *t) {
  if (t->n_inside) t->is_undone = 1;
  else lit_unwrite(t);
  return SQLITE_OK;
}

static int begin(sqlite3_vtab *base) {
  LitTable *t = (LitTable *)base;
  t->is_writing = t->knows_last = 0;
  return SQLITE_OK;
}

static int sync(sqlite3_vtab *base) {
  LitTable *t = (LitTable *)base;
  LitStop stop = lit_conn_stop(t->conn);
  LitErr e = {0};
  if (!t->is_writing) return SQLITE_OK;
  lit_enter(t);
  if (!lit_flush(&e, t) && !lit_dir_tidy(&e, &t->dir, &t->shape, &stop))
    lit_flush(&e, t);
  return lit_leave(t, &e);
}

static int commit(sqlite3_vtab *base) {
  ((LitTable *)base)->is_writing = 0;
  return SQLITE_OK;
}

static int rollback(sqlite3_vtab *base) { return undo((LitTable *)base); }

/* What was gathered so far belongs before the savepoint.  If it cannot be
** written, SQLite rolls back to the savepoint that failed, and it must stay. */
static int savepoint(sqlite3_vtab *base, int n) {
  LitTable *t = (LitTable *)base;
  LitErr e = {0};
  lit_enter(t);
  t->unsaved = lit_flush(&e, t) ? n + 2 : 0;
  return lit_leave(t, &e);
}

static int release(sqlite3_vtab *base, int n) {
  (void)base, (void)n;
  return SQLITE_OK;
}

static int rollback_to(sqlite3_vtab *base, int n) {
  LitTable *t = (LitTable *)base;
  if (t->unsaved != n + 2) return undo(t);
  t->unsaved = 0;
  return SQLITE_OK;
}

static int rename_table(sqlite3_vtab *base, const char *name) {
  LitTable *t = (LitTable *)base;
  LitErr e = {0};
  lit_enter(t);
  if (!lit_flush(&e, t)) lit_shadow_rename(&e, &t->shadow, name);
  return lit_leave(t, &e);
}

static int shadow_name(const char *name) {
  for (int i = 0; lit_shadow_suffixes[i]; i++)
    if (sqlite3_stricmp(name, lit_shadow_suffixes[i]) == 0) return 1;
  return 0;
}

/* PRAGMA integrity_check asks from SQLite 3.44 on. */
static int integrity(sqlite3_vtab *base, const char *schema, const char *name,
                     int flags, char **out) {
  LitErr e = {0};
  (void)schema, (void)flags;
  lit_table_check(&e, (LitTable *)base);
  if (!e.rc) return SQLITE_OK;
  if (e.rc == LIT_NOMEM || e.rc == LIT_INTERRUPT) return e.rc;
  *out = sqlite3_mprintf("lit table %s: %s", name, e.msg);
  return *out ? SQLITE_OK : SQLITE_NOMEM;
}

/* sqlite3_module of version 4, for headers that only know version 3. */
typedef struct Module {
  sqlite3_module v3;
#if SQLITE_VERSION_NUMBER < 3044000
  int (*xIntegrity)(sqlite3_vtab *, const char *, const char *, int, char **);
#endif
} Module;

static const Module module = {
  .v3 = {
    .iVersion = 4,
    .xCreate = create, .xConnect = connect, .xBestIndex = lit_plan,
    .xDisconnect = disconnect, .xDestroy = destroy,
    .xOpen = lit_open, .xClose = lit_close, .xFilter = lit_filter,
    .xNext = lit_next, .xEof = lit_eof, .xColumn = lit_column,
    .xRowid = lit_rowid, .xUpdate = lit_write,
    .xBegin = begin, .xSync = sync, .xCommit = commit, .xRollback = rollback,
    .xRename = rename_table, .xSavepoint = savepoint, .xRelease = release,
    .xRollbackTo = rollback_to, .xShadowName = shadow_name,
#if SQLITE_VERSION_NUMBER >= 3044000
    .xIntegrity = integrity,
#endif
  },
#if SQLITE_VERSION_NUMBER < 3044000
  .xIntegrity = integrity,
#endif
};

const sqlite3_module *const lit_module = &module.v3;
