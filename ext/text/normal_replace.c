/* normal_replace.c -- Replace: what a string or a regular expression matches
** becomes another text. */
#include <string.h>
#include "text/normal.h"
#include "text/tokregex.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct State {
  LitRegex *re;
  const char *content;
  size_t n_content;
  int blanks_only;          /* Matches nothing but spaces */
  int one_space;            /* The pattern is one space */
  int has_space;            /* The pattern has one, or may match one */
} State;

static int only_spaces(const char *s) { return s[strspn(s, " ")] == '\0'; }

static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  State *s = lit_arena_new(e, arena, 1, sizeof *s);
  const char *text;
  int literal;
  if (!s) return e->rc;
  *s = (State){0};
  s->content = lit_tokjson_text(e, arena, node, "content", &s->n_content);
  if (!s->content)
    return e->rc ? e->rc : lit_fail(e, LIT_CORRUPT, "Replace: no content");
  if (lit_regex_load(e, node, &s->re, &text, &literal)) return e->rc;
  s->blanks_only = literal ? only_spaces(text)
                           : strcmp(text, " {2,}") == 0;
  s->one_space = literal && strcmp(text, " ") == 0;
  s->has_space = !literal || strchr(text, ' ');
  *out = s;
  return e->rc;
}

/* What is put in has the span of the last character that it replaces. */
static int replace(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  const State *s = state;
  int any = 0;
  w->n_cuts = 0;
  if (lit_regex_cut(e, s->re, w, p->from, p->to)) return 0;
  for (size_t i = 0; i < w->n_cuts; i++) any |= w->cuts[i].hit;
  for (size_t i = 0; i < w->n_cuts && any; i++) {
    LitStretch c = w->cuts[i];
    LitSpan src = {p->shift, p->shift};
    if (c.to > p->from) src = w->text.src[c.to - 1];
    if (c.hit) lit_work_put(e, w, s->content, s->n_content, src);
    else lit_work_keep(e, w, c.from, c.to);
  }
  return any;
}

static int run(LitErr *e, const void *state, LitWork *w) {
  return lit_work_rewrite(e, w, replace, state);
}

/* One space, or several, never meet at a cut; a string without a space cannot
** reach over it, but what it becomes may put spaces there. */
static void cuts(const void *state, LitCuts *c) {
  const State *s = state;
  uint32_t cp = 0;
  size_t n = s->n_content ? lit_utf8_get(s->content, s->n_content, &cp) : 0;
  if (s->one_space && c->space == ' ' && !c->moved) {
    if (n && n == s->n_content) c->space = cp;
    else c->spoiled = 1;
  } else if (!s->has_space) {
    c->moved |= memchr(s->content, ' ', s->n_content) != NULL;
    if (c->space != ' ') c->spoiled = 1;
  } else if (!s->blanks_only || c->moved) {
    c->spoiled = 1;
  }
}

static void drop(void *state) { lit_regex_free(((State *)state)->re); }

const LitStepKind lit_normal_replace = {
  .name = "Replace", .doc = "pattern (String or Regex) becomes content",
  .load = load, .run = run, .cuts = cuts, .drop = drop,
};
