/* lit_write.c -- rows into a lit table.
**
** SQLite opens no statement journal for a single-row write, so a row is made
** ready whole (checked, cut into words, embedded, its old self found) before
** the first byte is written; what comes after the write of %_docs cannot fail.
*/
#include <string.h>
#include "sql/arg_vec.h"
#include "sql/lit_table.h"
#include "text/clean.h"
#include "base/poison.h"

/* ---- values ---- */

static int text_of(LitErr *e, const LitTable *t, const LitColumn *c,
                   sqlite3_value *v, const char **at, size_t *n) {
  LitErr why = {0};
  (void)t;
  *at = "", *n = 0;
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (lit_arg_text(&why, c->name, v, at, n))
    return lit_fail(e, why.rc, "%s.%s", t->schema.name, why.msg);
  return LIT_OK;
}

int lit_read_filter(LitErr *e, const LitColumn *c, sqlite3_value *v,
                    LitVal *out) {
  int type = *c->type && strcmp(c->type, "TEXT")
                 ? sqlite3_value_numeric_type(v) : sqlite3_value_type(v);
  size_t n;
  *out = (LitVal){.type = LIT_VAL_NULL};
  if (type == SQLITE_NULL) return LIT_OK;
  if (type == SQLITE_BLOB)
    return lit_fail(e, LIT_MISMATCH, "column '%s': a FILTER value must be a "
                    "number or text, got a BLOB", c->name);
  if (type == SQLITE_INTEGER && strcmp(c->type, "TEXT")) {
    *out = (LitVal){.type = LIT_VAL_INT, .i = sqlite3_value_int64(v)};
  } else if (type == SQLITE_FLOAT && strcmp(c->type, "TEXT")) {
    *out = (LitVal){.type = LIT_VAL_REAL, .d = sqlite3_value_double(v)};
  } else {
    out->type = LIT_VAL_TEXT;
    lit_arg_text(e, c->name, v, &out->at, &n);
    out->n = n;
  }
  return e->rc;
}

int lit_read_stored(LitErr *e, const LitColumn *c, sqlite3_value *v,
                    LitVal *out) {
  if (lit_read_filter(e, c, v, out)) return e->rc;
  if (out->type == LIT_VAL_INT && strcmp(c->type, "REAL") == 0)
    *out = (LitVal){.type = LIT_VAL_REAL, .d = (double)out->i};
  return LIT_OK;
}

int lit_read_vector(LitErr *e, const LitTable *t, const LitColumn *c,
                    sqlite3_value *v, LitVec *out, int *is_null) {
  char who[LIT_NAME_MAX * 2];
  int type = sqlite3_value_type(v);
  *out = (LitVec){0};
  *is_null = type == SQLITE_NULL;
  if (*is_null) return LIT_OK;
  sqlite3_snprintf(sizeof who, who, "%s.%s", t->schema.name, c->name);
  if (type == SQLITE_BLOB && !lit_arg_vec_for(e, who, c->elem, v))
    lit_vec_from_blob(e, who, c->elem, sqlite3_value_blob(v),
                      (size_t)sqlite3_value_bytes(v), out);
  else if (type == SQLITE_TEXT)
    lit_vec_from_text(e, who, c->elem, (const char *)sqlite3_value_text(v),
                      (size_t)sqlite3_value_bytes(v), out);
  else if (type != SQLITE_BLOB)
    lit_fail(e, LIT_MISMATCH, "%s: a vector must be a BLOB or JSON text", who);
  if (!e->rc && out->dim != c->dim)
    lit_fail(e, LIT_MISMATCH, "%s: a vector of %u dimensions, expected %u", who,
             out->dim, c->dim);
  if (!e->rc) lit_vec_finite(e, who, out);
  return e->rc;
}

/* ---- indexing one row ---- */

int lit_each_word(LitErr *e, LitTable *t, const char *s, size_t n, int mode,
                  const LitWordSink *sink) {
  if (!t->words && lit_words_open(e, t->schema.words, &t->words)) return e->rc;
  t->scratch.n = 0;
  if (lit_clean_text(e, &s, &n, sink->stop, &t->scratch, NULL)) return e->rc;
  return lit_words_split(e, t->words, s, n, mode, sink);
}

typedef struct Field {
  LitPosts *posts;
  uint32_t row, len;
  int field;
} Field;

