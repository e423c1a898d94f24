/* walk.c -- fail everything that can fail, one after the other.
**
**   walk FILE.sql                     all of it
**   walk FILE.sql KIND N [stays]      that one fault, to look into it
**
** FILE has three parts: SQL that makes a database; after a line "-- walk" the
** statements that are made to fail; after a line "-- check" queries that tell
** the state.  "-- walk: connect" lets opening and loading lit fail too.  For
** each kind of fault (inject.h), once and staying, and each n: the database is
** made afresh, the n-th act fails, and then
**
**   - the statement failed with the code of the fault, or did its work
**   - what succeeded gave the right rows
**   - inside a transaction that is still open, the state is that before the
**     failed statement: no half-done work
**   - after a rollback the state is that of the last commit; or, where the
**     fault came from the disk and so late that SQLite cannot know, the next
**   - the same connection then can do the rest of the statements
**   - a new connection sees the same, and integrity_check is content
**   - closing gives back all memory
**
** In a long walk not every n is tried unless FULL=1, fewer under a sanitizer.  A script that makes no
** table is walked for memory alone.
*/
#include <unistd.h>
#include "../faults/db.h"
#include "../faults/inject.h"

enum { MAX_STMTS = 100, FEWEST = 25, FEW = 120, MANY = 20000, MAX_BAD = 10 };

typedef struct State {      /* After some statements */
  Text rows;                /* What the last of them gave */
  Text check;
  int in_transaction;
} State;

static Text script;
static const char *name, *checks;
static const char *stmts[MAX_STMTS + 1];    /* Where each begins, and the end */
static int n_stmts, with_connect;
static State want[MAX_STMTS + 1];           /* want[i]: after i statements */
static unsigned char *image;
static sqlite3_int64 n_image;
static char path[500];
static int n_bad, n_tries;

static void complain(long n, int stays, const char *what, const char *got,
                     const char *wanted) {
  n_bad++;
  printf("%s: %s fault %ld%s: %s\n", name, inject_names[inject.kind], n,
         stays ? " and after" : "", what);
  if (got) printf("--- got\n%s\n", got);
  if (wanted) printf("--- wanted\n%s\n", wanted);
  if (n_bad >= MAX_BAD) exit(1);
}

/* ---- the script ---- */

static char *find_line(char *from, const char *line) {
  char *at = from;
  while ((at = strstr(at, line)) != NULL && at != from && at[-1] != '\n') at++;
  return at;
}

static char *parse(void) {
  char *walk = find_line(script.at, "-- walk");
  char *check = walk ? find_line(walk, "-- check") : NULL;
  if (!check) printf("%s: needs -- walk and -- check\n", name), exit(1);
  with_connect = strncmp(walk, "-- walk: connect", 16) == 0;
  walk[-(walk > script.at)] = check[-1] = '\0';
  checks = check + strcspn(check, "\n");
  return walk + strcspn(walk, "\n");
}

static void write_image(void) {
  char other[520];
  FILE *f = fopen(path, "wb");
  if (!f || (n_image && fwrite(image, (size_t)n_image, 1, f) != 1))
    perror(path), exit(1);
  fclose(f);
  snprintf(other, sizeof other, "%s-journal", path);
  unlink(other);
  snprintf(other, sizeof other, "%s-wal", path);
  unlink(other);
  snprintf(other, sizeof other, "%s-shm", path);
  unlink(other);
}

static void check_state(sqlite3 *db, Text *out) {
  text_clear(out);
  run_all(db, checks, out);
}

