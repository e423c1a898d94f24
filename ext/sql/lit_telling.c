/* lit_telling.c -- see lit_telling.h */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "index/terms.h"
#include "sql/lit_telling.h"
#include "base/poison.h"

void lit_telling_drop(LitTelling *t) {
  lit_arena_drop(&t->mem);
  lit_free(t->at);
  lit_free(t->slots);
}

static size_t telling_slot(const LitTelling *t, const char *at, uint32_t n) {
  size_t s = (size_t)lit_hash64(at, n) & (t->n_slots - 1);
  while (t->slots[s] && (t->at[t->slots[s] - 1].n != n ||
                         memcmp(t->at[t->slots[s] - 1].at, at, n)))
    s = (s + 1) & (t->n_slots - 1);
  return s;
}

static int telling_widen(LitErr *e, LitTelling *t) {
  size_t n = t->n_slots ? t->n_slots * 2 : 256;
  uint32_t *slots;
  if ((t->n + 1) * 2 <= t->n_slots) return LIT_OK;
  slots = lit_new0(e, n, sizeof *slots);
  if (!slots) return e->rc;
  lit_free(t->slots);
  t->slots = slots, t->n_slots = n;
  for (size_t i = 0; i < t->n; i++)
    slots[telling_slot(t, t->at[i].at, t->at[i].n)] = (uint32_t)i + 1;
  return LIT_OK;
}

int lit_telling_add(LitErr *e, LitTelling *t, const LitWord *w, float weight) {
  size_t slot;
  char *copy;
  t->n_words += (double)weight;
  if (telling_widen(e, t)) return e->rc;
  slot = telling_slot(t, w->at, w->n);
  if (t->slots[slot]) return t->at[t->slots[slot] - 1].weight += weight, LIT_OK;
  copy = lit_arena_copy(e, &t->mem, w->at, w->n);
  if (!copy || LIT_GROW(e, &t->at, &t->room, t->n + 1)) return e->rc;
  t->at[t->n++] = (LitTerm){copy, w->n, weight};
  t->slots[slot] = (uint32_t)t->n;
  return LIT_OK;
}

static int telling_word(LitErr *e, void *to, const LitWord *w) {
  if (w->flags & (LIT_WORD_ALTERNATIVE | LIT_WORD_STOP)) return LIT_OK;
  return lit_telling_add(e, to, w, 1);
}

static int by_weight(const void *a, const void *b) {
  const LitTerm *x = a, *y = b;
  uint32_t n = x->n < y->n ? x->n : y->n;
  int c;
  if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
  c = memcmp(x->at, y->at, n);
  return c ? c : (x->n > y->n) - (x->n < y->n);
}

int lit_telling_text(LitErr *e, LitSearch *s, LitTelling *t, const char *at,
                        size_t n) {
  LitStop stop = lit_conn_stop(s->t->conn);
  LitWordSink sink = {.each = telling_word, .to = t, .stop = &stop};
  return lit_each_word(e, s->t, at, n, LIT_WORDS_INDEX, &sink);
}

int lit_telling_row(LitErr *e, LitSearch *s, LitTelling *t, int64_t rowid) {
  sqlite3_stmt *q = lit_shadow_query(e, &s->t->shadow, LIT_Q_DOC);
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  if (sqlite3_step(q) == SQLITE_ROW)    /* lit_shadow_done tells an error */
    for (int i = 0; i < s->t->schema.n_cols && !e->rc; i++) {
      const char *at = (const char *)sqlite3_column_text(q, i + 1);
      if (s->t->schema.cols[i].role == LIT_ROLE_TEXT && at)
        lit_telling_text(e, s, t, at, (size_t)sqlite3_column_bytes(q, i + 1));
    }
  return lit_shadow_done(e, &s->t->shadow, q);
}

int lit_telling_join(LitErr *e, LitTelling *t, const LitTelling *from,
                     float times) {
  for (size_t i = 0; i < from->n && !e->rc; i++) {
    LitWord w = {.at = from->at[i].at, .n = from->at[i].n};
    lit_telling_add(e, t, &w,
                    times * from->at[i].weight / (float)from->n_words);
  }
  return e->rc;
}

void lit_telling_sort(LitTelling *t) {
  if (t->n) qsort(t->at, t->n, sizeof *t->at, by_weight);
}

int lit_telling_weigh(LitErr *e, LitSearch *s, LitTelling *t) {
  const LitDir *d = &s->t->dir;
  double rows = (double)lit_dir_rows(d) + 1;
  for (size_t i = 0; i < t->n && !e->rc; i++) {
    double df = (double)lit_terms_df(e, d->segs, (int)d->n, t->at[i].at,
                                     t->at[i].n);
    t->at[i].weight *= (float)log(1 + rows / (df + 1));
  }
  lit_telling_sort(t);
  return e->rc;
}
