/* lit_search.c -- see lit_search.h */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "sql/lit_search.h"
#include "base/poison.h"

static int list_bm25(LitErr *e, LitSearch *s, const LitBits *const *masks,
                     LitTopk *top);

static const LitMode modes[] = {
  {"hybrid", "bm25", list_bm25, 1, "by words and by vectors, fused"},
  {"dense", NULL, NULL, 1, "by vectors"},
  {"bm25", "bm25", list_bm25, 0, "by words, BM25F"},
  {"keyword", "keyword", lit_list_keyword, 0, "all words there: as typed, then "
   "split or joined, then with one typo; nearer words first, title first"},
};

const LitMode *lit_mode_row(size_t i) {
  return i < sizeof modes / sizeof *modes ? &modes[i] : NULL;
}

/* ---- reading the question ---- */

static int fail(LitErr *e, const LitSearch *s, const char *words) {
  return lit_fail(e, LIT_ERROR, "%s: %s", s->t->schema.name, words);
}

static int read_text(LitErr *e, LitSearch *s, const char *what,
                     sqlite3_value *v, const char **out, size_t *n) {
  LitErr why = {0};
  const char *at;
  if (lit_arg_text(&why, what, v, &at, n))
    return lit_fail(e, why.rc, "%s.%s", s->t->schema.name, why.msg);
  *out = lit_arena_copy(e, &s->mem, at, *n);
  return e->rc;
}

/* About 150,000 words: what is longer is no question, and would take hours. */
enum { QUERY_MAX = 1 << 20 };

static int read_match(LitErr *e, LitSearch *s, int field, sqlite3_value *v) {
  if (sqlite3_value_type(v) == SQLITE_NULL) return s->is_empty = 1, LIT_OK;
  if (s->text) return fail(e, s, "more than one MATCH with text");
  if (s->t->schema.n_texts == 0)
    return fail(e, s, "MATCH with text, but the table has no TEXT column");
  if (sqlite3_value_bytes(v) > QUERY_MAX)
    return lit_fail(e, LIT_TOOBIG, "%s: MATCH: a query of %d bytes, at most %d",
                    s->t->schema.name, sqlite3_value_bytes(v), QUERY_MAX);
  s->field = field;
  if (lit_is_query(v)) return lit_match_read(e, s, v);
  if (read_text(e, s, "MATCH", v, &s->text, &s->n_text)) return e->rc;
  if (strspn(s->text, " \t\r\n\f\v") == s->n_text)
    return fail(e, s, "MATCH: the query is empty");
  return LIT_OK;
}

static int read_vector(LitErr *e, LitSearch *s, const LitColumn *c,
                       sqlite3_value *v) {
  LitVec vec;
  int is_null;
  LitDense *d = &s->dense[s->n_dense];
  if (s->n_dense + 1 >= LIT_FUSE_LISTS - 1)
    return fail(e, s, "too many vectors in one query");
  if (!lit_read_vector(e, s->t, c, v, &vec, &is_null)) {
    size_t n = is_null ? 0 : lit_vec_bytes(vec.type, vec.dim);
    if (is_null) s->is_empty = 1;
    *d = (LitDense){.col = &s->t->shape.vecs[c->slot], .name = c->name};
    d->q.at = lit_arena_copy(e, &s->mem, is_null ? "" : vec.at, n);
    s->n_dense++;
  }
  lit_vec_drop(&vec);
  return e->rc;
}

static const LitNames mode_names = LIT_NAMES_ANY_CASE(modes);

static int read_mode(LitErr *e, LitSearch *s, sqlite3_value *v) {
  const char *name = (const char *)sqlite3_value_text(v);
  if (name)
    s->mode = lit_names_find(e, s->t->schema.name, "mode", &mode_names, name,
                             strlen(name));
  return e->rc;
}

