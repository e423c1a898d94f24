/* db.h -- what the fault tests share: databases with lit loaded, and SQL run
** into text. */
#ifndef FAULTS_DB_H
#define FAULTS_DB_H
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FULL=1 in the environment: take the time that is needed. */
static inline int is_full(void) { return getenv("FULL") != NULL; }

/* A growing text; NULL at is "". */
typedef struct Text { char *at; size_t n, room; } Text;

static inline void text_add(Text *t, const void *at, size_t n) {
  if (t->n + n + 1 > t->room) {
    t->room = (t->n + n + 1) * 2;
    t->at = realloc(t->at, t->room);
    if (!t->at) abort();
  }
  if (n) memcpy(t->at + t->n, at, n);
  t->n += n;
  t->at[t->n] = '\0';
}

static inline void text_printf(Text *t, const char *fmt, ...) {
  char words[2000];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(words, sizeof words, fmt, ap);
  va_end(ap);
  text_add(t, words, strlen(words));
}

static inline const char *text_of(const Text *t) { return t->at ? t->at : ""; }
static inline void text_clear(Text *t) {
  if (t->at) t->at[t->n = 0] = '\0';
}
static inline void text_drop(Text *t) {
  free(t->at);
  *t = (Text){0};
}

/* lit into a connection; an SQLite code, its words in the connection. */
static inline int load_lit(sqlite3 *db) {
  char path[500];
  snprintf(path, sizeof path, "%s/lit", getenv("B") ? getenv("B") : "build");
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  return sqlite3_load_extension(db, path, NULL, NULL);
}

/* Open or die. */
static inline sqlite3 *must_open(const char *path) {
  sqlite3 *db;
  if (sqlite3_open(path, &db) || load_lit(db)) {
    printf("%s: %s\n", path, sqlite3_errmsg(db));
    exit(1);
  }
  return db;
}

/* The rows of a prepared statement: cells by '|', rows by '\n'. */
static inline int text_rows(sqlite3_stmt *q, Text *out) {
  int rc;
  while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(q); i++) {
      int type = sqlite3_column_type(q, i);
      const void *at = type == SQLITE_BLOB ? sqlite3_column_blob(q, i)
                                           : sqlite3_column_text(q, i);
      if (i) text_add(out, "|", 1);
      if (type == SQLITE_NULL) text_add(out, "NULL", 4);
      else if (at) text_add(out, at, (size_t)sqlite3_column_bytes(q, i));
      else if (type != SQLITE_BLOB) return SQLITE_NOMEM;
    }
    text_add(out, "\n", 1);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Run the first statement of *sql and step *sql over it; its rows go to `out`
** and, if it fails, its words to `err`. */
static inline int run_one(sqlite3 *db, const char **sql, Text *out,
                          Text *err) {
  sqlite3_stmt *q = NULL;
  const char *tail = *sql;
  int rc = sqlite3_prepare_v2(db, *sql, -1, &q, &tail), done;
  if (!rc && q) rc = text_rows(q, out);
  if (rc && err) text_printf(err, "%s", sqlite3_errmsg(db));
  done = sqlite3_finalize(q);
  if (!rc) *sql = tail;
  return rc ? rc : done;
}

/* All of it; errors are put into `out` as a line and do not end it. */
static inline void run_all(sqlite3 *db, const char *sql, Text *out) {
  while (*sql) {
    sqlite3_stmt *q = NULL;
    const char *tail = sql;
    int rc = sqlite3_prepare_v2(db, sql, -1, &q, &tail);
    if (!rc && q) rc = text_rows(q, out);
    if (rc) text_printf(out, "error %d: %s\n", rc, sqlite3_errmsg(db));
    sqlite3_finalize(q);
    if (tail == sql) break;
    sql = tail;
  }
}

/* SQL from a format, or die; its rows, if out is not NULL. */
static inline void must(sqlite3 *db, Text *out, const char *fmt, ...) {
  va_list ap;
  char *sql;
  const char *at;
  Text none = {0}, err = {0};
  va_start(ap, fmt);
  at = sql = sqlite3_vmprintf(fmt, ap);
  va_end(ap);
  while (at && *at)
    if (run_one(db, &at, out ? out : &none, &err)) {
      printf("%s: %s\n", sql, text_of(&err));
      exit(1);
    }
  sqlite3_free(sql);
  text_drop(&none);
}

static inline long long must_int(sqlite3 *db, const char *sql) {
  Text out = {0};
  long long v;
  must(db, &out, "%s", sql);
  v = atoll(text_of(&out));
  text_drop(&out);
  return v;
}

/* A file, whole, as text; dies if it cannot be read. */
static inline Text read_file(const char *path) {
  Text t = {0};
  char bytes[4096];
  size_t n;
  FILE *f = fopen(path, "rb");
  if (!f) perror(path), exit(1);
  while ((n = fread(bytes, 1, sizeof bytes, f)) > 0) text_add(&t, bytes, n);
  fclose(f);
  return t;
}

/* A numbers generator: the same numbers each run. */
static inline unsigned rnd(unsigned long long *seed, unsigned n) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(*seed >> 33) % n;
}
#endif
