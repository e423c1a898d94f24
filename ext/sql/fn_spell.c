/* fn_spell.c -- spelling by the words of a lit table.
**
**   lit_spell(text, table)        text with its misspelt words corrected
**   lit_spellings(text, table)
**     -> word, spelling, distance, rows, score, start, end
**                                 the five best spellings of each word that
**                                 lit_spell would change, the best first: that
**                                 is what it puts
**
**   SELECT lit_spell('dense retreival with transfomers', 'papers');
**     dense retrieval with transformers
**
** Which words: those of letters, 4 or more, that the table does not have in any
** form, or has in at most RARE rows while a word one letter away is in THOUSAND
** times as many.  Words with two capitals, or within a name (a path, a URL, a
** TeX command), are left alone, and so is all that is no such word.
** Which spellings: words of the table at a distance (Damerau and Levenshtein,
** each letter once) of at most 2, of 1 for words of 4 letters.  score is the
** logarithm of the number of rows that have the word, in any form, less that of
** EDIT for each letter of distance.
**
** The index holds stems, so the words are read from some of the rows that hold
** the stem; of several forms the nearest is taken.  Accents do not count.  A
** spelling is in small letters, with a capital where the misspelt word had one.
** Costs one pass over the table's dictionary for each BATCH different words.
** NULL in, NULL out (no rows).  Errors: no such lit table; text that is no
** UTF-8 or has a NUL.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "index/terms.h"
#include "sql/lit_hold.h"
#include "sql/tables.h"
#include "text/clean.h"
#include "text/near.h"
#include "text/utf8.h"
#include "text/wordfold.h"
#include "base/poison.h"

enum {
  RARE = 3, THOUSAND = 1000, EDIT = 100,
  SHORTEST = 4, TAIL = 4,         /* letters of a word; of its ending */
  BATCH = 64, BEST = 5, READ_ROWS = 64, FORMS = 16
};

typedef struct Spelling {
  char at[LIT_FOLD_MAX];          /* [n] */
  uint32_t n;
  int distance;
  uint64_t rows;
  double score;
} Spelling;

/* A word in doubt. */
typedef struct Word {
  char folded[LIT_WORD_MAX], term[LIT_WORD_MAX];
  uint32_t n, n_term;
  uint64_t rows;                  /* that have its term */
  int limit, n_best;
  Spelling best[BEST];
} Word;

typedef struct Place { uint32_t from, to, word; } Place;

/* A term near a word. */
typedef struct Near {
  const char *term;               /* [n] */
  uint32_t n, word;
  int distance;
  uint64_t rows;
} Near;

typedef struct Spell {
  const char *who;
  int wanted;                     /* spellings of a word, 1 .. BEST */
  LitHold hold;
  LitTable *t;
  LitStop stop;
  const char *s;
  size_t n;
  Word *words;
  size_t n_words, words_room;
  Place *places;
  size_t n_places, places_room;
  /* of a batch */
  LitErr *e;
  LitArena mem;
  LitBuf clean;                   /* a text of the table */
  LitTermChars chars;
  LitNear *nears;                 /* [BATCH] */
  size_t from, to;                /* words */
  Near *found;
  size_t n_found, found_room;
} Spell;

static void drop(Spell *p) {
  sqlite3_finalize(p->hold.holder);
  lit_arena_drop(&p->mem);
  lit_buf_drop(&p->clean);
  lit_free(p->words);
  lit_free(p->places);
  lit_free(p->nears);
  lit_free(p->found);
}

/* ---- which words ---- */

/* Letters of folded[0..n), 0 if it has anything else. */
static int letters(const char *at, size_t n) {
  int count = 0;
  for (size_t i = 0; i < n; count++) {
    uint32_t cp;
    utf8proc_category_t c;
    i += lit_utf8_get(at + i, n - i, &cp);
    c = utf8proc_category((int32_t)cp);
    if (c < UTF8PROC_CATEGORY_LU || c > UTF8PROC_CATEGORY_ME ||
        lit_wordfold_is_paired(cp))
      return 0;
  }
  return count;
}

