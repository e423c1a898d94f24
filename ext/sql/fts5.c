/* fts5.c -- lit's words as a tokenizer of FTS5.
**
**   CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'lit');
**   CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'lit german');
**
** The argument is what a lit table takes as `tokenizer`: 'english' (default),
** 'none' (not stemmed), or a language that Snowball stems; `SELECT name FROM
** lit_kinds WHERE what = 'words'` lists them.  FTS5 gives no words for a
** tokenizer that refuses its argument, the error log (sqlite3_log) has them.
** Where the connection has no FTS5 nothing is registered.
**
** The text is cleaned and cut as a lit table does it (text/clean.h,
** text/words.h), so TeX, entities and words broken at a line's end are mended,
** and highlight() and snippet() mark the bytes of the text as it was given.
**
** FTS5 knows positions and several terms at one of them, where lit has terms
** that cover several words.  Hence
**
**   pre-training, pre training: a combining form (text/wordforms.h) and its
**     word share one position, in an English table: pretrain, pre, train.  A
**     query has only pretrain there, and finds all three spellings.
**   low-rank: two positions, as `low rank`; lowrank is a third term at the
**     last, so it is found by all three spellings but finds only itself.
**   C++, CodeT5+: c and c++ at one position; a query asks for c++.
**   names with dots and slashes: their parts, and the whole at the last.
**   Chinese, Japanese, Korean, Thai: pairs of characters, so that "数据挖掘"
**     is a phrase of them; each character besides, to be found alone.
**   pretrai*: words that begin so, before or after they are stemmed; stems
**     are all that the index has.
**
** MATCH wants quotes around what has a hyphen: '"low-rank"'.
*/
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sql/fts5.h"
#include "text/clean.h"
#include "text/wordforms.h"
#include "text/words.h"
#include "base/poison.h"

enum { MAX_FORMS = 12 };

typedef struct Form {
  char text[LIT_WORD_MAX];
  uint32_t n;
} Form;

/* A position: its terms, of which the first is the one that counts. */
typedef struct Place {
  int n;                    /* 0: an empty place */
  int is_joined;            /* covers two words */
  uint32_t from, to, pos;   /* bytes of the cleaned text; lit's position */
  uint32_t flags;           /* of the last word */
  Form folded;              /* the last word, not stemmed */
  Form forms[MAX_FORMS];
} Place;

typedef struct Tokenizer {
  LitConn *conn;
  const LitWords *kind;
  LitWordsCtx *words;
  LitBuf clean;
  LitCleanMap map;
} Tokenizer;

typedef int (*Sink)(void *, int, const char *, int, int, int);

/* One text on its way. */
typedef struct Run {
  const Tokenizer *t;
  int flags;
  Sink sink;
  void *to;
  int rc;                   /* What the sink said last */
  Place places[3];
  Place *last, *now;        /* Not given out yet: they may be one */
  Place *spare;
  LitCleanNear near;        /* Where the map was looked at last */
} Run;

static int is_query(const Run *r) { return r->flags & FTS5_TOKENIZE_QUERY; }

/* One more term at a place, unless it is there; what does not fit any more is
** a spelling of little use. */
static void add_form(Place *p, const char *s, uint32_t n) {
  for (int i = 0; i < p->n; i++)
    if (p->forms[i].n == n && memcmp(p->forms[i].text, s, n) == 0) return;
  if (p->n == MAX_FORMS || n == 0) return;
  lit_word_copy(p->forms[p->n].text, s, n);
  p->forms[p->n++].n = n;
}

static void set_folded(Place *p, const char *s, uint32_t n) {
  lit_word_copy(p->folded.text, s, p->folded.n = n);
}

/* Bytes from .. to are those of the cleaned text. */
static inline void give_term(Run *r, int flags, const char *at, uint32_t n,
                             uint32_t from, uint32_t to) {
  lit_clean_back_near(&r->t->map, &r->near, &from, &to);
  r->rc = r->sink(r->to, flags, at, (int)n, (int)from, (int)to);
}

static void give_forms(Run *r, Place *p) {
  for (int i = 0; i < p->n && !r->rc; i++)
    give_term(r, i ? FTS5_TOKEN_COLOCATED : 0, p->forms[i].text, p->forms[i].n,
              p->from, p->to);
  p->n = 0;
}

static inline void give(Run *r, Place *p) {
  if (p->n) give_forms(r, p);
}

static void add_forms(Place *p, const Place *of) {
  for (int i = 0; i < of->n; i++) add_form(p, of->forms[i].text, of->forms[i].n);
}