static int add_words(LitErr *e, void *to, const LitWord *words, size_t n) {
  Field *f = to;
  LitOccur occurs[LIT_WORDS_LOT];
  for (size_t i = 0; i < n; i++) {
    if (!(words[i].flags & LIT_WORD_ALTERNATIVE)) f->len++;
    occurs[i] = (LitOccur){words[i].at, words[i].n, words[i].pos};
  }
  return lit_posts_add_all(e, f->posts, f->row, f->field, occurs, n);
}

/* The TEXT columns of a row, cleaned: one text, a blank between two of them. */
typedef struct Texts {
  const char *at;           /* [n] */
  size_t n, from[LIT_TEXTS_MAX], to[LIT_TEXTS_MAX];      /* By slot */
} Texts;

static int clean_texts(LitErr *e, LitTable *t, sqlite3_value **cols,
                       Texts *out) {
  LitStop stop = lit_conn_stop(t->conn);
  LitBuf *all = &t->scratch;
  all->n = 0;
  for (int i = 0; i < t->schema.n_cols && !e->rc; i++) {
    const LitColumn *c = &t->schema.cols[i];
    const char *s;
    size_t n;
    if (c->role != LIT_ROLE_TEXT) continue;
    if (text_of(e, t, c, cols[i], &s, &n)) return e->rc;
    if (n && all->n) lit_buf_u8(e, all, ' ');
    out->from[c->slot] = all->n;
    if (n) lit_clean(e, s, n, &stop, all, NULL);
    out->to[c->slot] = all->n;
  }
  out->at = all->n ? (const char *)all->at : "";
  out->n = all->n;
  return e->rc;
}

static int index_texts(LitErr *e, LitTable *t, LitGather *g, uint32_t row,
                       const Texts *texts) {
  uint32_t lens[LIT_TEXTS_MAX] = {0};
  LitStop stop = lit_conn_stop(t->conn);
  Field f = {.posts = g->posts, .row = row};
  LitWordSink sink = {.lot = add_words, .to = &f, .stop = &stop};
  if (!t->words && lit_words_open(e, t->schema.words, &t->words)) return e->rc;
  for (int i = 0; i < t->schema.n_texts; i++) {
    f.field = i, f.len = 0;
    if (lit_words_split(e, t->words, texts->at + texts->from[i],
                        texts->to[i] - texts->from[i], LIT_WORDS_INDEX, &sink))
      return e->rc;
    lens[i] = f.len;
  }
  return g->posts ? lit_posts_end_row(e, g->posts, row, lens) : e->rc;
}

int lit_model_text(LitErr *e, LitTable *t, sqlite3_value **cols, LitBuf *out) {
  Texts texts;
  if (clean_texts(e, t, cols, &texts)) return e->rc;
  lit_buf_put(e, out, texts.at, texts.n);
  return e->rc;
}

static int index_model(LitErr *e, LitTable *t, LitGather *g, uint32_t row,
                       const Texts *texts, const float *vector) {
  LitStop stop = lit_conn_stop(t->conn);
  LitText in = {texts->at, texts->n};
  if (!vector && in.n) {                  /* no text: no vector, no model */
    if (lit_table_model(e, t)) return e->rc;
    if (!t->vector)
      t->vector = lit_new(e, (size_t)lit_model_dim(t->model),
                          sizeof *t->vector);
    if (e->rc || lit_model_embed(e, t->model, LIT_EMBED_DOCUMENT, &in, 1,
                                 t->vector, &stop))
      return e->rc;
    vector = t->vector;
  }
  return lit_vecs_add(e, g->vecs[lit_model_column(t)], row, vector);
}

static int index_vector(LitErr *e, LitTable *t, const LitColumn *c,
                        LitGather *g, uint32_t row, sqlite3_value *v) {
  LitVec vec;
  int is_null;
  if (!lit_read_vector(e, t, c, v, &vec, &is_null))
    lit_vecs_add(e, g->vecs[c->slot], row, is_null ? NULL : vec.at);
  lit_vec_drop(&vec);
  return e->rc;
}

int lit_index_row(LitErr *e, LitTable *t, LitGather *g, uint32_t row,
                  sqlite3_value **cols, const float *vector) {
  Texts texts;
  for (int i = 0; i < t->schema.n_cols; i++) {
    const LitColumn *c = &t->schema.cols[i];
    LitVal v;
    if (c->role == LIT_ROLE_FILTER && !lit_read_stored(e, c, cols[i], &v))
      lit_col_add(e, g->cols[c->slot], row, &v);
    if (e->rc) return e->rc;
  }
  if (clean_texts(e, t, cols, &texts) || index_texts(e, t, g, row, &texts))
    return e->rc;
  return lit_has_model(t) ? index_model(e, t, g, row, &texts, vector) : e->rc;
}

