/* tables.h -- everything that is registered, one name a file of sql/.
** A new SQL noun: its file, its line here, its line in tables.c. */
#ifndef LIT_TABLES_H
#define LIT_TABLES_H
#include "sql/glue.h"
#include "sql/tvf.h"

extern const LitFunc lit_funcs_base[];
extern const LitFunc lit_funcs_language[];
extern const LitFunc lit_funcs_decode[];
extern const LitFunc lit_funcs_lit[];
extern const LitFunc lit_funcs_ltr[];
extern const LitFunc lit_funcs_match[];
extern const LitFunc lit_funcs_map[];
extern const LitFunc lit_funcs_model[];
extern const LitFunc lit_funcs_progress[];
extern const LitFunc lit_funcs_rerank[];
extern const LitFunc lit_funcs_spell[];
extern const LitFunc lit_funcs_subword[];
extern const LitFunc lit_funcs_text[];
extern const LitFunc lit_funcs_train[];
extern const LitFunc lit_funcs_vec[];
extern const LitFunc lit_funcs_vec_dist[];
extern const LitFunc lit_funcs_vec_math[];

extern const LitAgg lit_aggs_ltr[];
extern const LitAgg lit_aggs_map[];
extern const LitAgg lit_aggs_metrics[];
extern const LitAgg lit_aggs_topk[];
extern const LitAgg lit_aggs_vec[];

extern const LitTvf lit_tvf_acronyms;
extern const LitTvf lit_tvf_kinds;
extern const LitTvf lit_tvf_knn_join;
extern const LitTvf lit_tvf_recall;
extern const LitTvf lit_tvf_models;
extern const LitTvf lit_tvf_embed_all, lit_tvf_distill, lit_tvf_train;
extern const LitTvf lit_tvf_eval;
extern const LitTvf lit_tvf_stats;
extern const LitTvf lit_tvf_trace;
extern const LitTvf lit_tvf_explain;
extern const LitTvf lit_tvf_compare;
extern const LitTvf lit_tvf_trec_run;
extern const LitTvf lit_tvf_trec_qrels;
extern const LitTvf lit_tvf_terms;
extern const LitTvf lit_tvf_ngrams;
extern const LitTvf lit_tvf_sentences;
extern const LitTvf lit_tvf_spellings;
extern const LitTvf lit_tvf_tokens;
extern const LitTvf lit_tvf_chunks;
extern const LitTvf lit_tvf_tokenizers;
extern const LitTvf lit_tvf_daily_papers;
extern const LitTvf lit_tvf_jsonl;
extern const LitTvf lit_tvf_vec_each;

/* The tables of tables.c, each ended by NULL. */
extern const LitFunc *const lit_func_tables[];
extern const LitAgg *const lit_agg_tables[];
extern const LitTvf *const lit_tvfs[];
#endif
