/* pretok_meta.c -- Metaspace: spaces become a visible character (U+2581), one
** is put before the text, and the text is cut before each. */
#include <string.h>
#include "text/pretok.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct State {
  char text[4];             /* [n] the replacement */
  size_t n;
  int always, first, split;
} State;

static int load_scheme(LitErr *e, const json_t *node, State *s) {
  const char *scheme = json_string_value(json_object_get(node,
                                                         "prepend_scheme"));
  int prefix = lit_tokjson_bool(e, node, "add_prefix_space", 1);
  if (!scheme) scheme = "always";
  s->always = strcmp(scheme, "always") == 0 && prefix;
  s->first = strcmp(scheme, "first") == 0 && prefix;
  if (!s->always && !s->first && prefix && strcmp(scheme, "never") != 0)
    return lit_fail(e, LIT_CORRUPT, "Metaspace: unknown prepend_scheme "
                    "'%.40s'", scheme);
  return e->rc;
}

static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  State *s = lit_arena_new(e, arena, 1, sizeof *s);
  const json_t *text = json_object_get(node, "replacement");
  const char *at = json_is_string(text) ? json_string_value(text)
                                        : "\xE2\x96\x81";
  uint32_t cp;
  if (!s) return e->rc;
  *s = (State){.n = strlen(at)};
  if (!s->n || s->n > 4 || lit_utf8_get(at, s->n, &cp) != s->n)
    return lit_fail(e, LIT_CORRUPT, "Metaspace: replacement must be one "
                    "character");
  memcpy(s->text, at, s->n);
  s->split = lit_tokjson_bool(e, node, "split", 1);
  *out = s;
  return load_scheme(e, node, s);
}

static int spaces(LitErr *e, const void *state, LitWork *w,
                  const LitPiece *p) {
  const State *s = state;
  const char *at = w->text.at + p->from, *end = w->text.at + p->to;
  int leads = p->to - p->from >= s->n && memcmp(at, s->text, s->n) == 0;
  int prepend = !leads && *at != ' ' &&
                (s->always || (s->first && p->shift == 0));
  if (!prepend && !memchr(at, ' ', (size_t)(end - at))) return 0;
  if (prepend) lit_work_put(e, w, s->text, s->n, w->text.src[p->from]);
  while (at < end && !e->rc) {
    const char *blank = memchr(at, ' ', (size_t)(end - at));
    size_t from = (size_t)(at - w->text.at);
    size_t to = (size_t)((blank ? blank : end) - w->text.at);
    lit_work_keep(e, w, from, to);
    if (blank) lit_work_put(e, w, s->text, s->n, w->text.src[to]);
    at = blank ? blank + 1 : end;
  }
  return 1;
}

/* Before each replacement; a second one right behind it stays with it only as
** MergedWithNext has it: runs are cut one by one. */
static int before(LitErr *e, const void *state, LitWork *w,
                  const LitPiece *p) {
  const State *s = state;
  size_t from = p->from;
  for (size_t at = p->from; at + s->n <= p->to;) {
    const char *hit = memchr(w->text.at + at, s->text[0], p->to - at);
    if (!hit) break;
    at = (size_t)(hit - w->text.at);
    if (at + s->n > p->to || memcmp(hit, s->text, s->n) != 0) {
      at++;
      continue;
    }
    if (from < at) lit_work_stretch(e, w, from, at, 0);
    lit_work_stretch(e, w, at, at + s->n, 1);
    from = at += s->n;
  }
  return from < p->to ? lit_work_stretch(e, w, from, p->to, 0) : e->rc;
}

static int run(LitErr *e, const void *state, LitWork *w) {
  const State *s = state;
  lit_work_rewrite(e, w, spaces, s);
  return s->split ? lit_work_cut(e, w, before, s, LIT_CUT_WITH_NEXT) : e->rc;
}

static void cuts(const void *state, LitCuts *c) {
  const State *s = state;
  uint32_t cp;
  lit_utf8_get(s->text, s->n, &cp);
  if (c->space != ' ' && c->space != cp) c->spoiled = 1;
  c->space = cp;
  if (s->split && !c->moved) c->cut = 1;
  if (c->moved) c->spoiled = 1;
}

const LitStepKind lit_pretok_metaspace = {
  .name = "Metaspace",
  .doc = "spaces visible: replacement, prepend_scheme, split",
  .load = load, .run = run, .cuts = cuts,
};