static int capitals(const char *s, size_t n) {
  int count = 0;
  for (size_t i = 0; i < n; ) {
    uint32_t cp;
    i += lit_utf8_get(s + i, n - i, &cp);
    count += utf8proc_tolower((int32_t)cp) != (int32_t)cp;
  }
  return count;
}

static int is_in_name(const Spell *p, const LitWord *w) {
  char before = w->from ? p->s[w->from - 1] : ' ';
  char after = w->to < p->n ? p->s[w->to] : ' ';
  char next = w->to + 1 < p->n ? p->s[w->to + 1] : ' ';
  if (before && strchr("/_@.\\#:", before)) return before != ':' || w->from < 2;
  return (after && strchr("/_@\\", after)) ||
         (after == '.' && next != ' ' && next != '\n');
}

/* The number of a word in doubt, if it is one of the last; else n_words. */
static size_t find_word(const Spell *p, const LitWord *w) {
  size_t from = p->n_words > BATCH ? p->n_words - BATCH : 0;
  for (size_t i = from; i < p->n_words; i++)
    if (p->words[i].n == w->n_folded &&
        memcmp(p->words[i].folded, w->folded, w->n_folded) == 0)
      return i;
  return p->n_words;
}

static int take_word(LitErr *e, void *to, const LitWord *w) {
  Spell *p = to;
  int n = letters(w->folded, w->n_folded);
  size_t i;
  uint64_t rows;
  Word *word;
  if (w->flags & LIT_WORD_ALTERNATIVE || n < SHORTEST || n > LIT_NEAR_WORD)
    return 0;
  if (is_in_name(p, w) || capitals(p->s + w->from, w->to - w->from) > 1)
    return 0;
  i = find_word(p, w);
  if (i == p->n_words) {
    rows = lit_terms_df(e, p->t->dir.segs, (int)p->t->dir.n, w->at, w->n);
    if (e->rc || rows > RARE ||
        LIT_GROW(e, &p->words, &p->words_room, p->n_words + 1))
      return e->rc;
    word = &p->words[p->n_words++];
    *word = (Word){.n = w->n_folded, .n_term = w->n, .rows = rows,
                   .limit = n == SHORTEST ? 1 : 2};
    memcpy(word->folded, w->folded, w->n_folded);
    memcpy(word->term, w->at, w->n);
  }
  if (LIT_GROW(e, &p->places, &p->places_room, p->n_places + 1)) return e->rc;
  p->places[p->n_places++] = (Place){w->from, w->to, (uint32_t)i};
  return e->rc;
}

/* ---- terms near them ---- */

static int each_term(void *to, const char *term, uint32_t n, uint32_t df) {
  Spell *p = to;
  const char *copy = NULL;
  lit_near_next(&p->chars, term, n);
  for (size_t i = p->from; i < p->to; i++) {
    const Word *w = &p->words[i];
    int d = lit_near_term(&p->nears[i - p->from], &p->chars);
    if (d > w->limit || letters(term, n) < SHORTEST - 1) continue;
    if (n == w->n_term && memcmp(term, w->term, n) == 0) continue;
    if (!copy) copy = lit_arena_copy(p->e, &p->mem, term, n);
    if (LIT_GROW(p->e, &p->found, &p->found_room, p->n_found + 1)) break;
    p->found[p->n_found++] = (Near){copy, n, (uint32_t)i, d, df};
  }
  return p->e->rc;
}

