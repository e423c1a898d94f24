/* kill.c -- kill -9 at any moment of insert, update, merge and optimize.
**
** A child changes a database as fast as it can and says after each commit how
** many there were; at a random moment it is killed.  Then the file must hold
** just the commits of some number that is not below what the child said, and
** pass its checks; the next child goes on from there.
**
**   kill                about 8 seconds; FULL=1: three minutes
*/
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "papers.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void nap(unsigned micros) {
  struct timespec t = {micros / 1000000, micros % 1000000 * 1000L};
  nanosleep(&t, NULL);
}

/* Never returns: changes, and tells of each on standard output. */
static int child(const char *path, unsigned long long seed) {
  sqlite3 *db = must_open(path);
  must(db, NULL, "PRAGMA synchronous = off");
  for (;;) {
    long long n;
    papers_change(db, &seed, "child");
    n = must_int(db, "SELECT max(i) FROM log");
    if (write(1, &n, sizeof n) != sizeof n) return 1;
  }
}

/* Start a child; *out: the reading end of its output. */
static pid_t start(const char *me, const char *path, unsigned seed, int *out) {
  int ends[2];
  pid_t pid;
  char number[20];
  snprintf(number, sizeof number, "%u", seed);
  if (pipe(ends)) perror("pipe"), exit(1);
  pid = fork();
  if (pid == 0) {
    dup2(ends[1], 1);
    close(ends[0]);
    close(ends[1]);
    execl(me, me, path, number, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  *out = ends[0];
  return pid;
}

/* Let a child work for a while after its first commit; the last commit that
** it told of, 0 if none. */
static long long round_of(const char *me, const char *path,
                          unsigned long long *seed) {
  long long n, last = 0;
  int out, status;
  pid_t pid = start(me, path, rnd(seed, 1u << 30), &out);
  if (rnd(seed, 8) && read(out, &n, sizeof n) == sizeof n) last = n;
  nap(rnd(seed, rnd(seed, 4) ? 4000 : 40000));
  kill(pid, SIGKILL);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  while (read(out, &n, sizeof n) == sizeof n) last = n;
  close(out);
  if (!WIFSIGNALED(status)) printf("a child failed by itself\n"), exit(1);
  return last;
}

static int verify(const char *path, long long told, unsigned long long *seed) {
  sqlite3 *db = must_open(path);
  Text bad = {0};
  int wrong;
  if (must_int(db, "SELECT ifnull(max(i), 0) FROM log") < told)
    text_printf(&bad, "a commit is lost\n");
  wrong = papers_wrong(db, seed, &bad);
  must(db, NULL, "PRAGMA journal_mode = %s",
       rnd(seed, 10) == 0 ? "delete" : "wal");
  sqlite3_close(db);
  return wrong;
}

int main(int argc, char **argv) {
  unsigned long long seed = 11;
  const char *dir = getenv("LIT_TMP") ? getenv("LIT_TMP") : "/tmp";
  char path[500];
  double end = now() + (is_full() ? 180 : 8);
  int rounds = 0, bad = 0;
  sqlite3 *db;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 3) return child(argv[1], strtoull(argv[2], NULL, 10));
  snprintf(path, sizeof path, "%s/kill-%d.db", dir, (int)getpid());
  db = must_open(path);
  must(db, NULL, "PRAGMA journal_mode = wal");
  papers_create(db);
  sqlite3_close(db);
  for (; now() < end && !bad; rounds++)
    bad = verify(path, round_of(argv[0], path, &seed), &seed);
  printf("kill: %d rounds, %s\n", rounds, bad ? "broken" : "all well");
  if (!bad) unlink(path);
  return bad;
}
