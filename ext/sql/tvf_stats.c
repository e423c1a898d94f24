/* tvf_stats.c -- lit_stats: what a lit table is made of.
**
**   lit_stats(table [, schema])
**     -> what, segment, name, value
**
**     index     segments, rows, deleted (rows that still take space), bytes (of
**               all parts), text_bytes (of all TEXT columns), ratio (of the
**               first to the second; NULL without text)
**     vectors   for each VECTOR column, and "model": rows that have a vector
**     part      bytes of each kind of part, over all segments
**     segment   of each segment: rows, deleted, bytes
**     cache     of this connection, for all its lit tables: bytes, budget, and
**               since it opened chunks found there (hits), read (misses), and
**               bytes_read
**
** schema: "main" unless given.  text_bytes reads every row.  Errors: no such
** lit table; a damaged directory.
*/
#include <string.h>
#include "index/cache.h"
#include "sql/lit_table.h"
#include "sql/tables.h"
#include "base/poison.h"

/* The parts of a segment; those of columns by their number modulo `every`. */
typedef struct PartKind {
  const char *name;
  int first, last, every;
} PartKind;

static const PartKind part_kinds[] = {
  {"meta", LIT_PART_META, LIT_PART_META, 1},
  {"dead", LIT_PART_DEAD, LIT_PART_DEAD, 1},
  {"rowids", LIT_PART_IDS, LIT_PART_IDS, 1},
  {"terms", LIT_PART_TERMS, LIT_PART_TERMS, 1},
  {"postings", LIT_PART_POSTS, LIT_PART_POSTS, 1},
  {"positions", LIT_PART_PLACES, LIT_PART_PLACES, 1},
  {"lengths", LIT_PART_LENS, LIT_PART_LENS, 1},
  {"columns", LIT_PART_COLS, LIT_PART_VECS - 1, 1},
  {"vectors", LIT_PART_VECS, 255, 4},
  {"codes", LIT_PART_VECS + 1, 255, 4},
  {"centroids", LIT_PART_VECS + 2, 255, 4},
  {"lists", LIT_PART_VECS + 3, 255, 4},
};

typedef struct Stats {
  LitTable *t;
  int done;
} Stats;

static void put(LitRows *out, const char *what, const LitSeg *s,
                const char *name, uint64_t value) {
  lit_put_str(out, what);
  if (s) lit_put_int(out, s->id);
  else lit_put_null(out);
  lit_put_str(out, name);
  lit_put_int(out, (sqlite3_int64)value);
}

static uint64_t seg_bytes(const LitSeg *s) {
  uint64_t n = s->meta.n;
  for (uint32_t i = 0; i < s->n_parts; i++) n += s->parts[i].bytes;
  return n;
}

static int text_bytes(LitErr *e, LitTable *t, uint64_t *n) {
  sqlite3_stmt *q = lit_shadow_scan(e, &t->shadow, INT64_MIN, INT64_MAX);
  LitStop stop = lit_conn_stop(t->conn);
  int rc = SQLITE_DONE;
  *n = 0;
  while (q && (rc = sqlite3_step(q)) == SQLITE_ROW && !lit_stopped(e, &stop))
    for (int i = 0; i < t->schema.n_cols; i++)
      if (t->schema.cols[i].role == LIT_ROLE_TEXT)
        *n += (uint64_t)sqlite3_column_bytes(q, i + 1);
  if (q && !e->rc && rc != SQLITE_DONE)
    lit_fail_db(e, t->schema.name, t->conn->db, rc);
  sqlite3_finalize(q);
  return e->rc;
}

static int put_index(LitErr *e, LitTable *t, LitRows *out) {
  const LitDir *d = &t->dir;
  uint64_t deleted = 0, bytes = 0, text;
  if (text_bytes(e, t, &text)) return e->rc;
  for (size_t i = 0; i < d->n; i++)
    deleted += d->segs[i]->n_dead, bytes += seg_bytes(d->segs[i]);
  put(out, "index", NULL, "segments", d->n);
  put(out, "index", NULL, "rows", lit_dir_rows(d));
  put(out, "index", NULL, "deleted", deleted);
  put(out, "index", NULL, "bytes", bytes);
  put(out, "index", NULL, "text_bytes", text);
  lit_put_str(out, "index");
  lit_put_null(out);
  lit_put_str(out, "ratio");
  if (text) lit_put_real(out, (double)bytes / (double)text);
  else lit_put_null(out);
  return e->rc;
}

