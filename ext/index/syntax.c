/* syntax.c -- see syntax.h.  By recursive descent, a function a rule:
**
**   any    := all { OR all }
**   all    := but { AND but }
**   but    := run { NOT run }
**   run    := unit { unit }
**   unit   := [columns :] ( '(' any ')' | near | [^] phrase )
**   near   := NEAR ( phrase { phrase } [, number] )
**   phrase := string [*] { + string [*] }
*/
#include <stdio.h>
#include <stdlib.h>
#include "index/syntax.h"
#include "base/poison.h"

enum { END, BARE, QUOTED, AND, OR, NOT, BAD, NEAR_USUAL = 10 };

typedef struct Token {
  int kind;                 /* As above, or the character itself */
  const char *at;           /* [n] in the query, quotes included */
  size_t n;
} Token;

typedef struct Nodes {
  LitMatch *at;
  size_t n, room;
} Nodes;

typedef struct Parse {
  const LitSyntaxOf *of;
  const char *from, *end;
  Token now;
  LitSyntax *out;
  LitBuf plain;             /* A string without its quotes */
  int depth, negated;
} Parse;

struct LitSyntaxWords {
  Parse *p;
  Nodes words;              /* TERMs with their offsets */
  uint32_t base;            /* Of this string in its phrase */
  Nodes also;               /* Other spellings; offset: pos, near: span */
};

static const LitMatch nothing = {.op = LIT_MATCH_OR};

/* ---- tokens ---- */

static int is_bare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) || c == 0x1A;
}

static int is_one_of(char c, const char *chars) {
  return c && strchr(chars, c);
}

static int is_word(const Token *t, const char *word) {
  return t->n == strlen(word) && memcmp(t->at, word, t->n) == 0;
}

static Token read_token(const char *at, const char *end) {
  Token t = {.kind = END};
  while (at < end && is_one_of(*at, " \t\r\n")) at++;
  t.at = at;
  if (at == end) return t;
  if (*at == '"') {
    t.kind = QUOTED;
    for (at++; at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++)
      at += *at == '"';
    if (at++ == end) t.kind = BAD, at = end;
  } else if (is_bare(*at)) {
    while (at < end && is_bare(*at)) at++;
    t.kind = BARE;
  } else {
    t.kind = is_one_of(*at, "(){}:,+*-^") ? *at : BAD;
    at++;
  }
  t.n = (size_t)(at - t.at);
  if (t.kind == BARE)
    t.kind = is_word(&t, "AND") ? AND : is_word(&t, "OR") ? OR
           : is_word(&t, "NOT") ? NOT : BARE;
  return t;
}

static void step(Parse *p) {
  p->now = read_token(p->now.at + p->now.n, p->end);
}

static Token peek(const Parse *p) {
  return read_token(p->now.at + p->now.n, p->end);
}

static int is_string(const Token *t) {
  return t->kind == BARE || t->kind == QUOTED;
}

/* ---- errors ---- */

static size_t character(const Parse *p) {
  size_t n = 1;
  for (const char *c = p->from; c < p->now.at; c++) n += (*c & 0xC0) != 0x80;
  return n;
}

static int expected(LitErr *e, const Parse *p, const char *what) {
  const Token *t = &p->now;
  int n = (int)(t->n < 40 ? t->n : 40);
  if (t->kind == END)
    return lit_fail(e, LIT_ERROR, "%s: character %zu: expected %s, found the "
                    "end", p->of->who, character(p), what);
  if (t->kind == BAD && *t->at == '"')
    return lit_fail(e, LIT_ERROR, "%s: character %zu: a quote is not closed",
                    p->of->who, character(p));
  if (t->kind == BAD)
    return lit_fail(e, LIT_ERROR, "%s: character %zu: expected %s, found %.1s, "
                    "which must stand in \"quotes\"", p->of->who, character(p),
                    what, t->at);
  return lit_fail(e, LIT_ERROR, "%s: character %zu: expected %s, found %.*s",
                  p->of->who, character(p), what, n, t->at);
}

static int eat(LitErr *e, Parse *p, int kind, const char *what) {
  if (p->now.kind != kind) return expected(e, p, what);
  step(p);
  return e->rc;
}

/* ---- nodes ---- */

static int add_node(LitErr *e, Nodes *list, const LitMatch *node) {
  if (LIT_GROW(e, &list->at, &list->room, list->n + 1)) return e->rc;
  list->at[list->n++] = *node;
  return LIT_OK;
}

