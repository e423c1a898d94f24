/* papers.h -- a lit table and, beside it, an ordinary table that must always
** hold the same: what the lit table says is checked against plain SQL on the
** other.
**
** Both are changed in the same transactions; the i-th change of a seed is
** always the same.  Words are made so that no stemming, stop list or joining
** of neighbours can make one of another: then a word finds a row exactly when
** LIKE finds it in the text.
*/
#ifndef FAULTS_PAPERS_H
#define FAULTS_PAPERS_H
#include "db.h"

enum { N_WORDS = 120, MAX_ROWS = 400 };

static inline void word(unsigned i, char out[5]) {
  out[0] = "bdfgklmnprtvz"[i % 13];
  out[1] = "ao"[i / 13 % 2];
  out[2] = "kbdgpt"[i / 26 % 6];
  out[3] = 'u';
  out[4] = '\0';
}

/* n words, the low ones often. */
static inline void words(unsigned long long *seed, unsigned n, char *out) {
  for (unsigned i = 0; i < n; i++) {
    word(rnd(seed, 1 + rnd(seed, N_WORDS)), out);
    out += 4;
    *out++ = i + 1 < n ? ' ' : '\0';
  }
}

static inline void papers_create(sqlite3 *db) {
  must(db, NULL,
       "CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT 2, body TEXT,"
       "  year INTEGER FILTER, venue TEXT FILTER, url STORED,"
       "  v VECTOR(4), model = 'none');"
       "CREATE TABLE m(id INTEGER PRIMARY KEY, title, body, year, venue, url,"
       "  v);"
       "CREATE TABLE log(i INTEGER PRIMARY KEY, who);");
}

static inline void papers_insert(sqlite3 *db, unsigned long long *seed, int replace) {
  char title[64], body[256], venue[16];
  long long id;
  words(seed, 1 + rnd(seed, 8), title);
  words(seed, 1 + rnd(seed, 40), body);
  snprintf(venue, sizeof venue, "venue %u", rnd(seed, 6));
  id = replace ? must_int(db, "SELECT id FROM m ORDER BY random() LIMIT 1")
               : must_int(db, "SELECT ifnull(max(id), 0) + 1 FROM m");
  must(db, NULL,
       "REPLACE INTO m VALUES (%lld, %Q, %Q, nullif(%u, 2000), %Q, 'u%lld',"
       "  '[%u, %u, 1, 0.5]');"
       "REPLACE INTO t(rowid, title, body, year, venue, url, v)"
       "  SELECT id, title, body, year, venue, url, v FROM m WHERE id = %lld",
       id, title, body, 2000 + rnd(seed, 20), rnd(seed, 5) ? venue : NULL, id,
       rnd(seed, 50), rnd(seed, 50), id);
}

static inline void papers_delete(sqlite3 *db, int n) {
  must(db, NULL,
       "CREATE TEMP TABLE IF NOT EXISTS gone(id);"
       "DELETE FROM gone;"
       "INSERT INTO gone SELECT id FROM m ORDER BY random() LIMIT %d;"
       "DELETE FROM m WHERE id IN (SELECT id FROM gone);"
       "DELETE FROM t WHERE rowid IN (SELECT id FROM gone)", n);
}

static inline void papers_update(sqlite3 *db, unsigned long long *seed) {
  char body[256], set[400];
  long long id = must_int(db, "SELECT ifnull((SELECT id FROM m "
                              "ORDER BY random() LIMIT 1), 0)");
  words(seed, 1 + rnd(seed, 40), body);
  snprintf(set, sizeof set, rnd(seed, 3) ? "body = '%s'" : "url = '%s'", body);
  if (rnd(seed, 4) == 0) snprintf(set, sizeof set, "year = year + 1");
  must(db, NULL, "UPDATE m SET %s WHERE id = %lld;"
       "UPDATE t SET %s WHERE rowid = %lld", set, id, set, id);
}

/* One transaction: some changes, and a line in the log. */
static inline void papers_change(sqlite3 *db, unsigned long long *seed,
                          const char *who) {
  must(db, NULL, "BEGIN IMMEDIATE; INSERT INTO log(who) VALUES (%Q)", who);
  if (must_int(db, "SELECT count(*) FROM m") > MAX_ROWS) papers_delete(db, 100);
  switch (rnd(seed, 16)) {
  case 0:
    for (int i = 0; i < 60; i++) papers_insert(db, seed, 0);
    break;
  case 1: papers_delete(db, (int)rnd(seed, 10)); break;
  case 2: must(db, NULL, "INSERT INTO t(t) VALUES ('optimize')"); break;
  case 3: case 4: papers_update(db, seed); break;
  case 7: must(db, NULL, "INSERT INTO t(t, k) VALUES ('merge', 100)"); break;
  case 6:
    if (rnd(seed, 4) == 0) must(db, NULL, "INSERT INTO t(t) VALUES ('rebuild')");
    break;
  case 5:
    must(db, NULL, "SAVEPOINT s");
    papers_insert(db, seed, 0);
    papers_delete(db, 3);
    must(db, NULL, "SELECT count(*) FROM t('baku')");
    must(db, NULL, "ROLLBACK TO s; RELEASE s");
    papers_update(db, seed);
    break;
  default:
    papers_insert(db, seed, rnd(seed, 3) == 0 &&
                  must_int(db, "SELECT count(*) FROM m"));
  }
  must(db, NULL, "COMMIT");
}

