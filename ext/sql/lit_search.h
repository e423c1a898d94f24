/* lit_search.h -- one search: what was asked, and the rows that answer it.
**
** A question makes up to LIT_FUSE_LISTS ranked lists: one by words (BM25F) and
** one for each vector.  One list is the answer as it is; several are fused.
** The answer comes in batches, best first: the first looks LIT_DEPTH hits deep
** into each list (or less, see lit_floor.c, and gives out those rows alone that
** are the best of all; from LIT_DEPTH on half as many as it is deep at the
** least), the next twice as deep or more, and so on until the lists end, so
** a LIMIT that SQLite does not show us, or a condition that SQLite checks itself,
** still gets all the rows that there are.  No row comes twice, and what comes
** does not depend on LIMIT.
**
** cutoff = x, 0 to 1, ends the answer at the first row whose score is less than
** x times that of the best, or, where the best is negative (a distance, turned
** round), less than 1/x times: twice as far for 0.5.  0 or NULL: no end.
*/
#ifndef LIT_SEARCH_H
#define LIT_SEARCH_H
#include "index/bm25_plan.h"
#include "index/pairs.h"
#include "index/syntax.h"
#include "rank/fuse.h"
#include "sql/lit_plan.h"
#include "sql/lit_trace.h"
#include "text/snippet.h"

/* Hits of the first batch: of each list that is fused, of each where lit_floor.c
** knows how far to look by words (three in ten are given out: ten rows; of the
** second batch then 25), and of a list alone whose k or LIMIT is not known. */
enum {
  LIT_DEPTH = 200, LIT_DEPTH_FLOOR = 32, LIT_DEPTH_SECOND = 84, LIT_DEPTH_ONE = 50
};
/* Of a list by vectors that is fused, so many are found as the column's recall
** says; the others, whose places matter little, as their codes say: nothing waits
** for anything then, but twice as many vectors are compared.  Where they fill over
** half the cache, most of these would be read from the file, at ten times the
** price: then all hits of the first batch are found as the recall says.  Of a deeper
** one that would compare twice as many again. */
enum { LIT_DEPTH_SURE = 10 };

typedef struct LitSearch LitSearch;

/* A mode: how it ranks by words, if it does, and whether by vectors. */
typedef struct LitMode {
  const char *name;
  const char *list;         /* What `why` calls the list by words */
  /* Push the best rows; masks [segments], NULL where all live rows may answer. */
  int (*by_words)(LitErr *e, LitSearch *s, const LitBits *const *masks,
                  LitTopk *top);
  int vectors;
  const char *doc;
} LitMode;
const LitMode *lit_mode_row(size_t i);    /* NULL past the end */

typedef struct LitDense {
  const LitVecCol *col;
  const char *name;         /* "model", or the column's */
  LitVecQuery q;
} LitDense;

typedef struct LitResult {
  int64_t rowid;
  double score;
  uint32_t places[LIT_FUSE_LISTS];        /* In each list, from 1; 0: not */
  double gains[LIT_FUSE_LISTS];           /* Of each, where lists are fused */
} LitResult;

/* What the lists by vectors say of the words (lit_floor.c). */
typedef struct LitFloor {
  int64_t *ids;             /* Of their rows, ascending [n] */
  double *words;            /* Their scores by words [n] */
  size_t n;
  double at;                /* A row in none of them that scores less by words is
                            ** not among the first; -INFINITY: not known */
  double none, by, rest;    /* What no words give, a unit of score by words,
                            ** and vectors to a row in no list at most */
} LitFloor;

/* What a batch found of rows that the next asks about again. */
typedef struct LitKnown {
  LitFloor floor;
  LitHit *pairs;            /* What their pairs of words give, by id [n_pairs] */
  size_t n_pairs;
  unsigned changes;         /* The table's, then */
} LitKnown;

