/* many.c -- writers and readers in processes of their own, under WAL.
**
** Each writer changes the lit table and the plain one in one transaction; each
** reader, in a transaction of its own, asks both, and they must agree, however
** the others are merging meanwhile.
**
**   many                2 writers, 4 readers, 6 seconds
**   FULL=1 many         2 writers, 20 readers, 60 seconds
*/
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "papers.h"

enum { WRITERS = 2 };

static sqlite3 *open_shared(const char *path) {
  sqlite3 *db = must_open(path);
  sqlite3_busy_timeout(db, 60000);
  must(db, NULL, "PRAGMA synchronous = off");
  return db;
}

/* Change until the time is over; is every commit of ours there? */
static int writer(const char *path, const char *who, time_t end) {
  unsigned long long seed = 77u * (unsigned)who[1];
  sqlite3 *db = open_shared(path);
  Text count = {0}, n = {0};
  int bad, done = 0;
  for (; time(NULL) < end; done++) papers_change(db, &seed, who);
  must(db, &count, "SELECT count(*) FROM log WHERE who = %Q", who);
  text_printf(&n, "%d\n", done);
  bad = strcmp(text_of(&n), text_of(&count)) != 0;
  printf("%s: %d transactions%s\n", who, done, bad ? ", some lost" : "");
  sqlite3_close(db);
  text_drop(&count);
  text_drop(&n);
  return bad;
}

static int reader(const char *path, const char *who, time_t end) {
  unsigned long long seed = 55u * (unsigned)who[1];
  sqlite3 *db = open_shared(path);
  Text bad = {0};
  int done = 0;
  for (; time(NULL) < end && !bad.n; done++) {
    must(db, NULL, "BEGIN");
    papers_compare(db, &seed, &bad);
    must(db, NULL, "COMMIT");
  }
  if (bad.n) printf("%s: %s\n", who, text_of(&bad));
  sqlite3_close(db);
  done = bad.n ? 1 : done == 0;
  text_drop(&bad);
  return done;
}

static void start(const char *me, const char *path, const char *kind, int i,
                  time_t end) {
  char who[20], number[30];
  snprintf(who, sizeof who, "%s%c", kind, 'a' + i);
  snprintf(number, sizeof number, "%lld", (long long)end);
  if (fork() == 0) {
    execl(me, me, path, who, number, (char *)NULL);
    _exit(127);
  }
}

static int verify(const char *path) {
  unsigned long long seed = 3;
  sqlite3 *db = must_open(path);
  Text bad = {0};
  int wrong = papers_wrong(db, &seed, &bad);
  sqlite3_close(db);
  return wrong;
}

int main(int argc, char **argv) {
  const char *dir = getenv("LIT_TMP") ? getenv("LIT_TMP") : "/tmp";
  int readers = is_full() ? 20 : 4, bad = 0, status;
  time_t end = time(NULL) + (is_full() ? 60 : 6);
  char path[500];
  sqlite3 *db;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 4)
    return (argv[2][0] == 'w' ? writer : reader)(argv[1], argv[2],
                                                 (time_t)atoll(argv[3]));
  snprintf(path, sizeof path, "%s/many-%d.db", dir, (int)getpid());
  db = must_open(path);
  must(db, NULL, "PRAGMA journal_mode = wal");
  papers_create(db);
  sqlite3_close(db);
  for (int i = 0; i < WRITERS; i++) start(argv[0], path, "w", i, end);
  for (int i = 0; i < readers; i++) start(argv[0], path, "r", i, end);
  while (wait(&status) > 0) bad |= status != 0;
  bad |= verify(path);
  if (!bad) unlink(path);
  return bad;
}
