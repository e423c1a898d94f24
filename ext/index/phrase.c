/* phrase.c -- see phrase.h.
**
** Rows are sets of bits.  PHRASE and NEAR first find the rows that hold all
** their words, then look at positions, 4096 rows at a time: the places of each
** kid become a sorted array of keys (row, field, position), and joining is a
** walk along two such arrays.
*/
#include <stdlib.h>
#include "base/mem.h"
#include "index/phrase.h"
#include "index/terms.h"
#include "base/poison.h"

enum { WINDOW = 4096, ASK_EVERY = 64, SEEK_COST = 8, ALL_FIELDS = (1 << LIT_FIELDS_MAX) - 1 };

/* row - window's first << 36 | field << 32 | position */
typedef struct Places {
  uint64_t *at;
  size_t n, room;
  uint32_t len;             /* Words of what stands there */
} Places;

/* The lists that a TERM, a PREFIX or an OR of them stands for. */
typedef struct Lists {
  LitTermAt *at;
  size_t n, room;
} Lists;

typedef struct Match {
  const LitSeg *seg;
  const LitStop *stop;
  int depth;
} Match;

static int match_bits(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                      LitBits *out);

static int bad_tree(LitErr *e, const char *what) {
  return lit_fail(e, LIT_ERROR, "query: %s", what);
}

static uint32_t narrow(const LitMatch *t, uint32_t fields) {
  return t->fields ? t->fields & fields : fields;
}

/* ---- lists ---- */

static int add_list(LitErr *e, Lists *ls, const LitTermAt *at) {
  if (at->df == 0) return e->rc;
  if (LIT_GROW(e, &ls->at, &ls->room, ls->n + 1)) return e->rc;
  ls->at[ls->n++] = *at;
  return LIT_OK;
}

static int add_prefix(LitErr *e, Match *m, const LitMatch *t, Lists *ls) {
  LitTermIter it;
  uint32_t seen = 0;
  lit_termiter_open(e, &it, m->seg, t->n ? t->at : "", t->n);
  while (it.at.df && it.n >= t->n && memcmp(it.term, t->at, t->n) == 0) {
    if (add_list(e, ls, &it.at) || lit_termiter_next(e, &it)) break;
    if (seen++ % ASK_EVERY == 0 && lit_stopped(e, m->stop)) break;
  }
  lit_termiter_close(&it);
  return e->rc;
}

/* The lists of t, an OR's kids one level down. */
static int find_lists(LitErr *e, Match *m, const LitMatch *t, Lists *ls) {
  LitTermAt at;
  if (t->op == LIT_MATCH_TERM) {
    if (lit_terms_find(e, m->seg, t->n ? t->at : "", t->n, &at)) return e->rc;
    return add_list(e, ls, &at);
  }
  if (t->op == LIT_MATCH_PREFIX) return add_prefix(e, m, t, ls);
  if (t->op != LIT_MATCH_OR) return bad_tree(e, "no word inside a phrase");
  for (int i = 0; i < t->n_kids; i++) {
    if (t->kids[i].op == LIT_MATCH_OR)
      return bad_tree(e, "alternatives of alternatives inside a phrase");
    if (find_lists(e, m, &t->kids[i], ls)) return e->rc;
  }
  return LIT_OK;
}

static int has_field(const LitList *l, uint32_t fields) {
  for (int t = 0; t < l->n_tfs; t++)
    if (fields >> l->tfs[t].field & 1 && lit_tfs_get(&l->tfs[t], l->i))
      return 1;
  return 0;
}

static int begins_field(LitErr *e, LitList *l, uint32_t fields, int *does) {
  uint32_t n_of[LIT_FIELDS_MAX];
  const uint32_t *pos;
  *does = 0;
  if (lit_list_places(e, l, &pos, n_of)) return e->rc;
  for (int f = 0; f < LIT_FIELDS_MAX; pos += n_of[f++])
    if (fields >> f & 1 && n_of[f] && pos[0] == 0) *does = 1;
  return LIT_OK;
}

