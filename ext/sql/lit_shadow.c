/* lit_shadow.c -- see lit_shadow.h */
#include <string.h>
#include "sql/lit_shadow.h"
#include "base/poison.h"

const char *const lit_shadow_suffixes[] = {"docs", "data", "config", NULL};

static const char *const sql[LIT_N_Q] = {
  [LIT_Q_GET] = "SELECT chunk FROM \"%w\".\"%w_data\" WHERE id = ?1",
  [LIT_Q_PUT] = "REPLACE INTO \"%w\".\"%w_data\"(id, chunk) VALUES (?1, ?2)",
  [LIT_Q_DROP] = "DELETE FROM \"%w\".\"%w_data\" WHERE id BETWEEN ?1 AND ?2",
  [LIT_Q_DOC] = NULL,                     /* made from the columns */
  [LIT_Q_DOC_PUT] = NULL,
  [LIT_Q_DOC_DROP] = "DELETE FROM \"%w\".\"%w_docs\" WHERE id = ?1",
  [LIT_Q_DOC_MAX] = "SELECT max(id) FROM \"%w\".\"%w_docs\"",
  [LIT_Q_CONFIG] = "SELECT value FROM \"%w\".\"%w_config\" WHERE key = ?1",
  [LIT_Q_SET_CONFIG] =
      "REPLACE INTO \"%w\".\"%w_config\"(key, value) VALUES (?1, ?2)",
};

/* ---- the store ---- */

static int store_get(LitErr *e, void *ctx, int64_t id, LitBuf *out) {
  LitShadow *s = ctx;
  sqlite3_stmt *q = lit_shadow_query(e, s, LIT_Q_GET);
  int rc;
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, id);
  rc = sqlite3_step(q);
  if (rc == SQLITE_ROW && sqlite3_column_type(q, 0) == SQLITE_BLOB) {
    const void *at = sqlite3_column_blob(q, 0);
    size_t n = (size_t)sqlite3_column_bytes(q, 0);
    if (n && !at) lit_fail_nomem(e, s->store.name);
    else lit_buf_put(e, out, at, n);
  } else if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
    lit_fail(e, LIT_CORRUPT, "%s: row %lld (segment %lld, part %d) is %s",
             s->store.name, (long long)id, (long long)(id >> 32),
             (int)(id >> 24 & 0xFF), rc == SQLITE_ROW ? "no BLOB" : "missing");
  } else {
    lit_fail_db(e, s->store.name, s->db, rc);
  }
  return lit_shadow_done(e, s, q);
}

static int store_put(LitErr *e, void *ctx, int64_t id, const void *at,
                     size_t n) {
  LitShadow *s = ctx;
  sqlite3_stmt *q = lit_shadow_query(e, s, LIT_Q_PUT);
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, id);
  sqlite3_bind_blob64(q, 2, at, n, SQLITE_STATIC);
  lit_shadow_run(e, s, q);
  sqlite3_bind_null(q, 2);
  return e->rc;
}

static int store_drop(LitErr *e, void *ctx, int64_t lo, int64_t hi) {
  LitShadow *s = ctx;
  sqlite3_stmt *q = lit_shadow_query(e, s, LIT_Q_DROP);
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, lo);
  sqlite3_bind_int64(q, 2, hi);
  return lit_shadow_run(e, s, q);
}

/* ---- life ---- */

static int set_name(LitErr *e, LitShadow *s, const char *name) {
  char *copy = sqlite3_mprintf("%s", name);
  char *data = sqlite3_mprintf("%s_data", name);
  if (!copy || !data) {
    sqlite3_free(copy);
    sqlite3_free(data);
    return lit_fail_nomem(e, name);
  }
  sqlite3_free(s->name);
  sqlite3_free(s->data_name);
  s->name = copy, s->data_name = data;
  s->store.name = data;
  return LIT_OK;
}

int lit_shadow_init(LitErr *e, LitShadow *s, sqlite3 *db,
                    const LitSchema *schema) {
  *s = (LitShadow){.db = db, .schema = schema};
  s->store = (LitStore){.ctx = s, .get = store_get, .put = store_put,
                        .drop = store_drop};
  return set_name(e, s, schema->name);
}