static int by_term(const void *x, const void *y) {
  const Near *a = x, *b = y;
  int c;
  if (a->word != b->word) return a->word < b->word ? -1 : 1;
  c = memcmp(a->term, b->term, a->n < b->n ? a->n : b->n);
  return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

static double score_of(uint64_t rows, int distance) {
  return log((double)rows) - log(EDIT) * distance;
}

static int by_score(const void *x, const void *y) {
  const Near *a = x, *b = y;
  double s = score_of(a->rows, a->distance), t = score_of(b->rows, b->distance);
  if (a->word != b->word) return a->word < b->word ? -1 : 1;
  return s != t ? (s > t ? -1 : 1) : by_term(x, y);
}

/* How much of the word's end the stem may lack: what its own stem lacks, and
** TAIL in any case, for of a misspelt ending nothing is taken off. */
static int ending(const Spell *p, const Word *w) {
  int n = letters(w->folded, w->n), off = n - letters(w->term, w->n_term);
  if (!p->t->schema.words->snowball) return 0;
  if (off < TAIL) off = TAIL;
  return off < n - SHORTEST ? off : n - SHORTEST;
}

/* The terms near the words from .. to, each once, the best first. */
static int find_near(LitErr *e, Spell *p) {
  size_t kept = 0;
  p->e = e, p->n_found = 0;
  lit_arena_drop(&p->mem);
  for (size_t i = p->from; i < p->to; i++) {
    const Word *w = &p->words[i];
    lit_near_open(&p->nears[i - p->from], w->folded, w->n, w->limit,
                  ending(p, w));
  }
  for (size_t i = 0; i < p->t->dir.n && !e->rc; i++)
    lit_terms_scan(e, p->t->dir.segs[i], "", 0, each_term, p, &p->stop);
  if (e->rc || p->n_found == 0) return e->rc;
  qsort(p->found, p->n_found, sizeof *p->found, by_term);
  for (size_t i = 1; i < p->n_found; i++) {
    if (by_term(&p->found[i], &p->found[kept]) == 0)
      p->found[kept].rows += p->found[i].rows;
    else
      p->found[++kept] = p->found[i];
  }
  p->n_found = kept + 1;
  qsort(p->found, p->n_found, sizeof *p->found, by_score);
  return LIT_OK;
}

/* ---- terms to words ---- */

typedef struct Forms {
  const Word *word;
  const Near *near;
  const char *text;               /* that is being cut */
  Spelling at[FORMS];             /* rows: how often it was met */
  int n, is_near;                 /* one is as near as the term */
} Forms;

/* Text in small letters, cut at a character if it is too long. */
static uint32_t lower(const char *s, size_t n, char out[LIT_FOLD_MAX]) {
  uint32_t n_out = 0, cp;
  for (size_t i = 0; i < n && n_out + 4 <= LIT_FOLD_MAX; ) {
    i += lit_utf8_get(s + i, n - i, &cp);
    n_out += (uint32_t)lit_utf8_put((uint32_t)utf8proc_tolower((int32_t)cp),
                                    out + n_out);
  }
  return n_out;
}

static int take_form(LitErr *e, void *to, const LitWord *w) {
  Forms *f = to;
  Spelling s = {.rows = 1};
  int i;
  (void)e;
  if (w->flags & LIT_WORD_ALTERNATIVE || w->n != f->near->n ||
      memcmp(w->at, f->near->term, w->n))
    return 0;
  s.n = lower(f->text + w->from, w->to - w->from, s.at);
  s.distance = lit_near_words(f->word->folded, f->word->n, w->folded,
                              w->n_folded, f->word->limit);
  for (i = 0; i < f->n; i++)
    if (f->at[i].n == s.n && memcmp(f->at[i].at, s.at, s.n) == 0) break;
  f->is_near |= s.distance <= f->near->distance;
  if (i < f->n) f->at[i].rows++;
  else if (f->n < FORMS) f->at[f->n++] = s;
  return 0;
}

static int read_text(LitErr *e, Spell *p, Forms *f, const char *s, size_t n) {
  LitWordSink sink = {.each = take_form, .to = f, .stop = &p->stop};
  p->clean.n = 0;
  if (lit_clean(e, s, n, &p->stop, &p->clean, NULL)) return e->rc;
  f->text = (const char *)p->clean.at;
  return lit_words_split(e, p->t->words, f->text, p->clean.n,
                         LIT_WORDS_INDEX, &sink);
}

static int read_row(LitErr *e, Spell *p, int64_t rowid, Forms *f) {
  LitTable *t = p->t;
  sqlite3_stmt *q = lit_shadow_query(e, &t->shadow, LIT_Q_DOC);
  if (!q) return e->rc;
  sqlite3_bind_int64(q, 1, rowid);
  if (sqlite3_step(q) == SQLITE_ROW)
    for (int i = 0; i < t->schema.n_cols && !e->rc; i++) {
      const char *at;
      if (t->schema.cols[i].role != LIT_ROLE_TEXT) continue;
      at = (const char *)sqlite3_column_text(q, i + 1);
      if (at)
        read_text(e, p, f, at, (size_t)sqlite3_column_bytes(q, i + 1));
    }
  return lit_shadow_done(e, &t->shadow, q);
}

/* The forms of a term, from the first rows of a segment that have it. */
static int read_forms(LitErr *e, Spell *p, const LitSeg *seg, Forms *f,
                      int *n_read) {
  LitTermAt at;
  LitList list = {0};
  int64_t rowid;
  if (lit_terms_find(e, seg, f->near->term, f->near->n, &at) || !at.df)
    return e->rc;
  if (lit_list_open(e, &list, seg, &at)) goto done;
  while (list.row != LIT_NO_ROW && *n_read < READ_ROWS && !f->is_near) {
    if (lit_seg_alive(seg, list.row)) {
      if (lit_ids_get(e, seg, list.row, &rowid) ||
          read_row(e, p, rowid, f))
        goto done;
      ++*n_read;
    }
    if (lit_list_step(e, &list)) goto done;
  }

done:
  lit_list_close(&list);
  return e->rc;
}

/* The form of the term that is nearest to the word; rows 0 if none is near. */
static int spell_term(LitErr *e, Spell *p, const Word *w, const Near *near,
                      Spelling *out) {
  Forms f = {.word = w, .near = near};
  int n_read = 0;
  *out = (Spelling){.distance = w->limit + 1};
  for (size_t i = 0; i < p->t->dir.n; i++)
    if (read_forms(e, p, p->t->dir.segs[i], &f, &n_read)) return e->rc;
  for (int i = 0; i < f.n; i++)
    if (f.at[i].distance < out->distance ||
        (f.at[i].distance == out->distance && f.at[i].rows > out->rows))
      *out = f.at[i];
  out->rows = out->distance > w->limit ? 0 : near->rows;
  return e->rc;
}

/* Is it so much better than a word that the table has? */
static int is_wanted(const Word *w, const Spelling *s) {
  if (s->rows == 0) return 0;
  return w->rows == 0 || (s->distance == 1 && s->rows >= THOUSAND * w->rows);
}

static void keep(Word *w, const Spelling *s) {
  int i = w->n_best;
  if (i < BEST) w->n_best++;
  else if (w->best[--i].score >= s->score) return;
  for (; i > 0 && w->best[i - 1].score < s->score; i--)
    w->best[i] = w->best[i - 1];
  w->best[i] = *s;
}

/* A form can be farther from the word than its stem, not nearer: a term whose
** own score is no better than what was found need not be looked at. */
static int spell_batch(LitErr *e, Spell *p) {
  if (find_near(e, p)) return e->rc;
  for (size_t i = 0; i < p->n_found && !e->rc; i++) {
    const Near *near = &p->found[i];
    Word *w = &p->words[near->word];
    Spelling s;
    if (w->n_best >= p->wanted && w->best[p->wanted - 1].score >=
                                      score_of(near->rows, near->distance))
      continue;
    if (spell_term(e, p, w, near, &s)) break;
    if (!is_wanted(w, &s)) continue;
    s.score = score_of(s.rows, s.distance);
    keep(w, &s);
  }
  return lit_stopped(e, &p->stop);
}

/* The words of s[0..n) in doubt, and how they might be spelt. */
static int spell(LitErr *e, LitConn *conn, Spell *p, const char *table) {
  LitWordSink sink = {.each = take_word, .to = p, .stop = &p->stop};
  p->stop = lit_conn_stop(conn);
  if (lit_hold(e, conn, p->who, table, &p->hold)) return e->rc;
  p->t = p->hold.t;
  if (!p->t) return LIT_OK;
  if (lit_table_read(e, p->t)) return e->rc;
  if (!p->t->words && lit_words_open(e, p->t->schema.words, &p->t->words))
    return e->rc;
  if (lit_words_split(e, p->t->words, p->s, p->n, LIT_WORDS_INDEX, &sink))
    return e->rc;
  p->nears = lit_new(e, BATCH, sizeof *p->nears);
  for (p->from = 0; p->from < p->n_words && !e->rc; p->from = p->to) {
    p->to = p->n_words - p->from > BATCH ? p->from + BATCH : p->n_words;
    spell_batch(e, p);
  }
  return e->rc;
}

/* ---- the function ---- */

/* The spelling, with a capital if the word at `like` has one. */
static void put_spelling(LitErr *e, LitBuf *out, const Spelling *s,
                         const char *like, size_t n_like) {
  uint32_t cp, first;
  char one[4];
  size_t len = lit_utf8_get(s->at, s->n, &cp);
  lit_utf8_get(like, n_like, &first);
  if (utf8proc_tolower((int32_t)first) != (int32_t)first)
    cp = (uint32_t)utf8proc_toupper((int32_t)cp);
  lit_buf_put(e, out, one, lit_utf8_put(cp, one));
  lit_buf_put(e, out, s->at + len, s->n - len);
}

static void fn_spell(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  Spell p = {.who = "lit_spell", .wanted = 1};
  LitBuf out = {0};
  const char *table;
  size_t len, at = 0;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL ||
      sqlite3_value_type(argv[argc - 1]) == SQLITE_NULL)
    return;
  if (lit_arg_text(&e, p.who, argv[1], &table, &len)) goto done;
  if (lit_arg_text(&e, p.who, argv[0], &p.s, &p.n)) goto done;
  if (spell(&e, lit_conn(ctx), &p, table)) goto done;
  for (size_t i = 0; i < p.n_places; i++) {
    const Place *place = &p.places[i];
    const Word *w = &p.words[place->word];
    if (w->n_best == 0) continue;
    lit_buf_put(&e, &out, p.s + at, place->from - at);
    put_spelling(&e, &out, &w->best[0], p.s + place->from,
                 place->to - place->from);
    at = place->to;
  }
  lit_buf_put(&e, &out, p.s + at, p.n - at);
  if (!e.rc) lit_result_text(ctx, (char *)out.at, out.n);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_buf_drop(&out);
  drop(&p);
}