static int by_term(const void *a, const void *b) {
  const LitMatch *x = a, *y = b;
  uint32_t n = x->n < y->n ? x->n : y->n;
  int c = (x->op > y->op) - (x->op < y->op);
  if (!c && x->op == LIT_MATCH_TERM && n) c = memcmp(x->at, y->at, n);
  if (!c) c = (x->n > y->n) - (x->n < y->n);
  if (!c) c = (x->fields > y->fields) - (x->fields < y->fields);
  return c ? c : x->initial - y->initial;
}

/* Of a long AND or OR each term once, for each costs a look at its rows. */
static void drop_doubles(Nodes *list) {
  size_t kept = 1;
  if (list->n < 16) return;
  qsort(list->at, list->n, sizeof *list->at, by_term);
  for (size_t i = 1; i < list->n; i++)
    if (list->at[i].op != LIT_MATCH_TERM ||
        by_term(&list->at[i], &list->at[kept - 1]))
      list->at[kept++] = list->at[i];
  list->n = kept;
}

/* The list as kids of one node, or its only member; empties the list. */
static int close_nodes(LitErr *e, Parse *p, Nodes *list, int op,
                       LitMatch *out) {
  LitMatch *kids = NULL;
  if (!e->rc && (op == LIT_MATCH_AND || op == LIT_MATCH_OR))
    drop_doubles(list);
  if (!e->rc && list->n == 1) {
    *out = list->at[0];
  } else if (!e->rc) {
    kids = lit_arena_new(e, &p->out->mem, list->n, sizeof *kids);
    if (kids && list->n) memcpy(kids, list->at, list->n * sizeof *kids);
    *out = (LitMatch){.op = op, .kids = kids, .n_kids = (int)list->n};
  }
  lit_free(list->at);
  *list = (Nodes){0};
  return e->rc;
}

/* ---- phrases ---- */

int lit_syntax_word(LitErr *e, LitSyntaxWords *to, const char *at, uint32_t n,
                    uint32_t pos, uint32_t span) {
  LitMatch w = {.op = LIT_MATCH_TERM, .n = n, .offset = to->base + pos,
                .near = span};
  w.at = lit_arena_copy(e, &to->p->out->mem, at, n);
  return e->rc ? e->rc : add_node(e, span ? &to->also : &to->words, &w);
}

/* The string at hand without quotes, into p->plain. */
static int unquote(LitErr *e, Parse *p) {
  const Token *t = &p->now;
  p->plain.n = 0;
  if (t->kind == BARE) {
    lit_buf_put(e, &p->plain, t->at, t->n);
    return e->rc;
  }
  for (size_t i = 1; i + 1 < t->n && !e->rc; i++) {
    lit_buf_u8(e, &p->plain, (uint8_t)t->at[i]);
    i += t->at[i] == '"';
  }
  return e->rc;
}

/* A string and the * behind it. */
static int read_string(LitErr *e, Parse *p, LitSyntaxWords *to) {
  size_t before = to->words.n;
  if (!is_string(&p->now)) return expected(e, p, "a word or a \"phrase\"");
  if (unquote(e, p)) return e->rc;
  to->base = before ? to->words.at[before - 1].offset + 1 : 0;
  if (p->of->cut(e, p->of->ctx, (const char *)p->plain.at, p->plain.n, to))
    return e->rc;
  if (!p->negated) {
    if (p->out->text.n) lit_buf_u8(e, &p->out->text, ' ');
    lit_buf_put(e, &p->out->text, p->plain.at, p->plain.n);
  }
  step(p);
  if (p->now.kind != '*') return e->rc;
  step(p);
  if (to->words.n == before) return e->rc;
  to->also.n = 0;
  to->words.at[to->words.n - 1].op = LIT_MATCH_PREFIX;
  if (p->negated || LIT_GROW(e, &p->out->prefixes, &p->out->room,
                             p->out->n_prefixes + 1))
    return e->rc;
  p->out->prefixes[p->out->n_prefixes++] = to->words.at[to->words.n - 1];
  return LIT_OK;
}

/* A phrase, or where it can be written as one word, either. */
static int either(LitErr *e, Parse *p, LitSyntaxWords *w, LitMatch *out) {
  uint32_t n = (uint32_t)w->words.n;
  Nodes all = {0};
  if (close_nodes(e, p, &w->words, LIT_MATCH_PHRASE, out) ||
      add_node(e, &all, out))
    goto done;
  for (size_t i = 0; i < w->also.n && !e->rc; i++) {
    LitMatch word = w->also.at[i];
    if (word.offset > 0 || word.near != n || n < 2) continue;
    word.near = 0;
    add_node(e, &all, &word);
  }
  close_nodes(e, p, &all, LIT_MATCH_OR, out);
done:
  lit_free(all.at);
  return e->rc;
}