static void finalize_all(LitShadow *s) {
  for (int i = 0; i < LIT_N_Q; i++) {
    sqlite3_finalize(s->q[i]);
    s->q[i] = NULL;
  }
  sqlite3_finalize(s->spare);
  s->spare = NULL;
}

void lit_shadow_close(LitShadow *s) {
  finalize_all(s);
  sqlite3_free(s->name);
  sqlite3_free(s->data_name);
  *s = (LitShadow){0};
}

/* Run one statement made of a format with the database, then the rest. */
static int exec(LitErr *e, LitShadow *s, char *text) {
  int rc = text ? sqlite3_exec(s->db, text, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc) lit_fail_db(e, s->name, s->db, rc);
  return e->rc;
}

/* "CREATE TABLE docs(id INTEGER PRIMARY KEY, c0 TEXT, c2 INTEGER)". */
static char *docs_create(const LitShadow *s) {
  sqlite3_str *b = sqlite3_str_new(s->db);
  sqlite3_str_appendf(b, "CREATE TABLE \"%w\".\"%w_docs\"(id INTEGER PRIMARY "
                      "KEY", s->schema->db, s->name);
  for (int i = 0; i < s->schema->n_cols; i++)
    if (s->schema->cols[i].role != LIT_ROLE_VECTOR)
      sqlite3_str_appendf(b, ", c%d %s", i, s->schema->cols[i].type);
  sqlite3_str_appendall(b, ")");
  return sqlite3_str_finish(b);
}

int lit_shadow_create(LitErr *e, LitShadow *s) {
  const char *db = s->schema->db;
  exec(e, s, docs_create(s));
  if (!e->rc)
    exec(e, s, sqlite3_mprintf("CREATE TABLE \"%w\".\"%w_data\"(id INTEGER "
                               "PRIMARY KEY, chunk BLOB)", db, s->name));
  if (!e->rc)
    exec(e, s, sqlite3_mprintf("CREATE TABLE \"%w\".\"%w_config\"(key TEXT "
                               "PRIMARY KEY, value) WITHOUT ROWID", db,
                               s->name));
  return e->rc;
}

int lit_shadow_destroy(LitErr *e, LitShadow *s) {
  finalize_all(s);
  for (int i = 0; lit_shadow_suffixes[i] && !e->rc; i++)
    exec(e, s, sqlite3_mprintf("DROP TABLE IF EXISTS \"%w\".\"%w_%w\"",
                               s->schema->db, s->name,
                               lit_shadow_suffixes[i]));
  return e->rc;
}

int lit_shadow_rename(LitErr *e, LitShadow *s, const char *name) {
  finalize_all(s);
  for (int i = 0; lit_shadow_suffixes[i] && !e->rc; i++)
    exec(e, s, sqlite3_mprintf("ALTER TABLE \"%w\".\"%w_%w\" RENAME TO "
                               "\"%w_%w\"", s->schema->db, s->name,
                               lit_shadow_suffixes[i], name,
                               lit_shadow_suffixes[i]));
  return e->rc ? e->rc : set_name(e, s, name);
}

/* ---- statements ---- */

/* "SELECT id, c0, NULL, c2 FROM docs WHERE ..."; vectors are not there. */
static char *doc_select(const LitShadow *s, const char *where) {
  sqlite3_str *b = sqlite3_str_new(s->db);
  sqlite3_str_appendall(b, "SELECT id");
  for (int i = 0; i < s->schema->n_cols; i++)
    if (s->schema->cols[i].role == LIT_ROLE_VECTOR)
      sqlite3_str_appendall(b, ", NULL");
    else
      sqlite3_str_appendf(b, ", c%d", i);
  sqlite3_str_appendf(b, " FROM \"%w\".\"%w_docs\" WHERE %s", s->schema->db,
                      s->name, where);
  return sqlite3_str_finish(b);
}

