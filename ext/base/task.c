/* task.c -- see task.h.
**
** Threads are started for each run and joined at its end: a run lasts
** milliseconds, a start costs some 20 us, and a process that forks or unloads
** never meets a sleeping worker of ours.  `n_threads` is the one static; it is
** atomic and needs no lock.
*/
#include <pthread.h>
#include <stdatomic.h>
#include "base/task.h"
#include "base/poison.h"

static atomic_int n_threads = 1;

typedef struct Run {
  void (*fn)(void *ctx, int slice);
  void *ctx;
  int n_slices;
  atomic_int next;
} Run;

int lit_task_threads(void) { return atomic_load(&n_threads); }

void lit_task_set_threads(int n) {
  if (n < 1) n = 1;
  if (n > LIT_THREADS_MAX) n = LIT_THREADS_MAX;
  atomic_store(&n_threads, n);
}

static void *work(void *p) {
  Run *run = p;
  int i;
  while ((i = atomic_fetch_add(&run->next, 1)) < run->n_slices)
    run->fn(run->ctx, i);
  return NULL;
}

void lit_task_run(int n_slices, void (*fn)(void *ctx, int slice), void *ctx) {
  Run run = {.fn = fn, .ctx = ctx, .n_slices = n_slices};
  pthread_t others[LIT_THREADS_MAX];
  int want = lit_task_threads(), n = 0;
  if (want > n_slices) want = n_slices;
  while (n < want - 1 && pthread_create(&others[n], NULL, work, &run) == 0) n++;
  work(&run);
  for (int i = 0; i < n; i++) pthread_join(others[i], NULL);
}