/* The VECTOR columns of the begun row. */
static int index_vectors(LitErr *e, LitTable *t, uint32_t row,
                         sqlite3_value **cols) {
  for (int i = 0; i < t->schema.n_cols && !e->rc; i++)
    if (t->schema.cols[i].role == LIT_ROLE_VECTOR)
      index_vector(e, t, &t->schema.cols[i], &t->gather, row, cols[i]);
  return e->rc;
}

/* ---- flushing ---- */

int lit_flush(LitErr *e, LitTable *t) {
  LitStop stop = lit_conn_stop(t->conn);
  sqlite3_int64 last = sqlite3_last_insert_rowid(t->conn->db);
  uint64_t stamp;
  if (t->has_gather && t->gather.n_live) {
    int64_t id = t->dir.next_id;          /* Taken only once it is written */
    t->gather.stop = &stop;
    if (!lit_gather_write(e, &t->gather, &t->shadow.store, id, &stamp)) {
      t->dir.next_id++;
      lit_dir_swap(e, &t->dir, id, stamp, NULL, 0);
    }
  }
  if (!e->rc && t->has_gather) {          /* Now, lest they be there twice */
    lit_gather_drop(&t->gather);
    t->has_gather = 0;
  }
  if (!e->rc && t->dir.is_dirty) lit_dir_save(e, &t->dir);
  sqlite3_set_last_insert_rowid(t->conn->db, last);
  return e->rc;
}

void lit_unwrite(LitTable *t) {
  if (t->has_gather) lit_gather_drop(&t->gather);
  t->has_gather = 0;
  t->is_writing = t->knows_last = 0;
  t->unsaved = 0;
  t->changes++;
  lit_dir_forget(&t->dir);
}

static int begin(LitErr *e, LitTable *t) {
  if (t->broken.rc) return lit_fail(e, t->broken.rc, "%s", t->broken.msg);
  if (!t->is_writing && lit_dir_load(e, &t->dir)) return e->rc;
  t->is_writing = 1;
  if (t->has_gather && lit_gather_bytes(&t->gather) > LIT_GATHER_BYTES &&
      lit_flush(e, t))
    return e->rc;
  if (!t->has_gather && !lit_gather_init(e, &t->gather, &t->shape))
    t->has_gather = 1;
  return e->rc;
}

/* ---- one write ---- */

typedef struct Old {        /* The row that goes, if one does */
  int exists;
  sqlite3_int64 rowid;
  LitSeg *seg;              /* Where it is; NULL: among the gathered */
  uint32_t ord;
} Old;

/* Find the row `rowid`, and make sure that killing it cannot fail. */
static int find_old(LitErr *e, LitTable *t, sqlite3_int64 rowid, Old *old) {
  uint32_t row;
  *old = (Old){.rowid = rowid};
  if (lit_gather_find(&t->gather, rowid, &row)) return old->exists = 1, LIT_OK;
  if (lit_dir_find(e, &t->dir, rowid, &old->seg, &old->ord)) return e->rc;
  old->exists = old->seg != NULL;
  return old->seg ? lit_dir_may_kill(e, old->seg) : LIT_OK;
}

static void kill_old(LitTable *t, const Old *old) {
  if (!old->exists) return;
  if (old->seg) lit_dir_kill(&t->dir, old->seg, old->ord);
  else lit_gather_kill(&t->gather, old->rowid);
}

static int drop_doc(LitErr *e, LitTable *t, sqlite3_int64 rowid) {
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC_DROP);
  t->knows_last = 0;
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  return lit_shadow_run(e, &t->shadow, q);
}

/* Texts, which have been read as UTF-8, are not copied. */
static void bind_doc(sqlite3_stmt *q, int at, const LitColumn *c,
                     sqlite3_value *v) {
  int is_text = c->role == LIT_ROLE_TEXT && sqlite3_value_type(v) == SQLITE_TEXT;
  const char *text = is_text ? (const char *)sqlite3_value_text(v) : NULL;
  if (text)
    sqlite3_bind_text64(q, at, text, (sqlite3_uint64)sqlite3_value_bytes(v),
                        SQLITE_STATIC, SQLITE_UTF8);
  else sqlite3_bind_value(q, at, v);
}