/* "REPLACE INTO docs(id, c0, c2) VALUES (?1, ?2, ?4)". */
static char *doc_put(const LitShadow *s) {
  static const char *const each[] = {", c%d", ", ?%d"};
  sqlite3_str *b = sqlite3_str_new(s->db);
  sqlite3_str_appendf(b, "REPLACE INTO \"%w\".\"%w_docs\"(id", s->schema->db,
                      s->name);
  for (int what = 0; what < 2; what++) {
    for (int i = 0; i < s->schema->n_cols; i++)
      if (s->schema->cols[i].role != LIT_ROLE_VECTOR)
        sqlite3_str_appendf(b, each[what], i + 2 * what);
    sqlite3_str_appendall(b, what ? ")" : ") VALUES (?1");
  }
  return sqlite3_str_finish(b);
}

static sqlite3_stmt *prepare(LitErr *e, LitShadow *s, char *text, int keep) {
  sqlite3_stmt *q = NULL;
  int rc = text ? sqlite3_prepare_v3(s->db, text, -1,
                                     keep ? SQLITE_PREPARE_PERSISTENT : 0, &q,
                                     NULL)
                : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc) lit_fail_db(e, s->name, s->db, rc);
  return q;
}

sqlite3_stmt *lit_shadow_query(LitErr *e, LitShadow *s, LitQuery which) {
  char *text;
  if (e->rc || s->q[which]) return e->rc ? NULL : s->q[which];
  if (which == LIT_Q_DOC) text = doc_select(s, "id = ?1");
  else if (which == LIT_Q_DOC_PUT) text = doc_put(s);
  else text = sqlite3_mprintf(sql[which], s->schema->db, s->name);
  return s->q[which] = prepare(e, s, text, 1);
}

sqlite3_stmt *lit_shadow_scan(LitErr *e, LitShadow *s, sqlite3_int64 lo,
                              sqlite3_int64 hi) {
  sqlite3_stmt *q =
      prepare(e, s, doc_select(s, "id BETWEEN ?1 AND ?2 ORDER BY id"), 0);
  if (!q) return NULL;
  sqlite3_bind_int64(q, 1, lo);
  sqlite3_bind_int64(q, 2, hi);
  return q;
}

sqlite3_stmt *lit_shadow_lend(LitErr *e, LitShadow *s) {
  sqlite3_stmt *q = s->spare;
  if (!q) return prepare(e, s, doc_select(s, "id = ?1"), 1);
  s->spare = NULL;
  return q;
}

void lit_shadow_give(LitShadow *s, sqlite3_stmt *q) {
  if (s->spare) {
    sqlite3_finalize(q);
  } else if (q) {
    sqlite3_reset(q);
    s->spare = q;
  }
}

int lit_shadow_done(LitErr *e, LitShadow *s, sqlite3_stmt *q) {
  int rc = sqlite3_reset(q);
  return rc ? lit_fail_db(e, s->name, s->db, rc) : e->rc;
}

int lit_shadow_run(LitErr *e, LitShadow *s, sqlite3_stmt *q) {
  sqlite3_step(q);
  return lit_shadow_done(e, s, q);
}

int lit_shadow_set(LitErr *e, LitShadow *s, const char *key,
                   const char *value) {
  sqlite3_stmt *q = lit_shadow_query(e, s, LIT_Q_SET_CONFIG);
  if (!q) return e->rc;
  sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_text(q, 2, value, -1, SQLITE_STATIC);
  lit_shadow_run(e, s, q);
  sqlite3_clear_bindings(q);
  return e->rc;
}

int lit_shadow_config(LitErr *e, LitShadow *s, const char *key, char *out,
                      size_t n) {
  sqlite3_stmt *q = lit_shadow_query(e, s, LIT_Q_CONFIG);
  int rc;
  out[0] = '\0';
  if (!q) return e->rc;
  sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
  rc = sqlite3_step(q);
  if (rc == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(q, 0);
    if (text) sqlite3_snprintf((int)n, out, "%s", text);
  } else if (rc == SQLITE_DONE) {
    lit_fail(e, LIT_CORRUPT, "%s_config: row '%s' is missing", s->name, key);
  } else {
    lit_fail_db(e, s->name, s->db, rc);
  }
  lit_shadow_done(e, s, q);
  sqlite3_clear_bindings(q);
  return e->rc;
}
