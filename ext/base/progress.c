/* progress.c -- see progress.h.
**
** The jobs are static, for the thread that watches has another connection, if
** any.  All is atomic and needs no lock: who swaps `what` from NULL has the
** slot until it is set to NULL again.  A reader may see the numbers of a job
** that begins just then; they are for the eye.
*/
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/progress.h"
#include "base/poison.h"

struct LitProgress {
  const char *_Atomic what;         /* NULL: free */
  atomic_uint_fast64_t done, total;
  atomic_int_fast64_t began;        /* ms */
  int64_t next_line;                /* When to write again, ms; -1: never */
  int wrote;
};

enum { FIRST_LINE = 1000, EVERY = 200 };

static LitProgress jobs[LIT_PROGRESS_MAX];

static int64_t now_ms(void) {
  struct timespec t = {0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

LitProgress *lit_progress_begin(const char *what, uint64_t total) {
  for (int i = 0; i < LIT_PROGRESS_MAX; i++) {
    const char *none = NULL;
    if (!atomic_compare_exchange_strong(&jobs[i].what, &none, what)) continue;
    atomic_store(&jobs[i].done, 0);
    atomic_store(&jobs[i].total, total);
    atomic_store(&jobs[i].began, now_ms());
    jobs[i].next_line = isatty(STDERR_FILENO) ? now_ms() + FIRST_LINE : -1;
    jobs[i].wrote = 0;
    return &jobs[i];
  }
  return NULL;
}

void lit_progress_set(LitProgress *p, uint64_t done) {
  if (!p) return;
  atomic_store(&p->done, done);
  if (p->next_line < 0 || now_ms() < p->next_line) return;
  p->next_line = now_ms() + EVERY;
  p->wrote = 1;
  fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 "\033[K",
          atomic_load(&p->what), done, (uint64_t)atomic_load(&p->total));
}

void lit_progress_end(LitProgress *p) {
  if (!p) return;
  if (p->wrote) fputs("\r\033[K", stderr);
  atomic_store(&p->what, NULL);
}

int lit_progress_get(int i, const char **what, uint64_t *done,
                     uint64_t *total) {
  *what = atomic_load(&jobs[i].what);
  *done = atomic_load(&jobs[i].done);
  *total = atomic_load(&jobs[i].total);
  return *what != NULL;
}

double lit_progress_seconds(int i) {
  return (double)(now_ms() - atomic_load(&jobs[i].began)) / 1000;
}