static int put_doc(LitErr *e, LitTable *t, sqlite3_int64 rowid,
                   sqlite3_value **cols) {
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC_PUT);
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  for (int i = 0; i < t->schema.n_cols; i++)
    if (t->schema.cols[i].role != LIT_ROLE_VECTOR)
      bind_doc(q, i + 2, &t->schema.cols[i], cols[i]);
  lit_shadow_run(e, &t->shadow, q);
  sqlite3_clear_bindings(q);
  return e->rc;
}

static int find_last(LitErr *e, LitTable *t) {
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC_MAX);
  int rc;
  if (!q) return e->rc;
  rc = sqlite3_step(q);
  if (rc != SQLITE_ROW) lit_fail_db(e, t->schema.name, t->conn->db, rc);
  t->last_rowid = rc == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
  t->knows_last = !lit_shadow_done(e, &t->shadow, q);
  return e->rc;
}

/* The rowid of a new row that names none: one more than the greatest. */
static int next_rowid(LitErr *e, LitTable *t, sqlite3_int64 *rowid) {
  if (!t->knows_last && find_last(e, t)) return e->rc;
  if (t->last_rowid == INT64_MAX)
    return lit_fail(e, LIT_FULL, "%s: no rowid is left after %lld",
                    t->schema.name, t->last_rowid);
  *rowid = t->last_rowid < 1 ? 1 : t->last_rowid + 1;
  return LIT_OK;
}

/* What an UPDATE leaves alone need not be made again. */
typedef struct Change {
  int index;                /* A column that the index knows has changed */
  int text;                 /* A TEXT column has */
} Change;

static int same_value(sqlite3_value *a, sqlite3_value *b) {
  int type = sqlite3_value_type(a), n;
  if (type != sqlite3_value_type(b)) return 0;
  if (type == SQLITE_NULL) return 1;
  if (type == SQLITE_INTEGER)
    return sqlite3_value_int64(a) == sqlite3_value_int64(b);
  if (type == SQLITE_FLOAT)
    return sqlite3_value_double(a) == sqlite3_value_double(b);
  n = sqlite3_value_bytes(a);
  return n == sqlite3_value_bytes(b) &&
         (n == 0 ||
          memcmp(sqlite3_value_blob(a), sqlite3_value_blob(b), (size_t)n) == 0);
}

static int compare_doc(LitErr *e, LitTable *t, sqlite3_int64 rowid,
                       sqlite3_value **cols, Change *out) {
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC);
  int rc;
  *out = (Change){0};
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  rc = sqlite3_step(q);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    lit_fail_db(e, t->schema.name, t->conn->db, rc);
  for (int i = 0; i < t->schema.n_cols; i++) {
    LitRole role = t->schema.cols[i].role;
    if (role == LIT_ROLE_STORED) continue;
    if (rc == SQLITE_ROW && role != LIT_ROLE_VECTOR &&
        same_value(sqlite3_column_value(q, i + 1), cols[i]))
      continue;
    out->index = 1;
    if (role == LIT_ROLE_TEXT) out->text = 1;
  }
  return lit_shadow_done(e, &t->shadow, q);
}

/* The model's vector of a row that is there, into a new block. */
static int old_vector(LitErr *e, LitTable *t, const Old *old, float **out) {
  int column = lit_model_column(t), is_null = 1;
  uint32_t row;
  const void *at = NULL;
  size_t n = t->shape.vecs[column].dim;
  *out = lit_new(e, n, sizeof **out);
  if (!*out) return e->rc;
  if (old->seg) {
    lit_vecs_get(e, &t->shape.vecs[column], old->seg, old->ord, *out, &is_null);
  } else if (lit_gather_find(&t->gather, old->rowid, &row)) {
    at = lit_vecs_at(t->gather.vecs[column], row);
    if (at) memcpy(*out, at, n * sizeof **out), is_null = 0;
  }
  if (is_null || e->rc) {
    lit_free(*out);
    *out = NULL;
  }
  return e->rc;
}

static int conflict(LitErr *e, const LitTable *t, sqlite3_int64 rowid) {
  return lit_fail(e, LIT_CONSTRAINT, "UNIQUE constraint failed: %s.rowid %lld",
                  t->schema.name, rowid);
}