/* Set the rows of all lists that have the word in one of `fields`. */
static int set_rows(LitErr *e, Match *m, const Lists *ls, uint32_t fields,
                    int initial, LitBits *out) {
  LitList l = {0};
  uint32_t seen = 0;
  for (size_t i = 0; i < ls->n; i++) {
    if (i % ASK_EVERY == 0 && lit_stopped(e, m->stop)) goto done;
    if (lit_list_open(e, &l, m->seg, &ls->at[i])) goto done;
    if (fields == ALL_FIELDS && !initial && lit_list_bits(e, &l, out))
      goto done;
    while (l.row != LIT_NO_ROW) {
      int has = has_field(&l, fields);
      if (has && initial && begins_field(e, &l, fields, &has)) goto done;
      if (has) lit_bits_set(out, l.row);
      if (lit_list_step(e, &l)) goto done;
      if (seen++ % (ASK_EVERY * 64) == 0 && lit_stopped(e, m->stop)) goto done;
    }
    lit_list_close(&l);
  }
done:
  lit_list_close(&l);
  return e->rc;
}

/* The same, but only rows of `in`: looking each up. */
static int look_up_rows(LitErr *e, Match *m, const Lists *ls, uint32_t fields,
                        int initial, const LitBits *in, LitBits *out) {
  LitList l = {0};
  for (size_t i = 0; i < ls->n; i++) {
    uint32_t row = 0;
    if (lit_list_open(e, &l, m->seg, &ls->at[i])) goto done;
    while ((row = lit_bits_next(in, row)) < in->n) {
      int has;
      if (lit_list_seek(e, &l, row)) goto done;
      if (l.row == LIT_NO_ROW) break;
      has = l.row == row && has_field(&l, fields);
      if (has && initial && begins_field(e, &l, fields, &has)) goto done;
      if (has) lit_bits_set(out, row);
      row = l.row == row ? row + 1 : l.row;
    }
    lit_list_close(&l);
    if (lit_stopped(e, m->stop)) goto done;
  }
done:
  lit_list_close(&l);
  return e->rc;
}

static uint64_t df_of(const Lists *ls) {
  uint64_t df = 0;
  for (size_t i = 0; i < ls->n; i++) df += ls->at[i].df;
  return df;
}

/* Of the rows in `in` leave those that the lists have; the shorter way. */
static int keep_rows(LitErr *e, Match *m, const Lists *ls, uint32_t fields,
                     int initial, LitBits *in) {
  LitBits bits = {0};
  if (lit_bits_init(e, &bits, in->n, 0)) return e->rc;
  if ((uint64_t)lit_bits_count(in) * SEEK_COST < df_of(ls))
    look_up_rows(e, m, ls, fields, initial, in, &bits);
  else
    set_rows(e, m, ls, fields, initial, &bits);
  if (!e->rc) lit_bits_and(in, &bits);
  lit_bits_drop(&bits);
  return e->rc;
}

static int match_word(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                      LitBits *out) {
  Lists ls = {0};
  if (!find_lists(e, m, t, &ls))
    set_rows(e, m, &ls, fields, t->initial, out);
  lit_free(ls.at);
  return e->rc;
}

/* ---- places ---- */