/* Run the script without faults; `first`: learn, else compare with `want`. */
static void run_reference(const char *sql, int first) {
  Text check = {0};
  sqlite3 *db;
  write_image();
  db = must_open(path);
  check_state(db, &want[0].check);
  for (n_stmts = 0; *sql; n_stmts++) {
    State *s = &want[n_stmts + 1];
    Text err = {0};
    if (n_stmts == MAX_STMTS) printf("%s: too long\n", name), exit(1);
    stmts[n_stmts] = sql;
    text_clear(&s->rows);
    if (run_one(db, &sql, &s->rows, &err))
      printf("%s: %s\n", name, text_of(&err)), exit(1);
    s->in_transaction = !sqlite3_get_autocommit(db);
    check_state(db, first ? &s->check : &check);
  }
  stmts[n_stmts] = sql;
  if (sqlite3_close(db)) printf("%s: does not close\n", name), exit(1);
  text_drop(&check);
}

static void make_image(void) {
  sqlite3 *db = must_open(path);
  const char *sql = script.at;
  Text out = {0}, err = {0};
  while (*sql)
    if (run_one(db, &sql, &out, &err))
      printf("%s: %s\n", name, text_of(&err)), exit(1);
  run_all(db, "PRAGMA wal_checkpoint(TRUNCATE)", &out);
  image = sqlite3_serialize(db, "main", &n_image, 0);
  sqlite3_close(db);
  text_drop(&out);
}

/* ---- one fault ---- */

typedef struct Try {
  long n;
  int stays, rc, done;      /* Statements that succeeded */
  sqlite3 *db;
  Text err;
} Try;

/* Run statements from t->done on, as far as they go. */
static void run_stmts(Try *t) {
  Text rows = {0};
  for (t->rc = 0; t->done < n_stmts && !t->rc; t->done += !t->rc) {
    const char *sql = stmts[t->done];
    text_clear(&rows);
    t->rc = run_one(t->db, &sql, &rows, &t->err);
    if (!t->rc && strcmp(text_of(&rows), text_of(&want[t->done + 1].rows)))
      complain(t->n, t->stays, "wrong rows", text_of(&rows),
               text_of(&want[t->done + 1].rows));
  }
  text_drop(&rows);
}

static int is_right_code(int rc) {
  switch (inject.kind) {
  case INJECT_MEMORY:
    return (rc & 0xFF) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM;
  case INJECT_FULL:
    return (rc & 0xFF) == SQLITE_FULL || (rc & 0xFF) == SQLITE_IOERR;
  default:
    return (rc & 0xFF) == SQLITE_IOERR || (rc & 0xFF) == SQLITE_CANTOPEN;
  }
}

/* The number of statements after which all was committed, up to `done`. */
static int last_commit(int done) {
  while (done > 0 && want[done].in_transaction) done--;
  return done;
}

/* Is the state that after `i` statements? */
static int is_state(Try *t, int i, Text *got) {
  check_state(t->db, got);
  return strcmp(text_of(got), text_of(&want[i].check)) == 0;
}

/* The statement t->done failed: where are we now? */
static void check_failure(Try *t) {
  int commit = last_commit(t->done), next = t->done + 1;
  Text got = {0};
  if (!is_right_code(t->rc))
    complain(t->n, t->stays, "wrong code", text_of(&t->err), stmts[t->done]);
  if (!sqlite3_get_autocommit(t->db)) {
    if (inject.kind == INJECT_MEMORY && !is_state(t, t->done, &got))
      complain(t->n, t->stays, "half-done statement", text_of(&got),
               text_of(&want[t->done].check));
    run_all(t->db, "ROLLBACK", &got);
  }
  t->done = commit;
  if (is_state(t, commit, &got)) goto done;
  if (inject.kind != INJECT_MEMORY && !want[next].in_transaction &&
      is_state(t, next, &got))
    t->done = next;
  else
    complain(t->n, t->stays, "not the last commit's state", text_of(&got),
             text_of(&want[commit].check));
done:
  text_drop(&got);
}

