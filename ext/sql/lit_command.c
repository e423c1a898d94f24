/* lit_command.c -- whole-table commands, written as in FTS5:
**
**   INSERT INTO t(t) VALUES ('optimize')          one segment, no dead rows
**   INSERT INTO t(t, k) VALUES ('merge', 50000)   the smallest segments become
**                                                 one, of k rows at most
**   INSERT INTO t(t) VALUES ('integrity-check')   an error if anything in the
**                                                 index is damaged
**   INSERT INTO t(t) VALUES ('rebuild')           the index anew from the rows;
**                                                 vectors are kept, or embedded
**                                                 anew where that can be; one
**                                                 that the caller brought and
**                                                 that is damaged is an error
**   INSERT INTO t(t) VALUES ('salvage')           the same, but such a vector
**                                                 becomes NULL
*/
#include <string.h>
#include "sql/lit_table.h"
#include "base/poison.h"

/* ---- integrity-check ---- */

/* The rows of %_docs are those of the segments, with the same FILTER values. */
static int check_row(LitErr *e, LitTable *t, sqlite3_stmt *q) {
  int64_t rowid = sqlite3_column_int64(q, 0);
  LitArena mem = {0};
  LitSeg *seg;
  uint32_t ord;
  if (lit_dir_find(e, &t->dir, rowid, &seg, &ord)) return e->rc;
  if (!seg)
    return lit_fail(e, LIT_CORRUPT, "%s_docs: row %lld is not in the index",
                    t->shadow.name, (long long)rowid);
  for (int i = 0; i < t->schema.n_cols && !e->rc; i++) {
    const LitColumn *c = &t->schema.cols[i];
    LitVal want, got;
    if (c->role != LIT_ROLE_FILTER) continue;
    if (lit_read_stored(e, c, sqlite3_column_value(q, i + 1), &want)) break;
    if (lit_col_get(e, c->slot, seg, ord, &mem, &got)) break;
    if (lit_val_cmp(&want, &got))
      lit_fail(e, LIT_CORRUPT, "%s: row %lld: column '%s' is indexed with "
               "another value", t->shadow.name, (long long)rowid, c->name);
  }
  lit_arena_drop(&mem);
  return e->rc;
}

static int check_docs(LitErr *e, LitTable *t, const LitStop *stop) {
  sqlite3_stmt *q = lit_shadow_scan(e, &t->shadow, INT64_MIN, INT64_MAX);
  uint64_t n = 0;
  int rc = SQLITE_DONE;
  if (!q) return e->rc;
  while (!e->rc && (rc = sqlite3_step(q)) == SQLITE_ROW) {
    if (n++ % 1000 == 0) lit_stopped(e, stop);
    if (!e->rc) check_row(e, t, q);
  }
  if (!e->rc && rc != SQLITE_DONE)
    lit_fail_db(e, t->schema.name, t->conn->db, rc);
  sqlite3_finalize(q);
  if (!e->rc && n != lit_dir_rows(&t->dir))
    lit_fail(e, LIT_CORRUPT, "%s: %llu rows, but %llu in the index",
             t->shadow.name, (unsigned long long)n,
             (unsigned long long)lit_dir_rows(&t->dir));
  return e->rc;
}

/* What is checked is what the database holds, not what we remember of it. */
static int forget(LitErr *e, LitTable *t) {
  LitCache *cache = t->conn->cache;
  uint64_t budget = lit_cache_stats(cache).budget;
  if (lit_table_read(e, t)) return e->rc;
  lit_cache_budget(cache, 0);
  lit_cache_budget(cache, (size_t)budget);
  lit_dir_forget(&t->dir);
  return lit_dir_load(e, &t->dir);
}

int lit_table_check(LitErr *e, LitTable *t) {
  LitStop stop = lit_conn_stop(t->conn);
  uint32_t dim;
  if (forget(e, t) || lit_table_config(e, t, &dim)) return e->rc;
  if (lit_dir_check(e, &t->dir, &t->shape, &stop)) return e->rc;
  return check_docs(e, t, &stop);
}

/* ---- rebuild ---- */

/* The old index, as much of it as can be read: only vectors are taken out of
** it.  `lost` counts vectors of the caller's that could not be. */
typedef struct Rebuild {
  LitTable *t;
  LitDir old;
  int salvage;
  uint64_t lost;
  int64_t first_lost;
  void *raw;                /* One vector of any column */
} Rebuild;