/* Inside NEAR only the phrase itself.  *is_empty: there was no word. */
static int read_phrase(LitErr *e, Parse *p, int in_near, LitMatch *out,
                       int *is_empty) {
  LitSyntaxWords w = {.p = p};
  if (read_string(e, p, &w)) goto done;
  while (p->now.kind == '+') {
    step(p);
    if (read_string(e, p, &w)) goto done;
    w.also.n = 0;
  }
  *out = nothing;
  *is_empty = w.words.n == 0;
  if (*is_empty) goto done;
  if (in_near) w.also.n = 0;
  either(e, p, &w, out);
done:
  lit_free(w.words.at);
  lit_free(w.also.at);
  return e->rc;
}

/* ---- NEAR ---- */

static int read_distance(LitErr *e, Parse *p, uint32_t *near) {
  uint64_t n = 0;
  const Token *t = &p->now;
  int ok = t->kind == BARE;
  for (size_t i = 0; i < t->n && ok; i++) {
    ok = t->at[i] >= '0' && t->at[i] <= '9';
    if (ok && n < 1000000000) n = n * 10 + (uint64_t)(t->at[i] - '0');
  }
  if (!ok) return expected(e, p, "a number of words");
  *near = (uint32_t)(n < 1000000000 ? n : 1000000000);
  step(p);
  return e->rc;
}

static int read_near(LitErr *e, Parse *p, LitMatch *out, int *is_empty) {
  Nodes kids = {0};
  LitMatch kid;
  uint32_t near = NEAR_USUAL;
  int no_word;
  step(p);
  step(p);
  do {
    if (read_phrase(e, p, 1, &kid, &no_word)) goto done;
    if (!no_word && add_node(e, &kids, &kid)) goto done;
  } while (is_string(&p->now));
  if (p->now.kind == ',') {
    step(p);
    if (read_distance(e, p, &near)) goto done;
  }
  if (eat(e, p, ')', "a phrase, ',' or ')' of NEAR")) goto done;
  *is_empty = kids.n == 0;
  *out = nothing;
  if (*is_empty) goto done;
  close_nodes(e, p, &kids, LIT_MATCH_NEAR, out);
  if (out->op == LIT_MATCH_NEAR) out->near = near;
done:
  lit_free(kids.at);
  return e->rc;
}

/* ---- columns ---- */

static int same_name(const char *a, const char *b, size_t n) {
  size_t i = 0;
  for (; i < n && b[i]; i++) {
    char x = a[i], y = b[i];
    if (x >= 'A' && x <= 'Z') x = (char)(x + 32);
    if (y >= 'A' && y <= 'Z') y = (char)(y + 32);
    if (x != y) return 0;
  }
  return i == n && !b[i];
}

static int no_column(LitErr *e, const Parse *p) {
  char list[120] = "";
  size_t n = 0;
  for (int i = 0; i < p->of->n_columns && n < sizeof list; i++)
    n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "",
                          p->of->columns[i]);
  return lit_fail(e, LIT_ERROR, "%s: character %zu: no TEXT column '%.*s'; "
                  "there are: %s", p->of->who, character(p),
                  (int)(p->plain.n < 40 ? p->plain.n : 40),
                  p->plain.n ? (const char *)p->plain.at : "", list);
}

static int read_column(LitErr *e, Parse *p, uint32_t *fields) {
  int i = 0;
  if (!is_string(&p->now)) return expected(e, p, "the name of a column");
  if (unquote(e, p)) return e->rc;
  if (p->of->n_columns < 0) *fields |= 1;
  else {
    while (i < p->of->n_columns &&
           !same_name(p->plain.n ? (const char *)p->plain.at : "",
                      p->of->columns[i], p->plain.n))
      i++;
    if (i == p->of->n_columns) return no_column(e, p);
    *fields |= (uint32_t)1 << i;
  }
  step(p);
  return e->rc;
}

/* "columns :", if it is there. */
static int read_columns(LitErr *e, Parse *p, int *has, uint32_t *fields) {
  int not = p->now.kind == '-';
  Token after = peek(p);
  *fields = 0;
  *has = not || p->now.kind == '{' ||
         (is_string(&p->now) && after.kind == ':');
  if (!*has) return e->rc;
  if (not) step(p);
  if (p->now.kind == '{') {
    step(p);
    do if (read_column(e, p, fields)) return e->rc;
    while (p->now.kind != '}');
    step(p);
  } else if (read_column(e, p, fields)) {
    return e->rc;
  }
  if (not && p->of->n_columns >= 0)
    *fields = ~*fields & (((uint32_t)1 << p->of->n_columns) - 1);
  return eat(e, p, ':', not ? "':' after a column (a - inside a word must "
                              "stand in \"quotes\")" : "':' after a column");
}