static int by_number(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static int add_places(LitErr *e, LitList *l, uint32_t from, uint32_t fields,
                      Places *p) {
  uint32_t n_of[LIT_FIELDS_MAX];
  const uint32_t *pos;
  if (lit_list_places(e, l, &pos, n_of)) return e->rc;
  for (uint32_t f = 0; f < LIT_FIELDS_MAX; pos += n_of[f++]) {
    uint64_t key = (uint64_t)(l->row - from) << 36 | (uint64_t)f << 32;
    if (!(fields >> f & 1)) continue;
    if (LIT_GROW(e, &p->at, &p->room, p->n + n_of[f])) return e->rc;
    for (uint32_t i = 0; i < n_of[f]; i++) p->at[p->n++] = key | pos[i];
  }
  return LIT_OK;
}

/* Where the lists' words stand in the rows of `in`, from .. from + WINDOW. */
static int find_places(LitErr *e, Match *m, const Lists *ls, uint32_t fields,
                       const LitBits *in, uint32_t from, Places *p) {
  LitList l = {0};
  p->n = 0;
  for (size_t i = 0; i < ls->n; i++) {
    uint32_t row = from;
    if (i % ASK_EVERY == 0 && lit_stopped(e, m->stop)) goto done;
    if (lit_list_open(e, &l, m->seg, &ls->at[i])) goto done;
    while ((row = lit_bits_next(in, row)) < in->n && row - from < WINDOW) {
      if (lit_list_seek(e, &l, row)) goto done;
      if (l.row == LIT_NO_ROW || l.row - from >= WINDOW) break;
      if (l.row == row && add_places(e, &l, from, fields, p)) goto done;
      row = l.row == row ? row + 1 : l.row;
    }
    lit_list_close(&l);
  }
  if (ls->n > 1 && p->n) qsort(p->at, p->n, sizeof *p->at, by_number);
done:
  lit_list_close(&l);
  return e->rc;
}

/* Of the beginnings in `a`, keep those that have one of `b` `offset` places
** after it. */
static void join(Places *a, const Places *b, uint32_t offset) {
  size_t k = 0, kept = 0;
  for (size_t i = 0; i < a->n; i++) {
    uint64_t want = a->at[i] + offset;
    if ((uint32_t)a->at[i] > UINT32_MAX - offset) continue;
    while (k < b->n && b->at[k] < want) k++;
    if (k == b->n) break;
    if (b->at[k] == want) a->at[kept++] = a->at[i];
  }
  a->n = kept;
}

/* From places of a word that stands `offset` after the beginning to
** beginnings. */
static void shift_back(Places *p, uint32_t offset) {
  size_t kept = 0;
  for (size_t i = 0; i < p->n; i++)
    if ((uint32_t)p->at[i] >= offset) p->at[kept++] = p->at[i] - offset;
  p->n = kept;
}

static void keep_initial(Places *p) {
  size_t kept = 0;
  for (size_t i = 0; i < p->n; i++)
    if ((uint32_t)p->at[i] == 0) p->at[kept++] = p->at[i];
  p->n = kept;
}

/* ---- phrases ---- */

/* A PHRASE, or one word as a phrase: its lists looked up once. */
typedef struct Phrase {
  const LitMatch *tree, *words;
  int n;
  uint32_t fields;
  Lists *lists;             /* [n] */
  uint32_t *word_fields;    /* [n] */
  Places begin, other;
} Phrase;

static int is_word(const LitMatch *t) {
  return t->op == LIT_MATCH_TERM || t->op == LIT_MATCH_PREFIX ||
         t->op == LIT_MATCH_OR;
}

static int open_phrase(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                       Phrase *p) {
  *p = (Phrase){.tree = t, .words = t, .n = 1, .fields = narrow(t, fields)};
  if (t->op == LIT_MATCH_PHRASE) p->words = t->kids, p->n = t->n_kids;
  else if (!is_word(t)) return bad_tree(e, "NEAR of something else than words");
  p->lists = lit_new0(e, (size_t)p->n, sizeof *p->lists);
  p->word_fields = lit_new0(e, (size_t)p->n, sizeof *p->word_fields);
  if (e->rc) return e->rc;
  for (int i = 0; i < p->n; i++) {
    uint32_t offset = t->op == LIT_MATCH_PHRASE ? p->words[i].offset : 0;
    p->word_fields[i] = narrow(&p->words[i], p->fields);
    if (offset >= p->begin.len) p->begin.len = offset + 1;
    if (find_lists(e, m, &p->words[i], &p->lists[i])) return e->rc;
  }
  return LIT_OK;
}

static void drop_phrase(Phrase *p) {
  for (int i = 0; p->lists && i < p->n; i++) lit_free(p->lists[i].at);
  lit_free(p->lists);
  lit_free(p->word_fields);
  lit_free(p->begin.at);
  lit_free(p->other.at);
  *p = (Phrase){0};
}

static uint32_t offset_of(const Phrase *p, int i) {
  return p->tree->op == LIT_MATCH_PHRASE ? p->words[i].offset : 0;
}

/* Rows that have every word of the phrase; the rarest leaves least to do. */
static int phrase_rows(LitErr *e, Match *m, const Phrase *p, LitBits *in) {
  int rarest = 0;
  for (int i = 1; i < p->n; i++)
    if (df_of(&p->lists[i]) < df_of(&p->lists[rarest])) rarest = i;
  for (int i = -1; i < p->n && !e->rc; i++) {
    int word = i < 0 ? rarest : i;
    if (i == rarest) continue;
    keep_rows(e, m, &p->lists[word], p->word_fields[word], 0, in);
  }
  return e->rc;
}

/* Where the phrase begins, in the rows of the window that `in` has. */
static int phrase_places(LitErr *e, Match *m, Phrase *p, const LitBits *in,
                         uint32_t from) {
  p->begin.n = 0;
  for (int i = 0; i < p->n; i++) {
    Places *to = i ? &p->other : &p->begin;
    if (find_places(e, m, &p->lists[i], p->word_fields[i], in, from, to))
      return e->rc;
    if (i) join(&p->begin, &p->other, offset_of(p, i));
    else shift_back(&p->begin, offset_of(p, i));
    if (p->begin.n == 0) return LIT_OK;
  }
  if (p->tree->initial) keep_initial(&p->begin);
  return LIT_OK;
}

/* ---- NEAR ---- */

/* Set the rows in which, in one field, every phrase ends at most `near` words
** before the last one begins.  Every beginning is tried as the last one; the
** phrases' cursors only go forward. */
static void join_near(const Phrase *ps, int n, uint32_t near, size_t *at,
                      uint32_t from, LitBits *out) {
  for (int last = 0; last < n; last++) {
    const Places *end = &ps[last].begin;
    memset(at, 0, (size_t)n * sizeof *at);
    for (size_t i = 0; i < end->n; i++) {
      uint64_t key = end->at[i], field = key >> 32 << 32;
      int all = 1;
      for (int k = 0; k < n && all; k++) {
        const Places *p = &ps[k].begin;
        uint64_t reach = (uint64_t)p->len + near, low = field;
        if (k == last) continue;
        if ((uint32_t)key > reach) low = key - reach;
        while (at[k] < p->n && p->at[at[k]] < low) at[k]++;
        all = at[k] < p->n && p->at[at[k]] <= key;
      }
      if (all) lit_bits_set(out, from + (uint32_t)(key >> 36));
    }
  }
}

static int near_windows(LitErr *e, Match *m, const LitMatch *t, Phrase *ps,
                        int n, const LitBits *in, LitBits *out) {
  size_t *at = lit_new(e, (size_t)n, sizeof *at);
  uint32_t row = 0;
  if (!at) return e->rc;
  while ((row = lit_bits_next(in, row)) < in->n) {
    uint32_t from = row / WINDOW * WINDOW;
    for (int k = 0; k < n; k++)
      if (phrase_places(e, m, &ps[k], in, from)) goto done;
    if (lit_stopped(e, m->stop)) goto done;
    join_near(ps, n, t->op == LIT_MATCH_NEAR ? t->near : 0, at, from, out);
    if (in->n - from <= WINDOW) break;
    row = from + WINDOW;
  }
done:
  lit_free(at);
  return e->rc;
}

/* A PHRASE is a NEAR of one. */
static int match_near(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                      LitBits *out) {
  int n = t->op == LIT_MATCH_NEAR ? t->n_kids : 1;
  const LitMatch *kids = t->op == LIT_MATCH_NEAR ? t->kids : t;
  Phrase *ps = lit_new0(e, (size_t)n, sizeof *ps);
  LitBits in = {0};
  if (!ps || n == 0) goto done;
  if (lit_bits_init(e, &in, m->seg->n_rows, 1)) goto done;
  for (int i = 0; i < n; i++)
    if (open_phrase(e, m, &kids[i], fields, &ps[i]) ||
        phrase_rows(e, m, &ps[i], &in))
      goto done;
  near_windows(e, m, t, ps, n, &in, out);
done:
  for (int i = 0; ps && i < n; i++) drop_phrase(&ps[i]);
  lit_free(ps);
  lit_bits_drop(&in);
  return e->rc;
}

/* ---- the tree ---- */

/* Words set their rows in `out` itself. */
static int match_or(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                    LitBits *out) {
  LitBits bits;
  for (int i = 0; i < t->n_kids; i++) {
    const LitMatch *kid = &t->kids[i];
    if (kid->op == LIT_MATCH_TERM || kid->op == LIT_MATCH_PREFIX) {
      if (match_word(e, m, kid, narrow(kid, fields), out)) return e->rc;
      continue;
    }
    if (match_bits(e, m, kid, fields, &bits)) return e->rc;
    lit_bits_or(out, &bits);
    lit_bits_drop(&bits);
  }
  return LIT_OK;
}

/* out = out AND, or AND NOT, the rows of a kid. */
static int match_kid(LitErr *e, Match *m, const LitMatch *kid, uint32_t fields,
                     int is_not, LitBits *out) {
  LitBits bits = {0};
  Lists ls = {0};
  if (kid->op == LIT_MATCH_TERM && !is_not) {
    if (!find_lists(e, m, kid, &ls))
      keep_rows(e, m, &ls, narrow(kid, fields), kid->initial, out);
    lit_free(ls.at);
    return e->rc;
  }
  if (match_bits(e, m, kid, fields, &bits)) return e->rc;
  if (is_not) lit_bits_and_not(out, &bits);
  else lit_bits_and(out, &bits);
  lit_bits_drop(&bits);
  return LIT_OK;
}

/* The kid of an AND to begin with: its rarest word, or -1. */
static int rarest_kid(LitErr *e, const Match *m, const LitMatch *t) {
  uint32_t least = UINT32_MAX;
  int best = -1;
  for (int i = 0; i < t->n_kids && t->op == LIT_MATCH_AND; i++) {
    const LitMatch *kid = &t->kids[i];
    LitTermAt at;
    if (kid->op != LIT_MATCH_TERM) continue;
    if (lit_terms_find(e, m->seg, kid->n ? kid->at : "", kid->n, &at)) break;
    if (at.df < least) least = at.df, best = i;
  }
  return best;
}

static int match_kids(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                      LitBits *out) {
  int first = rarest_kid(e, m, t);
  if (t->op == LIT_MATCH_NOT && t->n_kids < 1)
    return bad_tree(e, "NOT of nothing");
  if (first >= 0) match_kid(e, m, &t->kids[first], fields, 0, out);
  for (int i = 0; i < t->n_kids && !e->rc; i++)
    if (i != first)
      match_kid(e, m, &t->kids[i], fields, t->op == LIT_MATCH_NOT && i > 0, out);
  return e->rc;
}

/* On success the caller drops *out; after an error it is dropped. */
static int match_bits(LitErr *e, Match *m, const LitMatch *t, uint32_t fields,
                      LitBits *out) {
  int full = t->op == LIT_MATCH_AND || t->op == LIT_MATCH_NOT;
  *out = (LitBits){0};
  if (lit_stopped(e, m->stop)) return e->rc;
  if (m->depth >= LIT_MATCH_DEEPEST)
    return bad_tree(e, "more than 256 levels");
  if (lit_bits_init(e, out, m->seg->n_rows, full)) return e->rc;
  m->depth++;
  fields = narrow(t, fields);
  switch (t->op) {
  case LIT_MATCH_TERM: case LIT_MATCH_PREFIX:
    match_word(e, m, t, fields, out);
    break;
  case LIT_MATCH_PHRASE: case LIT_MATCH_NEAR:
    match_near(e, m, t, fields, out);
    break;
  case LIT_MATCH_OR:
    match_or(e, m, t, fields, out);
    break;
  case LIT_MATCH_AND: case LIT_MATCH_NOT:
    match_kids(e, m, t, fields, out);
    break;
  default:
    bad_tree(e, "no such operation");
  }
  m->depth--;
  if (e->rc) lit_bits_drop(out);
  return e->rc;
}

int lit_match_bits(LitErr *e, const LitMatch *tree, const LitSeg *s,
                   LitBits *out, const LitStop *stop) {
  Match m = {.seg = s, .stop = stop};
  return match_bits(e, &m, tree, ALL_FIELDS, out);
}