/* Put the row `rowid`; `old` are the rows that it replaces. */
static int put_row(LitErr *e, LitTable *t, sqlite3_int64 rowid,
                   sqlite3_value **cols, const Old old[2],
                   const float *vector) {
  uint32_t row;
  if (lit_gather_begin(e, &t->gather, rowid, &row) ||
      index_vectors(e, t, row, cols) ||
      lit_index_row(e, t, &t->gather, row, cols, vector))
    return e->rc;
  if (old[0].exists && old[0].rowid != rowid && drop_doc(e, t, old[0].rowid))
    return e->rc;
  if (put_doc(e, t, rowid, cols)) return e->rc;
  if (rowid > t->last_rowid) t->last_rowid = rowid;
  kill_old(t, &old[0]);
  kill_old(t, &old[1]);
  lit_gather_end(&t->gather, row);
  return LIT_OK;
}

static int insert(LitErr *e, LitTable *t, sqlite3_value *id,
                  sqlite3_value **cols, sqlite3_int64 *rowid) {
  Old old[2] = {{0}};
  if (sqlite3_value_type(id) == SQLITE_NULL) {
    if (next_rowid(e, t, rowid)) return e->rc;
  } else {
    *rowid = sqlite3_value_int64(id);
    if (find_old(e, t, *rowid, &old[0])) return e->rc;
  }
  if (old[0].exists && sqlite3_vtab_on_conflict(t->conn->db) != SQLITE_REPLACE)
    return conflict(e, t, *rowid);
  return put_row(e, t, *rowid, cols, old, NULL);
}

static int update(LitErr *e, LitTable *t, sqlite3_int64 from, sqlite3_int64 to,
                  sqlite3_value **cols) {
  Old old[2] = {{0}};
  float *vector = NULL;
  Change change;
  if (find_old(e, t, from, &old[0])) return e->rc;
  if (from != to && find_old(e, t, to, &old[1])) return e->rc;
  if (old[1].exists && sqlite3_vtab_on_conflict(t->conn->db) != SQLITE_REPLACE)
    return conflict(e, t, to);
  if (compare_doc(e, t, from, cols, &change)) return e->rc;
  if (!change.index && from == to && old[0].exists)
    return put_doc(e, t, to, cols);
  if (!change.text && lit_has_model(t) && old_vector(e, t, &old[0], &vector))
    return e->rc;
  put_row(e, t, to, cols, old, vector);
  lit_free(vector);
  return e->rc;
}

static int delete(LitErr *e, LitTable *t, sqlite3_int64 rowid) {
  Old old;
  if (find_old(e, t, rowid, &old) || drop_doc(e, t, rowid)) return e->rc;
  kill_old(t, &old);
  return LIT_OK;
}

/* The rowid that an UPDATE sets; SQLite has seen to that of an INSERT. */
static int read_rowid(LitErr *e, const LitTable *t, sqlite3_value *v,
                      sqlite3_int64 *out) {
  int type = sqlite3_value_numeric_type(v);
  double d = sqlite3_value_double(v);
  *out = sqlite3_value_int64(v);
  if (type == SQLITE_INTEGER || (type == SQLITE_FLOAT && d == (double)*out))
    return LIT_OK;
  return lit_fail(e, LIT_MISMATCH, "%s: a rowid must be an integer",
                  t->schema.name);
}

/* argv: old rowid or NULL, new rowid, the user's columns, hidden columns. */
int lit_write(sqlite3_vtab *base, int argc, sqlite3_value **argv,
              sqlite3_int64 *rowid) {
  LitTable *t = (LitTable *)base;
  sqlite3_value **cols = argv + 2;
  LitErr e = {0};
  int is_insert = sqlite3_value_type(argv[0]) == SQLITE_NULL;
  sqlite3_int64 to;

  lit_enter(t);
  t->changes++;
  if (is_insert && argc > 2 &&
      sqlite3_value_type(cols[t->schema.n_cols]) != SQLITE_NULL) {
    lit_command(&e, t, cols[t->schema.n_cols],
                cols[t->schema.n_cols + LIT_IN_K]);
  } else if (!begin(&e, t)) {
    if (argc == 1) delete(&e, t, sqlite3_value_int64(argv[0]));
    else if (is_insert) insert(&e, t, argv[1], cols, rowid);
    else if (!read_rowid(&e, t, argv[1], &to))
      update(&e, t, sqlite3_value_int64(argv[0]), to, cols);
  }
  return lit_leave(t, &e);
}
