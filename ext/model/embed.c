/* embed.c -- texts become vectors.
**
** Texts are taken in chunks of bounded size.  Of a chunk all texts are
** tokenized, ordered by length, and cut into batches of some 512 tokens; a
** text's tokens are not padded (encoder.c).  With threads, each lane has its
** own scratch and takes the next batch that nobody has; a batch is computed by
** one lane alone, so that the vectors do not depend on how many there are.
**
** Only the calling thread may ask whether the connection was interrupted, and
** does so every 5 ms (it costs some 20 us); the other lanes look at a flag that
** it raises.
*/
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/buf.h"
#include "base/task.h"
#include "model/parts.h"
#include "base/poison.h"

enum { BATCH_TOKENS = 512, CHUNK_TOKENS = 65536 };

/* The tokens of a chunk's texts. */
typedef struct Chunk {
  const LitText *texts;     /* all of the call's */
  float *out;
  uint32_t *ids;            /* [n_ids]: texts one after another, as given */
  size_t n_ids, ids_room;
  struct Item *items;       /* [n_items] */
  size_t n_items, items_room;
} Chunk;

typedef struct Item { size_t text, at, n; } Item;  /* ids at .. at + n-1 */

/* What the lanes share. */
typedef struct Work {
  const LitModel *m;
  const LitStop *stop;
  pthread_t caller;
  double asked;             /* when, in seconds; the caller's alone */
  atomic_int halted;
  atomic_size_t next;       /* the next batch to take */
  const size_t *batches;    /* [n_batches + 1]: first item of each */
  size_t n_batches;
  const Item *items;
  const uint32_t *ids;
  float *out;
  float *floats;            /* [n_lanes, room] */
  uint32_t *numbers;        /* [n_lanes, room_ids + room_starts] */
  size_t room, room_ids, room_starts;
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
    if (lit_stopped(&e, w->stop)) atomic_store(&w->halted, 1);
    w->asked = seconds();
  }
  return atomic_load(&w->halted);
}

/* Vectors of the batch's texts from their states. */
static void finish(const Work *w, const Item *items, const LitBatch *b,
                   const float *states) {
  const LitModel *m = w->m;
  size_t width = (size_t)m->width, dim = (size_t)m->dim;
  for (int i = 0; i < b->n_texts; i++) {
    float *v = w->out + items[i].text * dim;
    for (int p = 0; p < m->n_pools; p++)
      m->pools[p]->run(states + b->starts[i] * width, items[i].n, width,
                       v + (size_t)p * width);
    if (m->normalize) lit_normalize(v, dim);
  }
}

static void run_batch(Work *w, size_t i, size_t lane) {
  const Item *items = w->items + w->batches[i];
  uint32_t *ids = w->numbers + lane * (w->room_ids + w->room_starts);
  uint32_t *starts = ids + w->room_ids;
  LitStop stop = {ask, w};
  LitBatch b = {.ids = ids, .starts = starts, .stop = &stop};
  const float *states;
  starts[0] = 0;
  b.n_texts = (int)(w->batches[i + 1] - w->batches[i]);
  for (int k = 0; k < b.n_texts; k++) {
    memcpy(ids + starts[k], w->ids + items[k].at, items[k].n * sizeof *ids);
    starts[k + 1] = starts[k] + (uint32_t)items[k].n;
    if ((int)items[k].n > b.longest) b.longest = (int)items[k].n;
  }
  b.n_tokens = (int)starts[b.n_texts];
  states = w->m->arch->run(w->m, &b, w->floats + lane * w->room);
  if (states) finish(w, items, &b, states);
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
  const Item *x = a, *y = b;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  return (x->text > y->text) - (x->text < y->text);
}

/* Cut the sorted items into batches: firsts [n_batches + 1]. */
static size_t cut(Work *w, const Chunk *c, size_t *firsts) {
  size_t n = 0, tokens = BATCH_TOKENS;
  for (size_t i = 0; i < c->n_items; i++) {
    if (tokens + c->items[i].n > BATCH_TOKENS) {
      if (n && tokens > w->room_ids) w->room_ids = tokens;
      if (n && i - firsts[n - 1] > w->room_starts)
        w->room_starts = i - firsts[n - 1];
      firsts[n++] = i;
      tokens = 0;
    }
    tokens += c->items[i].n;
  }
  if (tokens > w->room_ids) w->room_ids = tokens;
  if (c->n_items - firsts[n - 1] > w->room_starts)
    w->room_starts = c->n_items - firsts[n - 1];
  w->room_starts++;
  firsts[n] = c->n_items;
  return n;
}

