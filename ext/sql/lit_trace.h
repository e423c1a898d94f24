/* lit_trace.h -- what the last search of a connection did, stage by stage.
**
** A search counts in a LitTrace of its own, which costs an addition here and
** there, and a look at the clock where a stage ends; after each batch of rows
** it is copied to the connection, where lit_trace finds it.
*/
#ifndef LIT_TRACE_H
#define LIT_TRACE_H
#include "index/bm25.h"
#include "index/vecs.h"
#include "sql/glue.h"

typedef enum {
  LIT_STAGE_ASK, LIT_STAGE_FILTER, LIT_STAGE_WORDS, LIT_STAGE_VECTORS,
  LIT_STAGE_FUSE, LIT_STAGE_RERANK, LIT_N_STAGES
} LitStage;

typedef struct LitTrace {
  char table[64], mode[16];
  uint64_t segments, rows_live;
  uint64_t terms, vectors_asked;    /* Of the question */
  uint64_t batches, depth;          /* So many, the last so deep */
  uint64_t rows_allowed;            /* By FILTERs and lit_query */
  LitBm25Trace words;
  uint64_t texts_read;              /* By mode 'keyword' */
  LitVecTrace vectors;
  uint64_t sentences_read;          /* Rows read for their sentences */
  uint64_t hits, rows;              /* In all lists of all batches; given out */
  uint64_t hits_cache, misses_cache, bytes_read;
  uint64_t ns[LIT_N_STAGES];
} LitTrace;

/* Make conn->trace, if it is not there yet; lit_free it. */
int lit_trace_make(LitErr *e, LitConn *conn);

/* The time since *lap_at goes to `stage`; *lap_at is now. */
void lit_trace_lap(LitTrace *t, LitStage stage, uint64_t *lap_at);
#endif