struct LitSearch {
  LitTable *t;
  LitArena mem;             /* Everything lent below */
  /* The question */
  const LitMode *mode;      /* NULL: a list of rows, nothing asked */
  const char *text;         /* MATCH, [n_text] */
  size_t n_text;
  LitSyntax query;          /* MATCH lit_query(...), if has_query; then `text`
                            ** is what of it ranks */
  int has_query;
  const char *query_text;   /* As it was given [n_query_text] */
  size_t n_query_text;
  int field;                /* Only this TEXT column; -1: all */
  LitTerm *terms;
  size_t n_terms, terms_room;
  LitPair *pairs;           /* Neighbours in the text, without stop words */
  size_t n_pairs, pairs_room;
  float weights[LIT_TEXTS_MAX];
  LitDense dense[LIT_FUSE_LISTS - 1];
  int n_dense;
  LitFusionSpec fusion;
  const char *fusion_words;
  LitSpec how[LIT_N_HOWS];  /* Feedback is emptied once it was given */
  double diversity;
  double cutoff, least;     /* 0: none; the least score that it lets through */
  const char *rerank;       /* As the query says it, or NULL */
  sqlite3_int64 rerank_depth;
  const LitModel *reranker; /* NULL: none */
  int64_t *reranked;        /* Rows as they came before it [n_reranked] */
  size_t n_reranked;
  sqlite3_int64 k, want;    /* Rows at most; rows that LIMIT says, or 0 */
  double max_distance;
  int max_excluded;
  int64_t *similar, *unlike;
  size_t n_similar, n_unlike;
  const char *unlike_text;
  size_t n_unlike_text;
  /* Which rows may answer */
  LitPred *preds;
  size_t n_preds;
  sqlite3_int64 lo, hi;     /* Rowids */
  int64_t *rowids;          /* Ascending [n_rowids], if has_rowids */
  size_t n_rowids;
  int has_rowids, is_empty;
  /* The answer so far */
  LitUnit units[LIT_FUSE_LISTS];          /* Of the lists, if has_units: found
                                          ** once, so that scores of all
                                          ** batches compare */
  int has_units;
  LitKnown known;
  LitResult *rows;
  size_t n, room;
  size_t depth;
  int is_done;
  LitPlan plan;             /* Of the terms, while a batch is made */
  LitAsked asked;           /* For highlighting, once has_asked */
  int has_asked;
  LitTrace trace;
  uint64_t lap_at;          /* When the stage at hand began */
};

/* Read the clauses of a plan: everything is checked here. */
int lit_search_begin(LitErr *e, LitSearch *s, LitTable *t, LitPlanKind kind,
                     const LitClause *clauses, int n);
/* Append the next batch to s->rows; none appended: that was all. */
int lit_search_more(LitErr *e, LitSearch *s);
void lit_search_drop(LitSearch *s);

/* Values of one row of the answer; NAN where there is none. */
int lit_search_bm25(LitErr *e, const LitSearch *s, int64_t rowid, double *out);
int lit_search_distance(LitErr *e, const LitSearch *s, int i, int64_t rowid,
                        double *out);
/* JSON: what each stage gave to result i. */
int lit_search_why(LitErr *e, const LitSearch *s, size_t i, LitBuf *out);

/* ---- shared by the files of a search ---- */

/* How the terms are scored. */
LitBm25 lit_search_bm25_how(const LitSearch *s);
/* A distance as a score: the cosine itself, or else its negative. */
double lit_search_score_of(const LitDense *d, double distance);

/* ---- lit_rerank.c ---- */

/* Settle s->reranker, once the question is read. */
int lit_rerank_begin(LitErr *e, LitSearch *s);
/* Put the first hits in the reranker's order, if there is one. */
int lit_rerank_first(LitErr *e, LitSearch *s, LitFused *f);
void lit_rerank_why(LitErr *e, const LitSearch *s, const LitResult *r,
                    LitBuf *out);

/* The user's columns of a row, by a lit_shadow_scan: cols [n_cols]. */
int lit_search_row(LitErr *e, const LitSearch *s, sqlite3_stmt *q, int64_t id,
                   sqlite3_value **cols);

/* ---- lit_feedback.c ---- */

/* Change the question by what stands on top of its answer, once. */
int lit_feedback_learn(LitErr *e, LitSearch *s, const LitFused *top);

/* ---- lit_expand.c: a kind of feedback ---- */

int lit_expand_near(LitErr *e, LitSearch *s, const double *numbers,
                    const LitFused *top);

/* ---- lit_prior.c ---- */

/* Put the hits in the order that the prior makes of theirs. */
int lit_prior_add(LitErr *e, LitSearch *s, LitFused *f);

/* ---- lit_sentences.c ---- */

/* Score the first hits of an answer of lists [n_lists] by their sentences too, if
** that is asked for. */
int lit_sentences_first(LitErr *e, LitSearch *s, LitFused *f,
                        const LitTopk *lists, size_t n_lists);

/* ---- lit_neighbours.c ---- */

