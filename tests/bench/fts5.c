/* fts5.c -- words and their stems by FTS5's own tokenizer, porter over
** unicode61, and by lit's, both as FTS5 calls them; and the same texts put into
** an FTS5 table of each: megabytes of abstracts a second of processor time, best
** of three.
**
** MB: how many megabytes (50).  SHARED: where the data lies.  LIT: lit.so. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 3 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *words) {
  fprintf(stderr, "%s\n", words);
  exit(1);
}

static fts5_api *api_of(sqlite3 *db) {
  fts5_api *api = NULL;
  sqlite3_stmt *q = NULL;
  if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &q, NULL)) return NULL;
  sqlite3_bind_pointer(q, 1, &api, "fts5_api_ptr", NULL);
  sqlite3_step(q);
  sqlite3_finalize(q);
  return api;
}

static int count(void *ctx, int flags, const char *word, int n, int from,
                 int to) {
  (void)flags, (void)word, (void)n, (void)from, (void)to;
  ++*(long *)ctx;
  return SQLITE_OK;
}

/* The texts one behind the other, with a zero byte after each. */
typedef struct Texts { char *at; size_t n; } Texts;

static Texts read_texts(sqlite3 *db) {
  sqlite3_stmt *q = NULL;
  Texts all = {NULL, 0};
  sqlite3_prepare_v2(db, "SELECT sum(length(CAST(s AS BLOB)) + 1) FROM text",
                     -1, &q, NULL);
  if (sqlite3_step(q) == SQLITE_ROW)
    all.at = malloc((size_t)sqlite3_column_int64(q, 0) + 1);
  sqlite3_finalize(q);
  if (!all.at) die("no memory");
  sqlite3_prepare_v2(db, "SELECT s FROM text", -1, &q, NULL);
  while (sqlite3_step(q) == SQLITE_ROW) {
    const char *s = (const char *)sqlite3_column_text(q, 0);
    size_t n = strlen(s) + 1;
    memcpy(all.at + all.n, s, n);
    all.n += n;
  }
  sqlite3_finalize(q);
  return all;
}

/* Seconds for all texts, and how many words. */
static double run(const Texts *all, fts5_tokenizer *k, Fts5Tokenizer *t,
                  long *words) {
  const double begin = now();
  *words = 0;
  for (const char *s = all->at; s < all->at + all->n; ) {
    size_t n = strlen(s);
    k->xTokenize(t, words, FTS5_TOKENIZE_DOCUMENT, s, (int)n, count);
    s += n + 1;
  }
  return now() - begin;
}

static void bench(sqlite3 *db, const Texts *all, const char *name,
                  const char **args, int n) {
  fts5_api *api = api_of(db);
  fts5_tokenizer k;
  Fts5Tokenizer *t;
  void *ctx;
  double best = 1e9;
  long words = 0;
  if (!api || api->xFindTokenizer(api, name, &ctx, &k) ||
      k.xCreate(ctx, args, n, &t))
    die("no such tokenizer");
  for (int i = 0; i < RUNS; i++) {
    double s = run(all, &k, t, &words);
    if (s < best) best = s;
  }
  printf("%-8s %-10s %8.1f MB/s  %ld words\n", name, args[0],
         (double)all->n / 1e6 / best, words);
  k.xDelete(t);
}

/* Seconds for an FTS5 table of all rows. */
static double load(sqlite3 *db, const char *tokenize) {
  char sql[400], *words = NULL;
  double begin;
  snprintf(sql, sizeof sql, "CREATE VIRTUAL TABLE t USING fts5(s, tokenize = "
           "'%s')", tokenize);
  if (sqlite3_exec(db, sql, NULL, NULL, &words)) die(words);
  begin = now();
  if (sqlite3_exec(db, "INSERT INTO t SELECT s FROM text", NULL, NULL, &words))
    die(words);
  begin = now() - begin;
  sqlite3_exec(db, "DROP TABLE t", NULL, NULL, NULL);
  return begin;
}

static void bench_load(sqlite3 *db, const char *tokenize, double mb) {
  double best = 1e9;
  for (int i = 0; i < RUNS; i++) {
    double s = load(db, tokenize);
    if (s < best) best = s;
  }
  printf("%-19s %8.1f MB/s into an FTS5 table\n", tokenize, mb / best);
}

int main(void) {
  static const char *porter[] = {"unicode61"}, *english[] = {"english"};
  const char *shared = getenv("SHARED"), *lit = getenv("LIT"),
             *mb = getenv("MB");
  sqlite3 *db;
  char sql[2000], *words = NULL;
  Texts all;
  double size;
  if (sqlite3_open(":memory:", &db)) die("no database");
  sqlite3_enable_load_extension(db, 1);
  if (sqlite3_load_extension(db, lit ? lit : "build/lit", NULL, &words))
    die(words);
  snprintf(sql, sizeof sql,
           "CREATE TABLE text AS SELECT s FROM (SELECT s, sum(length(CAST(s "
           "AS BLOB))) OVER (ROWS UNBOUNDED PRECEDING) AS so_far FROM (SELECT "
           "json_extract(value, '$.abstract') AS s FROM lit_jsonl("
           "'%s/data/corpus/arxiv.jsonl.gz')) WHERE s IS NOT NULL) "
           "WHERE so_far < %g * 1e6", shared ? shared : "../shared",
           mb ? strtod(mb, NULL) : 50);
  if (sqlite3_exec(db, sql, NULL, NULL, &words)) die(words);
  all = read_texts(db), size = (double)all.n / 1e6;
  printf("%.0f MB of abstracts, words and stems, one thread\n", size);
  bench(db, &all, "porter", porter, 1);
  bench(db, &all, "lit", english, 1);
  bench_load(db, "porter unicode61", size);
  bench_load(db, "lit english", size);
  free(all.at);
  sqlite3_close(db);
  return 0;
}