/* Both queries give the same; else words for it to `bad`. */
static inline void papers_same(sqlite3 *db, Text *bad, const char *lit,
                        const char *plain) {
  Text a = {0}, b = {0};
  run_all(db, lit, &a);
  run_all(db, plain, &b);
  if (strcmp(text_of(&a), text_of(&b)))
    text_printf(bad, "%s\n%.600s\n%s\n%.600s\n", lit, text_of(&a), plain,
                text_of(&b));
  text_drop(&a);
  text_drop(&b);
}

#define HAS_WORD "' ' || title || ' ' || body || ' ' LIKE '%% %s %%'"

/* lit_query against LIKE: how the two words are asked for, and what that is in
** plain SQL (w1, w2, w1, w2). */
static const char *const papers_asked[][2] = {
  {"%s AND %s", HAS_WORD " AND " HAS_WORD},
  {"%s OR %s", HAS_WORD " OR " HAS_WORD},
  {"%s NOT %s", HAS_WORD " AND NOT " HAS_WORD},
  {"\"%s %s\"", "' ' || title || ' ' LIKE '%% %s %s %%' OR "
   "' ' || body || ' ' LIKE '%% %s %s %%'"},
  {"title : (%s OR %.2s*)", "' ' || title || ' ' LIKE '%% %s %%' OR "
   "' ' || title LIKE '%% %.2s%%'"},
  {"^ %s NOT title : %s", "(title || ' ' LIKE '%s %%' OR body || ' ' LIKE "
   "'%s %%') AND NOT ' ' || title || ' ' LIKE '%% %s %%'"},
};

static inline void papers_ask(sqlite3 *db, unsigned long long *seed,
                              const char *filter, Text *bad) {
  char lit[600], plain[900], query[40], where[600], a[5], b[5];
  unsigned i = rnd(seed, 6);
  word(rnd(seed, 1 + rnd(seed, N_WORDS)), a);
  word(rnd(seed, 1 + rnd(seed, N_WORDS)), b);
  snprintf(query, sizeof query, papers_asked[i][0], a, b);
  if (i == 5) snprintf(where, sizeof where, papers_asked[i][1], a, a, b);
  else snprintf(where, sizeof where, papers_asked[i][1], a, b, a, b);
  snprintf(lit, sizeof lit, "SELECT rowid FROM t WHERE t MATCH "
           "lit_query('%s') AND %s %s ORDER BY rowid", query, filter,
           rnd(seed, 3) ? "" : "AND v MATCH '[1, 2, 1, 0.5]'");
  snprintf(plain, sizeof plain, "SELECT id FROM m WHERE (%s) AND %s ORDER BY id",
           where, filter);
  papers_same(db, bad, lit, plain);
}

/* Does the lit table hold and find what it should?  Words for what is wrong
** go to `bad`. */
static inline void papers_compare(sqlite3 *db, unsigned long long *seed, Text *bad) {
  static const char *const filters[] = {
    "1", "year >= 2010", "venue = 'venue 3'", "year IS NULL",
    "year BETWEEN 2003 AND 2007 AND venue IN ('venue 1', 'venue 2')",
    "venue LIKE 'VENUE 1%'",
    "year IN (SELECT 2000 + i % 7 FROM log) AND venue IS NOT NULL" };
  char lit[600], plain[600], w[5];
  unsigned x, y;
  papers_same(db, bad,
              "SELECT rowid, title, body, year, venue, url FROM t ORDER BY 1",
              "SELECT id, title, body, year, venue, url FROM m ORDER BY 1");
  papers_ask(db, seed, filters[rnd(seed, 7)], bad);
  for (unsigned i = 0; i < 7; i++) {
    word(rnd(seed, 1 + rnd(seed, N_WORDS)), w);
    snprintf(lit, sizeof lit, "SELECT rowid FROM t('%s') WHERE mode = 'bm25' "
             "AND %s ORDER BY rowid", w, filters[i]);
    snprintf(plain, sizeof plain, "SELECT id FROM m WHERE " HAS_WORD
             " AND %s ORDER BY id", w, filters[i]);
    papers_same(db, bad, lit, plain);
  }
  x = rnd(seed, 50), y = rnd(seed, 50);
  snprintf(lit, sizeof lit, "SELECT CAST(round(distance * distance) AS INTEGER)"
           " FROM t WHERE v MATCH '[%u, %u, 1, 0.5]' AND k = 10"
           " AND year >= 2005", x, y);
  snprintf(plain, sizeof plain, "SELECT ((v ->> 0) - %u) * ((v ->> 0) - %u) + "
           "((v ->> 1) - %u) * ((v ->> 1) - %u) AS d FROM m WHERE year >= 2005 "
           "ORDER BY d LIMIT 10", x, x, y, y);
  papers_same(db, bad, lit, plain);
}

/* The file's own checks, and lit's. */
static inline void papers_check(sqlite3 *db, Text *bad) {
  Text out = {0};
  run_all(db, "INSERT INTO t(t) VALUES ('integrity-check');"
          "PRAGMA integrity_check", &out);
  if (strcmp(text_of(&out), "ok\n")) text_printf(bad, "%s", text_of(&out));
  text_drop(&out);
}

/* Does something not agree, besides what `bad` holds?  Says so, and drops it. */
static inline int papers_wrong(sqlite3 *db, unsigned long long *seed, Text *bad) {
  int wrong;
  papers_compare(db, seed, bad);
  papers_check(db, bad);
  wrong = bad->n != 0;
  if (wrong) printf("%s\n", text_of(bad));
  text_drop(bad);
  return wrong;
}
#endif
