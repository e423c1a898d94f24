/* task.h -- slices of work on several threads.
**
** Threads are off (1) until asked for: SELECT lit_config('threads', 2).
** A slice never calls SQLite, never allocates and never calls BLAS; it works
** on memory that the caller prepared, and its result does not depend on which
** thread runs it.
*/
#ifndef LIT_TASK_H
#define LIT_TASK_H

enum { LIT_THREADS_MAX = 64 };

int lit_task_threads(void);             /* The number asked for, 1.. */
void lit_task_set_threads(int n);       /* Clamped to 1..LIT_THREADS_MAX */

/* Run fn(ctx, i) for i in 0 .. n_slices-1, on the calling thread and up to
** lit_task_threads() - 1 others; returns when all are done.  A thread that
** cannot be started means fewer threads, not an error. */
void lit_task_run(int n_slices, void (*fn)(void *ctx, int slice), void *ctx);
#endif
