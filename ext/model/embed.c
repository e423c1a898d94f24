/* embed.c -- texts become vectors: tokens (text/subword.h), states (run.h),
** pooling.
**
** Of a text over the model's limit, windows (model_opts.h) run like texts of
** their own, with the special tokens around each; a prompt stands before the
** first only.
*/
#include <string.h>
#include "model/dense.h"
#include "model/run.h"
#include "base/poison.h"

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
  lit_pieces_ctx_free(c->pieces);
  lit_ids_drop(&c->ids);
  lit_buf_drop(&c->text);
  lit_buf_drop(&c->room);
  lit_free(c);
}

/* Where the model keeps those that nobody uses. */
static _Atomic(LitEmbedding *) *idle(const LitModel *m) {
  return (_Atomic(LitEmbedding *) *)(uintptr_t)m->idle;
}

LitEmbedding *lit_embedding_take(LitErr *e, const LitModel *m, LitEmbedUse use,
                                 const LitStop *stop) {
  LitEmbedding *c = NULL;
  for (int i = 0; i < LIT_IDLE_MAX && !c; i++)
    c = atomic_exchange(&idle(m)[i], NULL);
  if (!c) {
    c = lit_new0(e, 1, sizeof *c);
    if (!c || lit_subword_scratch(e, &c->words))
      return lit_embedding_free(c), NULL;
  }
  c->use = use, c->stop = stop;
  return c;
}

static size_t bytes_of(const LitEmbedding *c) {
  return lit_ids_bytes(&c->ids) + c->text.room + c->room.room +
         (c->pieces ? lit_pieces_ctx_bytes(c->pieces) : 0);
}

/* One that a long text made large is not kept. */
void lit_embedding_give(const LitModel *m, LitEmbedding *c) {
  for (int i = 0; i < LIT_IDLE_MAX && c && bytes_of(c) <= LIT_SCRATCH_KEPT; i++)
    c = atomic_exchange(&idle(m)[i], c);
  lit_embedding_free(c);
}

typedef struct Pooling {
  const LitModel *m;
  float *out;               /* [n, dim] */
} Pooling;

/* The longest vector on the way from states to the last. */
static size_t most_floats(const LitModel *m) {
  size_t most = (size_t)m->width * (size_t)m->n_pools;
  for (int i = 0; i < m->n_dense; i++)
    if (m->dense[i]->l.n_out > most) most = m->dense[i]->l.n_out;
  return most;
}

/* Floats that pool() needs: two vectors, and what a layer or a pooling wants. */
static size_t pool_room(const LitModel *m) {
  size_t room = 0;
  for (int i = 0; i < m->n_pools; i++)
    if (m->pools[i]->room && m->pools[i]->room(m) > room)
      room = m->pools[i]->room(m);
  for (int i = 0; i < m->n_dense; i++)
    if (lit_dense_room(m->dense[i]) > room) room = lit_dense_room(m->dense[i]);
  return 2 * most_floats(m) + room;
}

/* The first dim components, as long as the model wants them. */
static void finish(const LitModel *m, const float *v, float *out) {
  memcpy(out, v, (size_t)m->dim * sizeof *out);
  if (m->normalize) lit_normalize(out, (size_t)m->dim);
}

/* The vector of a text from its states. */
static void pool(void *ctx, size_t text, const uint32_t *ids,
                 const float *states, size_t n, float *spare) {
  const Pooling *dest = ctx;
  const LitModel *m = dest->m;
  size_t width = (size_t)m->width, most = most_floats(m);
  float *v = spare, *next = spare + most;
  (void)ids;
  for (int p = 0; p < m->n_pools; p++) {
    const LitPool *how = m->pools[p];
    float *to = v + (size_t)p * width;
    if (how->run) how->run(states, n, width, to);
    else how->run_net(m, states, n, to, spare + 2 * most);
  }
  for (int i = 0; i < m->n_dense; i++) {
    float *before = v;
    lit_dense_run(m->dense[i], v, 1, next, spare + 2 * most);
    v = next, next = before;
  }
  finish(m, v, dest->out + text * (size_t)m->dim);
}

/* Texts [n] through their tokens' states, each cut to the limit. */
static int by_states(LitErr *e, const LitModel *m, LitEmbedding *c,
                     const LitText *texts, size_t n, float *out) {
  Pooling to = {m, out};
  LitRun r = {.m = m, .stop = c->stop, .finish = pool, .ctx = &to,
              .n_spare = pool_room(m)};
  memset(out, 0, n * (size_t)m->dim * sizeof *out);
  for (size_t i = 0; i < n && !e->rc; lit_run_all(e, &r))
    while (i < n && r.n_ids < LIT_RUN_TOKENS && !e->rc) {
      lit_embed_tokens(e, m, c, texts[i], 1);
      lit_run_add(e, &r, i++, c->ids.at, NULL, c->ids.n);
    }
  lit_run_drop(&r);
  return e->rc;
}

/* ---- windows ---- */

/* Where the text's own tokens [n] begin among all of its tokens. */
static size_t inner_at(const LitIds *all, const uint32_t *inner, size_t n) {
  size_t at = 0;
  while (at + n < all->n &&
         memcmp(all->at + at, inner, n * sizeof *inner) != 0)
    at++;
  return at;
}