/* An integer, or a JSON array of integers: rows of this table. */
static int read_rowids(LitErr *e, LitSearch *s, const char *what,
                       sqlite3_value *v, int64_t **out, size_t *n) {
  const char *at;
  char *end;
  size_t room = 0;
  int is_open;
  if (sqlite3_value_type(v) == SQLITE_NULL) return s->is_empty = 1, LIT_OK;
  at = (const char *)sqlite3_value_text(v);
  if (!at) return lit_fail_nomem(e, what);
  at += strspn(at, " ");
  is_open = *at == '[';
  at += is_open + strspn(at + is_open, " ");
  *out = lit_arena_new(e, &s->mem, strlen(at) / 2 + 1, sizeof **out);
  for (room = strlen(at) / 2 + 1; *out && *at && *at != ']'; at = end) {
    long long id = strtoll(at, &end, 10);
    if (end == at || !strchr(" ,]", *end) || *n >= room) break;
    (*out)[(*n)++] = id;
    end += strspn(end, " ,");
  }
  if (is_open && *at == ']') is_open = 0, at += 1 + strspn(at + 1, " ");
  if (!e->rc && (is_open || *at || *n == 0))
    lit_fail(e, LIT_MISMATCH, "%s: %s must be a rowid or a JSON array of "
             "rowids", s->t->schema.name, what);
  return e->rc;
}

static int read_unlike(LitErr *e, LitSearch *s, sqlite3_value *v) {
  const char *at = (const char *)sqlite3_value_text(v);
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (sqlite3_value_type(v) == SQLITE_INTEGER || (at && *at == '['))
    return read_rowids(e, s, "unlike", v, &s->unlike, &s->n_unlike);
  return read_text(e, s, "unlike", v, &s->unlike_text, &s->n_unlike_text);
}

static int read_rerank(LitErr *e, LitSearch *s, sqlite3_value *v) {
  size_t n;
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  return read_text(e, s, "rerank", v, &s->rerank, &n);
}

static int read_fusion(LitErr *e, LitSearch *s, sqlite3_value *v) {
  size_t n;
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (read_text(e, s, "fusion", v, &s->fusion_words, &n)) return e->rc;
  return lit_fusion_parse(e, s->fusion_words, &s->fusion);
}

static int read_how(LitErr *e, LitSearch *s, LitHow how, sqlite3_value *v) {
  const LitSpecSort *sort = lit_hows[how];
  const char *words;
  size_t n;
  if (sqlite3_value_type(v) == SQLITE_NULL) return LIT_OK;
  if (read_text(e, s, sort->what, v, &words, &n) ||
      lit_spec_read(e, sort, words, &s->how[how]))
    return e->rc;
  return lit_how_check(e, &s->t->schema, sort, &s->how[how]);
}

enum { K_MAX = 1000000 };

static int read_input(LitErr *e, LitSearch *s, LitHidden which,
                      sqlite3_value *v) {
  const char *table = s->t->schema.name;
  int is_null = sqlite3_value_type(v) == SQLITE_NULL;
  switch (which) {
  case LIT_IN_MATCH: return read_match(e, s, -1, v);
  case LIT_IN_K:
    return is_null ? LIT_OK : lit_arg_int(e, table, "k", v, 1, K_MAX, &s->k);
  case LIT_IN_MODE: return read_mode(e, s, v);
  case LIT_IN_SIMILAR:
    return read_rowids(e, s, "similar_to", v, &s->similar, &s->n_similar);
  case LIT_IN_UNLIKE: return read_unlike(e, s, v);
  case LIT_IN_DIVERSITY:
    return is_null ? LIT_OK
                   : lit_arg_real(e, table, "diversity", v, 0, 1, &s->diversity);
  case LIT_IN_RERANK: return read_rerank(e, s, v);
  case LIT_IN_RERANK_DEPTH:
    return is_null ? LIT_OK
                   : lit_arg_int(e, table, "rerank_depth", v, 1,
                                 LIT_RERANK_MAX, &s->rerank_depth);
  case LIT_IN_FUSION: return read_fusion(e, s, v);
  case LIT_IN_FEEDBACK: return read_how(e, s, LIT_HOW_FEEDBACK, v);
  case LIT_IN_SENTENCES: return read_how(e, s, LIT_HOW_SENTENCES, v);
  case LIT_IN_NEIGHBOURS: return read_how(e, s, LIT_HOW_NEIGHBOURS, v);
  case LIT_IN_PRIOR: return read_how(e, s, LIT_HOW_PRIOR, v);
  case LIT_IN_CUTOFF:
    return is_null ? LIT_OK
                   : lit_arg_real(e, table, "cutoff", v, 0, 1, &s->cutoff);
  default: return LIT_OK;
  }
}

