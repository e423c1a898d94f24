/* progress.h -- how far long jobs are, for whoever watches.
**
** A job says what it does and how much there is, and then how much is done.
** Any thread may look (SQL: lit_progress()); where stderr is a terminal a line
** there tells it too, from the second second on.
*/
#ifndef LIT_PROGRESS_H
#define LIT_PROGRESS_H
#include <stdint.h>

typedef struct LitProgress LitProgress;

/* what: a string that lives on; total: in whatever unit, 0 if not known.
** NULL if very many jobs are under way, which the others accept. */
LitProgress *lit_progress_begin(const char *what, uint64_t total);
void lit_progress_set(LitProgress *p, uint64_t done);
void lit_progress_end(LitProgress *p);

enum { LIT_PROGRESS_MAX = 16 };

/* Job i, 0 .. LIT_PROGRESS_MAX-1; 0 if there is none. */
int lit_progress_get(int i, const char **what, uint64_t *done,
                     uint64_t *total);

/* Seconds since job i began. */
double lit_progress_seconds(int i);
#endif