/* Windows of the tokens `all` [n], of which those from `head` to n - tail are
** the text's own and the others stand around each window; *n_windows grows. */
static void add_windows(LitErr *e, LitRun *r, const LitIds *all, size_t head,
                        size_t tail, size_t *n_windows) {
  const LitModel *m = r->m;
  size_t size = (size_t)m->max_tokens - head - tail, end = all->n - tail;
  size_t stride = m->opts.stride ? (size_t)m->opts.stride : (size + 1) / 2;
  uint32_t *ids = lit_new(e, (size_t)m->max_tokens, sizeof *ids);
  if (stride > size) stride = size;
  for (size_t at = head; !e->rc; at += stride) {
    size_t n = end - at < size ? end - at : size;
    memcpy(ids, all->at, head * sizeof *ids);
    memcpy(ids + head, all->at + at, n * sizeof *ids);
    memcpy(ids + head + n, all->at + end, tail * sizeof *ids);
    lit_run_add(e, r, (*n_windows)++, ids, NULL, head + n + tail);
    if (at + n == end) break;
  }
  lit_free(ids);
}

/* A text's windows: itself, where it is short enough. */
static int add_text(LitErr *e, LitRun *r, LitEmbedding *c, LitText text,
                    size_t *n_windows) {
  const LitModel *m = r->m;
  LitIds inner = {0};
  LitEncodeOpts opts = {.stop = c->stop, .add_special = 1};
  size_t head;
  if (lit_embed_tokens(e, m, c, text, 1)) return e->rc;
  if (!c->ids.cut)
    return lit_run_add(e, r, (*n_windows)++, c->ids.at, NULL, c->ids.n);
  if (*m->prompts[c->use]) text = (LitText){(char *)c->text.at, c->text.n};
  lit_subword_encode(e, m->tokenizer, c->words, text.at, text.n, &opts,
                     &c->ids);
  opts.add_special = 0;
  lit_subword_encode(e, m->tokenizer, c->words, text.at, text.n, &opts, &inner);
  if (!e->rc) {
    head = inner_at(&c->ids, inner.at, inner.n);
    add_windows(e, r, &c->ids, head, c->ids.n - head - inner.n, n_windows);
  }
  lit_ids_drop(&inner);
  return e->rc;
}

/* One vector of those of n windows [n, dim]: their mean, or the largest of each
** component. */
static void join(const LitModel *m, const float *windows, size_t n,
                 float *out) {
  size_t dim = (size_t)m->dim;
  memcpy(out, windows, dim * sizeof *out);
  for (size_t w = 1; w < n; w++)
    for (size_t i = 0; i < dim; i++) {
      float x = windows[w * dim + i];
      if (m->opts.windows == LIT_WINDOWS_MEAN) out[i] += x;
      else if (x > out[i]) out[i] = x;
    }
  for (size_t i = 0; m->opts.windows == LIT_WINDOWS_MEAN && i < dim; i++)
    out[i] /= (float)n;
  if (n > 1 && m->normalize) lit_normalize(out, dim);
}

enum { WINDOW_TEXTS = 64 };

/* Up to WINDOW_TEXTS texts by windows. */
static int some_by_windows(LitErr *e, const LitModel *m, LitEmbedding *c,
                           const LitText *texts, size_t n, float *out) {
  size_t ends[WINDOW_TEXTS], count = 0, dim = (size_t)m->dim;
  Pooling to = {m, NULL};
  LitRun r = {.m = m, .stop = c->stop, .finish = pool, .ctx = &to,
              .n_spare = pool_room(m)};
  for (size_t i = 0; i < n && !e->rc; i++) {
    add_text(e, &r, c, texts[i], &count);
    ends[i] = count;
  }
  to.out = lit_new0(e, count, dim * sizeof *out);
  lit_run_all(e, &r);
  for (size_t i = 0, from = 0; i < n && !e->rc; from = ends[i++])
    join(m, to.out + from * dim, ends[i] - from, out + i * dim);
  lit_free(to.out);
  lit_run_drop(&r);
  return e->rc;
}

static int by_windows(LitErr *e, const LitModel *m, LitEmbedding *c,
                      const LitText *texts, size_t n, float *out) {
  for (size_t i = 0; i < n && !e->rc; i += WINDOW_TEXTS)
    some_by_windows(e, m, c, texts + i,
                    n - i < WINDOW_TEXTS ? n - i : WINDOW_TEXTS,
                    out + i * (size_t)m->dim);
  return e->rc;
}

int lit_model_embed(LitErr *e, const LitModel *m, LitEmbedUse use,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop) {
  LitEmbedding *c = lit_embedding_take(e, m, use, stop);
  if (!c) return e->rc;
  if (m->arch->embed)
    for (size_t i = 0; i < n && !e->rc; i++)
      m->arch->embed(e, m, c, texts[i], out + i * (size_t)m->dim);
  else
    (m->opts.windows ? by_windows : by_states)(e, m, c, texts, n, out);
  lit_embedding_give(m, c);
  return e->rc ? e->rc
               : lit_run_finite(e, m, "a vector", out, n * (size_t)m->dim);
}
