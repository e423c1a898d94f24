/* lit_plan.c -- see lit_plan.h */
#include <string.h>
#include "sql/lit_plan.h"
#include "base/poison.h"

static const LitPlanOp ops[] = {
  {"=", SQLITE_INDEX_CONSTRAINT_EQ, LIT_OP_EQ},
  {"IN", 0, LIT_OP_IN},
  {"<>", SQLITE_INDEX_CONSTRAINT_NE, LIT_OP_NE},
  {"<=", SQLITE_INDEX_CONSTRAINT_LE, LIT_OP_LE},
  {"<", SQLITE_INDEX_CONSTRAINT_LT, LIT_OP_LT},
  {">=", SQLITE_INDEX_CONSTRAINT_GE, LIT_OP_GE},
  {">", SQLITE_INDEX_CONSTRAINT_GT, LIT_OP_GT},
  {"IS NULL", SQLITE_INDEX_CONSTRAINT_ISNULL, LIT_OP_IS_NULL},
  {"IS NOT NULL", SQLITE_INDEX_CONSTRAINT_ISNOTNULL, LIT_OP_NOT_NULL},
  {"IS", SQLITE_INDEX_CONSTRAINT_IS, LIT_OP_EQ},
  {"LIKE", SQLITE_INDEX_CONSTRAINT_LIKE, LIT_OP_PREFIX},
  {"GLOB", SQLITE_INDEX_CONSTRAINT_GLOB, LIT_OP_PREFIX_CASE},
  {"MATCH", SQLITE_INDEX_CONSTRAINT_MATCH, -1},
};
enum { N_OPS = sizeof ops / sizeof *ops };

static const LitPlanOp *find_op(int code) {
  for (int i = 0; i < N_OPS; i++)
    if (ops[i].code == code && code) return &ops[i];
  return NULL;
}

/* ---- choosing ---- */

typedef struct Plan {
  const LitTable *t;
  sqlite3_index_info *info;
  sqlite3_str *words;
  int n_args, n_clauses;
  int searches, text, vectors;      /* What it finds by */
} Plan;

static const char *column_name(const LitTable *t, int column) {
  int hidden = column - t->schema.n_cols;
  if (column == LIT_COLUMN_ROWID) return "rowid";
  if (hidden < 0) return t->schema.cols[column].name;
  return hidden == LIT_IN_MATCH ? t->schema.name : lit_hidden_names[hidden];
}

static int is_plain(const char *name) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyz_0123456789"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return *name && strspn(name, plain) == strlen(name);
}

/* Take constraint i over as the plan's next argument. */
static void take(Plan *p, int i, const char *before, const LitPlanOp *op,
                 int omit) {
  const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
  const char *name = column_name(p->t, c->iColumn);
  sqlite3_str_appendall(p->words, p->n_clauses++ ? " and " : before);
  sqlite3_str_appendf(p->words, is_plain(name) ? "%s" : "\"%w\"", name);
  sqlite3_str_appendf(p->words, " %s ?", op->words);
  p->info->aConstraintUsage[i].argvIndex = ++p->n_args;
  p->info->aConstraintUsage[i].omit = (unsigned char)omit;
}

/* What a search is asked for: inputs and MATCH.  False if one of them is not
** at hand in this order of the join. */
static int take_inputs(Plan *p) {
  const LitSchema *s = &p->t->schema;
  for (int i = 0; i < p->info->nConstraint; i++) {
    const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
    int hidden = c->iColumn - s->n_cols;
    int is_match = c->op == SQLITE_INDEX_CONSTRAINT_MATCH;
    int is_input = hidden >= 0 && hidden < LIT_OUT_RANK &&
                   (is_match || c->op == SQLITE_INDEX_CONSTRAINT_EQ);
    if (c->op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
        c->op == SQLITE_INDEX_CONSTRAINT_OFFSET || (!is_input && !is_match))
      continue;
    if (!c->usable) return 0;
    if (is_input && hidden != LIT_IN_MATCH && is_match) continue;
    if (hidden < 0 && c->iColumn >= 0 &&
        s->cols[c->iColumn].role == LIT_ROLE_VECTOR)
      p->vectors = 1;
    else if (hidden < 0 || hidden == LIT_IN_MATCH) p->text = 1;
    if (hidden < 0 || hidden == LIT_IN_MATCH || hidden == LIT_IN_SIMILAR)
      p->searches = 1;
    take(p, i, "best first for ", find_op(c->op), 1);
  }
  return 1;
}