static int run_chunk(LitErr *e, const LitModel *m, Chunk *c,
                     const LitStop *stop) {
  Work w = {.m = m, .stop = stop, .caller = pthread_self(),
            .asked = seconds(), .items = c->items, .ids = c->ids,
            .out = c->out};
  size_t *firsts = NULL, n_lanes = (size_t)lit_task_threads();
  if (c->n_items == 0) return e->rc;
  firsts = lit_new(e, c->n_items + 1, sizeof *firsts);
  if (!firsts) goto done;
  qsort(c->items, c->n_items, sizeof *c->items, cmp_length);
  w.batches = firsts;
  w.n_batches = cut(&w, c, firsts);
  if (n_lanes > w.n_batches) n_lanes = w.n_batches;
  w.room = m->arch->room(m, w.room_ids, c->items[0].n);
  w.floats = lit_new(e, lit_size(n_lanes, w.room), sizeof *w.floats);
  w.numbers = lit_new(e, n_lanes * (w.room_ids + w.room_starts),
                      sizeof *w.numbers);
  if (e->rc) goto done;
  lit_task_run((int)n_lanes, lane, &w);
  if (atomic_load(&w.halted)) lit_fail(e, LIT_INTERRUPT, "interrupted");
done:
  lit_free(firsts);
  lit_free(w.floats);
  lit_free(w.numbers);
  return e->rc;
}

int lit_embed_tokens(LitErr *e, const LitModel *m, LitEmbedding *c,
                     LitText text, int add_special) {
  LitEncodeOpts opts = {.add_special = add_special,
                        .max_len = (uint32_t)m->max_tokens, .stop = c->stop};
  const char *prompt = m->prompts[c->use];
  if (*prompt) {
    c->text.n = 0;
    lit_buf_text(e, &c->text, prompt);
    lit_buf_put(e, &c->text, text.at, text.n);
    text = (LitText){(char *)c->text.at, c->text.n};
  }
  return e->rc ? e->rc : lit_subword_encode(e, m->tokenizer, c->words, text.at,
                                            text.n, &opts, &c->ids);
}

void lit_embedding_free(LitEmbedding *c) {
  if (!c) return;
  lit_subword_scratch_free(c->words);
  lit_ids_drop(&c->ids);
  lit_buf_drop(&c->text);
  lit_buf_drop(&c->room);
  lit_free(c);
}

/* Add the tokens of text i to the chunk. */
static int add_text(LitErr *e, const LitModel *m, LitEmbedding *call, Chunk *c,
                    size_t i) {
  const LitIds *ids = &call->ids;
  if (lit_embed_tokens(e, m, call, c->texts[i], 1)) return e->rc;
  LIT_GROW(e, &c->ids, &c->ids_room, c->n_ids + ids->n);
  if (!e->rc) LIT_GROW(e, &c->items, &c->items_room, c->n_items + 1);
  if (!e->rc && ids->n) {
    memcpy(c->ids + c->n_ids, ids->at, ids->n * sizeof *ids->at);
    c->items[c->n_items++] = (Item){i, c->n_ids, ids->n};
    c->n_ids += ids->n;
  }
  return e->rc;
}

static int check_finite(LitErr *e, const LitModel *m, const float *v,
                        size_t n) {
  const LitTensor *t;
  for (size_t i = 0; i < n; i++) {
    if (isfinite(v[i])) continue;
    t = lit_weights_nonfinite(&m->weights);
    if (t)
      return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s holds NaN or "
                      "infinity", m->path, t->file, t->name);
    return lit_fail(e, LIT_CORRUPT, "model %s: the vector of text %zu is not "
                    "finite", m->name, i / (size_t)m->dim + 1);
  }
  return LIT_OK;
}

/* Texts [n] through their tokens' states, a chunk at a time. */
static int by_states(LitErr *e, const LitModel *m, LitEmbedding *call,
                     const LitText *texts, size_t n, float *out) {
  Chunk c = {.texts = texts, .out = out};
  memset(out, 0, n * (size_t)m->dim * sizeof *out);
  for (size_t i = 0; i < n && !e->rc;) {
    c.n_ids = c.n_items = 0;
    while (i < n && c.n_ids < CHUNK_TOKENS && !e->rc)
      add_text(e, m, call, &c, i++);
    if (!e->rc) run_chunk(e, m, &c, call->stop);
  }
  lit_free(c.ids);
  lit_free(c.items);
  return e->rc;
}

/* The call that is kept, or a new one; NULL and NOMEM. */
static LitEmbedding *take(LitErr *e, _Atomic(LitEmbedding *) *idle) {
  LitEmbedding *c = atomic_exchange(idle, NULL);
  if (c) return c;
  c = lit_new0(e, 1, sizeof *c);
  if (c && !lit_subword_scratch(e, &c->words)) return c;
  lit_embedding_free(c);
  return NULL;
}

int lit_model_embed(LitErr *e, const LitModel *m, LitEmbedUse use,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop) {
  _Atomic(LitEmbedding *) *idle =
      (_Atomic(LitEmbedding *) *)(uintptr_t)&m->idle;
  LitEmbedding *c = take(e, idle);
  if (!c) return e->rc;
  c->use = use, c->stop = stop;
  if (m->arch->embed)
    for (size_t i = 0; i < n && !e->rc; i++)
      m->arch->embed(e, m, c, texts[i], out + i * (size_t)m->dim);
  else
    by_states(e, m, c, texts, n, out);
  lit_embedding_free(atomic_exchange(idle, c));
  return e->rc ? e->rc : check_finite(e, m, out, n * (size_t)m->dim);
}
