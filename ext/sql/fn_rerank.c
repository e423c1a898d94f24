/* fn_rerank.c -- how well a text answers a question, by a model that reads both
** together (model/model.h).
**
**   lit_rerank(query, text, model)   a score, higher is better
**
** The score is what CrossEncoder.predict of sentence-transformers gives: what
** the model's classifier says, and then, as its config.json wants, nothing
** (ms-marco-MiniLM: about -11..11) or the sigmoid (BGE reranker: 0..1).  Query
** and text together are cut to the model's limit, token by token off the longer
** one.  NULL gives NULL.  Errors: no such model; a model that has no classifier.
**
** It costs a run of the network, milliseconds and more, so it is for the first
** rows of a search, not for a table:
**
**   SELECT title FROM papers('what is a B-tree?') LIMIT 10   -- and then
**   ORDER BY lit_rerank('what is a B-tree?', abstract, 'reranker') DESC
*/
#include "model/model.h"
#include "sql/tables.h"
#include "base/poison.h"

static void fn_rerank(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const LitModel *m;
  const char *name;
  LitText query, text;
  float score = 0;
  size_t n;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_rerank", argv[0], &query.at, &query.n)) goto done;
  if (lit_arg_text(&e, "lit_rerank", argv[1], &text.at, &text.n)) goto done;
  if (lit_arg_text(&e, "lit_rerank", argv[2], &name, &n)) goto done;
  m = lit_model_find(&e, name);
  if (m && !lit_model_score(&e, m, query, &text, 1, &score, &stop))
    sqlite3_result_double(ctx, (double)score);
done:
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_rerank[] = {
  {"lit_rerank", 3, LIT_CALM, fn_rerank,
   "(query, text, model) -> how well the text answers, by a cross-encoder"},
  {0},
};
