/* damage.c -- bits flipped and rows lost in the shadow tables of a lit table.
**
** For each row of the index (t_data), on a copy of the database: a bit is
** flipped, the blob is cut short, emptied, replaced by another row's, the row
** deleted.  Then every query gives the right answer or an error that names the
** table; integrity-check gives such an error; and rebuild makes the table as
** it was, or, where vectors are lost which exist nowhere else, names them.
** The other shadow tables lose rows, one at a time.
**
**   damage              few bits of each row; FULL=1: many
*/
#include "papers.h"

static const char *const queries[] = {
  "SELECT count(*), sum(length(body)) FROM t",
  "SELECT rowid FROM t('baku') WHERE mode = 'bm25' ORDER BY rowid",
  "SELECT rowid, round(score, 6) FROM t('daku fopu lobu') WHERE mode = 'bm25'"
  " LIMIT 10",
  "SELECT rowid FROM t('gaku') WHERE mode = 'bm25' AND year > 2010"
  " AND venue = 'venue 3' ORDER BY rowid",
  "SELECT rowid, round(distance, 4) FROM t WHERE v MATCH '[20, 20, 1, 0.5]'"
  " AND k = 20",
  "SELECT rowid, body FROM t WHERE rowid IN (3, 30, 90) ORDER BY rowid",
  "SELECT count(*) FROM t WHERE year BETWEEN 2004 AND 2009",
};
enum { N_QUERIES = sizeof queries / sizeof *queries };

static void flipped(sqlite3_context *ctx, int argc, sqlite3_value **argv);

static Text right[N_QUERIES], rebuilt[N_QUERIES];   /* Dead rows count a
** little in the scores until a merge: after a rebuild they differ. */
static unsigned char *image;
static sqlite3_int64 n_image;
static int n_bad, n_tries, n_right, n_errors;

/* The database as it was, in memory, with a fresh connection. */
static sqlite3 *copy(void) {
  sqlite3 *db = must_open(":memory:");
  unsigned char *at = sqlite3_malloc64((sqlite3_uint64)n_image);
  memcpy(at, image, (size_t)n_image);
  sqlite3_deserialize(db, "main", at, n_image, n_image,
                      SQLITE_DESERIALIZE_FREEONCLOSE |
                      SQLITE_DESERIALIZE_RESIZEABLE);
  sqlite3_create_function(db, "flipped", 3, SQLITE_UTF8, NULL, flipped, NULL,
                          NULL);
  return db;
}

static void complain(const char *damage, const char *sql, const char *what) {
  printf("after %s\n  %s\n  %s\n", damage, sql, what);
  if (++n_bad >= 10) exit(1);
}

/* Run; *rc, and the rows or the words in `out`. */
static int run(sqlite3 *db, const char *sql, Text *out) {
  Text err = {0};
  int rc;
  text_clear(out);
  rc = run_one(db, &sql, out, &err);
  if (rc) {
    text_clear(out);
    text_printf(out, "%s", text_of(&err));
  }
  text_drop(&err);
  return rc;
}

/* An error that says where: of SQLite's codes CORRUPT, with the table
** or its shadow named first. */
static int is_good_error(int rc, const char *words) {
  return (rc & 0xFF) == SQLITE_CORRUPT &&
         (strncmp(words, "t_", 2) == 0 || strncmp(words, "t:", 2) == 0);
}

static void ask_all(sqlite3 *db, const char *damage, const Text *want) {
  Text out = {0};
  for (int i = 0; i < N_QUERIES; i++) {
    int rc = run(db, queries[i], &out);
    if (rc && !is_good_error(rc, text_of(&out)))
      complain(damage, queries[i], text_of(&out));
    else if (!rc && strcmp(text_of(&out), text_of(&want[i])))
      complain(damage, queries[i], text_of(&out));
    if (rc) n_errors++;
    else n_right++;
  }
  text_drop(&out);
}

static void rebuild(sqlite3 *db, const char *damage) {
  Text out = {0};
  int rc = run(db, "INSERT INTO t(t) VALUES ('rebuild')", &out);
  if (rc && ((rc & 0xFF) != SQLITE_CORRUPT || !strstr(text_of(&out), "vector")))
    complain(damage, "rebuild", text_of(&out));
  if (!rc) {
    ask_all(db, damage, rebuilt);
    if (run(db, "INSERT INTO t(t) VALUES ('integrity-check')", &out))
      complain(damage, "integrity-check after rebuild", text_of(&out));
  }
  text_drop(&out);
}