static const char *vector_name(const LitTable *t, int column) {
  for (int i = 0; i < t->schema.n_cols; i++)
    if (t->schema.cols[i].role == LIT_ROLE_VECTOR &&
        t->schema.cols[i].slot == column)
      return t->schema.cols[i].name;
  return "model";
}

static void put_vectors(LitErr *e, LitTable *t, LitRows *out) {
  for (int v = 0; v < t->shape.n_vecs && !e->rc; v++) {
    uint64_t n = 0;
    for (size_t i = 0; i < t->dir.n; i++) {
      uint32_t there;
      if (lit_vecs_count(e, &t->vec_cols[v], t->dir.segs[i], &there)) return;
      n += there;
    }
    put(out, "vectors", NULL, vector_name(t, v), n);
  }
}

static uint64_t part_bytes(const LitDir *d, const PartKind *k) {
  uint64_t n = 0;
  for (size_t i = 0; i < d->n; i++)
    for (uint32_t p = 0; p < d->segs[i]->n_parts; p++) {
      int part = d->segs[i]->parts[p].part;
      if (part >= k->first && part <= k->last &&
          (part - k->first) % k->every == 0)
        n += d->segs[i]->parts[p].bytes;
    }
  return n;
}

static void put_parts(const LitDir *d, LitRows *out) {
  for (size_t k = 0; k < sizeof part_kinds / sizeof *part_kinds; k++) {
    uint64_t n = part_bytes(d, &part_kinds[k]);
    if (n) put(out, "part", NULL, part_kinds[k].name, n);
  }
}

static int fill_table(LitErr *e, LitTable *t, LitRows *out) {
  const LitDir *d = &t->dir;
  if (lit_table_read(e, t) || put_index(e, t, out)) return e->rc;
  put_vectors(e, t, out);
  put_parts(d, out);
  for (size_t i = 0; i < d->n; i++) {
    put(out, "segment", d->segs[i], "rows", d->segs[i]->n_rows);
    put(out, "segment", d->segs[i], "deleted", d->segs[i]->n_dead);
    put(out, "segment", d->segs[i], "bytes", seg_bytes(d->segs[i]));
  }
  return e->rc;
}

static int open_stats(LitErr *e, LitConn *conn, void *state,
                      sqlite3_value **args) {
  Stats *s = state;
  const char *name, *schema = "main";
  size_t n;
  if (lit_arg_text(e, "lit_stats", args[0], &name, &n)) return e->rc;
  if (args[1] && sqlite3_value_type(args[1]) != SQLITE_NULL &&
      lit_arg_text(e, "lit_stats", args[1], &schema, &n))
    return e->rc;
  return lit_table_find(e, conn, "lit_stats", schema, name, &s->t);
}

/* All at once: the table is only sure to be there during this call. */
static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  Stats *s = state;
  LitCacheStats cache;
  if (s->done++) return e->rc;
  lit_enter(s->t);
  fill_table(e, s->t, out);
  if (lit_leave(s->t, e)) return e->rc;
  cache = lit_cache_stats(conn->cache);
  put(out, "cache", NULL, "bytes", cache.bytes);
  put(out, "cache", NULL, "budget", cache.budget);
  put(out, "cache", NULL, "hits", cache.hits);
  put(out, "cache", NULL, "misses", cache.misses);
  put(out, "cache", NULL, "bytes_read", cache.bytes_read);
  return e->rc;
}

const LitTvf lit_tvf_stats = {
  .name = "lit_stats",
  .schema = "CREATE TABLE x(what, segment, name, value, tbl HIDDEN, "
            "schema HIDDEN)",
  .n_out = 4, .n_args = 2, .n_required = 1, .flags = LIT_CALM,
  .state_size = sizeof(Stats), .open = open_stats, .fill = fill,
  .doc = "(table [, schema]) -> what, segment, name, value: what a lit table "
         "is made of",
};
