/* tvf_embed.c -- lit_embed_all: the vectors of all texts of a column.
**
**   INSERT INTO vectors SELECT id, vector
**     FROM lit_embed_all('papers', 'abstract', 'minilm');
**
**   lit_embed_all(table, column, model [, use [, known]]) -> id, vector, hash
**
** id: the row's rowid; vector: as lit_embed(text, model, use) gives it, to the
** bit, but faster: texts run in batches of like length and on the threads
** that lit_config('threads', n) allows; hash: an integer that stands for text,
** model and use.  Rows whose text is NULL are left out.
**
** known: a table with columns id and hash; rows whose hash is there already are
** left out, so only what is new or has changed is embedded:
**
**   CREATE TABLE vectors(id INTEGER PRIMARY KEY, vector, hash);
**   INSERT OR REPLACE INTO vectors SELECT id, vector, hash
**     FROM lit_embed_all('papers', 'abstract', 'minilm', 'document', 'vectors')
**    LIMIT 10000;                    -- again until it changes no row
**
** With such a LIMIT what was done is kept when a run is broken off.
**
** Rows come in the order of their rowids, CHUNK at a time, and an interrupt is
** heeded within a batch; lit_progress() tells how far it is.  To join it, write
** it first and CROSS JOIN, or SQLite may run it once for each row of the other
** table.  Reads any table of the connection, so it is not for views or triggers.
** Errors: no such table or column, no such model, a text that is not UTF-8,
** INTERRUPT.
*/
#include <string.h>
#include <xxhash.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/progress.h"
#include "sql/arg_model.h"
#include "sql/tables.h"
#include "base/poison.h"

enum { CHUNK = 1024, CHUNK_BYTES = 8 << 20 };

typedef struct State {
  sqlite3_stmt *rows, *known;
  const LitModel *m;
  LitEmbedUse use;
  LitProgress *progress;
  uint64_t seed, n_done;    /* of hashes; rows looked at */
  LitBuf bytes;             /* the chunk's texts one after another */
  LitText texts[CHUNK];
  size_t ends[CHUNK];
  sqlite3_int64 ids[CHUNK], hashes[CHUNK];
} State;

/* Prepare text, which is freed; NULL is no memory. */
static int prepare(LitErr *e, LitConn *conn, char *text, sqlite3_stmt **out) {
  int rc;
  if (!text) return lit_fail_nomem(e, "lit_embed_all");
  rc = sqlite3_prepare_v2(conn->db, text, -1, out, NULL);
  sqlite3_free(text);
  return rc ? lit_fail_db(e, "lit_embed_all", conn->db, rc) : LIT_OK;
}

static int open_rows(LitErr *e, LitConn *conn, State *s, const char *table,
                     const char *column) {
  return prepare(e, conn,
                 sqlite3_mprintf("SELECT rowid, \"%w\".\"%w\" FROM \"%w\" "
                                 "WHERE \"%w\".\"%w\" IS NOT NULL "
                                 "ORDER BY rowid", table, column, table, table,
                                 column), &s->rows);
}

/* How many rows there are, for whoever watches. */
static int begin_progress(LitErr *e, LitConn *conn, State *s,
                          const char *table) {
  sqlite3_stmt *q = NULL;
  if (prepare(e, conn, sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table),
              &q))
    return e->rc;
  if (sqlite3_step(q) == SQLITE_ROW)
    s->progress = lit_progress_begin("lit_embed_all",
                                     (uint64_t)sqlite3_column_int64(q, 0));
  sqlite3_finalize(q);
  return LIT_OK;
}

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  const char *words[3], *known = NULL, *hash;
  size_t n;
  for (int i = 0; i < 3; i++)
    if (lit_arg_text(e, "lit_embed_all", args[i], &words[i], &n)) return e->rc;
  s->use = LIT_EMBED_DOCUMENT;
  if (args[3] && lit_arg_use(e, "lit_embed_all", args[3], &s->use))
    return e->rc;
  if (args[4] && lit_arg_text(e, "lit_embed_all", args[4], &known, &n))
    return e->rc;
  s->m = lit_model_find(e, "lit_embed_all", words[2], &stop);
  if (!s->m || open_rows(e, conn, s, words[0], words[1])) return e->rc;
  hash = lit_model_hash(e, s->m, &stop);
  if (!hash) return e->rc;
  s->seed = XXH3_64bits_withSeed(hash, strlen(hash), (XXH64_hash_t)s->use);
  if (known &&
      prepare(e, conn, sqlite3_mprintf("SELECT 1 FROM \"%w\" WHERE id = ?1 AND "
                                       "hash = ?2", known), &s->known))
    return e->rc;
  return begin_progress(e, conn, s, words[0]);
}