static void restrict_to(LitMatch *m, uint32_t fields) {
  m->fields = m->fields ? m->fields & fields : fields;
  if (!m->fields) *m = nothing;
}

/* ---- the rest ---- */

static int read_any(LitErr *e, Parse *p, LitMatch *out);

static int read_group(LitErr *e, Parse *p, LitMatch *out) {
  if (++p->depth > LIT_SYNTAX_DEEPEST)
    return lit_fail(e, LIT_ERROR, "%s: character %zu: more than %d levels of "
                    "parentheses", p->of->who, character(p),
                    LIT_SYNTAX_DEEPEST);
  step(p);
  if (read_any(e, p, out)) return e->rc;
  p->depth--;
  return eat(e, p, ')', "AND, OR, NOT, a word or ')'");
}

static int read_unit(LitErr *e, Parse *p, LitMatch *out, int *is_empty) {
  uint32_t fields;
  int has;
  *is_empty = 0;
  if (read_columns(e, p, &has, &fields)) return e->rc;
  if (p->now.kind == '(') {
    if (read_group(e, p, out)) return e->rc;
  } else if (is_word(&p->now, "NEAR") && peek(p).kind == '(') {
    if (read_near(e, p, out, is_empty)) return e->rc;
  } else if (p->now.kind == '^') {
    step(p);
    if (read_phrase(e, p, 1, out, is_empty)) return e->rc;
    out->initial = 1;
  } else if (is_string(&p->now)) {
    if (read_phrase(e, p, 0, out, is_empty)) return e->rc;
  } else {
    return expected(e, p, "a word, a \"phrase\" or '('");
  }
  if (has) restrict_to(out, fields);
  return e->rc;
}

static int begins_unit(const Parse *p) {
  return is_string(&p->now) || is_one_of((char)p->now.kind, "({-^");
}

static int read_run(LitErr *e, Parse *p, LitMatch *out) {
  Nodes list = {0};
  do {
    LitMatch unit;
    int is_empty;
    if (read_unit(e, p, &unit, &is_empty)) goto done;
    if (!is_empty && add_node(e, &list, &unit)) goto done;
  } while (begins_unit(p));
  *out = nothing;
  if (list.n) close_nodes(e, p, &list, LIT_MATCH_AND, out);
done:
  lit_free(list.at);
  return e->rc;
}

static int read_but(LitErr *e, Parse *p, LitMatch *out) {
  Nodes list = {0};
  if (read_run(e, p, out) || add_node(e, &list, out)) goto done;
  while (p->now.kind == NOT) {
    step(p);
    p->negated++;
    if (read_run(e, p, out) || add_node(e, &list, out)) goto done;
    p->negated--;
  }
  close_nodes(e, p, &list, LIT_MATCH_NOT, out);
done:
  lit_free(list.at);
  return e->rc;
}

static int read_all(LitErr *e, Parse *p, LitMatch *out) {
  Nodes list = {0};
  if (read_but(e, p, out) || add_node(e, &list, out)) goto done;
  while (p->now.kind == AND) {
    step(p);
    if (read_but(e, p, out) || add_node(e, &list, out)) goto done;
  }
  close_nodes(e, p, &list, LIT_MATCH_AND, out);
done:
  lit_free(list.at);
  return e->rc;
}

static int read_any(LitErr *e, Parse *p, LitMatch *out) {
  Nodes list = {0};
  if (read_all(e, p, out) || add_node(e, &list, out)) goto done;
  while (p->now.kind == OR) {
    step(p);
    if (read_all(e, p, out) || add_node(e, &list, out)) goto done;
  }
  close_nodes(e, p, &list, LIT_MATCH_OR, out);
done:
  lit_free(list.at);
  return e->rc;
}

int lit_syntax_read(LitErr *e, const LitSyntaxOf *of, const char *s, size_t n,
                    LitSyntax *out) {
  Parse p = {.of = of, .from = s, .end = s + n, .out = out};
  *out = (LitSyntax){.tree = nothing};
  p.now = read_token(s, p.end);
  if (p.now.kind == END)
    lit_fail(e, LIT_ERROR, "%s: the query is empty", of->who);
  if (!e->rc && !read_any(e, &p, &out->tree) && p.now.kind != END)
    expected(e, &p, "AND, OR, NOT, a word or the end");
  lit_buf_drop(&p.plain);
  if (e->rc) lit_syntax_drop(out);
  return e->rc;
}

void lit_syntax_drop(LitSyntax *s) {
  lit_arena_drop(&s->mem);
  lit_buf_drop(&s->text);
  lit_free(s->prefixes);
  *s = (LitSyntax){0};
}