/* Two words that are one by their combining form: into one place. */
static void join(Run *r, const LitWord *w) {
  Place *a = r->last, *b = r->now, *both = r->spare;
  both->n = 0, both->is_joined = 1, both->flags = 0;
  both->from = a->from, both->to = b->to, both->pos = b->pos;
  add_form(both, w->at, w->n);
  set_folded(both, w->folded, w->n_folded);
  if (!is_query(r)) add_forms(both, a), add_forms(both, b);
  a->n = b->n = 0;
  r->now = both, r->spare = b;
}

static int is_form(const Run *r, const LitWord *w) {
  const Place *a = r->last, *b = r->now;
  return r->t->kind->english && w->span == 2 && a->n && b->n &&
         (a->flags & LIT_WORD_FIRST || b->flags & LIT_WORD_SECOND) &&
         a->pos == w->pos && !a->is_joined && !b->is_joined &&
         lit_wordforms_join(a->folded.text, a->folded.n, b->folded.text,
                            b->folded.n);
}

/* Give out the older of the two and begin a new one in its stead. */
static void next_place(Run *r, const LitWord *w) {
  Place *p = r->last;
  give(r, p);
  r->last = r->now, r->now = p;
  p->is_joined = 0, p->from = w->from, p->to = w->to, p->pos = w->pos;
  p->flags = w->flags;
  add_form(p, w->at, w->n);
  set_folded(p, w->folded, w->n_folded);
}

static void take_word(Run *r, const LitWord *w) {
  if (!(w->flags & LIT_WORD_ALTERNATIVE)) {
    next_place(r, w);
  } else if (w->flags & LIT_WORD_JOINED && is_form(r, w)) {
    join(r, w);
  } else if (w->flags & LIT_WORD_JOINED && w->span == 1) {
    if (is_query(r)) r->now->n = 0;                   /* c++, not c */
    r->now->to = w->to;
    add_form(r->now, w->at, w->n);
    set_folded(r->now, w->folded, w->n_folded);
  } else if (!is_query(r)) {
    add_form(r->now, w->at, w->n);
  }
}

/* Has w[0] its position for itself?  No alternative follows, and none that is it
** and w[1] as one.  At the end of what is known, no. */
static inline int is_alone(const LitWord *w, size_t n) {
  enum { THIS = LIT_WORD_ALTERNATIVE | LIT_WORD_FIRST,
         NEXT = LIT_WORD_ALTERNATIVE | LIT_WORD_SECOND };
  if (n < 2) return 0;
  if (!((w[0].flags & THIS) | (w[1].flags & NEXT))) return 1;
  return n > 2 &&
         !((w[0].flags | w[1].flags | w[2].flags) & LIT_WORD_ALTERNATIVE);
}

static inline int is_same(const LitWord *a, const LitWord *b) {
  return a->n == b->n && memcmp(a->at, b->at, a->n) == 0;
}

/* The terms of w[0 .. n) at one place, each once. */
static void give_all(Run *r, const LitWord *w, size_t n, uint32_t from,
                     uint32_t to) {
  for (size_t i = 0; i < n && !r->rc; i++) {
    size_t k = 0;
    while (k < i && !is_same(&w[k], &w[i])) k++;
    if (k == i)
      give_term(r, i ? FTS5_TOKEN_COLOCATED : 0, w[i].at, w[i].n, from, to);
  }
}

/* Two words and then both as one, when nothing else will be at their places: if
** they are so by their form, as join has them, else the first alone.  How many
** words were given out. */
static size_t give_pair(Run *r, const LitWord *w, size_t n) {
  LitWord all[3];
  if (n < 4 || !(w[2].flags & LIT_WORD_JOINED) || w[2].span != 2 ||
      w[2].pos != w[0].pos ||
      (w[0].flags | w[1].flags | w[3].flags) & LIT_WORD_ALTERNATIVE)
    return 0;
  if (!lit_wordforms_join(w[0].folded, w[0].n_folded, w[1].folded,
                          w[1].n_folded))
    return give_all(r, w, 1, w->from, w->to), 1;
  all[0] = w[2], all[1] = w[0], all[2] = w[1];
  give_all(r, all, 3, w[0].from, w[1].to);
  return 3;
}

/* A word and its alternatives, if it is in no form and all of them are known;
** before it nothing waits.  How many. */
static size_t give_followed(Run *r, const LitWord *w, size_t n) {
  size_t k = 1;
  if (w->flags & (LIT_WORD_ALTERNATIVE | LIT_WORD_FIRST)) return 0;
  while (k < n && (w[k].flags & LIT_WORD_PART ||
                   (w[k].flags & LIT_WORD_JOINED && w[k].span > 1)))
    k++;
  if (k == n || k > MAX_FORMS ||
      w[k].flags & (LIT_WORD_ALTERNATIVE | LIT_WORD_SECOND))
    return 0;
  give_all(r, w, k, w->from, w->to);
  return k;
}