/* Lift the first hits of an answer of n_lists lists by those that are like them,
** if that is asked for. */
int lit_neighbours_first(LitErr *e, LitSearch *s, LitFused *f, size_t n_lists);

/* ---- lit_diverse.c ---- */

/* The vectors of the first n hits as floats [n, dim], those of the question's
** first column of vectors, or else the table's; zeros where none is. */
int lit_search_vectors(LitErr *e, LitSearch *s, const LitFused *f, size_t n,
                       float *out);

/* Put the first hits in an order by maximal marginal relevance. */
int lit_diversify(LitErr *e, LitSearch *s, LitFused *f);

/* ---- lit_trace.c ---- */

void lit_trace_begin(LitSearch *s);
/* Counts the rows that masks [segments] let through. */
void lit_trace_allowed(LitSearch *s, const LitBits *masks);
/* What was counted so far becomes that of the connection's last search. */
void lit_trace_publish(const LitSearch *s);

/* ---- lit_floor.c ---- */

/* So many rows of a batch are given out even where an unseen one could come before
** them: to be sure of hundreds would take thousands of each list. */
static inline size_t lit_least_given(size_t depth) {
  return depth >= LIT_DEPTH ? depth / 2 : 0;
}
/* Are the question and its fusion of the kind that this is for? */
int lit_floor_fits(const LitSearch *s);
/* Look at the lists by vectors [n_dense], sorted; finds s->units.  Drop *out in
** any case. */
int lit_floor_find(LitErr *e, LitSearch *s, const LitTopk *lists, size_t depth,
                   LitFloor *out);
/* How many of the first of `fused` are those of the whole table, pairs of words
** left aside: no row that is not in it, and so has `most` by words at most, can score
** more.  At least 1. */
size_t lit_floor_sure(const LitFloor *f, double most, const LitFused *fused);
/* A row's score by words, NAN if it is in no list. */
double lit_floor_words(const LitFloor *n, int64_t id);
void lit_floor_drop(LitFloor *n);

/* ---- lit_blend.c ---- */

/* Fuse lists, each sorted; the first is by words if the mode has such a list, then
** `floor` is what the others said of it.  Scores and order of that one may change.
** Drop *out in any case. */
int lit_blend(LitErr *e, const LitSearch *s, const LitFloor *floor,
              LitTopk *lists, size_t n_lists, LitFused *out);
/* Add what their pairs of words give to the first hits, fused with a floor, `sure`
** of which may be given out. */
int lit_blend_first(LitErr *e, LitSearch *s, const LitFloor *floor, size_t sure,
                    LitFused *f);
/* Adds to the scores of hits what pairs of words give. */
int lit_blend_pairs(LitErr *e, const LitSearch *s, LitHit *hits, size_t n);

/* ---- lit_keyword.c ---- */

int lit_list_keyword(LitErr *e, LitSearch *s, const LitBits *const *masks,
                     LitTopk *top);

/* ---- lit_match.c ---- */

/* Is this a value of lit_query? */
int lit_is_query(sqlite3_value *v);
/* Read one into s->query and s->text. */
int lit_match_read(LitErr *e, LitSearch *s, sqlite3_value *v);
/* Leave in out only the rows of segment seg that match s->query. */
int lit_match_mask(LitErr *e, const LitSearch *s, const LitSeg *seg,
                   LitBits *out);
/* If there is a query: push the rows of masks that `top` has not, score 0. */
int lit_match_rest(LitErr *e, const LitSearch *s,
                   const LitBits *const *masks, LitTopk *top);

/* ---- lit_ask.c ---- */

/* Turn text, similar_to and unlike into terms and vectors. */
int lit_ask(LitErr *e, LitSearch *s);
/* Ask for a word too; one that is asked for already gets more weight. */
int lit_ask_term(LitErr *e, LitSearch *s, const char *at, uint32_t n,
                 float weight);
/* Move a question's vector towards the mean of rows [n]. */
int lit_ask_nearer(LitErr *e, LitSearch *s, LitDense *d, const int64_t *rows,
                   size_t n, double weight);

/* ---- lit_where.c ---- */

/* Take a clause on rowid or a FILTER column. */
int lit_where_add(LitErr *e, LitSearch *s, const LitClause *c);

/* ---- lit_mask.c ---- */

/* The rows of segment seg that may answer; out->at NULL: all live rows. */
int lit_where_mask(LitErr *e, const LitSearch *s, const LitSeg *seg,
                   LitBits *out);

#endif
