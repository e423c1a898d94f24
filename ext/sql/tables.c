/* tables.c -- see tables.h */
#include "sql/tables.h"
#include "base/poison.h"

const LitFunc *const lit_func_tables[] = {
  lit_funcs_base,
  lit_funcs_language,
  lit_funcs_decode,
  lit_funcs_lit,
  lit_funcs_ltr,
  lit_funcs_match,
  lit_funcs_spell,
  lit_funcs_subword,
  lit_funcs_text,
  lit_funcs_train,
  lit_funcs_map,
  lit_funcs_model,
  lit_funcs_progress,
  lit_funcs_rerank,
  lit_funcs_vec,
  lit_funcs_vec_dist,
  lit_funcs_vec_math,
  NULL,
};

const LitAgg *const lit_agg_tables[] = {
  lit_aggs_ltr,
  lit_aggs_map,
  lit_aggs_metrics,
  lit_aggs_topk,
  lit_aggs_vec,
  NULL,
};

const LitTvf *const lit_tvfs[] = {
  &lit_tvf_kinds,
  &lit_tvf_knn_join,
  &lit_tvf_stats,
  &lit_tvf_trace,
  &lit_tvf_recall,
  &lit_tvf_eval,
  &lit_tvf_explain,
  &lit_tvf_compare,
  &lit_tvf_trec_run,
  &lit_tvf_trec_qrels,
  &lit_tvf_terms,
  &lit_tvf_sentences,
  &lit_tvf_ngrams,
  &lit_tvf_acronyms,
  &lit_tvf_spellings,
  &lit_tvf_tokens,
  &lit_tvf_chunks,
  &lit_tvf_tokenizers,
  &lit_tvf_daily_papers,
  &lit_tvf_jsonl,
  &lit_tvf_models,
  &lit_tvf_embed_all,
  &lit_tvf_distill,
  &lit_tvf_train,
  &lit_tvf_vec_each,
  NULL,
};