/* ---- the table ---- */

typedef struct State {
  Spell p;
  char *text;
  size_t next;
} State;

static int open(LitErr *e, LitConn *conn, void *state, sqlite3_value **args) {
  State *s = state;
  const char *table;
  size_t len;
  s->p.who = "lit_spellings", s->p.wanted = BEST;
  if (lit_arg_text(e, s->p.who, args[1], &table, &len)) return e->rc;
  if (lit_arg_text(e, s->p.who, args[0], &s->p.s, &s->p.n)) return e->rc;
  s->p.s = s->text = lit_copy(e, s->p.s, s->p.n);
  return s->text ? spell(e, conn, &s->p, table) : e->rc;
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  (void)conn;
  for (int n = 0; n < BATCH && s->next < s->p.n_places; s->next++) {
    const Place *place = &s->p.places[s->next];
    const Word *w = &s->p.words[place->word];
    n += w->n_best;
    for (int k = 0; k < w->n_best; k++) {
      lit_put_text(out, s->text + place->from, place->to - place->from);
      lit_put_text(out, w->best[k].at, w->best[k].n);
      lit_put_int(out, w->best[k].distance);
      lit_put_int(out, (sqlite3_int64)w->best[k].rows);
      lit_put_real(out, w->best[k].score);
      lit_put_int(out, place->from);
      lit_put_int(out, place->to);
    }
  }
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  drop(&s->p);
  lit_free(s->text);
}

const LitTvf lit_tvf_spellings = {
  .name = "lit_spellings",
  .schema = "CREATE TABLE x(word TEXT, spelling TEXT, distance INTEGER, "
            "rows INTEGER, score REAL, \"start\" INTEGER, \"end\" INTEGER, "
            "text HIDDEN, \"table\" HIDDEN)",
  .n_out = 7, .n_args = 2, .n_required = 2, .flags = LIT_CALM,
  .state_size = sizeof(State), .open = open, .fill = fill, .close = close,
  .doc = "(text, table) -> word, spelling, distance, rows, score, start, end: "
         "how words that the lit table does not have may be meant",
};

const LitFunc lit_funcs_spell[] = {
  {"lit_spell", 2, LIT_CALM, fn_spell,
   "(text, table) -> text, corrected by the words of the lit table"},
  {0},
};