static int read_limit(LitSearch *s, const LitClause *c) {
  sqlite3_int64 n = sqlite3_value_int64(c->value);
  if (n > 0 && n < K_MAX) s->want += n;
  return LIT_OK;
}

static int read_clause(LitErr *e, LitSearch *s, const LitClause *c) {
  const LitSchema *schema = &s->t->schema;
  int hidden = c->column - schema->n_cols;
  if (c->column <= LIT_COLUMN_LIMIT) return read_limit(s, c);
  if (hidden == LIT_OUT_DISTANCE) {
    int type = sqlite3_value_type(c->value);
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return LIT_OK;
    s->max_distance = sqlite3_value_double(c->value);
    s->max_excluded = c->op->op == LIT_OP_LT;
    return LIT_OK;
  }
  if (hidden >= 0) return read_input(e, s, (LitHidden)hidden, c->value);
  if (c->op->code == SQLITE_INDEX_CONSTRAINT_MATCH && c->column >= 0) {
    const LitColumn *col = &schema->cols[c->column];
    if (col->role == LIT_ROLE_VECTOR) return read_vector(e, s, col, c->value);
    if (col->role == LIT_ROLE_TEXT)
      return read_match(e, s, col->slot, c->value);
    return lit_fail(e, LIT_ERROR, "%s: column '%s' is not searched: MATCH needs "
                    "a TEXT or VECTOR column", schema->name, col->name);
  }
  return lit_where_add(e, s, c);
}

int lit_search_begin(LitErr *e, LitSearch *s, LitTable *t, LitPlanKind kind,
                     const LitClause *clauses, int n) {
  *s = (LitSearch){.t = t, .field = -1, .lo = INT64_MIN, .hi = INT64_MAX,
                   .max_distance = INFINITY, .fusion = t->schema.fusion,
                   .fusion_words = t->schema.fusion_words};
  memcpy(s->how, t->schema.how, sizeof s->how);
  s->lap_at = lit_clock();
  lit_trace_begin(s);
  for (int i = 0; i < n; i++)
    if (read_clause(e, s, &clauses[i])) return e->rc;
  if (kind != LIT_PLAN_SEARCH) {
    for (int i = 0; i < n; i++)
      if (clauses[i].column > t->schema.n_cols)
        return lit_fail(e, LIT_ERROR, "%s: %s = needs MATCH or similar_to",
                        t->schema.name,
                        lit_hidden_names[clauses[i].column - t->schema.n_cols]);
    return LIT_OK;
  }
  if (s->is_empty) return LIT_OK;
  if (!lit_rerank_begin(e, s)) lit_ask(e, s);
  lit_trace_lap(&s->trace, LIT_STAGE_ASK, &s->lap_at);
  return e->rc;
}

static void known_drop(LitKnown *k) {
  lit_floor_drop(&k->floor);
  lit_free(k->pairs);
  *k = (LitKnown){0};
}

void lit_search_drop(LitSearch *s) {
  lit_arena_drop(&s->mem);
  known_drop(&s->known);
  lit_snippet_drop(&s->asked);
  lit_syntax_drop(&s->query);
  lit_free(s->terms);
  lit_free(s->pairs);
  lit_free(s->rows);
  *s = (LitSearch){0};
}

/* ---- answering ---- */

typedef struct Batch {
  size_t depth;
  LitBits *masks;           /* [segments] */
  const LitBits **mask_at;  /* NULL where all live rows may answer */
  LitTopk lists[LIT_FUSE_LISTS];
  size_t n_lists;
  LitFloor floor;
  size_t sure;              /* Hits of the fused list that may be given out */
} Batch;

