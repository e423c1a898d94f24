/* run.c -- see run.h.
**
** The texts are ordered by length and cut into batches of some 512 tokens; a
** text's tokens are not padded (encoder.c).  With threads, each lane has its
** own scratch and takes the next batch that nobody has; a batch is computed by
** one lane alone, so that the states do not depend on how many there are.
**
** Only the calling thread may ask whether the connection was interrupted, and
** does so every 5 ms (it costs some 20 us); the other lanes look at a flag that
** it raises.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/task.h"
#include "kern/kern.h"
#include "model/run.h"
#include "base/poison.h"

enum { BATCH_TOKENS = 512, FINITE_LOT = 1 << 14, LINE = 16 };   /* in floats */

/* What the lanes share. */
typedef struct Work {
  const LitRun *run;
  pthread_t caller;
  double asked;             /* when, in seconds; the caller's alone */
  atomic_int halted;
  atomic_size_t next;       /* the next batch to take */
  const size_t *batches;    /* [n_batches + 1]: first item of each */
  size_t n_batches;
  float *floats;            /* [n_lanes, room + spare], from a cache line on */
  uint32_t *numbers;        /* [n_lanes, room_ids + room_starts] */
  uint8_t *types;           /* [n_lanes, room_ids] */
  size_t room, spare, room_ids, room_starts;
} Work;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Did the caller ask to stop?  Any lane may call this. */
static int ask(void *ctx) {
  Work *w = ctx;
  LitErr e = {0};
  if (pthread_equal(w->caller, pthread_self()) &&
      seconds() > w->asked + 0.005) {
    if (lit_stopped(&e, w->run->stop)) atomic_store(&w->halted, 1);
    w->asked = seconds();
  }
  return atomic_load(&w->halted);
}

static void run_batch(Work *w, size_t i, size_t lane) {
  const LitRun *r = w->run;
  const LitRunItem *items = r->items + w->batches[i];
  uint32_t *ids = w->numbers + lane * (w->room_ids + w->room_starts);
  uint32_t *starts = ids + w->room_ids;
  uint8_t *types = w->types + lane * w->room_ids;
  float *floats = w->floats + lane * (w->room + w->spare);
  LitStop stop = {ask, w};
  LitBatch b = {.ids = ids, .types = types, .starts = starts, .stop = &stop};
  const float *states;
  starts[0] = 0;
  b.n_texts = (int)(w->batches[i + 1] - w->batches[i]);
  for (int k = 0; k < b.n_texts; k++) {
    memcpy(ids + starts[k], r->ids + items[k].at, items[k].n * sizeof *ids);
    memcpy(types + starts[k], r->types + items[k].at, items[k].n);
    starts[k + 1] = starts[k] + (uint32_t)items[k].n;
    if ((int)items[k].n > b.longest) b.longest = (int)items[k].n;
  }
  b.n_tokens = (int)starts[b.n_texts];
  states = r->m->arch->run(r->m, &b, floats);
  for (int k = 0; states && k < b.n_texts; k++)
    r->finish(r->ctx, items[k].text, ids + starts[k],
              states + starts[k] * (size_t)r->m->width, items[k].n,
              floats + w->room);
}

static void lane(void *ctx, int number) {
  Work *w = ctx;
  size_t i;
  while (!atomic_load(&w->halted) &&
         (i = atomic_fetch_add(&w->next, 1)) < w->n_batches)
    run_batch(w, i, (size_t)number);
}

