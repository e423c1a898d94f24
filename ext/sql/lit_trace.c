/* lit_trace.c -- see lit_trace.h */
#include "base/clock.h"
#include "base/mem.h"
#include "index/cache.h"
#include "kern/kern.h"
#include "sql/lit_search.h"
#include "base/poison.h"

int lit_trace_make(LitErr *e, LitConn *conn) {
  if (!conn->trace) conn->trace = lit_new0(e, 1, sizeof *conn->trace);
  return e->rc;
}

void lit_trace_lap(LitTrace *t, LitStage stage, uint64_t *lap_at) {
  uint64_t now = lit_clock();
  t->ns[stage] += now - *lap_at;
  *lap_at = now;
}

void lit_trace_begin(LitSearch *s) {
  LitTrace *t = &s->trace;
  LitCacheStats c = lit_cache_stats(s->t->conn->cache);
  sqlite3_snprintf(sizeof t->table, t->table, "%s", s->t->schema.name);
  t->hits_cache = c.hits, t->misses_cache = c.misses;
  t->bytes_read = c.bytes_read;
}

void lit_trace_publish(const LitSearch *s) {
  LitTrace *t = s->t->conn->trace;
  LitCacheStats c = lit_cache_stats(s->t->conn->cache);
  if (!s->mode) return;
  *t = s->trace;
  sqlite3_snprintf(sizeof t->mode, t->mode, "%s", s->mode->name);
  t->segments = s->t->dir.n, t->rows_live = lit_dir_rows(&s->t->dir);
  t->terms = s->n_terms, t->vectors_asked = (uint64_t)s->n_dense;
  t->depth = s->depth, t->rows = s->n;
  t->hits_cache = c.hits - t->hits_cache;
  t->misses_cache = c.misses - t->misses_cache;
  t->bytes_read = c.bytes_read - t->bytes_read;
}

void lit_trace_allowed(LitSearch *s, const LitBits *masks) {
  const LitDir *d = &s->t->dir;
  s->trace.rows_allowed = 0;
  for (size_t i = 0; i < d->n; i++)
    s->trace.rows_allowed +=
        masks[i].at ? lit_kern_ones(masks[i].at, ((size_t)masks[i].n + 63) / 64)
                    : d->segs[i]->n_rows - d->segs[i]->n_dead;
}