static void drop_lists(LitSearch *s, Batch *b) {
  for (size_t i = 0; i < b->n_lists; i++) lit_topk_drop(&b->lists[i]);
  b->n_lists = 0;
  lit_floor_drop(&b->floor);
  lit_plan_drop(&s->plan);
}

static void batch_drop(LitSearch *s, Batch *b) {
  size_t n_segs = s->t->dir.n;
  for (size_t i = 0; b->masks && i < n_segs; i++) lit_bits_drop(&b->masks[i]);
  lit_free(b->masks);
  lit_free(b->mask_at);
  drop_lists(s, b);
}

static int make_masks(LitErr *e, const LitSearch *s, Batch *b) {
  const LitDir *d = &s->t->dir;
  b->masks = lit_new0(e, d->n, sizeof *b->masks);
  b->mask_at = lit_new0(e, d->n, sizeof *b->mask_at);
  for (size_t i = 0; i < d->n && !e->rc; i++) {
    lit_where_mask(e, s, d->segs[i], &b->masks[i]);
    if (b->masks[i].at) b->mask_at[i] = &b->masks[i];
  }
  return e->rc;
}

LitBm25 lit_search_bm25_how(const LitSearch *s) {
  return (LitBm25){.k1 = (float)s->t->schema.k1, .b = (float)s->t->schema.b,
                   .n_fields = s->t->schema.n_texts, .weights = s->weights};
}

static int list_bm25(LitErr *e, LitSearch *s, const LitBits *const *masks,
                     LitTopk *top) {
  LitStop stop = lit_conn_stop(s->t->conn);
  return lit_plan_search(e, &s->plan, masks, top, &s->trace.words, &stop);
}

/* Above a floor there are mostly fewer rows than the depth; where there are more,
** more are wanted, so that the first rows are sure. */
static int list_words(LitErr *e, LitSearch *s, Batch *b, LitTopk *list) {
  int has_floor = b->floor.at > -INFINITY;
  lit_topk_init(list, has_floor && !lit_least_given(b->depth) ? 4 * b->depth
                                                              : b->depth);
  list->floor = b->floor.at;
  s->mode->by_words(e, s, b->mask_at, list);
  if (!has_floor) lit_match_rest(e, s, b->mask_at, list);
  lit_topk_sort(list);
  return e->rc;
}

static int is_cosine(const LitDense *d) {
  return strcmp(d->col->dist->name, "cosine") == 0;
}

double lit_search_score_of(const LitDense *d, double distance) {
  return is_cosine(d) ? 1 - distance : -distance;
}

static int is_by_words(const LitSearch *s) {
  return s->mode->by_words && s->n_terms;
}

static int n_lists(const LitSearch *s) {
  return is_by_words(s) + (s->mode->vectors ? s->n_dense : 0);
}

/* How many of a list's hits are sure to be the nearest; 0: all. */
static size_t sure_of(const LitSearch *s) {
  return n_lists(s) == 1 ? 0 : LIT_DEPTH_SURE;
}

static int list_vectors(LitErr *e, LitSearch *s, const Batch *b,
                        LitDense *dense, LitTopk *list) {
  LitDir *d = &s->t->dir;
  LitStop stop = lit_conn_stop(s->t->conn);
  dense->q.max_distance = s->max_distance;
  dense->q.max_excluded = s->max_excluded;
  dense->q.sure = sure_of(s);
  lit_vecs_search(e, dense->col, d->segs, b->mask_at, (int)d->n, &dense->q,
                  list, &s->trace.vectors, &stop);
  lit_topk_sort(list);
  for (size_t h = 0; h < list->n; h++)
    list->at[h].score = lit_search_score_of(dense, -list->at[h].score);
  return e->rc;
}

