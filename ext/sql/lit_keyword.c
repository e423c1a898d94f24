/* lit_keyword.c -- mode 'keyword': the ranking of a classic search page.
**
** Every word of the query must be there: as typed, split or joined, or with
** one typo (text/keyword.h has the rules).  The index gives the rows that may
** match, and their texts decide.  Rows that hold the query's own terms come
** first; the term dictionary is searched for typos only if those are too few,
** for a typo ranks below anything without.
*/
#include <string.h>
#include "index/phrase.h"
#include "index/terms.h"
#include "sql/lit_search.h"
#include "text/clean.h"
#include "text/keyword.h"
#include "base/poison.h"

typedef struct Keyword {
  LitSearch *s;
  LitKeyword *query;
  LitArena mem;
  LitMatch *words;          /* [n_words], an OR each */
  int n_words;
  LitMatch *terms[LIT_KEYWORD_MAX];       /* Kids of words[i] */
  size_t n_terms[LIT_KEYWORD_MAX], room[LIT_KEYWORD_MAX];
  LitErr *e;                /* For the dictionary's callback */
  LitBuf texts[LIT_TEXTS_MAX];
  LitStop stop;
} Keyword;

static void keyword_drop(Keyword *k) {
  for (int i = 0; i < LIT_KEYWORD_MAX; i++) lit_free(k->terms[i]);
  for (int i = 0; i < LIT_TEXTS_MAX; i++) lit_buf_drop(&k->texts[i]);
  lit_keyword_close(k->query);
  lit_arena_drop(&k->mem);
}

/* Enter an index term under each word that may have it. */
static int add_term(LitErr *e, Keyword *k, const char *at, uint32_t n) {
  uint32_t bits = lit_keyword_maybe(k->query, at, n);
  char *copy = bits ? lit_arena_copy(e, &k->mem, at, n) : NULL;
  for (int i = 0; copy && i < k->n_words; i++) {
    if (!(bits >> i & 1)) continue;
    if (LIT_GROW(e, &k->terms[i], &k->room[i], k->n_terms[i] + 1)) break;
    k->terms[i][k->n_terms[i]++] =
        (LitMatch){.op = LIT_MATCH_TERM, .at = copy, .n = n};
  }
  return e->rc;
}

static int add_own_terms(LitErr *e, Keyword *k) {
  for (size_t i = 0; i < k->s->n_terms && !e->rc; i++)
    add_term(e, k, k->s->terms[i].at, k->s->terms[i].n);
  return e->rc;
}

static int each_term(void *to, const char *at, uint32_t n, uint32_t df) {
  Keyword *k = to;
  (void)df;
  return add_term(k->e, k, at, n);
}

static int add_near_terms(LitErr *e, Keyword *k) {
  const LitDir *d = &k->s->t->dir;
  k->e = e;
  for (size_t i = 0; i < d->n && !e->rc; i++)
    lit_terms_scan(e, d->segs[i], "", 0, each_term, k, &k->stop);
  return e->rc;
}

/* The rows of a segment that hold a term of each word. */
static int find_rows(LitErr *e, Keyword *k, const LitSeg *seg, LitBits *out) {
  LitMatch all = {.op = LIT_MATCH_AND, .kids = k->words, .n_kids = k->n_words};
  uint32_t fields = k->s->field < 0 ? 0 : 1u << k->s->field;
  all.fields = fields;
  for (int i = 0; i < k->n_words; i++)
    k->words[i] = (LitMatch){.op = LIT_MATCH_OR, .kids = k->terms[i],
                             .n_kids = (int)k->n_terms[i]};
  return lit_match_bits(e, &all, seg, out, &k->stop);
}

/* The score of a row, from its texts; 0: it does not match after all. */
static int score_row(LitErr *e, Keyword *k, int64_t rowid, double *score) {
  LitTable *t = k->s->t;
  LitField fields[LIT_TEXTS_MAX] = {{0}};
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC);
  *score = 0;
  k->s->trace.texts_read++;
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  if (sqlite3_step(q) != SQLITE_ROW) {
    if (lit_shadow_done(e, &t->shadow, q)) return e->rc;
    return lit_fail(e, LIT_CORRUPT, "%s_docs: row %lld is missing",
                    t->shadow.name, (long long)rowid);
  }
  for (int i = 0; i < t->schema.n_cols && !e->rc; i++) {
    const LitColumn *c = &t->schema.cols[i];
    const char *at = (const char *)sqlite3_column_text(q, i + 1);
    LitBuf *b = &k->texts[c->slot < LIT_TEXTS_MAX ? c->slot : 0];
    if (c->role != LIT_ROLE_TEXT || !at) continue;
    if (k->s->field >= 0 && k->s->field != c->slot) continue;
    b->n = 0;
    lit_clean(e, at, (size_t)sqlite3_column_bytes(q, i + 1), &k->stop, b, NULL);
    fields[c->slot] = (LitField){(const char *)b->at, b->n};
  }
  if (!lit_shadow_done(e, &t->shadow, q))
    lit_keyword_score(e, k->query, fields, t->schema.n_texts, score, NULL);
  return e->rc;
}

static int score_seg(LitErr *e, Keyword *k, const LitSeg *seg,
                     const LitBits *mask, const LitBits *rows, LitTopk *top) {
  for (uint32_t ord = lit_bits_next(rows, 0); ord < seg->n_rows && !e->rc;
       ord = lit_bits_next(rows, ord + 1)) {
    int64_t rowid;
    double score;
    if (mask ? !lit_bits_has(mask, ord) : !lit_seg_alive(seg, ord)) continue;
    if (ord % 256 == 0 && lit_stopped(e, &k->stop)) break;
    if (lit_ids_get(e, seg, ord, &rowid) || score_row(e, k, rowid, &score))
      break;
    if (score > 0) lit_topk_push(e, top, score, rowid);
  }
  return e->rc;
}

/* Score the rows that the terms found so far lead to, but not those of an
** earlier pass: done[i] [segments] holds them, and is added to. */
static int pass(LitErr *e, Keyword *k, const LitBits *const *masks,
                LitBits *done, LitTopk *top) {
  const LitDir *d = &k->s->t->dir;
  for (size_t i = 0; i < d->n && !e->rc; i++) {
    LitBits rows = {0};
    if (!find_rows(e, k, d->segs[i], &rows)) {
      if (done[i].at) lit_bits_and_not(&rows, &done[i]);
      score_seg(e, k, d->segs[i], masks[i], &rows, top);
    }
    lit_bits_drop(&done[i]);
    done[i] = rows;
  }
  return e->rc;
}

int lit_list_keyword(LitErr *e, LitSearch *s, const LitBits *const *masks,
                     LitTopk *top) {
  size_t n = s->t->dir.n;
  Keyword k = {.s = s, .stop = lit_conn_stop(s->t->conn)};
  LitBits *done = lit_new0(e, n, sizeof *done);
  if (e->rc) return e->rc;
  if (lit_keyword_open(e, s->t->words, s->text, s->n_text, &k.stop, &k.query))
    goto done;
  k.n_words = lit_keyword_count(k.query);
  if (k.n_words == 0) goto done;
  k.words = lit_arena_new(e, &k.mem, (size_t)k.n_words, sizeof *k.words);
  if (!k.words || add_own_terms(e, &k)) goto done;
  if (pass(e, &k, masks, done, top) || top->n == top->k) goto done;
  if (!add_near_terms(e, &k)) pass(e, &k, masks, done, top);

done:
  for (size_t i = 0; i < n; i++) lit_bits_drop(&done[i]);
  lit_free(done);
  keyword_drop(&k);
  return e->rc;
}