static int is_binary(Plan *p, int i) {
  const char *coll = sqlite3_vtab_collation(p->info, i);
  return !coll || sqlite3_stricmp(coll, "BINARY") == 0;
}

/* May the index decide this constraint?  It only thins out the candidates:
** SQLite looks at each row again, so a superset is right. */
static const LitPlanOp *filter_op(Plan *p, int i, int *is_in) {
  const struct sqlite3_index_constraint *c = &p->info->aConstraint[i];
  const LitPlanOp *op = c->op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
                        c->op == SQLITE_INDEX_CONSTRAINT_OFFSET
                            ? NULL : find_op(c->op);
  const LitSchema *s = &p->t->schema;
  int hidden = c->iColumn - s->n_cols;
  *is_in = 0;
  if (!op || !c->usable || op->op < 0) return NULL;
  if (hidden == LIT_OUT_DISTANCE)
    return p->searches && (op->op == LIT_OP_LT || op->op == LIT_OP_LE) ? op
                                                                      : NULL;
  if (hidden >= 0) return NULL;
  if (c->iColumn >= 0 && s->cols[c->iColumn].role != LIT_ROLE_FILTER)
    return NULL;
  if (op->op >= LIT_OP_PREFIX &&
      (c->iColumn < 0 || strcmp(s->cols[c->iColumn].type, "TEXT")))
    return NULL;
  if (op->op < LIT_OP_PREFIX && c->iColumn >= 0 && !is_binary(p, i))
    return NULL;
  if (c->iColumn < 0 && (op->op == LIT_OP_NE || op->op == LIT_OP_IS_NULL ||
                         op->op == LIT_OP_NOT_NULL))
    return NULL;
  *is_in = c->op == SQLITE_INDEX_CONSTRAINT_EQ &&
           sqlite3_vtab_in(p->info, i, -1);
  return op;
}

static void take_filters(Plan *p, int *by_rowid, int *by_column) {
  int n_before = p->n_clauses;
  p->n_clauses = 0;
  for (int i = 0; i < p->info->nConstraint; i++) {
    int is_in;
    const LitPlanOp *op = filter_op(p, i, &is_in);
    if (!op) continue;
    if (p->info->aConstraint[i].iColumn >= 0) *by_column = 1;
    else if (op->op == LIT_OP_EQ && !is_in) *by_rowid = 1;
    else if (is_in && !p->searches) continue;   /* SQLite loops over them */
    if (is_in) sqlite3_vtab_in(p->info, i, 1);
    take(p, i, " where ", is_in ? &ops[1] : op, 0);
  }
  p->n_clauses += n_before;
}

static void take_limit(Plan *p, int op, const char *words) {
  for (int i = 0; i < p->info->nConstraint; i++) {
    if (p->info->aConstraint[i].op != op || !p->info->aConstraint[i].usable)
      continue;
    sqlite3_str_appendf(p->words, " %s ?", words);
    p->info->aConstraintUsage[i].argvIndex = ++p->n_args;
  }
}

/* Does the order in which rows come make ORDER BY's sort needless? */
static int is_ordered(const Plan *p) {
  const struct sqlite3_index_orderby *o = p->info->aOrderBy;
  int hidden;
  if (p->info->nOrderBy < 1) return 0;
  hidden = o->iColumn - p->t->schema.n_cols;
  if (!p->searches) return o->iColumn < 0 && !o->desc;
  if (hidden == LIT_OUT_RANK) return !o->desc;      /* no two ranks are alike */
  if (p->info->nOrderBy > 1) return 0;
  if (hidden == LIT_OUT_SCORE) return o->desc;
  return hidden == LIT_OUT_DISTANCE && !o->desc && p->vectors && !p->text;
}