/* Gives out the first words, those of which all is known: nearly all.  How
** many. */
static size_t give_first(Run *r, const LitWord *w, size_t n) {
  const LitWord *const end = w + n, *const first = w;
  const int is_indexed = !is_query(r);
  size_t k;
  if (!is_alone(w, n)) return 0;
  give(r, r->last);
  give(r, r->now);
  do {
    for (; !r->rc && is_alone(w, (size_t)(end - w)); w++)
      give_term(r, 0, w->at, w->n, w->from, w->to);
    if (r->rc || w == end || !is_indexed) break;
    k = give_pair(r, w, (size_t)(end - w));
    if (!k) k = give_followed(r, w, (size_t)(end - w));
    w += k;
  } while (k);
  return (size_t)(w - first);
}

static int take_words(LitErr *e, void *to, const LitWord *w, size_t n) {
  Run *r = to;
  (void)e;
  for (size_t i = 0; i < n && !r->rc; i++) {
    i += give_first(r, w + i, n - i);
    if (i < n && !r->rc) take_word(r, w + i);
  }
  return r->rc;
}

/* s[0..n), cleaned if need be, to the words of it. */
static int split(LitErr *e, Tokenizer *t, Run *r, const char *s, size_t n) {
  LitStop stop = lit_conn_stop(t->conn);
  LitWordSink sink = {.lot = take_words, .to = r, .stop = &stop};
  t->clean.n = 0;
  if (lit_clean_text(e, &s, &n, &stop, &t->clean, &t->map)) return e->rc;
  return lit_words_split(e, t->words, s, n, LIT_WORDS_INDEX, &sink);
}

static int tokenize(Fts5Tokenizer *tokenizer, void *to, int flags,
                    const char *s, int n, Sink sink) {
  Tokenizer *t = (Tokenizer *)tokenizer;
  Run r;
  LitErr e = {0};
  if (n <= 0) return SQLITE_OK;
  r.t = t, r.flags = flags, r.sink = sink, r.to = to;
  r.near = (LitCleanNear){0}, r.rc = SQLITE_OK;
  r.last = &r.places[0], r.now = &r.places[1], r.spare = &r.places[2];
  r.last->n = r.now->n = 0;
  if (split(&e, t, &r, s, (size_t)n)) return e.rc;
  if (flags & FTS5_TOKENIZE_PREFIX && r.now->n)
    add_form(r.now, r.now->folded.text, r.now->folded.n);
  give(&r, r.last);
  give(&r, r.now);
  return r.rc;
}

static void drop(Fts5Tokenizer *tokenizer) {
  Tokenizer *t = (Tokenizer *)tokenizer;
  if (!t) return;
  lit_words_close(t->words);
  lit_buf_drop(&t->clean);
  lit_clean_map_drop(&t->map);
  lit_free(t);
}

static int create(void *conn, const char **args, int n_args,
                  Fts5Tokenizer **out) {
  LitErr e = {0};
  Tokenizer *t = lit_new0(&e, 1, sizeof *t);
  *out = NULL;
  if (!t) return e.rc;
  t->conn = conn;
  if (n_args > 1)
    lit_fail(&e, LIT_ERROR, "fts5: lit: expected one argument, got %d", n_args);
  else
    t->kind = lit_words_find(&e, "fts5: lit", n_args ? args[0] : NULL);
  if (!e.rc && !lit_words_open(&e, t->kind, &t->words))
    *out = (Fts5Tokenizer *)t;
  else drop((Fts5Tokenizer *)t);
  if (e.rc && e.rc != LIT_NOMEM) sqlite3_log(e.rc, "%s", e.msg);
  return e.rc;
}

/* FTS5's functions, *out NULL where there is no FTS5. */
static int find_api(sqlite3 *db, fts5_api **out) {
  sqlite3_stmt *q = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &q, NULL);
  *out = NULL;
  if (rc == SQLITE_OK) {
    sqlite3_bind_pointer(q, 1, out, "fts5_api_ptr", NULL);
    sqlite3_step(q);
    rc = sqlite3_finalize(q);
  } else if (rc != SQLITE_NOMEM) {
    rc = SQLITE_OK;
  }
  return rc;
}

int lit_fts5_register(LitConn *conn) {
  static const fts5_tokenizer methods = {create, drop, tokenize};
  fts5_tokenizer copy = methods;
  fts5_api *api;
  int rc = find_api(conn->db, &api);
  if (rc || !api || api->iVersion < 2) return rc;
  conn->n_refs++;
  rc = api->xCreateTokenizer(api, "lit", conn, &copy, lit_conn_release);
  if (rc) lit_conn_release(conn);
  return rc;
}
