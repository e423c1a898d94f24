/* memstore.h -- a LitStore in memory, for tests of index/ without a database.
** It can damage a blob and fail the n-th call. */
#ifndef LIT_MEMSTORE_H
#define LIT_MEMSTORE_H
#include <stdlib.h>
#include <string.h>
#include "index/store.h"

typedef struct MemBlob { int64_t id; uint8_t *at; size_t n; } MemBlob;
typedef struct MemStore {
  MemBlob *blobs;           /* ascending by id */
  size_t n, room;
  long fail_in;             /* > 0: the so-many-th call from now fails */
  LitStore store;
} MemStore;

static size_t mem_find(const MemStore *m, int64_t id) {
  size_t lo = 0, hi = m->n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (m->blobs[mid].id < id) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

static int mem_fails(LitErr *e, MemStore *m) {
  if (m->fail_in > 0 && --m->fail_in == 0)
    return lit_fail(e, LIT_IOERR, "mem: told to fail");
  return e->rc;
}

static int mem_get(LitErr *e, void *ctx, int64_t id, LitBuf *out) {
  MemStore *m = ctx;
  size_t i = mem_find(m, id);
  if (mem_fails(e, m)) return e->rc;
  if (i == m->n || m->blobs[i].id != id)
    return lit_fail(e, LIT_CORRUPT, "mem: no row %lld", (long long)id);
  lit_buf_put(e, out, m->blobs[i].at, m->blobs[i].n);
  return e->rc;
}

static int mem_drop(LitErr *e, void *ctx, int64_t lo, int64_t hi) {
  MemStore *m = ctx;
  size_t from = mem_find(m, lo), to = from;
  if (mem_fails(e, m)) return e->rc;
  while (to < m->n && m->blobs[to].id <= hi) free(m->blobs[to++].at);
  if (to > from)
    memmove(m->blobs + from, m->blobs + to, (m->n - to) * sizeof *m->blobs);
  m->n -= to - from;
  return LIT_OK;
}

static int mem_put(LitErr *e, void *ctx, int64_t id, const void *at,
                   size_t n) {
  MemStore *m = ctx;
  size_t i;
  if (mem_drop(e, m, id, id)) return e->rc;
  if (m->n == m->room) {
    m->room = m->room ? m->room * 2 : 64;
    m->blobs = realloc(m->blobs, m->room * sizeof *m->blobs);
  }
  i = mem_find(m, id);
  memmove(m->blobs + i + 1, m->blobs + i, (m->n - i) * sizeof *m->blobs);
  m->blobs[i] = (MemBlob){id, malloc(n ? n : 1), n};
  memcpy(m->blobs[i].at, at, n);
  m->n++;
  return LIT_OK;
}

static inline void mem_init(MemStore *m) {
  memset(m, 0, sizeof *m);
  m->store = (LitStore){m, "mem", mem_get, mem_put, mem_drop};
}

static inline void mem_done(MemStore *m) {
  for (size_t i = 0; i < m->n; i++) free(m->blobs[i].at);
  free(m->blobs);
}
#endif