/* Do one damage, an SQL statement, and see. */
static void hurt(const char *damage, int is_index) {
  sqlite3 *db = copy();
  Text out = {0};
  int rc;
  n_tries++;
  must(db, NULL, "%s", damage);
  if (is_index) ask_all(db, damage, right);
  for (int i = 0; i < N_QUERIES; i++) run(db, queries[i], &out);
  rc = run(db, "INSERT INTO t(t) VALUES ('integrity-check')", &out);
  if (!is_good_error(rc, text_of(&out)))
    complain(damage, "integrity-check", rc ? text_of(&out) : "is content");
  if (is_index && n_tries % (is_full() ? 1 : 8) == 0) rebuild(db, damage);
  sqlite3_close(db);
  text_drop(&out);
}

/* flipped(blob, at, bit) for the SQL below. */
static void flipped(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  int n = sqlite3_value_bytes(argv[0]), at = sqlite3_value_int(argv[1]);
  unsigned char *copied = sqlite3_malloc(n + 1);
  (void)argc;
  memcpy(copied, sqlite3_value_blob(argv[0]), (size_t)n);
  copied[at] ^= (unsigned char)(1 << sqlite3_value_int(argv[2]));
  sqlite3_result_blob(ctx, copied, n, sqlite3_free);
}

static void hurt_row(long long id, unsigned n, unsigned long long *seed) {
  static const char *const ways[] = {
    "DELETE FROM t_data WHERE id = %lld",
    "UPDATE t_data SET chunk = x'' WHERE id = %lld",
    "UPDATE t_data SET chunk = NULL WHERE id = %lld",
    "UPDATE t_data SET chunk = 'text' WHERE id = %lld",
    "UPDATE t_data SET chunk = substr(chunk, 1, length(chunk) - 1)"
    " WHERE id = %lld",
    "UPDATE t_data SET chunk = CAST(chunk || x'00' AS BLOB) WHERE id = %lld",
    "UPDATE t_data SET chunk = (SELECT chunk FROM t_data AS x"
    " WHERE x.chunk <> t_data.chunk ORDER BY x.id * 7919 %% 1009 LIMIT 1)"
    " WHERE id = %lld" };
  char sql[300];
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    snprintf(sql, sizeof sql, ways[i], id);
    hurt(sql, 1);
  }
  for (int i = 0; i < (is_full() ? 64 : 2); i++) {
    snprintf(sql, sizeof sql, "UPDATE t_data SET chunk = flipped(chunk, %u, %u)"
             " WHERE id = %lld", rnd(seed, n), rnd(seed, 8), id);
    hurt(sql, 1);
  }
}

/* One row of a table lost: each in turn, `step` apart. */
static void lose_rows(const char *table, const char *key, int step) {
  sqlite3 *db = copy();
  Text keys = {0};
  char sql[300];
  int i = 0;
  must(db, &keys, "SELECT quote(%s) FROM %s", key, table);
  for (char *at = keys.at, *end; at && (end = strchr(at, '\n')); at = end + 1) {
    *end = '\0';
    if (i++ % step) continue;
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE %s = %s", table, key, at);
    hurt(sql, 0);
  }
  sqlite3_close(db);
  text_drop(&keys);
}

/* Several segments, dead rows in some. */
static void make_image(void) {
  unsigned long long seed = 5;
  sqlite3 *db = must_open(":memory:");
  papers_create(db);
  for (int i = 0; i < 60; i++) papers_change(db, &seed, "maker");
  image = sqlite3_serialize(db, "main", &n_image, 0);
  for (int i = 0; i < N_QUERIES; i++) must(db, &right[i], "%s", queries[i]);
  must(db, NULL, "INSERT INTO t(t) VALUES ('rebuild')");
  for (int i = 0; i < N_QUERIES; i++) must(db, &rebuilt[i], "%s", queries[i]);
  sqlite3_close(db);
}

int main(void) {
  unsigned long long seed = 9;
  sqlite3 *db;
  Text rows = {0};
  setvbuf(stdout, NULL, _IOLBF, 0);
  make_image();
  db = copy();
  ask_all(db, "nothing", right);
  must(db, &rows, "SELECT id, length(chunk) FROM t_data");
  sqlite3_close(db);
  for (char *at = rows.at; at && *at; at = strchr(at, '\n') + 1)
    hurt_row(atoll(at), (unsigned)atol(strchr(at, '|') + 1), &seed);
  lose_rows("t_docs", "id", is_full() ? 1 : 50);
  lose_rows("t_config", "key", 1);
  printf("damage: %d tries; of the queries %d answered, %d refused; %d bad\n",
         n_tries, n_right, n_errors, n_bad);
  return n_bad != 0;
}
