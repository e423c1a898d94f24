/* tvf_trace.c -- lit_trace: what the last search of this connection did.
**
**   lit_trace()
**     -> stage, name, value
**   A row for each counter of the last search of a lit table that gave out rows
**   (or none), by stages in their order; no row before the first search.
**
**     search    the table, the mode; how many segments and rows it has; how
**               often it looked (batches), at last how deep into each list
**     ask       from text to terms and vectors; with the time of the model
**     filter    rows that FILTERs, rowids and lit_query let through
**     words     BM25: postings of all terms; blocks decoded, and skipped by
**               their bounds; rows scored exactly; texts read by 'keyword'
**     vectors   lists known and probed, rows bounded by 1-bit codes, by int8
**               codes, vectors compared in full, chunks looked into
**     fuse      hits in all lists, rows given out, rows whose sentences had to
**               be read; pairs, fusion, diversity
**     rerank    the time of the cross-encoder
**     cache     chunks found in memory, chunks read, and their bytes
**
**   value is a number; of `ms` the milliseconds of the stage.  What SQLite does
**   with the rows, and reading their columns, is in none of them.
*/
#include <string.h>
#include "sql/lit_trace.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Counter {
  const char *stage, *name;
  size_t at;                /* In a LitTrace */
} Counter;

#define AT(field) offsetof(LitTrace, field)
#define MS(stage) AT(ns) + (stage) * sizeof(uint64_t)

static const Counter counters[] = {
  {"search", "segments", AT(segments)},
  {"search", "rows", AT(rows_live)},
  {"search", "batches", AT(batches)},
  {"search", "depth", AT(depth)},
  {"ask", "terms", AT(terms)},
  {"ask", "vectors", AT(vectors_asked)},
  {"ask", "ms", MS(LIT_STAGE_ASK)},
  {"filter", "rows_allowed", AT(rows_allowed)},
  {"filter", "ms", MS(LIT_STAGE_FILTER)},
  {"words", "postings", AT(words.postings)},
  {"words", "blocks_decoded", AT(words.blocks_decoded)},
  {"words", "blocks_skipped", AT(words.blocks_skipped)},
  {"words", "fours", AT(words.fours)},
  {"words", "rows_scored", AT(words.rows_scored)},
  {"words", "texts_read", AT(texts_read)},
  {"words", "ms", MS(LIT_STAGE_WORDS)},
  {"vectors", "lists_known", AT(vectors.lists_known)},
  {"vectors", "lists_probed", AT(vectors.lists)},
  {"vectors", "bit_codes", AT(vectors.bits)},
  {"vectors", "int8_codes", AT(vectors.codes)},
  {"vectors", "rescored", AT(vectors.rescored)},
  {"vectors", "chunks", AT(vectors.chunks)},
  {"vectors", "ms", MS(LIT_STAGE_VECTORS)},
  {"fuse", "hits", AT(hits)},
  {"fuse", "rows", AT(rows)},
  {"fuse", "sentences_read", AT(sentences_read)},
  {"fuse", "ms", MS(LIT_STAGE_FUSE)},
  {"rerank", "ms", MS(LIT_STAGE_RERANK)},
  {"cache", "hits", AT(hits_cache)},
  {"cache", "misses", AT(misses_cache)},
  {"cache", "bytes_read", AT(bytes_read)},
};

static void put_name(LitRows *out, const char *name, const char *value) {
  lit_put_str(out, "search");
  lit_put_str(out, name);
  lit_put_str(out, value);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  int *done = state;
  const LitTrace *t = conn->trace;
  if (*done || !t || !t->table[0]) return e->rc;
  *done = 1;
  put_name(out, "table", t->table);
  put_name(out, "mode", t->mode);
  for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
    uint64_t n;
    memcpy(&n, (const char *)t + counters[i].at, sizeof n);
    lit_put_str(out, counters[i].stage);
    lit_put_str(out, counters[i].name);
    if (strcmp(counters[i].name, "ms") == 0) lit_put_real(out, (double)n / 1e6);
    else lit_put_int(out, (sqlite3_int64)n);
  }
  return e->rc;
}

const LitTvf lit_tvf_trace = {
  .name = "lit_trace", .schema = "CREATE TABLE x(stage, name, value)",
  .n_out = 3, .flags = LIT_CALM, .state_size = sizeof(int), .fill = fill,
  .doc = "() -> stage, name, value: what the last search did, and its times",
};