/* Longest first: the last batches are then small, and lanes end together. */
static int cmp_length(const void *a, const void *b) {
  const LitRunItem *x = a, *y = b;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

/* Cut the sorted items into batches: firsts [n_batches + 1]. */
static size_t cut(Work *w, size_t *firsts) {
  const LitRun *r = w->run;
  size_t n = 0, tokens = BATCH_TOKENS;
  for (size_t i = 0; i < r->n_items; i++) {
    if (tokens + r->items[i].n > BATCH_TOKENS) {
      if (n && tokens > w->room_ids) w->room_ids = tokens;
      if (n && i - firsts[n - 1] > w->room_starts)
        w->room_starts = i - firsts[n - 1];
      firsts[n++] = i;
      tokens = 0;
    }
    tokens += r->items[i].n;
  }
  if (tokens > w->room_ids) w->room_ids = tokens;
  if (r->n_items - firsts[n - 1] > w->room_starts)
    w->room_starts = r->n_items - firsts[n - 1];
  w->room_starts++;
  firsts[n] = r->n_items;
  return n;
}

/* Scratch for all lanes; each part is whole cache lines, as a wide load or store
** across two of them costs twice the time, and one more, to begin with one.  What
** to free. */
static float *new_floats(LitErr *e, Work *w, size_t n_lanes) {
  const LitRun *r = w->run;
  size_t room = r->m->arch->room(r->m, w->room_ids, r->items[0].n);
  float *at;
  w->room = (room + LINE - 1) / LINE * LINE;
  w->spare = (r->n_spare + LINE - 1) / LINE * LINE + LINE;
  at = lit_new(e, lit_size(n_lanes, w->room + w->spare), sizeof *at);
  if (at) w->floats = at + (64 - (uintptr_t)at % 64) % 64 / sizeof *at;
  return at;
}

int lit_run_all(LitErr *e, LitRun *r) {
  Work w = {.run = r, .caller = pthread_self(), .asked = seconds()};
  size_t *firsts = NULL, n_lanes = (size_t)lit_task_threads();
  float *floats = NULL;
  if (e->rc || r->n_items == 0) return e->rc;
  firsts = lit_new(e, r->n_items + 1, sizeof *firsts);
  if (!firsts) goto done;
  qsort(r->items, r->n_items, sizeof *r->items, cmp_length);
  w.batches = firsts;
  w.n_batches = cut(&w, firsts);
  if (n_lanes > w.n_batches) n_lanes = w.n_batches;
  floats = new_floats(e, &w, n_lanes);
  w.numbers = lit_new(e, n_lanes * (w.room_ids + w.room_starts),
                      sizeof *w.numbers);
  w.types = lit_new(e, n_lanes * w.room_ids, 1);
  if (e->rc) goto done;
  lit_task_run((int)n_lanes, lane, &w);
  if (atomic_load(&w.halted)) lit_fail(e, LIT_INTERRUPT, "interrupted");
  r->n_ids = r->n_items = 0;
done:
  lit_free(firsts);
  lit_free(floats);
  lit_free(w.numbers);
  lit_free(w.types);
  return e->rc;
}

int lit_run_add(LitErr *e, LitRun *r, size_t text, const uint32_t *ids,
                const uint8_t *types, size_t n) {
  if (e->rc || n == 0) return e->rc;
  if (LIT_GROW(e, &r->ids, &r->ids_room, r->n_ids + n) ||
      LIT_GROW(e, &r->types, &r->types_room, r->n_ids + n) ||
      LIT_GROW(e, &r->items, &r->items_room, r->n_items + 1))
    return e->rc;
  memcpy(r->ids + r->n_ids, ids, n * sizeof *ids);
  if (types) memcpy(r->types + r->n_ids, types, n);
  else memset(r->types + r->n_ids, 0, n);
  r->items[r->n_items++] = (LitRunItem){text, r->n_ids, n};
  r->n_ids += n;
  return LIT_OK;
}

void lit_run_drop(LitRun *r) {
  lit_free(r->ids);
  lit_free(r->types);
  lit_free(r->items);
  *r = (LitRun){0};
}

int lit_run_finite(LitErr *e, const LitModel *m, const char *what,
                   const float *v, size_t n) {
  const LitTensor *t;
  for (size_t i = 0; i < n; i += FINITE_LOT) {
    size_t some = n - i < FINITE_LOT ? n - i : FINITE_LOT;
    /* What is not finite, less itself, is no number. */
    if (lit_l2sq_f32(v + i, v + i, some) == 0) continue;
    t = lit_weights_nonfinite(&m->weights);
    if (t)
      return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s holds NaN or "
                      "infinity", m->path, t->file, t->name);
    return lit_fail(e, LIT_CORRUPT, "model %s: %s is not finite", m->name,
                    what);
  }
  return LIT_OK;
}
