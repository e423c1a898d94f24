/* lit_schema.c -- see lit_schema.h */
#include <stdlib.h>
#include "sql/glue.h"
#include "sql/lit_schema.h"
#include "base/poison.h"

const char *const lit_hidden_names[LIT_N_HIDDEN] = {
  NULL, "k", "mode", "similar_to", "unlike", "diversity", "rerank", "fusion",
  "cutoff", "rerank_depth", "feedback", "sentences", "prior", "neighbours",
  "rank", "score", "distance", "bm25", "cosine", "why",
};

/* ---- words of an argument ---- */

typedef struct Lex {
  const char *at;
  char word[256];           /* The word read last, without its quotes */
  int kind;                 /* 0 end, 'w' word, 'q' quoted, or the character */
} Lex;

static void skip_blanks(Lex *x) {
  for (;;) {
    if (*x->at && strchr(" \t\r\n\f", *x->at)) x->at++;
    else if (x->at[0] == '-' && x->at[1] == '-') x->at += strcspn(x->at, "\n");
    else if (x->at[0] == '/' && x->at[1] == '*') {
      const char *end = strstr(x->at + 2, "*/");
      x->at = end ? end + 2 : x->at + strlen(x->at);
    } else return;
  }
}

static int is_word_char(unsigned char c) {
  return c >= 0x80 || c == '_' || c == '.' || c == '-' || c == '+' ||
         (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/* Read the next word; what does not fit into x->word is cut. */
static void next(Lex *x) {
  size_t n = 0;
  char close;
  skip_blanks(x);
  close = *x->at == '[' ? ']' : *x->at;
  x->kind = *x->at ? *x->at : 0;
  if (*x->at && strchr("'\"`[", *x->at)) {
    x->kind = 'q';
    for (x->at++; *x->at; x->at++) {
      if (*x->at == close && (close == ']' || x->at[1] != close)) break;
      if (*x->at == close) x->at++;
      if (n < sizeof x->word - 1) x->word[n++] = *x->at;
    }
    if (*x->at) x->at++;
  } else if (is_word_char((unsigned char)*x->at)) {
    x->kind = 'w';
    for (; is_word_char((unsigned char)*x->at); x->at++)
      if (n < sizeof x->word - 1) x->word[n++] = *x->at;
  } else if (*x->at) {
    x->word[n++] = *x->at++;
  }
  x->word[n] = '\0';
}

/* ---- options ---- */

static int number_between(LitErr *e, const char *name, const char *s,
                          double lo, double hi, double *out) {
  char *end;
  *out = strtod(s, &end);
  if (end == s || *end || !(*out >= lo && *out <= hi))
    return lit_fail(e, LIT_ERROR, "lit: %s = '%s': must be a number in %g..%g",
                    name, s, lo, hi);
  return LIT_OK;
}

/* "none", or the name of a model, into out [LIT_NAME_MAX]. */
static int set_name(LitErr *e, const char *what, const char *v, char *out) {
  if (!*v || strlen(v) >= LIT_NAME_MAX)
    return lit_fail(e, LIT_ERROR, "lit: %s = '%s': must be 'none' or the name "
                    "of a model, see lit_models", what, v);
  memcpy(out, v, strlen(v) + 1);
  return LIT_OK;
}

static int set_model(LitErr *e, LitSchema *s, const char *v) {
  return set_name(e, "model", v, s->model);
}

static int set_rerank(LitErr *e, LitSchema *s, const char *v) {
  return set_name(e, "rerank", v, s->rerank);
}

static int set_rerank_depth(LitErr *e, LitSchema *s, const char *v) {
  double n;
  if (number_between(e, "rerank_depth", v, 1, LIT_RERANK_MAX, &n)) return e->rc;
  s->rerank_depth = (int)n;
  return LIT_OK;
}

static int set_tokenizer(LitErr *e, LitSchema *s, const char *v) {
  s->words = lit_words_find(e, "lit: tokenizer", v);
  return e->rc;
}

static int set_k1(LitErr *e, LitSchema *s, const char *v) {
  return number_between(e, "k1", v, 0, 10, &s->k1);
}

static int set_b(LitErr *e, LitSchema *s, const char *v) {
  return number_between(e, "b", v, 0, 1, &s->b);
}

static int set_recall(LitErr *e, LitSchema *s, const char *v) {
  LitErr why = {0};
  s->recall = 0;
  if (sqlite3_stricmp(v, "exact") == 0) return LIT_OK;
  if (number_between(&why, "recall", v, 0.5, 0.999, &s->recall))
    lit_fail(e, why.rc, "lit: recall = '%.40s': must be a number in 0.5..0.999,"
             " or 'exact'", v);
  return e->rc;
}

static int set_fusion(LitErr *e, LitSchema *s, const char *v) {
  if (strlen(v) >= sizeof s->fusion_words)
    return lit_fail(e, LIT_ERROR, "lit: fusion = '%.40s...': too long", v);
  memcpy(s->fusion_words, v, strlen(v) + 1);
  return lit_fusion_parse(e, v, &s->fusion);
}

static const LitOption options[] = {
  {"model", "embeds the TEXT columns on INSERT, default 'builtin'; 'none': "
   "lexical only",
   set_model},
  {"tokenizer", "how TEXT is cut into words: 'english' (default) ...",
   set_tokenizer},
  {"k1", "BM25F: how soon repetition stops counting, 0..10, default 1.2", set_k1},
  {"b", "BM25F: how much length counts, 0..1, default 0.75", set_b},
  {"rerank", "a cross-encoder that puts the first rows in order; 'none' "
   "(default), or a model's name", set_rerank},
  {"rerank_depth", "how many rows it reads, 1..1000, default 50",
   set_rerank_depth},
  {"recall", "share of the nearest rows that a search by vectors finds in large "
   "tables, 0.5..0.999, default 0.99, or 'exact'", set_recall},
  {"feedback", "what a question learns from its first answers: 'none' "
   "(default), 'rm3', 'rocchio', 'near', 'rm3 + rocchio'", NULL},
  {"sentences", "the first rows count by their best sentence too: "
   "'best(20, 0.5)' (default, in hybrid, with static models), 'none'",
   NULL},
  {"neighbours", "the first rows count by the rows that are like them too: "
   "'lift(50, 3, 0.2)' (default, in hybrid, but with static models), 'none'",
   NULL},
  {"prior", "newer rows, or those of many votes, higher: 'none' (default), "
   "'recent(5, 0.1) of year', 'many(0.1) of votes', or both with +", NULL},
  {"fusion", "how hybrid joins its lists, default 'z(0.4)'", set_fusion},
};

const LitOption *lit_option_row(size_t i) {
  return i < sizeof options / sizeof *options ? &options[i] : NULL;
}

static const LitNames option_names = LIT_NAMES_ANY_CASE(options);

const LitSpecSort *const lit_hows[LIT_N_HOWS] = {
  [LIT_HOW_FEEDBACK] = &lit_feedback, [LIT_HOW_SENTENCES] = &lit_sentences,
  [LIT_HOW_PRIOR] = &lit_prior, [LIT_HOW_NEIGHBOURS] = &lit_neighbours,
};

static int set_option(LitErr *e, LitSchema *s, const LitOption *o,
                      const char *v) {
  if (o->set) return o->set(e, s, v);
  for (int i = 0; i < LIT_N_HOWS; i++)
    if (strcmp(o->name, lit_hows[i]->what) == 0)
      lit_spec_read(e, lit_hows[i], v, &s->how[i]);
  return e->rc;
}

static int read_option(LitErr *e, LitSchema *s, const char *name, Lex *x) {
  const LitOption *o;
  next(x);
  if (x->kind != 'w' && x->kind != 'q')
    return lit_fail(e, LIT_ERROR, "lit: %s: expected a value after '='", name);
  o = lit_names_find(e, "lit", "option", &option_names, name, strlen(name));
  if (!o || set_option(e, s, o, x->word)) return e->rc;
  next(x);
  if (x->kind)
    lit_fail(e, LIT_ERROR, "lit: %s: '%s' after the value", name, x->word);
  return e->rc;
}

/* ---- columns ---- */

static const char *const types[] = {"TEXT", "INTEGER", "REAL", "NUMERIC", NULL};

static const char *find_type(const char *word) {
  if (sqlite3_stricmp(word, "INT") == 0) return "INTEGER";
  for (int i = 0; types[i]; i++)
    if (sqlite3_stricmp(word, types[i]) == 0) return types[i];
  return NULL;
}

/* A row whose name is this word, in any case; -1 if none. */
static const LitDist *find_dist(const char *word) {
  const LitDist *d;
  for (size_t i = 0; (d = lit_dist_row(i)) != NULL; i++)
    if (sqlite3_stricmp(d->name, word) == 0) return d;
  return NULL;
}

static int find_elem(const char *word) {
  const LitElemRow *row;
  for (size_t i = 0; (row = lit_elem_row(i)) != NULL; i++)
    if (sqlite3_stricmp(row->name, word) == 0) return (int)i;
  return -1;
}

static int bad_column(LitErr *e, const LitColumn *c, const char *word) {
  return lit_fail(e, LIT_ERROR, "lit: column '%s': '%s' is not understood; "
                  "allowed: TEXT [WEIGHT w], [type] FILTER, [type] STORED, "
                  "VECTOR(dimensions) [distance] [element]", c->name, word);
}

static int read_weight(LitErr *e, LitColumn *c, Lex *x) {
  next(x);
  return number_between(e, "WEIGHT", x->word, 0, 1000, &c->weight);
}

static int read_dim(LitErr *e, LitColumn *c, Lex *x) {
  double dim = 0;
  char what[LIT_NAME_MAX];
  sqlite3_snprintf(sizeof what, what, "VECTOR of column %s", c->name);
  next(x);
  if (x->kind != '(')
    return lit_fail(e, LIT_ERROR, "lit: column '%s': expected VECTOR(dimensions)",
                    c->name);
  next(x);
  if (number_between(e, what, x->word, 1, LIT_DIM_MAX, &dim)) return e->rc;
  next(x);
  if (x->kind != ')' || dim != (uint32_t)dim)
    return lit_fail(e, LIT_ERROR, "lit: column '%s': expected VECTOR(dimensions)",
                    c->name);
  c->dim = (uint32_t)dim;
  return LIT_OK;
}

typedef struct ColumnWords {
  int filter, stored, vector, weight;
} ColumnWords;

/* One word behind the column's name. */
static int read_word(LitErr *e, LitColumn *c, ColumnWords *seen, Lex *x) {
  const char *type = find_type(x->word);
  const LitDist *dist = find_dist(x->word);
  int elem = find_elem(x->word);
  if (x->kind != 'w') return bad_column(e, c, x->word);
  if (type && !*c->type) c->type = type;
  else if (!sqlite3_stricmp(x->word, "FILTER") && !seen->filter) seen->filter = 1;
  else if (!sqlite3_stricmp(x->word, "STORED") && !seen->stored) seen->stored = 1;
  else if (!sqlite3_stricmp(x->word, "WEIGHT") && !seen->weight)
    return seen->weight = 1, read_weight(e, c, x);
  else if (!sqlite3_stricmp(x->word, "VECTOR") && !seen->vector)
    return seen->vector = 1, read_dim(e, c, x);
  else if (dist && seen->vector) c->dist = dist;
  else if (elem >= 0 && seen->vector) c->elem = (LitElem)elem;
  else return bad_column(e, c, x->word);
  return LIT_OK;
}

/* The role that the words add up to. */
static int settle(LitErr *e, LitColumn *c, const ColumnWords *seen) {
  if (seen->filter + seen->stored + seen->vector > 1)
    return lit_fail(e, LIT_ERROR, "lit: column '%s': FILTER, STORED and VECTOR "
                    "exclude one another", c->name);
  if (seen->vector) {
    c->role = LIT_ROLE_VECTOR;
    if (!c->dist)
      c->dist = lit_dist_find(c->elem == LIT_BIT ? "hamming" : "l2");
    if (!lit_dist_fits(c->dist, c->elem))
      return lit_fail(e, LIT_ERROR, "lit: column '%s': distance %s does not fit "
                      "elements of %s", c->name, c->dist->name,
                      lit_elem_row(c->elem)->name);
    if (c->elem == LIT_BIT && c->dim % 8)
      return lit_fail(e, LIT_ERROR, "lit: column '%s': %u bits, not a multiple "
                      "of 8", c->name, c->dim);
    if (*c->type || seen->weight) return bad_column(e, c, "TEXT");
  } else if (seen->filter) c->role = LIT_ROLE_FILTER;
  else if (seen->stored) c->role = LIT_ROLE_STORED;
  else if (!strcmp(c->type, "TEXT")) c->role = LIT_ROLE_TEXT;
  else
    return lit_fail(e, LIT_ERROR, "lit: column '%s': say TEXT (searched), "
                    "FILTER, STORED or VECTOR(dimensions)", c->name);
  if (seen->weight && c->role != LIT_ROLE_TEXT)
    return lit_fail(e, LIT_ERROR, "lit: column '%s': WEIGHT is for searched "
                    "TEXT", c->name);
  return LIT_OK;
}

static int check_name(LitErr *e, const LitSchema *s, const LitColumn *c) {
  for (int i = 0; i < s->n_cols; i++)
    if (sqlite3_stricmp(s->cols[i].name, c->name) == 0)
      return lit_fail(e, LIT_ERROR, "lit: column '%s' is named twice", c->name);
  for (int i = 0; i < LIT_N_HIDDEN; i++)
    if (sqlite3_stricmp(i ? lit_hidden_names[i] : s->name, c->name) == 0)
      return lit_fail(e, LIT_ERROR, "lit: a column may not be named '%s': that "
                      "is a column of every lit table", c->name);
  if (sqlite3_stricmp(c->name, "rowid") == 0 || !*c->name)
    return lit_fail(e, LIT_ERROR, "lit: a column may not be named '%s'",
                    c->name);
  return LIT_OK;
}

static int count(LitErr *e, LitSchema *s, LitColumn *c) {
  static const char *const words[] = {"TEXT", "FILTER", "STORED", "VECTOR"};
  int stored = 0, most = c->role == LIT_ROLE_TEXT ? LIT_TEXTS_MAX
                       : c->role == LIT_ROLE_STORED ? 1000 : LIT_COLS_MAX - 1;
  int *n = c->role == LIT_ROLE_TEXT ? &s->n_texts
         : c->role == LIT_ROLE_FILTER ? &s->n_filters
         : c->role == LIT_ROLE_VECTOR ? &s->n_vectors : &stored;
  c->slot = (*n)++;
  if (*n > most)
    return lit_fail(e, LIT_ERROR, "lit: over %d %s columns", most,
                    words[c->role]);
  return LIT_OK;
}

static int read_column(LitErr *e, LitSchema *s, const char *name, Lex *x) {
  ColumnWords seen = {0};
  LitColumn *c = &s->cols[s->n_cols];
  *c = (LitColumn){.type = "", .weight = 1, .elem = LIT_F32};
  c->name = lit_arena_copy(e, &s->mem, name, strlen(name));
  if (e->rc) return e->rc;
  if (check_name(e, s, c)) return e->rc;
  for (; x->kind && !e->rc; next(x)) read_word(e, c, &seen, x);
  if (e->rc || settle(e, c, &seen) || count(e, s, c)) return e->rc;
  s->n_cols++;
  return LIT_OK;
}

static int read_argument(LitErr *e, LitSchema *s, const char *arg) {
  char name[256];
  Lex x = {.at = arg};
  next(&x);
  if (x.kind != 'w' && x.kind != 'q')
    return lit_fail(e, LIT_ERROR, "lit: expected a column or an option, got "
                    "'%.60s'", arg);
  memcpy(name, x.word, sizeof name);
  next(&x);
  return x.kind == '=' ? read_option(e, s, name, &x)
                       : read_column(e, s, name, &x);
}

int lit_schema_read(LitErr *e, LitSchema *s, int argc,
                    const char *const *argv) {
  *s = (LitSchema){.rerank = "none", .rerank_depth = 50, .k1 = 1.2, .b = 0.75,
                   .recall = 0.99};
  s->db = lit_arena_copy(e, &s->mem, argv[1], strlen(argv[1]));
  s->name = lit_arena_copy(e, &s->mem, argv[2], strlen(argv[2]));
  s->cols = lit_arena_new(e, &s->mem, (size_t)argc, sizeof *s->cols);
  for (int i = 0; i < LIT_N_HOWS; i++)
    lit_spec_read(e, lit_hows[i], NULL, &s->how[i]);
  if (e->rc || set_fusion(e, s, "z(0.4)") || set_tokenizer(e, s, "english"))
    return e->rc;
  for (int i = 3; i < argc; i++)
    if (read_argument(e, s, argv[i])) return e->rc;
  if (s->n_texts + s->n_vectors == 0)
    return lit_fail(e, LIT_ERROR, "lit: nothing to search: name at least one "
                    "TEXT or VECTOR column");
  for (int i = 0; i < LIT_N_HOWS; i++)
    if (lit_how_check(e, s, lit_hows[i], &s->how[i])) return e->rc;
  return LIT_OK;
}

int lit_schema_filter(const LitSchema *s, const char *name) {
  for (int i = 0; i < s->n_cols; i++)
    if (s->cols[i].role == LIT_ROLE_FILTER &&
        sqlite3_stricmp(s->cols[i].name, name) == 0)
      return s->cols[i].slot;
  return -1;
}

int lit_how_check(LitErr *e, const LitSchema *s, const LitSpecSort *sort,
                  const LitSpec *how) {
  for (size_t i = 0; i < how->n && sort->of && !e->rc; i++) {
    const LitSpecKind *kind = how->at[i].kind;
    if (lit_schema_filter(s, how->at[i].of) < 0)
      lit_fail(e, LIT_ERROR, "%s %s: no %s '%s'", sort->what, kind->name,
               sort->of, how->at[i].of);
  }
  return e->rc;
}

void lit_schema_drop(LitSchema *s) {
  lit_arena_drop(&s->mem);
  *s = (LitSchema){0};
}