/* Another connection must see the state after t->done statements. */
static void check_reopened(Try *t) {
  Text got = {0};
  sqlite3_close(t->db);
  t->db = must_open(path);
  if (!is_state(t, t->done, &got))
    complain(t->n, t->stays, "another state when opened anew", text_of(&got),
             text_of(&want[t->done].check));
  text_clear(&got);
  run_all(t->db, "PRAGMA integrity_check", &got);
  if (strcmp(text_of(&got), "ok\n"))
    complain(t->n, t->stays, "integrity_check", text_of(&got), "ok");
  text_drop(&got);
}

static int open_lit(Try *t) {
  t->rc = sqlite3_open(path, &t->db);
  if (!t->rc) t->rc = load_lit(t->db);
  return t->rc;
}

/* Let the n-th act fail; false if there is no n-th. */
static int try_one(InjectKind kind, long n, int stays, sqlite3_int64 memory) {
  Try t = {.n = n, .stays = stays};
  int fired;
  n_tries++;
  write_image();
  if (!with_connect) t.db = must_open(path);
  inject_arm(kind, n, stays);
  if (with_connect && open_lit(&t)) {
    fired = inject_disarm();
    if (!is_right_code(t.rc) && t.rc != SQLITE_ERROR)   /* by loading */
      complain(n, stays, "connecting", sqlite3_errmsg(t.db), NULL);
    sqlite3_close(t.db);
    t.db = must_open(path);
  } else {
    run_stmts(&t);
    fired = inject_disarm();
    if (t.rc) check_failure(&t);
  }
  run_stmts(&t);
  if (t.rc)
    complain(n, stays, "cannot go on", text_of(&t.err), stmts[t.done]);
  if (fired) check_reopened(&t);
  if (sqlite3_close(t.db)) complain(n, stays, "does not close", NULL, NULL);
  text_drop(&t.err);
  if (sqlite3_memory_used() > memory)
    complain(n, stays, "memory was not given back", NULL, NULL);
  return fired;
}

/* Acts of a kind in the whole script. */
static long count(InjectKind kind) {
  Try t = {0};
  write_image();
  if (!with_connect) t.db = must_open(path);
  inject_arm(kind, -1, 0);
  if (with_connect) open_lit(&t);
  run_stmts(&t);
  inject_disarm();
  sqlite3_close(t.db);
  text_drop(&t.err);
  return inject.seen;
}

static void walk(InjectKind kind, int stays) {
  long total = count(kind), step = 1;
  long limit = is_full() ? MANY : getenv("SANITIZE") ? FEWEST : FEW;
  sqlite3_int64 memory = sqlite3_memory_used();
  if (total > limit) step = total / limit + 1;
  for (long n = 1; n <= total; n += n <= limit / 3 ? 1 : step)
    if (!try_one(kind, n, stays, memory)) break;
}

/* One fault, by name. */
static void walk_one(const char *kind, long n, int stays) {
  for (int i = 0; i < INJECT_N; i++)
    if (strcmp(inject_names[i], kind) == 0)
      try_one((InjectKind)i, n, stays, sqlite3_memory_used());
}

int main(int argc, char **argv) {
  const char *dir = getenv("LIT_TMP") ? getenv("LIT_TMP") : "/tmp";
  char *sql;
  if (argc != 2 && argc < 4) return puts("walk FILE.sql [KIND N [stays]]"), 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  inject_install();
  name = argv[1];
  script = read_file(name);
  sql = parse();
  snprintf(path, sizeof path, "%s/walk-%d.db", dir, (int)getpid());
  make_image();
  run_reference(sql, 1);
  run_reference(sql, 0);
  if (argc > 2) walk_one(argv[2], atol(argv[3]), argc > 4);
  for (int kind = 0; argc == 2 && kind < INJECT_N; kind++)
    for (int stays = 0; stays < 2; stays++)
      if (kind == INJECT_MEMORY || n_image) walk((InjectKind)kind, stays);
  n_image = 0;
  write_image();
  unlink(path);
  printf("%s: %d tries, %d bad\n", name, n_tries, n_bad);
  return n_bad != 0;
}