/* A vector of the old index into r->raw; *state: 1 there, 0 NULL, -1 lost.
** Each segment is asked by itself, for one may be damaged and not the rest. */
static int old_vector(LitErr *e, Rebuild *r, int64_t rowid,
                      const LitVecCol *col, int *state) {
  *state = -1;
  for (size_t i = r->old.n; i-- > 0 && *state < 0;) {
    const LitSeg *seg = r->old.segs[i];
    LitErr why = {0};
    uint32_t ord;
    int is_it, is_null = 1;
    if (!lit_ids_find(&why, seg, rowid, &ord, &is_it) && is_it &&
        lit_seg_alive(seg, ord) &&
        !lit_vecs_get(&why, col, seg, ord, r->raw, &is_null))
      *state = !is_null;
    if (why.rc && why.rc != LIT_CORRUPT)
      return lit_fail(e, why.rc, "%s", why.msg);
  }
  return LIT_OK;
}

/* The user's vectors cannot come from %_docs: put them in from the old. */
static int rebuild_vectors(LitErr *e, Rebuild *r, int64_t rowid,
                           uint32_t row) {
  LitTable *t = r->t;
  for (int i = 0; i < t->schema.n_vectors; i++) {
    int state;
    if (old_vector(e, r, rowid, &t->shape.vecs[i], &state)) return e->rc;
    if (state < 0 && r->lost++ == 0) r->first_lost = rowid;
    if (lit_vecs_add(e, t->gather.vecs[i], row, state > 0 ? r->raw : NULL))
      return e->rc;
  }
  return LIT_OK;
}

static int rebuild_row(LitErr *e, Rebuild *r, sqlite3_stmt *q) {
  LitTable *t = r->t;
  int64_t rowid = sqlite3_column_int64(q, 0);
  sqlite3_value **cols;
  uint32_t row;
  int state = -1;
  if (t->has_gather && lit_gather_bytes(&t->gather) > LIT_GATHER_BYTES &&
      lit_flush(e, t))
    return e->rc;
  if (!t->has_gather) {
    if (lit_gather_init(e, &t->gather, &t->shape)) return e->rc;
    t->has_gather = 1;
  }
  cols = lit_new(e, (size_t)t->schema.n_cols, sizeof *cols);
  if (!cols) return e->rc;
  for (int i = 0; i < t->schema.n_cols; i++)
    cols[i] = sqlite3_column_value(q, i + 1);
  if (lit_gather_begin(e, &t->gather, rowid, &row) ||
      rebuild_vectors(e, r, rowid, row))
    goto done;
  if (lit_has_model(t) &&
      old_vector(e, r, rowid, &t->shape.vecs[lit_model_column(t)], &state))
    goto done;
  if (!lit_index_row(e, t, &t->gather, row, cols, state > 0 ? r->raw : NULL))
    lit_gather_end(&t->gather, row);

done:
  lit_free(cols);
  return e->rc;
}

/* The greatest segment number that any chunk has: new ones come after. */
static int last_segment(LitErr *e, LitTable *t, int64_t *out) {
  char *text = sqlite3_mprintf("SELECT max(id) >> 32 FROM \"%w\".\"%w_data\"",
                               t->schema.db, t->shadow.name);
  sqlite3_stmt *q = NULL;
  int rc = text ? sqlite3_prepare_v2(t->conn->db, text, -1, &q, NULL)
                : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc == SQLITE_OK) rc = sqlite3_step(q);
  *out = rc == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
  sqlite3_finalize(q);
  return rc == SQLITE_ROW ? LIT_OK
                          : lit_fail_db(e, t->schema.name, t->conn->db, rc);
}

static int rebuild_all(LitErr *e, Rebuild *r) {
  LitTable *t = r->t;
  LitStop stop = lit_conn_stop(t->conn);
  sqlite3_stmt *q = lit_shadow_scan(e, &t->shadow, INT64_MIN, INT64_MAX);
  int rc = SQLITE_DONE, n = 0;
  if (!q) return e->rc;
  while (!e->rc && (rc = sqlite3_step(q)) == SQLITE_ROW) {
    if (n++ % 256 == 0) lit_stopped(e, &stop);
    if (!e->rc) rebuild_row(e, r, q);
  }
  if (!e->rc && rc != SQLITE_DONE)
    lit_fail_db(e, t->schema.name, t->conn->db, rc);
  sqlite3_finalize(q);
  if (!e->rc && r->lost && !r->salvage)
    lit_fail(e, LIT_CORRUPT, "%s: rebuild: %llu vectors, the first of row %lld, "
             "cannot be read any more; 'salvage' rebuilds with NULL for them",
             t->shadow.name, (unsigned long long)r->lost,
             (long long)r->first_lost);
  return e->rc;
}