int lit_plan(sqlite3_vtab *base, sqlite3_index_info *info) {
  Plan p = {.t = (LitTable *)base, .info = info};
  int by_rowid = 0, by_column = 0;
  p.words = sqlite3_str_new(p.t->conn->db);
  if (!take_inputs(&p)) {
    sqlite3_free(sqlite3_str_finish(p.words));
    return SQLITE_CONSTRAINT;
  }
  if (!p.n_clauses) sqlite3_str_appendall(p.words, "rows by rowid");
  take_filters(&p, &by_rowid, &by_column);
  if (p.searches) {
    take_limit(&p, SQLITE_INDEX_CONSTRAINT_LIMIT, "limit");
    take_limit(&p, SQLITE_INDEX_CONSTRAINT_OFFSET, "offset");
  }
  info->idxNum = p.searches || p.n_clauses > 0
                     ? (p.searches ? LIT_PLAN_SEARCH
                        : by_column ? LIT_PLAN_LIST : LIT_PLAN_SCAN)
                     : LIT_PLAN_SCAN;
  info->orderByConsumed = is_ordered(&p);
  info->estimatedCost = p.searches ? 1000 : by_rowid ? 1
                      : by_column ? 10000 : 1000000;
  info->estimatedRows = p.searches ? 100 : by_rowid ? 1
                      : by_column ? 1000 : 100000;
  if (by_rowid && !p.searches) info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  info->idxStr = sqlite3_str_finish(p.words);
  info->needToFreeIdxStr = 1;
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- reading back ---- */

/* The name at *at, unquoted into out [n]; moves *at behind it. */
static void read_name(const char **at, char *out, size_t n) {
  size_t len = 0;
  if (**at == '"') {
    for (++*at; **at; ++*at) {
      if (**at == '"' && (*at)[1] != '"') break;
      if (**at == '"') ++*at;
      if (len < n - 1) out[len++] = **at;
    }
    if (**at) ++*at;
  } else {
    for (; **at && **at != ' '; ++*at)
      if (len < n - 1) out[len++] = **at;
  }
  out[len] = '\0';
}

static int find_column(const LitTable *t, const char *name, int *column) {
  for (int i = 0; i < t->schema.n_cols + LIT_OUT_RANK; i++)
    if (strcmp(column_name(t, i), name) == 0) return *column = i, 1;
  *column = t->schema.n_cols + LIT_OUT_DISTANCE;
  if (strcmp(name, "distance") == 0) return 1;
  *column = LIT_COLUMN_ROWID;
  return strcmp(name, "rowid") == 0;
}

/* The operator at *at, which is followed by " ?". */
static const LitPlanOp *read_op(const char **at) {
  for (int i = 0; i < N_OPS; i++) {
    size_t n = strlen(ops[i].words);
    if (strncmp(*at, ops[i].words, n) == 0 && strncmp(*at + n, " ?", 2) == 0)
      return *at += n + 2, &ops[i];
  }
  return NULL;
}

static int skip(const char **at, const char *words) {
  size_t n = strlen(words);
  if (strncmp(*at, words, n)) return 0;
  *at += n;
  return 1;
}

int lit_plan_read(LitErr *e, const LitTable *t, const char *words, int argc,
                  sqlite3_value **argv, LitClause *out) {
  const char *at = words;
  char name[256];
  if (!skip(&at, "best first for ")) skip(&at, "rows by rowid");
  for (int i = 0; i < argc; i++) {
    LitClause *c = &out[i];
    *c = (LitClause){.value = argv[i]};
    if (!skip(&at, " and ")) skip(&at, " where ");
    if (skip(&at, " limit ?")) c->column = LIT_COLUMN_LIMIT;
    else if (skip(&at, " offset ?")) c->column = LIT_COLUMN_OFFSET;
    else {
      read_name(&at, name, sizeof name);
      if (!find_column(t, name, &c->column) || !skip(&at, " ") ||
          !(c->op = read_op(&at)))
        return lit_fail(e, LIT_ERROR, "%s: plan '%.100s' cannot be read",
                        t->schema.name, words);
    }
  }
  return LIT_OK;
}
