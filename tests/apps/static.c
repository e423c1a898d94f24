/* static.c -- a program that has lit inside: every connection it opens can use
** it, and nothing is loaded at run time. */
#include <stdio.h>
#include <string.h>
#include "lit.h"

static int fail(const char *what, const char *words) {
  printf("%s: %s\n", what, words);
  return 1;
}

static int check_version(sqlite3 *db) {
  sqlite3_stmt *q = NULL;
  int bad = 1;
  if (sqlite3_prepare_v2(db, "SELECT lit_version()", -1, &q, NULL))
    return fail("lit_version", sqlite3_errmsg(db));
  if (sqlite3_step(q) == SQLITE_ROW) {
    const char *got = (const char *)sqlite3_column_text(q, 0);
    bad = !got || strcmp(got, LIT_VERSION) != 0;
  }
  sqlite3_finalize(q);
  return bad ? fail("lit_version", "is not that of lit.h") : 0;
}

int main(void) {
  int bad = 0;
  if (sqlite3_auto_extension((void (*)(void))lit_auto_init))
    return fail("sqlite3_auto_extension", "refused");
  for (int i = 0; i < 2 && !bad; i++) {   /* lit outlives a connection */
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db)) bad = fail("open", sqlite3_errmsg(db));
    else bad = check_version(db);
    if (sqlite3_close(db)) bad = fail("close", "something is still in use");
  }
  return bad;
}