static int rebuild(LitErr *e, LitTable *t, int salvage) {
  Rebuild r = {.t = t, .salvage = salvage};
  size_t bytes = 1;
  int64_t last = 0;
  for (int i = 0; i < t->shape.n_vecs; i++) {
    size_t n = lit_vec_bytes(t->shape.vecs[i].elem, t->shape.vecs[i].dim);
    if (n > bytes) bytes = n;
  }
  lit_dir_init(&r.old, &t->shadow.store, t->conn->cache);
  lit_dir_recover(e, &r.old);
  r.raw = lit_new(e, bytes, 1);
  if (e->rc || last_segment(e, t, &last)) goto done;
  lit_dir_forget(&t->dir);
  t->dir.next_id = last + 1;
  t->dir.is_dirty = t->is_writing = 1;
  if (rebuild_all(e, &r) || lit_flush(e, t)) goto done;
  t->shadow.store.drop(e, &t->shadow, 1, lit_chunk_id(last + 1, 0, 0) - 1);

done:
  lit_free(r.raw);
  lit_dir_forget(&r.old);
  if (e->rc) lit_unwrite(t);
  return e->rc;
}

/* ---- the table of commands ---- */

static int do_optimize(LitErr *e, LitTable *t) {
  LitStop stop = lit_conn_stop(t->conn);
  if (lit_table_read(e, t)) return e->rc;
  t->is_writing = 1;
  if (lit_dir_optimize(e, &t->dir, &t->shape, &stop)) return e->rc;
  return lit_flush(e, t);
}

/* Each such statement is a transaction of its own: what was merged stays merged,
** where an `optimize` that is stopped begins anew. */
static int do_merge(LitErr *e, LitTable *t, sqlite3_int64 k) {
  LitStop stop = lit_conn_stop(t->conn);
  if (lit_table_read(e, t)) return e->rc;
  t->is_writing = 1;
  if (lit_dir_merge_least(e, &t->dir, &t->shape, (uint64_t)k, &stop))
    return e->rc;
  return lit_flush(e, t);
}

static int do_rebuild(LitErr *e, LitTable *t) { return rebuild(e, t, 0); }
static int do_salvage(LitErr *e, LitTable *t) { return rebuild(e, t, 1); }

static const struct Command {
  const char *name;
  int (*run)(LitErr *e, LitTable *t);
  int (*run_for)(LitErr *e, LitTable *t, sqlite3_int64 k);    /* Needs a k */
} commands[] = {
  {"optimize", do_optimize, NULL},
  {"merge", NULL, do_merge},
  {"rebuild", do_rebuild, NULL},
  {"salvage", do_salvage, NULL},
  {"integrity-check", lit_table_check, NULL},
};

static const LitNames command_names = LIT_NAMES_ANY_CASE(commands);

static int run(LitErr *e, LitTable *t, const struct Command *c,
               sqlite3_value *k) {
  char what[40];
  sqlite3_int64 n;
  if (!c->run_for) return c->run(e, t);
  sqlite3_snprintf(sizeof what, what, "k of '%s'", c->name);
  if (lit_arg_int(e, t->schema.name, what, k, 1, UINT32_MAX, &n)) return e->rc;
  return c->run_for(e, t, n);
}

int lit_command(LitErr *e, LitTable *t, sqlite3_value *v, sqlite3_value *k) {
  const char *name = (const char *)sqlite3_value_text(v);
  const struct Command *command;
  if (!name) return lit_fail_nomem(e, t->schema.name);
  if (t->broken.rc) return lit_fail(e, t->broken.rc, "%s", t->broken.msg);
  if (t->has_gather && lit_flush(e, t)) return e->rc;
  command = lit_names_find(e, t->schema.name, "command", &command_names, name,
                           strlen(name));
  return command ? run(e, t, command, k) : e->rc;
}
