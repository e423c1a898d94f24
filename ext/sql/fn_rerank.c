/* fn_rerank.c -- how well a text answers a question, by a model that reads both
** together, or token by token (model/model.h).
**
**   lit_rerank(query, text, model)   a score, higher is better
**   lit_maxsim(query, text, model)   late interaction (ColBERT: Khattab and
**                                    Zaharia 2020): the sum, over the query's
**                                    tokens, of the largest cosine with a token
**                                    of the text
**
** The score is what CrossEncoder.predict of sentence-transformers gives: what
** the model's classifier says, and then, as its config.json wants, nothing
** (ms-marco-MiniLM: about -11..11) or the sigmoid (BGE reranker: 0..1).  Query
** and text together are cut to the model's limit, token by token off the longer
** one.  NULL gives NULL.  Errors: no such model; a model that has no classifier.
**
** lit_maxsim takes any model whose tokens have states; one made for it has a
** layer for them and marks queries and texts (model/tokens.c says how these are
** found; queries are not filled up with [MASK]).
**
** Either costs a run of the network, milliseconds and more, so it is for the first
** rows of a search, not for a table:
**
**   SELECT title FROM papers('what is a B-tree?') LIMIT 10   -- and then
**   ORDER BY lit_rerank('what is a B-tree?', abstract, 'reranker') DESC
*/
#include "model/model.h"
#include "sql/tables.h"
#include "base/poison.h"

/* The three arguments; the model, or NULL and an error. */
static const LitModel *arguments(LitErr *e, const char *who,
                                 sqlite3_value **argv, LitText *query,
                                 LitText *text, const LitStop *stop) {
  const char *name;
  size_t n;
  if (lit_arg_text(e, who, argv[0], &query->at, &query->n) ||
      lit_arg_text(e, who, argv[1], &text->at, &text->n) ||
      lit_arg_text(e, who, argv[2], &name, &n))
    return NULL;
  return lit_model_find(e, who, name, stop);
}

static void fn_rerank(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const LitModel *m;
  LitText query, text;
  float score = 0;
  if (lit_any_null(argc, argv)) return;
  m = arguments(&e, "lit_rerank", argv, &query, &text, &stop);
  if (m && !lit_model_score(&e, m, query, &text, 1, &score, &stop))
    sqlite3_result_double(ctx, (double)score);
  if (e.rc) lit_result_err(ctx, &e);
}

static void fn_maxsim(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const LitModel *m;
  LitText query, text;
  double score = 0;
  if (lit_any_null(argc, argv)) return;
  m = arguments(&e, "lit_maxsim", argv, &query, &text, &stop);
  if (m && !lit_model_maxsim(&e, m, query, text, &stop, &score))
    sqlite3_result_double(ctx, score);
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_rerank[] = {
  {"lit_rerank", 3, LIT_CALM, fn_rerank,
   "(query, text, model) -> how well the text answers, by a cross-encoder"},
  {"lit_maxsim", 3, LIT_CALM, fn_maxsim,
   "(query, text, model) -> late interaction of their tokens' vectors"},
  {0},
};
