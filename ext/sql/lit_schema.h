/* lit_schema.h -- what CREATE VIRTUAL TABLE ... USING lit(...) says.
**
** Each argument is a column or an option:
**
**   name TEXT [WEIGHT w]            searched; w counts its words, default 1
**   name [type] FILTER              usable in WHERE inside the index; type is
**                                   INTEGER, REAL, NUMERIC or TEXT
**   name [type] STORED              returned, not searched
**   name VECTOR(dim) [distance] [element]     vectors that the caller brings
**   option = value                  see lit_kinds
**
** Words are not case-sensitive.  What is not known is an error that lists what
** is.
*/
#ifndef LIT_SCHEMA_H
#define LIT_SCHEMA_H
#include "base/mem.h"
#include "index/vecs.h"
#include "rank/fuse.h"
#include "sql/lit_how.h"
#include "text/words.h"

typedef enum {
  LIT_ROLE_TEXT, LIT_ROLE_FILTER, LIT_ROLE_STORED, LIT_ROLE_VECTOR
} LitRole;

typedef struct LitColumn {
  char *name;
  const char *type;         /* "TEXT", "INTEGER", "" ... of the docs table */
  LitRole role;
  int slot;                 /* 0.. among the columns of its role */
  double weight;            /* TEXT */
  uint32_t dim;             /* VECTOR, and the two below */
  LitElem elem;
  const LitDist *dist;
} LitColumn;

enum { LIT_NAME_MAX = 64, LIT_TEXTS_MAX = 16, LIT_RERANK_MAX = 1000 };

typedef struct LitSchema {
  LitArena mem;
  char *db, *name;          /* "main", "papers" */
  LitColumn *cols;          /* [n_cols], in the user's order */
  int n_cols;
  int n_texts, n_filters, n_vectors;
  char model[LIT_NAME_MAX]; /* "none", or a model's name; "" if it is
                             not said: that of the table when it was made */
  char rerank[LIT_NAME_MAX];        /* "none", or a model's name */
  int rerank_depth;
  const LitWords *words;
  double k1, b;             /* BM25F */
  double recall;            /* Of a search by vectors; 0: exact */
  LitFusionSpec fusion;
  char fusion_words[LIT_NAME_MAX];
  LitSpec how[LIT_N_HOWS];
} LitSchema;

/* Hidden columns, after the user's: first the table's own name, then these,
** in the order in which the table-valued form takes them. */
typedef enum {
  LIT_IN_MATCH, LIT_IN_K, LIT_IN_MODE, LIT_IN_SIMILAR, LIT_IN_UNLIKE,
  LIT_IN_DIVERSITY, LIT_IN_RERANK, LIT_IN_FUSION, LIT_IN_CUTOFF,
  LIT_IN_RERANK_DEPTH, LIT_IN_FEEDBACK, LIT_IN_SENTENCES, LIT_IN_PRIOR,
  LIT_IN_NEIGHBOURS,
  LIT_OUT_RANK, LIT_OUT_SCORE, LIT_OUT_DISTANCE, LIT_OUT_BM25, LIT_OUT_COSINE,
  LIT_OUT_WHY, LIT_N_HIDDEN
} LitHidden;
extern const char *const lit_hidden_names[LIT_N_HIDDEN];

typedef struct LitOption {
  const char *name, *doc;
  /* NULL: it is one of lit_hows. */
  int (*set)(LitErr *e, LitSchema *s, const char *value);
} LitOption;
const LitOption *lit_option_row(size_t i);      /* NULL past the end */

/* argv as xCreate gets it: module, database, table, arguments. */
int lit_schema_read(LitErr *e, LitSchema *s, int argc,
                    const char *const *argv);
/* The slot of that FILTER column; -1: there is none. */
int lit_schema_filter(const LitSchema *s, const char *name);
/* ERROR: `how` names a FILTER column that is not there. */
int lit_how_check(LitErr *e, const LitSchema *s, const LitSpecSort *sort,
                  const LitSpec *how);
void lit_schema_drop(LitSchema *s);

#endif