/* Is row n of the chunk, whose text this is, among those known? */
static int is_known(LitErr *e, LitConn *conn, State *s, size_t n,
                    const char *text, size_t size) {
  int rc;
  s->hashes[n] = (sqlite3_int64)XXH3_64bits_withSeed(text, size, s->seed);
  if (!s->known) return 0;
  sqlite3_bind_int64(s->known, 1, s->ids[n]);
  sqlite3_bind_int64(s->known, 2, s->hashes[n]);
  rc = sqlite3_step(s->known);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    lit_fail_db(e, "lit_embed_all", conn->db, rc);
  sqlite3_reset(s->known);
  return rc == SQLITE_ROW;
}

/* Rows up to CHUNK, or CHUNK_BYTES of text; how many. */
static size_t gather(LitErr *e, LitConn *conn, State *s) {
  size_t n = 0, from = 0;
  int rc = SQLITE_ROW;
  s->bytes.n = 0;
  while (n < CHUNK && s->bytes.n < CHUNK_BYTES && !e->rc &&
         (rc = sqlite3_step(s->rows)) == SQLITE_ROW) {
    const char *text;
    size_t size;
    s->ids[n] = sqlite3_column_int64(s->rows, 0);
    if (lit_arg_text(e, "lit_embed_all", sqlite3_column_value(s->rows, 1),
                     &text, &size))
      break;
    s->n_done++;
    if (is_known(e, conn, s, n, text, size) || e->rc) continue;
    lit_buf_put(e, &s->bytes, text, size);
    s->ends[n++] = s->bytes.n;
  }
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    lit_fail_db(e, "lit_embed_all", conn->db, rc);
  if (rc != SQLITE_ROW) {            /* a step more would begin again */
    sqlite3_finalize(s->rows);
    s->rows = NULL;
  }
  for (size_t i = 0; i < n; i++, from = s->ends[i - 1])
    s->texts[i] = (LitText){(char *)s->bytes.at + from, s->ends[i] - from};
  return n;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  size_t n, dim;
  float *v;
  if (!s->rows) return e->rc;         /* the end */
  n = gather(e, conn, s);
  dim = (size_t)lit_model_dim(s->m);
  if (e->rc || n == 0) return e->rc;
  v = lit_new(e, n, dim * sizeof *v);
  if (v) lit_model_embed(e, s->m, s->use, s->texts, n, v, &stop);
  for (size_t i = 0; i < n && !e->rc; i++) {
    lit_put_int(out, s->ids[i]);
    lit_put_floats(out, v + i * dim, dim);
    lit_put_int(out, s->hashes[i]);
  }
  lit_progress_set(s->progress, s->n_done);
  lit_free(v);
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  sqlite3_finalize(s->rows);
  sqlite3_finalize(s->known);
  lit_progress_end(s->progress);
  lit_buf_drop(&s->bytes);
}

const LitTvf lit_tvf_embed_all = {
  .name = "lit_embed_all",
  .schema = "CREATE TABLE x(id, vector, hash, tbl HIDDEN, col HIDDEN, "
            "model HIDDEN, use HIDDEN, known HIDDEN)",
  .n_out = 3, .n_args = 5, .n_required = 3, .flags = LIT_FILES,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(table, column, model [, use [, known]]) -> id, vector, hash of "
         "each row's text",
};