static int by_rowid(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Append the fused hits that are not among the rows given out before. */
static int append(LitErr *e, LitSearch *s, const LitFused *fused) {
  size_t before = s->n;
  int64_t *seen = lit_new(e, before, sizeof *seen);
  double last = before ? s->rows[before - 1].score : INFINITY;
  for (size_t i = 0; i < before && !e->rc; i++) seen[i] = s->rows[i].rowid;
  if (!e->rc && before) qsort(seen, before, sizeof *seen, by_rowid);
  for (size_t i = 0; i < fused->n && !e->rc; i++) {
    const LitFusedHit *h = &fused->at[i];
    LitResult r = {.rowid = h->hit.id, .score = h->hit.score};
    if (s->k && s->n >= (size_t)s->k) break;
    if (before && bsearch(&h->hit.id, seen, before, sizeof *seen, by_rowid))
      continue;
    if (LIT_GROW(e, &s->rows, &s->room, s->n + 1)) break;
    if (r.score > last) r.score = last;   /* a deeper batch may rank higher */
    memcpy(r.places, h->places, sizeof r.places);
    memcpy(r.gains, h->gains, sizeof r.gains);
    s->rows[s->n++] = r;
  }
  lit_free(seen);
  return e->rc;
}

/* What a row that is not in the list has at most, 0 where all that have a word
** are in it. */
static double last_by_words(const Batch *b) {
  const LitTopk *l = &b->lists[0];
  if (l->n && l->n == l->k) return l->at[l->n - 1].score;
  return b->floor.at > -INFINITY ? b->floor.at : 0;
}

/* One list is its own answer, with its own scores. */
static int fuse(LitErr *e, LitSearch *s, Batch *b, LitFused *out) {
  b->sure = SIZE_MAX;
  if (b->n_lists > 1) {
    double last = last_by_words(b);
    if (lit_blend(e, s, &b->floor, b->lists, b->n_lists, out)) return e->rc;
    if (lit_floor_fits(s) && !s->is_done)
      b->sure = lit_floor_sure(&b->floor, last, out);
    if (b->sure < lit_least_given(b->depth))
      b->sure = lit_least_given(b->depth);
    if (!lit_floor_fits(s)) return e->rc;
    return lit_blend_first(e, s, &b->floor, b->sure, out);
  }
  out->at = lit_new0(e, b->lists[0].n, sizeof *out->at);
  if (!out->at) return e->rc;
  out->n = b->lists[0].n;
  for (size_t i = 0; i < out->n; i++) {
    out->at[i].hit = b->lists[0].at[i];
    out->at[i].places[0] = (uint32_t)i + 1;
  }
  return LIT_OK;
}

/* ---- cutoff ---- */

/* The hits, best first, end before the first that is not good enough: then the
** answer is complete.  The first batch says what is. */
static void cut_off(LitSearch *s, LitFused *f) {
  double best = f->n ? f->at[0].hit.score : 0;
  size_t n = 0;
  if (!(s->cutoff > 0)) return;
  if (s->n == 0) s->least = best < 0 ? best / s->cutoff : best * s->cutoff;
  while (n < f->n && f->at[n].hit.score >= s->least) n++;
  if (n < f->n) s->is_done = 1;
  f->n = n;
}

/* ---- batches ---- */

/* Whatever is asked about the terms is answered by one plan. */
static int make_plan(LitErr *e, LitSearch *s) {
  const LitDir *d = &s->t->dir;
  LitBm25 how = lit_search_bm25_how(s);
  if (!is_by_words(s) || s->mode->by_words != list_bm25) return LIT_OK;
  return lit_plan_make(e, &s->plan, &how, d->segs, (int)d->n, s->terms,
                       (int)s->n_terms);
}

/* The list by words comes first, but is made last. */
static int make_lists(LitErr *e, LitSearch *s, Batch *b) {
  LitTopk *by_vectors = b->lists + is_by_words(s);
  b->n_lists = (size_t)n_lists(s);
  b->floor.at = -INFINITY;
  if (make_plan(e, s)) return e->rc;
  lit_trace_lap(&s->trace, LIT_STAGE_WORDS, &s->lap_at);
  for (size_t i = 0; i < b->n_lists; i++)
    lit_topk_init(&b->lists[i], b->depth);
  for (int i = 0; s->mode->vectors && i < s->n_dense; i++)
    if (list_vectors(e, s, b, &s->dense[i], &by_vectors[i])) return e->rc;
  lit_trace_lap(&s->trace, LIT_STAGE_VECTORS, &s->lap_at);
  if (lit_floor_fits(s) &&
      lit_floor_find(e, s, by_vectors, b->depth, &b->floor))
    return e->rc;
  lit_trace_lap(&s->trace, LIT_STAGE_FUSE, &s->lap_at);
  if (is_by_words(s) && list_words(e, s, b, &b->lists[0])) return e->rc;
  lit_trace_lap(&s->trace, LIT_STAGE_WORDS, &s->lap_at);
  s->is_done = b->floor.at == -INFINITY;
  for (size_t i = 0; i < b->n_lists; i++) {
    s->trace.hits += b->lists[i].n;
    if (b->lists[i].n == b->lists[i].k) s->is_done = 0;
  }
  return LIT_OK;
}

/* Let the question learn from its answer, and ask it again. */
static int feed_back(LitErr *e, LitSearch *s, Batch *b, LitFused *f) {
  lit_feedback_learn(e, s, f);
  drop_lists(s, b);
  lit_fused_drop(f);
  known_drop(&s->known);
  s->has_units = 0;
  if (e->rc || make_lists(e, s, b)) return e->rc;
  return fuse(e, s, b, f);
}

/* Rows of this batch's lists by vectors are in those of the next too. */
static void keep_known(LitSearch *s, Batch *b) {
  lit_floor_drop(&s->known.floor);
  s->known.floor = b->floor;
  s->known.changes = s->t->changes;
  b->floor = (LitFloor){0};
}

static int more_found(LitErr *e, LitSearch *s) {
  Batch b = {.depth = s->depth};
  LitFused fused = {0};
  if (s->known.changes != s->t->changes) known_drop(&s->known);
  s->t->conn->asked_at = s->lap_at = lit_clock();
  s->trace.batches++;
  if (make_masks(e, s, &b)) goto done;
  lit_trace_allowed(s, b.masks);
  lit_trace_lap(&s->trace, LIT_STAGE_FILTER, &s->lap_at);
  if (make_lists(e, s, &b) || b.n_lists == 0) goto done;
  if (fuse(e, s, &b, &fused)) goto done;
  if (s->how[LIT_HOW_FEEDBACK].n && fused.n && feed_back(e, s, &b, &fused)) goto done;
  if (s->n == 0 && lit_sentences_first(e, s, &fused, b.lists, b.n_lists))
    goto done;
  if (s->n == 0 && lit_neighbours_first(e, s, &fused, b.n_lists)) goto done;
  if (lit_prior_add(e, s, &fused)) goto done;
  if (fused.n > b.sure) fused.n = b.sure;
  cut_off(s, &fused);
  lit_trace_lap(&s->trace, LIT_STAGE_FUSE, &s->lap_at);
  if (s->n == 0 && lit_rerank_first(e, s, &fused)) goto done;
  lit_trace_lap(&s->trace, LIT_STAGE_RERANK, &s->lap_at);
  if (s->diversity > 0 && s->n == 0 && lit_diversify(e, s, &fused)) goto done;
  if (!append(e, s, &fused)) keep_known(s, &b);

done:
  lit_trace_lap(&s->trace, LIT_STAGE_FUSE, &s->lap_at);
  lit_fused_drop(&fused);
  batch_drop(s, &b);
  return e->rc;
}

/* Rows by rowid, nothing asked: those that the conditions let through. */
static int more_listed(LitErr *e, LitSearch *s) {
  const LitDir *d = &s->t->dir;
  s->is_done = 1;
  for (size_t i = 0; i < d->n; i++) {
    const LitSeg *seg = d->segs[i];
    LitBits mask;
    if (lit_where_mask(e, s, seg, &mask)) return e->rc;
    for (uint32_t ord = 0; !e->rc && ord < seg->n_rows; ord++) {
      LitResult r = {0};
      if (mask.at ? !lit_bits_has(&mask, ord) : !lit_seg_alive(seg, ord))
        continue;
      if (LIT_GROW(e, &s->rows, &s->room, s->n + 1) ||
          lit_ids_get(e, seg, ord, &r.rowid))
        break;
      s->rows[s->n++] = r;
    }
    lit_bits_drop(&mask);
  }
  if (s->n) qsort(s->rows, s->n, sizeof *s->rows, by_rowid);
  return e->rc;
}

static int is_told(const LitSearch *s, LitHow how) {
  return s->how[how].is_said && s->how[how].n > 0;
}

/* Does the option put rows in order that are not looked at in any case? */
static int is_deep(const LitSearch *s, LitHow how) {
  const struct LitSpecOne *said = &s->how[how].at[0];
  const LitSpecKind *kind = said->kind;
  return s->mode->vectors && is_told(s, how) &&
         (n_lists(s) == 1 || said->numbers[0] > kind->numbers[0].usual);
}

/* Is there a step after fusing that wants more rows than it has by default? */
static int is_wide(const LitSearch *s) {
  return s->diversity > 0 || is_told(s, LIT_HOW_FEEDBACK) ||
         is_told(s, LIT_HOW_PRIOR) || is_deep(s, LIT_HOW_SENTENCES) ||
         is_deep(s, LIT_HOW_NEIGHBOURS);
}

/* How deep the first batch looks: for a single list just as deep as is wanted,
** for a fused answer always alike, so that it does not depend on LIMIT. */
static size_t first_depth(const LitSearch *s) {
  sqlite3_int64 want = s->k ? s->k : s->want, depth;
  if (n_lists(s) > 1) want = lit_floor_fits(s) ? LIT_DEPTH_FLOOR : LIT_DEPTH;
  if (is_wide(s)) want = LIT_DEPTH;
  if (want == 0) want = LIT_DEPTH_ONE;
  depth = s->reranker ? s->rerank_depth * (lit_floor_fits(s) ? 2 : 1) : 0;
  return (size_t)(want < depth ? depth : want);
}

/* Four times as deep as the last, after a few smaller steps; whatever is wanted, so
** that what comes does not depend on it.  A first batch that was sure of few rows,
** where words and vectors find others, is followed by a deep one. */
static size_t next_depth(const LitSearch *s) {
  if (!s->depth) return first_depth(s);
  if (lit_floor_fits(s) && s->depth < LIT_DEPTH_SECOND && s->n >= s->depth / 4)
    return LIT_DEPTH_SECOND;
  if (n_lists(s) > 1 && s->depth < LIT_DEPTH) return LIT_DEPTH;
  return s->depth * 4;
}

int lit_search_more(LitErr *e, LitSearch *s) {
  size_t before = s->n;
  uint64_t rows = lit_dir_rows(&s->t->dir);
  if (s->is_empty || s->is_done || (s->k && s->n >= (size_t)s->k))
    return LIT_OK;
  if (!s->mode) return more_listed(e, s);
  while (!e->rc && !s->is_done && s->n == before) {
    s->depth = next_depth(s);
    if (s->depth > rows) s->depth = (size_t)rows + 1;
    more_found(e, s);
  }
  lit_trace_publish(s);
  return e->rc;
}

/* ---- what is told of a row ---- */

int lit_search_bm25(LitErr *e, const LitSearch *s, int64_t rowid, double *out) {
  LitBm25 how = lit_search_bm25_how(s);
  const LitDir *d = &s->t->dir;
  *out = NAN;
  if (!s->mode || !s->n_terms) return LIT_OK;
  return lit_bm25_score(e, &how, d->segs, (int)d->n, s->terms, (int)s->n_terms,
                        &rowid, 1, out);
}

int lit_search_distance(LitErr *e, const LitSearch *s, int i, int64_t rowid,
                        double *out) {
  const LitDir *d = &s->t->dir;
  *out = NAN;
  if (!s->mode || i >= s->n_dense) return LIT_OK;
  return lit_vecs_distance(e, s->dense[i].col, d->segs, (int)d->n,
                           &s->dense[i].q, &rowid, 1, out);
}

static void put_number(LitErr *e, LitBuf *b, const char *name, double x) {
  char text[40];
  if (isnan(x)) return;
  sqlite3_snprintf(sizeof text, text, "%!.6g", x);   /* '.', in any locale */
  lit_buf_printf(e, b, ",\"%s\":%s", name, text);
}

static int is_fused(const LitSearch *s) {
  return s->mode->vectors && n_lists(s) > 1;
}

static void why_words(LitErr *e, const LitSearch *s, const LitResult *r,
                      int list, LitBuf *out) {
  LitBm25 how = lit_search_bm25_how(s);
  const LitDir *d = &s->t->dir;
  double score = NAN;
  const char *comma = "";
  lit_search_bm25(e, s, r->rowid, &score);
  lit_buf_printf(e, out, "{\"list\":\"%s\"", s->mode->list);
  if (r->places[list])
    lit_buf_printf(e, out, ",\"place\":%u", r->places[list]);
  if (is_fused(s)) put_number(e, out, "gain", r->gains[list]);
  put_number(e, out, "bm25", score);
  if (is_fused(s) && s->n_pairs) {
    LitHit hit = {.id = r->rowid};
    if (lit_blend_pairs(e, s, &hit, 1)) return;
    put_number(e, out, "pairs", hit.score);
  }
  lit_buf_text(e, out, ",\"terms\":{");
  for (size_t i = 0; i < s->n_terms && !e->rc; i++) {
    const LitTerm *t = &s->terms[i];
    char text[40];
    double part = 0;
    if (lit_bm25_score(e, &how, d->segs, (int)d->n, t, 1, &r->rowid, 1, &part))
      return;
    if (part == 0) continue;
    lit_buf_text(e, out, comma);
    lit_buf_json(e, out, t->at, t->n);
    sqlite3_snprintf(sizeof text, text, ":%!.4g", part);
    lit_buf_text(e, out, text);
    comma = ",";
  }
  lit_buf_text(e, out, "}}");
}

static void why_vectors(LitErr *e, const LitSearch *s, const LitResult *r,
                        int i, int list, LitBuf *out) {
  double distance = NAN;
  lit_search_distance(e, s, i, r->rowid, &distance);
  lit_buf_text(e, out, "{\"list\":\"dense\",\"column\":");
  lit_buf_json(e, out, s->dense[i].name, strlen(s->dense[i].name));
  if (r->places[list])
    lit_buf_printf(e, out, ",\"place\":%u", r->places[list]);
  if (is_fused(s)) put_number(e, out, "gain", r->gains[list]);
  put_number(e, out, "distance", distance);
  if (is_cosine(&s->dense[i])) put_number(e, out, "cosine", 1 - distance);
  lit_buf_text(e, out, "}");
}

int lit_search_why(LitErr *e, const LitSearch *s, size_t i, LitBuf *out) {
  const LitResult *r = &s->rows[i];
  int list = 0;
  lit_buf_printf(e, out, "{\"mode\":\"%s\",\"rank\":%zu", s->mode->name, i + 1);
  put_number(e, out, "score", r->score);
  if (is_fused(s)) {
    lit_buf_text(e, out, ",\"fusion\":");
    lit_buf_json(e, out, s->fusion_words, strlen(s->fusion_words));
  }
  lit_buf_text(e, out, ",\"lists\":[");
  if (s->mode->by_words && s->n_terms) why_words(e, s, r, list++, out);
  for (int d = 0; s->mode->vectors && d < s->n_dense; d++) {
    if (list) lit_buf_text(e, out, ",");
    why_vectors(e, s, r, d, list++, out);
  }
  lit_buf_text(e, out, "]");
  lit_rerank_why(e, s, r, out);
  lit_buf_text(e, out, "}");
  return e->rc;
}
